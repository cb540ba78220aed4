package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// phq returns the questionnaire whose ninth question raises an alert.
func phq(t require.TestingT) *measure.Instrument {
	in, ok := measure.Find("phq-9")
	require.True(t, ok)
	return in
}

// asked returns the assessment A-1 of person P-1, with answers to the PHQ-9 on a day.
func asked(t require.TestingT, day int, answers measure.Answers) *needs.Assessment {
	a, err := opened("A-1", "P-1", by(sp.RoleLinkWorker, day))
	require.NoError(t, err)
	_, err = a.Measure(phq(t), answers, by(sp.RoleLinkWorker, day))
	require.NoError(t, err)
	return a
}

// endings are all ways in which a case ends, each with a state that it ends from.
var endings = map[string]struct {
	from referral.State
	end  func(c *referral.Case, s sp.Stamp) error
}{
	"decline": {referral.StateReceived, func(c *referral.Case, s sp.Stamp) error { return c.Decline(reason.Because(reason.OutsideRemit), s) }},
	"reroute": {referral.StateAccepted, func(c *referral.Case, s sp.Stamp) error {
		return c.Reroute("bay/team", reason.Because(reason.NotSuitable), s)
	}},
	"expire":         {referral.StateReceived, func(c *referral.Case, s sp.Stamp) error { return c.Expire(reason.Because(reason.NoCapacity), s) }},
	"close":          {referral.StateActive, func(c *referral.Case, s sp.Stamp) error { return c.Close(needs.Result{Outcome: needs.Met}, s) }},
	"withdraw":       {referral.StateActive, func(c *referral.Case, s sp.Stamp) error { return c.Withdraw(reason.Because(reason.Moved), s) }},
	"enter in error": {referral.StateClosed, func(c *referral.Case, s sp.Stamp) error { return c.EnterInError(reason.Because(reason.Mistake), s) }},
	"give up": {referral.StateAccepted, func(c *referral.Case, s sp.Stamp) error {
		if err := c.Referral.Attempt("phone", s); err != nil {
			return err
		}
		return c.GiveUp(referral.Unreachable{Name: "bay-1", Attempts: 1}, s)
	}},
}

func TestNoCaseEndsWhileAnAlertWaits(t *testing.T) {
	ctx := t.Context()
	ends := make(map[string]bool) // the commands that lead to an end
	for _, row := range referral.Table().Rows {
		ends[string(row.Command)] = ends[string(row.Command)] || row.To != "" && !row.To.Open()
	}
	for command := range ends {
		if _, ok := endings[command]; ends[command] && command != string(referral.RecordDeath) { // which waits for nothing
			require.True(t, ok, "%s is not tried", command)
		}
	}
	for name, c := range endings {
		t.Run(name, func(t *testing.T) {
			db := store.Tenant(memstore.New(), "bay")
			// Whoever measures knows nothing of the referral.
			require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", c.from)))
			require.NoError(t, store.Save(ctx, db, asked(t, 50, measure.Answers{"9": 1})))
			load := func() *referral.Case {
				found, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-1")
				require.NoError(t, err)
				return found
			}
			found := load()
			err := c.end(found, by(sp.RoleLinkWorker, 60))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, "referral: "+name+" R-1: not before every alert is answered (self-harm of assessment A-1)")
			require.Equal(t, c.from, found.Referral.State())

			// Answered and ended in one commit.
			require.NoError(t, found.Assessments[0].Escalate("self-harm", "crisis-team", by(sp.RoleLinkWorker, 60)))
			require.NoError(t, c.end(found, by(sp.RoleLinkWorker, 60)))
			require.NoError(t, store.Save(ctx, db, found))
			found = load()
			require.False(t, found.Referral.State().Open())
			for range found.Assessments[0].Alerts() {
				t.Error("nothing waits any more")
			}
		})
	}
}

func TestAQuestionThatWasLeftOutHoldsTheCaseUntilItIsAsked(t *testing.T) {
	c := referral.NewCase(referraltest.Referral("R-1", referral.StateActive))
	c.Assessments = append(c.Assessments, asked(t, 50, measure.Answers{"1": 2}))
	require.ErrorContains(t, c.Close(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 60)), "every alert is answered (self-harm of assessment A-1)")
	_, err := c.Assessments[0].Measure(phq(t), measure.Answers{"9": 0}, by(sp.RoleLinkWorker, 59))
	require.NoError(t, err)
	require.NoError(t, c.Close(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 60)))
}

func TestAReferralIsNotHeldByAnAlertOfSomebodyElse(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	stranger := referraltest.Submission("R-1")
	stranger.Person = "P-2"
	r, err := referraltest.Receive(stranger, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r, asked(t, 50, measure.Answers{"9": 3})))
	c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(t.Context(), "R-1")
	require.NoError(t, err)
	require.Empty(t, c.Assessments)
	require.NoError(t, c.Expire(reason.Because(reason.NoCapacity), by(sp.RoleSystem, 60)))
}

func opened(id needs.AssessmentID, of person.ID, s sp.Stamp) (*needs.Assessment, error) {
	a := needs.New(id, transition.TableOnly{})
	return a, a.Open(of, s)
}
