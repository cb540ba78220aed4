package stat

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"gonum.org/v1/gonum/integrate/quad"
)

// effects sets the effect sizes of a change. Variances and covariance are divided by
// the larger variance, since effect sizes have no unit and squares may overflow.
func effects(r *Change, mean, level float64) {
	n, unit := r.Mean.Denominator, max(r.BeforeSD, r.AfterSD)
	s := spread{df: n - 1, mean: mean / unit, level: level, n: n}
	sd1, sd2 := r.BeforeSD/unit, r.AfterSD/unit
	s.a, s.b, s.c = sd1*sd1, sd2*sd2, r.Correlation.Value*sd1*sd2
	changed := r.ChangeSD / unit
	s.v = changed * changed
	r.SRM = s.standardised(math.Sqrt(s.v), 0, 0, 0)
	if r.SRM.Defined() {
		r.SRM.Method = MethodNoncentral
		low, high := noncentral(r.SRM.Value*math.Sqrt(n), s.df, level)
		r.SRM.Interval = Interval{low / math.Sqrt(n), high / math.Sqrt(n)}
	}
	r.Effect = s.standardised(sd1, 1/(2*s.a), 0, 0)
	r.DAv = s.standardised((sd1+sd2)/2, 1/(2*sd1*(sd1+sd2)), 1/(2*sd2*(sd1+sd2)), 0)
	rho := r.Correlation.Value
	r.DRm = s.standardised(math.Sqrt(s.v/(2*(1-rho))),
		1/(2*s.v)-rho/(4*s.a*(1-rho)), 1/(2*s.v)-rho/(4*s.b*(1-rho)), -1/s.v+1/(2*(1-rho)*sd1*sd2))
}

// A spread is what the variance of an effect size is made of: the variances before and
// after (a and b), their covariance (c) and the variance of the change (v).
type spread struct{ a, b, c, v, mean, n, df, level float64 }

// standardised returns the mean change over a standardiser, with normal limits by the
// delta method for scores that are normal together. What is given are the slopes of the
// logarithm of the standardiser by a, b and c.
func (s spread) standardised(by, slopeA, slopeB, slopeC float64) Estimate {
	e := Estimate{Level: s.level, Method: MethodDelta, Denominator: s.n, Of: "pairs", Interval: anything()}
	if !(by > 0) {
		e.Undefined = NoSpread
		return e
	}
	logarithm := (2*s.a*s.a*slopeA*slopeA + 2*s.b*s.b*slopeB*slopeB + (s.a*s.b+s.c*s.c)*slopeC*slopeC +
		4*s.c*s.c*slopeA*slopeB + 4*s.a*s.c*slopeA*slopeC + 4*s.b*s.c*slopeB*slopeC) / s.df
	value := s.mean / by
	half := special.Normal(s.level) * math.Sqrt(s.v/(by*by*s.df)+value*value*max(0, logarithm))
	if math.IsNaN(half) || math.IsInf(value, 0) || math.IsInf(half, 0) {
		e.Undefined = Unbounded
		return e
	}
	e.Value, e.Interval = value, around(value, half)
	return e
}

// noncentral returns the least and the greatest noncentrality with which Student's t of
// df degrees is not surprising at a level.
func noncentral(t, df, level float64) (low, high float64) {
	nodes := newNodes()
	reach := 8 * math.Sqrt(1+t*t/(2*df))
	solve := func(p float64) float64 {
		from, to, step := t-reach, t+reach, reach
		for ; nodes.noncentralBelow(t, df, from) < p; step *= 2 {
			from -= step
		}
		for ; nodes.noncentralBelow(t, df, to) > p; step *= 2 {
			to += step
		}
		return crossing(func(at float64) float64 { return nodes.noncentralBelow(t, df, at) - p }, from, to)
	}
	return solve((1 + level) / 2), solve((1 - level) / 2)
}

// crossing returns where a function that falls from above 0 to below it crosses 0.
//
// Source: Dowell & Jarratt 1971, the Illinois algorithm, doi 10.1007/BF01934364.
func crossing(f func(float64) float64, from, to float64) float64 {
	above, below := f(from), f(to)
	last, side := math.NaN(), 0.0
	for range 100 {
		at := from + (to-from)*above/(above-below)
		if !(at > from && at < to) {
			at = from + (to-from)/2
		}
		v := f(at)
		if v == 0 || math.Abs(at-last) <= 1e-13*max(1, math.Abs(at)) {
			return at
		}
		if last = at; v > 0 {
			if from, above = at, v; side > 0 {
				below /= 2
			}
		} else if to, below = at, v; side < 0 {
			above /= 2
		}
		side = math.Copysign(1, v)
	}
	return from + (to-from)/2
}

// nodes are where a Gaussian quadrature looks between -1 and 1, with their weights.
type nodes struct{ at, weight [80]float64 }

func newNodes() *nodes {
	n := new(nodes)
	quad.Legendre{}.FixedLocations(n.at[:], n.weight[:], -1, 1)
	return n
}

// integral returns that of f between two ends.
func (n *nodes) integral(f func(float64) float64, from, to float64) float64 {
	middle, half := from+(to-from)/2, (to-from)/2
	var sum float64
	for i, at := range n.at {
		sum += n.weight[i] * f(middle+half*at)
	}
	return sum * half
}

// noncentralBelow returns how often a noncentral t is at most t: the mean, over what a
// standard deviation of df degrees may turn out to be, of a normal probability. That is a
// step which may be steep, so the integral has a piece of its own around it.
func (n *nodes) noncentralBelow(t, df, noncentrality float64) float64 {
	scale := math.Ln2 + df/2*math.Log(df/2) - special.LogGamma(df/2)
	density := func(s float64) float64 {
		if s <= 0 {
			return 0
		}
		return math.Exp(scale+(df-1)*math.Log(s)-df*s*s/2) * special.NormalBelow(t*s-noncentrality)
	}
	width := 12 / math.Sqrt(2*df)
	from, to := max(0, 1-width), 1+width
	first, last := from, from
	if t != 0 {
		first = min(to, max(from, noncentrality/t-9/math.Abs(t)))
		last = min(to, max(from, noncentrality/t+9/math.Abs(t)))
	}
	p := 0.0
	for _, piece := range [][2]float64{{from, first}, {first, last}, {last, to}} {
		if piece[1] > piece[0] {
			p += n.integral(density, piece[0], piece[1])
		}
	}
	return min(1, p)
}
