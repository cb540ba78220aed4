package accuracy_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

var notKnown = math.NaN()

func holdFunnels(s *section) {
	t := s.t
	l := s.line("NewFunnel", "phe_funnels_significance of proportions", closed, "")
	var units []stat.Unit
	var want []string
	for _, r := range rows(t, "phe/funnel_prop_input_significance.csv") {
		units = append(units, stat.Unit{Events: number(t, r["numerator"]), Of: number(t, r["denominator"])})
		want = append(want, r["significance"])
	}
	f, err := stat.NewFunnel(stat.FunnelProportions, units, stat.FunnelOptions{})
	require.NoError(t, err)
	for i, p := range f.Points {
		l.same(t, want[i], string(p.Chance), i)
	}
	l = s.line("NewFunnel", "phe_funnels_significance of ratios", closed, "")
	units, want = nil, nil
	for _, r := range rows(t, "phe/funnel_ratio_input_significance.csv") {
		units = append(units, stat.Unit{Events: number(t, r["obs"]), Of: number(t, r["expected"])})
		want = append(want, r["significance"])
	}
	f, err = stat.NewFunnel(stat.FunnelRatios, units, stat.FunnelOptions{})
	require.NoError(t, err)
	for i, p := range f.Points {
		l.same(t, want[i], string(p.Chance), i)
	}
	holdRateFunnels(s)
	l = s.line("Funnel.Limits", "phe_funnels of proportions", 6, "stated to nine places there; its upper limits stop at 100 even where a share is of 1")
	for _, file := range []string{"phe/funnel_prop_limits_expected.csv", "phe/funnel_prop_limits_axis_expected.csv"} {
		for i, r := range rows(t, file) {
			f, err := stat.NewFunnel(stat.FunnelProportions, []stat.Unit{{Events: 1, Of: 2}}, stat.FunnelOptions{Baseline: sp.Know(number(t, r["baseline"]) / 100)})
			require.NoError(t, err)
			for suffix, level := range map[string]float64{"2s": .95, "3s": .998} {
				got, err := f.Limits(number(t, r["Population"]), level)
				require.NoError(t, err)
				l.interval(t, r["lower_"+suffix+"_limit"], r["upper_"+suffix+"_limit"], got.Chance, 100, file, i)
			}
		}
	}
	l = s.line("Funnel.Limits", "phe_funnels of rates and ratios", 5, "found there by bisection to 1e-7 and stated to nine places; here from the exact limits")
	for _, file := range []string{"phe/funnel_rate_limits_expected_1.csv", "phe/funnel_rate_limits_expected_2.csv", "phe/funnel_rate_limits_expected_3.csv", "phe/funnel_ratio_limits_expected.csv"} {
		for i, r := range rows(t, file) {
			holdPoissonLimits(t, l, r, file, i)
		}
	}
}

func holdRateFunnels(s *section) {
	t := s.t
	l := s.line("NewFunnel", "phe_funnels_significance of rates", closed, "")
	all := rows(t, "phe/funnel_rate_input_significance.csv")
	for _, column := range []string{"dsr_per_100000_with_0", "dsr_per_100000_without_0", "crude_per_100000_with_0", "crude_per_100000_without_0"} {
		var units []stat.Unit
		var want []string
		kind := stat.FunnelRates
		for _, r := range all {
			u := stat.Unit{Events: number(t, r["count"]), Of: number(t, r["pop"])}
			if column[:3] == "dsr" {
				kind, u.Of = stat.FunnelStandardised, 0
				if rate := orZero(t, r["rate_dsr"]); rate > 0 {
					u.Of = u.Events / rate
				}
			}
			if u.Events > 0 || strings.HasSuffix(column, "with_0") {
				units, want = append(units, u), append(want, strings.TrimSuffix(r[column], " for events less than 10 for dsrs"))
			}
		}
		f, err := stat.NewFunnel(kind, units, stat.FunnelOptions{})
		require.NoError(t, err)
		for i, p := range f.Points {
			l.same(t, want[i], string(p.Chance), column, i)
		}
	}
	l = s.line("Unit.Of", "phe_funnels, people behind a standardised rate", fitted, "")
	for _, r := range rows(t, "phe/funnel_rate_points_input_expected.csv") { // of three years, to ten digits
		if r["denominator_derived"] == "" {
			continue // no event
		}
		want := number(t, r["denominator_derived"])
		got := number(t, r["ev"]) / number(t, r["rate"]) * 100_000 / 3
		l.near(t, want, got)
	}
}

