package funding

import (
	"fmt"
	"math"
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/internal/exact"
)

// limits returns the floors and caps of what is divided beside the fixed sums, in
// minor units; one that the policy does not have is nil. They lie in m.
func limits(m *bounding, t *area.Table, total sp.Money, w work) (low, high []int64, err error) {
	in := &m.basis
	*in = basis{areas: t, total: total, opening: w.opening, work: w}
	if in.people, err = t.People(""); err != nil {
		return nil, nil, err
	}
	if !w.policy.Floor.isZero() {
		if low, err = amounts(&m.floor, in, w.policy.Floor, up); err != nil {
			return nil, nil, fmt.Errorf("funding: floor: %w", err)
		}
	}
	if !w.policy.Cap.isZero() {
		if high, err = amounts(&m.cap, in, w.policy.Cap, down); err != nil {
			return nil, nil, fmt.Errorf("funding: cap: %w", err)
		}
	}
	for i, sum := range w.fixed.minor {
		if low != nil {
			low[i] = max(low[i]-sum, 0)
		}
		if high != nil {
			if high[i] -= sum; high[i] < 0 {
				infeasible := &apportion.InfeasibleError{ID: t.Codes()[i], Total: total.Minor(), Floor: sum, Cap: high[i] + sum}
				return nil, nil, &boundsError{infeasible, total.Currency(), "fixed sum"}
			}
		}
	}
	return low, high, disorder(t, w.rest, low, high)
}

// disorder returns the error of the first area whose bounds are negative or the
// wrong way round, by its code, which a divider of levels does not know.
func disorder(t *area.Table, rest int64, low, high []int64) error {
	for i, code := range t.Codes() {
		switch {
		case low != nil && low[i] < 0 || high != nil && high[i] < 0:
			return invalid(code, "must have bounds that are not negative")
		case low != nil && high != nil && low[i] > high[i]:
			return &apportion.InfeasibleError{ID: code, Total: rest, Floor: low[i], Cap: high[i]}
		}
	}
	return nil
}

// damp returns the weights by which what the floors leave is divided, which are
// the gains above the floors: max(0, rest x w - floor x sum of w).
func damp(w work) (gains weights, left int64, err error) {
	floors := small(w.low).sum()
	if floors.Cmp(big.NewInt(w.rest)) > 0 {
		return weights{}, 0, &apportion.InfeasibleError{Total: w.rest, Floor: exact.Saturated(floors), Cap: math.MaxInt64}
	}
	sum, total := w.need.sum(), big.NewInt(w.rest)
	gains.big = make([]*big.Int, len(w.low))
	for i, floor := range w.low {
		gain := new(big.Int).Mul(total, w.need.at(i))
		gain.Sub(gain, new(big.Int).Mul(big.NewInt(floor), sum))
		if gain.Sign() < 0 {
			gain.SetInt64(0)
		}
		gains.big[i] = gain
	}
	return gains, w.rest - floors.Int64(), nil
}
