package accuracy_test

import (
	"testing"

	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp/evaluation/stat"
)

func holdStat(s *section) {
	holdQuantiles(s)
	holdIntervals(s)
	holdPublicHealth(s)
	holdStandardPopulation(s)
	holdStandardised(s)
	holdComparisons(s)
	holdChange(s)
	holdBootstrap(s)
}

// interval holds both limits of an estimate times a factor.
func (l *line) interval(t *testing.T, lower, upper string, i stat.Interval, factor float64, what ...any) {
	t.Helper()
	l.text(t, lower, i.Lower*factor, what...)
	l.text(t, upper, i.Upper*factor, what...)
}

// holdQuantiles holds the quantiles that intervals are made of, within the levels that are
// taken: tails from 0.00005 on.
func holdQuantiles(s *section) {
	t := s.t
	taken := func(p float64) bool { return p >= 5e-5 && p <= 1-5e-5 }
	l := s.line("normal quantile", "R `qnorm`", closed, "quantiles are compared from 0.00005 to 0.99995, which levels up to 0.9999 need; the grids go further")
	for _, r := range rows(t, "stats/quantile_norm.csv") {
		if p := number(t, r["p"]); taken(p) {
			l.text(t, r["qnorm"], mathext.NormalQuantile(p), p)
		}
	}
	l = s.line("chi-squared and gamma quantiles", "R `qchisq`, `qgamma`", closed, "")
	for _, r := range rows(t, "stats/quantile_chisq_gamma.csv") {
		if p, df := number(t, r["p"]), number(t, r["df"]); taken(p) {
			l.text(t, r["qchisq"], 2*mathext.GammaIncRegInv(df/2, p), p, df)
			l.text(t, r["qgamma_shape_df_rate1"], mathext.GammaIncRegInv(df, p), p, df)
		}
	}
	l = s.line("t quantile", "R `qt`", fitted, "")
	for _, r := range rows(t, "stats/quantile_t.csv") {
		if p, df := number(t, r["p"]), number(t, r["df"]); taken(p) && p > .5 {
			l.text(t, r["qt"], special.Student(2*p-1, df), p, df)
		}
	}
	l = s.line("beta quantile", "R `qbeta`", fitted, "")
	for _, r := range rows(t, "stats/quantile_beta.csv") {
		if p, a, b := number(t, r["p"]), number(t, r["a"]), number(t, r["b"]); taken(p) {
			l.text(t, r["qbeta"], mathext.InvRegIncBeta(a, b, p), p, a, b)
		}
	}
}

func holdIntervals(s *section) {
	t := s.t
	cp, wilson := s.line("ClopperPearson", "R `qbeta`", fitted, ""), s.line("Wilson", "its formula in R", closed, "")
	for i, r := range rows(t, "stats/binomial_ci.csv") {
		x, n, level := number(t, r["x"]), number(t, r["n"]), number(t, r["conf"])
		got, err := stat.ClopperPearson(x, n, level)
		require.NoError(t, err)
		cp.interval(t, r["cp_lower"], r["cp_upper"], got, 1, i)
		got, err = stat.Wilson(x, n, level)
		require.NoError(t, err)
		wilson.interval(t, r["wilson_lower"], r["wilson_upper"], got, 1, i)
	}
	exact, byar := s.line("Poisson", "R `qgamma`", closed, ""), s.line("Byar", "its formula in R", closed, "where the formula has no lower limit, it is 0 here and missing there")
	for i, r := range rows(t, "stats/poisson_ci.csv") {
		x, level := number(t, r["x"]), number(t, r["conf"])
		got, err := stat.Poisson(x, level)
		require.NoError(t, err)
		exact.interval(t, r["exact_lower"], r["exact_upper"], got, 1, i)
		got, err = stat.Byar(x, level)
		require.NoError(t, err)
		byar.text(t, r["byar_upper"], got.Upper, i)
		if lower := r["byar_lower"]; lower != "" && number(t, lower) >= 0 {
			byar.text(t, lower, got.Lower, i)
		} else {
			byar.same(t, 0.0, got.Lower, i)
		}
	}
	both := s.line("Byar, Wilson", "PHEindicatormethods, its tests", closed, "")
	for i, r := range rows(t, "phe/byars_wilson_expected.csv") {
		level := number(t, r["confidence"][:len(r["confidence"])-1]) / 100
		got, err := stat.Byar(number(t, r["x"]), level)
		if r["method"] != "Byars" {
			got, err = stat.Wilson(number(t, r["x"]), number(t, r["n"]), level)
		}
		require.NoError(t, err)
		if r["lowercl"] == "" {
			r["lowercl"] = "0"
		}
		both.interval(t, r["lowercl"], r["uppercl"], got, 1, i)
	}
}

