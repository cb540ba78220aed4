package chart

import (
	"slices"

	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// GapOptions say which gap is drawn.
type GapOptions struct {
	About
	Row  string           // of the table, such as a need; empty is the total of all
	What string           // what is missing, in the plural; empty is "referrals with an unmet need"
	Of   map[string]int64 // how many people each area has, by a table that is published anyway; nil draws numbers instead of rates
}

// Gaps draws what is missing by area, the largest first, from a table with a column for each area, as [gap.Make] makes. Which area has most is
// said only where its interval allows it. It fails for a row that the table does not have.
func Gaps(table disclosure.Released[disclosure.Safe], o GapOptions) (Picture, error) {
	safe, _, err := table.Draw()
	if err != nil {
		return Picture{}, err
	}
	row := o.Row
	if row == "" {
		row = disclosure.Total
	}
	d := gaps{GapOptions: o, w: o.words()}
	at := slices.IndexFunc(safe.Rows, func(r disclosure.SafeRow) bool { return r.Name == row })
	if at < 0 {
		return Picture{}, notListed("row")
	}
	for k, area := range safe.Columns {
		if area == disclosure.Total && k == len(safe.Columns)-1 {
			continue
		}
		d.areas = append(d.areas, d.area(area, safe.Rows[at], k))
	}
	return d.picture("gaps", table.Foot(), within(table))
}

// gaps is the picture with what it is made of.
type gaps struct {
	GapOptions
	w     Words
	areas []missing
}

// A missing is one area.
type missing struct {
	unit
	e stat.Estimate // for each 100 people, or the number itself
}

// area returns the count of an area, or why there is none.
func (d gaps) area(area string, row disclosure.SafeRow, at int) missing {
	m := missing{unit: unit{name: area, look: shown}}
	var known bool
	if m.cases, known = cell(row, at); !known {
		m.look = hidden
	}
	if d.Of != nil {
		if m.of, known = d.Of[area]; !known {
			m.look = unmeasured
		}
		if m.look == shown && m.of <= 0 {
			m.look = nobody
		}
	}
	if m.look == shown {
		var err error
		if d.Of == nil {
			m.e = stat.Estimate{Value: float64(m.cases), Level: level, Method: stat.MethodExact}
			m.e.Interval, err = stat.Poisson(float64(m.cases), level)
		} else {
			m.e, err = stat.Rate(float64(m.cases), float64(m.of), 100, level)
		}
		if err != nil {
			m.look = unmeasured
		}
	}
	return m
}

// picture sorts the areas and says what they say.
func (d gaps) picture(name, grounds string, audience disclosure.Audience) (Picture, error) {
	d.What = either(d.What, d.w["gaps.what"])
	slices.SortStableFunc(d.areas, func(a, b missing) int {
		if (a.look == shown) != (b.look == shown) {
			return map[bool]int{true: -1, false: 1}[a.look == shown]
		}
		if (a.name == gap.Unknown) != (b.name == gap.Unknown) {
			return map[bool]int{true: 1, false: -1}[a.name == gap.Unknown]
		}
		return cmpFloat(b.e.Value, a.e.Value)
	})
	p := Picture{Name: name, within: audience, lang: d.Lang, draw: d.draw, Table: d.table()}
	d.tell(&p, grounds)
	return p, nil
}

// placed returns the areas that are shown and known.
func (d gaps) placed() (all []missing) {
	for _, m := range d.areas {
		if m.look == shown && m.name != gap.Unknown {
			all = append(all, m)
		}
	}
	return all
}

// tell writes what the picture says.
func (d gaps) tell(p *Picture, grounds string) {
	absent := map[look]int{}
	for _, m := range d.areas {
		if m.look != shown {
			absent[m.look]++
		}
	}
	values := []string{"what", d.What, "n", count(len(d.areas))}
	key := "gaps.title.none"
	if all := d.placed(); len(all) > 0 {
		first := all[0]
		values = append(values, "area", named(first.name), "value", d.number(first.e.Value), "lower", d.number(first.e.Interval.Lower), "upper", d.number(first.e.Interval.Upper))
		key = "gaps.title"
		if len(all) > 1 && first.e.Interval.Lower <= all[1].e.Interval.Upper {
			key = "gaps.title.unsure"
		}
	}
	p.Title = capital(d.w.say(key, values...))
	p.Subtitle = d.subtitle(d.w, d.w.say(d.key("gaps.subtitle"), values...))
	p.Desc = d.w.say("gaps.desc", values...)
	for _, m := range d.areas[:min(len(d.areas), mostRows)] {
		p.Desc = sentences(p.Desc, d.w.say("gaps.desc.row", "area", named(m.name), "value", d.value(m)))
	}
	p.Foot = d.foot(d.w, d.w[d.key("gaps.foot")], d.w.absent(absent, d.w["gaps.units"]), grounds)
}

// key returns the key of a text that has a form for rates and one for numbers.
func (d gaps) key(key string) string {
	if d.Of == nil {
		return key + ".count"
	}
	return key + ".rate"
}

func (d gaps) number(v float64) string {
	if d.Of == nil {
		return decimals(v, 0)
	}
	return decimals(v, 1)
}

// value writes the number of an area with its interval, or why there is none.
func (d gaps) value(m missing) string {
	switch m.look {
	case shown:
		return d.w.say("range", "value", d.number(m.e.Value), "lower", d.number(m.e.Interval.Lower), "upper", d.number(m.e.Interval.Upper))
	case unmeasured:
		return d.w["key.not-measured"]
	case nobody:
		return d.w["key.no-cases"]
	default:
		return d.w["key.suppressed"]
	}
}

func (d gaps) table() Table {
	t := Table{Columns: []string{"area", "count", "of", "value", "lower", "upper", "level", "method", "status"}}
	for _, m := range d.areas {
		row := []string{m.name, "", "", "", "", "", "", "", string(m.look)}
		if m.look == shown {
			copy(row[1:], []string{plain(float64(m.cases)), "", plain(m.e.Value), plain(m.e.Interval.Lower), plain(m.e.Interval.Upper), plain(m.e.Level), string(m.e.Method)})
			if d.Of != nil {
				row[2] = plain(float64(m.of))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d gaps) draw(s *svg.Sheet) {
	top := 0.0
	for _, m := range d.areas {
		if m.look == shown {
			top = max(top, m.e.Interval.Upper)
		}
	}
	bar := column{pick(s, 200.0, 12), s.W - pick(s, 190.0, 16)}
	x := svg.Scale{To: svg.Round(top, 5), Start: bar.left, End: bar.right}
	s.Y += 6
	for _, m := range d.areas[:min(len(d.areas), mostRows)] {
		d.row(s, m, bar, x)
	}
	for _, v := range svg.Ticks(0, x.To, pick(s, 5, 3)) {
		s.Text(x.At(v), s.Y+16, round(v), svg.T{Anchor: svg.Middle, Colour: svg.Mute})
	}
	s.Line(bar.left, s.Y, bar.right, s.Y, svg.Axis, 1, "")
	s.Y += 22
	s.Key(svg.Sign{Shape: svg.Area, Colour: svg.Step2, Text: d.w[d.key("gaps.key")]}, svg.Sign{Shape: svg.Stroke, Colour: svg.Ink, Text: d.w["gaps.key.interval"]})
	d.w.rest(s, len(d.areas))
}

// row draws one area.
func (d gaps) row(s *svg.Sheet, m missing, bar column, x svg.Scale) {
	top := s.Y
	if narrow(s) {
		s.Lines(12, s.W-24, short(m.name, 60), svg.T{})
		s.Lines(12, s.W-24, d.value(m), svg.T{Size: 11, Colour: svg.Mute})
		top = s.Y
	} else {
		s.Lines(12, bar.left-24, short(m.name, 60), svg.T{})
		name := s.Y
		s.Y = top
		s.Lines(bar.right+12, s.W-bar.right-24, d.value(m), svg.T{})
		s.Y = max(s.Y, name)
	}
	switch m.look {
	case shown:
		s.Rect(bar.left, top+2, max(x.At(m.e.Value)-bar.left, 1), 14, svg.Step2, svg.Axis, d.value(m))
		s.Line(x.At(m.e.Interval.Lower), top+9, x.At(m.e.Interval.Upper), top+9, svg.Ink, 1.6, "")
	case unmeasured:
		s.Hatch(bar.left, top+2, 60, 14, d.w["key.not-measured"])
	case nobody:
		s.Text(bar.left+4, top+13, "–", svg.T{Colour: svg.Mute})
	default:
		s.Mark(svg.Star, bar.left+8, top+10, 4, svg.Mute, d.w["key.suppressed"])
	}
	s.Y = max(s.Y, top+18) + 4
}
