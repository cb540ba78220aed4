// Package flat reads directories that are one sheet: the spreadsheets of councils
// and the registers of charities, in which every column means what its owner
// decided. A [Mapping] says so, as a value that can be kept as JSON beside the
// sheet; nothing about a column is guessed.
//
//	mapping, err := flat.ParseMapping(text)
//	catalogue, issues, err := flat.Read(ctx, sheet, "groups.csv", mapping, feed.Options{Feed: "groups", Fetched: now})
//
// A row is a service, with its organisation, place, prices and hours; further rows
// that name it as their parent add places, prices and hours. What becomes of
// faults, and the codes of issues, are explained in packages hsds and quality.
package flat

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// Read reads a sheet in CSV. Name is what issues call it. Columns that the mapping
// does not mention stay among the extra fields of their record. It fails with
// [sp.ErrInvalid] if the mapping is none.
func Read(ctx context.Context, sheet io.Reader, name string, m Mapping, o feed.Options) (directory.Catalogue, []sp.Issue, error) {
	if err := m.Validate(); err != nil {
		return directory.Catalogue{}, nil, err
	}
	if m.Currency != "" {
		o.Currency = m.Currency
	}
	if o.Room == 0 {
		o.Room = room
	}
	r := &reader{Importer: importer.New(ctx, o, name), mapping: m, parent: csvfile.Fold(m.Parent)}
	for _, c := range m.Columns {
		r.names = append(r.names, csvfile.Fold(c.Column))
	}
	r.asked, r.id = m.asked(r.names), m.columnOf("id", r.names)
	if err := r.Table(sheet, name, r.mapping.columns(), r.row); err != nil {
		return directory.Catalogue{}, nil, fmt.Errorf("flat: %w", err)
	}
	r.groups()
	c, issues := r.Finish()
	return c, issues, nil
}

// room is how many bytes records may take for each byte of a sheet, see [feed.Options]: a row
// of a hundred is a service, its place and what joins them.
const room = 64

type reader struct {
	*importer.Importer
	mapping Mapping
	parent  string          // the name of its column, as headers are compared
	id      string          // likewise of that of identifiers
	names   []string        // likewise of each column of the mapping
	asked   map[string]bool // columns of which nothing but a yes or a no is taken
	rows    pages[keptRow]  // where some continue others
	cells   pages[keptCell] // of these
	columns []string        // of the sheet
	plan    []planned       // what these mean
	said    []said          // room for a row
	room    row             // likewise
	one     group           // likewise
	build   importer.Builder
}

// A row is what a row of the sheet says.
type row struct {
	line   int
	parent string
	cells  []cell
	rest   []cell // of columns that are not mapped
}

// A cell is what a row says of one field, which may be one of a part, such as "location".
type cell struct{ to, value, part, name string }

// said is what stands in a column of the sheet.
type said struct {
	column int
	value  string
}

// row takes a row: at once where none continues another, and else when all were read.
func (r *reader) row(in *importer.Row) {
	names, fields := in.Fields()
	if r.mapping.Parent != "" {
		r.keep(names, fields)
		return
	}
	if r.Again(in) {
		return
	}
	r.planned(names)
	all := r.said[:0]
	for i, field := range fields {
		all = append(all, said{i, field})
	}
	r.said = all
	r.alone(r.Line(), all)
	r.Made(in)
}

// alone makes the record of a row that none continues, in the room of the one before.
func (r *reader) alone(line int, all []said) {
	r.room = r.rowOf(line, all)
	r.one.rows = append(r.one.rows[:0], r.room)
	r.record(&r.one)
}

// rowOf returns what a row says whose columns hold something.
func (r *reader) rowOf(line int, all []said) row {
	r.At(line)
	w := row{line: line, cells: r.room.cells[:0], rest: r.room.rest[:0]}
	for _, in := range all {
		field := strings.TrimSpace(in.value)
		if field == "" {
			continue
		}
		column := &r.plan[in.column]
		taken := column.parent
		if taken {
			w.parent = field
		}
		if column.asked && !r.mapping.answers(field) {
			r.Report(sp.Warning, "", column.name, "bad-answer", "is neither yes nor no by the mapping; it is kept as it is")
			w.rest = append(w.rest, cell{to: column.name, value: field})
			continue
		}
		for _, m := range column.to {
			taken = w.say(r, m, field)
		}
		if !taken {
			w.rest = append(w.rest, cell{to: column.name, value: field})
		}
	}
	return w
}

// value returns what a row says of a field.
func (w *row) value(to string) string {
	for _, c := range w.cells {
		if c.to == to {
			return c.value
		}
	}
	return ""
}

// within returns what a row says of the fields of a part, such as "location", by
// their names in it.
func (w *row) within(part string) []cell {
	var found []cell
	for i := range w.cells {
		if c := &w.cells[i]; c.part == part && c.name != "" && c.value != "" {
			found = append(found, cell{to: c.name, value: c.value})
		}
	}
	return found
}

// record makes the record of a group.
func (r *reader) record(g *group) {
	b, first := &r.build, g.rows[0]
	r.At(first.line)
	b.Reset()
	for _, c := range first.cells {
		if c.name == "" && c.value != "" && !r.unlimited(c, first) {
			b.Text(c.to, c.value)
		}
	}
	for i, w := range g.rows {
		prefix := ""
		if i > 0 {
			prefix = "line " + strconv.Itoa(w.line) + "."
		}
		for _, c := range w.rest {
			b.Text(prefix+c.to, c.value)
		}
		for _, c := range w.cells {
			if i > 0 && c.value != "" && ofRecord(c.to) && c.value != first.value(c.to) {
				b.Text(prefix+c.to, c.value) // which only the first row can say
			}
		}
	}
	r.facts(g)
	kind := r.mapping.records()
	if kind == "services" {
		r.organisation(first)
		r.venues(g)
		parts(b, g, "cost_options", "cost")
		parts(b, g, "schedules", "schedule")
	}
	if kind == "organizations" {
		identifiers(b, first.cells)
	}
	parts(b, g, "phones", "phone")
	parts(b, g, "contacts", "contact")
	r.Record(kind, b.Record(r.Importer))
}

