package funding

import (
	"fmt"
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Calculator divides money among the same areas by one policy after another, in
// memory that it keeps. It serves one goroutine at a time; [Variants] uses several.
type Calculator struct {
	areas   *area.Table
	divider *apportion.Divider
	trees   map[string]*node // by levels
	memory  memory
	bounds  [2][]int64 // floors and caps of the last policy
}

// NewCalculator returns a calculator of money among areas.
func NewCalculator(areas *area.Table) *Calculator {
	return &Calculator{areas: areas, divider: areas.Divider(), trees: map[string]*node{}}
}

// Allocate is the function [Allocate] for the areas of the calculator.
func (c *Calculator) Allocate(total sp.Money, p Policy) (*Allocation, error) {
	amounts, err := c.Amounts(nil, total, p)
	if err != nil {
		return nil, err
	}
	return &Allocation{areas: c.areas, policy: p.clone(), total: total, amounts: amounts}, nil
}

// Amounts returns what each area gets in minor units, in the order of the areas. It
// writes to dst where that is large enough, and then takes no memory for weights
// that fit 64 bits and policies without programmes, levels, damping, pace and
// aversion to inequality.
func (c *Calculator) Amounts(dst []int64, total sp.Money, p Policy) ([]int64, error) {
	work, err := c.prepare(total, p, nil)
	if err != nil {
		return nil, inMoney(err, total.Currency())
	}
	dst, err = c.divide(resize(dst, c.areas.Len()), work)
	return dst, inMoney(err, total.Currency())
}

// work is a policy worked out for a total and areas, up to the division.
type work struct {
	policy    Policy
	need      weights
	fixed     []int64 // sums that areas get before anything is divided; nil for none
	rest      int64   // what they leave
	low, high []int64 // floors and caps of what is divided; nil for none
}

// prepare works a policy out. It tells observe the weights after each step of the
// formula; observe may be nil, and must not keep them.
func (c *Calculator) prepare(total sp.Money, p Policy, observe func(step string, w weights)) (work, error) {
	w := work{policy: p, rest: total.Minor()}
	if err := p.check(total); err != nil {
		return work{}, fmt.Errorf("funding: allocate: %w", err)
	}
	if _, ok := c.areas.Meaning(p.Opening); !ok && p.Opening != "" {
		_, err := c.areas.Column(p.Opening)
		return work{}, err
	}
	var err error
	if w.need, err = need(&c.memory, c.areas, p.Formula, observe); err != nil {
		return work{}, err
	}
	if p.Formula.Fixed != "" {
		if w.fixed, w.rest, err = fixedSums(c.areas, p.Formula.Fixed, total); err != nil {
			return work{}, err
		}
	}
	if p.bounded() {
		w.low, w.high, err = limits(&c.bounds, c.areas, total, w)
	}
	return w, err
}

// divide divides what is left of the total, and adds the fixed sums.
func (c *Calculator) divide(dst []int64, w work) ([]int64, error) {
	p, rest, base := w.policy, w.rest, w.fixed
	root, err := c.tree(p)
	if err != nil {
		return nil, err
	}
	if p.Damped {
		gains, left, err := damp(w)
		if err != nil {
			return nil, err
		}
		if err := root.divide(dst, left, gains, nil, nil, p.Method); err != nil {
			return nil, fmt.Errorf("funding: allocate: %w", err)
		}
		add(dst, w.low)
	} else if err := root.divide(dst, rest, w.need, w.low, w.high, p.Method); err != nil {
		return nil, fmt.Errorf("funding: allocate: %w", err)
	}
	add(dst, base)
	return dst, nil
}

// tree returns the areas as the levels of the policy group them.
func (c *Calculator) tree(p Policy) (*node, error) {
	if len(p.Levels) == 0 {
		if c.trees[""] == nil {
			c.trees[""] = &node{divider: c.divider}
		}
		return c.trees[""], nil
	}
	key := p.levelKey()
	if n := c.trees[key]; n != nil {
		return n, nil
	}
	n, err := grow(c.areas, p.Levels, p.Method)
	if err == nil {
		c.trees[key] = n
	}
	return n, err
}

// fixedSums returns the fixed sums in a column and what they leave of the total.
func fixedSums(t *area.Table, column string, total sp.Money) (fixed []int64, rest int64, err error) {
	rest = total.Minor()
	if fixed, err = money(t, column, total.Currency()); err != nil {
		return nil, 0, err
	}
	sum := small(fixed).sum()
	if sum.Cmp(big.NewInt(max(rest, 0))) > 0 {
		return nil, 0, invalid("fixed sums", fmt.Sprintf("must add up to no more than the total, and pass it by %v", sp.NewMoney(exact.Saturated(sum.Sub(sum, big.NewInt(rest))), total.Currency())))
	}
	return fixed, rest - sum.Int64(), nil
}

// money returns a column of sums of money that are all known, in minor units.
func money(t *area.Table, column string, currency sp.Currency) ([]int64, error) {
	if _, err := t.Column(column); err != nil {
		return nil, err
	}
	minor, _, err := t.Money(column, currency)
	return minor, err
}
