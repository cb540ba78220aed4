package spc_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func TestAChartOfAnImpossibleSeriesIsRefused(t *testing.T) {
	good := []float64{1, 2, 3, 4}
	counts := func(c ...spc.Count) []spc.Count { return c }
	for name, f := range map[string]func() (spc.Chart, error){
		"XmR of nothing":              func() (spc.Chart, error) { return spc.XmR(nil, spc.Options{}) },
		"XmR of one point":            func() (spc.Chart, error) { return spc.XmR([]float64{1}, spc.Options{}) },
		"XmR of a value that is none": func() (spc.Chart, error) { return spc.XmR([]float64{1, math.NaN()}, spc.Options{}) },
		"XmR of an infinite value":    func() (spc.Chart, error) { return spc.XmR([]float64{1, math.Inf(1)}, spc.Options{}) },
		"a rebase without a reason":   func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Rebases: []spc.Rebase{{At: 2}}}) },
		"a rebase at the start":       func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Rebases: []spc.Rebase{{0, "x"}}}) },
		"a rebase after the end":      func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Rebases: []spc.Rebase{{4, "x"}}}) },
		"rebases out of order": func() (spc.Chart, error) {
			return spc.XmR(good, spc.Options{Rebases: []spc.Rebase{{2, "x"}, {2, "y"}}})
		},
		"a rebase that leaves one point": func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Rebases: []spc.Rebase{{3, "x"}}}) },
		"a short baseline":               func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Baseline: 3}) },
		"a target that is none":          func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Target: sp.Know(math.NaN())}) },
		"no direction":                   func() (spc.Chart, error) { return spc.XmR(good, spc.Options{Better: 9}) },
		"P of more than all":             func() (spc.Chart, error) { return spc.P(counts(spc.Count{2, 1}, spc.Count{1, 1}), spc.Options{}) },
		"P of nobody":                    func() (spc.Chart, error) { return spc.P(counts(spc.Count{0, 0}, spc.Count{1, 1}), spc.Options{}) },
		"P where all are cases":          func() (spc.Chart, error) { return spc.P(counts(spc.Count{1, 1}, spc.Count{1, 1}), spc.Options{}) },
		"U of a negative count":          func() (spc.Chart, error) { return spc.U(counts(spc.Count{-1, 1}, spc.Count{1, 1}), spc.Options{}) },
		"C without events":               func() (spc.Chart, error) { return spc.C([]float64{0, 0}, spc.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f()
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err := spc.P(counts(spc.Count{1, 1}, spc.Count{1, 1}), spc.Options{})
	require.ErrorIs(t, err, stat.NoSpread)
}

func TestEveryRuleIsNamedAtItsPoints(t *testing.T) {
	calm := []float64{10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11}
	chart := func(t *testing.T, values ...float64) []spc.Rule {
		t.Helper()
		c, err := spc.XmR(slices.Concat(calm, values), spc.Options{Baseline: 20})
		require.NoError(t, err)
		var causes []spc.Rule
		for _, p := range c.Points[len(calm):] {
			causes = append(causes, p.Cause())
		}
		return causes
	}
	common, outside, trend, near, shift := spc.CommonCause, spc.Outside, spc.Trend, spc.NearLimit, spc.Shift
	// The mean is 10.5, the limits are 4.76 and 16.24, the near ones 6.67 and 14.33.
	for name, c := range map[string]struct {
		values []float64
		want   []spc.Rule
	}{
		"beyond the upper limit":                  {[]float64{17}, []spc.Rule{outside}},
		"beyond the lower limit":                  {[]float64{4}, []spc.Rule{outside}},
		"two of three near":                       {[]float64{15, 11, 15}, []spc.Rule{near, common, near}},
		"two of three, the third across the mean": {[]float64{15, 10, 15}, []spc.Rule{common, common, common}},
		"near on both sides":                      {[]float64{15, 6, 15}, []spc.Rule{common, common, common}},
		"seven above":                             {[]float64{10, 11, 12, 11, 12, 11, 12, 11}, []spc.Rule{common, shift, shift, shift, shift, shift, shift, shift}},
		"six above":                               {[]float64{10, 11, 12, 11, 12, 11, 12, 10}, slices.Repeat([]spc.Rule{common}, 8)},
		"a point on the mean breaks a shift":      {[]float64{10, 11, 12, 11, 10.5, 12, 11, 12, 11, 10}, slices.Repeat([]spc.Rule{common}, 10)},
		"seven rising":                            {[]float64{7, 8, 9, 10, 11, 12, 13, 10}, []spc.Rule{trend, trend, trend, trend, trend, trend, trend, common}},
		"a tie breaks a trend":                    {[]float64{7, 8, 9, 9, 10, 11, 12, 10}, slices.Repeat([]spc.Rule{common}, 8)},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, chart(t, c.values...)) })
	}
}

