//go:build !linux

package matching_test

import "time"

var began = time.Now()

// processor returns the time that has passed, where that of the processor is not known.
func processor() time.Duration { return time.Since(began) }
