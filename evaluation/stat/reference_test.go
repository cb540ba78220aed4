package stat_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/shared"
)

// rows reads a file of the reference data as one map for each row.
func rows(tb testing.TB, name string) []map[string]string {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/evaluation", name))
	require.NoError(tb, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[all[0][i]] = v
		}
		out = append(out, m)
	}
	require.NotEmpty(tb, out)
	return out
}

func number(tb testing.TB, s string) float64 {
	tb.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(tb, err)
	return v
}

// near requires agreement to nine digits.
func near(tb testing.TB, want string, got float64, what ...any) {
	tb.Helper()
	w := number(tb, want)
	require.InDelta(tb, w, got, 1e-9*max(1e-6, math.Abs(w))+1e-15, what...)
}

func TestSharesMatchR(t *testing.T) {
	for i, r := range rows(t, "stats/binomial_ci.csv") {
		x, n, level := number(t, r["x"]), number(t, r["n"]), number(t, r["conf"])
		exact, err := stat.ClopperPearson(x, n, level)
		require.NoError(t, err)
		near(t, r["cp_lower"], exact.Lower, i)
		near(t, r["cp_upper"], exact.Upper, i)
		wilson, err := stat.Wilson(x, n, level)
		require.NoError(t, err)
		near(t, r["wilson_lower"], wilson.Lower, i)
		near(t, r["wilson_upper"], wilson.Upper, i)
	}
}

func TestCountsMatchR(t *testing.T) {
	for i, r := range rows(t, "stats/poisson_ci.csv") {
		x, level := number(t, r["x"]), number(t, r["conf"])
		exact, err := stat.Poisson(x, level)
		require.NoError(t, err)
		near(t, r["exact_lower"], exact.Lower, i)
		near(t, r["exact_upper"], exact.Upper, i)
		byar, err := stat.Byar(x, level)
		require.NoError(t, err)
		near(t, r["byar_upper"], byar.Upper, i)
		if want := r["byar_lower"]; want != "" && number(t, want) >= 0 {
			near(t, want, byar.Lower, i)
		} else {
			require.Zero(t, byar.Lower, "where the formula has no lower limit")
		}
	}
}

// Source: PHEindicatormethods 2.1.0, its own test data.
func TestSharesAndRatesMatchPublicHealthEngland(t *testing.T) {
	for i, r := range rows(t, "phe/byars_wilson_expected.csv") {
		level := number(t, r["confidence"][:len(r["confidence"])-1]) / 100
		var got stat.Interval
		var err error
		if r["method"] == "Byars" {
			got, err = stat.Byar(number(t, r["x"]), level)
		} else {
			got, err = stat.Wilson(number(t, r["x"]), number(t, r["n"]), level)
		}
		require.NoError(t, err)
		if r["lowercl"] == "" {
			r["lowercl"] = "0" // there, the formula's limit below 0 is missing
		}
		near(t, r["lowercl"], got.Lower, i)
		near(t, r["uppercl"], got.Upper, i)
	}
	for i, r := range rows(t, "phe/proportion_r.csv") {
		if r["Numerator"] == "" || r["Denominator"] == "" {
			continue // missing there, and missing in the answer
		}
		for suffix, level := range map[string]float64{"95_0cl": .95, "99_8cl": .998} {
			got, err := stat.Wilson(number(t, r["Numerator"]), number(t, r["Denominator"]), level)
			require.NoError(t, err)
			near(t, r["lower"+suffix], got.Lower, i)
			near(t, r["upper"+suffix], got.Upper, i)
		}
	}
	for i, r := range rows(t, "phe/rate_r.csv") {
		if r["Numerator"] == "" || r["Denominator"] == "" {
			continue // missing there, and missing in the answer
		}
		x, perHead := number(t, r["Numerator"]), 100_000/number(t, r["Denominator"])
		for suffix, level := range map[string]float64{"95_0cl": .95, "99_8cl": .998} {
			method := stat.Poisson
			if r["method"] == "Byars" {
				method = stat.Byar
			}
			got, err := method(x, level)
			require.NoError(t, err)
			near(t, r["lower"+suffix], got.Times(perHead).Lower, i)
			near(t, r["upper"+suffix], got.Times(perHead).Upper, i)
		}
	}
}

// durations counts the rows of a data set of R's package survival; the event of
// lung has status 2.
func durations(t *testing.T, name, group, value, event string) *stat.Durations {
	t.Helper()
	var d stat.Durations
	for _, r := range rows(t, name) {
		if group != "" && r[group] != value {
			continue
		}
		days := int(number(t, r["time"]))
		if r["status"] == event {
			require.NoError(t, d.Ended(days))
		} else {
			require.NoError(t, d.Waiting(days))
		}
	}
	return &d
}

// Source: R survival 3.5-3.
func TestCurvesMatchR(t *testing.T) {
	c := durations(t, "stats/km_aml_input.csv", "", "", "1").Curve()
	at := map[int]stat.Step{}
	for _, s := range c {
		at[s.Duration] = s
	}
	for _, r := range rows(t, "stats/km_aml_all.csv") {
		n := int(number(t, r["time"]))
		left, interval, err := c.Left(n, .95)
		require.NoError(t, err)
		near(t, r["surv"], left, n)
		if left > 0 {
			near(t, r["lower_log"], interval.Lower, n)
			near(t, r["upper_log"], interval.Upper, n)
		}
		if s, ok := at[n]; ok {
			require.Equal(t, r["n_risk"], strconv.FormatInt(s.AtRisk, 10))
			require.Equal(t, r["n_event"], strconv.FormatInt(s.Ended, 10))
		}
	}
	for sex, c := range map[string]stat.Curve{
		"1": durations(t, "stats/km_lung_input.csv", "sex", "1", "2").Curve(),
		"2": durations(t, "stats/km_lung_input.csv", "sex", "2", "2").Curve(),
	} {
		for _, r := range rows(t, "stats/km_lung_by_sex_at_times.csv") {
			if r["sex"] != "sex="+sex {
				continue
			}
			left, interval, err := c.Left(int(number(t, r["time"])), .95)
			require.NoError(t, err)
			near(t, r["surv"], left)
			near(t, r["lower_log"], interval.Lower)
			near(t, r["upper_log"], interval.Upper)
		}
	}
}

func TestQuantilesMatchR(t *testing.T) {
	check := func(c stat.Curve, p float64, value, lower, upper string) {
		t.Helper()
		got, interval, err := c.Quantile(p, .95)
		require.NoError(t, err)
		for want, got := range map[string]float64{"v" + value: got, "l" + lower: interval.Lower, "u" + upper: interval.Upper} {
			if want = want[1:]; want == "" {
				require.True(t, math.IsInf(got, 1))
				continue
			}
			near(t, want, got)
		}
	}
	for _, r := range rows(t, "stats/km_lung_quantiles.csv") {
		c := durations(t, "stats/km_lung_input.csv", "sex", r["sex"], "2").Curve()
		check(c, .25, r["X25"], r["X25.1"], r["X25.2"])
		check(c, .50, r["X50"], r["X50.1"], r["X50.2"])
		check(c, .75, r["X75"], r["X75.1"], r["X75.2"])
	}
	for _, r := range rows(t, "stats/km_aml_summary_rmean48.csv") {
		c := durations(t, "stats/km_aml_input.csv", "x", r["group"][2:], "1").Curve()
		check(c, .5, r["median"], r["X0.95LCL"], r["X0.95UCL"])
	}
}
