package stat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// The hours of sleep gained with two drugs: Student 1908, table 1, as R has them.
var (
	first  = []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2}
	second = []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

func TestUnpairedIsThatOfR(t *testing.T) {
	e, err := stat.Unpaired(first, second, 0.95)
	require.NoError(t, err)
	require.InDelta(t, 1.58, e.Value, 1e-12)
	require.InDelta(t, -0.2054832, e.Interval.Lower, 5e-8, "t.test(extra ~ group, data = sleep) of R 4.2.2")
	require.InDelta(t, 3.3654832, e.Interval.Upper, 5e-8)
	require.Contains(t, e.String(), "of different people")

	pairs := make([]stat.Pair, len(first))
	for i := range pairs {
		pairs[i] = stat.Pair{Before: first[i], After: sp.Know(second[i])}
	}
	paired, err := stat.Paired(pairs, 0.95)
	require.NoError(t, err)
	require.InDelta(t, e.Value, paired.Mean.Value, 1e-12, "the same people")
	require.Positive(t, paired.Mean.Interval.Lower, "who are known to be the same say more")
}

func TestUnpairedSaysWhyItHasNoValue(t *testing.T) {
	for name, c := range map[string]struct {
		before, after []float64
		want          stat.Undefined
	}{
		"nobody before":     {nil, first, stat.TooFewValues},
		"one after":         {first, []float64{1}, stat.TooFewValues},
		"all alike":         {[]float64{1, 1}, []float64{2, 2}, stat.NoSpread},
		"alike on one side": {[]float64{1, 1}, first, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := stat.Unpaired(c.before, c.after, 0.95)
			require.NoError(t, err)
			require.Equal(t, c.want, e.Undefined)
			require.False(t, math.IsNaN(e.Value))
		})
	}
	_, err := stat.Unpaired([]float64{math.NaN()}, first, 0.95)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = stat.Unpaired(first, second, 2)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAChangeIsNeverCalledAnEffect(t *testing.T) {
	c, err := stat.Paired([]stat.Pair{{Before: 1, After: sp.Know(3.0)}, {Before: 2, After: sp.Know(5.0)}, {Before: 4}}, 0.95)
	require.NoError(t, err)
	require.Equal(t, "uncontrolled before-after change 2.50 (-3.85 to 8.85), Student's t 95 %, 2 with both scores, 1 without follow-up", c.String())
	require.NotContains(t, c.String(), "effect")
}
