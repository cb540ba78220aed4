package inequality

import (
	"math"

	"github.com/socialprescribing/sp"
)

// Theil returns Theil's T in nats, from 0 to the logarithm of the population
// size: the mean of r ln r, where r is value over mean. It looks hardest at the
// top. Somebody with nothing contributes 0, the limit.
func (d *Distribution) Theil() float64 {
	return theil(d.items, d.population, d.total)
}

func theil(items []item, population, total float64) float64 {
	mean := total / population
	var sum float64
	for _, it := range items {
		if it.value > 0 {
			sum += float64(it.population * it.value / total * logRatio(it.value, mean))
		}
	}
	return max(0, sum)
}

// MLD returns the mean log deviation, Theil's L, in nats: the mean of ln(1/r),
// where r is value over mean. It looks hardest at the bottom and is infinite
// where somebody has nothing, which is an [*ItemError] that names the first.
func (d *Distribution) MLD() (float64, error) {
	if d.firstZero >= 0 {
		return 0, &ItemError{Index: d.firstZero, Column: "value", Rule: "must be above 0 for the mean log deviation, which is infinite where somebody has nothing"}
	}
	return max(0, -d.meanLog()), nil
}

// meanLog returns the mean of ln r.
func (d *Distribution) meanLog() float64 {
	mean := d.Mean()
	var sum float64
	for _, it := range d.items {
		sum += float64(it.population / d.population * logRatio(it.value, mean))
	}
	return sum
}

// logRatio returns ln(a/b), also where the ratio itself is beyond a float64.
func logRatio(a, b float64) float64 {
	if r := a / b; r > 0 && !math.IsInf(r, 0) {
		return math.Log(r)
	}
	return math.Log(a) - math.Log(b)
}

// Atkinson returns Atkinson's index for an aversion to inequality of 0 or more:
// the share of the total that could be given up if the rest were spread evenly,
// without loss of welfare. 0.5 is mild; 1 and 2 look ever harder at the bottom.
// From 1 on it is 1, its limit, where somebody has nothing. It fails with an
// error that is [sp.ErrInvalid] for any other aversion.
func (d *Distribution) Atkinson(aversion float64) (float64, error) {
	switch {
	case !(aversion >= 0) || math.IsInf(aversion, 0):
		return 0, invalid("aversion", sp.OutOfRange, "must be a finite number from 0 on")
	case aversion == 0:
		return 0, nil
	case aversion >= 1 && d.firstZero >= 0:
		return 1, nil
	case aversion == 1:
		return max(0, -math.Expm1(d.meanLog())), nil
	}
	// The equally distributed equivalent is base (sum p (r/base)^power)^(1/power).
	// Above 1 the poorest is the base, so that no term overflows.
	power, base := 1-aversion, d.Mean()
	if power < 0 {
		base = d.items[0].value
	}
	var sum, less float64 // less is sum - 1, which keeps its digits near equality
	for _, it := range d.items {
		exponent := power * logRatio(it.value, base)
		sum += float64(it.population / d.population * math.Exp(exponent))
		less += float64(it.population / d.population * math.Expm1(exponent))
	}
	logarithm := math.Log1p(less)
	if less < -0.5 {
		logarithm = math.Log(sum)
	}
	equivalent := logarithm/power + logRatio(base, d.Mean())
	return max(0, -math.Expm1(equivalent)), nil
}
