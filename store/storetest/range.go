package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/store"
)

var rangeRules = []rule{
	{"Range", "a range answers in byte order of its term's value and then of the ID, from From to before Before, without records that lack the term", rangeOrder},
	{"RangeAfter", "a range resumes behind a cursor, among records of one value too, so that work lists can be read page by page", rangeAfter},
	{"RangeWhere", "a range combines with Where, over other terms and over its own", rangeWhere},
	{"RangeRerange", "a range longer than any page is complete, the second time too", rangeRerange},
	{"Apart", "tenants, kinds, names and values are told apart whatever signs they hold, also by an index that joins them into one text", apart},
	{"Oracle", "every query is answered as store.Query.Match and Cursor define it, whichever index the driver chooses", oracle},
}

func due(tb testing.TB, d store.Driver) {
	tb.Helper()
	for _, p := range []string{"c=10", "a=20", "b=10", "e=2", "f=A", "g=é", "h=30"} {
		id, value, _ := strings.Cut(p, "=")
		commit(tb, d, puts(with(put(id, store.New), "due", value, "worker", map[bool]string{true: "ann", false: "bob"}[id < "d"])))
	}
	commit(tb, d, puts(with(put("d", store.New), "worker", "ann")))
}

// apart writes records whose names and values are one text if they are joined by
// a sign without escaping it.
func apart(tb testing.TB, d store.Driver) {
	var records []store.Put
	for i, p := range []struct{ tenant, kind, name, value string }{
		{"a", "b/c", "d", "e"},
		{"a/b", "c", "d", "e"},
		{"a", "b", "c/d", "e"},
		{"a", "b", "c", "d=e"},
		{"a", "b", "c=d", "e"},
		{"a", "b:c", "d", "e"},
		{"a", "b", "c:d", "e"},
		{"a", "b", "c", "d:e"},
		{"a", "b|c", "d", "e"},
		{"a", "b", "c|d", "e"},
		{"a", "b%2Fc", "d", "e"},
		{"a", "b", "c%3Dd", "e"},
		{"a", "b\\/c", "d", "e"},
		{"a", "b", "c", ">"},
		{"a", "b", "c", "\U0010ffff"},
	} {
		key := store.Key{Tenant: p.tenant, Kind: p.kind, ID: fmt.Sprint(i + 10)}
		records = append(records, store.Put{Key: key, Terms: store.Terms{p.name: p.value}})
		commit(tb, d, puts(records[i])) // one by one: not every driver takes several tenants at once
	}
	for _, p := range records {
		for name, value := range p.Terms {
			for _, q := range []store.Query{
				{Where: store.Where{name: {value}}},
				{Range: store.Range{Term: name}},
				{Range: store.Range{Term: name, From: value, Before: value + "\x01"}},
				{Where: store.Where{name: {value}}, Range: store.Range{Term: name}},
			} {
				q.Tenant, q.Kind = p.Tenant, p.Kind
				var want []string
				for _, o := range records {
					if q.Match(store.Record{Key: o.Key, Terms: o.Terms}) {
						want = append(want, o.ID)
					}
				}
				got := strings.Fields(ids(tb, d, q))
				slices.Sort(got) // other rules are about the order
				equal(tb, strings.Join(got, " "), strings.Join(want, " "), fmt.Sprintf("records of %s/%s with %s=%s", p.Tenant, p.Kind, name, value))
			}
		}
	}
}

func rangeOrder(tb testing.TB, d store.Driver) {
	due(tb, d)
	for _, tt := range []struct {
		from, before string
		limit        int
		want         string
	}{
		{"", "", 0, "b c e a h f g"},
		{"10", "", 0, "b c e a h f g"},
		{"11", "", 0, "e a h f g"},
		{"", "20", 0, "b c e"},
		{"10", "20", 0, "b c e"},
		{"20", "20", 0, ""},
		{"30", "20", 0, ""},
		{"A", "a", 0, "f"},
		{"z", "", 0, "g"},
		{"", "", 3, "b c e"},
		{"2", "B", 2, "e a"},
	} {
		q := query()
		q.Range, q.Limit = store.Range{Term: "due", From: tt.from, Before: tt.before}, tt.limit
		equal(tb, ids(tb, d, q), tt.want, fmt.Sprintf("%+v, limit %d", q.Range, q.Limit))
	}
	q := query()
	q.Range = store.Range{Term: "none"}
	equal(tb, ids(tb, d, q), "", "records in a range over a term that none has")
}

func rangeAfter(tb testing.TB, d store.Driver) {
	due(tb, d)
	for _, tt := range []struct {
		after store.Cursor
		want  string
	}{
		{store.Cursor{Value: "10", ID: "b"}, "c e a h f g"},
		{store.Cursor{Value: "10", ID: "c"}, "e a h f g"},
		{store.Cursor{Value: "10", ID: "bb"}, "c e a h f g"},
		{store.Cursor{Value: "10"}, "b c e a h f g"},
		{store.Cursor{Value: "15", ID: "z"}, "e a h f g"},
		{store.Cursor{Value: "é", ID: "g"}, ""},
	} {
		q := query()
		q.Range, q.After = store.Range{Term: "due"}, tt.after
		equal(tb, ids(tb, d, q), tt.want, fmt.Sprintf("records after %+v", tt.after))
	}
	q := query()
	q.Range, q.Limit = store.Range{Term: "due", From: "10", Before: "A"}, 2
	var got []string
	for _, r := range paged(tb, d, q) {
		got = append(got, r.ID)
	}
	equal(tb, strings.Join(got, " "), "b c e a h", "a range page by page")
}

