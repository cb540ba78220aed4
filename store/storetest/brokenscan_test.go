package storetest

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/store"
)

var brokenScans = []broken{
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
}

var brokenRanges = []broken{
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
}
