package funding

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// A Calculator divides money among the same areas by one policy after another,
// and reuses its memory. Only one goroutine may use it at a time; [Variants] uses
// several Calculators.
type Calculator struct {
	areas  *area.Table
	money  treasury
	memory memory
	bounds bounding
	trees  []*tree
}

// NewCalculator returns a calculator of money among areas.
func NewCalculator(areas *area.Table) *Calculator {
	c := &Calculator{areas: areas, money: treasury{areas: areas, read: map[moneyColumn]sums{}}}
	c.bounds.areas, c.bounds.money = areas, &c.money
	return c
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
// the areas. It writes to dst if that is large enough. Once the calculator has
// divided by a policy of the same kind, the areas take no memory, however many they
// are; a policy takes some for each value of a [Factor.Table] and each column of
// [Factor.AgeSex] and [Factor.AboveMinimum].
func (c *Calculator) Amounts(dst []int64, total sp.Money, p Policy) ([]int64, error) {
	w, err := c.prepare(total, p, nil)
	if err == nil {
		dst, err = c.divide(resize(dst, c.areas.Len()), w)
	}
	if err != nil {
		return nil, inMoney(err, total.Currency())
	}
	return dst, nil
}

// work is a policy worked out for a total and areas, up to the division.
type work struct {
	policy    Policy
	total     sp.Money
	need      weights
	opening   sums    // what areas had before
	fixed     sums    // what they get before anything is divided
	rest      int64   // what that leaves
	low, high []int64 // floors and caps of what is divided; nil for none
	gains     weights // of damping: the need above the floors
	left      int64   // what the floors leave for them
}

// prepare works a policy out. It tells observe the weights after each step of the
// formula; observe may be nil, and must not keep them.
func (c *Calculator) prepare(total sp.Money, p Policy, observe func(step string, w weights)) (work, error) {
	if err := p.check(total); err != nil {
		return work{}, fmt.Errorf("funding: allocate: %w", err)
	}
	w := work{policy: p, total: total}
	var err error
	if w.need, err = need(&c.memory, c.areas, p.Formula, observe); err != nil {
		return work{}, err
	}
	if w.opening, w.fixed, w.rest, err = c.money.before(p, total); err != nil {
		return work{}, err
	}
	err = c.bounds.limits(&w)
	return w, err
}

// divide divides what is left of the total, and adds the fixed sums.
func (c *Calculator) divide(dst []int64, w work) ([]int64, error) {
	if len(w.policy.Bounds) > 0 {
		h, err := c.hierarchy(w)
		if err == nil {
			dst, err = h.divide(dst, w.rest)
		}
		if err != nil {
			return nil, fmt.Errorf("funding: allocate: %w", err)
		}
		add(dst, w.fixed.minor)
		return dst, nil
	}
	root, err := c.root(w.policy)
	if err != nil {
		return nil, err
	}
	if w.policy.Damped {
		err = root.divide(dst, w.left, w.gains, nil, nil, w.policy.Method)
		add(dst, w.low)
	} else {
		err = root.divide(dst, w.rest, w.need, w.low, w.high, w.policy.Method)
	}
	if err != nil {
		return nil, fmt.Errorf("funding: allocate: %w", err)
	}
	add(dst, w.fixed.minor)
	return dst, nil
}
