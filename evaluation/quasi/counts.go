package quasi

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A CountPoint is one point of a series of counts.
type CountPoint struct {
	Events   float64
	Exposure float64 // people or person-time that had them; 1 if it does not change
}

// A CountSeries is the model of an interrupted series of counts. Its terms are on
// the scale of the logarithm of the rate; [CountSeries.StepRatio] is not.
type CountSeries struct {
	Series             // without Sigma, R2, DurbinWatson and Lag, which have no meaning here
	Dispersion float64 // Pearson's chi-squared over its degrees of freedom: 1 for counts that scatter by chance alone
	Deviance   float64
}

// StepRatio returns by which factor the rate changed at the interruption.
func (s CountSeries) StepRatio() stat.Estimate {
	e := s.Step.Estimate
	e.Value = math.Exp(e.Value)
	e.Interval = stat.Interval{Lower: math.Exp(e.Interval.Lower), Upper: math.Exp(e.Interval.Upper)}
	if !e.Defined() {
		e.Value = 0
	}
	return e
}

// InterruptedCounts fits a segmented Poisson regression of the rate to counts at
// equal distances of time, with standard errors widened, or narrowed, by the
// dispersion of the counts (quasi-Poisson). They do not allow for counts that
// resemble their neighbours. With fewer than eight points on a side the error is
// [stat.TooFewValues], without events on a side [stat.NoEvents], and [stat.Collinear] where the
// fit does not settle. It fails as [InterruptedSeries] does, and unless events are
// at least 0 and exposures above 0.
//
// Source: McCullagh & Nelder 1989, doi 10.1201/9780203753736, ch. 6.
func InterruptedCounts(points []CountPoint, at Interruption) (CountSeries, error) {
	n := len(points)
	if err := at.check("interrupted counts", n); err != nil {
		return CountSeries{}, err
	}
	c := checker("interrupted counts")
	var before, after float64
	for i, p := range points {
		c.Check(counts(p.Events), fmt.Sprintf("points[%d].events", i), sp.OutOfRange, countRule)
		c.Check(counts(p.Exposure) && p.Exposure > 0, fmt.Sprintf("points[%d].exposure", i), sp.OutOfRange, sizeRule)
		if i < at.From {
			before += p.Events
		} else {
			after += p.Events
		}
	}
	if err := c.Err(); err != nil {
		return CountSeries{}, err
	}
	switch {
	case short(n, at.From) < fewestPoints:
		return CountSeries{}, stat.TooFewValues
	case before == 0 || after == 0:
		return CountSeries{}, stat.NoEvents
	}
	f, mu, err := poissonFit(segments(n, at.From), points)
	if err != nil {
		return CountSeries{}, err
	}
	s := CountSeries{Series: Series{DF: n - 4, Short: short(n, at.From) < soundPoints}}
	for i, p := range points {
		s.Dispersion += (p.Events - mu[i]) * (p.Events - mu[i]) / mu[i] / f.df
		if p.Events > 0 {
			s.Deviance += 2 * p.Events * math.Log(p.Events/mu[i])
		}
		s.Deviance -= 2 * (p.Events - mu[i])
	}
	plain, quasi := make([]float64, 4), make([]float64, 4)
	for j := range plain {
		plain[j] = math.Sqrt(f.inverse.At(j, j))
		quasi[j] = plain[j] * math.Sqrt(s.Dispersion)
	}
	s.setTerms(f.terms(segmentNames(), quasi, plain, f.df, at.level(), stat.MethodQuasiPoisson))
	return s, nil
}

// poissonFit fits the logarithm of the rate by iterated weighted least squares.
func poissonFit(x *mat.Dense, points []CountPoint) (*fit, []float64, error) {
	n, k := x.Dims()
	mu := make([]float64, n)
	for i, p := range points {
		mu[i] = max(p.Events, 0.1)
	}
	last := make([]float64, k)
	for range 100 {
		weighted, z := mat.NewDense(n, k, nil), make([]float64, n)
		for i, p := range points {
			root := math.Sqrt(mu[i])
			for j := range k {
				weighted.Set(i, j, root*x.At(i, j))
			}
			z[i] = root * (math.Log(mu[i]/p.Exposure) + (p.Events-mu[i])/mu[i])
		}
		f, err := leastSquares(weighted, z)
		if err != nil {
			return nil, nil, err
		}
		b, moved := mat.NewVecDense(k, f.b), 0.0
		for i, p := range points {
			mu[i] = p.Exposure * math.Exp(mat.Dot(x.RowView(i), b))
			if !(mu[i] > 0) || math.IsInf(mu[i], 0) {
				return nil, nil, stat.Collinear
			}
		}
		for j, v := range f.b {
			moved = max(moved, math.Abs(v-last[j])/(1e-3+math.Abs(v)))
		}
		if moved < 1e-9 { // Newton steps: the next would move by the square of it
			return f, mu, nil
		}
		last = f.b
	}
	return nil, nil, stat.Collinear
}
