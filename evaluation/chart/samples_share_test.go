package chart

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// tenths are invented shares by deprivation.
func tenths(tb testing.TB) Cases {
	tb.Helper()
	table := disclosure.Table{Title: "Began within 12 weeks, by deprivation", Columns: []string{"began", "did not"}}
	for i, began := range []int64{61, 58, 66, 60, 72, 70, 75, 4, 70, 82} {
		all := int64(190 - 9*i)
		if began < 10 {
			all = 12
		}
		table.Rows = append(table.Rows, disclosure.Row{Name: fmt.Sprintf("tenth %d", i+1), Counts: []int64{began, all - began}})
	}
	return Cases{Table: released(tb, table)}
}

// aims are invented indicators.
func aims(tb testing.TB) (all []Aim) {
	tb.Helper()
	for _, a := range []struct {
		name   string
		n, of  int64
		target float64
		better evaluation.Direction
	}{
		{"accepted", 575, 600, 0.95, evaluation.Higher},
		{"contacted within 10 working days", 503, 600, 0.85, evaluation.Higher},
		{"needs for which nothing was found", 33, 1088, 0.05, evaluation.Lower},
		{"started within 84 days", 238, 2072, 0.50, evaluation.Higher},
		{"completed with an outcome within 182 days", 217, 238, 0.85, evaluation.Higher},
		{"needs met", 166, 217, 0, evaluation.Higher},
		{"feedback to the referrer", 3, 40, 0.9, evaluation.Higher},
		{"called back after a missed session", 0, 0, 0.9, evaluation.Higher},
	} {
		share, err := disclosure.ReleaseShare(a.n, a.of, disclosure.HES())
		require.NoError(tb, err)
		aim := Aim{Name: a.name, Share: share, Better: a.better}
		if a.target > 0 {
			aim.Target = sp.Know(a.target)
		}
		all = append(all, aim)
	}
	return all
}

// steps are how far invented people came.
func steps(tb testing.TB) disclosure.Released[disclosure.Safe] {
	tb.Helper()
	return released(tb, disclosure.Table{Title: "The farthest step", Columns: []string{"people"}, Rows: []disclosure.Row{
		{Name: "referred", Counts: []int64{25}},
		{Name: "accepted", Counts: []int64{14}},
		{Name: "spoken with", Counts: []int64{0}},
		{Name: "needs assessed", Counts: []int64{336}},
		{Name: "began a service", Counts: []int64{20}},
		{Name: "completed one", Counts: []int64{47}},
		{Name: "need met", Counts: []int64{158}},
	}})
}
