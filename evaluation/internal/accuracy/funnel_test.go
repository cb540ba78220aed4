package accuracy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func holdFunnels(s *section) {
	t := s.t
	l := s.line("NewFunnel", "phe_funnels_significance of proportions", closed, "")
	var units []spc.Count
	var want []string
	for _, r := range rows(t, "phe/funnel_prop_input_significance.csv") {
		units = append(units, spc.Count{Events: number(t, r["numerator"]), Of: number(t, r["denominator"])})
		want = append(want, r["significance"])
	}
	f, err := spc.NewFunnel(spc.FunnelProportions, units, spc.FunnelOptions{})
	require.NoError(t, err)
	for i, p := range f.Points {
		l.same(t, want[i], string(p.Chance), i)
	}
	l = s.line("NewFunnel", "phe_funnels_significance of ratios", closed, "")
	units, want = nil, nil
	for _, r := range rows(t, "phe/funnel_ratio_input_significance.csv") {
		units = append(units, spc.Count{Events: number(t, r["obs"]), Of: number(t, r["expected"])})
		want = append(want, r["significance"])
	}
	f, err = spc.NewFunnel(spc.FunnelRatios, units, spc.FunnelOptions{})
	require.NoError(t, err)
	for i, p := range f.Points {
		l.same(t, want[i], string(p.Chance), i)
	}
	holdRateFunnels(s)
	l = s.line("Funnel.Limits", "phe_funnels of proportions", 6, "stated to nine places there; its upper limits stop at 100 even where a share is of 1")
	for _, file := range []string{"phe/funnel_prop_limits_expected.csv", "phe/funnel_prop_limits_axis_expected.csv"} {
		for i, r := range rows(t, file) {
			f, err := spc.NewFunnel(spc.FunnelProportions, []spc.Count{{Events: 1, Of: 2}}, spc.FunnelOptions{Baseline: sp.Know(number(t, r["baseline"]) / 100)})
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
		var units []spc.Count
		var want []string
		kind := spc.FunnelRates
		for _, r := range all {
			u := spc.Count{Events: number(t, r["count"]), Of: number(t, r["pop"])}
			if column[:3] == "dsr" {
				kind, u.Of = spc.FunnelStandardised, 0
				if rate := orZero(t, r["rate_dsr"]); rate > 0 {
					u.Of = u.Events / rate
				}
			}
			if u.Events > 0 || strings.HasSuffix(column, "with_0") {
				units, want = append(units, u), append(want, strings.TrimSuffix(r[column], " for events less than 10 for dsrs"))
			}
		}
		f, err := spc.NewFunnel(kind, units, spc.FunnelOptions{})
		require.NoError(t, err)
		for i, p := range f.Points {
			l.same(t, want[i], string(p.Chance), column, i)
		}
	}
	l = s.line("Count.Of", "phe_funnels, people behind a standardised rate", fitted, "")
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
	f, err := spc.NewFunnel(spc.FunnelRates, []spc.Count{{Events: 1, Of: 2}}, spc.FunnelOptions{Baseline: sp.Know(baseline)})
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
