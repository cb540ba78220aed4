package inequality_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// measured returns the estimates of groups by name, and what they are without error.
func measured(t require.TestingT, values, population, errors []float64) map[string]stat.Estimate {
	g, err := inequality.NewGroups(values, population)
	require.NoError(t, err)
	e, err := g.Estimates(errors, .95)
	require.NoError(t, err)
	risk, fraction, err := g.EstimateAttributable(len(values)-1, errors, .95)
	require.NoError(t, err)
	order := make([]float64, len(values))
	for i := range order {
		order[i] = float64(i)
	}
	r, err := inequality.Rank(order, population)
	require.NoError(t, err)
	c, err := r.EstimateConcentration(values, errors, .95)
	require.NoError(t, err)
	from, err := g.EstimateMeanDifference(len(values)-1, inequality.ByPopulation, errors, .95)
	require.NoError(t, err)
	equally, err := g.EstimateMeanDifference(0, inequality.Equally, errors, .95)
	require.NoError(t, err)
	return map[string]stat.Estimate{
		"mean": e.Mean, "variance": e.Variance, "deviation": e.Deviation, "variation": e.Variation, "theil": e.Theil, "mld": e.MLD,
		"attributable risk": risk, "attributable fraction": fraction, "concentration": c.Index, "absolute concentration": c.Absolute,
		"mean difference": e.MeanDifference.ByPopulation, "mean difference of groups": e.MeanDifference.Equally,
		"disparity": e.Disparity.ByPopulation, "disparity of groups": e.Disparity.Equally,
		"mean difference from the last": from, "mean difference from the first, of groups": equally,
	}
}

func TestTheLimitsOfGroupsHoldTheTruthAsOftenAsTheySay(t *testing.T) {
	truth, population, errors := []float64{52, 61, 58, 70, 75}, []float64{9, 21, 12, 8, 14}, []float64{1.5, 1, 1.2, 1.8, 1.1}
	want := measured(t, truth, population, errors)
	stream := rand.New(rand.NewPCG(7, 7))
	const times = 4000
	held := map[string]int{}
	for range times {
		drawn := make([]float64, len(truth))
		for i, v := range truth {
			drawn[i] = v + errors[i]*stream.NormFloat64()
		}
		for name, e := range measured(t, drawn, population, errors) {
			if e.Interval.Contains(want[name].Value) {
				held[name]++
			}
		}
	}
	require.Len(t, held, 16)
	for name, n := range held {
		require.InDelta(t, .95, float64(n)/times, .012, name)
	}
}

func TestTheErrorOfAMeasureIsItsSlopeTimesThatOfAGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "groups")
		values := rapid.SliceOfN(rapid.Float64Range(1, 100), n, n).Draw(t, "values")
		values[n-1] += 101 // so that the last is the best
		population := rapid.SliceOfN(rapid.Float64Range(1, 50), n, n).Draw(t, "population")
		at := rapid.IntRange(0, n-1).Draw(t, "at")
		errors := make([]float64, n)
		errors[at] = 1e-4 // so small that the second order of the variance does not show
		got := measured(t, values, population, errors)
		up, down := append([]float64{}, values...), append([]float64{}, values...)
		up[at], down[at] = up[at]+1e-3, down[at]-1e-3
		above, below := measured(t, up, population, errors), measured(t, down, population, errors)
		mean, kink := got["mean"].Value, false // where a distance is 0 it has no slope
		for i, v := range values {
			for _, other := range append(values[:i:i], mean) {
				kink = kink || math.Abs(v-other) < .01
			}
		}
		for name, e := range got {
			if kink && (strings.HasPrefix(name, "mean difference") || strings.HasPrefix(name, "disparity")) {
				continue
			}
			slope := math.Abs(above[name].Value-below[name].Value) / 2e-3
			half := e.Interval.Upper - e.Value
			require.InDelta(t, slope, half/1.959963984540054/1e-4, 1e-4*max(1, slope), name)
		}
	})
}

func TestAGroupDistanceHasLimitsBySimulation(t *testing.T) {
	g, err := inequality.NewGroups([]float64{52, 61, 58, 70, 75}, []float64{9, 21, 12, 8, 14})
	require.NoError(t, err)
	errors := []float64{1.5, 1, 1.2, 1.8, 1.1}
	distance := func(g *inequality.Groups) float64 { return g.MeanDifference(g.Mean(), inequality.ByPopulation) }
	r, err := g.Simulate(rand.New(rand.NewPCG(1, 2)), errors, 0, distance)
	require.NoError(t, err)
	require.InDelta(t, distance(g), r.Value, 0)
	require.Len(t, r.Draws, 10_000)
	e, err := r.Percentile(.95)
	require.NoError(t, err)
	require.True(t, e.Interval.Contains(e.Value), e)
	require.Less(t, e.Interval.Upper-e.Interval.Lower, 4.0)
	again, err := g.Simulate(rand.New(rand.NewPCG(1, 2)), errors, 0, distance)
	require.NoError(t, err)
	require.Equal(t, r, again, "the same stream gives the same")
	mean, err := g.Simulate(rand.New(rand.NewPCG(1, 2)), errors, 0, (*inequality.Groups).Mean)
	require.NoError(t, err)
	simulated, err := mean.Percentile(.95)
	require.NoError(t, err)
	closed, err := g.Estimates(errors, .95)
	require.NoError(t, err)
	require.InDelta(t, closed.Mean.Interval.Lower, simulated.Interval.Lower, .05)
	require.InDelta(t, closed.Mean.Interval.Upper, simulated.Interval.Upper, .05)
}

