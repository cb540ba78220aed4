package inequality

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Groups hold one value for each of some groups without an order, such as ethnic groups
// or boards, and measure how far they lie apart.
type Groups struct {
	values []float64
	share  []float64 // of the population
	mean   float64   // of the population
}

// NewGroups returns groups with values per head, in any unit, and their populations; a
// nil population counts every group once. People whose group is not known are a group
// of their own. It fails as [NewDistribution] does, and with an [*UndefinedError] for
// fewer than two groups.
func NewGroups(values, population []float64) (*Groups, error) {
	if err := checkLength("value", len(values), len(values)); err != nil {
		return nil, err
	}
	if err := checkItems("value", values, unsigned); err != nil {
		return nil, err
	}
	if err := checkPopulation(population, len(values)); err != nil {
		return nil, err
	}
	if len(values) < 2 {
		return nil, &UndefinedError{Measure: "difference between groups", Reason: "there are fewer than two"}
	}
	g := &Groups{values: append([]float64{}, values...), share: make([]float64, len(values))}
	var people float64
	for i := range values {
		people += weight(population, i)
	}
	if err := checkSum("population", people); err != nil {
		return nil, err
	}
	if people == 0 {
		return nil, &UndefinedError{Measure: "difference between groups", Reason: "there is no population"}
	}
	for i, v := range values {
		g.share[i] = weight(population, i) / people
		g.mean += g.share[i] * v
	}
	return g, nil
}

// Mean returns the mean over the population.
func (g *Groups) Mean() float64 { return g.mean }

// Variance returns the between-group variance: the squared distance from the mean,
// weighted by population.
//
// Source: World Health Organization 2013, Handbook on Health Inequality Monitoring.
func (g *Groups) Variance() float64 {
	return g.sum(g.share, func(v float64) float64 { return (v - g.mean) * (v - g.mean) })
}

// Deviation returns the between-group standard deviation, the root of the variance.
func (g *Groups) Deviation() float64 { return math.Sqrt(g.Variance()) }

// Variation returns the coefficient of variation: [Groups.Deviation] over the mean. It
// fails with an [*UndefinedError] if the mean is 0.
func (g *Groups) Variation() (float64, error) {
	return g.overMean("coefficient of variation", g.Deviation())
}

// A Weighting says whether groups count by their population.
type Weighting int8

// The weightings.
const (
	ByPopulation Weighting = iota
	Equally                // every group counts the same, as if a small one mattered as much
)

// MeanDifference returns the mean distance of the groups from a value, such as
// [Groups.Mean], that of the best group or that of a reference group.
//
// [Groups.Estimates] and [Groups.EstimateMeanDifference] have its limits.
//
// Source: World Health Organization, Health Equity Assessment Toolkit, technical notes.
func (g *Groups) MeanDifference(from float64, w Weighting) float64 {
	return g.sum(g.weights(w), func(v float64) float64 { return math.Abs(v - from) })
}

func (g *Groups) weights(w Weighting) []float64 {
	if w == ByPopulation {
		return g.share
	}
	equal := make([]float64, len(g.values))
	for i := range equal {
		equal[i] = 1 / float64(len(equal))
	}
	return equal
}

// Disparity returns the index of disparity: the mean distance from the mean, over the
// mean. It fails with an [*UndefinedError] if the mean is 0. [Groups.Estimates] has its
// limits.
//
// Source: Pearcy & Keppel 2002.
func (g *Groups) Disparity(w Weighting) (float64, error) {
	return g.overMean("index of disparity", g.MeanDifference(g.mean, w))
}

func (g *Groups) overMean(measure string, v float64) (float64, error) {
	if g.mean == 0 {
		return 0, &UndefinedError{Measure: measure, Reason: "nobody has anything"}
	}
	return v / g.mean, nil
}

func (g *Groups) sum(weights []float64, of func(float64) float64) float64 {
	var s float64
	for i, v := range g.values {
		s += weights[i] * of(v)
	}
	return s
}

// A Gap compares two groups that were each estimated with a standard error.
type Gap struct {
	Difference stat.Estimate
	Ratio      stat.Estimate // on the scale of the logarithm
}

// NewGap returns the difference and the ratio of a first group to a second one, with
// normal limits. Where the second value is not above 0, or the first, the ratio is
// undefined. It fails with an [*ItemError] for values and errors that are not finite or
// negative, and with an error that is [sp.ErrInvalid] for a level out of range.
func NewGap(first, firstError, second, secondError, level float64) (Gap, error) {
	columns := []float64{first, firstError, second, secondError}
	if err := checkItems("value", columns, unsigned); err != nil {
		return Gap{}, err
	}
	if !(level >= 0.1 && level <= 0.9999) {
		return Gap{}, invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	z := special.Normal(level)
	half := z * math.Hypot(firstError, secondError)
	g := Gap{
		Difference: stat.Estimate{Value: first - second, Interval: stat.Interval{Lower: first - second - half, Upper: first - second + half}, Level: level, Method: stat.MethodNormal, Denominator: 2, Of: "groups"},
		Ratio:      stat.Estimate{Level: level, Method: stat.MethodLogarithm, Denominator: 2, Of: "groups", Interval: stat.Interval{Upper: math.Inf(1)}},
	}
	if first == 0 || second == 0 {
		g.Ratio.Undefined = stat.NoEvents
		return g, nil
	}
	spread := math.Exp(z * math.Hypot(firstError/first, secondError/second))
	if g.Ratio.Value = first / second; math.IsInf(spread*g.Ratio.Value, 0) {
		g.Ratio.Value, g.Ratio.Undefined = 0, stat.Unbounded
		return g, nil
	}
	g.Ratio.Interval = stat.Interval{Lower: g.Ratio.Value / spread, Upper: g.Ratio.Value * spread}
	return g, nil
}
