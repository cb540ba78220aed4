package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var logRules = []rule{
	{"Log", "Log yields every event of a tenant once, whole, and those of one key in the order of their versions", logWhole},
	{"LogBatch", "events of one batch come in the order of the batch, even when they tell of several keys", logBatch},
	{"LogResume", "the position of any event, and no other knowledge, resumes behind it", logResume},
	{"LogTimes", "both times of a stamp come back in UTC to the microsecond, in any year from 1 to 9999", logTimes},
	{"LogAlone", "a batch may hold events and nothing else: what happened may have changed no record", logAlone},
	{"LogRerange", "a log longer than any page is complete, and can be ranged over again as a Scan can", logRerange},
	{"WriteInLog", "a loop body may call every method while it reads the log, even on a pool of one connection, and the log still ends", writeInLog},
}

// types returns the types of es, which most rules can tell them by.
func types(es []store.RecordedEvent) string {
	var got []string
	for _, e := range es {
		got = append(got, string(e.Type))
	}
	return strings.Join(got, " ")
}

func logWhole(tb testing.TB, d store.Driver) {
	equal(tb, len(events(tb, d, "")), 0, "events of an empty store")
	var want []store.RecordedEvent
	for i, typ := range []string{"received", "accepted", "closed's \"end\"\n"} {
		e := event("a", []int64{1, 2, 1 << 40}[i], typ)
		by := []sp.Actor{{ID: "O\u2019Brien\t1", Role: "odd \\ role", For: "bay/green\n", Only: "placement/PL-1"}, {}, {ID: "w-1"}}[i]
		e.Stamp = sp.By(by, at).Happened(at.AddDate(0, 0, -3)).Under([]string{"", "request \u2019", "2"}[i])
		e.Data = [][]byte{[]byte("{}"), nil, []byte("\x00\xff")}[i]
		commit(tb, d, store.Batch{Puts: []store.Put{put("a", int64(i))}, Events: []store.RecordedEvent{e}})
		want = append(want, e)
	}
	got := events(tb, d, "")
	positions := map[store.Position]bool{"": true}
	for i := range got {
		if positions[got[i].Position] {
			tb.Fatalf("position %q is empty or occurs twice", got[i].Position)
		}
		positions[got[i].Position] = true
		got[i].Position = ""
		if len(got[i].Data) == 0 {
			got[i].Data = nil
		}
	}
	equal(tb, got, want, "events")
}

func logBatch(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{
		event("z", 1, "1"), event("a", 1, "2"), event("a", 2, "3"), event("z", 2, "4"), event("m", 1, "5"), event("a", 3, "6"),
	}})
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("b", 1, "7"), event("a", 4, "8")}})
	equal(tb, types(events(tb, d, "")), "1 2 3 4 5 6 7 8", "events")
}

func logResume(tb testing.TB, d store.Driver) {
	const n = 12
	for i := range n / 3 {
		commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("a", int64(3*i+1), "x"), event("b", int64(3*i+2), "x"), event("a", int64(3*i+3), "x")}})
		other := event("c", 1, "other")
		other.Key.Tenant = "south"
		commit(tb, d, store.Batch{Events: []store.RecordedEvent{other}})
	}
	all := events(tb, d, "")
	equal(tb, len(all), n, "events")
	for i, e := range all {
		equal(tb, events(tb, d, e.Position), all[i+1:n:n], fmt.Sprintf("events behind the position of event %d", i))
	}
	last := all[n-1].Position
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("a", 90, "new")}})
	equal(tb, types(events(tb, d, last)), "new", "events behind what was the last")
}

func logTimes(tb testing.TB, d store.Driver) {
	summer := time.FixedZone("BST", 3600)
	for i, happened := range []time.Time{
		at,
		time.Date(2026, 7, 1, 0, 30, 0, 1000, summer),
		time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(1899, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		e := event("a", int64(i+1), "x")
		e.Stamp.At, e.Stamp.Recorded = happened, happened.Add(time.Duration(-i)*time.Microsecond)
		if e.Stamp.Recorded.Year() < 1 {
			e.Stamp.Recorded = happened
		}
		commit(tb, d, store.Batch{Events: []store.RecordedEvent{e}})
		es := events(tb, d, "")
		got := es[len(es)-1].Stamp
		equal(tb, got.At.Format(time.RFC3339Nano), happened.UTC().Format(time.RFC3339Nano), "when it happened")
		equal(tb, got.Recorded.Format(time.RFC3339Nano), e.Stamp.Recorded.UTC().Format(time.RFC3339Nano), "when it was recorded")
	}
	e := event("a", 9, "x")
	e.Stamp.At = at.Add(999)
	e.Stamp.Recorded = at.Add(1999)
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{e}})
	es := events(tb, d, "")
	got := es[len(es)-1].Stamp
	equal(tb, got.At.Sub(at), 0, "the nanoseconds that remain when it happened")
	equal(tb, got.Recorded.Sub(at), time.Microsecond, "the nanoseconds that remain when it was recorded")
}

func logAlone(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{Events: []store.RecordedEvent{event("a", 1, "seen")}})
	equal(tb, state(tb, d, key("a")), "none", "the record")
	equal(tb, types(events(tb, d, "")), "seen", "events")
}

func logRerange(tb testing.TB, d store.Driver) {
	const n = 450
	for v := int64(1); v <= n; v += 90 {
		var b store.Batch
		for i := range int64(90) {
			b.Events = append(b.Events, event("a", v+i, "x"))
		}
		commit(tb, d, b)
	}
	again(tb, d.Log(tb.Context(), tenant, ""), n, func(i int, e store.RecordedEvent) bool { return e.Version == int64(i+1) })
}

func writeInLog(tb testing.TB, d store.Driver) {
	const n = 300
	var b store.Batch
	for i := range n {
		b.Events = append(b.Events, event("a", int64(i+1), "x"))
	}
	commit(tb, d, b)
	seen := 0
	soon(tb, "calling the driver in the body of a Log", func(ctx context.Context) error {
		for e, err := range d.Log(ctx, tenant, "") {
			if err != nil {
				return err
			}
			if e.Key.ID != "a" {
				continue
			}
			seen++
			p := put(fmt.Sprint(e.Version), store.New)
			if err := d.Commit(ctx, puts(p)); err != nil {
				return err
			}
			if _, err := d.Get(ctx, p.Key); err != nil {
				return err
			}
			if seen%100 != 0 {
				continue
			}
			if err := errors.Join(failure(d.Scan(ctx, query())), failure(d.Log(ctx, tenant, ""))); err != nil {
				return err
			}
		}
		return nil
	})
	equal(tb, seen, n, "events seen")
}
