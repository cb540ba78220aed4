package chart

import (
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// A Comparison is what policies do to one measure, each against the same baseline on the same arrivals. People who
// were simulated are no people, so it is released by name:
//
//	c, err := disclosure.NotPeople(chart.Comparison{...}, "people who were simulated")
type Comparison struct {
	Measure string // "median wait for a first session"
	Unit    string // "days"
	Against string // the policy that all are compared with
	Better  evaluation.Direction
	Rows    []Difference
}

// A Difference is by how much the measure of one policy is more than that of the baseline, paired by replication.
type Difference struct {
	Policy string
	By     stat.Estimate
}

// Policies draws paired differences with their intervals: better or worse where the whole interval is on that side of
// nothing, and else it cannot be told. It fails for a comparison without rows.
func Policies(r disclosure.Released[Comparison], o About) (Picture, error) {
	c, _, err := r.Draw()
	if err != nil {
		return Picture{}, err
	}
	if len(c.Rows) == 0 {
		return Picture{}, sp.Invalid("chart: policies", "rows", sp.Missing, "must be given")
	}
	d := policies{About: o, w: o.words(), Comparison: c}
	p := Picture{Name: "policies", within: within(r), lang: o.Lang, draw: d.draw}
	p.Table.Columns = []string{"policy", "baseline", "measure", "unit", "difference", "lower", "upper", "level", "method", "verdict", "status"}
	n := map[string]int{}
	desc := ""
	for i, row := range c.Rows {
		verdict := d.verdict(row.By)
		n[verdict]++
		cells := []string{row.Policy, c.Against, c.Measure, c.Unit, "", "", "", "", "", d.w["policies."+verdict], string(unmeasured)}
		if row.By.Defined() {
			copy(cells[4:], []string{plain(row.By.Value), plain(row.By.Interval.Lower), plain(row.By.Interval.Upper), plain(row.By.Level), string(row.By.Method)})
			cells[10] = string(shown)
		}
		p.Table.Rows = append(p.Table.Rows, cells)
		if i < mostRows {
			desc = sentences(desc, d.w.say("policies.desc.row", "policy", named(row.Policy), "value", d.value(row.By), "verdict", d.w["policies."+verdict]))
		}
	}
	values := []string{
		"n", count(len(c.Rows)), "better", count(n["better"]), "worse", count(n["worse"]), "more", count(n["more"]), "less", count(n["less"]), "unsure", count(n["unsure"] + n["none"]),
		"measure", short(c.Measure, 80), "unit", short(c.Unit, 30), "baseline", named(c.Against), "desc", desc,
	}
	key := "policies.title"
	if c.Better == evaluation.Neither {
		key = "policies.title.neither"
	}
	p.Title = capital(d.w.say(key, values...))
	p.Subtitle = d.subtitle(d.w, d.w.say("policies.subtitle", values...))
	p.Desc = d.w.say("policies.desc", values...)
	p.Foot = d.foot(d.w, d.w["policies.foot"], r.Foot())
	return p, nil
}

// policies is the picture with what it is made of. It does not change.
type policies struct {
	About
	w Words
	Comparison
}

// verdict says what an interval says.
func (d policies) verdict(e stat.Estimate) string {
	switch {
	case !e.Defined():
		return "none"
	case e.Value == 0 && e.Interval.Lower == 0 && e.Interval.Upper == 0:
		return "same"
	case !(e.Interval.Lower > 0) && !(e.Interval.Upper < 0):
		return "unsure"
	}
	up := e.Interval.Lower > 0
	if d.Better == evaluation.Neither {
		return map[bool]string{true: "more", false: "less"}[up]
	}
	if d.Better == evaluation.Lower {
		up = !up
	}
	return map[bool]string{true: "better", false: "worse"}[up]
}

// value writes a difference with its interval, or why there is none.
func (d policies) value(e stat.Estimate) string {
	if !e.Defined() {
		return d.w.say("policies.undefined", "why", string(e.Undefined))
	}
	sign := func(v float64) string {
		switch {
		case math.IsInf(v, 0):
			return d.w["policies.open"]
		case v > 0:
			return "+" + decimals(v, d.digits())
		}
		return decimals(v, d.digits())
	}
	return d.w.say("range", "value", sign(e.Value), "lower", sign(e.Interval.Lower), "upper", sign(e.Interval.Upper))
}

// reach returns how far from nothing a difference or a limit is at most; 1 if all are nothing.
func (d policies) reach() float64 {
	reach := 0.0
	for _, r := range d.Rows {
		for _, v := range []float64{r.By.Value, r.By.Interval.Lower, r.By.Interval.Upper} {
			if r.By.Defined() && !math.IsInf(v, 0) && !math.IsNaN(v) {
				reach = max(reach, math.Abs(v))
			}
		}
	}
	if reach == 0 {
		return 1
	}
	return reach
}

// digits returns how many decimals say something, the same for all.
func (d policies) digits() int {
	switch reach := d.reach(); {
	case reach >= 100:
		return 0
	case reach >= 1:
		return 1
	}
	return 3
}

func (d policies) draw(s *svg.Sheet) {
	rows := d.Rows[:min(len(d.Rows), mostRows)]
	reach := d.reach()
	bar := column{pick(s, 230.0, 24), s.W - pick(s, 190.0, 16)}
	x := svg.Scale{From: -reach * 1.05, To: reach * 1.05, Start: bar.left, End: bar.right}
	s.Y += 4
	for _, r := range rows {
		top := s.Y
		y := top + 16
		if narrow(s) {
			s.Lines(24, s.W-36, short(r.Policy, 80), svg.T{Size: 13})
			s.Lines(24, s.W-36, d.value(r.By), svg.T{Bold: true})
			y = s.Y + 11
			s.Y += 22
		} else {
			s.Lines(30, bar.left-46, short(r.Policy, 80), svg.T{Size: 13})
			name := s.Y
			s.Y = top
			s.Lines(bar.right+14, s.W-bar.right-26, d.value(r.By), svg.T{Bold: true})
			s.Y = max(s.Y, name, top+30) + 4
		}
		d.row(s, r.By, x, y)
	}
	for _, v := range svg.Ticks(x.From, x.To, pick(s, 6, 4)) {
		s.Line(x.At(v), s.Y, x.At(v), s.Y+5, svg.Axis, 1, "")
		s.Text(x.At(v), s.Y+18, round(v), svg.T{Anchor: svg.Middle, Colour: svg.Mute})
	}
	s.Line(bar.left, s.Y, bar.right, s.Y, svg.Axis, 1, "")
	s.Y += 24
	d.key(s)
	d.w.rest(s, len(d.Rows))
}

// key says what the marks mean.
func (d policies) key(s *svg.Sheet) {
	if d.Better == evaluation.Neither {
		s.Key(svg.Sign{Shape: svg.Diamond, Colour: svg.Plum, Text: d.w["policies.key.differs"]}, svg.Sign{Shape: svg.Circle, Colour: svg.Grey, Text: d.w["policies.unsure"]})
		return
	}
	s.Key(
		svg.Sign{Shape: svg.Up, Colour: svg.Blue, Text: d.w["policies.better"]}, svg.Sign{Shape: svg.Down, Colour: svg.Orange, Text: d.w["policies.worse"]},
		svg.Sign{Shape: svg.Circle, Colour: svg.Grey, Text: d.w["policies.unsure"]})
}

// row draws one difference.
func (d policies) row(s *svg.Sheet, e stat.Estimate, x svg.Scale, y float64) {
	s.Line(x.Start, y, x.End, y, svg.Grid, 1, "")
	s.Line(x.At(0), y-9, x.At(0), y+9, svg.Ink, 1.4, "")
	if !e.Defined() {
		s.Hatch(x.At(0)-30, y-6, 60, 12, d.value(e))
		return
	}
	verdict := d.verdict(e)
	shape, c := looks(verdict)
	if verdict == "more" || verdict == "less" {
		shape, c = svg.Diamond, svg.Plum
	}
	s.Line(x.At(e.Interval.Lower), y, x.At(e.Interval.Upper), y, c, 3, "")
	s.Mark(shape, x.At(e.Value), y, 5, c, d.value(e))
	s.Mark(shape, 15, y, 5, c, d.w["policies."+verdict])
}
