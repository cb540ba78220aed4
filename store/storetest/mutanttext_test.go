package storetest

import (
	"context"
	"fmt"
	"html"
	"iter"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// An edit is what happens to a text on its way.
type edit struct {
	name string
	do   func(string) string
}

// nonEmpty keeps an edit from making a text that no driver could store.
func nonEmpty(do func(string) string) func(string) string {
	return func(s string) string {
		if t := strings.ToValidUTF8(do(s), "?"); t != "" {
			return t
		}
		return s
	}
}

func edits() []edit {
	es := []edit{
		{"in lower case", strings.ToLower},
		{"in upper case", strings.ToUpper},
		{"trimmed", strings.TrimSpace},
		{"trimmed at the right", func(s string) string { return strings.TrimRight(s, " ") }},
		{"with one space for several", func(s string) string { return strings.ReplaceAll(s, "  ", " ") }},
		{"composed", func(s string) string { return strings.ReplaceAll(s, "a\u0308", "\u00e4") }},
		{"without accents", func(s string) string { return strings.NewReplacer("\u00e4", "a", "\u00df", "ss").Replace(s) }},
		{"in ASCII", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r > 127 {
					return '?'
				}
				return r
			}, s)
		}},
		{"without signs beyond 16 bits", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r > 0xffff {
					return 0xfffd
				}
				return r
			}, s)
		}},
		{"without signs that do not show", func(s string) string { return strings.NewReplacer("\u200b", "", "\ufeff", "", "\u00ad", "").Replace(s) }},
		{"without control signs", func(s string) string { return strings.Map(visible, s) }},
		{"with line breaks of one kind", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }},
		{"unescaped from a URL", func(s string) string {
			if t, err := url.QueryUnescape(s); err == nil {
				return t
			}
			return s
		}},
		{"unescaped from HTML", html.UnescapeString},
		{"unquoted", func(s string) string {
			if t, err := strconv.Unquote(`"` + s + `"`); err == nil {
				return t
			}
			return s
		}},
		{"with two quotes as one", func(s string) string { return strings.ReplaceAll(s, "''", "'") }},
		{"with a question mark as one", func(s string) string { return strings.ReplaceAll(s, "?", "$1") }},
		{"as numbers where they are some", func(s string) string {
			if n, err := strconv.ParseFloat(s, 64); err == nil {
				return fmt.Sprint(n)
			}
			return s
		}},
		{"without leading zeros", func(s string) string { return strings.TrimLeft(s, "0") }},
		{"with null as nothing", func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "NULL", "nothing"), "null", "nothing")
		}},
		{"as paths", path.Clean},
		{"as file names", func(s string) string { return strings.NewReplacer("/", "_", ":", "_").Replace(s) }},
	}
	for _, sign := range []string{"/", ":", "=", "|", ",", "%", "\n", "\t", " "} {
		es = append(es, edit{fmt.Sprintf("to the first %q", sign), func(s string) string { before, _, _ := strings.Cut(s, sign); return before }})
	}
	for _, n := range []int{8, 16, 30, 32, 63, 64, 100, 127, 128, 150, 191, 199} {
		es = append(es, edit{fmt.Sprintf("to %d bytes", n), func(s string) string { return s[:min(n, len(s))] }})
	}
	return es
}

