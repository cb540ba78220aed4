package referral_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
)

func TestANeedIsNotMetByWhatNeverHadASession(t *testing.T) {
	met := needs.Result{Outcome: needs.Met}
	attend := func(c *referral.Case) error {
		return c.Sessions[0].Attend(session.Attended{Minutes: 60}, by(sp.RoleProvider, 20))
	}
	miss := func(c *referral.Case) error { return c.Sessions[0].Miss(session.Illness, by(sp.RoleProvider, 20)) }
	for _, tt := range []struct {
		name   string
		before func(*referral.Case) error
		result needs.Result
		ok     bool
	}{
		{"no session", func(*referral.Case) error { return nil }, met, false},
		{"a session that was missed", miss, met, false},
		{"a session that was attended", attend, met, true},
		{"met otherwise, as it is stated", miss, needs.Result{Outcome: needs.Met, Otherwise: needs.ByOthers}, true},
		{"not met", miss, needs.Result{Outcome: needs.NotMet}, true},
		{"a means that is none", attend, needs.Result{Outcome: needs.Met, Otherwise: "luck"}, false},
		{"a means of what was not met", attend, needs.Result{Outcome: needs.NotMet, Otherwise: needs.ByOthers}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := underWay(t, referraltest.AllowAll{})
			require.NoError(t, tt.before(c))
			require.NoError(t, c.Placements[0].Start(by(sp.RoleProvider, 20)))
			require.NoError(t, c.Placements[0].Complete(needs.Result{Outcome: needs.UnknownOutcome}, by(sp.RoleProvider, 29)))
			before := c.Timeline()
			err := c.Close(tt.result, by(sp.RoleLinkWorker, 30))
			require.Equal(t, tt.ok, err == nil, err)
			if err == nil {
				require.Equal(t, tt.result.Otherwise, c.Referral.Result().Otherwise)
				return
			}
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Len(t, c.Timeline(), len(before), "nothing has happened")
			if tt.result.Outcome == needs.Met && tt.result.Otherwise == "" {
				var refused *referral.NoSessionError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, []needs.Code{needs.Loneliness}, refused.Needs)
			}
		})
	}
}

func TestACaseResolvesANeedAsMetOnlyBySomethingThatTookPlace(t *testing.T) {
	attend := func(c *referral.Case) error {
		return c.Sessions[0].Attend(session.Attended{Minutes: 60}, by(sp.RoleProvider, 20))
	}
	miss := func(c *referral.Case) error { return c.Sessions[0].Miss(session.Illness, by(sp.RoleProvider, 20)) }
	mistaken := func(c *referral.Case) error {
		return errors.Join(attend(c), c.Placements[0].EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 21)))
	}
	for _, tt := range []struct {
		name      string
		before    func(*referral.Case) error
		need      needs.ID
		outcome   needs.Outcome
		otherwise needs.Means
		by        needs.Means // what is recorded, if it is
		says      string      // if it is refused
	}{
		{"before a session", nil, "N-1", needs.Met, "", "", "no session was attended"},
		{"after one that was missed", miss, "N-1", needs.Met, "", "", "no session was attended"},
		{"partly, after one that was missed", miss, "N-1", needs.PartlyMet, "", "", "no session was attended"},
		{"by sessions to which nobody came", miss, "N-1", needs.Met, needs.BySessions, "", "no session was attended"},
		{"after one that was attended", attend, "N-1", needs.Met, "", needs.BySessions, ""},
		{"by sessions, as it is stated", attend, "N-1", needs.PartlyMet, needs.BySessions, needs.BySessions, ""},
		{"by others, as it is stated", miss, "N-1", needs.Met, needs.ByOthers, needs.ByOthers, ""},
		{"not met", miss, "N-1", needs.NotMet, "", "", ""},
		{"not met, and by something", miss, "N-1", needs.NotMet, needs.BySessions, "", "must be empty where the need was not met"},
		{"met, and nothing was proposed for it", attend, "N-2", needs.Met, "", "", "must say by what the need was met"},
		{"met by sessions, and nothing was proposed for it", attend, "N-2", needs.Met, needs.BySessions, "", "no session was attended"},
		{"met by talking", attend, "N-2", needs.Met, needs.ByLinkWorker, needs.ByLinkWorker, ""},
		{"a need that there is not", attend, "N-9", needs.Met, "", "", "must be an open need"},
		{"after a placement that was a mistake", mistaken, "N-1", needs.Met, "", "", "must say by what the need was met"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := underWay(t, referraltest.AllowAll{})
			a := needs.New("A-7", referraltest.AllowAll{})
			require.NoError(t, a.Open(c.Referral.Person(), by(sp.RoleLinkWorker, 3)))
			require.NoError(t, a.Identify(needs.Finding{ID: "N-1", Code: needs.Loneliness, Source: sp.RolePerson}, nil, by(sp.RoleLinkWorker, 3)))
			require.NoError(t, a.Identify(needs.Finding{ID: "N-2", Code: needs.Debt, Source: sp.RolePerson}, nil, by(sp.RoleLinkWorker, 3)))
			c.Assessments = append(c.Assessments, a)
			if tt.before != nil {
				require.NoError(t, tt.before(c))
			}
			err := c.Resolve("A-7", tt.need, tt.outcome, tt.otherwise, by(sp.RoleLinkWorker, 30))
			if tt.says != "" {
				require.ErrorIs(t, err, sp.ErrInvalid)
				require.ErrorContains(t, err, tt.says)
				for _, n := range a.Needs() {
					require.True(t, n.Open(), "nothing has happened")
				}
				return
			}
			require.NoError(t, err)
			for _, n := range a.Needs() {
				if n.ID == tt.need {
					require.Equal(t, tt.outcome, n.Outcome)
					require.Equal(t, tt.by, n.MetBy)
				}
			}
		})
	}
	c, _ := underWay(t, referraltest.AllowAll{})
	require.ErrorIs(t, c.Resolve("A-9", "N-1", needs.Met, "", by(sp.RoleLinkWorker, 30)), sp.ErrNotFound)
	require.ErrorIs(t, (&referral.Case{}).Resolve("A-9", "N-1", needs.Met, "", by(sp.RoleLinkWorker, 30)), sp.ErrInvalid)
}

