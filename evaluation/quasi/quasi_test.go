package quasi_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/quasi"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// failed turns the result of a function into its error.
func failed[T any](_ T, err error) error { return err }

func TestEachDifferenceAndSeriesThatIsImpossibleIsRefused(t *testing.T) {
	nan := math.NaN()
	for name, err := range map[string]error{
		"InterruptedSeries that is short":                   failed(quasi.InterruptedSeries(make([]float64, 15), quasi.Interruption{From: 8})),
		"InterruptedSeries from outside":                    failed(quasi.InterruptedSeries(make([]float64, 20), quasi.Interruption{From: -1})),
		"InterruptedSeries with a longer lag":               failed(quasi.InterruptedSeries(make([]float64, 20), quasi.Interruption{From: 10, Lag: 20})),
		"InterruptedCounts without events":                  failed(quasi.InterruptedCounts(exposures(20), quasi.Interruption{From: 10})),
		"InterruptedCounts without exposure":                failed(quasi.InterruptedCounts(make([]quasi.CountPoint, 20), quasi.Interruption{From: 10})),
		"DifferenceInDifferences of one group":              failed(quasi.DifferenceInDifferences([]quasi.Observation{{Unit: "a", Joined: true}, {Unit: "b", Joined: true}}, .95)),
		"TwoWayDifference of a unit in both groups":         failed(quasi.TwoWayDifference([]quasi.Observation{{Unit: "a", Joined: true}, {Unit: "a"}}, .95)),
		"InterruptedSeries of a value that is none":         failed(quasi.InterruptedSeries([]float64{nan}, quasi.Interruption{From: 0})),
		"InterruptedSeries at no level":                     failed(quasi.InterruptedSeries(make([]float64, 20), quasi.Interruption{From: 10, Level: 2})),
		"DifferenceInDifferences of a value that is none":   failed(quasi.DifferenceInDifferences([]quasi.Observation{{Y: nan}}, .95)),
		"DifferenceInDifferences of a period on both sides": failed(quasi.DifferenceInDifferences([]quasi.Observation{{Unit: "a", Period: "p"}, {Unit: "b", Period: "p", After: true}}, .95)),
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, err, sp.ErrInvalid) })
	}
}

func exposures(n int) []quasi.CountPoint {
	points := make([]quasi.CountPoint, n)
	for i := range points {
		points[i].Exposure = 1
	}
	return points
}

func TestInterruptedSeriesFindsWhatWasPutIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 60).Draw(t, "n")
		from := rapid.IntRange(8, n-8).Draw(t, "from")
		put := rapid.SliceOfN(rapid.Float64Range(-5, 5), 4, 4).Draw(t, "put")
		y := make([]float64, n)
		counts := make([]quasi.CountPoint, n)
		for i := range y {
			y[i] = put[0] + put[1]*float64(i+1)
			if i >= from {
				y[i] += put[2] + put[3]*float64(i-from+1)
			}
			counts[i] = quasi.CountPoint{Events: 1000 * math.Exp(y[i]/300), Exposure: 2}
		}
		m, err := quasi.InterruptedSeries(y, quasi.Interruption{From: from})
		require.NoError(t, err)
		c, err := quasi.InterruptedCounts(counts, quasi.Interruption{From: from})
		require.NoError(t, err)
		for j, term := range []quasi.Term{m.Intercept, m.Trend, m.Step, m.Bend} {
			require.InDelta(t, put[j], term.Value, 1e-8)
		}
		for j, term := range []quasi.Term{c.Intercept, c.Trend, c.Step, c.Bend} {
			want := put[j] / 300
			if j == 0 {
				want += math.Log(500)
			}
			require.InDelta(t, want, term.Value, 1e-8)
		}
	})
}

func TestTwoWayDifferenceIsTheDifferenceOfFourMeansInABalancedPanel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var panel []quasi.Observation
		var sums, counts [2][2]float64
		for unit := range 6 {
			for period := range 4 {
				o := quasi.Observation{Unit: fmt.Sprint("u", unit), Period: fmt.Sprint("p", period), Joined: unit < 3, After: period >= 2, Y: rapid.Float64Range(-9, 9).Draw(t, "y")}
				panel = append(panel, o)
				j, a := unit/3, period/2
				sums[j][a] += o.Y
				counts[j][a]++
			}
		}
		mean := func(j, a int) float64 { return sums[j][a] / counts[j][a] }
		want := mean(0, 1) - mean(0, 0) - (mean(1, 1) - mean(1, 0))
		d, err := quasi.DifferenceInDifferences(panel, .95)
		require.NoError(t, err)
		two, err := quasi.TwoWayDifference(panel, .95)
		require.NoError(t, err)
		require.InDelta(t, want, d.Term.Value, 1e-9)
		require.InDelta(t, want, two.Value, 1e-9)
		_, err = quasi.TwoWayDifference(panel[1:], .95)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.Equal(t, 6, d.Units)
		require.Len(t, d.Gaps, 4)
		var before, after float64
		for _, g := range d.Gaps {
			if g.After {
				after += g.Value / 2
			} else {
				before += g.Value / 2
			}
		}
		require.InDelta(t, want, after-before, 1e-9)
	})
}

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

func FuzzSeries(f *testing.F) {
	for _, v := range []float64{0, 1, 9, .5, -1, 1e12, 1 << 53, 1e100, 1e308, 5e-324, math.Inf(1), math.NaN()} {
		f.Add(v, 100.0, uint64(1))
		f.Add(3.0, v, uint64(2))
	}
	f.Fuzz(fuzzSeries)
}

// fuzzSeries fits series whose values are up to a and counts up to b.
func fuzzSeries(t *testing.T, a, b float64, seed uint64) {
	t.Helper()
	stream := rand.New(rand.NewPCG(seed, 1))
	y, counts := make([]float64, 20), make([]quasi.CountPoint, 20)
	for i := range y {
		y[i] = a * stream.Float64()
		counts[i] = quasi.CountPoint{Events: math.Floor(b * stream.Float64()), Exposure: max(1, b)}
	}
	m, err := quasi.InterruptedSeries(y, quasi.Interruption{From: 10})
	sound(t, "interrupted series", m.Step.Estimate, err)
	c, err := quasi.InterruptedCounts(counts, quasi.Interruption{From: 10})
	sound(t, "interrupted counts", c.Step.Estimate, err)
	if err == nil {
		require.False(t, math.IsNaN(c.StepRatio().Value))
	}
}
