package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// GradientOptions say what goes with deprivation.
type GradientOptions struct {
	About
	What string // the cases, in the plural: "people who began within 12 weeks"; empty is "cases"
}

// Gradient draws a share in groups from the most deprived to the least, in the order of the rows: bars as
// wide as the groups have people, the line that fits them, and the difference of its ends, the slope index of
// inequality, with its interval.
//
// It fails unless at least three groups are shown, and where their shares have no spread, as [inequality.Rank] does.
func Gradient(cases Cases, o GradientOptions) (Picture, error) {
	d := gradient{GradientOptions: o, w: o.words()}
	var err error
	if d.units, err = cases.units(); err != nil {
		return Picture{}, err
	}
	var position, people, values, errors []float64
	for i, u := range d.units {
		e := stat.Estimate{Undefined: stat.NoCases}
		if u.look == shown && u.cases > u.of {
			d.units[i].look, u.look = unmeasured, unmeasured
		}
		if u.look == shown {
			e = u.share()
			position, people, values = append(position, float64(i)), append(people, float64(u.of)), append(values, 100*e.Value)
			errors = append(errors, 100*(e.Interval.Upper-e.Interval.Lower)/(2*1.959964))
		}
		d.shares = append(d.shares, e)
	}
	if len(position) < 3 {
		return Picture{}, sp.Invalid("chart: gradient", "table", sp.WrongLength, "must have three groups that are shown")
	}
	ranking, err := inequality.Rank(position, people)
	if err != nil {
		return Picture{}, err
	}
	if d.slope, err = ranking.Slope(values, errors, inequality.SlopeOptions{}); err != nil {
		return Picture{}, err
	}
	d.What = either(o.What, d.w["gradient.what"])
	p := Picture{Name: "gradient", Table: shareTable(d.units, d.shares), within: within(cases.Table), lang: o.Lang, draw: d.draw}
	d.tell(&p, cases.Table.Foot())
	return p, nil
}

// A gradient is the picture with what it is made of. It does not change.
type gradient struct {
	GradientOptions
	w      Words
	units  []unit
	shares []stat.Estimate
	slope  inequality.Slope
}

// tell writes what the picture says.
func (d gradient) tell(p *Picture, grounds string) {
	sii := d.slope.SII
	missing := map[look]int{}
	for _, u := range d.units {
		if u.look != shown {
			missing[u.look]++
		}
	}
	lower, upper := sii.Interval.Lower, sii.Interval.Upper
	key := "gradient.title.unsure"
	switch {
	case !sii.Defined():
	case upper < 0:
		key, lower, upper = "gradient.title.more", -upper, -lower
	case lower > 0:
		key = "gradient.title.fewer"
	}
	values := []string{
		"what", d.What, "points", decimals(math.Abs(sii.Value), 1), "lower", decimals(lower, 1), "upper", decimals(upper, 1),
		"bottom", decimals(d.slope.Fit.Bottom, 1), "top", decimals(d.slope.Fit.Top, 1), "n", count(len(d.units)),
		"first", tenthOf(d.shares, 0), "last", tenthOf(d.shares, len(d.shares)-1),
	}
	p.Title = capital(d.w.say(key, values...))
	p.Subtitle = d.subtitle(d.w, d.w.say("gradient.subtitle", values...))
	p.Desc = d.w.say("gradient.desc", values...)
	p.Foot = d.foot(d.w, d.w.say("gradient.foot", values...), d.w.absent(missing, d.w["gradient.units"]), grounds)
}

// tenthOf writes the share at an index, if there is one.
func tenthOf(shares []stat.Estimate, i int) string {
	if i < 0 || i >= len(shares) || !shares[i].Defined() {
		return "-"
	}
	return tenth(shares[i].Value)
}

// shareTable is the table of units with a share each.
func shareTable(units []unit, shares []stat.Estimate) Table {
	t := Table{Columns: []string{"group", "cases", "of", "share", "lower", "upper", "level", "method", "status"}}
	for i, u := range units {
		if u.look != shown {
			t.Rows = append(t.Rows, []string{u.name, "", "", "", "", "", "", "", string(u.look)})
			continue
		}
		e := shares[i]
		t.Rows = append(t.Rows, []string{u.name, plain(float64(u.cases)), plain(float64(u.of)), plain(e.Value), plain(e.Interval.Lower), plain(e.Interval.Upper), plain(e.Level), string(e.Method), string(shown)})
	}
	return t
}

