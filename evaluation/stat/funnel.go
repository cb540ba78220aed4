package stat

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp"
)

// A FunnelKind says what the areas or providers of a funnel plot are compared by.
type FunnelKind int8

// The kinds.
const (
	FunnelProportions  FunnelKind = iota // cases of people
	FunnelRates                          // events over people or person-time
	FunnelRatios                         // observed of expected events
	FunnelStandardised                   // events over what a directly standardised rate makes of them; below ten, nothing is said
)

// A Unit is an area, practice or provider in a funnel plot.
type Unit struct {
	Events float64 // cases, or observed events
	Of     float64 // people, person-time or expected events; for a standardised rate, Events over the rate
}

// A FunnelOptions says what units are compared with. The zero value compares them
// with all of them together.
type FunnelOptions struct {
	Baseline   sp.Known[float64] // share, rate per head, or ratio; unknown is that of all units, and 1 for ratios
	Winsorised float64           // share of the units at each end whose z counts as no more than the next; 0 is 0.1
}

// A Significance says whether a unit differs from the baseline by more than chance,
// in the words of Public Health England.
type Significance string

// The significances.
const (
	HighFar        Significance = "High (0.001)"
	High           Significance = "High (0.025)"
	NotSignificant Significance = "Not significant"
	Low            Significance = "Low (0.025)"
	LowFar         Significance = "Low (0.001)"
	NotApplicable  Significance = "Not applicable" // nobody or nothing to compare
)

// A FunnelPoint is where a unit stands.
type FunnelPoint struct {
	Unit
	Value        float64      // events over what they are of
	Z            float64      // standard errors from the baseline, by chance alone
	Chance       Significance // by chance alone
	AdditiveZ    float64      // with the units' own differences as a random effect
	Additive     Significance
	ScaledZ      float64 // with the variance multiplied
	Scaled       Significance
	Undefined    Undefined // why it stands nowhere; empty if it does
	standardised float64   // standard error by chance, on the transformed scale
}

// A Funnel compares units with one another. Units mostly differ by more than
// chance, for reasons that nobody has measured (overdispersion): with limits of
// chance alone, half of them would stand outside. So each point carries both
// answers, and [Funnel.Limits] both limits.
type Funnel struct {
	Kind     FunnelKind
	Baseline float64
	Points   []FunnelPoint // in the order of the units

	Dispersion float64 // phi: mean of the squared, winsorised z; 1 if chance explains all differences
	Between    float64 // tau: standard deviation between units on the transformed scale; 0 if chance explains all
}

// NewFunnel places units in a funnel plot. Significance by chance alone is Public
// Health England's: [Wilson] limits of a proportion, exact limits of a count below
// ten events and [Byar]'s from there, at 95 % and 99.8 %. Overdispersion is
// measured on transformed scales on which chance has the same variance everywhere,
// the arcsine of the root of a proportion and the root of a rate or a ratio, with
// z winsorised. A unit of nothing has no place, is [NotApplicable] and counts for
// nothing. With no unit to compare the error is [NoCases]; where there is no
// event, or, for proportions, where all are cases, it is [NoSpread]. It fails
// for negative numbers, proportions above 1, and a baseline that no unit can have.
//
// Sources: Spiegelhalter 2005, doi 10.1002/sim.1970 (funnels, multiplicative);
// Spiegelhalter and others 2012, doi 10.1111/j.1467-985X.2011.01010.x (additive,
// transformations).
func NewFunnel(kind FunnelKind, units []Unit, o FunnelOptions) (*Funnel, error) {
	if o.Winsorised == 0 {
		o.Winsorised = 0.1
	}
	f := &Funnel{Kind: kind}
	if err := f.check(units, o); err != nil {
		return nil, err
	}
	var events, of float64
	for _, u := range units {
		events += u.Events
		of += u.Of
	}
	if of == 0 {
		return nil, NoCases
	}
	f.Baseline = events / of
	if kind == FunnelRatios {
		f.Baseline = 1
	}
	f.Baseline = o.Baseline.Or(f.Baseline)
	if f.Baseline == 0 || kind == FunnelProportions && f.Baseline == 1 {
		return nil, NoSpread
	}
	for _, u := range units {
		p, err := f.place(u)
		if err != nil {
			return nil, err
		}
		f.Points = append(f.Points, p)
	}
	f.disperse(o.Winsorised)
	return f, nil
}

