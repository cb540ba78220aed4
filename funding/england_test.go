package funding_test

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	english "github.com/socialprescribing/sp/funding/england"
	"github.com/socialprescribing/sp/internal/shared"
)

// Oracle I: the same in 128 bits, math/big, decimals, and Python's integers.
func TestAnAllocationOfABillionOverEnglandByDeprivation(t *testing.T) {
	a := allocate(t, sp.Pounds(1_000_000_000), england(t), funding.Policy{Formula: gradient("0.5")})
	require.Equal(t, []int64{2315575, 1959795, 2532366, 1988042, 3477554}, a.Minor()[:5])
	hash := uint64(14695981039346656037)
	for _, share := range a.Minor() {
		hash = (hash ^ uint64(share)) * 1099511628211
	}
	require.Equal(t, "b1d2abb8d28cdec3", fmt.Sprintf("%x", hash))
	icbs := subtotals(t, a, "icb24cd")
	require.Equal(t, int64(3_100_014_124), icbs["E54000048"])
	require.Equal(t, int64(4_512_008_800), icbs["E54000008"])

	first, _ := a.Of("E01012682")
	e, err := a.Explain("E01012682")
	require.NoError(t, err)
	require.Equal(t, first, e.Amount)
}

// Oracle L: inequality, money per head and the share of Core20 under gradients.
func TestThePolicyCurve(t *testing.T) {
	areas := england(t)
	ranks, err := areas.Floats("imd_rank")
	require.NoError(t, err)
	deciles, err := areas.Floats("imd_decile")
	require.NoError(t, err)
	people, err := areas.Floats("residents_2021")
	require.NoError(t, err)
	byDeprivation, err := inequality.Rank(ranks, people)
	require.NoError(t, err)
	for g, want := range map[string][]float64{ // Gini, Hoover, Theil's T, mean log deviation, Atkinson 0.5 and 1, slope
		"0.5": {.072955599, .055223262, .008109613, .008194902, .004069400, .008161416, -7.748853},
		"1":   {.121407491, .091919422, .022671479, .023345319, .011449078, .023074925, -12.895088},
		"2":   {.181896096, .137755881, .051879422, .055624181, .026556674, .054105446, -19.319781},
	} {
		perHead, err := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: gradient(g)}).PerHead()
		require.NoError(t, err)
		d, err := inequality.NewDistribution(perHead, people)
		require.NoError(t, err)
		mld, err := d.MLD()
		require.NoError(t, err)
		half, err := d.Atkinson(0.5)
		require.NoError(t, err)
		one, err := d.Atkinson(1)
		require.NoError(t, err)
		slope, err := byDeprivation.Gradient(perHead)
		require.NoError(t, err)
		require.InDeltaSlice(t, []float64{d.Gini(), d.Hoover(), d.Theil(), mld, half, one}, want[:6], 2e-8, g)
		require.InDelta(t, want[6], slope.SII(), 1e-6, g)
		c, err := byDeprivation.Concentration(perHead)
		require.NoError(t, err)
		require.InDelta(t, -d.Gini(), c.Index, 1e-6, "need rises with deprivation throughout")
	}
	for g, want := range map[string]float64{"0": .202055323, "0.5": .237559649, "1": .261098610, "2": .290486637} {
		a := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: gradient(g)})
		var core20 int64
		var money, heads [11]float64
		for i, pence := range a.Minor() {
			if ranks[i]*5 <= float64(areas.Len()) {
				core20 += pence
			}
			money[int(deciles[i])] += float64(pence) / 100
			heads[int(deciles[i])] += people[i]
		}
		require.InDelta(t, want, float64(core20)/1e11, 5e-10, g)
		if g == "0.5" {
			for d, perHead := range []float64{21.2099, 20.4181, 19.6262, 18.8485, 18.0567, 17.2790, 16.4872, 15.7095, 14.9176, 14.1399} {
				require.InDelta(t, perHead, money[d+1]/heads[d+1], 0.00005)
			}
		}
	}
}

// The published weighted population of 2022/23 is a mix of six programmes whose
// shares least squares give; with shares rounded to sum to one, it is met to a
// tenth of a per cent for nearly all.
func TestAMixOfProgrammesIsTheOverallNeed(t *testing.T) {
	f, err := os.Open(filepath.Join(shared.Dir(t), "data/funding/gp_practice_weighted_population_2022_23.csv"))
	require.NoError(t, err)
	defer f.Close()
	all, _, err := area.Read(f, english.Practices(2022))
	require.NoError(t, err)
	columns := map[string]string{
		"wp_general_acute": "0.6192", "wp_community": "0.0515", "wp_mental_health": "0.1063",
		"wp_maternity": "0.0323", "wp_health_inequalities": "0.1", "wp_prescribing": "0.0907",
	}
	var codes []string
	for _, code := range all.Codes() {
		if _, ok := all.Number(code, "wp_maternity"); ok {
			codes = append(codes, code)
		}
	}
	areas, err := area.New(codes, 0)
	require.NoError(t, err)
	for _, name := range []string{"population", "wp_core_overall", "wp_general_acute", "wp_community", "wp_mental_health", "wp_maternity", "wp_health_inequalities", "wp_prescribing"} {
		values := make([]int64, len(codes))
		for i, code := range codes {
			d, _ := all.Number(code, name)
			values[i] = d.Shift(6).IntPart()
		}
		areas, err = areas.With(name, area.Meaning{}, 6, values)
		require.NoError(t, err)
	}
	areas, err = areas.WithPopulation("population")
	require.NoError(t, err)
	var formula funding.Formula
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		formula.Programmes = append(formula.Programmes, funding.Programme{Name: name, Share: columns[name], Base: name})
	}
	mixed := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: formula})
	overall := allocate(t, sp.Pounds(1_000_000_000), areas, funding.Policy{Formula: funding.Formula{Base: "wp_core_overall"}})
	near := 0
	for i, pence := range mixed.Minor() {
		if math.Abs(float64(pence)/float64(overall.Minor()[i])-1) < 0.01 {
			near++
		}
	}
	require.Greater(t, float64(near)/float64(len(codes)), 0.95)

	// Exact: in fractions, for the first practice.
	want := new(big.Rat)
	for name, share := range columns {
		sum, first := new(big.Rat), new(big.Rat)
		for i, code := range codes {
			d, _ := areas.Number(code, name)
			sum.Add(sum, d.Rat())
			if i == 0 {
				first = d.Rat()
			}
		}
		s, _ := new(big.Rat).SetString(share)
		want.Add(want, s.Mul(s, first.Quo(first, sum)))
	}
	e, err := mixed.Explain(codes[0])
	require.NoError(t, err)
	require.Zero(t, want.Mul(want, big.NewRat(100_000_000_000, 1)).Cmp(e.Steps[1].Money), "need by programme")
}
