package importertest

import (
	"syscall"
	"time"
)

// ProcessorTime returns how much of the processors this process has had.
func ProcessorTime() time.Duration { return used(syscall.RUSAGE_SELF) }

// threadTime returns how much of them the thread of the caller has had.
func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD of getrusage(2)
	return used(thread)
}

func used(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
