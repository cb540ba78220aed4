package chart

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// WaitOptions say what is told of waits.
type WaitOptions struct {
	About
	By int // the day of which the title tells; 0 is 84, twelve weeks. Where the curve has ended before, it tells of its end
}

// day is the one of which the title tells.
func (o WaitOptions) day() int {
	if o.By <= 0 {
		return 84
	}
	return o.By
}

// Became draws what has become of people over time: the share who began, who left, and who still wait, on
// top of each other. Leaving is an end of its own and no wait that is lost from sight, so nobody is said to wait who has left. The
// table is one of [Bands]; the curves end where fewer than ten are left.
func Became(table disclosure.Released[disclosure.Safe], o WaitOptions) (Picture, error) {
	d := became{WaitOptions: o, w: o.words()}
	var err error
	if d.of, err = lives(table); err != nil {
		return Picture{}, err
	}
	if len(d.of.ends) < 2 || len(d.of.ways) > len(layers()) {
		return Picture{}, sp.Invalid("chart: became", "table", sp.WrongLength, "must have a band of at least ten people, all of whose counts are shown, and at most four ways to end")
	}
	p := Picture{Name: "became", Table: d.of.table(""), within: within(table), lang: o.Lang, draw: d.draw}
	at := d.of.by(d.day())
	if at == 0 {
		at = 1
	}
	ways, desc := "", ""
	for k, way := range d.of.ways {
		ways += d.w.say("became.way", "share", percent(d.of.share[at][k]), "way", named(way)) + ", "
		desc += d.w.say("became.way.interval", "way", named(way), "value", d.w.around(d.of.share[at][k], d.of.errs[at][k])) + "; "
	}
	values := []string{
		"day", count(d.of.ends[at]), "ways", ways, "waiting", percent(d.of.free[at]), "n", decimals(d.of.left[0], 0), "desc", desc,
		"wait", d.w.around(d.of.free[at], d.of.errs[at][len(d.of.ways)]), "end", count(d.of.ends[len(d.of.ends)-1]),
	}
	p.Title = d.w.say("became.title", values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("became.subtitle", values...))
	p.Desc = d.w.say("became.desc", values...)
	p.Foot = d.foot(d.w, d.w.say("became.foot", values...), table.Foot())
	return p, nil
}

// became is the picture with what it is made of. It does not change.
type became struct {
	WaitOptions
	w  Words
	of life
}

// table returns the life table, of a group if it has a name.
func (l life) table(group string) Table {
	t := Table{Columns: []string{"group", "day", "way", "share", "lower", "upper", "in sight", "status"}}
	for i, end := range l.ends {
		add := func(way string, share, deviation float64) {
			t.Rows = append(t.Rows, []string{group, plain(float64(end)), way, plain(share), plain(max(share-1.96*deviation, 0)), plain(min(share+1.96*deviation, 1)), plain(l.left[i]), string(shown)})
		}
		for k, way := range l.ways {
			add(way, l.share[i][k], l.errs[i][k])
		}
		add(StillWaiting, l.free[i], l.errs[i][len(l.ways)])
	}
	return t
}

// layers are the colours of ways to end.
func layers() []svg.Colour { return []svg.Colour{svg.Blue, svg.Orange, svg.Plum, svg.Grey} }

func (d became) draw(s *svg.Sheet) {
	f := plot(s, 48, 16, pick(s, 270.0, 230.0), d.w["became.unit"])
	end := d.of.ends[len(d.of.ends)-1]
	f.x = svg.Scale{To: float64(end), Start: f.left, End: f.right}
	f.y = svg.Scale{To: 100, Start: f.bottom, End: f.top}
	f.Rect(f.left, f.top, f.right-f.left, f.bottom-f.top, svg.Step1, "", "")
	// The first way stands on the ground, the others hang from the top, and who waits is between.
	base := make([]float64, len(d.of.ends))
	d.layer(f, 0, base, 1)
	top := make([]float64, len(d.of.ends))
	for i := range top {
		top[i] = 1
	}
	for k := 1; k < len(d.of.ways); k++ {
		d.layer(f, k, top, -1)
	}
	f.rulers(svg.Ticks(0, 100, 5), round)
	at := len(d.of.ends) - 1
	first := 0.0
	if len(d.of.ways) > 0 {
		first = d.of.share[at][0]
	}
	d.inside(f, d.w["became.waiting"], first, first+d.of.free[at], svg.Ink)
	if day := d.day(); day <= end {
		f.Line(f.x.At(float64(day)), f.top, f.x.At(float64(day)), f.bottom, svg.Ink, 1.4, "3 3")
	}
	f.below(numbers(weeks(end, pick(s, 9, 6)), round), d.w["became.below"])
	var signs []svg.Sign
	for k, way := range d.of.ways {
		signs = append(signs, svg.Sign{Shape: svg.Area, Colour: layers()[k], Text: short(way, 40)})
	}
	signs = append(signs, svg.Sign{Shape: svg.Area, Colour: svg.Step1, Text: d.w["became.waiting"]}, svg.Sign{Shape: svg.Dotted, Colour: svg.Ink, Text: d.w.say("became.key.day", "day", count(d.day()))})
	s.Key(signs...)
	d.w.left(s, []string{""}, []life{d.of})
}

// layer fills what has ended in a way, above or below what is there already.
func (d became) layer(f frame, k int, from []float64, up float64) {
	if k >= len(d.of.ways) {
		return
	}
	var edge, back []svg.Point
	last := len(from) - 1
	before := from[last]
	for _, i := range d.of.drawn(mostPoints) {
		x := f.x.At(float64(d.of.ends[i]))
		back = append(back, svg.Point{X: x, Y: f.y.At(100 * from[i])})
		from[i] += up * d.of.share[i][k]
		edge = append(edge, svg.Point{X: x, Y: f.y.At(100 * from[i])})
	}
	for _, p := range slices.Backward(back) {
		edge = append(edge, p)
	}
	f.Path(edge, layers()[k], svg.Paper, 1, "")
	d.inside(f, short(d.of.ways[k], 24), min(before, from[last]), max(before, from[last]), svg.Paper)
}

// inside writes what an area is at its right end, where it is high enough.
func (d became) inside(f frame, text string, low, high float64, c svg.Colour) {
	if y := (f.y.At(100*low) + f.y.At(100*high)) / 2; f.y.At(100*low)-f.y.At(100*high) > 24 && y < f.bottom-8 {
		f.Text(f.right-10, y+4, text, svg.T{Size: 13, Bold: true, Anchor: svg.End, Colour: c})
	}
}

// left writes below a plot how many are left, by day.
func (w Words) left(s *svg.Sheet, groups []string, of []life) {
	s.Y += 4
	s.Lines(12, s.W-24, w["became.left"], svg.T{Bold: true})
	for g, l := range of {
		var parts []string
		step := max(1, (len(l.ends)+5)/6)
		for i := 0; i < len(l.ends); i += step {
			parts = append(parts, w.say("became.left.at", "n", decimals(l.left[i], 0), "day", count(l.ends[i])))
		}
		text := strings.Join(parts, ", ")
		if groups[g] != "" {
			text = named(groups[g]) + ": " + text
		}
		s.Lines(12, s.W-24, text, svg.T{})
	}
}
