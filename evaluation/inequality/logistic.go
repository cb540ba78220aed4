package inequality

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// LogisticGradient fits a share, out of most, over position by logistic regression, and
// returns the fitted ends: the line never leaves the range from 0 to most. The World
// Health Organization takes its slope and relative index from it; its healthequal 1.0.1
// counts populations twice, here they count once. It fails as [Ranking.Gradient] does,
// with an [*ItemError] for a value that is not from 0 to most, and with an
// [*UndefinedError] where all values are 0 or all are most, or the fit does not settle.
//
// Source: Papke & Wooldridge 1996, doi
// 10.1002/(SICI)1099-1255(199611)11:6<619::AID-JAE418>3.0.CO;2-1.
func (r *Ranking) LogisticGradient(values []float64, most float64) (Gradient, error) {
	f, err := r.logistic(values, most)
	if err != nil {
		return Gradient{}, err
	}
	return f.gradient(), nil
}

// LogisticSlope returns the slope and relative index of inequality of the line of
// [Ranking.LogisticGradient] with normal limits by the delta method, those of the ratio
// on the scale of its logarithm. If the values were estimated, each on its own,
// standardErrors are theirs, in the unit of the values; if it is nil, the limits say how
// far items scatter around the line, robustly (HC1), as those of WHO's healthequal do.
// It fails as LogisticGradient and [Ranking.Slope] do.
//
// Source: MacKinnon & White 1985, doi 10.1016/0304-4076(85)90158-7.
func (r *Ranking) LogisticSlope(values, standardErrors []float64, most, level float64) (Slope, error) {
	if !(level >= 0.1 && level <= 0.9999) {
		return Slope{}, invalid("level", sp.OutOfRange, "must be from 0.1 to 0.9999")
	}
	f, err := r.logistic(values, most)
	if err != nil {
		return Slope{}, err
	}
	if r.Len() < 3 {
		return Slope{}, &UndefinedError{Measure: "slope index of inequality", Reason: "there are fewer than three items"}
	}
	method := stat.MethodDelta
	if standardErrors == nil {
		standardErrors, method = f.scatter(r, values), "HC1, delta method"
	} else if err := r.checkErrors(standardErrors); err != nil {
		return Slope{}, err
	}
	line := f.gradient()
	top, bottom := line.Top/most, line.Bottom/most
	atTop, atBottom := top*(1-top), bottom*(1-bottom) // how fast the ends move with the log odds
	z := special.Normal(level)
	halfSII := z * most * f.error(r, standardErrors, atTop-atBottom, atTop+atBottom)
	halfRII := z * f.error(r, standardErrors, bottom-top, 2-top-bottom)
	e := stat.Estimate{Level: level, Method: method, Denominator: float64(r.Len()), Of: "items"}
	s := Slope{SII: e, RII: e, Fit: line}
	s.SII.Value, s.SII.Interval = line.SII(), stat.Interval{Lower: line.SII() - halfSII, Upper: line.SII() + halfSII}
	s.RII.Value, s.RII.Interval = top/bottom, stat.Interval{Lower: top / bottom / math.Exp(halfRII), Upper: top / bottom * math.Exp(halfRII)}
	if math.IsNaN(halfSII) || math.IsInf(halfSII, 0) {
		s.SII.Value, s.SII.Undefined, s.SII.Interval = 0, stat.Unbounded, stat.Interval{Lower: -most, Upper: most}
	}
	if i := s.RII.Interval; math.IsNaN(i.Lower+i.Upper) || math.IsInf(i.Upper, 0) {
		s.RII.Value, s.RII.Undefined, s.RII.Interval = 0, stat.Unbounded, stat.Interval{Upper: math.Inf(1)}
	}
	return s, nil
}

// A logisticFit is a line of log odds over 2R - 1.
type logisticFit struct {
	middle, slope float64
	h00, h01, h11 float64 // the information: what the scores of middle and slope change by
	mean, most    float64
}

func (f logisticFit) at(x float64) float64 { return f.most / (1 + math.Exp(-f.middle-f.slope*x)) }

func (f logisticFit) gradient() Gradient {
	return Gradient{Bottom: f.at(-1), Top: f.at(1), Mean: f.mean * f.most}
}

// scatter returns how far each item lies off the line, scaled for the two numbers that
// it was fitted by.
func (f logisticFit) scatter(r *Ranking, values []float64) []float64 {
	n := float64(len(values))
	off := make([]float64, len(values))
	for i, v := range values {
		off[i] = math.Abs(v-f.at(r.rank[i])) * math.Sqrt(n/(n-2))
	}
	return off
}

// error returns the standard error of a sum of middle and slope with the given weights,
// by the sandwich.
func (f logisticFit) error(r *Ranking, standardErrors []float64, middle, slope float64) float64 {
	d := f.h00*f.h11 - f.h01*f.h01
	first, second := (f.h11*middle-f.h01*slope)/d, (f.h00*slope-f.h01*middle)/d
	var sum float64
	for i, se := range standardErrors {
		a := r.share[i] * se / f.most * (first + second*r.rank[i])
		sum += float64(a * a)
	}
	return math.Sqrt(sum)
}

// logistic fits a line of log odds by Newton's method.
func (r *Ranking) logistic(values []float64, most float64) (logisticFit, error) {
	if !(most >= smallest && most <= largest) {
		return logisticFit{}, invalid("most", sp.OutOfRange, "must be from 1e-100 to 1e100")
	}
	if err := r.checkGradient(values); err != nil {
		return logisticFit{}, err
	}
	f := logisticFit{most: most}
	for i, v := range values {
		if !(v >= 0 && v <= most) {
			return logisticFit{}, &ItemError{Index: i, Column: "value", Rule: "must be from 0 to most"}
		}
		f.mean += r.share[i] * v / most
	}
	undefined := &UndefinedError{Measure: "logistic gradient", Reason: "the fit does not settle"}
	if f.mean <= 0 || f.mean >= 1 {
		return logisticFit{}, undefined
	}
	f.middle = math.Log(f.mean / (1 - f.mean))
	for range 100 {
		var g0, g1 float64
		f.h00, f.h01, f.h11 = 0, 0, 0
		for i, v := range values {
			x, w := r.rank[i], r.share[i]
			p := 1 / (1 + math.Exp(-f.middle-f.slope*x))
			off, spread := w*(v/most-p), w*p*(1-p)
			g0, g1 = g0+off, g1+off*x
			f.h00, f.h01, f.h11 = f.h00+spread, f.h01+spread*x, f.h11+spread*x*x
		}
		d := f.h00*f.h11 - f.h01*f.h01
		stepMiddle, stepSlope := (f.h11*g0-f.h01*g1)/d, (f.h00*g1-f.h01*g0)/d
		f.middle, f.slope = f.middle+stepMiddle, f.slope+stepSlope
		if math.IsNaN(f.middle) || math.IsNaN(f.slope) || math.Abs(f.slope) > 500 {
			return logisticFit{}, undefined
		}
		if math.Abs(stepMiddle)+math.Abs(stepSlope) < 1e-10 {
			return f, nil
		}
	}
	return logisticFit{}, undefined
}
