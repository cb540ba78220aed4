package apportion

import (
	"math"
	"math/bits"
)

// u128 is an unsigned number of 128 bits.
type u128 struct{ hi, lo uint64 }

func product(a, b uint64) u128 {
	hi, lo := bits.Mul64(a, b)
	return u128{hi, lo}
}

func (a u128) less(b u128) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

func (a u128) plus(b u128) u128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(a.hi, b.hi, carry)
	return u128{hi, lo}
}

// saturated returns a, or the largest signed 64-bit number.
func (a u128) saturated() int64 {
	if a.hi != 0 || a.lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(a.lo)
}

func (a u128) minus(b u128) u128 {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, _ := bits.Sub64(a.hi, b.hi, borrow)
	return u128{hi, lo}
}

// compareProducts compares a x b with c x d in 256 bits.
func compareProducts(a, b, c, d u128) int {
	if a.hi|b.hi|c.hi|d.hi == 0 {
		x, y := product(a.lo, b.lo), product(c.lo, d.lo)
		switch {
		case x.less(y):
			return -1
		case y.less(x):
			return 1
		}
		return 0
	}
	x, y := cross(a, b), cross(c, d)
	for i := range x {
		if x[i] != y[i] {
			if x[i] < y[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// cross returns a x b, the highest 64 bits first.
func cross(a, b u128) [4]uint64 {
	low, high := product(a.lo, b.lo), product(a.hi, b.hi)
	mid1, mid2 := product(a.hi, b.lo), product(a.lo, b.hi)
	second, c1 := bits.Add64(low.hi, mid1.lo, 0)
	second, c2 := bits.Add64(second, mid2.lo, 0)
	third, c3 := bits.Add64(high.lo, mid1.hi, c1)
	third, c4 := bits.Add64(third, mid2.hi, c2)
	return [4]uint64{high.hi + c3 + c4, third, second, low.lo}
}
