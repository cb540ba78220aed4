package accuracy_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/survival"
)

// durations counts the rows of a data set of R's package survival; the event of
// lung has status 2.
func durations(t *testing.T, name, group, value, event string) *survival.Durations {
	t.Helper()
	var d survival.Durations
	for _, r := range rows(t, name) {
		if group != "" && r[group] != value {
			continue
		}
		record := d.Waiting
		if r["status"] == event {
			record = d.Ended
		}
		require.NoError(t, record(int(number(t, r["time"]))))
	}
	return &d
}

func holdWaiting(s *section) {
	t := s.t
	aml := durations(t, "stats/km_aml_input.csv", "", "", "1")
	l := s.line("Curve.Left", "survival `survfit`", closed, "where nobody is left, R gives no limits")
	at := map[int]survival.Step{}
	for _, step := range aml.Curve().Steps {
		at[step.Duration] = step
	}
	for _, r := range rows(t, "stats/km_aml_all.csv") {
		n := int(number(t, r["time"]))
		step := at[n]
		l.same(t, r["n_risk"], strconv.FormatInt(step.AtRisk, 10))
		l.same(t, r["n_event"], strconv.FormatInt(step.Ended, 10))
		l.same(t, r["n_censor"], strconv.FormatInt(step.Censored, 10))
		for suffix, scale := range map[string]survival.Scale{"log": survival.LogScale, "loglog": survival.LogLogScale, "plain": survival.PlainScale} {
			got, err := aml.Curve().On(scale).Left(n, .95)
			require.NoError(t, err)
			l.text(t, r["surv"], got.Value, n)
			if got.Value > 0 {
				l.interval(t, r["lower_"+suffix], r["upper_"+suffix], got.Interval, 1, n, suffix)
			}
		}
	}
	for _, r := range rows(t, "stats/km_aml_by_x.csv") {
		got, err := durations(t, "stats/km_aml_input.csv", "x", r["group"][2:], "1").Curve().Left(int(number(t, r["time"])), .95)
		require.NoError(t, err)
		l.text(t, r["surv"], got.Value)
		if got.Value > 0 {
			l.interval(t, r["lower_log"], r["upper_log"], got.Interval, 1)
		}
	}
	lung := map[string]*survival.Durations{"1": durations(t, "stats/km_lung_input.csv", "sex", "1", "2"), "2": durations(t, "stats/km_lung_input.csv", "sex", "2", "2")}
	for _, r := range rows(t, "stats/km_lung_by_sex_at_times.csv") {
		n := int(number(t, r["time"]))
		c := lung[r["sex"][4:]].Curve()
		got, err := c.Left(n, .95)
		require.NoError(t, err)
		l.same(t, r["n_risk"], strconv.FormatInt(c.AtRisk(n), 10))
		l.text(t, r["surv"], got.Value)
		l.interval(t, r["lower_log"], r["upper_log"], got.Interval, 1)
	}
	holdCurveQuantiles(s, lung)
	holdTests(s, lung)
	holdIncidence(s)
	holdGray(s)
}

func holdCurveQuantiles(s *section, lung map[string]*survival.Durations) {
	t := s.t
	l := s.line("Curve.Quantile", "survival `quantile`", closed, "")
	check := func(c survival.Curve, p float64, value, lower, upper string) {
		t.Helper()
		got, err := c.Quantile(p, .95)
		require.NoError(t, err)
		l.text(t, value, got.Value)
		l.text(t, lower, got.Interval.Lower)
		if upper == "" {
			l.same(t, true, got.Interval.OpenAbove())
		} else {
			l.text(t, upper, got.Interval.Upper)
		}
	}
	for _, r := range rows(t, "stats/km_lung_quantiles.csv") {
		c := lung[r["sex"]].Curve()
		check(c, .25, r["X25"], r["X25.1"], r["X25.2"])
		check(c, .50, r["X50"], r["X50.1"], r["X50.2"])
		check(c, .75, r["X75"], r["X75.1"], r["X75.2"])
	}
	mean := s.line("Curve.RestrictedMean", "survival `survmean`", closed, "R draws a curve on to the last day of the longest one; here nothing is said beyond the last day anybody was seen, so the second curve of `lung` is compared up to that day, with R's own tail added")
	for _, r := range rows(t, "stats/km_aml_summary_rmean48.csv") {
		c := durations(t, "stats/km_aml_input.csv", "x", r["group"][2:], "1").Curve()
		check(c, .5, r["median"], r["X0.95LCL"], r["X0.95UCL"])
		got, err := c.RestrictedMean(48, .95)
		require.NoError(t, err)
		mean.text(t, r["rmean"], got.Value)
		if got.Interval.Upper < 48 {
			mean.text(t, r["se.rmean."], (got.Interval.Upper-got.Value)/1.959963984540054)
		}
	}
	for i, r := range rows(t, "stats/km_lung_summary.csv") {
		c := lung[strconv.Itoa(i+1)].Curve()
		check(c, .5, r["median"], r["X0.95LCL"], r["X0.95UCL"])
		last, _ := c.Last()
		got, err := c.RestrictedMean(last, .95)
		require.NoError(t, err)
		left, err := c.Left(last, .95)
		require.NoError(t, err)
		mean.text(t, r["rmean"], got.Value+left.Value*float64(1022-last))
		if last == 1022 {
			mean.text(t, r["se.rmean."], (got.Interval.Upper-got.Value)/1.959963984540054)
		}
	}
}

