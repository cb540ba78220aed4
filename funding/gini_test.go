package funding

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

func TestLorenzIsTheGiniCoefficientOfTheSortedAreasAndNeverTooLow(t *testing.T) {
	l := new(lorenz)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3_000).Draw(t, "areas")
		levels := rapid.SampledFrom([]int{1, 2, 10, 1 << 20}).Draw(t, "levels")
		noise := rapid.SampledFrom([]float64{0, 1e-6, 1, 1e4}).Draw(t, "noise")
		skewed := rapid.Bool().Draw(t, "skewed")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		values, people := make([]float64, n), make([]float64, n)
		for i := range values {
			values[i] = float64(1000+r.IntN(levels)) + noise*r.Float64()
			if skewed {
				values[i] = math.Exp(min(values[i]/2000, 20))
			}
			people[i] = float64(r.IntN(2000)) + 0.25
		}
		got := l.gini(values, people, slices.Min(values), slices.Max(values))
		exact, err := inequality.NewDistribution(values, people)
		require.NoError(t, err)
		require.Empty(t, got.Missing)
		require.Less(t, exact.Gini()-got.Value, 1e-12)
		require.Less(t, got.Value-exact.Gini(), exactEnough+1e-12)
	})
	for says, values := range map[string][]float64{
		"nobody has anything":  make([]float64, fewAreas),
		"must not be negative": append(make([]float64, fewAreas), -1, 5),
	} {
		require.Contains(t, l.gini(values, slices.Repeat([]float64{1}, len(values)), slices.Min(values), slices.Max(values)).Missing, says)
	}
}

func TestLorenzSortsWhereItsStepsAreTooCoarse(t *testing.T) {
	values, people := make([]float64, 1000), slices.Repeat([]float64{1}, 1000)
	for i := range values {
		values[i] = float64(i)
	}
	values[999] = 1e9 // all others lie in the first step
	l := new(lorenz)
	_, within, ok := l.stepwise(values, people, 0, 1e9)
	require.True(t, ok)
	require.Greater(t, within, exactEnough)
	require.NotNil(t, l.gini(values, people, 0, 1e9))
	require.NotNil(t, l.distribution)
}
