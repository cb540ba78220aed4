package assign

import (
	"cmp"
	"slices"
)

// A refusal is why a household has no place at a part: the parts within are full of rows
// before it that can go nowhere else, but for fewer places than it needs.
type refusal struct {
	row, part int32
	within    []int32
}

// together places a household: at the part that costs it least, of those where rows before
// it leave enough places free, or can make room. There it stays. Which of several
// parts it takes is decided without looking at who comes after: households do not split, so
// the theorem of the greedy set does not hold for them, and the best for all is hard to find.
func (f *filling) together(i, need int32) {
	arcs := slices.Clone(f.g.of(i))
	slices.SortFunc(arcs, func(x, y arc) int {
		return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(f.g.tie(i, x.to), f.g.tie(i, y.to)), cmp.Compare(x.to, y.to))
	})
	for _, a := range arcs {
		within := f.hold(a.to, need)
		if within == nil {
			f.at[i] = a.to
			return
		}
		f.refused = append(f.refused, refusal{i, a.to, within})
	}
}

// hold takes need places of part t together. If that is impossible it takes none, and returns
// the parts within which there are too few.
func (f *filling) hold(t, need int32) (within []int32) {
	closed, first := slices.Clone(f.closed), int32(len(f.at))
	for range need {
		unit := int32(len(f.at))
		f.at, f.pos = append(f.at, -1), append(f.pos, 0)
		f.units = append(f.units, []arc{{to: t}})
		if f.place(unit) {
			continue
		}
		within = f.around(t)
		for u := first; u < unit; u++ {
			f.take(u)
		}
		f.at, f.pos, f.units = f.at[:first], f.pos[:first], f.units[:first-int32(len(f.g.p.rows))]
		f.closed = closed
		f.restart()
		return within
	}
	return nil
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

// around returns the parts that rows of t can move to, and the rows of those, and so on, in
// order, with t.
func (f *filling) around(t int32) []int32 {
	seen := map[int32]bool{t: true}
	found := []int32{t}
	for k := 0; k < len(found); k++ {
		for _, i := range f.slot[f.base[found[k]] : f.base[found[k]]+f.used[found[k]]] {
			for _, a := range f.of(i) {
				if !seen[a.to] {
					seen[a.to] = true
					found = append(found, a.to)
				}
			}
		}
	}
	slices.Sort(found)
	return found
}
