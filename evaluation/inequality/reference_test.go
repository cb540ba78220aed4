package inequality_test

import (
	"cmp"
	"encoding/csv"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/internal/shared"
)

// The example data of R's package ineq.
var (
	incomes    = []float64{541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261}
	households = []float64{482, 825, 722, 690, 661, 760, 745, 2140, 1911, 1024}
)

func distribution(tb testing.TB, values, population []float64) *inequality.Distribution {
	tb.Helper()
	d, err := inequality.NewDistribution(values, population)
	require.NoError(tb, err)
	return d
}

func ranking(tb testing.TB, position, population []float64) *inequality.Ranking {
	tb.Helper()
	r, err := inequality.Rank(position, population)
	require.NoError(tb, err)
	return r
}

// upTo returns 1, 2, ... n.
func upTo(n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = float64(i + 1)
	}
	return s
}

func atkinson(tb testing.TB, d *inequality.Distribution, aversion float64) float64 {
	tb.Helper()
	a, err := d.Atkinson(aversion)
	require.NoError(tb, err)
	return a
}

func mld(tb testing.TB, d *inequality.Distribution) float64 {
	tb.Helper()
	l, err := d.MLD()
	require.NoError(tb, err)
	return l
}

// Reference values: R 4.2 with ineq 0.2-13 and IC2 1.0-1; PySAL inequality.
func TestEveryIndexOfADistributionMatchesReferenceSoftware(t *testing.T) {
	type want struct{ gini, hoover, atkinsonHalf, atkinson1, atkinson2, theil, mld float64 }
	for name, c := range map[string]struct {
		values, population []float64
		want               want
	}{
		"R ineq, everybody counts one": {incomes, nil, want{
			.46209113026762372, .33780674616285705, .17965909804634173, .35182505973507616, .62901105451175809, .362341242343895, .43359464952044685,
		}},
		"R ineq, weighted": {incomes, households, want{
			.388925666073, .274839189148, .133463829236, .277386999891, .564400220462, .256782425878, .324881469690,
		}},
		"IC2, weights 1 to 5": {incomes, []float64{1, 2, 3, 4, 5, 5, 4, 3, 2, 1}, want{
			.338916455755668, -1, -1, .19779029383097557, -1, .2081257723906326, .22038522628155552,
		}},
		"PySAL, ten to fifty": {[]float64{10, 20, 30, 40, 50}, nil, want{
			.266666666666667, .2, .0631533922271, .131609638434, -1, .119687593584, .141113940112,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := distribution(t, c.values, c.population)
			check := func(measure string, want, got float64) {
				if want >= 0 { // the reference states no other
					require.InDelta(t, want, got, 1e-12, measure)
				}
			}
			check("gini", c.want.gini, d.Gini())
			check("hoover", c.want.hoover, d.Hoover())
			check("atkinson 0.5", c.want.atkinsonHalf, atkinson(t, d, .5))
			check("atkinson 1", c.want.atkinson1, atkinson(t, d, 1))
			check("atkinson 2", c.want.atkinson2, atkinson(t, d, 2))
			check("theil", c.want.theil, d.Theil())
			check("mld", c.want.mld, mld(t, d))
		})
	}
}

// Source: WHO healthequal 1.0.1, unit tests; the linear indices recomputed with
// populations counted once.
func TestGroupsOfTheWHOMatchHealthequal(t *testing.T) {
	r := ranking(t, upTo(5), []float64{78, 91, 162, 103, 105})
	y := []float64{20, 30, 40, 50, 60}
	c, err := r.Concentration(y)
	require.NoError(t, err)
	require.InDelta(t, 41.2244897959, c.Mean, 1e-10)
	require.InDelta(t, 7.328420321, c.Absolute(), 1e-9)
	require.InDelta(t, .1777686117, c.Index, 1e-10)
	g, err := r.Gradient(y)
	require.NoError(t, err)
	rii, err := g.RII()
	require.NoError(t, err)
	require.InDelta(t, 46.2538109424, g.SII(), 1e-10)
	require.InDelta(t, 3.55580027216, rii, 1e-11)
	relative, err := g.RelativeSII()
	require.NoError(t, err)
	require.InDelta(t, g.SII()/c.Mean, relative, 1e-14)
}

