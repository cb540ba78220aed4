package assign

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// parts are the places of all providers, each provider's open ones first, then its parts.
type parts struct {
	p        *Problem
	first    []int32 // of each provider, and the end
	provider []int32
	room     []int32 // places that nobody is pinned to
}

func newParts(p *Problem) *parts {
	g := &parts{p: p, first: make([]int32, len(p.providers)+1)}
	for j, pr := range p.providers {
		g.first[j] = int32(len(g.room))
		g.room = append(g.room, int32(pr.Places))
		g.provider = append(g.provider, int32(j))
		for _, part := range pr.Parts {
			g.room = append(g.room, int32(part.Places))
			g.provider = append(g.provider, int32(j))
		}
	}
	g.first[len(p.providers)] = int32(len(g.room))
	return g
}

// part returns what part t is, the open places of a provider being a part too.
func (g *parts) part(t int32) Part {
	pr := g.p.providers[g.provider[t]]
	if k := t - g.first[g.provider[t]]; k > 0 {
		return pr.Parts[k-1]
	}
	return Part{Places: pr.Places}
}

// may reports whether a row may have places of a part.
func (g *parts) may(i, t int32) bool {
	group := g.part(t).Group
	if group == "" {
		return true
	}
	_, in := slices.BinarySearch(g.p.extra[i].groups, group)
	return in
}

// pin takes the places of a pinned row out of the room, those of its group before those of
// everybody, and returns the part, or -1 if there is no room for it.
func (g *parts) pin(i int32) int32 {
	j, need, open := g.p.rows[i].pinned, g.p.units(i), int32(-1)
	for t := g.first[j]; t < g.first[j+1]; t++ {
		if g.room[t] < need || !g.may(i, t) {
			continue
		}
		if g.part(t).Group != "" {
			g.room[t] -= need
			return t
		}
		if open < 0 {
			open = t
		}
	}
	if open >= 0 {
		g.room[open] -= need
	}
	return open
}

// A graph is a problem under a policy: who stands where in line, and what each place costs
// whom. Rows that are pinned are not in line, and have no arcs.
type graph struct {
	*parts
	policy Policy
	order  []int32 // rows in line
	rank   []int32 // of rows: where they stand, from 0 on; -1 if pinned
	pinned []int32 // of rows: the part, -1 if not pinned; nil if nobody is
	first  []int32 // of the arcs of each row
	arcs   []arc   // the cheapest of a row first
	max    int64   // the largest cost
	seed   uint64
	units  []unit // rows beyond those of the problem
	users  users  // of parts, if somebody has needed them
}

// users are the rows that have arcs to each part.
type users struct{ first, rows []int32 }

func (u users) of(t int32) []int32 { return u.rows[u.first[t]:u.first[t+1]] }

// usersOf returns who of some rows has arcs to each of m parts.
func usersOf(rows []int32, m int, arcs func(i int32) []arc) users {
	u := users{first: make([]int32, m+1)}
	for _, i := range rows {
		for _, o := range arcs(i) {
			u.first[o.to+1]++
		}
	}
	for t := range m {
		u.first[t+1] += u.first[t]
	}
	u.rows = make([]int32, u.first[m])
	next := slices.Clone(u.first[:m])
	for _, i := range rows {
		for _, o := range arcs(i) {
			u.rows[next[o.to]] = i
			next[o.to]++
		}
	}
	return u
}

// under returns the graph of a problem under a policy, or a [*sp.InvalidError].
func (p *Problem) under(policy Policy) (*graph, error) {
	if err := policy.Validate(); err != nil {
		return nil, err
	}
	g := &graph{parts: newParts(p), policy: policy, order: policy.line(p), seed: hash(policy.Seed)}
	g.rank = make([]int32, len(p.rows))
	for i := range g.rank {
		g.rank[i] = -1
	}
	for k, i := range g.order {
		g.rank[i] = int32(k)
	}
	if len(g.order) < len(p.rows) {
		g.pinned = make([]int32, len(p.rows))
		for i := range p.rows {
			g.pinned[i] = -1
			if p.rows[i].pinned >= 0 {
				g.pinned[i] = g.pin(int32(i))
			}
		}
	}
	if g.plain() {
		g.first, g.arcs = p.first, p.options
	} else if err := g.expand(); err != nil {
		return nil, err
	}
	for i := range p.rows {
		if arcs := g.of(int32(i)); len(arcs) > 0 {
			g.max = max(g.max, int64(arcs[len(arcs)-1].cost))
		}
	}
	return g, nil
}

// plain reports whether the options of the problem are the arcs as they are.
func (g *graph) plain() bool {
	if len(g.room) > len(g.p.providers) || g.pinned != nil || len(g.policy.ClassWeights) > 0 {
		return false
	}
	for _, x := range g.p.extra {
		if len(x.forbidden) > 0 {
			return false
		}
	}
	return g.policy.movePenalty() == 0 || !slices.ContainsFunc(g.p.rows, func(r row) bool { return r.held >= 0 })
}

