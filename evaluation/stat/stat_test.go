package stat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Of 1,277 people referred, 912 were contacted in time.
func Example() {
	interval, err := stat.Wilson(912, 1277, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f %% (%.1f to %.1f)\n", 100*912.0/1277, 100*interval.Lower, 100*interval.Upper)
	// Output: 71.4 % (68.9 to 73.8)
}

// Five people were seen, after 3 to 20 days; two wait since 15 days.
func ExampleDurations() {
	var waits stat.Durations
	for _, days := range []int{3, 8, 10, 12, 20} {
		_ = waits.Ended(days)
	}
	for range 2 {
		_ = waits.Waiting(15)
	}
	median, _, _ := waits.Curve().Quantile(0.5, 0.95)
	fmt.Println("half of them wait at most", median, "days")
	// Output: half of them wait at most 12 days
}

func TestImpossibleInputIsRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	var d stat.Durations
	for name, f := range map[string]func() error{
		"more cases than there are": func() error { _, err := stat.Wilson(11, 10, .95); return err },
		"fewer than none":           func() error { _, err := stat.Wilson(-1, 10, .95); return err },
		"of nobody":                 func() error { _, err := stat.Wilson(0, 0, .95); return err },
		"of no number":              func() error { _, err := stat.ClopperPearson(1, nan, .95); return err },
		"no number of cases":        func() error { _, err := stat.ClopperPearson(nan, 10, .95); return err },
		"without end":               func() error { _, err := stat.ClopperPearson(1, inf, .95); return err },
		"certainty":                 func() error { _, err := stat.Wilson(1, 10, 1); return err },
		"all but certainty":         func() error { _, err := stat.Wilson(1, 10, math.Nextafter(1, 0)); return err },
		"a level next to nothing":   func() error { _, err := stat.ClopperPearson(1, 10, 5e-324); return err },
		"an exact part of a case":   func() error { _, err := stat.ClopperPearson(5e-324, 10, .95); return err },
		"an exact part of all":      func() error { _, err := stat.ClopperPearson(0, 5e-324, .95); return err },
		"more than can be exact":    func() error { _, err := stat.ClopperPearson(1e12, 1e15, .95); return err },
		"exact events without end":  func() error { _, err := stat.Poisson(2e12, .95); return err },
		"a level beyond the exact":  func() error { _, err := stat.ClopperPearson(0, 1e5, .99999); return err },
		"a level in percent":        func() error { _, err := stat.Poisson(1, 95); return err },
		"a negative count":          func() error { _, err := stat.Poisson(-1, .95); return err },
		"an infinite count":         func() error { _, err := stat.Byar(inf, .95); return err },
		"a level that is none":      func() error { _, err := stat.Byar(1, nan); return err },
		"a negative wait":           func() error { return d.Ended(-1) },
		"a wait beyond all lives":   func() error { return d.Waiting(stat.MaxDuration + 1) },
		"a quantile of all":         func() error { _, _, err := d.Curve().Quantile(1, .95); return err },
		"a curve at no level":       func() error { _, _, err := d.Curve().Left(1, 0); return err },
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, f(), sp.ErrInvalid) })
	}
}

func TestIntervalsHoldTheirValueAndWidenWithTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		x := float64(rapid.IntRange(0, n).Draw(t, "x"))
		level := rapid.Float64Range(.5, .99).Draw(t, "level")
		for name, f := range map[string]func(level float64) (stat.Interval, error){
			"wilson":          func(l float64) (stat.Interval, error) { return stat.Wilson(x, float64(n), l) },
			"clopper-pearson": func(l float64) (stat.Interval, error) { return stat.ClopperPearson(x, float64(n), l) },
			"poisson":         func(l float64) (stat.Interval, error) { return stat.Poisson(x, l) },
			"byar":            func(l float64) (stat.Interval, error) { return stat.Byar(x, l) },
		} {
			narrow, err := f(level)
			require.NoError(t, err)
			wide, err := f(level + .009)
			require.NoError(t, err)
			value, top := x/float64(n), 1.0
			if name == "poisson" || name == "byar" {
				value, top = x, math.Inf(1)
			}
			const rounding = 1e-9
			require.True(t, 0 <= wide.Lower && wide.Lower <= narrow.Lower+rounding && narrow.Upper <= wide.Upper+rounding && wide.Upper <= top, name)
			require.True(t, narrow.Lower <= value+rounding && value <= narrow.Upper+rounding, "%s of %v in %v", name, x, n)
		}
		exact, err := stat.ClopperPearson(x, float64(n), level)
		require.NoError(t, err)
		mirror, err := stat.ClopperPearson(float64(n)-x, float64(n), level)
		require.NoError(t, err)
		require.InDelta(t, exact.Lower, 1-mirror.Upper, 1e-9, "of those who were not, as of those who were")
	})
}

