package referral_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/transition"
)

// "May I?" used to look at state and role alone, and said yes where a flag was open,
// nothing was planned, a group was to be asked, a reply was not due or nobody had accepted.
func TestMayOfReferralAndPlacementSaysWhatTheCommandSays(t *testing.T) {
	flagged := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, flagged.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, by(sp.RoleLinkWorker, 4)))
	c, byHand := referral.NewCase(flagged), &referral.Case{Referral: referraltest.Referral("R-2", referral.StateActive)}
	a := referraltest.Proposal("PL-1")
	a.Group = "G-1"
	member, err := referraltest.Propose(a, referraltest.AllowAll{}, by(sp.RoleLinkWorker, 4))
	require.NoError(t, err)
	require.NoError(t, member.Offer(referraltest.Sending(), referraltest.AllowAll{}, by(sp.RoleLinkWorker, 5)))
	worker, provider, timer, person := by(sp.RoleLinkWorker, 6), by(sp.RoleProvider, 6), sp.BySystem("timer", referraltest.Day(6)), by(sp.RolePerson, 6)
	for name, tt := range map[string]struct {
		may, happened error
		code          string
	}{
		"close with an open flag":           {c.May(referral.Close, worker), c.Close(needs.Result{Outcome: needs.Met}, worker), "flag-open"},
		"follow up where none is planned":   {flagged.May(referral.FollowUp, worker), flagged.FollowUp(worker), "no-follow-up"},
		"accept a member of a group":        {member.May(placement.Accept, provider), member.Accept(provider), "in-a-group"},
		"lapse before the reply is due":     {member.May(placement.Lapse, timer), member.Lapse(timer), "reply-not-overdue"},
		"start what nobody accepted":        {member.May(placement.Start, person), member.Start(person), "not-accepted"},
		"close a case put together by hand": {byHand.May(referral.Close, worker), byHand.Close(needs.Result{Outcome: needs.Met}, worker), "case-needed"},
	} {
		var refused *transition.Refusal
		require.ErrorAs(t, tt.may, &refused, name)
		require.Equal(t, tt.code, refused.Code, name)
		require.Equal(t, tt.may, tt.happened, name)
	}
}

// A message that comes twice is known by the key of its request, and is then nil and
// recorded once; these four used to refuse the second one as bad input. Without a key
// nobody can tell a repeat from a second act, and the second is judged like any other.
func TestAMessageThatComesTwiceToAReferralIsRecordedOnce(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	c := referral.NewCase(r)
	for _, tt := range []struct {
		name string
		send func(s sp.Stamp) error
		day  int
	}{
		{"raise", func(s sp.Stamp) error {
			return r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, To: "crisis-team"}, s)
		}, 4},
		{"assign", func(s sp.Stamp) error { return r.Assign("ben", s) }, 5},
		{"propose", func(s sp.Stamp) error { _, err := c.Propose(referraltest.Proposal("PL-1"), s); return err }, 6},
		{"accept hand-over", func(s sp.Stamp) error { s.By.ID = "lead"; return r.AcceptHandOver("F-1", "crisis-team", "", s) }, 7},
	} {
		keyed := by(sp.RoleLinkWorker, tt.day).Under(tt.name[:5])
		n := len(slices.Collect(r.History()))
		require.NoError(t, tt.send(keyed), tt.name)
		require.NoError(t, tt.send(keyed), "%s, twice", tt.name)
		later := keyed
		later.At, later.Recorded = referraltest.Day(tt.day+1), referraltest.Day(tt.day+1)
		require.NoError(t, tt.send(later), "%s, sent again a day later", tt.name)
		require.Len(t, slices.Collect(r.History()), n+1, tt.name)
		require.ErrorIs(t, tt.send(by(sp.RoleLinkWorker, tt.day)), sp.ErrInvalid, "%s, without the key", tt.name)
		require.Len(t, slices.Collect(r.History()), n+1, tt.name)
	}
	require.Len(t, c.Placements, 1)
}
