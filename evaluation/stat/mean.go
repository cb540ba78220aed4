package stat

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
)

// What a value of a sample may be at most, so that squares do not overflow.
const maxValue = 1e100

// Mean returns the mean of values with the limits of Student's t. Of fewer than
// two values, or of values that are all the same, nobody can tell how sure it is:
// it is [Undefined]. It fails if a value is not a number from -1e100 to 1e100.
//
// Source: Student 1908, doi 10.1093/biomet/6.1.1.
func Mean(values []float64, level float64) (Estimate, error) {
	c := checker("mean")
	checkLevel(c, level)
	checkValues(c, "values", values)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: MethodStudent, Denominator: float64(len(values)), Of: "values"}
	if len(values) < 2 {
		return undefined(e, TooFewValues, anything(), "mean")
	}
	mean, squares := special.Moments(values)
	if squares == 0 {
		return undefined(e, NoSpread, anything(), "mean")
	}
	df := e.Denominator - 1
	e.Value = mean
	e.Interval = around(mean, special.Student(level, df)*math.Sqrt(squares/df/e.Denominator))
	return e, nil
}

// Quantile returns the value below which a share p of the values lies, with p = 0.5 for
// the median, by linear interpolation between order statistics: type 7 of Hyndman &
// Fan, the default of R and of spreadsheets. Its limits are the values between which
// that of the population lies whatever its distribution; too few values leave them
// open. Of no values it is [Undefined]. It fails unless p is from 0 to 1 and all values
// are from -1e100 to 1e100. For waits that are not all over, use survival.Ends.
//
// Sources: Hyndman & Fan 1996, doi 10.1080/00031305.1996.10473566; limits: Conover 1999,
// Practical Nonparametric Statistics, 3rd ed., 3.2.
func Quantile(values []float64, p, level float64) (Estimate, error) {
	c := checker("quantile")
	c.Check(p >= 0 && p <= 1, "p", sp.OutOfRange, "must be from 0 to 1")
	checkValues(c, "values", values)
	checkLevel(c, level)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: MethodOrder, Denominator: float64(len(values)), Of: "values", Interval: anything()}
	if len(values) == 0 {
		return undefined(e, NoCases, anything(), "quantile")
	}
	sorted, n, tail := slices.Sorted(slices.Values(values)), float64(len(values)), (1-level)/2
	e.Value = special.Quantile(sorted, p)
	// How many values lie below the population's quantile is binomial.
	if low := sort.Search(len(sorted), func(i int) bool { return atMost(float64(i), n, p) > tail }); low > 0 {
		e.Interval.Lower = sorted[low-1]
	}
	if high := sort.Search(len(sorted), func(i int) bool { return atLeast(float64(i+1), n, p) <= tail }); high < len(sorted) {
		e.Interval.Upper = sorted[high]
	}
	return e, nil
}

// checkValues adds a field for the first value that is not a number of a sensible
// size.
func checkValues(c *sp.InvalidError, path string, values []float64) {
	for i, v := range values {
		if !(math.Abs(v) <= maxValue) {
			c.Check(false, fmt.Sprintf("%s[%d]", path, i), sp.OutOfRange, "must be a number from -1e100 to 1e100")
			return
		}
	}
}
