package chart

import (
	"math"
	"slices"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/spc"
)

// ControlOptions say how a series over time is judged.
type ControlOptions struct {
	About
	// Judged is as package spc has it; a rebase counts rows of the table, and a target of shares is in per cent.
	Judged spc.Options
	What   string // what is measured: "people contacted within 10 working days"; empty is "cases"
}

// Control draws a series over time with its natural limits (XmR, as Making Data Count has it): which points
// do not fit what the process does by itself, by which rule, and whether it will meet its target as it is.
//
// The rows of the table are points of time in their order, as "2025-04" or in words; the row "not stated" of an evaluation is none, and stands in the foot. With a total of rows, or Of, the
// measure is a share in per cent, and without either it is the count itself. Points that are not shown have a place and no
// value, and count for nothing.
//
// It fails as [spc.XmR] does, and where fewer than two points are shown.
func Control(cases Cases, o ControlOptions) (Picture, error) {
	d := control{ControlOptions: o, w: o.words()}
	var err error
	if d.units, d.shares, err = cases.series(); err != nil {
		return Picture{}, err
	}
	d.units = slices.DeleteFunc(d.units, func(u unit) bool {
		undated := u.name == evaluation.UnknownGroup
		if undated && u.look == shown {
			d.undated += max(u.of, u.cases)
		}
		return undated
	})
	var values []float64
	before := make([]int, len(d.units)+1)
	for i, u := range d.units {
		before[i] = len(values)
		if u.look == shown {
			values = append(values, d.value(u))
		}
	}
	before[len(d.units)] = len(values)
	if len(values) < 2 {
		return Picture{}, sp.Invalid("chart: control", "table", sp.WrongLength, "must have two points that are shown")
	}
	judged := o.Judged
	judged.Rebases = slices.Clone(judged.Rebases)
	for i, r := range judged.Rebases {
		if r.At > 0 && r.At < len(before) {
			judged.Rebases[i].At = before[r.At]
		}
	}
	if d.of, err = spc.XmR(values, judged); err != nil {
		return Picture{}, err
	}
	d.What = either(o.What, d.w["control.what"])
	p := Picture{Name: "control", Table: d.table(), within: within(cases.Table), lang: o.Lang, draw: d.draw}
	d.tell(&p, cases.Table.Foot())
	return p, nil
}

// series returns the units of a table in time, and whether they are shares.
func (c Cases) series() (units []unit, shares bool, err error) {
	safe, rows, at, err := leaves(c.Table, c.Column)
	if err != nil {
		return nil, false, err
	}
	if c.Of != nil || slices.Contains(safe.Columns, disclosure.Total) {
		units, err = c.units()
		return units, true, err
	}
	for _, r := range rows {
		u := unit{name: r.Name, look: shown}
		var known bool
		if u.cases, known = cell(r, at); !known {
			u.look = hidden
		}
		units = append(units, u)
	}
	return units, false, nil
}

// A control is the picture with what it is made of. It does not change.
type control struct {
	ControlOptions
	w       Words
	units   []unit
	shares  bool
	of      spc.Chart
	undated int64 // people of whom the time is not stated, who are in no point
}

func (d control) value(u unit) float64 {
	if d.shares {
		return 100 * u.rate()
	}
	return float64(u.cases)
}

// number writes a value of the measure.
func (d control) number(v float64) string {
	if d.shares {
		return d.w.say("percent", "n", decimals(v, 1))
	}
	return decimals(v, 1)
}

// when returns the time of a row in words.
func (d control) when(name string) string {
	for _, day := range []string{"", "-01"} {
		if on, err := sp.ParseDate(name + day); err == nil {
			return d.w.month(on)
		}
	}
	return short(name, 16)
}

