package funding

import (
	"github.com/socialprescribing/sp"
)

// A Detail is what an area gets beside what its need alone would give it.
type Detail struct {
	Code   string
	Amount sp.Money
	Target sp.Money // rounded to the nearest minor unit, halves to even
	// Bound is "floor" or "cap" where the area's own bound decides what it gets, and
	// otherwise empty.
	Bound    string
	Distance float64  // (amount - target) / target
	Defined  sp.Truth // No where the target is nothing and a distance means nothing
}

// Details returns a [Detail] for each area, in their order. Unlike an [Explanation] it
// costs little for each. An allocation that was given by a column has none.
func (a *Allocation) Details() ([]Detail, error) {
	if a.given {
		return nil, invalid("allocation", sp.WrongState, "must have been computed by a policy to have details")
	}
	w, err := NewCalculator(a.areas).prepare(a.total, a.policy, nil)
	if err != nil {
		return nil, err
	}
	var t targeting
	t.of(w)
	out := make([]Detail, a.areas.Len())
	for i, code := range a.areas.Codes() {
		target, unit := t.to(i)
		d := Detail{
			Code: code, Amount: a.money(i), Target: sp.NewMoney(t.quotient.Round(target, unit).Int64(), a.total.Currency()),
			Defined: sp.TruthOf(target.Sign() != 0),
		}
		if d.Defined == sp.Yes {
			num, den := t.distance(i, a.amounts[i])
			d.Distance = t.quotient.Float(num, den)
		}
		minor := a.amounts[i]
		if w.fixed.minor != nil {
			minor -= w.fixed.minor[i]
		}
		switch {
		case w.low != nil && minor == w.low[i] && !(w.high != nil && w.high[i] == w.low[i] && d.Distance < 0):
			d.Bound = "floor"
		case w.high != nil && minor == w.high[i]:
			d.Bound = "cap"
		}
		out[i] = d
	}
	return out, nil
}
