package export_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// counted counts an invented scheme by some grouping.
func counted(tb testing.TB, referrals int, by evaluation.Grouping) (*evaluation.Run, *evaluation.Counts) {
	tb.Helper()
	run, err := evaluation.New(evaluation.Options{By: by}, catalogue.All(catalogue.Standards{})...)
	require.NoError(tb, err)
	require.NoError(tb, run.Read(tb.Context(), evaluationtest.World{Seed: 1, Referrals: referrals}.Log(), nil))
	counts, err := run.Count(tb.Context())
	require.NoError(tb, err)
	return run, counts
}

// A line is a row of figures, by the names of its columns.
type line map[string]string

func (l line) number(tb testing.TB, column string) float64 {
	tb.Helper()
	f, err := strconv.ParseFloat(l[column], 64)
	require.NoError(tb, err, column)
	return f
}

func linesOf(tb testing.TB, table export.Table) (all []line) {
	tb.Helper()
	rows := csvRows(tb, csvOf(tb, table))
	for _, row := range rows[1:] {
		l := line{}
		for i, name := range rows[0] {
			l[name] = row[i]
		}
		all = append(all, l)
	}
	return all
}

func TestFiguresHasARowForEachFigureAndShowsNoSmallNumber(t *testing.T) {
	for name, by := range map[string]evaluation.Grouping{"all": {}, "route": evaluation.By("route", facts.Route), "practice": evaluation.By("practice", facts.Practice)} {
		run, counts := counted(t, 600, by)
		figures, err := run.Figures(t.Context())
		require.NoError(t, err)
		table, err := export.Figures(counts, export.About{}, run.Indicators()...)
		require.NoError(t, err)
		all := linesOf(t, table)
		require.Len(t, all, len(figures), name)
		impersonal := map[string]bool{}
		for _, i := range run.Indicators() {
			impersonal[i.ID] = i.Impersonal
		}
		small := func(l line, n float64) {
			require.False(t, n >= 1 && n <= 7, "%s: %v", name, l)
		}
		seen, values := map[string]bool{}, 0
		for _, l := range all {
			key := l["indicator"] + l["name"] + l["category"] + l["group"]
			require.False(t, seen[key], "two rows of %s", key)
			seen[key] = true
			require.NotEmpty(t, l["status"])
			require.Equal(t, l["value"] == "", l["status"] != export.Estimated && l["status"] != export.OpenAbove && l["status"] != export.OpenBelow && l["status"] != export.Unlimited, "%v", l)
			if impersonal[l["indicator"]] || l["value"] == "" {
				continue
			}
			values++
			of := l.number(t, "denominator")
			small(l, of)
			if l["numerator"] != "" {
				x := l.number(t, "numerator")
				small(l, x)
				if l["unit"] == "share" {
					require.Greater(t, x, 0.0)
					require.Less(t, x, of, "all of a group tells about everybody in it: %v", l)
					require.InDelta(t, x/of, l.number(t, "value"), 1e-12, "a value tells no more than its counts")
				}
			}
			if l["upper"] != "" && l["lower"] != "" {
				require.LessOrEqual(t, l.number(t, "lower"), l.number(t, "upper"))
			}
		}
		require.Greater(t, values, 20, name)
	}
}

func TestFiguresSaysWhyALimitOrAValueIsEmpty(t *testing.T) {
	_, counts := counted(t, 40, evaluation.Grouping{})
	counts.Of = nil
	beside := func(e stat.Estimate, unit evaluation.Unit) evaluation.Figure {
		return evaluation.Figure{Indicator: "x", Name: "a figure", Unit: unit, Estimate: e}
	}
	for want, f := range map[string]evaluation.Figure{
		export.OpenAbove: beside(waits(12, 10), evaluation.Days),
		string(stat.NotReached): func() evaluation.Figure {
			e := waits(0, 18)
			e.Undefined = stat.NotReached
			return beside(e, evaluation.Days)
		}(),
		export.Withheld:      beside(stat.Estimate{Value: 0.5, Interval: stat.Interval{Lower: 0.1, Upper: 0.9}, Level: 0.95, Method: stat.MethodWilson, Numerator: 3, Denominator: 6, Per: 1}, evaluation.Share),
		export.NoPrecision:   beside(stat.Estimate{Value: 0.4, Denominator: 50}, "index"),
		string(stat.NoCases): beside(stat.Estimate{Undefined: stat.NoCases, Interval: stat.Interval{Lower: 0, Upper: 1}, Per: 1}, evaluation.Share),
	} {
		table, err := export.Figures(counts, export.About{Beside: []evaluation.Figure{f}})
		require.NoError(t, err)
		l := linesOf(t, table)[0]
		require.Equal(t, want, l["status"])
		require.Equal(t, f.Defined() && want != export.Withheld, l["value"] != "", want)
		if want == string(stat.NotReached) {
			require.Equal(t, "18", l["lower"], "that it is at least so long is known")
		}
		if want == export.NoPrecision || want == export.Withheld || want == string(stat.NoCases) {
			require.Empty(t, l["lower"]+l["upper"], want)
		}
	}
}

func waits(value, lower float64) stat.Estimate {
	var e stat.Estimate
	if err := e.UnmarshalJSON([]byte(`{"value":` + strconv.FormatFloat(value, 'f', -1, 64) + `,"interval":{"lower":` + strconv.FormatFloat(lower, 'f', -1, 64) + `,"upper":null},"level":0.95,"method":"Aalen-Johansen","numerator":30,"denominator":40}`)); err != nil {
		panic(err)
	}
	return e
}

func TestFiguresHoldsBackWhatTwoReleasesWouldTell(t *testing.T) {
	var ledger disclosure.Ledger
	exact := disclosure.Threshold5()
	run, counts := counted(t, 600, evaluation.Grouping{})
	_, err := export.Figures(counts, export.About{Policy: exact, Ledger: &ledger}, run.Indicators()...)
	require.NoError(t, err)
	require.NotEmpty(t, ledger.Entries)
}

func TestFiguresRefusesCountsAndPoliciesThatAreNone(t *testing.T) {
	_, err := export.Figures(nil, export.About{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	run, counts := counted(t, 20, evaluation.Grouping{})
	_, err = export.Figures(counts, export.About{}, run.Indicators()[1:]...)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = export.Figures(counts, export.About{Policy: disclosure.Policy{Name: "none"}}, run.Indicators()...)
	require.ErrorIs(t, err, sp.ErrInvalid)
}
