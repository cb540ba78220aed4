package spc_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/spc"
	"github.com/socialprescribing/sp/evaluation/stat"
)

func failed[T any](_ T, err error) error { return err }

func TestAnImpossibleFunnelIsRefused(t *testing.T) {
	funnel, err := spc.NewFunnel(spc.FunnelRates, []spc.Count{{Events: 3, Of: 100}}, spc.FunnelOptions{})
	require.NoError(t, err)
	for name, err := range map[string]error{
		"NewFunnel of nobody":                  failed(spc.NewFunnel(spc.FunnelRates, nil, spc.FunnelOptions{})),
		"NewFunnel of more than all":           failed(spc.NewFunnel(spc.FunnelProportions, []spc.Count{{Events: 2, Of: 1}}, spc.FunnelOptions{})),
		"NewFunnel without events":             failed(spc.NewFunnel(spc.FunnelRates, []spc.Count{{Of: 1}}, spc.FunnelOptions{})),
		"NewFunnel around an impossible share": failed(spc.NewFunnel(spc.FunnelProportions, []spc.Count{{Of: 1}}, spc.FunnelOptions{Baseline: sp.Know(1.5)})),
		"Funnel.Limits of nobody":              failed(funnel.Limits(0, .95)),
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, err, sp.ErrInvalid) })
	}
}

func TestFunnelLimitsAreWhereSignificanceBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := float64(rapid.IntRange(5, 3000).Draw(t, "of"))
		baseline := rapid.Float64Range(.02, .5).Draw(t, "baseline")
		f, err := spc.NewFunnel(spc.FunnelRates, []spc.Count{{Events: 1, Of: 10}}, spc.FunnelOptions{Baseline: sp.Know(baseline)})
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

func TestAFunnelHasNoOverdispersionAmongUnitsThatDifferByChance(t *testing.T) {
	units := func(spread float64) (all []spc.Count) {
		stream := rand.New(rand.NewPCG(3, 4)) // of its own, since a map has no order
		for range 400 {
			n := 200 + stream.IntN(2000)
			p, x := .3*math.Exp(spread*stream.NormFloat64()), 0.0
			for range n {
				if stream.Float64() < p {
					x++
				}
			}
			all = append(all, spc.Count{Events: x, Of: float64(n)})
		}
		return all
	}
	for spread, between := range map[float64][2]float64{0: {0, .012}, .25: {.06, .09}} {
		f, err := spc.NewFunnel(spc.FunnelProportions, units(spread), spc.FunnelOptions{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, f.Between, between[0])
		require.LessOrEqual(t, f.Between, between[1]) // 0.25 on the logarithm is about 0.08 on the arcsine here
		outside := 0
		for _, p := range f.Points {
			if p.Additive != spc.NotSignificant {
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

func FuzzFunnel(f *testing.F) {
	for _, v := range []float64{0, 1, 9, 10, .5, -1, 1e12, 1 << 53, 1e100, 1e308, 5e-324, math.Inf(1), math.NaN()} {
		f.Add(v, 100.0, 5.0, 80.0, .95)
		f.Add(3.0, v, v, 20.0, .9999)
		f.Add(3.0, 12.0, 8.0, v, .5)
	}
	f.Fuzz(func(t *testing.T, a, b, c, d, level float64) {
		for kind := spc.FunnelProportions; kind <= spc.FunnelStandardised; kind++ {
			funnel, err := spc.NewFunnel(kind, []spc.Count{{a, b}, {c, d}, {2, 5}}, spc.FunnelOptions{})
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				continue
			}
			for _, p := range funnel.Points {
				require.False(t, math.IsNaN(p.AdditiveZ) || math.IsNaN(p.ScaledZ) || math.IsNaN(p.Z), "%+v", p)
			}
			limits, err := funnel.Limits(d, level)
			if err == nil {
				for _, i := range []stat.Interval{limits.Chance, limits.Additive, limits.Scaled} {
					require.LessOrEqual(t, i.Lower, i.Upper, "%+v", limits)
				}
			}
		}
	})
}
