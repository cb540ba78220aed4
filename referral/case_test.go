package referral_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// underWay saves a case with one open placement that has a session planned, and
// loads it again under a remit.
func underWay(t *testing.T, remit transition.Authorizer) (*referral.Case, store.Driver) {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, p.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
	require.NoError(t, p.Accept(by(sp.RoleProvider, 6)))
	x, err := referraltest.PlanSession(p, "S-1", referraltest.Day(20), by(sp.RoleProvider, 6))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, c, x))
	loaded, err := referral.NewRepository(db, remit).Case(t.Context(), "R-1")
	require.NoError(t, err)
	return loaded, db
}

func TestACaseEndsWithEverythingThatHangsOnIt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		end   func(*referral.Case) error
		state referral.State
		left  placement.State
	}{
		{"the person withdraws", func(c *referral.Case) error {
			why := reason.Because(reason.PersonsChoice)
			return errors.Join(c.Withdraw(why, by(sp.RolePerson, 10)), c.Withdraw(why, by(sp.RoleLinkWorker, 10)))
		}, referral.StateWithdrawn, placement.StateWithdrawn},
		{"the referrer withdraws", func(c *referral.Case) error {
			return c.Withdraw(reason.Because(reason.Moved), by(sp.RoleReferrer, 10))
		}, referral.StateWithdrawn, placement.StateWithdrawn},
		{"nobody can be reached", func(c *referral.Case) error {
			return errors.Join(c.Referral.Attempt(person.Phone, by(sp.RoleLinkWorker, 9)),
				c.GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, by(sp.RoleLinkWorker, 10)))
		}, referral.StateClosed, placement.StateWithdrawn},
		{"it was all a mistake", func(c *referral.Case) error {
			return c.EnterInError(reason.Because(reason.Mistake), by(sp.RoleReferrer, 10))
		}, referral.StateInError, placement.StateInError},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, db := underWay(t, referraltest.AllowAll{})
			require.NoError(t, tt.end(c))
			require.NoError(t, store.Save(t.Context(), db, c))
			again, err := referral.NewRepository(db, nil).Case(t.Context(), "R-1")
			require.NoError(t, err)
			require.Equal(t, tt.state, again.Referral.State())
			require.Equal(t, tt.left, again.Placements[0].State())
			require.Equal(t, session.StateCancelled, again.Sessions[0].State())
		})
	}
}

func TestAPlacementEndsWithItsSessionsThatAreStillToCome(t *testing.T) {
	met := needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}
	for _, tt := range []struct {
		name string
		end  func(*placement.Placement, sp.Stamp) error
		day  int // of the session is 20
		want session.State
		why  string
	}{
		{"withdrawn", func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(reason.Because(reason.Moved), s) }, 10, session.StateCancelled, reason.Moved},
		{"completed", func(p *placement.Placement, s sp.Stamp) error { return p.Complete(met, s) }, 10, session.StateCancelled, reason.NoLongerNeeded},
		{"stopped after a session that nobody marked", func(p *placement.Placement, s sp.Stamp) error { return p.Stop(reason.Because(reason.Moved), s) }, 21, session.StatePlanned, ""},
		{"started, which ends nothing", (*placement.Placement).Start, 10, session.StatePlanned, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, db := underWay(t, referraltest.AllowAll{})
			require.NoError(t, c.EndPlacement("PL-1", tt.end, by(sp.RoleLinkWorker, tt.day)))
			require.NoError(t, store.Save(t.Context(), db, c))
			again, err := referral.NewRepository(db, nil).Case(t.Context(), "R-1")
			require.NoError(t, err)
			require.Equal(t, referral.StateActive, again.Referral.State())
			require.Equal(t, tt.want, again.Sessions[0].State())
			for e := range again.Sessions[0].History() {
				if off, ok := e.Event.(session.Cancelled); ok {
					require.Equal(t, tt.why, off.Reason.Code)
					require.Equal(t, sp.RoleSystem, e.Stamp.By.Role, "nobody decided it")
				}
			}
		})
	}
}

func TestAPlacementDoesNotEndIfItsSessionsCannotBeCalledOff(t *testing.T) {
	withdraw := func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(reason.Because(reason.Moved), s) }
	c, _ := underWay(t, referraltest.Only{"withdraw"}) // and not "cancel"
	before := c.Timeline()
	require.ErrorIs(t, c.EndPlacement("PL-1", withdraw, by(sp.RoleLinkWorker, 10)), sp.ErrDenied)
	require.Equal(t, before, c.Timeline())
	c, _ = underWay(t, referraltest.Only{"cancel"}) // and not "withdraw"
	require.ErrorIs(t, c.EndPlacement("PL-1", withdraw, by(sp.RoleLinkWorker, 10)), sp.ErrDenied)
	require.Equal(t, before, c.Timeline())
	require.ErrorIs(t, c.EndPlacement("PL-2", withdraw, by(sp.RoleLinkWorker, 10)), sp.ErrNotFound)
}

