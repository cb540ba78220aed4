package panel

import (
	"math"
	"math/big"
)

// An offer is what a project would cost its supporters now: the least unit price
// at which they can pay for it together, where nobody gives more than they have.
type offer struct {
	project int
	unit    float64 // price of a point
	bound   float64 // how far unit may be from the truth
	points  int64   // of the supporters who would not be drained
	fates   []fate  // of its supporters, in the order of the tally
	exact   *big.Rat
}

// A fate is what an offer would do to a group of supporters.
type fate uint8

const (
	keeps   fate = iota // pays the price and has some left
	even                // pays the price and has nothing left
	drained             // gives all it has, which is less than the price asks for
	unsure              // floating point cannot tell which
	gone                // gave its last before
)

// offer returns what a project would cost, or nil if its supporters cannot pay.
func (p *purchase) offer(project int) *offer {
	o := &offer{project: project, fates: make([]fate, len(p.support[project]))}
	cost := float64(p.cost[project])
	var sum float64
	var members int64
	for i, s := range p.support[project] {
		if p.dry[s.group] >= 0 {
			o.fates[i] = gone
			continue
		}
		members += s.size
		o.points += s.size * s.points
		sum += float64(s.size) * p.left[s.group]
	}
	doubt := float64(members)*p.bound + float64(len(o.fates)+4)*4*ulp*(p.start*float64(members)+cost)
	if members == 0 || sum < cost-doubt {
		return nil
	}
	if sum <= cost+doubt && p.purse(project).Cmp(new(big.Rat).SetInt64(p.cost[project])) < 0 {
		return nil
	}
	if !p.drain(o, doubt) {
		p.settle(o)
	}
	return o
}

// drain finds the price in floating point: whoever has less than it asks for
// gives all, and the others have to pay more, until nobody has less. It reports
// whether the fate of everybody is beyond doubt, where doubt is by how much a sum
// over all supporters may be wrong.
func (p *purchase) drain(o *offer, doubt float64) bool {
	rest, all := float64(p.cost[o.project]), o.points
	for again := true; again && o.points > 0; {
		again = false
		o.unit = rest / float64(o.points)
		for i, s := range p.support[o.project] {
			if o.fates[i] != keeps {
				continue
			}
			if has := p.left[s.group]; has < o.unit*float64(s.points) {
				rest -= float64(s.size) * has
				o.points -= s.size * s.points
				o.fates[i], again = drained, true
			}
		}
	}
	if o.points <= 0 { // only by rounding can all of them have too little
		o.points = all
		for i, f := range o.fates {
			if f != gone {
				o.fates[i] = unsure
			}
		}
		return false
	}
	o.bound = doubt/float64(o.points) + 2*ulp*o.unit
	return p.doubtful(o) == 0
}

// doubtful marks the groups whose fate is within the bounds of error, and
// returns how many it has found.
func (p *purchase) doubtful(o *offer) (found int) {
	for i, s := range p.support[o.project] {
		if f := o.fates[i]; f != keeps && f != drained {
			continue
		}
		points := float64(s.points)
		if math.Abs(p.left[s.group]-o.unit*points) <= p.bound+(o.bound+4*ulp*o.unit)*points {
			if o.fates[i] == drained {
				o.points += s.size * s.points
			}
			o.fates[i] = unsure
			found++
		}
	}
	return found
}

// settle finds the price in rationals. Groups whose fate is beyond doubt are taken
// together; of each other group it is found out what it has. If the price turns out
// such that more groups are in doubt, it begins again with them.
func (p *purchase) settle(o *offer) {
	for {
		var doubts []int
		for i, f := range o.fates {
			if f == unsure || f == even {
				o.fates[i] = keeps
				doubts = append(doubts, i)
			}
		}
		p.settleAll(o, doubts)
		o.unit, _ = o.exact.Float64()
		o.bound = 2 * ulp * o.unit
		fates := make([]fate, len(doubts))
		for n, i := range doubts { // they are beyond doubt now
			fates[n], o.fates[i] = o.fates[i], even
		}
		found := p.doubtful(o)
		for n, i := range doubts {
			o.fates[i] = fates[n]
			if found > 0 {
				if fates[n] == drained {
					s := p.support[o.project][i]
					o.points += s.size * s.points
				}
				o.fates[i] = unsure
			}
		}
		if found == 0 {
			return
		}
	}
}

// settleAll finds the price, and the fates of the groups in doubt, which are
// marked as keeping something.
func (p *purchase) settleAll(o *offer, doubts []int) {
	t := p.terms(o)
	rest := new(big.Rat).SetInt64(t.cost)
	rest.Sub(rest, p.owned(t.members, t.gave))
	has := make([]*big.Rat, len(doubts))
	for n, i := range doubts {
		has[n] = p.has(p.support[o.project][i].group, len(p.bought))
	}
	asked := new(big.Rat)
	for again := true; again; {
		again = false
		o.exact = new(big.Rat).Quo(rest, new(big.Rat).SetInt64(o.points))
		for n, i := range doubts {
			s := p.support[o.project][i]
			asked.Mul(o.exact, asked.SetInt64(s.points))
			if o.fates[i] != keeps || has[n].Cmp(asked) >= 0 {
				continue
			}
			rest.Sub(rest, asked.Mul(has[n], asked.SetInt64(s.size)))
			o.points -= s.size * s.points
			o.fates[i], again = drained, true
		}
	}
	for n, i := range doubts {
		asked.Mul(o.exact, asked.SetInt64(p.support[o.project][i].points))
		if o.fates[i] == keeps && has[n].Cmp(asked) == 0 {
			o.fates[i] = even
		}
	}
}

// exactUnit returns the exact price of a point.
func (p *purchase) exactUnit(o *offer) *big.Rat {
	if o.exact == nil {
		t := p.terms(o)
		o.exact = p.solve(t)
	}
	return o.exact
}
