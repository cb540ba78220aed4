package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// FunnelOptions say what a funnel compares. The zero value compares shares of people.
type FunnelOptions struct {
	About
	Kind  spc.FunnelKind
	Units string  // in the plural; empty is "practices"
	What  string  // the cases, in the plural; empty is "people referred"
	Size  string  // whom they are of, in the plural; empty is "people registered"
	Per   float64 // of how many the rate is; 0 is 1,000
}

// Funnel compares units with one another by their rates, in limits that are wide for small units. Two
// limits stand beside each other: of chance alone, and of chance and what units differ by in any case
// (overdispersion). A unit is told to differ only beyond the latter, at 99.8 %.
//
// It fails as [spc.NewFunnel] does, with the reason of package stat where nothing can be compared.
//
// Sources: Spiegelhalter 2005, doi 10.1002/sim.1970; Public Health England's significance.
func Funnel(cases Cases, o FunnelOptions) (Picture, error) {
	units, err := cases.units()
	if err != nil {
		return Picture{}, err
	}
	w := o.words()
	o.Units, o.What, o.Size = either(o.Units, w["funnel.units"]), either(o.What, w["funnel.what"]), either(o.Size, w["funnel.size"])
	if !(o.Per > 0) {
		o.Per = 1000
	}
	d := funnel{FunnelOptions: o, w: w}
	var counts []spc.Count
	for _, u := range units {
		if u.look == shown && o.Kind == spc.FunnelProportions && u.cases > u.of {
			u.look = unmeasured // a count that was rounded up, of hardly anybody
		}
		if u.look == shown {
			counts = append(counts, spc.Count{Events: float64(u.cases), Of: float64(u.of)})
		}
		d.units = append(d.units, u)
	}
	if d.of, err = spc.NewFunnel(o.Kind, counts, spc.FunnelOptions{}); err != nil {
		return Picture{}, err
	}
	p := Picture{Name: "funnel", Table: d.table(), within: within(cases.Table), lang: o.Lang, draw: d.draw}
	d.tell(&p, cases.Table.Foot())
	return p, nil
}

// either returns what the caller says, or the word for it.
func either(said, word string) string {
	if said != "" {
		return short(said, 60)
	}
	return word
}

// A funnel is the picture with what it is made of. It does not change.
type funnel struct {
	FunnelOptions
	w     Words
	units []unit
	of    *spc.Funnel
}

// points ranges over the units that are shown with where they stand.
func (d funnel) points(yield func(unit, spc.FunnelPoint) bool) {
	i := 0
	for _, u := range d.units {
		if u.look != shown {
			continue
		}
		if !yield(u, d.of.Points[i]) {
			return
		}
		i++
	}
}

// counts returns how many units are beyond each limit, and how many are not shown.
func (d funnel) counts() (by map[spc.Significance]int, missing map[look]int, n int) {
	by, missing = map[spc.Significance]int{}, map[look]int{}
	for _, p := range d.points {
		by[p.Additive]++
		n++
	}
	for _, u := range d.units {
		if u.look != shown {
			missing[u.look]++
		}
	}
	return by, missing, n
}

// tell writes what the picture says.
func (d funnel) tell(p *Picture, grounds string) {
	by, missing, n := d.counts()
	low, high := by[spc.LowFar], by[spc.HighFar]
	key := "funnel.title"
	if low+high == 0 {
		key = "funnel.title.none"
	}
	values := []string{
		"low", count(low), "high", count(high), "n", count(n), "units", d.Units, "what", d.What, "size", d.Size,
		"per", round(d.Per), "average", decimals(d.of.Baseline*d.Per, 1), "near-low", count(by[spc.Low]), "near-high", count(by[spc.High]),
		"phi", decimals(d.of.Dispersion, 1), "expected", few(0.002 * float64(n)),
	}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("funnel.subtitle", values...))
	p.Desc = d.w.say("funnel.desc", values...)
	p.Foot = d.foot(d.w, d.w.say("funnel.foot", values...), d.w.absent(missing, d.Units), grounds)
}

// few writes a small number with one digit that says something.
func few(v float64) string {
	if v < 0.1 {
		return decimals(v, 2)
	}
	return decimals(v, 1)
}

// absent says how many units are missing from a picture, and why.
func (w Words) absent(missing map[look]int, units string) string {
	var all []string
	for _, l := range []look{hidden, unmeasured, nobody} {
		if n := missing[l]; n > 0 {
			all = append(all, w.say("absent."+string(l), "n", count(n), "units", units))
		}
	}
	return sentences(all...)
}

