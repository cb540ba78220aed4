package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A broken driver has one defect, which it shares with real drivers that were
// written in good faith. The rule named must catch it.
type broken struct {
	defect string
	rule   string
	driver func() store.Driver
}

// altered is a memory store with some of its methods replaced.
type altered struct {
	store.Driver
	get    func(context.Context, store.Key) (store.Record, error)
	commit func(context.Context, store.Batch) error
	scan   func(context.Context, store.Query) iter.Seq2[store.Record, error]
	log    func(context.Context, string, store.Position) iter.Seq2[store.Event, error]
}

func (a *altered) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if a.get != nil {
		return a.get(ctx, k)
	}
	return a.Driver.Get(ctx, k)
}

func (a *altered) Commit(ctx context.Context, b store.Batch) error {
	if a.commit != nil {
		return a.commit(ctx, b)
	}
	return a.Driver.Commit(ctx, b)
}

func (a *altered) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	if a.scan != nil {
		return a.scan(ctx, q)
	}
	return a.Driver.Scan(ctx, q)
}

func (a *altered) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
	if a.log != nil {
		return a.log(ctx, tenant, after)
	}
	return a.Driver.Log(ctx, tenant, after)
}

func alter(change func(d store.Driver, a *altered)) func() store.Driver {
	return func() store.Driver {
		a := &altered{Driver: memstore.New()}
		change(a.Driver, a)
		return a
	}
}

// getting, committing, scanning and logging break one method each.
func getting(f func(d store.Driver, ctx context.Context, k store.Key) (store.Record, error)) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) { return f(d, ctx, k) }
	})
}

func committing(f func(d store.Driver, ctx context.Context, b store.Batch) error) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.commit = func(ctx context.Context, b store.Batch) error { return f(d, ctx, b) }
	})
}

func scanning(f func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error]) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] { return f(d, ctx, q) }
	})
}

func logging(f func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error]) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
			return f(d, ctx, tenant, after)
		}
	})
}

