package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
)

// knownNames are the names that fields have, and lists of records: whatever else
// holds an object by a name may be a map of objects by their identifiers.
var knownNames = func() map[string]bool {
	known := map[string]bool{}
	for _, field := range fieldNames {
		known[field] = true
	}
	for list := range tables {
		known[list] = true
	}
	for list := range wrappers {
		known[list] = true
	}
	return known
}()

// isMap reports whether a value is an object that holds nothing but objects, by names
// that are none of fields: as programs write records by their identifiers, and PHP
// writes lists.
func (t *tree) isMap(v uint32) bool {
	if t.nodes[v].kind != object {
		return false
	}
	objects := 0
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		switch k := t.nodes[j+1].kind; {
		case knownNames[t.text(j)] || k != object && k != null:
			return false
		case k == object:
			objects++
		}
	}
	return objects > 0
}

// recordsOf takes the records of a map, and says so once for each list.
func (im *Importer) recordsOf(in, field string, t *tree, v uint32) {
	im.saysMap(field)
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object {
			key := string(t.appendText(nil, j))
			im.pool.within(func() { im.Record(in, im.keyed(im.root(t, j+1), key[1:len(key)-1])) })
		}
	}
}

func (im *Importer) saysMap(field string) {
	im.once("map "+field, func() {
		im.report(sp.Note, "", field, "object-for-list", "holds records by their identifiers; it was read as a list of them")
	})
}

// keyed returns a record that stands under a name, in JSON, which is its identifier
// if it has none of its own.
func (im *Importer) keyed(o *Object, key string) *Object {
	if key == "" || o.find("id") > 0 {
		return o
	}
	source := append(append([]byte(`{"id":"`), key...), '"')
	fields := o.t.appendRaw(nil, o.at)[1:]
	if len(fields) > 1 {
		source = append(source, ',')
	}
	t := &tree{}
	if t.parse(string(append(source, fields...)), 0) != nil {
		return o // which what was parsed once is not
	}
	return im.root(t, 0)
}

// ofRecords are fields that records of directories have, and few others.
var ofRecords = []string{
	"organization_id", "organization", "service_at_locations", "schedules", "regular_schedules", "service_areas", "cost_options", "minimum_age", "maximum_age",
	"eligibility_description", "fees", "fees_description", "assured_date", "application_process", "eligibilitys", "attending_type",
	"latitude", "location_type", "physical_addresses", "addresses", "address_1", "organization_identifiers", "locations", "services", "phones", "contacts",
}

// unwrap takes what an object without identifier and name holds in place of being a
// record, and reports whether it is one of these: an envelope, or a map in which all
// have a name and are such as stand in directories.
func (im *Importer) unwrap(in string, o *Object) bool {
	evident := tables[in] != ""
	if evident && o.has("id", "name") {
		return false
	}
	if (!evident || o.wrapped(tables[in])) && im.envelope(in, o) {
		return true
	}
	if o.has("id", "name") || !o.t.isMap(o.at) {
		return false
	}
	for j := o.at + 1; j < o.t.nodes[o.at].next; j = o.t.nodes[j+1].next {
		record := im.root(o.t, j+1)
		if o.t.nodes[j+1].kind == object && !record.has("name") {
			return false
		}
		evident = evident || record.has(ofRecords...)
	}
	if evident {
		im.recordsOf(in, "", o.t, o.at)
	}
	return evident
}

// mayWrap reports whether o may be an envelope where a record or a part of a kind should be.
func (o *Object) mayWrap(kind table) bool { return kind == "" || isMain(kind) || o.t.isPage(o.at) }

// isPage reports whether an object is nothing but an envelope around one list or object:
// what else it has counts pages.
func (t *tree) isPage(v uint32) bool { return t.unpaged(v) != v }

// unpaged returns what stands in an object that is nothing but an envelope, or in envelopes
// of envelopes, and else v itself.
func (t *tree) unpaged(v uint32) uint32 {
	for t.nodes[v].kind == object {
		in, alone := uint32(0), true
		for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
			switch field, k := t.text(j), t.nodes[j+1].kind; {
			case in == 0 && wrappers[field] && (k == list || k == object):
				in = j + 1
			case !strings.Contains(paging, " "+field+" ") || field == "number" && k == text: // of a telephone
				return v
			default:
				alone = false
			}
		}
		if in == 0 || !alone && t.nodes[in].kind == object {
			return v
		}
		v = in
	}
	return v
}

// wrapped reports whether o is an envelope around records of one known kind, such as
// an entry of a list of services that holds a service.
func (o *Object) wrapped(kind table) bool {
	t := o.t
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		k := t.nodes[j+1].kind
		if field := t.text(j); wrappers[field] && (k == list || k == object) || tables[field] == kind && k == object {
			return true
		} else if kind == tableOrganisations && isMain(tables[field]) && t.holdsRecords(j+1) {
			return true // what has no name is no organisation, and what stands in it is of nobody
		}
	}
	return false
}

// mapped returns the parts that an object holds by names in place of a list. Names
// that are more than numbers are kept with them.
func (o *Object) mapped(field string, v uint32) []*Object {
	t := o.t
	o.report(sp.Note, field, "object-for-list", "holds parts by names or numbers; it was read as a list of them")
	if !t.isNumbered(v) {
		o.keep(field)
	}
	var parts []*Object
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object && t.nodes[j+1].next > j+2 {
			parts = append(parts, o.part(field, len(parts), j+1))
		}
	}
	return parts
}

// keyedRecords returns the records that an object holds by their identifiers in place
// of a list.
func (o *Object) keyedRecords(field string, v uint32) []*Object {
	t := o.t
	o.report(sp.Note, field, "object-for-list", "holds records by their identifiers; it was read as a list of them")
	var records []*Object
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object {
			key := string(t.appendText(nil, j))
			records = append(records, o.im.keyed(o.im.root(t, j+1), key[1:len(key)-1]))
		}
	}
	return records
}

// isNumbered reports whether the names of an object are numbers, as in what PHP makes
// of a list with gaps.
func (t *tree) isNumbered(v uint32) bool {
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if strings.Trim(t.text(j), "0123456789") != "" {
			return false
		}
	}
	return true
}

// holdsParts reports whether a value is a list, or an object, of which parts are made.
func (t *tree) holdsParts(v uint32) bool {
	return t.nodes[v].kind == list || t.nodes[v].kind == object
}

// count returns how many objects a list has that are not empty, and how many values that are neither
// objects nor null.
func (t *tree) count(v uint32) (objects, others int) {
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j].next {
		switch t.nodes[j].kind {
		case name: // of a map
		case object:
			if t.nodes[j].next > j+1 {
				objects++
			}
		case null:
		default:
			others++
		}
	}
	return objects, others
}
