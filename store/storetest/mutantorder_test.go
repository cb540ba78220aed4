package storetest

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// orderMutants make parts of a batch visible one after the other.
func orderMutants() (ms []mutant) {
	parts := map[string]func(store.Batch) store.Batch{
		"puts":    func(b store.Batch) store.Batch { return store.Batch{Puts: b.Puts} },
		"deletes": func(b store.Batch) store.Batch { return store.Batch{Deletes: b.Deletes} },
		"events":  func(b store.Batch) store.Batch { return store.Batch{Events: b.Events} },
	}
	for _, order := range [][]string{
		{"puts", "deletes", "events"},
		{"puts", "events", "deletes"},
		{"deletes", "puts", "events"},
		{"deletes", "events", "puts"},
		{"events", "puts", "deletes"},
		{"events", "deletes", "puts"},
	} {
		ms = append(ms, mutant{"readers see " + strings.Join(order, ", then ") + " of a batch", phased(order, parts), []string{"Moved", "View"}})
	}
	for name, less := range map[string]func(a, b string) int{
		"without case": func(a, b string) int {
			return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
		},
		"by length":  func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) },
		"backwards":  func(a, b string) int { return strings.Compare(b, a) },
		"as numbers": func(a, b string) int { return cmp.Or(cmp.Compare(leading(a), leading(b)), strings.Compare(a, b)) },
		"by their first eight bytes": func(a, b string) int {
			return cmp.Or(strings.Compare(a[:min(8, len(a))], b[:min(8, len(b))]), strings.Compare(b, a))
		},
		"by their last sign": func(a, b string) int {
			return cmp.Or(strings.Compare(a[max(0, len(a)-1):], b[max(0, len(b)-1):]), strings.Compare(a, b))
		},
		"as UTF-16":                    func(a, b string) int { return slices.Compare(utf16(a), utf16(b)) },
		"without punctuation at first": func(a, b string) int { return cmp.Or(strings.Compare(letters(a), letters(b)), strings.Compare(a, b)) },
	} {
		ms = append(ms, mutant{"IDs are ordered " + name, ordered(func(a, b store.Cursor) int { return cmp.Or(strings.Compare(a.Value, b.Value), less(a.ID, b.ID)) }), []string{"ByteOrder", "RangeAfter", "TextID"}},
			mutant{"values are ordered " + name, ordered(func(a, b store.Cursor) int { return cmp.Or(less(a.Value, b.Value), strings.Compare(a.ID, b.ID)) }), []string{"Range", "Cursor", "TextValue"}})
	}
	return ms
}

func leading(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}

func utf16(s string) (units []int) {
	for _, r := range s {
		if r > 0xffff {
			units = append(units, 0xd800+int(r-0x10000)>>10)
		}
		units = append(units, int(r))
	}
	return units
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' {
			return -1
		}
		return r
	}, s)
}

// ordered answers in another order, page by page as well.
func ordered(compare func(a, b store.Cursor) int) func() store.Driver {
	return scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Check() != nil {
			return d.Scan(ctx, q)
		}
		whole := q
		whole.After, whole.Limit = store.Cursor{}, 0
		rs, err := all(d.Scan(ctx, whole))
		rs = slices.DeleteFunc(rs, func(r store.Record) bool {
			return q.After != store.Cursor{} && compare(q.Cursor(r), q.After) <= 0
		})
		slices.SortFunc(rs, func(a, b store.Record) int { return compare(q.Cursor(a), q.Cursor(b)) })
		if q.Limit > 0 {
			rs = rs[:min(q.Limit, len(rs))]
		}
		return listed(rs, err)
	})
}

// phased checks a batch as a whole, and then commits its parts in order.
func phased(order []string, parts map[string]func(store.Batch) store.Batch) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		var mu sync.Mutex
		a.commit = func(ctx context.Context, b store.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if b.Check() != nil {
				return d.Commit(ctx, b)
			}
			for _, p := range b.Puts {
				if err := expect(ctx, d, p.Key, p.If); err != nil {
					return err
				}
			}
			for _, del := range b.Deletes {
				if err := expect(ctx, d, del.Key, del.If); err != nil {
					return err
				}
			}
			for _, name := range order {
				if err := d.Commit(ctx, parts[name](b)); err != nil {
					return err
				}
				if len(b.Puts)+len(b.Deletes) > 5 {
					for end := time.Now().Add(20 * time.Microsecond); time.Now().Before(end); {
						runtime.Gosched()
					}
				}
			}
			return nil
		}
	})
}

func expect(ctx context.Context, d store.Driver, k store.Key, want int64) error {
	r, err := d.Get(ctx, k)
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return err
	}
	if want != store.Any && r.Version != want {
		return &store.ConflictError{Key: k, Want: want, Got: r.Version}
	}
	return nil
}
