package funding

import (
	"math/big"

	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A node is a group of areas: the whole nation, a region, an ICB. What it gets is
// divided among its children, or among its areas if it has none.
type node struct {
	areas    []int32            // rows that it holds; nil for all
	divider  *apportion.Divider // among its areas
	children []*node
	child    []int32            // of each area, which child holds it
	among    *apportion.Divider // among its children
}

// grow returns the whole, divided by the columns of groups in levels. The running
// total of a cascade knows no groups: it only goes through the areas in their order.
func grow(t *area.Table, levels []string, m apportion.Method) (*node, error) {
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
	if m == apportion.Cascade {
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
	if n.divider, err = apportion.New(picked(codes, n.areas)); err != nil || len(columns) == 0 {
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
	w2, low2, high2 := w.pick(n.areas), picked(low, n.areas), picked(high, n.areas)
	if n.children == nil {
		shares, err := share(n.divider, nil, total, w2, low2, high2, m)
		for j, s := range shares {
			dst[n.areas[j]] = s
		}
		return err
	}
	totals, err := n.totals(total, w2, low2, high2, m)
	if err != nil {
		return err
	}
	for k, child := range n.children {
		if err := child.divide(dst, totals[k], w, low, high, m); err != nil {
			return err
		}
	}
	return nil
}

// totals divides total among the children. With bounds, a child gets what its
// areas at their bounds get, and its part by weight of what the others share, so
// that one lambda goes through the whole tree. The bounds of the areas are whole
// numbers, so they leave room for that part to be rounded either way.
func (n *node) totals(total int64, w weights, low, high []int64, m apportion.Method) ([]int64, error) {
	sums, kept := make([]sum, len(n.children)), make([]int64, len(n.children))
	if low == nil && high == nil {
		for j, k := range n.child {
			sums[k].add(w, j)
		}
		return n.among.DivideBig(nil, total, values(sums), m)
	}
	shares, err := share(n.divider, nil, total, w, low, high, m)
	if err != nil {
		return nil, err
	}
	free, rest := n.divider.Free()
	for j, s := range shares {
		kept[n.child[j]] += s
	}
	for _, j := range free {
		kept[n.child[j]] -= shares[j]
		sums[n.child[j]].add(w, int(j))
	}
	totals, err := n.among.DivideBig(nil, rest, values(sums), m)
	if err != nil {
		return nil, err
	}
	add(totals, kept)
	return totals, nil
}

func values(sums []sum) []*big.Int {
	out := make([]*big.Int, len(sums))
	for k := range sums {
		out[k] = sums[k].value()
	}
	return out
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