var levels = map[string]float64{"95_0cl": .95, "99_8cl": .998}

func holdPublicHealth(s *section) {
	t := s.t
	l := s.line("Proportion", "phe_proportion", closed, "")
	for _, file := range []string{"phe/proportion_r.csv", "phe/proportion_expected.csv"} {
		for i, r := range rows(t, file) {
			if r["value"] == "" {
				continue // missing there, and missing in the answer
			}
			factor := 1.0
			if m := r["multiplier"]; m != "" {
				factor = number(t, m)
			} else if r["statistic"] == "percentage" {
				factor = 100
			}
			for suffix, level := range levels {
				got, err := stat.Proportion(number(t, r["Numerator"]), number(t, r["Denominator"]), level)
				require.NoError(t, err)
				l.text(t, r["value"], got.Value*factor, file, i)
				l.interval(t, r["lower"+suffix], r["upper"+suffix], got.Interval, factor, file, i)
			}
		}
	}
	for i, r := range rows(t, "phe/proportion_grouped_expected.csv") {
		if r["value"] == "" {
			continue
		}
		got, err := stat.Proportion(number(t, r["Numerator"]), number(t, r["Denominator"]), .95)
		require.NoError(t, err)
		l.interval(t, r["lowercl"], r["uppercl"], got.Interval, number(t, r["multiplier"]), "grouped", i)
	}
	l = s.line("Rate", "phe_rate", closed, "")
	methods := map[string]stat.Method{"Exact": stat.MethodExact, "Byars": stat.MethodByar}
	for _, file := range []string{"phe/rate_r.csv", "phe/rate_expected.csv", "phe/rate_grouped_expected.csv"} {
		for i, r := range rows(t, file) {
			if r["value"] == "" {
				continue
			}
			per := 100_000.0
			if m := r["multiplier"]; m != "" {
				per = number(t, m)
			}
			for suffix, level := range levels {
				if r["lowercl"] != "" {
					suffix, level = "cl", .95
				}
				got, err := stat.Rate(number(t, r["Numerator"]), number(t, r["Denominator"]), per, level)
				require.NoError(t, err)
				l.text(t, r["value"], got.Value, file, i)
				l.interval(t, r["lower"+suffix], r["upper"+suffix], got.Interval, 1, file, i)
				l.same(t, methods[r["method"]], got.Method)
			}
		}
	}
	l = s.line("Mean", "phe_mean", closed, "")
	for _, file := range []string{"phe/mean_r.csv", "phe/mean_expected.csv"} {
		all := rows(t, "phe/mean_input.csv")
		for _, r := range rows(t, file) {
			_, by := groups(all, "area")
			sample := by[r["area"]]
			if sample == nil {
				sample = all // "No grouping"
			}
			for suffix, level := range levels {
				got, err := stat.Mean(column(t, sample, "values"), level)
				require.NoError(t, err)
				l.text(t, r["value"], got.Value)
				l.interval(t, r["lower"+suffix], r["upper"+suffix], got.Interval, 1)
			}
		}
	}
	holdQuantileGroups(s)
}

