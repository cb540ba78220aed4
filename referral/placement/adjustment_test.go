package placement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
)

func TestNoteAdjustmentsSaysWhatIsWrong(t *testing.T) {
	p := referraltest.Placement("PL-1", placement.StateAccepted)
	for name, a := range map[string]placement.AdjustmentsNoted{
		"nothing is noted":  {},
		"a code is words":   {Met: []string{"a ramp"}},
		"both are said":     {Met: []string{"ramp"}, NotMet: []string{"ramp"}},
		"it is there twice": {NotMet: []string{"ramp", "ramp"}},
	} {
		require.ErrorIs(t, p.NoteAdjustments(a, by(sp.RolePerson, 8)), sp.ErrInvalid, name)
	}
	require.NoError(t, p.NoteAdjustments(placement.AdjustmentsNoted{Met: []string{"ramp"}}, by(sp.RolePerson, 8)))
}
