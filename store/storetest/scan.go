package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp/store"
)

var scanRules = []rule{
	{"ByteOrder", "Scan is in byte order of IDs, whatever the database's collation, so that cursors mean the same everywhere", byteOrder},
	{"After", "Scan resumes behind a cursor, whether a record stands there or not", after},
	{"Limit", "Limit bounds the matches, not the rows examined", limit},
	{"Where", "Where is an AND of ORs over exact terms", where},
	{"ReplaceTerms", "an update replaces the old terms, and the body with them: those that it leaves out are gone", replaceTerms},
	{"Rerange", "the same iterator can be ranged over again, after it was left early and within its own body too, and starts again each time", rerange},
	{"Break", "leaving a Scan or a Log early leaks nothing and blocks nothing", breakEarly},
	{"WriteInScan", "a loop body may call every method while it scans, even on a pool of one connection", writeInScan},
	{"Page", "store.Page returns every record once, page by page, and an empty cursor behind the last", page},
}

func byteOrder(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("b", store.New), put("ä", store.New), put("a-1", store.New), put("B", store.New),
		put("a", store.New), put("a1", store.New), put("Z", store.New), put("\U0001F9E1", store.New), put("\uffee", store.New),
		put("a\u0308", store.New))) // ä in two code points is another ID
	const want = "B Z a a-1 a1 a\u0308 b ä \uffee \U0001F9E1"
	equal(tb, ids(tb, d, query()), want, "records")
	q := query()
	q.Where = store.Where{"state": {"new"}}
	equal(tb, ids(tb, d, q), want, "records by term")
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
		q.Where = store.Where{"state": {"new"}}
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
	q.Where = store.Where{"state": {"rare"}}
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
		before := fmt.Sprint(tt.where)
		equal(tb, ids(tb, d, q), tt.want, "records where "+before)
		equal(tb, fmt.Sprint(tt.where), before, "the conditions of the caller")
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
		q.Where = store.Where{tt.name: {tt.value}}
		equal(tb, ids(tb, d, q), tt.want, "records with "+tt.name+"="+tt.value)
		q = query()
		q.Range = store.Range{Term: tt.name, From: tt.value, Before: tt.value + "\x01"}
		equal(tb, ids(tb, d, q), tt.want, "records in the range of "+tt.name+"="+tt.value)
	}
	commit(tb, d, puts(store.Put{Key: key("a"), If: 2}))
	equal(tb, plainRecord(get(tb, d, key("a"))), store.Record{Key: key("a"), Version: 3}, "the record after an update without terms and body")
	q := query()
	q.Where = store.Where{"state": {"open"}}
	equal(tb, ids(tb, d, q), "", "records by a term of before")
}

func rerange(tb testing.TB, d store.Driver) {
	const n = 450 // more than any driver's page
	var b store.Batch
	for i := range n {
		b.Puts = append(b.Puts, with(put(fmt.Sprintf("%03d", i), store.New), "half", fmt.Sprint(i%2)))
	}
	commit(tb, d, b)
	halves := map[string][]string{"half": {"1", "0"}}
	for _, tt := range []struct {
		limit int
		where map[string][]string
		want  int
	}{{0, nil, n}, {300, nil, 300}, {0, halves, n}, {300, halves, 300}} {
		q := query()
		q.Limit, q.Where = tt.limit, tt.where
		again(tb, d.Scan(tb.Context(), q), tt.want, func(i int, r store.Record) bool { return r.ID == fmt.Sprintf("%03d", i) })
	}
}

// again ranges over seq after it was left early, within its own body, and twice
// in full. It yields n values each time, of which right knows the i-th.
func again[T any](tb testing.TB, seq iter.Seq2[T, error], n int, right func(i int, v T) bool) {
	tb.Helper()
	for _, err := range seq {
		must(tb, err)
		break
	}
	for _, time := range []string{"first", "second"} {
		i := 0
		for v, err := range seq {
			if err != nil {
				tb.Fatalf("after %d the %s time: %v", i, time, err)
			}
			if !right(i, v) {
				tb.Fatalf("the %s time the wrong one came after %d: %+v", time, i, v)
			}
			if i++; i == n/2 {
				equal(tb, len(collect(tb, seq)), n, "values within the "+time+" time")
			}
		}
		equal(tb, i, n, "values the "+time+" time")
	}
}

func breakEarly(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{
		Puts:   []store.Put{put("a", store.New), put("b", store.New)},
		Events: []store.RecordedEvent{event("a", 1, "created"), event("b", 1, "created")},
	})
	const times = 50
	ours := pprof.Labels("left early in", tb.Name())
	soon(tb, "a commit behind many scans that were left early", func(ctx context.Context) (err error) {
		pprof.Do(ctx, ours, func(ctx context.Context) {
			for i := 0; i < times && err == nil; i++ {
				err = errors.Join(first(d.Scan(ctx, query())), first(d.Log(ctx, tenant, "")))
			}
		})
		return errors.Join(err, d.Commit(ctx, puts(put("c", store.New))))
	})
	equal(tb, ids(tb, d, query()), "a b c", "records")
	for wait := time.Millisecond; goroutines(tb) >= times; wait *= 2 { // some may be about to end
		if wait > time.Second {
			tb.Fatalf("%d loops that were left early have left goroutines behind", 2*times)
		}
		<-time.After(wait)
	}
}

// first leaves the loop over seq as soon as it has begun.
func first[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		return err
	}
	return nil
}

// goroutines counts those that are labelled with the name of this test. They
// inherit the label from the one that starts them.
func goroutines(tb testing.TB) (n int) {
	tb.Helper()
	var profile strings.Builder
	must(tb, pprof.Lookup("goroutine").WriteTo(&profile, 1))
	_, groups, _ := strings.Cut(profile.String(), "\n") // behind the total
	for group := range strings.SplitSeq(groups, "\n\n") {
		if count := 0; strings.Contains(group, strconv.Quote(tb.Name())) {
			_, err := fmt.Sscan(group, &count) // such as "50 @ 0x47cfee 0x40e8f9"
			must(tb, err)
			n += count
		}
	}
	return n
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
			if err := errors.Join(failure(d.Scan(ctx, query())), failure(d.Log(ctx, tenant, ""))); err != nil {
				return err
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
