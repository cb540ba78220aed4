package disclosure

import (
	"fmt"
	"strconv"

	"github.com/socialprescribing/sp"
)

// A Row is a row of counts, or a total of rows.
type Row struct {
	Name   string
	Parent string  // name of the row that this one adds up to; empty for the total of the table
	Counts []int64 // one for each column; nil for a row that is the total of others
}

// A Table holds counts of people by rows and columns. Its totals are part of it: every
// parent row is the sum of its rows, [Total] the sum of all, and with more than one
// column a last one, Total, the sum of the row.
type Table struct {
	Title   string
	Columns []string
	Rows    []Row   // in any order; names are unique
	Groups  []Group // of columns: a second hierarchy, with the totals that it has; none are needed
}

// A Group is a column that others add up to: all needs about money, say. The counts of a
// row do not have it; it is added.
type Group struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"` // of the table, or groups that stand before this one
}

// Total is the name of the row and of the column of totals.
const Total = "Total"

// The most that a count may be, and that a table may have of rows and columns.
const (
	mostPeople = 1e12
	mostRows   = 1_000_000
	mostCells  = 10_000_000
)

// A grid is a checked table with its totals: rows in order, each after its children.
type grid struct {
	columns []string // then groups, then Total, if there is more than one
	leaves  int      // how many columns are no totals
	upper   []int    // index of the column that each adds up to; -1 for the last
	rows    []gridRow
	counts  [][]int64 // by row and column
}

// A gridRow is a row of a grid.
type gridRow struct {
	name   string
	parent int // index; -1 for the total of the table
	leaf   bool
	depth  int // 0 for the total of the table
}

// grid checks t and adds its totals. The total of the table is the last row.
func (t Table) grid() (*grid, error) {
	e := &sp.InvalidError{Subject: "disclosure: table"}
	e.Check(len(t.Columns) > 0, "columns", sp.WrongLength, "needs at least one")
	e.Check(len(t.Rows) > 0 && len(t.Rows) <= mostRows, "rows", sp.OutOfRange, "must be from 1 to 1,000,000")
	e.Check(len(t.Columns) <= mostCells && len(t.Groups) <= mostCells && (len(t.Rows)+1)*(len(t.Columns)+len(t.Groups)+1) <= mostCells, "table", sp.OutOfRange, "must have at most 10,000,000 cells, totals included")
	names := map[string]bool{}
	for i, c := range t.Columns {
		e.Check(c != "" && c != Total && !names[c], fmt.Sprintf("columns[%d]", i), sp.Duplicate, "must have a name of its own, and not Total")
		names[c] = true
	}
	index := map[string]int{"": len(t.Rows), Total: len(t.Rows)}
	for i, r := range t.Rows {
		_, taken := index[r.Name]
		e.Check(!taken, fmt.Sprintf("rows[%d].name", i), sp.Duplicate, "must be a name of its own, and not Total")
		index[r.Name] = i
	}
	for i, r := range t.Rows {
		at := fmt.Sprintf("rows[%d]", i)
		parent, known := index[r.Parent]
		e.Check(known && (parent == len(t.Rows) || t.Rows[parent].Counts == nil), at+".parent", sp.Inconsistent, "must be a row without counts")
		e.Check(r.Counts == nil || len(r.Counts) == len(t.Columns), at+".counts", sp.Inconsistent, "must be one for each column")
		for c, n := range r.Counts {
			if n < 0 || n > mostPeople {
				e.Check(false, at+".counts["+strconv.Itoa(c)+"]", sp.OutOfRange, "must be from 0 to 1e12")
			}
		}
	}
	upper := t.upper(e)
	if err := e.Err(); err != nil {
		return nil, err
	}
	return t.add(index, upper)
}

