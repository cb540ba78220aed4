package inequality_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func FuzzSlope(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, 4.0, .5, .95, 1.0, uint8(0))
	f.Add(.1, .2, .3, .9, 0.0, .9999, -100.0, uint8(2))
	f.Add(1e100, 1e-100, 5.0, 5.0, 1e100, .5, 1e100, uint8(1))
	f.Add(-1.0, 0.0, math.NaN(), math.Inf(1), -1.0, 1.0, 0.0, uint8(0))
	f.Fuzz(func(t *testing.T, a, b, c, d, se, level, multiplier float64, which uint8) {
		r, err := inequality.Rank([]float64{1, 2, 3, 4}, []float64{3, 1, 2, 2})
		require.NoError(t, err)
		values, errors := []float64{a, b, c, d}, []float64{se, se, se, se}
		o := inequality.SlopeOptions{Scale: inequality.Scale(which % 3), Level: level, Multiplier: multiplier}
		if which >= 128 {
			errors = nil
		}
		s, err := r.Slope(values, errors, o)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
		} else {
			for _, e := range []stat.Estimate{s.SII, s.RII} {
				require.False(t, math.IsNaN(e.Value) || math.IsInf(e.Value, 0), "%+v", s)
				require.LessOrEqual(t, e.Interval.Lower, e.Interval.Upper, "%+v", s)
				_, err := json.Marshal(e)
				require.NoError(t, err)
			}
		}
		if g, err := r.LogisticGradient(values, level); err == nil {
			require.False(t, math.IsNaN(g.SII()), "%+v", g)
		}
		if g, err := inequality.NewGroups(values, []float64{3, 1, 2, 2}); err == nil {
			v, err := g.Variation()
			require.True(t, err != nil || !math.IsNaN(v), "%v", v)
			e, err := g.Estimates(errors, level)
			soundGroups(t, err, e.Mean, e.Variance, e.Deviation, e.Variation, e.Theil, e.MLD)
			risk, fraction, err := g.EstimateAttributable(3, errors, level)
			soundGroups(t, err, risk, fraction)
		}
		if e, err := r.EstimateConcentration(values, errors, level); err == nil {
			soundGroups(t, err, e.Index, e.Absolute)
		}
		if e, err := r.EstimateConcentration(values, nil, level); err == nil {
			soundGroups(t, err, e.Index, e.Absolute)
		}
		e, err := inequality.AttributableFraction(values[:2], values[2:], 0, level)
		soundGroups(t, err, e)
		if g, err := inequality.NewGap(a, b, c, d, level); err == nil {
			require.LessOrEqual(t, g.Ratio.Interval.Lower, g.Ratio.Interval.Upper, "%+v", g)
			require.LessOrEqual(t, g.Difference.Interval.Lower, g.Difference.Interval.Upper, "%+v", g)
		}
	})
}

// soundGroups fails unless there is an error of input, or estimates are without NaN and
// their intervals in order.
func soundGroups(t *testing.T, err error, estimates ...stat.Estimate) {
	t.Helper()
	if err != nil {
		require.ErrorIs(t, err, sp.ErrInvalid)
		return
	}
	for _, e := range estimates {
		require.False(t, math.IsNaN(e.Value) || math.IsInf(e.Value, 0), "%+v", e)
		require.LessOrEqual(t, e.Interval.Lower, e.Interval.Upper, "%+v", e)
	}
}
