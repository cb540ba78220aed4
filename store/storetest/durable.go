package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/socialprescribing/sp/store"
)

// durable is the rule of drivers that can be opened again over the same data.
var durable = rule{
	name: "Reopen",
	why:  "records, terms, versions, the log and positions in it are the same after a restart, and what was deleted stays so",
}

func reopen(tb testing.TB, d store.Driver, again func(store.Driver) store.Driver) {
	for i := range int64(3) {
		commit(tb, d, store.Batch{
			Puts:   []store.Put{with(put("a", i), "state", "open", "due", "2")},
			Events: []store.RecordedEvent{event("a", i+1, "changed")},
		})
	}
	commit(tb, d, puts(with(put("b", store.New), "due", "1"), put("gone", store.New)))
	commit(tb, d, deletes("gone", 1))
	before, log := get(tb, d, key("a")), events(tb, d, "")

	d = again(d)
	equal(tb, get(tb, d, key("a")), before, "the record")
	equal(tb, events(tb, d, ""), log, "events")
	equal(tb, events(tb, d, log[0].Position), log[1:], "events behind a position from before")
	equal(tb, state(tb, d, key("gone"))+", "+ids(tb, d, query()), "none, a b", "what is left of a deleted record, and the records")
	q := query()
	q.Range = store.Range{Term: "due"}
	equal(tb, ids(tb, d, q), "b a", "records in order of a term")
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", 3)}, Events: []store.RecordedEvent{event("a", 4, "more")}})
	equal(tb, types(events(tb, d, log[2].Position)), "more", "events since the restart")
}

// restored is the rule of drivers whose data can be put back from a backup.
var restored = rule{
	name: "Restored",
	why: "after a backup was restored every reader of the log is told by a store.RestoredError, also when the log has grown past it, " +
		"and misses nothing from where that says to go on; whoever read nothing, or reads from a new position, need not know",
}

func restore(tb testing.TB, d store.Driver, backup func() func() store.Driver) {
	write := func(d store.Driver, id string, n int) {
		tb.Helper()
		for i := range n {
			commit(tb, d, store.Batch{Events: []store.RecordedEvent{event(id, int64(i+1), fmt.Sprint(id, i+1))}})
		}
	}
	consume := func(d store.Driver) (seen string, err error) {
		_, err = store.Consume(tb.Context(), store.Tenant(d, tenant), "letters", func(_ context.Context, e store.RecordedEvent) error {
			seen += string(e.Type) + " "
			return nil
		})
		return seen, err
	}
	write(d, "kept", 3)
	seen, err := consume(d)
	equal(tb, seen, "kept1 kept2 kept3 ", "what the consumer saw")
	must(tb, err)
	write(d, "later", 2)
	again := backup()
	write(d, "lost", 4)
	before := events(tb, d, "")
	equal(tb, len(before), 9, "events before the backup is restored")
	_, err = consume(d)
	must(tb, err)

	var elsewhere store.Position // of the life after the first restoration
	for _, now := range []string{"first", "second"} {
		d = again()
		write(d, now, 6) // more than were lost
		want := strings.ReplaceAll("kept1 kept2 kept3 later1 later2 *1 *2 *3 *4 *5 *6 ", "*", now)
		equal(tb, types(events(tb, d, ""))+" ", want, "events from the beginning")
		for i, e := range append(before, store.RecordedEvent{Position: elsewhere}) {
			if e.Position == "" {
				continue
			}
			told, ok := errors.AsType[*store.RestoredError](failure(d.Log(tb.Context(), tenant, e.Position)))
			if !ok || told.Tenant != tenant || told.Position != e.Position {
				tb.Fatalf("a reader behind event %d of before is not told that a backup was restored", i+1)
			}
			rest := types(events(tb, d, told.Resume)) + " "
			behind := max(0, len(want)-len(rest))
			at, _, _ := strings.Cut(rest, " ")
			unseen := now + "1"
			if i < 5 {
				unseen = strings.Fields(want)[min(i+1, 5)]
			}
			if want[behind:] != rest || strings.Index(want, at) > strings.Index(want, unseen) {
				tb.Fatalf("a reader behind event %d of before that goes on as it is told sees %q", i+1, rest)
			}
		}
		seen, err := consume(d)
		told, ok := errors.AsType[*store.RestoredError](err)
		if !ok || seen != "" {
			tb.Fatalf("a consumer of before saw %q and is told %v", seen, err)
		}
		must(tb, store.Resume(tb.Context(), store.Tenant(d, tenant), "letters", told.Resume))
		seen, err = consume(d)
		must(tb, err)
		equal(tb, strings.HasSuffix(want, seen) && strings.Contains(seen, "later1"), true, "the consumer misses nothing: "+seen)
		fresh := events(tb, d, "")
		equal(tb, events(tb, d, fresh[6].Position), fresh[7:], "events behind a new position")
		elsewhere = fresh[len(fresh)-1].Position
	}
}
