package funding_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
)

func TestDetailsOfAnAllocationAreThoseOfItsDistancesAndExplanations(t *testing.T) {
	areas := wards(t, []int64{100, 200, 300, 50})
	areas, err := areas.Replace("had", 2, []int64{10_000, 10_000, 40_000, 1})
	require.NoError(t, err)
	a, err := funding.Allocate(sp.Pence(61_000), areas, funding.Policy{Formula: byRank, Opening: "had", Floor: funding.Bound{Growth: "-0.1"}, Cap: funding.Bound{Growth: "0.4"}})
	require.NoError(t, err)
	details, err := a.Details()
	require.NoError(t, err)
	distances, err := a.Distances()
	require.NoError(t, err)
	seen := map[string]int{}
	for i, d := range details {
		require.Equal(t, []any{distances[i].Code, distances[i].Target, distances[i].After, distances[i].Defined}, []any{d.Code, d.Target, d.Distance, d.Defined})
		require.Equal(t, a.Minor()[i], d.Amount.Minor())
		e, err := a.Explain(d.Code)
		require.NoError(t, err)
		if name := e.Steps[len(e.Steps)-2].Name; d.Bound != "" || name == "floor" || name == "cap" {
			require.Equal(t, name, d.Bound, d.Code)
		}
		seen[d.Bound]++
	}
	require.Equal(t, map[string]int{"": 1, "floor": 1, "cap": 2}, seen)
	given, err := funding.Given(areas, "had", sp.GBP)
	require.NoError(t, err)
	_, err = given.Details()
	require.ErrorIs(t, err, sp.ErrInvalid)
}
