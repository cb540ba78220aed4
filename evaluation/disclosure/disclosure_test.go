package disclosure_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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

// tables draws small tables, some of them with a hierarchy.
func tables() *rapid.Generator[disclosure.Table] {
	return rapid.Custom(func(t *rapid.T) disclosure.Table {
		columns := rapid.IntRange(1, 3).Draw(t, "columns")
		table := disclosure.Table{Columns: []string{"a", "b", "c"}[:columns]}
		count := rapid.SampledFrom([]int64{0, 0, 1, 2, 3, 4, 5, 8, 9, 14, 23})
		leaf := func(name, parent string) {
			r := disclosure.Row{Name: name, Parent: parent}
			for range columns {
				r.Counts = append(r.Counts, count.Draw(t, "count"))
			}
			table.Rows = append(table.Rows, r)
		}
		leaf("p", "")
		if rapid.Bool().Draw(t, "hierarchy") {
			table.Rows = append(table.Rows, disclosure.Row{Name: "up"})
			leaf("q", "up")
			leaf("r", "up")
		} else {
			leaf("q", "")
		}
		return table
	})
}

// tried is the most that [possible] tries in a cell.
const tried = 30

// possible finds by trying every table what each cell can be, if a reader knows this of
// each. It is the slow version of the audit.
func possible(table disclosure.Table, safe disclosure.Safe, knows func(row, column int) disclosure.Range) map[[2]int]disclosure.Range {
	columns := len(table.Columns)
	index := map[string]int{}
	for i, r := range safe.Rows {
		index[r.Name] = i
	}
	var leaves []int
	for i, r := range safe.Rows {
		for _, row := range table.Rows {
			if row.Name == r.Name && row.Counts != nil {
				leaves = append(leaves, i)
			}
		}
	}
	values := make([][]int64, len(safe.Rows))
	for i := range values {
		values[i] = make([]int64, len(safe.Columns))
	}
	found := map[[2]int]disclosure.Range{}
	note := func() {
		for i := range values {
			for c := range values[i] {
				if !knows(i, c).Contains(values[i][c]) {
					return
				}
			}
		}
		for i := range values {
			for c, v := range values[i] {
				r, seen := found[[2]int{i, c}]
				if !seen {
					r = disclosure.Range{Low: v, High: v}
				}
				found[[2]int{i, c}] = disclosure.Range{Low: min(r.Low, v), High: max(r.High, v)}
			}
		}
	}
	add := func(row, column int, v int64) {
		for i := row; ; i = index[safe.Rows[i].Parent] {
			values[i][column] += v
			if columns > 1 {
				values[i][columns] += v
			}
			if safe.Rows[i].Parent == "" {
				return
			}
		}
	}
	var try func(at int)
	try = func(at int) {
		if at == len(leaves)*columns {
			note()
			return
		}
		row, column := leaves[at/columns], at%columns
		k := knows(row, column)
		for v := k.Low; v <= min(k.High, tried); v++ {
			add(row, column, v)
			over := false
			for i := row; ; i = index[safe.Rows[i].Parent] {
				over = over || values[i][column] > knows(i, column).High || columns > 1 && values[i][columns] > knows(i, columns).High
				if safe.Rows[i].Parent == "" {
					break
				}
			}
			if !over {
				try(at + 1)
			}
			add(row, column, -v)
		}
	}
	try(0)
	return found
}

