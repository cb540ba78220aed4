package evaluation

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
)

// inError is why a row is left out that should never have been.
const inError = "entered in error by the last day"

// Count counts all rows of the period for each indicator: the second level. It fails, with
// an error that is [sp.ErrInvalid], for a rule that reads what its indicator does not list or gives an
// answer that does not suit its statistic, and once ctx is done.
func (r *Run) Count(ctx context.Context) (*Counts, error) {
	all := &Counts{Period: r.options.Period, AsOf: r.asOf(), By: r.options.By.Name}
	for _, i := range r.indicators {
		groups, err := r.count(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("evaluation: count %s: %w", i.ID, err)
		}
		all.Of = append(all.Of, Counted{i.ID, i.Version, i.Window, i.Statistic, groups})
	}
	return all, nil
}

// A counting is the counting of one indicator.
type counting struct {
	*Run
	Indicator
	view   *view
	by     func(Row) string // nil puts all rows into one group
	unit   *rows
	states []state
	entry  *rows // nil if there is none
	above  bool  // the unit stands above the table of the cohort day
	groups map[string]*sum
	people map[person]*[2]int64 // of a clustered share: yes, and all
}

// A person is who a cluster of rows is of, in one group.
type person struct {
	row uint32
	in  *sum
}

// A sum is a tally that is being made. Answers without a text or a number, which most are, are
// counted without a map.
type sum struct {
	plain [kinds]int64
	more  Tally
}

func (s *sum) add(a Answer) {
	if a == (Answer{kind: a.kind}) && a.kind < ended {
		s.plain[a.kind]++
		return
	}
	s.more[a]++
}

func (s *sum) tally() Tally {
	for k, n := range s.plain {
		if n > 0 && kind(k) != absent {
			s.more[Answer{kind: kind(k)}] += n
		}
	}
	return s.more
}

func (r *Run) count(ctx context.Context, i Indicator) (groups map[string]Tally, err error) {
	defer func() {
		switch f := recover().(type) {
		case nil:
		case fault:
			err = sp.Invalid("rule", "", sp.Unsupported, f.what)
		default:
			panic(f) // the rule's own
		}
	}()
	c := r.counting(i)
	for row, s := range c.states {
		if row%every == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s&whole != 0 {
			c.row(uint32(row), s&mistaken != 0)
		}
	}
	for who, n := range c.people {
		who.in.add(Part(n[0], n[1]))
	}
	groups = make(map[string]Tally, len(c.groups))
	for name, s := range c.groups {
		groups[name] = s.tally()
	}
	return groups, nil
}

func (r *Run) counting(i Indicator) *counting {
	v := &view{run: r, window: i.Window}
	for _, facts := range [][]Fact{i.Reads, r.options.By.Reads, {i.Cohort}} {
		for _, read := range facts {
			if f := read.declared(); f != nil {
				v.facts, v.cols, v.tables = append(v.facts, f), append(v.cols, r.columns[f]), append(v.tables, r.tables[f.table])
			}
		}
	}
	c := &counting{
		Run: r, Indicator: i, view: v, unit: r.tables[i.Unit],
		groups: map[string]*sum{}, people: map[person]*[2]int64{},
	}
	if r.options.By.Suits(i) {
		c.by = r.options.By.Of
	}
	if c.by == nil {
		c.groups[""] = &sum{more: Tally{}}
	}
	c.states = r.freeze().states[c.unit]
	if i.Cohort.fact == nil {
		return c
	}
	c.entry = r.tables[i.Cohort.table]
	c.above = !i.Unit.below(i.Cohort.table)
	v.cohort = make([]bool, len(c.entry.keys))
	days := r.columns[i.Cohort.fact].(*dayColumn).days
	for row := range v.cohort {
		d := read(days, uint32(row))
		v.cohort[row] = d != 0 && r.options.Period.Contains(day0+sp.Date(d))
	}
	if c.above {
		v.entry = c.entry
	}
	return c
}

// row counts one row, if it is of the period.
func (c *counting) row(row uint32, wrong bool) {
	r := Row{c.view, c.unit, row}
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
	a := Out(inError)
	if !c.above || !wrong { // what is above the table of the cohort day has no rows left
		a = c.Rule(r)
	}
	switch {
	case a == Absent:
		return
	case !c.Statistic.takes(a):
		panic(fault{"answers " + kindNames[a.kind] + ", which does not suit a " + string(c.Statistic)})
	case wrong:
		a = Out(inError)
	}
	into := c.sum(in)
	if c.Statistic != Clustered || a.kind != yes && a.kind != no {
		into.add(a)
		return
	}
	for r.t.above != nil {
		r = r.of(r.t.above)
	}
	n := c.people[person{r.row, into}]
	if n == nil {
		n = new([2]int64)
		c.people[person{r.row, into}] = n
	}
	n[1]++
	if a.kind == yes {
		n[0]++
	}
}

// sum returns the sum of the group of a row.
func (c *counting) sum(r Row) *sum {
	name := ""
	if c.by != nil {
		name = c.by(r)
	}
	s := c.groups[name]
	if s == nil {
		s = &sum{more: Tally{}}
		c.groups[name] = s
	}
	return s
}

// A firstRow is the first of a person's rows in the period.
type firstRow struct {
	Row
	wrong bool // all of them should never have been
}

// first returns the first row of the table of the cohort day that belongs to r: one that should
// never have been only if there is no other, and of those of one day that whose group
// comes first.
func (c *counting) first(r Row) (first firstRow, some bool) {
	var best sp.Date
	states := c.freeze().states[c.entry]
	c.descend(r, func(row Row) {
		if !c.view.cohort[row.row] {
			return
		}
		day, wrong := row.Day(c.Cohort), states[row.row]&mistaken != 0
		earlier := day < best || day == best && c.by != nil && c.by(row) < c.by(first.Row)
		if !some || first.wrong && !wrong || first.wrong == wrong && earlier {
			first, best, some = firstRow{row, wrong}, day, true
		}
	})
	return first, some
}

// descend visits all rows of the table of the cohort day below r, mistakes too.
func (c *counting) descend(r Row, visit func(Row)) {
	if r.t == c.entry {
		visit(r)
		return
	}
	next := c.entry
	for next.above != r.t {
		next = next.above
	}
	for _, row := range c.below(next).of(r.row) {
		c.descend(Row{r.v, next, row}, visit)
	}
}
