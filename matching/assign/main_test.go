package assign

import "context"

var testContext = context.Background()
