package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
)

func TestTheCatalogueIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range catalogue.All(catalogue.Standards{}) {
		require.False(t, seen[i.ID], i.ID)
		seen[i.ID] = true
		for _, text := range []string{i.ID, i.Version, i.Name, i.Unit.String(), i.Of, i.Numerator, i.Denominator, i.Excluded, i.Frame, i.Source} {
			require.NotEmpty(t, text, i.ID)
		}
		require.NotEmpty(t, i.Themes, i.ID)
	}
	_, err := evaluation.New(evaluation.Options{}, catalogue.All(catalogue.Standards{})...)
	require.NoError(t, err)
}

func TestStandardsStandInTheNames(t *testing.T) {
	name := func(s catalogue.Standards, id string) string {
		for _, i := range catalogue.All(s) {
			if i.ID == id {
				return i.Name
			}
		}
		return ""
	}
	require.Contains(t, name(catalogue.Standards{ContactDays: 5}, catalogue.ContactedID), "5 working days")
	daily := catalogue.Standards{ContactDays: 1, BeginDays: 1, StartDays: 1, CourseDays: 1}
	require.Equal(t, "contacted within 1 working day", name(daily, catalogue.ContactedID))
	require.Equal(t, "started within 1 day", name(daily, catalogue.StartedID))
	require.Equal(t, "help began within 1 day", name(daily, catalogue.PeopleBegunID))
}

func TestTheCatalogueHasItsHeadlinesFirstAndTheyAreOfAll(t *testing.T) {
	headline := true
	for _, i := range catalogue.All(catalogue.Standards{}) {
		require.True(t, headline || !i.Headline, "%s stands behind what happened on the way", i.ID)
		headline = i.Headline
		if headline {
			require.Contains(t, []string{"person", "need of a referral"}, i.Unit.String(), i.ID)
		}
	}
}
