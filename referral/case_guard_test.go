package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

func TestWhoDoesNotKnowOfTheAlertsOfAPersonEndsNothing(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, asked(t, 0, measure.Answers{"9": 3}))) // in an earlier episode
	for name, ending := range endings {
		r := referraltest.Referral("R-2", ending.from)
		if ending.from.Open() {
			require.NoError(t, store.Save(ctx, store.Tenant(memstore.New(), "bay"), &referral.Case{Referral: r}), "what goes on is saved")
		}
		byHand := &referral.Case{Referral: r}
		require.ErrorContains(t, ending.end(byHand, by(sp.RoleLinkWorker, 60)), "not before its case is loaded", name)
		require.Equal(t, ending.from.Open(), r.State().Open(), name)
		for command := range byHand.Legal(by(sp.RoleLinkWorker, 60)) {
			require.NotEqual(t, name, string(command), "asking gives the same answer")
		}
	}
	r := referraltest.Referral("R-3", referral.StateReceived)
	require.NoError(t, store.Save(ctx, db, r))
	c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-3")
	require.NoError(t, err)
	require.ErrorContains(t, c.Decline(reason.Because(reason.OutsideRemit), by(sp.RoleLinkWorker, 1)), "(self-harm of assessment A-1)")
}

func TestAnAlertThatIsRaisedWhileACaseEndsMakesItAConflict(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", referral.StateActive), asked(t, 0, measure.Answers{"9": 0})))
	c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-1")
	require.NoError(t, err)
	require.NoError(t, c.Close(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 30)))
	a, err := needs.NewRepository(db, transition.TableOnly{}).Assessment(ctx, "A-1")
	require.NoError(t, err)
	_, err = a.Measure(phq(t), measure.Answers{"9": 2}, by(sp.RoleLinkWorker, 30))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, a))
	require.ErrorIs(t, store.Save(ctx, db, c), sp.ErrConflict)
}

func TestOfTwoWhoReferAgainAtOnceOneMeetsAConflict(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", referral.StateClosed))) // on day 30
	load := func() *referral.Referral {
		r, err := referral.NewRepository(db, referraltest.AllowAll{}).Load(ctx, "R-1")
		require.NoError(t, err)
		return r
	}
	first, second := load(), load()
	_, err := first.ReferAgain(referraltest.Submission("R-2"), asOf(sp.RoleReferrer, 10, 31))
	require.ErrorContains(t, err, "stamp.at must not be before the end", "the episode before went on until day 30")
	r2, err := first.ReferAgain(referraltest.Submission("R-2"), by(sp.RoleReferrer, 31))
	require.NoError(t, err)
	r3, err := second.ReferAgain(referraltest.Submission("R-3"), by(sp.RoleReferrer, 31))
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, first, r2))
	require.ErrorIs(t, store.Save(ctx, db, second, r3), sp.ErrConflict)
}

func TestAServiceThatHelpedInTheEndIsNotAmongThoseTried(t *testing.T) {
	full, dear := reason.Because(reason.NoCapacity), reason.Because(reason.TooDear)
	decline := func(why reason.Reason) func(*placement.Placement, sp.Stamp) error {
		return func(p *placement.Placement, s sp.Stamp) error { return p.Decline(why, s) }
	}
	complete := func(o needs.Outcome) func(*placement.Placement, sp.Stamp) error {
		return func(p *placement.Placement, s sp.Stamp) error {
			if err := p.Offer(referraltest.Sending(), referraltest.AllowAll{}, s); err != nil {
				return err
			}
			if err := p.Accept(s); err != nil {
				return err
			}
			r := needs.Result{Outcome: o}
			if o == needs.Met {
				r.Otherwise = needs.Unrecorded
			}
			return p.Complete(r, s)
		}
	}
	type attempt struct {
		end func(*placement.Placement, sp.Stamp) error
		day int
	}
	for _, tt := range []struct {
		name     string
		attempts []attempt
		want     string // the code of the reason, or empty
	}{
		{"a no", []attempt{{decline(full), 5}}, reason.NoCapacity},
		{"a no, and then help", []attempt{{decline(full), 5}, {complete(needs.Met), 60}}, ""},
		{"help, and then a no", []attempt{{complete(needs.Met), 5}, {decline(dear), 60}}, reason.TooDear},
		{"a no that was proposed before and came after", []attempt{{decline(dear), 60}, {decline(full), 5}}, reason.TooDear},
		{"help that was proposed first and ended last", []attempt{{complete(needs.Met), 60}, {decline(full), 5}}, ""},
		{"a no, and then help that did not help", []attempt{{decline(full), 5}, {complete(needs.NotMet), 60}}, reason.NoCapacity},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
			for i, a := range tt.attempts {
				_, err := c.Propose(referraltest.Proposal(placement.ID("PL-"+string(rune('1'+i)))), by(sp.RoleLinkWorker, 4))
				require.NoError(t, err)
				require.NoError(t, a.end(c.Placements[i], by(sp.RoleLinkWorker, a.day)))
			}
			require.Equal(t, tt.want, c.Tried()["bay/garden"].Code)
			require.Len(t, c.Tried(), map[bool]int{true: 1}[tt.want != ""])
		})
	}
}

func TestACaseWithoutItsPartsAnswersWithErrors(t *testing.T) {
	for name, c := range map[string]*referral.Case{
		"nothing":       {},
		"no placement":  {Referral: referraltest.Referral("R-1", referral.StateActive), Placements: []*placement.Placement{nil}},
		"no session":    {Referral: referraltest.Referral("R-1", referral.StateActive), Sessions: []*session.Session{nil}},
		"no assessment": {Referral: referraltest.Referral("R-1", referral.StateActive), Assessments: []*needs.Assessment{nil}},
	} {
		t.Run(name, func(t *testing.T) {
			s := by(sp.RoleLinkWorker, 9)
			for command, ending := range endings {
				if command == "give up" {
					continue // which tries the referral first
				}
				require.ErrorIs(t, ending.end(c, s), sp.ErrInvalid, command)
			}
			require.ErrorIs(t, c.GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, s), sp.ErrInvalid)
			require.ErrorIs(t, c.EndPlacement("PL-1", (*placement.Placement).Lapse, s), sp.ErrNotFound)
			_, err := c.Propose(referraltest.Proposal("PL-1"), s)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorIs(t, store.Save(t.Context(), memstore.New(), c), sp.ErrInvalid)
			c.Committed()
			require.Empty(t, c.Tried())
			require.Empty(t, c.Timeline())
		})
	}
	require.ErrorIs(t, new(referral.Referral).Contact(person.Phone, 1, by(sp.RoleLinkWorker, 9)), sp.ErrInvalid)
}