func (f *Funnel) check(units []Unit, o FunnelOptions) error {
	c := checker("funnel")
	c.Check(f.Kind >= FunnelProportions && f.Kind <= FunnelStandardised, "kind", sp.NotListed, "must be one of the constants")
	c.Check(o.Winsorised >= 0 && o.Winsorised < 0.5, "winsorised", sp.OutOfRange, "must be from 0 to below 0.5")
	if b, ok := o.Baseline.Lookup(); ok {
		most := float64(maxCount)
		if f.Kind == FunnelProportions {
			most = 1
		}
		c.Check(b >= minCount && b < most, "baseline", sp.OutOfRange, fmt.Sprintf("must be from 1e-9 to below %g", most))
	}
	for i, u := range units {
		at := fmt.Sprintf("units[%d]", i)
		c.Check(counts(u.Of), at+".of", sp.OutOfRange, countRule)
		c.Check(counts(u.Events), at+".events", sp.OutOfRange, countRule)
		c.Check(u.Of > 0 || u.Events == 0, at+".events", sp.OutOfRange, "must be 0 where there is nobody")
		c.Check(f.Kind != FunnelProportions || u.Events <= u.Of, at+".events", sp.OutOfRange, "must not be more than of")
	}
	return c.Err()
}

// The levels of the limits of a funnel.
const (
	nearLevel = 0.95
	farLevel  = 0.998
)

// place returns where a unit stands by chance alone.
func (f *Funnel) place(u Unit) (FunnelPoint, error) {
	p := FunnelPoint{Unit: u}
	if u.Of == 0 {
		p.Undefined = NoExposure
	} else if f.Kind == FunnelStandardised && u.Events < fewEvents {
		p.Undefined = TooFewEvents
	}
	if p.Undefined != "" {
		p.Chance, p.Additive, p.Scaled = NotApplicable, NotApplicable, NotApplicable
		return p, nil
	}
	p.Value = u.Events / u.Of
	p.standardised = 1 / (2 * math.Sqrt(u.Of))
	p.Z = (f.transform(p.Value) - f.transform(f.Baseline)) / p.standardised
	var err error
	p.Chance, err = f.significance(u)
	return p, err
}

// significance is that of chance alone: whether the limits of the unit leave the
// baseline out.
func (f *Funnel) significance(u Unit) (Significance, error) {
	found := NotSignificant
	for _, step := range []struct {
		level     float64
		high, low Significance
	}{{nearLevel, High, Low}, {farLevel, HighFar, LowFar}} {
		var i Interval
		var err error
		if f.Kind == FunnelProportions {
			i, err = Wilson(u.Events, u.Of, step.level)
		} else {
			i, _, err = countInterval(u.Events, step.level)
			i = i.Times(1 / u.Of)
		}
		if err != nil {
			return "", err
		}
		switch {
		case i.Lower > f.Baseline:
			found = step.high
		case i.Upper < f.Baseline:
			found = step.low
		}
	}
	return found, nil
}

func (f *Funnel) transform(v float64) float64 {
	if f.Kind == FunnelProportions {
		return math.Asin(math.Sqrt(v))
	}
	return math.Sqrt(v)
}

// back undoes transform; what lies beyond the range of values is its end.
func (f *Funnel) back(y float64) float64 {
	if f.Kind == FunnelProportions {
		y = min(max(y, 0), math.Pi/2)
		return math.Sin(y) * math.Sin(y)
	}
	y = max(y, 0)
	return y * y
}

