package referral_test

import (
	"errors"
	"strings"
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
	require.Equal(t, `needs[0]: must be a term of the taxonomy; the nearest is "loneliness"`, refused(active.Assess("", []needs.Code{typo}, nil, worker)))
	require.Equal(t, `needs[1]: must be a term of the taxonomy; the nearest is "loneliness"`, refused(active.Assess("A-1", []needs.Code{needs.Debt, typo}, nil, worker)), "an assessment is no excuse")
	bay, issues := needs.ReadTaxonomy("bay", "1", strings.NewReader("code,kind,domain,display,definition\nbay:pets,need,social,Pets,Somebody to look after a pet\n"), nil)
	require.Empty(t, issues)
	require.NoError(t, active.Assess("A-1", []needs.Code{"bay:pets"}, bay, worker), "it is a term of the taxonomy in use")
	require.Error(t, active.Assess("A-1", []needs.Code{needs.Debt}, bay, worker), "which has no other")
	require.NoError(t, active.Assess("", []needs.Code{"bay:pets", needs.Debt}, nil, worker), "it is a need of the referral already")
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
