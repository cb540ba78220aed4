package quasi

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"

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
// side the error is [stat.TooFewValues]. It fails for values out of range, a negative
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
		return Series{}, stat.TooFewValues
	}
	f, err := leastSquares(segments(n, at.From), y)
	if err != nil {
		return Series{}, err
	}
	lag, level := at.lag(n), at.level()
	s := Series{Lag: lag, DF: n - 4, Short: short(n, at.From) < soundPoints}
	s.setTerms(f.terms(segmentNames(), f.neweyWest(lag), f.plain(), f.df, level, stat.MethodNeweyWest))
	squares := f.squares()
	_, total := special.Moments(y)
	s.Sigma = math.Sqrt(squares / f.df)
	if total > 0 {
		s.R2 = 1 - squares/total
	}
	var steps special.Sum
	for i := 1; i < n; i++ {
		d := f.residuals[i] - f.residuals[i-1]
		steps.Add(d * d)
	}
	if squares > 0 {
		s.DurbinWatson = steps.Value() / squares
	}
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
