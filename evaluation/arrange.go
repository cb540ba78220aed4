package evaluation

// A move says where each row of a table has gone, so that rows that belong together stand
// together: whoever counts them finds in a few pages of memory what he would otherwise
// look for in as many as there are facts. A nil move leaves all where they are.
type move []uint32

// arrange puts the rows of t into the order of the rows that they belong to, those that belong
// to nobody known last, given where the rows above have gone.
func (t *rows) arrange(above move) (to move) {
	if t.above == nil || len(t.keys) == 0 {
		return nil
	}
	for row, up := range t.up {
		if up != 0 && above != nil {
			t.up[row] = above[up-1] + 1
		}
	}
	at(&t.up, uint32(len(t.keys)-1)) // those that belong to nobody have a place too
	next := make([]uint32, len(t.above.keys)+1)
	sorted, last := true, uint32(0)
	for _, up := range t.up {
		place := up - 1 // of nobody it is the highest
		sorted, last = sorted && place >= last, place
		next[min(place, uint32(len(t.above.keys)))]++
	}
	if sorted {
		return nil
	}
	sum := uint32(0)
	for i, n := range next {
		next[i], sum = sum, sum+n
	}
	to = make(move, len(t.keys))
	for row, up := range t.up {
		place := &next[min(up-1, uint32(len(t.above.keys)))]
		to[row] = *place
		*place++
	}
	t.move(to)
	return to
}

// move moves the rows of t.
func (t *rows) move(to move) {
	moved(&t.keys, to)
	moved(&t.up, to)
	moved(&t.opened, to)
	moved(&t.wrong, to)
	moved(&t.called, to)
	for i, row := range t.slots {
		if row != 0 {
			t.slots[i] = to[row-1] + 1
		}
	}
}

// moved moves values by row. Rows past the last value have none.
func moved[T any](values *[]T, to move) {
	if len(*values) == 0 {
		return
	}
	into := make([]T, len(to))
	for row, v := range *values {
		into[to[row]] = v
	}
	*values = into
}

// children are the rows of a table by the row above, once they are arranged: those of row i
// are from[i] to from[i+1].
type children struct{ from []uint32 }

func (t *rows) children() *children {
	c := &children{make([]uint32, len(t.above.keys)+1)}
	for _, up := range t.up {
		if up != 0 {
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
