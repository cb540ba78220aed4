package session

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened to a session: one of [Planned],
// [Attended], [Missed], [Explained], [Cancelled] and [EnteredInError].
type Event interface {
	EventType() string
	apply(*Session, sp.Stamp)
}

type (
	// Planned begins a session.
	Planned struct {
		Placement string    `json:"placement"`
		Referral  string    `json:"referral,omitempty"`
		Person    person.ID `json:"person"`
		Step      Step      `json:"step"`
		Start     time.Time `json:"start"`
	}
	// Attended says that the person came, and for how many minutes.
	Attended struct {
		Minutes     int  `json:"minutes,omitempty"`
		Accompanied bool `json:"accompanied,omitempty"`
	}
	// Missed says that the person did not come, and why as far as it is known.
	Missed struct {
		Cause Cause `json:"cause"`
	}
	// Explained says why a person had not come, once somebody has asked.
	Explained struct {
		Cause Cause `json:"cause"`
	}
	// Cancelled says that it was called off beforehand.
	Cancelled struct {
		Reason pathway.Reason `json:"reason"`
	}
	// EnteredInError says that none of it happened.
	EnteredInError struct {
		Reason pathway.Reason `json:"reason"`
	}
)

// EventType returns the stored name.
func (Planned) EventType() string { return "session.planned" }

// EventType returns the stored name.
func (Attended) EventType() string { return "session.attended" }

// EventType returns the stored name.
func (Missed) EventType() string { return "session.missed" }

// EventType returns the stored name.
func (Explained) EventType() string { return "session.explained" }

// EventType returns the stored name.
func (Cancelled) EventType() string { return "session.cancelled" }

// EventType returns the stored name.
func (EnteredInError) EventType() string { return "session.entered-in-error" }

// facts are all events, by their stored names.
var facts = store.FactsOf[Event](
	Planned{}, Attended{}, Missed{}, Explained{}, Cancelled{}, EnteredInError{},
)

// DecodeEvent decodes the data of an event by its stored name; see [store.Facts].
func DecodeEvent(name string, data []byte) (Event, error) { return facts.Decode(name, data) }
