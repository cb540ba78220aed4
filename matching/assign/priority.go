package assign

import (
	"context"
	"math"
	"slices"
)

// open stands for parts that are not closed.
const open = math.MaxInt32

// A filling says who is where, while it is being found. It places rows one after the
// other in strict order, moving those before to other places where that makes room, and
// never leaves one of them without. So the rows that are placed are the greedy set of a
// transversal matroid: the most of every prefix of the order at once.
//
// A path is found over distance labels that are kept from one row to the next, as in
// shortest augmenting paths with relabelling (Ahuja and Orlin 1991): the label of a
// part is at most the number of moves from there to a free place. Where no path is left,
// a part is closed for good: it is full of rows whose parts are all closed.
type filling struct {
	g      *graph
	at     []int32 // of rows: the part, -1 if none
	pos    []int32 // of rows: their slot
	base   []int32 // of parts: their first slot
	slot   []int32 // the rows in the slots
	used   []int32
	closed []int32 // of parts: the rank at which they closed, or open

	label []int32
	arc   []int32 // of parts: the slot to look at next
	count []int32 // of labels: how many parts have them
	limit int32   // the label of what is closed
	now   int32   // the rank that is being placed
	path  []step

	units [][]arc // the arcs of rows beyond those of the problem
}

// A step moves a row to a part.
type step struct{ row, to int32 }

// newFilling returns a filling in which nobody has a place, with slots for parts from base on.
func newFilling(g *graph, base []int32) *filling {
	n, m := len(g.first)-1, len(g.room)
	f := &filling{
		g: g, at: make([]int32, n), pos: make([]int32, n), base: base, used: make([]int32, m),
		closed: make([]int32, m), label: make([]int32, m), arc: make([]int32, m), limit: int32(m + 1), count: make([]int32, m+3),
	}
	for i := range f.at {
		f.at[i] = -1
	}
	f.slot = make([]int32, f.base[m])
	for t, room := range g.room {
		f.closed[t] = open
		if room == 0 {
			f.label[t], f.closed[t] = f.limit, 0
		}
		f.count[f.label[t]]++
	}
	return f
}

// starts returns where the slots of each part begin, and where they end. A part has as many as
// places, but where there are very many, no more than rows that could be there and one, which stays free.
func starts(room []int32, arcs []arc) []int32 {
	total, most := int64(0), room
	for _, places := range room {
		total += int64(places)
	}
	if total > int64(len(arcs)+len(room)) {
		most = make([]int32, len(room))
		for t := range most {
			most[t] = 1
		}
		for _, o := range arcs {
			most[o.to]++
		}
	}
	base := make([]int32, len(room)+1)
	for t, places := range room {
		base[t+1] = base[t] + min(places, most[t])
	}
	return base
}

// of returns the arcs of a row.
func (f *filling) of(i int32) []arc {
	if n := int32(len(f.g.p.rows)); i >= n {
		return f.units[i-n]
	}
	return f.g.of(i)
}

// put places a row where there is room.
func (f *filling) put(i, t int32) {
	f.at[i], f.pos[i] = t, f.base[t]+f.used[t]
	f.slot[f.pos[i]] = i
	f.used[t]++
}

// take takes a row out of its place.
func (f *filling) take(i int32) {
	t := f.at[i]
	f.used[t]--
	last := f.slot[f.base[t]+f.used[t]]
	f.slot[f.pos[i]], f.pos[last] = last, f.pos[i]
	f.at[i] = -1
}

func (f *filling) full(t int32) bool { return f.base[t]+f.used[t] == f.base[t+1] }

// fill places every row of the order that has none yet and can have one.
func (f *filling) fill(ctx context.Context, order []int32) error {
	for k, i := range order {
		if k%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f.now = f.g.rank[i]
		if f.at[i] < 0 {
			f.place(i)
		}
	}
	return nil
}

// place places a row and reports whether that was possible.
func (f *filling) place(s int32) bool {
	f.path = f.path[:0]
	for {
		if len(f.path) == 0 {
			t := f.nearest(s)
			if t < 0 {
				return false
			}
			f.path = append(f.path, step{s, t})
		}
		t := f.path[len(f.path)-1].to
		if !f.full(t) {
			f.augment(t)
			return true
		}
		if !f.advance(t) {
			f.relabel(t)
			f.path = f.path[:len(f.path)-1]
		}
	}
}

// nearest returns the part of a row with the smallest label, or -1 if all are closed.
func (f *filling) nearest(i int32) int32 {
	best, to := f.limit, int32(-1)
	for _, a := range f.of(i) {
		if l := f.label[a.to]; l < best {
			best, to = l, a.to
			if l == 0 {
				break
			}
		}
	}
	return to
}

