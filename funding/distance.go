package funding

import "math/big"

// A targeting computes what each area would get without bounds, its target, and how
// far other sums are from it. All is exact, in fractions of one denominator: the sum
// of the weights. It keeps memory, so that the areas take none.
type targeting struct {
	scratch
	work   work
	weight *big.Int // the sum of the weights, which lies in sum; one where nobody has a weight
	sum    sum
	target big.Int // of the last area, in units of 1/weight
	away   big.Int
}

// of prepares for the areas of a policy that has been worked out.
func (t *targeting) of(w work) {
	t.work, t.weight = w, w.need.sum(&t.sum)
	if t.weight.Sign() == 0 {
		t.weight.SetInt64(1)
	}
}

// to computes the target of area i in minor units, num/den with den above 0.
func (t *targeting) to(i int) (num, den *big.Int) {
	t.target.Mul(t.a.SetInt64(t.work.rest), t.work.need.at(i, &t.b))
	if t.work.fixed.minor != nil {
		t.target.Add(&t.target, t.a.Mul(t.b.SetInt64(t.work.fixed.minor[i]), t.weight))
	}
	return &t.target, t.weight
}

// distance returns (money - target) / target of area i, num/den with den above 0.
// It is nil, infinitely far above, where the target is nothing and there is money.
func (t *targeting) distance(i int, money int64) (num, den *big.Int) {
	target, unit := t.to(i)
	switch {
	case target.Sign() != 0:
		t.away.Sub(t.away.Mul(t.b.SetInt64(money), unit), target)
		if target.Sign() < 0 { // money that is taken back
			return t.away.Neg(&t.away), t.a.Neg(target)
		}
		return &t.away, target
	case money == 0:
		return t.away.SetInt64(0), unit
	default:
		return nil, nil
	}
}
