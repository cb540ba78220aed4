package disclosure_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

func TestTheLedgerRefusesWhatManyReleasesTellTogether(t *testing.T) {
	type row = disclosure.Row
	march, april := sp.NewDate(2026, 3, 31), sp.NewDate(2026, 4, 30)
	table := func(rows ...row) disclosure.Table {
		return disclosure.Table{Columns: []string{"referred"}, Rows: rows}
	}
	of := func(name string, n int64) row { return row{Name: name, Counts: []int64{n}} }
	in := func(name string) disclosure.Nesting {
		return disclosure.Nesting{Row: name, OuterKey: "borough", OuterRow: "Bay"}
	}
	type release struct {
		key    string
		on     sp.Date
		table  disclosure.Table
		nested []disclosure.Nesting
	}
	borough := func(on sp.Date, n int64) release {
		return release{"borough", on, table(of("Bay", n), of("Dale", 500)), nil}
	}
	north := func(on sp.Date, n int64) release {
		return release{"north", on, table(of("Hill", n), of("Moor", 60)), []disclosure.Nesting{in("Hill"), in("Moor")}}
	}
	south := func(on sp.Date, n int64) release {
		return release{"south", on, table(of("Shore", n), of("Quay", 300)), []disclosure.Nesting{in("Shore")}}
	}
	try := func(l *disclosure.Ledger, r release) error {
		_, err := l.Release(r.key, r.on, r.table, disclosure.Threshold5(), r.nested...)
		return err
	}
	for _, c := range []struct {
		name     string
		before   []release
		last     release
		refused  bool
		combined int
	}{
		{"a borough less its parts is three people", []release{borough(march, 203), north(march, 90)}, south(march, 50), true, 4},
		{"the borough may come last", []release{north(march, 90), south(march, 50)}, borough(march, 203), true, 4},
		{"a borough less its parts is many people", []release{borough(march, 260), north(march, 90)}, south(march, 50), false, 0},
		{"or nobody", []release{borough(march, 200), north(march, 90)}, south(march, 50), false, 0},
		{
			"what is left changes by two people from one month to the next",
			[]release{borough(march, 260), north(march, 90), south(march, 50), borough(april, 362), north(april, 140)},
			south(april, 100), true, 8,
		},
		{
			"it changes by many",
			[]release{borough(march, 260), north(march, 90), south(march, 50), borough(april, 462), north(april, 140)},
			south(april, 100), false, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l disclosure.Ledger
			for _, r := range c.before {
				require.NoError(t, try(&l, r))
			}
			stored, err := json.Marshal(l)
			require.NoError(t, err)
			var read disclosure.Ledger
			require.NoError(t, json.Unmarshal(stored, &read))
			err = try(&read, c.last)
			if !c.refused {
				require.NoError(t, err)
				return
			}
			var e *disclosure.DifferenceError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, sp.ErrDenied)
			require.Equal(t, c.combined, e.Differences[0].Combined)
			require.Equal(t, "Bay", e.Differences[0].Row)
			require.NotRegexp(t, `\b[23]\b people`, err.Error())
			require.Len(t, read.Entries, len(c.before), "nothing is remembered of what was refused")
		})
	}
	t.Run("a part that is not shown is seen through its own parts", func(t *testing.T) {
		var l disclosure.Ledger
		require.NoError(t, try(&l, borough(march, 203)))
		// Hill is small, and not shown, nor is Lake, so that Hill is no subtraction away.
		require.NoError(t, try(&l, release{"north", march, table(of("Hill", 3), of("Moor", 60), of("Lake", 40)), []disclosure.Nesting{in("Hill"), in("Moor"), in("Lake")}}))
		require.NoError(t, try(&l, release{"south", march, table(of("Shore", 100), of("Quay", 300)), []disclosure.Nesting{in("Shore")}}))
		err := try(&l, release{"streets", march, table(of("East Street", 25), of("West Street", 15)), []disclosure.Nesting{
			{Row: "East Street", OuterKey: "north", OuterRow: "Lake"},
			{Row: "West Street", OuterKey: "north", OuterRow: "Lake"},
		}})
		require.ErrorIs(t, err, sp.ErrDenied, "203 less 60, 100, 25 and 15 is Hill")
	})
}
