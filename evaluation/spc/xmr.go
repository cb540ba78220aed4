package spc

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

const (
	limitFactor  = 2.66  // from the mean moving range to the natural limits: 3 / 1.128
	screenFactor = 3.267 // upper limit of a moving range
)

// XmR returns the chart of individual values, one for each time, in order: X with
// the limits that follow from the moving range. It fails with an error that is
// [sp.ErrInvalid] if a value is not a number from -1e100 to 1e100, for a rebase
// without a reason or out of order, and for a stretch of fewer than two points.
//
// Source: NHS England, Making Data Count; the constants: Wheeler 1993,
// Understanding Variation; the rules: NHSRplotthedots 0.2.2.
func XmR(values []float64, o Options) (Chart, error) {
	stretches, err := o.stretches("xmr", len(values))
	if err != nil {
		return Chart{}, err
	}
	for i, v := range values {
		if !finite(v) {
			return Chart{}, sp.Invalid("spc: xmr", fmt.Sprintf("values[%d]", i), sp.OutOfRange, "must be a number from -1e100 to 1e100")
		}
	}
	c := Chart{Points: make([]Point, len(values)), Stretches: stretches}
	for n := range c.Stretches {
		s := &c.Stretches[n]
		points := c.Points[s.From:s.To]
		for i, v := range values[s.From:s.To] {
			points[i] = Point{Value: v, Stretch: n}
			if i > 0 {
				points[i].MovingRange = sp.Know(math.Abs(v - points[i-1].Value))
			}
		}
		of := points[:o.baseline(*s)]
		s.Short = len(of) < shortest
		for _, p := range of {
			s.Mean += p.Value / float64(len(of))
		}
		ranges := make([]float64, 0, len(of)-1)
		for _, p := range of[1:] {
			ranges = append(ranges, p.MovingRange.Or(0))
		}
		s.MeanMovingRange = meanRange(ranges, o.Screening)
		for i := range points {
			points[i] = points[i].within(s.Mean, limitFactor*s.MeanMovingRange)
		}
	}
	c.judge(o)
	return c, nil
}

// within returns p with limits so far to either side of the mean.
func (p Point) within(mean, distance float64) Point {
	p.Mean = mean
	p.Lower, p.Upper = mean-distance, mean+distance
	p.NearLower, p.NearUpper = mean-distance*2/3, mean+distance*2/3
	return p
}

// meanRange returns the mean moving range, with those that are out of control left
// out if they are to be screened.
func meanRange(ranges []float64, screening Screening) float64 {
	all := mean(ranges)
	if screening == Unscreened || all == 0 {
		return all
	}
	var kept []float64
	for _, r := range ranges {
		if r < screenFactor*all {
			kept = append(kept, r)
		}
	}
	return mean(kept)
}

// mean returns the mean of values, 0 for none.
func mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / max(1, float64(len(values)))
}
