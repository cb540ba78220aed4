//go:build !unix

package assign

import "time"

func processor() time.Duration { return 0 }