// upper returns the index of the column that each column and group adds up to, where
// the groups stand behind the columns and Total last, and notes what is wrong with groups.
func (t Table) upper(e *sp.InvalidError) []int {
	total := len(t.Columns) + len(t.Groups)
	index := map[string]int{Total: total}
	for c, name := range t.Columns {
		index[name] = c
	}
	if len(t.Columns) == 1 {
		e.Check(len(t.Groups) == 0, "groups", sp.Inconsistent, "must not be there for a single column")
		return []int{-1}
	}
	upper := make([]int, total+1)
	for i := range upper {
		upper[i] = total
	}
	upper[total] = -1
	for i, g := range t.Groups {
		at := fmt.Sprintf("groups[%d]", i)
		_, taken := index[g.Name]
		e.Check(g.Name != "" && !taken, at+".name", sp.Duplicate, "must be a name of its own, and not Total")
		e.Check(len(g.Columns) > 0, at+".columns", sp.WrongLength, "needs at least one")
		for k, name := range g.Columns {
			c, known := index[name]
			if !known || c == total || upper[c] != total {
				e.Check(false, fmt.Sprintf("%s.columns[%d]", at, k), sp.Inconsistent, "must be a column, or a group before this one, that is in no other group")
				continue
			}
			upper[c] = len(t.Columns) + i
		}
		index[g.Name] = len(t.Columns) + i
	}
	return upper
}

// add orders the rows of a checked table, children first, and adds them up.
func (t Table) add(index map[string]int, upper []int) (*grid, error) {
	root := len(t.Rows)
	children := make([][]int, root+1)
	for i, r := range t.Rows {
		p := index[r.Parent]
		children[p] = append(children[p], i)
	}
	g := &grid{columns: append([]string{}, t.Columns...), leaves: len(t.Columns), upper: upper}
	for _, group := range t.Groups {
		g.columns = append(g.columns, group.Name)
	}
	if len(t.Columns) > 1 {
		g.columns = append(g.columns, Total)
	}
	var visit func(i, depth int) int
	visit = func(i, depth int) int {
		sums, row := make([]int64, len(t.Columns), len(g.columns)), gridRow{name: Total, parent: -1, depth: depth}
		if i < root {
			row.name, row.leaf = t.Rows[i].Name, t.Rows[i].Counts != nil
			copy(sums, t.Rows[i].Counts)
		}
		var below []int
		for _, c := range children[i] {
			at := visit(c, depth+1)
			below = append(below, at)
			for k := range sums {
				sums[k] += g.counts[at][k]
			}
		}
		sums = append(sums, make([]int64, len(g.columns)-len(sums))...)
		for c, up := range upper { // groups stand behind what they are made of
			if up >= 0 {
				sums[up] += sums[c]
			}
		}
		g.rows, g.counts = append(g.rows, row), append(g.counts, sums)
		for _, b := range below {
			g.rows[b].parent = len(g.rows) - 1
		}
		return len(g.rows) - 1
	}
	visit(root, 0)
	if len(g.rows) != root+1 {
		return nil, sp.Invalid("disclosure: table", "rows", sp.Inconsistent, "must not be totals of one another in a ring")
	}
	for i, r := range g.rows {
		if !r.leaf && r.parent >= 0 && (i == 0 || g.rows[i-1].parent != i) {
			return nil, sp.Invalid("disclosure: table", "rows", sp.Inconsistent, "must not be the total of no rows")
		}
	}
	return g, nil
}

// A Safe is a table as the public sees it, totals included.
type Safe struct {
	Title   string    `json:"title"`
	Columns []string  `json:"columns"`
	Groups  []Group   `json:"groups,omitempty"` // of columns, each a column too
	Rows    []SafeRow `json:"rows"`             // those of a total stand before it, and the total of the table last
}

// A SafeRow is a row of a [Safe].
type SafeRow struct {
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"` // empty for the total of the table
	Cells  []Cell `json:"cells"`
}

// MarshalJSON writes the count, or null if it is not shown.
func (c Cell) MarshalJSON() ([]byte, error) { return c.Count.MarshalJSON() }
