package disclosure_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

func TestAnonymityIsWhatComparingEveryPairGives(t *testing.T) {
	value := rapid.SampledFrom([]string{"", "1", "12", "2", "|"})
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.SliceOfN(value, 2, 2), 0, 15).Draw(t, "people")
		sensitive := rapid.SliceOfN(value, len(people), len(people)).Draw(t, "sensitive")
		k := rapid.IntRange(2, 4).Draw(t, "k")
		a, err := disclosure.KAnonymity(people, k)
		require.NoError(t, err)
		l, err := disclosure.LDiversity(people, sensitive)
		require.NoError(t, err)
		smallest, unique, below, diverse := 0, 0, 0, 0
		for _, p := range people {
			alike, values := 0, map[string]bool{}
			for j, q := range people {
				if p[0] == q[0] && p[1] == q[1] {
					alike++
					values[sensitive[j]] = true
				}
			}
			if smallest == 0 || alike < smallest {
				smallest = alike
			}
			if diverse == 0 || len(values) < diverse {
				diverse = len(values)
			}
			if alike == 1 {
				unique++
			}
			if alike < k {
				below++
			}
		}
		require.Equal(t, [4]int{smallest, unique, below, diverse}, [4]int{a.Smallest, a.Unique, a.Below, l})
		require.Equal(t, below == 0, a.Holds())
	})
	_, err := disclosure.KAnonymity([][]string{{"a"}, {"a", "b"}}, 2)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = disclosure.KAnonymity(nil, 1)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = disclosure.LDiversity([][]string{{"a"}}, nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}
