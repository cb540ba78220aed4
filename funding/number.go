package funding

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// parseNumber reads a decimal number without rounding it: v x 10^-places, of at
// most 18 digits. It does not accept NaN, infinities, or separators of thousands.
func parseNumber(s string) (v int64, places int, ok bool) {
	if len(s) == 0 || len(s) > 40 {
		return 0, 0, false
	}
	if strings.ContainsAny(s, "eE") { // as statistical programs write 100000
		d, err := decimal.NewFromString(s)
		if err != nil || d.Exponent() > 18 || d.Exponent() < -18 {
			return 0, 0, false
		}
		s = d.String()
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

func multiplied(v, by int64) (int64, bool) {
	product := v * by
	return product, by == 0 || v == 0 || product/by == v && (v != math.MinInt64 && by != math.MinInt64)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// roundQuo returns a/b to the nearest, a half to the even neighbour, for b > 0.
func roundQuo(a, b *big.Int) *big.Int {
	q, r := new(big.Int).DivMod(a, b, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(b); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// fitting returns n, or outside if it is negative or beyond 64 bits.
func fitting(n *big.Int) int64 {
	if !n.IsInt64() || n.Sign() < 0 {
		return outside
	}
	return n.Int64()
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

func saturated(n *big.Int) int64 {
	if !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}