func TestACaseOfConversationsAloneMayHaveMetANeed(t *testing.T) {
	c := alone(referraltest.Referral("R-1", referral.StateActive))
	require.NoError(t, c.Close(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 30)))
}

func TestAReferralThatSignpostsHasAnOutcomeOfItsOwn(t *testing.T) {
	for level, own := range map[placement.Level]needs.Outcome{placement.Signpost: needs.Signposted, placement.SelfReferral: needs.SelfReferred} {
		c := alone(referraltest.Referral("R-1", referral.StateActive))
		p, err := c.Propose(referraltest.Proposal("PL-1"), by(sp.RoleLinkWorker, 4))
		require.NoError(t, err)
		require.NoError(t, p.Offer(placement.Sending{Level: level}, nil, by(sp.RoleLinkWorker, 5)))
		require.ErrorIs(t, p.Complete(needs.Result{Outcome: needs.Met}, by(sp.RoleLinkWorker, 6)), sp.ErrInvalid, "nobody has been there")
		other := needs.Signposted
		if own == other {
			other = needs.SelfReferred
		}
		require.ErrorIs(t, p.Complete(needs.Result{Outcome: other}, by(sp.RoleLinkWorker, 6)), sp.ErrInvalid)
		require.NoError(t, p.Complete(needs.Result{Outcome: own}, by(sp.RoleLinkWorker, 6)))
		require.NoError(t, c.Close(needs.Result{Outcome: own}, by(sp.RoleLinkWorker, 7)))
		require.Equal(t, own, c.Referral.Result().Outcome)
		require.False(t, own.Told())
	}
	p := referraltest.Placement("PL-1", placement.StateStarted)
	require.ErrorIs(t, p.Complete(needs.Result{Outcome: needs.Signposted}, by(sp.RoleProvider, 30)), sp.ErrInvalid, "the provider was told")
	p = referraltest.Placement("PL-1", placement.StateOffered)
	require.ErrorContains(t, p.Complete(needs.Result{Outcome: needs.Signposted}, by(sp.RoleLinkWorker, 30)), "not before it is a signpost")
	p = referraltest.Placement("PL-1", placement.StateAccepted)
	require.ErrorIs(t, p.Complete(needs.Result{Outcome: needs.Met}, by(sp.RoleProvider, 30)), sp.ErrInvalid, "nobody has been there")
	require.NoError(t, p.Complete(needs.Result{Outcome: needs.Met, Otherwise: needs.Unrecorded}, by(sp.RoleProvider, 30)))
}
