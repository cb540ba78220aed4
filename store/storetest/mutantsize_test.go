package storetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/socialprescribing/sp/store"
)

// joinMutants hold two texts as one that a sign joins, without escaping it.
func joinMutants() (ms []mutant) {
	for _, sign := range []string{"/", ":", "|", "=", ",", ";", ".", "-", "_", " ", "#", "~", "\t", "\n", "\x01", "\x1f"} {
		split := func(a, b string) (string, string) {
			if before, behind, _ := strings.Cut(a+sign+b, sign); before != "" && behind != "" {
				return before, behind
			}
			return a, b
		}
		ms = append(ms,
			mutant{fmt.Sprintf("kind and ID are joined by %q", sign), keyed(func(k store.Key) store.Key {
				k.Kind, k.ID = split(k.Kind, k.ID)
				return k
			}), []string{"TextKind", "TextID"}},
			mutant{fmt.Sprintf("tenant and kind are joined by %q", sign), keyed(func(k store.Key) store.Key {
				k.Tenant, k.Kind = split(k.Tenant, k.Kind)
				return k
			}), []string{"TextTenant", "TextKind"}},
			mutant{fmt.Sprintf("name and value are joined by %q", sign), indexed(func(name, value string) (string, string) {
				if value == "" {
					return name, value
				}
				return split(name, value)
			}), []string{"Apart", "TextName"}},
			mutant{fmt.Sprintf("value and ID are joined by %q and so compared", sign), joined(sign), []string{"Cursor"}},
		)
	}
	return ms
}

// joined orders the answer by one text of value and ID.
func joined(sign string) func() store.Driver {
	return scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Check() != nil || q.Range.IsZero() {
			return d.Scan(ctx, q)
		}
		text := func(c store.Cursor) string { return c.Value + sign + c.ID }
		whole := q
		whole.After, whole.Limit = store.Cursor{}, 0
		rs, err := all(d.Scan(ctx, whole))
		rs = slices.DeleteFunc(rs, func(r store.Record) bool {
			return q.After != store.Cursor{} && text(q.Cursor(r)) <= text(q.After)
		})
		slices.SortFunc(rs, func(a, b store.Record) int { return strings.Compare(text(q.Cursor(a)), text(q.Cursor(b))) })
		if q.Limit > 0 {
			rs = rs[:min(q.Limit, len(rs))]
		}
		return listed(rs, err)
	})
}

// A slip is what happens to the n-th of something, or to what comes after it.
type slip struct {
	name string
	keep func(i, n int) int // how often the i-th is passed on, from 1
}

