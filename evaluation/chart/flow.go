package chart

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
)

// Flow draws how far people came: the rows of the table are the steps of the way in their order, each with the
// number of people who came as far and no farther, in its first column. The largest loss between two steps is named.
//
// A step of which the number is not shown leaves the numbers before it open, unless the total tells them. It fails
// unless there are two steps and somebody who took the first.
func Flow(table disclosure.Released[disclosure.Safe], o About) (Picture, error) {
	safe, rows, at, err := leaves(table, "")
	if err != nil {
		return Picture{}, err
	}
	d := flow{About: o, w: o.words(), reached: make([]sp.Known[int64], len(rows))}
	sum, known := int64(0), true
	for i := len(rows) - 1; i >= 0; i-- {
		n, is := cell(rows[i], at)
		if known = known && is; known {
			sum += n
			d.reached[i] = sp.Know(sum)
		}
	}
	if len(safe.Rows) > 0 {
		if all, is := cell(safe.Rows[len(safe.Rows)-1], at); is {
			for i, r := range rows {
				if d.reached[i] == (sp.Known[int64]{}) {
					d.reached[i] = sp.Know(all)
				}
				n, is := cell(r, at)
				if !is {
					break
				}
				all = max(all-n, 0)
			}
		}
	}
	for _, r := range rows {
		d.steps = append(d.steps, r.Name)
	}
	if len(rows) < 2 {
		return Picture{}, sp.Invalid("chart: flow", "table", sp.WrongLength, "must have two steps")
	}
	if n, known := d.reached[0].Lookup(); known && n == 0 {
		return Picture{}, sp.Invalid("chart: flow", "table", sp.OutOfRange, "must have somebody who took the first step")
	}
	p := Picture{Name: "flow", Table: d.table(rows, at), within: within(table), lang: o.Lang, draw: d.draw}
	d.tell(&p, table.Foot())
	return p, nil
}

// A flow is the picture with what it is made of. It does not change.
type flow struct {
	About
	w       Words
	steps   []string
	reached []sp.Known[int64] // how many took each step
}

// lost returns how many took the step before and not this one.
func (d flow) lost(i int) (int64, bool) {
	if i == 0 {
		return 0, false
	}
	before, known := d.reached[i-1].Lookup()
	n, also := d.reached[i].Lookup()
	return before - n, known && also
}

// largest returns the step before which most are lost, whether another loses as many, and whether a
// loss is not shown.
func (d flow) largest() (at int, tied, open bool) {
	most := int64(0)
	for i := 1; i < len(d.steps); i++ {
		switch n, known := d.lost(i); {
		case !known:
			open = true
		case n > most:
			at, most, tied = i, n, false
		case n == most && n > 0:
			tied = true
		}
	}
	return at, tied, open
}

// tell writes what the picture says.
func (d flow) tell(p *Picture, grounds string) {
	at, tied, open := d.largest()
	key := "flow.title"
	switch {
	case at == 0:
		key = "flow.title.none"
	case open:
		key = "flow.title.open"
	case tied:
		key = "flow.title.tied"
	}
	lost, _ := d.lost(at)
	hundred := d.hundred(len(d.steps) - 1)
	values := []string{"first", named(d.steps[0]), "last", named(d.steps[len(d.steps)-1]), "hundred", hundred, "step", named(d.steps[at]), "lost", count(lost), "n", d.number(0)}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w["flow.subtitle"])
	p.Desc = d.w.say("flow.desc", values...)
	for i, step := range d.steps[:min(len(d.steps), mostRows)] {
		p.Desc = sentences(p.Desc, d.w.say("flow.desc.step", "step", named(step), "n", d.number(i), "hundred", d.hundred(i)))
	}
	missing := 0
	for _, n := range d.reached {
		if _, known := n.Lookup(); !known {
			missing++
		}
	}
	p.Foot = d.foot(d.w, d.w["flow.foot"], d.w.absent(map[look]int{hidden: missing}, d.w["flow.units"]), grounds)
}

// number writes how many took a step.
func (d flow) number(i int) string {
	if n, known := d.reached[i].Lookup(); known {
		return count(n)
	}
	return "*"
}

