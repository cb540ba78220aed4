package disclosure

import (
	"slices"

	"github.com/socialprescribing/sp"
)

// Release returns t as the public may see it under a policy: small counts are left out,
// others are shown as the policy says, and where the totals would still reveal a small
// count, further cells are left out, small ones first and totals last. The result has
// been audited: a reader who knows the policy and adds up everything that is shown is
// left with at least three values for each small count, among them 0 or the largest one.
// Where no choice of cells achieves that, the error is an [*UnsafeError] and nothing is
// released. It fails with an error that is [sp.ErrInvalid] for a table or a policy that
// is malformed.
//
// Cells are left out by the shortest way on which small counts can vary, one count after
// the other, in order of rows and columns; then those that turn out not to be needed are
// shown again, so that none of those that stay out could be shown by itself. Another
// choice may still do with fewer cells: on small tables about one in fifty of the cells
// left out is more than the least that would do. The same table gives the same result.
//
// Source: Kelly, Golden & Assad 1992, doi 10.1002/net.3230220407 (network method);
// Cox 1980, doi 10.1080/01621459.1980.10477481.
func Release(t Table, p Policy) (Released[Safe], error) {
	if err := p.check(); err != nil {
		return Released[Safe]{}, err
	}
	g, err := t.grid()
	if err != nil {
		return Released[Safe]{}, err
	}
	r := newRelease(g, p)
	r.protect()
	r.showAgain()
	if unsafe := r.audit(); len(unsafe) > 0 {
		return Released[Safe]{}, &UnsafeError{Policy: p.Name, Findings: unsafe}
	}
	safe := r.safe(t.Title)
	for _, group := range t.Groups {
		safe.Groups = append(safe.Groups, Group{group.Name, slices.Clone(group.Columns)})
	}
	return Released[Safe]{value: safe, basis: Controlled, policy: p.Name}, nil
}

// A release is a table on its way out.
type release struct {
	*search
	grid   *grid
	policy Policy
	small  []int  // arcs of small counts
	hidden []bool // by arc: not shown

	// For the search of further cells to leave out.
	cost  []int64
	level []int32
	heap  []item

	cube  *cube    // of a table with two hierarchies, which is no network
	round []int32  // steps of the turn that is looked at
	sides [4][]int // rows and columns that it changes
}

func newRelease(g *grid, p Policy) *release {
	two := len(g.columns) > g.leaves+1
	n := newNetwork(g)
	r := &release{search: newSearch(n), grid: g, policy: p, hidden: make([]bool, len(n.flow)), cost: make([]int64, len(n.out)), level: make([]int32, len(n.out))}
	if two {
		r.cube = newCube(g)
	}
	for arc, count := range n.flow {
		n.know(arc, p.Reveals(count))
		if p.Small(count) {
			r.small = append(r.small, arc)
			r.hidden[arc] = p.Midpoint == 0
		}
	}
	return r
}

// protect leaves further cells out until every small count can vary enough, or nothing
// more helps.
func (r *release) protect() {
	for _, arc := range r.small {
		for _, way := range r.ways(arc) {
			if r.vary(arc, true, way.more) && r.vary(arc, false, way.less) || r.policy.safe(r.knows(arc, r.policy.SmallTo)) {
				break
			}
		}
	}
}

// vary leaves cells out until a count can differ by so much, and reports whether it can.
func (r *release) vary(arc int, more bool, want int64) bool {
	found := r.slack(arc, more, want)
	if r.cube != nil {
		return r.turns(arc, more, found, want, true) >= want
	}
	step := int32(arc)
	if !more {
		step = ^step
	}
	for found < want {
		path := r.cheapest(r.end(step), r.start(step), int32(arc))
		if path == nil {
			return false
		}
		can := want - found
		for _, s := range path {
			if r.room(s) <= 0 {
				r.hide(s)
			}
			can = min(can, r.room(s))
		}
		if can <= 0 {
			return false
		}
		for _, s := range path {
			r.move(s, can)
		}
		r.move(step, can)
		found += can
	}
	return true
}

