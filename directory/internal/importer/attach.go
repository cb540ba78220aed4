package importer

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// waiting is a part that stands by itself and says whose it is, or a record of
// which nothing told yet what it is.
type waiting struct {
	kind table
	t    *tree
	at   uint32
	file string
	line int
	page string
}

// unresolved is a topic that is told by an identifier only.
type unresolved struct {
	key                 recordKey
	term, field, record string
	file                string
	line                int
}

// wait keeps an object for later.
func (im *Importer) wait(kind table, o *Object) waiting {
	im.retained = true
	return waiting{kind, o.t, o.at, im.file, im.line, im.page}
}

// again returns a record that waited, as if it were being read.
func (im *Importer) again(w waiting) *Object {
	im.pool.release()
	im.file, im.line, im.page = w.file, w.line, w.page
	return im.root(w.t, w.at)
}

// attachWaiting gives the parts that stand by themselves to whom they belong.
func (im *Importer) attachWaiting() {
	// A closure changes the hours that are there, so it comes after them.
	slices.SortStableFunc(im.waiting, func(a, b waiting) int { return late(a.kind) - late(b.kind) })
	for _, w := range im.waiting {
		im.attach(w.kind, im.again(w))
	}
	im.waiting = nil
}

func late(kind table) int {
	switch kind {
	case tableHolidays:
		return 2
	case tablePhones, tableLinks: // of contacts, and of other parts
		return 1
	default:
		return 0
	}
}

// An owner is the record that a part belongs to.
type owner struct {
	key       recordKey
	service   *directory.Service
	place     *directory.Place
	venue     *directory.Venue
	org       *directory.Organisation
	phones    *[]directory.Phone
	schedules *[]directory.Schedule
	contacts  *[]directory.Contact
	languages *directory.Truths[directory.Language]
	area      *directory.ServiceArea
	extra     *directory.Extra
	part      table // of its parts that which is meant, if one is
}

// ownerIDs are the identifiers by which a part says whose it is.
type ownerIDs struct {
	service, place, venue, organisation, contact string

	part table // it belongs to one of its parts
}

// owners takes them.
func (o *Object) owners(of table) ownerIDs {
	var named ownerIDs
	var link, entity, resource, kind string
	for i, to := range [...]*string{
		&named.service, &named.place, &named.venue, &named.organisation, &named.contact, new(string), &link, &entity, &resource, &kind,
	} {
		*to = o.textOf(owners[i], identifier)
	}
	if link == "" {
		link, entity = resource, kind
	}
	if link == "" {
		return named
	}
	if entity == "" && (of == tableAttributes || of == tableLinks) {
		entity = o.entityOf(link)
	}
	switch kind := tables[csvfile.Fold(entity)]; kind {
	case tableServices:
		named.service = link
	case tableLocations:
		named.place = link
	case tableVenues:
		named.venue = link
	case tableOrganisations:
		named.organisation = link
	case tableContacts:
		named.contact = link
	case tableEligibility, tableCosts, tableAreas:
		named.service, named.part = o.im.partAt[partID{kind, o.im.local(canonical(link))}], kind
	default:
		if entity == "" {
			named.service = link
		}
	}
	return named
}

// entityOf returns which record a link is of: in HSDS 1 and 2 its type says so. In HSDS 3 it
// says what the link means, so that a record of that kind and identifier must be there.
func (o *Object) entityOf(link string) string {
	of := o.peek("link_type")
	switch kind := tables[csvfile.Fold(of)]; kind {
	case tableOrganisations:
		if o.im.entryOf(organisations, link) != nil {
			return of
		}
	case tableLocations:
		if o.im.entryOf(places, link) != nil {
			return of
		}
	case tableEligibility, tableCosts, tableAreas:
		if o.im.partAt[partID{kind, o.im.local(canonical(link))}] != "" {
			return of
		}
	default:
	}
	return ""
}