// holdPoissonLimits reads a row backwards: at the expected events of which so many
// are on a limit, the limit must be so many.
func holdPoissonLimits(t *testing.T, l *line, r map[string]string, file string, i int) {
	t.Helper()
	events, baseline := r["Observed_events"], 1.0
	of := func(limit, _ string) float64 { return number(t, r[limit+"_exp_events"]) }
	if events == "" {
		events, baseline = r["Events"], number(t, r["baseline"])/100_000
		// Its populations are those of one year of several; those of all are behind the rate.
		of = func(limit, events string) float64 { return number(t, events) * 100_000 / number(t, r[limit+"_limit"]) }
	}
	f, err := stat.NewFunnel(stat.FunnelRates, []stat.Unit{{Events: 1, Of: 2}}, stat.FunnelOptions{Baseline: sp.Know(baseline)})
	require.NoError(t, err)
	for suffix, level := range map[string]float64{"2s": .95, "3s": .998} {
		x := number(t, events)
		lower, upper := of("lower_"+suffix, events), of("upper_"+suffix, events)
		exact, err := stat.Poisson(x, level)
		require.NoError(t, err)
		l.near(t, lower*baseline, exact.Upper, file, i)
		got, err := f.Limits(lower, level)
		require.NoError(t, err)
		l.near(t, x, got.Chance.Lower*lower, file, i)
		if upper*baseline > 0.05 { // below, nine places leave too few digits
			l.near(t, upper*baseline, exact.Lower, file, i)
			got, err = f.Limits(upper, level)
			require.NoError(t, err)
			l.near(t, x, got.Chance.Upper*upper, file, i)
		}
	}
}

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
		"ci_lower": c.Mean.Interval.Lower, "ci_upper": c.Mean.Interval.Upper, "r": c.Correlation, "cohen_dz_SRM": c.SRM.Value, "cohen_dav": c.DAv.Value,
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

func holdModels(s *section) {
	t := s.t
	input := rows(t, "stats/its_input.csv")
	from := slices.IndexFunc(input, func(r map[string]string) bool { return r["post"] == "1" })
	l := s.line("InterruptedSeries", "R `lm`, sandwich `NeweyWest`", fitted, "")
	m, err := stat.InterruptedSeries(column(t, input, "y"), stat.Interruption{From: from})
	require.NoError(t, err)
	for _, r := range rows(t, "stats/its_expected.csv") {
		term := map[string]stat.Term{"(Intercept)": m.Intercept, "time": m.Trend, "post": m.Step, "time_after": m.Bend}[r["term"]]
		l.text(t, r["estimate"], term.Value, r["term"])
		l.text(t, r["se_ols"], term.PlainSE, r["term"])
		l.text(t, r["se_neweywest_lag3_adj"], term.SE, r["term"])
	}
	fit := rows(t, "stats/its_expected_fit.csv")[0]
	l.text(t, fit["sigma"], m.Sigma)
	l.text(t, fit["r2"], m.R2)
	l.text(t, fit["dw"], m.DurbinWatson)
	l.same(t, fit["df"], strconv.Itoa(m.DF))
	l.same(t, 3, m.Lag)

	l = s.line("InterruptedCounts", "R `glm`, Poisson and quasi-Poisson", 8, "`glm` stops when the deviance changes by less than 1e-8, which leaves its dispersion with nine digits and its quasi-Poisson errors with eight; run to the end, it agrees, as the next line has it")
	input = rows(t, "stats/its_poisson_input.csv")
	from = slices.IndexFunc(input, func(r map[string]string) bool { return r["post"] == "1" })
	var points []stat.CountPoint
	for _, r := range input {
		points = append(points, stat.CountPoint{Events: number(t, r["count"]), Exposure: number(t, r["pop"])})
	}
	counts, err := stat.InterruptedCounts(points, stat.Interruption{From: from})
	require.NoError(t, err)
	for _, r := range rows(t, "stats/its_poisson_expected.csv") {
		term := map[string]stat.Term{"(Intercept)": counts.Intercept, "time": counts.Trend, "post": counts.Step, "time_after": counts.Bend}[r["term"]]
		l.text(t, r["estimate"], term.Value, r["term"])
		l.text(t, r["se_poisson"], term.PlainSE, r["term"])
		l.text(t, r["se_quasi"], term.SE, r["term"])
		l.text(t, r["dispersion"], counts.Dispersion)
		l.text(t, r["deviance"], counts.Deviance)
	}
	l = s.line("InterruptedCounts", "R `glm` with epsilon = 1e-15", closed, "")
	for i, want := range []float64{.0669213735506672958, .0045312296452530119, .0891282091957067701, .0065302052082258279} {
		l.near(t, want, [...]stat.Term{counts.Intercept, counts.Trend, counts.Step, counts.Bend}[i].SE)
	}
	l.near(t, 1.17603074725634, counts.Dispersion)
	var panel []stat.Observation
	for _, r := range rows(t, "stats/did_input.csv") {
		panel = append(panel, stat.Observation{Unit: r["id"], Period: r["period"], Joined: r["treat"] == "1", After: r["post"] == "1", Y: number(t, r["y"])})
	}
	l = s.line("DifferenceInDifferences", "R `lm`, sandwich `vcovCL` HC1", fitted, "")
	d, err := stat.DifferenceInDifferences(panel, .95)
	require.NoError(t, err)
	for _, r := range rows(t, "stats/did_expected.csv") {
		term := map[string]stat.Term{"(Intercept)": d.Intercept, "treat": d.Joined, "post": d.After, "treat:post": d.Term}[r["term"]]
		l.text(t, r["estimate"], term.Value, r["term"])
		l.text(t, r["se_ols"], term.PlainSE, r["term"])
		l.text(t, r["se_cluster_id_HC1"], term.SE, r["term"])
	}
	l = s.line("TwoWayDifference", "the same with fixed effects", fitted, "")
	two, err := stat.TwoWayDifference(panel, .95)
	require.NoError(t, err)
	r := rows(t, "stats/did_twfe_expected.csv")[0]
	l.text(t, r["twfe"], two.Value)
	l.text(t, r["se_ols"], two.PlainSE)
	l.text(t, r["se_cluster_id_HC1"], two.SE)
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
