package assign

// What the solver is held against: all placements of tiny lists, and a plain minimum-cost
// flow that looks for its paths edge by edge.

// enumerate returns the best of all placements of a graph: the first by who is placed, in order
// of the line, then by cost, then by tie.
func enumerate(g *graph) []int32 {
	at := make([]int32, len(g.p.rows))
	for i := range at {
		at[i] = -1
	}
	room := append([]int32(nil), g.room...)
	var best []int32
	var bestWho []bool
	var bestCost price
	who := make([]bool, len(g.order))
	var try func(k int, cost price)
	try = func(k int, cost price) {
		if k == len(g.order) {
			better := best == nil
			for x := range who {
				if !better && who[x] != bestWho[x] {
					if !who[x] {
						return
					}
					better = true
				}
			}
			if better || cost.less(bestCost) {
				best, bestWho, bestCost = append([]int32{}, at...), append([]bool(nil), who...), cost
			}
			return
		}
		i := g.order[k]
		for _, a := range g.of(i) {
			need := g.p.units(i)
			if room[a.to] < need {
				continue
			}
			room[a.to] -= need
			at[i], who[k] = a.to, true
			try(k+1, cost.plus(price{int64(a.cost), int64(g.tie(i, a.to))}))
			room[a.to] += need
			at[i], who[k] = -1, false
		}
		try(k+1, cost)
	}
	try(0, price{})
	return best
}

// flow is a minimum-cost flow by Bellman and Ford: each row in line is one unit, sent the
// cheapest way that there is in what is left of the network. It keeps no prices and no
// labels, so that it can be wrong in no way in which the solver can.
func flow(g *graph) []int32 {
	at := make([]int32, len(g.p.rows))
	used := make([]int32, len(g.room))
	for i := range at {
		at[i] = -1
	}
	for _, s := range g.order {
		dist, from := make([]*price, len(g.room)), make([]int32, len(g.room))
		for changed := true; changed; {
			changed = false
			for i := range int32(len(at)) {
				var base price
				switch t := at[i]; {
				case i == s:
				case t < 0 || dist[t] == nil:
					continue
				default:
					a, _ := g.arcTo(i, t)
					base = dist[t].minus(price{int64(a.cost), int64(g.tie(i, t))})
				}
				for _, a := range g.of(i) {
					d := base.plus(price{int64(a.cost), int64(g.tie(i, a.to))})
					if a.to != at[i] && g.room[a.to] > 0 && (dist[a.to] == nil || d.less(*dist[a.to])) {
						dist[a.to], from[a.to], changed = &d, i, true
					}
				}
			}
		}
		end := int32(-1)
		for t, d := range dist {
			if d != nil && used[t] < g.room[t] && (end < 0 || d.less(*dist[end])) {
				end = int32(t)
			}
		}
		if end < 0 {
			continue
		}
		used[end]++
		for t := end; ; {
			i := from[t]
			t, at[i] = at[i], t
			if i == s {
				break
			}
		}
	}
	return at
}
