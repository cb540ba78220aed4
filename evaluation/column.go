package evaluation

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
)

// A column holds one fact of all rows of a table.
type column interface {
	// read queues what an event says to the row at a place of the queue, and put takes it.
	read(q *queue, at uint32, m moment, s *source, event any)
	put(row uint32, p *put)
	merge(into func(row uint32) uint32, o column)
	move(to move)
	empty() bool // whether no event said anything
}

// A moment is when an event happened, in days after day0, and its place in the history of
// its aggregate.
type moment struct {
	day     uint16
	version uint32
}

// day0 is the day before the first that a run can tell: a day takes two bytes, and no
// scheme kept its log before 1970. The last is 2149-06-05.
const day0 = sp.Date(719_162)

// A dayColumn keeps the first or the last day.
type dayColumn struct {
	last bool
	days cells[uint16] // 0 is never
}

func (c *dayColumn) read(q *queue, at uint32, m moment, _ *source, _ any) {
	q.puts = append(q.puts, put{col: c, at: at, m: m})
}

func (c *dayColumn) put(row uint32, p *put) { c.note(row, p.m.day) }

func (c *dayColumn) note(row uint32, day uint16) {
	if d := c.days.at(row); day != 0 && (*d == 0 || (day < *d) != c.last) {
		*d = day
	}
}

func (c *dayColumn) merge(into func(uint32) uint32, o column) {
	for row, day := range o.(*dayColumn).days.all {
		if day != 0 {
			c.note(into(row), day)
		}
	}
}

func (c *dayColumn) move(to move) { c.days.move(to) }

func (c *dayColumn) empty() bool {
	return c.days.empty()
}

// A codeColumn keeps the texts of the latest event, by a number for each different one.
type codeColumn struct {
	codes  cells[uint32]     // the number of the texts plus 1; 0 is that there was no event
	later  cells[uint8]      // the version of the event less 1, most being of the first
	beyond map[uint32]uint32 // those versions that are too high for it, by row
	texts  dictionary
}

// tooLate stands in [codeColumn].later for a version in beyond.
const tooLate = 255

// said is what an event said: code 0 is nothing. Version 0 is that there was none.
type said struct{ version, code uint32 }

func (c *codeColumn) said(row uint32) (s said) {
	if s.code = c.codes.read(row); s.code == 0 {
		return s
	}
	s.code--
	if s.version = uint32(c.later.read(row)) + 1; s.version > tooLate {
		s.version = c.beyond[row]
	}
	return s
}

func (c *codeColumn) set(row uint32, s said) {
	*c.codes.at(row) = s.code + 1
	switch {
	case s.version > tooLate:
		if c.beyond == nil {
			c.beyond = map[uint32]uint32{}
		}
		c.beyond[row] = s.version
		*c.later.at(row) = tooLate
	case s.version > 1:
		*c.later.at(row) = uint8(s.version - 1)
	}
}

// code returns the number of the texts of a row.
func (c *codeColumn) code(row uint32) uint32 { return max(1, c.codes.read(row)) - 1 }

func (c *codeColumn) read(q *queue, at uint32, m moment, s *source, event any) {
	p := put{col: c, at: at, m: m}
	switch {
	case s.text != nil:
		if text := s.text(event); text != "" {
			p.text = c.texts.one(text)
		}
	case s.texts != nil:
		p.text = c.texts.of(s.texts(event))
	default:
		return
	}
	q.puts = append(q.puts, p)
}

func (c *codeColumn) put(row uint32, p *put) { c.note(row, said{p.m.version, p.text}) }

// note keeps the texts of the later version. Of two that claim to be the same one, which
// no history holds, it is the same in whatever order they come.
func (c *codeColumn) note(row uint32, now said) {
	old := c.said(row)
	if now.version > old.version || now.version == old.version && slices.Compare(c.texts.list(now.code), c.texts.list(old.code)) > 0 {
		c.set(row, now)
	}
}

func (c *codeColumn) merge(into func(uint32) uint32, o column) {
	from := o.(*codeColumn)
	for row := range from.codes.all {
		if s := from.said(row); s.version != 0 {
			c.note(into(row), said{s.version, c.texts.of(from.texts.list(s.code))})
		}
	}
}

func (c *codeColumn) move(to move) {
	c.codes.move(to)
	c.later.move(to)
	beyond := make(map[uint32]uint32, len(c.beyond))
	for row, version := range c.beyond {
		beyond[to[row]] = version
	}
	c.beyond = beyond
}

func (c *codeColumn) empty() bool {
	return c.codes.empty()
}

// A countColumn keeps which versions of a history there were, by a bit each: the first 64, which is
// nearly all of them, by row, the others in words of 64.
type countColumn struct {
	bits   cells[uint64]
	more   map[word]uint64
	beyond map[uint32]int // how many there are in more, by row
}

// A word is 64 versions of the history of a row.
type word struct{ row, number uint32 }

func (c *countColumn) read(q *queue, at uint32, m moment, _ *source, _ any) {
	q.puts = append(q.puts, put{col: c, at: at, m: m})
}

func (c *countColumn) put(row uint32, p *put) {
	n := p.m.version - 1
	c.note(word{row, n / 64}, 1<<(n%64))
}