func holdQuantileGroups(s *section) {
	t := s.t
	l := s.line("QuantileGroups", "phe_quantile", closed, "")
	quantiles := map[string]int{"Quartile": 4, "Septile": 7, "Decile": 10}
	all := rows(t, "phe/quantiles_input_expected.csv")
	for _, r := range all {
		r["key"] = r["QuantileNm"] + r["GroupSet"] // without groups, indicators of both polarities were ranked together
		if r["GroupSet"] != "None" {
			r["key"] += r["IndSexRef"]
		}
		if r["GroupSet"] == "IndSexReg" {
			r["key"] += r["ParentCode"]
		}
	}
	names, by := groups(all, "key")
	for _, name := range names {
		part := by[name]
		values := make([]float64, len(part))
		for i, r := range part {
			values[i] = notKnown
			if r["Value"] != "" {
				values[i] = number(t, r["Value"])
			}
			if r["Polarity"] == "TRUE" || r["GroupSet"] == "None" {
				values[i] = -values[i]
			}
		}
		got, err := stat.QuantileGroups(values, quantiles[part[0]["QuantileNm"]])
		if err != nil {
			require.ErrorIs(t, err, stat.TooFewValues)
			for _, r := range part {
				l.same(t, "", r["QuantileInGrp"])
			}
			continue
		}
		for i, r := range part {
			want := 0
			if r["QuantileInGrp"] != "" {
				want = int(number(t, r["QuantileInGrp"]))
			}
			l.same(t, want, got[i], name, i)
		}
	}
}

func holdStandardised(s *section) {
	t := s.t
	l := s.line("Direct", "calculate_dsr", closed, "the limits at 99.8 % of `testdata_1976` are ten times too large in the sheet of its tests; those it computes are used")
	_, areas := groups(rows(t, "phe/dsr_multiarea_input.csv"), "area")
	bands := map[string][]stat.Band{}
	for area, part := range areas {
		for _, r := range part {
			bands[area] = append(bands[area], stat.Band{Events: orZero(t, r["count"]), People: number(t, r["pop"]), Weight: number(t, r["esp2013"])})
		}
	}
	for _, r := range rows(t, "phe/dsr_1976_input.csv") {
		bands["testdata_1976"] = append(bands["testdata_1976"], stat.Band{Events: number(t, r["count"]), People: number(t, r["pop"]), Weight: number(t, r["esp1976"])})
	}
	check := func(l *line, r map[string]string, per float64, of func(per, level float64) (stat.Estimate, error), skipFar bool) {
		for suffix, level := range levels {
			got, err := of(per, level)
			require.NoError(t, err)
			if r["value"] == "" {
				l.same(t, stat.TooFewEvents, got.Undefined)
				continue
			}
			l.text(t, r["value"], got.Value)
			if !skipFar || suffix == "95_0cl" {
				l.interval(t, r["lower"+suffix], r["upper"+suffix], got.Interval, 1, r["area"], suffix)
			}
		}
	}
	direct := func(area string) func(per, level float64) (stat.Estimate, error) {
		return func(per, level float64) (stat.Estimate, error) { return stat.Direct(bands[area], per, level) }
	}
	for _, r := range rows(t, "phe/dsr_multiarea_r.csv") {
		check(l, r, 100_000, direct(r["area"]), false)
	}
	check(l, rows(t, "phe/dsr_1976_r.csv")[0], 100_000, direct("testdata_1976"), false)

	repeated := s.line("DirectRepeated", "calculate_dsr, events not independent", closed, "")
	loose := s.line("DirectRepeated", "the same, its tests", fitted, "")
	repeats := repeatBands(t)
	again := func(area string) func(per, level float64) (stat.Estimate, error) {
		return func(per, level float64) (stat.Estimate, error) { return stat.DirectRepeated(repeats[area], per, level) }
	}
	for _, r := range rows(t, "phe/dsr_nonindependent_r.csv") {
		check(repeated, r, 100_000, again(r["area"]), false)
	}
	for _, r := range rows(t, "phe/dsr_expected.csv") {
		per := 100_000.0
		if r["statistic"] == "dsr per 10000" {
			per = 10_000
		}
		if bands[r["area"]] != nil {
			check(l, r, per, direct(r["area"]), r["area"] == "testdata_1976")
		} else {
			check(loose, r, per, again(r["area"]), false)
		}
	}
	refused := s.line("Direct", "calculate_dsr, input that it refuses", closed, "")
	for _, file := range []string{"1", "2", "3", "4"} {
		var bad []stat.Band
		for _, r := range rows(t, "phe/dsr_err"+file+"_input.csv") {
			weight := r["stdpop"] + r["esp2013"]
			bad = append(bad, stat.Band{Events: orNaN(t, r["count"]), People: orNaN(t, r["pop"]), Weight: orNaN(t, weight)})
		}
		_, err := stat.Direct(bad, 100_000, .95)
		refused.same(t, true, err != nil, file)
	}
	holdIndirect(s)
}

