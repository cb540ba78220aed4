package inequality

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Attributable returns by how much the mean would be higher if all groups were as well
// off as one with the given value, and which share of the mean that is (population
// attributable risk and fraction): 0 where that value is worse than the mean, with
// higher values better. Negate both for the other direction. It fails with an
// [*UndefinedError] if the mean is 0. [Groups.EstimateAttributable] has the limits.
func (g *Groups) Attributable(reference float64) (risk, fraction float64, err error) {
	risk = max(0, reference-g.mean)
	fraction, err = g.overMean("population attributable fraction", risk)
	return risk, fraction, err
}

// EstimateAttributable returns the risk and the fraction of [Groups.Attributable] for the
// group at index reference, with normal limits by the delta method, if each group was
// estimated on its own with a standard error. That the reference group is part of the
// mean is taken into account. No limit lies below 0. It fails as [Groups.Estimates] does,
// for an index out of range, and with an [*UndefinedError] if the mean is 0.
func (g *Groups) EstimateAttributable(reference int, standardErrors []float64, level float64) (risk, fraction stat.Estimate, err error) {
	if err = g.checkErrors(standardErrors, level); err != nil {
		return risk, fraction, err
	}
	if reference < 0 || reference >= len(g.values) {
		return risk, fraction, invalid("reference", sp.OutOfRange, "must be the index of a group")
	}
	best := g.values[reference]
	if _, _, err = g.Attributable(best); err != nil {
		return risk, fraction, err
	}
	var ofRisk, ofFraction float64
	for i, se := range standardErrors {
		own := 0.0
		if i == reference {
			own = 1
		}
		a, b := (own-g.share[i])*se, (own-g.share[i]*best/g.mean)/g.mean*se
		ofRisk, ofFraction = ofRisk+float64(a*a), ofFraction+float64(b*b)
	}
	s := sampledGroups{g, standardErrors, level}
	return s.estimate(best-g.mean, math.Sqrt(ofRisk)), s.estimate(best/g.mean-1, math.Sqrt(ofFraction)), nil
}

// AttributableFraction returns which share of all cases there would not be if every group
// had the rate of the group at index reference, with normal limits, from the numbers of
// cases and of people in each group: as many people as were looked at, and none that a
// weight stands for. It is negative where the others have a lower rate than the reference
// group. Without cases it is undefined ([stat.NoCases]). It fails with an [*ItemError]
// for numbers that are negative, not finite or more cases than people, and with an error
// that is [sp.ErrInvalid] for an index or a level out of range.
//
// Source: Walter 1976, The Estimation and Interpretation of Attributable Risk in Health
// Research, Biometrics 32.
func AttributableFraction(cases, people []float64, reference int, level float64) (stat.Estimate, error) {
	if err := checkAttributable(cases, people, reference, level); err != nil {
		return stat.Estimate{}, err
	}
	var all, everybody float64
	for i := range cases {
		all += cases[i]
		everybody += people[i]
	}
	e := stat.Estimate{Level: level, Method: stat.MethodDelta, Numerator: all, Denominator: everybody, Of: "people", Interval: stat.Interval{Lower: math.Inf(-1), Upper: 1}}
	if all == 0 || people[reference] == 0 {
		e.Undefined = stat.NoCases
		return e, nil
	}
	// As shares of everybody: cases and others, of the reference group and of the rest.
	c, d := cases[reference]/everybody, (people[reference]-cases[reference])/everybody
	a := all/everybody - c
	b := 1 - a - c - d
	fraction := 1 - c/(c+d)/(a+c)
	variance := c * (a*d*(1-c) + b*c*c) / (cubed(a+c) * cubed(c+d)) / everybody
	half := special.Normal(level) * math.Sqrt(max(0, variance))
	if math.IsNaN(fraction+half) || math.IsInf(fraction, 0) || math.IsInf(half, 0) {
		e.Undefined = stat.Unbounded
		return e, nil
	}
	e.Value, e.Interval = fraction, stat.Interval{Lower: fraction - half, Upper: min(1, fraction+half)}
	return e, nil
}

func cubed(v float64) float64 { return v * v * v }

func checkAttributable(cases, people []float64, reference int, level float64) error {
	if err := checkLength("cases", len(cases), len(people)); err != nil {
		return err
	}
	if err := checkItems("cases", cases, unsigned); err != nil {
		return err
	}
	if err := checkPopulation(people, len(people)); err != nil {
		return err
	}
	for i, n := range cases {
		if n > people[i] {
			return &ItemError{Index: i, Column: "cases", Rule: "must not be more than the people of the group"}
		}
	}
	if reference < 0 || reference >= len(cases) {
		return invalid("reference", sp.OutOfRange, "must be the index of a group")
	}
	if !(level >= 0.1 && level <= 0.9999) {
		return invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	return nil
}
