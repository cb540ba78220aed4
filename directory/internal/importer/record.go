package importer

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A jsonReader imports records of HSDS 3.
type jsonReader struct {
	*importer
	venues map[directory.ID]int // where they stand in the catalogue
}

// Fields that records of one kind alone have.
var (
	ofOrganisations = []string{
		"services", "organization_identifiers", "legal_status", "year_incorporated", "parent_organization_id",
		"tax_status", "tax_id", "logo", "additional_websites",
	}
	ofLocations = []string{"latitude", "longitude", "location_type"}
	ofTerms     = []string{"term_uri", "taxonomy", "taxonomy_id", "taxonomy_detail", "version"}
	ofServices  = []string{
		"status", "organization", "organization_id", "service_at_locations", "schedules", "service_areas", "cost_options",
		"minimum_age", "maximum_age", "eligibility_description", "fees", "fees_description", "assured_date", "capacities",
		"application_process", "url",
	}
)

// record imports a record of any kind, which its fields give away. A name and a
// description are had by all of them.
func (j *jsonReader) record(fields map[string]any) {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return fields[name] != nil })
	}
	switch {
	case has("service", "service_id") && has("location", "location_id"):
		j.serviceAtLocation(fields)
	case has(ofOrganisations...), has("website") && !has("status", "organization", "organization_id"):
		j.organisation(fields)
	case has(ofLocations...):
		j.location(fields)
	case has(ofTerms...):
		j.report(sp.Note, "", "", "not-imported", "terms of taxonomies are imported with what they describe")
	case has(ofServices...):
		j.service(fields, "")
	default:
		j.report(sp.Error, "", "", "unknown-record", "has no field that tells whether it is a service, an organisation or a location")
	}
}

// serviceAtLocation imports a record of that kind, and the service in it or the
// reference to one.
func (j *jsonReader) serviceAtLocation(fields map[string]any) {
	if service, ok := fields["service"].(map[string]any); ok {
		delete(fields, "service")
		j.venue(fields, j.service(service, ""))
		return
	}
	var source string
	switch v := fields["service_id"].(type) {
	case string:
		source = v
	case json.Number:
		source = v.String()
	}
	if source == "" {
		j.report(sp.Error, "", "service", "missing-reference", "a service at a location that does not say which service")
		return
	}
	j.venue(fields, j.id(source))
}

// organisation imports an organisation with its locations and services.
func (j *jsonReader) organisation(fields map[string]any) directory.ID {
	r := j.newRecord(fields)
	id := j.id(r.source)
	services, locations := r.items("services"), r.items("locations")
	if j.first("organisation", id, r.source, r.hash) {
		o := directory.Organisation{
			ID: id, Name: r.name(), AlternateName: r.text("alternate_name"), Email: r.text("email"), Website: r.text("website"),
			Description: r.plain("description"),
			Parent:      j.id(r.text("parent_organization_id")),
			Phones:      r.phones(),
			Clocks:      directory.Clocks{Modified: r.pastMoment("last_modified"), Seen: j.options.Fetched},
			Provenance:  j.provenance(r.source, r.hash),
		}
		for _, p := range r.list("organization_identifiers") {
			p.drop("id", "organization_id")
			o.Identifiers = append(o.Identifiers, directory.Identifier{
				Scheme: p.text("identifier_scheme"), Kind: p.text("identifier_type"), Value: p.text("identifier"),
			})
		}
		o.Extra = r.extra()
		j.catalogue.Organisations = append(j.catalogue.Organisations, o)
	}
	for _, l := range locations {
		if l != nil {
			j.location(l)
		}
	}
	for _, s := range services {
		if s != nil {
			j.service(s, id)
		}
	}
	return id
}

// service imports a service and its venues. The organisation is that which it
// is nested in, if any.
func (j *jsonReader) service(fields map[string]any, organisation directory.ID) directory.ID {
	r := j.newRecord(fields)
	id := j.id(r.source)
	if nested := r.fieldsOf("organization"); nested != nil {
		organisation = j.organisation(nested)
	}
	if !j.first("service", id, r.source, r.hash) {
		return id
	}
	organisation = r.reference("organization_id", organisation)
	venues := r.items("service_at_locations")
	s := j.serviceOf(r, id, organisation)
	for _, v := range venues {
		if v != nil && j.venue(v, id) {
			inPerson(&s)
		}
	}
	j.catalogue.Services = append(j.catalogue.Services, s)
	return id
}

// inPerson notes that a service happens at a physical place.
func inPerson(s *directory.Service) {
	if s.Delivery == nil {
		s.Delivery = directory.Truths[directory.Mode]{}
	}
	if !s.Delivery[directory.InPerson].Known() {
		s.Delivery[directory.InPerson] = sp.Yes
	}
}

