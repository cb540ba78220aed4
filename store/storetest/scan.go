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

func byteOrder(t testing.TB, d store.Driver) {
	commit(t, d, puts(put("b", store.New), put("ä", store.New), put("a-1", store.New), put("B", store.New),
		put("a", store.New), put("a1", store.New), put("Z", store.New), put("\U0001F9E1", store.New), put("\uffee", store.New)))
	equal(t, ids(t, d, query()), "B Z a a-1 a1 b ä \uffee \U0001F9E1", "records")
	q := query()
	q.Where = map[string][]string{"state": {"new"}}
	equal(t, ids(t, d, q), "B Z a a-1 a1 b ä \uffee \U0001F9E1", "records by term")
}

func after(t testing.TB, d store.Driver) {
	commit(t, d, puts(put("a", store.New), put("b", store.New), put("c", store.New)))
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
		equal(t, ids(t, d, q), tt.want, "records after "+tt.after)
		q.Where = map[string][]string{"state": {"new"}}
		equal(t, ids(t, d, q), tt.want, "records by term after "+tt.after)
	}
}

func limit(t testing.TB, d store.Driver) {
	var b store.Batch
	for i := range 450 {
		p := put(fmt.Sprintf("%03d", i), store.New)
		if i%100 == 99 {
			p.Terms["state"] = "rare"
		}
		b.Puts = append(b.Puts, p)
	}
	commit(t, d, b)
	q := query()
	q.Where = map[string][]string{"state": {"rare"}}
	q.Limit = 2
	equal(t, ids(t, d, q), "099 199", "the first two rare records")
	q.Limit = 0
	equal(t, ids(t, d, q), "099 199 299 399", "all rare records")
	for _, n := range []int{1, 99, 100, 101, 128, 256, 449, 450, 451} {
		q := query()
		q.Limit = n
		equal(t, len(collect(t, d.Scan(t.Context(), q))), min(n, 450), fmt.Sprintf("records within the limit %d", n))
	}
}

func where(t testing.TB, d store.Driver) {
	for _, id := range []string{"x1", "x2", "y1"} {
		commit(t, d, puts(with(put(id, store.New), "l", id[:1], "n", id[1:])))
	}
	commit(t, d, puts(with(put("z", store.New))))
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
		equal(t, ids(t, d, q), tt.want, fmt.Sprintf("records where %v", tt.where))
	}
}

func replaceTerms(t testing.TB, d store.Driver) {
	commit(t, d, puts(with(put("a", store.New), "state", "new", "worker", "ann", "due", "1")))
	commit(t, d, puts(with(put("a", 1), "state", "open", "due", "1", "place", "x")))
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
		equal(t, ids(t, d, q), tt.want, "records with "+tt.name+"="+tt.value)
		q = query()
		q.Range = store.Range{Term: tt.name, From: tt.value, Before: tt.value + "\x01"}
		equal(t, ids(t, d, q), tt.want, "records in the range of "+tt.name+"="+tt.value)
	}
}

func rerange(t testing.TB, d store.Driver) {
	many(t, d, 450) // more than any driver's page
	seq := d.Scan(t.Context(), query())
	for _, time := range []string{"first", "second"} {
		equal(t, len(collect(t, seq)), 450, "records the "+time+" time")
	}
	q := query()
	q.Limit = 300
	seq = d.Scan(t.Context(), q)
	for _, time := range []string{"first", "second"} {
		equal(t, len(collect(t, seq)), 300, "records within the limit the "+time+" time")
	}
}

func breakEarly(t testing.TB, d store.Driver) {
	commit(t, d, store.Batch{
		Puts:   []store.Put{put("a", store.New), put("b", store.New)},
		Events: []store.Event{event("a", 1, "created"), event("b", 1, "created")},
	})
	soon(t, "a commit behind many scans that were left early", func(ctx context.Context) error {
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
	equal(t, ids(t, d, query()), "a b c", "records")
}

func writeInScan(t testing.TB, d store.Driver) {
	many(t, d, 300)
	n := 0
	soon(t, "calling the driver in the body of a Scan", func(ctx context.Context) error {
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
	equal(t, n, 300, "records of the outer scan")
}

func page(t testing.TB, d store.Driver) {
	many(t, d, 25)
	q := query()
	q.Limit = 10
	var got []string
	for _, r := range paged(t, d, q) {
		got = append(got, r.ID)
	}
	equal(t, strings.Join(got, " "), ids(t, d, query()), "records page by page")
	q.Limit = 25
	_, next, err := store.Page(t.Context(), d, q)
	equal(t, err, nil, "the error of the only page")
	equal(t, next, store.Cursor{}, "the cursor behind a full last page")
}

// paged reads the answer to q page by page.
func paged(t testing.TB, d store.Driver, q store.Query) []store.Record {
	t.Helper()
	var all []store.Record
	for range 1000 { // a driver whose cursors lead backwards would never end
		rs, next, err := store.Page(t.Context(), d, q)
		if err != nil {
			t.Fatalf("after %d records: %v", len(all), err)
		}
		all = append(all, rs...)
		if next == (store.Cursor{}) {
			return all
		}
		q.After = next
	}
	t.Fatalf("after %d records there is always one more page", len(all))
	return nil
}