func TestAPointBetweenTwoTrendsBelongsToTheLaterOne(t *testing.T) {
	c, err := spc.XmR([]float64{1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1}, spc.Options{})
	require.NoError(t, err)
	for i, p := range c.Points {
		require.Contains(t, p.Signals, spc.Signal{Rule: spc.Trend, High: i < 6}, "%d", i)
	}
}

func TestAssuranceAndVariationFollowDirectionAndTarget(t *testing.T) {
	values := []float64{10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 10, 40}
	for _, c := range []struct {
		better    spc.Better
		target    sp.Known[float64]
		variation spc.Variation
		assurance spc.Assurance
	}{
		{spc.Higher, sp.Know(100.0), spc.Improvement, spc.ConsistentlyFail},
		{spc.Higher, sp.Know(-100.0), spc.Improvement, spc.ConsistentlyPass},
		{spc.Higher, sp.Know(12.0), spc.Improvement, spc.Inconsistent},
		{spc.Lower, sp.Know(100.0), spc.Concern, spc.ConsistentlyPass},
		{spc.Lower, sp.Know(-100.0), spc.Concern, spc.ConsistentlyFail},
		{spc.Neither, sp.Know(12.0), spc.NeutralHigh, spc.NoTarget},
		{spc.Higher, sp.Known[float64]{}, spc.Improvement, spc.NoTarget},
	} {
		chart, err := spc.XmR(values, spc.Options{Better: c.better, Target: c.target})
		require.NoError(t, err)
		require.Equal(t, c.variation, chart.Variation)
		require.Equal(t, c.assurance, chart.Assurance)
		require.NotContains(t, c.variation.String()+c.assurance.String(), "unknown")
	}
}

// slowCauses applies each rule to each point by looking at every window around it.
func slowCauses(points []spc.Point) []spc.Rule {
	side := func(p spc.Point) int { return compare(p.Value, p.Mean) }
	outside := func(p spc.Point) bool { return p.Value > p.Upper || p.Value < p.Lower }
	near := func(p spc.Point) bool { return !outside(p) && (p.Value > p.NearUpper || p.Value < p.NearLower) }
	in := func(i, length int, holds func(window []spc.Point) bool) bool {
		for from := max(0, i-length+1); from <= i && from+length <= len(points); from++ {
			if holds(points[from : from+length]) {
				return true
			}
		}
		return false
	}
	all := make([]spc.Rule, len(points))
	for i, p := range points {
		monotone := func(w []spc.Point) bool {
			d := compare(w[1].Value, w[0].Value)
			for j := 1; j < len(w); j++ {
				if compare(w[j].Value, w[j-1].Value) != d {
					return false
				}
			}
			return d != 0
		}
		oneSide := func(w []spc.Point) bool {
			for _, q := range w {
				if side(q) != side(w[0]) || side(q) == 0 {
					return false
				}
			}
			return true
		}
		two := func(w []spc.Point) bool {
			n := 0
			for _, q := range w {
				if near(q) {
					n++
				}
			}
			return n >= 2 && oneSide(w)
		}
		switch {
		case outside(p):
			all[i] = spc.Outside
		case in(i, 7, monotone):
			all[i] = spc.Trend
		case near(p) && in(i, 3, two):
			all[i] = spc.NearLimit
		case in(i, 7, oneSide):
			all[i] = spc.Shift
		default:
			all[i] = spc.CommonCause
		}
	}
	return all
}

func compare(a, b float64) int {
	switch {
	case a > b:
		return 1
	case a < b:
		return -1
	}
	return 0
}

