package chart

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/funding/contract"
)

// CliffOptions say from when and for how long money is looked at.
type CliffOptions struct {
	About
	At     sp.Date // as of this day; must be given
	Months int     // how far; 0 is 24, and at most 120
	Soon   int     // until how many months ahead money ends soon; 0 is 6
}

// Cliff draws until when each service is funded if nothing is renewed, over quarters, and how many people are with it.
// Money counts no people, and the book is released by name; people come as a table with a row for each service,
// by its ID, or for each provider whose core costs are paid. A zero table counts nobody. It fails without a day.
func Cliff(book disclosure.Released[*contract.Book], people disclosure.Released[disclosure.Safe], o CliffOptions) (Picture, error) {
	b, _, err := book.Draw()
	if err != nil {
		return Picture{}, err
	}
	switch {
	case b == nil:
		return Picture{}, sp.Invalid("chart: cliff", "book", sp.Missing, "must be given")
	case o.At.IsZero():
		return Picture{}, sp.Invalid("chart: cliff", "at", sp.Missing, "must be given")
	case o.Months < 0 || o.Months > 120 || o.Soon < 0:
		return Picture{}, sp.Invalid("chart: cliff", "months", sp.OutOfRange, "must be from 1 to 120, and 0 is 24")
	}
	if o.Months == 0 {
		o.Months = 24
	}
	if o.Soon == 0 {
		o.Soon = 6
	}
	d := cliff{CliffOptions: o, w: o.words()}
	p := Picture{Name: "cliff", within: stricter(within(book), within(people)), lang: o.Lang}
	grounds := book.Foot()
	counted := map[string]unit{}
	if people.Basis() != disclosure.NotReleased {
		_, rows, at, err := leaves(people, "")
		if err != nil {
			return Picture{}, err
		}
		for _, r := range rows {
			n, known := cell(r, at)
			u := unit{name: r.Name, cases: n, look: shown}
			if !known {
				u.look = hidden
			}
			counted[r.Name] = u
		}
		grounds = sentences(grounds, people.Foot())
	}
	for _, h := range b.Horizons(o.At) {
		who := counterpart(h.Provider, h.Service)
		u, is := counted[who]
		if !is {
			u = unit{name: who, look: unmeasured}
		}
		d.rows = append(d.rows, funded{h, u})
	}
	p.draw, p.Table = d.draw, d.table()
	d.tell(&p, grounds)
	return p, nil
}

// counterpart is what a table calls a service, or a provider whose core costs are paid.
func counterpart(provider, service directory.ID) string {
	if service != "" {
		return string(service)
	}
	return string(provider)
}

// A funded is a service with its money and its people.
type funded struct {
	contract.Horizon
	people unit
}

// A cliff is the picture with what it is made of. It does not change.
type cliff struct {
	CliffOptions
	w    Words
	rows []funded
}

// soon reports whether money ends within the months that are soon; it does too where there is none.
func (d cliff) soon(f funded) bool {
	return !f.Until.IsZero() && f.Until.Sub(d.At.AddMonths(d.Soon)) <= 0
}

// tell writes what the picture says.
func (d cliff) tell(p *Picture, grounds string) {
	ends, none, people, open := 0, 0, int64(0), 0
	missing := map[look]int{}
	for _, f := range d.rows {
		if f.people.look != shown {
			missing[f.people.look]++
		}
		if f.Until.IsZero() {
			none++
		}
		if !d.soon(f) {
			continue
		}
		ends++
		if f.people.look == shown {
			people += f.people.cases
		} else {
			open++
		}
	}
	key := "cliff.title"
	switch {
	case ends == 0:
		key = "cliff.title.none"
	case open == ends:
		key = "cliff.title.uncounted"
	case open > 0:
		key = "cliff.title.open"
	}
	values := []string{"ends", count(ends), "n", count(len(d.rows)), "people", count(people), "months", count(d.Soon), "by", d.w.date(d.At.AddMonths(d.Soon)), "open", count(open), "at", d.w.date(d.At), "none", count(none)}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w.say("cliff.subtitle", values...))
	p.Desc = d.w.say("cliff.desc", values...)
	for _, f := range d.rows[:min(len(d.rows), mostRows)] {
		p.Desc = sentences(p.Desc, d.w.say("cliff.desc.row", "service", named(f.people.name), "until", d.until(f), "people", d.people(f)))
	}
	p.Foot = d.foot(d.w, d.w["cliff.foot"], d.w.absent(missing, d.w["cliff.units"]), grounds)
}

// until writes the last day that is paid for.
func (d cliff) until(f funded) string {
	if f.Until.IsZero() {
		return d.w["cliff.no-money"]
	}
	return d.w.date(f.Until.Add(-1))
}

