package storetest

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var brokenConcurrency = []broken{
	{"records share memory with the store", "NoAlias", alter(func(d store.Driver, a *altered) {
		shared := map[store.Key]store.Record{}
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
			if r, ok := shared[k]; ok {
				return r, nil
			}
			r, err := d.Get(ctx, k)
			shared[k] = r
			return r, err
		}
	})},
	{"a batch is made ready where the caller keeps it", "NoAlias", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Events {
			b.Events[i].Stamp.At = b.Events[i].Stamp.At.UTC().Truncate(time.Microsecond)
		}
		return d.Commit(ctx, b)
	})},
	{"puts are sorted where the caller keeps them, against deadlocks", "NoAlias", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		slices.SortFunc(b.Puts, func(p, q store.Put) int { return p.Compare(q.Key) })
		return d.Commit(ctx, b)
	})},
	{"versions are compared before the lock is taken", "Race", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			r, err := d.Get(ctx, p.Key)
			if err == nil && p.If >= 0 && r.Version != p.If {
				return &store.ConflictError{Key: p.Key, Want: p.If, Got: r.Version}
			}
			runtime.Gosched()
			if p.If > 0 {
				b.Puts[i].If = store.Any
			}
		}
		return d.Commit(ctx, b)
	})},
	{"a writer that meets another gets a busy error", "Race", busy()},
	{"creation is not guarded", "RaceCreate", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			if r, err := d.Get(ctx, p.Key); err == nil && p.If == store.New {
				return &store.ConflictError{Key: p.Key, Got: r.Version}
			}
			runtime.Gosched()
			b.Puts[i].If = store.Any
		}
		return d.Commit(ctx, b)
	})},
	{"Any is the version that was read before the lock was taken", "RaceAny", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		b.Puts = slices.Clone(b.Puts)
		for i, p := range b.Puts {
			if r, err := d.Get(ctx, p.Key); err == nil || errors.Is(err, sp.ErrNotFound) {
				b.Puts[i].If = r.Version
			}
			runtime.Gosched()
		}
		return d.Commit(ctx, b)
	})},
	{"commits beside others fail at random", "Side", busy()},
	{"one writer's batch overtakes the other's half", "Crossing", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if len(b.Puts) < 2 || b.Puts[0].If < 1 {
			return d.Commit(ctx, b)
		}
		if err := d.Commit(ctx, store.Batch{Puts: b.Puts[:1]}); err != nil {
			return err
		}
		runtime.Gosched()
		b.Puts = b.Puts[1:]
		return d.Commit(ctx, b)
	})},
	{"readers see half a batch", "View", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if err := d.Commit(ctx, store.Batch{Puts: []store.Put{p}}); err != nil {
				return err
			}
			time.Sleep(100 * time.Microsecond)
		}
		return nil
	})},
	{"events can be read before their records", "View", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if err := d.Commit(ctx, store.Batch{Events: b.Events}); err != nil {
			return err
		}
		time.Sleep(100 * time.Microsecond)
		return d.Commit(ctx, store.Batch{Puts: b.Puts})
	})},
	{"pages are counted by offset", "ScanWhileWriting", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			plain := q
			plain.Limit = 0
			for offset := 0; ; offset += 20 {
				rs, err := all(d.Scan(ctx, plain))
				if err != nil {
					yield(store.Record{}, err)
					return
				}
				rs = rs[min(offset, len(rs)):]
				for i, r := range rs[:min(20, len(rs))] {
					if q.Limit > 0 && offset+i == q.Limit || !yield(r, nil) {
						return
					}
				}
				if len(rs) <= 20 {
					return
				}
				runtime.Gosched()
			}
		}
	})},
	{"the log is numbered before it is committed", "Tail", outOfOrder()},
}

// busy is a driver that refuses to wait for another writer.
func busy() func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		var mu sync.Mutex
		a.commit = func(ctx context.Context, b store.Batch) error {
			if !mu.TryLock() {
				return errors.New("database is locked")
			}
			defer mu.Unlock()
			time.Sleep(10 * time.Microsecond)
			return d.Commit(ctx, b)
		}
	})
}

// outOfOrder hides the newest events from some reads while it shows newer ones,
// as a table does whose sequence numbers are drawn before the commit.
func outOfOrder() func() store.Driver {
	return logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		es, err := all(d.Log(ctx, tenant, after))
		if n := len(es); n > 2 && n%3 == 0 {
			es = slices.Delete(es, n-2, n-1)
		}
		return listed(es, err)
	})
}
