// Package exact holds the arithmetic of decimals that fit 64 bits, which tables
// of areas and the engine that divides money among them share.
package exact

import (
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// Nano is one in units of nine decimals.
const Nano = 1_000_000_000

// Parse reads a decimal number without rounding it: v x 10^-places, of at most 18
// digits, with places from 0 to 18. It does not accept NaN, infinities, or
// separators of thousands.
func Parse(s string) (v int64, places int, ok bool) {
	if len(s) == 0 || len(s) > 40 {
		return 0, 0, false
	}
	digits, negative := s, false
	if s[0] == '-' || s[0] == '+' {
		digits, negative = s[1:], s[0] == '-'
	}
	point, some := false, false
	for _, c := range []byte(digits) {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9':
			if v > (math.MaxInt64-9)/10 {
				return 0, 0, false
			}
			v = v*10 + int64(c-'0')
			some = true
			if point {
				places++
			}
		case c == 'e' || c == 'E':
			return parsePower(s)
		default:
			return 0, 0, false
		}
	}
	for places > 0 && v%10 == 0 {
		v, places = v/10, places-1
	}
	if negative {
		v = -v
	}
	return v, places, some && places <= 18
}

// parsePower reads a number with an exponent, as statistical programs write 100000.
func parsePower(s string) (v int64, places int, ok bool) {
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > 18 || d.Exponent() < -18 {
		return 0, 0, false
	}
	return Parse(d.String())
}

// Mul returns v x by, and whether it fits.
func Mul(v, by int64) (int64, bool) {
	product := v * by
	return product, by == 0 || v == 0 || product/by == v && (v != math.MinInt64 && by != math.MinInt64)
}

// Pow10 returns 10^n, for n from 0 to 18.
func Pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Saturated returns n, or the largest of 64 bits if it does not fit.
func Saturated(n *big.Int) int64 {
	if !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}
