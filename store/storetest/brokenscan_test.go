package storetest

import (
	"cmp"
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
	{"composed and decomposed letters are one", "ByteOrder", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			b.Puts[i].ID = strings.ReplaceAll(p.ID, "a\u0308", "ä")
		}
		return d.Commit(ctx, b)
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
			q.Where = store.Where{names[0]: q.Where[names[0]]}
		}
		return d.Scan(ctx, q)
	})},
	{"the values of a condition are sorted where the caller keeps them", "Where", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		for _, values := range q.Where {
			slices.Sort(values)
		}
		return d.Scan(ctx, q)
	})},
	{"an update without terms or body keeps the old", "ReplaceTerms", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		for i, p := range b.Puts {
			if old, err := d.Get(ctx, p.Key); err == nil && p.Terms == nil && p.Body == nil {
				b.Puts[i].Terms, b.Puts[i].Body = old.Terms, old.Body
			}
		}
		return d.Commit(ctx, b)
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
	{"an iterator that was left early goes on from there", "Rerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		rest := q
		return func(yield func(store.Record, error) bool) {
			for r, err := range d.Scan(ctx, rest) {
				rest.After = rest.Cursor(r)
				if !yield(r, err) {
					return
				}
			}
			rest = q
		}
	})},
	{"an iterator has one place for two loops", "Rerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		var rs []store.Record
		return func(yield func(store.Record, error) bool) {
			var err error
			for rs, err = all(d.Scan(ctx, q)); len(rs) > 0; {
				r := rs[0]
				rs = rs[1:]
				if !yield(r, nil) {
					return
				}
			}
			listed(rs, err)(yield)
		}
	})},
	{"an answer to several values ends with its first page", "Rerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		for _, values := range q.Where {
			if len(values) > 1 {
				q.Limit = min(cmp.Or(q.Limit, 100), 100)
			}
		}
		return d.Scan(ctx, q)
	})},
	{"a scan that is left early leaves its goroutine", "Break", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			records := make(chan store.Record)
			go func() {
				defer close(records)
				for r := range d.Scan(ctx, q) {
					records <- r
				}
			}()
			for r := range records {
				if !yield(r, nil) {
					return
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
	{"a long range with a condition ends with its first page", "RangeRerange", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Limit == 0 && !q.Range.IsZero() && len(q.Where) > 0 {
			q.Limit = 100
		}
		return d.Scan(ctx, q)
	})},
	{"names are joined by a sign that they may hold", "Apart", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		b.Puts = slices.Clone(b.Puts)
		for i, p := range b.Puts {
			joined := store.Terms{}
			for name, value := range p.Terms {
				name, value, _ = strings.Cut(name+"="+value, "=")
				joined[name] = value
			}
			b.Puts[i].Terms = joined
		}
		return d.Commit(ctx, b)
	})},
	{"a second condition is forgotten behind a cursor", "Oracle", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if names := slices.Sorted(maps.Keys(q.Where)); len(names) == 2 && q.After != (store.Cursor{}) {
			q.Where = store.Where{names[0]: q.Where[names[0]]}
		}
		return d.Scan(ctx, q)
	})},
	{"a third condition is forgotten", "Oracle", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if names := slices.Sorted(maps.Keys(q.Where)); len(names) == 3 {
			q.Where = store.Where{names[0]: q.Where[names[0]], names[1]: q.Where[names[1]]}
		}
		return d.Scan(ctx, q)
	})},
	{"a condition is forgotten behind a cursor of a range", "Oracle", scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if len(q.Where) == 1 && !q.Range.IsZero() && q.After != (store.Cursor{}) {
			q.Where = nil
		}
		return d.Scan(ctx, q)
	})},
}
