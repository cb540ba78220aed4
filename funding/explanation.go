package funding

import (
	"cmp"
	"fmt"
	"iter"
	"math/big"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// An Explanation shows step by step how the amount of an area was computed: a
// waterfall. The total, multiplied by the Factor of one step after another, is
// the Amount exactly, in fractions. A step that lifts an area from nothing, such
// as a floor, has no Factor, as nothing can be multiplied to become something.
type Explanation struct {
	Code   string
	Total  sp.Money // what was divided among all
	Steps  []Step
	Amount sp.Money // what the area gets
}

// A Step is one line of an [Explanation]: one thing that changed what the area gets.
type Step struct {
	// Name is the base population, a factor, "need by programme", "aversion to
	// inequality", "fixed sums", "floor", "cap", "bounds of others", "damping" or "rounding";
	// where groups have bounds, one for each level, such as "cap of icb24cd QE1", "floor of
	// icb24cd QE1" or "bounds beside icb24cd QE1", and then "bounds within groups" for the area.
	Name string
	// Factor is what the money of this area is multiplied by. For the first step
	// it is the share of the population, and for the others how the area compares
	// with the average: above 1 where the step brings it money. It is nil where
	// there was nothing to multiply.
	Factor *big.Rat
	// Money is what the area would get after this step, in minor units.
	Money *big.Rat
}

// String returns the waterfall, a step in a line, with money in major units:
//
//	C of £100,000.00
//	  population   x 0.3333333333       33333.3333
//	  deprivation  x 0.7942110837       26473.7028
//	  floor        x 1.6148100000       42750.0000
//	  rounding     x 1.0000000000       42750.0000
//	  gets                              £42,750.00
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %v\n", e.Code, e.Total)
	widest := 0
	for _, s := range e.Steps {
		widest = max(widest, len(s.Name))
	}
	places := e.Total.Currency().Digits()
	unit := big.NewRat(exact.Pow10(places), 1)
	for _, s := range e.Steps {
		factor := "from nothing"
		if s.Factor != nil {
			factor = "x " + s.Factor.FloatString(10)
		}
		fmt.Fprintf(&b, "  %-*s  %-14s %16s\n", widest, s.Name, factor, new(big.Rat).Quo(cmp.Or(s.Money, new(big.Rat)), unit).FloatString(places+2))
	}
	fmt.Fprintf(&b, "  %-*s  %-14s %16v", widest, "gets", "", e.Amount)
	return b.String()
}

// Explain explains what the area with this code gets. It goes through all areas;
// to explain many, range over [Allocation.Explanations].
func (a *Allocation) Explain(code string) (Explanation, error) {
	i, ok := a.areas.Place(code)
	if !ok {
		return Explanation{}, fmt.Errorf("funding: explain %s: %w", code, sp.ErrNotFound)
	}
	t, err := a.trace()
	if err != nil {
		return Explanation{}, err
	}
	return t.explain(i), nil
}

// Explanations ranges over the explanations of all areas, in their order.
func (a *Allocation) Explanations() iter.Seq2[Explanation, error] {
	return func(yield func(Explanation, error) bool) {
		t, err := a.trace()
		if err != nil {
			yield(Explanation{}, err)
			return
		}
		for i := range a.areas.Codes() {
			if !yield(t.explain(i), nil) {
				return
			}
		}
	}
}

// A trace remembers the steps of an allocation for all areas.
type trace struct {
	*Allocation
	names []string
	steps []weights
	sums  []*big.Int

	fixed []int64
	rest  *big.Rat // what the fixed sums leave
	bound func(i int, target *big.Rat) (name string, money *big.Rat)
	above func(i int) []Step // of the levels that have bounds; their Factor is not set
}

func (a *Allocation) trace() (*trace, error) {
	if a.given {
		return nil, invalid("allocation", sp.WrongState, "must have been computed by a policy to be explained")
	}
	t := &trace{Allocation: a}
	work, err := NewCalculator(a.areas).prepare(a.total, a.policy, func(step string, w weights) {
		t.names, t.steps, t.sums = append(t.names, step), append(t.steps, w.clone()), append(t.sums, w.sum(new(sum)))
	})
	if err != nil {
		return nil, err
	}
	t.fixed, t.rest = work.fixed.minor, new(big.Rat).SetInt64(work.rest)
	switch {
	case a.policy.Damped:
		t.damped(work)
	case len(a.policy.Bounds) > 0:
		err = t.levelled(work)
	case a.policy.bounded():
		err = t.clamped(work)
	}
	return t, err
}

