package storetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// rateMutants go wrong once in a while.
func rateMutants() (ms []mutant) {
	for _, n := range []int64{2, 3, 7, 10, 50, 97, 100, 499, 997, 1024, 1499, 4999} {
		counted := func(what string, rule string, change func(a *altered, d store.Driver, now func() bool)) {
			ms = append(ms, mutant{fmt.Sprintf("one %s in %d %s", strings.Fields(what)[0], n, strings.Join(strings.Fields(what)[1:], " ")), alter(func(d store.Driver, a *altered) {
				var count atomic.Int64
				change(a, d, func() bool { return count.Add(1)%n == 0 })
			}), []string{rule}})
		}
		counted("commit is lost", "EveryCommit", func(a *altered, d store.Driver, now func() bool) {
			a.commit = func(ctx context.Context, b store.Batch) error {
				if now() && b.Check() == nil {
					return nil
				}
				return d.Commit(ctx, b)
			}
		})
		counted("commit loses its events", "EveryCommit", func(a *altered, d store.Driver, now func() bool) {
			a.commit = func(ctx context.Context, b store.Batch) error {
				if now() && b.Check() == nil {
					b.Events = nil
				}
				return d.Commit(ctx, b)
			}
		})
		counted("commit writes its events twice", "EveryCommit", func(a *altered, d store.Driver, now func() bool) {
			a.commit = func(ctx context.Context, b store.Batch) error {
				if now() {
					b.Events = slices.Concat(b.Events, b.Events)
				}
				return d.Commit(ctx, b)
			}
		})
		counted("commit happens and reports a fault", "EveryCommit", func(a *altered, d store.Driver, now func() bool) {
			a.commit = func(ctx context.Context, b store.Batch) error {
				err := d.Commit(ctx, b)
				if now() && err == nil {
					return sp.ErrConflict
				}
				return err
			}
		})
		counted("read finds nothing", "Long", func(a *altered, d store.Driver, now func() bool) {
			a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
				if now() {
					return store.Record{}, sp.ErrNotFound
				}
				return d.Get(ctx, k)
			}
		})
		counted("event loses its data", "Long", func(a *altered, d store.Driver, now func() bool) {
			a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
				return edited(d.Log(ctx, tenant, after), func(e *store.RecordedEvent) {
					if now() {
						e.Data = nil
					}
				})
			}
		})
		counted("record of a scan is empty", "Long", func(a *altered, d store.Driver, now func() bool) {
			a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
				return edited(d.Scan(ctx, q), func(r *store.Record) {
					if now() {
						r.Body = nil
					}
				})
			}
		})
	}
	return ms
}

// pageMutants go wrong where one page ends and the next begins.
func pageMutants() (ms []mutant) {
	for _, n := range []int{10, 50, 64, 100, 128, 200, 256, 500, 512, 1000, 1024, 2000, 4096, 5000, 10_000, 16_384, 32_768} {
		for _, s := range []slip{
			{"and every one's first is dropped", func(i, n int) int { return b2i(i%n != 0) }},
			{"and every one's last comes twice", func(i, n int) int { return 1 + b2i(i%n == 0) }},
		} {
			ms = append(ms,
				mutant{fmt.Sprintf("pages of %d records are read %s", n, s.name), scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
					return slipped(d.Scan(ctx, q), s, n)
				}), []string{"Limit", "Long"}},
				mutant{fmt.Sprintf("pages of %d events are read %s", n, s.name), logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
					return slipped(d.Log(ctx, tenant, after), s, n)
				}), []string{"LogRerange", "Long"}},
				mutant{fmt.Sprintf("pages of %d events behind a position are read %s", n, s.name), logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
					if after == "" {
						return d.Log(ctx, tenant, after)
					}
					return slipped(d.Log(ctx, tenant, after), s, n)
				}), []string{"Long"}},
			)
		}
		for name, forget := range map[string]func(*store.Query){
			"the conditions are":         func(q *store.Query) { q.Where = nil },
			"the limit is":               func(q *store.Query) { q.Limit = 0 },
			"the end of the range is":    func(q *store.Query) { q.Range.Before = "" },
			"the order of the range is ": func(q *store.Query) { q.Range, q.After.Value = store.Range{}, "" },
		} {
			ms = append(ms, mutant{fmt.Sprintf("pages of %d records are read, behind the first of which %s forgotten", n, name), forgetful(n, forget), []string{"Limit", "RangeRerange", "Oracle", "Long"}})
		}
	}
	return ms
}

// forgetful asks for pages of n records, the second and all further ones of them
// by another query.
func forgetful(n int, forget func(*store.Query)) func() store.Driver {
	return scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Check() != nil || q.Limit > 0 && q.Limit <= n {
			return d.Scan(ctx, q)
		}
		return func(yield func(store.Record, error) bool) {
			head := q
			head.Limit = n
			rs, err := all(d.Scan(ctx, head))
			if err == nil && len(rs) == n {
				rest := q
				rest.After = q.Cursor(rs[n-1])
				if rest.Limit > 0 {
					rest.Limit -= n
				}
				forget(&rest)
				var more []store.Record
				more, err = all(d.Scan(ctx, rest))
				rs = append(rs, more...)
			}
			listed(rs, err)(yield)
		}
	})
}
