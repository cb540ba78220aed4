package lab_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation/lab"
)

func TestBarriersSayWhatEachPolicyDoesToEach(t *testing.T) {
	s := study(asNow, lab.Policy{Name: "worker", Workers: 1}, lab.Policy{Name: "short contracts", Contracts: lab.Contracts{Months: 3}})
	runs := 0
	b, err := s.Barriers(t.Context(), lab.Options{Seed: "test", Pairs: 4, Workers: 2, Progress: func(p lab.Progress) {
		runs++
		require.LessOrEqual(t, p.Done, p.Of)
	}})
	require.NoError(t, err)
	require.Equal(t, 24, runs)
	require.Len(t, b.Lines, 25)
	verdict := func(no, policy, indicator string) lab.Verdict {
		for _, l := range b.Lines {
			for _, e := range l.Effects {
				if l.No == no && e.Policy == policy && e.Indicator == indicator {
					return e.Verdict
				}
			}
		}
		return lab.Untold
	}
	require.Equal(t, lab.Better, verdict("6-1", "worker", "wait-to-contact"), "as package evaluation counts the events")
	require.Equal(t, lab.Worse, verdict("1-1", "short contracts", string(lab.Cut)))
	told := 0
	for _, l := range b.Lines {
		require.NotEqual(t, l.Untold == "", len(l.Effects) == 0, l.No)
		if l.Untold == "" {
			told++
		}
	}
	require.Greater(t, told, 7)
	require.Less(t, told, 25, "a simulation has no voices")
	table := b.Tables()[0]
	for _, row := range table.Rows {
		require.Len(t, row, len(table.Header))
	}
	described(t, table)
	require.Contains(t, b.String(), "a long chain, and waiting")
}
