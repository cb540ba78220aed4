package evaluation

import (
	"cmp"
	"slices"
)

// A listColumn keeps every entry: those of a row hang together, in order and each once when they are read.
type listColumn struct {
	last    cells[uint32] // the entry of a row that was added last, plus 1; 0 is that there is none
	entries cells[listed]
	n       uint32 // entries, with those in free
	free    uint32 // the first entry that is of no row, plus 1
	added   int    // since all were in order
	tidied  int    // so many were in order then
	texts   dictionary
	queued  []queuedEntry
	row     []listed // that is put in order
}

type listed struct {
	number              int64
	next, version, text uint32 // next is the next one of the row, plus 1
	day                 uint16
}

type queuedEntry struct {
	listed
	at uint32
}

func (c *listColumn) read(at uint32, m moment, s *source, event any) bool {
	before := len(c.queued)
	add := func(text string, number int64) {
		e := listed{number: number, version: m.version, day: m.day}
		if text != "" {
			e.text = c.texts.one(text)
		}
		c.queued = append(c.queued, queuedEntry{e, at})
	}
	switch {
	case s.entries != nil:
		for _, one := range s.entries(event) {
			add(one.Text, one.Number)
		}
	case s.text != nil:
		if text := s.text(event); text != "" {
			add(text, 0)
		}
	case s.texts != nil:
		for _, text := range s.texts(event) {
			add(text, 0)
		}
	default:
		add("", 0)
	}
	return before == 0 && len(c.queued) > 0
}

func (c *listColumn) take(q *queue) {
	for _, p := range c.queued {
		c.add(q.row(p.at), p.listed)
	}
	c.queued = c.queued[:0]
}

// add adds an entry to a row, and puts all in order whenever there are twice as many as after the
// last time, so that an event that comes a million times takes no room.
func (c *listColumn) add(row uint32, e listed) {
	n := c.free
	if n != 0 {
		c.free = c.entries.read(n - 1).next
	} else {
		c.n++
		n = c.n
	}
	last := c.last.at(row)
	e.next = *last
	*c.entries.at(n - 1), *last = e, n
	if c.added++; c.added > c.tidied+1024 {
		c.freeze()
	}
}

func (c *listColumn) empty() bool { return c.last.empty() }

// freeze puts all entries in order, for rows to read.
func (c *listColumn) freeze() {
	if c.added == 0 {
		return
	}
	c.added, c.tidied = 0, 0
	for _, first := range c.last.all {
		if first != 0 {
			c.tidied += c.tidy(first)
		}
	}
}

// tidy puts the entries of a row in order, each once, and returns how many there are.
func (c *listColumn) tidy(first uint32) int {
	c.row = c.row[:0]
	sorted := true
	for n := first; n != 0; n = c.row[len(c.row)-1].next {
		c.row = append(c.row, c.entries.read(n-1))
		if k := len(c.row); k > 1 && c.compare(c.row[k-2], c.row[k-1]) >= 0 {
			sorted = false
		}
	}
	if sorted {
		return len(c.row)
	}
	slices.SortFunc(c.row, c.compare)
	c.row = slices.CompactFunc(c.row, func(a, b listed) bool { return c.compare(a, b) == 0 })
	at, left := first, len(c.row)
	for _, e := range c.row { // into the same places
		into := c.entries.at(at - 1)
		e.next, at = into.next, into.next
		if left--; left == 0 {
			e.next = 0
		}
		*into = e
	}
	for at != 0 { // what is left over
		spare := c.entries.at(at - 1)
		next := spare.next
		spare.next, c.free, at = c.free, at, next
	}
	return len(c.row)
}

// compare compares entries of a row: the earliest first.
func (c *listColumn) compare(a, b listed) int {
	switch {
	case a.day != b.day:
		return cmp.Compare(a.day, b.day)
	case a.version != b.version:
		return cmp.Compare(a.version, b.version)
	case a.text != b.text:
		return cmp.Compare(c.text(a), c.text(b))
	}
	return cmp.Compare(a.number, b.number)
}

func (c *listColumn) text(e listed) string {
	if e.text == 0 {
		return ""
	}
	return c.texts.texts[e.text-1]
}

func (c *listColumn) merge(into func(uint32) uint32, o column) {
	from := o.(*listColumn)
	for row, n := range from.last.all {
		for n != 0 {
			e := from.entries.read(n - 1)
			n = e.next
			if e.text != 0 {
				e.text = c.texts.one(from.text(e))
			}
			c.add(into(row), e)
		}
	}
}

func (c *listColumn) move(m *move) { c.last.move(m.to, &m.words) }

// appendOf appends the entries of a row, the earliest first.
func (c *listColumn) appendOf(all []Entry, row uint32) []Entry {
	for n := c.last.read(row); n != 0; {
		e := c.entries.read(n - 1)
		all, n = append(all, Entry{dayOf(e.day), c.text(e), e.number}), e.next
	}
	return all
}
