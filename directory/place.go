package directory

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// An Access is something that lets people use a place or a service who could
// not otherwise: what a place has, or what a person needs. The list is open.
type Access string

// Access facts that people ask for most.
const (
	StepFree          Access = "step-free" // a wheelchair gets in and around
	AccessibleToilet  Access = "accessible-toilet"
	AccessibleParking Access = "accessible-parking" // a space near the door
	HearingLoop       Access = "hearing-loop"
	SignLanguage      Access = "sign-language" // an interpreter can be had
	QuietSpace        Access = "quiet-space"
	Transport         Access = "transport" // people are fetched and brought home
)

// A Place is where services happen.
type Place struct {
	ID            ID               `json:"id"`
	Organisation  ID               `json:"organisation,omitempty"` // whose place it is
	Kind          PlaceKind        `json:"kind,omitempty"`
	Name          string           `json:"name,omitempty"`
	AlternateName string           `json:"alternateName,omitempty"`
	Description   string           `json:"description,omitempty"`
	Point         geo.Point        `json:"point,omitzero"`
	Precision     Precision        `json:"precision,omitempty"` // of Point
	Address       Address          `json:"address,omitzero"`
	Transit       string           `json:"transit,omitempty"` // how to get there, in words
	Identifiers   []Identifier     `json:"identifiers,omitempty"`
	Access        Truths[Access]   `json:"access,omitempty"`
	AccessText    string           `json:"accessText,omitempty"` // what the feed says in words
	Languages     Truths[Language] `json:"languages,omitempty"`
	Schedules     []Schedule       `json:"schedules,omitempty"`
	Phones        []Phone          `json:"phones,omitempty"`
	Contacts      []Contact        `json:"contacts,omitempty"`
	Shown         Shown            `json:"shown,omitempty"`
	Freshness     Freshness        `json:"freshness,omitzero"`
	Provenance    Provenance       `json:"provenance,omitzero"`
	Extra         Extra            `json:"extra,omitempty"`
}

// A PlaceKind is the sort of a place. The list is open.
type PlaceKind string

// The kinds of HSDS 3. The zero PlaceKind means that the kind is unknown.
const (
	Physical PlaceKind = "physical"
	Postal   PlaceKind = "postal"  // letters arrive there; people do not
	Virtual  PlaceKind = "virtual" // on a telephone line or a screen
)

// A Precision says how exact the point of a place is. The zero Precision is unknown:
// feeds state numbers with many decimals, whatever they mean.
type Precision string

// The precisions.
const (
	Exact      Precision = "exact"    // the door, or the building
	ByPostcode Precision = "postcode" // the middle of the postcode, some hundred metres off, and more in the country
	Masked     Precision = "masked"   // there is no point, since where it is may not be told; see [Shown]
)

// An Address is a postal address as written in its feed.
type Address struct {
	ID        string           `json:"id,omitempty"`       // the feed's own, if it has one
	Attention sp.Plain[string] `json:"attention,omitzero"` // often a person's name
	Lines     []string         `json:"lines,omitempty"`
	City      string           `json:"city,omitempty"`
	Region    string           `json:"region,omitempty"`
	Postcode  string           `json:"postcode,omitempty"` // in its written form if it is one of the United Kingdom
	Country   string           `json:"country,omitempty"`  // ISO 3166-1, two letters
}

// IsZero reports whether a states nothing.
func (a Address) IsZero() bool {
	return a.ID == "" && a.Attention.IsZero() && len(a.Lines) == 0 && a.City == "" && a.Region == "" && a.Postcode == "" && a.Country == ""
}

// A Venue says that a service happens at a place, and what is particular to it
// there. HSDS calls it a service at location.
type Venue struct {
	ID          ID          `json:"id"` // see [VenueID]: a service and a place have one venue
	Service     ID          `json:"service"`
	Place       ID          `json:"place"`
	Description string      `json:"description,omitempty"`
	Area        ServiceArea `json:"area,omitzero"`
	Schedules   []Schedule  `json:"schedules,omitempty"`
	Phones      []Phone     `json:"phones,omitempty"`
	Contacts    []Contact   `json:"contacts,omitempty"`
	Provenance  Provenance  `json:"provenance,omitzero"`
	Extra       Extra       `json:"extra,omitempty"`
}
