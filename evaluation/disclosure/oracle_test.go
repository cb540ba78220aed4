package disclosure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/internal/tier"
)

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
	tier.Unraced(t)
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