func TestTheAttributableFractionHoldsTheTruthAsOftenAsItSays(t *testing.T) {
	people, rate := []float64{400, 900, 700}, []float64{.30, .22, .12}
	truth := 1 - .12/((400*.30+900*.22+700*.12)/2000)
	stream, held := rand.New(rand.NewPCG(3, 9)), 0
	const times = 3000
	for range times {
		cases, asked := make([]float64, 3), make([]float64, 3)
		for range 2000 { // people are drawn, so that the groups' sizes vary too
			group := 0
			for u := stream.Float64() * 2000; u >= people[group]; group++ {
				u -= people[group]
			}
			asked[group]++
			if stream.Float64() < rate[group] {
				cases[group]++
			}
		}
		e, err := inequality.AttributableFraction(cases, asked, 2, .95)
		require.NoError(t, err)
		if e.Interval.Contains(truth) {
			held++
		}
	}
	require.InDelta(t, .95, float64(held)/times, .015)
}

func TestGroupsWithoutErrorsOrDifferencesSaySo(t *testing.T) {
	g, err := inequality.NewGroups([]float64{3, 3}, nil)
	require.NoError(t, err)
	e, err := g.Estimates([]float64{1, 1}, .95)
	require.NoError(t, err)
	require.True(t, e.Mean.Defined() && e.Variance.Defined())
	_, err = g.EstimateMeanDifference(2, inequality.Equally, []float64{1, 1}, .95)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = g.EstimateMeanDifference(0, inequality.Equally, []float64{1}, .95)
	require.ErrorIs(t, err, sp.ErrInvalid)
	for _, e := range []stat.Estimate{e.Deviation, e.Variation, e.Theil, e.MLD, e.MeanDifference.Equally, e.Disparity.ByPopulation} {
		require.Equal(t, stat.NoSpread, e.Undefined)
	}
	g, err = inequality.NewGroups([]float64{0, 3}, nil)
	require.NoError(t, err)
	e, err = g.Estimates([]float64{0, 1}, .95)
	require.NoError(t, err)
	require.True(t, e.Theil.Defined())
	require.Equal(t, stat.Unbounded, e.MLD.Undefined)
	nobody, err := inequality.AttributableFraction([]float64{0, 0}, []float64{3, 4}, 0, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoCases, nobody.Undefined)
	zero, err := inequality.NewGroups([]float64{0, 0}, nil)
	require.NoError(t, err)
	stream := rand.New(rand.NewPCG(1, 1))
	r, err := inequality.Rank([]float64{1, 2}, nil)
	require.NoError(t, err)
	of := func(_ any, err error) error { return err }
	three := func(_, _ any, err error) error { return err }
	for name, err := range map[string]error{
		"one error for two groups":           of(g.Estimates([]float64{1}, .95)),
		"a negative error":                   of(g.Estimates([]float64{1, -1}, .95)),
		"no level":                           of(g.Estimates([]float64{1, 1}, 1)),
		"a reference that is none":           three(g.EstimateAttributable(2, []float64{1, 1}, .95)),
		"a fraction of nothing":              three(zero.EstimateAttributable(0, []float64{1, 1}, .95)),
		"no stream":                          of(g.Simulate(nil, []float64{1, 1}, 0, (*inequality.Groups).Mean)),
		"few replicates":                     of(g.Simulate(stream, []float64{1, 1}, 10, (*inequality.Groups).Mean)),
		"more cases than people":             of(inequality.AttributableFraction([]float64{2}, []float64{1}, 0, .95)),
		"cases without people":               of(inequality.AttributableFraction([]float64{2}, nil, 0, .95)),
		"no group of reference":              of(inequality.AttributableFraction([]float64{1}, []float64{1}, -1, .95)),
		"cases at no level":                  of(inequality.AttributableFraction([]float64{1}, []float64{1}, 0, 0)),
		"a regression of two":                of(r.EstimateConcentration([]float64{1, 2}, nil, .95)),
		"a concentration at no level":        of(r.EstimateConcentration([]float64{1, 2}, nil, 2)),
		"a concentration with a wrong error": of(r.EstimateConcentration([]float64{1, 2}, []float64{1, math.NaN()}, .95)),
	} {
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
}
