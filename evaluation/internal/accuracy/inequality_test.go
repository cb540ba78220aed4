package accuracy_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func holdInequality(s *section) {
	holdSlopes(s)
	holdExampleData(s)
	holdWHO(s)
	holdWHOErrors(s)
	holdWHOTests(s)
	holdDistributions(s)
}

var scales = []inequality.Scale{inequality.Additive, inequality.Logarithmic, inequality.Logistic}

func holdSlopes(s *section) {
	t := s.t
	l := s.line("Ranking.Slope", "phe_sii, on each scale", closed, "phe_sii draws its limits 100,000 times; those in closed form differ from them by less than one in a hundred of their width; those of a line that is fitted to rates or shares as they are, with errors on the scale of the logarithm or the log odds, have no closed form and are not compared")
	refused := s.line("Rank, StandardErrors, Ranking.Slope", "phe_sii, input that it refuses or leaves without a result", closed, "")
	all := rows(t, "phe/sii_input_expected.csv")
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to]["sii"] == "" && all[to]["Area"] == all[from]["Area"] && all[to]["TestDescription"] == all[from]["TestDescription"] {
			to++
		}
		part := all[from:to]
		from = to
		head := part[0]
		if head["sii"] == "" {
			if strings.HasPrefix(head["TestDescription"], "error handling") || strings.Contains(head["TestDescription"], "missing populations") {
				refused.same(t, true, slopeOf(t, part) != nil, head["TestDescription"])
			}
			continue // it warns of more than ten groups, which are as good as any
		}
		scale := scales[int(number(t, head["ValueType"]))]
		o := inequality.SlopeOptions{Level: .95}
		transformed := strings.Contains(head["TestDescription"], "transform")
		if transformed {
			o.Scale = scale
		}
		switch d := head["TestDescription"]; {
		case strings.Contains(d, "multiplier (x 100)"):
			o.Multiplier = 100
		case strings.Contains(d, "multiplier (x -100)"):
			o.Multiplier = -100
		case strings.Contains(d, "negative multiplier"):
			o.Multiplier = -1
		}
		switch {
		case head["Confidence"] == "99":
			o.Level = .99
		case strings.Contains(head["TestDescription"], "with 98% "):
			o.Level = .98
		}
		r, err := inequality.Rank(column(t, part, "Quantile"), column(t, part, "Population"))
		require.NoError(t, err)
		se := make([]float64, len(part))
		for i, p := range part {
			se[i] = orZero(t, p["StandardError"])
		}
		if part[0]["StandardError"] == "" || transformed {
			se, err = inequality.StandardErrors(column(t, part, "LowerCL"), column(t, part, "UpperCL"), .95, o.Scale)
			require.NoError(t, err)
		}
		got, err := r.Slope(column(t, part, "Value"), se, o)
		require.NoError(t, err)
		l.text(t, head["sii"], got.SII.Value, head["RecordNo"])
		if head["rii"] != "" {
			l.text(t, head["rii"], got.RII.Value, head["RecordNo"])
		}
		if head["Intercept"] != "" {
			l.text(t, head["Intercept"], got.Fit.Bottom)
		}
		if scale != inequality.Additive && !transformed {
			continue
		}
		holdDrawn(t, head, "1", got)
		o.Level = .98
		if head["Confidence"] == "c(95, 99)" {
			o.Level = .99
		}
		got, err = r.Slope(column(t, part, "Value"), se, o)
		require.NoError(t, err)
		holdDrawn(t, head, "2", got)
	}
	require.Greater(t, l.cases, 80)
}

// holdDrawn compares limits with those that were drawn, which are out by chance.
func holdDrawn(t *testing.T, head map[string]string, which string, got inequality.Slope) {
	t.Helper()
	for name, e := range map[string]stat.Estimate{"sii": got.SII, "rii": got.RII} {
		if head[name+"_lowercl_"+which] == "" {
			continue
		}
		low, high := number(t, head[name+"_lowercl_"+which]), number(t, head[name+"_uppercl_"+which])
		require.InDelta(t, low, e.Interval.Lower, .01*(high-low), head["RecordNo"])
		require.InDelta(t, high, e.Interval.Upper, .01*(high-low), head["RecordNo"])
	}
}