// disperse measures by how much more than chance units differ, and judges them anew.
func (f *Funnel) disperse(winsorised float64) {
	var z, weights []float64
	for _, p := range f.Points {
		if p.Undefined == "" {
			z = append(z, p.Z)
			weights = append(weights, 1/(p.standardised*p.standardised))
		}
	}
	slices.Sort(z)
	k := float64(len(z))
	if k == 0 { // none has a place
		f.Dispersion = 1
		return
	}
	low, high := sortedQuantile(z, winsorised), sortedQuantile(z, 1-winsorised)
	var squares, w, w2 float64
	for i, v := range z {
		v = min(max(v, low), high)
		squares += v * v
		w += weights[i]
		w2 += weights[i] * weights[i]
	}
	f.Dispersion = squares / k
	if spread := w - w2/w; spread > 0 {
		f.Between = math.Sqrt(max(0, (squares-(k-1))/spread))
	}
	scale := math.Sqrt(max(1, f.Dispersion))
	for i := range f.Points {
		p := &f.Points[i]
		if p.Undefined != "" {
			continue
		}
		p.ScaledZ, p.AdditiveZ = p.Z/scale, p.Z*p.standardised/math.Hypot(p.standardised, f.Between)
		p.Scaled, p.Additive = significanceOf(p.ScaledZ), significanceOf(p.AdditiveZ)
	}
}

func significanceOf(z float64) Significance {
	near, far := normal(nearLevel), normal(farLevel)
	switch {
	case z > far:
		return HighFar
	case z > near:
		return High
	case z < -far:
		return LowFar
	case z < -near:
		return Low
	}
	return NotSignificant
}

// FunnelLimits are the values between which a unit of some size is expected.
type FunnelLimits struct {
	Chance   Interval // by chance alone
	Additive Interval // with a random effect of the units
	Scaled   Interval // with the variance multiplied
}

// Limits returns the limits at a level for a unit of so many people or expected
// events. By chance alone they are the score limits of a proportion, and for rates
// and ratios the values at which the exact Poisson limits of the count just reach
// the baseline. It fails unless of is above 0 and at most 1e12, and for a level out
// of range.
func (f *Funnel) Limits(of, level float64) (FunnelLimits, error) {
	c := checker("funnel limits")
	c.Check(of >= minCount && of <= maxExactCount, "of", sp.OutOfRange, "must be from 1e-9 to 1e12")
	checkLevel(c, level)
	if err := c.Err(); err != nil {
		return FunnelLimits{}, err
	}
	z, y, se := normal(level), f.transform(f.Baseline), 1/(2*math.Sqrt(of))
	between := func(half float64) Interval { return Interval{f.back(y - half), f.back(y + half)} }
	l := FunnelLimits{Additive: between(z * math.Hypot(se, f.Between)), Scaled: between(z * se * math.Sqrt(max(1, f.Dispersion)))}
	if f.Kind == FunnelProportions {
		half := z * math.Sqrt(f.Baseline*(1-f.Baseline)/of)
		l.Chance = Interval{max(0, f.Baseline-half), min(1, f.Baseline+half)}
		return l, nil
	}
	l.Chance = poissonLimits(f.Baseline*of, (1-level)/2).Times(1 / of)
	return l, nil
}

// poissonLimits returns the counts, whole or not, whose exact limits just reach the
// expected one: fewer events than the lower or more than the upper are significant.
func poissonLimits(expected, tail float64) Interval {
	i := Interval{}
	if mathext.GammaIncRegComp(1, expected) < tail { // none would be significantly few
		i.Lower = bisect(0, expected, func(x float64) bool { return mathext.GammaIncRegComp(x+1, expected) < tail })
	}
	// The upper limit: from x events on, the lower exact limit exceeds what is expected.
	above := expected + 10 + 20*math.Sqrt(expected)
	i.Upper = bisect(0, above, func(x float64) bool { return x == 0 || mathext.GammaIncReg(x, expected) > tail })
	return i
}

// bisect returns where a condition that holds from low on stops to hold.
func bisect(low, high float64, holds func(float64) bool) float64 {
	for range 200 {
		middle := low + (high-low)/2
		if middle == low || middle == high {
			break
		}
		if holds(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
