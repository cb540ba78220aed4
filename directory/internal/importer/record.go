package importer

import (
	"encoding/json"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// organisation takes an organisation with its locations and services.
func (im *Importer) organisation(o *Object, top bool) directory.ID {
	if !im.takes(organisations, o, "id", "name") {
		return ""
	}
	r := o.alone()
	if !im.isRecord(r) {
		return ""
	}
	source := im.identify(r)
	id := im.id(source)
	e, again := im.meet(organisations, r, id, top)
	if again {
		return id
	}
	services := r.servicesIn()
	var locations []*Object
	if !r.references("locations", places) {
		locations = r.nestedList("locations")
	}
	org := directory.Organisation{
		ID: id, Name: r.textOf(r.or("name", "title"), called), AlternateName: r.textOf("alternate_name", called), Email: r.email("email"),
		Website: r.link(r.or("website", "url")), Description: r.Text("description"),
		Parent: im.id(r.textOf("parent_organization_id", identifier)),
		Phones: r.phones(), Contacts: r.contacts(),
		Freshness:  directory.Freshness{Modified: r.pastMoment("last_modified"), Seen: im.options.Fetched},
		Provenance: im.provenance(r.source(), r.record.digest.String()),
	}
	for _, p := range r.list("organization_identifiers") {
		org.Identifiers = append(org.Identifiers, p.organisationIdentifier())
	}
	org.Extra = r.extra()
	put(im, e, &im.catalogue.Organisations, &im.ofOrganisations, &org)
	within := im.within
	im.within = id
	for _, l := range locations {
		im.pool.within(func() { im.location(l, false) })
	}
	im.within = within
	for _, s := range services {
		im.pool.within(func() { im.service(s, id, false) })
	}
	return id
}

func (o *Object) organisationIdentifier() directory.Identifier {
	o.ownID()
	return directory.Identifier{Scheme: o.Text("identifier_scheme"), Kind: o.Text("identifier_type"), Value: o.textOf("identifier", coded)}
}

// or returns the name of a field that says something, or that of another.
func (o *Object) or(field, other string) string {
	if !o.has(field) && o.has(other) {
		return other
	}
	return field
}

// service takes a service and its venues. The organisation is that which it is
// nested in, if any.
func (im *Importer) service(o *Object, organisation directory.ID, top bool) directory.ID {
	if !im.takes(services, o, "id", "name") {
		return ""
	}
	r := o.alone()
	if !im.isRecord(r) {
		return ""
	}
	source := im.identify(r)
	id := im.id(source)
	e, again := im.meet(services, r, id, top)
	if again {
		return id
	}
	stands := organisation != "" // in an organisation
	if j := r.find("organization"); j > 0 && (r.t.nodes[j+1].kind == text || r.t.nodes[j+1].kind == number) {
		if im.runBy == nil {
			im.runBy = map[*entry]string{}
		}
		im.runBy[e] = r.textOf("organization", identifier)
		r.keep("organization")
	} else if nested := r.nestedOrganisation(); nested != nil {
		organisation, stands = im.organisation(nested, false), false
	}
	organisation = r.ownOrganisation(organisation, stands)
	venues, locations := r.nestedList("service_at_locations"), r.places()
	at := im.id(r.textOf("location_id", identifier)) // as in the oldest tables
	var s directory.Service
	im.serviceOf(r, id, organisation, &s)
	locations = append(locations, r.hiddenPlace(&s, len(venues)+len(locations) > 0 || at != "")...)
	put(im, e, &im.catalogue.Services, &im.ofServices, &s)
	for _, v := range venues {
		im.pool.within(func() { im.venue(v, id, false) })
	}
	for _, l := range locations {
		im.pool.within(func() { im.nestedPlace(r, l, id) })
	}
	if venue := directory.VenueID(id, at); at != "" {
		if _, known := im.venues[venue]; !known {
			im.addVenue(directory.Venue{ID: venue, Service: id, Place: at, Provenance: im.provenance(source, s.Provenance.Hash)})
		}
	}
	return id
}

// serviceOf reads what a record says of a service, which is large, where it is to stand.
func (im *Importer) serviceOf(r *Object, id, organisation directory.ID, s *directory.Service) {
	s.ID, s.Organisation = id, organisation
	s.Name, s.AlternateName = r.textOf(r.or("name", "title"), called), r.textOf("alternate_name", called)
	s.Description, s.URL, s.Email = r.Text(r.or("description", "summary")), r.link(r.or("url", "website")), r.email("email")
	s.Apply, s.Alert = r.Text("application_process"), r.Text("alert")
	s.Provenance = im.provenance(r.source(), r.record.digest.String())
	s.Phones = r.phones()
	s.Status = r.status()
	s.Eligibility = r.eligibility(r.or("eligibility_description", "eligibility"))
	s.Cost = r.cost()
	s.Languages = r.languages()
	s.Area = r.serviceArea()
	if mode := modeOf(r.peek("attending_type")); mode != "" {
		s.Delivery = set(r, s.Delivery, mode, sp.Yes)
		r.drop("attending_type")
	}
	s.Schedules = r.schedules(&s.Delivery)
	s.Capacity = r.capacity()
	s.Freshness = directory.Freshness{
		Assured:  r.pastDay("assured_date"),
		Modified: r.pastMoment("last_modified"),
		Seen:     im.options.Fetched,
	}
	s.Contacts = r.contacts()
	for _, field := range [...]string{"eligibilitys", "eligibility"} {
		if j := r.find(field); j == 0 || field == "eligibility" && !r.t.holdsParts(j+1) {
			continue
		}
		for _, e := range r.list(field) {
			e.eligibilityRow(&s.Facts)
		}
	}
	r.attributes(&s.Facts)
	s.Topics = append(s.Topics, r.taxonomyIDs()...)
	r.taxonomyTerms(&s.Facts)
	shown := r.shown()
	if r.record.secret {
		shown = r.secret("attributes")
	}
	if shown != directory.ShownInFull {
		im.hiddenBy[id] = shown
	}
	s.Extra = r.extra()
	if len(s.Extra) > 0 && shown != directory.ShownInFull { // so that nobody exports what may tell where it is
		s.Extra[saidBy(shown)] = json.RawMessage("true")
	}
}

// eligibilityRow takes the eligibility of Open Referral UK 1.
func (o *Object) eligibilityRow(f *directory.Facts) {
	o.ownID()
	if words := o.Text("eligibility"); words != "" {
		if f.Eligibility.Text != "" {
			f.Eligibility.Text += "\n"
		}
		f.Eligibility.Text += words
	}
	ages, stated := o.ages()
	switch {
	case !stated:
	case f.Eligibility.Ages.IsZero():
		f.Eligibility.Ages = ages
	case f.Eligibility.Ages != ages:
		o.keep("minimum_age", "maximum_age")
		o.report(sp.Warning, "minimum_age", "contradicting-fact", "another row says other ages; they are unknown")
		f.Eligibility.Ages = directory.Ages{}
	}
}

// taxonomyIDs takes the terms of a service of the Ohana API, which are a list in
// one field. Those that the taxonomy lacks are kept as they are.
func (o *Object) taxonomyIDs() []sp.Code {
	if !o.has("taxonomy_ids") {
		return nil
	}
	items, ok := o.items("taxonomy_ids")
	if !ok {
		o.textOf("taxonomy_ids", coded) // which reports it
		return nil
	}
	var topics []sp.Code
	for _, source := range items {
		t, ok := term{}, false
		if o.t.columns != nil {
			t, ok = o.im.termNumbered(source)
		}
		if !ok {
			t, ok = o.im.termOf(o.im.local(source))
		}
		if ok {
			topics = append(topics, o.im.code(t))
			continue
		}
		o.keep("taxonomy_ids")
		if o.t.columns != nil {
			o.report(sp.Note, "taxonomy_ids", "unknown-term", "the taxonomy has no such term")
			continue
		}
		o.later(source, "taxonomy_ids")
	}
	return topics
}

// taxonomyTerms takes the terms that stand in a service itself, where the standard
// has an attribute between the two.
func (o *Object) taxonomyTerms(f *directory.Facts) {
	if o.has("taxonomy_term_id") {
		if topic, found := o.term(); found {
			f.Topics = append(f.Topics, topic)
		}
	}
	for _, field := range [...]string{"taxonomy_terms", "taxonomies", "categories"} {
		if j := o.find(field); j > 0 && o.t.says(j+1) {
			o.termsIn(f, field, o.t.unpaged(j+1))
		}
	}
}

// termsIn takes the terms of one list, which are objects or identifiers.
func (o *Object) termsIn(f *directory.Facts, field string, v uint32) {
	if objects, others := o.t.count(v); o.t.nodes[v].kind != object && objects == 0 && (others > 0 || o.t.nodes[v].kind == text) {
		if items, ok := o.items(field); ok {
			o.termsByID(f, field, items)
		}
		return
	}
	for _, t := range o.list(field) {
		if nested := t.objectIn("taxonomy_term"); nested != nil {
			t = nested
		}
		var topic sp.Code
		if t.has("id", "code", "name", "term") {
			topic = t.topic()
		} else {
			topic, _ = t.term()
		}
		if topic.Code != "" {
			f.Topics = append(f.Topics, topic)
		}
	}
}

// termsByID takes the terms of these identifiers, as far as they are there.
func (o *Object) termsByID(f *directory.Facts, field string, sources []string) {
	for _, source := range sources {
		if t, known := o.im.termOf(o.im.local(source)); known {
			f.Topics = append(f.Topics, o.im.code(t))
			continue
		}
		o.keep(field)
		o.later(source, field)
	}
}

// venueIs returns where a venue stands in the catalogue, or -1.
func (im *Importer) venueIs(id directory.ID) int {
	i, known := im.venues[id]
	if !known {
		return -1
	}
	return i
}

// nestedOrganisation takes the organisation that stands in a service, also as the only one
// of a list.
func (o *Object) nestedOrganisation() *Object {
	for _, field := range [...]string{"organization", "organizations"} {
		if j := o.find(field); j > 0 && o.t.nodes[j+1].kind == list {
			if objects, others := o.t.count(j + 1); objects == 1 && others == 0 {
				return o.nestedList(field)[0]
			}
		}
	}
	if j := o.find("organization_id"); j > 0 && o.t.nodes[j+1].kind == object && o.t.sole(j+1) == j+1 { // filled in where it is referred to
		return o.nested("organization_id")
	}
	return o.nested("organization")
}

// ownOrganisation takes the organisation that a service names. It goes before one in
// which the service only stands, as the envelope of a feed may be one, but not before
// one that stands in the service itself.
func (o *Object) ownOrganisation(nested directory.ID, stands bool) directory.ID {
	const field = "organization_id"
	named := o.im.id(o.peek(field))
	if !stands || named == "" || named == nested || isNullWord(o.peek(field)) {
		return o.reference(field, nested)
	}
	o.reference(field, "")
	o.keep(field)
	o.report(sp.Warning, field, "contradicting-reference", "names another organisation than the one that this stands in; its own is used")
	return named
}

// listed reports a code that is not on the list of HSDS. It is kept as it is written.
func listed[T ~string](o *Object, s sp.Severity, field string, code T, list ...T) {
	if code != "" && !slices.Contains(list, code) {
		o.report(s, field, "unlisted-code", "is not on the list of the standard; kept as it is written, and means nothing to this library")
	}
}