func (d gradient) draw(s *svg.Sheet) {
	f := plot(s, 48, 16, pick(s, 270.0, 230.0), d.w.say("gradient.unit", "what", d.What))
	top := max(d.slope.Fit.Bottom, d.slope.Fit.Top)
	for i, u := range d.units {
		if u.look == shown {
			top = max(top, 100*d.shares[i].Interval.Upper)
		}
	}
	f.y = svg.Scale{To: svg.Round(top, 5), Start: f.bottom, End: f.top}
	f.rulers(svg.Ticks(0, f.y.To, 5), round)
	d.joined().bars(f)
	f.Path([]svg.Point{{X: f.left, Y: f.y.At(d.slope.Fit.Bottom)}, {X: f.right, Y: f.y.At(d.slope.Fit.Top)}}, "", svg.Orange, 2.2, "")
	f.below(nil, "")
	s.Y -= 6
	first, last := d.w["gradient.most"], d.w["gradient.least"]
	s.Text(f.left, s.Y, first, svg.T{Colour: svg.Mute})
	s.Text(f.right, s.Y+pick(s, 0.0, 15), last, svg.T{Colour: svg.Mute, Anchor: svg.End})
	s.Y += pick(s, 4.0, 19)
	s.Key(
		svg.Sign{Shape: svg.Area, Colour: svg.Step1, Text: d.w["gradient.key.bar"]}, svg.Sign{Shape: svg.Diamond, Colour: svg.Ink, Text: d.w["key.interval"]},
		svg.Sign{Shape: svg.Stroke, Colour: svg.Orange, Text: d.w.say("gradient.key.line", "bottom", decimals(d.slope.Fit.Bottom, 1), "top", decimals(d.slope.Fit.Top, 1))})
	if len(d.units) > mostBars {
		s.Lines(12, s.W-24, d.w["gradient.joined"], svg.T{Colour: svg.Mute})
	}
	if d.slope.SII.Defined() {
		s.Lines(12, s.W-24, d.w.say("gradient.says", "points", decimals(d.slope.SII.Value, 1), "lower", decimals(d.slope.SII.Interval.Lower, 1), "upper", decimals(d.slope.SII.Interval.Upper, 1)), svg.T{Bold: true})
	}
}

// mostBars is how many bars are drawn.
const mostBars = 50

// joined returns d with groups beside each other as one, where there are more of them than bars can be drawn.
func (d gradient) joined() gradient {
	each := (len(d.units) + mostBars - 1) / mostBars
	if each <= 1 {
		return d
	}
	j := gradient{GradientOptions: d.GradientOptions, w: d.w}
	for part := range slices.Chunk(d.units, each) {
		u := unit{name: part[0].name + " - " + part[len(part)-1].name, look: hidden}
		for _, one := range part {
			if one.look == shown {
				u.cases, u.of, u.look = u.cases+one.cases, u.of+one.of, shown
			}
		}
		j.units, j.shares = append(j.units, u), append(j.shares, u.share())
	}
	return j
}

// bars draws a bar for each group, as wide as it has people.
func (d gradient) bars(f frame) {
	all, known := 0.0, 0.0
	for _, u := range d.units {
		if u.look == shown {
			all, known = all+float64(u.of), known+1
		}
	}
	mean := all / known // of those whose number is not shown
	all += mean * (float64(len(d.units)) - known)
	at := f.left
	for i, u := range d.units {
		people := mean
		if u.look == shown {
			people = float64(u.of)
		}
		w := people / all * (f.right - f.left)
		middle := at + w/2
		tip := d.w.say("gradient.tip", "group", named(u.name), "share", tenthOf(d.shares, i), "cases", count(u.cases), "of", count(u.of))
		switch u.look {
		case shown:
			y := f.y.At(100 * d.shares[i].Value)
			f.Rect(at+1, y, w-2, f.bottom-y, svg.Step1, "", tip)
			f.Line(middle, f.y.At(100*d.shares[i].Interval.Lower), middle, f.y.At(100*d.shares[i].Interval.Upper), svg.Ink, 2, "")
			f.Mark(svg.Diamond, middle, y, 3, svg.Ink, tip)
			if number := tenthOf(d.shares, i); svg.Width(number, 11, false) < w-2 && f.bottom-y > 40 {
				f.Text(middle, f.bottom-6, number, svg.T{Size: 11, Anchor: svg.Middle})
			}
		case unmeasured:
			f.Hatch(at+1, f.bottom-24, w-2, 24, d.w.say("tip.not-measured", "name", named(u.name)))
		case nobody:
			f.Text(middle, f.bottom-8, "–", svg.T{Anchor: svg.Middle, Colour: svg.Mute})
		case hidden:
			f.Mark(svg.Star, middle, f.bottom-12, 4, svg.Mute, d.w.say("tip.suppressed", "name", named(u.name)))
		}
		at += w
	}
}
