package accuracy_test

import (
	"slices"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/quasi"
)

func holdModels(s *section) {
	t := s.t
	input := rows(t, "stats/its_input.csv")
	from := slices.IndexFunc(input, func(r map[string]string) bool { return r["post"] == "1" })
	l := s.line("InterruptedSeries", "R `lm`, sandwich `NeweyWest`", fitted, "")
	m, err := quasi.InterruptedSeries(column(t, input, "y"), quasi.Interruption{From: from})
	require.NoError(t, err)
	for _, r := range rows(t, "stats/its_expected.csv") {
		term := map[string]quasi.Term{"(Intercept)": m.Intercept, "time": m.Trend, "post": m.Step, "time_after": m.Bend}[r["term"]]
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
	var points []quasi.CountPoint
	for _, r := range input {
		points = append(points, quasi.CountPoint{Events: number(t, r["count"]), Exposure: number(t, r["pop"])})
	}
	counts, err := quasi.InterruptedCounts(points, quasi.Interruption{From: from})
	require.NoError(t, err)
	for _, r := range rows(t, "stats/its_poisson_expected.csv") {
		term := map[string]quasi.Term{"(Intercept)": counts.Intercept, "time": counts.Trend, "post": counts.Step, "time_after": counts.Bend}[r["term"]]
		l.text(t, r["estimate"], term.Value, r["term"])
		l.text(t, r["se_poisson"], term.PlainSE, r["term"])
		l.text(t, r["se_quasi"], term.SE, r["term"])
		l.text(t, r["dispersion"], counts.Dispersion)
		l.text(t, r["deviance"], counts.Deviance)
	}
	l = s.line("InterruptedCounts", "R `glm` with epsilon = 1e-15", closed, "")
	for i, want := range []float64{.0669213735506672958, .0045312296452530119, .0891282091957067701, .0065302052082258279} {
		l.near(t, want, [...]quasi.Term{counts.Intercept, counts.Trend, counts.Step, counts.Bend}[i].SE)
	}
	l.near(t, 1.17603074725634, counts.Dispersion)
	var panel []quasi.Observation
	for _, r := range rows(t, "stats/did_input.csv") {
		panel = append(panel, quasi.Observation{Unit: r["id"], Period: r["period"], Joined: r["treat"] == "1", After: r["post"] == "1", Y: number(t, r["y"])})
	}
	l = s.line("DifferenceInDifferences", "R `lm`, sandwich `vcovCL` HC1", fitted, "")
	d, err := quasi.DifferenceInDifferences(panel, .95)
	require.NoError(t, err)
	for _, r := range rows(t, "stats/did_expected.csv") {
		term := map[string]quasi.Term{"(Intercept)": d.Intercept, "treat": d.Joined, "post": d.After, "treat:post": d.Term}[r["term"]]
		l.text(t, r["estimate"], term.Value, r["term"])
		l.text(t, r["se_ols"], term.PlainSE, r["term"])
		l.text(t, r["se_cluster_id_HC1"], term.SE, r["term"])
	}
	l = s.line("TwoWayDifference", "the same with fixed effects", fitted, "")
	two, err := quasi.TwoWayDifference(panel, .95)
	require.NoError(t, err)
	r := rows(t, "stats/did_twfe_expected.csv")[0]
	l.text(t, r["twfe"], two.Value)
	l.text(t, r["se_ols"], two.PlainSE)
	l.text(t, r["se_cluster_id_HC1"], two.SE)
}
