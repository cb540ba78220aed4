package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/store"
)

var versionRules = []rule{
	{"Versions", "a version is equal to the one expected or is not: no other is taken for it, be it lower, higher or the same in fewer bits, by puts and by deletes", versions},
	{"Sums", "the sums that stand for the events before are kept with records and events, and a put without one leaves none, so that a history can be proved", sums},
	{"SamePut", "a put that writes what stands there is a commit as any other, and counts the version on", samePut},
	{"LogRepeats", "events are never compared: what is committed twice, alone or within one batch, is in the log twice, since only the caller knows whether it happened twice", logRepeats},
	{"Fresh", "what a commit has written is what the very next read finds, whatever was read before: no cache outlives a commit, and none of what a failed commit held is ever seen", fresh},
}

func versions(tb testing.TB, d store.Driver) {
	const n = 7
	for v := range int64(n) { // record i reaches version i
		var b store.Batch
		for i := v + 1; i <= n; i++ {
			b.Puts = append(b.Puts, put(fmt.Sprint(i), v))
		}
		commit(tb, d, b)
	}
	const many = 300 // does not fit into a byte
	for v := range int64(many) {
		commit(tb, d, puts(put("many", v)))
	}
	all := map[string]int64{"many": many}
	for i := int64(0); i <= n; i++ {
		all[fmt.Sprint(i)] = i // and 0 is not there
	}
	check := func() {
		tb.Helper()
		for id, v := range all {
			want := fmt.Sprint(v, " ", id)
			if v == 0 {
				want = "none"
			}
			equal(tb, state(tb, d, key(id)), want, "the record at version "+fmt.Sprint(v))
		}
	}
	for id, have := range all {
		wants := []int64{have - 1, have + 1, have + 2, 2 * have, have << 8, have + 1<<8, have + 1<<16, have + 1<<31, have + 1<<32, have ^ 1, have & 0xff}
		for want := range int64(n + 3) {
			wants = append(wants, want)
		}
		for _, want := range wants {
			if want == have || want < 0 {
				continue
			}
			conflict := store.ConflictError{Key: key(id), Want: want, Got: have}
			wantConflict(tb, d.Commit(tb.Context(), puts(put(id, want))), conflict)
			wantConflict(tb, d.Commit(tb.Context(), deletes(id, want)), conflict)
		}
	}
	check()
	for id, have := range all {
		commit(tb, d, puts(put(id, have)))
		all[id]++
	}
	check()
	for id, have := range all {
		commit(tb, d, deletes(id, have))
		all[id] = 0
		check()
	}
}

func sums(tb testing.TB, d store.Driver) {
	first, second := event("a", 1, "created"), event("a", 2, "changed")
	second.Prev = first.Sum()
	p := put("a", store.New)
	p.Head = second.Sum()
	commit(tb, d, store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{first, second}})
	kept := func(want store.Sum, when string) {
		tb.Helper()
		equal(tb, get(tb, d, key("a")).Head, want, "the head from Get "+when)
		for _, r := range collect(tb, d.Scan(tb.Context(), query())) {
			equal(tb, r.Head, want, "the head from Scan "+when)
		}
	}
	kept(second.Sum(), "after a create")
	es := events(tb, d, "")
	equal(tb, len(es), 2, "events")
	equal(tb, []store.Sum{es[0].Prev, es[1].Prev}, []store.Sum{{}, first.Sum()}, "the sums before the events")
	equal(tb, []store.Sum{es[0].Sum(), es[1].Sum()}, []store.Sum{first.Sum(), second.Sum()}, "the sums of the events as they were read")
	p.If, p.Head = 1, first.Sum()
	commit(tb, d, puts(p))
	kept(first.Sum(), "after an update")
	p.If, p.Head = store.Any, store.Sum{15: 1}
	commit(tb, d, puts(p))
	kept(p.Head, "after a put with Any")
	commit(tb, d, puts(put("a", 3)))
	kept(store.Sum{}, "after a put without one")
}

func samePut(tb testing.TB, d store.Driver) {
	for v := range int64(5) {
		commit(tb, d, puts(put("a", v)))
	}
	commit(tb, d, puts(put("a", store.Any)))
	commit(tb, d, puts(put("a", store.Any)))
	equal(tb, state(tb, d, key("a")), "7 a", "the record")
	wantConflict(tb, d.Commit(tb.Context(), puts(put("a", 6))), store.ConflictError{Key: key("a"), Want: 6, Got: 7})
}

