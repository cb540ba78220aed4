package survival_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/evaluation/survival"
)

func TestAMedianBetweenTwoStepsIsTheirMiddle(t *testing.T) {
	var d survival.Durations
	require.NoError(t, d.Ended(1))
	require.NoError(t, d.Ended(4))
	median, err := d.Curve().Quantile(.5, .95)
	require.NoError(t, err)
	require.InDelta(t, 2.5, median.Value, 0)
}

// Half of them are over, and nobody has seen how long the others take: the
// stretch of one half ends with the last sight of them, as in R's package survival.
func TestAMedianOnTheLastStretchIsItsMiddle(t *testing.T) {
	var d survival.Durations
	require.NoError(t, d.Ended(1))
	require.NoError(t, d.Waiting(9))
	c := d.Curve()
	require.Equal(t, survival.Step{Duration: 9, AtRisk: 1, Censored: 1, Left: c.Steps[0].Left, LogError: c.Steps[0].LogError}, c.Steps[1])
	median, err := c.Quantile(.5, .95)
	require.NoError(t, err)
	require.InDelta(t, 5, median.Value, 0)
	require.Equal(t, stat.Interval{Lower: 1, Upper: math.Inf(1)}, median.Interval)

	require.NoError(t, d.Ended(9))
	require.NoError(t, d.Waiting(9))
	require.Len(t, d.Curve().Steps, 2, "what ends at the last duration is its last step")
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
		var whole, even, odd survival.Durations
		for i, d := range ended {
			require.NoError(t, whole.Ended(d))
			require.NoError(t, [...]*survival.Durations{&even, &odd}[i%2].Ended(d))
		}
		for i, d := range waiting {
			require.NoError(t, whole.Waiting(d))
			require.NoError(t, [...]*survival.Durations{&even, &odd}[i%2].Waiting(d))
		}
		even.Merge(odd)
		require.Empty(t, cmp.Diff(whole.Curve(), even.Curve()))
		e, w := whole.Counts()
		require.Equal(t, [2]int64{int64(len(ended)), int64(len(waiting))}, [2]int64{e, w})
		last, seen := whole.Curve().Last()
		before, area := 1.0, 0.0
		for n := range 32 {
			for _, scale := range []survival.Scale{survival.LogScale, survival.LogLogScale, survival.PlainScale} {
				left, err := whole.Curve().On(scale).Left(n, .95)
				require.NoError(t, err)
				if require.Equal(t, seen && n <= last, left.Defined()); !left.Defined() {
					continue
				}
				require.InDelta(t, slowLeft(ended, waiting, n), left.Value, 1e-12)
				require.LessOrEqual(t, left.Value, before)
				require.True(t, left.Interval.Lower <= left.Value && left.Value <= left.Interval.Upper)
				before = left.Value
			}
			if n > 0 {
				area += slowLeft(ended, waiting, n-1)
				mean, err := whole.Curve().RestrictedMean(n, .95)
				require.NoError(t, err)
				if mean.Defined() {
					require.InDelta(t, area, mean.Value, 1e-9)
					require.True(t, mean.Interval.Contains(mean.Value))
				}
			}
			risk := 0
			for _, d := range slices.Concat(ended, waiting) {
				if d >= n {
					risk++
				}
			}
			require.EqualValues(t, risk, whole.Curve().AtRisk(n))
		}
	})
}

func TestIncidenceQuantileCountsThoseWhoLeft(t *testing.T) {
	var e survival.Ends
	require.NoError(t, e.Ended("left", 3))
	require.NoError(t, e.Ended("begun", 10))
	require.NoError(t, e.Ended("begun", 20))
	half, err := e.Incidence("begun").Quantile(.5, .95)
	require.NoError(t, err)
	require.InDelta(t, 20, half.Value, 0, "a third have begun by day 10, two thirds by day 20")
	most, err := e.Incidence("begun").Quantile(.9, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NotReached, most.Undefined)
	_, err = e.Incidence("begun").Quantile(1, .95)
	require.ErrorIs(t, err, sp.ErrInvalid)
	none, err := (&survival.Ends{}).Incidence("begun").Quantile(.5, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoCases, none.Undefined)
}

// ends counts the same cases as durations with two ways to end.
func ends(t *rapid.T, begun, left, waiting []int) *survival.Ends {
	var e survival.Ends
	for _, d := range begun {
		require.NoError(t, e.Ended("begun", d))
	}
	for _, d := range left {
		require.NoError(t, e.Ended("left", d))
	}
	for _, d := range waiting {
		require.NoError(t, e.Waiting(d))
	}
	return &e
}

// slowIncidence adds up, over every day, the share that is still free times the
// share of them that ends thus, and the delta method's variance term by term.
func slowIncidence(begun, left, waiting []int, until int) (share, se float64) {
	count := func(days []int, ok func(int) bool) (n float64) {
		for _, d := range days {
			if ok(d) {
				n++
			}
		}
		return n
	}
	type term struct{ risk, thus, ended, free, share float64 }
	var terms []term
	free := 1.0
	for t := 0; t <= until; t++ {
		on, from := func(d int) bool { return d == t }, func(d int) bool { return d >= t }
		risk := count(begun, from) + count(left, from) + count(waiting, from)
		thus, others := count(begun, on), count(left, on)
		if risk == 0 || thus+others == 0 {
			continue
		}
		share += free * thus / risk
		terms = append(terms, term{risk, thus, thus + others, free, share})
		free *= 1 - (thus+others)/risk
	}
	variance := 0.0
	for _, s := range terms {
		rest := share - s.share
		if s.ended < s.risk {
			variance += rest * rest * s.ended / (s.risk * (s.risk - s.ended))
		}
		variance += s.free*s.free*s.thus*(s.risk-s.thus)/(s.risk*s.risk*s.risk) - 2*rest*s.free*s.thus/(s.risk*s.risk)
	}
	return share, math.Sqrt(max(0, variance))
}