// people writes how many are with a service, or why that is not told.
func (d cliff) people(f funded) string {
	switch f.people.look {
	case shown:
		return d.w.say("cliff.people", "n", count(f.people.cases))
	case hidden:
		return d.w["cliff.hidden"]
	default:
		return d.w["cliff.uncounted"]
	}
}

func (d cliff) table() Table {
	t := Table{Columns: []string{"provider", "service", "funded until", "months", "next contract from", "people", "status"}}
	for _, f := range d.rows {
		row := []string{string(f.Provider), string(f.Service), "", plain(float64(f.Months)), "", "", string(f.people.look)}
		if !f.Until.IsZero() {
			row[2] = f.Until.Add(-1).String()
		}
		if !f.Next.IsZero() {
			row[4] = f.Next.String()
		}
		if f.people.look == shown {
			row[5] = plain(float64(f.people.cases))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d cliff) draw(s *svg.Sheet) {
	end := d.At.AddMonths(d.Months)
	bar := column{pick(s, 190.0, 12), s.W - pick(s, 230.0, 12)}
	x := svg.Scale{To: float64(end.Sub(d.At)), Start: bar.left, End: bar.right}
	day := func(on sp.Date) float64 { return x.At(float64(on.Sub(d.At))) }
	s.Y += 6
	for _, f := range d.rows[:min(len(d.rows), mostRows)] {
		top := s.Y
		text := d.w.say("cliff.row", "until", d.until(f), "people", d.people(f))
		if narrow(s) {
			s.Lines(12, s.W-24, short(f.people.name, 60), svg.T{Bold: true})
			s.Lines(12, s.W-24, text, svg.T{Size: 11, Colour: svg.Mute})
			top = s.Y
		} else {
			s.Lines(12, bar.left-24, short(f.people.name, 60), svg.T{})
			name := s.Y
			s.Y = top
			s.Lines(bar.right+12, s.W-bar.right-24, text, svg.T{Size: 11, Colour: svg.Mute})
			s.Y = max(s.Y, name)
		}
		d.row(s, f, top+2, day, bar)
		s.Y = max(s.Y, top+18) + 5
	}
	d.quarters(s, day, bar, end)
	s.Key(
		svg.Sign{Shape: svg.Area, Colour: svg.Blue, Text: d.w["cliff.key.funded"]}, svg.Sign{Shape: svg.Area, Colour: svg.Orange, Text: d.w.say("cliff.key.soon", "months", count(d.Soon))},
		svg.Sign{Shape: svg.Ring, Colour: svg.Ink, Text: d.w["cliff.key.next"]}, svg.Sign{Shape: svg.Dotted, Colour: svg.Ink, Text: d.w.say("cliff.key.by", "by", d.w.date(d.At.AddMonths(d.Soon)))})
	d.w.rest(s, len(d.rows))
}

// row draws until when a service is paid for.
func (d cliff) row(s *svg.Sheet, f funded, y float64, day func(sp.Date) float64, bar column) {
	switch {
	case f.Until.IsZero():
		s.Text(bar.left+4, y+12, "–", svg.T{Colour: svg.Mute})
	case d.soon(f):
		s.Rect(bar.left, y, max(day(f.Until)-bar.left, 2), 14, svg.Orange, "", d.until(f))
		s.Mark(svg.Down, min(day(f.Until)+8, bar.right-5), y+7, 4, svg.Orange, "")
	default:
		s.Rect(bar.left, y, max(day(f.Until)-bar.left, 2), 14, svg.Blue, "", d.until(f))
	}
	soon := day(d.At.AddMonths(d.Soon))
	s.Line(soon, y-3, soon, y+17, svg.Ink, 1.4, "3 3")
	if !f.Next.IsZero() {
		s.Mark(svg.Ring, day(f.Next), y+7, 4.5, svg.Ink, d.w.date(f.Next))
	}
}

// quarters draws the days on which a quarter of a year begins.
func (d cliff) quarters(s *svg.Sheet, day func(sp.Date) float64, bar column, end sp.Date) {
	s.Line(bar.left, s.Y, bar.right, s.Y, svg.Axis, 1, "")
	year, month, _ := d.At.Civil()
	on := sp.NewDate(year, month-(month-1)%3, 1)
	free := 0.0
	for ; on.Sub(end) <= 0; on = on.AddMonths(3) {
		if on.Sub(d.At) < 0 {
			continue
		}
		x, text := day(on), d.w.month(on)
		w := svg.Width(text, 11, false)
		s.Line(x, s.Y, x, s.Y+5, svg.Axis, 1, "")
		if left := min(max(x-w/2, 2), s.W-w-2); left > free {
			s.Text(left, s.Y+18, text, svg.T{Size: 11, Colour: svg.Mute})
			free = left + w + 8
		}
	}
	s.Y += 24
}
