package disclosure

// An item is a node on its way into the order of a search.
type item struct {
	cost int64
	node int32
}

// cheapest returns steps from a node to another that do not use an arc: those with room
// cost nothing, and cells that would have to be left out cost their price. It returns nil
// if there is no way.
func (r *release) cheapest(from, to, without int32) []int32 {
	r.gen++
	r.heap = append(r.heap[:0], item{0, from})
	r.cost[from], r.reached[from] = 0, r.gen
	for len(r.heap) > 0 {
		least := r.pop()
		if least.cost > r.cost[least.node] || r.level[least.node] == r.gen {
			continue // reached cheaper since
		}
		r.level[least.node] = r.gen
		if least.node == to {
			return r.back(from, to)
		}
		for _, arc := range r.out[least.node] {
			r.relax(least, arc, without)
		}
		for _, arc := range r.in[least.node] {
			r.relax(least, ^arc, without)
		}
	}
	return nil
}

func (r *release) relax(from item, step, without int32) {
	if step == without || ^step == without {
		return
	}
	next := r.end(step)
	if r.level[next] == r.gen {
		return
	}
	cost := from.cost
	if r.room(step) <= 0 {
		if !r.mayHide(step) {
			return
		}
		cost += r.price(step)
	}
	if r.reached[next] == r.gen && r.cost[next] <= cost {
		return
	}
	r.reached[next], r.cost[next], r.last[next] = r.gen, cost, step
	r.push(item{cost, next})
}

func (r *release) back(from, node int32) []int32 {
	var path []int32
	for node != from {
		path = append(path, r.last[node])
		node = r.start(r.last[node])
	}
	return path
}

func (a item) before(b item) bool { return a.cost < b.cost || a.cost == b.cost && a.node < b.node }

func (r *release) push(i item) {
	h := append(r.heap, i)
	for at := len(h) - 1; at > 0; {
		up := (at - 1) / 2
		if !h[at].before(h[up]) {
			break
		}
		h[at], h[up] = h[up], h[at]
		at = up
	}
	r.heap = h
}

func (r *release) pop() item {
	h := r.heap
	least := h[0]
	h[0] = h[len(h)-1]
	h = h[:len(h)-1]
	for at := 0; ; {
		down := 2*at + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].before(h[down]) {
			down++
		}
		if !h[down].before(h[at]) {
			break
		}
		h[at], h[down] = h[down], h[at]
		at = down
	}
	r.heap = h
	return least
}
