package chart

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/internal/svg"
	"github.com/socialprescribing/sp/referral/caseload"
)

// Caseloads draws what each worker carries beside the caps for their hours, the fullest first. Workers are people, and it is
// about each of them: it is for the team's lead, and never in a report.
//
//	rooms, err := disclosure.Within(rooms, disclosure.Team, "who can take somebody on")
//
// It fails with an error that is [sp.ErrDenied] for rooms that were released in any other way.
func Caseloads(rooms disclosure.Released[[]caseload.Room], o About) (Picture, error) {
	if rooms.Basis() != disclosure.StaysWithin || rooms.Audience() != disclosure.Team {
		return Picture{}, fmt.Errorf("chart: caseloads: are for %s alone, see disclosure.Within: %w", disclosure.Team, sp.ErrDenied)
	}
	all, _, err := rooms.Draw()
	if err != nil {
		return Picture{}, err
	}
	d := caseloads{About: o, w: o.words(), rooms: slices.Clone(all)}
	slices.SortStableFunc(d.rooms, func(a, b caseload.Room) int { return cmpFloat(fullness(b), fullness(a)) })
	p := Picture{Name: "caseloads", within: within(rooms), lang: o.Lang, draw: d.draw}
	p.Table.Columns = []string{"worker", "load", "soft cap", "hard cap", "unit", "verdict", "status"}
	n := map[string]int{}
	desc := ""
	for i, r := range d.rooms {
		n[d.verdict(r)]++
		unit := "points"
		if r.Cap.People {
			unit = "people"
		}
		p.Table.Rows = append(p.Table.Rows, []string{string(r.Worker), d.amount(r, r.Load), d.amount(r, r.Soft), d.amount(r, r.Hard), unit, d.w["caseloads."+d.verdict(r)], string(shown)})
		if i < mostRows {
			desc = sentences(desc, d.w.say("caseloads.desc.row", "worker", named(string(r.Worker)), "value", d.value(r), "verdict", d.w["caseloads."+d.verdict(r)]))
		}
	}
	values := []string{"n", count(len(d.rooms)), "over", count(n["over"]), "full", count(n["full"] + n["over"]), "room", count(n["room"]), "desc", desc}
	key := "caseloads.title"
	if len(d.rooms) == 0 {
		key = "caseloads.title.none"
	}
	p.Title = d.w.say(key, values...)
	p.Subtitle = d.subtitle(d.w, d.w["caseloads.subtitle"])
	p.Desc = d.w.say("caseloads.desc", values...)
	p.Foot = d.foot(d.w, d.w["caseloads.foot"], rooms.Foot())
	return p, nil
}

// caseloads is the picture with what it is made of. It does not change.
type caseloads struct {
	About
	w     Words
	rooms []caseload.Room
}

// fullness returns a load over the hard cap.
func fullness(r caseload.Room) float64 {
	if r.Hard <= 0 {
		return 0
	}
	return float64(r.Load) / float64(r.Hard)
}

func (d caseloads) verdict(r caseload.Room) string {
	switch {
	case r.Over():
		return "over"
	case r.Full():
		return "full"
	}
	return "room"
}

// amount writes a load or a cap.
func (d caseloads) amount(r caseload.Room, n int) string {
	if r.Cap.People {
		return plain(float64(n))
	}
	return caseload.Points(n)
}

func (d caseloads) value(r caseload.Room) string {
	key := "caseloads.points"
	if r.Cap.People {
		key = "caseloads.people"
	}
	return d.w.say(key, "load", d.amount(r, r.Load), "soft", d.amount(r, r.Soft), "hard", d.amount(r, r.Hard))
}

func (d caseloads) draw(s *svg.Sheet) {
	top := 1.2
	for _, r := range d.rooms {
		top = max(top, fullness(r)*1.05)
	}
	bar := column{pick(s, 180.0, 28), s.W - pick(s, 220.0, 16)}
	x := svg.Scale{To: top, Start: bar.left, End: bar.right}
	s.Y += 6
	for _, r := range d.rooms[:min(len(d.rooms), mostRows)] {
		at := s.Y
		if narrow(s) {
			s.Lines(28, s.W-40, short(string(r.Worker), 40), svg.T{Bold: true})
			s.Lines(28, s.W-40, d.value(r), svg.T{Size: 11, Colour: svg.Mute})
			at = s.Y
		} else {
			s.Lines(30, bar.left-42, short(string(r.Worker), 40), svg.T{})
			name := s.Y
			s.Y = at
			s.Lines(bar.right+12, s.W-bar.right-24, d.value(r), svg.T{Colour: svg.Mute})
			s.Y = max(s.Y, name)
		}
		y := at + 2
		shape, c := svg.Circle, svg.Blue
		switch d.verdict(r) {
		case "over":
			shape, c = svg.Down, svg.Orange
		case "full":
			shape, c = svg.Square, svg.Grey
		}
		s.Mark(shape, 17, y+8, 5, c, d.w["caseloads."+d.verdict(r)])
		s.Rect(bar.left, y, max(x.At(fullness(r))-bar.left, 1), 16, c, "", d.value(r))
		if r.Hard > 0 {
			soft := x.At(float64(r.Soft) / float64(r.Hard))
			s.Line(soft, y-3, soft, y+19, svg.Ink, 1.6, "3 2")
			s.Line(x.At(1), y-3, x.At(1), y+19, svg.Ink, 2.4, "")
		}
		s.Y = max(s.Y, at+22) + 5
	}
	s.Line(bar.left, s.Y, bar.right, s.Y, svg.Axis, 1, "")
	for _, v := range svg.Ticks(0, top, pick(s, 5, 4)) {
		s.Text(x.At(v), s.Y+16, d.w.say("percent", "n", decimals(100*v, 0)), svg.T{Anchor: svg.Middle, Colour: svg.Mute})
	}
	s.Y += 22
	s.Key(
		svg.Sign{Shape: svg.Circle, Colour: svg.Blue, Text: d.w["caseloads.room"]}, svg.Sign{Shape: svg.Square, Colour: svg.Grey, Text: d.w["caseloads.full"]},
		svg.Sign{Shape: svg.Down, Colour: svg.Orange, Text: d.w["caseloads.over"]}, svg.Sign{Shape: svg.Dashed, Colour: svg.Ink, Text: d.w["caseloads.key.soft"]}, svg.Sign{Shape: svg.Tick, Colour: svg.Ink, Text: d.w["caseloads.key.hard"]})
	d.w.rest(s, len(d.rooms))
}
