package evaluation

import "slices"

// A move takes the rows of one table after the other to where they belong, so that rows that belong
// together stand together: whoever counts them finds in a few pages of memory what he would otherwise
// look for in as many as there are facts. Where a column stood until then, the next ones go.
type move struct {
	to    []uint32 // where each row has gone
	next  []uint32 // where the next row of each row above goes
	bytes [][]uint8
	days  [][]uint16
	words [][]uint32
	bits  [][]uint64
	keys  [][]key
}

// arrange puts the rows of all tables into the order of the rows that they belong to, those that belong
// to nobody known last.
func (r *Run) arrange() {
	var m move
	for _, t := range r.order {
		if !m.rows(t) {
			continue
		}
		for of, c := range r.columns {
			if of.table == t.Table {
				c.move(&m)
			}
		}
		for _, below := range r.order {
			if below.above == t {
				below.follow(m.to)
			}
		}
	}
}

// follow notes where the rows above have gone.
func (t *rows) follow(to []uint32) {
	for row := range t.n {
		if up := t.up.read(row); up != 0 {
			*t.up.at(row) = to[up-1] + 1
		}
	}
}

// rows moves the rows of a table, and reports whether any had to go anywhere.
func (m *move) rows(t *rows) bool {
	if t.above == nil || t.n == 0 {
		return false
	}
	place := func(row uint32) uint32 { // where it belongs; that of nobody is the highest
		return min(t.up.read(row)-1, t.above.n)
	}
	m.next = zeros(m.next, t.above.n+1)
	sorted, last := true, uint32(0)
	for row := range t.n {
		p := place(row)
		sorted, last = sorted && p >= last, p
		m.next[p]++
	}
	if sorted {
		return false
	}
	sum := uint32(0)
	for i, n := range m.next {
		m.next[i], sum = sum, sum+n
	}
	m.to = zeros(m.to, t.n)
	for row := range t.n {
		p := &m.next[place(row)]
		m.to[row] = *p
		*p++
	}
	t.move(m)
	return true
}

// zeros returns so many zeros, in the memory of some if that is enough.
func zeros(some []uint32, n uint32) []uint32 {
	some = slices.Grow(some[:0], int(n))[:n]
	clear(some)
	return some
}

// move moves the rows of t.
func (t *rows) move(m *move) {
	t.keys.move(m.to, &m.keys)
	t.up.move(m.to, &m.words)
	t.seen.move(m.to, &m.bytes)
	t.called.move(m.to, &m.words)
	for n, s := range t.slots {
		if s != 0 {
			t.slots[n] = slot((m.to[t.at(uint32(n))-1] + 1) | uint32(s)&^t.mask())
		}
	}
}

// children are the rows of a table by the row above, once they are arranged: those of row i
// are from[i] to from[i+1].
type children struct{ from []uint32 }

func (t *rows) children() *children {
	c := &children{make([]uint32, t.above.n+1)}
	for row := range t.n {
		if up := t.up.read(row); up != 0 {
			c.from[up]++
		}
	}
	for i := 1; i < len(c.from); i++ {
		c.from[i] += c.from[i-1]
	}
	return c
}

// of returns the rows below a row, from the first to before the last.
func (c *children) of(row uint32) (from, to uint32) { return c.from[row], c.from[row+1] }