func holdTests(s *section, lung map[string]*survival.Durations) {
	t := s.t
	l := s.line("LogRank, PetoPeto", "survival `survdiff`", closed, "")
	maintained, not := durations(t, "stats/km_aml_input.csv", "x", "Maintained", "1"), durations(t, "stats/km_aml_input.csv", "x", "Nonmaintained", "1")
	for _, r := range rows(t, "stats/km_aml_logrank.csv") {
		got := survival.LogRank(maintained, not)
		if r["test"] != "logrank" {
			got = survival.PetoPeto(maintained, not)
		}
		l.text(t, r["chisq"], got.Statistic)
		l.text(t, r["p"], got.P)
	}
	r := rows(t, "stats/km_lung_logrank.csv")[0]
	got := survival.LogRank(lung["1"], lung["2"])
	l.text(t, r["chisq"], got.Statistic)
	l.text(t, r["p"], got.P)
	for i, suffix := range []string{"1", "2"} {
		l.text(t, r["obs"+suffix], got.Ended[i])
		l.text(t, r["exp"+suffix], got.Expected[i])
	}
}

func holdIncidence(s *section) {
	t := s.t
	l := s.line("Ends.Incidence", "survival `survfit` of several states", closed, "")
	names := map[string]string{"1": "started", "2": "withdrew"}
	var e survival.Ends
	for _, r := range rows(t, "stats/cuminc_input.csv") {
		n := int(number(t, r["time"]))
		if way := names[r["cause"]]; way != "" {
			require.NoError(t, e.Ended(way, n))
		} else {
			require.NoError(t, e.Waiting(n))
		}
	}
	started, withdrew := e.Incidence("started"), e.Incidence("withdrew")
	want := map[int]map[string]string{}
	for _, r := range rows(t, "stats/cuminc_expected.csv") {
		want[int(number(t, r["time"]))] = r
	}
	for i, step := range started.Steps {
		r := want[step.Duration]
		if r == nil {
			continue
		}
		l.same(t, r["n_risk"], strconv.FormatInt(step.AtRisk, 10))
		l.text(t, r["p_event_free"], step.Free)
		l.text(t, r["cif_started"], step.Share)
		l.text(t, r["se_started"], step.Error, step.Duration)
		l.text(t, r["cif_withdrew"], withdrew.Steps[i].Share)
	}
	require.Greater(t, l.cases, 5*len(want)-1)
}

// holdGray compares people who are made up here with cuminc of R on the same ones.
func holdGray(s *section) {
	t := s.t
	l := s.line("Gray", "cmprsk `cuminc`", fitted, "")
	var groups [3]survival.Ends
	for i := range 120 {
		g := i % 3
		day := 1 + (i*37+i*i*11)%60
		switch {
		case i%5 == 0:
			require.NoError(t, groups[g].Waiting(day))
		case i%7 < 3+g:
			require.NoError(t, groups[g].Ended("begun", day))
		default:
			require.NoError(t, groups[g].Ended("left", day))
		}
	}
	for way, want := range map[string][2]float64{"begun": {2.940178321596024, .2299049857608674863}, "left": {11.248306979118908, .0036096174219248933}} {
		got := survival.Gray(way, &groups[0], &groups[1], &groups[2])
		l.near(t, want[0], got.Statistic, way)
		l.near(t, want[1], got.P, way)
		l.same(t, 2.0, got.DF)
	}
}
