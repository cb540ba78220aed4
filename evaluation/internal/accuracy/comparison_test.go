package accuracy_test

import (
	"math"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

var notKnown = math.NaN()

func holdComparisons(s *section) {
	t := s.t
	l := s.line("RateRatio", "R `poisson.test`", fitted, "")
	for i, r := range rows(t, "stats/rate_ratio_exact.csv") {
		got, err := stat.RateRatio(number(t, r["x1"]), number(t, r["t1"]), number(t, r["x2"]), number(t, r["t2"]), .95)
		require.NoError(t, err)
		l.text(t, r["lower"], got.Interval.Lower, i)
		l.text(t, r["p"], got.P, i)
		if r["rate_ratio"] == "Inf" {
			l.same(t, stat.NoComparison, got.Undefined)
			l.same(t, true, got.Interval.OpenAbove())
			continue
		}
		l.text(t, r["rate_ratio"], got.Value, i)
		l.text(t, r["upper"], got.Interval.Upper, i)
	}
	difference, relative := s.line("RiskDifference", "Newcombe's method 10 in R", closed, ""), s.line("RiskRatio", "its formula in R", closed, "")
	for i, r := range rows(t, "stats/two_proportions.csv") {
		x1, n1, x2, n2 := number(t, r["x1"]), number(t, r["n1"]), number(t, r["x2"]), number(t, r["n2"])
		got, err := stat.RiskDifference(x1, n1, x2, n2, .95)
		require.NoError(t, err)
		difference.text(t, r["diff"], got.Value, i)
		difference.interval(t, r["newcombe_lower"], r["newcombe_upper"], got.Interval, 1, i)
		got, err = stat.RiskRatio(x1, n1, x2, n2, .95)
		require.NoError(t, err)
		if r["log_rr"] == "" {
			relative.same(t, stat.NoEvents, got.Undefined)
			continue
		}
		relative.text(t, r["log_rr"], math.Log(got.Value), i)
		relative.text(t, r["se_log_rr"], math.Log(got.Interval.Upper/got.Interval.Lower)/2/1.959963984540054, i)
	}
	l = s.line("McNemar", "R `mcnemar.test`, `binom.test`", closed, "")
	for _, r := range rows(t, "stats/mcnemar.csv") {
		got, err := stat.McNemar(number(t, r["b"]), number(t, r["c"]))
		require.NoError(t, err)
		l.text(t, r["mcnemar_cc"], got.Corrected.Statistic)
		l.text(t, r["p_cc"], got.Corrected.P)
		l.text(t, r["mcnemar_nocc"], got.Uncorrected.Statistic)
		l.text(t, r["exact_p"], got.Exact.P)
	}
}

func holdChange(s *section) {
	t := s.t
	var pairs []stat.Pair
	var changes []float64
	for _, r := range rows(t, "stats/prepost_input.csv") {
		before, after := number(t, r["pre"]), number(t, r["post"])
		pairs = append(pairs, stat.Pair{Before: before, After: sp.Know(after)})
		changes = append(changes, after-before)
	}
	c, err := stat.Paired(pairs, .95)
	require.NoError(t, err)
	want := map[string]string{}
	for _, r := range rows(t, "stats/prepost_expected.csv") {
		want[r["stat"]] = r["value"]
	}
	l := s.line("Paired", "R `t.test` and its formulas", closed, "")
	for name, got := range map[string]float64{
		"n": c.Mean.Denominator, "mean_diff": c.Mean.Value, "sd_diff": c.ChangeSD, "t": c.Test.Statistic, "df": c.Test.DF, "p": c.Test.P,
		"ci_lower": c.Mean.Interval.Lower, "ci_upper": c.Mean.Interval.Upper, "r": c.Correlation.Value, "cohen_dz_SRM": c.SRM.Value, "cohen_dav": c.DAv.Value,
		"cohen_drm": c.DRm.Value, "glass_delta_prepost_ES": c.Effect.Value, "hedges_J_df59": c.Hedges, "sd_pre": c.BeforeSD,
	} {
		l.text(t, want[name], got, name)
	}
	l = s.line("NewReliability, Judge", "Jacobson and Truax's formulas in R", closed, "")
	r, err := stat.NewReliability(c.BeforeSD, number(t, want["alpha"]), .95)
	require.NoError(t, err)
	l.text(t, want["sem"], r.SEM)
	l.text(t, want["s_diff"], r.SEDiff)
	l.near(t, number(t, want["rci_threshold_1.96"])/1.96*1.959963984540054, r.Threshold)
	verdicts := map[stat.Verdict]int{}
	for _, p := range pairs {
		verdicts[r.Judge(p.Before, p.After.Or(0), sp.Known[float64]{}, stat.Higher)]++
	}
	l.same(t, want["n_reliable_improve"], strconv.Itoa(verdicts[stat.Improved]))
	l.same(t, want["n_reliable_deteriorate"], strconv.Itoa(verdicts[stat.Deteriorated]))
	l = s.line("SignedRank", "R `wilcox.test`", closed, "")
	test, err := stat.SignedRank(changes)
	require.NoError(t, err)
	l.text(t, want["wilcoxon_V"], test.Statistic)
	l.text(t, want["wilcoxon_p"], test.P)
	l = s.line("Alpha", "its formula in R", closed, "")
	var answers [][]float64
	for _, r := range rows(t, "stats/cronbach_input.csv") {
		var row []float64
		for item := range len(r) {
			row = append(row, number(t, r["V"+strconv.Itoa(item+1)]))
		}
		answers = append(answers, row)
	}
	alpha, err := stat.Alpha(answers, .95)
	require.NoError(t, err)
	l.text(t, rows(t, "stats/cronbach_expected.csv")[0]["alpha"], alpha.Value)
	// 1 - (1 - alpha) qf(c(.975, .025), n - 1, (n - 1)(k - 1)) in R.
	l.near(t, 0.83577722050286574, alpha.Interval.Lower)
	l.near(t, 0.93074314807702507, alpha.Interval.Upper)
}

func holdBootstrap(s *section) {
	t := s.t
	l := s.line("Replicas.Percentile, Replicas.BCa", "R boot `boot.ci`, its indices", closed, "")
	x := column(t, rows(t, "economic/boot_mean_input.csv"), "x")
	var draws []float64
	want := rows(t, "economic/boot_mean_t.csv")
	for i, r := range rows(t, "economic/boot_mean_indices.csv") {
		var total float64
		for j := range x {
			total += x[int(number(t, r["V"+strconv.Itoa(j+1)]))-1]
		}
		draws = append(draws, total/float64(len(x)))
		if i < len(want) {
			l.text(t, want[i]["t"], draws[i])
		}
	}
	var total float64
	for _, v := range x {
		total += v
	}
	left := make([]float64, len(x))
	for i, v := range x {
		left[i] = (total - v) / float64(len(x)-1)
	}
	replicas := stat.Replicas{Value: total / float64(len(x)), N: len(x), Draws: draws}
	for _, r := range rows(t, "economic/boot_mean_expected.csv") {
		switch r["type"] {
		case "perc":
			e, err := replicas.Percentile(.95)
			require.NoError(t, err)
			l.interval(t, r["lower"], r["upper"], e.Interval, 1)
		case "bca":
			e, err := replicas.BCa(.95, left)
			require.NoError(t, err)
			l.interval(t, r["lower"], r["upper"], e.Interval, 1)
		}
	}
}
