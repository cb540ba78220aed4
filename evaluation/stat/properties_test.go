package stat_test

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
func TestEstimatesOfRareCasesHaveTheExactLimitsOfTheDefinition(t *testing.T) {
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

func TestTheWilsonIntervalHoldsTheShareAtBothEnds(t *testing.T) {
	for n := 1.0; n <= 3000; n++ {
		for _, x := range []float64{0, n} {
			i, err := stat.Wilson(x, n, .95)
			require.NoError(t, err)
			require.True(t, i.Contains(x/n), "%v of %v: %v", x, n, i)
		}
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
