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
	p, rest := w.policy, w.rest
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

// sums are sums of money of the areas in minor units, and which of them are not
// known, nil if all are.
type sums struct {
	minor   []int64
	unknown []bool
}

// lacks reports whether an area has no sum, or none that is known.
func (s sums) lacks(i int) bool { return s.minor[i] == 0 || s.unknown != nil && s.unknown[i] }

// money returns a column of sums of money that are all known.
func money(t *area.Table, column string, currency sp.Currency) (sums, error) {
	if _, err := t.Column(column); err != nil {
		return sums{}, err
	}
	minor, unknown, err := t.Money(column, currency)
	return sums{minor, unknown}, err
}

// fixedSums returns the fixed sums in a column and what they leave of the total.
func fixedSums(t *area.Table, column string, total sp.Money) (fixed sums, rest int64, err error) {
	rest = total.Minor()
	if fixed, err = money(t, column, total.Currency()); err != nil {
		return sums{}, 0, err
	}
	sum := small(fixed.minor).sum()
	if sum.Cmp(big.NewInt(max(rest, 0))) > 0 {
		return sums{}, 0, invalid("fixed sums", fmt.Sprintf("must add up to no more than the total, and pass it by %v", sp.NewMoney(exact.Saturated(sum.Sub(sum, big.NewInt(rest))), total.Currency())))
	}
	return fixed, rest - sum.Int64(), nil
}