// slopeOf fits what a sheet holds, with nothing where there is nothing.
func slopeOf(t *testing.T, part []map[string]string) error {
	t.Helper()
	columns := map[string][]float64{}
	for _, name := range []string{"Quantile", "Population", "Value", "LowerCL", "UpperCL", "StandardError"} {
		for _, r := range part {
			columns[name] = append(columns[name], orNaN(t, r[name]))
		}
	}
	r, err := inequality.Rank(columns["Quantile"], columns["Population"])
	if err != nil {
		return err
	}
	se := columns["StandardError"]
	scale := inequality.Additive
	if strings.Contains(part[0]["TestDescription"], "proportion in CLs") {
		scale = inequality.Logistic
	}
	if scale == inequality.Logistic || math.IsNaN(se[0]) {
		if se, err = inequality.StandardErrors(columns["LowerCL"], columns["UpperCL"], .95, scale); err != nil {
			return err
		}
	}
	_, err = r.Slope(columns["Value"], se, inequality.SlopeOptions{})
	return err
}

func holdDistributions(s *section) {
	t := s.t
	l := s.line("Ranking.LogisticGradient", "R `glm`, quasi-binomial, run to the end", closed, "")
	five := rows(t, "inequality/who_test5_input.csv")
	order, err := inequality.Rank(column(t, five, "subgroup_order"), column(t, five, "population"))
	require.NoError(t, err)
	line, err := order.LogisticGradient(column(t, five, "estimate"), 100)
	require.NoError(t, err)
	l.near(t, 20.073217345752206, line.Bottom)
	l.near(t, 64.963750935950770, line.Top)
	l = s.line("Ranking.LogisticSlope", "R `glm` with HC1 and the delta method in R", closed, "")
	slope, err := order.LogisticSlope(column(t, five, "estimate"), nil, 100, .95)
	require.NoError(t, err)
	l.near(t, 39.7023179742995254, slope.SII.Interval.Lower)
	l.near(t, 50.0787492060976192, slope.SII.Interval.Upper)
	l.near(t, 2.6750010438531691, slope.RII.Interval.Lower)
	l.near(t, 3.9154731973937889, slope.RII.Interval.Upper)
	l = s.line("Distribution", "R ineq and IC2", closed, "")
	input := rows(t, "inequality/individual_ineq_input.csv")
	x := column(t, input, "x")
	d, err := inequality.NewDistribution(x, nil)
	require.NoError(t, err)
	weighted, err := inequality.NewDistribution(x, column(t, input, "weight_IC2"))
	require.NoError(t, err)
	n := float64(len(x))
	of := func(v float64, err error) float64 {
		require.NoError(t, err)
		return v
	}
	got := map[string]float64{
		"gini": d.Gini(), "gini_corrected": d.Gini() * n / (n - 1), "ricci_schutz": d.Hoover(), "theil_T": d.Theil(), "mld_theil_L": of(d.MLD()),
		"atkinson_0.5": of(d.Atkinson(.5)), "atkinson_1": of(d.Atkinson(1)), "atkinson_2": of(d.Atkinson(2)),
		"IC2_gini_w": weighted.Gini(), "IC2_atkinson1_w": of(weighted.Atkinson(1)), "IC2_GE1_w": weighted.Theil(), "IC2_GE0_w": of(weighted.MLD()),
	}
	for _, r := range rows(t, "inequality/individual_ineq_expected.csv") {
		if v, ok := got[r["measure"]]; ok {
			l.text(t, r["value"], v, r["measure"])
		} else {
			// The generalised entropy of order 2 is half the square of the coefficient of variation; Kolm's index is not offered.
			require.Contains(t, []string{"GE_2", "IC2_GE2_w", "cv_pop", "kolm_1e-4"}, r["measure"])
		}
	}
	g, err := inequality.NewGroups(x, nil)
	require.NoError(t, err)
	wg, err := inequality.NewGroups(x, column(t, input, "weight_IC2"))
	require.NoError(t, err)
	for _, r := range rows(t, "inequality/individual_ineq_expected.csv") {
		v, w := of(g.Variation()), of(wg.Variation())
		switch r["measure"] {
		case "cv_pop":
			l.text(t, r["value"], v)
		case "GE_2":
			l.text(t, r["value"], v*v/2)
		case "IC2_GE2_w":
			l.text(t, r["value"], w*w/2)
		}
	}
	holdConcentration(s)
}

