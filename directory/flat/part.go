package flat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/directory/internal/importer"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// says reports whether a row says anything of the fields of a part, such as "location".
func (w *row) says(part string) bool {
	return slices.ContainsFunc(w.cells, func(c cell) bool { return c.isOf(part) })
}

func (c *cell) isOf(part string) bool { return c.of.part == part && c.of.name != "" }

// within returns what rows say of the fields of a part, which is good until it is asked for more.
func (r *reader) within(part string, rows ...row) []cell {
	r.found = r.found[:0]
	for i := range rows {
		for _, c := range rows[i].cells {
			if c.isOf(part) {
				r.found = append(r.found, c)
			}
		}
	}
	return r.found
}

// organisation adds the organisation that runs a service. Without an identifier
// its name is one, so that rows that name one organisation mean one.
func (r *reader) organisation(w row) {
	fields := r.within("organization", w)
	if len(fields) == 0 {
		return
	}
	r.build.Object("organization", func() {
		identified(&r.build, fields, "name")
		identifiers(&r.build, fields)
	})
}

// identifiers adds the numbers under which registers have an organisation.
func identifiers(b *importer.Builder, fields []cell) {
	var numbers []cell
	for _, f := range fields {
		if f.of.scheme != "" {
			numbers = append(numbers, f)
		}
	}
	if len(numbers) == 0 {
		return
	}
	b.List("organization_identifiers", len(numbers), func(i int) {
		b.Text("identifier_scheme", numbers[i].of.scheme)
		b.Text("identifier", numbers[i].value)
	})
}

// identified adds fields, with what identifies their record if no field does.
func identified(b *importer.Builder, fields []cell, by ...string) {
	if !slices.ContainsFunc(fields, func(f cell) bool { return f.of.name == "id" }) {
		var id []string
		for _, f := range fields {
			if slices.Contains(by, f.of.name) {
				id = append(id, f.value)
			}
		}
		if len(id) > 0 {
			b.Text("id", strings.Join(id, ", "))
		}
	}
	for _, f := range fields {
		if f.of.name != "accessibility" && f.of.scheme == "" {
			b.Text(f.of.name, f.value)
		}
	}
}

// saying returns the rows that say anything of a part.
func (g *group) saying(part string) []row {
	if len(g.rows) == 1 && g.rows[0].says(part) {
		return g.rows
	}
	var rows []row
	for _, w := range g.rows {
		if w.says(part) {
			rows = append(rows, w)
		}
	}
	return rows
}

// venues adds the places of all rows, each once.
func (r *reader) venues(g *group) {
	places := g.saying("location")
	if len(places) == 0 {
		return
	}
	b := &r.build
	b.List("service_at_locations", len(places), func(i int) {
		fields := r.within("location", places[i])
		b.Object("location", func() {
			identified(b, fields, "name", "address_1", "postal_code", "latitude", "longitude", "coordinates", "grid_reference", "easting", "northing")
			b.Text("location_type", "physical")
			accessibility(b, fields)
		})
	})
}

// accessibility adds what is said about access to a place, phrase by phrase.
func accessibility(b *importer.Builder, fields []cell) {
	var phrases []string
	for _, f := range fields {
		if f.of.name == "accessibility" {
			phrases = append(phrases, f.value)
		}
	}
	if len(phrases) > 0 {
		b.List("accessibility", len(phrases), func(i int) { b.Text("description", phrases[i]) })
	}
}

// parts adds a part for each row that says anything of it. Days of the week may
// be told by several columns.
func (r *reader) parts(g *group, list, part string) {
	rows := g.saying(part)
	if len(rows) == 0 {
		return
	}
	b := &r.build
	b.List(list, len(rows), func(i int) {
		var days []string
		weekly := part == "schedule"
		for _, f := range r.within(part, rows[i]) {
			switch f.of.name {
			case "byday":
				days = append(days, f.value)
				continue
			case "freq", "rrule", "interval", "dtstart":
				weekly = weekly && f.of.name == "dtstart"
			}
			b.Text(f.of.name, f.value)
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
	b, all := &r.build, r.within("attribute", g.rows...)
	if len(all) > 0 {
		b.List("attributes", len(all), func(i int) {
			b.Text("link_type", all[i].of.name)
			if all[i].of.name != "topic" {
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
	if languages := r.within("language", g.rows...); len(languages) > 0 {
		b.List("languages", len(languages), func(i int) { b.Text("name", languages[i].value) })
	}
}

// unplaced keeps what is mapped to parts that only services have here, under the names of
// their columns.
func (r *reader) unplaced(g *group) {
	for i, w := range g.rows {
		prefix := ""
		if i > 0 {
			prefix = "line " + strconv.Itoa(w.line) + "."
		}
		for _, c := range w.cells {
			if slices.Contains([]string{"organization", "location", "cost", "schedule"}, c.of.part) && c.of.name != "" {
				r.build.Text(prefix+c.of.Column.Column, c.value)
			}
		}
	}
}
