package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var volumeRules = []rule{
	{"LargeAtomic", "a batch of any size is whole: one condition that fails at its very end, put or delete, leaves nothing of the thousands before it", largeAtomic},
	{"Long", "tens of thousands of records and events are each there once, in order, from Get, Scan, range and Log, and from a position or cursor in the middle", long},
	{"Bodies", "bodies of 16 megabytes and data of 4 are kept whole, and so is every length on the way", bodies},
	{"EveryCommit", "of thousands of commits none is lost and none happens twice, though several writers make them", everyCommit},
	{"Collisions", "records whose keys have the same hash, by whichever function, are told apart, there or not", collisions},
}

func largeAtomic(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("there", store.New)))
	for _, n := range []int{1, 16, 17, 33, 64, 65, 101, 129, 257, 501, 1001, 2049} {
		batch := func() store.Batch {
			var b store.Batch
			for i := range n {
				id := fmt.Sprintf("%d-%04d", n, i)
				b.Puts = append(b.Puts, put(id, store.New))
				b.Events = append(b.Events, event(id, 1, "created"))
			}
			return b
		}
		before := len(events(tb, d, "")) // of batches that were meant to happen
		put7, delete7 := batch(), batch()
		put7.Puts = append(put7.Puts, put("there", 7))
		for i := range n - 1 {
			delete7.Deletes = append(delete7.Deletes, store.Delete{Key: key(fmt.Sprint("none-", i)), If: store.Any})
		}
		delete7.Deletes = append(delete7.Deletes, store.Delete{Key: key("there"), If: 7})
		for what, b := range map[string]store.Batch{"put": put7, "delete": delete7} {
			wantConflict(tb, d.Commit(tb.Context(), b), store.ConflictError{Key: key("there"), Want: 7, Got: 1})
			what = fmt.Sprintf("a batch of %d puts whose last %s was refused", n, what)
			q := query()
			q.After, q.Limit = store.Cursor{ID: fmt.Sprint(n, "-")}, 1
			if rs := collect(tb, d.Scan(tb.Context(), q)); len(rs) > 0 && rs[0].ID < fmt.Sprint(n, "-9999") {
				tb.Fatalf("%s has left record %s", what, rs[0].ID)
			}
			equal(tb, len(events(tb, d, "")), before, "events after "+what)
		}
		if n > 300 {
			continue
		}
		b := batch()
		commit(tb, d, b)
		es := events(tb, d, "")
		equal(tb, len(es), before+n, fmt.Sprintf("events after a batch of %d", n))
		for i, e := range es[before:] {
			equal(tb, e.Key, b.Events[i].Key, fmt.Sprintf("the key of event %d of a batch of %d", i, n))
		}
		var erase store.Batch
		for _, p := range b.Puts {
			equal(tb, state(tb, d, p.Key), "1 "+p.ID, fmt.Sprintf("a record of a batch of %d", n))
			erase.Deletes = append(erase.Deletes, store.Delete{Key: p.Key, If: 1})
		}
		commit(tb, d, erase)
		equal(tb, ids(tb, d, query()), "there", fmt.Sprintf("records after a batch of %d deletes", n))
	}
}

// enough is more than any bound that a driver may have thought to be large.
const enough = 20_011

