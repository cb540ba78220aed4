package queue

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp"
)

// A Distribution is a probability distribution of a time in ticks, or of a number.
type Distribution interface {
	// Quantile returns the value below which a share p of all lie, for p between 0 and 1,
	// both excluded. It must not fall as p rises: one random number makes one variate, so
	// that worlds that are compared stay in step.
	Quantile(p float64) float64
}

// Exponential is the exponential distribution with this mean in ticks: that of times without
// memory, such as between calls.
type Exponential float64

// Quantile implements [Distribution].
func (mean Exponential) Quantile(p float64) float64 { return -float64(mean) * ln(1-p) }

// Constant is the distribution of a time that is always the same, in ticks.
type Constant float64

// Quantile implements [Distribution].
func (c Constant) Quantile(float64) float64 { return float64(c) }

// Uniform is the distribution in which every time from Low to High is equally likely.
type Uniform struct{ Low, High float64 }

// Quantile implements [Distribution].
func (u Uniform) Quantile(p float64) float64 { return u.Low + float64(p*(u.High-u.Low)) }

// Triangular is the distribution from Low to High whose density is highest at Mode: three
// numbers that people can estimate where there are no data.
type Triangular struct{ Low, Mode, High float64 }

// Quantile implements [Distribution].
func (t Triangular) Quantile(p float64) float64 {
	width, left := t.High-t.Low, t.Mode-t.Low
	switch {
	case width <= 0:
		return t.Low
	case p*width <= left:
		return t.Low + math.Sqrt(p*width*left)
	default:
		return t.High - math.Sqrt((1-p)*width*(t.High-t.Mode))
	}
}

// Lognormal is the lognormal distribution, for times of which a few are very long. Mean and SD
// (the standard deviation) are those of the times themselves, not of their logarithms.
type Lognormal struct{ Mean, SD float64 }

// Quantile implements [Distribution].
func (l Lognormal) Quantile(p float64) float64 {
	if l.Mean <= 0 {
		return l.Mean
	}
	variance := ln(1 + l.SD/l.Mean*(l.SD/l.Mean))
	return l.Mean * exp(min(700, float64(math.Sqrt(variance)*normal(p))-float64(0.5*variance)))
}

// Normal is the normal distribution, for scores. It has numbers below 0, so that it is none of
// times.
type Normal struct{ Mean, SD float64 }

// Quantile implements [Distribution].
func (n Normal) Quantile(p float64) float64 { return n.Mean + float64(n.SD*normal(p)) }

// Weibull is the Weibull distribution, for times whose hazard falls (Shape below 1) or rises
// (Shape above 1) the longer they last; with Shape 1 it is [Exponential] with the mean Scale.
type Weibull struct{ Scale, Shape float64 }

// Quantile implements [Distribution].
func (w Weibull) Quantile(p float64) float64 {
	return w.Scale * exp(max(-700, min(700, ln(-ln(1-p))/w.Shape)))
}

// Empirical is the distribution in which each of the values that were observed is equally
// likely; make one with [Observed].
type Empirical struct{ sorted []float64 }

// Observed returns the distribution of values that were observed. It fails with an error that
// is [sp.ErrInvalid] if there are none, or if one of them is not a finite number.
func Observed(values ...float64) (Empirical, error) {
	e := &sp.InvalidError{Subject: "queue: observed"}
	e.Check(len(values) > 0, "values", sp.Missing, "must be there")
	for _, v := range values {
		e.Check(!math.IsNaN(v) && !math.IsInf(v, 0), "values", sp.OutOfRange, "must be finite numbers")
	}
	return Empirical{slices.Sorted(slices.Values(values))}, e.Err()
}

// Quantile implements [Distribution].
func (e Empirical) Quantile(p float64) float64 {
	if len(e.sorted) == 0 {
		return math.NaN()
	}
	return e.sorted[min(int(p*float64(len(e.sorted))), len(e.sorted)-1)]
}

// A Chance is a value and its weight: how likely it is beside the others of its distribution.
type Chance struct{ Value, Weight float64 }

// Discrete is the distribution over a few values, in rising order, each as likely as its weight.
type Discrete []Chance

// Quantile implements [Distribution].
func (d Discrete) Quantile(p float64) float64 {
	total := 0.0
	for _, c := range d {
		total += c.Weight
	}
	below := 0.0
	for _, c := range d {
		if below += c.Weight; p*total < below {
			return c.Value
		}
	}
	if len(d) == 0 {
		return math.NaN()
	}
	return d[len(d)-1].Value
}

// check adds what is wrong with a law to e.
func check(e *sp.InvalidError, d Distribution, path string) {
	finite := func(numbers ...float64) bool {
		return !slices.ContainsFunc(numbers, func(x float64) bool { return math.IsNaN(x) || x < 0 || x > maxTicks })
	}
	const numbers = "must have numbers from 0 to 1e15"
	switch d := d.(type) {
	case Exponential:
		e.Check(finite(float64(d)), path, sp.OutOfRange, "must have a mean from 0 to 1e15 ticks")
	case Constant:
		e.Check(finite(float64(d)), path, sp.OutOfRange, "must be from 0 to 1e15")
	case Uniform:
		e.Check(finite(d.Low, d.High) && d.Low <= d.High, path, sp.OutOfRange, numbers+", the lower first")
	case Triangular:
		e.Check(finite(d.Low, d.Mode, d.High) && d.Low <= d.Mode && d.Mode <= d.High, path, sp.OutOfRange, numbers+", in rising order")
	case Lognormal:
		e.Check(finite(d.Mean, d.SD), path, sp.OutOfRange, numbers)
	case Weibull:
		e.Check(finite(d.Scale, d.Shape) && d.Shape > 0, path, sp.OutOfRange, numbers+", and a shape above 0")
	case Empirical:
		e.Check(len(d.sorted) > 0 && finite(d.sorted...), path, sp.OutOfRange, "must have at least one value, from 0 to 1e15")
	case Discrete:
		total, rising := 0.0, true
		for i, c := range d {
			total += c.Weight
			rising = rising && finite(c.Value, c.Weight) && (i == 0 || d[i-1].Value < c.Value)
		}
		e.Check(total > 0 && rising, path, sp.OutOfRange, "must have values from 0 to 1e15 that rise, with weights that are not all 0")
	}
}
