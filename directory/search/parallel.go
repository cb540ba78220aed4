package search

import (
	"runtime"
	"sync"
)

// parallel returns how many goroutines share work that would keep somebody waiting.
func parallel() int { return runtime.GOMAXPROCS(0) }

// inParallel calls do for 0 to n-1, and returns when all are done.
func inParallel(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
