package lab_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation/lab"
)

func TestVaryFindsTheAssumptionThatWouldTurnTheDecision(t *testing.T) {
	s := study(asNow, lab.Policy{Name: "places", Places: 6})
	s.Scenario.Days = 250
	s.Prices.Worth = sp.Pounds(700)
	s.Ranges = []lab.Range{{Parameter: "prices.worth", Low: 0.05, High: 2}, {Parameter: "met", Low: 0.1, High: 0.9}, {Parameter: "demand", Low: 0.1, High: 1.2}}
	var kept bytes.Buffer
	journal, err := lab.NewJournal(strings.NewReader(""), &kept)
	require.NoError(t, err)
	v, err := lab.Vary(t.Context(), s, lab.Options{Seed: "test", Pairs: 4, Workers: 2, Journal: journal}, lab.Net, [2]lab.Parameter{"demand", "met"})
	require.NoError(t, err)
	require.Equal(t, "places", v.Choice)
	worth, met, demand := v.Turns[0], v.Turns[1], v.Turns[2]
	require.True(t, worth.Turned(v.Choice))
	require.Equal(t, "as now", worth.ChoiceAtLow)

	// What a person would have to be worth is what one more of them costs.
	c := compare(t, s, lab.Options{Pairs: 4})
	cost := difference(t, c, "places", lab.Cost)
	each := cost.Constant.Or(cost.Mean.Value) / difference(t, c, "places", lab.Began).Mean.Value
	require.InDelta(t, each, 70_000*worth.At.Or(0), 1000)

	require.False(t, met.Turned(v.Choice), "what a course does for people is no part of the measure")
	require.Equal(t, met.AtLow, met.AtHigh)
	require.Equal(t, "as now", demand.ChoiceAtLow, "where few come, places stand empty")
	require.Equal(t, v.Grids[0].Choices[1][1], v.Choice)
	require.Equal(t, v.Grids[0].Choices[0][1], demand.ChoiceAtLow)
	require.Contains(t, v.String(), "By worth less cost the choice is: places.")
	for _, table := range v.Tables() {
		require.NotEmpty(t, table.Rows)
		described(t, table)
		for _, row := range table.Rows {
			require.Len(t, row, len(table.Header))
		}
	}
}

func TestVaryNamesEveryFaultByItsPath(t *testing.T) {
	s := study(asNow)
	_, err := lab.Vary(t.Context(), s, lab.Options{Pairs: 2}, lab.Referred, [2]lab.Parameter{"met", "met"})
	require.ErrorContains(t, err, "measure must be")
	require.ErrorContains(t, err, "ranges must have")
	require.ErrorContains(t, err, "pairs[0]")
	s.Ranges = []lab.Range{{Parameter: "luck", Low: 1, High: 0}, {Parameter: "met", Low: -1, High: 2}}
	_, err = lab.Vary(t.Context(), s, lab.Options{Pairs: 2}, lab.Began)
	for _, path := range []string{"ranges[0].parameter", "ranges[0].high", "ranges[1].low", "ranges[1].high"} {
		require.ErrorContains(t, err, path)
	}
}

func TestParametersCanAllBeVaried(t *testing.T) {
	for _, p := range lab.Parameters() {
		s := study(asNow, lab.Policy{Name: "all", Vouchers: true, Feedback: true, Contracts: lab.Contracts{Months: 12, CarryOver: true}})
		s.Scenario.Days, s.Prices.Worth = 40, sp.Pounds(500)
		before := compare(t, s, lab.Options{Pairs: 2}).Outcomes
		s.Ranges = []lab.Range{{Parameter: p, Low: 0.01, High: 0.9}}
		v, err := lab.Vary(t.Context(), s, lab.Options{Seed: "test", Pairs: 2}, lab.Net)
		require.NoError(t, err, p)
		require.Len(t, v.Turns, 1)
		require.Equal(t, before, compare(t, s, lab.Options{Pairs: 2}).Outcomes, "the study stays as it was")
	}
}
