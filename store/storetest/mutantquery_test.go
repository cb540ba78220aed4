package storetest

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/socialprescribing/sp/store"
)

// queryMutants understand queries in some other way.
func queryMutants() (ms []mutant) {
	add := func(name string, driver func() store.Driver, rules ...string) {
		ms = append(ms, mutant{name, driver, rules})
	}
	for name, match := range map[string]func(values []string, value string) bool{
		"their first value counts": func(vs []string, v string) bool { return len(vs) > 0 && vs[0] == v },
		"their last value counts":  func(vs []string, v string) bool { return len(vs) > 0 && vs[len(vs)-1] == v },
		"the value begins with theirs": func(vs []string, v string) bool {
			return slices.ContainsFunc(vs, func(w string) bool { return strings.HasPrefix(v, w) })
		},
		"the value ends with theirs": func(vs []string, v string) bool {
			return slices.ContainsFunc(vs, func(w string) bool { return strings.HasSuffix(v, w) })
		},
		"the value contains theirs": func(vs []string, v string) bool {
			return slices.ContainsFunc(vs, func(w string) bool { return strings.Contains(v, w) })
		},
		"theirs contains the value": func(vs []string, v string) bool {
			return slices.ContainsFunc(vs, func(w string) bool { return strings.Contains(w, v) })
		},
		"they are empty, too":         func(vs []string, v string) bool { return len(vs) == 0 || slices.Contains(vs, v) },
		"the value is none of theirs": func(vs []string, v string) bool { return !slices.Contains(vs, v) },
		"all their values are the value": func(vs []string, v string) bool {
			return len(vs) > 0 && !slices.ContainsFunc(vs, func(w string) bool { return w != v })
		},
		"their values have its length": func(vs []string, v string) bool {
			return slices.ContainsFunc(vs, func(w string) bool { return len(w) == len(v) })
		},
	} {
		add("conditions are met if "+name, filtered(func(q store.Query, r store.Record) bool {
			for name, values := range q.Where {
				if value, ok := r.Terms[name]; !ok || !match(values, value) {
					return false
				}
			}
			return true
		}), "Where", "Oracle", "TextValue")
	}
	add("one condition of several is enough", filtered(func(q store.Query, r store.Record) bool {
		for name, values := range q.Where {
			if slices.Contains(values, r.Terms[name]) {
				return true
			}
		}
		return len(q.Where) == 0
	}), "Where", "Oracle")
	add("a term that a record lacks meets any condition", filtered(func(q store.Query, r store.Record) bool {
		for name, values := range q.Where {
			if value, ok := r.Terms[name]; ok && !slices.Contains(values, value) {
				return false
			}
		}
		return true
	}), "Where", "Oracle")
	for name, change := range map[string]func(*store.Query){
		"From is left out":              func(q *store.Query) { q.Range.From = "" },
		"Before is left out":            func(q *store.Query) { q.Range.Before = "" },
		"From and Before are exchanged": func(q *store.Query) { q.Range.From, q.Range.Before = q.Range.Before, q.Range.From },
		"From is left out behind a cursor": func(q *store.Query) {
			if q.After != (store.Cursor{}) {
				q.Range.From = ""
			}
		},
		"Before is left out behind a cursor": func(q *store.Query) {
			if q.After != (store.Cursor{}) {
				q.Range.Before = ""
			}
		},
		"From is exclusive": func(q *store.Query) {
			if q.Range.From != "" {
				q.Range.From += "\x01"
			}
		},
		"Before is inclusive": func(q *store.Query) {
			if q.Range.Before != "" {
				q.Range.Before += "\x01"
			}
		},
		"the cursor's ID is left out": func(q *store.Query) {
			if !q.Range.IsZero() {
				q.After.ID = ""
			}
		},
		"the cursor's value is left out": func(q *store.Query) { q.After.Value = "" },
		"the cursor is left out":         func(q *store.Query) { q.After = store.Cursor{} },
		"the cursor is inclusive": func(q *store.Query) {
			if q.After.ID != "" {
				q.After.ID = strings.ToValidUTF8(q.After.ID[:len(q.After.ID)-1], "")
			}
		},
		"the limit is left out": func(q *store.Query) { q.Limit = 0 },
		"the limit is one less": func(q *store.Query) {
			if q.Limit > 1 {
				q.Limit--
			}
		},
		"the limit is one more": func(q *store.Query) {
			if q.Limit > 0 {
				q.Limit++
			}
		},
		"the limit is at most 100":      func(q *store.Query) { q.Limit = min(q.Limit, 100) },
		"the limit is at most 1,000":    func(q *store.Query) { q.Limit = min(q.Limit, 1000) },
		"no limit is a limit of 1,000":  func(q *store.Query) { q.Limit = cmp.Or(q.Limit, 1000) },
		"no limit is a limit of 10,000": func(q *store.Query) { q.Limit = cmp.Or(q.Limit, 10_000) },
		"the kind is left out with a range": func(q *store.Query) {
			if !q.Range.IsZero() {
				q.Kind = kindK
			}
		},
	} {
		add("of a query "+name, scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			if q.Check() == nil {
				change(&q)
			}
			return d.Scan(ctx, q)
		}), "Range", "RangeAfter", "After", "Limit", "Oracle", "Long")
	}
	return ms
}

