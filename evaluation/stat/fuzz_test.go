package stat_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
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

func FuzzEstimates(f *testing.F) {
	for _, v := range []float64{0, 1, 9, 10, .5, -1, 1e12, 1 << 53, 1e100, 1e308, 5e-324, math.Inf(1), math.NaN()} {
		f.Add(v, 100.0, 5.0, 80.0, .95)
		f.Add(3.0, v, v, 20.0, .9999)
		f.Add(3.0, 12.0, 8.0, v, .5)
	}
	f.Fuzz(func(t *testing.T, a, b, c, d, level float64) {
		check := func(function string) func(stat.Estimate, error) {
			return func(e stat.Estimate, err error) { t.Helper(); sound(t, function, e, err) }
		}
		check("proportion")(stat.Proportion(a, b, level))
		check("rate")(stat.Rate(a, b, c, level))
		check("mean")(stat.Mean([]float64{a, b, c, d}, level))
		check("direct")(stat.Direct([]stat.Band{{a, b, 3}, {c, d, 2}}, 1000, level))
		check("repeated")(stat.DirectRepeated([]stat.RepeatBand{{[]float64{a, c}, b, d}}, 1000, level))
		check("indirect rate")(stat.IndirectRate(a, []stat.Stratum{{b, c, d}}, 100, level))
		check("indirect ratio")(stat.IndirectRatio(a, []stat.Stratum{{b, c, d}, {d, c, b}}, 100, level))
		check("risk difference")(stat.RiskDifference(a, b, c, d, level))
		check("risk ratio")(stat.RiskRatio(a, b, c, d, level))
		ratio, err := stat.RateRatio(a, b, c, d, level)
		sound(t, "rate ratio", ratio.Estimate, err)
		require.False(t, math.IsNaN(ratio.P))
		share, err := stat.Clustered([]stat.Cluster{{a, b}, {c, d}, {1, 2}}, level)
		sound(t, "clustered", share.Estimate, err)
		change, err := stat.Paired([]stat.Pair{{a, sp.Know(b)}, {c, sp.Know(d)}, {b, sp.Known[float64]{}}}, level)
		sound(t, "paired", change.Mean, err)
		for _, e := range []stat.Estimate{change.SRM, change.Effect, change.DAv, change.DRm, change.Correlation} {
			sound(t, "effect size", e, nil)
		}
		require.False(t, math.IsNaN(change.Test.P), "%+v", change)
		shift, err := stat.RegressionToMean(change, c, .5)
		sound(t, "regression to the mean", shift.Beyond, err)
	})
}

func FuzzEstimateJSON(f *testing.F) {
	f.Add(`{"value":1,"interval":{"lower":null,"upper":2},"level":0.95,"method":"Wilson","numerator":1,"denominator":2,"per":1}`)
	f.Add(`{"value":null,"interval":{"lower":0,"upper":1},"undefined":"there are no cases"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var e stat.Estimate
		err := json.Unmarshal([]byte(text), &e)
		if err != nil {
			if _, ok := errors.AsType[*json.SyntaxError](err); !ok {
				require.ErrorIs(t, err, sp.ErrInvalid)
			}
			return
		}
		again, err := json.Marshal(e)
		require.NoError(t, err)
		var back stat.Estimate
		require.NoError(t, json.Unmarshal(again, &back))
		require.Equal(t, e, back)
	})
}
