package funding

import (
	"math/big"
	"slices"

	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A node is a group of areas: the whole nation, a region, an ICB. What it gets is
// divided among its children, or among its areas if it has none. It keeps memory.
type node struct {
	areas    []int32            // rows that it holds; nil for all
	divider  *apportion.Divider // among its areas
	children []*node
	child    []int32            // of each area, which child holds it
	among    *apportion.Divider // among its children

	need              weights // memory of its areas
	low, high, shares []int64
	sums              []sum // and of its children
	weights           []*big.Int
	kept, totals      []int64
}

// A tree is the areas as some levels group them.
type tree struct {
	levels  []string
	cascade bool // the running total, which knows no groups
	root    *node
}

// root returns the areas as the levels of a policy group them.
func (c *Calculator) root(p Policy) (*node, error) {
	cascade := p.Method == apportion.Cascade && len(p.Levels) > 0
	for _, t := range c.trees {
		if t.cascade == cascade && slices.Equal(t.levels, p.Levels) {
			return t.root, nil
		}
	}
	root := &node{divider: c.areas.Divider()}
	if len(p.Levels) > 0 {
		var err error
		if root, err = grow(c.areas, p.Levels, cascade); err != nil {
			return nil, err
		}
	}
	c.trees = append(c.trees, &tree{slices.Clone(p.Levels), cascade, root})
	return root, nil
}

// grow returns the whole, divided by the columns of groups in levels. The running
// total of a cascade knows no groups: it only goes through the areas in their order.
func grow(t *area.Table, levels []string, cascade bool) (*node, error) {
	columns := make([][]string, len(levels))
	for k, name := range levels {
		var err error
		if columns[k], err = t.Group(name); err != nil {
			return nil, err
		}
	}
	n := &node{areas: make([]int32, t.Len())}
	for i := range n.areas {
		n.areas[i] = int32(i)
	}
	var err error
	if cascade {
		n.divider, err = apportion.New(paths(t.Codes(), columns))
	} else {
		err = n.split(t.Codes(), columns)
	}
	return n, err
}

// paths returns codes in the order of their groups: behind those of the groups
// that hold them, parted by what occurs in none.
func paths(codes []string, columns [][]string) []string {
	out := make([]string, len(codes))
	for i, code := range codes {
		for _, groups := range columns {
			out[i] += groups[i] + "\x00"
		}
		out[i] += code
	}
	return out
}

// split divides a node by the first of the columns, and its children by the rest.
// A group that lies in two parents is one of each.
func (n *node) split(codes []string, columns [][]string) (err error) {
	if n.divider, err = apportion.New(picked(codes, n.areas, new([]string))); err != nil || len(columns) == 0 {
		return err
	}
	at := map[string]int32{}
	n.child = make([]int32, len(n.areas))
	var names []string
	for j, i := range n.areas {
		code := columns[0][i]
		k, ok := at[code]
		if !ok {
			k = int32(len(n.children))
			at[code] = k
			n.children = append(n.children, &node{})
			names = append(names, code)
		}
		n.child[j] = k
		n.children[k].areas = append(n.children[k].areas, i)
	}
	if n.among, err = apportion.New(names); err != nil {
		return err
	}
	for _, child := range n.children {
		if err := child.split(codes, columns[1:]); err != nil {
			return err
		}
	}
	return nil
}

// divide divides total among the areas of a node, and writes to their rows of
// dst. All slices have a value for each area of the table; low and high may be nil.
func (n *node) divide(dst []int64, total int64, w weights, low, high []int64, m apportion.Method) error {
	if n.areas == nil {
		_, err := share(n.divider, dst, total, w, low, high, m)
		return err
	}
	need := w.pick(n.areas, &n.need)
	floors, caps := picked(low, n.areas, &n.low), picked(high, n.areas, &n.high)
	var err error
	if n.children != nil {
		err = n.divideAmong(total, need, floors, caps, m)
	} else if n.shares, err = share(n.divider, n.shares, total, need, floors, caps, m); err == nil {
		for j, s := range n.shares {
			dst[n.areas[j]] = s
		}
	}
	if err != nil {
		return err
	}
	for k, child := range n.children {
		if err := child.divide(dst, n.totals[k], w, low, high, m); err != nil {
			return err
		}
	}
	return nil
}

// divideAmong divides total among the children. With bounds, a child gets what its
// areas at their bounds get, and its part by weight of what the others share, so
// that one lambda goes through the whole tree. The bounds of the areas are whole
// numbers, so they leave room for that part to be rounded either way.
func (n *node) divideAmong(total int64, w weights, low, high []int64, m apportion.Method) (err error) {
	n.sums, n.weights, n.kept = resize(n.sums, len(n.children)), resize(n.weights, len(n.children)), resize(n.kept, len(n.children))
	for k := range n.sums {
		n.sums[k].reset()
		n.kept[k] = 0
	}
	if low == nil && high == nil {
		for j, k := range n.child {
			n.sums[k].add(w, j)
		}
	} else {
		if n.shares, err = share(n.divider, n.shares, total, w, low, high, m); err != nil {
			return err
		}
		var free []int32
		free, total = n.divider.Free()
		for j, s := range n.shares {
			n.kept[n.child[j]] += s
		}
		for _, j := range free {
			n.kept[n.child[j]] -= n.shares[j]
			n.sums[n.child[j]].add(w, int(j))
		}
	}
	for k := range n.sums {
		n.weights[k] = n.sums[k].value()
	}
	if n.totals, err = n.among.DivideBig(n.totals, total, n.weights, m); err == nil {
		add(n.totals, n.kept)
	}
	return err
}

// share divides by the arithmetic that the weights need.
func share(d *apportion.Divider, dst []int64, total int64, w weights, low, high []int64, m apportion.Method) ([]int64, error) {
	bounded := low != nil || high != nil
	switch {
	case bounded && w.big != nil:
		return d.BoundedBig(dst, total, w.big, low, high)
	case bounded:
		return d.Bounded(dst, total, w.small, low, high)
	case w.big != nil:
		return d.DivideBig(dst, total, w.big, m)
	default:
		return d.Divide(dst, total, w.small, m)
	}
}
