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
	sheetRows   = 18 // what fits on a page of A4, unless names are very long
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
		r.Distance = strings.ReplaceAll(d.String(), " ", "\u00a0") // a number and its unit stay on one line
	}
	r.Kind, r.Meets, r.Begin = kind(o.Facts), o.Welcome, o.Intake
	if !o.Eligibility.Ages.IsZero() {
		r.For = o.Eligibility.Ages.String()
	}
	r.For = strings.Join(slices.DeleteFunc([]string{r.For, groups(o.Eligibility.Groups)}, func(s string) bool { return s == "" }), ", ")
	r.NotFor = groups(o.Eligibility.Excluded)
	var when []held
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
		when = append(when, held{s.On, hours(s)})
	}
	r.When = whenOf(when)
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
	r.How = join(r.How, short(o.Apply))
	if _, address, ok := strings.Cut(o.URL, "://"); ok { // as one reads it off a page
		r.How = join(r.How, strings.TrimSuffix(address, "/"))
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

// A held is a day on which something is held, in the week of the sheet.
type held struct {
	on    sp.Date
	hours string
}

// whenOf says when something happens: "Mon 23, Wed 25 Nov 10:00-12:00", or "Mon 23 to Fri 27
// Nov 09:00-17:00" for three days and more that follow each other, in order of the first.
func whenOf(week []held) string {
	var said []string
	for i, d := range week {
		if slices.ContainsFunc(week[:i], func(o held) bool { return o.hours == d.hours }) {
			continue // told with the first day of these hours
		}
		var same []sp.Date
		for _, o := range week[i:] {
			if o.hours == d.hours && !slices.Contains(same, o.on) {
				same = append(same, o.on)
			}
		}
		said = append(said, strings.TrimSpace(days(same)+" "+d.hours))
	}
	return strings.Join(said, "; ")
}

// days names some days, the month once where all are of one.
func days(all []sp.Date) string {
	last := all[len(all)-1]
	name := func(d sp.Date) string {
		at, layout := d.In(time.UTC), "Mon 2 Jan"
		if d != last && at.Month() == last.In(time.UTC).Month() {
			layout = "Mon 2"
		}
		return at.Format(layout)
	}
	if len(all) > 2 && all[0].Add(len(all)-1) == last {
		return name(all[0]) + " to " + name(last)
	}
	var said []string
	for _, d := range all {
		said = append(said, name(d))
	}
	return strings.Join(said, ", ")
}

// hours says at what time of a day, and whether to ask first.
func hours(s timetable.Session) string {
	var text string
	if !s.Start.IsZero() {
		text = s.Start.Format("15:04")
		if !s.End.IsZero() {
			text += "\u2011" + s.End.Format("15:04") // a hyphen at which no line ends
		}
	}
	if s.Sure != sp.Yes {
		text = strings.TrimSpace(text + " (ask first)")
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
	return "ask what it costs"
}

// short cuts a text after a sentence or so.
func short(s string) string {
	const most = 100
	if s = strings.Join(strings.Fields(s), " "); len(s) <= most {
		return s
	}
	if i := strings.LastIndexByte(s[:most], ' '); i > 0 {
		return s[:i] + " ..."
	}
	return strings.ToValidUTF8(s[:most], "") + " ..."
}
