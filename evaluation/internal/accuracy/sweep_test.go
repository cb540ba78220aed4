package accuracy_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/economics"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/quasi"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
	"github.com/socialprescribing/sp/internal/tier"
)

// estimatesIn returns all estimates in a result, however deep.
func estimatesIn(v reflect.Value, found *[]stat.Estimate) {
	switch v.Kind() { //nolint:exhaustive // numbers and words hold no estimate
	case reflect.Struct:
		if e, ok := reflect.TypeAssert[stat.Estimate](v); ok {
			*found = append(*found, e)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				estimatesIn(v.Field(i), found)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			estimatesIn(v.Index(i), found)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			estimatesIn(v.Elem(), found)
		}
	}
}

// Every function of the mathematics, with counts up to 1e12, ties everywhere, one group,
// infinities and levels from 0.5 to 0.9999: an error that is sp.ErrInvalid, or
// estimates that are complete, or say why they are not. Never NaN.
func TestAccuracyOfEveryEstimateIsCompleteOrSaysWhyNot(t *testing.T) {
	numbers := []float64{0, 1e-9, .5, 1, 2, 9, 10, 11, 1000, 1e6, 1e9, 1e12, 1 << 53, 1e100, math.MaxFloat64, -1, math.Inf(1), math.Inf(-1), math.NaN()}
	columns := [][]float64{nil, {1}, {1, 1}, {1, 2, 3}, {5, 5, 5, 5, 5}, {0, 0, 0}, {1e12, 1e12, 1e12}, {1e12, 1, 0}, {1, math.Inf(1)}, {1, math.NaN(), 2}, {-1, 2, 3}, {1e100, 1e-100, 1}, {3, 1, 4, 1, 5, 9, 2, 6}}
	calls, estimates := 0, 0
	check := func(name string, result any, err error, given ...any) {
		calls++
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid, "%s %v", name, given)
			return
		}
		var all []stat.Estimate
		estimatesIn(reflect.ValueOf(result), &all)
		estimates += len(all)
		for _, e := range all {
			if e.Method == "" && !e.Defined() {
				continue // a part that nothing is said about
			}
			what := fmt.Sprintf("%s %v: %#v", name, given, e)
			require.False(t, math.IsNaN(e.Value) || math.IsNaN(e.Interval.Lower) || math.IsNaN(e.Interval.Upper) || math.IsNaN(e.Numerator) || math.IsNaN(e.Denominator), what)
			require.NotEmpty(t, e.Method, what)
			require.NotEmpty(t, e.Of, what)
			require.Positive(t, e.Level, what)
			require.LessOrEqual(t, e.Interval.Lower, e.Interval.Upper, what)
			if e.Defined() {
				require.False(t, math.IsInf(e.Value, 0), what)
			}
			_, err := e.MarshalJSON()
			require.NoError(t, err, what)
		}
	}
	try := func(name string, f func() (any, error), given ...any) {
		defer func() {
			if r := recover(); r != nil {
				t.Fatalf("%s %v panics: %v", name, given, r)
			}
		}()
		result, err := f()
		if undefined, ok := errors.AsType[*inequality.UndefinedError](err); ok {
			require.NotEmpty(t, undefined.Reason)
		}
		check(name, result, err, given...)
	}
	levels := []float64{.5, .95, .998, .9999, 0, 1, math.NaN()}
	for _, level := range tier.Pick([]float64{.5, .9999}, levels, levels) {
		for _, x := range numbers {
			for _, m := range numbers {
				try("Proportion", func() (any, error) { return stat.Proportion(x, m, level) }, x, m, level)
				try("Rate", func() (any, error) { return stat.Rate(x, m, 1000, level) }, x, m, level)
				try("ClopperPearson", func() (any, error) { return stat.ClopperPearson(x, m, level) }, x, m, level)
				try("CostPerOutcome", func() (any, error) {
					return economics.CostPerOutcome(economics.Price{Amount: sp.Pounds(1000), Year: 2025, Source: "s"}, x, m, level)
				}, x, m, level)
				for _, z := range []float64{0, 1, 10, 1e12} {
					try("RiskDifference", func() (any, error) { return stat.RiskDifference(x, m, z, 1e12, level) }, x, m, z, level)
					try("RiskRatio", func() (any, error) { return stat.RiskRatio(x, m, z, 1e12, level) }, x, m, z, level)
					try("RateRatio", func() (any, error) { return stat.RateRatio(x, m, z, 1000, level) }, x, m, z, level)
					try("NewGap", func() (any, error) { return inequality.NewGap(x, 1, m, z, level) }, x, m, z, level)
				}
				try("Clustered", func() (any, error) {
					return stat.Clustered([]stat.Cluster{{Cases: x, Of: m}, {Cases: x, Of: m}, {Cases: 1, Of: 2}}, level)
				}, x, m, level)
			}
			try("Poisson", func() (any, error) { return stat.Poisson(x, level) }, x, level)
			try("Byar", func() (any, error) { return stat.Byar(x, level) }, x, level)
		}
		for _, y := range columns {
			try("Mean", func() (any, error) { return stat.Mean(y, level) }, y, level)
			try("Quantile", func() (any, error) { return stat.Quantile(y, .5, level) }, y, level)
			try("XmR", func() (any, error) { return spc.XmR(y, spc.Options{}) }, y)
			try("InterruptedSeries", func() (any, error) { return quasi.InterruptedSeries(y, quasi.Interruption{From: 1, Level: level}) }, y, level)
			for _, w := range columns {
				if g, err := inequality.NewGroups(y, w); err == nil {
					try("Groups.Estimates", func() (any, error) { return g.Estimates(y, level) }, y, w, level)
					try("EstimateMeanDifference", func() (any, error) { return g.EstimateMeanDifference(0, inequality.Equally, y, level) }, y, w, level)
					try("EstimateAttributable", func() (any, error) {
						risk, fraction, err := g.EstimateAttributable(0, y, level)
						return [2]stat.Estimate{risk, fraction}, err
					}, y, w, level)
				}
				if r, err := inequality.Rank(y, w); err == nil {
					for _, v := range columns {
						try("Slope", func() (any, error) { return r.Slope(v, nil, inequality.SlopeOptions{Level: level}) }, y, w, v, level)
						try("Slope with errors", func() (any, error) {
							return r.Slope(v, v, inequality.SlopeOptions{Level: level, Scale: inequality.Logarithmic})
						}, y, w, v, level)
						try("LogisticSlope", func() (any, error) { return r.LogisticSlope(v, nil, 1e13, level) }, y, w, v, level)
						try("EstimateConcentration", func() (any, error) { return r.EstimateConcentration(v, nil, level) }, y, w, v, level)
					}
				}
				var pairs []stat.Pair
				var persons []economics.Person
				for i := range min(len(y), len(w)) {
					pairs = append(pairs, stat.Pair{Before: y[i], After: sp.Know(w[i])})
					persons = append(persons, economics.Person{Cost: y[i], Effect: w[i]})
				}
				try("Paired", func() (any, error) { return stat.Paired(pairs, level) }, y, w, level)
				try("CostRatio", func() (any, error) { return economics.CostRatio(persons, level) }, y, w, level)
				try("Compare", func() (any, error) { return economics.Compare(persons, persons, level) }, y, w, level)
				try("AttributableFraction", func() (any, error) { return inequality.AttributableFraction(y, w, 0, level) }, y, w, level)
			}
		}
		for _, at := range []int{-1, 0, 6, 100, survival.MaxDuration} {
			var d survival.Durations
			var e survival.Ends
			for range 3 {
				try("Curve", func() (any, error) { return d.Curve().Left(at, level) }, at, level)
				try("Incidence", func() (any, error) { return e.Incidence("a").By(at, level) }, at, level)
				try("median", func() (any, error) { return e.Incidence("a").Quantile(.5, level) }, level)
				try("RestrictedMean", func() (any, error) { return d.Curve().RestrictedMean(at, level) }, at, level)
				require.NoError(t, d.Ended(6))
				require.NoError(t, e.Ended("a", 6))
			}
		}
	}
	t.Logf("%d calls, %d estimates", calls, estimates)
	require.Greater(t, estimates, 10_000)
}
