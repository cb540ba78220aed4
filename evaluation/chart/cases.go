package chart

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Cases are counts of people by unit - a practice, an area, a month - and what each is of.
type Cases struct {
	Table  disclosure.Released[disclosure.Safe] // a row for each unit
	Column string                               // whose counts are drawn; empty is the first

	// Of is how many people each unit has by a table that is published anyway, such as those registered
	// with a practice or resident in an area. A unit that it lacks is not measured. A nil Of takes the total of the row:
	// those of whom the others in the row are the rest.
	Of map[string]int64
}

// A look is one of the ways in which a number may be missing. Each is drawn in its own.
type look string

const (
	shown      look = "shown"
	hidden     look = "suppressed"
	unmeasured look = "not-measured"
	nobody     look = "no-cases"
)

// A unit is one row of cases as the public sees it.
type unit struct {
	name      string
	cases, of int64
	look      look
}

// rate returns cases for each of whom they are of.
func (u unit) rate() float64 { return float64(u.cases) / float64(u.of) }

// share returns the rate with its interval.
func (u unit) share() stat.Estimate {
	e, err := stat.Proportion(float64(u.cases), float64(u.of), level)
	if err != nil {
		return stat.Estimate{Undefined: stat.NoCases}
	}
	return e
}

// level is that of all intervals of the pictures.
const level = 0.95

// leaves returns the table, its rows that are no totals of others, and the place of a column.
func leaves(t disclosure.Released[disclosure.Safe], column string) (safe disclosure.Safe, rows []disclosure.SafeRow, at int, err error) {
	safe, _, err = t.Draw()
	if err != nil {
		return safe, nil, 0, err
	}
	if column != "" {
		at = slices.Index(safe.Columns, column)
	}
	if at < 0 || at >= len(safe.Columns) {
		return safe, nil, 0, sp.Invalid("chart: cases", "column", sp.NotListed, "must be one of the table")
	}
	parents := map[string]bool{disclosure.Total: true}
	for _, r := range safe.Rows {
		parents[r.Parent] = true
	}
	for i, r := range safe.Rows {
		last := i == len(safe.Rows)-1 && r.Parent == "" && r.Name == disclosure.Total
		if !last && (r.Name == disclosure.Total || !parents[r.Name]) {
			rows = append(rows, r)
		}
	}
	return safe, rows, at, nil
}

// cell returns the count of a row in a column, if it is shown.
func cell(r disclosure.SafeRow, at int) (int64, bool) {
	if at < 0 || at >= len(r.Cells) {
		return 0, false
	}
	return r.Cells[at].Count.Lookup()
}

// units returns the rows of cases.
func (c Cases) units() (units []unit, err error) {
	safe, rows, at, err := leaves(c.Table, c.Column)
	if err != nil {
		return nil, err
	}
	total := slices.Index(safe.Columns, disclosure.Total)
	if c.Of == nil && total < 0 {
		return nil, sp.Invalid("chart: cases", "of", sp.Missing, "must be given for a table of one column, which has no totals of rows")
	}
	for _, r := range rows {
		u := unit{name: r.Name, look: shown}
		var known bool
		if u.cases, known = cell(r, at); !known {
			u.look = hidden
		}
		if c.Of == nil {
			if u.of, known = cell(r, total); !known {
				u.look = hidden
			}
		} else if u.of, known = c.Of[r.Name]; !known {
			u.look = unmeasured
		}
		if u.look == shown && u.of <= 0 {
			u.look = nobody
		}
		units = append(units, u)
	}
	return units, nil
}

// total returns how many people the table is of, if it says so: those that count, or with totals of rows all of them.
func (c Cases) total() sp.Known[int64] {
	safe, _, at, err := leaves(c.Table, c.Column)
	if err != nil || c.Of != nil || len(safe.Rows) == 0 {
		return sp.Known[int64]{}
	}
	last := safe.Rows[len(safe.Rows)-1]
	if i := slices.Index(safe.Columns, disclosure.Total); i >= 0 {
		at = i
	}
	if n, known := cell(last, at); known && last.Name == disclosure.Total {
		return sp.Know(n)
	}
	return sp.Known[int64]{}
}

// within returns for whom alone something is, if one of what it is made of is not for everybody.
func within[T any](r disclosure.Released[T]) disclosure.Audience {
	if r.Basis() != disclosure.StaysWithin {
		return ""
	}
	return r.Audience()
}

// notListed says that something named is not in the table.
func notListed(path string) error {
	return sp.Invalid("chart", path, sp.NotListed, "must be one of the table")
}