// ofRecord reports whether a field is of the record itself or its organisation, and not
// of a part of which every row may add one.
func ofRecord(to string) bool {
	return to != "id" && (!strings.Contains(to, ".") || strings.HasPrefix(to, "organization."))
}

// unlimited reports an oldest age that the mapping says is no limit.
func (r *reader) unlimited(c cell, w row) bool {
	if c.to != "maximum_age" || r.mapping.NoUpperAge == 0 {
		return false
	}
	age, err := strconv.Atoi(c.value)
	if err != nil || age < r.mapping.NoUpperAge {
		return false
	}
	r.Report(sp.Note, w.value("id"), c.to, "no-upper-age", "by the mapping there is no upper limit")
	r.build.Text("maximum_age", "999")
	return true
}

// organisation adds the organisation that runs a service. Without an identifier
// its name is one, so that rows that name one organisation mean one.
func (r *reader) organisation(w row) {
	fields := w.within("organization")
	if len(fields) == 0 {
		return
	}
	r.build.Object("organization", func() {
		identified(&r.build, slices.DeleteFunc(slices.Clone(fields), func(c cell) bool { return strings.HasPrefix(c.to, "identifier.") }), "name")
		identifiers(&r.build, fields)
	})
}

// identifiers adds the numbers under which registers have an organisation.
func identifiers(b *importer.Builder, fields []cell) {
	var numbers []cell
	for _, f := range fields {
		if scheme, ok := strings.CutPrefix(f.to, "identifier."); ok {
			numbers = append(numbers, cell{to: scheme, value: f.value})
		}
	}
	if len(numbers) == 0 {
		return
	}
	b.List("organization_identifiers", len(numbers), func(i int) {
		b.Text("identifier_scheme", numbers[i].to)
		b.Text("identifier", numbers[i].value)
	})
}

// identified adds fields, with what identifies their record if no field does.
func identified(b *importer.Builder, fields []cell, by ...string) {
	var id []string
	for _, f := range fields {
		if f.to == "id" {
			id = nil
			break
		}
		if slices.Contains(by, f.to) {
			id = append(id, f.value)
		}
	}
	if len(id) > 0 {
		b.Text("id", strings.Join(id, ", "))
	}
	for _, f := range fields {
		if f.to != "accessibility" {
			b.Text(f.to, f.value)
		}
	}
}

// venues adds the places of all rows, each once.
func (r *reader) venues(g *group) {
	var places [][]cell
	for _, w := range g.rows {
		if fields := w.within("location"); len(fields) > 0 {
			places = append(places, fields)
		}
	}
	if len(places) == 0 {
		return
	}
	b := &r.build
	b.List("service_at_locations", len(places), func(i int) {
		b.Object("location", func() {
			identified(b, places[i], "name", "address_1", "postal_code", "latitude", "longitude", "coordinates", "grid_reference", "easting", "northing")
			b.Text("location_type", "physical")
			accessibility(b, places[i])
		})
	})
}

// accessibility adds what is said about access to a place, phrase by phrase.
func accessibility(b *importer.Builder, fields []cell) {
	var phrases []string
	for _, f := range fields {
		if f.to == "accessibility" {
			phrases = append(phrases, f.value)
		}
	}
	if len(phrases) > 0 {
		b.List("accessibility", len(phrases), func(i int) { b.Text("description", phrases[i]) })
	}
}

// parts adds a part for each row that says anything of it. Days of the week may
// be told by several columns.
func parts(b *importer.Builder, g *group, list, part string) {
	var all [][]cell
	for _, w := range g.rows {
		if fields := w.within(part); len(fields) > 0 {
			all = append(all, fields)
		}
	}
	if len(all) == 0 {
		return
	}
	b.List(list, len(all), func(i int) {
		var days []string
		weekly := part == "schedule"
		for _, f := range all[i] {
			switch f.to {
			case "byday":
				days = append(days, f.value)
				continue
			case "freq", "rrule", "interval", "dtstart":
				weekly = weekly && f.to == "dtstart"
			}
			b.Text(f.to, f.value)
		}
		if len(days) > 0 {
			b.Text("byday", strings.Join(days, ","))
			if weekly {
				b.Text("freq", string(recurrence.Weekly))
			}
		}
	})
}

// facts adds what HSDS says by attributes: topics, groups of people, access,
// languages and ways in.
func (r *reader) facts(g *group) {
	var all []cell
	for _, w := range g.rows {
		all = append(all, w.within("attribute")...)
	}
	b := &r.build
	if len(all) > 0 {
		b.List("attributes", len(all), func(i int) {
			b.Text("link_type", all[i].to)
			if all[i].to != "topic" {
				b.Text("value", all[i].value)
				return
			}
			b.Object("taxonomy_term", func() {
				b.Text("id", all[i].value)
				b.Text("name", all[i].value)
				b.Text("taxonomy", r.mapping.Taxonomy)
			})
		})
	}
	var languages []string
	for _, w := range g.rows {
		for _, c := range w.within("language") {
			languages = append(languages, c.value)
		}
	}
	if len(languages) > 0 {
		b.List("languages", len(languages), func(i int) { b.Text("name", languages[i]) })
	}
}