func TestACaseClosesOnceItsPlacementsHaveEnded(t *testing.T) {
	c, _ := underWay(t, referraltest.AllowAll{})
	met := needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}
	require.ErrorContains(t, c.Close(met, by(sp.RoleLinkWorker, 30)), "every placement has ended (PL-1)")
	require.NoError(t, c.Placements[0].Complete(met, by(sp.RoleProvider, 29)))
	missing := alone(c.Referral)
	require.Error(t, missing.Close(met, by(sp.RoleLinkWorker, 30)), "a case that does not hold them cannot know that")
	require.Error(t, missing.Withdraw(reason.Because(reason.Moved), by(sp.RoleLinkWorker, 30)))
	require.Equal(t, session.StatePlanned, c.Sessions[0].State())
	require.NoError(t, c.Close(met, by(sp.RoleLinkWorker, 30)))
	require.Equal(t, session.StatePlanned, c.Sessions[0].State(), "a session of day 20 that nobody has marked yet waits for its list")
	require.NoError(t, c.Sessions[0].Attend(session.Attended{Minutes: 60}, by(sp.RoleProvider, 31).Happened(referraltest.Day(20))))
}

func TestACaseSurvivesAPlacementThatWasNeverSaved(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateActive)
	for _, id := range []placement.ID{"PL-9", "PL-1", "PL-2"} {
		a := referraltest.Proposal(id)
		a.Service = directory.ID("bay/garden-" + id)
		p, err := referral.NewCase(r).Propose(a, by(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
		if id != "PL-1" { // which was forgotten
			require.NoError(t, store.Save(ctx, db, p))
		}
	}
	require.NoError(t, store.Save(ctx, db, r))
	elsewhere := referraltest.Proposal("PL-1")
	elsewhere.Referral = "R-2"
	p, err := referraltest.Propose(elsewhere, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, p), "somebody else has used its ID since")

	c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-1")
	require.NoError(t, err)
	require.Equal(t, []placement.ID{"PL-1"}, c.Missing)
	require.Len(t, c.Placements, 2)
	require.Equal(t, placement.ID("PL-9"), c.Placements[0].ID(), "in the order in which they were proposed")
	met := needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}
	err = c.Close(met, by(sp.RoleLinkWorker, 30))
	require.ErrorContains(t, err, "every placement has ended (PL-9, PL-2)")
	require.NotContains(t, err.Error(), "PL-1", "what was never sent stands in nobody's way")
	for _, p := range c.Placements {
		require.NoError(t, p.Withdraw(reason.Because(reason.PersonsChoice), by(sp.RolePerson, 29)))
	}
	require.NoError(t, c.Close(met, by(sp.RoleLinkWorker, 30)))
	require.NoError(t, store.Save(ctx, db, c))
}

func TestACaseEndsWithAPlacementOfWhichItsReferralDoesNotKnow(t *testing.T) {
	ctx := t.Context()
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", ending.from)))
			require.NoError(t, store.Save(ctx, db, referraltest.Placement("PL-1", placement.StateOffered)), "without its referral")
			c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-1")
			require.NoError(t, err)
			err = ending.end(c, by(sp.RoleLinkWorker, 60))
			if name == "close" {
				require.ErrorContains(t, err, "every placement has ended (PL-1)")
				return
			}
			require.NoError(t, err)
			require.NoError(t, store.Save(ctx, db, c))
			p, err := placement.NewRepository(db, nil).Load(ctx, "PL-1")
			require.NoError(t, err)
			require.False(t, p.State().Open(), "it is still %s", p.State())
		})
	}
}

func TestARefusalAnywhereInACaseChangesNothingOfIt(t *testing.T) {
	for _, allowed := range []referraltest.Only{{}, {"withdraw"}} { // "withdraw" covers the referral and its placement, and no session
		c, _ := underWay(t, allowed)
		before := c.Timeline()
		require.ErrorIs(t, c.Withdraw(reason.Because(reason.Moved), by(sp.RoleLinkWorker, 10)), sp.ErrDenied)
		require.Equal(t, before, c.Timeline())
		early := by(sp.RoleLinkWorker, 10).Happened(referraltest.Day(3)) // before the placement was proposed
		require.Error(t, c.Withdraw(reason.Because(reason.Moved), early))
		require.Equal(t, before, c.Timeline())
	}
}

