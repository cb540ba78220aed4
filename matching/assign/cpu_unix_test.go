//go:build unix

package assign

import (
	"syscall"
	"time"
)

// processor returns the processor time that this process has used: what a machine that
// does other work leaves true.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
