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
	return func(yield func(*Allocation, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, fmt.Errorf("funding: variants: %w", err))
			return
		}
		done := 0
		next := func(a *Allocation, err error) bool {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, fmt.Errorf("funding: variant %d, %s: %w", done, named("policy", policies[done].Name), err))
				return false
			}
			done++
			if o.Progress != nil {
				o.Progress(done, len(policies))
			}
			return yield(a, nil)
		}
		if o.Workers <= 1 {
			c := NewCalculator(areas)
			for _, p := range policies {
				if !next(c.Allocate(total, p)) {
					return
				}
			}
			return
		}
		parallel(total, areas, policies, min(o.Workers, len(policies)), next)
	}
}

// A result is the allocation by one policy, or why there is none.
type result struct {
	allocation *Allocation
	err        error
}

// parallel gives results to next, in order, until it returns false.
func parallel(total sp.Money, areas *area.Table, policies []Policy, workers int, next func(*Allocation, error) bool) {
	// A ring of results: a worker may be this far ahead of next, and no further.
	ring := make([]chan result, 2*workers)
	room := make(chan struct{}, len(ring))
	for k := range ring {
		ring[k] = make(chan result, 1)
		room <- struct{}{}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	var taken atomic.Int64
	for range workers {
		wg.Go(func() {
			c := NewCalculator(areas)
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
				a, err := c.Allocate(total, policies[k])
				ring[k%len(ring)] <- result{a, err}
			}
		})
	}
	for k := range policies {
		r := <-ring[k%len(ring)]
		if !next(r.allocation, r.err) {
			return
		}
		room <- struct{}{}
	}
}
