//go:build unix

package importertest

import (
	"syscall"
	"time"
)

// ProcessorTime returns how much of the processors this process has had.
func ProcessorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
