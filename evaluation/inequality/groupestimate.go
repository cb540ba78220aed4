package inequality

import (
	"math"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// GroupEstimates are measures of [Groups] with limits that follow from the standard
// errors of the groups.
type GroupEstimates struct {
	Mean      stat.Estimate // over the population
	Variance  stat.Estimate // between groups
	Deviation stat.Estimate // its root
	Variation stat.Estimate // coefficient of variation
	Theil     stat.Estimate // Theil's T between the groups, in nats
	MLD       stat.Estimate // mean log deviation between the groups, in nats

	MeanDifference GroupDistance // from the mean of the population
	Disparity      GroupDistance // the same over that mean
}

// A GroupDistance is a mean distance of groups, in both weightings.
type GroupDistance struct {
	ByPopulation stat.Estimate
	Equally      stat.Estimate
}

// Estimates returns measures of groups that were each estimated on their own with a
// standard error, in the unit of the values, with normal limits, of which none lies
// below 0. Populations count as known. The standard error of the variance is exact for
// values that are normal, and those of the others are of the delta method. Groups that
// differ by chance alone have a variance too: where standard errors are as large as the
// differences, these measures overstate them.
//
// Measures other than the mean and the variance are undefined ([stat.NoSpread]) where all groups
// have the same value. Where a group has nothing, the mean log deviation is infinite and undefined
// ([stat.Unbounded]), and so is Theil's T, unless that group's standard error is 0. It fails with
// an [*ItemError] for an error that is negative or not finite, and with an error that is
// [sp.ErrInvalid] if there is not one for each group or the level is out of range.
//
// Source: Ahn, Harper, Yu, Feuer, Liu & Luta 2018, Variance Estimation and Confidence
// Intervals for 11 Commonly Used Health Disparity Measures.
func (g *Groups) Estimates(standardErrors []float64, level float64) (GroupEstimates, error) {
	if err := g.checkErrors(standardErrors, level); err != nil {
		return GroupEstimates{}, err
	}
	s := sampledGroups{g, standardErrors, level}
	variance, deviation, mean := g.Variance(), g.Deviation(), g.mean
	e := GroupEstimates{
		Mean:     s.estimate(mean, s.error(func(float64) float64 { return 1 })),
		Variance: s.estimate(variance, s.ofVariance()),
	}
	if variance == 0 || mean == 0 {
		e.MeanDifference, e.Disparity = s.same(), s.same()
		same := s.same().Equally
		e.Deviation, e.Variation, e.Theil, e.MLD = same, same, same, same
		return e, nil
	}
	e.Deviation = s.estimate(deviation, s.ofVariance()/(2*deviation))
	e.Variation = s.estimate(deviation/mean, s.error(func(v float64) float64 {
		return (v-mean)/(deviation*mean) - deviation/(mean*mean)
	}))
	var theil, mld float64
	for i, v := range g.values {
		if g.share[i] == 0 {
			continue
		}
		if mld -= g.share[i] * math.Log(v/mean); v > 0 {
			theil += float64(g.share[i] * v / mean * math.Log(v/mean))
		}
	}
	e.MeanDifference, e.Disparity = s.distances(1, false), s.distances(1/mean, true)
	e.Theil = s.estimate(theil, s.error(func(v float64) float64 { return (math.Log(v/mean) - theil) / mean }))
	e.MLD = s.estimate(mld, s.error(func(v float64) float64 { return 1/mean - 1/v }))
	return e, nil
}

// EstimateMeanDifference returns the mean distance of [Groups.MeanDifference] from the
// value of the group at an index, such as the best or a reference group, with normal
// limits by the delta method, if each group was estimated on its own with a standard
// error. Where groups differ by chance alone a distance is never 0: see
// [Groups.Estimates]. It fails as that does, and for an index out of range.
func (g *Groups) EstimateMeanDifference(from int, w Weighting, standardErrors []float64, level float64) (stat.Estimate, error) {
	if err := g.checkErrors(standardErrors, level); err != nil {
		return stat.Estimate{}, err
	}
	if from < 0 || from >= len(g.values) {
		return stat.Estimate{}, invalid("from", sp.OutOfRange, "must be the index of a group")
	}
	s := sampledGroups{g, standardErrors, level}
	weights := g.weights(w)
	var other, squares float64
	for i, v := range g.values {
		if i != from {
			slope := weights[i] * direction(v-g.values[from])
			other += slope
			squares += float64(slope * slope * standardErrors[i] * standardErrors[i])
		}
	}
	own := other * standardErrors[from]
	return s.estimate(g.MeanDifference(g.values[from], w), math.Sqrt(squares+own*own)), nil
}

// same returns that all groups have one value.
func (s sampledGroups) same() GroupDistance {
	e := s.estimate(0, 0)
	e.Interval, e.Undefined = stat.Interval{Upper: math.Inf(1)}, stat.NoSpread
	return GroupDistance{e, e}
}

// distances returns the mean distances from the mean, times a factor, or over the mean.
func (s sampledGroups) distances(factor float64, overMean bool) GroupDistance {
	of := func(w Weighting) stat.Estimate {
		weights := s.weights(w)
		var above float64 // by how much the distance falls when the mean rises
		for i, v := range s.values {
			above += weights[i] * direction(v-s.mean)
		}
		value := factor * s.MeanDifference(s.mean, w)
		var squares float64
		for i, v := range s.values {
			slope := factor * (weights[i]*direction(v-s.mean) - s.share[i]*above)
			if overMean {
				slope -= value * s.share[i] / s.mean
			}
			squares += float64(slope * slope * s.errors[i] * s.errors[i])
		}
		return s.estimate(value, math.Sqrt(squares))
	}
	return GroupDistance{of(ByPopulation), of(Equally)}
}

// direction returns 1, 0 or -1: a distance of nothing has no direction.
func direction(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// checkErrors checks the standard errors of the groups and a level.
func (g *Groups) checkErrors(standardErrors []float64, level float64) error {
	if err := checkLength("standard error", len(standardErrors), len(g.values)); err != nil {
		return err
	}
	if err := checkItems("standard error", standardErrors, unsigned); err != nil {
		return err
	}
	if !(level >= 0.1 && level <= 0.9999) {
		return invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	return nil
}

// sampledGroups are groups with the standard errors of their values.
type sampledGroups struct {
	*Groups
	errors []float64
	level  float64
}

// error returns the standard error of a measure by the delta method. Slope is by how
// much it rises with the value of a group, over the share of the group.
func (s sampledGroups) error(slope func(v float64) float64) float64 {
	var sum float64
	for i, v := range s.values {
		if s.errors[i] == 0 || s.share[i] == 0 {
			continue // certain, or of no weight, whatever the slope
		}
		a := s.share[i] * slope(v) * s.errors[i]
		sum += float64(a * a)
	}
	return math.Sqrt(sum)
}

// ofVariance returns the standard error of the between-group variance, a quadratic form
// of the values: 4 s'(p(y-m)) and, as its own second order, 2 tr((As)^2) with A the
// shares less their products.
func (s sampledGroups) ofVariance() float64 {
	first := s.error(func(v float64) float64 { return 2 * (v - s.mean) })
	var diagonal, cross, own float64
	for i, se := range s.errors {
		p, v := s.share[i], se*se
		diagonal += float64((p - p*p) * (p - p*p) * v * v)
		cross += float64(p * p * v)
		own += float64(p * p * v * p * p * v)
	}
	return math.Sqrt(first*first + 2*(diagonal+cross*cross-own))
}

// estimate returns a measure with normal limits, none of which lies below 0.
func (s sampledGroups) estimate(value, standardError float64) stat.Estimate {
	e := stat.Estimate{Level: s.level, Method: stat.MethodDelta, Denominator: float64(len(s.values)), Of: "groups", Interval: stat.Interval{Upper: math.Inf(1)}}
	half := special.Normal(s.level) * standardError
	if math.IsNaN(value+half) || math.IsInf(value, 0) || math.IsInf(half, 0) {
		e.Undefined = stat.Unbounded
		return e
	}
	e.Value, e.Interval = max(0, value), stat.Interval{Lower: max(0, value-half), Upper: max(0, value) + half}
	return e
}

// Simulate returns any measure of the groups, and what it comes to when each group is
// drawn anew from a normal distribution around its value, with its standard error; a
// draw below 0 counts as 0. So measures that take a distance get their limits, which the
// World Health Organization's toolkit finds in this way too. A measure that returns NaN
// has no value.
//
//	r, err := g.Simulate(stream, errors, 0, func(g *inequality.Groups) float64 {
//		return g.MeanDifference(g.Mean(), inequality.ByPopulation)
//	})
//	e, err := r.Percentile(0.95)
//
// There are 10,000 replicates if their number is 0. It fails as [Groups.Estimates] does,
// and with an error that is [sp.ErrInvalid] without a stream or unless replicates are
// from 100 to 1,000,000.
func (g *Groups) Simulate(stream *rand.Rand, standardErrors []float64, replicates int, measure func(*Groups) float64) (stat.Replicas, error) {
	if replicates == 0 {
		replicates = 10_000
	}
	if err := g.checkErrors(standardErrors, 0.95); err != nil {
		return stat.Replicas{}, err
	}
	if stream == nil || replicates < 100 || replicates > 1_000_000 {
		return stat.Replicas{}, invalid("replicates", sp.OutOfRange, "must be from 100 to 1,000,000, with a stream")
	}
	r := stat.Replicas{Value: measure(g), N: len(g.values), Draws: make([]float64, replicates)}
	drawn := &Groups{values: make([]float64, len(g.values)), share: g.share}
	for k := range r.Draws {
		drawn.mean = 0
		for i, v := range g.values {
			drawn.values[i] = max(0, v+standardErrors[i]*stream.NormFloat64())
			drawn.mean += g.share[i] * drawn.values[i]
		}
		r.Draws[k] = measure(drawn)
	}
	return r, nil
}
