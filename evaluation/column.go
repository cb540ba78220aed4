package evaluation

import (
	"math/bits"
	"slices"

	"github.com/socialprescribing/sp"
)

// A column holds one fact of all rows of a table.
type column interface {
	// read queues what an event says to the row at a place of the queue, and reports whether that is
	// the first that is queued; take takes all that is.
	read(at uint32, m moment, s *source, event any) (first bool)
	take(q *queue)
	merge(into func(row uint32) uint32, o column)
	move(m *move)
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
	last   bool
	days   cells[uint16] // 0 is never
	queued []queuedDay
}

type queuedDay struct {
	at  uint32
	day uint16
}

func (c *dayColumn) read(at uint32, m moment, _ *source, _ any) bool {
	c.queued = append(c.queued, queuedDay{at, m.day})
	return len(c.queued) == 1
}

func (c *dayColumn) take(q *queue) {
	for _, p := range c.queued {
		c.note(q.row(p.at), p.day)
	}
	c.queued = c.queued[:0]
}

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

func (c *dayColumn) move(m *move) { c.days.move(m.to, &m.days) }

func (c *dayColumn) empty() bool {
	return c.days.empty()
}

// A codeColumn keeps the texts of the latest event, by a number for each different one.
type codeColumn struct {
	codes  cells[uint32]     // the number of the texts plus 1; 0 is that there was no event
	later  cells[uint8]      // the version of the event less 1, most being of the first
	beyond map[uint32]uint32 // those versions that are too high for it, by row
	texts  dictionary
	queued []queuedCode
}

type queuedCode struct {
	at uint32
	said
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

func (c *codeColumn) read(at uint32, m moment, s *source, event any) bool {
	now := said{version: m.version}
	switch {
	case s.text != nil:
		if text := s.text(event); text != "" {
			now.code = c.texts.one(text)
		}
	case s.texts != nil:
		now.code = c.texts.of(s.texts(event))
	default:
		return false
	}
	c.queued = append(c.queued, queuedCode{at, now})
	return len(c.queued) == 1
}

func (c *codeColumn) take(q *queue) {
	for _, p := range c.queued {
		c.note(q.row(p.at), p.said)
	}
	c.queued = c.queued[:0]
}

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

func (c *codeColumn) move(m *move) {
	c.codes.move(m.to, &m.words)
	c.later.move(m.to, &m.bytes)
	beyond := make(map[uint32]uint32, len(c.beyond))
	for row, version := range c.beyond {
		beyond[m.to[row]] = version
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
	queued []queuedCount
}

type queuedCount struct{ at, version uint32 }

// A word is 64 versions of the history of a row.
type word struct{ row, number uint32 }

func (c *countColumn) read(at uint32, m moment, _ *source, _ any) bool {
	c.queued = append(c.queued, queuedCount{at, m.version})
	return len(c.queued) == 1
}

func (c *countColumn) take(q *queue) {
	for _, p := range c.queued {
		n := p.version - 1
		c.note(word{q.row(p.at), n / 64}, 1<<(n%64))
	}
	c.queued = c.queued[:0]
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

func (c *countColumn) move(m *move) {
	c.bits.move(m.to, &m.bits)
	more := make(map[word]uint64, len(c.more))
	for w, set := range c.more {
		more[word{m.to[w.row], w.number}] = set
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
