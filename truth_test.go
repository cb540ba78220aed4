package sp_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestTruthTablesAreKleenes(t *testing.T) {
	// Kleene (1938): order no < unknown < yes; and is the lesser, or the greater.
	rank := map[sp.Truth]int{sp.No: 0, sp.Unknown: 1, sp.Yes: 2}
	truths := []sp.Truth{sp.No, sp.Unknown, sp.Yes}
	for _, a := range truths {
		require.Equal(t, truths[2-rank[a]], a.Not(), "not %s", a)
		for _, b := range truths {
			require.Equal(t, truths[min(rank[a], rank[b])], a.And(b), "%s and %s", a, b)
			require.Equal(t, truths[max(rank[a], rank[b])], a.Or(b), "%s or %s", a, b)
		}
	}
}

func TestTruthOfANumberThatIsNoneIsUnknown(t *testing.T) {
	odd := sp.Truth(7)
	require.False(t, odd.Known())
	require.Equal(t, sp.Unknown, odd.Not())
	require.Equal(t, sp.Unknown, odd.And(sp.Yes))
	require.Equal(t, sp.No, odd.And(sp.No))
	require.Equal(t, sp.Yes, odd.Or(sp.Yes))
	require.Equal(t, "unknown", odd.String())
}

func TestTruthInJSON(t *testing.T) {
	for _, truth := range []sp.Truth{sp.Unknown, sp.Yes, sp.No} {
		data, err := json.Marshal(truth)
		require.NoError(t, err)
		back := sp.Truth(9)
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, truth, back)
	}
	var truth sp.Truth
	require.NoError(t, json.Unmarshal([]byte(`""`), &truth))
	require.Equal(t, sp.Unknown, truth)
	for _, s := range []string{`"Yes"`, `"true"`, `true`, `1`} {
		require.Error(t, json.Unmarshal([]byte(s), &truth), s)
	}
	require.Equal(t, sp.Yes, sp.TruthOf(true))
	require.Equal(t, sp.No, sp.TruthOf(false))
	require.True(t, sp.No.Known())
}
