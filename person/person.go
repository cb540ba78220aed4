package person

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// A Person is who is served, with everything that says who they are. It lives in
// one record that can be erased, and nowhere else: events, referrals and
// placements know the [ID] alone. Packages that look for help work with the
// [Profile].
//
// A Person prints as "person P-55". Its parts are [sp.Personal], so a Person can
// be read from JSON, while the JSON written of it is redacted.
type Person struct {
	ID        ID          `json:"id"`
	Household HouseholdID `json:"household,omitempty"` // people who are referred together

	Name      sp.Personal[Name]    `json:"name,omitzero"`
	Born      sp.Personal[sp.Date] `json:"born,omitzero"`
	NHSNumber sp.NHSNumber         `json:"nhsNumber,omitzero"`
	Address   sp.Personal[Address] `json:"address,omitzero"`

	// Contacts are the numbers and addresses to use, the best first.
	Contacts []Contact `json:"contacts,omitempty"`

	// Channels says whether a way of contact may be used at all, whatever the
	// number: {Phone: sp.No} means "do not ring".
	Channels map[Channel]sp.Truth `json:"channels,omitempty"`

	// Representatives speak for the person or must be involved: parents,
	// attorneys, advocates.
	Representatives []Representative `json:"representatives,omitempty"`

	// Competent is Yes if the person, though a child, was found able to decide
	// about this help for themselves.
	Competent sp.Truth `json:"competent,omitzero"`

	Circumstances sp.Personal[Circumstances] `json:"circumstances,omitzero"`
	Equality      sp.Personal[Equality]      `json:"equality,omitzero"`
	Registration  sp.Personal[Registration]  `json:"registration,omitzero"` // with a practice

	// Heard is how they heard of the scheme: a code of [HeardOf], or one with a
	// namespace. Empty is unknown.
	Heard string `json:"heard,omitempty"`
}

// A Name is what a person is called.
type Name struct {
	Given    string `json:"given,omitempty"`
	Family   string `json:"family,omitempty"`
	Known    string `json:"known,omitempty"` // what they like to be called
	Pronouns string `json:"pronouns,omitempty"`
}

// An Address is where a person lives. Every part may be missing: people without
// a home are referred too.
type Address struct {
	Lines    []string     `json:"lines,omitempty"`
	Postcode geo.Postcode `json:"postcode,omitempty"`
	Point    geo.Point    `json:"point,omitzero"`
	Areas    []geo.Area   `json:"areas,omitempty"` // small area, ward, local authority: as found for the postcode
}

// cells is how many steps to the degree a profile tells of where a home is.
const cells = 100

// Home returns the address as coarsely as a profile tells it: the postcode
// sector, the areas, and the point moved to a grid of 0.01 degrees.
func (a Address) Home() directory.Home {
	home := directory.Home{Postcode: a.Postcode.Sector(), Areas: append([]geo.Area(nil), a.Areas...)}
	if !a.Point.IsZero() {
		home.Point = geo.Point{Lat: coarse(a.Point.Lat), Lon: coarse(a.Point.Lon)}
	}
	return home
}

func coarse(degrees float64) float64 { return math.Round(degrees*cells) / cells }

// Profile returns the pseudonymous profile of p on a day. It shares no memory
// with p, so that a later change of the record does not reach into a decision
// that was made on the profile.
func (p Person) Profile(on sp.Date) Profile {
	profile := Profile{
		ID: p.ID, Household: p.Household, On: on,
		Age:           AgeOn(p.Born.Reveal(), on),
		Guardian:      p.guarded(on),
		Home:          p.Address.Reveal().Home(),
		Circumstances: p.Circumstances.Reveal().clone(),
		Equality:      p.Equality.Reveal().Bands(),
		Practice:      p.Registration.Reveal().Practice, Supplier: p.Registration.Reveal().Supplier, Heard: p.Heard,
	}
	for _, c := range [...]Channel{Phone, Text, Email, Letter} {
		if safe := p.may(c, moment{on: on}); safe.Known() {
			if profile.Contact == nil {
				profile.Contact = make(map[Channel]sp.Truth)
			}
			profile.Contact[c] = safe
		}
	}
	return profile
}

// String returns "person P-55", or "person" if the ID is none or gives the person away.
func (p Person) String() string {
	if !sp.ValidPersonID(p.ID) || p.telling(string(p.ID)) {
		return "person"
	}
	return "person " + string(p.ID)
}

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (p Person) Format(f fmt.State, _ rune) { f.Write([]byte(p.String())) }

// LogValue implements [slog.LogValuer].
func (p Person) LogValue() slog.Value { return slog.StringValue(p.String()) }
