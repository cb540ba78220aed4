package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A reference is a record that another names by nothing but an identifier, where the
// standard has the record itself: "locations": ["L1"].
type reference struct {
	from, to      recordKey
	digest        digest // of the record that names it
	field, record string
	code          string // of the issue if it is not found
	file          string
	line          int
}

// references takes the identifiers of records of a kind that stand in a field, and
// reports whether nothing else does. The field stays among the extra fields until they
// are found.
func (o *Object) references(field string, to recordKind) bool {
	j := o.find(field)
	if j == 0 || o.t.nodes[j+1].kind == object {
		return false
	}
	if o.t.nodes[j+1].kind == list {
		if objects, others := o.t.count(j + 1); objects > 0 || others == 0 {
			return false
		}
	} else if s := trimmed(o.t.text(j + 1)); s == "" || o.isNothing(field, s) {
		return false
	}
	sources, ok := o.identifiersIn(j + 1)
	if !ok {
		return false
	}
	code := "wrong-type" // a text may be a name as well
	if o.t.nodes[j+1].kind == list {
		code = "dangling-reference"
	}
	for _, source := range sources {
		o.im.references = append(o.im.references, reference{
			from: o.record.key, to: recordKey{to, o.im.id(source)}, digest: o.record.digest, field: o.path() + field, record: o.record.source, code: code, file: o.im.file, line: o.im.line,
		})
	}
	return true
}

// identifiersIn returns what stands in a list, or in a text that may be one.
func (o *Object) identifiersIn(v uint32) ([]string, bool) {
	t := o.t
	if t.nodes[v].kind != list {
		return []string{trimmed(t.text(v))}, true
	}
	var sources []string
	for i := v + 1; i < t.nodes[v].next; i = t.nodes[i].next {
		if k := t.nodes[i].kind; k != text && k != number || len(sources) == mostParts {
			return nil, false
		}
		sources = append(sources, trimmed(t.text(i)))
	}
	return sources, true
}

// resolveReferences joins records that name others by their identifiers alone. A name
// that is no identifier is left where it stands, and reported.
func (im *Importer) resolveReferences() {
	type fieldOf struct {
		key   recordKey
		field string
	}
	open := map[fieldOf]bool{} // fields of which something was not found
	for _, r := range im.references {
		im.file, im.line = r.file, r.line
		if !im.join(r) {
			open[fieldOf{r.from, r.field}] = true
			im.report(sp.Warning, r.record, r.field, r.code, "is not an object, nor the identifier of a record that is there; it is kept as it is")
		}
	}
	for _, r := range im.references {
		extra := im.extraAt(r.from)
		if extra == nil || open[fieldOf{r.from, r.field}] {
			continue
		}
		im.file, im.line = r.file, r.line
		if _, there := (*extra)[r.field]; !there {
			continue // another of the same list
		}
		im.report(sp.Note, r.record, r.field, "text-for-object", "was read as the identifiers of records that stand elsewhere")
		if delete(*extra, r.field); len(*extra) == 0 {
			*extra = nil
		}
	}
	im.references = nil
}

// extraAt returns the extra fields of a record that was told in one way.
func (im *Importer) extraAt(key recordKey) *directory.Extra {
	e := im.records[key]
	if e == nil || len(e.variants) != 1 {
		return nil
	}
	switch i := e.variants[0]; key.kind {
	case organisations:
		return &im.catalogue.Organisations[i].Extra
	case services:
		return &im.catalogue.Services[i].Extra
	default:
		return &im.catalogue.Places[i].Extra
	}
}

// join joins two records of which one names the other, and reports whether that one is
// there and says nothing else.
func (im *Importer) join(r reference) bool {
	to := im.records[r.to]
	if to == nil || im.records[r.from] == nil {
		return false
	}
	service, place := r.from.id, r.to.id
	if r.from.kind == organisations {
		return len(to.variants) == 1 && im.runs(r.from.id, r.to.kind, to.variants[0])
	}
	if r.from.kind == places {
		service, place = r.to.id, r.from.id
	}
	if id := directory.VenueID(service, place); im.venueIs(id) < 0 {
		im.addVenue(directory.Venue{ID: id, Service: service, Place: place, Provenance: im.provenance("", r.digest.String())})
	}
	return true
}

// runs gives a service or a place the organisation that names it, unless it names
// another itself.
func (im *Importer) runs(organisation directory.ID, kind recordKind, at int) bool {
	var of *directory.ID
	if kind == services {
		of = &im.catalogue.Services[at].Organisation
	} else {
		of = &im.catalogue.Places[at].Organisation
	}
	if *of == "" {
		*of = organisation
	}
	return *of == organisation
}

// inOneField are the lists whose parts feeds write as a text each, and the field of a
// part that such a text is.
var inOneField = map[string]string{
	"phones": "number", "phone_numbers": "number", "languages": "name", "service_areas": "name", "contacts": "name", "cost_options": "option",
	"eligibilitys": "eligibility", "eligibility": "eligibility", "schedules": "description", "regular_schedules": "description",
	"addresses": "address_1", "physical_addresses": "address_1",
	"taxonomy_terms": "taxonomy_term_id", "taxonomies": "taxonomy_term_id", "categories": "taxonomy_term_id",
	"attributes": "taxonomy_term_id", "service_attributes": "taxonomy_term_id", "service_taxonomys": "taxonomy_term_id",
}

// inText returns an item of a list that is a text as the part that it stands for, or nil.
func (o *Object) inText(field string, index int, v uint32) *Object {
	of := inOneField[field]
	if k := o.t.nodes[v].kind; of == "" || k != text && k != number || !o.t.says(v) {
		return nil
	}
	source := append(append([]byte(`{"`), of...), `":`...)
	t := &tree{}
	if t.parse(string(append(o.t.appendRaw(source, v), '}')), 0) != nil {
		return nil // which what was parsed once is not
	}
	p := o.part(field, index, 0)
	p.t = t
	o.report(sp.Note, strings.TrimSuffix(strings.TrimPrefix(p.path(), o.path()), "."), "text-for-object", "was read as the "+strings.ReplaceAll(of, "_", " ")+" of what stands in the list")
	return p
}

// referred takes a term that is nothing but the identifier of one that stands elsewhere, and
// reports whether it is that. A name that is empty is one: so the exporter writes a term that
// has none.
func (o *Object) referred() (topic sp.Code, is bool) {
	source := o.peek("id")
	if source == "" || o.has("code", "name", "term", "taxonomy", "vocabulary", "taxonomy_id", "taxonomy_detail") || o.find("name") > 0 || o.record.exported || o.im.exported {
		return sp.Code{}, false
	}
	if t, known := o.im.termOf(o.im.local(source)); known {
		o.drop("id")
		return o.im.code(t), true
	}
	o.later(source, "id")
	return sp.Code{}, true
}