// share returns how many of all took a step, from 0 to 1.
func (d flow) share(i int) (float64, bool) {
	all, known := d.reached[0].Lookup()
	n, also := d.reached[i].Lookup()
	if !known || !also || all <= 0 {
		return 0, false
	}
	return min(float64(n)/float64(all), 1), true
}

// hundred writes how many of 100 took a step.
func (d flow) hundred(i int) string {
	if share, known := d.share(i); known {
		return percent(share)
	}
	return "*"
}

func (d flow) table(rows []disclosure.SafeRow, at int) Table {
	t := Table{Columns: []string{"step", "reached", "of 100", "ended here", "status"}}
	for i, r := range rows {
		row := []string{r.Name, "", "", "", string(shown)}
		if n, known := d.reached[i].Lookup(); known {
			row[1] = plain(float64(n))
		} else {
			row[4] = string(hidden)
		}
		if share, known := d.share(i); known {
			row[2] = plain(100 * share)
		}
		if n, known := cell(r, at); known {
			row[3] = plain(float64(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// draw puts the steps below one another, each a bar as long as people took it, with the loss before it.
func (d flow) draw(s *svg.Sheet) {
	left, right := pick(s, 210.0, 12), s.W-pick(s, 168.0, 12)
	worst, tied, open := d.largest()
	x := svg.Scale{To: 1, Start: left, End: right}
	previous := -1.0
	s.Y += 4
	for i, step := range d.steps[:min(len(d.steps), mostRows)] {
		if i > 0 {
			d.loss(s, i, x, previous, i == worst && !tied && !open)
		}
		text := d.w.say("flow.number", "n", d.number(i), "hundred", d.hundred(i))
		top := s.Y
		if narrow(s) {
			s.Lines(12, s.W-24, short(step, 80), svg.T{Bold: true})
			s.Lines(12, s.W-24, text, svg.T{Colour: svg.Mute})
			top = s.Y + 2
		} else {
			s.Y += 2
			s.Lines(12, left-28, short(step, 80), svg.T{Bold: true})
			s.Text(right+10, top+18, text, svg.T{})
		}
		share, known := d.share(i)
		if known {
			s.Rect(left, top, max(x.At(share)-left, 1), 26, svg.Blue, "", d.w.say("flow.desc.step", "step", named(step), "n", d.number(i), "hundred", d.hundred(i)))
			previous = x.At(share)
		} else {
			s.Mark(svg.Star, left+10, top+14, 4, svg.Mute, d.w["key.suppressed"])
			previous = -1
		}
		s.Y = max(s.Y, top+26)
	}
	s.Y += 8
	s.Key(svg.Sign{Shape: svg.Area, Colour: svg.Blue, Text: d.w["flow.key.reached"]}, svg.Sign{Shape: svg.Area, Colour: svg.Orange, Text: d.w["flow.key.lost"]})
	if slices.Contains(d.reached, sp.Known[int64]{}) {
		s.Key(svg.Sign{Shape: svg.Star, Text: d.w["key.suppressed"]})
	}
	d.w.rest(s, len(d.steps))
}

// loss draws how many did not take a step, between the bars of both, as wide as they are many.
func (d flow) loss(s *svg.Sheet, i int, x svg.Scale, previous float64, worst bool) {
	top := s.Y
	s.Y += 20
	n, known := d.lost(i)
	share, also := d.share(i)
	if !known || !also || previous < 0 {
		return
	}
	now := x.At(share)
	s.Path([]svg.Point{{X: x.Start, Y: top}, {X: previous, Y: top}, {X: now, Y: s.Y}, {X: x.Start, Y: s.Y}}, svg.Step1, "", 0, "")
	if n <= 0 {
		return
	}
	s.Rect(now, top, max(previous-now, 1), 7, svg.Orange, "", d.w.say("flow.lost", "n", count(n)))
	text := d.w.say("flow.lost", "n", count(n))
	if worst {
		text = d.w.say("flow.lost.most", "n", count(n))
	}
	at, anchor := previous+6, svg.Start
	if at+svg.Width(text, 11, worst) > s.W-8 {
		at, anchor = s.W-12, svg.End
	}
	s.Text(at, top+18, text, svg.T{Size: 11, Bold: worst, Colour: svg.Orange, Anchor: anchor, Halo: true})
}
