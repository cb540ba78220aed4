package search

import "math/bits"

// A set holds one bit for each row of a snapshot; word w holds rows 64w to 64w+63,
// which are the rows of leaf w where they have a point.
type set []uint64

// leaves returns how many words of a set rows take.
func leaves(rows int) int { return (rows + 63) / 64 }

func (s set) has(row uint32) bool { return s[row>>6]>>(row&63)&1 == 1 }

func (s set) add(row uint32) { s[row>>6] |= 1 << (row & 63) }

func (s set) take(row uint32) { s[row>>6] &^= 1 << (row & 63) }

// fill makes s the set of all rows.
func (s set) fill(rows int) {
	for w := range s {
		s[w] = ^uint64(0)
	}
	if rows&63 != 0 {
		s[len(s)-1] = 1<<(rows&63) - 1
	}
}

// keep removes what is not in o.
func (s set) keep(o set) {
	for w := range s {
		s[w] &= o[w]
	}
}

// remove removes what is in o.
func (s set) remove(o set) {
	for w := range s {
		s[w] &^= o[w]
	}
}

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// common returns how many rows s and o have in common.
func (s set) common(o set) int {
	n := 0
	for w := range s {
		n += bits.OnesCount64(s[w] & o[w])
	}
	return n
}
