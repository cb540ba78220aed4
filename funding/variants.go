package funding

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// Options say how [Variants] works. The zero Options use one goroutine, the
// caller's.
type Options struct {
	Workers  int                   // goroutines; none is left when the range ends
	Progress func(done, total int) // told after each policy how many of all are done; may be nil
}

// Variants divides total among areas by each of many policies, and ranges over
// the allocations in the order of the policies, whatever the number of workers.
// It holds no more than a few at a time. The first error ends the range and is its
// last pair; it names the policy and says how many came before it. A context that
// is cancelled ends the range in the same way, even if there is no policy.
func Variants(ctx context.Context, total sp.Money, areas *area.Table, policies []Policy, o Options) iter.Seq2[*Allocation, error] {
	return many(ctx, policies, o, func() func(Policy) (*Allocation, error) {
		c := NewCalculator(areas)
		return func(p Policy) (*Allocation, error) { return c.Allocate(total, p) }
	})
}

// many ranges over what is made of each policy, in their order. Each worker has a function
// of its own.
func many[T any](ctx context.Context, policies []Policy, o Options, worker func() func(Policy) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if err := ctx.Err(); err != nil {
			yield(none, fmt.Errorf("funding: variants: %w", err))
			return
		}
		done := 0
		next := func(v T, err error) bool {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(none, fmt.Errorf("funding: variant %d, %s: %w", done, named("policy", policies[done].Name), err))
				return false
			}
			done++
			if o.Progress != nil {
				o.Progress(done, len(policies))
			}
			return yield(v, nil)
		}
		if o.Workers <= 1 {
			work := worker()
			for _, p := range policies {
				if !next(work(p)) {
					return
				}
			}
			return
		}
		parallel(policies, min(o.Workers, len(policies)), worker, next)
	}
}

// A result is what was made of one policy, or why there is none.
type result[T any] struct {
	value T
	err   error
}

// parallel gives results to next, in order, until it returns false.
func parallel[T any](policies []Policy, workers int, worker func() func(Policy) (T, error), next func(T, error) bool) {
	// A ring of results: a worker may be this far ahead of next, and no further.
	ring := make([]chan result[T], 2*workers)
	room := make(chan struct{}, len(ring))
	for k := range ring {
		ring[k] = make(chan result[T], 1)
		room <- struct{}{}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	var taken atomic.Int64
	for range workers {
		wg.Go(func() {
			work := worker()
			for {
				select {
				case <-stop:
					return
				case <-room:
				}
				k := int(taken.Add(1)) - 1
				if k >= len(policies) {
					return
				}
				v, err := work(policies[k])
				ring[k%len(ring)] <- result[T]{v, err}
			}
		})
	}
	for k := range policies {
		r := <-ring[k%len(ring)]
		if !next(r.value, r.err) {
			return
		}
		room <- struct{}{}
	}
}
