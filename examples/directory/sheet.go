package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/timetable"
	"github.com/socialprescribing/sp/geo"
)

//go:embed sheet.html
var sheetHTML string

// How much a sheet has: what is no farther than this, and happens within a week.
const (
	sheetWithin = 5 * geo.Mile
	sheetDays   = 7
	sheetRows   = 24 // what fits on a page
)

// A row is one offer on the sheet.
type row struct {
	Name, About, When, Cost, Where, Distance, How, Alert string

	Kind, For, NotFor, Meets, Begin string // what it is, for whom and for whom not, who meets you, and where you begin

	first time.Time // when it happens next
}

// sheet writes a page for the waiting room: what happens near a point in the week from a
// day on. Offers that do not say when they happen stand last.
func sheet(c directory.Catalogue, near geo.Point, on sp.Date, w io.Writer) error {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return err
	}
	found := directory.NewIndex(c.Offers()).Find(directory.Query{Near: near, Within: sheetWithin, Open: true, At: on.In(london)})
	var rows []row
	for _, hit := range found.Hits {
		rows = append(rows, rowOf(hit, on, timetable.Calendar{Zone: london}))
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if a.first.IsZero() || b.first.IsZero() {
			return b.first.Compare(a.first)
		}
		return a.first.Compare(b.first)
	})
	page := struct {
		From, To time.Time
		Rows     []row
		More     int
	}{From: on.In(london), To: on.Add(sheetDays - 1).In(london)}
	page.Rows = rows[:min(len(rows), sheetRows)]
	page.More = len(rows) - len(page.Rows)
	return template.Must(template.New("sheet").Parse(sheetHTML)).Execute(w, page)
}

func rowOf(hit directory.Hit, on sp.Date, c timetable.Calendar) row {
	o := hit.Offer
	r := row{Name: o.Name, About: short(o.Description), Cost: cost(o.Cost, on), Where: o.Where, Alert: o.Alert, How: o.Transit}
	if d, known := hit.Distance.Lookup(); known {
		r.Distance = d.String()
	}
	r.Kind, r.Meets, r.Begin = kind(o.Facts), o.Welcome, o.Intake
	if !o.Eligibility.Ages.IsZero() {
		r.For = o.Eligibility.Ages.String()
	}
	r.For, r.NotFor = join(r.For, groups(o.Eligibility.Groups)), groups(o.Eligibility.Excluded)
	var when []string
	for s := range timetable.Of(o, c).From(on) {
		if s.On >= on.Add(sheetDays) {
			break
		}
		if s.Sure == sp.No {
			continue
		}
		if r.first.IsZero() {
			r.first = s.On.In(c.Zone)
			if !s.Start.IsZero() {
				r.first = s.Start
			}
		}
		when = append(when, whenOf(s))
	}
	r.When = strings.Join(when, "; ")
	for _, p := range o.Phones {
		r.How = join(r.How, "Ring "+p.Number)
		break
	}
	switch o.DropIn {
	case sp.Yes:
		r.How = join("Just come, nothing to arrange", r.How)
	case sp.No:
		r.How = join("Arrange it first", r.How)
	case sp.Unknown:
	}
	r.How = join(r.How, o.Apply)
	if o.URL != "" {
		r.How = join(r.How, o.URL)
	}
	return r
}

// kind says what kind of a thing people come to, and how many come.
func kind(f directory.Facts) string {
	said := map[directory.Format]string{
		directory.GroupFormat: "A group", directory.Course: "A class", directory.OneToOne: "One to one", directory.Advice: "Advice",
		directory.Befriending: "Somebody to spend time with", directory.Volunteering: "Volunteering", directory.Event: "An event",
	}[f.Format]
	n, known := f.GroupSize.Lookup()
	switch {
	case !known || n == 1 && f.Format == directory.OneToOne:
		return said
	case n == 1:
		return join(said, "One person at a time")
	case said == "":
		return fmt.Sprintf("At most %d people", n)
	}
	return fmt.Sprintf("%s of at most %d people", said, n)
}

// groups writes codes such as "young-carers" as words.
func groups(all []directory.Group) string {
	var said []string
	for _, g := range all {
		said = append(said, strings.ReplaceAll(string(g), "-", " "))
	}
	return strings.Join(said, ", ")
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ". " + b
}

func whenOf(s timetable.Session) string {
	text := s.On.In(time.UTC).Format("Mon 2 Jan")
	if !s.Start.IsZero() {
		text += " " + s.Start.Format("15:04")
		if !s.End.IsZero() {
			text += "-" + s.End.Format("15:04")
		}
	}
	if s.Sure != sp.Yes {
		text += " (ask first)"
	}
	return text
}

func cost(c directory.Cost, on sp.Date) string {
	least, known := c.Least(on)
	switch {
	case c.Charge == directory.Donation:
		return "a donation, if you like"
	case known && least.IsZero():
		return "free"
	case known:
		return "from " + least.String()
	case c.Text != "":
		return short(c.Text)
	}
	return "ask"
}

// short cuts a text after a sentence or so.
func short(s string) string {
	const most = 140
	if s = strings.Join(strings.Fields(s), " "); len(s) <= most {
		return s
	}
	if i := strings.LastIndexByte(s[:most], ' '); i > 0 {
		return s[:i] + " ..."
	}
	return strings.ToValidUTF8(s[:most], "") + " ..."
}
