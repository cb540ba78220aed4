package inequality

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normal returns z with which a normal interval of a level has z standard errors to
// either side.
func normal(level float64) float64 { return mathext.NormalQuantile((1 + level) / 2) }

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
	if !(most >= smallest && most <= largest) {
		return Gradient{}, invalid("most", "must be from 1e-100 to 1e100")
	}
	if err := r.checkGradient(values); err != nil {
		return Gradient{}, err
	}
	var mean float64
	for i, v := range values {
		if !(v >= 0 && v <= most) {
			return Gradient{}, &ItemError{Index: i, Column: "value", Rule: "must be from 0 to most"}
		}
		mean += r.share[i] * v / most
	}
	undefined := &UndefinedError{Measure: "logistic gradient", Reason: "the fit does not settle"}
	if mean <= 0 || mean >= 1 {
		return Gradient{}, undefined
	}
	a, b := math.Log(mean/(1-mean)), 0.0 // log odds in the middle, and slope over 2R - 1
	for range 100 {
		var g0, g1, h00, h01, h11 float64
		for i, v := range values {
			x, w := r.rank[i], r.share[i]
			p := 1 / (1 + math.Exp(-a-b*x))
			off, spread := w*(v/most-p), w*p*(1-p)
			g0, g1 = g0+off, g1+off*x
			h00, h01, h11 = h00+spread, h01+spread*x, h11+spread*x*x
		}
		d := h00*h11 - h01*h01
		stepA, stepB := (h11*g0-h01*g1)/d, (h00*g1-h01*g0)/d
		a, b = a+stepA, b+stepB
		if math.IsNaN(a) || math.IsNaN(b) || math.Abs(b) > 500 {
			return Gradient{}, undefined
		}
		if math.Abs(stepA)+math.Abs(stepB) < 1e-10 {
			at := func(x float64) float64 { return most / (1 + math.Exp(-a-b*x)) }
			return Gradient{Bottom: at(-1), Top: at(1), Mean: mean * most}, nil
		}
	}
	return Gradient{}, undefined
}
