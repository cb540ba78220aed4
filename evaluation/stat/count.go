package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
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
	z := mathext.NormalQuantile((1 + level) / 2)
	y := x + 1
	i := Interval{Upper: y * cube(1-1/(9*y)+z/(3*math.Sqrt(y)))}
	if x > 0 {
		i.Lower = max(0, x*cube(1-1/(9*x)-z/(3*math.Sqrt(x))))
	}
	return i, nil
}

func cube(v float64) float64 { return v * v * v }

func checkCount(function string, x, most, level float64) error {
	e := checker(function)
	e.Check(x >= 0 && x <= most, "x", fmt.Sprintf("must be from 0 to %.0f", most))
	checkLevel(e, level)
	return e.Err()
}
