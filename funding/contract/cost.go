package contract

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

// A Class is a kind of cost. The classes are those by which the field argues
// whether the money reaches people or ends with those who refer them.
type Class string

// The classes.
const (
	Salary   Class = "salary"   // wages of link workers and others who are employed
	OnCost   Class = "on-cost"  // what employing them costs besides: pension, insurance, training, the supplier's fee
	Activity Class = "activity" // what people do: groups, rooms, materials, transport
	Overhead Class = "overhead" // rent, administration, audit
)

// Classes returns every class, in the order in which they are written.
func Classes() []Class { return []Class{Salary, OnCost, Activity, Overhead} }

// Costs are amounts by class.
type Costs struct {
	Salary   sp.Money `json:"salary,omitzero"`
	OnCost   sp.Money `json:"onCost,omitzero"`
	Activity sp.Money `json:"activity,omitzero"`
	Overhead sp.Money `json:"overhead,omitzero"`
}

// Of returns the amount of a class.
func (c Costs) Of(class Class) sp.Money {
	if m := of(&c, class); m != nil {
		return *m
	}
	return sp.Money{}
}

func of(c *Costs, class Class) *sp.Money {
	switch class {
	case Salary:
		return &c.Salary
	case OnCost:
		return &c.OnCost
	case Activity:
		return &c.Activity
	case Overhead:
		return &c.Overhead
	}
	return nil
}

// Total returns the sum, or the error of [sp.Money.Add].
func (c Costs) Total() (sp.Money, error) {
	var total sp.Money
	for _, class := range Classes() {
		var err error
		if total, err = total.Add(c.Of(class)); err != nil {
			return sp.Money{}, fmt.Errorf("contract: total of costs: %w", err)
		}
	}
	return total, nil
}

// Add returns c + d, class by class, or the error of [sp.Money.Add].
func (c Costs) Add(d Costs) (Costs, error) {
	for _, class := range Classes() {
		sum, err := c.Of(class).Add(d.Of(class))
		if err != nil {
			return Costs{}, fmt.Errorf("contract: add costs: %s: %w", class, err)
		}
		*of(&c, class) = sum
	}
	return c, nil
}

// Move returns c with amount moved from one class to another, which is called a
// virement. The amount must be more than nothing and at most what from has; the
// error is an [*sp.InvalidError].
func (c Costs) Move(from, to Class, amount sp.Money) (Costs, error) {
	e := sp.InvalidError{Subject: "contract: move between costs"}
	source, target := of(&c, from), of(&c, to)
	e.Check(source != nil, "from", sp.NotListed, "must be salary, on-cost, activity or overhead")
	e.Check(target != nil && target != source, "to", sp.Inconsistent, "must be another class of cost")
	e.Check(amount.Sign() > 0, "amount", sp.OutOfRange, "must be more than nothing")
	if err := e.Err(); err != nil {
		return Costs{}, err
	}
	left, err := source.Sub(amount)
	e.Check(err == nil && left.Sign() >= 0, "amount", sp.OutOfRange, "must be at most what the class has")
	more, err := target.Add(amount)
	e.Check(err == nil, "amount", sp.Inconsistent, "must be in the currency of the costs")
	if err := e.Err(); err != nil {
		return Costs{}, err
	}
	*source, *target = left, more
	return c, nil
}

// Keeps reports whether activities have at least share for every unit of
// salary: with 0.25, at least £25 for every £100. A share of zero is always kept.
func (c Costs) Keeps(share decimal.Decimal) bool {
	// Decimal would write out an exponent of a million; beyond 40 digits no amount
	// of money makes a difference to the answer.
	switch digits := share.NumDigits() + int(share.Exponent()); {
	case digits > 40:
		share = decimal.New(int64(share.Sign()), 40)
	case digits < -40:
		share = decimal.New(int64(share.Sign()), -40)
	}
	return c.Activity.Decimal().GreaterThanOrEqual(share.Mul(c.Salary.Decimal()))
}

func (c Costs) check(e *sp.InvalidError, amount sp.Money) {
	for _, class := range Classes() {
		if c.Of(class).Sign() < 0 {
			e.Check(false, "costs."+string(class), sp.OutOfRange, "must not be negative")
		}
	}
	total, err := c.Total()
	e.Check(err == nil && total == amount, "costs", sp.OutOfRange, "must add up to the amount")
}

// A Mix is in which proportion an amount is meant for the classes of cost.
type Mix struct {
	Salary, OnCost, Activity, Overhead int64 // weights, such as 60, 15, 15, 10

	// ActivityPerSalary is the least that activities get for every unit of
	// salary, such as 0.25; zero is no such rule. Where the weights give less,
	// activities get just that, to the penny, or for a rule beyond 1 perhaps a few
	// pennies more, and the other classes share the rest.
	ActivityPerSalary decimal.Decimal
}

