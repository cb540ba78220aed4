package stat_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

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

// slowTwoSided adds up the probabilities that are no larger than that of x.
func slowTwoSided(x, n int, p float64) float64 {
	probability := func(k int) float64 {
		v := 1.0
		for i := range k {
			v *= float64(n-i) / float64(i+1) * p / (1 - p)
		}
		return v * math.Pow(1-p, float64(n))
	}
	total, bound := 0.0, probability(x)*(1+1e-7)
	for k := range n + 1 {
		if q := probability(k); q <= bound {
			total += q
		}
	}
	return total
}

func TestRateRatioHasThePOfAddingUpEveryProbability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x1, x2 := rapid.IntRange(0, 40).Draw(t, "x1"), rapid.IntRange(0, 40).Draw(t, "x2")
		n1, n2 := float64(rapid.IntRange(1, 50).Draw(t, "n1")), float64(rapid.IntRange(1, 50).Draw(t, "n2"))
		c, err := stat.RateRatio(float64(x1), n1, float64(x2), n2, .95)
		require.NoError(t, err)
		if x1+x2 == 0 {
			require.Equal(t, stat.NoCases, c.Undefined)
			return
		}
		require.InDelta(t, slowTwoSided(x1, x1+x2, n1/(n1+n2)), c.P, 1e-10)
		if x2 > 0 {
			require.True(t, c.Interval.Contains(c.Value))
		}
	})
}

func TestSignedRankCountsEveryWayToGiveSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(t, "n")
		changes := make([]float64, n)
		for i := range changes {
			changes[i] = float64(i + 1)
			if rapid.Bool().Draw(t, "falls") {
				changes[i] = -changes[i]
			}
		}
		test, err := stat.SignedRank(changes)
		require.NoError(t, err)
		mean, further := float64(n*(n+1))/4, 0
		for signs := range 1 << n {
			sum := 0.0
			for i := range n {
				if signs>>i&1 == 1 {
					sum += float64(i + 1)
				}
			}
			if math.Abs(sum-mean) >= math.Abs(test.Statistic-mean) {
				further++
			}
		}
		require.InDelta(t, float64(further)/float64(int(1)<<n), test.P, 1e-12)
	})
}

func TestQuantileGroupsFollowTheRuleOfPublicHealthEngland(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 10), 5, 60).Draw(t, "values")
		for i := range values {
			values[i] = math.Round(values[i]) // with ties
		}
		q := rapid.IntRange(2, 5).Draw(t, "groups")
		got, err := stat.QuantileGroups(values, q)
		require.NoError(t, err)
		n := len(values)
		for i, v := range values {
			rank := 1
			for _, w := range values {
				if w < v {
					rank++
				}
			}
			want := max(1, int(math.Floor(float64(q+1)-math.Ceil(float64(n+1-rank)/(float64(n)/float64(q))-1e-9))))
			require.Equal(t, want, got[i])
		}
	})
}

func TestStandardisedRatesAgreeWithCrudeOnesWhereThereIsNothingToStandardise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := float64(rapid.IntRange(10, 500).Draw(t, "x")), float64(rapid.IntRange(500, 9000).Draw(t, "n"))
		crude, err := stat.Rate(x, n, 1000, .95)
		require.NoError(t, err)
		direct, err := stat.Direct([]stat.Band{{x, n, 7}}, 1000, .95)
		require.NoError(t, err)
		repeated, err := stat.DirectRepeated([]stat.RepeatBand{{[]float64{x}, n, 7}}, 1000, .95)
		require.NoError(t, err)
		indirect, err := stat.IndirectRate(x, []stat.Stratum{{n, 30, 700}}, 1000, .95)
		require.NoError(t, err)
		for _, e := range []stat.Estimate{direct, repeated, indirect} {
			require.InEpsilon(t, crude.Value, e.Value, 1e-12)
			require.InEpsilon(t, crude.Interval.Lower, e.Interval.Lower, 1e-12)
			require.InEpsilon(t, crude.Interval.Upper, e.Interval.Upper, 1e-12)
		}
	})
}

func TestClusteredSharesWidenWithLikenessAndAreWilsonWithoutClusters(t *testing.T) {
	one := func(x, n int) (clusters []stat.Cluster) {
		for i := range n {
			c := stat.Cluster{Of: 1}
			if i < x {
				c.Cases = 1
			}
			clusters = append(clusters, c)
		}
		return clusters
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 80).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		alone, err := stat.Clustered(one(x, n), .95)
		require.NoError(t, err)
		same := one(x, n)
		for i := range same {
			same[i].Cases *= 5
			same[i].Of *= 5
		}
		alike, err := stat.Clustered(same, .95)
		require.NoError(t, err)
		require.InDelta(t, alone.Interval.Lower, alike.Interval.Lower, 1e-12, "five sessions alike tell no more than one")
		require.InDelta(t, 5*alone.DesignEffect, alike.DesignEffect, 1e-9)
		wilson, err := stat.Wilson(float64(x), float64(n), .95)
		require.NoError(t, err)
		require.LessOrEqual(t, alone.Interval.Lower, wilson.Lower+1e-12)
		require.GreaterOrEqual(t, alone.Interval.Upper, wilson.Upper-1e-12)
	})
}

