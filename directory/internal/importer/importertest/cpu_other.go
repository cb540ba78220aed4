//go:build !unix

package importertest

import "time"

// ProcessorTime returns nothing: it is known where there is getrusage(2).
func ProcessorTime() time.Duration { return 0 }
