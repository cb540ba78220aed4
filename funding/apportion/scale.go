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

// bigScale is wideScale for weights of any size. It keeps working memory.
type bigScale struct {
	weights            []*big.Int
	sum                *big.Int
	method             Method
	total, num, den    big.Int // with the quotient of a party at its exact share
	one, other         fraction
	units, left, right big.Int
}

// A fraction is memory for a quotient.
type fraction struct{ num, den, a, b big.Int }

// set prepares s for dividing total.
func (s *bigScale) set(weights []*big.Int, sum *big.Int, total uint64, m Method) {
	s.weights, s.sum, s.method = weights, sum, m
	s.total.SetUint64(total)
	s.num.Set(sum)
	s.den.Set(&s.total)
	switch m {
	case Webster:
		s.den.Lsh(&s.total, 1)
	case HuntingtonHill:
		s.num.Mul(sum, sum)
		s.den.Mul(&s.total, &s.total)
	case Dean:
		s.num.Lsh(sum, 1)
	case Hamilton, Jefferson, Adams, Quota, Cascade:
	}
}

// quotient is that of wideScale. It lies in f.
func (s *bigScale) quotient(f *fraction, i int, a uint64) (num, den *big.Int) {
	w := s.weights[i]
	switch s.method {
	case Webster:
		return w, f.den.SetUint64(2*a + 1)
	case Adams:
		return w, f.den.SetUint64(a)
	case HuntingtonHill:
		return f.num.Mul(w, w), f.den.Mul(f.a.SetUint64(a), f.b.SetUint64(a+1))
	case Dean:
		return f.num.Mul(w, f.a.SetUint64(2*a+1)), f.den.Mul(f.a.SetUint64(a), f.b.SetUint64(a+1))
	default:
		return w, f.den.SetUint64(a + 1)
	}
}

func (s *bigScale) share(i int) (uint64, bool) {
	s.left.Mul(&s.total, s.weights[i])
	s.units.QuoRem(&s.left, s.sum, &s.right)
	units := s.units.Uint64()
	num, den := s.quotient(&s.one, i, units)
	return units, s.compareProducts(num, &s.den, &s.num, den) > 0
}

func (s *bigScale) compare(i int, a uint64, j int, b uint64) int {
	n1, d1 := s.quotient(&s.one, i, a)
	n2, d2 := s.quotient(&s.other, j, b)
	return s.compareProducts(n1, d2, n2, d1)
}

func (s *bigScale) positive(i int) bool { return s.weights[i].Sign() > 0 }

func (s *bigScale) release(i int, a uint64) uint64 {
	s.left.Mul(s.units.SetUint64(a), s.sum)
	q := &s.units
	q.QuoRem(&s.left, s.weights[i], &s.right)
	if !q.IsUint64() || q.Uint64() == ^uint64(0) {
		return ^uint64(0)
	}
	return q.Uint64() + 1
}

// compareProducts compares a x b with c x d.
func (s *bigScale) compareProducts(a, b, c, d *big.Int) int {
	return s.left.Mul(a, b).Cmp(s.right.Mul(c, d))
}