func (c *countColumn) note(w word, set uint64) {
	old := c.bits.at(w.row)
	if w.number == 0 {
		*old |= set
		return
	}
	if c.more == nil {
		c.more = map[word]uint64{}
	}
	c.more[w] |= set
}

func (c *countColumn) merge(into func(uint32) uint32, o column) {
	from := o.(*countColumn)
	for row, set := range from.bits.all {
		if set != 0 {
			c.note(word{row: into(row)}, set)
		}
	}
	for w, set := range from.more {
		c.note(word{into(w.row), w.number}, set)
	}
}

func (c *countColumn) move(to move) {
	c.bits.move(to)
	more := make(map[word]uint64, len(c.more))
	for w, set := range c.more {
		more[word{to[w.row], w.number}] = set
	}
	c.more = more
}

func (c *countColumn) empty() bool {
	return len(c.more) == 0 && c.bits.empty()
}

// freeze counts the versions past the first 64.
func (c *countColumn) freeze() {
	c.beyond = nil
	for w, set := range c.more {
		if c.beyond == nil {
			c.beyond = map[uint32]int{}
		}
		c.beyond[w.row] += bits.OnesCount64(set)
	}
}

// count returns how many there were of a row, once c is frozen.
func (c *countColumn) count(row uint32) int {
	n := bits.OnesCount64(c.bits.read(row))
	if c.beyond != nil {
		n += c.beyond[row]
	}
	return n
}

// A listColumn keeps every entry, sorted and each once when it is read.
type listColumn struct {
	entries []listed
	texts   dictionary
	sorted  int // so many are in order and each once
	next    int // where a row was looked for last
}

type listed struct {
	row, version uint32
	day          uint16
	text         uint32
	number       int64
}

func (c *listColumn) read(q *queue, at uint32, m moment, s *source, event any) {
	p := put{col: c, at: at, m: m}
	for _, one := range s.all(event) {
		q.puts = append(q.puts, put{c, at, c.texts.one(one.Text), m, one.Number})
	}
	if s.number != nil {
		p.number = s.number(event)
	}
	switch {
	case s.text != nil:
		if text := s.text(event); text != "" {
			p.text = c.texts.one(text)
			q.puts = append(q.puts, p)
		}
	case s.texts != nil:
		for _, text := range s.texts(event) {
			p.text = c.texts.one(text)
			q.puts = append(q.puts, p)
		}
	case s.entries == nil:
		q.puts = append(q.puts, p)
	}
}

func (c *listColumn) put(row uint32, p *put) {
	c.add(listed{row, p.m.version, p.m.day, p.text, p.number})
}

// all returns the entries of an event.
func (s *source) all(event any) []Entry {
	if s.entries == nil {
		return nil
	}
	return s.entries(event)
}

// add appends an entry, and sorts whenever there are twice as many as after the last time,
// so that an event that comes a million times takes no room.
func (c *listColumn) add(e listed) {
	c.entries = append(c.entries, e)
	if len(c.entries) > 2*c.sorted+1024 {
		c.sort()
	}
}

func (c *listColumn) empty() bool { return len(c.entries) == 0 }

// freeze sorts what is there, for rows to read.
func (c *listColumn) freeze() { c.sort() }

func (c *listColumn) sort() {
	if c.sorted == len(c.entries) {
		return
	}
	slices.SortFunc(c.entries, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.day, b.day), cmp.Compare(a.version, b.version),
			cmp.Compare(c.text(a), c.text(b)), cmp.Compare(a.number, b.number))
	})
	c.entries = slices.Compact(c.entries)
	c.sorted = len(c.entries)
}

func (c *listColumn) text(e listed) string {
	if e.text == 0 {
		return ""
	}
	return c.texts.texts[e.text-1]
}

func (c *listColumn) merge(into func(uint32) uint32, o column) {
	from := o.(*listColumn)
	for _, e := range from.entries {
		if e.text != 0 {
			e.text = c.texts.one(from.text(e))
		}
		e.row = into(e.row)
		c.add(e)
	}
}

func (c *listColumn) move(to move) {
	for i := range c.entries {
		c.entries[i].row = to[c.entries[i].row]
	}
	c.sorted = 0
}

// appendOf appends the entries of a row, the earliest first. Rows are mostly asked for one after
// the other, so it looks where the last one was.
func (c *listColumn) appendOf(all []Entry, row uint32) []Entry {
	if c.next >= len(c.entries) || c.entries[c.next].row > row {
		c.next = 0
	}
	for step := 1; ; step *= 2 { // by leaps that grow, and then by halves
		at := c.next + step
		if at < len(c.entries) && c.entries[at].row < row {
			c.next = at
			continue
		}
		within := c.entries[c.next:min(at, len(c.entries))]
		n, _ := slices.BinarySearchFunc(within, row, func(e listed, row uint32) int { return cmp.Compare(e.row, row) })
		c.next += n
		break
	}
	for _, e := range c.entries[c.next:] {
		if e.row != row {
			break
		}
		all = append(all, Entry{dayOf(e.day), c.text(e), e.number})
	}
	return all
}
