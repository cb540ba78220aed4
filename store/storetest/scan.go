package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/store"
)

var scanRules = []rule{
	{"ByteOrder", "Scan is in byte order of IDs, whatever the database's collation, so that cursors mean the same everywhere", byteOrder},
	{"After", "Scan resumes behind a cursor, whether a record stands there or not", after},
	{"Limit", "Limit bounds the matches, not the rows examined", limit},
	{"Where", "Where is an AND of ORs over exact terms", where},
	{"ReplaceTerms", "an update replaces the old terms", replaceTerms},
	{"Rerange", "the same iterator can be ranged over twice, and the second time starts again", rerange},
	{"Break", "leaving a Scan or a Log early leaks nothing and blocks nothing", breakEarly},
	{"WriteInScan", "a loop body may call every method while it scans, even on a pool of one connection", writeInScan},
	{"Page", "store.Page returns every record once, page by page, and an empty cursor behind the last", page},
}

func byteOrder(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("b", store.New), put("ä", store.New), put("a-1", store.New), put("B", store.New),
		put("a", store.New), put("a1", store.New), put("Z", store.New), put("\U0001F9E1", store.New), put("\uffee", store.New)))
	equal(tb, ids(tb, d, query()), "B Z a a-1 a1 b ä \uffee \U0001F9E1", "records")
	q := query()
	q.Where = map[string][]string{"state": {"new"}}
	equal(tb, ids(tb, d, q), "B Z a a-1 a1 b ä \uffee \U0001F9E1", "records by term")
}

func after(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New), put("b", store.New), put("c", store.New)))
	for _, tt := range []struct {
		after string
		limit int
		want  string
	}{
		{"", 0, "a b c"},
		{"a", 0, "b c"},
		{"aa", 1, "b"},
		{"A", 0, "a b c"},
		{"c", 0, ""},
		{"d", 0, ""},
	} {
		q := query()
		q.After, q.Limit = store.Cursor{ID: tt.after}, tt.limit
		equal(tb, ids(tb, d, q), tt.want, "records after "+tt.after)
		q.Where = map[string][]string{"state": {"new"}}
		equal(tb, ids(tb, d, q), tt.want, "records by term after "+tt.after)
	}
}

func limit(tb testing.TB, d store.Driver) {
	var b store.Batch
	for i := range 450 {
		p := put(fmt.Sprintf("%03d", i), store.New)
		if i%100 == 99 {
			p.Terms["state"] = "rare"
		}
		b.Puts = append(b.Puts, p)
	}
	commit(tb, d, b)
	q := query()
	q.Where = map[string][]string{"state": {"rare"}}
	q.Limit = 2
	equal(tb, ids(tb, d, q), "099 199", "the first two rare records")
	q.Limit = 0
	equal(tb, ids(tb, d, q), "099 199 299 399", "all rare records")
	for _, n := range []int{1, 99, 100, 101, 128, 256, 449, 450, 451} {
		q := query()
		q.Limit = n
		equal(tb, len(collect(tb, d.Scan(tb.Context(), q))), min(n, 450), fmt.Sprintf("records within the limit %d", n))
	}
}

func where(tb testing.TB, d store.Driver) {
	for _, id := range []string{"x1", "x2", "y1"} {
		commit(tb, d, puts(with(put(id, store.New), "l", id[:1], "n", id[1:])))
	}
	commit(tb, d, puts(with(put("z", store.New))))
	for _, tt := range []struct {
		where map[string][]string
		want  string
	}{
		{nil, "x1 x2 y1 z"},
		{map[string][]string{}, "x1 x2 y1 z"},
		{map[string][]string{"l": {"x"}}, "x1 x2"},
		{map[string][]string{"l": {"x"}, "n": {"1"}}, "x1"},
		{map[string][]string{"l": {"x", "y"}, "n": {"1"}}, "x1 y1"},
		{map[string][]string{"l": {"y", "x", "y"}}, "x1 x2 y1"},
		{map[string][]string{"l": {"z"}}, ""},
		{map[string][]string{"l": {"X"}}, ""},
		{map[string][]string{"l": {}}, ""},
		{map[string][]string{"l": {"x"}, "n": {}}, ""},
		{map[string][]string{"l": {""}}, ""},
		{map[string][]string{"unknown": {"x"}}, ""},
		{map[string][]string{"n": {"x"}}, ""},
	} {
		q := query()
		q.Where = tt.where
		equal(tb, ids(tb, d, q), tt.want, fmt.Sprintf("records where %v", tt.where))
	}
}

