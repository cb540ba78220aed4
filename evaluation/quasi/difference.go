package quasi

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// An Observation is a unit at a time: a practice in a month, say.
type Observation struct {
	Unit   string
	Period string // such as "2025-04"
	Joined bool   // the unit is one that is helped, at this or any other time
	After  bool   // the period is one in which help is given
	Y      float64
}

// A Difference is a difference in differences: by how much more those who were
// helped changed than those who were not.
type Difference struct {
	Term      Term // the difference; its interval allows any correlation within a unit
	Units     int
	Joined    Term // how the helped differed from the others before
	After     Term // how the others changed
	Intercept Term // the others before

	// By how much the helped are above the others, period by period in the order in which
	// the periods first appear: before help began it should not drift.
	Gaps []Gap
}

// A Gap is by how much the mean of those who are helped is above that of the others in
// one period.
type Gap struct {
	Period string
	After  bool
	Value  float64
}

// gaps returns the gap of each period that has both groups.
func gaps(observations []Observation) []Gap {
	type sums struct{ total, count [2]float64 }
	by, order := map[string]*sums{}, []Gap{}
	for _, o := range observations {
		s := by[o.Period]
		if s == nil {
			s = new(sums)
			by[o.Period] = s
			order = append(order, Gap{Period: o.Period, After: o.After})
		}
		g := int(indicator(o.Joined))
		s.total[g] += o.Y
		s.count[g]++
	}
	var found []Gap
	for _, gap := range order {
		if s := by[gap.Period]; s.count[0] > 0 && s.count[1] > 0 {
			gap.Value = s.total[1]/s.count[1] - s.total[0]/s.count[0]
			found = append(found, gap)
		}
	}
	return found
}

// DifferenceInDifferences returns the difference in differences of observations,
// by least squares on group, time and both, with standard errors clustered by
// unit. It is an effect only if both groups would otherwise have changed alike,
// which nothing here can prove: look at the Gaps before. All units must be
// helped from the same period on; where they start one after the other, the
// estimate is biased. With fewer than two units in a group the error is
// [stat.OneGroup], and without observations of both groups before and after it is
// [stat.Collinear]. It fails for values out of range, and for a unit that is in both
// groups or a period that is both before and after.
//
// Source: Bertrand, Duflo & Mullainathan 2004, doi 10.1162/003355304772839588.
func DifferenceInDifferences(observations []Observation, level float64) (Difference, error) {
	joined, _, err := checkPanel("difference in differences", observations, level)
	if err != nil {
		return Difference{}, err
	}
	n := len(observations)
	x, y, units := mat.NewDense(n, 4, nil), make([]float64, n), make([]string, n)
	for i, o := range observations {
		j, a := indicator(o.Joined), indicator(o.After)
		x.SetRow(i, []float64{1, j, a, j * a})
		y[i], units[i] = o.Y, o.Unit
	}
	f, err := leastSquares(x, y)
	if err != nil {
		return Difference{}, err
	}
	se, g := f.clustered(units, 4)
	t := f.terms([]string{"intercept", "joined", "after", "difference"}, se, f.plain(), float64(g-1), level, stat.MethodCluster)
	return Difference{Term: t[3], Units: len(joined), Intercept: t[0], Joined: t[1], After: t[2], Gaps: gaps(observations)}, nil
}

// TwoWayDifference returns the same difference with a level of its own for each
// unit and each period (two-way fixed effects). It needs every unit in every
// period exactly once, and fails otherwise; everything else is as in
// [DifferenceInDifferences].
func TwoWayDifference(observations []Observation, level float64) (Term, error) {
	joined, after, err := checkPanel("two-way difference", observations, level)
	if err != nil {
		return Term{}, err
	}
	n, u, p := len(observations), len(joined), len(after)
	seen := map[[2]string]bool{}
	unitD, unitY, periodD, periodY := map[string]float64{}, map[string]float64{}, map[string]float64{}, map[string]float64{}
	var allD, allY float64
	for _, o := range observations {
		seen[[2]string{o.Unit, o.Period}] = true
		d := indicator(o.Joined && o.After)
		unitD[o.Unit] += d / float64(p)
		unitY[o.Unit] += o.Y / float64(p)
		periodD[o.Period] += d / float64(u)
		periodY[o.Period] += o.Y / float64(u)
		allD += d / float64(n)
		allY += o.Y / float64(n)
	}
	if len(seen) != n || n != u*p {
		return Term{}, sp.Invalid("stat: two-way difference", "observations", sp.Duplicate, "must have every unit in every period exactly once")
	}
	x, y, units := mat.NewDense(n, 1, nil), make([]float64, n), make([]string, n)
	for i, o := range observations {
		x.Set(i, 0, indicator(o.Joined && o.After)-unitD[o.Unit]-periodD[o.Period]+allD)
		y[i], units[i] = o.Y-unitY[o.Unit]-periodY[o.Period]+allY, o.Unit
	}
	f, err := leastSquares(x, y)
	if err != nil {
		return Term{}, err
	}
	parameters := u + p // a level for each, less one, and the difference
	f.df = float64(n - parameters)
	if f.df < 1 {
		return Term{}, stat.TooFewValues
	}
	se, g := f.clustered(units, parameters)
	return f.terms([]string{"difference"}, se, f.plain(), float64(g-1), level, stat.MethodCluster)[0], nil
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// checkPanel returns which units joined and which periods are after.
func checkPanel(function string, observations []Observation, level float64) (joined, after map[string]bool, err error) {
	c := checker(function)
	checkLevel(c, level)
	joined, after = map[string]bool{}, map[string]bool{}
	for i, o := range observations {
		at := fmt.Sprintf("observations[%d]", i)
		checkValues(c, at+".y", []float64{o.Y})
		was, known := joined[o.Unit]
		c.Check(!known || was == o.Joined, at+".joined", sp.Inconsistent, "must be the same for all observations of a unit")
		joined[o.Unit] = o.Joined
		was, known = after[o.Period]
		c.Check(!known || was == o.After, at+".after", sp.Inconsistent, "must be the same for all observations of a period")
		after[o.Period] = o.After
	}
	if err := c.Err(); err != nil {
		return nil, nil, err
	}
	var with, without int
	for _, j := range joined {
		if j {
			with++
		} else {
			without++
		}
	}
	if with < 2 || without < 2 {
		return nil, nil, stat.OneGroup
	}
	return joined, after, nil
}