// filtered answers with the records that match, beside the range and the cursor.
func filtered(match func(store.Query, store.Record) bool) func() store.Driver {
	return scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Check() != nil {
			return d.Scan(ctx, q)
		}
		whole := q
		whole.Where, whole.Limit = nil, 0
		rs, err := all(d.Scan(ctx, whole))
		rs = slices.DeleteFunc(rs, func(r store.Record) bool { return !match(q, r) })
		if q.Limit > 0 {
			rs = rs[:min(q.Limit, len(rs))]
		}
		return listed(rs, err)
	})
}

// timeMutants keep times in some other form, and events once only.
func timeMutants() (ms []mutant) {
	for name, change := range map[string]func(time.Time) time.Time{
		"in milliseconds":           func(t time.Time) time.Time { return t.Truncate(time.Millisecond) },
		"in seconds":                func(t time.Time) time.Time { return t.Truncate(time.Second) },
		"to the next microsecond":   func(t time.Time) time.Time { return t.Add(999).Truncate(time.Microsecond) },
		"to the nearest one":        func(t time.Time) time.Time { return t.Round(time.Microsecond) },
		"as nanoseconds of 1970":    func(t time.Time) time.Time { return time.Unix(0, t.UnixNano()) },
		"as floating point seconds": func(t time.Time) time.Time { return time.UnixMicro(int64(float32(t.UnixMicro()))) },
		"without their zone": func(t time.Time) time.Time {
			y, m, d := t.Date()
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		},
		"from 1900 on": func(t time.Time) time.Time {
			if t.Year() < 1900 {
				return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			return t
		},
		"with years of two digits": func(t time.Time) time.Time { return t.AddDate(2000+t.Year()%100-t.Year(), 0, 0) },
		"to the year 2262": func(t time.Time) time.Time {
			if t.Year() > 2262 {
				return time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			return t
		},
	} {
		ms = append(ms,
			mutant{"times when it happened are kept " + name, writing(func(e *store.RecordedEvent) { e.Stamp.At = change(e.Stamp.At) }), []string{"Log", "LogTimes"}},
			mutant{"times when it was recorded are kept " + name, writing(func(e *store.RecordedEvent) { e.Stamp.Recorded = change(e.Stamp.Recorded) }), []string{"Log", "LogTimes"}})
	}
	same := func(a, b store.RecordedEvent) bool {
		a.Position, b.Position = "", ""
		return a.Key == b.Key && a.Version == b.Version && a.Type == b.Type && string(a.Data) == string(b.Data)
	}
	ms = append(ms,
		mutant{"equal events of one batch are one", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			b.Events = slices.CompactFunc(slices.Clone(b.Events), same)
			return d.Commit(ctx, b)
		}), []string{"LogRepeats"}},
		mutant{"events that are in the log already are left out", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			if len(b.Events) == 0 || len(b.Events) > 20 || b.Check() != nil || ctx.Err() != nil {
				return d.Commit(ctx, b)
			}
			known, _ := all(d.Log(ctx, b.Events[0].Key.Tenant, ""))
			b.Events = slices.DeleteFunc(slices.Clone(b.Events), func(e store.RecordedEvent) bool {
				return slices.ContainsFunc(known, func(k store.RecordedEvent) bool { return same(e, k) })
			})
			return d.Commit(ctx, b)
		}), []string{"LogRepeats"}},
		mutant{"equal batches of events alone are one", alter(func(d store.Driver, a *altered) {
			var mu sync.Mutex
			known := map[string]bool{}
			a.commit = func(ctx context.Context, b store.Batch) error {
				mu.Lock()
				defer mu.Unlock()
				var all strings.Builder
				for _, e := range b.Events {
					all.WriteString(show(e) + "\n")
				}
				name := all.String()
				if len(b.Puts)+len(b.Deletes) == 0 && len(b.Events) > 0 && b.Check() == nil && ctx.Err() == nil {
					if known[name] {
						return nil
					}
					known[name] = true
				}
				return d.Commit(ctx, b)
			}
		}), []string{"LogRepeats"}},
		mutant{"a put that changes nothing is left out", committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			b.Puts = slices.DeleteFunc(slices.Clone(b.Puts), func(p store.Put) bool {
				r, err := d.Get(ctx, p.Key)
				return err == nil && (p.If == r.Version || p.If == store.Any) && maps.Equal(p.Terms, r.Terms) && string(p.Body) == string(r.Body)
			})
			return d.Commit(ctx, b)
		}), []string{"SamePut"}},
	)
	for name, spoil := range map[string]func(*store.Put){
		"are lost":           func(p *store.Put) { p.Head = store.Sum{} },
		"have eight bytes":   func(p *store.Put) { clear(p.Head[8:]) },
		"have fifteen bytes": func(p *store.Put) { p.Head[15] = 0 },
	} {
		ms = append(ms, mutant{"heads of records " + name, committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
			b.Puts = slices.Clone(b.Puts)
			for i := range b.Puts {
				spoil(&b.Puts[i])
			}
			return d.Commit(ctx, b)
		}), []string{"Sums"}})
	}
	return ms
}
