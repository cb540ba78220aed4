package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
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
