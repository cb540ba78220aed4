package inequality

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Scale is that on which a quantity is taken to change evenly with position.
type Scale int8

// The scales.
const (
	Additive    Scale = iota // the quantity itself: life expectancy, money
	Logarithmic              // its logarithm: rates, which are above 0
	Logistic                 // its log odds: shares between 0 and 1
)

// A SlopeOptions says how a slope is fitted and given. The zero value fits the
// quantity itself and gives 95 % limits.
type SlopeOptions struct {
	Scale      Scale
	Level      float64 // of confidence; 0 is 0.95
	Multiplier float64 // of the slope index: 100 for shares in per cent; negative turns both indices round; 0 is 1
}

// A Slope holds the slope and relative index of inequality with their limits.
type Slope struct {
	SII stat.Estimate // between the very least and the very most disadvantaged, in the unit of the values
	RII stat.Estimate // the ratio of the two
	Fit Gradient      // on the quantity's own scale
}

// Slope returns the slope and relative index of inequality of values, with limits in
// closed form: the indices are linear in the values, so no simulation is needed.
//
// If the values were estimated, each on its own, standardErrors are theirs on the scale
// of the fit, such as [StandardErrors] returns; the variance of the slope is theirs
// weighted, and the limits of the ratio are Fieller's. If the values are known, as money
// is, standardErrors is nil, and the limits say how far areas scatter around the line,
// robustly (HC1). On the other scales both limits come from those of the slope, through
// the middle of the line. Where Fieller's limits do not hold the ratio it has none, and
// where an end of the line is not above 0 it is undefined.
//
// It fails as [Ranking.Gradient] does, with an [*ItemError] for a value that has no
// logarithm or no log odds and an error below 0, with an [*UndefinedError] for fewer than
// three items, and with an error that is [sp.ErrInvalid] for a level out of range.
//
// Sources: Pamuk 1985; Low & Low 2004, doi 10.1093/pubmed/fdh173 (as the public health
// indicators of England, PHEindicatormethods); Fieller 1954; MacKinnon & White 1985,
// doi 10.1016/0304-4076(85)90158-7.
func (r *Ranking) Slope(values, standardErrors []float64, o SlopeOptions) (Slope, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Multiplier == 0 {
		o.Multiplier = 1
	}
	if !(o.Level >= 0.1 && o.Level <= 0.9999) || !(math.Abs(o.Multiplier) <= largest) || o.Scale < Additive || o.Scale > Logistic {
		return Slope{}, invalid("options", sp.OutOfRange, "must have a level from 0.1 to 0.9999, a multiplier of a sensible size, and one of the scales")
	}
	y, err := o.Scale.forth(values)
	if err != nil {
		return Slope{}, err
	}
	line, err := r.Gradient(y)
	if err != nil {
		return Slope{}, err
	}
	if r.Len() < 3 {
		return Slope{}, &UndefinedError{Measure: "slope index of inequality", Reason: "there are fewer than three items"}
	}
	method := stat.Method("closed form")
	if standardErrors == nil {
		standardErrors, method = r.scatter(y, line), "HC1"
	} else if err := r.checkErrors(standardErrors); err != nil {
		return Slope{}, err
	}
	v := r.variances(standardErrors)
	z := special.Normal(o.Level)
	s := o.additive(line, v, z)
	if o.Scale != Additive {
		s = o.through(line, v, z)
	}
	s.SII.Level, s.SII.Method, s.SII.Denominator, s.SII.Of = o.Level, method, float64(r.Len()), "items"
	s.RII.Level, s.RII.Method, s.RII.Denominator, s.RII.Of = o.Level, method, float64(r.Len()), "items"
	if o.Scale == Additive {
		s.RII.Method = stat.MethodFieller
	}
	return s.times(o.Multiplier), nil
}

func (r *Ranking) checkErrors(standardErrors []float64) error {
	if err := checkLength("standard error", len(standardErrors), r.Len()); err != nil {
		return err
	}
	return checkItems("standard error", standardErrors, unsigned)
}

// scatter returns how far each item lies off a line, scaled for the two numbers that it
// was fitted by.
func (r *Ranking) scatter(y []float64, line Gradient) []float64 {
	n := float64(len(y))
	off := make([]float64, len(y))
	for i, v := range y {
		off[i] = math.Abs(v-line.at(r.At(i))) * math.Sqrt(n/(n-2))
	}
	return off
}

// at returns the height of the line at a position.
func (g Gradient) at(position float64) float64 { return g.Bottom + position*g.SII() }

// endVariances are the variances of a line's two ends and of its slope.
type endVariances struct{ bottom, top, both, slope float64 }

// variances returns those that follow from the standard errors of the items: both ends
// are sums of the items with known weights.
func (r *Ranking) variances(standardErrors []float64) endVariances {
	var v endVariances
	for i, se := range standardErrors {
		slope := r.tilt[i] / 2 / r.variance
		bottom, top := (r.share[i]-slope/2)*se, (r.share[i]+slope/2)*se
		v.bottom += bottom * bottom
		v.top += top * top
		v.both += bottom * top
		v.slope += slope * se * slope * se
	}
	return v
}

