package evaluation_test

import (
	"testing"

	"github.com/socialprescribing/sp/evaluation/stat"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
)

func TestDefinitionsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range run(t, evaluation.Options{}).Definitions() {
		require.False(t, seen[d.ID], d.ID)
		seen[d.ID] = true
		for _, text := range []string{d.ID, d.Version, d.Name, d.Unit, d.Numerator, d.Denominator, d.Excluded, d.Frame, d.Source} {
			require.NotEmpty(t, text, d.ID)
		}
		require.NotEmpty(t, d.Themes, d.ID)
	}
	for _, e := range run(t, evaluation.Options{}).Figures() {
		require.True(t, seen[e.Indicator])
		require.Equal(t, stat.NoCases, e.Estimate.Undefined)
	}
	require.Contains(t, evaluation.Catalogue(evaluation.Standards{ContactDays: 5})[1].Name, "5 working days")
	daily := evaluation.Catalogue(evaluation.Standards{ContactDays: 1, StartDays: 1, CourseDays: 1})
	require.Equal(t, "contacted within 1 working day", daily[1].Name)
	require.Equal(t, "started within 1 day", daily[4].Name)
}
