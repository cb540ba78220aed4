package importer

import (
	"encoding/json"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// places takes the locations that stand in a service itself, where the standard
// has a service at a location between the two.
func (o *Object) places() []*Object {
	var found []*Object
	for _, field := range [...]string{"locations", "location", "location_ids", "venues", "venue", "places"} {
		if j := o.find(field); j == 0 || field == "location" && o.isPoint(field) || o.references(field, places) || !o.t.holdsParts(j+1) {
			continue
		} else if o.t.nodes[j+1].kind == object && !o.t.isMap(j+1) {
			if location := o.nested(field); location != nil { // it may say nothing
				found = append(found, location)
			}
		} else {
			found = append(found, o.nestedList(field)...)
		}
	}
	if own := o.ownPlace(); own != nil {
		found = append(found, own)
	}
	return found
}

// ofOwnPlace are the fields of a location that some feeds write into the service.
var ofOwnPlace = []string{
	"latitude", "longitude", "coordinates", "lat_lng", "grid_reference", "geo", "geo_point", "position", "geometry", "point", "location", "easting", "northing", "addresses", "physical_addresses", "address", "address_1", "address_2", "city", "region", "state_province",
	"postal_code", "postcode", "country", "mask_exact_address", "masked", "address_confidential",
}

// ownPlace takes the fields of a location that stand among those of a service which
// names no location.
func (o *Object) ownPlace() *Object {
	j := o.find("address")
	inWords := j == 0 || o.t.nodes[j+1].kind != object && o.t.nodes[j+1].kind != list
	if inWords && !o.isSomewhere() || o.has("service_at_locations", "locations", "location_id") || o.has("location") && !o.isPoint("location") {
		return nil
	}
	b := append([]byte(`{"id":`), quoted(o.record.source+"-place")...)
	for _, field := range ofOwnPlace {
		if v := o.take(field); v != 0 {
			b = append(append(append(b, `,"`...), field...), `":`...)
			b = o.t.appendRaw(b, v)
		}
	}
	t := &tree{}
	if t.parse(string(append(b, '}')), 0) != nil {
		return nil // which what was parsed once is not
	}
	return o.im.root(t, 0)
}

func (im *Importer) nestedPlace(r, location *Object, service directory.ID) {
	place := im.location(location, false)
	if place == "" {
		return
	}
	r.report(sp.Note, "locations", "nested-location", "the location stands in the service itself; it was read as a service at that location")
	id := directory.VenueID(service, place)
	if _, known := im.venues[id]; known {
		return
	}
	im.addVenue(directory.Venue{ID: id, Service: service, Place: place, Provenance: im.provenance("", r.record.digest.String())})
}

// hiddenPlace returns the place of a service that must not be found, names no place, and says
// something that is not read: an address in words, or how to get there. With a place that is
// told to nobody no exporter takes it for something that may be told.
func (o *Object) hiddenPlace(s *directory.Service, namesPlace bool) []*Object {
	if namesPlace || o.im.hiddenBy[s.ID] == directory.ShownInFull || len(s.Extra) == 0 || !o.im.noPlace(s) {
		return nil
	}
	place := append([]byte(`{"confidential":true,"id":`), quoted(o.record.source+"-place")...)
	for _, field := range [...]string{"address", "location"} {
		var words string
		if json.Unmarshal(s.Extra[field], &words) == nil {
			place = append(append(place, `,"address_1":`...), quoted(words)...)
			break
		}
	}
	t := &tree{}
	if t.parse(string(append(place, '}')), 0) != nil {
		return nil // which what is written here is not
	}
	return []*Object{o.im.root(t, 0)}
}