// finest is the most decimals that a share may have, which keeps arithmetic short.
const finest = 9

// Split divides amount by the mix, to the penny; fractions go by largest
// remainder. Weights that are negative or all zero, and a rule that is negative,
// beyond 1,000,000 or finer than nine decimals, are errors that are [sp.ErrInvalid].
func (m Mix) Split(amount sp.Money) (Costs, error) {
	e := sp.InvalidError{Subject: "contract: split costs"}
	e.Check(amount.Sign() >= 0, "amount", sp.OutOfRange, "must not be negative")
	e.Check(ValidShare(m.ActivityPerSalary), "activityPerSalary", sp.OutOfRange, shareRule)
	if err := e.Err(); err != nil {
		return Costs{}, err
	}
	costs, err := m.split(amount, 0)
	if err != nil || costs.Keeps(m.ActivityPerSalary) {
		return costs, err
	}
	// Rounding may turn the balance by some pennies, so the least that is enough is
	// searched for, from what would be needed without it. With a penny less for the
	// others salaries may get one more, so with a rule beyond 1 more than enough may be
	// too little, and the search may pass over the least.
	little, enough := m.floor(amount)-1, amount.Minor()
	for enough-little > 1 {
		middle := little + (enough-little)/2
		if costs, err = m.split(amount, middle); err != nil {
			return Costs{}, err
		}
		if costs.Keeps(m.ActivityPerSalary) {
			enough = middle
		} else {
			little = middle
		}
	}
	return m.split(amount, enough)
}

// floor returns what activities need, in whole minor units rounded down, if the
// other classes are not rounded. With T the amount, r the rule and k the share of
// salaries in what activities leave, F >= r k (T - F) gives F >= T r k / (1 + r k).
func (m Mix) floor(amount sp.Money) int64 {
	rest := decimal.NewFromInt(m.Salary).Add(decimal.NewFromInt(m.OnCost)).Add(decimal.NewFromInt(m.Overhead))
	top := m.ActivityPerSalary.Mul(decimal.NewFromInt(m.Salary)).Mul(decimal.NewFromInt(amount.Minor()))
	bottom := rest.Add(m.ActivityPerSalary.Mul(decimal.NewFromInt(m.Salary)))
	whole, _ := top.QuoRem(bottom, 0)
	return whole.IntPart()
}

func (m Mix) split(amount sp.Money, activity int64) (Costs, error) {
	weights := []int64{m.Salary, m.OnCost, m.Activity, m.Overhead}
	ids := []string{"1-salary", "2-on-cost", "3-activity", "4-overhead"} // ties in this order
	divider, err := apportion.New(ids)
	if err != nil {
		return Costs{}, fmt.Errorf("contract: split costs: %w", err)
	}
	var floors []int64
	if activity > 0 {
		floors = []int64{0, 0, activity, 0}
	}
	shares, err := divider.Bounded(nil, amount.Minor(), weights, floors, nil)
	if err != nil {
		return Costs{}, fmt.Errorf("contract: split costs: %w", err)
	}
	var costs Costs
	for i, class := range Classes() {
		*of(&costs, class) = sp.NewMoney(shares[i], amount.Currency())
	}
	return costs, nil
}

const shareRule = "must be from 0 to 1,000,000 with at most nine decimals"

// ValidShare reports whether d can be a share of activity per salary: from 0 to
// 1,000,000 with at most nine decimals.
func ValidShare(d decimal.Decimal) bool {
	return d.Sign() >= 0 && d.Exponent() >= -finest && d.Exponent() <= finest && d.NumDigits() <= 2*finest &&
		d.LessThanOrEqual(decimal.NewFromInt(1_000_000))
}

// Posts returns how many whole posts a pot pays for, and what is left of the pot. One
// post costs the sum of the amounts in each: a salary, its on-costs, a supplier's fee. It is 0 for a pot that pays for none. A post must cost something.
func Posts(pot sp.Money, each ...sp.Money) (posts int64, rest sp.Money, err error) {
	var post sp.Money
	for _, m := range each {
		if post, err = post.Add(m); err != nil {
			return 0, sp.Money{}, fmt.Errorf("contract: posts: %w", err)
		}
	}
	e := sp.InvalidError{Subject: "contract: posts"}
	e.Check(post.Sign() > 0, "each", sp.OutOfRange, "must cost more than nothing")
	e.Check(pot.Sign() >= 0, "pot", sp.OutOfRange, "must not be negative")
	e.Check(pot.IsZero() || pot.Currency() == post.Currency(), "each", sp.Inconsistent, "must be in the currency of the pot")
	if err := e.Err(); err != nil {
		return 0, sp.Money{}, err
	}
	return pot.Minor() / post.Minor(), sp.NewMoney(pot.Minor()%post.Minor(), pot.Currency()), nil
}
