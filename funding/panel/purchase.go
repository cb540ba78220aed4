package panel

import (
	"cmp"
	"math"
	"math/big"
	"slices"
)

// A purchase is one run of equal shares. What groups have left is kept in
// floating point with a bound on the error. What it is exactly follows from what
// was bought: a group that is not drained has its share less, for each project
// that it is for, the unit price of the project times its points.
type purchase struct {
	*tally
	utility Utility
	share   *big.Rat
	start   float64 // share, rounded
	spent   int64
	bought  []deal
	round   []int     // by project: when it was bought, -1 if it was not
	left    []float64 // by group: what each voter has left
	dry     []int     // by group: the round in which its voters gave their last, -1 if they have some left
	bound   float64   // no element of left is further than that from the truth
}

// A deal is one project bought.
type deal struct {
	project int
	tied    []int
	fates   []fate // of its supporters, in the order of the tally
	terms   terms
	unit    *big.Rat // price of a point; nil until somebody asks for it
}

// terms are what a unit price follows from: (cost - what the drained give) / points.
type terms struct {
	cost    int64
	members int64   // voters that are drained
	gave    []int64 // by round before: points of those voters for what was bought in it
	points  int64   // points of the supporters who are not drained
}

const ulp = 0x1p-52

// buy runs the rule with a share for each voter.
func (t *tally) buy(share *big.Rat, utility Utility) *purchase {
	start, _ := share.Float64()
	p := &purchase{
		tally: t, utility: utility, share: share, start: start, bound: start * ulp,
		round: make([]int, len(t.projects)), left: make([]float64, len(t.groups)), dry: make([]int, len(t.groups)),
	}
	open := make([]int, 0, len(t.projects))
	for i := range t.projects {
		p.round[i] = -1
		if t.eligible(i) {
			open = append(open, i)
		}
	}
	for i := range t.groups {
		p.left[i], p.dry[i] = start, -1
	}
	least := make([]float64, len(t.projects)) // by project: what its price was at least, and it never falls
	for {
		best, tied, still := p.best(open, least)
		if best == nil {
			return p
		}
		p.take(best, tied)
		open = slices.DeleteFunc(still, func(i int) bool { return i == best.project })
	}
}

// best returns the offer with the least price, the other projects that are as
// cheap, and those that can still be bought. Projects whose price was too high
// before are not looked at.
func (p *purchase) best(open []int, least []float64) (best *offer, tied, still []int) {
	slices.SortFunc(open, func(a, b int) int { return cmp.Or(cmp.Compare(least[a], least[b]), a-b) })
	ceiling := math.Inf(1)
	var offers []*offer
	for n, i := range open {
		if least[i] > ceiling {
			still = append(still, open[n:]...)
			break
		}
		o := p.offer(i)
		if o == nil {
			continue
		}
		still = append(still, i)
		low, high := p.price(o)
		least[i] = low
		ceiling = min(ceiling, high)
		offers = append(offers, o)
	}
	offers = slices.DeleteFunc(offers, func(o *offer) bool { low, _ := p.price(o); return low > ceiling })
	if len(offers) == 0 {
		return nil, nil, still
	}
	if len(offers) == 1 {
		return offers[0], nil, still
	}
	slices.SortFunc(offers, func(a, b *offer) int { return a.project - b.project })
	var lowest *big.Rat
	for _, o := range offers {
		exact := p.exactPrice(o)
		switch {
		case lowest == nil || exact.Cmp(lowest) < 0:
			best, lowest, tied = o, exact, nil
		case exact.Cmp(lowest) == 0:
			tied = append(tied, o.project)
		}
	}
	return best, tied, still
}

// price returns the bounds of what a unit of utility costs.
func (p *purchase) price(o *offer) (low, high float64) {
	low, high = o.unit-o.bound, o.unit+o.bound
	if p.utility == ByCost {
		cost := float64(p.cost[o.project])
		low, high = low/cost*(1-2*ulp), high/cost*(1+2*ulp)
	}
	return low, high
}

func (p *purchase) exactPrice(o *offer) *big.Rat {
	unit := p.exactUnit(o)
	if p.utility == ByCost {
		return new(big.Rat).Quo(unit, new(big.Rat).SetInt64(p.cost[o.project]))
	}
	return unit
}

