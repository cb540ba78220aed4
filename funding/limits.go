package funding

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// limits sets the floors and caps of what is divided beside the fixed sums, in minor
// units, and the gains above the floors where they are damped. A bound that the
// policy does not have stays nil. They lie in b.
func (b *bounding) limits(w *work) (err error) {
	if !w.policy.bounded() {
		return nil
	}
	b.work = *w
	if b.people, err = b.areas.People(""); err != nil {
		return err
	}
	if !w.policy.Floor.isZero() {
		if w.low, err = b.amounts(&b.floor, w.policy.Floor, up); err != nil {
			return fmt.Errorf("funding: floor: %w", err)
		}
	}
	if !w.policy.Cap.isZero() {
		if w.high, err = b.amounts(&b.cap, w.policy.Cap, down); err != nil {
			return fmt.Errorf("funding: cap: %w", err)
		}
	}
	for i, sum := range w.fixed.minor {
		if w.low != nil {
			w.low[i] = max(w.low[i]-sum, 0)
		}
		if w.high != nil {
			if w.high[i] -= sum; w.high[i] < 0 {
				infeasible := &apportion.InfeasibleError{ID: b.areas.Codes()[i], Total: w.total.Minor(), Floor: sum, Cap: w.high[i] + sum}
				return &boundsError{infeasible, w.total.Currency(), "fixed sum"}
			}
		}
	}
	if err := disorder(b.areas, w); err != nil || !w.policy.Damped {
		return err
	}
	return b.damp(w)
}

// disorder returns the error of the first area whose bounds are negative or the
// wrong way round, by its code, which a divider of levels does not know.
func disorder(t *area.Table, w *work) error {
	low, high := w.low, w.high
	for i, code := range t.Codes() {
		switch {
		case low != nil && low[i] < 0 || high != nil && high[i] < 0:
			return invalid(code, sp.OutOfRange, "must have bounds that are not negative")
		case low != nil && high != nil && low[i] > high[i]:
			return &apportion.InfeasibleError{ID: code, Total: w.rest, Floor: low[i], Cap: high[i]}
		}
	}
	return nil
}

// damp sets the weights by which what the floors leave is divided, which are the
// gains above the floors: max(0, rest x w - floor x sum of w).
func (b *bounding) damp(w *work) error {
	floors := small(w.low).sum(&b.floors)
	if floors.Cmp(b.a.SetInt64(w.rest)) > 0 {
		return &apportion.InfeasibleError{Total: w.rest, Floor: exact.Saturated(floors), Cap: math.MaxInt64}
	}
	w.left = w.rest - floors.Int64()
	all := w.need.sum(&b.needed)
	most := all.BitLen() + 63
	w.gains = weights{big: b.gains.Resize(len(w.low), most), bits: most}
	rest := b.d.SetInt64(w.rest)
	for i, gain := range w.gains.big {
		gain.Mul(rest, w.need.at(i, &b.a))
		if gain.Sub(gain, b.b.Mul(b.c.SetInt64(w.low[i]), all)); gain.Sign() < 0 {
			gain.SetInt64(0)
		}
	}
	return nil
}
