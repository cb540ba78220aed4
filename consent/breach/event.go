package breach

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/store"
)

// A Way is how it came about. The list is a choice of this library.
type Way string

// The ways in which an incident can come about.
const (
	WrongRecipient Way = "wrong-recipient" // sent or said to somebody else
	WrongChannel   Way = "wrong-channel"   // to the right person, where it was not safe
	Lost           Way = "lost"
	Stolen         Way = "stolen"
	Read           Way = "read"        // by somebody who had no reason to
	Published      Way = "published"   // where anybody could see it
	Altered        Way = "altered"     // and is not what it was
	Unavailable    Way = "unavailable" // when it was needed
)

var ways = [...]Way{WrongRecipient, WrongChannel, Lost, Stolen, Read, Published, Altered, Unavailable}

// A Risk is how likely an incident is to harm the people whom it is about.
type Risk string

// The levels of risk. Which duties follow from each: UK GDPR, articles 33 and 34.
const (
	Unlikely Risk = "unlikely" // it is kept, with the reason, and not reported
	Likely   Risk = "likely"   // it is reported
	High     Risk = "high"     // and the people are told
)

// An Event is something that happened in an incident. It holds codes, numbers and times.
type Event interface {
	EventType() store.EventType
	apply(*Incident, sp.Stamp)
}

// What can happen to an incident.
type (
	// Noted begins it.
	Noted struct {
		How    Way            `json:"how"`
		Kinds  []consent.Kind `json:"kinds"`           // of what is kept of people
		People sp.Known[int]  `json:"people,omitzero"` // how many it is about, as far as anybody knows
		Aware  time.Time      `json:"aware"`           // when the controller knew
	}
	// Assessed says how likely it is to harm people.
	Assessed struct {
		Risk Risk   `json:"risk"`
		Why  string `json:"why"` // code
	}
	// Reported says that the supervisory authority was told.
	Reported struct {
		Reference string `json:"reference"`
		WhyLate   string `json:"whyLate,omitempty"` // code, where it was later than 72 hours
	}
	// Informed says that the people were told, or why not.
	Informed struct {
		People int    `json:"people,omitempty"`
		WhyNot string `json:"whyNot,omitempty"` // code
	}
	// Closed says what was done.
	Closed struct {
		Done []string `json:"done"` // codes
	}
)

// The names under which the events are stored. They do not change.
const (
	EventNoted    store.EventType = "breach.noted"
	EventAssessed store.EventType = "breach.assessed"
	EventReported store.EventType = "breach.reported"
	EventInformed store.EventType = "breach.people-informed"
	EventClosed   store.EventType = "breach.closed"
)

// EventType returns the stored name.
func (Noted) EventType() store.EventType { return EventNoted }

// EventType returns the stored name.
func (Assessed) EventType() store.EventType { return EventAssessed }

// EventType returns the stored name.
func (Reported) EventType() store.EventType { return EventReported }

// EventType returns the stored name.
func (Informed) EventType() store.EventType { return EventInformed }

// EventType returns the stored name.
func (Closed) EventType() store.EventType { return EventClosed }

var eventTypes = store.EventTypesOf[Event](Noted{}, Assessed{}, Reported{}, Informed{}, Closed{})

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}

func (e Noted) apply(b *Incident, _ sp.Stamp)    { b.noted, b.state = e, StateOpen }
func (e Assessed) apply(b *Incident, _ sp.Stamp) { b.assessed = e }
func (e Informed) apply(b *Incident, _ sp.Stamp) { b.informed = e }
func (Closed) apply(b *Incident, _ sp.Stamp)     { b.state = StateClosed }

func (e Reported) apply(b *Incident, s sp.Stamp) { b.reported, b.late = e, s.At }
