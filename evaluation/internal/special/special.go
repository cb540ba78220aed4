// Package special has the distributions that intervals and tests rest on, and sums that
// lose nothing, for the packages of evaluation.
package special

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Normal returns z with which a normal interval of a level has z standard
// errors to either side.
func Normal(level float64) float64 { return mathext.NormalQuantile((1 + level) / 2) }

// NormalP returns the two-sided p of a standard normal z.
func NormalP(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// NormalBelow returns the share of a standard normal below z.
func NormalBelow(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// ChiSquaredP returns how often a chi-squared of df degrees exceeds x.
func ChiSquaredP(x, df float64) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// StudentP returns the two-sided p of a Student t with df degrees of freedom.
func StudentP(t, df float64) float64 {
	if t == 0 {
		return 1
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// Student returns t with which an interval of a level around a mean has t
// standard errors to either side: the (1+level)/2 quantile of Student's t. For
// few degrees it comes from the inverse of the incomplete beta function; for
// many, from the expansion around the normal of Abramowitz & Stegun 26.7.5, to
// which a term of the fourth order adds digits.
func Student(level, df float64) float64 {
	if df > 1e4 {
		return studentExpansion(Normal(level), df)
	}
	x := mathext.InvRegIncBeta(df/2, 0.5, 1-level)
	t := math.Sqrt(df * (1 - x) / x)
	// One step of Newton's method: the density of t is the slope of p.
	for range 2 {
		density := math.Exp(LogGamma((df+1)/2)-LogGamma(df/2)-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df*math.Pi)
		t += (StudentP(t, df) - (1 - level)) / (2 * density)
	}
	return t
}

func studentExpansion(z, df float64) float64 {
	z2 := z * z
	g1 := (z2 + 1) * z / 4
	g2 := ((5*z2+16)*z2 + 3) * z / 96
	g3 := (((3*z2+19)*z2+17)*z2 - 15) * z / 384
	g4 := ((((79*z2+776)*z2+1482)*z2-1920)*z2 - 945) * z / 92160
	return z + g1/df + g2/(df*df) + g3/(df*df*df) + g4/(df*df*df*df)
}

// LogGamma returns the logarithm of the gamma function of x, for x above 0.
func LogGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// A Sum adds floats without losing what is small beside what is large.
//
// Source: Neumaier 1974, doi 10.1002/zamm.19740540106.
type Sum struct{ total, lost float64 }

// Add adds v.
func (s *Sum) Add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.lost += (s.total - t) + v
	} else {
		s.lost += (v - t) + s.total
	}
	s.total = t
}

// Value returns the sum so far.
func (s *Sum) Value() float64 { return s.total + s.lost }

// Moments returns the mean and the sum of squares around it.
func Moments(values []float64) (mean, squares float64) {
	var s Sum
	for _, v := range values {
		s.Add(v)
	}
	mean = s.Value() / float64(len(values))
	var q Sum
	for _, v := range values {
		q.Add((v - mean) * (v - mean))
	}
	return mean, q.Value()
}

// NormalQuantile returns the value below which a share p of a standard normal lies.
func NormalQuantile(p float64) float64 { return mathext.NormalQuantile(p) }

// Fisher returns the value below which a share p of Fisher's F lies.
func Fisher(p, df1, df2 float64) float64 {
	x := mathext.InvRegIncBeta(df1/2, df2/2, p)
	return df2 * x / (df1 * (1 - x))
}

// Quantile returns the type 7 quantile of Hyndman and Fan of values in rising order, of
// which there is one.
func Quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := min(int(h), len(sorted)-1)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}