// expand makes the arcs to parts, with weights and penalties.
func (g *graph) expand() error {
	e := &sp.InvalidError{Subject: "assign: policy"}
	g.first = make([]int32, 1, len(g.p.rows)+1)
	g.arcs = make([]arc, 0, len(g.p.options))
	whole := len(g.room) == len(g.p.providers) && len(g.p.extra) == 0 // nothing has parts, and nothing is forbidden
	for i := range g.p.rows {
		r, x := &g.p.rows[i], g.p.extra[int32(i)]
		if whole && r.pinned < 0 && g.policy.weight(g.policy.class(r)) == 1 && g.moving(int32(i)) {
			g.first = append(g.first, int32(len(g.arcs)))
			continue
		}
		weight := g.policy.weight(g.policy.class(r))
		for _, o := range g.p.of(int32(i)) {
			if r.pinned >= 0 || len(x.forbidden) > 0 && slices.Contains(x.forbidden, o.to) {
				continue
			}
			cost := int64(o.cost) * weight
			if r.held >= 0 && r.held != o.to {
				cost += g.policy.movePenalty()
			}
			if most := g.add(int32(i), o.to, cost); most > MaxCost && len(e.Fields) < 100 {
				path := fmt.Sprintf("requests[%s].options[%s].cost", r.id, g.p.providers[o.to].ID)
				e.Check(false, path, sp.OutOfRange, "must be at most 1073741824 with its weight and penalty")
			}
		}
		order(g.arcs[g.first[i]:])
		g.first = append(g.first, int32(len(g.arcs)))
	}
	return e.Err()
}

// moving adds the arcs of a row that differ from its options by the penalty alone, which are in order
// but for the place that is held. It reports whether none becomes too dear.
func (g *graph) moving(i int32) bool {
	options, held, penalty := g.p.of(i), g.p.rows[i].held, int32(g.policy.movePenalty())
	if len(options) > 0 && int64(options[len(options)-1].cost)+int64(penalty) > MaxCost {
		return false
	}
	if held < 0 {
		g.arcs = append(g.arcs, options...)
		return true
	}
	from := len(g.arcs)
	for _, o := range options {
		if o.to != held {
			o.cost += penalty
			g.arcs = append(g.arcs, o)
			continue
		}
		to := len(g.arcs)
		for g.arcs = append(g.arcs, o); to > from && o.compare(g.arcs[to-1]) < 0; to-- {
			g.arcs[to] = g.arcs[to-1]
		}
		g.arcs[to] = o
	}
	return true
}

// add adds the arcs of a row to the parts of a provider, and returns the largest cost.
func (g *graph) add(i, j int32, cost int64) (most int64) {
	if pr := &g.p.providers[j]; len(pr.Parts) == 0 {
		g.arcs = append(g.arcs, arc{g.parts.first[j], int32(min(cost, MaxCost))})
		return cost
	}
	for t := g.parts.first[j]; t < g.parts.first[j+1]; t++ {
		if g.may(i, t) {
			c := cost + int64(g.part(t).Cost)
			most = max(most, c)
			g.arcs = append(g.arcs, arc{t, int32(min(c, MaxCost))})
		}
	}
	return most
}

// order puts arcs in order, of which most are already.
func order(arcs []arc) {
	if len(arcs) > 100 {
		slices.SortFunc(arcs, arc.compare)
		return
	}
	for k := 1; k < len(arcs); k++ {
		a, to := arcs[k], k
		for ; to > 0 && (arcs[to-1].cost > a.cost || arcs[to-1].cost == a.cost && arcs[to-1].to > a.to); to-- {
			arcs[to] = arcs[to-1]
		}
		arcs[to] = a
	}
}

func (g *graph) of(i int32) []arc { return g.arcs[g.first[i]:g.first[i+1]] }

// arcTo returns the arc of a row to a part.
func (g *graph) arcTo(i, t int32) (arc, bool) { return find(g.of(i), t) }

// find finds the arc to a part.
func find(arcs []arc, t int32) (arc, bool) {
	for _, a := range arcs {
		if a.to == t {
			return a, true
		}
	}
	return arc{}, false
}

// hash is FNV-1a over the bytes of an ID, mixed.
func hash(id string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for k := range len(id) {
		h = (h ^ uint64(id[k])) * 0x100000001b3
	}
	return mix(h)
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, variant 13).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// tie returns what decides between placements of the same cost: a number of 30 bits that
// depends on the seed and on the IDs of the request and the provider alone.
func (g *graph) tie(i, t int32) int32 { return g.share(i, tie(g.rowHash(i), g.partHash(t))) }

// share returns what a row has of an amount of its household, or all of it if it is of none.
func (g *graph) share(i, amount int32) int32 {
	if n := int32(len(g.p.rows)); i >= n {
		u := g.units[i-n]
		return (amount + u.nth) / u.need
	}
	return amount
}

func tie(row, part uint64) int32 { return int32(mix(row^part) >> 34) }

func (g *graph) rowHash(i int32) uint64 {
	if n := int32(len(g.p.rows)); i >= n {
		i = g.units[i-n].row
	}
	return mix(hash(g.p.rows[i].id) ^ g.seed)
}

func (g *graph) partHash(t int32) uint64 {
	j := g.provider[t]
	return mix(hash(g.p.providers[j].ID) + uint64(t-g.parts.first[j])*0x9e3779b97f4a7c15)
}