// edited changes every value of seq.
func edited[T any](seq iter.Seq2[T, error], edit func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err == nil {
				edit(&v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// listed yields vs, and then err unless it is nil.
func listed[T any](vs []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range vs {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

func all[T any](seq iter.Seq2[T, error]) (vs []T, err error) {
	for v, err := range seq {
		if err != nil {
			return vs, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}

var brokenDrivers = []broken{
	{"an unknown key gives an empty record", "GetMissing", getting(func(d store.Driver, ctx context.Context, k store.Key) (store.Record, error) {
		r, err := d.Get(ctx, k)
		if errors.Is(err, sp.ErrNotFound) {
			return store.Record{Key: k}, nil
		}
		return r, err
	})},
	{"bodies are kept as text", "RoundTrip", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			b.Puts[i].Body = []byte(strings.ToValidUTF8(string(b.Puts[i].Body), "?"))
		}
		return d.Commit(ctx, b)
	})},
	{"long names are cut", "Limits", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Events {
			by := &b.Events[i].Stamp.By
			by.ID = by.ID[:min(len(by.ID), 64)]
		}
		return d.Commit(ctx, b)
	})},
	{"a create overwrites", "CreateTwice", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			if b.Puts[i].If == store.New {
				b.Puts[i].If = store.Any
			}
		}
		return d.Commit(ctx, b)
	})},
	{"versions are not compared", "StaleUpdate", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			if b.Puts[i].If > 0 {
				b.Puts[i].If = store.Any
			}
		}
		return d.Commit(ctx, b)
	})},
	{"a conflict does not say which version stands there", "StaleUpdate", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		err := d.Commit(ctx, b)
		if conflict, ok := errors.AsType[*store.ConflictError](err); ok {
			return &store.ConflictError{Key: conflict.Key, Want: conflict.Want}
		}
		return err
	})},
	{"an update of a missing record does nothing", "UpdateMissing", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		err := d.Commit(ctx, b)
		if conflict, ok := errors.AsType[*store.ConflictError](err); ok && conflict.Got == 0 {
			return nil
		}
		return err
	})},
	{"Any starts again at version 1", "Any", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if p.If == store.Any {
				if err := d.Commit(ctx, store.Batch{Deletes: []store.Delete{{Key: p.Key, If: store.Any}}}); err != nil {
					return err
				}
			}
		}
		return d.Commit(ctx, b)
	})},
	{"puts are committed one by one", "Atomic", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, p := range b.Puts {
			if err := d.Commit(ctx, store.Batch{Puts: []store.Put{p}}); err != nil {
				return err
			}
		}
		return d.Commit(ctx, store.Batch{Deletes: b.Deletes, Events: b.Events})
	})},
	{"events are written before the versions are compared", "Atomic", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if err := b.Check(); err != nil {
			return err
		}
		if err := d.Commit(ctx, store.Batch{Events: b.Events}); err != nil {
			return err
		}
		return d.Commit(ctx, store.Batch{Puts: b.Puts, Deletes: b.Deletes})
	})},
	{"an empty batch is an error", "Empty", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		if b.IsZero() {
			return sp.ErrInvalid
		}
		return d.Commit(ctx, b)
	})},
	{"a large batch is cut into several", "Large", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for some := range slices.Chunk(b.Puts, 1000) {
			if err := d.Commit(ctx, store.Batch{Puts: some}); err != nil {
				return err
			}
		}
		return d.Commit(ctx, store.Batch{Deletes: b.Deletes, Events: b.Events})
	})},
	{"kind and ID are joined into one key", "Kinds", alter(func(d store.Driver, a *altered) {
		join := func(k store.Key) store.Key { return store.Key{Tenant: k.Tenant, Kind: "all", ID: k.Kind + "/" + k.ID} }
		a.commit = func(ctx context.Context, b store.Batch) error {
			for i := range b.Puts {
				b.Puts[i].Key = join(b.Puts[i].Key)
			}
			return d.Commit(ctx, b)
		}
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) { return d.Get(ctx, join(k)) }
	})},
	{"the log is everybody's", "Tenants", alter(func(d store.Driver, a *altered) {
		a.commit = func(ctx context.Context, b store.Batch) error {
			for i := range b.Events {
				b.Events[i].Key.Tenant = "all"
			}
			return d.Commit(ctx, b)
		}
		a.log = func(ctx context.Context, _ string, after store.Position) iter.Seq2[store.Event, error] {
			return d.Log(ctx, "all", after)
		}
	})},
	{"a query forgets its tenant", "Tenants", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		q.Tenant = strings.ToLower(q.Tenant)
		return d.Scan(ctx, q)
	})},
	{"a delete only empties the record", "Delete", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, del := range b.Deletes {
			b.Puts = append(b.Puts, store.Put{Key: del.Key, If: del.If})
		}
		b.Deletes = nil
		return d.Commit(ctx, b)
	})},
	{"a delete does not compare versions", "StaleDelete", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Deletes {
			b.Deletes[i].If = store.Any
		}
		return d.Commit(ctx, b)
	})},
	{"deleting nothing is an error", "DeleteAny", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for _, del := range b.Deletes {
			if _, err := d.Get(ctx, del.Key); err != nil {
				return err
			}
		}
		return d.Commit(ctx, b)
	})},
	{"events go with their record", "DeleteKeepsLog", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		es, err := all(d.Log(ctx, tenant, after))
		es = slices.DeleteFunc(es, func(e store.Event) bool {
			_, err := d.Get(ctx, e.Key)
			return errors.Is(err, sp.ErrNotFound)
		})
		return listed(es, err)
	})},
	{"a deleted key can never be used again", "Recreate", alter(func(d store.Driver, a *altered) {
		gone := map[store.Key]bool{}
		a.commit = func(ctx context.Context, b store.Batch) error {
			for _, p := range b.Puts {
				if gone[p.Key] {
					return &store.ConflictError{Key: p.Key, Want: p.If}
				}
			}
			for _, del := range b.Deletes {
				gone[del.Key] = true
			}
			return d.Commit(ctx, b)
		}
	})},
	{"terms without value are dropped", "RefusedBatch", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i := range b.Puts {
			b.Puts[i].Terms = maps.Clone(b.Puts[i].Terms).Compact()
		}
		return d.Commit(ctx, b)
	})},
	{"a query without tenant finds nothing", "RefusedKey", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Tenant == "" {
			return listed[store.Record](nil, nil)
		}
		return d.Scan(ctx, q)
	})},
	{"nonsense as a position starts from the beginning", "RefusedKey", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		seq := d.Log(ctx, tenant, after)
		if errors.Is(failure(seq), sp.ErrInvalid) && tenant != "" {
			return d.Log(ctx, tenant, "")
		}
		return seq
	})},
	{"records come in the order of a linguistic collation", "ByteOrder", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		rs, err := all(d.Scan(ctx, q))
		slices.SortStableFunc(rs, func(a, b store.Record) int { return strings.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)) })
		return listed(rs, err)
	})},
	{"a cursor is inclusive", "After", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if r, err := d.Get(ctx, store.Key{Tenant: q.Tenant, Kind: q.Kind, ID: q.After.ID}); err == nil && q.Match(store.Record{Key: r.Key, Terms: r.Terms}) == q.Match(r) {
			q.After.ID = r.ID[:len(r.ID)-1]
		}
		return d.Scan(ctx, q)
	})},
	{"the limit bounds the rows examined", "Limit", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		everything := q
		everything.Where = nil
		rs, err := all(d.Scan(ctx, everything))
		return listed(slices.DeleteFunc(rs, func(r store.Record) bool { return !q.Match(r) }), err)
	})},
	{"a condition without values is no condition", "Where", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		q.Where = maps.Clone(q.Where)
		maps.DeleteFunc(q.Where, func(_ string, values []string) bool { return len(values) == 0 })
		return d.Scan(ctx, q)
	})},
	{"only the last condition counts", "Where", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if names := slices.Sorted(maps.Keys(q.Where)); len(names) > 1 {
			q.Where = map[string][]string{names[0]: q.Where[names[0]]}
		}
		return d.Scan(ctx, q)
	})},
	{"old terms stay in the index", "ReplaceTerms", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			if old, err := d.Get(ctx, p.Key); err == nil {
				maps.Copy(old.Terms, p.Terms)
				b.Puts[i].Terms = old.Terms
			}
		}
		return d.Commit(ctx, b)
	})},
	{"an iterator keeps its cursor from one range to the next", "Rerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			for r, err := range d.Scan(ctx, q) {
				if !yield(r, err) {
					return
				}
				if err == nil {
					q.After = q.Cursor(r)
				}
			}
		}
	})},
	{"a scan that is left early keeps its lock", "Break", alter(func(d store.Driver, a *altered) {
		lock := make(pool, 1)
		a.commit = func(ctx context.Context, b store.Batch) error {
			if err := lock.take(ctx); err != nil {
				return err
			}
			defer lock.release()
			return d.Commit(ctx, b)
		}
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			return func(yield func(store.Record, error) bool) {
				if err := lock.take(ctx); err != nil {
					yield(store.Record{}, err)
					return
				}
				for r, err := range d.Scan(ctx, q) {
					if !yield(r, err) {
						return
					}
				}
				lock.release()
			}
		}
	})},
	{"a scan holds the only connection while its body runs", "WriteInScan", alter(func(d store.Driver, a *altered) {
		connection := make(pool, 1)
		a.commit = func(ctx context.Context, b store.Batch) error {
			if err := connection.take(ctx); err != nil {
				return err
			}
			defer connection.release()
			return d.Commit(ctx, b)
		}
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			return func(yield func(store.Record, error) bool) {
				if err := connection.take(ctx); err != nil {
					yield(store.Record{}, err)
					return
				}
				defer connection.release()
				d.Scan(ctx, q)(yield)
			}
		}
	})},
	{"a page repeats the last record of the one before", "Page", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.After.ID != "" {
			q.After.ID = q.After.ID[:len(q.After.ID)-1]
		}
		return d.Scan(ctx, q)
	})},
	{"a range includes its end", "Range", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Range.Before != "" {
			q.Range.Before += "\x01"
		}
		return d.Scan(ctx, q)
	})},
	{"a range answers in the order of IDs", "Range", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		rs, err := all(d.Scan(ctx, q))
		slices.SortFunc(rs, func(a, b store.Record) int { return strings.Compare(a.ID, b.ID) })
		return listed(rs, err)
	})},
	{"a range resumes behind the value and forgets the ID", "RangeAfter", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.After.Value != "" {
			q.After.ID = "\U0010ffff"
		}
		return d.Scan(ctx, q)
	})},
	{"a range forgets the conditions", "RangeWhere", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if !q.Range.IsZero() {
			q.Where = nil
		}
		return d.Scan(ctx, q)
	})},
	{"a long range ends with its first page", "RangeRerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Limit == 0 && !q.Range.IsZero() {
			q.Limit = 100
		}
		return d.Scan(ctx, q)
	})},
	{"two conditions and a range give up the third", "Oracle", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if len(q.Where) == 1 && !q.Range.IsZero() && q.After != (store.Cursor{}) {
			q.Where = nil
		}
		return d.Scan(ctx, q)
	})},
	{"events lose their role", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.Event) { e.Stamp.By.Role = sp.RoleSystem })
	})},
	{"events have one time for both", "Log", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		return edited(d.Log(ctx, tenant, after), func(e *store.Event) { e.Stamp.At = e.Stamp.Recorded })
	})},
	{"events of a batch come in the order of keys", "LogBatch", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		slices.SortStableFunc(b.Events, func(x, y store.Event) int { return x.Key.Compare(y.Key) })
		return d.Commit(ctx, b)
	})},
	{"a position is that of its batch", "LogResume", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		var previous store.Event
		return edited(d.Log(ctx, tenant, after), func(e *store.Event) {
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
	{"a log ends with its first page", "LogRerange", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		es, err := all(d.Log(ctx, tenant, after))
		return listed(es[:min(len(es), 100)], err)
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
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
			return func(yield func(store.Event, error) bool) {
				mu.Lock()
				defer mu.Unlock()
				d.Log(ctx, tenant, after)(yield)
			}
		}
	})},
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
	{"a cancelled scan just ends", "CancelInScan", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			for r, err := range d.Scan(ctx, q) {
				if errors.Is(err, context.Canceled) || !yield(r, err) {
					return
				}
			}
		}
	})},
	{"a cancelled log just ends", "CancelInLog", logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		return func(yield func(store.Event, error) bool) {
			for e, err := range d.Log(ctx, tenant, after) {
				if errors.Is(err, context.Canceled) || !yield(e, err) {
					return
				}
			}
		}
	})},
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