func repeatBands(t *testing.T) map[string][]stat.RepeatBand {
	t.Helper()
	all := map[string][]stat.RepeatBand{}
	place := map[string]int{}
	for _, r := range rows(t, "phe/dsr_nonindependent_input.csv") {
		area := r["area"]
		i, seen := place[area+r["ageband"]]
		if !seen {
			i = len(all[area])
			place[area+r["ageband"]] = i
			all[area] = append(all[area], stat.RepeatBand{People: number(t, r["pop"]), Weight: number(t, r["esp2013"])})
		}
		freq := int(orZero(t, r["freq"])) // empty where nobody of the band had an event
		b := &all[area][i]
		for len(b.Persons) < freq {
			b.Persons = append(b.Persons, 0)
		}
		if freq > 0 {
			b.Persons[freq-1] += orZero(t, r["persons"])
		}
	}
	return all
}

func holdIndirect(s *section) {
	t := s.t
	rate, ratio := s.line("IndirectRate", "calculate_ISRate", closed, ""), s.line("IndirectRatio", "calculate_ISRatio", closed, "")
	reference := rows(t, "phe/isr_reference_pop.csv")
	_, areas := groups(rows(t, "phe/dsr_multiarea_input.csv"), "area")
	strata := map[string][]stat.Stratum{}
	observed := map[string]float64{}
	for area, part := range areas {
		for i, r := range part {
			observed[area] += orZero(t, r["count"])
			strata[area] = append(strata[area], stat.Stratum{People: number(t, r["pop"]), ReferenceEvents: number(t, reference[i]["refcount"]), ReferencePeople: number(t, reference[i]["refpop"])})
		}
	}
	for _, r := range rows(t, "phe/isr_observed_totals.csv") {
		rate.text(t, r["total_count"], observed[r["area"]])
	}
	for _, file := range []string{"phe/israte_r.csv", "phe/isratio_r.csv", "phe/isr_expected.csv"} {
		for _, r := range rows(t, file) {
			if strata[r["area"]] == nil {
				continue // areas of tests with bands left out, whose input is not there
			}
			l, of := rate, stat.IndirectRate
			if r["ref_rate"] == "" {
				l, of = ratio, stat.IndirectRatio
			}
			per := map[string]float64{"indirectly standardised rate per 1000": 1000, "indirectly standardised rate per 100000": 100_000, "indirectly standardised ratio x 1": 1, "indirectly standardised ratio x 100": 100}[r["statistic"]]
			for suffix, level := range levels {
				got, err := of(number(t, r["observed"]), strata[r["area"]], per, level)
				require.NoError(t, err)
				l.text(t, r["expected"], got.Denominator)
				l.text(t, r["value"], got.Value, file, r["area"])
				l.interval(t, r["lower"+suffix], r["upper"+suffix], got.Interval, 1, file, r["area"])
			}
		}
	}
	own := map[string][]stat.Stratum{}
	for _, r := range rows(t, "phe/isr_ownref_input.csv") {
		own[r["area"]] = append(own[r["area"]], stat.Stratum{People: orZero(t, r["pop"]), ReferenceEvents: orZero(t, r["refcount"]), ReferencePeople: orZero(t, r["refpop"])})
	}
	for area, st := range own {
		got, err := stat.IndirectRatio(observed[area], st, 1, .95)
		require.NoError(t, err)
		want, err := stat.IndirectRatio(observed[area], strata[area], 1, .95)
		require.NoError(t, err)
		ratio.near(t, want.Value, got.Value, area)
	}
}

// orZero reads a count that may be missing: PHEindicatormethods counts it as 0.
func orZero(tb testing.TB, s string) float64 {
	tb.Helper()
	if s == "" {
		return 0
	}
	return number(tb, s)
}

// orNaN reads a number that may be missing.
func orNaN(tb testing.TB, s string) float64 {
	tb.Helper()
	if s == "" {
		return notKnown
	}
	return number(tb, s)
}