func TestFunnelLimitsAreWhereSignificanceBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := float64(rapid.IntRange(5, 3000).Draw(t, "of"))
		baseline := rapid.Float64Range(.02, .5).Draw(t, "baseline")
		f, err := stat.NewFunnel(stat.FunnelRates, []stat.Unit{{Events: 1, Of: 10}}, stat.FunnelOptions{Baseline: sp.Know(baseline)})
		require.NoError(t, err)
		l, err := f.Limits(of, .95)
		require.NoError(t, err)
		for _, x := range []float64{math.Floor(l.Chance.Lower * of), math.Ceil(l.Chance.Lower * of), math.Floor(l.Chance.Upper * of), math.Ceil(l.Chance.Upper * of)} {
			exact, err := stat.Poisson(x, .95)
			require.NoError(t, err)
			inside := l.Chance.Contains(x / of)
			require.Equal(t, inside, exact.Contains(baseline*of), "%v events of %v at %v", x, of, baseline)
		}
		require.True(t, l.Chance.Contains(baseline))
	})
}

func TestTheWilsonIntervalHoldsTheShareAtBothEnds(t *testing.T) {
	for n := 1.0; n <= 3000; n++ {
		for _, x := range []float64{0, n} {
			i, err := stat.Wilson(x, n, .95)
			require.NoError(t, err)
			require.True(t, i.Contains(x/n), "%v of %v: %v", x, n, i)
		}
	}
}

func TestOverdispersionIsNothingAmongUnitsThatDifferByChanceAndWidensAmongOthers(t *testing.T) {
	units := func(spread float64) (all []stat.Unit) {
		stream := rand.New(rand.NewPCG(3, 4)) // of its own, since a map has no order
		for range 400 {
			n := 200 + stream.IntN(2000)
			p, x := .3*math.Exp(spread*stream.NormFloat64()), 0.0
			for range n {
				if stream.Float64() < p {
					x++
				}
			}
			all = append(all, stat.Unit{Events: x, Of: float64(n)})
		}
		return all
	}
	for spread, between := range map[float64][2]float64{0: {0, .012}, .25: {.06, .09}} {
		f, err := stat.NewFunnel(stat.FunnelProportions, units(spread), stat.FunnelOptions{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, f.Between, between[0])
		require.LessOrEqual(t, f.Between, between[1]) // 0.25 on the logarithm is about 0.08 on the arcsine here
		outside := 0
		for _, p := range f.Points {
			if p.Additive != stat.NotSignificant {
				outside++
			}
			require.LessOrEqual(t, math.Abs(p.AdditiveZ), math.Abs(p.Z)+1e-12)
			require.LessOrEqual(t, math.Abs(p.ScaledZ), math.Abs(p.Z)+1e-12)
		}
		require.Less(t, outside, 60, "about one in twenty, and as many again for winsorising")
		l, err := f.Limits(1000, .95)
		require.NoError(t, err)
		require.GreaterOrEqual(t, l.Additive.Upper, l.Chance.Upper-.002)
	}
}

func TestBootstrapIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	mean := func(cases []int) float64 {
		total := 0
		for _, c := range cases {
			total += c
		}
		return float64(total) / float64(len(cases))
	}
	var first stat.Replicas
	for workers := 1; workers <= 5; workers++ {
		r, err := stat.Bootstrap(rand.New(rand.NewPCG(5, 6)), 101, stat.Resampling{Replicates: 2000, Workers: workers}, mean)
		require.NoError(t, err)
		if workers == 1 {
			first = r
		}
		require.Empty(t, cmp.Diff(first, r))
	}
	require.InDelta(t, 50, first.Value, 0)
	e, err := first.Percentile(.95)
	require.NoError(t, err)
	// The standard error of a mean of 0 to 100 over 101 cases is 29.15 over its root.
	require.InDelta(t, 50-1.96*2.9, e.Interval.Lower, .5)
	require.InDelta(t, 50+1.96*2.9, e.Interval.Upper, .5)
}

