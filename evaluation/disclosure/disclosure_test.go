package disclosure_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

var policies = []disclosure.Policy{disclosure.HES(), disclosure.MHSDS(), disclosure.Midpoint6(), disclosure.Threshold5(), disclosure.Threshold10()}

func TestMalformedTablesAreRefused(t *testing.T) {
	row := func(name, parent string, counts ...int64) disclosure.Row {
		return disclosure.Row{Name: name, Parent: parent, Counts: counts}
	}
	for name, table := range map[string]disclosure.Table{
		"no rows":                   {Columns: []string{"a"}},
		"no columns":                {Rows: []disclosure.Row{row("r", "", 1)}},
		"a negative count":          {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", -1)}},
		"a count beyond all people": {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 2e12)}},
		"a count too few":           {Columns: []string{"a", "b"}, Rows: []disclosure.Row{row("r", "", 1)}},
		"two rows of one name":      {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 1), row("r", "", 2)}},
		"two columns of one name":   {Columns: []string{"a", "a"}, Rows: []disclosure.Row{row("r", "", 1, 2)}},
		"a row without a name":      {Columns: []string{"a"}, Rows: []disclosure.Row{row("", "", 1)}},
		"a row named Total":         {Columns: []string{"a"}, Rows: []disclosure.Row{row("Total", "", 1)}},
		"a parent that is not":      {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "x", 1)}},
		"a parent with counts":      {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 1), row("s", "r", 1)}},
		"a parent of nothing":       {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 1), row("s", "")}},
		"parents in a ring":         {Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 1), row("s", "u"), row("u", "s")}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := disclosure.Release(table, disclosure.HES())
			require.ErrorIs(t, err, sp.ErrInvalid)
			_, err = disclosure.AuditMask(table, func(string, string) bool { return true })
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err := disclosure.Release(disclosure.Table{Columns: []string{"a"}, Rows: []disclosure.Row{row("r", "", 1)}}, disclosure.Policy{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestOnlyWhatWasReleasedGoesOut(t *testing.T) {
	var nothing disclosure.Released[int]
	_, err := nothing.Public()
	require.ErrorIs(t, err, sp.ErrDenied)
	_, _, err = nothing.Draw()
	require.ErrorIs(t, err, sp.ErrDenied)
	_, err = json.Marshal(nothing)
	require.ErrorIs(t, err, sp.ErrDenied)

	_, err = disclosure.NotPeople(5, "")
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = disclosure.Within(5, "", "x")
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = disclosure.Within(5, disclosure.Practice, "")
	require.ErrorIs(t, err, sp.ErrInvalid)

	within, err := disclosure.Within(54321, disclosure.Practice, "own patients")
	require.NoError(t, err)
	_, err = within.Public()
	require.ErrorIs(t, err, sp.ErrDenied)
	_, err = json.Marshal(within)
	require.ErrorIs(t, err, sp.ErrDenied)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		require.NotContains(t, fmt.Sprintf(verb, within), "54321")
	}
	value, foot, err := within.Draw()
	require.NoError(t, err)
	require.Equal(t, 54321, value)
	require.Equal(t, "For the practice itself only: own patients.", foot)
}

func TestASharesCountsGoOutTogetherOrNotAtAll(t *testing.T) {
	for _, c := range []struct {
		numerator, denominator int64
		want                   string
	}{
		{50, 100, "50 of 100"},
		{3, 100, "* of *"},
		{97, 100, "* of *"},
		{0, 100, "* of *"},
		{100, 100, "* of *"},
		{2, 6, "* of *"},
		{23, 104, "25 of 105"},
	} {
		r, err := disclosure.ReleaseShare(c.numerator, c.denominator, disclosure.HES())
		require.NoError(t, err)
		s, err := r.Public()
		require.NoError(t, err)
		require.Equal(t, c.want, s.Numerator.String()+" of "+s.Denominator.String())
		_, shown := s.Value()
		require.Equal(t, c.want != "* of *", shown)
	}
	_, err := disclosure.ReleaseShare(5, 4, disclosure.HES())
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestWhatAPolicyRevealsHoldsTheCountAndEveryOtherThatLooksTheSame(t *testing.T) {
	for _, p := range policies {
		for n := range int64(200) {
			knows := p.Reveals(n)
			require.True(t, knows.Contains(n), "%s %d %v", p.Name, n, knows)
			for other := range int64(250) {
				same := p.Show(n) == p.Show(other)
				require.Equal(t, same, knows.Contains(other), "%s: %d shows as %v, %d as %v, %v", p.Name, n, p.Show(n), other, p.Show(other), knows)
			}
		}
		require.Equal(t, "*", p.Show(-1).String())
	}
}

func TestATotalThatIsItselfSmallCannotBeProtectedAndIsNotReleased(t *testing.T) {
	// Nobody knows less of one person in a table of one than that there is one to seven.
	one := disclosure.Table{Columns: []string{"a"}, Rows: []disclosure.Row{{Name: "r", Counts: []int64{1}}}}
	released, err := disclosure.Release(one, disclosure.HES())
	require.NoError(t, err)
	safe, err := released.Public()
	require.NoError(t, err)
	require.Equal(t, "*", safe.Rows[0].Cells[0].String())
	require.Equal(t, "*", safe.Rows[1].Cells[0].String())

	// Beside zeros alone the total of a row and of a column are the cell; all are left out.
	zeros := disclosure.Table{Columns: []string{"a", "b"}, Rows: []disclosure.Row{{Name: "r", Counts: []int64{2, 0}}, {Name: "s", Counts: []int64{0, 0}}}}
	released, err = disclosure.Release(zeros, disclosure.Threshold5())
	require.NoError(t, err)
	safe, err = released.Public()
	require.NoError(t, err)
	for _, cell := range []string{safe.Rows[0].Cells[0].String(), safe.Rows[0].Cells[2].String(), safe.Rows[2].Cells[0].String(), safe.Rows[2].Cells[2].String()} {
		require.Equal(t, "*", cell)
	}
	require.Equal(t, "0", safe.Rows[1].Cells[2].String())
}

func FuzzRelease(f *testing.F) {
	f.Add([]byte{3, 12, 40, 9, 15, 22}, uint8(3), uint8(0))
	f.Add([]byte{0, 0, 1, 0}, uint8(2), uint8(4))
	f.Add([]byte{1}, uint8(1), uint8(3))
	f.Fuzz(func(t *testing.T, counts []byte, width, which uint8) {
		columns := 1 + int(width%4)
		table := disclosure.Table{}
		for c := range columns {
			table.Columns = append(table.Columns, fmt.Sprint("c", c))
		}
		for i := 0; i+columns <= len(counts) && i < 200; i += columns {
			r := disclosure.Row{Name: fmt.Sprint("r", i)}
			for _, n := range counts[i : i+columns] {
				r.Counts = append(r.Counts, int64(n))
			}
			if i%3 == 2 {
				table.Rows = append(table.Rows, disclosure.Row{Name: fmt.Sprint("p", i)})
				r.Parent = fmt.Sprint("p", i)
			}
			table.Rows = append(table.Rows, r)
		}
		p := policies[int(which)%len(policies)]
		released, err := disclosure.Release(table, p)
		if err != nil {
			return
		}
		safe, err := released.Public()
		require.NoError(t, err)
		for i, row := range truth(table, safe) {
			for c, n := range row {
				if p.Small(n) && p.Midpoint == 0 {
					require.Equal(t, "*", safe.Rows[i].Cells[c].String())
				}
			}
		}
	})
}
