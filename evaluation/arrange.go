package evaluation

// A move says where each row of a table has gone, so that rows that belong together stand
// together: whoever counts them finds in a few pages of memory what he would otherwise
// look for in as many as there are facts. A nil move leaves all where they are.
type move []uint32

// arrange puts the rows of t into the order of the rows that they belong to, those that belong
// to nobody known last, given where the rows above have gone.
func (t *rows) arrange(above move) (to move) {
	if t.above == nil || t.n == 0 {
		return nil
	}
	place := func(row uint32) uint32 { // where it belongs; that of nobody is the highest
		return min(t.up.read(row)-1, t.above.n)
	}
	next := make([]uint32, t.above.n+1)
	sorted, last := true, uint32(0)
	for row := range t.n {
		if up := t.up.read(row); up != 0 && above != nil {
			*t.up.at(row) = above[up-1] + 1
		}
		p := place(row)
		sorted, last = sorted && p >= last, p
		next[p]++
	}
	if sorted {
		return nil
	}
	sum := uint32(0)
	for i, n := range next {
		next[i], sum = sum, sum+n
	}
	to = make(move, t.n)
	for row := range t.n {
		p := &next[place(row)]
		to[row] = *p
		*p++
	}
	t.move(to)
	return to
}

// move moves the rows of t.
func (t *rows) move(to move) {
	t.keys.move(to)
	t.up.move(to)
	t.seen.move(to)
	t.called.move(to)
	for i, row := range t.slots {
		if row != 0 {
			t.slots[i] = to[row-1] + 1
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
