package store_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestACursorStandsInAURLAndComesBack(t *testing.T) {
	for _, c := range []store.Cursor{{}, {ID: "R-1"}, {Value: "2026-11-29T10:00:00.000000Z", ID: "R/1?&=%"}, {Value: "é", ID: "ü"}} {
		text, err := c.MarshalText()
		require.NoError(t, err)
		require.Regexp(t, "^[A-Za-z0-9_-]*$", string(text))
		var again store.Cursor
		require.NoError(t, again.UnmarshalText(text))
		require.Equal(t, c, again)
	}
	for _, text := range []string{"R-1", "!", "UjE", "AA", "AP8", "UjEA=", " "} {
		c := store.Cursor{ID: "before"}
		require.ErrorIs(t, c.UnmarshalText([]byte(text)), sp.ErrInvalid, text)
		require.Zero(t, c)
	}
}

func TestTheLogOfOneRecordIsReadFromItsHistoryAndIsThatOfTheLog(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, store.Save(t.Context(), db, r, referraltest.Referral("R-2", referral.StateActive)))
	require.NoError(t, r.SendFeedback("D-1", referraltest.By(sp.RoleLinkWorker, 9)))
	require.NoError(t, store.Save(t.Context(), db, r))
	k := store.Key{Kind: referral.Kind, ID: "R-1"}
	read := func() (all []store.RecordedEvent) {
		for e, err := range store.LogOf(t.Context(), db, k) {
			require.NoError(t, err)
			all = append(all, e)
		}
		return all
	}
	var want []store.RecordedEvent
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		if e.Key.ID == "R-1" {
			e.Position = ""
			want = append(want, e)
		}
	}
	fields := func(all []store.RecordedEvent) (text []string) {
		for _, e := range all {
			text = append(text, fmt.Sprint(e.Key, e.Version, e.Type, e.Stamp, string(e.Data), e.Prev))
		}
		return text
	}
	require.Len(t, want, 4)
	require.Empty(t, cmp.Diff(fields(want), fields(read())))
	for range store.LogOf(t.Context(), db, k) {
		break
	}
	rec, err := db.Get(t.Context(), k)
	require.NoError(t, err)
	require.NoError(t, db.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: k, If: rec.Version}}}))
	require.Empty(t, cmp.Diff(fields(want), fields(read())), "what was deleted is read from the log")
	k.ID = "R-9"
	require.Empty(t, slices.Collect(func(yield func(string) bool) {
		for e := range store.LogOf(t.Context(), db, k) {
			yield(e.String())
		}
	}))
}

// counters returns a store with counters, and the query of all, as a repository would.
func counters(t *testing.T, ids ...string) (db store.Driver, list func(store.Driver) iter.Seq2[*counter, error]) {
	t.Helper()
	db = memstore.New()
	for _, id := range ids {
		require.NoError(t, store.Save(t.Context(), db, &counter{id: id, count: 1}))
	}
	return db, func(d store.Driver) iter.Seq2[*counter, error] {
		return store.Select(t.Context(), d, store.Query{Tenant: "north", Kind: "referral", Limit: 1}, readCounter)
	}
}

func TestAPageOfAnyQueryBeginsBehindTheCursorAndMissesNobodyWhoStays(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 5, 6, math.MaxInt} {
		db, list := counters(t, "a", "b", "d", "e", "f")
		var ids []string
		for after := (store.Cursor{}); ; {
			page, next, err := store.PageOf(db, limit, after, list)
			require.NoError(t, err)
			for _, c := range page {
				ids = append(ids, c.id)
			}
			if after = next; next == (store.Cursor{}) {
				break
			}
			require.Len(t, page, limit)
			if len(ids) == limit { // after the first page its last record goes, and one comes before it
				last := page[limit-1]
				require.NoError(t, db.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key(last.id), If: last.version}}}))
				require.NoError(t, store.Save(t.Context(), db, &counter{id: "0", count: 1}))
			}
		}
		require.Equal(t, []string{"a", "b", "d", "e", "f"}, ids, "in pages of %d", limit)
	}
}

func TestAPageOfAQueryRefusesWhatItCannotCut(t *testing.T) {
	db, list := counters(t, "a", "b")
	_, _, err := store.PageOf(db, 0, store.Cursor{}, list)
	require.ErrorIs(t, err, sp.ErrInvalid)
	page, next, err := store.PageOf(db, 1, store.Cursor{}, func(d store.Driver) iter.Seq2[*counter, error] {
		return func(yield func(*counter, error) bool) {
			list(d)(yield)
			list(d)(yield)
		}
	})
	require.ErrorIs(t, err, sp.ErrInvalid, "two scans")
	require.Empty(t, page)
	require.Zero(t, next)
	faulty := storetest.Faulty(db, storetest.Fault{Op: storetest.Scan, After: true, Rows: 1})
	page, next, err = store.PageOf(faulty, 2, store.Cursor{}, list)
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Empty(t, page)
	require.Zero(t, next)
	_, _, err = store.PageOf(nil, 1, store.Cursor{}, list)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestCountIsAsLongAsTheScan(t *testing.T) {
	db, _ := counters(t, "a", "b", "c")
	for q, want := range map[*store.Query]int{
		{Tenant: "north", Kind: "referral"}:                               3,
		{Tenant: "north", Kind: "referral", Limit: 1}:                     3,
		{Tenant: "north", Kind: "referral", After: store.Cursor{ID: "a"}}: 2,
		{Tenant: "south", Kind: "referral"}:                               0,
	} {
		n, err := store.Count(t.Context(), db, *q)
		require.NoError(t, err)
		require.Equal(t, want, n, q)
	}
	n, err := store.Count(t.Context(), storetest.Faulty(db, storetest.Fault{Op: storetest.Scan, After: true, Rows: 1}), store.Query{Tenant: "north", Kind: "referral"})
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Zero(t, n)
}
