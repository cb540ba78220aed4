package chart

import (
	"math"
	"slices"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/barrier"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Barriers draws the 25 barriers that a study found, here: of each how many of 100 are on the wrong side of
// its most telling measure, in groups as well where the report has them, how many of 100 who were asked
// name it, and how many people were lost to it. Only the last can be compared between barriers, and only that is ranked in the title.
//
// A report holds nothing that its policy withholds, so it needs no release. The barriers are in the order of the study, a line between its themes.
//
// Source: Rafiei, Honary & Mezes 2024, doi 10.3389/frhs.2024.1413711.
func Barriers(r barrier.Report, o About) (Picture, error) {
	d := barriers{About: o, w: o.words(), of: r}
	d.groups = groupsOf(r)
	for _, line := range r.Lines {
		d.cells = append(d.cells, d.row(line))
	}
	p := Picture{Name: "barriers", lang: o.Lang, draw: d.draw, Table: d.table()}
	told, measured := 0, 0
	for i := range d.of.Lines {
		is := false
		for _, c := range d.cells[i] {
			is = is || c.look == shown
		}
		if is {
			told++
		}
		if d.cells[i][0].look == shown {
			measured++
		}
	}
	key, values := d.most()
	values = append(values, "told", count(told), "n", count(len(d.of.Lines)), "measured", count(measured), "policy", d.of.Policy)
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w["barriers.subtitle"])
	p.Desc = d.w.say("barriers.desc", values...)
	for i, line := range d.of.Lines[:min(len(d.of.Lines), mostRows)] {
		if c := d.cells[i][len(d.cells[i])-1]; c.look == shown {
			p.Desc = sentences(p.Desc, d.w.say("barriers.desc.row", "no", line.No, "name", named(line.Name), "value", c.text))
		}
	}
	p.Foot = d.foot(d.w, d.w.say("barriers.foot", values...))
	return p, nil
}

// barriers is the picture with what it is made of. It does not change.
type barriers struct {
	About
	w      Words
	of     barrier.Report
	groups []string // of the columns between what is measured and what is said
	cells  [][]heat // of each line: measured, groups, said, lost
}

// A heat is one cell.
type heat struct {
	look look
	e    stat.Estimate
	text string
	bad  float64 // share on the wrong side; NaN if nothing says which side that is
}

// mostGroups is how many groups have a column.
const mostGroups = 5

// groupsOf returns the groups of the report that have a column.
func groupsOf(r barrier.Report) (names []string) {
	for _, line := range r.Lines {
		if len(line.Measured) == 0 {
			continue
		}
		for _, g := range line.Measured[0].Groups {
			if !slices.Contains(names, g.Group) && len(names) < mostGroups {
				names = append(names, g.Group)
			}
		}
	}
	return names
}

// row returns the cells of a line.
func (d barriers) row(line barrier.Line) []heat {
	row := []heat{{look: unmeasured}}
	groups := map[string]evaluation.Figure{}
	better := evaluation.Neither
	if len(line.Measured) > 0 {
		m := line.Measured[0]
		better = m.Better
		row[0] = cellOf(m.Figure, better)
		for _, g := range m.Groups {
			groups[g.Group] = g
		}
	}
	for _, name := range d.groups {
		c := heat{look: unmeasured}
		if g, is := groups[name]; is {
			c = cellOf(g, better)
		}
		row = append(row, c)
	}
	said := heat{look: unmeasured}
	for _, s := range line.Said {
		if c := cellOf(s.Figure, evaluation.Lower); said.look != shown && s.Question == "" {
			said = c
		}
	}
	lost := cellOf(evaluation.Figure{Estimate: line.Lost.Share, Unit: evaluation.Share}, evaluation.Lower)
	if line.Lost.Share.Undefined == barrier.NoCode {
		lost = heat{look: unmeasured}
	}
	return append(row, said, lost)
}

// cellOf returns the cell of a figure.
func cellOf(f evaluation.Figure, better evaluation.Direction) heat {
	e := f.Estimate
	c := heat{look: shown, e: e, bad: math.NaN()}
	switch {
	case e.Undefined == barrier.Withheld || e.Undefined == barrier.Told:
		c.look = hidden
	case e.Undefined == stat.NoCases:
		c.look = nobody
	case !e.Defined():
		c.look = unmeasured
	case f.Unit != evaluation.Share:
		c.text = round(math.Round(e.Value))
	case better == evaluation.Higher:
		c.bad = 1 - e.Value
		c.text = percent(c.bad)
	case better == evaluation.Lower:
		c.bad = e.Value
		c.text = percent(c.bad)
	default:
		c.text = percent(e.Value)
	}
	return c
}

// most returns what the title says of the barrier to which most people are lost.
func (d barriers) most() (key string, values []string) {
	first, second := -1, -1
	for i := range d.of.Lines {
		e := d.of.Lines[i].Lost.Share
		switch {
		case !e.Defined():
		case first < 0 || e.Value > d.of.Lines[first].Lost.Share.Value:
			first, second = i, first
		case second < 0 || e.Value > d.of.Lines[second].Lost.Share.Value:
			second = i
		}
	}
	if first < 0 {
		return "barriers.title.none", nil
	}
	line := d.of.Lines[first]
	e := line.Lost.Share
	values = []string{"name", named(line.Name), "value", percent(e.Value), "lower", percent(e.Interval.Lower), "upper", percent(e.Interval.Upper)}
	if second >= 0 && e.Interval.Lower <= d.of.Lines[second].Lost.Share.Interval.Upper {
		return "barriers.title.unsure", values
	}
	return "barriers.title", values
}

