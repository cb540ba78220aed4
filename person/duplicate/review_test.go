package duplicate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

var stamp = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC))

func TestReviewsKeepEveryDecisionAboutTwoPeople(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	reviews := duplicate.NewReviews(db)
	pairs := []duplicate.Pair{{A: "P-1", B: "P-2", Score: 70, Reasons: []duplicate.Reason{duplicate.Born, duplicate.Name}}, {A: "P-3", B: "P-4", Score: 60}}
	r, err := reviews.LoadOrNew(t.Context(), "P-2", "P-1")
	require.NoError(t, err)
	require.Empty(t, r.Decision())
	require.NoError(t, r.Decide(duplicate.Same, pairs[0], stamp))
	require.NoError(t, store.Save(t.Context(), db, r))

	waiting, err := reviews.Waiting(t.Context(), pairs)
	require.NoError(t, err)
	require.Equal(t, pairs[1:], waiting, "who was decided on is not proposed again")

	again, err := reviews.LoadOrNew(t.Context(), "P-1", "P-2")
	require.NoError(t, err)
	require.NoError(t, again.Decide(duplicate.Undecided, duplicate.Pair{}, stamp))
	require.NoError(t, store.Save(t.Context(), db, again))
	require.NoError(t, r.Decide(duplicate.Different, duplicate.Pair{}, stamp))
	require.Error(t, store.Save(t.Context(), db, r), "somebody was faster")
	waiting, err = reviews.Waiting(t.Context(), pairs)
	require.NoError(t, err)
	require.Equal(t, pairs, waiting, "a decision that was taken back waits again")

	var decisions []duplicate.Decision
	for r, err := range reviews.All(t.Context(), duplicate.Undecided) {
		require.NoError(t, err)
		a, b := r.Pair()
		require.Equal(t, [2]person.ID{"P-1", "P-2"}, [2]person.ID{a, b})
		for e := range r.History() {
			decisions = append(decisions, e.Event.Decision)
		}
	}
	require.Equal(t, []duplicate.Decision{duplicate.Same, duplicate.Undecided}, decisions)
}

func TestReviewRefusesWhatIsNoDecisionAboutTwoPeople(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b     person.ID
		decision duplicate.Decision
		pair     duplicate.Pair
		stamp    sp.Stamp
	}{
		"one record":          {"P-1", "P-1", duplicate.Same, duplicate.Pair{}, stamp},
		"no record":           {"", "P-1", duplicate.Same, duplicate.Pair{}, stamp},
		"no such decision":    {"P-1", "P-2", "merged", duplicate.Pair{}, stamp},
		"another pair":        {"P-1", "P-2", duplicate.Same, duplicate.Pair{A: "P-3", B: "P-4", Score: 70}, stamp},
		"nobody who decides":  {"P-1", "P-2", duplicate.Same, duplicate.Pair{}, sp.Stamp{}},
		"an NHS number as ID": {"943 476 5919", "P-2", duplicate.Same, duplicate.Pair{}, stamp},
	} {
		require.ErrorIs(t, duplicate.NewReview(tt.a, tt.b).Decide(tt.decision, tt.pair, tt.stamp), sp.ErrInvalid, name)
	}
	r := duplicate.NewReview("P-2", "P-1")
	r.Stale()
	require.ErrorIs(t, r.Decide(duplicate.Same, duplicate.Pair{}, stamp), store.ErrStale)
}