// augment moves every row of the path one on; the last takes the free place of part t.
func (f *filling) augment(t int32) {
	free := f.base[t] + f.used[t]
	f.used[t]++
	for _, s := range slices.Backward(f.path) {
		was := f.pos[s.row]
		f.at[s.row], f.pos[s.row], f.slot[free] = s.to, free, s.row
		free = was
	}
}

// advance lengthens the path by a row of part t that can move one label nearer.
func (f *filling) advance(t int32) bool {
	l := f.label[t]
	if l == 0 || l >= f.limit {
		return false
	}
	for s := f.base[t] + f.arc[t]; s < f.base[t]+f.used[t]; s++ {
		i := f.slot[s]
		for _, a := range f.of(i) {
			if f.label[a.to] == l-1 {
				f.arc[t] = s - f.base[t]
				f.path = append(f.path, step{i, a.to})
				return true
			}
		}
	}
	return false
}

// relabel gives part t the smallest label that its rows allow, and looks next at the first
// of its rows that allows it.
func (f *filling) relabel(t int32) {
	if f.label[t] >= f.limit {
		return
	}
	least := f.limit
	for k, i := range f.slot[f.base[t] : f.base[t]+f.used[t]] {
		for _, a := range f.of(i) {
			if l := f.label[a.to]; l < least && a.to != t {
				least, f.arc[t] = l, int32(k)
			}
		}
		if least <= f.label[t] {
			break // nothing is nearer, or advance would have gone there
		}
	}
	if l := min(least+1, f.limit); l > f.label[t] {
		f.setLabel(t, l)
	}
}

// setLabel sets a label. If that leaves none with the old one, nothing beyond it can reach a free place.
func (f *filling) setLabel(t, l int32) {
	old := f.label[t]
	f.count[old]--
	f.label[t] = l
	f.count[l]++
	if l == f.limit {
		f.closed[t] = f.now
	}
	if f.count[old] > 0 {
		return
	}
	for k, x := range f.label {
		if x > old && x < f.limit {
			f.count[x]--
			f.label[k], f.closed[k] = f.limit, f.now
			f.count[f.limit]++
		}
	}
}

// clone returns a copy.
func (f *filling) clone() *filling {
	c := *f
	for _, s := range []*[]int32{&c.at, &c.pos, &c.slot, &c.used, &c.closed, &c.label, &c.arc, &c.count} {
		*s = slices.Clone(*s)
	}
	c.units, c.path = slices.Clone(f.units), nil
	return &c
}

// reopen forgets what is full.
func (f *filling) reopen() {
	for t := range f.closed {
		if f.closed[t] = open; f.base[t+1] == f.base[t] {
			f.closed[t] = 0
		}
	}
	f.restart()
}

// restart sets the labels of what is not closed to 0, where they are true again.
func (f *filling) restart() {
	clear(f.count)
	for t := range f.label {
		f.label[t], f.arc[t] = 0, 0
		if f.closed[t] != open {
			f.label[t] = f.limit
		}
		f.count[f.label[t]]++
	}
}

// measure sets the labels to how far free places are, and closes at a rank the parts from which there are none.
func (f *filling) measure(rank int32) {
	queue := make([]int32, 0, len(f.label))
	for t := range f.label {
		if f.arc[t], f.label[t] = 0, f.limit; !f.full(int32(t)) {
			f.label[t] = 0
			queue = append(queue, int32(t))
		}
	}
	for next := queue; len(next) > 0; next = next[1:] {
		for _, i := range f.g.users.of(next[0]) {
			if t := f.at[i]; t >= 0 && f.label[t] == f.limit {
				f.label[t] = f.label[next[0]] + 1
				next = append(next, t)
			}
		}
	}
	clear(f.count)
	for t, l := range f.label {
		if f.count[l]++; l == f.limit {
			f.closed[t] = min(f.closed[t], rank)
		}
	}
}

// around returns the parts that a row can go to, those to which the rows there can, and so on, in order.
func (f *filling) around(i int32) []int32 {
	seen := map[int32]bool{}
	var found []int32
	look := func(i int32) {
		for _, a := range f.of(i) {
			if !seen[a.to] {
				seen[a.to] = true
				found = append(found, a.to)
			}
		}
	}
	look(i)
	for next := found; len(next) > 0; {
		before := len(found)
		for _, t := range next {
			for _, q := range f.slot[f.base[t] : f.base[t]+f.used[t]] {
				look(q)
			}
		}
		next = found[before:]
	}
	slices.Sort(found)
	return found
}
