package catalogue_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// figuresOf counts an invented log by indicators of change, and returns the figures by ID.
func figuresOf(t *testing.T, asOf sp.Date, indicators []evaluation.Indicator) map[string]evaluation.Figure {
	t.Helper()
	run, err := evaluation.New(evaluation.Options{AsOf: asOf}, indicators...)
	require.NoError(t, err)
	require.NoError(t, run.Read(t.Context(), (evaluationtest.World{Seed: 3, Referrals: 2000}).Log(), nil))
	figures, err := run.Figures(t.Context())
	require.NoError(t, err)
	all := map[string]evaluation.Figure{}
	for _, f := range figures {
		all[f.Indicator] = f
	}
	return all
}

func TestYearsOfFollowUpHaveTheirOwnAttritionAndAreNotCountedBeforeTheyAreOver(t *testing.T) {
	years := catalogue.YearsOfFollowUp(catalogue.Standards{}, 2)
	require.Len(t, years, 6)
	early := figuresOf(t, evaluationtest.Start.Add(200), years)
	for id, f := range early {
		require.False(t, f.Defined(), "%s: no year is over for anybody", id)
	}
	late := figuresOf(t, evaluationtest.End.AddMonths(24), append(years, catalogue.OnTheWay(catalogue.Standards{})...))
	first, second, whole := late[years[0].ID], late[years[3].ID], late[catalogue.WellbeingID]
	require.True(t, first.Defined())
	require.Positive(t, first.Change.Scores.Lost, "some are measured in the second year alone, and some never")
	paired := func(f evaluation.Figure) int { return int(f.Estimate.Denominator) }
	require.Greater(t, paired(whole), paired(first))
	require.GreaterOrEqual(t, paired(first)+paired(second), paired(whole), "whoever is measured again is measured in one of the years")
	require.Empty(t, catalogue.YearsOfFollowUp(catalogue.Standards{}, -1))
}

func TestStandardsSayHowMuchOfAChangeWouldHaveComeAboutAnyway(t *testing.T) {
	asOf := sp.NewDate(2028, time.January, 1)
	without := figuresOf(t, asOf, catalogue.OnTheWay(catalogue.Standards{}))[catalogue.WellbeingID]
	require.Equal(t, stat.NoRegression, without.Change.Beyond.Undefined)

	known := stat.Regression{Mean: 23.6, Retest: 0.8, Source: "a test"}
	with := figuresOf(t, asOf, catalogue.OnTheWay(catalogue.Standards{Regression: map[string]stat.Regression{catalogue.WellbeingID: known}}))
	f := with[catalogue.WellbeingID]
	require.Equal(t, known, f.Change.Regression)
	require.NotZero(t, f.Change.Expected)
	require.InDelta(t, f.Estimate.Value-f.Change.Expected, f.Change.Beyond.Value, 1e-9)
	require.Equal(t, stat.NoRegression, with[catalogue.SatisfactionID].Change.Beyond.Undefined, "what is known of one scale says nothing of another")
}
