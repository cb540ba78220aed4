package assign

import (
	"context"
	"slices"
)

// A household is a row that needs several places together. In a loosened graph each of these is a
// row of its own, a unit, beyond the rows of the problem.
type household struct {
	row, first, need int32 // its first unit, and how many there are
	arcs             []arc // where it fits, the cheapest first
}

// A unit is one place of a household. Costs and ties are shared out among the units of a
// household, so that units that are together cost what the household costs.
type unit struct{ row, nth, need int32 }

// together answers who, and where, if some of the rows are households. Households that may split
// are easy: their units are rows like any other. What splits is told apart by cases, a
// household being at a part in the one and anywhere but there in the other, until none does.
type together struct {
	ctx   context.Context
	whole *graph
	loose *graph  // with units as rows
	base  []int32 // of its parts: their first slot
	all   []household
	index map[int32]int // of rows
	in    []bool        // of households: whether it has a place
	left  int           // cases that may still be told apart

	there []int32   // of households: the part where it is in the case that is looked at, or -1
	not   [][]int32 // of households: where it is not
	taken []int32   // of parts: places of households that are there

	shut     []int32 // of parts: the rank at which they were full for good, or open
	refused  []HouseholdProof
	unproven []string
}

// households reports whether any row in line needs several places.
func (g *graph) households() bool {
	for i, x := range g.p.extra {
		if x.units > 1 && g.rank[i] >= 0 {
			return true
		}
	}
	return false
}

func newTogether(ctx context.Context, g *graph, cases int) *together {
	n, m := int32(len(g.p.rows)), len(g.room)
	s := &together{ctx: ctx, whole: g, index: map[int32]int{}, left: cases, taken: make([]int32, m), shut: make([]int32, m)}
	loose := *g
	for _, i := range g.order {
		need := g.p.units(i)
		if need == 1 {
			continue
		}
		s.index[i] = len(s.all)
		h := household{row: i, first: n + int32(len(loose.units)), need: need}
		for nth := range need {
			loose.units = append(loose.units, unit{i, nth, need})
		}
		for _, a := range g.of(i) {
			if g.room[a.to] >= need {
				h.arcs = append(h.arcs, a)
			}
		}
		s.all, s.there, s.not, s.in = append(s.all, h), append(s.there, -1), append(s.not, nil), append(s.in, false)
	}
	loose.first, loose.arcs = make([]int32, 1, len(g.first)+len(loose.units)), nil
	for i := range n {
		if g.p.units(i) == 1 {
			loose.arcs = append(loose.arcs, g.of(i)...)
		}
		loose.first = append(loose.first, int32(len(loose.arcs)))
	}
	s.loose = &loose
	free := make([][]arc, 0, len(loose.units))
	for _, h := range s.all {
		free = append(free, slices.Repeat([][]arc{h.arcs}, int(h.need))...)
	}
	s.loose.tail(free)
	s.base = starts(g.room, s.loose.arcs)
	for t, room := range g.room {
		if s.shut[t] = open; room == 0 {
			s.shut[t] = 0
		}
	}
	return s
}

// tail gives the units these arcs.
func (g *graph) tail(arcs [][]arc) {
	n := int32(len(g.p.rows))
	g.first, g.arcs = g.first[:n+1], g.arcs[:g.first[n]]
	for k, of := range arcs {
		for _, a := range of {
			g.arcs = append(g.arcs, arc{a.to, g.share(n+int32(k), a.cost)})
		}
		g.first = append(g.first, int32(len(g.arcs)))
	}
}

// filling returns a filling of the loosened graph in which nobody has a place.
func (s *together) filling() *filling {
	f := newFilling(s.loose, s.base)
	f.units = make([][]arc, len(s.loose.units))
	return f
}

// set gives the units of a household these arcs.
func (s *together) set(f *filling, h household, arcs []arc) {
	from := h.first - int32(len(s.whole.p.rows))
	for k := from; k < from+h.need; k++ {
		f.units[k] = arcs
	}
}

// begin places everybody who holds a place where they hold it, and then the other holders. It
// returns a filling without anybody if that is impossible, since who comes first matters then.
func (s *together) begin() *filling {
	f, holders := s.filling(), 0
	for _, i := range s.whole.order {
		j := s.whole.p.rows[i].held
		if j < 0 {
			break // holders stand first
		}
		holders++
		for t := s.whole.parts.first[j]; t < s.whole.parts.first[j+1]; t++ {
			if s.take(f, i, t) {
				break
			}
		}
	}
	for _, i := range s.whole.order[:holders] {
		if f.now = int32(holders); !s.has(f, i) && !s.place(f, i) {
			clear(s.in)
			return s.filling()
		}
	}
	copy(f.closed, s.shut)
	f.restart()
	return f
}

// has reports whether a row has a place.
func (s *together) has(f *filling, i int32) bool {
	if k, is := s.index[i]; is {
		return s.in[k]
	}
	return f.at[i] >= 0
}

// take gives a row places of a part, if enough are free.
func (s *together) take(f *filling, i, t int32) bool {
	k, is := s.index[i]
	if !is {
		_, ok := s.whole.arcTo(i, t)
		if ok = ok && !f.full(t); ok {
			f.put(i, t)
		}
		return ok
	}
	h := s.all[k]
	j := slices.IndexFunc(h.arcs, func(a arc) bool { return a.to == t })
	if j < 0 || f.base[t+1]-f.base[t]-f.used[t] < h.need {
		return false
	}
	s.set(f, h, h.arcs[j:j+1])
	for u := range h.need {
		f.put(h.first+u, t)
	}
	s.in[k] = true
	return true
}

// place places a row while households stay where they are, and reports whether that was possible.
func (s *together) place(f *filling, i int32) bool {
	k, is := s.index[i]
	if !is {
		return f.place(i)
	}
	for _, a := range s.all[k].arcs {
		if s.take(f, i, a.to) {
			return true
		}
	}
	return false
}

// fill goes down the line: everybody gets a place for whom one can be found, however those before them
// have to move.
func (s *together) fill() (f *filling, err error) {
	f = s.begin()
	for _, i := range s.whole.order {
		if s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		if f.now = s.whole.rank[i]; s.has(f, i) || s.closed(i) || s.place(f, i) {
			continue
		}
		f = s.rearrange(f, i)
	}
	return f, s.ctx.Err()
}

// closed reports whether a row can only go to parts that are full for good.
func (s *together) closed(i int32) bool {
	arcs := s.whole.of(i)
	if k, is := s.index[i]; is {
		arcs = s.all[k].arcs
	}
	return !slices.ContainsFunc(arcs, func(a arc) bool { return s.shut[a.to] == open })
}
