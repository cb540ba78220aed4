package inequality_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// The delta method is a first order: moving each share by a little and fitting anew must
// give the same standard errors.
func TestTheErrorsOfALogisticSlopeAreWhatMovingEachShareGives(t *testing.T) {
	r, err := inequality.Rank([]float64{1, 2, 3, 4, 5}, []float64{78, 91, 162, 103, 105})
	require.NoError(t, err)
	values, errors := []float64{20, 30, 40, 50, 60}, []float64{5, 7, 10, 12, 5}
	const z, step = 1.959963984540054, 1e-5
	var slope, ratio float64
	for i := range values {
		at := func(by float64) inequality.Gradient {
			moved := append([]float64{}, values...)
			moved[i] += by
			g, err := r.LogisticGradient(moved, 100)
			require.NoError(t, err)
			return g
		}
		up, down := at(step), at(-step)
		slope += math.Pow((up.SII()-down.SII())/(2*step)*errors[i], 2)
		ratio += math.Pow((math.Log(up.Top/up.Bottom)-math.Log(down.Top/down.Bottom))/(2*step)*errors[i], 2)
	}
	s, err := r.LogisticSlope(values, errors, 100, .95)
	require.NoError(t, err)
	require.InEpsilon(t, s.SII.Value+z*math.Sqrt(slope), s.SII.Interval.Upper, 1e-7)
	require.InEpsilon(t, s.RII.Value*math.Exp(z*math.Sqrt(ratio)), s.RII.Interval.Upper, 1e-7)
	require.InEpsilon(t, s.RII.Value/math.Exp(z*math.Sqrt(ratio)), s.RII.Interval.Lower, 1e-7)
}
