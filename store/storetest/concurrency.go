package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var concurrencyRules = []rule{
	{"NoAlias", "callers may reuse the slices and maps they pass or receive, and find a batch as it was, to commit it again", noAlias},
	{"Race", "of many writers with one expected version exactly one wins, and the others get a conflict, never a busy error", race},
	{"RaceCreate", "of many writers that create one record exactly one wins", raceCreate},
	{"RaceAny", "writers with store.Any never fail each other, and each counts the version on", raceAny},
	{"Side", "commits to different records do not fail each other, however many run at once", side},
	{"Crossing", "batches that write the same records in opposite orders do not deadlock, and each happens whole", crossing},
	{"View", "a reader that sees one record of a batch sees the others too, and whoever reads an event finds the record that it tells of", view},
	{"ScanWhileWriting", "records that stand still during a Scan are yielded exactly once, whatever is put and deleted around them", scanWhileWriting},
	{"Tail", "a reader that follows the log while others commit misses nothing and sees each key's events in order", tail},
}

func noAlias(tb testing.TB, d store.Driver) {
	whole := func() store.Batch {
		b := store.Batch{
			Puts:    []store.Put{put("z", store.Any), put("a", store.New)},
			Deletes: []store.Delete{{Key: key("y"), If: store.Any}, {Key: key("b"), If: store.Any}},
			Events:  []store.RecordedEvent{event("z", 1, "created"), event("a", 1, "created")},
		}
		b.Events[1].Stamp.At = at.Add(999).In(time.FixedZone("BST", 3600))
		return b
	}
	b := whole()
	commit(tb, d, b)
	if !reflect.DeepEqual(b, whole()) {
		tb.Fatalf("Commit has changed the batch that it was given: puts of %s and %s", b.Puts[0].ID, b.Puts[1].ID)
	}
	p, e := b.Puts[1], b.Events[1]
	spoil := func(terms store.Terms, body, data []byte) {
		terms["state"], terms["more"] = "spoilt", "spoilt"
		body[0] = 'X'
		if data != nil {
			data[0] = 'X'
		}
	}
	look := func(whose string) {
		tb.Helper()
		r := get(tb, d, key("a"))
		equal(tb, plainRecord(r), store.Record{Key: key("a"), Version: 1, Terms: store.Terms{"state": "new"}, Body: []byte("a")}, "the record after "+whose+" were reused")
		equal(tb, string(events(tb, d, "")[1].Data), `{"n":1}`, "the event after "+whose+" were reused")
		equal(tb, ids(tb, d, query()), "a z", "records after "+whose+" were reused")
	}
	spoil(p.Terms, p.Body, e.Data)
	look("the slices passed to Commit")
	r := get(tb, d, key("a"))
	spoil(r.Terms, r.Body, nil)
	look("the slices that Get returned")
	for _, r := range collect(tb, d.Scan(tb.Context(), query())) {
		spoil(r.Terms, r.Body, events(tb, d, "")[1].Data)
	}
	look("the slices that Scan and Log yielded")
}

// compete calls f from many goroutines at once and returns their errors.
func compete(n int, f func(i int) error) []error {
	var wg sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, n)
	for i := range errs {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// oneWins fails unless one of errs is nil and the others are want.
func oneWins(tb testing.TB, errs []error, want error) {
	tb.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantErr(tb, err, want, "a writer that came too late")
	}
	equal(tb, won, 1, "writers that won")
}

func race(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	for v := int64(1); v <= 50; v++ {
		oneWins(tb, compete(8, func(i int) error {
			b := puts(put("a", v))
			b.Events = []store.RecordedEvent{event("a", v, fmt.Sprint("by-", i))}
			return d.Commit(tb.Context(), b)
		}), sp.ErrConflict)
	}
	equal(tb, get(tb, d, key("a")).Version, 51, "the version after 50 races")
	for i, e := range events(tb, d, "") {
		equal(tb, e.Version, int64(i+1), "the version of an event")
	}
}

func raceCreate(tb testing.TB, d store.Driver) {
	for i := range 25 {
		id := fmt.Sprint(i)
		oneWins(tb, compete(8, func(int) error { return d.Commit(tb.Context(), puts(put(id, store.New))) }), sp.ErrExists)
	}
}

