package spc

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Count is how many there were at one time, or in one place, and of what.
type Count struct {
	Events float64 // cases, or events
	Of     float64 // people, or exposure such as person-days; in a funnel plot, expected events too
}

// P returns the chart of shares: of the people referred in each month, how many
// started. Its limits are three standard errors of a proportion, wide for small
// months, or Laney's. It fails with an error that is [sp.ErrInvalid] unless
// 0 <= Events <= Of and 0 < Of for each count, and as [XmR] does. Where no or all
// people are cases, the error is [stat.NoSpread].
//
// Source: Shewhart; Laney 2002, doi 10.1081/QEN-120006555.
func P(counts []Count, o Options) (Chart, error) {
	for i, c := range counts {
		if c.Events > c.Of {
			return Chart{}, sp.Invalid("spc: p", fmt.Sprintf("counts[%d].events", i), sp.OutOfRange, "must not be more than of")
		}
	}
	return attributes("p", counts, o, 1, func(p float64) float64 { return p * (1 - p) })
}

// U returns the chart of rates: incidents per 1,000 contacts, say, with values per
// one unit of exposure. Its limits are three standard errors of a Poisson rate, or
// Laney's. Where there is no event the error is [stat.NoEvents]; it fails as [P] does,
// but Events may be more than Of.
//
// Source: Shewhart; Laney 2002, doi 10.1081/QEN-120006555.
func U(counts []Count, o Options) (Chart, error) {
	return attributes("u", counts, o, math.Inf(1), func(rate float64) float64 { return rate })
}

// C returns the chart of counts over equal exposures: complaints a month. It is [U]
// with an exposure of 1 each.
func C(events []float64, o Options) (Chart, error) {
	counts := make([]Count, len(events))
	for i, n := range events {
		counts[i] = Count{Events: n, Of: 1}
	}
	return attributes("c", counts, o, math.Inf(1), func(rate float64) float64 { return rate })
}

// attributes returns the chart of counts whose share or rate at a point has the
// given variance over its denominator, and cannot be more than most.
func attributes(function string, counts []Count, o Options, most float64, variance func(float64) float64) (Chart, error) {
	stretches, err := o.stretches(function, len(counts))
	if err != nil {
		return Chart{}, err
	}
	for i, c := range counts {
		if !(c.Events >= 0 && c.Events <= 1<<53 && c.Of >= 1e-9 && c.Of <= 1<<53) {
			return Chart{}, sp.Invalid("spc: "+function, fmt.Sprintf("counts[%d]", i), sp.OutOfRange, "must have events from 0 and an exposure from 1e-9, both up to 2^53")
		}
	}
	c := Chart{Points: make([]Point, len(counts)), Stretches: stretches}
	for n := range c.Stretches {
		s := &c.Stretches[n]
		of := counts[s.From : s.From+o.baseline(*s)]
		s.Short = len(of) < shortest
		var events, exposure float64
		for _, k := range of {
			events += k.Events
			exposure += k.Of
		}
		s.Mean = events / exposure
		sigma := math.Sqrt(variance(s.Mean))
		if !(sigma > 0) {
			if s.Mean > 0 {
				return Chart{}, stat.NoSpread
			}
			return Chart{}, stat.NoEvents
		}
		s.disperse(of, sigma)
		s.LaneyLimits = o.Spread == Laney || o.Spread == LaneyWhereLarge && events/float64(len(of)) >= Large
		factor := 3.0
		if s.LaneyLimits {
			factor *= s.Dispersion
		}
		for i, k := range counts[s.From:s.To] {
			p := &c.Points[s.From+i]
			*p = Point{Value: k.Events / k.Of, Of: k.Of, Stretch: n}
			if i > 0 {
				p.MovingRange = sp.Know(math.Abs(p.Value - c.Points[s.From+i-1].Value))
			}
			*p = p.within(s.Mean, factor*sigma/math.Sqrt(k.Of))
			p.Lower, p.Upper = max(0, p.Lower), min(most, p.Upper)
			p.NearLower, p.NearUpper = max(0, p.NearLower), min(most, p.NearUpper)
		}
	}
	c.judge(o)
	return c, nil
}

// disperse measures by how much more than chance points differ: the mean moving
// range of the standardised values over 1.128, which it is for chance alone.
func (s *Stretch) disperse(of []Count, sigma float64) {
	var ranges []float64
	last := 0.0
	for i, k := range of {
		z := (k.Events/k.Of - s.Mean) / (sigma / math.Sqrt(k.Of))
		if i > 0 {
			ranges = append(ranges, math.Abs(z-last))
		}
		last = z
	}
	s.MeanMovingRange = mean(ranges)
	s.Dispersion = s.MeanMovingRange / 1.128
}
