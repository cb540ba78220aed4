package report

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// A Part is something in a [Section]: a [Text], [Terms], a [Picture] or a [Table].
type Part interface {
	// html returns the part as it stands on the page, and what it has found, in a sentence
	// each. The error is [sp.ErrDenied] for what may not be published.
	html(w Words, ids names) (h template.HTML, found []string, err error)
}

// A Text is one paragraph. It goes out as it is: whoever writes it answers for what it tells about people.
type Text string

func (t Text) html(Words, names) (template.HTML, []string, error) {
	return run("text", string(t)), nil, nil
}

// A Term is a word and what it means.
type Term struct{ Name, Meaning string }

// Terms is a list of words with their meanings.
type Terms []Term

func (t Terms) html(Words, names) (template.HTML, []string, error) {
	return run("terms", t), nil, nil
}

// Picture returns a picture as a part of a page, with the table of its numbers behind it.
// A picture that stays within care or a team is refused when the page is written.
func Picture(p chart.Picture) Part { return picture{p} }

type picture struct{ chart.Picture }

func (p picture) html(w Words, ids names) (template.HTML, []string, error) {
	if p.Name == "" {
		return "", nil, fmt.Errorf("no function of package chart has drawn it: %w", sp.ErrDenied)
	}
	if err := p.Public(); err != nil {
		return "", nil, err
	}
	drawn := p.Picture
	if ids["pictures "+drawn.Name]++; ids["pictures "+drawn.Name] > 1 {
		drawn.Name += strconv.Itoa(ids["pictures "+drawn.Name])
	}
	both := string(drawn.Inline(chart.Wide)) + string(drawn.Inline(chart.Narrow))
	g := grid{Title: p.Title, Columns: p.Table.Columns, Rows: p.Table.Rows}
	return run("picture", struct {
		SVG  template.HTML
		Says string
		Grid grid
	}{template.HTML(both), w.say("numbers", "{title}", p.Title), g.aligned(w)}), []string{p.Title}, nil //nolint:gosec // the picture is one of ours, with its texts escaped
}

// Table returns a table of counts of people as a part of a page. A table that stays within care or
// a team is refused when the page is written.
func Table(t disclosure.Released[disclosure.Safe]) Part { return counts{t} }

type counts struct {
	released disclosure.Released[disclosure.Safe]
}

func (c counts) html(w Words, _ names) (template.HTML, []string, error) {
	safe, err := c.released.Public()
	if err != nil {
		return "", nil, err
	}
	g := grid{Title: safe.Title, Columns: append([]string{""}, safe.Columns...), Note: c.released.Foot()}
	for _, r := range safe.Rows {
		row := []string{r.Name}
		if r.Parent != "" && r.Parent != disclosure.Total && r.Name != disclosure.Total {
			row[0] = w.say("row of", "{row}", r.Name, "{of}", r.Parent)
		}
		for _, cell := range r.Cells {
			row = append(row, shown(w, cell))
		}
		g.Rows = append(g.Rows, row)
	}
	return run("table", g.aligned(w)), nil, nil
}

func shown(w Words, c disclosure.Cell) string {
	if n, ok := c.Count.Lookup(); ok {
		return strconv.FormatInt(n, 10)
	}
	return w.say("hidden")
}

// A grid is a table as its form takes it.
type grid struct {
	Title, Note string
	Columns     []string
	Rows        [][]string
	Numbers     []bool // which columns are numbers, and stand at the right
}

// aligned finds the columns that hold numbers alone, where they are shown.
func (g grid) aligned(w Words) grid {
	g.Numbers = make([]bool, len(g.Columns))
	for i := range g.Columns {
		some, all := false, true
		for _, r := range g.Rows {
			if i < len(r) && r[i] != "" && r[i] != w.say("hidden") {
				_, err := strconv.ParseFloat(strings.ReplaceAll(r[i], ",", ""), 64)
				some, all = some || err == nil, all && err == nil
			}
		}
		g.Numbers[i] = some && all
	}
	return g
}

// run returns a part of the form with what it is about.
func run(name string, v any) template.HTML {
	var b strings.Builder
	if err := form.ExecuteTemplate(&b, name, v); err != nil {
		panic("report: " + err.Error()) // the form does not fit its own parts
	}
	return template.HTML(b.String()) //nolint:gosec // it comes from the form, which has escaped it
}
