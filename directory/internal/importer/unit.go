package importer

import "github.com/socialprescribing/sp"

// unit takes what capacities are counted in, such as beds, to which they refer.
func (im *Importer) unit(o *Object) {
	source, called := o.textOf("id", identifier), o.Text("name")
	if source == "" || called == "" {
		im.report(sp.Error, source, "id", "no-record", "a unit without an identifier and a name; nothing is made of it")
		return
	}
	if im.units == nil {
		im.units = map[string]string{}
	}
	key := im.local(im.canonical(source))
	if before, known := im.units[key]; known && before != called {
		im.report(sp.Error, source, "id", "duplicate-id", "another unit has the same id and another name; the first is used")
		return
	}
	im.units[key] = called
	if o.states() {
		im.once("units", func() {
			im.report(sp.Note, "", "", "not-imported", "of units, their identifiers and names are used; there is no place for more")
		})
	}
}

// unit returns the name of a unit, or "" if it is not known yet, in which case it is
// looked up when all of the input was read.
func (o *Object) unit(source string) string {
	key := o.im.local(o.im.canonical(source))
	if called, known := o.im.units[key]; known {
		return called
	}
	o.keep("unit_id")
	o.im.ofUnits = append(o.im.ofUnits, unresolved{
		key: o.record.key, term: key, field: o.path() + "unit_id", record: o.record.source, file: o.im.file, line: o.im.line,
	})
	return ""
}

// resolveUnits gives capacities the units that they refer to and that came later.
func (im *Importer) resolveUnits() {
	for _, u := range im.ofUnits {
		e := im.records[u.key]
		if called, known := im.units[u.term]; known && e != nil && u.key.kind == services && len(e.variants) == 1 {
			s := &im.catalogue.Services[e.variants[0]]
			if s.Capacity.Unit == "" {
				s.Capacity.Unit = called
				delete(s.Extra, u.field)
			}
			continue
		}
		im.file, im.line = u.file, u.line
		im.report(sp.Note, u.record, u.field, "dangling-reference", "refers to a unit that is not there")
	}
	im.ofUnits = nil
}
