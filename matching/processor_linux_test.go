package matching_test

import (
	"syscall"
	"time"
	"unsafe"
)

// processor returns the processor time that this thread has used: what a machine that does
// other work leaves true. The goroutine must be locked to it.
func processor() time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, e := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&t)), 0); e != 0 {
		return 0
	}
	return time.Duration(t.Nano())
}