// clamped sets how bounds move the target of an area.
func (t *trace) clamped(work work) error {
	divider, w, low, high := t.areas.Divider(), work.need, work.low, work.high
	shares, err := share(divider, nil, work.rest, w, low, high, t.policy.Method)
	if err != nil {
		return err
	}
	free, left := divider.Free()
	isFree := make([]bool, len(shares))
	for _, i := range free {
		isFree[i] = true
	}
	lambda := new(big.Rat)
	var freeWeight sum
	for _, i := range free {
		freeWeight.add(w, int(i))
	}
	if weight := freeWeight.value(); weight.Sign() > 0 {
		lambda.SetFrac(big.NewInt(left), weight)
	}
	t.bound = func(i int, target *big.Rat) (string, *big.Rat) {
		if isFree[i] {
			return "bounds of others", new(big.Rat).Mul(lambda, new(big.Rat).SetInt(w.at(i, new(big.Int))))
		}
		money := new(big.Rat).SetInt64(shares[i])
		atFloor, atCap := low != nil && shares[i] == low[i], high != nil && shares[i] == high[i]
		switch {
		case atCap && (!atFloor || money.Cmp(target) < 0):
			return "cap", money
		case atFloor:
			return "floor", money
		default: // no need, and no floor
			return "bounds of others", money
		}
	}
	return nil
}

// levelled sets how bounds of groups move the target of an area: at each level, to its part by
// need of what its group gets, and at last to what it gets itself.
func (t *trace) levelled(work work) error {
	h, err := NewCalculator(t.areas).hierarchy(work)
	if err == nil {
		_, err = h.divide(nil, work.rest)
	}
	if err != nil {
		return err
	}
	t.above = func(i int) []Step {
		var steps []Step
		for k, s := range h[:len(h)-1] {
			group := h.group(k, i)
			money := new(big.Rat)
			if all := s.need.big[group]; all.Sign() > 0 {
				money.SetFrac(work.need.at(i, new(big.Int)), all)
				money.Mul(money, new(big.Rat).SetInt64(s.shares[group]))
			}
			steps = append(steps, Step{Name: s.bound(group), Money: money})
		}
		return steps
	}
	t.bound = func(i int, _ *big.Rat) (string, *big.Rat) {
		minor := h[len(h)-1].shares[i]
		name := "bounds within groups"
		switch {
		case work.low != nil && minor == work.low[i]:
			name = "floor"
		case work.high != nil && minor == work.high[i]:
			name = "cap"
		}
		return name, new(big.Rat).SetInt64(minor)
	}
	return nil
}

// damped sets how damping moves the target of an area.
func (t *trace) damped(work work) {
	gains, all := work.gains.big, work.gains.sum(new(sum))
	t.bound = func(i int, _ *big.Rat) (string, *big.Rat) {
		money := new(big.Rat).SetInt64(work.low[i])
		if gains[i].Sign() == 0 {
			return "floor", money
		}
		gain := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(work.left), gains[i]), all)
		return "damping", money.Add(money, gain)
	}
}

// explain returns the explanation of area i.
func (t *trace) explain(i int) Explanation {
	e := Explanation{Code: t.areas.Codes()[i], Total: t.total, Amount: t.money(i)}
	total := new(big.Rat).SetInt64(t.total.Minor())
	before := total
	step := func(name string, money *big.Rat) {
		s := Step{Name: name, Money: money}
		switch {
		case before.Sign() != 0:
			s.Factor = new(big.Rat).Quo(money, before)
		case money.Sign() == 0:
			s.Factor = big.NewRat(1, 1)
		}
		e.Steps = append(e.Steps, s)
		before = money
	}
	portion := func(k int, of *big.Rat) *big.Rat {
		if t.sums[k].Sign() == 0 {
			return new(big.Rat)
		}
		part := new(big.Rat).SetFrac(t.steps[k].at(i, new(big.Int)), t.sums[k])
		return part.Mul(part, of)
	}
	for k, name := range t.names {
		step(name, portion(k, total))
	}
	last := len(t.names) - 1
	fixed := new(big.Rat)
	target := portion(last, t.rest)
	if t.fixed != nil {
		fixed.SetInt64(t.fixed[i])
		step("fixed sums", new(big.Rat).Add(target, fixed))
	}
	if t.above != nil {
		for _, s := range t.above(i) {
			step(s.Name, s.Money.Add(s.Money, fixed))
		}
	}
	if t.bound != nil {
		name, money := t.bound(i, target)
		step(name, money.Add(money, fixed))
	}
	step("rounding", new(big.Rat).SetInt64(t.amounts[i]))
	return e
}