// slack returns by how much a cell can be more, or less, than it is, at most want.
func (r *release) slack(arc int, more bool, want int64) int64 {
	if r.cube == nil {
		return r.search.slack(arc, more, want)
	}
	r.reset()
	return r.turns(arc, more, 0, want, false)
}

// knows returns what a reader can work out of a cell, no further than want to either
// side.
func (r *release) knows(arc int, want int64) Range {
	more, less := r.slack(arc, true, want), r.slack(arc, false, want)
	return Range{r.flow[arc] - less, min(Open, r.flow[arc]+more)}
}

// hide leaves the cell of a step out.
func (r *release) hide(step int32) {
	if step < 0 {
		step = ^step
	}
	r.hidden[step] = true
	r.know(int(step), r.policy.hidden())
}

// mayHide reports whether leaving the cell of a step out would make room: it is shown,
// and is not a zero, which readers may know of anyway.
func (r *release) mayHide(step int32) bool {
	arc := step
	if arc < 0 {
		arc = ^arc
	}
	if r.hidden[arc] || r.flow[arc] == 0 {
		return false
	}
	if step >= 0 {
		return true
	}
	return r.flow[arc]+r.moved[arc] > r.policy.hidden().Low
}

// aCell is the price of leaving a cell out, in people of it: few cells come first, and of
// as many those that hold few people, unless they are of a size that matters by itself.
const aCell = 100_000

// price is what it costs to leave a cell out.
func (r *release) price(step int32) int64 {
	if step < 0 {
		step = ^step
	}
	return aCell + r.flow[step]
}

// audit returns the small counts that a reader could work out.
func (r *release) audit() []Finding {
	var unsafe []Finding
	want := r.policy.SmallTo
	for _, arc := range r.small {
		if knows := r.knows(arc, want); !r.policy.safe(knows) {
			f := r.grid.finding(arc, knows)
			f.Unsafe = true
			unsafe = append(unsafe, f)
		}
	}
	return unsafe
}

// safe returns the table as the public sees it.
func (r *release) safe(title string) Safe {
	s := Safe{Title: title, Columns: append([]string{}, r.grid.columns...)}
	for i, row := range r.grid.rows {
		line := SafeRow{Name: row.name}
		if row.parent >= 0 {
			line.Parent = r.grid.rows[row.parent].name
		}
		for c := range r.grid.columns {
			cell := Cell{}
			if arc := r.grid.arc(i, c); !r.hidden[arc] {
				cell = r.policy.Show(r.flow[arc])
			}
			line.Cells = append(line.Cells, cell)
		}
		s.Rows = append(s.Rows, line)
	}
	return s
}

// A Share is a share of people as the public sees it.
type Share struct {
	Numerator, Denominator Cell
}

// Value returns the share of what is shown, so that it tells no more than that, and
// false if there is nothing to show it of.
func (s Share) Value() (float64, bool) {
	n, ok := lookup(s.Numerator.Count)
	of, ofOK := lookup(s.Denominator.Count)
	if !ok || !ofOK || of == 0 {
		return 0, false
	}
	return min(1, float64(n)/float64(of)), true
}

// ReleaseShare returns a share of people as the public may see it. Numerator and
// denominator are left out together if either, or the rest of the denominator, is a small
// count, and also where the share is none or all of the group, which tells about
// everybody in it: then show neither an interval nor a rate. Both are shown by the
// policy; a percentage must be made from what is shown. It fails with an error that is
// [sp.ErrInvalid] unless 0 <= numerator <= denominator, and for a malformed policy.
func ReleaseShare(numerator, denominator int64, p Policy) (Released[Share], error) {
	if err := p.check(); err != nil {
		return Released[Share]{}, err
	}
	if numerator < 0 || numerator > denominator || denominator > mostPeople {
		return Released[Share]{}, sp.Invalid("disclosure: share", "numerator", sp.OutOfRange, "must be from 0 to the denominator, and that at most 1e12")
	}
	r := Released[Share]{basis: Controlled, policy: p.Name}
	rest := denominator - numerator
	if p.Small(numerator) || p.Small(rest) || p.Small(denominator) || numerator == 0 || rest == 0 {
		return r, nil
	}
	r.value = Share{p.Show(numerator), p.Show(denominator)}
	return r, nil
}
