package chart

import (
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// stretches draws the limits and the mean of each stretch, and why it begins.
func (d control) stretches(f frame, from int) {
	var places []int // of the points, by their rows
	for i, u := range d.units {
		if u.look == shown {
			places = append(places, i)
		}
	}
	for i, stretch := range d.of.Stretches {
		first, last := places[stretch.From], places[stretch.To-1]
		if i > 0 {
			first = min(first, max(from, first))
		}
		if last < from {
			continue
		}
		p := d.of.Points[stretch.From]
		left, right := f.x.At(float64(max(first, from))-0.5), f.x.At(float64(last)+0.5)
		upper, lower := f.y.At(p.Upper), f.y.At(p.Lower)
		f.Rect(left, upper, right-left, lower-upper, svg.Band2, "", "")
		f.Line(left, upper, right, upper, svg.Axis, 1, "5 3")
		f.Line(left, lower, right, lower, svg.Axis, 1, "5 3")
		f.Line(left, f.y.At(p.Mean), right, f.y.At(p.Mean), svg.Ink, 1.5, "")
		if i > 0 && first >= from {
			f.Line(left, f.top, left, f.bottom, svg.Axis, 1.2, "2 3")
		}
	}
}

// series draws the line, the points and the rules that hold at them.
func (d control) series(f frame, from int) {
	var line []svg.Point
	shapes, colours := d.marks()
	j, previous := 0, spc.CommonCause
	inside := svg.Box{X0: f.left, Y0: f.top, X1: f.right, Y1: f.bottom - 2}
	type label struct {
		at   svg.Point
		text string
	}
	var labels []label
	type mark struct {
		at  svg.Point
		p   spc.Point
		tip string
	}
	var marks []mark
	for i, u := range d.units {
		if u.look != shown {
			if i >= from {
				f.Mark(svg.Star, f.x.At(float64(i)), f.bottom-8, 4, svg.Mute, d.w.say("control.tip.absent", "when", d.when(u.name)))
			}
			f.Path(line, "", svg.Axis, 1.2, "")
			line = nil
			continue
		}
		p := d.of.Points[j]
		j++
		if i < from {
			continue
		}
		at := svg.Point{X: f.x.At(float64(i)), Y: f.y.At(p.Value)}
		line = append(line, at)
		rule := p.Cause()
		marks = append(marks, mark{at, p, d.w.say("control.tip", "when", d.when(u.name), "value", d.number(p.Value), "rule", d.w["control.rule."+string(rule)])})
		if rule != spc.CommonCause && rule != previous {
			labels = append(labels, label{at, d.w["control.rule."+string(rule)]})
		}
		previous = rule
	}
	f.Path(line, "", svg.Axis, 1.2, "")
	for _, m := range marks {
		v := m.p.Variation(d.of.Better)
		f.Mark(shapes[v], m.at.X, m.at.Y, pick(f.Sheet, 4.2, 3.2), colours[v], m.tip)
	}
	for _, l := range labels {
		f.Label(l.at.X, l.at.Y, 4.2, l.text, inside)
	}
}

// marks returns how each kind of variation looks.
func (d control) marks() (map[spc.Variation]svg.Shape, map[spc.Variation]svg.Colour) {
	better, worse := svg.Up, svg.Down
	if d.of.Better == spc.Lower {
		better, worse = svg.Down, svg.Up
	}
	return map[spc.Variation]svg.Shape{spc.CommonVariation: svg.Circle, spc.Improvement: better, spc.Concern: worse, spc.NeutralHigh: svg.Up, spc.NeutralLow: svg.Down},
		map[spc.Variation]svg.Colour{spc.CommonVariation: svg.Grey, spc.Improvement: svg.Blue, spc.Concern: svg.Orange, spc.NeutralHigh: svg.Plum, spc.NeutralLow: svg.Plum}
}

// key says what marks and lines mean, and the numbers of the last stretch.
func (d control) key(s *svg.Sheet) {
	last := d.of.Points[len(d.of.Points)-1]
	signs := []svg.Sign{
		{Shape: svg.Stroke, Colour: svg.Ink, Text: d.w.say("control.key.mean", "mean", d.number(last.Mean))},
		{Shape: svg.Dashed, Colour: svg.Axis, Text: d.w.say("control.key.limits", "lower", d.number(last.Lower), "upper", d.number(last.Upper))},
	}
	if target, known := d.of.Target.Lookup(); known {
		signs = append(signs, svg.Sign{Shape: svg.Dashed, Colour: svg.Plum, Text: d.w.say("control.key.target", "target", d.number(target))})
	}
	shapes, colours := d.marks()
	seen := map[spc.Variation]bool{}
	for _, p := range d.of.Points {
		seen[p.Variation(d.of.Better)] = true
	}
	for _, v := range []spc.Variation{spc.CommonVariation, spc.Improvement, spc.Concern, spc.NeutralHigh, spc.NeutralLow} {
		if seen[v] {
			signs = append(signs, svg.Sign{Shape: shapes[v], Colour: colours[v], Text: d.w["control.key."+string(v)]})
		}
	}
	for _, stretch := range d.of.Stretches[1:] {
		signs = append(signs, svg.Sign{Shape: svg.Dotted, Colour: svg.Axis, Text: d.w.say("control.key.rebase", "reason", short(stretch.Reason, 80))})
	}
	for _, u := range d.units {
		if u.look != shown {
			signs = append(signs, svg.Sign{Shape: svg.Star, Text: d.w["key.suppressed"]})
			break
		}
	}
	s.Key(signs...)
}

// icons writes what the chart says of variation and assurance, each beside its icon: the mark of the last point, and the letter that
// Making Data Count has for a target.
func (d control) icons(s *svg.Sheet) {
	shapes, colours := d.marks()
	s.Mark(shapes[d.of.Variation], 22, s.Y+8, 5.5, colours[d.of.Variation], "")
	s.Lines(38, s.W-50, d.w.say("control.says.variation", "variation", d.w["control.variation."+string(d.of.Variation)]), svg.T{Bold: true})
	s.Y += 4
	letter := map[spc.Assurance]string{spc.ConsistentlyPass: "P", spc.ConsistentlyFail: "F", spc.Inconsistent: "?"}[d.of.Assurance]
	if letter != "" {
		s.Mark(svg.Ring, 22, s.Y+8, 8, svg.Axis, "")
		s.Text(22, s.Y+12, letter, svg.T{Size: 11, Bold: true, Anchor: svg.Middle})
	}
	s.Lines(38, s.W-50, d.w.say("control.says.assurance", "assurance", d.assurance()), svg.T{Bold: true})
}
