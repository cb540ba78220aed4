package stat

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
)

// A Comparison is the estimate of how two groups differ, with the p of the test
// that they do not.
type Comparison struct {
	Estimate
	P float64 // two-sided; 0 where Undefined, or where the method has no test
}

// RateRatio returns the rate of x1 events over an exposure of n1 divided by that
// of x2 over n2, with exact limits and p: given how many events there were in all,
// those of the first group are binomial. Without any event it is [Undefined]
// ([NoCases]), and without one in the second group as well ([NoComparison]), where
// the lower limit stands all the same. It fails unless events are whole numbers up
// to 1e9 and exposures are above 0.
//
// Source: Clopper & Pearson's limits of the conditional binomial, as poisson.test
// of R; Przyborowski & Wilenski 1940, doi 10.1093/biomet/31.3-4.313.
func RateRatio(x1, n1, x2, n2, level float64) (Comparison, error) {
	c := checker("rate ratio")
	checkLevel(c, level)
	c.Check(whole(x1) && whole(x2) && x1+x2 <= maxExact, "events", sp.Malformed, "must be whole numbers, together at most 1e9")
	c.Check(counts(n1) && counts(n2) && n1 > 0 && n2 > 0, "exposures", sp.OutOfRange, sizeRule)
	if err := c.Err(); err != nil {
		return Comparison{}, err
	}
	e := Comparison{Estimate: Estimate{Level: level, Method: MethodConditional, Numerator: x1, Denominator: x2, Of: "events of the other side", Interval: positive()}}
	if x1+x2 == 0 {
		e.Undefined = NoCases
		return e, nil
	}
	share, err := ClopperPearson(x1, x1+x2, level)
	if err != nil {
		return Comparison{}, err
	}
	other, err := ClopperPearson(x2, x1+x2, level) // 1 - share, without rounding near 1
	if err != nil {
		return Comparison{}, err
	}
	e.Interval = Interval{share.Lower / other.Upper * n2 / n1, math.Inf(1)}
	if x2 == 0 {
		e.Undefined = NoComparison
	} else {
		e.Value = x1 / n1 / (x2 / n2)
		e.Interval.Upper = share.Upper / other.Lower * n2 / n1
	}
	e.P = binomialP(x1, x1+x2, n1/(n1+n2))
	return e, nil
}

func whole(x float64) bool { return x >= 0 && x == math.Trunc(x) }

// RiskDifference returns the share x1 of n1 less the share x2 of n2, from -1 to
// 1, with Newcombe's limits: those of [Wilson] of each share, put together. It
// fails unless 0 <= x <= n and n > 0 in both groups.
//
// Source: Newcombe 1998, method 10,
// doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
func RiskDifference(x1, n1, x2, n2, level float64) (Estimate, error) {
	first, err := Wilson(x1, n1, level)
	if err != nil {
		return Estimate{}, err
	}
	second, err := Wilson(x2, n2, level)
	if err != nil {
		return Estimate{}, err
	}
	p1, p2 := x1/n1, x2/n2
	e := Estimate{Value: p1 - p2, Level: level, Method: MethodNewcombe, Numerator: x1 + x2, Denominator: n1 + n2, Of: "cases"}
	e.Interval = Interval{
		Lower: max(-1, e.Value-math.Hypot(p1-first.Lower, second.Upper-p2)),
		Upper: min(1, e.Value+math.Hypot(first.Upper-p1, p2-second.Lower)),
	}
	return e, nil
}

// RiskRatio returns the share x1 of n1 divided by the share x2 of n2, with limits
// on the scale of the logarithm. Where either share is 0 it is [Undefined]
// ([NoEvents]). It fails unless 0 <= x <= n and n > 0 in both groups.
//
// Source: Katz, Baptista, Azen & Pike 1978, doi 10.2307/2530610.
func RiskRatio(x1, n1, x2, n2, level float64) (Estimate, error) {
	if err := checkShare("risk ratio", x1, n1, level); err != nil {
		return Estimate{}, err
	}
	if err := checkShare("risk ratio", x2, n2, level); err != nil {
		return Estimate{}, err
	}
	c := checker("risk ratio")
	c.Check(counts(x1) && counts(x2), "x", sp.OutOfRange, countRule)
	if err := c.Err(); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Level: level, Method: MethodKatz, Numerator: x1 + x2, Denominator: n1 + n2, Of: "cases"}
	if x1 == 0 || x2 == 0 {
		return undefined(e, NoEvents, positive(), "risk ratio")
	}
	e.Value = x1 / n1 / (x2 / n2)
	spread := math.Exp(special.Normal(level) * math.Sqrt((n1-x1)/(x1*n1)+(n2-x2)/(x2*n2)))
	e.Interval = Interval{e.Value / spread, e.Value * spread}
	return e, nil
}

// A Cluster is what was seen of one person, practice or other unit whose cases are
// more alike than those of different ones.
type Cluster struct {
	Cases float64 // sessions that the person attended
	Of    float64 // sessions that were offered to the person
}

// A ClusteredShare is a share of cases that come in clusters.
type ClusteredShare struct {
	Estimate
	Clusters      int
	DesignEffect  float64 // by how much the clusters multiply the variance; 1 if they do not matter
	EffectiveSize float64 // independent cases that would tell as much
}

// Clustered returns the share of cases over all clusters, such as sessions
// attended of those offered, where a person has many: counting sessions as if
// each were another person makes an interval far too narrow. The variance is that
// of a ratio of totals between clusters; the limits are [Wilson]'s for the number
// of independent cases that would have that variance, which is never more than
// there are cases. Where the share is 0 or 1, clusters count as one case each.
// With fewer than two clusters that offered anything, it is [Undefined]. It fails
// unless 0 <= Cases <= Of for each cluster.
//
// Source: Cochran 1977, Sampling Techniques, 3rd ed., 9A; effective size:
// Franco, Little, Louis & Slud 2019, doi 10.1093/jssam/smy019.
func Clustered(clusters []Cluster, level float64) (ClusteredShare, error) {
	c := checker("clustered")
	checkLevel(c, level)
	var x, n, m float64
	for _, k := range clusters {
		ok := counts(k.Of) && counts(k.Cases) && k.Cases <= k.Of
		if c.Check(ok, "clusters", sp.OutOfRange, "must each have cases from 0 to all, and all at most 2^53"); !ok {
			break
		}
		if k.Of > 0 {
			m++
		}
		x += k.Cases
		n += k.Of
	}
	c.Check(n <= maxCount, "clusters", sp.OutOfRange, "must together have at most 2^53 cases")
	if err := c.Err(); err != nil {
		return ClusteredShare{}, err
	}
	s := ClusteredShare{Clusters: int(m), Estimate: Estimate{Level: level, Method: MethodEffective, Numerator: x, Denominator: n, Of: "cases", Per: 1, Interval: Interval{0, 1}}}
	switch {
	case n == 0:
		s.Undefined = NoCases
		return s, nil
	case m < 2:
		s.Undefined = TooFewValues
		return s, nil
	}
	p := x / n
	s.EffectiveSize = m
	if 0 < p && p < 1 {
		var squares special.Sum
		for _, k := range clusters {
			d := k.Cases - p*k.Of
			squares.Add(d * d)
		}
		variance := m / (m - 1) * squares.Value() / (n * n)
		if variance > 0 {
			s.EffectiveSize = min(n, p*(1-p)/variance)
		} else {
			s.EffectiveSize = n
		}
	}
	s.DesignEffect = n / s.EffectiveSize
	i, err := Wilson(p*s.EffectiveSize, s.EffectiveSize, level)
	s.Value, s.Interval = p, i
	return s, err
}
