package inequality_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// sampled returns so many incomes, drawn from a distribution whose Gini coefficient is 1/2, with
// ties and with weights that have nothing to do with them.
func sampled(stream *rand.Rand, n int) (values, weights []float64) {
	for range n {
		values = append(values, math.Round(1000*stream.ExpFloat64())/10)
		weights = append(weights, 1+4*stream.Float64())
	}
	return values, weights
}

func half(e stat.Estimate) float64 { return (e.Interval.Upper - e.Interval.Lower) / 2 }

func TestTheLinearisedGiniAndItsJackknifeHaveOneError(t *testing.T) {
	stream := rand.New(rand.NewPCG(1, 9))
	for range 5 {
		values, weights := sampled(stream, 400)
		for _, w := range [][]float64{nil, weights} {
			d, err := inequality.NewDistribution(values, w)
			require.NoError(t, err)
			fast, err := d.EstimateGini(.95)
			require.NoError(t, err)
			slow, err := d.Jackknife((*inequality.Distribution).Gini, .95)
			require.NoError(t, err)
			require.InDelta(t, fast.Value, slow.Value, 0)
			require.InEpsilon(t, half(slow), half(fast), .05)
		}
		// Unweighted, it is the standard error of the concentration index by one's own rank.
		r, err := inequality.Rank(values, nil)
		require.NoError(t, err)
		se, err := r.ConcentrationError(values)
		require.NoError(t, err)
		d, err := inequality.NewDistribution(values, nil)
		require.NoError(t, err)
		e, err := d.EstimateGini(.95)
		require.NoError(t, err)
		require.InEpsilon(t, 1.959963984540054*se*math.Sqrt(400.0/399), half(e), 1e-10)
	}
}

// slowJackknife builds every sample without one item anew.
func slowJackknife(t *testing.T, values, weights []float64, measure func(*inequality.Distribution) float64) float64 {
	t.Helper()
	var all []float64
	var mean, squares float64
	n := float64(len(values))
	for i := range values {
		d, err := inequality.NewDistribution(append(append([]float64{}, values[:i]...), values[i+1:]...), append(append([]float64{}, weights[:i]...), weights[i+1:]...))
		require.NoError(t, err)
		all = append(all, measure(d))
		mean += all[i] / n
	}
	for _, v := range all {
		squares += (v - mean) * (v - mean)
	}
	return 1.959963984540054 * math.Sqrt(squares*(n-1)/n)
}

func TestTheJackknifeIsThatOfSamplesBuiltAnew(t *testing.T) {
	values, weights := sampled(rand.New(rand.NewPCG(4, 4)), 60)
	d, err := inequality.NewDistribution(values, weights)
	require.NoError(t, err)
	for name, measure := range map[string]func(*inequality.Distribution) float64{
		"Gini": (*inequality.Distribution).Gini, "Theil": (*inequality.Distribution).Theil, "Hoover": (*inequality.Distribution).Hoover,
		"Atkinson": func(d *inequality.Distribution) float64 { v, _ := d.Atkinson(.5); return v },
	} {
		e, err := d.Jackknife(measure, .95)
		require.NoError(t, err)
		require.InEpsilon(t, measure(d), e.Value, 1e-12)
		require.InEpsilon(t, slowJackknife(t, values, weights, measure), half(e), 1e-9, name)
	}
}

func TestTheIntervalOfTheGiniHoldsTheTruthAsOftenAsItSays(t *testing.T) {
	stream, held := rand.New(rand.NewPCG(2, 7)), [2]int{}
	const trials = 600
	for range trials {
		values, weights := sampled(stream, 300)
		for i, w := range [][]float64{nil, weights} {
			d, err := inequality.NewDistribution(values, w)
			require.NoError(t, err)
			e, err := d.EstimateGini(.95)
			require.NoError(t, err)
			if e.Interval.Contains(.5) {
				held[i]++
			}
		}
	}
	for _, n := range held {
		require.InDelta(t, .94, float64(n)/trials, .025)
	}
}

func TestADistributionThatTellsNothingOfASampleIsUndefined(t *testing.T) {
	one, err := inequality.NewDistribution([]float64{3}, nil)
	require.NoError(t, err)
	alike, err := inequality.NewDistribution([]float64{3, 3}, nil)
	require.NoError(t, err)
	for _, c := range []struct {
		d    *inequality.Distribution
		want stat.Undefined
	}{{one, stat.TooFewValues}, {alike, stat.NoSpread}} {
		e, err := c.d.EstimateGini(.95)
		require.NoError(t, err)
		require.Equal(t, c.want, e.Undefined)
		e, err = c.d.Jackknife((*inequality.Distribution).Theil, .95)
		require.NoError(t, err)
		require.Equal(t, c.want, e.Undefined)
	}
	_, err = one.EstimateGini(1)
	require.ErrorIs(t, err, sp.ErrInvalid)
	poor, err := inequality.NewDistribution([]float64{0, 0, 5}, nil)
	require.NoError(t, err)
	e, err := poor.Jackknife((*inequality.Distribution).Gini, .95)
	require.NoError(t, err)
	require.Equal(t, stat.Unbounded, e.Undefined, "without the third, nobody has anything")
}
