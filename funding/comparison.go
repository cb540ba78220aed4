package funding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// A Comparison says who gains and who loses from one allocation to another.
type Comparison struct {
	Gainers, Losers, Same int // areas
	New                   int // areas of which it is not known what they had before; they are gainers too if they get something
	Gained, Lost          sp.Money
	Changes               []Change // of every area, from the largest gain to the largest loss, and then by code
}

// A Change is what one area gets before and after.
type Change struct {
	Code          string
	Before, After sp.Money
	Difference    sp.Money // positive for a gain
	New           sp.Truth // Yes where it is not known what the area had, and Before is nothing
}

// Compare compares two allocations over the same areas, of the same boundaries,
// in the same currency. The totals may differ. An area that only one of them has
// is an error that names it.
func Compare(before, after *Allocation) (Comparison, error) {
	if before.areas != after.areas {
		if err := before.areas.Matches(after.areas); err != nil {
			return Comparison{}, err
		}
	}
	var c Comparison
	for i, code := range after.areas.Codes() {
		had, _ := before.areas.Place(code)
		change := Change{Code: code, After: after.money(i), Before: before.money(had), New: sp.No}
		if before.unknown != nil && before.unknown[had] {
			change.New = sp.Yes
			c.New++
		}
		var err error
		if change.Difference, err = change.After.Sub(change.Before); err != nil {
			return Comparison{}, fmt.Errorf("funding: compare %s: %w", code, err)
		}
		switch change.Difference.Sign() {
		case 1:
			c.Gainers++
			c.Gained, err = c.Gained.Add(change.Difference)
		case -1:
			c.Losers++
			c.Lost, err = c.Lost.Sub(change.Difference)
		default:
			c.Same++
		}
		if err != nil {
			return Comparison{}, fmt.Errorf("funding: compare %s: %w", code, err)
		}
		c.Changes = append(c.Changes, change)
	}
	slices.SortFunc(c.Changes, func(x, y Change) int {
		if order := y.Difference.Cmp(x.Difference); order != 0 {
			return order
		}
		return strings.Compare(x.Code, y.Code)
	})
	return c, nil
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
		return nil, invalid(named("policy", a.policy.Name), "must have a column of opening amounts to have distances from target")
	}
	w, err := NewCalculator(a.areas).prepare(a.total, a.policy, nil)
	if err != nil {
		return nil, err
	}
	target := targets(w)
	before, after := distances(w.opening.minor, target), distances(a.amounts, target)
	out := make([]Distance, a.areas.Len())
	for i, code := range a.areas.Codes() {
		t := target(i)
		out[i] = Distance{
			Code: code, Target: sp.NewMoney(exact.RoundQuo(t.Num(), t.Denom()).Int64(), a.total.Currency()),
			Defined: sp.TruthOf(t.Sign() != 0), New: sp.TruthOf(w.opening.lacks(i)),
		}
		if t.Sign() == 0 {
			continue
		}
		if out[i].After = exact.Float(after(i)); out[i].New != sp.Yes {
			out[i].Before = exact.Float(before(i))
		}
	}
	return out, nil
}
