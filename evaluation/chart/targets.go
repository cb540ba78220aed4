package chart

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// An Aim is an indicator that is a share of people, and what was agreed.
type Aim struct {
	Name   string
	Share  disclosure.Released[disclosure.Share] // see [disclosure.ReleaseShare]
	Target sp.Known[float64]                     // from 0 to 1; unknown if nothing was agreed
	Better evaluation.Direction                  // Neither is judged as Higher
}

// A judgement is an aim with its estimate.
type judgement struct {
	Aim
	e       stat.Estimate
	look    look
	verdict string // a key of words
}

// judge compares the interval of what is shown with the target.
func (a Aim) judge() (judgement, error) {
	j := judgement{Aim: a, look: hidden, verdict: "hidden"}
	share, _, err := a.Share.Draw()
	if err != nil {
		return j, err
	}
	n, known := share.Numerator.Count.Lookup()
	of, also := share.Denominator.Count.Lookup()
	switch {
	case !known || !also:
		return j, nil
	case of == 0:
		j.look, j.verdict = nobody, "nobody"
		return j, nil
	}
	if j.e, err = stat.Proportion(float64(n), float64(of), level); err != nil {
		return j, err
	}
	j.look, j.verdict = shown, "none"
	if target, known := a.Target.Lookup(); known {
		above, below := j.e.Interval.Lower >= target, j.e.Interval.Upper <= target
		if a.Better == evaluation.Lower {
			above, below = below, above
		}
		switch {
		case above:
			j.verdict = "better"
		case below:
			j.verdict = "worse"
		default:
			j.verdict = "unsure"
		}
	}
	return j, nil
}

// Targets draws indicators with their intervals against what was agreed: better where the whole interval is on the good
// side of the target, worse where it is on the other, and else it cannot be told. It fails where a share was not released.
func Targets(aims []Aim, o About) (Picture, error) {
	d := targets{About: o, w: o.words()}
	p := Picture{Name: "targets", lang: o.Lang}
	grounds := ""
	for _, a := range aims {
		j, err := a.judge()
		if err != nil {
			return Picture{}, err
		}
		d.of = append(d.of, j)
		p.within = stricter(p.within, within(a.Share))
		if grounds == "" || p.within == "" || within(a.Share) != "" {
			grounds = a.Share.Foot()
		}
	}
	p.draw, p.Table = d.draw, d.table()
	d.tell(&p, grounds)
	return p, nil
}

// stricter returns the first audience if there is one.
func stricter(a, b disclosure.Audience) disclosure.Audience {
	if a != "" {
		return a
	}
	return b
}

// targets is the picture with what it is made of. It does not change.
type targets struct {
	About
	w  Words
	of []judgement
}

// tell writes what the picture says.
func (d targets) tell(p *Picture, grounds string) {
	n := map[string]int{}
	desc := ""
	for i, j := range d.of {
		n[j.verdict]++
		if i < mostRows {
			desc = sentences(desc, d.w.say("targets.desc.row", "name", named(j.Name), "value", d.value(j), "verdict", d.w["targets."+j.verdict]))
		}
	}
	values := []string{"better", count(n["better"]), "worse", count(n["worse"]), "unsure", count(n["unsure"]), "judged", count(n["better"] + n["worse"] + n["unsure"]), "n", count(len(d.of))}
	key := "targets.title"
	if n["better"]+n["worse"]+n["unsure"] == 0 {
		key = "targets.title.none"
	}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w["targets.subtitle"])
	p.Desc = sentences(d.w.say("targets.desc", values...), desc)
	p.Foot = d.foot(d.w, d.w["targets.foot"], d.w.absent(map[look]int{hidden: n["hidden"], nobody: n["nobody"]}, d.w["targets.units"]), grounds)
}

// value writes a share with its interval and its counts, or why there is none.
func (d targets) value(j judgement) string {
	switch j.look {
	case shown:
		return d.w.say("value", "value", tenth(j.e.Value), "lower", tenth(j.e.Interval.Lower), "upper", tenth(j.e.Interval.Upper))
	case nobody:
		return d.w["key.no-cases"]
	default:
		return d.w["key.suppressed"]
	}
}

// behind writes of how many a share is, and its target.
func (d targets) behind(j judgement) string {
	text := ""
	if j.look == shown {
		text = d.w.say("targets.counts", "n", decimals(j.e.Numerator, 0), "of", decimals(j.e.Denominator, 0))
	}
	target, known := j.Target.Lookup()
	if !known {
		return sentences(text, d.w["targets.no-target"])
	}
	key := "targets.at-least"
	if j.Better == evaluation.Lower {
		key = "targets.at-most"
	}
	return sentences(text, d.w.say(key, "target", percent(target)))
}

