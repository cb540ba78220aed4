package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

func TestNoOpenCaseSurvivesTheErasureOfItsPerson(t *testing.T) {
	ctx := t.Context()
	c, db := underWay(t, referraltest.AllowAll{})
	record, err := person.Register(person.Person{ID: "P-1"}, by(sp.RoleLinkWorker, 0))
	require.NoError(t, err)
	a := needs.New("A-1", transition.TableOnly{})
	require.NoError(t, a.Open("P-1", by(sp.RoleLinkWorker, 5)))
	ucla, _ := measure.Find("ucla-3")
	require.NoError(t, a.PlanSeries("S-1", []*measure.Instrument{ucla}, nil, by(sp.RoleLinkWorker, 5)))
	closed := referraltest.Referral("R-0", referral.StateClosed)
	require.NoError(t, closed.PlanFollowUp(sp.DateOf(referraltest.Day(90)), by(sp.RoleLinkWorker, 31)))
	require.NoError(t, c.Referral.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 8)))
	require.NoError(t, store.Save(ctx, db, c, record, a, closed))

	repo := referral.NewRepository(db, referraltest.AllowAll{})
	_, err = repo.Forget(ctx, "P-1", by(sp.RoleLinkWorker, 40))
	require.ErrorContains(t, err, "every flag is in other hands", "somebody has to answer that first")

	flagged, err := repo.Load(ctx, "R-1")
	require.NoError(t, err)
	require.NoError(t, flagged.AcceptHandOver("F-1", "crisis-team", "", lead(9)))
	require.NoError(t, store.Save(ctx, db, flagged))
	changes, err := repo.Forget(ctx, "P-1", by(sp.RoleLinkWorker, 40))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, changes))

	_, err = person.NewRepository(db).Load(ctx, "P-1")
	require.ErrorIs(t, err, sp.ErrNotFound)
	after, err := repo.Case(ctx, "R-1")
	require.NoError(t, err)
	require.Equal(t, referral.StateWithdrawn, after.Referral.State())
	require.Equal(t, placement.StateWithdrawn, after.Placements[0].State())
	require.Equal(t, session.StatePlanned, after.Sessions[0].State(), "its time has come, and its list waits to be marked")
	require.Empty(t, after.Assessments[0].Due())
	earlier, err := repo.Load(ctx, "R-0")
	require.NoError(t, err)
	require.Zero(t, earlier.FollowUpDue())
	again, err := repo.Forget(ctx, "P-1", by(sp.RoleLinkWorker, 41))
	require.NoError(t, err, "nothing is left to do")
	require.NoError(t, store.Save(ctx, db, again))
}