func long(tb testing.TB, d store.Driver) {
	id := func(i int) string { return fmt.Sprintf("%05d%07x", i, uint32(i)*2654435761>>4) } //nolint:gosec // i is small
	order := rand.New(rand.NewPCG(5, 6)).Perm(enough)
	for at := 0; at < enough; at += 2500 {
		var b store.Batch
		for j, i := range order[at:min(at+2500, enough)] {
			b.Puts = append(b.Puts, with(put(id(i), store.New), "due", id(enough-i), "state", "new"))
			b.Events = append(b.Events, event(id(i), int64(at+j+1), "created"))
		}
		commit(tb, d, b)
	}
	longLog(tb, d, func(i int) string { return id(order[i]) })
	same, along := store.Where{"state": {"new"}}, store.Range{Term: "due"}
	for _, tt := range []struct {
		q     store.Query
		first int
		step  int
		want  int
	}{
		{store.Query{}, 0, 1, enough},
		{store.Query{Range: along}, enough - 1, -1, enough},
		{store.Query{Limit: enough - 1}, 0, 1, enough - 1},
		{store.Query{Where: same}, 0, 1, enough},
		{store.Query{Where: store.Where{"state": {"other", "new"}}, Limit: 17_000}, 0, 1, 17_000},
		{store.Query{After: store.Cursor{ID: id(99)}}, 100, 1, enough - 100},
		{store.Query{Where: same, After: store.Cursor{ID: id(10_000)}}, 10_001, 1, enough - 10_001},
		{store.Query{Range: along, After: store.Cursor{Value: id(9_999), ID: id(enough - 9_999)}}, enough - 10_000, -1, enough - 9_999},
		{store.Query{Range: along, Where: same}, enough - 1, -1, enough},
	} {
		tt.q.Tenant, tt.q.Kind = tenant, kindK
		n := 0
		for r, err := range d.Scan(tb.Context(), tt.q) {
			must(tb, err)
			if want := id(tt.first + n*tt.step); r.ID != want || string(r.Body) != want {
				tb.Fatalf("record %d of the answer to %+v is %s with body %q, want %s", n, tt.q, r.ID, r.Body, want)
			}
			n++
		}
		equal(tb, n, tt.want, fmt.Sprintf("records that answer %+v", tt.q))
	}
	for _, i := range order {
		r := get(tb, d, key(id(i)))
		equal(tb, string(r.Body)+r.Terms["due"], id(i)+id(enough-i), "a record of "+fmt.Sprint(enough))
	}
}

func longLog(tb testing.TB, d store.Driver, id func(i int) string) {
	tb.Helper()
	positions := make([]store.Position, 0, enough)
	for e, err := range d.Log(tb.Context(), tenant, "") {
		must(tb, err)
		n := len(positions)
		if n == enough || e.Key.ID != id(n) || e.Version != int64(n+1) || string(e.Data) != `{"n":1}` {
			tb.Fatalf("event %d is version %d of %s with data %q", n, e.Version, e.Key.ID, e.Data)
		}
		positions = append(positions, e.Position)
	}
	equal(tb, len(positions), enough, "events")
	for _, n := range []int{1, 2, 9, 10, 11, 63, 64, 65, 99, 100, 101, 127, 128, 255, 256, 257, 499, 500, 501, 512, 999, 1000, 1001, 4096, 9_999, 10_000, 10_001, 16_384, enough - 1} {
		i, end := n, min(n+1100, enough)
		if n == 1 {
			end = enough
		}
		for e, err := range d.Log(tb.Context(), tenant, positions[n-1]) {
			must(tb, err)
			if i == enough || e.Version != int64(i+1) || e.Position != positions[i] {
				tb.Fatalf("behind event %d of the log, event %d is version %d", n, i, e.Version)
			}
			if i++; i == end && end < enough {
				break
			}
		}
		equal(tb, i, end, fmt.Sprintf("events behind event %d", n))
	}
}

func bodies(tb testing.TB, d store.Driver) {
	rng := rand.NewChaCha8([32]byte{7})
	for i, n := range []int{0, 1, 127, 128, 255, 256, 257, 1023, 1024, 4095, 4096, 4097, 8191, 32767, 32768, 65535, 65536, 65537, 1<<20 - 1, 1<<20 + 1, 2<<20 + 1, 4<<20 + 1, 16<<20 + 1} {
		body := make([]byte, n)
		rng.Read(body) //nolint:errcheck // it never fails
		id := fmt.Sprintf("%02d", i)
		p, e := put(id, store.New), event(id, 1, "created")
		p.Body, e.Data = body, body[:min(n, 4<<20+1)]
		commit(tb, d, store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{e}})
		equal(tb, bytes.Equal(get(tb, d, key(id)).Body, body), true, fmt.Sprintf("a body of %d bytes comes back from Get", n))
		q := query()
		q.Where, q.After = store.Where{"state": {"new"}}, store.Cursor{ID: fmt.Sprintf("%02d", i-1)}
		rs := collect(tb, d.Scan(tb.Context(), q))
		equal(tb, len(rs) == 1 && bytes.Equal(rs[0].Body, body), true, fmt.Sprintf("a body of %d bytes comes back from Scan", n))
	}
	rng.Seed([32]byte{7})
	for e, err := range d.Log(tb.Context(), tenant, "") {
		must(tb, err)
		r := get(tb, d, e.Key)
		equal(tb, bytes.Equal(e.Data, r.Body[:min(len(r.Body), 4<<20+1)]), true, fmt.Sprintf("%d bytes of data come back", len(e.Data)))
	}
}