func TestIncidencesAreWhatLookingAtEveryCaseGivesAndAddUpToOne(t *testing.T) {
	days := rapid.SliceOfN(rapid.IntRange(0, 20), 0, 15)
	rapid.Check(t, func(t *rapid.T) {
		begun, left, waiting := days.Draw(t, "begun"), days.Draw(t, "left"), days.Draw(t, "waiting")
		e := ends(t, begun, left, waiting)
		first, second := e.Incidence("begun"), e.Incidence("left")
		for i, s := range first.Steps {
			share, se := slowIncidence(begun, left, waiting, s.Duration)
			require.InDelta(t, share, s.Share, 1e-12)
			require.InDelta(t, se, s.Error, 1e-7)
			require.InDelta(t, 1, s.Share+second.Steps[i].Share+s.Free, 1e-12)
			require.LessOrEqual(t, s.Share, 1+1e-12)
			by, err := first.By(s.Duration, .95)
			require.NoError(t, err)
			require.True(t, by.Interval.Contains(by.Value))
		}
		if last, ok := first.Last(); ok {
			by, err := first.By(last+1, .95)
			require.NoError(t, err)
			require.Equal(t, first.Steps[len(first.Steps)-1].Free == 0, by.Defined(), "but for those who have all ended")
			// Counted as if nobody left, those who began are overstated.
			naive, err := e.Waits("begun").Curve().Left(last, .95)
			require.NoError(t, err)
			require.LessOrEqual(t, first.Steps[len(first.Steps)-1].Share, 1-naive.Value+1e-12)
		}
		half := len(begun) / 2
		parts := ends(t, begun[:half], left, nil)
		parts.Merge(*ends(t, begun[half:], nil, waiting))
		require.Empty(t, cmp.Diff(first, parts.Incidence("begun")))
	})
}

// With one way to end, one less incidence is Kaplan-Meier, and Gray's test differs
// from log-rank only in how it estimates the variance.
func TestIncidenceWithOneWayToEndIsKaplanMeier(t *testing.T) {
	days := rapid.SliceOfN(rapid.IntRange(0, 30), 1, 30)
	rapid.Check(t, func(t *rapid.T) {
		begun, waiting := days.Draw(t, "begun"), days.Draw(t, "waiting")
		e := ends(t, begun, nil, waiting)
		curve := e.Waits("begun").Curve()
		for i, s := range e.Incidence("begun").Steps {
			require.InDelta(t, curve.Steps[i].Left, 1-s.Share, 1e-12)
			require.InDelta(t, curve.Steps[i].Left, s.Free, 1e-12)
		}
		for _, p := range []float64{.25, .5, .75} {
			within, err := e.Incidence("begun").Quantile(p, .95)
			require.NoError(t, err)
			want, err := curve.Quantile(p, .95)
			require.NoError(t, err)
			require.Equal(t, want.Undefined, within.Undefined)
			require.InDelta(t, want.Value, within.Value, 0)
			require.True(t, !within.Defined() || within.Interval.Contains(within.Value), "%+v", within)
		}
		other := ends(t, waiting, nil, begun)
		gray, logrank := survival.Gray("begun", e, other), survival.LogRank(e.Waits("begun"), other.Waits("begun"))
		if gray.Defined() && logrank.Defined() {
			for i := range gray.Expected {
				require.InDelta(t, logrank.Expected[i], gray.Expected[i], 1e-9)
			}
		}
	})
}

// A test that is right rejects one in twenty true hypotheses at 5 %.
func TestRankTestsHoldTheirLevel(t *testing.T) {
	stream := rand.New(rand.NewPCG(11, 12))
	const trials = 400
	rejected := map[string]int{}
	for range trials {
		var groups [2]survival.Ends
		for i := range 80 {
			begun, left, end := stream.ExpFloat64()*30, stream.ExpFloat64()*40, 10+stream.Float64()*60
			day := int(min(begun, left, end))
			var err error
			switch {
			case end < min(begun, left):
				err = groups[i%2].Waiting(day)
			case begun < left:
				err = groups[i%2].Ended("begun", day)
			default:
				err = groups[i%2].Ended("left", day)
			}
			require.NoError(t, err)
		}
		a, b := groups[0].Waits("begun"), groups[1].Waits("begun")
		for name, p := range map[string]float64{"gray": survival.Gray("begun", &groups[0], &groups[1]).P, "log-rank": survival.LogRank(a, b).P, "peto": survival.PetoPeto(a, b).P} {
			if p < .05 {
				rejected[name]++
			}
		}
	}
	for name, n := range rejected {
		require.InDelta(t, .05, float64(n)/trials, .03, name)
	}
	require.Len(t, rejected, 3)
}

func TestACurveOfEverybodyWhoseEndIsKnownHoldsEverAfter(t *testing.T) {
	var e survival.Ends
	for i := range 600 {
		way := "left"
		if i < 228 {
			way = "begun"
		}
		require.NoError(t, e.Ended(way, 1+i%60))
	}
	for way, want := range map[string]float64{"begun": .38, "left": .62} {
		by, err := e.Incidence(way).By(84, .95)
		require.NoError(t, err)
		require.True(t, by.Defined(), by)
		require.InDelta(t, want, by.Value, 1e-12)
		require.True(t, by.Interval.Contains(want))
	}
	require.NoError(t, e.Waiting(70))
	by, err := e.Incidence("begun").By(84, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NotSeen, by.Undefined, "one is still waiting, and nobody knows what became of them")
}
