package chart

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// A Group is one of the lines of [Waiting].
type Group struct {
	Name  string
	Table disclosure.Released[disclosure.Safe] // of [Bands], with one way to end
}

// Waiting draws the share who still wait, by days, in up to four groups (Kaplan-Meier, in bands), with how many are
// left. It is for waits that end in one way only, such as until the first contact of those who answer: where some leave
// first, it would count them as waiting, so a table with two ways is refused, and [Became] draws it.
func Waiting(groups []Group, o WaitOptions) (Picture, error) {
	d := waiting{WaitOptions: o, w: o.words()}
	p := Picture{Name: "waiting", lang: o.Lang}
	invalid := func(path, rule string) (Picture, error) {
		return Picture{}, sp.Invalid("chart: waiting", path, sp.Unsupported, rule)
	}
	if len(groups) == 0 || len(groups) > len(layers()) {
		return invalid("groups", "must be from one to four")
	}
	grounds := ""
	for i, g := range groups {
		l, err := lives(g.Table)
		switch {
		case err != nil:
			return Picture{}, err
		case len(l.ways) != 1:
			return invalid(fmt.Sprintf("groups[%d]", i), "must end in one way: those who leave do not wait, so draw what became of people")
		case len(l.ends) < 2:
			return invalid(fmt.Sprintf("groups[%d]", i), "must have a band of at least ten people, all of whose counts are shown")
		}
		d.names, d.of = append(d.names, g.Name), append(d.of, l)
		p.within, grounds = stricter(p.within, within(g.Table)), g.Table.Foot()
		t := l.table(g.Name)
		p.Table.Columns, p.Table.Rows = t.Columns, append(p.Table.Rows, t.Rows...)
	}
	p.draw = d.draw
	d.tell(&p, grounds)
	return p, nil
}

// waiting is the picture with what it is made of. It does not change.
type waiting struct {
	WaitOptions
	w     Words
	names []string
	of    []life
}

// at returns for each group the band of which is told: the same day for all, at which all are still drawn.
func (d waiting) at() (bands []int, day int) {
	day = d.day()
	for _, l := range d.of {
		day = min(day, l.ends[len(l.ends)-1])
	}
	for _, l := range d.of {
		bands = append(bands, l.by(day))
	}
	return bands, day
}

// tell writes what the picture says.
func (d waiting) tell(p *Picture, grounds string) {
	bands, day := d.at()
	low, high := 0, 0
	desc := ""
	for g, l := range d.of {
		if l.free[bands[g]] < d.of[low].free[bands[low]] {
			low = g
		}
		if l.free[bands[g]] > d.of[high].free[bands[high]] {
			high = g
		}
		desc = sentences(desc, d.w.say("waiting.desc.group", "group", named(d.names[g]), "value", d.w.around(l.free[bands[g]], l.errs[bands[g]][1])))
	}
	most, least := d.of[high].free[bands[high]], d.of[low].free[bands[low]]
	key := "waiting.title"
	if len(d.of) > 1 {
		z := 1.96
		if len(d.of) > 2 {
			z = 2.64 // six pairs of four groups, Bonferroni
		}
		key = "waiting.title.differ"
		if most-least <= z*math.Hypot(d.of[high].errs[bands[high]][1], d.of[low].errs[bands[low]][1]) {
			key = "waiting.title.unsure"
		}
	}
	values := []string{
		"day", count(day), "most", percent(most), "least", percent(least), "high", named(d.names[high]), "low", named(d.names[low]), "desc", desc,
		"value", d.w.around(most, d.of[high].errs[bands[high]][1]),
	}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w["waiting.subtitle"])
	p.Desc = d.w.say("waiting.desc", values...)
	p.Foot = d.foot(d.w, d.w["waiting.foot"], grounds)
}

func (d waiting) draw(s *svg.Sheet) {
	f := plot(s, 48, 16, pick(s, 270.0, 230.0), d.w["waiting.unit"])
	end := 0
	for _, l := range d.of {
		end = max(end, l.ends[len(l.ends)-1])
	}
	f.x = svg.Scale{To: float64(end), Start: f.left, End: f.right}
	f.y = svg.Scale{To: 100, Start: f.bottom, End: f.top}
	f.rulers(svg.Ticks(0, 100, 5), round)
	if day := d.day(); day <= end {
		f.Line(f.x.At(float64(day)), f.top, f.x.At(float64(day)), f.bottom, svg.Ink, 1.4, "3 3")
	}
	shapes := []svg.Shape{svg.Circle, svg.Square, svg.Diamond, svg.Up}
	var signs []svg.Sign
	for g, l := range d.of {
		var line []svg.Point
		bands := l.drawn(mostRows)
		for _, i := range bands {
			line = append(line, svg.Point{X: f.x.At(float64(l.ends[i])), Y: f.y.At(100 * l.free[i])})
		}
		f.Path(line, "", layers()[g], 2, []string{"", "7 3", "2 3", "9 3 2 3"}[g])
		for n, at := range line {
			i := bands[n]
			deviation := l.errs[i][1]
			if i > 0 {
				f.Line(at.X, f.y.At(100*(l.free[i]-1.96*deviation)), at.X, f.y.At(100*(l.free[i]+1.96*deviation)), layers()[g], 1, "")
			}
			f.Mark(shapes[g], at.X, at.Y, 3.4, layers()[g], d.w.say("waiting.tip", "group", named(d.names[g]), "day", count(l.ends[i]), "value", d.w.around(l.free[i], deviation)))
		}
		signs = append(signs, svg.Sign{Shape: shapes[g], Colour: layers()[g], Text: short(d.names[g], 40)})
	}
	f.below(numbers(weeks(end, pick(s, 9, 6)), round), d.w["became.below"])
	s.Key(append(signs, svg.Sign{Shape: svg.Dotted, Colour: svg.Ink, Text: d.w.say("became.key.day", "day", count(d.day()))})...)
	d.w.left(s, d.names, d.of)
}
