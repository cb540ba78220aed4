package importer

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// venue takes where a service happens. What a feed tells in several records about
// one service and one place becomes one venue, whatever their identifiers.
func (im *Importer) venue(o *Object, service directory.ID, top bool) { im.venueAt(o, service, "", top) }

func (im *Importer) venueAt(o *Object, service, place directory.ID, top bool) {
	if service == "" && !o.has("service", "service_id") {
		o.report(sp.Error, "service", "missing-reference", "a service at a location that does not say which service")
		return
	}
	r := o.alone()
	if service = im.serviceIn(r, service); service == "" {
		r.report(sp.Error, "service", "missing-reference", "a service at a location that does not say which service")
		return
	}
	if place = im.placeIn(r, place); place == "" && o.has("latitude", "location_type", "address_1", "addresses", "physical_addresses") {
		r.report(sp.Note, "location", "nested-location", "the location stands in place of the service at it; it was read as a service at that location")
		if place = im.location(o, false); place != "" && im.venueIs(directory.VenueID(service, place)) < 0 {
			im.addVenue(directory.Venue{ID: directory.VenueID(service, place), Service: service, Place: place, Provenance: im.provenance("", r.record.digest.String())})
		}
		return
	}
	if place == "" {
		r.report(sp.Error, "location", "missing-reference", "a service at a location that does not say which location")
		return
	}
	if shown := r.shown(); shown != directory.ShownInFull {
		im.hidden[place] = shown.Stricter(im.hidden[place])
	}
	id := directory.VenueID(service, place)
	if im.venueIs(id) < 0 && !im.room.has(roomOfVenue) {
		im.noRoom(r.record.source, "")
		return
	}
	if im.sameVenue(r, id, top) {
		return
	}
	if i, known := im.venues[id]; known {
		im.repeated(&im.catalogue.Venues[i], r)
		return
	}
	v := directory.Venue{
		ID: id, Service: service, Place: place, Description: r.Text("description"),
		Area: r.serviceArea(), Schedules: r.schedules(nil), Phones: r.phones(), Contacts: r.contacts(),
		Provenance: im.provenance(r.source(), r.record.digest.String()),
	}
	v.Extra = r.extra()
	im.addVenue(v)
}

// serviceIn returns the service of a service at a location: one that stands in it, or that
// it names, or the one in which it stands.
func (im *Importer) serviceIn(r *Object, service directory.ID) directory.ID {
	if id := r.named("service"); id != "" {
		service = id
	} else if nested := r.nested("service"); nested != nil {
		service = im.service(nested, "", false)
	}
	return r.reference("service_id", service)
}

// placeIn returns its location likewise.
func (im *Importer) placeIn(r *Object, place directory.ID) directory.ID {
	if id := r.named("location"); id != "" {
		place = id
	} else if nested := r.nestedLocation(); nested != nil {
		place = im.location(nested, false)
	}
	return r.reference("location_id", place)
}

// sameVenue notes what the identifier of a service at a location stands for, and reports
// whether the same was told before. At the top of a page that is a fault of the feed.
func (im *Importer) sameVenue(r *Object, id directory.ID, top bool) bool {
	source := r.record.source
	if source == "" {
		return false
	}
	local := im.local(im.canonical(source))
	first, known := im.sals[local]
	switch {
	case !known:
		im.room.take(roomOfVenueID)
		im.sals[local] = venueRef{id: id, digest: r.record.digest, top: top}
	case first.id == id && first.digest == r.record.digest:
		if top && first.top {
			im.report(sp.Note, source, "id", "duplicate-id", "the same service at a location stands here once more")
		}
		first.top = first.top || top
		im.sals[local] = first
		return true
	case first.id != id:
		im.sals[local] = venueRef{} // what names it belongs to none
		r.report(sp.Note, "id", "duplicate-id", "another service at a location has the same id; it says nothing about which is meant")
	}
	return false
}

// named takes a field that should be a record and is the identifier of one.
func (o *Object) named(field string) directory.ID {
	j := o.find(field)
	if j == 0 || o.t.nodes[j+1].kind != text && o.t.nodes[j+1].kind != number {
		return ""
	}
	id := o.im.id(o.textOf(field, identifier))
	if id != "" {
		o.report(sp.Note, field, "text-for-object", "was read as the identifier of a record that stands elsewhere")
	}
	return id
}

// nestedLocation takes the location of a service at it, also as the only one of a list.
func (o *Object) nestedLocation() *Object {
	if j := o.find("locations"); j > 0 && o.t.nodes[j+1].kind == list {
		if objects, others := o.t.count(j + 1); objects == 1 && others == 0 {
			return o.nestedList("locations")[0]
		}
	}
	return o.nested("location")
}

// repeated adds to a venue what another record says about it: the schedules, and
// all else as extra fields under the identifier of that record.
func (im *Importer) repeated(v *directory.Venue, r *Object) {
	before := len(v.Schedules)
	if before > mostParts {
		r.report(sp.Error, "location", "too-many", "the service is at this location already with 1,000 schedules; this is not used")
		return
	}
	for _, s := range r.schedules(nil) {
		v.Schedules = appendNew(v.Schedules, s)
	}
	extra := r.extra()
	if len(extra) == 0 && len(v.Schedules) == before {
		return // it says nothing more
	}
	v.Extra = merged(v.Extra, extra, r.record.source+".")
	r.report(sp.Note, "location", "repeated-venue", "the service is at this location already; schedules were added to it, and all else to its extra fields")
}
