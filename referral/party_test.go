package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

// Whoever acts for nobody acts for none of those who left something out.
func TestReferralKnowsItsPartiesByWhomTheyActFor(t *testing.T) {
	received := func(from directory.ID) *referral.Referral {
		r := referral.New("R-1", referraltest.AllowAll{})
		in := referraltest.Submission("R-1")
		in.From = from
		require.NoError(t, r.Receive(in, by(sp.RoleReferrer, 0)))
		return r
	}
	offered := func(p directory.ID) *referral.Referral {
		r := referraltest.Referral("R-1", referral.StateActive)
		if p != "" {
			_, err := referral.NewCase(r).Propose(placement.Proposal{ID: "PL-1", Service: "bay/walks", Provider: p, Needs: r.Needs()[:1]}, by(sp.RoleLinkWorker, 4))
			require.NoError(t, err)
		}
		return r
	}
	of := func(role sp.Role, id, of string) sp.Actor { return sp.Actor{ID: id, Role: role, For: of} }
	for name, tt := range map[string]struct {
		r    *referral.Referral
		c    referral.Command
		by   sp.Actor
		good bool
	}{
		"who referred":                         {received("bay/practice-1"), referral.Prioritise, by(sp.RoleReferrer, 1).By, true},
		"a colleague of who referred":          {received("bay/practice-1"), referral.Prioritise, of(sp.RoleReferrer, "dr-2", "bay/practice-1"), true},
		"another practice":                     {received("bay/practice-1"), referral.Prioritise, of(sp.RoleReferrer, "dr-2", "bay/practice-2"), false},
		"a referrer of no practice":            {received("bay/practice-1"), referral.Prioritise, of(sp.RoleReferrer, "dr-2", ""), false},
		"one of none, where none is stated":    {received(""), referral.Prioritise, of(sp.RoleReferrer, "dr-2", ""), false},
		"one of a practice, where none stands": {received(""), referral.Prioritise, of(sp.RoleReferrer, "dr-2", "bay/practice-1"), false},
		"the person":                           {received(""), referral.Withdraw, of(sp.RolePerson, "P-1", "P-1"), true},
		"another person":                       {received(""), referral.Withdraw, of(sp.RolePerson, "P-2", "P-2"), false},
		"a person for nobody":                  {received(""), referral.Withdraw, of(sp.RolePerson, "P-1", ""), false},
		"a person before there is a referral":  {referral.New("R-2", referraltest.AllowAll{}), referral.Receive, of(sp.RolePerson, "P-2", "P-2"), true},
		"one for nobody before there is any":   {referral.New("R-2", referraltest.AllowAll{}), referral.Receive, of(sp.RolePerson, "P-2", ""), false},
		"a provider of a placement":            {offered("bay/green"), referral.RaiseFlag, of(sp.RoleProvider, "sam", "bay/green"), true},
		"another provider":                     {offered("bay/green"), referral.RaiseFlag, of(sp.RoleProvider, "sam", "bay/choir"), false},
		"a provider for nobody":                {offered("bay/green"), referral.RaiseFlag, of(sp.RoleProvider, "sam", ""), false},
		"a provider of a case without any":     {offered(""), referral.RaiseFlag, of(sp.RoleProvider, "sam", "bay/green"), false},
	} {
		err := tt.r.May(tt.c, sp.By(tt.by, referraltest.Day(5)))
		if tt.good {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, sp.ErrDenied, name)
		}
	}
	require.ErrorIs(t, received("").Receive(referraltest.Submission("R-1"), sp.By(of(sp.RolePerson, "P-2", "P-2"), referraltest.Day(1))), sp.ErrDenied, "it is somebody's by now")
}

func TestReferralIsNotGivenUpWithoutAnAttempt(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateAccepted)
	c := referral.NewCase(r)
	require.ErrorContains(t, c.May(referral.GiveUp, by(sp.RoleLinkWorker, 60)), "somebody has tried to reach the person")
	c.Assessments = append(c.Assessments, nil)
	require.NotPanics(t, func() { _ = r.May(referral.Decline, by(sp.RoleLinkWorker, 60)) }, "a part that is none is no alert")
}