// A pool lends its connections to those that wait for one, but not for ever.
type pool chan struct{}

func (p pool) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	select {
	case p <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for a connection: %w", ctx.Err())
	}
}

func (p pool) release() { <-p }

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
	return logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
		es, err := all(d.Log(ctx, tenant, after))
		if n := len(es); n > 2 && n%3 == 0 {
			es = slices.Delete(es, n-2, n-1)
		}
		return listed(es, err)
	})
}

// A recorder takes down failures in place of the test it stands for.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	failed bool
	text   string
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed, r.text = true, r.text+text+"\n"
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.note(fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.note(fmt.Sprint(args...)) }

func (r *recorder) Fatal(args ...any) {
	r.note(fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.note(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

// try runs one rule and reports whether the driver failed it.
func try(t *testing.T, name string, d store.Driver) *recorder {
	t.Helper()
	i := slices.IndexFunc(rules(), func(r rule) bool { return r.name == name })
	if i < 0 {
		t.Fatalf("there is no rule %s", name)
	}
	rec := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		rules()[i].test(rec, d)
	}()
	<-done
	return rec
}

func TestEveryBrokenDriverIsCaughtByTheRuleThatNamesItsDefect(t *testing.T) {
	for _, b := range brokenDrivers {
		t.Run(b.defect, func(t *testing.T) {
			t.Parallel()
			for range 20 { // those that race are caught sooner or later
				if try(t, b.rule, b.driver()).failed {
					return
				}
			}
			t.Fatalf("rule %s does not see that %s", b.rule, b.defect)
		})
	}
}

func TestEveryRuleCatchesSomeDefect(t *testing.T) {
	caught := map[string]bool{}
	for _, b := range brokenDrivers {
		caught[b.rule] = true
	}
	for _, r := range rules() {
		if !caught[r.name] {
			t.Errorf("no broken driver shows that rule %s can fail", r.name)
		}
		if r.why == "" {
			t.Errorf("rule %s has no why", r.name)
		}
	}
}