// tell writes what the picture says.
func (d control) tell(p *Picture, grounds string) {
	signals, missing, j := 0, map[look]int{}, 0
	for _, u := range d.units {
		if u.look != shown {
			missing[u.look]++
			continue
		}
		if d.of.Points[j].Cause() != spc.CommonCause {
			signals++
		}
		j++
	}
	last := d.of.Points[len(d.of.Points)-1]
	stretch := d.of.Stretches[len(d.of.Stretches)-1]
	values := []string{
		"what", d.What, "signals", count(signals), "n", count(len(d.of.Points)), "mean", d.number(last.Mean), "lower", d.number(last.Lower), "upper", d.number(last.Upper),
		"reason", short(stretch.Reason, 60), "variation", d.w["control.variation."+string(d.of.Variation)], "assurance", d.assurance(),
	}
	key := "control.title"
	switch {
	case len(d.of.Stretches) > 1:
		key = "control.title.rebased"
		values = append(values, "before", d.number(d.of.Stretches[len(d.of.Stretches)-2].Mean))
	case signals == 0:
		key = "control.title.none"
	}
	p.Title = capital(d.w.say(key, values...))
	p.Subtitle = d.subtitle(d.w, d.w.say(map[bool]string{true: "control.subtitle.share", false: "control.subtitle.count"}[d.shares], values...))
	p.Desc = d.w.say("control.desc", values...)
	shortOf := ""
	if stretch.Short {
		shortOf = d.w["control.short"]
	}
	undated := ""
	if d.undated > 0 {
		undated = d.w.say("control.undated", "n", count(d.undated))
	}
	p.Foot = d.foot(d.w, d.w["control.foot"], shortOf, undated, d.w.absent(missing, d.w["control.units"]), grounds)
}

// assurance says whether the process will meet its target.
func (d control) assurance() string {
	target, known := d.of.Target.Lookup()
	if !known || d.of.Assurance == spc.NoTarget {
		return d.w["control.assurance.none"]
	}
	return d.w.say("control.assurance."+string(d.of.Assurance), "target", d.number(target))
}

func (d control) table() Table {
	t := Table{Columns: []string{"time", "value", "mean", "lower limit", "upper limit", "rule", "new limits", "status"}}
	j, stretch := 0, 0
	for _, u := range d.units {
		if u.look != shown {
			t.Rows = append(t.Rows, []string{u.name, "", "", "", "", "", "", string(u.look)})
			continue
		}
		p, reason := d.of.Points[j], ""
		if p.Stretch != stretch {
			stretch, reason = p.Stretch, d.of.Stretches[p.Stretch].Reason
		}
		j++
		t.Rows = append(t.Rows, []string{u.name, plain(p.Value), plain(p.Mean), plain(p.Lower), plain(p.Upper), string(p.Cause()), reason, string(shown)})
	}
	return t
}

// mostPoints is how many of the last points are drawn.
const mostPoints = 120

func (d control) draw(s *svg.Sheet) {
	f := plot(s, 48, 16, pick(s, 260.0, 220.0), d.w.say(map[bool]string{true: "control.unit.share", false: "control.unit.count"}[d.shares], "what", d.What))
	from := max(0, len(d.units)-mostPoints)
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range d.of.Points {
		low, high = min(low, p.Lower, p.Value), max(high, p.Upper, p.Value)
	}
	if target, known := d.of.Target.Lookup(); known {
		low, high = min(low, target), max(high, target)
	}
	if high-low < 1e-6*max(1, math.Abs(high)) { // all points are the same
		low, high = low-1, high+1
	}
	if d.shares {
		low, high = max(low, 0), min(high, 100)
	}
	if low >= 0 && low < high/3 {
		low = 0
	}
	step := svg.Step(max(high-low, 1e-9), 5)
	f.x = svg.Scale{From: float64(from) - 0.5, To: float64(len(d.units)) - 0.5, Start: f.left, End: f.right}
	f.y = svg.Scale{From: math.Floor(low/step) * step, To: math.Ceil(high/step+1e-9) * step, Start: f.bottom, End: f.top}
	d.stretches(f, from)
	f.rulers(svg.Ticks(f.y.From, f.y.To, 5), round)
	if target, known := d.of.Target.Lookup(); known {
		f.Line(f.left, f.y.At(target), f.right, f.y.At(target), svg.Plum, 1.6, "8 3 2 3")
	}
	d.series(f, from)
	var ticks []tick
	for i := from; i < len(d.units); i++ {
		ticks = append(ticks, tick{float64(i), d.when(d.units[i].name)})
	}
	f.below(ticks, "")
	d.key(s)
	if from > 0 {
		s.Lines(12, s.W-24, d.w.say("control.last", "n", strconv.Itoa(mostPoints), "of", count(len(d.units))), svg.T{Colour: svg.Mute})
	}
	s.Y += 4
	d.icons(s)
}