func TestACaseProposesNoParkedServiceBeforeItsDay(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	june := sp.NewDate(2026, 6, 1)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice).ParkedUntil(june), by(sp.RolePerson, 5)))
	require.Equal(t, june, c.Tried()[directory.ID("bay/garden")].Until)

	_, err = c.Propose(referraltest.Proposal("PL-2"), by(sp.RoleLinkWorker, 6))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "2026-06-01")
	other := referraltest.Proposal("PL-2")
	other.Service = "bay/choir"
	_, err = c.Propose(other, by(sp.RoleLinkWorker, 6))
	require.NoError(t, err, "another service is not parked")
	_, err = c.Propose(referraltest.Proposal("PL-3"), by(sp.RoleLinkWorker, 91)) // 1 June
	require.NoError(t, err)
}

func TestACaseHasAParkedServiceFreeOnItsDayInEveryZone(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, p.Decline(reason.Because(reason.PersonsChoice).ParkedUntil(sp.NewDate(2026, 6, 1)), by(sp.RolePerson, 5)))
	auckland := time.FixedZone("NZST", 12*3600)
	s := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 6, 1, 9, 0, 0, 0, auckland))
	_, err = c.Propose(referraltest.Proposal("PL-2"), s)
	require.NoError(t, err, "it is still 31 May in UTC")
}

func TestAServiceStaysParkedWhateverAnotherAttemptEndedWith(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	june := sp.NewDate(2026, 6, 1)
	for i, why := range []reason.Reason{reason.Because(reason.PersonsChoice).ParkedUntil(june), reason.Because(reason.TooFar)} {
		p, err := referral.NewCase(c.Referral).Propose(referraltest.Proposal([]placement.ID{"PL-1", "PL-2"}[i]), by(sp.RoleLinkWorker, 4)) // which knows of no other attempt
		require.NoError(t, err)
		require.NoError(t, p.Decline(why, by(sp.RolePerson, 5)))
		c.Placements = append(c.Placements, p)
	}
	_, err := c.Propose(referraltest.Proposal("PL-3"), by(sp.RoleLinkWorker, 7))
	require.ErrorContains(t, err, "2026-06-01")
}

func TestAProposalIsForNeedsOfTheReferral(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	a := referraltest.Proposal("PL-1")
	a.Needs = []needs.Code{needs.Grief}
	_, err := referral.NewCase(r).Propose(a, by(sp.RoleLinkWorker, 4))
	require.ErrorIs(t, err, sp.ErrInvalid)
	a.Needs = nil
	_, err = referral.NewCase(r).Propose(a, by(sp.RoleLinkWorker, 4))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Empty(t, r.Placements(), "nothing was proposed")
	p, err := referral.NewCase(r).Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.Equal(t, r.Person(), p.Person())
	_, err = referral.NewCase(r).Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
	require.ErrorIs(t, err, sp.ErrInvalid, "an ID is used once")
}

func TestACaseThatTwoDecideAtOnceMeetsAConflict(t *testing.T) {
	c, db := underWay(t, referraltest.AllowAll{})
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	flagged, err := repo.Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.NoError(t, flagged.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleProvider, 29)))
	require.NoError(t, c.Placements[0].Complete(needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}, by(sp.RoleProvider, 29)))
	require.NoError(t, c.Close(needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}, by(sp.RoleLinkWorker, 30)), "the link worker has not seen the flag")
	require.NoError(t, store.Save(t.Context(), db, flagged))
	require.ErrorIs(t, store.Save(t.Context(), db, c), sp.ErrConflict, "and so cannot save")
}

func TestASessionIsNotPlannedWhileItsPlacementEnds(t *testing.T) {
	withdraw := func(p *placement.Placement, s sp.Stamp) error { return p.Withdraw(reason.Because(reason.Moved), s) }
	plan := func(db store.Driver) (*placement.Placement, *session.Session) {
		p, err := placement.NewRepository(db, referraltest.AllowAll{}).Load(t.Context(), "PL-1")
		require.NoError(t, err)
		x, err := referraltest.PlanSession(p, "S-2", referraltest.Day(27), by(sp.RoleProvider, 9))
		require.NoError(t, err)
		return p, x
	}
	c, db := underWay(t, referraltest.AllowAll{})
	p, x := plan(db)
	require.NoError(t, c.EndPlacement("PL-1", withdraw, by(sp.RoleLinkWorker, 10)))
	require.NoError(t, store.Save(t.Context(), db, c))
	require.ErrorIs(t, store.Save(t.Context(), db, p, x), sp.ErrConflict, "whoever plans comes second")

	c, db = underWay(t, referraltest.AllowAll{})
	p, x = plan(db)
	require.NoError(t, store.Save(t.Context(), db, p, x))
	require.NoError(t, store.Save(t.Context(), db, p), "once is enough")
	require.NoError(t, c.EndPlacement("PL-1", withdraw, by(sp.RoleLinkWorker, 10)))
	require.ErrorIs(t, store.Save(t.Context(), db, c), sp.ErrConflict, "whoever ends it comes second, and finds the session")
}
