package economics

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"

	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Comparison is by how much a group that was helped cost more, and had more of the
// effect, than one that was not.
type Comparison struct {
	Cost   stat.Estimate // difference of the means
	Effect stat.Estimate
	Verdict
	ICER Ratio // extra cost for a unit of extra effect; look at the Verdict first

	varCost, varEffect, cov float64 // of the two differences
}

// A Verdict says in which quadrant of the cost-effectiveness plane the difference
// lies, as far as its values go.
type Verdict string

// The verdicts. Only the trade-offs have an ICER that means anything: a negative one
// says neither whether that is good nor by how much.
const (
	Dominant     Verdict = "dominant: cheaper and better"
	Dominated    Verdict = "dominated: dearer and worse"
	CostsMore    Verdict = "costs more and does more"
	CostsLess    Verdict = "costs less and does less"
	NoDifference Verdict = "no difference in one of them"
)

func verdict(cost, effect float64) Verdict {
	switch {
	case cost == 0 || effect == 0:
		return NoDifference
	case cost > 0 && effect > 0:
		return CostsMore
	case cost < 0 && effect < 0:
		return CostsLess
	case cost < 0:
		return Dominant
	}
	return Dominated
}

// TradeOff reports whether the ICER means anything: one group costs more and does
// more than the other.
func (v Verdict) TradeOff() bool { return v == CostsMore || v == CostsLess }

// Compare returns the comparison of persons who were helped with a control group. The
// limits of the differences are normal, with a variance for each group; those of the
// ICER are Fieller's. With fewer than two persons in a group the error is
// [stat.TooFewValues]; it fails as [CostRatio] does otherwise.
//
// Source: Fieller 1954; Willan & Briggs 2006, Statistical Analysis of
// Cost-Effectiveness Data, ch. 3.
func Compare(helped, control []Person, level float64) (Comparison, error) {
	h, err := momentsOf("compare helped", helped)
	if err != nil {
		return Comparison{}, err
	}
	c, err := momentsOf("compare control", control)
	if err != nil {
		return Comparison{}, err
	}
	if _, err := stat.Wilson(1, 2, level); err != nil {
		return Comparison{}, fmt.Errorf("economics: compare: %w", err)
	}
	if h.n < 2 || c.n < 2 {
		return Comparison{}, stat.TooFewValues
	}
	d := Comparison{varCost: h.varCost/h.n + c.varCost/c.n, varEffect: h.varEffect/h.n + c.varEffect/c.n, cov: h.cov/h.n + c.cov/c.n}
	difference := func(value, variance float64) stat.Estimate {
		half := special.Normal(level) * math.Sqrt(variance)
		return stat.Estimate{Value: value, Interval: stat.Interval{Lower: value - half, Upper: value + half}, Level: level, Method: stat.MethodNormal, Denominator: h.n + c.n, Of: "people"}
	}
	d.Cost, d.Effect = difference(h.cost-c.cost, d.varCost), difference(h.effect-c.effect, d.varEffect)
	d.Verdict = verdict(d.Cost.Value, d.Effect.Value)
	d.ICER = fieller(d.Cost.Value, d.Effect.Value, d.varCost, d.varEffect, d.cov, h.n+c.n, level)
	return d, nil
}

// NetBenefit returns the incremental net monetary benefit if a unit of effect is worth
// so much: worth times the effect less the cost. It has an interval whatever the effect
// is, which the ICER has not. A worth that is not a number of a sensible size makes it
// undefined.
//
// Source: Stinnett & Mullahy 1998, doi 10.1177/0272989X98018002S09.
func (d Comparison) NetBenefit(worth float64) stat.Estimate {
	e := stat.Estimate{Level: d.Cost.Level, Method: stat.MethodNormal, Denominator: d.Cost.Denominator, Of: "people"}
	variance := worth*worth*d.varEffect + d.varCost - 2*worth*d.cov
	value := worth*d.Effect.Value - d.Cost.Value
	half := special.Normal(e.Level) * math.Sqrt(max(0, variance))
	if !finite(worth) || math.IsInf(half, 0) || math.IsInf(value, 0) || math.IsNaN(half+value) {
		e.Undefined, e.Interval = stat.Unbounded, anything()
		return e
	}
	e.Value, e.Interval = value, stat.Interval{Lower: value - half, Upper: value + half}
	return e
}

// Acceptable returns how probable it is that help is worth its cost if a unit of
// effect is worth so much: a point of the acceptability curve. It is 0.5 where nothing
// can be said.
//
// Source: van Hout, Al, Gordon & Rutten 1994, doi 10.1002/hec.4730030505.
func (d Comparison) Acceptable(worth float64) float64 {
	b := d.NetBenefit(worth)
	se := (b.Interval.Upper - b.Value) / special.Normal(b.Level)
	switch {
	case !b.Defined() || se == 0 && b.Value == 0:
		return 0.5
	case se == 0:
		return math.Max(0, math.Copysign(1, b.Value))
	}
	return special.NormalBelow(b.Value / se)
}
