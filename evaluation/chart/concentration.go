package chart

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// Concentration draws who holds the money: the share that the most deprived have together, up to all, before and after. On
// the diagonal money follows need exactly; above it the more deprived have more. It fails as [PerNeed] does.
//
// Source: Wagstaff, Paci & van Doorslaer 1991, doi 10.1016/0277-9536(91)90212-U.
func Concentration(r disclosure.Released[Division], o About) (Picture, error) {
	d, err := divided(r, o)
	if err != nil {
		return Picture{}, err
	}
	c := concentration{division: d, before: d.curve(func(p parcel) int64 { return p.before }), after: d.curve(func(p parcel) int64 { return p.after })}
	p := Picture{Name: "concentration", within: within(r), lang: o.Lang}
	p.Table.Columns = []string{"share of need", "share of money before", "share of money after"}
	for i, at := range c.after {
		p.Table.Rows = append(p.Table.Rows, []string{plain(at.X), plain(c.before[i].Y), plain(at.Y)})
	}
	index := func(amount func(parcel) int64) string {
		if v, err := d.index(amount); err == nil {
			return decimals(v, 3)
		}
		return "-"
	}
	c.values = []string{
		"of", d.of, "before", percent(held(c.before, 0.2)), "after", percent(held(c.after, 0.2)), "n", count(len(d.parcels)),
		"index-before", index(func(p parcel) int64 { return p.before }), "index-after", index(func(p parcel) int64 { return p.after }),
	}
	p.draw = c.draw
	p.Title = d.w.say("concentration.title", c.values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("concentration.subtitle", c.values...))
	p.Desc = d.w.say("concentration.desc", c.values...)
	p.Foot = d.foot(d.w, d.w["concentration.foot"], r.Foot())
	return p, nil
}

// A concentration is the picture with what it is made of. It does not change.
type concentration struct {
	division
	before, after []svg.Point // shares of need and of money
	values        []string
}

// curve returns the share of money that the most deprived hold, at every hundredth of need.
func (d division) curve(amount func(parcel) int64) []svg.Point {
	total := 0.0
	for _, p := range d.parcels {
		total += float64(amount(p))
	}
	points := []svg.Point{{}}
	need, money := 0.0, 0.0
	next := 1
	for _, p := range d.parcels {
		before, had := need, money
		need, money = need+p.need/d.need, money+part(float64(amount(p)), total)
		for ; next <= 100 && float64(next)/100 <= need+1e-12; next++ {
			at := float64(next) / 100
			y := money
			if need > before { // within an area all hold the same
				y = had + (money-had)*min(1, (at-before)/(need-before))
			}
			points = append(points, svg.Point{X: at, Y: y})
		}
	}
	return points
}

// part returns a share of a total, and nothing of nothing.
func part(v, total float64) float64 {
	if total == 0 {
		return 0
	}
	return v / total
}

// held returns the share of money at a share of need.
func held(curve []svg.Point, need float64) float64 {
	for _, p := range curve {
		if p.X >= need-1e-9 {
			return p.Y
		}
	}
	return 1
}

// index returns the concentration index of money for each head of need.
func (d division) index(amount func(parcel) int64) (float64, error) {
	var rank, need, each []float64
	for _, p := range d.parcels {
		if p.need > 0 {
			rank, need, each = append(rank, p.rank), append(need, p.need), append(each, float64(amount(p))/p.need)
		}
	}
	r, err := inequality.Rank(rank, need)
	if err != nil {
		return 0, err
	}
	c, err := r.Concentration(each)
	if err != nil {
		return 0, err
	}
	return math.Round(c.Index*1e6) / 1e6, nil
}

func (c concentration) draw(s *svg.Sheet) {
	f := plot(s, 48, pick(s, 260.0, 16), pick(s, 360.0, 250), c.w["concentration.unit"])
	f.y = svg.Scale{To: 1, Start: f.bottom, End: f.top}
	f.x = svg.Scale{To: 1, Start: f.left, End: f.right}
	f.rulers(svg.Ticks(0, 1, 5), func(v float64) string { return decimals(100*v, 0) })
	f.Line(f.left, f.bottom, f.right, f.top, svg.Axis, 1.2, "1.5 3")
	for i, curve := range [][]svg.Point{c.before, c.after} {
		line := make([]svg.Point, len(curve))
		for k, p := range curve {
			line[k] = svg.Point{X: f.x.At(p.X), Y: f.y.At(p.Y)}
		}
		f.Path(line, "", []svg.Colour{svg.Ink, svg.Blue}[i], []float64{1.6, 2.6}[i], []string{"5 3", ""}[i])
	}
	f.below(numbers(svg.Ticks(0, 1, pick(s, 5, 4)), func(v float64) string { return decimals(100*v, 0) }), c.w.say("concentration.below", c.values...))
	s.Key(
		svg.Sign{Shape: svg.Dashed, Colour: svg.Ink, Text: c.w.say("concentration.key.before", c.values...)}, svg.Sign{Shape: svg.Stroke, Colour: svg.Blue, Text: c.w.say("concentration.key.after", c.values...)},
		svg.Sign{Shape: svg.Dotted, Colour: svg.Axis, Text: c.w["concentration.key.even"]})
}
