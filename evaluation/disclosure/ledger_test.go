package disclosure_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

func TestTheLedgerRefusesWhatTwoReleasesTellTogether(t *testing.T) {
	table := func(north, south int64) disclosure.Table {
		return disclosure.Table{Columns: []string{"people"}, Rows: []disclosure.Row{{Name: "north", Counts: []int64{north}}, {Name: "south", Counts: []int64{south}}}}
	}
	march, april := sp.NewDate(2025, 3, 31), sp.NewDate(2025, 4, 30)
	var l disclosure.Ledger
	_, err := l.Release("referred", march, table(20, 40), disclosure.Threshold5())
	require.NoError(t, err)
	_, err = l.Release("referred", april, table(22, 60), disclosure.Threshold5())
	var differences *disclosure.DifferenceError
	require.ErrorAs(t, err, &differences)
	require.ErrorIs(t, err, sp.ErrDenied)
	require.Equal(t, []disclosure.Difference{{Row: "north", Column: "people", Since: march, OtherKey: "referred", Knows: disclosure.Range{Low: 2, High: 2}, Combined: 2}}, differences.Differences)
	require.Len(t, l.Entries, 1, "what is refused is not remembered")
	_, err = l.Release("referred", april, table(20, 60), disclosure.Threshold5())
	require.NoError(t, err, "nobody new in the north, and many in the south")

	stored, err := json.Marshal(l)
	require.NoError(t, err)
	var back disclosure.Ledger
	require.NoError(t, json.Unmarshal(stored, &back))
	require.Equal(t, l, back)

	// Rounded to 5, two new people do not show.
	var rounded disclosure.Ledger
	for _, n := range []int64{20, 22} {
		_, err = rounded.Release("referred", march, table(n, 40), disclosure.HES())
		require.NoError(t, err)
	}

	// The ward is the borough less three people.
	nested := disclosure.Nesting{Row: "ward", OuterKey: "referred", OuterRow: "north"}
	ward := disclosure.Table{Columns: []string{"people"}, Rows: []disclosure.Row{{Name: "ward", Counts: []int64{17}}, {Name: "rest", Counts: []int64{30}}}}
	_, err = l.Release("by ward", april, ward, disclosure.Threshold5(), nested)
	require.ErrorAs(t, err, &differences)
	require.NotContains(t, err.Error(), "17")
	_, err = l.Release("by ward", april, ward, disclosure.Threshold5())
	require.NoError(t, err, "unless nobody says how they nest")
	_, err = l.Release("", april, ward, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
}