// ownerOf finds the record that a part names: the most particular one has it, and
// the others follow from that one. Whom is the field that names one that is not
// there, or that nothing is named.
func (im *Importer) ownerOf(kind table, o *Object) (w owner, whom string, ok bool) {
	named := o.owners(kind)
	if len(im.owned) > 0 && (named == ownerIDs{}) {
		named = im.owned[partID{kind, im.local(canonical(o.peek("id")))}]
	}
	if named.contact != "" {
		if w, _, ok := im.recordOf(named); ok && w.ofContact(named.contact, o.count("sp_contact")) {
			return w, "", true
		}
		if w, ok := im.contactOwner(named.contact); ok {
			return w, "", true
		}
		o.keep("contact_id")
		whom = "contact_id"
	}
	if w, field, ok := im.recordOf(named); ok || field != "" {
		w.part = named.part
		return w, field, ok
	}
	if named.part != "" {
		whom = "link_id"
	}
	return owner{}, whom, false
}

// ofContact makes w the owner of the numbers of one of its contacts, and reports
// whether it has that contact.
//
// An exporter says which it is where several of them have one identifier.
func (w *owner) ofContact(id string, which sp.Known[int]) bool {
	if w.contacts == nil {
		return false
	}
	contacts := *w.contacts
	id = canonical(inert(id))
	i := slices.IndexFunc(contacts, func(c directory.Contact) bool { return canonical(c.ID) == id })
	if n, ok := which.Lookup(); ok && n < len(contacts) && canonical(contacts[n].ID) == id {
		i = n
	}
	if i < 0 {
		return false
	}
	*w = owner{key: w.key, phones: &contacts[i].Phones, extra: w.extra}
	return true
}

// recordOf finds the record that a part names: the most particular one. Field is
// that which names one that is not there.
func (im *Importer) recordOf(named ownerIDs) (w owner, field string, ok bool) {
	switch {
	case named.venue != "":
		v, known := im.sals[im.local(im.canonical(named.venue))]
		if i, there := im.venues[v.id]; known && there {
			x := &im.catalogue.Venues[i]
			return owner{venue: x, phones: &x.Phones, schedules: &x.Schedules, contacts: &x.Contacts, area: &x.Area, extra: &x.Extra}, "", true
		}
		return owner{}, "service_at_location_id", false
	case named.service != "":
		if i, key := im.only(services, named.service); i >= 0 {
			return serviceOwner(&im.catalogue.Services[i], key), "", true
		}
		return owner{}, "service_id", false
	case named.place != "":
		if i, key := im.only(places, named.place); i >= 0 {
			x := &im.catalogue.Places[i]
			return owner{key: key, place: x, phones: &x.Phones, schedules: &x.Schedules, contacts: &x.Contacts, languages: &x.Languages, extra: &x.Extra}, "", true
		}
		return owner{}, "location_id", false
	case named.organisation != "":
		if i, key := im.only(organisations, named.organisation); i >= 0 {
			x := &im.catalogue.Organisations[i]
			return owner{key: key, org: x, phones: &x.Phones, contacts: &x.Contacts, extra: &x.Extra}, "", true
		}
		return owner{}, "organization_id", false
	}
	return owner{}, "", false
}

func serviceOwner(s *directory.Service, key recordKey) owner {
	return owner{
		key: key, service: s, phones: &s.Phones, schedules: &s.Schedules, contacts: &s.Contacts,
		languages: &s.Languages, area: &s.Area, extra: &s.Extra,
	}
}

// only returns where the record stands that a part names, or -1 if there is none,
// or several that clash.
func (im *Importer) only(kind recordKind, source string) (int, recordKey) {
	e := im.entryOf(kind, source)
	if e == nil || len(e.variants) != 1 {
		return -1, recordKey{}
	}
	i := e.variants[0]
	switch kind {
	case services:
		return i, recordKey{kind, im.catalogue.Services[i].ID}
	case places:
		return i, recordKey{kind, im.catalogue.Places[i].ID}
	default:
		return i, recordKey{kind, im.catalogue.Organisations[i].ID}
	}
}

