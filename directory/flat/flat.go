// Package flat reads directories that are one sheet: the spreadsheets of councils
// and the registers of charities, in which every column means what its owner
// decided. A [Mapping] says so, as a value that can be kept as JSON beside the
// sheet; nothing about a column is guessed.
//
//	mapping, err := flat.ParseMapping(text)
//	catalogue, issues, err := flat.Read(ctx, sheet, "groups.csv", mapping, feed.Options{Feed: "groups", Fetched: now})
//
// A row is a service, with its organisation, place, prices and hours; further rows
// that name it as their parent, a thousand at most, add places, prices and hours. What becomes of
// faults, and the codes of issues, are explained in packages hsds and quality.
package flat

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer"
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
	r := &reader{Importer: importer.New(ctx, o, name), mapping: m, separator: m.separator(), parent: csvfile.Fold(m.Parent)}
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
	mapping   Mapping
	separator string          // between the items of a list
	parent    string          // the name of its column, as headers are compared
	id        string          // likewise of that of identifiers
	names     []string        // likewise of each column of the mapping
	asked     map[string]bool // columns of which nothing but a yes or a no is taken
	rows      pages[keptRow]  // where some continue others
	cells     pages[keptCell] // of these
	columns   []string        // of the sheet
	plan      []planned       // what these mean
	said      []said          // room for a row
	room      row             // likewise
	one       group           // likewise
	found     []cell          // room for what a row says of a part
	build     importer.Builder
}

// A row is what a row of the sheet says.
type row struct {
	line   int
	parent string
	cells  []cell
	rest   []said // of columns that are not mapped
}

// A cell is what a row says of one field, which may be one of a part, such as "location".
type cell struct {
	of    *mapped
	value string
}

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
			w.rest = append(w.rest, said{in.column, field})
			continue
		}
		for i := range column.to {
			taken = w.say(r, &column.to[i], field)
		}
		if !taken {
			w.rest = append(w.rest, said{in.column, field})
		}
	}
	return w
}

// value returns what a row says of a field.
func (w *row) value(to string) string {
	for _, c := range w.cells {
		if c.of.To == to {
			return c.value
		}
	}
	return ""
}

// last returns what a row says of a field last, by which its record is known.
func (w *row) last(to string) string {
	value := ""
	for _, c := range w.cells {
		if c.of.To == to {
			value = c.value
		}
	}
	return value
}

// record makes the record of a group.
func (r *reader) record(g *group) {
	b, first := &r.build, g.rows[0]
	r.At(first.line)
	kind := r.mapping.records()
	if r.Refuses(kind, first.last("id"), first.last("name")) {
		return
	}
	b.Reset()
	for _, c := range first.cells {
		if c.of.name == "" && !r.unlimited(c, first) {
			b.Text(c.of.To, c.value)
		}
	}
	for i, w := range g.rows {
		prefix := ""
		if i > 0 {
			prefix = "line " + strconv.Itoa(w.line) + "."
		}
		for _, c := range w.rest {
			b.Text(prefix+r.plan[c.column].name, c.value)
		}
		for _, c := range w.cells {
			if i > 0 && ofRecord(c.of.To) && c.value != first.value(c.of.To) {
				b.Text(prefix+c.of.To, c.value) // which only the first row can say
			}
		}
	}
	r.facts(g)
	if kind == "services" {
		r.organisation(first)
		r.venues(g)
		r.parts(g, "cost_options", "cost")
		r.parts(g, "schedules", "schedule")
	}
	if kind != "services" {
		r.unplaced(g)
	}
	if kind == "organizations" {
		identifiers(b, first.cells)
	}
	r.parts(g, "phones", "phone")
	r.parts(g, "contacts", "contact")
	r.Record(kind, b.Record(r.Importer))
}

// ofRecord reports whether a field is of the record itself or its organisation, and not
// of a part of which every row may add one.
func ofRecord(to string) bool {
	return to != "id" && (!strings.Contains(to, ".") || strings.HasPrefix(to, "organization."))
}

// unlimited reports an oldest age that the mapping says is no limit.
func (r *reader) unlimited(c cell, w row) bool {
	if c.of.To != "maximum_age" || r.mapping.NoUpperAge == 0 {
		return false
	}
	age, err := strconv.Atoi(c.value)
	if err != nil || age < r.mapping.NoUpperAge {
		return false
	}
	r.Report(sp.Note, w.value("id"), c.of.To, "no-upper-age", "by the mapping there is no upper limit")
	r.build.Text("maximum_age", "999")
	return true
}
