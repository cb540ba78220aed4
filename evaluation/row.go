package evaluation

import (
	"iter"

	"github.com/socialprescribing/sp"
)

// A Row is one referral, placement, person, as a rule sees it on the last day of a run.
// Facts of what it belongs to are read from it as its own are; what belongs to it is
// ranged over by [Row.Each]. What happened after the last day is not there.
//
// To read a fact that the indicator does not list, or of a table that the row does not
// belong to, ends the count with an error, so that it cannot pass as "never".
type Row struct {
	v   *view
	t   *rows
	row uint32
}

// A view is what one indicator may see.
type view struct {
	run    *Run
	facts  []*fact
	cols   []column
	tables []*rows
	window Window
	year   int    // of follow-up
	entry  *rows  // whose rows are left out unless they are of the period, if it is below the unit
	cohort []bool // of entry: which of them are of the period
}

// A fault is a mistake in a rule. It ends a count as an error.
type fault struct{ what string }

// column returns the column of a fact, and the row of its table.
func (r Row) column(f *fact) (column, uint32) {
	for i, known := range r.v.facts {
		if known == f {
			t := r.v.tables[i]
			return r.v.cols[i], r.of(t).row
		}
	}
	what := "a fact that was never declared"
	if f != nil {
		what = "a fact of " + f.table.name + " that it does not list"
	}
	panic(fault{"reads " + what})
}

// of returns the row of a table that r belongs to.
func (r Row) of(t *rows) Row {
	for r.t != t {
		if r.t.above == nil {
			panic(fault{"reads a fact of " + t.name + ", to which a row does not belong"})
		}
		r.row, r.t = r.t.up.read(r.row)-1, r.t.above
	}
	return r
}

// Day returns the day of a fact, zero if it has not happened.
func (r Row) Day(f DayFact) sp.Date {
	c, row := r.column(f.fact)
	if d := c.(*dayColumn).days.read(row); d != 0 {
		return day0 + sp.Date(d)
	}
	return 0
}

// Happened reports whether a fact has a day.
func (r Row) Happened(f DayFact) bool { return r.Day(f) != 0 }

// Code returns the text of a fact, empty if nothing was said; of several the first.
func (r Row) Code(f CodeFact) string {
	if all := r.Codes(f); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Codes returns the texts of a fact. They are not to be changed.
func (r Row) Codes(f CodeFact) []string {
	c, row := r.column(f.fact)
	codes := c.(*codeColumn)
	return codes.texts.list(codes.code(row))
}

// Count returns how many events of a fact there were.
func (r Row) Count(f CountFact) int {
	c, row := r.column(f.fact)
	return c.(*countColumn).count(row)
}

// List returns what was said for a fact, the earliest first.
func (r Row) List(f ListFact) []Entry {
	c, row := r.column(f.fact)
	return c.(*listColumn).of(row)
}

// Name returns the name of a part: the code of a need.
func (r Row) Name() string {
	if list := r.t.names.list(r.t.called.read(r.row)); list != nil {
		return list[0]
	}
	return ""
}

// AsOf returns the last day of the run.
func (r Row) AsOf() sp.Date { return r.v.run.asOf() }

// Calendar returns the calendar of the run.
func (r Row) Calendar() sp.Calendar { return r.v.run.options.Calendar }

// Deadline returns the last day of the window of the indicator that begins on a day.
func (r Row) Deadline(since sp.Date) sp.Date {
	if n := r.v.window.Workdays; n > 0 {
		return r.Calendar().AddWorkdays(since, n)
	}
	return since.Add(r.v.window.Days)
}

// Within answers whether something was done in the window of the indicator: [Yes] or [No]
// once the window that begins on a day is over, however early it was done, and [NotYet]
// until then, so that quick ones do not come first. Without a beginning it is [Absent].
func (r Row) Within(since, done sp.Date) Answer {
	if since == 0 {
		return Absent
	}
	deadline := r.Deadline(since)
	if deadline > r.AsOf() || deadline == 0 {
		return NotYet
	}
	return YesIf(done != 0 && done <= deadline)
}

// Wait answers how long something took from a day on: until it was reached, until it
// ended otherwise (by the word in how), or until the last day, on which it goes on.
func (r Row) Wait(since, reached sp.Date, how string, ended sp.Date) Answer {
	switch {
	case since == 0:
		return Absent
	case reached != 0:
		return Ended(Reached, reached.Sub(since))
	case ended != 0:
		return Ended(how, ended.Sub(since))
	default:
		return Waiting(r.AsOf().Sub(since))
	}
}

// Each yields the rows of a table that belong to r, through however many tables, but for
// those that were entered in error.
func (r Row) Each(t *Table) iter.Seq[Row] {
	into := r.v.run.tables[t]
	if into == nil || !t.below(r.t.Table) || t == r.t.Table {
		panic(fault{"looks for rows of " + t.name + ", of which it reads no fact or which do not belong to a row"})
	}
	return func(yield func(Row) bool) { r.each(into, yield) }
}

func (r Row) each(into *rows, yield func(Row) bool) bool {
	if into.above != r.t {
		return r.each(into.above, func(mid Row) bool { return mid.each(into, yield) })
	}
	for row, to := r.v.run.below(into).of(r.row); row < to; row++ {
		if into.hidden(row) || into == r.v.entry && !r.v.cohort[row] {
			continue
		}
		if !yield(Row{r.v, into, row}) {
			return false
		}
	}
	return true
}

// First returns the earliest day of a fact among the rows that belong to r, or of r itself.
func (r Row) First(f DayFact) (first sp.Date) {
	if r.t.below(f.table) {
		return r.Day(f)
	}
	for below := range r.Each(f.table) {
		if d := below.Day(f); d != 0 && (first == 0 || d < first) {
			first = d
		}
	}
	return first
}

// Up returns the row of a table that r belongs to, or r itself.
func (r Row) Up(t *Table) Row {
	into := r.v.run.tables[t]
	if into == nil {
		panic(fault{"looks for the " + t.name + " of a row, of which it reads no fact"})
	}
	return r.of(into)
}
