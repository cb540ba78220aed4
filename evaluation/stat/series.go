package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/socialprescribing/sp"
)

// The least numbers of points that an interrupted time series needs on each side.
const (
	fewestPoints = 8  // fewer are refused
	soundPoints  = 12 // fewer are Short
)

// An Interruption says how a series was interrupted.
type Interruption struct {
	From  int     // index of the first point after the change
	Lag   int     // over how many points residuals may be correlated; 0 is floor(4 (n/100)^(2/9)), and -1 none
	Level float64 // of confidence; 0 is 0.95
}

// A Series is the model of an interrupted time series: level and slope before,
// and how both changed.
type Series struct {
	Intercept Term // at the point before the first
	Trend     Term // change per point before the interruption
	Step      Term // change of level at the interruption, between the last point before and where the new trend starts
	Bend      Term // change of the trend after it, per point from the last one before

	Lag          int     // that was used
	Sigma        float64 // standard deviation of the residuals
	R2           float64 // share of the variance that the model explains; 0 where nothing varies
	DurbinWatson float64 // about 2 if neighbouring residuals are unrelated; below 1.5 the lag matters
	DF           int
	Short        bool // fewer than 12 points on one side: season and trend are hard to tell apart
}

// InterruptedSeries fits a segmented regression to points at equal distances of
// time, by least squares, with the standard errors of Newey and West, which allow
// for months that resemble their neighbours. With fewer than eight points on a
// side the error is [TooFewValues]. It fails for values out of range, a negative
// place, and a lag of as many points as there are.
//
// Source: Wagner, Soumerai, Zhang & Ross-Degnan 2002, doi
// 10.1046/j.1365-2710.2002.00430.x; Newey & West 1987, doi 10.2307/1913610.
func InterruptedSeries(y []float64, at Interruption) (Series, error) {
	n := len(y)
	if err := at.check("interrupted series", n); err != nil {
		return Series{}, err
	}
	c := checker("interrupted series")
	checkValues(c, "y", y)
	if err := c.Err(); err != nil {
		return Series{}, err
	}
	if short(n, at.From) < fewestPoints {
		return Series{}, TooFewValues
	}
	f, err := leastSquares(segments(n, at.From), y)
	if err != nil {
		return Series{}, err
	}
	lag, level := at.lag(n), at.level()
	s := Series{Lag: lag, DF: n - 4, Short: short(n, at.From) < soundPoints}
	s.setTerms(f.terms(segmentNames(), f.neweyWest(lag), f.plain(), f.df, level, MethodNeweyWest))
	squares := f.squares()
	_, total := moments(y)
	s.Sigma = math.Sqrt(squares / f.df)
	if total > 0 {
		s.R2 = 1 - squares/total
	}
	var steps sum
	for i := 1; i < n; i++ {
		d := f.residuals[i] - f.residuals[i-1]
		steps.add(d * d)
	}
	s.DurbinWatson = ratio(steps.value(), squares)
	return s, nil
}

func segmentNames() []string { return []string{"intercept", "trend", "step", "bend"} }

func (s *Series) setTerms(t []Term) { s.Intercept, s.Trend, s.Step, s.Bend = t[0], t[1], t[2], t[3] }

// segments returns the columns 1, time from 1, after or not, and points since the
// last one before.
func segments(n, from int) *mat.Dense {
	x := mat.NewDense(n, 4, nil)
	for i := range n {
		x.Set(i, 0, 1)
		x.Set(i, 1, float64(i+1))
		if i >= from {
			x.Set(i, 2, 1)
			x.Set(i, 3, float64(i-from+1))
		}
	}
	return x
}

func short(n, from int) int { return min(from, n-from) }

func (at Interruption) level() float64 {
	if at.Level == 0 {
		return 0.95
	}
	return at.Level
}

func (at Interruption) lag(n int) int {
	switch at.Lag {
	case 0:
		return int(math.Floor(4 * math.Pow(float64(n)/100, 2.0/9)))
	case -1:
		return 0
	}
	return at.Lag
}

func (at Interruption) check(function string, n int) error {
	c := checker(function)
	c.Check(at.From >= 0 && at.From <= n, "from", sp.OutOfRange, "must be the index of a point")
	c.Check(at.Lag >= -1 && at.Lag < max(n, 1), "lag", sp.OutOfRange, "must be from -1 to less than there are points")
	checkLevel(c, at.level())
	return c.Err()
}

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
// [OneGroup], and without observations of both groups before and after it is
// [Collinear]. It fails for values out of range, and for a unit that is in both
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
	t := f.terms([]string{"intercept", "joined", "after", "difference"}, se, f.plain(), float64(g-1), level, MethodCluster)
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
		return Term{}, TooFewValues
	}
	se, g := f.clustered(units, parameters)
	return f.terms([]string{"difference"}, se, f.plain(), float64(g-1), level, MethodCluster)[0], nil
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
		return nil, nil, OneGroup
	}
	return joined, after, nil
}
