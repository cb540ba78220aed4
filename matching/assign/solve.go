package assign

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// Options say how to solve a problem. They change how long that takes, and the result only where
// that is not proven to be the best ([Result].Unproven).
type Options struct {
	// Warm is the result of an earlier run of a similar list, whose prices are a good
	// beginning; nil begins without.
	Warm *Result

	// Budget is the number of bids after which the auction gives up and the slow exact solver
	// takes over. 0 is 400 for each request and 100,000 more; about 25 for each are usual.
	Budget int64

	// Cases is how many times a search among arrangements of households may tell cases apart, once for who
	// gets a place and once for where; less than 0 is never. 0 is 1,000 times, and fewer on a list of more than
	// 2,000, down to 10. What a search that ends early does not prove, the result names ([Result].Unproven);
	// it may then be another with more cases.
	Cases int
}

// cases is how often cases may be told apart on a list of so many.
func (o Options) cases(rows int) int {
	if o.Cases == 0 {
		return max(10, min(1000, 2_000_000/max(rows, 1)))
	}
	return o.Cases
}

// Solve places the requests of a problem under a policy: who gets a place by strict
// priority, and where at the least total cost for exactly those. It fails with a
// [*sp.InvalidError] if the policy makes no sense or its weights make a cost larger than
// [MaxCost], and with the error of the context once that has ended. Every problem has a
// solution: whoever cannot be placed is refused, with a proof.
func Solve(ctx context.Context, p *Problem, policy Policy, options Options) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("assign: solve: %w", err)
	}
	g, err := p.under(policy)
	if err != nil {
		return nil, err
	}
	if g.households() {
		return g.solveTogether(ctx, options)
	}
	g, f, err := who(ctx, g)
	if err != nil {
		return nil, fmt.Errorf("assign: solve: who: %w", err)
	}
	w := g.where(f.at)
	slow, err := w.solve(ctx, g.pricesOf(options.Warm), options.Budget)
	if err != nil {
		return nil, fmt.Errorf("assign: solve: where: %w", err)
	}
	r := g.result(w.at, w.price, f.closed)
	r.Slow = slow
	return r, nil
}

// solveTogether solves a problem in which some requests need several places together.
func (g *graph) solveTogether(ctx context.Context, options Options) (*Result, error) {
	if g.policy.Precedence == OpenFirst {
		return nil, sp.Invalid("assign: policy", "precedence", sp.Unsupported, "must not be open where a request needs several places together")
	}
	s := newTogether(ctx, g, options.cases(len(g.p.rows)))
	f, err := s.fill()
	if err != nil {
		return nil, fmt.Errorf("assign: solve: who: %w", err)
	}
	a, proof, err := s.arrange(f, options)
	if err != nil {
		return nil, fmt.Errorf("assign: solve: where: %w", err)
	}
	at := a.at[:len(g.p.rows)]
	for k, h := range s.all {
		if s.in[k] {
			at[h.row] = a.at[h.first]
		}
	}
	r := g.result(at, a.price, s.shut)
	r.Slow, r.Proof.Households = a.slow, s.refused
	least := a.tell(proof)
	if proof.Household != "" || len(proof.Prices) > 0 {
		r.Proof.Arrangement = proof
	}
	if slices.Sort(s.unproven); len(s.unproven) > 0 || least.less(a.best) {
		r.Unproven = &Unproven{Refused: s.unproven, Least: min(least.cost, r.Score)}
	}
	return r, nil
}

// who places everybody by strict priority, wherever.
func who(ctx context.Context, g *graph) (*graph, *filling, error) {
	if g.policy.Precedence == OpenFirst {
		return whoOpenFirst(ctx, g)
	}
	if g.policy.Held == KeepPlaces {
		f, kept, err := keep(ctx, g)
		if err != nil {
			return nil, nil, err
		}
		if kept {
			return g, f, f.fill(ctx, g.order)
		}
	}
	f := newFilling(g, starts(g.room, g.arcs))
	return g, f, f.fill(ctx, g.order)
}

// keep begins with everybody where they hold a place, which saves looking for one. Those
// whose places are gone are placed next; if one of them cannot be, then who of the holders
// comes first matters after all, and nothing is kept.
func keep(ctx context.Context, g *graph) (f *filling, kept bool, err error) {
	f = newFilling(g, starts(g.room, g.arcs))
	holders := 0
	for _, i := range g.order {
		j := g.p.rows[i].held
		if j < 0 {
			break // holders stand first
		}
		holders++
		for t := g.parts.first[j]; t < g.parts.first[j+1]; t++ {
			if _, ok := g.arcTo(i, t); ok && !f.full(t) {
				f.put(i, t)
				break
			}
		}
	}
	if holders == 0 {
		return nil, false, nil
	}
	for _, i := range g.order[:holders] {
		if f.now = int32(holders); f.at[i] < 0 && !f.place(i) {
			return nil, false, nil
		}
	}
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	g.users = usersOf(g.order, len(g.room), g.of)
	f.measure(int32(holders))
	return f, true, nil
}

// whoOpenFirst places everybody in open places, and then members of groups in those that
// are reserved for them.
func whoOpenFirst(ctx context.Context, g *graph) (*graph, *filling, error) {
	f := newFilling(g.openOnly(func(int32) bool { return true }), starts(g.room, g.arcs))
	if err := f.fill(ctx, g.order); err != nil {
		return nil, nil, err
	}
	g = g.openOnly(func(i int32) bool { return f.at[i] >= 0 })
	f.g = g
	f.restart()
	return g, f, f.fill(ctx, g.order)
}

