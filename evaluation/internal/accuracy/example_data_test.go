package accuracy_test

import (
	"math"
	"slices"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// holdStandardPopulation compares the weights that the library ships.
func holdStandardPopulation(s *section) {
	t := s.t
	l := s.line("ESP2013", "the European Standard Population of PHEindicatormethods", closed, "")
	expected := rows(t, "phe/esp2013.csv")
	require.Len(t, stat.ESP2013(), len(expected))
	for i, band := range stat.ESP2013() {
		l.same(t, expected[i]["ageband"], band.Name)
		l.text(t, expected[i]["weight"], band.Weight)
	}
}

// holdExampleData takes the data that PHEindicatormethods ships as examples, which have
// no expected slopes: published limits are held to the file, and slopes to the regression
// of phe_sii, solved here as it is written there.
func holdExampleData(s *section) {
	t := s.t
	published := s.line("Proportion", "limits in the example data of phe_sii", closed, "")
	slopes := s.line("Ranking.Slope, StandardErrors", "the regression of phe_sii on its example data, solved by its formula", fitted, "the package states no results for these three files, and refuses areas with fewer than five groups or with one that lacks a value")
	prevalence := rows(t, "phe/sii_example_prevalence.csv")
	for _, r := range prevalence {
		e, err := stat.Proportion(number(t, r["Count"]), number(t, r["Measured"]), .95)
		require.NoError(t, err)
		published.text(t, r["Rate"], 100*e.Value)
		published.interval(t, r["LCL"], r["UCL"], e.Interval, 100)
	}
	for _, set := range []struct {
		file, quantile, people, value, se, lower, upper string
		of                                              []string
	}{
		{"phe/sii_example_prevalence.csv", "Decile", "Measured", "Rate", "SE", "", "", []string{"Period", "SchoolYear", "AreaCode"}},
		{"phe/sii_example_le.csv", "Decile", "Pop", "LifeExp", "SE", "", "", []string{"Sex", "GeoCode"}},
		{"phe/sii_example_dsr.csv", "Quintile", "total_pop", "value", "", "lowercl", "uppercl", []string{"Period"}},
	} {
		all := rows(t, set.file)
		for _, r := range all {
			r["group"] = ""
			for _, c := range set.of {
				r["group"] += r[c] + "|"
			}
		}
		names, by := groups(all, "group")
		for _, name := range names {
			part := by[name]
			if len(part) < 5 || slices.ContainsFunc(part, func(r map[string]string) bool {
				return missing(r[set.people]) || missing(r[set.value]) || set.se != "" && missing(r[set.se])
			}) {
				continue // phe_sii gives none for them
			}
			y, people := column(t, part, set.value), column(t, part, set.people)
			var se []float64
			var err error
			if set.se != "" {
				se = column(t, part, set.se)
			} else {
				se, err = inequality.StandardErrors(column(t, part, set.lower), column(t, part, set.upper), .95, inequality.Additive)
				require.NoError(t, err)
			}
			ranking, err := inequality.Rank(column(t, part, set.quantile), people)
			require.NoError(t, err)
			got, err := ranking.Slope(y, se, inequality.SlopeOptions{Level: .95})
			require.NoError(t, err)
			order := make([]int, len(part))
			for i := range order {
				order[i] = i
			}
			slices.SortFunc(order, func(a, b int) int {
				x, _ := strconv.Atoi(part[a][set.quantile])
				z, _ := strconv.Atoi(part[b][set.quantile])
				return x - z
			})
			intercept, slope, half := regression(y, people, se, order)
			slopes.near(t, slope, got.SII.Value, set.file, name)
			slopes.near(t, slope-half, got.SII.Interval.Lower, set.file, name)
			slopes.near(t, slope+half, got.SII.Interval.Upper, set.file, name)
			slopes.near(t, (intercept+slope)/intercept, got.RII.Value, set.file, name)
		}
	}
}

func missing(s string) bool {
	v, err := strconv.ParseFloat(s, 64)
	return err != nil || math.IsNaN(v)
}

// regression solves sqrt(a) Y = b0 sqrt(a) + b1 b sqrt(a), where a is the share of the
// population and b the middle of what has come so far, and returns half the width of the
// interval of b1 at 95 %.
func regression(y, people, se []float64, order []int) (intercept, slope, half float64) {
	var all, before float64
	for _, n := range people {
		all += n
	}
	share, middle := make([]float64, len(y)), make([]float64, len(y))
	for _, i := range order {
		share[i] = people[i] / all
		middle[i] = before + share[i]/2
		before += share[i]
	}
	var s1, sb, sbb, sy, sby float64
	for i := range y {
		s1, sb, sbb = s1+share[i], sb+share[i]*middle[i], sbb+share[i]*middle[i]*middle[i]
		sy, sby = sy+share[i]*y[i], sby+share[i]*middle[i]*y[i]
	}
	d := s1*sbb - sb*sb
	intercept, slope = (sbb*sy-sb*sby)/d, (s1*sby-sb*sy)/d
	var variance float64
	for i := range y {
		c := (s1*middle[i] - sb) * share[i] / d
		variance += c * c * se[i] * se[i]
	}
	return intercept, slope, 1.9599639845400545 * math.Sqrt(variance)
}