var slips = []slip{
	{"the rest is dropped", func(i, n int) int { return b2i(i <= n) }},
	{"one is dropped", func(i, n int) int { return b2i(i != n+1) }},
	{"one comes twice", func(i, n int) int { return 1 + b2i(i == n+1) }},
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// slipped passes the values of seq on as s says.
func slipped[T any](seq iter.Seq2[T, error], s slip, n int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		i := 0
		for v, err := range seq {
			if i++; err != nil {
				yield(v, err)
				return
			}
			for range s.keep(i, n) {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}

// volumeMutants are right as long as there is little.
func volumeMutants() (ms []mutant) {
	add := func(rules []string, driver func() store.Driver, format string, args ...any) {
		ms = append(ms, mutant{fmt.Sprintf(format, args...), driver, rules})
	}
	for _, n := range []int{64, 100, 128, 256, 500, 1000, 1024, 4096, 10_000, 16_384, 20_000, 32_768, 65_536} {
		for _, s := range slips {
			add([]string{"Limit", "Long"}, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
				return slipped(d.Scan(ctx, q), s, n)
			}), "beyond %d records of a scan %s", n, s.name)
			add([]string{"Long"}, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
				if q.Range.IsZero() {
					return d.Scan(ctx, q)
				}
				return slipped(d.Scan(ctx, q), s, n)
			}), "beyond %d records of a range %s", n, s.name)
			add([]string{"LogRerange", "Long"}, logging(func(d store.Driver, ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
				return slipped(d.Log(ctx, tenant, after), s, n)
			}), "beyond %d events of a log %s", n, s.name)
		}
	}
	for _, n := range []int{1, 15, 16, 31, 63, 64, 100, 128, 256, 500, 1000, 1024, 2048, 4096, 10_000} {
		sized := func(name string, change func(store.Batch) store.Batch) {
			add([]string{"LargeAtomic", "Large"}, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
				if len(b.Puts) > n || len(b.Deletes) > n || len(b.Events) > n {
					b = change(b)
				}
				return d.Commit(ctx, b)
			}), "of %d writes and more %s", n, name)
		}
		sized("the last put is dropped", func(b store.Batch) store.Batch { b.Puts = b.Puts[:max(0, len(b.Puts)-1)]; return b })
		sized("the last delete is dropped", func(b store.Batch) store.Batch { b.Deletes = b.Deletes[:max(0, len(b.Deletes)-1)]; return b })
		sized("the rest of the events is dropped", func(b store.Batch) store.Batch { b.Events = b.Events[:min(n, len(b.Events))]; return b })
		sized("the rest of the deletes is dropped", func(b store.Batch) store.Batch { b.Deletes = b.Deletes[:min(n, len(b.Deletes))]; return b })
		sized("events are turned round", func(b store.Batch) store.Batch {
			b.Events = slices.Clone(b.Events)
			slices.Reverse(b.Events)
			return b
		})
		add([]string{"LargeAtomic", "Atomic"}, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			if len(b.Puts) > n && b.Check() == nil {
				if err := d.Commit(ctx, store.Batch{Puts: b.Puts[:n], Events: b.Events}); err != nil {
					return err
				}
				b.Puts, b.Events = b.Puts[n:], nil
			}
			return d.Commit(ctx, b)
		}), "of %d writes and more, the first puts are committed before the rest conflicts", n)
	}
	for _, n := range []int{1, 255, 4096, 65_535, 65_536, 1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20} {
		add([]string{"Bodies"}, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			b.Puts = slices.Clone(b.Puts)
			for i, p := range b.Puts {
				b.Puts[i].Body = p.Body[:min(n, len(p.Body))]
			}
			return d.Commit(ctx, b)
		}), "a body is cut at %d bytes", n)
		add([]string{"Bodies"}, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			return edited(d.Scan(ctx, q), func(r *store.Record) { r.Body = r.Body[:min(n, len(r.Body))] })
		}), "a body is cut at %d bytes by a scan", n)
	}
	for _, n := range []int{0, 1, 255, 65_535, 1 << 20, 4 << 20, 8 << 20} {
		add([]string{"Log", "Bodies"}, writing(func(e *store.RecordedEvent) { e.Data = e.Data[:min(n, len(e.Data))] }), "data are cut at %d bytes", n)
	}
	for _, n := range []int{1, 2, 4, 8, 10, 16, 20, 30, 31} {
		add([]string{"Conditions"}, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			kept := store.Where{}
			for _, name := range slices.Sorted(keys(q.Where)) {
				if len(kept) < n {
					kept[name] = q.Where[name]
				}
			}
			if q.Where != nil {
				q.Where = kept
			}
			return d.Scan(ctx, q)
		}), "more than %d conditions are forgotten", n)
		add([]string{"Limits", "Conditions"}, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			b.Puts = slices.Clone(b.Puts)
			for i, p := range b.Puts {
				kept := store.Terms{}
				for _, name := range slices.Sorted(keys(p.Terms)) {
					if len(kept) < n {
						kept[name] = p.Terms[name]
					}
				}
				b.Puts[i].Terms = kept
			}
			return d.Commit(ctx, b)
		}), "more than %d terms are forgotten", n)
	}
	for _, n := range []int{1, 2, 8, 16, 32, 50, 64, 100, 128, 256, 500, 1000, 2048, 4096} {
		add([]string{"Conditions", "Large"}, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			kept := store.Where{}
			for name, values := range q.Where {
				kept[name] = values[:min(n, len(values))]
			}
			if q.Where != nil {
				q.Where = kept
			}
			return d.Scan(ctx, q)
		}), "more than %d values of a condition are forgotten", n)
	}
	return ms
}

func keys[V any](m map[string]V) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