func TestAReaderCannotWorkOutASmallCountByTryingEveryTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := tables().Draw(t, "table")
		p := rapid.SampledFrom([]disclosure.Policy{disclosure.Threshold5(), disclosure.MHSDS(), {Name: "three", Source: "test", SmallFrom: 0, SmallTo: 3}}).Draw(t, "policy")
		released, err := disclosure.Release(table, p)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrDenied)
			return
		}
		again, err := disclosure.Release(table, p)
		require.NoError(t, err)
		safe, err := released.Public()
		require.NoError(t, err)
		same, err := again.Public()
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(safe, same))

		actual := truth(table, safe)
		hidden := 0
		knows := func(row, column int) disclosure.Range {
			n := actual[row][column]
			switch {
			case p.Small(n), !safe.Rows[row].Cells[column].Count.IsZero():
				return p.Reveals(n)
			case p.SmallFrom == 0:
				return disclosure.Range{Low: 0, High: disclosure.Open}
			}
			return disclosure.Range{Low: 1, High: disclosure.Open}
		}
		for i, r := range safe.Rows {
			for c, cell := range r.Cells {
				n := actual[i][c]
				if p.Small(n) {
					require.Equal(t, "*", cell.String())
				} else if !cell.Count.IsZero() {
					require.Equal(t, p.Show(n), cell)
				}
				if cell.Count.IsZero() {
					hidden++
				}
			}
		}
		if hidden > 9 || len(safe.Columns) > 3 && len(safe.Rows) > 3 {
			return // too many tables to try
		}
		for at, r := range possible(table, safe, knows) {
			if n := actual[at[0]][at[1]]; p.Small(n) {
				require.GreaterOrEqual(t, r.High-r.Low, int64(2), "%v %v", at, r)
				require.True(t, r.Contains(0) || r.Contains(p.SmallTo), "%v %v", at, r)
			}
		}
	})
}

// truth adds a table up, in the order of a safe one.
func truth(table disclosure.Table, safe disclosure.Safe) [][]int64 {
	index := map[string]int{}
	for i, r := range safe.Rows {
		index[r.Name] = i
	}
	sums := make([][]int64, len(safe.Rows))
	for i := range sums {
		sums[i] = make([]int64, len(safe.Columns))
	}
	for _, r := range table.Rows {
		for c, n := range r.Counts {
			for i := index[r.Name]; ; i = index[safe.Rows[i].Parent] {
				sums[i][c] += n
				if len(table.Columns) > 1 {
					sums[i][len(table.Columns)] += n
				}
				if safe.Rows[i].Parent == "" {
					break
				}
			}
		}
	}
	return sums
}

func TestAuditMaskFindsWhatTryingEveryTableFinds(t *testing.T) {
	checked := 0
	defer func() { require.Positive(t, checked) }()
	rapid.Check(t, func(t *rapid.T) {
		table := tables().Draw(t, "table")
		if len(table.Columns) > 2 {
			table.Columns = table.Columns[:2]
			for i := range table.Rows {
				if table.Rows[i].Counts != nil {
					table.Rows[i].Counts = table.Rows[i].Counts[:2]
				}
			}
		}
		released, err := disclosure.Release(table, disclosure.Policy{Name: "all but", Source: "test", SmallFrom: 1, SmallTo: 2})
		if err != nil {
			return
		}
		safe, err := released.Public() // for its order alone
		require.NoError(t, err)
		actual := truth(table, safe)
		for _, row := range actual {
			if slices.Max(row) > tried { // a cell could be more than what is tried
				return
			}
		}
		checked++
		mask := map[[2]string]bool{}
		hidden := 0
		for _, r := range safe.Rows {
			for _, c := range safe.Columns {
				if hidden < 7 && r.Name != disclosure.Total && rapid.Bool().Draw(t, "hidden") {
					mask[[2]string{r.Name, c}] = true
					hidden++
				}
			}
		}
		findings, err := disclosure.AuditMask(table, func(row, column string) bool { return mask[[2]string{row, column}] })
		require.NoError(t, err)
		want := possible(table, safe, func(row, column int) disclosure.Range {
			if mask[[2]string{safe.Rows[row].Name, safe.Columns[column]}] {
				return disclosure.Range{Low: 0, High: disclosure.Open}
			}
			return disclosure.Range{Low: actual[row][column], High: actual[row][column]}
		})
		for _, f := range findings {
			for i, r := range safe.Rows {
				for c, column := range safe.Columns {
					if r.Name == f.Row && column == f.Column && want[[2]int{i, c}].High < tried {
						require.Equal(t, want[[2]int{i, c}], f.Knows, "%s %s", f.Row, f.Column)
					}
				}
			}
		}
	})
}

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
