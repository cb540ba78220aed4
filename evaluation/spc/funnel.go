package spc

import (
	"fmt"
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"

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
	Count
	Value        float64      // events over what they are of
	Z            float64      // standard errors from the baseline, by chance alone
	Chance       Significance // by chance alone
	AdditiveZ    float64      // with the units' own differences as a random effect
	Additive     Significance
	ScaledZ      float64 // with the variance multiplied
	Scaled       Significance
	Undefined    stat.Undefined // why it stands nowhere; empty if it does
	standardised float64        // standard error by chance, on the transformed scale
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
// Health England's: [stat.Wilson] limits of a proportion, exact limits of a count below
// ten events and [stat.Byar]'s from there, at 95 % and 99.8 %. Overdispersion is
// measured on transformed scales on which chance has the same variance everywhere,
// the arcsine of the root of a proportion and the root of a rate or a ratio, with
// z winsorised. A unit of nothing has no place, is [NotApplicable] and counts for
// nothing. With no unit to compare the error is [stat.NoCases]; where there is no
// event, or, for proportions, where all are cases, it is [stat.NoSpread]. It fails
// for negative numbers, proportions above 1, and a baseline that no unit can have.
//
// Sources: Spiegelhalter 2005, doi 10.1002/sim.1970 (funnels, multiplicative);
// Spiegelhalter and others 2012, doi 10.1111/j.1467-985X.2011.01010.x (additive,
// transformations).
func NewFunnel(kind FunnelKind, units []Count, o FunnelOptions) (*Funnel, error) {
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
		return nil, stat.NoCases
	}
	f.Baseline = events / of
	if kind == FunnelRatios {
		f.Baseline = 1
	}
	f.Baseline = o.Baseline.Or(f.Baseline)
	if f.Baseline == 0 || kind == FunnelProportions && f.Baseline == 1 {
		return nil, stat.NoSpread
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

func (f *Funnel) check(units []Count, o FunnelOptions) error {
	c := &sp.InvalidError{Subject: "spc: funnel"}
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
		c.Check(sized(u.Of), at+".of", sp.OutOfRange, sizeRule)
		c.Check(sized(u.Events), at+".events", sp.OutOfRange, sizeRule)
		c.Check(u.Of > 0 || u.Events == 0, at+".events", sp.OutOfRange, "must be 0 where there is nobody")
		c.Check(f.Kind != FunnelProportions || u.Events <= u.Of, at+".events", sp.OutOfRange, "must not be more than of")
	}
	return c.Err()
}

// Sizes of counts that can be reckoned with, and below how many events a rate of public
// health in England takes exact limits, and a standardised one is not given.
const (
	minCount  = 1e-9
	maxCount  = 1 << 53
	fewEvents = 10
	sizeRule  = "must be 0 or from 1e-9 to 2^53"
)

func sized(x float64) bool { return x == 0 || x >= minCount && x <= maxCount }

// The levels of the limits of a funnel.
const (
	nearLevel = 0.95
	farLevel  = 0.998
)

// place returns where a unit stands by chance alone.
func (f *Funnel) place(u Count) (FunnelPoint, error) {
	p := FunnelPoint{Count: u}
	if u.Of == 0 {
		p.Undefined = stat.NoExposure
	} else if f.Kind == FunnelStandardised && u.Events < fewEvents {
		p.Undefined = stat.TooFewEvents
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
func (f *Funnel) significance(u Count) (Significance, error) {
	found := NotSignificant
	for _, step := range []struct {
		level     float64
		high, low Significance
	}{{nearLevel, High, Low}, {farLevel, HighFar, LowFar}} {
		var i stat.Interval
		var err error
		if f.Kind == FunnelProportions {
			i, err = stat.Wilson(u.Events, u.Of, step.level)
		} else {
			i, err = countInterval(u.Events, step.level)
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
	low, high := special.Quantile(z, winsorised), special.Quantile(z, 1-winsorised)
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
	near, far := special.Normal(nearLevel), special.Normal(farLevel)
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

// countInterval returns the limits of a count that Public Health England takes.
func countInterval(events, level float64) (stat.Interval, error) {
	if events < fewEvents {
		return stat.Poisson(events, level)
	}
	return stat.Byar(events, level)
}
