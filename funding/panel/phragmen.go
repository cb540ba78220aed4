package panel

import (
	"math"
	"math/big"

	"github.com/socialprescribing/sp"
)

// Phragmen counts by Phragmen's sequential rule. Money flows to all voters evenly;
// as soon as those who are for a project have enough together, it is funded and
// they have given all that they have. The rule stops at the first project that
// does not fit into what is left; one that costs more than the whole budget is left
// out from the start, as nobody could ever have it. It takes approvals only: the
// error is that of [Election.Check], or an [*sp.InvalidError] for other ballots.
func Phragmen(e *Election) (*Outcome, error) {
	t, err := count(e)
	if err != nil {
		return nil, err
	}
	if e.Kind != "" && e.Kind != Approval {
		return nil, sp.Invalid("panel: Phragmen", "kind", sp.NotListed, "must be approval")
	}
	o := newOutcome(e, "Phragmen")
	f := flow{tally: t, last: make([]int, len(t.groups)), funded: make([]bool, len(t.projects))}
	for i := range f.last {
		f.last[i] = -1
	}
	stopped := -1
	for {
		best, at, tied := f.next()
		if best < 0 {
			break
		}
		if t.cost[best] > o.left() {
			stopped = best
			break
		}
		f.take(best, at)
		t.fund(o, best, Round{Tied: t.names(tied), Price: at, Drained: t.supporters(best)})
	}
	o.payments = f.payments
	t.refuse(o, f.funded, func(p int) (Why, int64) {
		if t.cost[p] > t.budget {
			return DoesNotFit, t.budget
		}
		if p == stopped {
			return DoesNotFit, o.left()
		}
		return AfterTheStop, o.left()
	})
	return o, nil
}

// A flow is how far Phragmen's rule has come.
type flow struct {
	*tally
	funded []bool
	last   []int // by group: the round in which its voters gave their all, -1 for never
	times  []*big.Rat
	floats []float64
	rounds []round
}

// A round is one project, and when its supporters had given their all before.
type round struct {
	project int
	before  []int // by supporting group
}

// next returns the project that can be paid for first, when that is, and those
// that can be paid for at the same time.
func (f *flow) next() (best int, at *big.Rat, tied []int) {
	rough := make([]float64, len(f.projects))
	least := math.Inf(1)
	for p := range f.projects {
		rough[p] = math.Inf(1)
		if !f.funded[p] && f.eligible(p) && f.cost[p] <= f.budget {
			rough[p] = f.rough(p)
			least = min(least, rough[p])
		}
	}
	best = -1
	for p, time := range rough {
		if math.IsInf(time, 1) || time > least*(1+1e-9) {
			continue // later beyond doubt
		}
		exact := f.time(p)
		switch {
		case best < 0 || exact.Cmp(at) < 0:
			best, at, tied = p, exact, nil
		case exact.Cmp(at) == 0:
			tied = append(tied, p)
		}
	}
	return best, at, tied
}

// rough returns about when the supporters of a project can pay for it. All terms
// are positive, so the relative error is at most that of a few thousand roundings,
// far below one in a billion.
func (f *flow) rough(p int) float64 {
	sum, voters := float64(f.cost[p]), int64(0)
	for _, s := range f.support[p] {
		voters += s.size
		if r := f.last[s.group]; r >= 0 {
			sum += float64(s.size) * f.floats[r]
		}
	}
	return sum / float64(voters)
}

// time returns exactly when they can: (cost + what they gave before) / voters.
func (f *flow) time(p int) *big.Rat {
	var voters int64
	gave := make([]int64, len(f.times)) // voters by round
	for _, s := range f.support[p] {
		voters += s.size
		if r := f.last[s.group]; r >= 0 {
			gave[r] += s.size
		}
	}
	sum := new(big.Rat).SetInt64(f.cost[p])
	for r, n := range gave {
		if n > 0 {
			part := new(big.Rat).SetInt64(n)
			sum.Add(sum, part.Mul(part, f.times[r]))
		}
	}
	return sum.Quo(sum, new(big.Rat).SetInt64(voters))
}

func (f *flow) take(p int, at *big.Rat) {
	rough, _ := at.Float64()
	r := round{project: p}
	for _, s := range f.support[p] {
		r.before = append(r.before, f.last[s.group])
		f.last[s.group] = len(f.times)
	}
	f.funded[p] = true
	f.rounds, f.times, f.floats = append(f.rounds, r), append(f.times, at), append(f.floats, rough)
}

// payments returns what each voter gave in a round: what had come to them since
// they gave their all before.
func (f *flow) payments(i int) []Payment {
	var payments []Payment
	for n, s := range f.support[f.rounds[i].project] {
		amount := new(big.Rat).Set(f.times[i])
		if before := f.rounds[i].before[n]; before >= 0 {
			amount.Sub(amount, f.times[before])
		}
		for _, v := range f.groups[s.group].voters {
			payments = append(payments, Payment{v, new(big.Rat).Set(amount)})
		}
	}
	return payments
}