func (j *jsonReader) serviceOf(r *object, id, organisation directory.ID) directory.Service {
	s := directory.Service{
		ID: id, Organisation: organisation, Name: r.name(), AlternateName: r.text("alternate_name"),
		Description: r.plain("description"),
		URL:         r.text("url"), Email: r.text("email"), Apply: r.text("application_process"), Alert: r.text("alert"),
		Phones: r.phones(), Provenance: j.provenance(r.source, r.hash),
	}
	s.Status = directory.Status(strings.ToLower(r.text("status")))
	s.Eligibility = r.eligibility()
	s.Cost = r.cost()
	s.Languages = r.languages()
	s.Area = r.serviceArea()
	s.Schedules = r.schedules(&s.Delivery)
	s.Capacity = r.capacity()
	s.Clocks = directory.Clocks{
		Assured:  r.pastDay("assured_date"),
		Modified: r.pastMoment("last_modified"),
		Seen:     j.options.Fetched,
	}
	s.Contacts = r.contacts()
	r.attributes(&s.Facts)
	s.Extra = r.extra()
	return s
}

// location imports a place.
func (j *jsonReader) location(fields map[string]any) (directory.ID, directory.PlaceKind) {
	r := j.newRecord(fields)
	id := j.id(r.source)
	kind := directory.PlaceKind(strings.ToLower(r.text("location_type")))
	if !j.first("place", id, r.source, r.hash) {
		return id, kind
	}
	p := directory.Place{
		ID: id, Kind: kind, Organisation: j.id(r.text("organization_id")), Name: r.text("name"), AlternateName: r.text("alternate_name"),
		Description: r.plain("description"),
		Point:       r.point(), Address: r.address(), Transit: r.text("transportation"),
		Languages: r.languages(), Schedules: r.schedules(nil), Phones: r.phones(),
		Clocks: directory.Clocks{Seen: j.options.Fetched}, Provenance: j.provenance(r.source, r.hash),
	}
	if identifier := r.text("external_identifier"); identifier != "" {
		p.Identifiers = []directory.Identifier{{Scheme: r.text("external_identifier_type"), Value: identifier}}
	}
	p.Access, p.AccessText = r.accessibility()
	facts := directory.Facts{Access: p.Access}
	r.attributes(&facts, "access")
	p.Access = facts.Access
	p.Extra = r.extra()
	j.catalogue.Places = append(j.catalogue.Places, p)
	return id, kind
}

// venue imports where a service happens, and reports whether that is a
// physical place. What a feed tells in several records about one service and
// one place becomes one venue.
func (j *jsonReader) venue(fields map[string]any, service directory.ID) (physical bool) {
	r := j.newRecord(fields)
	if !j.first("venue", j.id(r.source), r.source, r.hash) {
		return false
	}
	r.reference("service_id", service)
	var place directory.ID
	if location := r.fieldsOf("location"); location != nil {
		var kind directory.PlaceKind
		place, kind = j.location(location)
		physical = kind == directory.Physical
	}
	if place = r.reference("location_id", place); place == "" {
		r.report(sp.Error, "location", "missing-reference", "a service at a location that does not say which location")
		return false
	}
	id := directory.VenueID(service, place)
	if i, known := j.venues[id]; known {
		j.repeated(&j.catalogue.Venues[i], r)
		return physical
	}
	v := directory.Venue{
		ID: id, Service: service, Place: place,
		Description: r.plain("description"),
		Area:        r.serviceArea(), Schedules: r.schedules(nil), Phones: r.phones(),
		Provenance: j.provenance(r.source, r.hash),
	}
	v.Extra = r.extra()
	j.venues[id] = len(j.catalogue.Venues)
	j.catalogue.Venues = append(j.catalogue.Venues, v)
	return physical
}

// repeated adds to a venue what another record says about it: the schedules, and
// all else as extra fields under the identifier of that record.
func (j *jsonReader) repeated(v *directory.Venue, r *object) {
	v.Schedules = append(v.Schedules, r.schedules(nil)...)
	for field, raw := range r.extra() {
		if v.Extra == nil {
			v.Extra = directory.Extra{}
		}
		v.Extra[r.source+"."+field] = raw
	}
	r.report(sp.Note, "location", "repeated-venue", "the service is at this location already; schedules were added to it, and all else to its extra fields")
}

// dangling reports references to records that the input does not have. They may
// stand in another file, so they are kept; without it there is no offer.
func (j *jsonReader) dangling() {
	j.line = 0
	there := func(kind string, id directory.ID) bool {
		_, ok := j.hashes[recordKey{kind, id}]
		return ok || id == ""
	}
	for _, v := range j.catalogue.Venues {
		if !there("service", v.Service) {
			j.report(sp.Warning, v.Provenance.SourceID, "service_id", "dangling-reference", "refers to a service that is not there")
		}
		if !there("place", v.Place) {
			j.report(sp.Warning, v.Provenance.SourceID, "location_id", "dangling-reference", "refers to a location that is not there")
		}
	}
	for _, s := range j.catalogue.Services {
		if !there("organisation", s.Organisation) {
			j.report(sp.Note, s.Provenance.SourceID, "organization_id", "dangling-reference", "refers to an organisation that is not there")
		}
	}
}