// take buys what an offer is for.
func (p *purchase) take(o *offer, tied []int) {
	now := len(p.bought)
	d := deal{project: o.project, tied: tied, fates: o.fates, terms: p.terms(o), unit: o.exact}
	var most int64
	for i, s := range p.support[o.project] {
		switch o.fates[i] {
		case keeps:
			p.left[s.group] -= o.unit * float64(s.points)
			most = max(most, s.points)
		case even, drained:
			p.left[s.group], p.dry[s.group] = 0, now
		default: // gone; none is unsure
		}
	}
	p.bought = append(p.bought, d)
	p.round[o.project] = now
	p.spent += p.cost[o.project]
	if p.bound += float64(most)*o.bound + 4*ulp*p.start; p.bound > 1e-6*p.start {
		p.refresh()
	}
}

// refresh computes anew what groups have left, from exact unit prices.
func (p *purchase) refresh() {
	units := make([]float64, len(p.bought))
	for i := range p.bought {
		units[i], _ = p.unit(i).Float64()
	}
	for g := range p.groups {
		if p.dry[g] >= 0 {
			continue
		}
		p.left[g] = p.start
		for _, v := range p.groups[g].choices {
			if r := p.round[v.project]; r >= 0 {
				p.left[g] -= units[r] * float64(v.points)
			}
		}
	}
	p.bound = float64(len(p.bought)+4) * 2 * ulp * p.start
}

// unit returns the exact unit price of what was bought in a round.
func (p *purchase) unit(round int) *big.Rat {
	d := &p.bought[round]
	if d.unit == nil {
		d.unit = p.solve(d.terms)
	}
	return d.unit
}

// solve returns the unit price that follows from terms: the drained give their
// share less what they have paid before.
func (p *purchase) solve(t terms) *big.Rat {
	rest := new(big.Rat).SetInt64(t.cost)
	rest.Sub(rest, p.owned(t.members, t.gave))
	return rest.Quo(rest, new(big.Rat).SetInt64(t.points))
}

// owned returns what voters have left together who were not drained before and
// gave so many points to what was bought in each round.
func (p *purchase) owned(members int64, gave []int64) *big.Rat {
	sum := new(big.Rat).SetInt64(members)
	sum.Mul(sum, p.share)
	for round, points := range gave {
		if points > 0 {
			paid := new(big.Rat).SetInt64(points)
			sum.Sub(sum, paid.Mul(paid, p.unit(round)))
		}
	}
	return sum
}

// given adds the points of a group for what was bought to gave, by round.
func (p *purchase) given(gave []int64, g int32) {
	group := &p.groups[g]
	for _, v := range group.choices {
		if r := p.round[v.project]; r >= 0 {
			gave[r] += group.size() * v.points
		}
	}
}

// terms returns what the unit price of an offer follows from.
func (p *purchase) terms(o *offer) terms {
	t := terms{cost: p.cost[o.project], gave: make([]int64, len(p.bought)), points: o.points}
	for i, s := range p.support[o.project] {
		if o.fates[i] == drained {
			t.members += s.size
			p.given(t.gave, s.group)
		}
	}
	return t
}

// has returns what each voter of a group that is not drained has left.
func (p *purchase) has(g int32, before int) *big.Rat {
	left := new(big.Rat).Set(p.share)
	for _, v := range p.groups[g].choices {
		if r := p.round[v.project]; r >= 0 && r < before {
			paid := new(big.Rat).SetInt64(v.points)
			left.Sub(left, paid.Mul(paid, p.unit(r)))
		}
	}
	return left
}

// purse returns what the supporters of a project have left together.
func (p *purchase) purse(project int) *big.Rat {
	var members int64
	gave := make([]int64, len(p.bought))
	for _, s := range p.support[project] {
		if p.dry[s.group] < 0 {
			members += s.size
			p.given(gave, s.group)
		}
	}
	return p.owned(members, gave)
}

// lastGiven returns how many voters gave their last in a round.
func (p *purchase) lastGiven(round int) int64 {
	var n int64
	for g, r := range p.dry {
		if r == round {
			n += p.groups[g].size()
		}
	}
	return n
}

// payments returns what each voter paid in a round.
func (p *purchase) payments(round int) []Payment {
	d := p.bought[round]
	var payments []Payment
	for i, s := range p.support[d.project] {
		amount := new(big.Rat).SetInt64(s.points)
		switch d.fates[i] {
		case gone:
			continue
		case drained:
			amount = p.has(s.group, round)
		default:
			amount.Mul(amount, p.unit(round))
		}
		for _, v := range p.groups[s.group].voters {
			payments = append(payments, Payment{v, new(big.Rat).Set(amount)})
		}
	}
	return payments
}