func rangeWhere(tb testing.TB, d store.Driver) {
	due(tb, d)
	for _, tt := range []struct {
		where map[string][]string
		want  string
	}{
		{map[string][]string{"worker": {"ann"}}, "b c a"},
		{map[string][]string{"worker": {"ann", "bob"}}, "b c e a h"},
		{map[string][]string{"worker": {"eve"}}, ""},
		{map[string][]string{"worker": {}}, ""},
		{map[string][]string{"due": {"10", "A", "30"}}, "b c h"},
		{map[string][]string{"due": {"10", "2"}, "worker": {"bob"}}, "e"},
	} {
		q := query()
		q.Where, q.Range = tt.where, store.Range{Term: "due", From: "1", Before: "A"}
		equal(tb, ids(tb, d, q), tt.want, fmt.Sprintf("records where %v", tt.where))
	}
}

func rangeRerange(tb testing.TB, d store.Driver) {
	var want []string
	for some := range slices.Chunk(rand.New(rand.NewPCG(1, 2)).Perm(450), 90) {
		var b store.Batch
		for _, i := range some {
			b.Puts = append(b.Puts, with(put(fmt.Sprintf("%03d", 449-i), store.New), "due", fmt.Sprintf("%03d", i/7), "half", fmt.Sprint(i%2)))
		}
		commit(tb, d, b)
	}
	for i := range 450 {
		want = append(want, fmt.Sprintf("%03d %03d", i/7, 449-i))
	}
	slices.Sort(want)
	for _, where := range []map[string][]string{nil, {"half": {"0", "1"}}} {
		q := query()
		q.Where, q.Range = where, store.Range{Term: "due"}
		seq := d.Scan(tb.Context(), q)
		for _, time := range []string{"first", "second"} {
			var got []string
			for _, r := range collect(tb, seq) {
				got = append(got, r.Terms["due"]+" "+r.ID)
			}
			equal(tb, got, want, fmt.Sprintf("the range where %v the %s time", where, time))
		}
	}
}

// oracle compares answers to random queries with a plain filter and sort over
// every record, while records are put, changed and deleted.
func oracle(tb testing.TB, d store.Driver) {
	rng := rand.New(rand.NewPCG(3, 4))
	values := []string{"a", "b", "B", "ab", "ä", "z"}
	names := []string{"p", "q", "r"}
	pick := func(from []string) string { return from[rng.IntN(len(from))] }
	live := map[string]store.Record{}
	for range 60 {
		var b store.Batch
		used := map[string]bool{}
		for range 10 {
			id := fmt.Sprintf("%02d%s", rng.IntN(40), pick(values))
			if used[id] {
				continue
			}
			used[id] = true
			r, ok := live[id]
			if ok && rng.IntN(4) == 0 {
				b.Deletes = append(b.Deletes, store.Delete{Key: key(id), If: r.Version})
				delete(live, id)
				continue
			}
			p := with(put(id, r.Version))
			for _, name := range names {
				if rng.IntN(3) > 0 {
					p.Terms[name] = pick(values)
				}
			}
			b.Puts = append(b.Puts, p)
			live[id] = store.Record{Key: p.Key, Version: p.If + 1, Terms: p.Terms, Body: p.Body}
		}
		commit(tb, d, b)
		for range 10 {
			q := query()
			q.Where = make(map[string][]string)
			for _, name := range names {
				if rng.IntN(3) == 0 {
					q.Where[name] = []string{pick(values), pick(values), pick(values)}[:1+rng.IntN(3)]
				}
			}
			if rng.IntN(2) == 0 {
				q.Range = store.Range{Term: pick(names)}
				if rng.IntN(2) == 0 {
					q.Range.From = pick(values)
				}
				if rng.IntN(2) == 0 {
					q.Range.Before = pick(values)
				}
			}
			if rng.IntN(3) == 0 {
				q.After.ID = fmt.Sprintf("%02d", rng.IntN(40))
				if !q.Range.IsZero() {
					q.After.Value = pick(values)
				}
			}
			q.Limit = rng.IntN(3) * 4
			equal(tb, ids(tb, d, q), answer(q, live), fmt.Sprintf("the answer to %+v", q))
		}
	}
}

func answer(q store.Query, live map[string]store.Record) string {
	var rs []store.Record
	for _, r := range live {
		if q.Match(r) {
			rs = append(rs, r)
		}
	}
	slices.SortFunc(rs, func(a, b store.Record) int { return q.Cursor(a).Compare(q.Cursor(b)) })
	if q.Limit > 0 {
		rs = rs[:min(q.Limit, len(rs))]
	}
	var got []string
	for _, r := range rs {
		got = append(got, r.ID)
	}
	return strings.Join(got, " ")
}
