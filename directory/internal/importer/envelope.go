package importer

import (
	"cmp"
	"slices"

	"github.com/socialprescribing/sp"
)

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

// envelope reads what an object without identifier and name holds lists of, and
// reports whether it is one: a page, an answer around records, or tables by name. Around is
// the name of the list that it stands in the place of, if any.
func (im *Importer) envelope(around string, o *Object) bool {
	if o.has("id", "name") && !o.isFeed() {
		return false
	}
	t := o.t
	found, isMap := false, t.isMap(o.at)
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		field, v := t.text(j), j+1
		in, says := field, o.saysWhat(field, v, isMap)
		if !says {
			in = cmp.Or(string(tables[around]), im.options.Endpoint)
		} else if tables[field] == "" {
			continue
		}
		switch n := t.nodes[v]; {
		case n.kind == object && tables[field] != "" && t.isMap(v):
			found = true
			t.nodes[j].taken = true
			im.recordsOf(in, field, t, v)
		case n.kind == object && (!says || tables[field] == tableOrganisations || tables[field] == tableServices || t.isPage(v)):
			found = true
			t.nodes[j].taken = true
			im.Record(in, im.root(t, v))
		case n.kind == list && (n.next == v+1 || t.nodes[v+1].kind == object):
			found = true
			t.nodes[j].taken = true
			im.recordsIn(in, field, t, v)
		}
	}
	if found {
		im.beside(t, o.at)
	}
	return found
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

// ofRecords are fields that records of directories have, and few others.
var ofRecords = []string{
	"organization_id", "organization", "service_at_locations", "schedules", "regular_schedules", "service_areas", "cost_options", "minimum_age", "maximum_age",
	"eligibility_description", "fees", "fees_description", "assured_date", "application_process", "eligibilitys", "attending_type",
	"latitude", "location_type", "physical_addresses", "addresses", "address_1", "organization_identifiers", "locations", "services", "phones", "contacts",
}

// deepest bounds how deep in an envelope of an unknown name records are looked for.
const deepest = 4

// ofShapes are what maps have: nothing in them is a record of a directory.
var ofShapes = map[string]bool{"features": true, "properties": true, "geometry": true, "geometries": true}

// wraps reports whether a value under a name that says nothing holds records: lists of
// them by name, or ones that have a name and fields of a directory.
func (o *Object) wraps(v uint32, depth int) bool {
	t := o.t
	switch t.nodes[v].kind {
	case list:
		return t.nodes[v].next > v+1 && o.wraps(v+1, depth) // all of them are as the first is
	case object:
	default:
		return false
	}
	record := Object{im: o.im, t: t, at: v}
	if record.has("name") {
		return record.has(ofRecords...)
	}
	if depth == deepest {
		return false
	}
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		field := t.text(j)
		if isMain(tables[field]) && t.holdsRecords(j+1) || !ofShapes[field] && o.wraps(j+1, depth+1) {
			return true
		}
	}
	return false
}

// known reports whether what stands under a name is told by it.
func known(field string) bool {
	return tables[field] != "" || keptTables[field] != "" || ofShapes[field]
}

// ofFeeds are fields of what holds a feed, and of no record that holds services.
var ofFeeds = []string{"version", "schema_version", "total_items", "total_pages", "page_number", "totalElements", "totalPages", "generated", "generated_at", "exported_at"}

// isFeed reports whether something with a name or an identifier is nevertheless no
// record but a feed that has one: it holds lists of organisations and of others; or it
// lacks one of the two, and has a version or counts of pages, or holds services of
// which each says that it is of somebody else.
func (o *Object) isFeed() bool {
	t := o.t
	lists := map[table]bool{}
	paged, others := false, false
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		field := t.text(j)
		if kind := tables[field]; isMain(kind) && t.holdsRecords(j+1) {
			lists[kind] = true
			others = others || kind == tableServices && o.ofOthers(j+1)
		}
		paged = paged || slices.Contains(ofFeeds, field)
	}
	switch {
	case lists[tableOrganisations] && len(lists) > 1:
		return true
	case !lists[tableServices]:
		return false
	}
	return others && (!o.has("id") || !o.has("name")) || paged && !o.has("id")
}

// ofOthers reports whether each service of a list says of which organisation it is, and
// none that it is that of o.
func (o *Object) ofOthers(v uint32) bool {
	t := o.t
	own := o.peek("id")
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j].next {
		if t.nodes[j].kind != object {
			continue
		}
		service := Object{im: o.im, t: t, at: j}
		id := service.peek("organization_id")
		if i := service.find("organization"); id == "" && i > 0 && t.nodes[i+1].kind == object {
			organisation := Object{im: o.im, t: t, at: i + 1}
			id = cmp.Or(organisation.peek("id"), organisation.peek("name"))
			if id == o.peek("name") {
				return false
			}
		}
		if id == "" || id == own {
			return false
		}
	}
	return true
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

// recordsIn takes the records of a list.
func (im *Importer) recordsIn(in, field string, t *tree, v uint32) {
	size, got := im.size, im.got
	im.size, _ = t.count(v) // so it is known how many are to come
	im.got = 0
	for i := v + 1; i < t.nodes[v].next; i = t.nodes[i].next {
		if t.nodes[i].kind == object {
			im.got++
			im.pool.within(func() { im.Record(in, im.root(t, i)) })
		} else if t.nodes[i].kind != null {
			im.report(sp.Error, "", field, "not-a-record", "is not a JSON object")
		}
	}
	im.size, im.got = size, got
}

// beside reports what stands beside the records of an envelope.
func (im *Importer) beside(t *tree, at uint32) {
	for j := at + 1; j < t.nodes[at].next; j = t.nodes[j+1].next {
		switch field := t.text(j); {
		case t.nodes[j].taken || !t.says(j+1):
		case keptTables[field] != "" && t.holdsRecords(j+1):
			im.keepRows(keptTables[field], t, j+1)
		default:
			im.passed(field)
		}
	}
}

// keepRows keeps the rows of a list that there is no place for with those to whom they
// belong: a programme is no service.
func (im *Importer) keepRows(kind table, t *tree, v uint32) {
	for i := v + 1; i < t.nodes[v].next; i = t.nodes[i].next {
		if t.nodes[i].kind == object {
			im.pool.within(func() { im.take(kind, im.root(t, i)) })
		}
	}
}

// passed reports a field around records.
func (im *Importer) passed(field string) {
	if !paging[field] {
		im.once("envelope "+field, func() {
			im.report(sp.Note, "", field, "not-imported", "stands around records; there is no place for it")
		})
	}
}

// holdsRecords reports whether a value is a list of objects.
func (t *tree) holdsRecords(v uint32) bool {
	return t.nodes[v].kind == list && t.nodes[v].next > v+1 && t.nodes[v+1].kind == object
}

// saysWhat reports whether the name of a field of an envelope says what is in it.
func (o *Object) saysWhat(field string, v uint32, isMap bool) bool {
	of := Object{im: o.im, t: o.t, at: v}
	named := isMap && of.has("name")
	return !wrappers[field] && (known(field) || named || !o.wraps(v, 0))
}

// mayWrap reports whether o may be an envelope where a record or a part of a kind should be.
func (o *Object) mayWrap(kind table) bool { return kind == "" || isMain(kind) || o.t.isPage(o.at) }