// openOnly returns the graph in which some rows have arcs to open parts alone.
func (g *graph) openOnly(only func(row int32) bool) *graph {
	o := *g
	o.first, o.arcs = make([]int32, 1, len(g.first)), make([]arc, 0, len(g.arcs))
	for i := range int32(len(g.p.rows)) {
		for _, a := range g.of(i) {
			if g.part(a.to).Group == "" || !only(i) {
				o.arcs = append(o.arcs, a)
			}
		}
		o.first = append(o.first, int32(len(o.arcs)))
	}
	return &o
}

// A placing is the second question: exactly these rows, each one place, at the least cost.
type placing struct {
	g     *graph
	rows  []int32
	at    []int32 // of rows: the part
	price []price // of parts
}

// where returns the second question of the answer to the first.
func (g *graph) where(at []int32) *placing {
	w := &placing{g: g, at: slices.Clone(at), price: make([]price, len(g.room))}
	for i, t := range at {
		if t >= 0 {
			w.rows = append(w.rows, int32(i))
		}
	}
	return w
}

// solve answers by auction, beginning with these prices if there are any, or by the slow exact
// solver where that runs out of bids.
func (w *placing) solve(ctx context.Context, warm []int64, budget int64) (slow bool, err error) {
	if budget == 0 {
		budget = 400*int64(len(w.rows)) + 100_000
	}
	if err = w.auction(ctx, warm, budget); errors.Is(err, errBudget) {
		return true, w.slowly(ctx)
	}
	return false, err
}

// auction answers by auction: first for the cost, and then, among the placements that
// cost the least, for the tie-break.
func (w *placing) auction(ctx context.Context, warm []int64, budget int64) error {
	a := &auction{first: w.g.first, arcs: w.g.arcs, rows: w.rows, room: w.g.room, max: w.g.max, budget: budget}
	a.back.users = w.g.users
	a.prepare(len(w.at))
	if warm != nil {
		a.warm(warm, 4)
		a.start(w.at)
	}
	if err := a.run(ctx); err != nil {
		return err
	}
	whole := a.duals()
	for _, i := range w.rows {
		w.at[i] = a.at[i]
	}
	for t, p := range whole {
		w.price[t] = price{cost: p}
	}
	return w.settle(ctx, a.budget)
}

// settle chooses among the placements of least cost the one with the smallest sum of ties.
func (w *placing) settle(ctx context.Context, budget int64) error {
	s, rows := w.ties(budget)
	if len(rows) == 0 {
		return nil
	}
	s.prepare(len(rows))
	if err := s.run(ctx); err != nil {
		return err
	}
	for t, p := range s.duals() {
		w.price[t].tie = p
	}
	for k, i := range rows {
		w.at[i] = s.at[k]
	}
	// A part that others fill must cost more than it is worth to rows that are elsewhere.
	for k := range rows {
		own, _ := find(s.of(int32(k)), s.at[k])
		worth := int64(own.cost) + w.price[own.to].tie
		for _, o := range s.of(int32(k)) {
			if s.room[o.to] == 0 {
				w.price[o.to].tie = max(w.price[o.to].tie, worth-int64(o.cost))
			}
		}
	}
	return nil
}

// ties returns the auction of what is still open, and the rows in it. The placements of least cost
// are those in which every row has an arc that is as good for it as its own, and every part with
// a price is full. Rows with one such arc stay.
func (w *placing) ties(budget int64) (s *auction, rows []int32) {
	s = &auction{first: []int32{0}, room: slices.Clone(w.g.room), must: make([]bool, len(w.g.room)), max: 1 << 30, budget: budget}
	parts := make([]uint64, len(w.g.room))
	for t := range parts {
		parts[t] = w.g.partHash(int32(t))
		s.must[t] = w.price[t].cost > 0
	}
	for _, i := range w.rows {
		from, hash := len(s.arcs), uint64(0)
		own, _ := w.g.arcTo(i, w.at[i])
		worth := int64(own.cost) + w.price[own.to].cost
		for _, o := range w.g.of(i) {
			if int64(o.cost)+w.price[o.to].cost == worth && w.g.room[o.to] > 0 {
				if hash == 0 {
					hash = w.g.rowHash(i)
				}
				s.arcs = append(s.arcs, arc{o.to, w.g.share(i, tie(hash, parts[o.to]))})
			}
		}
		if len(s.arcs) == from+1 {
			s.arcs = s.arcs[:from]
			s.room[w.at[i]]--
			continue
		}
		slices.SortFunc(s.arcs[from:], arc.compare)
		s.rows = append(s.rows, int32(len(rows)))
		s.first = append(s.first, int32(len(s.arcs)))
		rows = append(rows, i)
	}
	for t := range s.must { // nobody is left to fill it, and nobody needs to
		s.must[t] = s.must[t] && s.room[t] > 0
	}
	return s, rows
}

// slowly answers by successive shortest paths.
func (w *placing) slowly(ctx context.Context) error {
	s := newShortest(w.g)
	if err := s.run(ctx, w.rows); err != nil {
		return err
	}
	for _, i := range w.rows {
		w.at[i] = s.at[i]
	}
	w.price = s.price
	return nil
}

// pricesOf returns the prices of a result for the parts of g, -1 for parts that it does not
// know, or nothing if there is no result.
func (g *graph) pricesOf(r *Result) []int64 {
	if r == nil {
		return nil
	}
	known := make([]int64, len(g.room))
	for t := range known {
		known[t] = -1
	}
	for _, s := range r.Proof.Parts {
		if j, ok := g.p.index[s.Provider]; ok {
			if t := g.parts.first[j] + int32(s.Part); s.Part >= 0 && t < g.parts.first[j+1] {
				known[t] = s.Price
			}
		}
	}
	return known
}
