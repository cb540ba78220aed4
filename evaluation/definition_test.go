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
		for _, text := range []string{d.ID, d.Version, d.Name, d.Unit, d.Of, d.Numerator, d.Denominator, d.Excluded, d.Frame, d.Source} {
			require.NotEmpty(t, text, d.ID)
		}
		require.NotEmpty(t, d.Themes, d.ID)
	}
	for _, e := range run(t, evaluation.Options{}).Figures() {
		require.True(t, seen[e.Indicator])
		require.Equal(t, stat.NoCases, e.Estimate.Undefined)
	}
	name := func(s evaluation.Standards, id string) string {
		for _, d := range evaluation.Catalogue(s) {
			if d.ID == id {
				return d.Name
			}
		}
		return ""
	}
	require.Contains(t, name(evaluation.Standards{ContactDays: 5}, evaluation.ContactedID), "5 working days")
	daily := evaluation.Standards{ContactDays: 1, BeginDays: 1, StartDays: 1, CourseDays: 1}
	require.Equal(t, "contacted within 1 working day", name(daily, evaluation.ContactedID))
	require.Equal(t, "started within 1 day", name(daily, evaluation.StartedID))
	require.Equal(t, "help began within 1 day", name(daily, evaluation.PeopleBegunID))
}

func TestTheCatalogueHasItsHeadlinesFirstAndTheyAreOfAll(t *testing.T) {
	headline := true
	for _, d := range evaluation.Catalogue(evaluation.Standards{}) {
		require.True(t, headline || !d.Headline, "%s stands behind what happened on the way", d.ID)
		headline = d.Headline
		if headline {
			require.Contains(t, []string{"person", "need of a referral"}, d.Unit, d.ID)
		}
	}
}
