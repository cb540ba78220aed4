package disclosure

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Finding is what a reader can work out of a cell that is not shown, or shown rounded.
type Finding struct {
	Row, Column string
	Knows       Range // all that the cell can be, given everything that is shown
	Exact       bool  // the reader knows the count
	Unsafe      bool  // it is a small count that the reader knows too well
}

// A Mask says which cells of a table are not shown, by the names of row and column.
// Those of totals are [Total].
type Mask func(row, column string) bool

// AuditMask returns what a reader can work out of the cells that a mask hides, if all
// others are shown as they are and nothing is known of the hidden ones but that they are
// at least 0: the auditor by itself, for tables that others made. It fails with an error
// that is [sp.ErrInvalid] for a table that is malformed. Intervals are exact, as cells
// of such a table are flows in a network; the time for each cell grows with the table.
func AuditMask(t Table, hides Mask) ([]Finding, error) {
	g, err := t.grid()
	if err != nil {
		return nil, err
	}
	if len(t.Groups) > 0 {
		return nil, sp.Invalid("disclosure: audit", "groups", sp.Unsupported, "must not be there: cells of a table with two hierarchies are no flows; Release audits such tables")
	}
	n := newNetwork(g)
	var hidden []int
	for i, r := range g.rows {
		for c, column := range g.columns {
			if hides(r.name, column) {
				n.know(g.arc(i, c), Range{0, Open})
				hidden = append(hidden, g.arc(i, c))
			}
		}
	}
	s := newSearch(n)
	var all []Finding
	for _, arc := range hidden {
		all = append(all, g.finding(arc, s.knows(arc, Open)))
	}
	return all, nil
}

// knows returns what a reader can work out of a cell, no further than want to either
// side.
func (s *search) knows(arc int, want int64) Range {
	more, less := s.slack(arc, true, want), s.slack(arc, false, want)
	return Range{s.flow[arc] - less, min(Open, s.flow[arc]+more)}
}

func (g *grid) finding(arc int, knows Range) Finding {
	return Finding{
		Row: g.rows[arc/len(g.columns)].name, Column: g.columns[arc%len(g.columns)],
		Knows: knows, Exact: knows.Low == knows.High,
	}
}

// leastValues is how many values a small count must leave possible.
const leastValues = 3

// safe reports whether what a reader knows of a small count tells too little: at least
// three values, among them 0 or the largest small count.
func (p Policy) safe(knows Range) bool {
	return knows.High-knows.Low+1 >= leastValues && (knows.Contains(0) || knows.Contains(p.SmallTo))
}

// An UnsafeError says that a table cannot be released under a policy, and why. It is
// [sp.ErrDenied]. Its findings are for those who may see the table; the text of the
// error holds no count.
type UnsafeError struct {
	Policy   string
	Findings []Finding
}

// Error names the cells, at most three of them.
func (e *UnsafeError) Error() string {
	var cells []string
	for i, f := range e.Findings {
		if i == 3 {
			cells = append(cells, fmt.Sprintf("%d more", len(e.Findings)-3))
			break
		}
		cells = append(cells, f.Row+" / "+f.Column)
	}
	return "disclosure: release under " + e.Policy + ": a reader could work out " + strings.Join(cells, ", ")
}

// Unwrap returns [sp.ErrDenied].
func (e *UnsafeError) Unwrap() error { return sp.ErrDenied }
