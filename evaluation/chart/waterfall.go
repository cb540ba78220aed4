package chart

import (
	"math/big"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/funding"
)

// Waterfall draws how the amount of one area came about: what its people alone would bring it, and what each factor, floor
// and cap changes. The factors multiply out to the amount. An explanation counts no people, and is released by name. It fails
// for one without steps.
func Waterfall(r disclosure.Released[funding.Explanation], o About) (Picture, error) {
	e, _, err := r.Draw()
	if err != nil {
		return Picture{}, err
	}
	d := waterfall{About: o, w: o.words(), Explanation: e}
	if len(e.Steps) == 0 {
		return Picture{}, sp.Invalid("chart: waterfall", "steps", sp.Missing, "must be given")
	}
	p := Picture{Name: "waterfall", within: within(r), lang: o.Lang, draw: d.draw}
	p.Table.Columns = []string{"step", "factor", "money", "currency"}
	desc := ""
	most, by := "", 0.0
	for i, s := range e.Steps {
		factor := ""
		if s.Factor != nil {
			factor = s.Factor.FloatString(10)
		}
		p.Table.Rows = append(p.Table.Rows, []string{s.Name, factor, d.at(i).FloatString(4), string(e.Total.Currency())})
		desc = sentences(desc, d.w.say("waterfall.desc.step", "step", named(s.Name), "factor", d.factor(i), "money", d.money(d.at(i))))
		if change := new(big.Rat).Abs(new(big.Rat).Sub(d.at(i), d.at(max(i-1, 0)))); i > 0 {
			if v, _ := change.Float64(); v > by {
				most, by = s.Name, v
			}
		}
	}
	values := []string{"area", named(e.Code), "amount", e.Amount.String(), "total", e.Total.String(), "base", d.money(d.at(0)), "first", named(e.Steps[0].Name), "most", named(most), "desc", desc}
	key := "waterfall.title"
	if most == "" || by < 0.5 {
		key = "waterfall.title.even"
	}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("waterfall.subtitle", values...))
	p.Desc = d.w.say("waterfall.desc", values...)
	p.Foot = d.foot(d.w, d.w["waterfall.foot"], r.Foot())
	return p, nil
}

// A waterfall is the picture with what it is made of. It does not change.
type waterfall struct {
	About
	w Words
	funding.Explanation
}

// at returns what the area would get after a step, in minor units.
func (d waterfall) at(i int) *big.Rat {
	if m := d.Steps[i].Money; m != nil {
		return m
	}
	return new(big.Rat)
}

// factor writes by what a step multiplies.
func (d waterfall) factor(i int) string {
	if d.Steps[i].Factor == nil {
		return d.w["waterfall.no-factor"]
	}
	v, _ := d.Steps[i].Factor.Float64()
	digits := 3
	if v > 0 && v < 0.01 {
		digits = 6
	}
	return "× " + decimals(v, digits)
}

func (d waterfall) money(minor *big.Rat) string {
	v, _ := minor.Float64()
	return money(v, d.Total.Currency())
}

func (d waterfall) draw(s *svg.Sheet) {
	top := 0.0
	for i := range d.Steps {
		v, _ := d.at(i).Float64()
		top = max(top, v)
	}
	left, right := pick(s, 290.0, 12), s.W-pick(s, 130.0, 12)
	x := svg.Scale{To: max(top, 1), Start: left, End: right}
	before := 0.0
	s.Y += 4
	for i, step := range d.Steps[:min(len(d.Steps), mostRows)] {
		v, _ := d.at(i).Float64()
		y := s.Y
		name := svg.Fit(short(step.Name, 60), 12, true, pick(s, 170.0, 130))
		if narrow(s) {
			s.Text(12, y+13, name, svg.T{Bold: true})
			s.Text(s.W-12, y+13, svg.Fit(d.factor(i)+"  "+d.money(d.at(i)), 12, false, 160), svg.T{Anchor: svg.End, Colour: svg.Mute})
			y += 18
		} else {
			s.Text(12, y+17, name, svg.T{Bold: true})
			s.Text(left-12, y+17, svg.Fit(d.factor(i), 12, false, 90), svg.T{Anchor: svg.End, Colour: svg.Mute})
			s.Text(right+10, y+17, svg.Fit(d.money(d.at(i)), 12, false, 108), svg.T{})
		}
		d.bar(s, x, y+2, before, v, i == 0)
		before = v
		s.Y = y + 30
	}
	s.Line(12, s.Y, s.W-12, s.Y, svg.Axis, 1, "")
	s.Text(12, s.Y+18, d.w["waterfall.gets"], svg.T{Bold: true})
	s.Text(s.W-12, s.Y+18, d.Amount.String(), svg.T{Bold: true, Anchor: svg.End})
	s.Y += 28
	s.Key(
		svg.Sign{Shape: svg.Area, Colour: svg.Step1, Text: d.w["waterfall.key.start"]}, svg.Sign{Shape: svg.Up, Colour: svg.Blue, Text: d.w["waterfall.key.more"]},
		svg.Sign{Shape: svg.Down, Colour: svg.Orange, Text: d.w["waterfall.key.less"]})
	d.w.rest(s, len(d.Steps))
}

// bar draws what a step changes, from what there was to what there is.
func (d waterfall) bar(s *svg.Sheet, x svg.Scale, y, before, after float64, first bool) {
	const height = 20
	a, b := x.At(before), x.At(after)
	switch {
	case first:
		s.Rect(x.Start, y, max(b-x.Start, 1), height, svg.Step1, svg.Axis, d.money(d.at(0)))
	case after > before:
		s.Rect(a, y, max(b-a, 1.5), height, svg.Blue, "", "")
		s.Mark(svg.Up, a-8, y+height/2, 4, svg.Blue, "")
	case after < before:
		s.Rect(b, y, max(a-b, 1.5), height, svg.Orange, "", "")
		s.Mark(svg.Down, b-8, y+height/2, 4, svg.Orange, "")
	default:
		s.Line(b, y, b, y+height, svg.Axis, 1.5, "")
	}
	s.Line(b, y+height, b, y+height+12, svg.Axis, 1, "2 2")
}
