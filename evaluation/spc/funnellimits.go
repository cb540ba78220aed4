package spc

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// FunnelLimits are the values between which a unit of some size is expected.
type FunnelLimits struct {
	Chance   stat.Interval // by chance alone
	Additive stat.Interval // with a random effect of the units
	Scaled   stat.Interval // with the variance multiplied
}

// Limits returns the limits at a level for a unit of so many people or expected
// events. By chance alone they are the score limits of a proportion, and for rates
// and ratios the values at which the exact Poisson limits of the count just reach
// the baseline. It fails unless of is above 0 and at most 1e12, and for a level out
// of range.
func (f *Funnel) Limits(of, level float64) (FunnelLimits, error) {
	c := &sp.InvalidError{Subject: "spc: funnel limits"}
	c.Check(of >= minCount && of <= 1e12, "of", sp.OutOfRange, "must be from 1e-9 to 1e12")
	c.Check(level >= 0.1 && level <= 0.9999, "level", sp.OutOfRange, "must be from 0.1 to 0.9999, such as 0.95")
	if err := c.Err(); err != nil {
		return FunnelLimits{}, err
	}
	z, y, se := special.Normal(level), f.transform(f.Baseline), 1/(2*math.Sqrt(of))
	between := func(half float64) stat.Interval {
		return stat.Interval{Lower: f.back(y - half), Upper: f.back(y + half)}
	}
	l := FunnelLimits{Additive: between(z * math.Hypot(se, f.Between)), Scaled: between(z * se * math.Sqrt(max(1, f.Dispersion)))}
	if f.Kind == FunnelProportions {
		half := z * math.Sqrt(f.Baseline*(1-f.Baseline)/of)
		l.Chance = stat.Interval{Lower: max(0, f.Baseline-half), Upper: min(1, f.Baseline+half)}
		return l, nil
	}
	l.Chance = poissonLimits(f.Baseline*of, (1-level)/2).Times(1 / of)
	return l, nil
}

// poissonLimits returns the counts, whole or not, whose exact limits just reach the
// expected one: fewer events than the lower or more than the upper are significant.
func poissonLimits(expected, tail float64) stat.Interval {
	i := stat.Interval{}
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
