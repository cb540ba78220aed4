package person

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// An ID names a person by a pseudonym that the embedding service made, such as
// a random number. It must not be an NHS number or be derived from a name: it
// appears in events, which outlive the person's record.
type ID string

// A HouseholdID names people who are referred together.
type HouseholdID string

// A Profile is what the packages that look for help may know about a person:
// enough to find help that fits, and nothing that says who it is. There is no
// name, no way to reach them, no address and no birth date. Every fact may be
// unknown: a key that is missing from a map is [sp.Unknown].
//
// A profile is pseudonymous, which is still personal data: printed or logged, it
// shows the ID alone. There are two exceptions: package fmt shows the facts of a
// profile in an unexported field of another struct, and JSON contains the facts.
type Profile struct {
	ID        ID                         `json:"id"`
	Household HouseholdID                `json:"household,omitempty"`
	On        sp.Date                    `json:"on,omitzero"`       // the day that it describes
	Age       sp.Known[directory.Months] `json:"age,omitzero"`      // on that day
	Guardian  sp.Truth                   `json:"guardian,omitzero"` // somebody else must agree for them and be involved
	Home      directory.Home             `json:"home,omitzero"`     // roughly: a point of a coarse grid, a postcode sector
	Contact   map[Channel]sp.Truth       `json:"contact,omitempty"` // may safely be reached through

	Circumstances

	// To see whom a scheme reaches, and never to decide about the person.
	Equality map[Characteristic]string `json:"equality,omitempty"` // in bands, see [Equality.Bands]
	Practice ODSCode                   `json:"practice,omitempty"` // that they are registered with
	Supplier string                    `json:"supplier,omitempty"` // of its system
	Heard    string                    `json:"heard,omitempty"`    // how they heard of the scheme
}

// Circumstances are what decides, beside age and home, whether help fits: what
// a person needs of a service, can do, can pay, and would rather have.
type Circumstances struct {
	Gender      Gender                             `json:"gender,omitempty"`
	Groups      directory.Truths[directory.Group]  `json:"groups,omitempty"`     // belongs to
	Languages   []directory.Language               `json:"languages,omitempty"`  // BCP 47, such as "en" or "pl", the preferred first
	Interpreter sp.Truth                           `json:"interpreter,omitzero"` // needs one
	Transport   Transport                          `json:"transport,omitzero"`
	Digital     Digital                            `json:"digital,omitzero"`
	Ceiling     sp.Known[sp.Money]                 `json:"ceiling,omitzero"`      // most that they can pay for one attendance, travel included
	Access      directory.Truths[directory.Access] `json:"access,omitempty"`      // needs this of a place
	Adjustments []sp.Code                          `json:"adjustments,omitempty"` // reasonable adjustments, see [Adjustments]
	Modes       directory.Truths[directory.Mode]   `json:"modes,omitempty"`       // would take help in this way
	GroupSize   sp.Known[int]                      `json:"groupSize,omitzero"`    // most people in the room that they can bear; 1 is one to one
	Days        map[time.Weekday]sp.Truth          `json:"days,omitempty"`        // can come; in JSON by number, 0 is Sunday
	Interests   []Interest                         `json:"interests,omitempty"`   // likes and dislikes, the dearest first
}

// Transport is how a person can get somewhere.
type Transport struct {
	Car      sp.Truth               `json:"car,omitzero"`      // drives, or is driven whenever needed
	Public   sp.Truth               `json:"public,omitzero"`   // can use buses and trains
	BusPass  sp.Truth               `json:"busPass,omitzero"`  // travels free by bus
	Alone    sp.Truth               `json:"alone,omitzero"`    // can travel without a companion
	Minutes  sp.Known[int]          `json:"minutes,omitzero"`  // longest journey one way
	Distance sp.Known[geo.Distance] `json:"distance,omitzero"` // farthest one way, in metres
}

// Digital is what a person can do on a screen.
type Digital struct {
	Internet sp.Truth `json:"internet,omitzero"` // has a connection they can afford to use
	Device   sp.Truth `json:"device,omitzero"`   // has something to use it with
	Skill    sp.Truth `json:"skill,omitzero"`    // can join a call or fill in a form without help
}

// Online reports whether the person can take part online: connection, device
// and skill together.
func (d Digital) Online() sp.Truth { return d.Internet.And(d.Device).And(d.Skill) }

// A Gender is what a person stated, for services that are for women or for men
// only. The zero Gender is not stated.
type Gender string

// Genders that services ask for.
const (
	Female      Gender = "female"
	Male        Gender = "male"
	OtherGender Gender = "other"
)

// May reports whether the person may safely be reached through c.
func (p Profile) May(c Channel) sp.Truth { return p.Contact[c] }

// String returns "profile of P-55".
func (p Profile) String() string { return "profile of " + string(p.ID) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (p Profile) Format(f fmt.State, _ rune) { f.Write([]byte(p.String())) }

// LogValue implements [slog.LogValuer].
func (p Profile) LogValue() slog.Value { return slog.StringValue(p.String()) }

// clone returns a copy that shares no memory with c.
func (c Circumstances) clone() Circumstances {
	c.Groups, c.Access, c.Modes, c.Days = maps.Clone(c.Groups), maps.Clone(c.Access), maps.Clone(c.Modes), maps.Clone(c.Days)
	c.Languages, c.Adjustments, c.Interests = slices.Clone(c.Languages), slices.Clone(c.Adjustments), slices.Clone(c.Interests)
	return c
}

// Format implements [fmt.Formatter]; every verb prints "[personal]".
func (c Circumstances) Format(f fmt.State, _ rune) { sp.Personal[struct{}]{}.Format(f, 'v') }