// entryOf returns what is known of the record that a part names, without making the ID
// anew: that is in the catalogue.
func (im *Importer) entryOf(kind recordKind, source string) *entry {
	if im.page != "" || !isOrdinary(source) {
		return im.records[recordKey{kind, im.id(source)}]
	}
	im.scratch = append(append(im.scratch[:0], im.prefix...), source...)
	return im.records[recordKey{kind, directory.ID(im.scratch)}]
}

// contactOwner finds the contact that a telephone number belongs to.
func (im *Importer) contactOwner(id string) (owner, bool) {
	at, ok := im.contactAt[canonical(id)]
	if !ok {
		return owner{}, false
	}
	var w owner
	switch e := im.records[at]; {
	case e == nil || len(e.variants) != 1:
	case at.kind == services:
		s := &im.catalogue.Services[e.variants[0]]
		w = owner{contacts: &s.Contacts, extra: &s.Extra}
	case at.kind == places:
		p := &im.catalogue.Places[e.variants[0]]
		w = owner{contacts: &p.Contacts, extra: &p.Extra}
	case at.kind == organisations:
		g := &im.catalogue.Organisations[e.variants[0]]
		w = owner{contacts: &g.Contacts, extra: &g.Extra}
	}
	return w, w.ofContact(id, sp.Known[int]{})
}

// partOf tells the parts of one kind of one record from others.
type partOf struct {
	extra *directory.Extra
	kind  table
}

// partsOf returns how many parts of a kind its owner has, with one that is being read.
// Those that are a list of their own are counted by its length.
func (im *Importer) partsOf(w *owner, kind table) int {
	switch {
	case kind == tablePhones && w.phones != nil:
		return len(*w.phones) + 1
	case kind == tableContacts && w.contacts != nil:
		return len(*w.contacts) + 1
	case (kind == tableSchedules || kind == tableRegular) && w.schedules != nil:
		return len(*w.schedules) + 1
	case kind == tableCosts && w.service != nil:
		return len(w.service.Cost.Prices) + 1
	case kind == tableAddresses && w.place != nil && w.place.Address.IsZero():
		return 1
	}
	part := partOf{w.extra, kind}
	im.parts[part]++
	return im.parts[part]
}

// attach gives a part to whom it belongs.
func (im *Importer) attach(kind table, o *Object) {
	o.record.source = o.peek("id")
	w, whom, ok := im.ownerOf(kind, o)
	if !ok {
		detail := "refers to a record that is not there, or that is told in ways that clash"
		if whom == "" {
			detail = "belongs to nobody"
		}
		im.report(sp.Error, o.record.source, whom, "dangling-reference", detail)
		return
	}
	if im.partsOf(&w, kind) > mostParts {
		im.report(sp.Error, o.record.source, "", "too-many", "belongs to a record that has 1,000 parts of its kind; it is not used")
		return
	}
	if !im.room.take(kind.room()) {
		im.noRoom(o.record.source, "")
		return
	}
	if im.linked && w.service != nil && ofLinks[kind] {
		im.partAt[partID{kind, im.local(canonical(o.record.source))}] = w.service.Provenance.SourceID
	}
	o.record.key = w.key
	n, placed := w.add(kind, o)
	if !placed {
		im.report(sp.Note, o.record.source, "", "not-imported", "there is no place for it where it belongs; it is kept as it is")
		*w.extra = merged(*w.extra, directory.Extra{string(kind) + "." + o.record.source: o.t.raw(o.at)}, "")
		return
	}
	if first := w.before(kind); first >= 0 {
		im.report(sp.Note, o.record.source, "id", "duplicate-id", "the same row stands here once more")
		n = first
	}
	if kind == tableContacts && w.key.id != "" {
		if im.contactAt == nil {
			im.contactAt = map[string]recordKey{}
		}
		im.contactAt[canonical(o.record.source)] = w.key
	}
	if im.exported {
		o.record.beside = *w.extra
	}
	o.field, o.index = string(kind), n
	*w.extra = o.addExtra(*w.extra) // what is left of the row
	for _, p := range o.record.parts {
		*w.extra = p.addExtra(*w.extra)
	}
}
