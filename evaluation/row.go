package evaluation

import (
	"iter"
	"slices"

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
	reads  []viewed
	window Window
	year   int    // of follow-up
	entry  *rows  // whose rows are left out unless they are of the period, if it is below the unit
	cohort []bool // of entry: which of them are of the period
	// deadlines are those that were worked out last, since many rows begin on the same days.
	deadlines [512]struct{ since, last sp.Date }
	listed    []Entry // what [Row.List] has returned for this row
}

// viewed is a fact that may be read, and where it is.
type viewed struct {
	of  *fact
	col column
	t   *rows
}

// table returns the rows of a table, nil if the run has none.
func (v *view) table(t *Table) *rows {
	for i := range v.reads {
		if v.reads[i].t.Table == t {
			return v.reads[i].t
		}
	}
	return v.run.tables[t]
}

// A fault is a mistake in a rule. It ends a count as an error.
type fault struct{ what string }

// column returns the column of a fact, and the row of its table.
func (r Row) column(f *fact) (column, uint32) {
	for i := range r.v.reads {
		if one := &r.v.reads[i]; one.of == f {
			if one.t == r.t {
				return one.col, r.row
			}
			return one.col, r.of(one.t).row
		}
	}
	r.v.column(f) // which says what is wrong
	return nil, 0
}

// column returns the column of a fact, and its table.
func (v *view) column(f *fact) (column, *rows) {
	for i := range v.reads {
		if one := &v.reads[i]; one.of == f {
			return one.col, one.t
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
	return dayOf(c.(*dayColumn).days.read(row))
}

// dayOf returns the date of a day after day0, unknown for 0.
func dayOf(day uint16) sp.Date {
	if day == 0 {
		return 0
	}
	return day0 + sp.Date(day)
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

// List returns what was said for a fact, the earliest first. It holds until the rule has
// answered.
func (r Row) List(f ListFact) []Entry {
	c, row := r.column(f.fact)
	from := len(r.v.listed)
	r.v.listed = c.(*listColumn).appendOf(r.v.listed, row)
	return slices.Clip(r.v.listed[from:])
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
	n := r.v.window.Workdays
	if n == 0 {
		return since.Add(r.v.window.Days)
	}
	known := &r.v.deadlines[uint32(since)%uint32(len(r.v.deadlines))]
	if known.since != since {
		known.since, known.last = since, r.Calendar().AddWorkdays(since, n)
	}
	return known.last
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
	return func(yield func(Row) bool) { r.under(t).each(yield) }
}

// under returns the rows of a table that belongs to that of r. Each looks for them only when it is
// ranged over: so it is small enough for the compiler to put in place, and the body of a loop over it takes no memory.
func (r Row) under(t *Table) below {
	into := r.v.table(t)
	if into == nil || !t.below(r.t.Table) || t == r.t.Table {
		panic(fault{"looks for rows of " + t.name + ", of which it reads no fact or which do not belong to a row"})
	}
	return below{r, into}
}

// below are the rows of a table that belong to a row.
type below struct {
	Row
	into *rows
}

func (b below) each(yield func(Row) bool) {
	from, to := b.span(b.into)
	for row := from; row < to; row++ {
		if !b.v.hides(b.into, row, b.t) && !yield(Row{b.v, b.into, row}) {
			return
		}
	}
}

// span returns the rows of a table that belong to r, from the first to before the last: they stand
// together, through however many tables.
func (r Row) span(into *rows) (from, to uint32) {
	if into == r.t {
		return r.row, r.row + 1
	}
	from, to = r.span(into.above)
	below := r.v.run.below(into)
	return below.from[from], below.from[to]
}

// hides reports whether a row, or one that it belongs to below another table, is not to be seen:
// one of nobody known, one that should never have been, one that is not of the period.
func (v *view) hides(t *rows, row uint32, below *rows) bool {
	for ; t != below; row, t = t.up.read(row)-1, t.above {
		if t.hidden(row) || t == v.entry && !v.cohort[row] {
			return true
		}
	}
	return false
}

// First returns the earliest day of a fact among the rows that belong to r, or of r itself.
func (r Row) First(f DayFact) (first sp.Date) {
	if r.t.below(f.table) {
		return r.Day(f)
	}
	into := r.under(f.table).into
	c, _ := r.v.column(f.fact)
	days, earliest := &c.(*dayColumn).days, uint16(0)
	for row, to := r.span(into); row < to; row++ {
		if d := days.read(row); d != 0 && (earliest == 0 || d < earliest) && !r.v.hides(into, row, r.t) {
			earliest = d
		}
	}
	return dayOf(earliest)
}

// Up returns the row of a table that r belongs to, or r itself.
func (r Row) Up(t *Table) Row {
	into := r.v.table(t)
	if into == nil {
		panic(fault{"looks for the " + t.name + " of a row, of which it reads no fact"})
	}
	return r.of(into)
}
