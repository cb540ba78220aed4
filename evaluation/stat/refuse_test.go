package stat_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// failed turns the result of a function into its error.
func failed[T any](_ T, err error) error { return err }

func TestEveryEstimateRefusesImpossibleInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := []stat.Band{{Events: 12, People: 100, Weight: 1}}
	stream := rand.New(rand.NewPCG(1, 1))
	zero := func([]int) float64 { return 0 }
	for name, err := range map[string]error{
		"Wilson of more cases than there are":        failed(stat.Wilson(11, 10, .95)),
		"Wilson of fewer than none":                  failed(stat.Wilson(-1, 10, .95)),
		"Wilson of nobody":                           failed(stat.Wilson(0, 0, .95)),
		"Wilson with certainty":                      failed(stat.Wilson(1, 10, 1)),
		"Wilson with all but certainty":              failed(stat.Wilson(1, 10, math.Nextafter(1, 0))),
		"ClopperPearson of no number":                failed(stat.ClopperPearson(1, nan, .95)),
		"ClopperPearson of no number of cases":       failed(stat.ClopperPearson(nan, 10, .95)),
		"ClopperPearson without end":                 failed(stat.ClopperPearson(1, inf, .95)),
		"ClopperPearson at a level next to nothing":  failed(stat.ClopperPearson(1, 10, 5e-324)),
		"ClopperPearson of a part of a case":         failed(stat.ClopperPearson(5e-324, 10, .95)),
		"ClopperPearson of a part of all":            failed(stat.ClopperPearson(0, 5e-324, .95)),
		"ClopperPearson of more than can be exact":   failed(stat.ClopperPearson(1e12, 1e15, .95)),
		"ClopperPearson at a level beyond the exact": failed(stat.ClopperPearson(0, 1e5, .99999)),
		"Poisson of events without end":              failed(stat.Poisson(2e12, .95)),
		"Poisson at a level in percent":              failed(stat.Poisson(1, 95)),
		"Poisson of a negative count":                failed(stat.Poisson(-1, .95)),
		"Byar of an infinite count":                  failed(stat.Byar(inf, .95)),
		"Byar at a level that is none":               failed(stat.Byar(1, nan)),
		"Proportion of more than all":                failed(stat.Proportion(2, 1, .95)),
		"Proportion of nobody at no level":           failed(stat.Proportion(0, 0, 0)),
		"Rate of events over nothing":                failed(stat.Rate(1, 0, 1000, .95)),
		"Rate over less than nothing":                failed(stat.Rate(1, -2, 1000, .95)),
		"Rate per nothing":                           failed(stat.Rate(1, 10, 0, .95)),
		"Rate of nothing over nothing at no level":   failed(stat.Rate(0, 0, 1, 2)),
		"Mean of a value that is none":               failed(stat.Mean([]float64{1, nan}, .95)),
		"Mean of an infinite value":                  failed(stat.Mean([]float64{1, inf}, .95)),
		"Quantile at no level":                       failed(stat.Quantile(nil, .5, 1)),
		"Quantile beyond all":                        failed(stat.Quantile([]float64{1}, 1.1, .95)),
		"Quantile of no share":                       failed(stat.Quantile([]float64{1}, nan, .95)),
		"QuantileGroups of one":                      failed(stat.QuantileGroups([]float64{1, 2}, 1)),
		"QuantileGroups of an infinite value":        failed(stat.QuantileGroups([]float64{1, inf}, 2)),
		"QuantileGroups of too few areas":            failed(stat.QuantileGroups([]float64{1, nan, 3}, 5)),
		"Direct without bands":                       failed(stat.Direct(nil, 1, .95)),
		"Direct of a band without people":            failed(stat.Direct([]stat.Band{{Events: 1, Weight: 1}}, 1, .95)),
		"Direct of a negative count":                 failed(stat.Direct([]stat.Band{{Events: -1, People: 1, Weight: 1}}, 1, .95)),
		"Direct of a negative weight":                failed(stat.Direct([]stat.Band{{People: 1, Weight: -1}}, 1, .95)),
		"Direct without weights":                     failed(stat.Direct([]stat.Band{{Events: 20, People: 100}}, 1, .95)),
		"Direct per nothing":                         failed(stat.Direct(good, 0, .95)),
		"DirectRepeated of fewer than no persons":    failed(stat.DirectRepeated([]stat.RepeatBand{{Persons: []float64{-1}, People: 1, Weight: 1}}, 1, .95)),
		"IndirectRatio without strata":               failed(stat.IndirectRatio(1, nil, 1, .95)),
		"IndirectRate of a reference without people": failed(stat.IndirectRate(1, []stat.Stratum{{People: 1, ReferenceEvents: 1}}, 1, .95)),
		"RateRatio of a part of an event":            failed(stat.RateRatio(.5, 1, 1, 1, .95)),
		"RateRatio over nothing":                     failed(stat.RateRatio(1, 0, 1, 1, .95)),
		"RiskDifference of nobody":                   failed(stat.RiskDifference(0, 0, 1, 2, .95)),
		"RiskRatio of more than all":                 failed(stat.RiskRatio(1, 2, 3, 2, .95)),
		"Clustered of more than all":                 failed(stat.Clustered([]stat.Cluster{{Cases: 2, Of: 1}}, .95)),
		"Paired of a score that is none":             failed(stat.Paired([]stat.Pair{{nan, sp.Know(1.0)}}, .95)),
		"Paired of an infinite follow-up":            failed(stat.Paired([]stat.Pair{{1, sp.Know(inf)}}, .95)),
		"NewReliability without spread":              failed(stat.NewReliability(0, .8, .95)),
		"NewReliability of a perfect questionnaire":  failed(stat.NewReliability(1, 1, .95)),
		"RegressionToMean of no correlation":         failed(stat.RegressionToMean(stat.Change{}, 1, 2)),
		"Alpha of one person":                        failed(stat.Alpha([][]float64{{1, 2}}, .95)),
		"Alpha of a missing answer":                  failed(stat.Alpha([][]float64{{1, 2}, {1}}, .95)),
		"McNemar of a part of a person":              failed(stat.McNemar(.5, 1)),
		"SignedRank of a change that is none":        failed(stat.SignedRank([]float64{nan})),
		"Bootstrap of nobody":                        failed(stat.Bootstrap(stream, 0, stat.Resampling{}, zero)),
		"Bootstrap without a stream":                 failed(stat.Bootstrap(nil, 1, stat.Resampling{}, zero)),
		"Bootstrap of few":                           failed(stat.Bootstrap(stream, 1, stat.Resampling{Replicates: 10}, zero)),
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, err, sp.ErrInvalid) })
	}
}

