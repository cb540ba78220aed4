package search

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Snapshot finds offers. It never changes and is safe for use by any number of
// goroutines.
//
// Beside the offers it takes about 100 bytes for each of them, and as much again at
// most for the sets of bits that it keeps; the text of descriptions takes more.
type Snapshot struct {
	offers  []*directory.Offer // by row: those with a point in the order of the tree, then the others
	entry   []uint32           // of each row, its number in the order of IDs
	row     []uint32           // of each entry, its row
	placed  int                // rows that have a point
	tree    tree
	columns [columnCount]column
	bounds  bounds
	nowhere set // rows without a point
	text    vocabulary
	answers *atomic.Pointer[answers]

	// What With has changed since the snapshot was built.
	gone  set                // rows whose offers have changed or gone, nil for none
	extra []*directory.Offer // offers that have changed or come, in the order of IDs
}

// Build returns a snapshot of offers. It copies the slice, but not the maps and
// slices within the offers, which must not be changed afterwards. It takes a fifth of
// a second for a hundred thousand offers, and as much again for their texts.
func Build(offers []directory.Offer) *Snapshot {
	own := slices.Clone(offers)
	s := &Snapshot{entry: make([]uint32, len(own)), row: make([]uint32, len(own))}
	entries := make([]*directory.Offer, len(own))
	for i := range own {
		entries[i] = &own[i]
	}
	slices.SortStableFunc(entries, func(a, b *directory.Offer) int { return cmp.Compare(a.ID, b.ID) })
	var placed, others []uint32
	for e, o := range entries {
		if !o.Point.IsZero() && onEarth(o.Point) {
			placed = append(placed, uint32(e))
		} else {
			others = append(others, uint32(e))
		}
	}
	s.placed = len(placed)
	s.tree = arrange(placed, func(e uint32) vector { return vectorOf(entries[e].Point) })
	s.offers = make([]*directory.Offer, len(own))
	for row, e := range append(placed, others...) {
		s.offers[row], s.entry[row], s.row[e] = entries[e], e, uint32(row)
	}
	for i := range s.columns {
		s.columns[i] = newColumn(s.offers, statements[i])
	}
	s.nowhere = make(set, leaves(len(own)))
	for row := s.placed; row < len(s.offers); row++ {
		if s.offers[row].Point.IsZero() {
			s.nowhere.add(uint32(row))
		}
	}
	s.bounds = newBounds(s.offers)
	s.text = newVocabulary(s.offers)
	s.answers = new(atomic.Pointer[answers])
	s.answers.Store(newAnswers(len(own)))
	return s
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
	e, ok := slices.BinarySearchFunc(s.row, id, func(row uint32, id directory.ID) int { return compareID(s.offers[row], id) })
	if !ok || s.gone != nil && s.gone.has(s.row[e]) {
		return directory.Offer{}, false
	}
	return *s.offers[s.row[e]], true
}

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
	e, _ := slices.BinarySearchFunc(s.row, id, func(row uint32, id directory.ID) int { return compareID(s.offers[row], id) })
	for ; e < len(s.row) && s.offers[s.row[e]].ID == id; e++ {
		s.gone.add(s.row[e])
	}
}
