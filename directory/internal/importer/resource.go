package importer

import (
	"bytes"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// Names of the members of a resource of JSON:API, whose fields are one level down.
// Source: JSON:API 1.1, section 7.2, https://jsonapi.org/format/#document-resource-objects.
const (
	resourceType  = "type"
	resourceSays  = "attributes"
	resourceLinks = "relationships"
	resourceData  = "data" // of a relationship: what identifies the others
)

// isResource reports whether o is a resource of JSON:API. The attributes of the standard
// are a list, or a map of objects. Some programs, such as Strapi, leave out the type.
func (o *Object) isResource() bool {
	if !o.mayHave(resourceSays) && !o.mayHave(resourceLinks) || o.has("name") || o.up != nil {
		return false
	}
	says, links := o.find(resourceSays), o.find(resourceLinks)
	if says > 0 && (o.t.nodes[says+1].kind != object || o.t.isMap(says+1)) {
		return false
	}
	if of := o.find(resourceType); of > 0 && o.t.nodes[of+1].kind == text {
		return says > 0 || links > 0 && o.t.nodes[links+1].kind == object
	}
	attributes := Object{im: o.im, t: o.t, at: says + 1}
	return says > 0 && o.has("id") && attributes.has("name")
}

// typed returns what the type of a resource says that it is, or "".
func typed(of string) table {
	if i := strings.LastIndex(of, "--"); i >= 0 { // node--service, as Drupal writes it
		of = of[i+len("--"):]
	}
	if kind := tables[csvfile.Fold(of)]; kind != "" {
		return kind
	}
	return tables[fieldCalled(of)]
}

// plainly returns a resource of JSON:API as the record that the standard would have, and in
// what list it would stand: its attributes are fields, and records that it is related to are
// named by their identifiers. Anything else is returned as it is.
func (im *Importer) plainly(in string, o *Object) (string, *Object) {
	if !o.isResource() {
		return in, o
	}
	im.once("resources of "+im.file, func() {
		im.report(sp.Note, "", "", "json-api", "records are resources of JSON:API; what their attributes and relationships say is taken for fields")
	})
	kind := typed(o.peek(resourceType))
	if kind != "" {
		in = string(kind)
	}
	w := &resourceWriter{im: im, t: o.t, kind: kind, id: o.peek("id"), b: []byte{'{'}}
	t := o.t
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		switch field := t.text(j); {
		case field == resourceSays && t.nodes[j+1].kind == object:
			for i := j + 2; i < t.nodes[j+1].next; i = t.nodes[i+1].next {
				w.field(i)
			}
		case field == resourceLinks && t.nodes[j+1].kind == object:
			w.relationships(j + 1)
		case field != resourceType || kind == "":
			w.field(j)
		}
	}
	if by := im.owned[partID{kind, im.local(canonical(w.id))}]; kind == tableVenues {
		w.ends(by)
	}
	plain := &tree{}
	if plain.parse(string(append(w.b, '}')), 0) != nil {
		return in, o // which what was parsed once is not
	}
	return in, im.root(plain, 0)
}

// A resourceWriter writes a resource as a record.
type resourceWriter struct {
	im     *Importer
	t      *tree
	kind   table
	id     string
	b      []byte
	venues []byte // services at locations that relationships tell of
}

// field writes a field as it is.
func (w *resourceWriter) field(j uint32) {
	w.comma()
	w.b = w.t.appendRaw(append(w.t.appendText(w.b, j), ':'), j+1)
}

func (w *resourceWriter) comma() {
	if len(w.b) > 1 {
		w.b = append(w.b, ',')
	}
}

// named writes a field under a name.
func (w *resourceWriter) named(field string, raw []byte) {
	w.comma()
	w.b = append(append(appendQuoted(w.b, field), ':'), raw...)
}

// relationships writes what a record is related to. What it says of others than records
// of a directory is kept as it is.
func (w *resourceWriter) relationships(v uint32) {
	t := w.t
	rest := []byte{'{'}
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object && w.relationship(t.text(j), j+1) {
			continue
		}
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		rest = t.appendRaw(append(t.appendText(rest, j), ':'), j+1)
	}
	if len(w.venues) > 0 {
		w.named(string(tableVenues), append(append([]byte{'['}, w.venues...), ']'))
	}
	if len(rest) > 1 {
		w.named(resourceLinks, append(rest, '}'))
	}
}