func visible(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// textMutants take texts that look alike for one, in each place.
func textMutants() (ms []mutant) {
	add := func(e edit, place, rule string, driver func() store.Driver) {
		ms = append(ms, mutant{place + " are kept " + e.name, driver, []string{rule}})
	}
	es := edits()
	for i := range es {
		es[i].do = nonEmpty(es[i].do)
	}
	for _, e := range es {
		add(e, "IDs", "TextID", keyed(func(k store.Key) store.Key { k.ID = e.do(k.ID); return k }))
		add(e, "kinds", "TextKind", keyed(func(k store.Key) store.Key { k.Kind = e.do(k.Kind); return k }))
		add(e, "tenants", "TextTenant", keyed(func(k store.Key) store.Key { k.Tenant = e.do(k.Tenant); return k }))
		add(e, "names of terms", "TextName", indexed(func(name, value string) (string, string) { return e.do(name), value }))
		add(e, "values in the index", "TextValue", indexed(func(name, value string) (string, string) { return name, e.do(value) }))
		add(e, "types of events", "TextEvent", writing(func(v *store.RecordedEvent) { v.Type = store.EventType(e.do(string(v.Type))) }))
		add(e, "roles", "TextEvent", writing(func(v *store.RecordedEvent) { v.Stamp.By.Role = sp.Role(e.do(string(v.Stamp.By.Role))) }))
		add(e, "actors", "TextEvent", writing(func(v *store.RecordedEvent) { v.Stamp.By.ID = e.do(v.Stamp.By.ID) }))
		add(e, "IDs of events", "TextEvent", writing(func(v *store.RecordedEvent) { v.Key.ID = e.do(v.Key.ID) }))
	}
	for _, n := range []int{250, 255, 256, 400, 499} {
		e := edit{fmt.Sprintf("to %d bytes", n), nonEmpty(func(s string) string { return s[:min(n, len(s))] })}
		add(e, "values in the index", "TextValue", indexed(func(name, value string) (string, string) { return name, e.do(value) }))
	}
	return ms
}

// keyed changes keys wherever they come in: what is found has the changed one.
func keyed(do func(store.Key) store.Key) func() store.Driver {
	return alter(func(d store.Driver, a *altered) {
		a.get = func(ctx context.Context, k store.Key) (store.Record, error) {
			if k.Check() != nil {
				return d.Get(ctx, k)
			}
			return d.Get(ctx, do(k))
		}
		a.commit = func(ctx context.Context, b store.Batch) error {
			if b.Check() != nil {
				return d.Commit(ctx, b)
			}
			return d.Commit(ctx, rekeyed(b, do))
		}
		a.scan = func(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
			if q.Check() == nil {
				k := do(store.Key{Tenant: q.Tenant, Kind: q.Kind, ID: q.After.ID})
				q.Tenant, q.Kind, q.After.ID = k.Tenant, k.Kind, k.ID
			}
			return d.Scan(ctx, q)
		}
		a.log = func(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
			return d.Log(ctx, do(store.Key{Tenant: tenant, Kind: kindK, ID: "x"}).Tenant, after)
		}
	})
}

func rekeyed(b store.Batch, do func(store.Key) store.Key) store.Batch {
	b = store.Batch{Puts: slices.Clone(b.Puts), Deletes: slices.Clone(b.Deletes), Events: slices.Clone(b.Events)}
	for i := range b.Puts {
		b.Puts[i].Key = do(b.Puts[i].Key)
	}
	for i := range b.Deletes {
		b.Deletes[i].Key = do(b.Deletes[i].Key)
	}
	for i := range b.Events {
		b.Events[i].Key = do(b.Events[i].Key)
	}
	return b
}

// writing changes each event before it is written.
func writing(do func(*store.RecordedEvent)) func() store.Driver {
	return committing(func(d store.Driver, ctx context.Context, b store.Batch) error {
		b.Events = slices.Clone(b.Events)
		for i := range b.Events {
			do(&b.Events[i])
		}
		return d.Commit(ctx, b)
	})
}

// indexed answers queries by an index that holds changed terms; the records are
// whole.
func indexed(do func(name, value string) (string, string)) func() store.Driver {
	change := func(name, value string) (string, string) {
		if name == "" {
			return name, value
		}
		return do(name, value)
	}
	return searched(func(q store.Query) (store.Query, func(store.Terms) store.Terms) {
		where := make(store.Where, len(q.Where))
		for name, values := range q.Where {
			to, _ := change(name, "")
			if where[to] == nil {
				where[to] = []string{}
			}
			for _, value := range values {
				_, value = change(name, value)
				where[to] = append(where[to], value)
			}
		}
		if q.Where != nil {
			q.Where = where
		}
		_, q.Range.From = change(q.Range.Term, q.Range.From)
		_, q.Range.Before = change(q.Range.Term, q.Range.Before)
		_, q.After.Value = change(q.Range.Term, q.After.Value)
		q.Range.Term, _ = change(q.Range.Term, "")
		return q, func(terms store.Terms) store.Terms {
			changed := make(store.Terms, len(terms))
			for name, value := range terms {
				name, value = change(name, value)
				changed[name] = value
			}
			return changed
		}
	})
}

// searched answers a query as how returns it, over records whose terms are
// changed as the function beside it does.
func searched(how func(store.Query) (store.Query, func(store.Terms) store.Terms)) func() store.Driver {
	return scanning(func(d store.Driver, ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
		if q.Check() != nil {
			return d.Scan(ctx, q)
		}
		return func(yield func(store.Record, error) bool) {
			rs, err := all(d.Scan(ctx, store.Query{Tenant: q.Tenant, Kind: q.Kind}))
			asked, change := how(q)
			type found struct{ indexed, whole store.Record }
			var answer []found
			for _, r := range rs {
				in := store.Record{Key: r.Key, Terms: change(r.Terms)}
				if asked.Match(in) {
					answer = append(answer, found{in, r})
				}
			}
			slices.SortStableFunc(answer, func(a, b found) int { return asked.Cursor(a.indexed).Compare(asked.Cursor(b.indexed)) })
			if q.Limit > 0 {
				answer = answer[:min(q.Limit, len(answer))]
			}
			for _, f := range answer {
				if ctx.Err() != nil {
					break
				}
				if !yield(f.whole, nil) {
					return
				}
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(store.Record{}, err)
			}
		}
	})
}
