package storetest

import (
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

var deleteRules = []rule{
	{"Delete", "a deleted record is gone from Get, from every Scan and from every index; its neighbours stay", deleteRecord},
	{"StaleDelete", "deleting a version that does not stand there is a conflict and deletes nothing", staleDelete},
	{"DeleteAny", "deleting with store.Any succeeds whether there is a record or not, so that an erasure can be repeated", deleteAny},
	{"DeleteKeepsLog", "the log keeps its events when the record goes: it tells that something happened, not to whom", deleteKeepsLog},
	{"Recreate", "a key that was deleted is new again, at version 1", recreate},
}

func deletes(id string, version int64) store.Batch {
	return store.Batch{Deletes: []store.Delete{{Key: key(id), If: version}}}
}

func deleteRecord(tb testing.TB, d store.Driver) {
	for _, id := range []string{"a", "b", "c"} {
		commit(tb, d, puts(with(put(id, store.New), "state", "new", "due", "1")))
	}
	commit(tb, d, puts(with(put("b", 1), "state", "new", "due", "2")))
	commit(tb, d, deletes("b", 2))
	equal(tb, state(tb, d, key("b")), "none", "the record")
	for _, q := range []store.Query{
		{},
		{Where: store.Where{"state": {"new"}}},
		{Range: store.Range{Term: "due"}},
	} {
		q.Tenant, q.Kind = tenant, kindK
		equal(tb, ids(tb, d, q), "a c", "records")
	}
}

func staleDelete(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	commit(tb, d, puts(put("a", 1)))
	err := d.Commit(tb.Context(), deletes("a", 1))
	wantErr(tb, err, sp.ErrConflict, "deleting an old version")
	wantConflict(tb, err, store.ConflictError{Key: key("a"), Want: 1, Got: 2})
	wantConflict(tb, d.Commit(tb.Context(), deletes("b", 1)), store.ConflictError{Key: key("b"), Want: 1, Got: 0})
	wantErr(tb, d.Commit(tb.Context(), deletes("a", store.New)), sp.ErrExists, "deleting without saying which version")
	commit(tb, d, deletes("b", store.New)) // there is none, as expected
	equal(tb, state(tb, d, key("a")), "2 a", "the record")
	equal(tb, ids(tb, d, query()), "a", "records")
}

func deleteAny(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New), put("b", store.New)))
	for range 2 {
		commit(tb, d, deletes("a", store.Any))
	}
	equal(tb, ids(tb, d, query()), "b", "records")
}

func deleteKeepsLog(tb testing.TB, d store.Driver) {
	commit(tb, d, store.Batch{Puts: []store.Put{put("a", store.New)}, Events: []store.RecordedEvent{event("a", 1, "created")}})
	b := deletes("a", 1)
	b.Events = []store.RecordedEvent{event("a", 2, "erased")}
	commit(tb, d, b)
	equal(tb, types(events(tb, d, "")), "created erased", "events")
}

func recreate(tb testing.TB, d store.Driver) {
	commit(tb, d, puts(put("a", store.New)))
	commit(tb, d, puts(put("a", 1)))
	commit(tb, d, deletes("a", 2))
	wantErr(tb, d.Commit(tb.Context(), puts(put("a", 2))), sp.ErrConflict, "an update of what was deleted")
	commit(tb, d, puts(with(put("a", store.New), "other", "1")))
	equal(tb, state(tb, d, key("a")), "1 a", "the record")
	q := query()
	q.Where = store.Where{"state": {"new"}}
	equal(tb, ids(tb, d, q), "", "records with the terms of the deleted one")
}
