package stat

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp"
)

// Poisson returns the exact interval of the mean of a count of which x events
// were seen. Over a population or a time, multiply it: the interval of 12
// incidents in 4,000 referrals per 1,000 is that of 12 times 1000/4000. x need
// not be whole. It fails unless 0 <= x <= 1e12.
//
// Source: Garwood 1936, doi 10.1093/biomet/28.3-4.437.
func Poisson(x, level float64) (Interval, error) {
	if err := checkCount("poisson", x, maxExactCount, level); err != nil {
		return Interval{}, err
	}
	tail := (1 - level) / 2
	i := Interval{Upper: mathext.GammaIncRegCompInv(x+1, tail)}
	if x > 0 {
		i.Lower = mathext.GammaIncRegInv(x, tail)
	}
	return i, nil
}

// Byar returns an interval of the mean of a count that is close to [Poisson]'s
// from ten events on, and which the indicators of public health in England use
// from there. Where the formula has no lower limit, because there was no event
// or hardly one, that limit is 0. It fails unless 0 <= x <= 2^53.
//
// Source: Breslow & Day 1987, Statistical Methods in Cancer Research II, p. 69.
func Byar(x, level float64) (Interval, error) {
	if err := checkCount("byar", x, maxCount, level); err != nil {
		return Interval{}, err
	}
	z := special.Normal(level)
	y := x + 1
	i := Interval{Upper: y * cube(1-1/(9*y)+z/(3*math.Sqrt(y)))}
	if x > 0 {
		i.Lower = max(0, x*cube(1-1/(9*x)-z/(3*math.Sqrt(x))))
	}
	return i, nil
}

// The least that a count, a weight or an exposure may be beside nothing: below, no
// quotient of two of them is safe.
const minCount = 1e-9

const (
	countRule = "must be 0 or from 1e-9 to 2^53"
	sizeRule  = "must be from 1e-9 to 2^53"
)

// counts reports whether x is 0 or a count, whole or not, of a size to reckon with.
func counts(x float64) bool { return x == 0 || x >= minCount && x <= maxCount }

func cube(v float64) float64 { return v * v * v }

func checkCount(function string, x, most, level float64) error {
	e := checker(function)
	e.Check(x >= 0 && x <= most, "x", sp.OutOfRange, fmt.Sprintf("must be from 0 to %.0f", most))
	checkLevel(e, level)
	return e.Err()
}

// fewEvents is the count below which rates of public health in England take
// exact limits, and standardised rates are not given at all.
const fewEvents = 10

// Rate returns x events over an exposure of n people or person-years, per so
// many: per 100,000, say. Its limits are exact ([Poisson]) below ten events and
// [Byar]'s from there on, as the method of the estimate says. Over nothing it is
// [Undefined]. It fails unless x lies within the range of Byar, n >= 0, and per
// is a finite number above 0.
//
// Source: the method of Public Health England's technical guide for crude rates.
func Rate(x, n, per, level float64) (Estimate, error) {
	c := checker("rate")
	c.Check(counts(n), "n", sp.OutOfRange, countRule)
	c.Check(counts(x), "x", sp.OutOfRange, countRule)
	c.Check(n > 0 || x == 0, "x", sp.OutOfRange, "must be 0 where the exposure is 0")
	checkPer(c, per)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	i, method, err := countInterval(x, level)
	if err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: method, Numerator: x, Denominator: n, Of: "people or person-years", Per: per}
	if n == 0 {
		return undefined(e, NoExposure, positive(), "rate")
	}
	e.Value, e.Interval = x/n*per, i.Times(per/n)
	return e, nil
}

// countInterval returns the interval of a count and how it was found.
func countInterval(x, level float64) (Interval, Method, error) {
	if x < fewEvents {
		i, err := Poisson(x, level)
		return i, MethodExact, err
	}
	i, err := Byar(x, level)
	return i, MethodByar, err
}

func checkPer(c *sp.InvalidError, per float64) {
	c.Check(counts(per) && per > 0, "per", sp.OutOfRange, sizeRule)
}