func raceAny(tb testing.TB, d store.Driver) {
	const writers, each = 8, 20
	for _, err := range compete(writers, func(int) error {
		for range each {
			if err := d.Commit(tb.Context(), puts(put("a", store.Any))); err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(tb, err, nil, "a put with Any beside others")
	}
	equal(tb, get(tb, d, key("a")).Version, writers*each, "the version")
}

func side(tb testing.TB, d store.Driver) {
	const writers, each = 8, 25
	for _, err := range compete(writers, func(w int) error {
		for i := range each {
			id := fmt.Sprintf("%d-%d", w, i)
			if err := d.Commit(tb.Context(), store.Batch{Puts: []store.Put{put(id, store.New)}, Events: []store.RecordedEvent{event(id, 1, "created")}}); err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(tb, err, nil, "a commit beside others")
	}
	equal(tb, len(collect(tb, d.Scan(tb.Context(), query()))), writers*each, "records")
	equal(tb, len(events(tb, d, "")), writers*each, "events")
}

// crossing moves two counters together, in batches that name them in either order.
func crossing(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New), put("b", store.New)))
	const writers, each = 6, 8
	for _, err := range compete(writers, func(w int) error {
		for range each {
			err := store.Retry(tb.Context(), 1000, func(ctx context.Context) error {
				r, err := d.Get(ctx, key("a"))
				if err != nil {
					return err
				}
				ps := []store.Put{put("a", r.Version), put("b", r.Version)}
				if w%2 == 1 {
					slices.Reverse(ps)
				}
				return d.Commit(ctx, puts(ps...))
			})
			if err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(tb, err, nil, "a commit of both records")
	}
	want := int64(1 + writers*each)
	equal(tb, []int64{get(tb, d, key("a")).Version, get(tb, d, key("b")).Version}, []int64{want, want}, "versions")
}

// view reads the log and the records of a batch in some order while it is
// committed over and over: whatever is read later must be at least as new.
func view(tb testing.TB, d store.Driver) {
	first := []store.Put{put("a", store.New), put("b", store.New), put("c", store.New)}
	commit(tb, d, puts(first...))
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	written := make(chan error, 1)
	go func() {
		for v := int64(1); v <= 150; v++ {
			b := puts(put("a", v), put("b", v), put("c", v))
			b.Events = []store.RecordedEvent{event("a", v+1, "changed")}
			if err := d.Commit(ctx, b); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	orders := []string{"abc", "cba", "bca"}
	newest := store.RecordedEvent{Version: 1}
	for i := 0; ; i++ {
		select {
		case err := <-written:
			wantErr(tb, err, nil, "a commit while others read")
			return
		default:
		}
		if es := events(tb, d, newest.Position); len(es) > 0 {
			newest = es[len(es)-1]
		}
		last := newest.Version
		for _, id := range orders[i%len(orders)] {
			v := get(tb, d, key(string(id))).Version
			if v < last {
				tb.Fatalf("read in the order log, %s, a record of version %d stood beside something of version %d", orders[i%len(orders)], v, last)
			}
			last = v
		}
	}
}

func scanWhileWriting(tb testing.TB, d store.Driver) {
	const still = 300
	var b store.Batch
	for i := range still {
		b.Puts = append(b.Puts, with(put(fmt.Sprintf("%03d", i), store.New), "due", fmt.Sprintf("%03d", i*7%still), "state", "new"))
	}
	commit(tb, d, b)
	ctx, cancel := context.WithCancel(tb.Context())
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := fmt.Sprintf("%03d-%d", i*37%still, w)
				err := d.Commit(ctx, puts(with(put(id, store.Any), "due", fmt.Sprintf("%03d-%d", i*53%still, w), "state", "new")))
				if err == nil && i%2 == 0 {
					err = d.Commit(ctx, deletes(id, store.Any))
				}
				if err != nil && ctx.Err() == nil {
					tb.Errorf("a commit beside a scan: %v", err)
					return
				}
			}
		})
	}
	defer wg.Wait()
	defer cancel()
	queries := []store.Query{query(), query(), query()}
	queries[1].Where = store.Where{"state": {"new"}}
	queries[2].Range = store.Range{Term: "due"}
	for round := range 9 {
		q := queries[round%len(queries)]
		q.Limit = 50 * (round % 2) // one long scan, or page by page
		seen := make(map[string]int)
		for _, r := range paged(tb, d, q) {
			if !strings.Contains(r.ID, "-") {
				seen[r.ID]++
			}
		}
		equal(tb, len(seen), still, "records that stood still")
		for id, n := range seen {
			equal(tb, n, 1, "times that "+id+" was yielded")
		}
	}
}

// tail lets writers append to shared aggregates while a reader follows the log
// from position to position.
func tail(tb testing.TB, d store.Driver) {
	const writers, each, aggregates = 6, 40, 4
	done := make(chan []error, 1)
	go func() {
		done <- compete(writers, func(w int) error {
			for i := range each {
				k := key(fmt.Sprint("shared-", i%aggregates))
				err := store.Retry(tb.Context(), 1000, func(ctx context.Context) error {
					r, err := d.Get(ctx, k)
					if err != nil && !errors.Is(err, sp.ErrNotFound) {
						return err
					}
					own := fmt.Sprintf("%d-%d", w, i)
					err = d.Commit(ctx, store.Batch{
						Puts:   []store.Put{put(k.ID, r.Version), put(own, store.New)},
						Events: []store.RecordedEvent{event(k.ID, r.Version+1, "changed"), event(own, 1, "created")},
					})
					if errors.Is(err, sp.ErrExists) && r.Version == 0 {
						return store.ErrAgain // another writer created the shared record first
					}
					return err
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}()
	seen, total := map[string]int64{}, 0
	var position store.Position
	for last := false; ; {
		for e, err := range d.Log(tb.Context(), tenant, position) {
			if err != nil {
				tb.Fatal(err)
			}
			if e.Version != seen[e.Key.ID]+1 {
				tb.Fatalf("event %d of %s came after event %d", e.Version, e.Key.ID, seen[e.Key.ID])
			}
			seen[e.Key.ID] = e.Version
			position = e.Position
			total++
		}
		if last {
			break
		}
		select {
		case errs := <-done:
			for _, err := range errs {
				wantErr(tb, err, nil, "a writer")
			}
			last = true // whatever they wrote is visible now: one more round
		default:
		}
	}
	equal(tb, total, 2*writers*each, "events seen")
}
