package referral_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
)

func TestAReferralRefusesCodesThatAreNotOnTheListWithTheNearest(t *testing.T) {
	refused := func(err error) string {
		broken, ok := errors.AsType[*sp.InvalidError](err)
		require.True(t, ok, "%v", err)
		return broken.Fields[0].Path + ": " + broken.Fields[0].Rule
	}
	const typo = "lonely" + "ness"
	r := referral.New("R-1", referraltest.AllowAll{})
	a := referral.Submission{Person: "P-1", Urgency: referral.Soon, Reasons: []needs.Code{typo}}
	require.Equal(t, `reasons[0]: must be a term of the taxonomy; the nearest is "loneliness"`, refused(r.Receive(a, referraltest.By(sp.RoleReferrer, 0))))
	worker := referraltest.By(sp.RoleLinkWorker, 5)
	active := referraltest.Referral("R-2", referral.StateActive)
	require.Equal(t, `needs[0]: must be a term of the taxonomy; the nearest is "loneliness"`, refused(active.Assess("", []needs.Code{typo}, worker)))
	require.NoError(t, active.Assess("A-1", []needs.Code{"bay:pets"}, worker), "an assessment has asked its own taxonomy")
	require.NoError(t, active.Assess("", []needs.Code{"bay:pets", needs.Debt}, worker), "it is a need of the referral already")
	for code, want := range map[string]string{
		"no-trans" + "prot": `reason.code: must be one of the list; the nearest is "no-transport"`,
		"bay:no-transports": "",
		"dog-not-allowed":   "",
	} {
		var e sp.InvalidError
		reason.Reason{Code: code, Whose: reason.Person, Effect: reason.Rematch}.Check(&e)
		if want == "" {
			require.NoError(t, e.Err(), code)
			continue
		}
		require.Equal(t, want, refused(e.Err()))
	}
}
