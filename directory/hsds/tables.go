package hsds

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
)

// WriteTables writes the whole directory in the tabular form of HSDS 3: one CSV
// file for each kind of record and part, which create makes, such as
// "services.csv". A file is closed when it is written. Tables without rows are not
// made, but for that of services, without which nobody would know what they are.
func (x *Exporter) WriteTables(create func(name string) (io.WriteCloser, error)) error {
	t := tabler{tables: map[string][]fields{}, terms: map[string]any{}}
	for _, f := range x.terms() {
		t.terms[fmt.Sprint(f["id"])] = f["name"]
		t.tables["taxonomy_terms"] = append(t.tables["taxonomy_terms"], f)
	}
	for i := range x.c.Organisations {
		o := x.organisation(&x.c.Organisations[i])
		t.row("organizations", o, "organization_id")
	}
	for i := range x.c.Places {
		t.row("locations", x.location(x.places[x.c.Places[i].ID]), "location_id")
	}
	for i := range x.c.Services {
		t.row("services", x.service(&x.c.Services[i], true), "service_id")
	}
	for _, f := range x.orphans() {
		t.row("service_at_location", f, "service_at_location_id")
	}
	if len(t.tables["services"]) == 0 {
		t.tables["services"] = nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.tables)) {
		if err := write(create, name, t.tables[name]); err != nil {
			return fmt.Errorf("hsds: export %s: %w", name, err)
		}
	}
	return nil
}

// A tabler makes rows of objects.
type tabler struct {
	tables map[string][]fields
	terms  map[string]any // what those are called that are written
}

// tableNames are the files of lists that are not called like them.
var tableNames = map[string]string{"service_at_locations": "service_at_location", "capacities": "service_capacities"}

// owner is the field by which the parts of a part say whose they are.
var owner = map[string]string{"service_at_locations": "service_at_location_id", "contacts": "contact_id"}

// row adds an object as a row, and its parts as rows of their tables, which name
// it by a field.
func (t *tabler) row(table string, f fields, of string) {
	row := fields{}
	for name, v := range f {
		switch v := v.(type) {
		case []fields:
			if name == "contacts" {
				numbersOf(v, of, f["id"])
			}
			for _, part := range v {
				t.part(name, part, of, f["id"])
			}
		case fields:
			switch name {
			case "taxonomy_term":
				row["taxonomy_term_id"] = t.term(v)
			case "unit":
				row["unit_id"] = t.unit(v)
			}
		default:
			if _, set := row[name]; !set {
				row[name] = v
			}
		}
	}
	t.tables[table] = append(t.tables[table], row)
}

// numbersOf says of the numbers of contacts whose contacts those are, since contacts
// of several records may have one identifier, and even several of one record.
func numbersOf(contacts []fields, of string, id any) {
	count := map[any]int{}
	for _, c := range contacts {
		count[c["id"]]++
	}
	for i, c := range contacts {
		phones, _ := c["phones"].([]fields)
		for _, p := range phones {
			if p[of] = id; count[c["id"]] > 1 {
				p["sp_contact"] = i
			}
		}
	}
}

func (t *tabler) part(name string, f fields, of string, id any) {
	table := name
	if other, ok := tableNames[name]; ok {
		table = other
	}
	if name == "attributes" {
		f["link_entity"] = of[:len(of)-len("_id")]
		if f["taxonomy_term"] == nil {
			delete(f, "taxonomy_term_id") // it is a fact, and no term
		}
	} else {
		f[of] = id
	}
	t.row(table, f, owner[name])
}

// unit adds what a capacity is counted in, and returns its identifier.
func (t *tabler) unit(f fields) any {
	t.tables["units"] = append(t.tables["units"], maps.Clone(f))
	return f["id"]
}

// terms returns the terms that are kinds of others, and these. A term of which a feed
// says more than one has an identifier for each.
func (x *Exporter) terms() []fields {
	var found []fields
	named := map[sp.Code]string{} // identifiers, by all that a term is called
	taken := map[string]bool{}
	add := func(c sp.Code) fields {
		id := termID(c.System, c.Code)
		for taken[id] {
			id += "+"
		}
		taken[id] = true
		f := fields{"id": id, "code": c.Code, "name": c.Display, "description": ""}
		if f.text("taxonomy", c.System); c.System == "" {
			f["sp_bare"] = true
		}
		found = append(found, f)
		if named[c] == "" {
			named[c] = id
		}
		return f
	}
	kinds := make([]fields, len(x.c.Broader))
	for i, l := range x.c.Broader {
		kinds[i] = add(l.From)
	}
	for i, l := range x.c.Broader {
		if named[l.To] == "" {
			add(l.To)
		}
		kinds[i]["parent_id"] = named[l.To]
	}
	return found
}

// termID is one across all taxonomies.
func termID(system, code string) string {
	if system == "" {
		return code
	}
	return system + "/" + code
}

// term adds a term once, and returns its identifier, which is one across all
// taxonomies.
func (t *tabler) term(f fields) string {
	id := fmt.Sprintf("%v/%v", f["taxonomy"], f["id"])
	if f["taxonomy"] == nil {
		id = fmt.Sprint(f["id"])
	}
	for called, known := t.terms[id]; known && called != f["name"]; called, known = t.terms[id] {
		id += "+" // the same term by another name
	}
	if _, known := t.terms[id]; !known {
		t.terms[id] = f["name"]
		row := maps.Clone(f)
		row["code"], row["id"] = f["id"], id
		if f["taxonomy"] == nil {
			row["sp_bare"] = true
		}
		t.tables["taxonomy_terms"] = append(t.tables["taxonomy_terms"], row)
	}
	return id
}

// write writes a table: first the identifier and the name, then the other columns
// in the order of their names.
func write(create func(name string) (io.WriteCloser, error), name string, rows []fields) (err error) {
	seen := map[string]bool{"id": true, "name": name == "services"}
	for _, row := range rows {
		for column := range row {
			seen[column] = true
		}
	}
	maps.DeleteFunc(seen, func(_ string, is bool) bool { return !is })
	columns := slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		return slices.Index([]string{"name", "id"}, b) - slices.Index([]string{"name", "id"}, a)
	})
	head := 0
	for head < len(columns) && (columns[head] == "id" || columns[head] == "name") {
		head++
	}
	slices.Sort(columns[head:])
	file, err := create(name + ".csv")
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	w := csv.NewWriter(file)
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, row := range rows {
		cells := make([]string, len(columns))
		for i, column := range columns {
			if cells[i], err = cellOf(row[column]); err != nil {
				return err
			}
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// cellOf writes a value as it stands in a table.
func cellOf(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var s string
	if json.Unmarshal(data, &s) == nil {
		return s, nil
	}
	return string(data), nil
}