func TestWhatTheDataCannotTellIsUndefinedWithItsReason(t *testing.T) {
	change, err := stat.Paired(nil, .95)
	require.NoError(t, err)
	mcnemar, err := stat.McNemar(0, 0)
	require.NoError(t, err)
	signed, err := stat.SignedRank([]float64{0, 0})
	require.NoError(t, err)
	clustered := func(c ...stat.Cluster) stat.Undefined {
		s, err := stat.Clustered(c, .95)
		require.NoError(t, err)
		return s.Undefined
	}
	of := func(e stat.Estimate, err error) stat.Undefined {
		t.Helper()
		require.NoError(t, err)
		require.False(t, math.IsNaN(e.Interval.Lower) || math.IsNaN(e.Interval.Upper))
		require.Zero(t, e.Value)
		return e.Undefined
	}
	ratio := func(x1, x2 float64) stat.Undefined {
		c, err := stat.RateRatio(x1, 10, x2, 10, .95)
		require.NoError(t, err)
		return c.Undefined
	}
	for name, c := range map[string]struct{ want, got stat.Undefined }{
		"Proportion of nobody":                       {stat.NoCases, of(stat.Proportion(0, 0, .95))},
		"Rate over nothing":                          {stat.NoExposure, of(stat.Rate(0, 0, 1000, .95))},
		"Mean of one value":                          {stat.TooFewValues, of(stat.Mean([]float64{3}, .95))},
		"Mean of equal values":                       {stat.NoSpread, of(stat.Mean([]float64{3, 3}, .95))},
		"Direct of nine events":                      {stat.TooFewEvents, of(stat.Direct([]stat.Band{{9, 100, 1}}, 1, .95))},
		"IndirectRatio where nothing is expected":    {stat.NoExpected, of(stat.IndirectRatio(1, []stat.Stratum{{1, 0, 1}}, 1, .95))},
		"RateRatio without events":                   {stat.NoCases, ratio(0, 0)},
		"RateRatio without events to compare":        {stat.NoComparison, ratio(5, 0)},
		"RiskRatio without events":                   {stat.NoEvents, of(stat.RiskRatio(0, 5, 1, 5, .95))},
		"Clustered of nobody":                        {stat.NoCases, clustered()},
		"Clustered of one person":                    {stat.TooFewValues, clustered(stat.Cluster{1, 2}, stat.Cluster{})},
		"Paired without pairs":                       {stat.TooFewValues, change.Mean.Undefined},
		"Alpha of people with one sum":               {stat.NoSpread, of(stat.Alpha([][]float64{{1, 2}, {2, 1}}, .95))},
		"McNemar where nobody changed":               {stat.NoCases, mcnemar.Exact.Undefined},
		"SignedRank where nobody changed":            {stat.NoSpread, signed.Undefined},
		"Bootstrap of a statistic without any value": {stat.Unbounded, of(stat.Replicas{Value: math.NaN(), Draws: make([]float64, 100)}.Percentile(.95))},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.got) })
	}
	require.ErrorIs(t, stat.NoCases, sp.ErrInvalid)
	require.EqualError(t, stat.NoCases, "stat: undefined: there are no cases")
}