func TestTheTheilOfMexicoMatchesPySAL(t *testing.T) {
	rows := table(t, "data/funding/pysal_mexico_pcgdp.csv")
	year := func(name string) []float64 { return rows.floats(t, name) }
	require.InDelta(t, .35372371173452849, distribution(t, year("pcgdp1940"), nil).Gini(), 1e-14)
	for i, want := range []struct {
		year           string
		theil, between float64
	}{
		{"pcgdp1940", .20894344, .0345889},
		{"pcgdp1950", .15222451, .02816853},
		{"pcgdp1960", .10472941, .05260921},
		{"pcgdp1970", .10194725, .05931219},
		{"pcgdp1980", .09560113, .03205257},
		{"pcgdp1990", .10511256, .02963731},
		{"pcgdp2000", .10660832, .03635872},
	} {
		values := year(want.year)
		require.InDelta(t, want.theil, distribution(t, values, nil).Theil(), 5e-9, "%d", i)
		split, err := inequality.TheilBy(values, nil, rows.strings(t, "hanson98"))
		require.NoError(t, err)
		require.InDelta(t, want.between, split.Between, 5e-9, want.year)
		require.InDelta(t, want.theil, split.Between+split.Within, 5e-9, want.year)
	}
}

// Source: R rineq 0.2.3, method "direct". Its deviation formula and ours are
// the same where no two people share an income.
func TestAConcentrationOfIndividualsMatchesRineq(t *testing.T) {
	rows := table(t, "data/evaluation/inequality/rineq_housing_input.csv")
	r := ranking(t, rows.floats(t, "income"), nil)
	bmi := rows.floats(t, "bmi")
	c, err := r.Concentration(bmi)
	require.NoError(t, err)
	require.InDelta(t, .121004045743351, c.Index, 1e-14)
	require.InDelta(t, 3.1185087759254637, c.Absolute(), 1e-12)
	se, err := r.ConcentrationError(bmi)
	require.NoError(t, err)
	require.InEpsilon(t, 2.4437403827394235e-06, se*se, 1e-9)

	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range bmi {
		low, high = min(low, v), max(high, v)
	}
	e, err := c.Erreygers(low, high)
	require.NoError(t, err)
	require.InDelta(t, .17778316586911541, e, 1e-12)

	binary := make([]float64, len(bmi))
	for i, s := range rows.strings(t, "high.bmi") {
		if s == "TRUE" {
			binary[i] = 1
		}
	}
	b, err := r.Concentration(binary)
	require.NoError(t, err)
	w, err := b.Wagstaff(0, 1)
	require.NoError(t, err)
	require.InDelta(t, .69060816, w, 1e-8)
}

// Source: PHEindicatormethods 2.1.0, test data of phe_sii with value type 0.
func TestSlopeIndicesMatchPublicHealthEngland(t *testing.T) {
	rows := table(t, "data/evaluation/phe/sii_input_expected.csv")
	areas, types := rows.strings(t, "Area"), rows.strings(t, "ValueType")
	sii, rii := rows.strings(t, "sii"), rows.strings(t, "rii")
	checked := 0
	for from := 0; from < len(areas); {
		to := from + 1
		for to < len(areas) && sii[to] == "" && areas[to] == areas[from] {
			to++
		}
		if types[from] == "0" && sii[from] != "" && rows.strings(t, "TestDescription")[from] == "default (e.g. life expectancy) - default parameters" {
			part := rows[from:to]
			r := ranking(t, upTo(len(part)), part.floats(t, "Population"))
			g, err := r.Gradient(part.floats(t, "Value"))
			require.NoError(t, err)
			got, err := g.RII()
			require.NoError(t, err)
			want, _ := strconv.ParseFloat(sii[from], 64)
			require.InDelta(t, want, g.SII(), 1e-10, "record %d", from+1)
			want, _ = strconv.ParseFloat(rii[from], 64)
			require.InDelta(t, want, got, 1e-12, "record %d", from+1)

			// Upstream draws the interval; the exact one lies within its noise.
			se, err := r.GradientError(part.floats(t, "StandardError"))
			require.NoError(t, err)
			lower, _ := strconv.ParseFloat(part.strings(t, "sii_lowercl_1")[0], 64)
			upper, _ := strconv.ParseFloat(part.strings(t, "sii_uppercl_1")[0], 64)
			require.InDelta(t, (upper-lower)/2, 1.959963984540054*se, .01*(upper-lower), "record %d", from+1)
			checked++
		}
		from = to
	}
	require.Positive(t, checked)
}