func (d funnel) table() Table {
	t := Table{Columns: []string{"unit", "cases", "of", "per", "rate", "chance", "with overdispersion", "status"}}
	i := 0
	for _, u := range d.units {
		if u.look != shown {
			t.Rows = append(t.Rows, []string{u.name, "", "", "", "", "", "", string(u.look)})
			continue
		}
		p := d.of.Points[i]
		i++
		t.Rows = append(t.Rows, []string{u.name, plain(p.Events), plain(p.Of), plain(d.Per), plain(p.Value * d.Per), string(p.Chance), string(p.Additive), string(shown)})
	}
	return t
}

func (d funnel) draw(s *svg.Sheet) {
	f := plot(s, 48, 16, pick(s, 330.0, 280.0), d.w.say("funnel.unit", "what", d.What, "per", round(d.Per), "size", d.Size))
	from, to, top := math.Inf(1), 0.0, d.of.Baseline*1.5
	for _, p := range d.points {
		from, to, top = min(from, p.Of), max(to, p.Of), max(top, p.Value)
	}
	from, to = from*0.9, to*1.1
	top = svg.Round(top*d.Per*1.04, 5)
	f.x = svg.Scale{From: from, To: to, Start: f.left, End: f.right, Log: true}
	f.y = svg.Scale{To: top, Start: f.bottom, End: f.top}
	d.limits(f)
	f.rulers(svg.Ticks(0, top, 5), round)
	f.Line(f.left, f.y.At(d.of.Baseline*d.Per), f.right, f.y.At(d.of.Baseline*d.Per), svg.Ink, 1.5, "")
	d.crowd(f)
	unnamed := d.outliers(f)
	f.below(numbers(powers(from, to), round), d.w.say("funnel.below", "size", d.Size))
	s.Key(
		svg.Sign{Shape: svg.Down, Colour: svg.Orange, Text: d.w["funnel.key.low"]}, svg.Sign{Shape: svg.Up, Colour: svg.Blue, Text: d.w["funnel.key.high"]},
		svg.Sign{Shape: svg.Circle, Colour: svg.Grey, Text: d.w["funnel.key.within"]}, svg.Sign{Shape: svg.Stroke, Colour: svg.Ink, Text: d.w.say("funnel.key.average", "average", decimals(d.of.Baseline*d.Per, 1))},
		svg.Sign{Shape: svg.Area, Colour: svg.Band1, Text: d.w["funnel.key.95"]}, svg.Sign{Shape: svg.Area, Colour: svg.Band2, Text: d.w["funnel.key.998"]},
		svg.Sign{Shape: svg.Dotted, Colour: svg.Axis, Text: d.w["funnel.key.chance"]})
	if unnamed > 0 {
		s.Lines(12, s.W-24, d.w.say("funnel.unnamed", "n", count(unnamed)), svg.T{Colour: svg.Mute})
	}
}

// powers returns 1, 2 and 5 times powers of ten between two sizes.
func powers(from, to float64) (at []float64) {
	for p := math.Pow(10, math.Floor(math.Log10(from))); p <= to && len(at) < 100; p *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if v := m * p; v >= from && v <= to {
				at = append(at, v)
			}
		}
	}
	return at
}

// limits draws the funnel: bands with overdispersion, and dotted lines of chance alone.
func (d funnel) limits(f frame) {
	const steps = 40
	var outer, inner, chance [2][]svg.Point
	for i := range steps + 1 {
		of := f.x.From * math.Pow(f.x.To/f.x.From, float64(i)/steps)
		far, err := d.of.Limits(of, 0.998)
		near, err2 := d.of.Limits(of, level)
		if err != nil || err2 != nil {
			continue
		}
		for side, v := range [][3]float64{{far.Additive.Lower, near.Additive.Lower, far.Chance.Lower}, {far.Additive.Upper, near.Additive.Upper, far.Chance.Upper}} {
			at := func(v float64) svg.Point { return svg.Point{X: f.x.At(of), Y: f.y.At(v * d.Per)} }
			outer[side], inner[side], chance[side] = append(outer[side], at(v[0])), append(inner[side], at(v[1])), append(chance[side], at(v[2]))
		}
	}
	band(f, outer, svg.Band2)
	band(f, inner, svg.Band1)
	for side := range 2 {
		f.Path(chance[side], "", svg.Axis, 1.2, "1.5 3")
	}
}

// band fills what lies between a lower and an upper line.
func band(f frame, between [2][]svg.Point, c svg.Colour) {
	ring := append([]svg.Point(nil), between[1]...)
	for _, p := range slices.Backward(between[0]) {
		ring = append(ring, p)
	}
	f.Path(ring, c, "", 0, "")
	for _, line := range between {
		f.Path(line, "", svg.Axis, 0.8, "")
	}
}
