package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normal returns z with which a normal interval of a level has z standard
// errors to either side.
func normal(level float64) float64 { return mathext.NormalQuantile((1 + level) / 2) }

// normalP returns the two-sided p of a standard normal z.
func normalP(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// normalBelow returns the share of a standard normal below z.
func normalBelow(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// chiSquaredP returns how often a chi-squared of df degrees exceeds x.
func chiSquaredP(x, df float64) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// studentP returns the two-sided p of a Student t with df degrees of freedom.
func studentP(t, df float64) float64 {
	if t == 0 {
		return 1
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// student returns t with which an interval of a level around a mean has t
// standard errors to either side: the (1+level)/2 quantile of Student's t. For
// few degrees it comes from the inverse of the incomplete beta function; for
// many, from the expansion around the normal of Abramowitz & Stegun 26.7.5, to
// which a term of the fourth order adds digits.
func student(level, df float64) float64 {
	if df > 1e4 {
		return studentExpansion(normal(level), df)
	}
	x := mathext.InvRegIncBeta(df/2, 0.5, 1-level)
	t := math.Sqrt(df * (1 - x) / x)
	// One step of Newton's method: the density of t is the slope of p.
	for range 2 {
		density := math.Exp(lgamma((df+1)/2)-lgamma(df/2)-(df+1)/2*math.Log1p(t*t/df)) / math.Sqrt(df*math.Pi)
		t += (studentP(t, df) - (1 - level)) / (2 * density)
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

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// A sum adds floats without losing what is small beside what is large.
//
// Source: Neumaier 1974, doi 10.1002/zamm.19740540106.
type sum struct{ total, lost float64 }

func (s *sum) add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.lost += (s.total - t) + v
	} else {
		s.lost += (v - t) + s.total
	}
	s.total = t
}

func (s *sum) value() float64 { return s.total + s.lost }

// moments returns the mean and the sum of squares around it.
func moments(values []float64) (mean, squares float64) {
	var s sum
	for _, v := range values {
		s.add(v)
	}
	mean = s.value() / float64(len(values))
	var q sum
	for _, v := range values {
		q.add((v - mean) * (v - mean))
	}
	return mean, q.value()
}

// quantileOfNormal returns the value below which a share p of a standard normal lies.
func quantileOfNormal(p float64) float64 { return mathext.NormalQuantile(p) }

// fisher returns the value below which a share p of Fisher's F lies.
func fisher(p, df1, df2 float64) float64 {
	x := mathext.InvRegIncBeta(df1/2, df2/2, p)
	return df2 * x / (df1 * (1 - x))
}
