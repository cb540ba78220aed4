package search

import (
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// What a ranking of its own making needs of a snapshot: its columns, and its rows from the
// nearest outwards. A leaf is 64 rows that follow each other; those with a point on the
// earth lie near each other.

// A Column numbers the statements that offers make about a fact. Do not write to it.
type Column struct {
	Of       []uint32 // for each row, the number of its statement
	Examples []uint32 // for each statement, a row that makes it
}

// Column returns the statements about a fact of all rows below [Snapshot.Rows] but those of
// offers that [Snapshot.With] has changed.
func (s *Snapshot) Column(f Fact) Column { return Column{s.columns[f].of, s.columns[f].examples} }

// Built returns how many rows stand in columns and leaves, offers that are gone included, and
// how many of them, the first, have a point on the earth.
func (s *Snapshot) Built() (rows, placed int) { return len(s.offers), s.placed }

// Changed returns how many rows [Snapshot.With] has added: they follow those that were built.
func (s *Snapshot) Changed() int { return len(s.extra) }

// Gone returns the rows of a leaf, a bit each, whose offers are gone or have changed.
func (s *Snapshot) Gone(leaf int) uint64 {
	if s.gone == nil {
		return 0
	}
	return s.gone[leaf]
}

// ID returns the ID of the offer of a row that was built.
func (s *Snapshot) ID(row uint32) directory.ID { return s.ids[row] }

// Point returns the point of the offer of a row that was built.
func (s *Snapshot) Point(row uint32) geo.Point { return s.points[row] }

// An Origin is a point from which distances are bounded from below, without measuring them.
type Origin struct {
	s  *Snapshot
	at vector
}

// From returns p as an origin, and false if it is unknown or no point on the earth.
func (s *Snapshot) From(p geo.Point) (Origin, bool) {
	return Origin{s, vectorOf(p)}, !p.IsZero() && onEarth(p)
}

// AtLeast returns a distance that a row with a point on the earth is not nearer than: less
// by a few metres than what [geo.Point.DistanceTo] measures over some miles.
func (o Origin) AtLeast(row uint32) geo.Distance {
	return atLeast(o.s.tree.vectors[row].chord(o.at))
}

// atLeast returns a distance whose chord is not longer: no arc is shorter than its chord.
func atLeast(chord float32) geo.Distance {
	return geo.Distance(max(0, (float64(chord)-slack)*radius))
}

// Walk calls visit with leaves from the nearest outwards, roughly, as long as beyond does
// not report that nothing so far away is wanted.
func (o Origin) Walk(beyond func(atLeast geo.Distance) bool, visit func(leaf int)) {
	if len(o.s.tree.boxes) > 0 {
		o.walk(0, 0, leaves(o.s.placed), beyond, visit)
	}
}

func (o Origin) walk(node, from, to int, beyond func(geo.Distance) bool, visit func(int)) {
	if to-from == 1 {
		visit(from)
		return
	}
	middle := from + (to-from)/2
	one, other := node+1, node+2*(middle-from)
	first, second := o.s.tree.boxes[one].nearest(o.at), o.s.tree.boxes[other].nearest(o.at)
	near := func() {
		if !beyond(atLeast(first)) {
			o.walk(one, from, middle, beyond, visit)
		}
	}
	if first <= second {
		near()
	}
	if !beyond(atLeast(second)) {
		o.walk(other, middle, to, beyond, visit)
	}
	if first > second {
		near()
	}
}
