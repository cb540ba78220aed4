package apportion

import (
	"math/big"
	"math/bits"
)

// wideScale compares quotients as fractions of 128-bit numbers, which 256 bits
// hold when they are cross-multiplied. The weights add up to less than 2^64.
type wideScale struct {
	weights    []int64
	sum, total uint64
	method     Method
}

// quotient returns w over the divisor of a units as a fraction; that of
// HuntingtonHill is squared and that of Webster and Dean are a half and twice as
// large, which no comparison notices.
func (s *wideScale) quotient(i int, a uint64) (num, den u128) {
	w := uint64(s.weights[i])
	switch s.method {
	case Webster:
		return u128{0, w}, u128{0, 2*a + 1}
	case Adams:
		return u128{0, w}, u128{0, a}
	case HuntingtonHill:
		return product(w, w), product(a, a+1)
	case Dean:
		return product(w, 2*a+1), product(a, a+1)
	default:
		return u128{0, w}, u128{0, a + 1}
	}
}

// divisor returns the quotient of a party at its exact share.
func (s *wideScale) divisor() (num, den u128) {
	switch s.method {
	case Webster:
		return u128{0, s.sum}, product(s.total, 2)
	case HuntingtonHill:
		return product(s.sum, s.sum), product(s.total, s.total)
	case Dean:
		return product(s.sum, 2), u128{0, s.total}
	default:
		return u128{0, s.sum}, u128{0, s.total}
	}
}

func (s *wideScale) share(i int) (uint64, bool) {
	hi, lo := bits.Mul64(s.total, uint64(s.weights[i]))
	units, _ := bits.Div64(hi, lo, s.sum)
	num, den := s.quotient(i, units)
	n, d := s.divisor()
	return units, compareProducts(num, d, n, den) > 0
}

func (s *wideScale) compare(i int, a uint64, j int, b uint64) int {
	n1, d1 := s.quotient(i, a)
	n2, d2 := s.quotient(j, b)
	return compareProducts(n1, d2, n2, d1)
}

func (s *wideScale) positive(i int) bool { return s.weights[i] > 0 }

func (s *wideScale) release(i int, a uint64) uint64 {
	hi, lo := bits.Mul64(a, s.sum)
	w := uint64(s.weights[i])
	if hi >= w {
		return ^uint64(0)
	}
	q, _ := bits.Div64(hi, lo, w)
	return q + 1
}

// bigScale is wideScale for weights of any size.
type bigScale struct {
	weights    []*big.Int
	sum, total *big.Int
	method     Method
}

func newBigScale(weights []*big.Int, sum *big.Int, total uint64, m Method) *bigScale {
	return &bigScale{weights: weights, sum: sum, total: new(big.Int).SetUint64(total), method: m}
}

func (s *bigScale) quotient(w *big.Int, a *big.Int) (num, den *big.Int) {
	one := big.NewInt(1)
	next := new(big.Int).Add(a, one)
	odd := new(big.Int).Add(a, next)
	switch s.method {
	case Webster:
		return w, odd
	case Adams:
		return w, a
	case HuntingtonHill:
		return new(big.Int).Mul(w, w), next.Mul(next, a)
	case Dean:
		return odd.Mul(odd, w), next.Mul(next, a)
	default:
		return w, next
	}
}

func (s *bigScale) divisor() (num, den *big.Int) {
	two := big.NewInt(2)
	switch s.method {
	case Webster:
		return s.sum, two.Mul(two, s.total)
	case HuntingtonHill:
		return new(big.Int).Mul(s.sum, s.sum), new(big.Int).Mul(s.total, s.total)
	case Dean:
		return two.Mul(two, s.sum), s.total
	default:
		return s.sum, s.total
	}
}

func (s *bigScale) share(i int) (uint64, bool) {
	units := new(big.Int).Mul(s.total, s.weights[i])
	units.Quo(units, s.sum)
	num, den := s.quotient(s.weights[i], units)
	n, d := s.divisor()
	return units.Uint64(), compareBig(num, d, n, den) > 0
}

func (s *bigScale) compare(i int, a uint64, j int, b uint64) int {
	n1, d1 := s.quotient(s.weights[i], new(big.Int).SetUint64(a))
	n2, d2 := s.quotient(s.weights[j], new(big.Int).SetUint64(b))
	return compareBig(n1, d2, n2, d1)
}

func (s *bigScale) positive(i int) bool { return s.weights[i].Sign() > 0 }

func (s *bigScale) release(i int, a uint64) uint64 {
	q := new(big.Int).SetUint64(a)
	q.Quo(q.Mul(q, s.sum), s.weights[i])
	if !q.IsUint64() || q.Uint64() == ^uint64(0) {
		return ^uint64(0)
	}
	return q.Uint64() + 1
}

func compareBig(a, b, c, d *big.Int) int {
	return new(big.Int).Mul(a, b).Cmp(new(big.Int).Mul(c, d))
}
