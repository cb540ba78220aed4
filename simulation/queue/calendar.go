package queue

// A Time is a moment, in ticks from the beginning of a simulation. What a tick is, is for
// the model to say: a second, for people who wait for weeks.
type Time int64

// A Calendar is the list of events of type E that are still to happen. They are taken out in
// order of their time; at one time, in order of their rank; and with one rank, in the order in
// which they were put in. That order is total, so a run is the same each time. The zero value
// is an empty calendar. Put and Take need time in proportion to the logarithm of the number of
// events (a heap with four children to a node).
type Calendar[E any] struct {
	entries []entry[E]
	count   uint64
	hole    bool // the first entry has been taken out
}

type entry[E any] struct {
	at    Time
	order uint64 // rank in the first byte, and then the number of the event
	event E
}

func (e *entry[E]) before(o *entry[E]) bool { return e.at < o.at || e.at == o.at && e.order < o.order }

// Len returns how many events there are.
func (c *Calendar[E]) Len() int {
	if c.hole {
		return len(c.entries) - 1
	}
	return len(c.entries)
}

// Next returns the time of the next event, and false if there is none.
func (c *Calendar[E]) Next() (Time, bool) {
	c.fill()
	if len(c.entries) == 0 {
		return 0, false
	}
	return c.entries[0].at, true
}

// Put adds an event at a time. Of events at one time those of rank 0 come first.
func (c *Calendar[E]) Put(at Time, rank uint8, event E) {
	e := entry[E]{at, uint64(rank)<<56 | c.count, event}
	c.count++
	if c.hole {
		c.hole = false
		c.down(e)
		return
	}
	c.entries = append(c.entries, e)
	h := c.entries
	k := len(h) - 1
	for k > 0 {
		up := (k - 1) / 4
		if !e.before(&h[up]) {
			break
		}
		h[k] = h[up]
		k = up
	}
	h[k] = e
}

// Take removes the next event and returns it with its time. It panics if there is none.
func (c *Calendar[E]) Take() (Time, E) {
	c.fill()
	c.hole = true
	return c.entries[0].at, c.entries[0].event
}

// fill removes the entry that has been taken out. It is left where it stood until then,
// since most events are followed by putting in another one, which can stand there.
func (c *Calendar[E]) fill() {
	if !c.hole {
		return
	}
	c.hole = false
	n := len(c.entries) - 1
	last := c.entries[n]
	c.entries[n] = entry[E]{}
	c.entries = c.entries[:n]
	if n > 0 {
		c.down(last)
	}
}

// down puts an entry at the top, and moves it down to where it belongs.
func (c *Calendar[E]) down(e entry[E]) {
	h := c.entries
	k := 0
	for {
		first := 4*k + 1
		if first >= len(h) {
			break
		}
		least := first
		for j := first + 1; j < min(first+4, len(h)); j++ {
			if h[j].before(&h[least]) {
				least = j
			}
		}
		if !h[least].before(&e) {
			break
		}
		h[k] = h[least]
		k = least
	}
	h[k] = e
}