// A billion pounds over the small areas of England by residents and a gradient
// over the deciles of deprivation, in thousandths.
func TestTheConcentrationOfEnglandMatchesItsPolicyCurve(t *testing.T) {
	areas := table(t, "data/funding/lsoa21_england_imd2025_census2021.csv")
	residents, rank, decile := areas.floats(t, "residents_2021"), areas.floats(t, "imd_rank"), areas.floats(t, "imd_decile")
	byRank, byDecile := ranking(t, rank, residents), ranking(t, decile, residents)
	for _, want := range []struct {
		gradient                                     float64
		gini, hoover, theil, mld, atkinsonHalf, atk1 float64
		sii                                          float64
	}{
		{0, 5.7e-8, 4.2e-8, 0, 0, 0, 0, 0},
		{500, .072955599, .055223262, .008109613, .008194902, .004069400, .008161416, -7.748853},
		{1000, .121407491, .091919422, .022671479, .023345319, .011449078, .023074925, -12.895088},
		{2000, .181896096, .137755881, .051879422, .055624181, .026556674, .054105446, -19.319781},
	} {
		weights := make([]uint64, len(residents))
		for i := range weights {
			weights[i] = uint64(residents[i] * (1000 + math.Floor(want.gradient*(10-decile[i])/9)))
		}
		pence := hamilton(100_000_000_000, weights)
		perHead := make([]float64, len(residents))
		for i, p := range pence {
			perHead[i] = float64(p) / 100 / residents[i]
		}
		d := distribution(t, perHead, residents)
		require.InDelta(t, 17.702214, d.Mean(), 1e-6)
		require.InDelta(t, want.gini, d.Gini(), 1e-9)
		require.InDelta(t, want.hoover, d.Hoover(), 1e-9)
		require.InDelta(t, want.theil, d.Theil(), 6e-10)
		require.InDelta(t, want.mld, mld(t, d), 6e-10)
		require.InDelta(t, want.atkinsonHalf, atkinson(t, d, .5), 6e-10)
		require.InDelta(t, want.atk1, atkinson(t, d, 1), 6e-10)

		c, err := byDecile.Concentration(perHead)
		require.NoError(t, err)
		require.InDelta(t, -want.gini, c.Index, 6e-8)
		whole, err := byDecile.ConcentrationOf(pence)
		require.NoError(t, err)
		require.InDelta(t, c.Index, whole, 1e-12)
		g, err := byRank.Gradient(perHead)
		require.NoError(t, err)
		require.InDelta(t, want.sii, g.SII(), 6e-7)
	}
}

// hamilton divides pence in proportion to weights by largest remainder, ties in
// order of index.
func hamilton(pence uint64, weights []uint64) []int64 {
	var sum uint64
	for _, w := range weights {
		sum += w
	}
	shares, order, remainder := make([]int64, len(weights)), make([]int, len(weights)), make([]uint64, len(weights))
	left := int64(pence)
	for i, w := range weights {
		hi, lo := bits.Mul64(pence, w)
		q, r := bits.Div64(hi, lo, sum)
		shares[i], remainder[i], order[i] = int64(q), r, i
		left -= int64(q)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(remainder[j], remainder[i]) })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

// A records table gives columns of a CSV file by name.
type records []map[string]string

func table(tb testing.TB, name string) records {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), name))
	require.NoError(tb, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	var all records
	for _, row := range rows[1:] {
		m := make(map[string]string, len(row))
		for i, v := range row {
			m[rows[0][i]] = v
		}
		all = append(all, m)
	}
	return all
}

func (r records) strings(tb testing.TB, column string) []string {
	tb.Helper()
	s := make([]string, len(r))
	for i, row := range r {
		v, ok := row[column]
		require.True(tb, ok, column)
		s[i] = v
	}
	return s
}

func (r records) floats(tb testing.TB, column string) []float64 {
	tb.Helper()
	s := make([]float64, len(r))
	for i, v := range r.strings(tb, column) {
		f, err := strconv.ParseFloat(v, 64)
		require.NoError(tb, err, "%s, row %d", column, i+1)
		s[i] = f
	}
	return s
}