func TestIntervalsHoldTheirValueAtTheLimits(t *testing.T) {
	for _, level := range []float64{.1, .5, .95, .998, .9999} {
		for _, n := range []float64{1, 2, 9, 1e3, 1e6, 1e9} {
			for _, x := range []float64{0, 1, math.Floor(n / 1000), math.Floor(n / 10), math.Floor(n / 3), n - 1, n} {
				for name, f := range map[string]func(x, n, level float64) (stat.Interval, error){"wilson": stat.Wilson, "clopper-pearson": stat.ClopperPearson} {
					i, err := f(x, n, level)
					require.NoError(t, err)
					share := x / n
					require.True(t, 0 <= i.Lower && i.Lower <= share+1e-15 && share <= i.Upper+1e-15 && i.Upper <= 1, "%s of %v of %v at %v: %v", name, x, n, level, i)
				}
			}
		}
		for _, x := range []float64{0, 5e-324, 1e-100, .3, 1, 10, 1e6, 1e12, 1 << 53} {
			for name, f := range map[string]func(x, level float64) (stat.Interval, error){"byar": stat.Byar, "poisson": stat.Poisson} {
				i, err := f(x, level)
				if name == "poisson" && x > 1e12 {
					require.ErrorIs(t, err, sp.ErrInvalid)
					continue
				}
				require.NoError(t, err)
				require.True(t, 0 <= i.Lower && i.Lower <= x && x <= i.Upper && !math.IsInf(i.Upper, 0), "%s of %v at %v: %v", name, x, level, i)
			}
		}
	}
}

// Limits of rare cases at the highest level and the largest numbers: solved for in
// 40 digits from the sum of binomial probabilities, by 1 - tail^(1/n) for no case,
// and for counts by SciPy 1.10.1 (gammaincinv).
func TestExactLimitsOfRareCasesAreThoseOfTheDefinition(t *testing.T) {
	const level = .9999
	rare, err := stat.ClopperPearson(5, 1e6, level)
	require.NoError(t, err)
	require.InEpsilon(t, 3.83024053041986e-7, rare.Lower, 1e-8)
	require.InEpsilon(t, 2.04736534970112e-5, rare.Upper, 1e-8)
	none, err := stat.ClopperPearson(0, 1e9, level)
	require.NoError(t, err)
	require.InEpsilon(t, 9.90348750349671e-9, none.Upper, 1e-5)
	many, err := stat.Poisson(1e12, level)
	require.NoError(t, err)
	require.InDelta(t, 999996109412.8258, many.Lower, 1)
	require.InDelta(t, 1000003890597.5986, many.Upper, 1)
}

func TestAMedianBetweenTwoStepsIsTheirMiddle(t *testing.T) {
	var d stat.Durations
	require.NoError(t, d.Ended(1))
	require.NoError(t, d.Ended(4))
	median, _, err := d.Curve().Quantile(.5, .95)
	require.NoError(t, err)
	require.InDelta(t, 2.5, median, 0)
}

// Half of them are over, and nobody has seen how long the others take: the
// stretch of one half ends with the last sight of them, as in R's package survival.
func TestAMedianOnTheLastStretchIsItsMiddle(t *testing.T) {
	var d stat.Durations
	require.NoError(t, d.Ended(1))
	require.NoError(t, d.Waiting(9))
	c := d.Curve()
	require.Equal(t, stat.Step{Duration: 9, AtRisk: 1, Left: c[0].Left, LogError: c[0].LogError}, c[1])
	median, interval, err := c.Quantile(.5, .95)
	require.NoError(t, err)
	require.InDelta(t, 5, median, 0)
	require.Equal(t, stat.Interval{Lower: 1, Upper: math.Inf(1)}, interval)

	require.NoError(t, d.Ended(9))
	require.NoError(t, d.Waiting(9))
	require.Len(t, d.Curve(), 2, "what ends at the last duration is its last step")
}

// slowLeft computes the share left by looking at every case at every duration.
func slowLeft(ended, waiting []int, n int) float64 {
	left := 1.0
	for t := 0; t <= n; t++ {
		risk, out := 0, 0
		for _, d := range ended {
			if d >= t {
				risk++
			}
			if d == t {
				out++
			}
		}
		for _, d := range waiting {
			if d >= t {
				risk++
			}
		}
		if risk > 0 {
			left *= 1 - float64(out)/float64(risk)
		}
	}
	return left
}

func TestCurvesAreWhatLookingAtEveryCaseGives(t *testing.T) {
	days := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 20)
	rapid.Check(t, func(t *rapid.T) {
		ended, waiting := days.Draw(t, "ended"), days.Draw(t, "waiting")
		var whole, even, odd stat.Durations
		for i, d := range ended {
			require.NoError(t, whole.Ended(d))
			require.NoError(t, [...]*stat.Durations{&even, &odd}[i%2].Ended(d))
		}
		for i, d := range waiting {
			require.NoError(t, whole.Waiting(d))
			require.NoError(t, [...]*stat.Durations{&even, &odd}[i%2].Waiting(d))
		}
		even.Merge(odd)
		require.Empty(t, cmp.Diff(whole.Curve(), even.Curve()))
		e, w := whole.Counts()
		require.Equal(t, [2]int64{int64(len(ended)), int64(len(waiting))}, [2]int64{e, w})

		last := 1.0
		for n := range 32 {
			left, interval, err := whole.Curve().Left(n, .95)
			require.NoError(t, err)
			require.InDelta(t, slowLeft(ended, waiting, n), left, 1e-12)
			require.LessOrEqual(t, left, last)
			require.True(t, interval.Lower <= left && left <= interval.Upper)
			last = left
		}
	})
}
