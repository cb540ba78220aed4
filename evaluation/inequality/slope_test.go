package inequality_test

import (
	"fmt"
	"log"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Life expectancy in fifths of an area by deprivation, each with its standard error: the
// slope index of inequality as the public health indicators of England have it (Low &
// Low 2004), with limits in closed form.
func ExampleRanking_Slope() {
	r, err := inequality.Rank([]float64{1, 2, 3, 4, 5}, []float64{21_000, 19_500, 20_200, 18_900, 20_400})
	if err != nil {
		log.Fatal(err)
	}
	s, err := r.Slope([]float64{76.1, 77.9, 79.2, 80.8, 82.5}, []float64{0.4, 0.4, 0.4, 0.4, 0.4}, inequality.SlopeOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f years (%.1f to %.1f), a ratio of %.3f (%.3f to %.3f)\n",
		s.SII.Value, s.SII.Interval.Lower, s.SII.Interval.Upper, s.RII.Value, s.RII.Interval.Lower, s.RII.Interval.Upper)
	// Output: 7.9 years (6.7 to 9.2), a ratio of 1.105 (1.088 to 1.123)
}

// Four ethnic groups and one of people whose group is not known: how far apart are their
// shares who were contacted in time?
func ExampleGroups() {
	g, err := inequality.NewGroups([]float64{0.71, 0.64, 0.58, 0.66, 0.52}, []float64{900, 210, 120, 80, 140})
	if err != nil {
		log.Fatal(err)
	}
	d, err := g.Disparity(inequality.ByPopulation)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("on average %.1f %% from the mean of %.2f\n", 100*d, g.Mean())
	// Output: on average 7.8 % from the mean of 0.67
}

func TestSlopeRefusesWhatItCannotFit(t *testing.T) {
	r := ranking(t, upTo(5), nil)
	two := ranking(t, upTo(2), nil)
	one := []float64{1, 1, 1, 1, 1}
	for name, f := range map[string]func() error{
		"a value that is none": func() error {
			_, err := r.Slope([]float64{1, 2, math.NaN(), 4, 5}, nil, inequality.SlopeOptions{})
			return err
		},
		"too few values":     func() error { _, err := r.Slope(one[:4], nil, inequality.SlopeOptions{}); return err },
		"too few errors":     func() error { _, err := r.Slope(one, one[:4], inequality.SlopeOptions{}); return err },
		"a negative error":   func() error { _, err := r.Slope(one, []float64{1, 1, -1, 1, 1}, inequality.SlopeOptions{}); return err },
		"a level in percent": func() error { _, err := r.Slope(one, nil, inequality.SlopeOptions{Level: 95}); return err },
		"an unknown scale":   func() error { _, err := r.Slope(one, nil, inequality.SlopeOptions{Scale: 7}); return err },
		"the logarithm of nothing": func() error {
			_, err := r.Slope(make([]float64, 5), nil, inequality.SlopeOptions{Scale: inequality.Logarithmic})
			return err
		},
		"log odds of certainty": func() error {
			_, err := r.Slope(one, nil, inequality.SlopeOptions{Scale: inequality.Logistic})
			return err
		},
		"two items": func() error { _, err := two.Slope(one[:2], nil, inequality.SlopeOptions{}); return err },
		"limits in the wrong order": func() error {
			_, err := inequality.StandardErrors([]float64{2}, []float64{1}, .95, inequality.Additive)
			return err
		},
		"limits of different length": func() error {
			_, err := inequality.StandardErrors([]float64{2}, nil, .95, inequality.Additive)
			return err
		},
		"limits at no level": func() error {
			_, err := inequality.StandardErrors([]float64{1}, []float64{2}, 1, inequality.Additive)
			return err
		},
		"one group":                     func() error { _, err := inequality.NewGroups([]float64{1}, nil); return err },
		"no groups":                     func() error { _, err := inequality.NewGroups(nil, nil); return err },
		"a negative value of a group":   func() error { _, err := inequality.NewGroups([]float64{1, -1}, nil); return err },
		"groups without people":         func() error { _, err := inequality.NewGroups([]float64{1, 1}, []float64{0, 0}); return err },
		"a gap to a value that is none": func() error { _, err := inequality.NewGap(1, 1, math.NaN(), 1, .95); return err },
		"a gap at no level":             func() error { _, err := inequality.NewGap(1, 1, 1, 1, 0); return err },
		"a share above most":            func() error { _, err := r.LogisticGradient(one, .5); return err },
		"a share of nothing":            func() error { _, err := r.LogisticGradient(one, 0); return err },
		"shares that are all most":      func() error { _, err := r.LogisticGradient(one, 1); return err },
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, f(), sp.ErrInvalid) })
	}
}

