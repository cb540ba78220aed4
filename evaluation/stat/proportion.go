package stat

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp"
)

// maxCount bounds counts: beyond it a float64 no longer tells neighbours apart.
const maxCount = 1 << 53

// What exact intervals are bounded by. Beyond, the inverses of the incomplete
// beta and gamma functions have been seen to miss the limits, or even the value.
const (
	maxExact      = 1e9  // cases
	maxExactCount = 1e12 // events
)

// Wilson returns the score interval of a share x of n. It stays between 0 and 1
// and holds its level for small numbers too. x need not be whole, for weighted
// counts. It fails unless 0 <= x <= n and n > 0.
//
// Source: Wilson 1927, doi 10.1080/01621459.1927.10502953; the method of Public
// Health England's technical guide for proportions.
func Wilson(x, n, level float64) (Interval, error) {
	if err := checkShare("wilson", x, n, level); err != nil {
		return Interval{}, err
	}
	z := special.Normal(level)
	z2 := z * z
	half := z * math.Sqrt(z2+4*x*(1-x/n))
	share := x / n // which the limits must not miss by a rounding
	return Interval{
		Lower: min(max(0, (2*x+z2-half)/(2*(n+z2))), share),
		Upper: max(min(1, (2*x+z2+half)/(2*(n+z2))), share),
	}, nil
}

// ClopperPearson returns the exact interval of a share x of n: it covers the
// true share at least as often as its level says, at the price of being wide.
// It fails unless x and n are whole, 0 <= x <= n and 0 < n <= 1e9. Limits have
// eight digits up to a million cases, and five beyond.
//
// Source: Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404.
func ClopperPearson(x, n, level float64) (Interval, error) {
	if err := checkShare("clopper-pearson", x, n, level); err != nil {
		return Interval{}, err
	}
	e := checker("clopper-pearson")
	e.Check(n == math.Trunc(n) && n <= maxExact, "n", sp.Malformed, "must be a whole number of at most 1e9")
	e.Check(x == math.Trunc(x), "x", sp.Malformed, "must be a whole number")
	if err := e.Err(); err != nil {
		return Interval{}, err
	}
	tail := (1 - level) / 2
	i := Interval{Lower: 0, Upper: 1}
	if x > 0 {
		i.Lower = mathext.InvRegIncBeta(x, n-x+1, tail)
	}
	if x < n {
		i.Upper = mathext.InvRegIncBeta(x+1, n-x, 1-tail)
	}
	return i, nil
}

func checkShare(function string, x, n, level float64) error {
	e := checker(function)
	e.Check(n > 0 && n <= maxCount, "n", sp.OutOfRange, "must be above 0 and at most 2^53")
	e.Check(x >= 0 && x <= n, "x", sp.OutOfRange, "must be from 0 to n")
	checkLevel(e, level)
	return e.Err()
}

// Proportion returns the share x of n with its [Wilson] interval. The share of
// nobody is [Undefined]. It fails as Wilson does otherwise.
func Proportion(x, n, level float64) (Estimate, error) {
	e := Estimate{Level: level, Method: MethodWilson, Numerator: x, Denominator: n, Of: "cases", Per: 1}
	if x == 0 && n == 0 {
		return undefined(e, NoCases, Interval{0, 1}, "proportion")
	}
	i, err := Wilson(x, n, level)
	if err != nil {
		return Estimate{}, err
	}
	e.Value, e.Interval = x/n, i
	return e, nil
}

// undefined returns e without a value, unless its level is out of range.
func undefined(e Estimate, why Undefined, still Interval, function string) (Estimate, error) {
	c := checker(function)
	checkLevel(c, e.Level)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e.Value, e.Undefined, e.Interval = 0, why, still
	return e, nil
}

// anything is the interval of what the data do not limit.
func anything() Interval { return Interval{math.Inf(-1), math.Inf(1)} }

// positive is the interval of what the data do not limit and cannot be negative.
func positive() Interval { return Interval{0, math.Inf(1)} }
