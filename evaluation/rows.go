package evaluation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/socialprescribing/sp/store"
)

// A key names a row in every process alike: a hash of tenant, kind and ID, so that the
// facts hold no ID of anybody and a long one takes no more room.
type key [16]byte

func keyOf(parts ...string) (k key) {
	var buffer [128]byte
	b := buffer[:0]
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	copy(k[:], sum[:])
	return k
}

// rows are the rows of a table in a run.
type rows struct {
	*Table
	above  *rows // of Table.up
	number int   // in the order of the run
	keys   []key
	slots  []uint32 // open addressing: a row plus 1, 0 is free
	up     []uint32 // the row above plus 1, 0 is not known
	opened []bool   // its opening event was seen
	wrong  []bool   // it should never have been
	called []uint32 // of parts, by the number of their name
	names  dictionary
	last   struct { // that was looked for
		of    store.Key
		key   key
		ok    bool
		round int    // in which it was
		at    uint32 // in the queue
	}
}

// row returns the row of a key, a new one if there is none.
func (t *rows) row(k key) uint32 {
	if len(t.keys)*3 >= len(t.slots)*2 {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i := binary.LittleEndian.Uint64(k[:]) & mask; ; i = (i + 1) & mask {
		switch row := t.slots[i]; {
		case row == 0:
			if len(t.keys) == cap(t.keys) {
				t.keys = append(make([]key, 0, len(t.keys)+len(t.keys)/4+8), t.keys...)
			}
			t.keys = append(t.keys, k)
			t.slots[i] = uint32(len(t.keys))
			return uint32(len(t.keys) - 1)
		case t.keys[row-1] == k:
			return row - 1
		}
	}
}

func (t *rows) grow() {
	t.slots = make([]uint32, max(16, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for row, k := range t.keys {
		i := binary.LittleEndian.Uint64(k[:]) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(row + 1)
	}
}

// link notes the row above. A history has one opening event; of two that differ it is the same in any order.
func (t *rows) link(row, above uint32) {
	up := at(&t.up, row)
	if *up == 0 || bytes.Compare(t.above.keys[above][:], t.above.keys[*up-1][:]) < 0 {
		*up = above + 1
	}
}

// merge takes in the rows of o, and returns where each has gone.
func (t *rows) merge(o *rows, above func(uint32) uint32) (into func(uint32) uint32) {
	moved := make([]uint32, len(o.keys))
	for i, k := range o.keys {
		row := t.row(k)
		moved[i] = row
		if up := read(o.up, uint32(i)); up != 0 {
			t.link(row, above(up-1))
		}
		if read(o.opened, uint32(i)) {
			*at(&t.opened, row) = true
		}
		if read(o.wrong, uint32(i)) {
			*at(&t.wrong, row) = true
		}
		if n := read(o.called, uint32(i)); n != 0 {
			*at(&t.called, row) = t.names.of(o.names.list(n))
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
	all := make([]state, len(t.keys))
	for row := range all {
		var s state
		r := uint32(row)
		if t.form == named || t.form == parts || read(t.opened, r) {
			s = whole
		}
		if up := read(t.up, r); up != 0 {
			s &= above[up-1] | mistaken
			s |= above[up-1] & mistaken
		} else if t.above != nil {
			s &^= whole
		}
		if read(t.wrong, r) {
			s |= mistaken
		}
		all[row] = s
	}
	return all
}
