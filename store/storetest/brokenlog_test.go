package storetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var brokenLogs = []broken{
	{"events lose their role", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Stamp.By.Role = sp.RoleSystem })
	})},
	{"events lose for whom somebody acted", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Stamp.By.For = "" })
	})},
	{"events lose what a link was for", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Stamp.By.Only = "" })
	})},
	{"events lose the key of their request", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Stamp.Key = "" })
	})},
	{"events have one time for both", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Stamp.At = e.Stamp.Recorded })
	})},
	{"an event without an actor is refused", "Log", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, e := range b.Events {
			if e.Stamp.By == (sp.Actor{}) {
				return errors.New("the column actor must not be null")
			}
		}
		return d.Commit(ctx, b)
	})},
	{"versions of events have 32 bits", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) { e.Version = int64(int32(e.Version)) })
	})},
	{"events of a batch come in the order of keys", "LogBatch", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		slices.SortStableFunc(b.Events, func(x, y store.RecordedEvent) int { return x.Key.Compare(y.Key) })
		return d.Commit(ctx, b)
	})},
	{"a position is that of its batch", "LogResume", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		var previous store.RecordedEvent
		return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) {
			if e.Key == previous.Key {
				e.Position = previous.Position
			}
			previous = *e
		})
	})},
	{"times are kept to the millisecond", "LogTimes", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Events {
			b.Events[i].Stamp.At = b.Events[i].Stamp.At.Truncate(time.Millisecond)
		}
		return d.Commit(ctx, b)
	})},
	{"times are kept as nanoseconds since 1970", "LogTimes", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Events {
			b.Events[i].Stamp.At = time.Unix(0, b.Events[i].Stamp.At.UnixNano())
		}
		return d.Commit(ctx, b)
	})},
	{"events without a put are dropped", "LogAlone", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if len(b.Puts)+len(b.Deletes) == 0 {
			b.Events = nil
		}
		return d.Commit(ctx, b)
	})},
	{"a log ends with its first page", "LogRerange", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		es, err := all(d.Log(ctx, tenant, after))
		return listed(es[:min(len(es), 100)], err)
	})},
	{"a log that was left early goes on from there", "LogRerange", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		rest := after
		return func(yield func(store.RecordedEvent, error) bool) {
			for e, err := range d.Log(ctx, tenant, rest) {
				rest = e.Position
				if !yield(e, err) {
					return
				}
			}
			rest = after
		}
	})},
	{"a log holds the only connection for reading while its body runs", "WriteInLog", alter(func(d store.Driver, a *altered) {
		connection := make(pool, 1)
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
			if err := connection.take(ctx); err != nil {
				return store.Record{}, err
			}
			defer connection.release()
			return d.Get(ctx, k)
		}
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
			return func(yield func(store.RecordedEvent, error) bool) {
				if err := connection.take(ctx); err != nil {
					yield(store.RecordedEvent{}, err)
					return
				}
				defer connection.release()
				d.Log(ctx, tenant, after)(yield)
			}
		}
	})},
	{"a log holds the only connection while its body runs", "WriteInLog", alter(func(d store.Driver, a *altered) {
		var mu sync.Mutex
		a.commit = func(ctx context.Context, b store.Batch) error {
			if !mu.TryLock() {
				return errors.New("the pool is exhausted")
			}
			defer mu.Unlock()
			return d.Commit(ctx, b)
		}
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
			return func(yield func(store.RecordedEvent, error) bool) {
				mu.Lock()
				defer mu.Unlock()
				d.Log(ctx, tenant, after)(yield)
			}
		}
	})},
}

var brokenContexts = []broken{
	{"a commit ignores its context", "Cancel", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		return d.Commit(context.WithoutCancel(ctx), b)
	})},
	{"a scan without answers ignores its context", "Cancel", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		rs, err := all(d.Scan(ctx, q))
		if len(rs) == 0 {
			err = nil
		}
		return listed(rs, err)
	})},
	{"a log without events ignores its context", "Cancel", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		es, err := all(d.Log(ctx, tenant, after))
		if len(es) == 0 && errors.Is(err, context.Canceled) && tenant == "none" {
			err = nil
		}
		return listed(es, err)
	})},
	{"a cancelled scan just ends", "CancelInScan", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			for r, err := range d.Scan(ctx, q) {
				if errors.Is(err, context.Canceled) || !yield(r, err) {
					return
				}
			}
		}
	})},
	{"a cancelled log just ends", "CancelInLog", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
		return func(yield func(store.RecordedEvent, error) bool) {
			for e, err := range d.Log(ctx, tenant, after) {
				if errors.Is(err, context.Canceled) || !yield(e, err) {
					return
				}
			}
		}
	})},
}