func TestInterruptedSeriesFindsWhatWasPutIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 60).Draw(t, "n")
		from := rapid.IntRange(8, n-8).Draw(t, "from")
		put := rapid.SliceOfN(rapid.Float64Range(-5, 5), 4, 4).Draw(t, "put")
		y := make([]float64, n)
		counts := make([]stat.CountPoint, n)
		for i := range y {
			y[i] = put[0] + put[1]*float64(i+1)
			if i >= from {
				y[i] += put[2] + put[3]*float64(i-from+1)
			}
			counts[i] = stat.CountPoint{Events: 1000 * math.Exp(y[i]/300), Exposure: 2}
		}
		m, err := stat.InterruptedSeries(y, stat.Interruption{From: from})
		require.NoError(t, err)
		c, err := stat.InterruptedCounts(counts, stat.Interruption{From: from})
		require.NoError(t, err)
		for j, term := range []stat.Term{m.Intercept, m.Trend, m.Step, m.Bend} {
			require.InDelta(t, put[j], term.Value, 1e-8)
		}
		for j, term := range []stat.Term{c.Intercept, c.Trend, c.Step, c.Bend} {
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
		var panel []stat.Observation
		var sums, counts [2][2]float64
		for unit := range 6 {
			for period := range 4 {
				o := stat.Observation{Unit: fmt.Sprint("u", unit), Period: fmt.Sprint("p", period), Joined: unit < 3, After: period >= 2, Y: rapid.Float64Range(-9, 9).Draw(t, "y")}
				panel = append(panel, o)
				j, a := unit/3, period/2
				sums[j][a] += o.Y
				counts[j][a]++
			}
		}
		mean := func(j, a int) float64 { return sums[j][a] / counts[j][a] }
		want := mean(0, 1) - mean(0, 0) - (mean(1, 1) - mean(1, 0))
		d, err := stat.DifferenceInDifferences(panel, .95)
		require.NoError(t, err)
		two, err := stat.TwoWayDifference(panel, .95)
		require.NoError(t, err)
		require.InDelta(t, want, d.Term.Value, 1e-9)
		require.InDelta(t, want, two.Value, 1e-9)
		_, err = stat.TwoWayDifference(panel[1:], .95)
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

func TestJudgeTellsTheFourVerdictsApart(t *testing.T) {
	r, err := stat.NewReliability(4, .84, .95) // beyond 4.43 points
	require.NoError(t, err)
	for name, c := range map[string]struct {
		before, after float64
		better        stat.Better
		want          stat.Verdict
	}{
		"over the cut-off":          {18, 25, stat.Higher, stat.Recovered},
		"to the cut-off":            {18, 24, stat.Higher, stat.Recovered},
		"below the cut-off":         {10, 20, stat.Higher, stat.Improved},
		"above it already":          {25, 31, stat.Higher, stat.Improved},
		"within the noise":          {22, 26, stat.Higher, stat.Unchanged},
		"worse":                     {26, 20, stat.Higher, stat.Deteriorated},
		"lower is better":           {30, 24, stat.Lower, stat.Recovered},
		"lower is better, too high": {40, 30, stat.Lower, stat.Improved},
		"lower is better, worse":    {20, 30, stat.Lower, stat.Deteriorated},
		"no number":                 {math.NaN(), 30, stat.Lower, stat.Unchanged},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, r.Judge(c.before, c.after, sp.Know(24.0), c.better)) })
	}
	require.Equal(t, stat.Improved, r.Judge(0, 100, sp.Known[float64]{}, stat.Higher), "without a cut-off nobody recovers")
}

func TestPairedCountsThoseWhoWereLost(t *testing.T) {
	c, err := stat.Paired([]stat.Pair{{1, sp.Know(3.0)}, {2, sp.Know(5.0)}, {9, sp.Known[float64]{}}, {7, sp.Known[float64]{}}}, .95)
	require.NoError(t, err)
	require.Equal(t, 2, c.Lost)
	require.InDelta(t, 8, c.LostBefore.Value, 0)
	require.InDelta(t, 2, c.Mean.Denominator, 0)
	require.InDelta(t, 2.5, c.Mean.Value, 0)
}

func TestQuantileIsTheSeventhTypeOfHyndmanAndFan(t *testing.T) {
	values := []float64{9, 1, 4, 16}
	for p, want := range map[float64]float64{0: 1, .25: 3.25, .5: 6.5, .75: 10.75, 1: 16} {
		got, err := stat.Quantile(values, p, .95)
		require.NoError(t, err)
		require.InDelta(t, want, got.Value, 1e-12)
	}
	// Of six values the median's limits are the outermost, at 1 - 2/2^6; of five there are none.
	six, err := stat.Quantile([]float64{1, 2, 3, 4, 5, 6}, .5, .95)
	require.NoError(t, err)
	require.Equal(t, stat.Interval{Lower: 1, Upper: 6}, six.Interval)
	five, err := stat.Quantile([]float64{1, 2, 3, 4, 5}, .5, .95)
	require.NoError(t, err)
	require.True(t, five.Interval.OpenBelow() && five.Interval.OpenAbove())
	none, err := stat.Quantile(nil, .5, .95)
	require.NoError(t, err)
	require.Equal(t, stat.NoCases, none.Undefined)
	require.True(t, slices.Equal(values, []float64{9, 1, 4, 16}), "the caller's values stay in their order")
}
