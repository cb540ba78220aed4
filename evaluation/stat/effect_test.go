package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

// By pt and uniroot of R 4.2.2.
func TestEstimatesByTheNoncentralTAreThoseOfR(t *testing.T) {
	for _, c := range [][4]float64{
		{2, 5, 1, .77807466261594704},
		{-1, 3, .5, .092121209814362781},
		{10, 50, 8, .91714704178559836},
		{0, 7, 2, .022750131948179212},
		{30, 2, 3, .98897376257913838},
		{1, 1, 0, .75},
	} {
		require.InDelta(t, c[3], newNodes().noncentralBelow(c[0], c[1], c[2]), 1e-11, c)
	}
	for _, c := range [][5]float64{
		{2.5, 9, .95, .1829439630449003, 4.7154122912125773},
		{-1.2, 4, .9, -2.9121918594579008, .6425348082570674},
		{0, 29, .95, -1.959963984540053, 1.959963984540054},
		{12, 199, .99, 8.987098808779896, 14.997837958918772},
		{.3, 1, .95, -1.749748625140124, 2.233880100201690},
	} {
		low, high := noncentral(c[0], c[1], c[2])
		require.InDelta(t, c[3], low, 1e-9, c)
		require.InDelta(t, c[4], high, 1e-9, c)
	}
}

func TestAnEstimateOfGlasssDeltaHasTheLimitsOfBonett(t *testing.T) {
	c := changed(t, rand.New(rand.NewPCG(1, 1)), 30, .5)
	half := 1.959963984540054 * math.Hypot(c.ChangeSD/c.BeforeSD/math.Sqrt(29), c.Effect.Value/math.Sqrt(58))
	require.InDelta(t, c.Effect.Value+half, c.Effect.Interval.Upper, 1e-12)
	require.InDelta(t, c.Effect.Value-half, c.Effect.Interval.Lower, 1e-12)
}

// changed returns the change of people whose scores are normal with a correlation of
// 0.6 and a standard deviation of 2 before and 3 after.
func changed(t *testing.T, stream *rand.Rand, n int, mean float64) Change {
	t.Helper()
	pairs := make([]Pair, n)
	for i := range pairs {
		before := stream.NormFloat64()
		pairs[i] = Pair{Before: 2 * before, After: sp.Know(mean + 3*(.6*before+.8*stream.NormFloat64()))}
	}
	c, err := Paired(pairs, .95)
	require.NoError(t, err)
	return c
}

func TestEstimatesOfEffectSizesHoldTheTruthAsOftenAsTheySay(t *testing.T) {
	const trials, mean = 400, 2.0
	deviation := math.Sqrt(4 + 9 - 2*.6*6)
	truth := map[string]float64{"SRM": mean / deviation, "Effect": mean / 2, "DAv": mean / 2.5, "DRm": mean / deviation * math.Sqrt(2*.4), "Correlation": .6}
	held, stream := map[string]int{}, rand.New(rand.NewPCG(3, 5))
	for range trials {
		c := changed(t, stream, 60, mean)
		for name, e := range map[string]Estimate{"SRM": c.SRM, "Effect": c.Effect, "DAv": c.DAv, "DRm": c.DRm, "Correlation": c.Correlation} {
			if e.Interval.Contains(truth[name]) {
				held[name]++
			}
		}
	}
	for name := range truth {
		require.InDelta(t, .95, float64(held[name])/trials, .03, name)
	}
}

func TestEffectSizesWithoutSpreadAreUndefined(t *testing.T) {
	alike, err := Paired([]Pair{{1, sp.Know(3.0)}, {4, sp.Know(6.0)}}, .95)
	require.NoError(t, err)
	require.Equal(t, NoSpread, alike.SRM.Undefined)
	require.InDelta(t, 1, alike.Correlation.Value, 1e-15)
	require.Equal(t, Interval{-1, 1}, alike.Correlation.Interval, "two pairs always lie on a line")
	require.True(t, alike.Effect.Defined())
	level, err := Paired([]Pair{{1, sp.Know(3.0)}, {1, sp.Know(6.0)}}, .95)
	require.NoError(t, err)
	require.Equal(t, NoSpread, level.Effect.Undefined)
	require.Equal(t, NoSpread, level.Correlation.Undefined)
	require.True(t, level.SRM.Defined())
	single, err := Paired([]Pair{{1, sp.Know(3.0)}}, .95)
	require.NoError(t, err)
	require.Equal(t, TooFewValues, single.SRM.Undefined)
	require.Equal(t, TooFewValues, single.Correlation.Undefined)
}

func TestAnEstimateByTheNoncentralTEndsWhereItsTailsBegin(t *testing.T) {
	stream := rand.New(rand.NewPCG(5, 5))
	for range 100 {
		value, df, level := 20*stream.Float64()-5, 1+math.Floor(math.Pow(10, 5*stream.Float64())), .1+.89*stream.Float64()
		low, high := noncentral(value, df, level)
		require.InDelta(t, (1+level)/2, newNodes().noncentralBelow(value, df, low), 1e-12, "%v %v %v", value, df, level)
		require.InDelta(t, (1-level)/2, newNodes().noncentralBelow(value, df, high), 1e-12, "%v %v %v", value, df, level)
	}
}

// Source: cor.test of R takes the same formula.
func TestAnEstimateOfACorrelationHasTheLimitsOfFishersZ(t *testing.T) {
	half := correlation(.5, 1, 30, .95)
	require.InDelta(t, 0.17043136511179996, half.Interval.Lower, 1e-14)
	require.InDelta(t, 0.7289585563883556, half.Interval.Upper, 1e-14)
	four := correlation(-1.8, 2, 4, .95)
	require.InDelta(t, -0.9979134922969899, four.Interval.Lower, 1e-14)
	require.InDelta(t, 0.4524244338345255, four.Interval.Upper, 1e-14)
	require.Equal(t, Interval{1, 1}, correlation(3, 3, 20, .95).Interval)
}
