package search

import (
	"math"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Query asks for offers as a [directory.Query] does, page by page if it likes.
type Query struct {
	directory.Query

	After  Cursor  // the answer begins behind the hit that this stands for; the zero Cursor is the beginning
	Facets []Facet // what is counted among all offers that are found
}

// A Hit is an offer that was found. It belongs to the snapshot: do not write to it.
type Hit struct {
	Offer    *directory.Offer
	Distance sp.Known[geo.Distance] // from Query.Near, where both points are known
	Points   int                    // how well Query.Text fits, if Query.BestFirst asks; see [directory.Hit]
}

// An Answer is that to a query. It can be used for one query after the other, each of
// which overwrites it; once it has grown to what they need, they allocate nothing but
// what is new to the snapshot.
type Answer struct {
	Hits   []Hit
	Total  int     // of all offers that are found, whatever the limit and the cursor
	Unsure int     // how many of Total do not say something that was asked for
	Next   Cursor  // for the page behind this one, zero if there is none
	Counts []Count // of Query.Facets
	Plan   Plan

	left, sure set
	whole      set // what is left, while a part of it is looked at
	rest       set // what is left of that
	points     []set
	key        []byte
	asked      [scopeCount]asked
	near       []nearRow
	extra      []int // of the offers that changed, those that are found
	top        top
	reach      float32 // chord of the last of the best, beyond which nothing is looked for
}

// Find answers q in a: the offers that fit, nearest first and then by ID; those whose
// distance is unknown come last. These are the offers, and this is the order, of
// [directory.Index.Find] over the same offers.
func (s *Snapshot) Find(q Query, a *Answer) {
	a.begin(len(s.offers))
	if s.gone != nil {
		a.left.remove(s.gone)
		a.sure.remove(s.gone)
	}
	s.each(&q.Query, a.key, func(p part) {
		got, was := s.kept(p.key, func() answer { return s.judge(p.fact, p.ask) })
		a.narrow(p.name, got, was, q.PolicyOf(p.name))
	})
	s.read(inText, "text", q.Text, a)
	s.read(inNames, "named", q.Named, a)
	near := s.from(q.Near)
	if q.Within > 0 {
		s.circle(&q, near, a)
	}
	a.Total = a.left.count()
	a.Unsure = a.Total - a.sure.count()
	s.count(&q, a)
	switch {
	case q.BestFirst && len(a.asked[inText].words) > 0:
		s.bestByPoints(&q, near, a)
	default:
		s.best(&q, near, s.after(q.After), a.Total, a)
	}
	s.addExtra(&q, a)
	a.turn(&q)
}

// begin makes a ready for an answer about so many rows.
func (a *Answer) begin(rows int) {
	n := leaves(rows)
	a.left, a.sure = slices.Grow(a.left[:0], n)[:n], slices.Grow(a.sure[:0], n)[:n]
	a.left.fill(rows)
	a.sure.fill(rows)
	a.Hits, a.Total, a.Unsure, a.Next, a.Counts = a.Hits[:0], 0, 0, Cursor{}, a.Counts[:0]
	a.Plan.Steps, a.Plan.Measured, a.Plan.Walked = a.Plan.Steps[:0], 0, 0
	a.key = slices.Grow(a.key[:0], 256)
	a.extra = a.extra[:0]
}

// narrow takes from what is left what does not fit a part.
func (a *Answer) narrow(name string, got answer, was bool, p directory.Policy) {
	fits := got.maybe
	if p != directory.PassUnknown {
		fits = got.yes
	}
	left, sure := a.left, a.sure[:len(a.left)]
	fits, yes := fits[:len(left)], got.yes[:len(left)]
	n, unsure := 0, 0
	for w, l := range left {
		if l == 0 {
			continue
		}
		l &= fits[w]
		left[w] = l
		sure[w] &= yes[w] & l
		n += bits.OnesCount64(l)
		unsure += bits.OnesCount64(l &^ yes[w])
	}
	a.Plan.Steps = append(a.Plan.Steps, Step{Part: name, Left: n, Unsure: unsure, Ready: was})
}

// read takes from what is left what lacks a word of a text.
func (s *Snapshot) read(scope int, name, text string, a *Answer) {
	asked := &a.asked[scope]
	asked.of(text)
	for _, w := range asked.words {
		got, was := s.found(a.key, scope, w, false)
		if s.isSlip(got.yes, scope, w) {
			asked.slips = append(asked.slips, w)
			got, was = s.found(a.key, scope, w, true)
		}
		a.narrow(name, got, was, directory.PassUnknown)
	}
}

// A place is where a search starts from.
type place struct {
	point geo.Point
	at    vector
	known bool
	plain bool // it is no point on the earth, and every row is measured
}

func (s *Snapshot) from(p geo.Point) place {
	return place{p, vectorOf(p), !p.IsZero(), !p.IsZero() && !onEarth(p)}
}

// circle takes from what is left what lies further away than q allows.
func (s *Snapshot) circle(q *Query, from place, a *Answer) {
	far := func(row uint32) bool {
		d, ok := from.point.DistanceTo(s.points[row])
		return ok && !(d <= q.Within)
	}
	if from.known {
		if !from.plain {
			s.tree.within(a.left, from.at, chordOf(q.Within), far)
		}
		first := s.placed // of the rows that the tree does not hold
		if from.plain {
			first = 0
		}
		for row := uint32(first); int(row) < len(s.offers); row++ {
			if a.left.has(row) && far(row) {
				a.left.take(row)
			}
		}
	}
	a.sure.keep(a.left)
	sets := []set{a.sure, a.left}
	if q.PolicyOf("within") == directory.PassUnknown {
		sets = sets[:1]
	}
	for _, of := range sets {
		if from.known {
			of.remove(s.nowhere)
		} else {
			clear(of)
		}
	}
	unsure := a.left.count()
	if from.known {
		unsure = a.left.common(s.nowhere)
	}
	a.Plan.Steps = append(a.Plan.Steps, Step{Part: "within", Left: a.left.count(), Unsure: unsure})
}

// few is how many rows are sooner measured one by one than found by a walk.
const few = 3000

// best adds the first hits of what is left, of which there are so many, behind a candidate
// to those of a, until there is one more than q wants.
func (s *Snapshot) best(q *Query, from place, after candidate, count int, a *Answer) {
	a.top.heap, a.top.k, a.reach = a.top.heap[:0], count, math.MaxFloat32
	if q.Limit > 0 {
		a.top.k = min(count, q.Limit+1-len(a.Hits))
	}
	switch {
	case a.top.k == 0:
	case !from.known:
		s.inOrder(a, after)
	case from.plain || count <= max(few, a.top.k):
		s.scan(from, after, a)
	default:
		if len(s.tree.boxes) > 0 {
			s.walk(0, 0, leaves(s.placed), from, after, a)
		}
		s.unplaced(from, after, a)
	}
	slices.SortFunc(a.top.heap, candidate.compare)
	for _, c := range a.top.heap {
		h := Hit{Offer: s.offer(c.row)}
		if !c.unknown {
			h.Distance = sp.Know(c.distance)
		}
		a.Hits = append(a.Hits, h)
	}
}

// A nearRow is a row with the square of its chord.
type nearRow struct {
	square float32
	row    uint32
}

// scan measures what is left, and first what is nearest by its chord: then the reach is
// short, and hardly anything else is measured exactly.
func (s *Snapshot) scan(from place, after candidate, a *Answer) {
	a.near = a.near[:0]
	for w, left := range a.left {
		for ; left != 0; left &= left - 1 {
			row := uint32(w<<6 + bits.TrailingZeros64(left))
			if int(row) >= s.placed || from.plain {
				s.measure(row, from, after, a)
				continue
			}
			a.near = append(a.near, nearRow{s.tree.vectors[row].square(from.at), row})
		}
	}
	if len(a.near) > a.top.k {
		split(a.near, a.top.k, func(x, y nearRow) bool { return x.square < y.square })
	}
	for _, n := range a.near {
		if float32(math.Sqrt(float64(n.square))) <= a.reach+slack {
			s.measure(n.row, from, after, a)
		}
	}
}

// inOrder takes what is left in the order of IDs.
func (s *Snapshot) inOrder(a *Answer, after candidate) {
	for e, row := range s.row {
		c := candidate{unknown: true, entry: uint32(e), row: row}
		if a.left.has(row) && c.compare(after) > 0 {
			a.top.heap = append(a.top.heap, c)
			if a.top.full() {
				return
			}
		}
	}
}

// look measures a row unless its chord is beyond the reach of the best.
func (s *Snapshot) look(row uint32, from place, after candidate, a *Answer) {
	if int(row) >= s.placed || from.plain || s.tree.vectors[row].chord(from.at) <= a.reach+slack {
		s.measure(row, from, after, a)
	}
}

// measure shows a row to the best.
func (s *Snapshot) measure(row uint32, from place, after candidate, a *Answer) {
	a.Plan.Measured++
	d, ok := from.point.DistanceTo(s.points[row])
	c := candidate{distance: d, unknown: !ok, entry: s.entry[row], row: row}
	if c.compare(after) <= 0 {
		return
	}
	a.top.add(c)
	if a.top.full() {
		if worst := a.top.heap[0]; !worst.unknown {
			a.reach = chordOf(worst.distance)
		}
	}
}

// walk measures what is left below a node, whose leaves are from to to, as long as it
// may be nearer than the best so far.
func (s *Snapshot) walk(node, from, to int, at place, after candidate, a *Answer) {
	if to-from > 1 {
		middle := from + (to-from)/2
		one, other := node+1, node+2*(middle-from)
		first, second := s.tree.boxes[one].nearest(at.at), s.tree.boxes[other].nearest(at.at)
		if first <= second {
			if first <= a.reach+slack {
				s.walk(one, from, middle, at, after, a)
			}
			if second <= a.reach+slack {
				s.walk(other, middle, to, at, after, a)
			}
			return
		}
		if second <= a.reach+slack {
			s.walk(other, middle, to, at, after, a)
		}
		if first <= a.reach+slack {
			s.walk(one, from, middle, at, after, a)
		}
		return
	}
	a.Plan.Walked++
	for left := a.left[from]; left != 0; left &= left - 1 {
		if row := uint32(from<<6 + bits.TrailingZeros64(left)); int(row) < s.placed {
			s.look(row, at, after, a)
		}
	}
}

// unplaced shows the rows to the best that the tree does not hold: those with
// coordinates that are none, and, if they are still wanted, those without any, which
// stand in the order of IDs.
func (s *Snapshot) unplaced(from place, after candidate, a *Answer) {
	for row := uint32(s.placed); int(row) < len(s.offers); row++ {
		if !a.left.has(row) {
			continue
		}
		if s.nowhere.has(row) && a.top.full() {
			if c := (candidate{unknown: true, entry: s.entry[row]}); c.compare(a.top.heap[0]) >= 0 {
				continue
			}
		}
		s.measure(row, from, after, a)
	}
}

// turn cuts the answer at the limit, and says where the next page begins.
func (a *Answer) turn(q *Query) {
	if q.Limit == 0 || len(a.Hits) <= q.Limit {
		return
	}
	a.Hits = a.Hits[:q.Limit]
	a.Next = cursorOf(a.Hits[q.Limit-1])
}
