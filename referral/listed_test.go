package referral_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestReferralsAreFoundByWhatTheyAre(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	for _, s := range referral.Table().States() {
		require.NoError(t, store.Save(ctx, db, referraltest.Referral(referral.ID("R-"+s), s)))
	}
	late := referraltest.Referral("R-late", referral.StateClosed)
	require.NoError(t, late.PlanFollowUp(sp.NewDate(2026, 5, 1), by(sp.RoleLinkWorker, 31)))
	require.NoError(t, store.Save(ctx, db, late))
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	ids := func(q referral.Query) (list []referral.ID) {
		for r, err := range repo.All(ctx, q) {
			require.NoError(t, err)
			list = append(list, r.ID())
		}
		return list
	}
	require.Len(t, ids(referral.Query{Person: "P-1", Referrer: "referrer-1"}), 10)
	require.Equal(t, []referral.ID{"R-accepted", "R-active"}, ids(referral.Query{States: []referral.State{referral.StateAccepted, referral.StateActive}}))
	require.Empty(t, ids(referral.Query{Urgency: []referral.Urgency{referral.Urgent}}))
	require.Equal(t, []referral.ID{"R-active", "R-closed"}, ids(referral.Query{After: "R-accepted", Limit: 2}))

	due := func(before sp.Date) (n int) {
		for r, err := range repo.FollowUps(ctx, before) {
			require.NoError(t, err)
			require.Equal(t, referral.ID("R-late"), r.ID())
			n++
		}
		return n
	}
	require.Zero(t, due(sp.NewDate(2026, 5, 1)), "today is not before today")
	require.Equal(t, 1, due(sp.NewDate(2026, 5, 2)))
	require.Equal(t, 1, due(0), "an unknown day is no limit")

	var quiet []referral.ID
	for r, err := range repo.Quiet(ctx, referraltest.Day(2), referral.Query{}) {
		require.NoError(t, err)
		quiet = append(quiet, r.ID())
	}
	require.True(t, slices.Contains(quiet, "R-received"))
	require.False(t, slices.Contains(quiet, "R-active"))
	_, err := repo.Load(ctx, "R-none")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, err = repo.Case(ctx, "R-none")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestWhoeverHasWithdrawnIsNotToBeAskedHowThingsAre(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.PlanFollowUp(sp.NewDate(2026, 5, 1), by(sp.RoleLinkWorker, 4)))
	require.NoError(t, alone(r).RecordDeath(by(sp.RoleLinkWorker, 5)))
	require.NoError(t, store.Save(ctx, db, r))
	for r, err := range referral.NewRepository(db, nil).FollowUps(ctx, 0) {
		require.NoError(t, err)
		t.Errorf("%s is %s, and still due on %s", r.ID(), r.State(), r.FollowUpDue())
	}
}

func TestConcernsThatNobodyHasTakenOverAreListed(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	raise := func(id referral.ID, state referral.State, day int) {
		r := referraltest.Referral(id, state)
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RolePerson, day)))
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding, To: "crisis-team"}, by(sp.RolePerson, day+1)))
		require.NoError(t, store.Save(ctx, db, r))
	}
	raise("R-a", referral.StateActive, 62)
	raise("R-b", referral.StateReceived, 61)
	raise("R-c", referral.StateClosed, 60)
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-d", referral.StateActive)))
	flagged := func() (list []referral.ID) {
		for r, err := range repo.Flagged(ctx) {
			require.NoError(t, err)
			list = append(list, r.ID())
		}
		return list
	}
	require.Equal(t, []referral.ID{"R-c", "R-b", "R-a"}, flagged())
	r, err := repo.Load(ctx, "R-c")
	require.NoError(t, err)
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(70)))
	require.NoError(t, store.Save(ctx, db, r))
	require.Equal(t, []referral.ID{"R-b", "R-c", "R-a"}, flagged(), "its other concern is a day younger")
	require.NoError(t, r.AcceptHandOver("F-2", "crisis-team", "", lead(70)))
	require.NoError(t, store.Save(ctx, db, r))
	require.Equal(t, []referral.ID{"R-b", "R-a"}, flagged())
}

// counting is a driver that keeps the queries it is asked.
type counting struct {
	store.Driver
	asked *[]store.Query
}

func (c counting) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	*c.asked = append(*c.asked, q)
	return c.Driver.Scan(ctx, q)
}
