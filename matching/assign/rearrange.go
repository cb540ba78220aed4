package assign

import (
	"cmp"
	"slices"
)

// rearrange looks for places for row i among all arrangements of the households before it, and
// notes the proof if there is none.
func (s *together) rearrange(f *filling, i int32) *filling {
	k, is := s.index[i]
	if is {
		s.in[k] = true
	}
	x := f.clone()
	within, fits := s.repair(x)
	if fits && !is && !x.place(i) {
		for _, t := range x.around(i) {
			s.shut[t] = min(s.shut[t], s.whole.rank[i])
		}
		return f
	}
	proof := s.whole.within(within)
	if fits {
		later := s.left * 9 / 10 // for those who come after
		s.left -= later
		x, proof = s.settle(x)
		if s.left = max(s.left, 0) + later; x != nil {
			return s.fixed(x)
		}
	}
	if is {
		s.in[k] = false
	}
	id := s.whole.p.rows[i].id
	if proof == nil {
		s.unproven = append(s.unproven, id)
	} else {
		s.refused = append(s.refused, HouseholdProof{id, *proof})
	}
	return f
}

// settle tells cases apart until no household is split. It returns either the places, or the
// proof that there are none, or neither when too many cases would have to be told apart.
func (s *together) settle(x *filling) (*filling, *Case) {
	k, t := s.split(x.at)
	if k < 0 {
		return x, nil
	}
	if s.left--; s.left < 0 || s.ctx.Err() != nil {
		return nil, nil
	}
	node := s.node(k, t)
	for _, c := range []struct {
		suppose supposition
		proof   **Case
	}{{s.be, &node.There}, {s.ban, &node.Elsewhere}} {
		y, proof := s.try(x, c.suppose, k, t)
		if y != nil || proof == nil {
			return y, nil
		}
		*c.proof = proof
	}
	return nil, node
}

// try looks at a case within one that x answers as if households could split.
func (s *together) try(x *filling, suppose supposition, k int, t int32) (*filling, *Case) {
	defer suppose(k, t)()
	y := x.clone()
	if within, fits := s.repair(y); !fits {
		return nil, s.whole.within(within)
	}
	return s.settle(y)
}

// A supposition is that a household is at a part, or that it is not, until out is called.
type supposition func(k int, t int32) (out func())

// node returns the node that tells apart whether a household is at a part.
func (s *together) node(k int, t int32) *Case {
	at := s.whole.ref(t)
	return &Case{Household: s.whole.p.rows[s.all[k].row].id, At: &at}
}

// be supposes that a household is at a part.
func (s *together) be(k int, t int32) (out func()) {
	s.there[k] = t
	s.taken[t] += s.all[k].need
	return func() {
		s.there[k] = -1
		s.taken[t] -= s.all[k].need
	}
}

// ban supposes that it is not.
func (s *together) ban(k int, t int32) (out func()) {
	s.not[k] = append(s.not[k], t)
	return func() { s.not[k] = s.not[k][:len(s.not[k])-1] }
}

// permitted returns where a household may be in the case that is looked at.
func (s *together) permitted(k int) []arc {
	h, there := s.all[k], s.there[k]
	may := func(a arc) bool {
		if there >= 0 {
			return a.to == there
		}
		return !slices.Contains(s.not[k], a.to) && s.whole.room[a.to]-s.taken[a.to] >= h.need
	}
	if !slices.ContainsFunc(h.arcs, func(a arc) bool { return !may(a) }) {
		return h.arcs
	}
	var arcs []arc
	for _, a := range h.arcs {
		if may(a) {
			arcs = append(arcs, a)
		}
	}
	return arcs
}

// repair places every unit of a household that has a place, where the case permits it. If that is
// impossible it returns parts in which too many rows would have to be.
func (s *together) repair(x *filling) (within []int32, fits bool) {
	var loose []int32
	for k, h := range s.all {
		if !s.in[k] {
			continue
		}
		arcs := s.permitted(k)
		s.set(x, h, arcs)
		for u := h.first; u < h.first+h.need; u++ {
			if _, may := find(arcs, x.at[u]); x.at[u] >= 0 && !may {
				x.take(u)
			}
			if x.at[u] < 0 {
				loose = append(loose, u)
			}
		}
	}
	x.reopen()
	for _, u := range loose {
		if !x.place(u) {
			return x.around(u), false
		}
	}
	return nil, true
}

// split returns the first household that is split, and where most of it is; -1 if none is.
func (s *together) split(at []int32) (k int, t int32) {
	for k, h := range s.all {
		if !s.in[k] {
			continue
		}
		units := at[h.first : h.first+h.need]
		if slices.Max(units) == slices.Min(units) {
			continue
		}
		count := map[int32]int{}
		for _, t := range units {
			count[t]++
		}
		return k, slices.MaxFunc(units, func(x, y int32) int { return cmp.Or(cmp.Compare(count[x], count[y]), cmp.Compare(y, x)) })
	}
	return -1, -1
}

// fixed leaves households where they are.
func (s *together) fixed(x *filling) *filling {
	for k, h := range s.all {
		if s.in[k] {
			j := slices.IndexFunc(h.arcs, func(a arc) bool { return a.to == x.at[h.first] })
			s.set(x, h, h.arcs[j:j+1])
		}
	}
	copy(x.closed, s.shut)
	x.restart()
	return x
}

// within returns the end of a proof by parts that are too full.
func (g *graph) within(parts []int32) *Case {
	c := &Case{}
	for _, t := range parts {
		c.Within = append(c.Within, g.ref(t))
	}
	return c
}
