package storetest

import (
	"fmt"
	"testing"

	"github.com/socialprescribing/sp/store"
)

// signs are those that somebody may join texts by, or escape them with.
var signs = []string{
	"\x01", "\t", "\n", "\x1e", "\x1f", " ", "!", "\"", "#", "$", "%", "&", "'", "(", "*", "+", ",", "-", ".", "/", "0", ":", ";", "<", "=", ">",
	"@", "\\", "^", "_", "|", "~", "\x7f", "\u00a0", "\u2192", "\U0010ffff", "::", "//", "--", "%2F",
}

// cursor writes records whose values and IDs are one text if any sign joins
// them, and whose order is another one if they are compared joined.
func cursor(tb testing.TB, d store.Driver) {
	var all []store.Put
	add := func(value, id string) {
		all = append(all, with(put(id, store.New), "t", value, "all", "1"))
	}
	for _, sign := range signs {
		add("a", "b"+sign+"c"+sign)
		add("a"+sign+"b", "c"+sign)
		add("a"+sign, sign+"z")
		add("a"+sign, "d"+sign)
	}
	commitAll(tb, d, all)
	for _, q := range []store.Query{
		{Range: store.Range{Term: "t"}},
		{Range: store.Range{Term: "t"}, Where: store.Where{"all": {"1"}}},
		{Where: store.Where{"all": {"1"}}},
		{},
	} {
		q.Tenant, q.Kind = tenant, kindK
		equal(tb, ids(tb, d, q), matching(all, q), fmt.Sprintf("the answer to %+v", q))
		for _, p := range all {
			next := q
			next.After, next.Limit = q.Cursor(store.Record{Key: p.Key, Terms: p.Terms}), 2
			equal(tb, ids(tb, d, next), matching(all, next), fmt.Sprintf("two records behind %+v", next.After))
		}
	}
	q := query()
	q.Range, q.Limit = store.Range{Term: "t"}, 1
	equal(tb, len(paged(tb, d, q)), len(all), "records in pages of one")
}

func conditions(tb testing.TB, d store.Driver) {
	p := put("a", store.New)
	p.Terms = make(store.Terms)
	for i := range store.MaxTerms {
		p.Terms[fmt.Sprint("n", i)] = fmt.Sprint("v", i)
	}
	commit(tb, d, puts(p, with(put("b", store.New), "n0", "v0")))
	for n := range store.MaxTerms { // n is the term that is asked about with another value
		whole, spoilt, alone := query(), query(), query()
		whole.Where, spoilt.Where = make(store.Where), make(store.Where)
		for i := range n + 1 {
			name, value := fmt.Sprint("n", i), fmt.Sprint("v", i)
			whole.Where[name], spoilt.Where[name] = []string{value}, []string{value}
		}
		last := fmt.Sprint("n", n)
		spoilt.Where[last] = []string{"other"}
		alone.Range = store.Range{Term: last, From: fmt.Sprint("v", n)}
		want := "a"
		if n == 0 {
			want = "a b"
		}
		equal(tb, ids(tb, d, whole), want, fmt.Sprintf("records that meet %d conditions", n+1))
		equal(tb, ids(tb, d, spoilt), "", fmt.Sprintf("records that meet all but one of %d conditions", n+1))
		equal(tb, ids(tb, d, alone), want, fmt.Sprintf("records that have term %d", n+1))
		spoilt.Range = store.Range{Term: "n0"}
		equal(tb, ids(tb, d, spoilt), "", fmt.Sprintf("records of a range that meet all but one of %d conditions", n+1))
	}
	for spoilt := range store.MaxTerms {
		q := query()
		q.Where = make(store.Where)
		for name, value := range p.Terms {
			q.Where[name] = []string{value}
		}
		q.Where[fmt.Sprint("n", spoilt)] = []string{"other"}
		equal(tb, ids(tb, d, q), "", fmt.Sprintf("records that meet all of %d conditions but number %d", store.MaxTerms, spoilt))
	}
	for _, n := range []int{1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 49, 50, 51, 63, 64, 65, 99, 100, 101, 127, 128, 129, 255, 256, 257, 500, 512, 999, 1000, 1001} {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprint("other-", i)
		}
		for _, i := range []int{0, n / 2, n - 1} {
			other := values[i]
			values[i] = "v31"
			q := query()
			q.Where = store.Where{"n31": values}
			equal(tb, ids(tb, d, q), "a", fmt.Sprintf("records that have value %d of %d", i, n))
			q.Range = store.Range{Term: "n0"}
			equal(tb, ids(tb, d, q), "a", fmt.Sprintf("records of a range that have value %d of %d", i, n))
			values[i] = other
		}
	}
	p.If = 1
	for i := range store.MaxTerms {
		p.Terms[fmt.Sprint("n", i)] = "w"
	}
	commit(tb, d, puts(p))
	for i := range store.MaxTerms {
		q := query()
		q.Where = store.Where{fmt.Sprint("n", i): {"w"}}
		equal(tb, ids(tb, d, q), "a", fmt.Sprintf("records by term %d after all have changed", i))
		q.Where = store.Where{fmt.Sprint("n", i): {fmt.Sprint("v", i)}}
		want := ""
		if i == 0 {
			want = "b"
		}
		equal(tb, ids(tb, d, q), want, fmt.Sprintf("records by what term %d was before", i))
	}
}

// joinedKeys writes keys and terms that are one text if any sign joins their parts.
func joinedKeys(tb testing.TB, d store.Driver) {
	for _, sign := range signs {
		var all []store.Put
		for i, k := range []store.Key{
			{Tenant: "t", Kind: "k" + sign + "i", ID: "d"},
			{Tenant: "t", Kind: "k", ID: "i" + sign + "d"},
			{Tenant: "t" + sign + "k", Kind: "i", ID: "d"},
			{Tenant: "t", Kind: "k" + sign, ID: "d"},
			{Tenant: "t", Kind: "k", ID: sign + "d"},
		} {
			p := store.Put{Key: k, Body: fmt.Append(nil, i)}
			p.Terms = []store.Terms{{"n" + sign + "m": "v"}, {"n": "m" + sign + "v"}, {"n": "m"}, {"n": "v"}, {"n" + sign: "v"}}[i]
			commit(tb, d, puts(p)) // one by one: not every driver takes several tenants at once
			all = append(all, p)
		}
		for i, p := range all {
			equal(tb, state(tb, d, p.Key), fmt.Sprint("1 ", i), fmt.Sprintf("the record %q", p.Key))
			for name, value := range p.Terms {
				for _, q := range []store.Query{{}, {Where: store.Where{name: {value}}}, {Range: store.Range{Term: name}}} {
					q.Tenant, q.Kind = p.Tenant, p.Kind
					equal(tb, ids(tb, d, q), matching(all, q), fmt.Sprintf("the answer to %+v", q))
				}
			}
		}
		for _, p := range all {
			commit(tb, d, store.Batch{Deletes: []store.Delete{{Key: p.Key, If: 1}}})
		}
	}
}
