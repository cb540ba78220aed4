package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var outcomeRules = []rule{
	{"CancelInCommit", "a commit whose context ends while it runs has happened whole, or has not happened and will not, and says which: any error but store.ErrOutcomeUnknown means that nothing was written", cancelInCommit},
	{"Moved", "whoever sees a record or an event of a batch, or that a record of it is gone, sees all of it: what a batch moves is never in two places and never in none", moved},
}

// A countdown is a context that is cancelled when it has been looked at so
// often, which is the same place in the driver each time.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func lookedAt(parent context.Context, times int) *countdown {
	c := new(countdown)
	c.Context, c.cancel = context.WithCancel(parent)
	c.left.Store(int64(times))
	return c
}

func (c *countdown) look() {
	if c.left.Add(-1) < 0 {
		c.cancel()
	}
}

func (c *countdown) Done() <-chan struct{} {
	c.look()
	return c.Context.Done()
}

func (c *countdown) Err() error {
	c.look()
	return c.Context.Err()
}

func cancelInCommit(tb testing.TB, d store.Driver) {
	whole := tb.Context()
	attempt, want := 0, 0 // want counts the records that must be there
	try := func(ctx context.Context, n int, when string) {
		tb.Helper()
		var b store.Batch
		for i := range n {
			id := fmt.Sprintf("%03d-%03d", attempt, i)
			b.Puts = append(b.Puts, put(id, store.New))
			b.Events = append(b.Events, event(id, 1, "created"))
		}
		attempt++
		err := d.Commit(ctx, b)
		if errors.Is(err, store.ErrOutcomeUnknown) { // the same batch again, as the contract says; it may still be under way
			if err = d.Commit(whole, b); errors.Is(err, sp.ErrExists) {
				err = nil
			}
			must(tb, err)
		}
		q := query()
		q.After = store.Cursor{ID: b.Puts[0].ID[:4]}
		found := len(collect(tb, d.Scan(whole, q)))
		if err == nil {
			want += n
			equal(tb, found, n, "records of a commit that reports no error, cancelled "+when)
			return
		}
		wantErr(tb, err, context.Canceled, "a commit cancelled "+when)
		equal(tb, found, 0, "records of a commit that reports "+err.Error()+", cancelled "+when)
	}
	for _, n := range []int{1, 3} {
		for looks := range 30 {
			ctx := lookedAt(tb.Context(), looks)
			try(ctx, n, fmt.Sprintf("when its context had been looked at %d times", looks))
			ctx.cancel()
		}
	}
	const large = 150
	for wait := 10 * time.Microsecond; wait < 40*time.Millisecond; wait += wait / 4 { // from before it begins to after its end
		ctx, cancel := context.WithCancel(whole)
		go func() {
			<-time.After(wait)
			cancel()
		}()
		try(ctx, large, fmt.Sprint("after ", wait))
		cancel()
	}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), query()))), want, "records in the end")
	equal(tb, len(events(tb, d, "")), want, "events in the end")
}

// moved lets a writer move a set of records from name to name, while readers wait for
// the first sign of each batch and then look at the other end of it.
func moved(tb testing.TB, d store.Driver) {
	const steps, set = 60, 12
	name := func(step, i int) store.Key { return key(fmt.Sprintf("%03d-%02d", step, i)) }
	there := func(ctx context.Context, k store.Key) (bool, error) {
		_, err := d.Get(ctx, k)
		if errors.Is(err, sp.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	await := func(ctx context.Context, k store.Key, want bool) error {
		for {
			if got, err := there(ctx, k); err != nil || got == want {
				return err
			}
			runtime.Gosched()
		}
	}
	batch := func(step int) (b store.Batch) {
		for i := range set {
			b.Puts = append(b.Puts, store.Put{Key: name(step, i)})
			if step > 0 {
				b.Deletes = append(b.Deletes, store.Delete{Key: name(step-1, i), If: 1})
			}
		}
		b.Events = []store.RecordedEvent{event("moved", int64(step+1), "moved")}
		return b
	}
	reader := func(sign, other store.Key, here bool) func(context.Context) error {
		return func(ctx context.Context) error {
			err := await(ctx, sign, here)
			if err != nil {
				return err
			}
			if got, err := there(ctx, other); err != nil || got == here {
				return fmt.Errorf("whoever has seen that %s is there: %t, sees that %s is there: %t: %w", sign, here, other, got, errors.Join(err, errHalf))
			}
			return nil
		}
	}
	commit(tb, d, batch(0))
	for step := 1; step <= steps; step++ {
		first, last := step%2*(set-1), (step+1)%2*(set-1)
		roles := []func(context.Context) error{
			reader(name(step, first), name(step-1, last), true),
			reader(name(step-1, first), name(step, last), false),
			func(ctx context.Context) error { return follow(ctx, d, int64(step+1), name(step-1, last), there) },
		}
		role := roles[step%len(roles)]
		ctx, cancel := context.WithTimeout(tb.Context(), patience)
		ready, done := make(chan struct{}), make(chan error, 1)
		go func() {
			close(ready)
			done <- role(ctx)
		}()
		<-ready
		runtime.Gosched()
		commit(tb, d, batch(step))
		err := <-done
		cancel()
		wantErr(tb, err, nil, "a reader beside a commit")
	}
}

var errHalf = errors.New("it sees half a batch")

// follow waits for an event of the version and then looks whether gone is.
func follow(ctx context.Context, d store.Driver, version int64, gone store.Key, there func(context.Context, store.Key) (bool, error)) error {
	var position store.Position
	for {
		for e, err := range d.Log(ctx, tenant, position) {
			if err != nil {
				return err
			}
			position = e.Position
			if e.Version < version {
				continue
			}
			if got, err := there(ctx, gone); err != nil || got {
				return fmt.Errorf("whoever has read event %d sees that %s is still there: %w", version, gone, errors.Join(err, errHalf))
			}
			return nil
		}
		runtime.Gosched()
	}
}