// The oracle fits the line by its normal equations, and finds the limits by moving each
// value by its error.
func TestSlopesErrorIsThatOfMovingEachValueByItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 12).Draw(t, "n")
		draw := func(name string, low, high float64) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(low, high), n, n).Draw(t, name)
		}
		values, se, people := draw("values", 5, 9), draw("errors", .01, .5), draw("people", 1, 50)
		r, err := inequality.Rank(upTo(n), people)
		require.NoError(t, err)
		s, err := r.Slope(values, se, inequality.SlopeOptions{})
		require.NoError(t, err)
		line, err := r.Gradient(values)
		require.NoError(t, err)
		require.InDelta(t, line.SII(), s.SII.Value, 1e-9)
		variance, ratio := 0.0, 0.0
		for i := range values {
			moved := append([]float64{}, values...)
			moved[i] += se[i]
			other, err := r.Gradient(moved)
			require.NoError(t, err)
			variance += math.Pow(other.SII()-line.SII(), 2)
			// What the Fieller limits make zero: top less ratio times bottom.
			off := other.Top - s.RII.Interval.Upper*other.Bottom - (line.Top - s.RII.Interval.Upper*line.Bottom)
			ratio += off * off
		}
		const z = 1.959963984540054
		require.InDelta(t, z*math.Sqrt(variance), s.SII.Interval.Upper-s.SII.Value, 1e-9)
		known, err := r.GradientError(se)
		require.NoError(t, err)
		require.InDelta(t, math.Sqrt(variance), known, 1e-9)
		if s.RII.Defined() && !s.RII.Interval.OpenAbove() {
			require.InDelta(t, z*math.Sqrt(ratio), math.Abs(line.Top-s.RII.Interval.Upper*line.Bottom), 1e-6*(1+s.RII.Interval.Upper))
			require.True(t, s.RII.Interval.Contains(s.RII.Value))
		}
		turned, err := r.Slope(values, se, inequality.SlopeOptions{Multiplier: -1})
		require.NoError(t, err)
		require.InDelta(t, -s.SII.Interval.Lower, turned.SII.Interval.Upper, 1e-9)
		for _, scale := range []inequality.Scale{inequality.Logarithmic, inequality.Logistic} {
			shares := make([]float64, n)
			for i, v := range values {
				shares[i] = v / 10
			}
			o, err := r.Slope(shares, se, inequality.SlopeOptions{Scale: scale})
			require.NoError(t, err)
			require.True(t, o.SII.Interval.Contains(o.SII.Value) && o.RII.Interval.Contains(o.RII.Value))
		}
	})
}

func TestSlopeOfKnownValuesIsSureWhereTheyLieOnALine(t *testing.T) {
	r := ranking(t, upTo(6), nil)
	s, err := r.Slope(upTo(6), nil, inequality.SlopeOptions{})
	require.NoError(t, err)
	require.InDelta(t, s.SII.Value, s.SII.Interval.Lower, 1e-9)
	require.Equal(t, stat.Method("HC1"), s.SII.Method)
	negative, err := r.Slope([]float64{-3, -2, -1, 1, 2, 3}, nil, inequality.SlopeOptions{})
	require.NoError(t, err)
	require.Equal(t, stat.Unbounded, negative.RII.Undefined)
	require.Zero(t, negative.RII.Value)
}

func TestManyItemsAreRankedAsFewAreWithEveryTie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		position := rapid.SliceOfN(rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, -1, 2.5, -1e300, 5e-324, 1e9}), 513, 600).Draw(t, "position")
		r, err := inequality.Rank(position, nil)
		require.NoError(t, err)
		for i, p := range position {
			below, tied := 0, 0
			for _, q := range position {
				if q < p {
					below++
				} else if q == p {
					tied++
				}
			}
			require.InDelta(t, (float64(below)+float64(tied)/2)/float64(len(position)), r.At(i), 1e-12)
		}
	})
}

func TestGroupsThatAreAlikeDoNotDiffer(t *testing.T) {
	g, err := inequality.NewGroups([]float64{3, 3, 3}, []float64{1, 5, 2})
	require.NoError(t, err)
	require.InDelta(t, 0, g.Variance()+g.MeanDifference(3, inequality.Equally), 1e-12)
	risk, fraction, err := g.Attributable(2)
	require.NoError(t, err)
	require.Zero(t, risk+fraction, "worse than the mean")
	nothing, err := inequality.NewGroups([]float64{0, 0}, nil)
	require.NoError(t, err)
	_, err = nothing.Variation()
	require.ErrorIs(t, err, sp.ErrInvalid)
	gap, err := inequality.NewGap(5, 1, 0, 0, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoEvents, gap.Ratio.Undefined)
	require.InDelta(t, 5, gap.Difference.Value, 0)
}
