package funding

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/area"
)

// An Allocation is a total that has been divided among areas, to the penny. It
// is immutable.
type Allocation struct {
	areas   *area.Table
	policy  Policy
	total   sp.Money
	amounts []int64
	given   bool   // read from a column, not computed
	unknown []bool // of a given one, which amounts the column does not know; nil if none
}

// Allocate divides total among areas by a policy. What it returns adds up to the
// total exactly and does not depend on the order of the areas. A negative total
// is money that is taken back, in the same proportions.
//
// It fails with [sp.ErrNotFound] for a column that the areas do not have, with an
// [*apportion.InfeasibleError] if no allocation respects the bounds, and with
// [sp.ErrInvalid] for a policy or numbers that cannot be used; the error names
// the area.
func Allocate(total sp.Money, areas *area.Table, p Policy) (*Allocation, error) {
	c, _ := idle.Get().(*Calculator)
	if c == nil || c.areas != areas {
		c = NewCalculator(areas)
	}
	a, err := c.Allocate(total, p)
	idle.Put(c)
	return a, err
}

// idle are calculators that [Allocate] has used, since the same areas are commonly divided among
// again. Their memory is twice as large as a result, and to take it anew would cost as much time
// as the division does. They go when memory is needed.
var idle sync.Pool

// Given returns the allocation that a column of the areas holds, such as what
// each area had last year, so that it can be compared. An area whose amount is not
// known, such as a new practice, had nothing, and [Compare] counts it by itself. A
// currency that is not of three capital letters, or that ISO 4217 keeps for no
// currency (XXX) or for tests (XTS), is [sp.ErrInvalid].
func Given(areas *area.Table, column string, currency sp.Currency) (*Allocation, error) {
	if _, err := currency.Of(decimal.Zero, sp.Exact); err != nil || currency == "XXX" || currency == "XTS" {
		return nil, invalid(named("column", column), sp.Inconsistent, fmt.Sprintf("must be in a currency, which %q is not", string(currency)))
	}
	amounts, unknown, err := areas.Money(column, currency)
	if err != nil {
		return nil, err
	}
	total := sp.Money{}
	for _, v := range amounts {
		if total, err = total.Add(sp.NewMoney(v, currency)); err != nil {
			return nil, fmt.Errorf("funding: column %s: %w", column, err)
		}
	}
	return &Allocation{areas: areas, policy: Policy{Name: column}, total: total, amounts: amounts, given: true, unknown: unknown}, nil
}

// Areas returns the areas that were divided among.
func (a *Allocation) Areas() *area.Table { return a.areas }

// Policy returns the policy that divided, as it was then. It is a copy.
func (a *Allocation) Policy() Policy { return a.policy.clone() }

// Total returns what was divided.
func (a *Allocation) Total() sp.Money { return a.total }

// Rule returns how amounts were rounded to pennies, in words: "hamilton top down
// by region, icb24cd".
func (a *Allocation) Rule() string {
	if a.given {
		return "as given"
	}
	return a.policy.rule()
}

// Of returns what the area with this code gets, and whether there is one.
func (a *Allocation) Of(code string) (sp.Money, bool) {
	i, ok := a.areas.Place(code)
	if !ok {
		return sp.Money{}, false
	}
	return a.money(i), true
}

func (a *Allocation) money(i int) sp.Money { return sp.NewMoney(a.amounts[i], a.total.Currency()) }

// All ranges over the codes and what each gets, in the order of the areas.
func (a *Allocation) All() iter.Seq2[string, sp.Money] {
	return func(yield func(string, sp.Money) bool) {
		for i, code := range a.areas.Codes() {
			if !yield(code, a.money(i)) {
				return
			}
		}
	}
}

// Minor returns what each area gets in minor units, such as pence, in the order
// of the areas. The caller must not change it.
func (a *Allocation) Minor() []int64 { return a.amounts }

// PerHead returns what each area gets for each of its population, in major units
// such as pounds, for statistics. It is 0 where nobody lives.
func (a *Allocation) PerHead() ([]float64, error) {
	people, err := a.people()
	if err != nil {
		return nil, err
	}
	unit := math.Pow10(a.total.Currency().Digits())
	for i, n := range people {
		if n > 0 {
			people[i] = float64(a.amounts[i]) / unit / n
		}
	}
	return people, nil
}

// people returns the population of each area.
func (a *Allocation) people() ([]float64, error) {
	if _, err := a.areas.People(""); err != nil {
		return nil, err
	}
	return a.areas.Floats(a.areas.Population())
}

// A Subtotal is what a group of areas gets together.
type Subtotal struct {
	Group  string // its code
	Areas  int
	People float64 // its population
	Amount sp.Money
	Index  float64 // money per head relative to that of all areas, the need index; 0 where nobody lives
}

// By returns the subtotals of the groups in a column, by code.
func (a *Allocation) By(column string) ([]Subtotal, error) {
	groups, err := a.areas.Group(column)
	if err != nil {
		return nil, err
	}
	people, err := a.people()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	var out []Subtotal
	for i, group := range groups {
		k, ok := at[group]
		if !ok {
			k = len(out)
			at[group] = k
			out = append(out, Subtotal{Group: group})
		}
		out[k].Areas++
		out[k].People += people[i]
		if out[k].Amount, err = out[k].Amount.Add(a.money(i)); err != nil {
			return nil, err // not for parts of a total of one sign
		}
	}
	var everybody float64
	for _, n := range people {
		everybody += n
	}
	for k, s := range out {
		if s.People > 0 && !a.total.IsZero() {
			out[k].Index = float64(s.Amount.Minor()) / s.People / (float64(a.total.Minor()) / everybody)
		}
	}
	slices.SortFunc(out, func(x, y Subtotal) int { return strings.Compare(x.Group, y.Group) })
	return out, nil
}

// A Distance says how far the money of an area is from its target, which is what
// its need alone would give it: (money - target) / target. It is negative for
// areas under target.
type Distance struct {
	Code          string
	Target        sp.Money // rounded to the nearest minor unit, halves to even
	Before, After float64  // with the opening amount as it is, and with the allocation
	// Defined is No where the target is nothing and a distance means nothing.
	Defined sp.Truth
	// New is Yes for an area without an opening amount, for which Before means nothing.
	New sp.Truth
}

// Distances returns the distance from target of each area, in their order, with
// the opening amounts of the policy and with the allocation.
func (a *Allocation) Distances() ([]Distance, error) {
	if a.given || a.policy.Opening == "" {
		return nil, invalid(named("policy", a.policy.Name), sp.Missing, "must have a column of opening amounts to have distances from target")
	}
	w, err := NewCalculator(a.areas).prepare(a.total, a.policy, nil)
	if err != nil {
		return nil, err
	}
	var t targeting
	t.of(w)
	away := func(i int, money int64) float64 {
		num, den := t.distance(i, money)
		return t.quotient.Float(num, den)
	}
	out := make([]Distance, a.areas.Len())
	for i, code := range a.areas.Codes() {
		target, unit := t.to(i)
		out[i] = Distance{
			Code: code, Target: sp.NewMoney(t.quotient.Round(target, unit).Int64(), a.total.Currency()),
			Defined: sp.TruthOf(target.Sign() != 0), New: sp.TruthOf(w.opening.lacks(i)),
		}
		if target.Sign() == 0 {
			continue
		}
		if out[i].After = away(i, a.amounts[i]); out[i].New != sp.Yes {
			out[i].Before = away(i, w.opening.minor[i])
		}
	}
	return out, nil
}
