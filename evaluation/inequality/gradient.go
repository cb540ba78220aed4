package inequality

import "math"

// A Gradient is the straight line, fitted by least squares weighted by
// population, of a quantity over social position. Its indices use the whole
// population and not only its two ends.
type Gradient struct {
	Bottom float64 // fitted for the very most disadvantaged, position 0
	Top    float64 // fitted for the very least disadvantaged, position 1
	Mean   float64 // per head, over all
}

// SII returns the slope index of inequality: Top less Bottom, in the unit of
// the values. It is positive if the advantaged have more.
func (g Gradient) SII() float64 { return g.Top - g.Bottom }

// RII returns the relative index of inequality as the ratio of the fitted ends,
// Top over Bottom: 1 if position makes no difference. This is the convention of
// the public health indicators of England (PHEindicatormethods). It fails with
// an [*UndefinedError] unless both ends are above 0.
func (g Gradient) RII() (float64, error) {
	if !(g.Bottom > 0 && g.Top > 0) {
		return 0, &UndefinedError{Measure: "relative index of inequality", Reason: "an end of the fitted line is not above 0"}
	}
	return g.Top / g.Bottom, nil
}

// RelativeSII returns the relative index of inequality as the slope index over
// the mean: 0 if position makes no difference. This is the convention of
// Pamuk 1985. It fails with an [*UndefinedError] unless the mean is above 0.
func (g Gradient) RelativeSII() (float64, error) {
	if !(g.Mean > 0) {
		return 0, &UndefinedError{Measure: "relative index of inequality", Reason: "the mean is not above 0"}
	}
	return g.SII() / g.Mean, nil
}

// Gradient fits values, which may be negative, over position. It fails with an
// [*ItemError] if a value is not a finite number, with an [*UndefinedError] if
// all items share one position, and with an error that is [sp.ErrInvalid] if
// there is not one value for each item. It allocates nothing.
func (r *Ranking) Gradient(values []float64) (Gradient, error) {
	if err := r.checkGradient(values); err != nil {
		return Gradient{}, err
	}
	mean, tilt, _ := r.sums(values)
	if math.IsNaN(mean) || math.IsInf(mean, 0) || math.IsNaN(tilt) || math.IsInf(tilt, 0) {
		if err := checkItems("value", values, signed); err != nil {
			return Gradient{}, err
		}
		return Gradient{}, checkSum("value", math.Inf(1))
	}
	slope := tilt / 2 / r.variance
	return Gradient{Bottom: mean - slope/2, Top: mean + slope/2, Mean: mean}, nil
}

// GradientError returns the standard error of the slope index if each value was
// estimated on its own with the given standard error. It fails as
// [Ranking.Gradient] does, and with an [*ItemError] if an error is negative.
func (r *Ranking) GradientError(standardErrors []float64) (float64, error) {
	if err := r.checkGradient(standardErrors); err != nil {
		return 0, err
	}
	if err := checkItems("value", standardErrors, unsigned); err != nil {
		return 0, err
	}
	var sum float64
	for i, se := range standardErrors {
		a := r.tilt[i] / 2 / r.variance * se
		sum += float64(a * a)
	}
	return math.Sqrt(sum), nil
}

func (r *Ranking) checkGradient(values []float64) error {
	if err := checkLength("value", len(values), r.Len()); err != nil {
		return err
	}
	if r.variance == 0 {
		return &UndefinedError{Measure: "slope index of inequality", Reason: "all items share one position"}
	}
	return nil
}