func replaceTerms(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(with(put("a", store.New), "state", "new", "worker", "ann", "due", "1")))
	commit(tb, d, puts(with(put("a", 1), "state", "open", "due", "1", "place", "x")))
	for _, tt := range []struct {
		name, value string
		want        string
	}{
		{"state", "new", ""},
		{"state", "open", "a"},
		{"worker", "ann", ""},
		{"due", "1", "a"},
		{"place", "x", "a"},
	} {
		q := query()
		q.Where = map[string][]string{tt.name: {tt.value}}
		equal(tb, ids(tb, d, q), tt.want, "records with "+tt.name+"="+tt.value)
		q = query()
		q.Range = store.Range{Term: tt.name, From: tt.value, Before: tt.value + "\x01"}
		equal(tb, ids(tb, d, q), tt.want, "records in the range of "+tt.name+"="+tt.value)
	}
}

func rerange(tb testing.TB, d store.Driver) {
	many(tb, d, 450) // more than any driver's page
	seq := d.Scan(tb.Context(), query())
	for _, time := range []string{"first", "second"} {
		equal(tb, len(collect(tb, seq)), 450, "records the "+time+" time")
	}
	q := query()
	q.Limit = 300
	seq = d.Scan(tb.Context(), q)
	for _, time := range []string{"first", "second"} {
		equal(tb, len(collect(tb, seq)), 300, "records within the limit the "+time+" time")
	}
}

func breakEarly(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{
		Puts:   []store.Put{put("a", store.New), put("b", store.New)},
		Events: []store.Event{event("a", 1, "created"), event("b", 1, "created")},
	})
	soon(tb, "a commit behind many scans that were left early", func(ctx context.Context) error {
		for range 50 {
			for _, err := range d.Scan(ctx, query()) {
				if err != nil {
					return err
				}
				break
			}
			for _, err := range d.Log(ctx, tenant, "") {
				if err != nil {
					return err
				}
				break
			}
		}
		return d.Commit(ctx, puts(put("c", store.New)))
	})
	equal(tb, ids(tb, d, query()), "a b c", "records")
}

func writeInScan(tb testing.TB, d store.Driver) {
	many(tb, d, 300)
	n := 0
	soon(tb, "calling the driver in the body of a Scan", func(ctx context.Context) error {
		for r, err := range d.Scan(ctx, query()) {
			if err != nil {
				return err
			}
			n++
			if err := d.Commit(ctx, puts(put(r.ID, r.Version))); err != nil {
				return err
			}
			if _, err := d.Get(ctx, r.Key); err != nil {
				return err
			}
			if n%100 != 0 {
				continue
			}
			for _, err := range d.Scan(ctx, query()) {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	equal(tb, n, 300, "records of the outer scan")
}

func page(tb testing.TB, d store.Driver) {
	many(tb, d, 25)
	q := query()
	q.Limit = 10
	var got []string
	for _, r := range paged(tb, d, q) {
		got = append(got, r.ID)
	}
	equal(tb, strings.Join(got, " "), ids(tb, d, query()), "records page by page")
	q.Limit = 25
	_, next, err := store.Page(tb.Context(), d, q)
	equal(tb, err, nil, "the error of the only page")
	equal(tb, next, store.Cursor{}, "the cursor behind a full last page")
}

// paged reads the answer to q page by page.
func paged(tb testing.TB, d store.Driver, q store.Query) []store.Record {
	tb.Helper()
	var all []store.Record
	for range 1000 { // a driver whose cursors lead backwards would never end
		rs, next, err := store.Page(tb.Context(), d, q)
		if err != nil {
			tb.Fatalf("after %d records: %v", len(all), err)
		}
		all = append(all, rs...)
		if next == (store.Cursor{}) {
			return all
		}
		q.After = next
	}
	tb.Fatalf("after %d records there is always one more page", len(all))
	return nil
}