func everyCommit(tb testing.TB, d store.Driver) {
	const writers, each = 4, 500
	for _, err := range compete(writers, func(w int) error {
		for i := range each {
			id := fmt.Sprintf("%d-%04d", w, i)
			if err := d.Commit(tb.Context(), store.Batch{Puts: []store.Put{put(id, store.New)}, Events: []store.RecordedEvent{event(id, 1, "created")}}); err != nil {
				return err
			}
		}
		return nil
	}) {
		wantErr(tb, err, nil, "a commit beside others")
	}
	told := map[string]int{}
	for _, e := range events(tb, d, "") {
		told[e.Key.ID]++
	}
	found := map[string]bool{}
	for _, r := range collect(tb, d.Scan(tb.Context(), query())) {
		found[r.ID] = true
	}
	for w := range writers {
		for i := range each {
			id := fmt.Sprintf("%d-%04d", w, i)
			if !found[id] || told[id] != 1 {
				tb.Fatalf("commit %d of writer %d: its record is there: %t, its event %d times", i, w, found[id], told[id])
			}
		}
	}
}

// colliding are IDs that pairwise have the same hash of 32 bits, alone or behind
// the tenant and kind of these rules.
var colliding = [][2]string{
	{"d69b648", "b01de8d"},
	{"318a6c8", "90b508f"},
	{"5f0c694", "b476e27"}, // CRC-32 of IEEE and Castagnoli, Adler-32
	{"7efbfa2", "0b78db8"},
	{"6bd9526", "dce6109"},
	{"63c809d", "8f54804"},
	{"13eafb8", "6547fb6"},
	{"4f90590", "45fcb43"},
	{"ffba569", "05fc5a1"},
	{"ca81df0", "365ed11"},
	{"d4e211c", "f49c14a"}, // FNV-1
	{"bdab185", "2dba284"},
	{"89ca1a9", "1b27a81"},
	{"d5b10a6", "98a6b5d"},
	{"4b5b35f", "5c9a768"},
	{"82dec48", "eb6be57"},
	{"4ebabb8", "df7b0b3"}, // FNV-1a
	{"7b20082", "d56fc87"},
	{"ac3df02", "9f621fe"},
	{"fa522ac", "4f7d6be"},
	{"8eaa5fb", "5df55c8"},
	{"c10b386", "2751158"},
	{"a5e8ff8", "5814977"},
	{"0d9c154", "a796a53"},
	{"22de239", "f97d8cb"}, // by multiplication with 31, 33 and 65599
	{"ab", "ba"},
	{"aad", "abc"},
	{"abba", "baab"},
	{"ac", "bb"},
	{"xyxy", "yxyx"}, // sums and exclusive ors
}

func collisions(tb testing.TB, d store.Driver) {
	for _, pair := range colliding {
		for _, some := range [][2]string{pair, {pair[1], pair[0]}} { // the second is not there at first
			a, b := some[0], some[1]
			commit(tb, d, puts(put(a, store.New)))
			equal(tb, string(get(tb, d, key(a)).Body), a, "the body of "+a)
			if _, err := d.Get(tb.Context(), key(b)); !errors.Is(err, sp.ErrNotFound) {
				tb.Fatalf("%s is found beside %s: %v", b, a, err)
			}
			commit(tb, d, puts(put(b, store.New)))
			for _, id := range []string{a, b, a, b} {
				equal(tb, string(get(tb, d, key(id)).Body), id, "the body of "+id)
				equal(tb, ids(tb, d, store.Query{Tenant: tenant, Kind: kindK, After: store.Cursor{ID: id[:len(id)-1]}, Limit: 1}), id, "the record behind the name but its last sign")
			}
			commit(tb, d, deletes(a, store.Any))
			equal(tb, state(tb, d, key(a))+", "+state(tb, d, key(b)), "none, 1 "+b, "the two after one was deleted")
			commit(tb, d, deletes(b, 1))
		}
	}
}
