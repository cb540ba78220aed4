package evaluation

import (
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// inError is why a row is left out that should never have been.
const inError = "entered in error by the last day"

// Count counts all rows of the period for each indicator: the second level. It fails, with
// an error that is [sp.ErrInvalid], for a rule that reads what its indicator does not list or gives an
// answer that does not suit its statistic, and once ctx is done.
func (r *Run) Count(ctx context.Context) (*Counts, error) {
	all := &Counts{Period: r.options.Period, AsOf: r.asOf(), By: r.options.By.Name, Of: make([]Counted, len(r.indicators))}
	r.freeze()
	tops, countings := r.plan()
	for _, t := range tops {
		for from := uint32(0); from < t.rows.n; from += block {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("evaluation: count: %w", err)
			}
			if err := t.count(from, min(from+block, t.rows.n)); err != nil {
				return nil, err
			}
		}
	}
	for n, c := range countings {
		all.Of[n] = Counted{c.ID, c.Version, c.Window, c.Statistic, r.unrecorded(c.Recorded), c.tallies()}
	}
	return all, nil
}

// unrecorded reports whether a step is on record for no row of the log.
func (r *Run) unrecorded(step Fact) bool {
	return step != nil && r.columns[step.declared()].empty()
}

// block is for how many people all is counted before the next come: what is known of them is
// near at hand then, for one indicator after the other.
const block = 512

// A top is a table that belongs to none, such as people, with what is counted of the rows
// that belong to it.
type top struct {
	rows    *rows
	cohorts []*cohort
}

// A cohort is the rows that some indicators are about, of one unit, cohort day and
// grouping, a block at a time.
type cohort struct {
	*Run
	view      *view // what the grouping reads
	unit      *rows
	entry     *rows // the table of the cohort day, nil if there is none
	day       DayFact
	inPeriod  []bool           // which rows of entry are of the period
	above     bool             // the unit stands above entry
	by        func(Row) string // nil puts all rows into one group
	groups    map[string]uint32
	names     []string // of the groups
	lines     []line
	path      []*rows // from the unit to before the top
	countings []*counting
}

// A line is a row of a cohort.
type line struct {
	row, who, group uint32 // who is the row of the top that it belongs to
	wrong           bool   // it should never have been
}

// plan returns what there is to count, by the table at the top, and by indicator.
func (r *Run) plan() (tops []*top, countings []*counting) {
	type kind struct {
		unit  *rows
		day   *fact
		suits bool
	}
	cohorts, known, days := map[kind]*cohort{}, map[*rows]*top{}, map[*fact][]bool{}
	for _, i := range r.indicators {
		k := kind{r.tables[i.Unit], i.Cohort.fact, r.options.By.Of != nil && r.options.By.Suits(i)}
		of := cohorts[k]
		if of == nil {
			of = r.cohort(i, k.suits, days)
			cohorts[k] = of
			highest := of.unit
			for highest.above != nil {
				highest = highest.above
			}
			if known[highest] == nil {
				known[highest] = &top{rows: highest}
				tops = append(tops, known[highest])
			}
			known[highest].cohorts = append(known[highest].cohorts, of)
		}
		c := &counting{Indicator: i, view: r.view(i.Reads, of), of: of}
		c.view.window, c.view.year = i.Window, i.Year
		if of.by == nil {
			c.sum(0) // there is one, if of nobody
		}
		of.countings, countings = append(of.countings, c), append(countings, c)
	}
	return tops, countings
}

// inPeriod returns which rows have a day that is of the period, as it stands in known or for it to stand there.
func (r *Run) inPeriod(day DayFact, known map[*fact][]bool) []bool {
	if all := known[day.fact]; all != nil {
		return all
	}
	all, days := make([]bool, r.tables[day.table].n), &r.columns[day.fact].(*dayColumn).days
	for row := range all {
		d := days.read(uint32(row))
		all[row] = d != 0 && r.options.Period.Contains(day0+sp.Date(d))
	}
	known[day.fact] = all
	return all
}

// cohort returns that of an indicator.
func (r *Run) cohort(i Indicator, grouped bool, days map[*fact][]bool) *cohort {
	c := &cohort{Run: r, unit: r.tables[i.Unit], day: i.Cohort, groups: map[string]uint32{}}
	if i.Cohort.fact != nil {
		c.entry = r.tables[i.Cohort.table]
		c.above = !i.Unit.below(i.Cohort.table)
		c.inPeriod = r.inPeriod(i.Cohort, days)
	}
	c.view = r.view(r.options.By.Reads, c)
	if grouped {
		c.by = r.options.By.Of
	} else {
		c.number("")
	}
	return c
}

