package funding

import "math/big"

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
		if w.fixed.minor != nil {
			t.Add(t, new(big.Rat).SetInt64(w.fixed.minor[i]))
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
