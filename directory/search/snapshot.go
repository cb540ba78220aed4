package search

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/words"
	"github.com/socialprescribing/sp/geo"
)

// A Snapshot finds offers. It never changes and is safe for use by any number of
// goroutines.
//
// Beside the offers it takes about 125 bytes for each of them, and 32 more at most for
// the sets of bits that it keeps; the words of their texts take more.
type Snapshot struct {
	// By row: those with a point in the order of the tree, then the others.
	offers  []atomic.Pointer[directory.Offer]
	written blob // whence an offer is read when it is first needed, if the snapshot was opened
	ids     []directory.ID
	points  []geo.Point
	entry   []uint32 // number in the order of IDs
	nowhere set      // rows without a point

	row     []uint32 // of each entry, its row
	placed  int      // rows that have a point on the earth
	tree    tree
	columns [factCount]column
	bounds  bounds
	text    [words.FieldCount]func() *postings // made when a text is first asked for
	answers *atomic.Pointer[answers]

	// What With has changed since the snapshot was built.
	gone  set                // rows whose offers have changed or gone, nil for none
	extra []*directory.Offer // offers that have changed or come, in the order of IDs
}

// Build returns a snapshot of offers. It keeps the slice, which must not be changed
// afterwards, nor the maps and slices within the offers. It takes all processors for as
// long as it lasts, and leaves no goroutine behind.
func Build(offers []directory.Offer) *Snapshot {
	given := make([]*directory.Offer, len(offers))
	for i := range offers {
		given[i] = &offers[i]
	}
	var s *Snapshot
	var rows []*directory.Offer
	var rowOf []uint32 // of each offer that was given
	var columns [factCount]column
	inParallel(2, func(part int) { // neither needs the other, and both take as long
		if part == 0 {
			columns = numberStatements(given, parallel()-1)
		} else {
			s, rows, rowOf = lay(given)
		}
	})
	arrangeColumns(&columns, rowOf)
	s.columns = columns
	s.bounds = newBounds(&s.columns, rows)
	for field := range s.text {
		s.text[field] = sync.OnceValue(func() *postings { return post(rows, field) })
	}
	return s
}

// lay returns a snapshot with nothing but its rows: where each offer stands, and lies.
func lay(given []*directory.Offer) (s *Snapshot, rows []*directory.Offer, rowOf []uint32) {
	order := byID(given)
	var placed, others []uint32 // entries
	for e, n := range order {
		if o := given[n]; !o.Point.IsZero() && onEarth(o.Point) {
			placed = append(placed, uint32(e))
		} else {
			others = append(others, uint32(e))
		}
	}
	s = newSnapshot(len(given), len(placed))
	s.tree = arrange(placed, func(e uint32) vector { return vectorOf(given[order[e]].Point) })
	rows = make([]*directory.Offer, len(given))
	rowOf = make([]uint32, len(given))
	for row, e := range append(placed, others...) {
		o := given[order[e]]
		rows[row], s.entry[row], s.row[e], rowOf[order[e]] = o, e, uint32(row), uint32(row)
		s.ids[row], s.points[row] = o.ID, o.Point
		s.offers[row].Store(o)
		if o.Point.IsZero() {
			s.nowhere.add(uint32(row))
		}
	}
	return s, rows, rowOf
}

func newSnapshot(rows, placed int) *Snapshot {
	s := &Snapshot{
		offers: make([]atomic.Pointer[directory.Offer], rows), ids: make([]directory.ID, rows), points: make([]geo.Point, rows),
		entry: make([]uint32, rows), row: make([]uint32, rows), nowhere: make(set, leaves(rows)),
		placed: placed, answers: new(atomic.Pointer[answers]),
	}
	s.answers.Store(newAnswers(rows))
	return s
}

// offer returns the offer of a row.
func (s *Snapshot) offer(row uint32) *directory.Offer {
	if o := s.offers[row].Load(); o != nil {
		return o
	}
	o := s.written.offer(row)
	o.ID, o.Point = s.ids[row], s.points[row]
	s.offers[row].CompareAndSwap(nil, o)
	return s.offers[row].Load()
}

// onEarth reports whether a point can be one. Distances to others are what they are,
// and are measured one by one, as the index of package directory does.
func onEarth(p geo.Point) bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180
}

// Len returns the number of offers.
func (s *Snapshot) Len() int { return len(s.offers) - s.gone.count() + len(s.extra) }

// Offer returns the offer with an ID, and false if there is none.
func (s *Snapshot) Offer(id directory.ID) (directory.Offer, bool) {
	if i, ok := slices.BinarySearchFunc(s.extra, id, compareID); ok {
		return *s.extra[i], true
	}
	e, ok := slices.BinarySearchFunc(s.row, id, s.compareRow)
	if !ok || s.gone != nil && s.gone.has(s.row[e]) {
		return directory.Offer{}, false
	}
	return *s.offer(s.row[e]), true
}

func (s *Snapshot) compareRow(row uint32, id directory.ID) int { return cmp.Compare(s.ids[row], id) }

func compareID(o *directory.Offer, id directory.ID) int { return cmp.Compare(o.ID, id) }

// With returns a snapshot in which some offers are new, or take the place of those with
// their IDs, and others are gone. It shares what has not changed with s, which stays as
// it is. What changed is looked at offer by offer, so build a new snapshot when some
// hundreds have.
func (s *Snapshot) With(changed []directory.Offer, gone ...directory.ID) *Snapshot {
	next := *s
	next.gone = make(set, leaves(len(s.offers)))
	copy(next.gone, s.gone)
	extra := map[directory.ID]*directory.Offer{}
	for _, o := range s.extra {
		extra[o.ID] = o
	}
	for _, id := range gone {
		delete(extra, id)
		next.forget(id)
	}
	own := slices.Clone(changed)
	for i := range own {
		extra[own[i].ID] = &own[i]
		next.forget(own[i].ID)
	}
	next.extra = slices.SortedFunc(maps.Values(extra), func(a, b *directory.Offer) int { return cmp.Compare(a.ID, b.ID) })
	return &next
}

// forget marks the rows of an ID as gone.
func (s *Snapshot) forget(id directory.ID) {
	e, _ := slices.BinarySearchFunc(s.row, id, s.compareRow)
	for ; e < len(s.row) && s.ids[s.row[e]] == id; e++ {
		s.gone.add(s.row[e])
	}
}
