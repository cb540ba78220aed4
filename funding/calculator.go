package funding

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A Calculator divides money among the same areas by one policy after another,
// and reuses its memory. Only one goroutine may use it at a time; [Variants] uses
// several Calculators.
type Calculator struct {
	areas   *area.Table
	divider *apportion.Divider
	trees   map[string]*node // by levels
	memory  memory
	bounds  bounding
	sums    map[moneyColumn]sums
}

// NewCalculator returns a calculator of money among areas.
func NewCalculator(areas *area.Table) *Calculator {
	return &Calculator{areas: areas, divider: areas.Divider(), trees: map[string]*node{}, sums: map[moneyColumn]sums{}}
}

// Allocate is the function [Allocate] for the areas of the calculator.
func (c *Calculator) Allocate(total sp.Money, p Policy) (*Allocation, error) {
	amounts, err := c.Amounts(nil, total, p)
	if err != nil {
		return nil, err
	}
	return &Allocation{areas: c.areas, policy: p.clone(), total: total, amounts: amounts}, nil
}

// Amounts returns what each area gets in minor units, such as pence, in the order of
// the areas. It writes to dst if that is large enough. It then allocates no memory for
// policies without programmes, levels, damping, pace and aversion to inequality, as
// long as the weights of the areas fit 64 bits.
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
	opening   sums    // what areas had before
	fixed     sums    // what they get before anything is divided
	rest      int64   // what that leaves
	low, high []int64 // floors and caps of what is divided; nil for none
}

// prepare works a policy out. It tells observe the weights after each step of the
// formula; observe may be nil, and must not keep them.
func (c *Calculator) prepare(total sp.Money, p Policy, observe func(step string, w weights)) (work, error) {
	w := work{policy: p, rest: total.Minor()}
	if err := p.check(total); err != nil {
		return work{}, fmt.Errorf("funding: allocate: %w", err)
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
	if p.Opening != "" {
		if w.opening, err = c.money(p.Opening, total.Currency()); err != nil {
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
	root, err := c.tree(w.policy)
	if err != nil {
		return nil, err
	}
	if w.policy.Damped {
		gains, left, err := damp(w)
		if err != nil {
			return nil, err
		}
		err = root.divide(dst, left, gains, nil, nil, w.policy.Method)
		if err != nil {
			return nil, fmt.Errorf("funding: allocate: %w", err)
		}
		add(dst, w.low)
	} else if err := root.divide(dst, w.rest, w.need, w.low, w.high, w.policy.Method); err != nil {
		return nil, fmt.Errorf("funding: allocate: %w", err)
	}
	add(dst, w.fixed.minor)
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

// A moneyColumn is a column read as sums of money of a currency.
type moneyColumn struct {
	name     string
	currency sp.Currency
}

// money returns a column of sums of money, of which some may not be known.
func (c *Calculator) money(name string, currency sp.Currency) (sums, error) {
	key := moneyColumn{name, currency}
	if kept, ok := c.sums[key]; ok {
		return kept, nil
	}
	minor, unknown, err := c.areas.Money(name, currency)
	if err != nil {
		return sums{}, err
	}
	c.sums[key] = sums{minor, unknown}
	return c.sums[key], nil
}