// additive returns the indices of a line on the quantity's own scale.
func (o SlopeOptions) additive(line Gradient, v endVariances, z float64) Slope {
	s := Slope{Fit: line}
	half := z * math.Sqrt(v.slope)
	s.SII.Value, s.SII.Interval = line.SII(), stat.Interval{Lower: line.SII() - half, Upper: line.SII() + half}
	if line.Bottom <= 0 || line.Top <= 0 {
		s.RII.Undefined, s.RII.Interval = stat.Unbounded, stat.Interval{Upper: math.Inf(1)}
		return s
	}
	s.RII.Value, s.RII.Interval = line.Top/line.Bottom, stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}
	a, b, c := line.Bottom*line.Bottom-z*z*v.bottom, line.Top*line.Bottom-z*z*v.both, line.Top*line.Top-z*z*v.top
	if root := b*b - a*c; a > 0 && root >= 0 {
		s.RII.Interval = stat.Interval{Lower: (b - math.Sqrt(root)) / a, Upper: (b + math.Sqrt(root)) / a}
	}
	return s
}

// through returns the indices of a line on another scale.
func (o SlopeOptions) through(line Gradient, v endVariances, z float64) Slope {
	middle, slope, half := (line.Bottom+line.Top)/2, line.SII(), z*math.Sqrt(v.slope)
	at := func(slope float64) Gradient {
		return Gradient{Bottom: o.Scale.back(middle - slope/2), Top: o.Scale.back(middle + slope/2), Mean: o.Scale.back(line.Mean)}
	}
	low, high := at(slope-half), at(slope+half)
	s := Slope{Fit: at(slope)}
	s.SII.Value, s.SII.Interval = s.Fit.SII(), stat.Interval{Lower: low.SII(), Upper: high.SII()}
	s.RII.Value, s.RII.Interval = s.Fit.Top/s.Fit.Bottom, stat.Interval{Lower: low.Top / low.Bottom, Upper: high.Top / high.Bottom}
	if math.IsInf(s.RII.Interval.Upper+s.SII.Interval.Upper-s.SII.Interval.Lower, 0) || math.IsNaN(s.RII.Value+s.RII.Interval.Lower) {
		s.SII.Value, s.SII.Undefined, s.SII.Interval = 0, stat.Unbounded, stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}
		s.RII.Value, s.RII.Undefined, s.RII.Interval = 0, stat.Unbounded, stat.Interval{Upper: math.Inf(1)}
	}
	return s
}

// times returns s with its slope index multiplied, and both indices turned round by a
// negative multiplier.
func (s Slope) times(m float64) Slope {
	s.SII.Value *= m
	i := s.SII.Interval
	s.SII.Interval = stat.Interval{Lower: min(i.Lower*m, i.Upper*m), Upper: max(i.Lower*m, i.Upper*m)}
	if m < 0 && s.RII.Defined() {
		s.RII.Value = 1 / s.RII.Value
		if i := s.RII.Interval; i.Lower > 0 {
			s.RII.Interval = stat.Interval{Lower: 1 / i.Upper, Upper: 1 / i.Lower}
		} else if !i.OpenBelow() {
			s.RII.Interval = stat.Interval{Lower: 1 / i.Upper, Upper: math.Inf(1)}
		}
	}
	return s
}

// forth returns values on the scale.
func (s Scale) forth(values []float64) ([]float64, error) {
	if s == Additive {
		return values, nil
	}
	y := make([]float64, len(values))
	for i, v := range values {
		rule := "must be from 1e-100 to 1e100"
		ok := v >= smallest && v <= largest
		y[i] = math.Log(v)
		if s == Logistic {
			rule = "must lie between 0 and 1"
			ok = v > 0 && v < 1
			y[i] = math.Log(v / (1 - v))
		}
		if !ok {
			return nil, &ItemError{Index: i, Column: "value", Rule: rule}
		}
	}
	return y, nil
}

// back undoes forth.
func (s Scale) back(y float64) float64 {
	switch s {
	case Logarithmic:
		return math.Exp(y)
	case Logistic:
		return 1 / (1 + math.Exp(-y))
	case Additive:
	}
	return y
}

// StandardErrors returns the standard errors on a scale of values that were published
// with limits at a level: half their distance on that scale, over z. It fails with an
// [*ItemError] for a limit that the scale does not hold or limits in the wrong order, and
// with an error that is [sp.ErrInvalid] for a level out of range and columns of different
// length.
func StandardErrors(lower, upper []float64, level float64, scale Scale) ([]float64, error) {
	if !(level >= 0.1 && level <= 0.9999) || scale < Additive || scale > Logistic {
		return nil, invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999, and the scale one of the constants")
	}
	if err := checkLength("upper", len(upper), len(lower)); err != nil {
		return nil, err
	}
	l, err := scale.forth(lower)
	if err != nil {
		return nil, err
	}
	u, err := scale.forth(upper)
	if err != nil {
		return nil, err
	}
	z := special.Normal(level)
	se := make([]float64, len(l))
	for i := range se {
		se[i] = (u[i] - l[i]) / (2 * z)
		if !(se[i] >= 0) || math.IsInf(se[i], 0) {
			return nil, &ItemError{Index: i, Column: "upper", Rule: "must be a finite number of at least the lower limit"}
		}
	}
	return se, nil
}
