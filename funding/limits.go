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
// minor units; one that the policy does not have is nil. They lie in memory.
func limits(memory *[2][]int64, t *area.Table, total sp.Money, w work) (low, high []int64, err error) {
	p := w.policy
	in := basis{areas: t, total: total}
	if in.people, err = t.People(""); err != nil {
		return nil, nil, err
	}
	if p.Opening != "" {
		if in.opening, in.unopened, err = openings(t, p.Opening, total.Currency()); err != nil {
			return nil, nil, err
		}
		in.distance = distances(in.opening, targets(w))
	}
	if !p.Floor.isZero() {
		if low, err = amounts(&memory[0], in, p.Floor, up); err != nil {
			return nil, nil, fmt.Errorf("funding: floor: %w", err)
		}
	}
	if !p.Cap.isZero() {
		if high, err = amounts(&memory[1], in, p.Cap, down); err != nil {
			return nil, nil, fmt.Errorf("funding: cap: %w", err)
		}
	}
	for i, sum := range w.fixed {
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

// openings returns what the areas had, and which of them had nothing or nobody
// knows what; nil if each had something.
func openings(t *area.Table, column string, currency sp.Currency) (opening []int64, unopened []bool, err error) {
	opening, unknown, err := t.Money(column, currency)
	if err != nil {
		return nil, nil, err
	}
	for i, v := range opening {
		if v == 0 && unopened == nil {
			unopened = make([]bool, len(opening))
		}
		if v == 0 || unknown != nil && unknown[i] {
			unopened[i] = true // an unknown one is 0 too
		}
	}
	return opening, unopened, nil
}

// targets returns what each area would get without bounds, exactly, in minor units.
func targets(w work) func(i int) *big.Rat {
	var sum *big.Int
	return func(i int) *big.Rat {
		if sum == nil {
			sum = w.need.sum()
		}
		t := new(big.Rat)
		if sum.Sign() > 0 {
			t.SetFrac(new(big.Int).Mul(big.NewInt(w.rest), w.need.at(i)), sum)
		}
		if w.fixed != nil {
			t.Add(t, new(big.Rat).SetInt64(w.fixed[i]))
		}
		return t
	}
}

// distances returns (opening - target) / target of each area: nil, infinitely
// far above, where the target is nothing and there was money.
func distances(opening []int64, target func(i int) *big.Rat) func(i int) *big.Rat {
	return func(i int) *big.Rat {
		t, was := target(i), new(big.Rat).SetInt64(opening[i])
		switch {
		case t.Sign() != 0:
			return was.Quo(was.Sub(was, t), t)
		case was.Sign() == 0:
			return was
		default:
			return nil
		}
	}
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
