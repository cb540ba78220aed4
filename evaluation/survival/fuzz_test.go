package survival_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

// sound fails unless a result is an error of input, or an estimate without NaN whose
// interval is in order.
func sound(t *testing.T, function string, e stat.Estimate, err error) {
	t.Helper()
	if err != nil {
		require.ErrorIs(t, err, sp.ErrInvalid, function)
		return
	}
	require.False(t, math.IsNaN(e.Value) || math.IsInf(e.Value, 0), "%s: %v", function, e)
	require.LessOrEqual(t, e.Interval.Lower, e.Interval.Upper, "%s: %v", function, e)
	_, err = json.Marshal(e)
	require.NoError(t, err, function)
}

func FuzzWaits(f *testing.F) {
	f.Add(.95, uint64(1))
	f.Add(.9999, uint64(2))
	f.Add(math.NaN(), uint64(3))
	f.Fuzz(fuzzWaits)
}

func fuzzWaits(t *testing.T, level float64, seed uint64) {
	stream := rand.New(rand.NewPCG(seed, 2))
	var groups [3]survival.Ends
	for range stream.IntN(40) {
		g, day := &groups[stream.IntN(3)], stream.IntN(1+stream.IntN(12))
		switch stream.IntN(3) {
		case 0:
			require.NoError(t, g.Waiting(day))
		case 1:
			require.NoError(t, g.Ended("begun", day))
		default:
			require.NoError(t, g.Ended("left", day))
		}
	}
	a, b, c := groups[0].Waits("begun"), groups[1].Waits("begun"), groups[2].Waits("begun")
	for _, test := range []survival.RankTest{survival.Gray("begun", &groups[0], &groups[1], &groups[2]), survival.LogRank(a, b, c), survival.PetoPeto(a, b, c)} {
		require.True(t, test.P >= 0 && test.P <= 1 && test.Statistic >= 0, "%+v", test)
	}
	for day := range 14 {
		for _, scale := range []survival.Scale{survival.LogScale, survival.LogLogScale, survival.PlainScale} {
			e, err := a.Curve().On(scale).Left(day, level)
			sound(t, "left", e, err)
			e, err = a.Curve().On(scale).Quantile(.5, level)
			sound(t, "quantile", e, err)
		}
		e, err := groups[0].Incidence("begun").By(day, level)
		sound(t, "incidence", e, err)
		e, err = a.Curve().RestrictedMean(day+1, level)
		sound(t, "mean", e, err)
	}
}
