package disclosure

// A cube is how the counts of a table with two hierarchies can vary. Such a table is no
// network. But moving people from one row to another, in one column, and as many back in
// another column changes the two rows and columns and their totals up to where they
// meet, and nothing else. A small count that can be changed enough by such turns, each
// within what a reader knows of every cell that it changes, is safe: every step leads to a
// table that the reader cannot tell from the true one.
//
// It is a sufficient rule: where only longer rounds would do, more cells are left out
// than need be, or the table is refused.
type cube struct {
	grid          *grid
	rows, columns tree
}

// A tree is one hierarchy.
type tree struct {
	parent []int
	leaves [][]int // under each node, itself if it is one
	around [][]int // leaves near each node, once they were asked for
}

func newTree(parent []int, leaf func(int) bool) tree {
	t := tree{parent, make([][]int, len(parent)), make([][]int, len(parent))}
	for i := range parent {
		if leaf(i) {
			for at := i; at >= 0; at = parent[at] {
				t.leaves[at] = append(t.leaves[at], i)
			}
		}
	}
	return t
}

// others returns the leaves that are not under a node, those near it or all, and nobody.
func (t tree) others(node int, near bool) []int {
	above := t.parent[node]
	if above < 0 {
		return alone
	}
	if near && t.around[node] != nil {
		return t.around[node]
	}
	if !near {
		for t.parent[above] >= 0 {
			above = t.parent[above]
		}
	}
	under := map[int]bool{}
	for _, leaf := range t.leaves[node] {
		under[leaf] = true
	}
	var all []int
	for _, leaf := range t.leaves[above] {
		if !under[leaf] {
			all = append(all, leaf)
		}
	}
	all = append(all, nobody)
	if near {
		t.around[node] = all
	}
	return all
}

// apart puts into a buffer the nodes above a leaf, itself first, that are not above another
// one; all of them if there is no other.
func (t tree) apart(into *[]int, leaf, other int) []int {
	*into = append((*into)[:0], leaf)
	if other >= 0 && t.parent[leaf] == t.parent[other] {
		return *into
	}
	*into = (*into)[:0]
	for at := leaf; at >= 0; at = t.parent[at] {
		if other >= 0 && t.above(at, other) {
			break
		}
		*into = append(*into, at)
	}
	return *into
}

func (t tree) above(node, leaf int) bool {
	for ; leaf >= 0; leaf = t.parent[leaf] {
		if leaf == node {
			return true
		}
	}
	return false
}

func newCube(g *grid) *cube {
	parents := make([]int, len(g.rows))
	for i, r := range g.rows {
		parents[i] = r.parent
	}
	return &cube{g, newTree(parents, func(i int) bool { return g.rows[i].leaf }), newTree(g.upper, func(c int) bool { return c < g.leaves })}
}

// nobody stands for no row or column from which people come: totals change.
const nobody = -1

var alone = []int{nobody}

// turn returns the steps of the cheapest turn that changes a cell: one that needs no cell
// to be left out, or with those that would have to be if they may. It returns nil if
// there is none.
func (r *release) turn(arc int, more, mayHide bool) []int32 {
	row, column := arc/len(r.grid.columns), arc%len(r.grid.columns)
	for _, near := range []bool{true, false} {
		rows, columns := r.cube.rows.others(row, near), r.cube.columns.others(column, near)
		var best []int32
		least := int64(Open)
		for _, at := range r.cube.rows.leaves[row] {
			for _, in := range r.cube.columns.leaves[column] {
				if !r.open(r.signed(at, in, more), mayHide) {
					continue
				}
				for _, from := range rows {
					if from != nobody && !r.open(r.signed(from, in, !more), mayHide) {
						continue
					}
					for _, of := range columns {
						if of != nobody && !r.open(r.signed(at, of, !more), mayHide) {
							continue
						}
						steps, cost := r.steps(at, from, in, of, more, mayHide, least)
						if steps == nil {
							continue
						}
						if best, least = steps, cost; cost == 0 {
							return best
						}
					}
				}
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// steps returns the steps of one turn and its price, and nil if it cannot be or does not
// cost less than the least so far.
func (r *release) steps(at, from, in, of int, more, mayHide bool, least int64) (steps []int32, cost int64) {
	r.round = r.round[:0]
	add := func(rows, columns []int, more bool) bool {
		for _, i := range rows {
			for _, c := range columns {
				step := r.signed(i, c, more)
				if !r.open(step, mayHide) {
					return false
				}
				if r.room(step) <= 0 {
					if cost += r.price(step); cost >= least {
						return false
					}
				}
				r.round = append(r.round, step)
			}
		}
		return true
	}
	near, across := r.cube.rows.apart(&r.sides[0], at, from), r.cube.columns.apart(&r.sides[1], in, of)
	if !add(near, across, more) {
		return nil, 0
	}
	var far, opposite []int
	if from != nobody {
		far = r.cube.rows.apart(&r.sides[2], from, at)
	}
	if of != nobody {
		opposite = r.cube.columns.apart(&r.sides[3], of, in)
	}
	if !add(far, across, !more) || !add(near, opposite, !more) || !add(far, opposite, more) {
		return nil, 0
	}
	return append([]int32{}, r.round...), cost
}

// signed returns the step that makes a cell more or less.
func (r *release) signed(row, column int, more bool) int32 {
	if step := int32(r.grid.arc(row, column)); more {
		return step
	}
	return ^int32(r.grid.arc(row, column))
}

// open reports whether a step has room, or would have if its cell were left out.
func (r *release) open(step int32, mayHide bool) bool {
	return r.room(step) > 0 || mayHide && r.mayHide(step)
}

// turns makes turns until a cell differs by so much, and returns by how much it does.
// Where cells may be left out, they are.
func (r *release) turns(arc int, more bool, found, want int64, mayHide bool) int64 {
	for found < want {
		steps := r.turn(arc, more, mayHide)
		if steps == nil {
			break
		}
		can := want - found
		for _, s := range steps {
			if r.room(s) <= 0 {
				r.hide(s)
			}
			can = min(can, r.room(s))
		}
		if can <= 0 {
			break
		}
		for _, s := range steps {
			r.move(s, can)
		}
		found += can
	}
	return found
}
