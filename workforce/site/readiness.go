package site

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// RecordKind is the kind of record under which the readiness of sites is stored.
const RecordKind = "site-readiness"

// An Item is one thing that a link worker needs at a site.
type Item string

// The items. The list is this library's own choice; a scheme adds its own.
const (
	PrivateRoom  Item = "private-room" // where nobody hears what somebody tells
	Phone        Item = "phone"
	Mobile       Item = "mobile"
	Laptop       Item = "laptop"    // or a computer of their own
	RecordSystem Item = "gp-system" // an account on the system of the practice
	Mail         Item = "e-mail"
	Printer      Item = "printer"
	Induction    Item = "induction"
	NamedGP      Item = "named-gp"      // whom they can ask
	FirstContact Item = "first-contact" // whom they turn to when something is wrong
	LoneWorking  Item = "lone-working"  // somebody who knows where they are
	TeamMeeting  Item = "team-meeting"  // a place at it
	Directory    Item = "directory"     // of what there is in the area
	PanicRoute   Item = "panic-route"
	Entrance     Item = "accessible-entrance"
	Hours        Item = "hours" // open when people can come
)

// Essential returns the items without which nobody can work: a private room, a telephone of
// either kind counts as [Phone], and a computer. It is this library's own choice.
func Essential() []Item { return []Item{PrivateRoom, Phone, Laptop} }

// A State is whether an item is there. Empty is unknown.
type State string

// What can be said of an item at a site.
const (
	Yes       State = "yes"
	Partly    State = "partly" // on some days, or shared
	No        State = "no"
	NotNeeded State = "not-needed"
	Unknown   State = "unknown"
)

// Items are the states of items.
type Items map[Item]State

// Of returns the state of an item; [Unknown] if nobody has said it. A mobile phone is a phone.
func (i Items) Of(item Item) State {
	s := i[item]
	if item == Phone && s != Yes && i[Mobile] == Yes {
		return Yes
	}
	if s == "" {
		return Unknown
	}
	return s
}

// A Readiness is what was found at a site on a day. There is one record of each site, which is
// written anew when somebody has looked again.
type Readiness struct {
	Site    string               `json:"site"` // ID of the place, which is that of the record
	Area    string               `json:"area,omitempty"`
	On      sp.Date              `json:"on"`                // when somebody looked
	Again   sp.Date              `json:"again,omitzero"`    // when somebody is to look again; zero is [Recheck] days later
	Workers []workforce.WorkerID `json:"workers,omitempty"` // who works there, by ID
	Items   Items                `json:"items"`
}

// Recheck is after how many days somebody looks again where no day was set: a year. It is this
// library's own choice.
const Recheck = 365

// Due returns when somebody is to look again.
func (r Readiness) Due() sp.Date {
	if r.Again.IsZero() {
		return r.On.Add(Recheck)
	}
	return r.Again
}

// EventType returns the stored name.
func (Readiness) EventType() store.EventType { return "site-readiness.noted" }

var sites = &record.Kind[Readiness]{
	Name: RecordKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker},
	Index: func(r Readiness) record.Index {
		return record.Index{ID: r.Site, Area: r.Area, On: r.On, Due: r.Due()}
	},
	Check: func(r Readiness, e *sp.InvalidError) {
		e.Check(!r.On.IsZero(), "on", sp.Missing, "must be known")
		e.Check(r.Again.IsZero() || r.Again > r.On, "again", sp.Inconsistent, "must be after the day on which somebody looked")
		for i, w := range r.Workers {
			e.CheckID(string(w), fmt.Sprintf("workers[%d]", i))
		}
		for _, item := range slices.Sorted(maps.Keys(r.Items)) {
			e.Check(sp.ValidCode(item), "items", sp.Malformed, sp.CodeRule)
			e.Check(slices.Contains([]State{Yes, Partly, No, NotNeeded, Unknown}, r.Items[item]), "items", sp.NotListed, "must be yes, partly, no, not-needed or unknown")
		}
	},
}

// Note returns the record of a site that nobody has looked at yet.
func Note(r Readiness, s sp.Stamp) (*record.Record[Readiness], error) { return sites.Write(r, s) }

// Sites returns the sites that db keeps, found by area, and by the day on which somebody looked. Due
// ([record.Repository.Due]) are those to be looked at again.
func Sites(db store.Driver) *record.Repository[Readiness] { return sites.In(db) }

var events = store.EventTypesOf[store.Event](Readiness{}, Request{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
