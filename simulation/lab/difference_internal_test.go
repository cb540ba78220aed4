package lab

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
)

func TestCompareCorrectsStepByStep(t *testing.T) {
	require.Equal(t, []float64{0.03, 0.06, 0.06, 0.02}, rounded(holm([]float64{0.01, 0.04, 0.03, 0.005})))
	require.Equal(t, []float64{1, 1}, holm([]float64{0.9, 0.6}))
	require.Empty(t, holm(nil))
}

func rounded(all []float64) []float64 {
	for i := range all {
		all[i] = float64(int(all[i]*1e6+0.5)) / 1e6
	}
	return all
}

// Of studies that stop when they know enough, no more than a twentieth has an interval without the
// truth, or finds a difference where there is none in any of three policies.
func TestCompareKeepsItsLevelWhereItStopsEarly(t *testing.T) {
	tier.Unraced(t)
	const studies, policies = 1000, 4
	rng := rand.New(rand.NewPCG(1, 2))
	wrong, found, early := 0, 0, 0
	for range studies {
		s := &Study{Policies: make([]Policy, policies)}
		tr := &trial{Study: s, o: Options{Pairs: 64, Level: 0.95, Until: Enough{Referred, 1.2}}, infos: Measures()[:1], scopes: []scope{{}}, in: [][]int{nil}, runs: make([][]sample, policies), keys: make([]string, policies)}
		looks := tr.looks()
		for look, n := range looks {
			for i := tr.pairs(); i < n; i++ {
				common := rng.NormFloat64()
				for k := range policies {
					tr.runs[k] = append(tr.runs[k], sample{sp.Know(common + rng.NormFloat64())})
				}
			}
			c, err := tr.compare(look+1, looks)
			require.NoError(t, err)
			if n < 64 && !tr.enough(c) {
				continue
			}
			misses, claims := false, false
			for _, d := range c.Differences {
				misses = misses || d.Mean.Interval.Lower > 0 || d.Mean.Interval.Upper < 0
				claims = claims || d.Verdict != Unsure
			}
			wrong, found = wrong+b2i(misses), found+b2i(claims)
			early += b2i(n < 64)
			break
		}
	}
	require.Positive(t, early)
	require.LessOrEqual(t, wrong, studies/20)
	require.LessOrEqual(t, found, studies/20)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
