package evaluation

import (
	"github.com/socialprescribing/sp/store"
)

// A queue holds what some events say until their rows are looked up together: the processor then waits
// for many rows at once, instead of for each in turn, which in a large log is most
// of the time that an event takes.
type queue struct {
	round   int // which events these are
	lookups []lookup
	opens   []opening
	links   []link
	wrong   []uint32
	columns []column // for which something is queued
	said    int      // how many things are, about
	touched uint32
}

// full is how many rows are looked up together.
const full = 1024

// A lookup is a row to be found. Others name it by its place in the queue.
type lookup struct {
	t   *rows
	key key
	row uint32
}

// row returns the row of a place, once it was looked up.
func (q *queue) row(at uint32) uint32 { return q.lookups[at].row }

// An opening is that the opening event of a row was seen, which names the row above.
type opening struct{ of, above uint32 }

// nobody is the row above of an opening that names none.
const nobody = ^uint32(0)

// A link is a part of a row, by the number of its name.
type link struct{ part, of, name uint32 }

// find returns the place of a row in the queue.
func (q *queue) find(t *rows, k key) uint32 {
	q.lookups = append(q.lookups, lookup{t: t, key: k})
	return uint32(len(q.lookups) - 1)
}

// of finds the row of an aggregate. Events of one often follow each other.
func (q *queue) of(t *rows, k store.Key) uint32 {
	last := &t.last
	if !last.ok || last.of != k {
		last.of, last.key, last.ok, last.round = k, keyOf(k.Tenant, k.Kind, k.ID), true, -1
	}
	if last.round != q.round {
		last.round, last.at = q.round, q.find(t, last.key)
	}
	return last.at
}

// open notes that the opening event of a row of t was seen, which names the row above.
func (q *queue) open(t *rows, of uint32, k store.Key, id string) {
	above := nobody
	switch {
	case t.above == nil:
	case id != "":
		above = q.find(t.above, keyOf(k.Tenant, t.above.name, id))
	case t.above.form == named: // nobody said who it is: somebody of their own
		above = q.find(t.above, keyOf(k.Tenant, t.above.name, k.Kind, k.ID))
	}
	q.opens = append(q.opens, opening{of, above})
}

// part finds the row of a part of an aggregate.
func (q *queue) part(t *rows, of uint32, name string) uint32 {
	part := q.find(t, q.lookups[of].key.part(name))
	q.links = append(q.links, link{part, of, t.names.one(name)})
	return part
}

// say queues what an event says to a column.
func (q *queue) say(c column, at uint32, m moment, s *source, event any) {
	if c.read(at, m, s, event) {
		q.columns = append(q.columns, c)
	}
	q.said++
}

// isFull reports whether it is time to put everything in its place.
func (q *queue) isFull() bool {
	return len(q.lookups) >= full || q.said >= 8*full // events of one row look for it once
}

// flush puts everything in its place.
func (q *queue) flush() {
	q.look()
	for _, o := range q.opens {
		l := &q.lookups[o.of]
		*l.t.seen.at(l.row) |= isOpened
		if o.above != nobody {
			l.t.link(l.row, q.row(o.above))
		}
	}
	for _, p := range q.links {
		l := &q.lookups[p.part]
		*l.t.called.at(l.row) = p.name
		l.t.link(l.row, q.row(p.of))
	}
	for _, n := range q.wrong {
		l := &q.lookups[n]
		*l.t.seen.at(l.row) |= isWrong
	}
	for _, c := range q.columns {
		c.take(q)
	}
	q.round++
	q.lookups, q.opens, q.links, q.wrong, q.columns, q.said = q.lookups[:0], q.opens[:0], q.links[:0], q.wrong[:0], q.columns[:0], 0
}

// look finds the rows. The first loops fetch the memory where they will be: hardly anything in
// them waits for anything else, so that the processor fetches as much at once as it can.
func (q *queue) look() {
	touched := uint32(0)
	for i := range q.lookups {
		if l := &q.lookups[i]; len(l.t.slots) > 0 {
			touched ^= l.t.at(l.key[0] & l.t.mask())
		}
	}
	for i := range q.lookups {
		if l := &q.lookups[i]; len(l.t.slots) > 0 {
			l.row = max(1, l.t.at(l.t.probe(l.key, l.key[0]&l.t.mask()))) - 1 // unless it is another
			touched ^= l.t.keys.read(l.row)[0]
		}
	}
	q.touched = touched // lest the compiler leave it out
	for i := range q.lookups {
		if l := &q.lookups[i]; l.t.n == 0 || l.t.keys.read(l.row) != l.key {
			l.row = l.t.row(l.key)
		}
	}
}