// view returns a view of some facts, and of the day of a cohort.
func (r *Run) view(reads []Fact, of *cohort) *view {
	v := &view{run: r, cohort: of.inPeriod}
	if of.above {
		v.entry = of.entry
	}
	see := func(f *fact) {
		v.reads = append(v.reads, viewed{f, r.columns[f], r.tables[f.table]})
	}
	for _, read := range reads {
		see(read.declared())
	}
	if of.day.fact != nil {
		see(of.day.fact)
	}
	return v
}

// count counts the rows that belong to some rows of t.
func (t *top) count(from, to uint32) error {
	for _, c := range t.cohorts {
		if err := guard(func() { c.fill(t.rows, from, to) }); err != nil {
			return fmt.Errorf("evaluation: count: grouping %s: %w", c.options.By.Name, err)
		}
		for _, one := range c.countings {
			if err := guard(one.count); err != nil {
				return fmt.Errorf("evaluation: count %s: %w", one.ID, err)
			}
		}
	}
	return nil
}

// guard returns the fault that do panics with, and leaves other panics alone.
func guard(do func()) (err error) {
	defer func() {
		switch f := recover().(type) {
		case nil:
		case fault:
			err = sp.Invalid("rule", "", sp.Unsupported, f.what)
		default:
			panic(f) // the rule's own
		}
	}()
	do()
	return nil
}

// fill makes the lines of those rows that belong to some rows at the top. Rows that belong
// together stand together, so these are all from one row to another.
func (c *cohort) fill(top *rows, from, to uint32) {
	c.lines = c.lines[:0]
	c.path = c.path[:0]
	for t := c.unit; t != top; t = t.above {
		c.path = append(c.path, t)
	}
	for _, t := range slices.Backward(c.path) {
		below := c.below(t)
		from, to = below.from[from], below.from[to]
	}
	states := c.freeze().states[c.unit]
	for row := from; row < to; row++ {
		s := states[row]
		if s&whole == 0 {
			continue
		}
		who := row
		for _, t := range c.path {
			who = t.up.read(who) - 1
		}
		c.view.listed = c.view.listed[:0]
		c.add(Row{c.view, c.unit, row}, who, s&mistaken != 0)
	}
}

// add adds a row, if it is of the period.
func (c *cohort) add(r Row, who uint32, wrong bool) {
	in := r // whose group it is in
	switch {
	case c.entry == nil:
	case c.above:
		first, some := c.first(r)
		if !some {
			return
		}
		in, wrong = first.Row, wrong || first.wrong
	case !c.view.cohort[r.of(c.entry).row]:
		return
	}
	group := uint32(0)
	if c.by != nil {
		group = c.number(c.by(in))
	}
	c.lines = append(c.lines, line{r.row, who, group, wrong})
}

// number returns the number of a group.
func (c *cohort) number(name string) uint32 {
	n, known := c.groups[name]
	if !known {
		n = uint32(len(c.names))
		c.groups[name], c.names = n, append(c.names, name)
	}
	return n
}

// A firstRow is the first of a person's rows in the period.
type firstRow struct {
	Row
	wrong bool // all of them should never have been
}

// first returns the first row of the table of the cohort day that belongs to r: one that should
// never have been only if there is no other, and of those of one day that whose group
// comes first.
func (c *cohort) first(r Row) (first firstRow, some bool) {
	var best sp.Date
	states := c.freeze().states[c.entry]
	r.descend(c.entry, func(row Row) {
		if !c.view.cohort[row.row] {
			return
		}
		day, wrong := row.Day(c.day), states[row.row]&mistaken != 0
		earlier := day < best || day == best && c.by != nil && c.by(row) < c.by(first.Row)
		if !some || first.wrong && !wrong || first.wrong == wrong && earlier {
			first, best, some = firstRow{row, wrong}, day, true
		}
	})
	return first, some
}

// descend visits all rows of a table that belong to r, or r itself, mistakes too.
func (r Row) descend(into *rows, visit func(Row)) {
	if r.t == into {
		visit(r)
		return
	}
	next := into
	for next.above != r.t {
		next = next.above
	}
	for row, to := r.v.run.below(next).of(r.row); row < to; row++ {
		(Row{r.v, next, row}).descend(into, visit)
	}
}
