package importer

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// isSomewhere reports whether a record says where it is, in an address of several fields or
// by a point.
func (o *Object) isSomewhere() bool {
	if lat := o.peek("latitude"); lat != "" && !isNullWord(lat) || o.has("addresses", "physical_addresses", "address_1") || o.has("easting") && o.has("northing") {
		return true
	}
	return slices.ContainsFunc(ofPoints, o.isPoint)
}

// location takes a place.
func (im *Importer) location(o *Object, top bool) directory.ID {
	if !im.takes(places, o, "id", "name", "latitude", "address_1", "addresses", "physical_addresses") {
		return ""
	}
	r := o.alone()
	lat := r.peek("latitude") // of which 0 says that there is none
	if somewhere := strings.Trim(lat, "0.") != "" && !isNullWord(lat); !somewhere && !im.isRecord(r, "address_1", "addresses", "physical_addresses") {
		return ""
	}
	source := im.identify(r)
	id := im.id(source)
	e, again := im.meet(places, r, id, top)
	if again {
		return id
	}
	venues, services := r.nestedList("service_at_locations"), r.servicesIn()
	p := directory.Place{
		ID: id, Kind: directory.PlaceKind(strings.ToLower(r.textOf("location_type", coded))), Organisation: im.id(r.textOf("organization_id", identifier)),
		Name: r.Text(r.or("name", "title")), AlternateName: r.Text("alternate_name"), Description: r.Text("description"),
		Point: r.point(), Transit: r.Text("transportation"),
		Freshness: directory.Freshness{Seen: im.options.Fetched}, Provenance: im.provenance(r.source(), r.record.digest.String()),
	}
	r.whichKind(&p)
	p.Shown = r.shown()
	r.addresses(&p)
	r.onGrid(&p)
	p.Languages, p.Schedules, p.Phones, p.Contacts = r.languages(), r.schedules(nil), r.phones(), r.contacts()
	if source := r.textOf("external_identifier", coded); source != "" {
		p.Identifiers = []directory.Identifier{{Scheme: r.Text("external_identifier_type"), Value: source}}
	}
	r.moreIdentifiers(&p)
	r.accessibility(&p)
	facts := directory.Facts{Access: p.Access}
	r.attributes(&facts, "access")
	p.Access = facts.Access
	if r.record.secret || strings.Contains(string(p.Kind), "confidential") {
		p.Shown = r.secret("location_type")
	}
	e.badPoint = e.badPoint || r.record.badPoint
	p.Extra = r.extra()
	put(im, e, &im.catalogue.Places, &im.ofPlaces, &p)
	for _, v := range venues {
		im.pool.within(func() { im.venueAt(v, "", id, false) })
	}
	for _, s := range services {
		im.pool.within(func() { im.servicesAt(r, s, id) })
	}
	return id
}

// whichKind takes what else says of which kind a place is, and how exact its point.
func (o *Object) whichKind(p *directory.Place) {
	listed(o, sp.Note, "location_type", p.Kind, directory.Physical, directory.Postal, directory.Virtual)
	switch {
	case o.yes("virtual") == sp.Yes:
		p.Kind = directory.Virtual
	case o.peekTruth("virtual") == sp.No && p.Kind == "":
		p.Kind = directory.Physical
	}
	if precision := directory.Precision(o.peek("sp_precision")); !p.Point.IsZero() && (precision == directory.Exact || precision == directory.ByPostcode) {
		p.Precision = precision
		o.drop("sp_precision")
	}
}

// servicesIn takes the services that stand in a record, or whose identifiers do.
func (o *Object) servicesIn() []*Object {
	if o.references("services", services) {
		return nil
	}
	return o.nestedList("services")
}

// moreIdentifiers takes those beside the first that an exporter has carried along.
func (o *Object) moreIdentifiers(p *directory.Place) {
	text := o.textOf("sp_identifiers", identifier)
	if text == "" {
		return
	}
	var more []directory.Identifier
	if err := json.Unmarshal([]byte(text), &more); err != nil {
		o.keep("sp_identifiers")
		return
	}
	p.Identifiers = append(p.Identifiers, more...)
}

// servicesAt takes a service that stands in a location, where the standard has a
// service at a location between the two.
func (im *Importer) servicesAt(r, service *Object, place directory.ID) {
	runBy := im.within
	if service.has("organization", "organization_id") { // its own goes before that of its place
		runBy = ""
	}
	id := im.service(service, runBy, false)
	if id == "" {
		return
	}
	r.report(sp.Note, "services", "nested-location", "the location holds the service itself; it was read as a service at that location")
	if venue := directory.VenueID(id, place); im.venueIs(venue) < 0 {
		im.addVenue(directory.Venue{ID: venue, Service: id, Place: place, Provenance: im.provenance("", r.record.digest.String())})
	}
}

// peekTruth returns what was taken as yes or no, once more.
func (o *Object) peekTruth(field string) sp.Truth {
	t := o.t
	if !o.mayHave(field) {
		return sp.Unknown
	}
	m := mark(field)
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if t.nodes[j].mark == m && t.text(j) == field && t.nodes[j+1].kind >= text && t.nodes[j+1].kind <= boolean {
			switch strings.ToLower(strings.TrimSpace(t.text(j + 1))) {
			case "true", "yes", "t", "1":
				return sp.Yes
			case "false", "no", "f", "0":
				return sp.No
			}
		}
	}
	return sp.Unknown
}
