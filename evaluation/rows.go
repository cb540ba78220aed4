package evaluation

import (
	"github.com/socialprescribing/sp/store"
)

// rows are the rows of a table in a run.
type rows struct {
	*Table
	above  *rows // of Table.up
	number int   // in the order of the run
	n      uint32
	keys   cells[key]
	slots  []slot        // open addressing, by the first bits of a key
	up     cells[uint32] // the row above plus 1, 0 is not known
	seen   cells[uint8]
	called cells[uint32] // of parts, by the number of their name
	names  dictionary
	last   struct { // that was looked for
		of    store.Key
		key   key
		ok    bool
		round int    // in which it was
		at    uint32 // in the queue
	}
}

// seen says which events of a row were seen.
type seen = uint8

const (
	isOpened seen = 1 << iota // its opening event
	isWrong                   // one that says that it should never have been
)

// A slot is a row plus 1, 0 being free. What bits that does not need are those of the second word of its
// key, so that hardly any key but the right one is compared.
type slot uint32

// mask has the bits of the number of a slot, and of what a slot says of a row.
func (t *rows) mask() uint32 { return uint32(len(t.slots) - 1) }

// probe returns the first slot from one on that is free or may be that of a key.
func (t *rows) probe(k key, n uint32) uint32 {
	mask := t.mask()
	for t.slots[n] != 0 && (uint32(t.slots[n])^k[1])&^mask != 0 {
		n = (n + 1) & mask
	}
	return n
}

// at returns the row of a slot plus 1, 0 if it is free.
func (t *rows) at(n uint32) uint32 { return uint32(t.slots[n]) & t.mask() }

// row returns the row of a key, a new one if there is none.
func (t *rows) row(k key) uint32 {
	if int(t.n)*8 >= len(t.slots)*7 {
		t.grow()
	}
	for n := k[0] & t.mask(); ; n = (n + 1) & t.mask() {
		n = t.probe(k, n)
		switch row := t.at(n); {
		case row == 0:
			*t.keys.at(t.n) = k
			t.n++
			t.slots[n] = slot(t.n | k[1]&^t.mask())
			return t.n - 1
		case t.keys.read(row-1) == k:
			return row - 1
		}
	}
}

// grow makes room for twice as many slots.
func (t *rows) grow() {
	t.slots = make([]slot, max(16, 2*len(t.slots)))
	for row := range t.n {
		k := t.keys.read(row)
		n := k[0] & t.mask()
		for t.slots[n] != 0 {
			n = (n + 1) & t.mask()
		}
		t.slots[n] = slot((row + 1) | k[1]&^t.mask())
	}
}

// link notes the row above. A history has one opening event; of two that differ it is the same in any order.
func (t *rows) link(row, above uint32) {
	up := t.up.at(row)
	if *up == 0 || t.above.keys.read(above).compare(t.above.keys.read(*up-1)) < 0 {
		*up = above + 1
	}
}

// merge takes in the rows of o, and returns where each has gone.
func (t *rows) merge(o *rows, above func(uint32) uint32) (into func(uint32) uint32) {
	moved := make([]uint32, o.n)
	for i := range o.n {
		row := t.row(o.keys.read(i))
		moved[i] = row
		if up := o.up.read(i); up != 0 {
			t.link(row, above(up-1))
		}
		if s := o.seen.read(i); s != 0 {
			*t.seen.at(row) |= s
		}
		if n := o.called.read(i); n != 0 {
			*t.called.at(row) = t.names.of(o.names.list(n))
		}
	}
	return func(row uint32) uint32 { return moved[row] }
}

// A state is what of a row and of those above it decides whether it counts.
type state uint8

const (
	whole    state = 1 << iota // it is known whose it is
	mistaken                   // it, or one above, should never have been
)

// states returns the state of each row, given those of the table above.
func (t *rows) states(above []state) []state {
	all := make([]state, t.n)
	for row := range t.n {
		var s state
		seen := t.seen.read(row)
		if t.form == named || t.form == parts || seen&isOpened != 0 {
			s = whole
		}
		if up := t.up.read(row); up != 0 {
			s &= above[up-1] | mistaken
			s |= above[up-1] & mistaken
		} else if t.above != nil {
			s &^= whole
		}
		if seen&isWrong != 0 {
			s |= mistaken
		}
		all[row] = s
	}
	return all
}

// hidden reports whether a row is of nobody known, or should never have been.
func (t *rows) hidden(row uint32) bool {
	s := t.seen.read(row)
	return s&isWrong != 0 || t.form == opened && s&isOpened == 0
}
