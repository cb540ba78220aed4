package storetest

import (
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
			Events: []store.Event{event("a", i+1, "changed")},
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
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", 3)}, Events: []store.Event{event("a", 4, "more")}})
	equal(tb, types(events(tb, d, log[2].Position)), "more", "events since the restart")
}
