package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// mostMarks is how many units have a mark of their own. Where there are more, marks of a square of
// a few pixels are one, as large as they are many.
const mostMarks = 400

// mostOutliers is how many units outside have a mark of their own.
const mostOutliers = 100

// outside reports whether a unit differs by more than chance and what units differ by in any case.
func outside(p spc.FunnelPoint) bool { return p.Additive == spc.HighFar || p.Additive == spc.LowFar }

// tip says what a unit is and where it stands.
func (d funnel) tip(u unit, p spc.FunnelPoint) string {
	return d.w.say("funnel.tip", "unit", named(u.name), "rate", decimals(p.Value*d.Per, 1), "cases", count(u.cases), "of", count(u.of), "per", round(d.Per))
}

// crowd draws the units within the limits.
func (d funnel) crowd(f frame) {
	within := 0
	for _, p := range d.points {
		if !outside(p) && p.Undefined == "" {
			within++
		}
	}
	const side = 12
	type square struct{ x, y int }
	many := map[square]int{}
	for u, p := range d.points {
		if outside(p) || p.Undefined != "" {
			continue
		}
		x, y := f.x.At(p.Of), f.y.At(p.Value*d.Per)
		if within > mostMarks {
			many[square{int(x / side), int(y / side)}]++
			continue
		}
		f.Mark(svg.Circle, x, y, 3.6, svg.Grey, d.tip(u, p))
	}
	most := 0
	var squares []square
	for at, n := range many {
		most = max(most, n)
		squares = append(squares, at)
	}
	slices.SortFunc(squares, func(a, b square) int { return (a.y-b.y)*10000 + a.x - b.x })
	for _, at := range squares {
		f.Mark(svg.Circle, (float64(at.x)+0.5)*side, (float64(at.y)+0.5)*side, 1.2+4.4*math.Sqrt(float64(many[at])/float64(most)), svg.Grey, count(many[at]))
	}
}

// outliers draws the units outside with their names, the farthest first, and returns how many
// found no room for theirs.
func (d funnel) outliers(f frame) (unnamed int) {
	type one struct {
		unit
		p spc.FunnelPoint
	}
	var all []one
	for u, p := range d.points {
		if outside(p) {
			all = append(all, one{u, p})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int {
		return cmpFloat(math.Abs(b.p.AdditiveZ), math.Abs(a.p.AdditiveZ))
	})
	drawn := all[:min(len(all), mostOutliers)]
	for _, o := range drawn {
		shape, c := svg.Up, svg.Blue
		if o.p.Additive == spc.LowFar {
			shape, c = svg.Down, svg.Orange
		}
		f.Mark(shape, f.x.At(o.p.Of), f.y.At(o.p.Value*d.Per), 4.4, c, d.tip(o.unit, o.p))
	}
	inside := svg.Box{X0: f.left, Y0: f.top, X1: f.right, Y1: f.bottom - 2}
	for i, o := range drawn {
		if i >= 30 || !f.Label(f.x.At(o.p.Of), f.y.At(o.p.Value*d.Per), 4.4, short(o.name, 22), inside) {
			unnamed++
		}
	}
	return unnamed + len(all) - len(drawn)
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