func TestRulesAreWhatLookingAtEveryWindowGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(-3, 3), 8, 60).Draw(t, "steps")
		values := make([]float64, len(steps))
		for i, s := range steps {
			values[i] = float64(s)
			if i > 0 && rapid.Bool().Draw(t, "drifts") {
				values[i] += values[i-1]
			}
		}
		o := spc.Options{Screening: spc.Screening(rapid.IntRange(0, 1).Draw(t, "screening"))}
		if cut := len(values) / 2; rapid.Bool().Draw(t, "rebased") {
			o.Rebases = []spc.Rebase{{At: cut, Reason: "because"}}
		}
		c, err := spc.XmR(values, o)
		require.NoError(t, err)
		for _, s := range c.Stretches {
			points := c.Points[s.From:s.To]
			for i, want := range slowCauses(points) {
				require.Equal(t, want, points[i].Cause(), "%d", i)
			}
		}
	})
}

func TestLaneyLimitsAreThoseOfChanceWhereChanceIsAll(t *testing.T) {
	stream := rand.New(rand.NewPCG(1, 2))
	var counts []spc.Count
	for range 400 {
		n, x := 300+stream.IntN(500), 0.0
		for range n {
			if stream.Float64() < .3 {
				x++
			}
		}
		counts = append(counts, spc.Count{Events: x, Of: float64(n)})
	}
	for name, chart := range map[string]func([]spc.Count, spc.Options) (spc.Chart, error){"p": spc.P, "u": spc.U} {
		c, err := chart(counts, spc.Options{Spread: spc.Laney})
		require.NoError(t, err)
		want := map[string]float64{"p": 1, "u": math.Sqrt(.7)}[name] // as rates, shares scatter less than Poisson
		require.InDelta(t, want, c.Stretches[0].Dispersion, .08)
		chance, err := chart(counts, spc.Options{Spread: spc.ByChance})
		require.NoError(t, err)
		p, q := c.Points[0], chance.Points[0]
		require.InDelta(t, p.Upper-p.Mean, (q.Upper-q.Mean)*c.Stretches[0].Dispersion, 1e-12)
		auto, err := chart(counts, spc.Options{})
		require.NoError(t, err)
		require.True(t, auto.Stretches[0].LaneyLimits, "about 165 cases at a point")
	}
	small, err := spc.C([]float64{3, 5, 4, 0, 6}, spc.Options{})
	require.NoError(t, err)
	require.False(t, small.Stretches[0].LaneyLimits)
	require.InDelta(t, 3.6+3*math.Sqrt(3.6), small.Points[0].Upper, 1e-12)
	require.Zero(t, small.Points[0].Lower)
}

func FuzzCharts(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, uint64(1), 20)
	f.Add(1e100, -1e100, 0.0, uint64(2), 13)
	f.Add(math.NaN(), math.Inf(1), 5e-324, uint64(3), 8)
	f.Fuzz(func(t *testing.T, a, b, target float64, seed uint64, n int) {
		stream := rand.New(rand.NewPCG(seed, 1))
		n = min(max(n, 0), 100)
		values, counts := make([]float64, n), make([]spc.Count, n)
		for i := range values {
			values[i] = a + b*stream.Float64()
			counts[i] = spc.Count{Events: math.Floor(a * stream.Float64()), Of: b}
		}
		o := spc.Options{Better: spc.Better(seed % 3), Target: sp.Know(target)}
		if n > 4 && seed%2 == 0 {
			o.Rebases = []spc.Rebase{{At: n / 2, Reason: "x"}}
		}
		x, err := spc.XmR(values, o)
		sound(t, x, err)
		p, err := spc.P(counts, o)
		sound(t, p, err)
		u, err := spc.U(counts, o)
		sound(t, u, err)
	})
}

func sound(t *testing.T, c spc.Chart, err error) {
	t.Helper()
	if err != nil {
		require.ErrorIs(t, err, sp.ErrInvalid)
		return
	}
	for i, p := range c.Points {
		require.True(t, p.Lower <= p.NearLower && p.NearLower <= p.Mean && p.Mean <= p.NearUpper && p.NearUpper <= p.Upper, "%d: %+v", i, p)
	}
}
