//go:build !linux

package importertest

import "time"

// ProcessorTime returns nothing: it is known on Linux.
func ProcessorTime() time.Duration { return 0 }

func threadTime() time.Duration { return 0 }