func TestAnEstimateComesBackFromJSONWithItsOpenLimits(t *testing.T) {
	for name, e := range map[string]stat.Estimate{
		"a share":          {Value: .5, Interval: stat.Interval{Lower: .1, Upper: .9}, Level: .95, Method: stat.MethodWilson, Numerator: 1, Denominator: 2, Per: 1},
		"an open limit":    {Value: 12, Interval: stat.Interval{Lower: 3, Upper: math.Inf(1)}, Level: .95, Method: stat.MethodKaplanMeier},
		"open on each end": {Interval: stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}, Level: .9, Undefined: stat.TooFewValues},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(e)
			require.NoError(t, err)
			var back stat.Estimate
			require.NoError(t, json.Unmarshal(data, &back))
			require.Equal(t, e, back)
			require.Equal(t, !e.Defined(), string(data[:13]) == `{"value":null`)
		})
	}
	for name, text := range map[string]string{
		"a value without an interval": `{"value":1}`,
		"no value and no reason":      `{"value":null,"interval":{"lower":1,"upper":2}}`,
		"a value beside a reason":     `{"value":1,"interval":{"lower":1,"upper":2},"undefined":"x"}`,
		"limits the wrong way round":  `{"value":1,"interval":{"lower":3,"upper":2}}`,
		"something else":              `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			var e stat.Estimate
			require.ErrorIs(t, json.Unmarshal([]byte(text), &e), sp.ErrInvalid)
		})
	}
}

func TestAnEstimateReadsWell(t *testing.T) {
	e := stat.Estimate{Value: 3, Level: .95, Method: stat.MethodStudent}
	for want, i := range map[string]stat.Interval{
		"3 (1 to 4.50), Student's t 95 %":         {Lower: 1, Upper: 4.5},
		"3 (1 or more), Student's t 95 %":         {Lower: 1, Upper: math.Inf(1)},
		"3 (123 or less), Student's t 95 %":       {Lower: math.Inf(-1), Upper: 123.4},
		"3 (without limits), Student's t 95 %":    {Lower: math.Inf(-1), Upper: math.Inf(1)},
		"3 (0.0123 to 45.7), Student's t 95 %":    {Lower: .01234, Upper: 45.67},
		"3 (-1235 to 1.23e-07), Student's t 95 %": {Lower: -1234.56, Upper: 1.23e-7},
	} {
		e.Interval = i
		require.Equal(t, want, e.String())
	}
}