func holdConcentration(s *section) {
	t := s.t
	direct := s.line("Ranking.Concentration, ConcentrationError", "R rineq, method `direct`, with variances", closed, "")
	regression := s.line("Ranking.EstimateConcentration", "R rineq, method `linreg_convenience`, with variances", fitted, "it divides the covariance by n-1 and not by n, which makes its index n/(n-1) times as large")
	delta := s.line("Ranking.EstimateConcentration, of the mean", "R rineq, method `linreg_delta`, with variances", fitted, "likewise n/(n-1)")
	covariance := s.line("Ranking.Concentration", "R rineq, method `cov_convenience`", fitted, "likewise n/(n-1); what it calls the variance of the index (three rows) is that of the positions, 1/12, times a factor, and says nothing of the index")
	people := rows(t, "inequality/rineq_housing_input.csv")
	r, err := inequality.Rank(column(t, people, "income"), nil)
	require.NoError(t, err)
	bmi, high := column(t, people, "bmi"), make([]float64, len(people))
	for i, person := range people {
		if person["high.bmi"] == "TRUE" {
			high[i] = 1
		}
	}
	c, err := r.Concentration(bmi)
	require.NoError(t, err)
	index, err := r.ConcentrationError(bmi)
	require.NoError(t, err)
	erreygers, err := c.Erreygers(slices.Min(bmi), slices.Max(bmi))
	require.NoError(t, err)
	binary, err := r.Concentration(high)
	require.NoError(t, err)
	wagstaff, err := binary.Wagstaff(0, 1)
	require.NoError(t, err)
	ofBinary, err := r.ConcentrationError(high)
	require.NoError(t, err)
	convenient, err := r.EstimateConcentration(bmi, nil, .95)
	require.NoError(t, err)
	n := float64(len(bmi))
	half := (convenient.Index.Interval.Upper - convenient.Index.Value) / 1.9599639845400545 * n / (n - 1)
	ofMean := (convenient.IndexOfMean.Interval.Upper - convenient.IndexOfMean.Value) / 1.9599639845400545 * n / (n - 1)
	of := map[string][2]float64{ // the index, and what it is over that of type CI
		"CI": {c.Index, 1}, "CIg": {c.Absolute(), c.Mean}, "CIc": {erreygers, erreygers / c.Index},
		"CIw(high.bmi)": {wagstaff, ofBinary / (1 - binary.Mean) / index},
	}
	for _, row := range rows(t, "inequality/rineq_ci_expected.csv") {
		value, factor := of[row["type"]][0], of[row["type"]][1]
		switch row["method"] {
		case "direct":
			direct.text(t, row["index"], value, row["type"])
			direct.text(t, row["variance"], factor*factor*index*index, row["type"])
		case "linreg_convenience":
			regression.text(t, row["index"], value*n/(n-1), row["type"])
			regression.text(t, row["variance"], factor*factor*half*half, row["type"])
		case "linreg_delta":
			delta.text(t, row["index"], value*n/(n-1), row["type"])
			delta.text(t, row["variance"], factor*factor*ofMean*ofMean, row["type"])
		default:
			require.Equal(t, "cov_convenience", row["method"])
			covariance.text(t, row["index"], value*n/(n-1), row["type"])
		}
	}
}
