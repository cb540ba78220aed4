package queue

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/socialprescribing/sp"
)

// Replicate calls run once for every replication from 0 to n-1, on as many workers as are
// asked for, and returns the results in the order of their numbers, the same whatever the
// number of workers. Progress, if it is not nil, is called with the number that are done, one
// call at a time. After the first error, or once the context has ended, no more replications
// begin; Replicate then returns the results before the first that is missing, and the error.
func Replicate[T any](ctx context.Context, n, workers int, run func(ctx context.Context, replication int) (T, error), progress func(done int)) ([]T, error) {
	e := &sp.InvalidError{Subject: "queue: replicate"}
	e.Check(n >= 1 && n <= 1_000_000, "n", sp.OutOfRange, "must be from 1 to 1000000 replications")
	e.Check(workers >= 1 && workers <= 10_000, "workers", sp.OutOfRange, "must be from 1 to 10000")
	if err := e.Err(); err != nil {
		return nil, err
	}
	results, errs, finished := make([]T, n), make([]error, n), make([]bool, n)
	var (
		next, stop atomic.Int64
		counting   sync.Mutex
		done       int
		all        sync.WaitGroup
	)
	for range min(workers, n) {
		all.Go(func() {
			for stop.Load() == 0 {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[i] = ctx.Err(); errs[i] == nil {
					results[i], errs[i] = run(ctx, i)
				}
				if errs[i] != nil {
					stop.Store(1)
					return
				}
				counting.Lock()
				finished[i] = true
				if done++; progress != nil {
					progress(done)
				}
				counting.Unlock()
			}
		})
	}
	all.Wait()
	for i := range results {
		if !finished[i] {
			return results[:i], errs[i]
		}
	}
	return results, nil
}