func logRepeats(tb testing.TB, d store.Driver) {
	one := store.Batch{Events: []store.RecordedEvent{event("a", 1, "seen")}}
	commit(tb, d, one)
	commit(tb, d, one)
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("b", 1, "seen"), event("b", 1, "seen"), event("a", 1, "seen")}})
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", store.New)}, Events: one.Events})
	commit(tb, d, one)
	b := store.Batch{Deletes: []store.Delete{{Key: key("a"), If: store.Any}}, Events: one.Events}
	commit(tb, d, b)
	commit(tb, d, b)
	other := event("a", 1, "seen")
	other.Data = []byte(`{"n":2}`)
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{other}})
	got, positions := "", map[store.Position]bool{}
	for _, e := range events(tb, d, "") {
		got += e.Key.ID
		positions[e.Position] = true
	}
	equal(tb, got, "aabbaaaaaa", "the IDs of all events")
	equal(tb, len(positions), len(got), "positions")
}

// fresh walks at random through everything that can be done to a handful of
// records, and reads all of them before and after each commit.
func fresh(tb testing.TB, d store.Driver) {
	rng := rand.New(rand.NewPCG(8, 9))
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	live := map[string]store.Record{}
	var position store.Position
	told := 0
	for step := range 150 {
		next, b := maps.Clone(live), store.Batch{}
		fails := rng.IntN(5) == 0
		for _, i := range rng.Perm(len(names))[:1+rng.IntN(3)] {
			walk(rng, names[i], step, next, &b)
		}
		if fails {
			b.Puts = append(b.Puts, put("never", 5))
		}
		err := d.Commit(tb.Context(), b)
		if fails {
			wantConflict(tb, err, store.ConflictError{Key: key("never"), Want: 5, Got: 0})
		} else {
			must(tb, err)
			live, told = next, told+len(b.Events)
		}
		look(tb, d, append(names, "never"), live)
		if es := events(tb, d, position); step%7 == 0 && len(es) > 0 {
			position, told = es[len(es)-1].Position, 0
		} else {
			equal(tb, len(es), told, "events since")
		}
	}
}

// walk adds to b something that can be done to the record id, and does it to live.
func walk(rng *rand.Rand, id string, step int, live map[string]store.Record, b *store.Batch) {
	r, ok := live[id]
	expected := r.Version
	if rng.IntN(3) == 0 {
		expected = store.Any
	}
	if rng.IntN(3) == 0 && (ok || expected == store.Any) {
		b.Deletes = append(b.Deletes, store.Delete{Key: key(id), If: expected})
		delete(live, id)
		return
	}
	p := with(put(id, expected), "state", fmt.Sprint(rng.IntN(3)))
	p.Body = fmt.Append(nil, step)
	if rng.IntN(2) == 0 {
		p.Terms["due"] = fmt.Sprint(rng.IntN(4))
	}
	b.Puts = append(b.Puts, p)
	b.Events = append(b.Events, event(id, int64(step+1), "changed"))
	live[id] = store.Record{Key: p.Key, Version: r.Version + 1, Terms: p.Terms, Body: p.Body}
}

// look reads everything in every way and compares it with live.
func look(tb testing.TB, d store.Driver, names []string, live map[string]store.Record) {
	tb.Helper()
	for _, id := range names {
		want := "none"
		if r, ok := live[id]; ok {
			want = fmt.Sprintf("%d %s", r.Version, r.Body)
		}
		equal(tb, state(tb, d, key(id)), want, "the record "+id)
	}
	for _, q := range []store.Query{
		{},
		{Where: store.Where{"state": {"0"}}},
		{Where: store.Where{"state": {"1", "2"}}},
		{Range: store.Range{Term: "due"}},
		{Range: store.Range{Term: "due", From: "1", Before: "3"}, Where: store.Where{"state": {"0", "1"}}},
	} {
		q.Tenant, q.Kind = tenant, kindK
		got := collect(tb, d.Scan(tb.Context(), q))
		var found []string
		for _, r := range got {
			found = append(found, r.ID)
			equal(tb, plainRecord(r), plainRecord(live[r.ID]), "the record "+r.ID+" from Scan")
		}
		equal(tb, strings.Join(found, " "), answer(q, live), fmt.Sprintf("the answer to %+v", q))
	}
	if id := slices.Sorted(maps.Keys(live)); len(id) > 0 {
		equal(tb, plainRecord(get(tb, d, key(id[0]))), plainRecord(live[id[0]]), "the record "+id[0])
	}
}