// relationship writes one, and reports whether nothing more is to be kept of it.
func (w *resourceWriter) relationship(field string, v uint32) bool {
	data := w.t.lookUp(v, resourceData)
	if data == 0 {
		return false
	}
	kind, ids, ok := w.related(field, data+1)
	if !ok {
		return false
	}
	if len(ids) == 0 {
		return true
	}
	switch field := w.fieldOf(kind, len(ids) == 1); {
	case field == string(tableVenues):
		w.joins(ownerFields[kind], ids)
	case field != "" && len(ids) == 1 && tables[field] == "":
		w.named(field, quoted(ids[0]))
	case field != "":
		w.named(field, quotedList(ids))
	case owning[w.kind] > owning[kind]:
		w.owns(kind, ids)
	default:
		return false
	}
	return true
}

// relations are the fields by which a record of one kind, or of any, names those of another:
// lists of records, or a field for one.
var relations = map[[2]table]string{
	{tableServices, tableTerms}: string(tableTerms), {tableTerms, tableTerms}: "parent_id", {"", tableTerms}: "taxonomy_term_id", {"", tableTaxonomies}: "taxonomy_id",
	{tableOrganisations, tableServices}: string(tableServices), {tableOrganisations, tableLocations}: string(tableLocations), {tableOrganisations, tableOrganisations}: "parent_organization_id",
	{tableServices, tableLocations}: string(tableVenues), {tableLocations, tableServices}: string(tableVenues),
}

// fieldOf returns the field by which a record names others of a kind, or one alone. It is ""
// where those are parts of the record, and where there is none.
func (w *resourceWriter) fieldOf(kind table, one bool) string {
	for _, of := range [...]table{w.kind, ""} {
		if field := relations[[2]table{of, kind}]; field != "" && (one || tables[field] != "") {
			return field
		}
	}
	if one && w.kind != "" && w.kind != kind && (kind == tableOrganisations || owning[kind] > owning[w.kind]) {
		return ownerFields[kind]
	}
	return ""
}

// owning tells what has parts from what is one: of two records that are related, the one
// with less is a part of the other.
var owning = map[table]int{tableServices: 3, tableLocations: 3, tableOrganisations: 3, tableVenues: 2, tableContacts: 1}

// related returns the identifiers of what a record is related to, which are all of one
// kind: by their type, or else by the name of the relationship.
func (w *resourceWriter) related(field string, v uint32) (kind table, ids []string, ok bool) {
	t := w.t
	items := []uint32{v}
	switch t.nodes[v].kind {
	case null:
		return "", nil, true
	case object:
	case list:
		items = items[:0]
		for i := v + 1; i < t.nodes[v].next; i = t.nodes[i].next {
			items = append(items, i)
		}
	default:
		return "", nil, false
	}
	for _, i := range items {
		if t.nodes[i].kind != object || len(ids) == mostParts {
			return "", nil, false
		}
		other := Object{im: w.im, t: t, at: i}
		of := typed(other.peek(resourceType))
		if of == "" {
			of = typed(field)
		}
		id := other.peek("id")
		if of == "" || id == "" || kind != "" && of != kind {
			return "", nil, false
		}
		kind, ids = of, append(ids, id)
	}
	return kind, ids, true
}

// ownerFields are the fields by which parts, and services at locations, say whose they are.
var ownerFields = map[table]string{
	tableServices: "service_id", tableLocations: "location_id", tableVenues: "service_at_location_id", tableOrganisations: "organization_id", tableContacts: "contact_id",
}

// ends writes which service and which location a service at a location joins, where these
// say it and not the resource itself.
func (w *resourceWriter) ends(by ownerIDs) {
	for field, id := range map[string]string{"service_id": by.service, "location_id": by.place} {
		if id != "" && !bytes.Contains(w.b, []byte(`"`+field+`":`)) {
			w.named(field, quoted(id))
		}
	}
}

// joins writes services at locations, each named by its other end.
func (w *resourceWriter) joins(field string, ids []string) {
	for _, id := range ids {
		if len(w.venues) > 0 {
			w.venues = append(w.venues, ',')
		}
		w.venues = append(append(append(appendQuoted(append(w.venues, '{'), field), ':'), quoted(id)...), '}')
	}
}

// owns notes whose parts are that do not say so themselves.
func (w *resourceWriter) owns(kind table, ids []string) {
	if w.im.owned == nil {
		w.im.owned = map[partID]ownerIDs{}
	}
	for _, id := range ids {
		part := partID{kind, w.im.local(canonical(id))}
		by := w.im.owned[part]
		switch w.kind {
		case tableServices:
			by.service = w.id
		case tableLocations:
			by.place = w.id
		case tableVenues:
			by.venue = w.id
		case tableOrganisations:
			by.organisation = w.id
		default:
			by.contact = w.id
		}
		w.im.owned[part] = by
	}
}

// A partID identifies a part of a kind.
type partID struct {
	kind table
	id   string
}

// quotedList returns texts as a list in JSON.
func quotedList(items []string) []byte {
	b := []byte{'['}
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, item)
	}
	return append(b, ']')
}
