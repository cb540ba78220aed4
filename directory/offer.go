package directory

import (
	"maps"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// An Offer is one service at one place, or a service alone where it is online,
// goes to people's homes, or does not say where it happens. It is what a search
// finds and what a ranking puts in order. It holds a copy of everything that
// these need to know of service, organisation and place, so that nothing has to
// be looked up. The zero Offer is unknown in every respect. Slices and maps may
// be shared between offers: do not write to them.
type Offer struct {
	ID           ID `json:"id"` // of the venue, or of the service alone
	Service      ID `json:"service"`
	Organisation ID `json:"organisation,omitempty"` // empty is unknown
	Place        ID `json:"place,omitempty"`        // empty for a service alone

	Name        string    `json:"name"` // of the service
	Description string    `json:"description,omitempty"`
	Provider    string    `json:"provider,omitempty"` // name of the organisation
	Where       string    `json:"where,omitempty"`    // name of the place, or the first line of its address; its district if no more may be told
	Point       geo.Point `json:"point,omitzero"`
	Precision   Precision `json:"precision,omitempty"` // of Point; Masked where the place is not shown in full
	Postcode    string    `json:"postcode,omitempty"`  // of Point; the district of the place if no more may be told

	Phones  []Phone `json:"phones,omitempty"` // that may be published: of the venue, or of the service
	URL     string  `json:"url,omitempty"`
	Apply   string  `json:"apply,omitempty"`   // how to apply, in words
	Alert   string  `json:"alert,omitempty"`   // what users should know before anything else
	Transit string  `json:"transit,omitempty"` // how to get there, in words; empty where the place is not shown in full

	Facts
}

// A Catalogue is what a directory knows, as an import returns it: records that
// refer to each other by ID.
type Catalogue struct {
	Organisations []Organisation
	Services      []Service
	Places        []Place
	Venues        []Venue

	// Broader is what the taxonomies of the feed say of their terms: From is a kind of To.
	// It is not stored with the records; package directory/taxonomy rolls terms up by it.
	Broader []Link
}

// A Link leads from one term to another. In a taxonomy, To is the broader term of which From is
// a kind; in a crosswalk (package directory/taxonomy), a service tagged From helps with To.
type Link struct {
	From sp.Code `json:"from"`
	To   sp.Code `json:"to"`
}

// Offers returns an offer for each venue of each service, and one for each
// service that has none, in the order of the services. Where a fact is stated
// more than once, the venue takes precedence over the service and the service
// over the place: a schedule of the service replaces the opening hours of the
// building, while access facts of the building add to those of the service. A
// venue whose service is missing makes no offer; where a place or an organisation
// is missing, the facts that it would state are unknown.
func (c Catalogue) Offers() []Offer {
	organisations := make(map[ID]*Organisation, len(c.Organisations))
	for i := range c.Organisations {
		organisations[c.Organisations[i].ID] = &c.Organisations[i]
	}
	places := make(map[ID]*Place, len(c.Places))
	for i := range c.Places {
		places[c.Places[i].ID] = &c.Places[i]
	}
	venues := make(map[ID][]*Venue, len(c.Services))
	for i := range c.Venues {
		v := &c.Venues[i]
		venues[v.Service] = append(venues[v.Service], v)
	}
	offers := make([]Offer, 0, max(len(c.Services), len(c.Venues)))
	for i := range c.Services {
		s := &c.Services[i]
		alone := Offer{
			ID: s.ID, Service: s.ID, Organisation: s.Organisation,
			Name: s.Name, Description: s.Description, Facts: s.Facts,
			Phones: publicPhones(s.Phones), URL: s.URL, Apply: s.Apply, Alert: s.Alert,
		}
		if o := organisations[s.Organisation]; o != nil {
			alone.Provider = o.Name
		}
		for _, v := range venues[s.ID] {
			offers = append(offers, alone.at(v, places[v.Place]))
		}
		if len(venues[s.ID]) == 0 {
			offers = append(offers, alone)
		}
	}
	return offers
}

// at returns o, which is a service alone, as offered at a venue. The place is
// nil if it is missing.
func (o Offer) at(v *Venue, p *Place) Offer {
	o.ID, o.Place = v.ID, v.Place
	if len(v.Schedules) > 0 {
		o.Schedules = v.Schedules
	}
	if !v.Area.IsZero() {
		o.Area = v.Area
	}
	if phones := publicPhones(v.Phones); len(phones) > 0 && (p == nil || p.Shown == ShownInFull) { // that of a refuge leads to it
		o.Phones = phones
	}
	if p == nil {
		return o
	}
	if p.Shown != ShownInFull {
		public := p.Public()
		public.Precision = Masked
		p = &public
	}
	if p.Kind != Postal && p.Kind != Virtual { // where nobody goes, no distance counts
		o.Point, o.Precision, o.Postcode = p.Point, p.Precision, p.Address.Postcode
	}
	switch {
	case p.Shown == ShownDistrict:
		o.Where = p.Address.Postcode
		if o.Where == "" {
			o.Where = p.Address.City
		}
	case p.Name != "":
		o.Where = p.Name
	case len(p.Address.Lines) > 0:
		o.Where = p.Address.Lines[0]
	}
	o.Transit = p.Transit
	if len(o.Schedules) == 0 {
		o.Schedules = p.Schedules
	}
	o.Access = complete(o.Access, p.Access)
	o.Languages = complete(o.Languages, p.Languages)
	return o
}

// complete returns the answers of t, and those of more where t has none.
func complete[K ~string](t, more Truths[K]) Truths[K] {
	if len(t) == 0 {
		return more
	}
	if len(more) == 0 {
		return t
	}
	both := make(Truths[K], len(t)+len(more))
	maps.Copy(both, more)
	for k, v := range t {
		if v.Known() {
			both[k] = v
		}
	}
	return both
}
