package search

import (
	"bytes"
	"hash/maphash"
)

// A numbering numbers statements in the order in which they are met. It is a table of open
// addressing: nearly all that is looked up is there already, and a map of strings takes twice as long.
type numbering struct {
	seed  maphash.Seed
	slots []numbered
	keys  [][]byte // of each number
}

type numbered struct {
	hash   uint64
	number uint32 // and one; 0 is a free slot
}

// of returns the number of a statement, and whether it is new. It keeps no hold of key.
func (n *numbering) of(key []byte) (number uint32, isNew bool) {
	if 2*len(n.keys) >= len(n.slots) {
		n.grow()
	}
	hash := maphash.Bytes(n.seed, key)
	mask := uint64(len(n.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := &n.slots[at]
		switch {
		case s.number == 0:
			n.keys = append(n.keys, bytes.Clone(key))
			*s = numbered{hash, uint32(len(n.keys))}
			return s.number - 1, true
		case s.hash == hash && bytes.Equal(n.keys[s.number-1], key):
			return s.number - 1, false
		}
	}
}

func (n *numbering) grow() {
	old := n.slots
	if old == nil {
		n.seed = maphash.MakeSeed()
	}
	n.slots = make([]numbered, max(16, 2*len(old)))
	mask := uint64(len(n.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		at := s.hash & mask
		for n.slots[at].number != 0 {
			at = (at + 1) & mask
		}
		n.slots[at] = s
	}
}