func (d targets) table() Table {
	t := Table{Columns: []string{"indicator", "value", "lower", "upper", "level", "method", "numerator", "denominator", "target", "better", "verdict", "status"}}
	for _, j := range d.of {
		target := ""
		if v, known := j.Target.Lookup(); known {
			target = plain(v)
		}
		row := []string{j.Name, "", "", "", "", "", "", "", target, string(j.Better), d.w["targets."+j.verdict], string(j.look)}
		if j.look == shown {
			copy(row[1:], []string{plain(j.e.Value), plain(j.e.Interval.Lower), plain(j.e.Interval.Upper), plain(j.e.Level), string(j.e.Method), plain(j.e.Numerator), plain(j.e.Denominator)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// looks returns the mark of a verdict.
func looks(verdict string) (svg.Shape, svg.Colour) {
	switch verdict {
	case "better":
		return svg.Up, svg.Blue
	case "worse":
		return svg.Down, svg.Orange
	}
	return svg.Circle, svg.Grey
}

func (d targets) draw(s *svg.Sheet) {
	bar := column{pick(s, 250.0, 24), s.W - pick(s, 214.0, 16)}
	x := svg.Scale{To: 1, Start: bar.left, End: bar.right}
	s.Y += 4
	for _, j := range d.of[:min(len(d.of), mostRows)] {
		top := s.Y
		s.Line(12, top, s.W-12, top, svg.Grid, 1, "")
		s.Y += 6
		y := top + 24
		if narrow(s) {
			s.Lines(24, s.W-36, short(j.Name, 120), svg.T{Size: 13})
			s.Lines(24, s.W-36, d.value(j), svg.T{Bold: true})
			s.Lines(24, s.W-36, d.behind(j), svg.T{Size: 11, Colour: svg.Mute})
			y = s.Y + 12
			s.Y += 22
		} else {
			s.Lines(30, 205, short(j.Name, 120), svg.T{Size: 13})
			name := s.Y
			s.Y = top + 5
			s.Lines(bar.right+16, s.W-bar.right-28, d.value(j), svg.T{Bold: true})
			s.Lines(bar.right+16, s.W-bar.right-28, d.behind(j), svg.T{Size: 11, Colour: svg.Mute})
			s.Y = max(s.Y, name, top+42) + 6
		}
		d.row(s, j, x, y)
	}
	s.Line(12, s.Y, s.W-12, s.Y, svg.Grid, 1, "")
	for _, v := range svg.Ticks(0, 1, pick(s, 5, 4)) {
		s.Text(x.At(v), s.Y+16, decimals(100*v, 0), svg.T{Anchor: svg.Middle, Colour: svg.Mute})
	}
	s.Y += 24
	s.Key(
		svg.Sign{Shape: svg.Up, Colour: svg.Blue, Text: d.w["targets.better"]}, svg.Sign{Shape: svg.Down, Colour: svg.Orange, Text: d.w["targets.worse"]},
		svg.Sign{Shape: svg.Circle, Colour: svg.Grey, Text: d.w["targets.unsure"]}, svg.Sign{Shape: svg.Tick, Colour: svg.Ink, Text: d.w["targets.key.target"]})
	d.w.rest(s, len(d.of))
}

// row draws the verdict, the interval and the target of one indicator.
func (d targets) row(s *svg.Sheet, j judgement, x svg.Scale, y float64) {
	shape, c := looks(j.verdict)
	s.Line(x.Start, y, x.End, y, svg.Grid, 1, "")
	switch j.look {
	case shown:
		s.Mark(shape, 15, y, 5, c, d.w["targets."+j.verdict])
		s.Line(x.At(j.e.Interval.Lower), y, x.At(j.e.Interval.Upper), y, c, 3, "")
		s.Mark(shape, x.At(j.e.Value), y, 5, c, d.value(j))
	case nobody:
		s.Text(15, y+4, "–", svg.T{Anchor: svg.Middle, Colour: svg.Mute})
	default:
		s.Mark(svg.Star, 15, y, 4, svg.Mute, d.w["key.suppressed"])
	}
	if target, known := j.Target.Lookup(); known {
		s.Line(x.At(target), y-10, x.At(target), y+10, svg.Ink, 2.2, "")
	}
}

// rest says how many rows are not drawn.
func (w Words) rest(s *svg.Sheet, rows int) {
	if rows > mostRows {
		s.Lines(12, s.W-24, w.say("rest", "n", count(rows-mostRows)), svg.T{Colour: svg.Mute})
	}
}