func (d barriers) table() Table {
	t := Table{Columns: []string{"barrier", "name", "perception", "column", "indicator", "value", "lower", "upper", "level", "status"}}
	for i, line := range d.of.Lines {
		for k, c := range d.cells[i] {
			perception, indicator := "no", ""
			if line.Perception {
				perception = "yes"
			}
			if k <= len(d.groups) && len(line.Measured) > 0 {
				indicator = line.Measured[0].Name
			}
			row := []string{line.No, line.Name, perception, d.heading(k), indicator, "", "", "", "", string(c.look)}
			if c.look == shown {
				copy(row[5:], []string{plain(c.e.Value), plain(c.e.Interval.Lower), plain(c.e.Interval.Upper), plain(c.e.Level)})
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// heading returns what stands above a column.
func (d barriers) heading(k int) string {
	switch k {
	case 0:
		return d.w["barriers.measured"]
	case len(d.groups) + 1:
		return d.w["barriers.said"]
	case len(d.groups) + 2:
		return d.w["barriers.lost"]
	}
	return d.groups[k-1]
}

// columns returns which cells a form has room for.
func (d barriers) columns(s *svg.Sheet) (at []int) {
	for k := range len(d.groups) + 3 {
		if !narrow(s) || k == 0 || k > len(d.groups) {
			at = append(at, k)
		}
	}
	return at
}

func (d barriers) draw(s *svg.Sheet) {
	columns := d.columns(s)
	const width = 60.0
	left := s.W - 12 - width*float64(len(columns))
	for i, k := range columns {
		lines := svg.Wrap(short(d.heading(k), 24), 10, true, width-2)
		for n, line := range lines[:min(len(lines), 2)] {
			s.Text(left+width*(float64(i)+0.5), s.Y+12+13*float64(n), svg.Fit(line, 10, true, width-2), svg.T{Size: 10, Bold: true, Anchor: svg.Middle})
		}
	}
	s.Y += 30
	theme := ""
	for i, line := range d.of.Lines[:min(len(d.of.Lines), mostRows)] {
		if len(line.No) > 0 && line.No[:1] != theme {
			theme = line.No[:1]
			s.Line(12, s.Y, s.W-12, s.Y, svg.Axis, 1, "")
			s.Y += 2
		}
		top := s.Y
		if !narrow(s) {
			s.Text(12, top+14, short(line.No, 5), svg.T{Bold: true})
		}
		from := pick(s, 46.0, 12)
		mark := ""
		if line.Perception {
			mark = " ◇"
		}
		s.Lines(from, left-from-8, short(line.Name, 60)+mark, svg.T{})
		height := max(s.Y-top, 20)
		for n, k := range columns {
			d.cell(s, d.cells[i][k], svg.Box{X0: left + width*float64(n) + 1, Y0: top + 1, X1: left + width*float64(n+1) - 1, Y1: top + height})
		}
		s.Y = top + height + 1
	}
	s.Y += 8
	d.key(s)
	d.w.rest(s, len(d.of.Lines))
}

// step returns the step of a share, and of 0 to 100 in five.
func step(share float64) svg.Colour { return svg.Steps()[min(max(int(share*5), 0), 4)] }

// cell draws one cell: its number in its step, or why there is none.
func (d barriers) cell(s *svg.Sheet, c heat, b svg.Box) {
	x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2+4
	switch {
	case c.look == hidden:
		s.Rect(b.X0, b.Y0, b.X1-b.X0, b.Y1-b.Y0, svg.Step0, "", "")
		s.Text(x, y+2, "*", svg.T{Anchor: svg.Middle, Tip: d.w["key.suppressed"]})
	case c.look == unmeasured:
		s.Hatch(b.X0, b.Y0, b.X1-b.X0, b.Y1-b.Y0, d.w["key.not-measured"])
	case c.look == nobody:
		s.Text(x, y, "–", svg.T{Anchor: svg.Middle, Tip: d.w["key.no-cases"]})
	case math.IsNaN(c.bad):
		s.Rect(b.X0, b.Y0, b.X1-b.X0, b.Y1-b.Y0, svg.Paper, svg.Axis, "")
		s.Text(x, y, svg.Fit(c.text, 12, false, b.X1-b.X0), svg.T{Anchor: svg.Middle})
	default:
		at := step(c.bad)
		s.Rect(b.X0, b.Y0, b.X1-b.X0, b.Y1-b.Y0, at, "", "")
		s.Text(x, y, c.text, svg.T{Anchor: svg.Middle, Colour: svg.On(at)})
	}
}

// key says what steps and looks mean.
func (d barriers) key(s *svg.Sheet) {
	var signs []svg.Sign
	for i, c := range svg.Steps() {
		signs = append(signs, svg.Sign{Shape: svg.Area, Colour: c, Text: []string{"0-19", "20-39", "40-59", "60-79", "80-100"}[i]})
	}
	signs = append(signs,
		svg.Sign{Shape: svg.Hatched, Text: d.w["key.not-measured"]}, svg.Sign{Shape: svg.Star, Text: d.w["key.suppressed"]},
		svg.Sign{Shape: svg.Area, Colour: svg.Paper, Text: d.w["barriers.key.plain"]})
	s.Key(signs...)
	s.Lines(12, s.W-24, d.w["barriers.key.perceived"], svg.T{Colour: svg.Mute})
}
