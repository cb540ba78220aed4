package referral_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// crisis is what an answer that gives cause for it raises.
var crisis = referral.Flagged{Flag: "F-1", Kind: concern.Crisis, Reason: concern.SelfHarm}

// June answers the ninth question of the PHQ-9, and a crisis team takes her over.
func ExampleCase_Measure() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	if err := store.Save(ctx, db, referraltest.Referral("R-1", referral.StateActive)); err != nil {
		fmt.Println(err)
	}
	c, err := referral.NewRepository(db, referraltest.AllowAll{}).Case(ctx, "R-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	in, _ := measure.Find("phq-9")
	_, err = c.Measure("A-1", in, measure.Answers{"9": 1}, crisis, referraltest.By(sp.RoleLinkWorker, 20))
	fmt.Println(err, c.Referral.Concerns()[0].Reason, c.Referral.Concerns()[0].Open())

	second := sp.By(sp.Actor{ID: "ben", Role: sp.RoleLinkWorker}, referraltest.Day(21))
	fmt.Println(c.Referral.OfferHandOver("F-1", "crisis-team", referraltest.By(sp.RoleLinkWorker, 20)))
	fmt.Println(c.AcceptHandOver("F-1", "crisis-team", "REF-7", second))
	fmt.Println(c.Referral.Concerns()[0].Open(), len(c.Assessments[0].WaitedAt(referraltest.Day(22))))
	// Output:
	// <nil> self-harm true
	// <nil>
	// <nil>
	// false 0
}

func TestCaseRaisesAConcernWithTheAnswerThatGivesCauseForIt(t *testing.T) {
	all := measure.Answers{"1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 0}
	with := func(ninth int) measure.Answers {
		answers := measure.Answers{}
		maps.Copy(answers, all)
		answers["9"] = ninth
		return answers
	}
	for name, tt := range map[string]struct {
		in      *measure.Instrument
		answers measure.Answers
		raise   referral.Flagged
		raised  int
		want    error
	}{
		"an answer that gives cause":      {phq(t), with(1), crisis, 1, nil},
		"one that gives none":             {phq(t), with(0), crisis, 0, nil},
		"no instrument":                   {nil, all, crisis, 0, sp.ErrInvalid},
		"an answer that there is not":     {phq(t), with(9), crisis, 0, sp.ErrInvalid},
		"a concern that cannot be raised": {phq(t), with(1), referral.Flagged{}, 0, sp.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			referrals, _ := active(t, store.Tenant(memstore.New(), "bay"))
			s := referraltest.By(sp.RoleLinkWorker, 20).Under("k-1")
			for range 2 { // twice is once
				err := referrals.Change(t.Context(), "R-1", 0, s, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
					_, err := c.Measure("A-1", tt.in, tt.answers, tt.raise, s)
					return nil, err
				})
				require.ErrorIs(t, err, tt.want)
			}
			c, err := referrals.Case(t.Context(), "R-1")
			require.NoError(t, err)
			require.Len(t, c.Referral.Concerns(), tt.raised)
			require.Equal(t, tt.want == nil, len(c.Measurements()) == 1)
		})
	}
}

func TestCaseStartsAPlacementTheFirstTimeThatSomebodyComes(t *testing.T) {
	provider := func(day int) sp.Stamp { return by(sp.RoleProvider, day) }
	c, _ := underWay(t, referraltest.AllowAll{})
	require.NoError(t, c.Miss("PL-1", "S-2", referraltest.Day(22), session.Illness, provider(22)))
	p, _ := c.Placement("PL-1")
	require.Equal(t, placement.StateAccepted, p.State(), "who did not come has not started")
	require.NoError(t, c.Attend("PL-1", "S-1", referraltest.Day(20), session.Attended{Minutes: 60}, provider(23)), "planned before")
	require.Equal(t, placement.StateStarted, p.State())
	require.NoError(t, c.Attend("PL-1", "S-3", referraltest.Day(27), session.Attended{}, provider(27)))
	require.Equal(t, placement.StateStarted, p.State())
	require.Len(t, c.SessionsOf("PL-1"), 3)
	x, _ := c.Session("S-1")
	require.Equal(t, session.StateAttended, x.State())

	require.ErrorIs(t, c.Attend("PL-9", "S-4", referraltest.Day(28), session.Attended{}, provider(28)), sp.ErrNotFound)
	require.ErrorIs(t, c.Attend("PL-9", "S-1", referraltest.Day(28), session.Attended{}, provider(28)), sp.ErrNotFound, "of another placement")
	require.Error(t, c.Miss("PL-1", "S-3", referraltest.Day(27), session.Illness, provider(28)), "they came")
	require.ErrorIs(t, new(referral.Case).Attend("PL-1", "S-1", referraltest.Day(28), session.Attended{}, provider(28)), sp.ErrInvalid)
}

func TestCaseEndsAsThoseWhoLookedAfterItSay(t *testing.T) {
	for name, tt := range map[string]struct {
		spoken bool
		result needs.Result
		why    reason.Reason
		want   referral.State
	}{
		"with a result":                          {true, needs.Result{Outcome: needs.NotMet}, reason.Reason{}, referral.StateClosed},
		"declined before the first conversation": {false, needs.Result{}, reason.Because(reason.OutsideRemit), referral.StateDeclined},
		"at the person's wish before it":         {false, needs.Result{}, reason.Because(reason.PersonsChoice), referral.StateWithdrawn},
		"by a change of mind after it":           {true, needs.Result{}, reason.Because(reason.PersonsChoice), referral.StateWithdrawn},
	} {
		t.Run(name, func(t *testing.T) {
			state := referral.StateAccepted
			if tt.spoken {
				state = referral.StateActive
			}
			c := referral.NewCase(referraltest.Referral("R-1", state))
			require.NoError(t, c.End(tt.result, tt.why, by(sp.RoleLinkWorker, 30)))
			require.Equal(t, tt.want, c.Referral.State())
		})
	}
	require.ErrorIs(t, new(referral.Case).End(needs.Result{}, reason.Because(reason.PersonsChoice), by(sp.RoleLinkWorker, 30)), sp.ErrInvalid)
}
