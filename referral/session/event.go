package session

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened to a session: one of [Planned],
// [Attended], [Missed], [Explained], [Cancelled] and [EnteredInError].
type Event interface {
	EventType() store.EventType
	apply(*Session, sp.Stamp)
}

type (
	// Planned begins a session.
	Planned struct {
		Placement id.Placement `json:"placement"`
		Referral  id.Referral  `json:"referral,omitempty"`
		Person    person.ID    `json:"person"`
		Provider  directory.ID `json:"provider,omitempty"`
		Step      Step         `json:"step"`
		Start     time.Time    `json:"start"`
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
		Reason reason.Reason `json:"reason"`
	}
	// EnteredInError says that none of it happened.
	EnteredInError struct {
		Reason reason.Reason `json:"reason"`
	}
)

// EventType returns the stored name.
func (Planned) EventType() store.EventType { return EventPlanned }

// EventType returns the stored name.
func (Attended) EventType() store.EventType { return EventAttended }

// EventType returns the stored name.
func (Missed) EventType() store.EventType { return EventMissed }

// EventType returns the stored name.
func (Explained) EventType() store.EventType { return EventExplained }

// EventType returns the stored name.
func (Cancelled) EventType() store.EventType { return EventCancelled }

// EventType returns the stored name.
func (EnteredInError) EventType() store.EventType { return EventEnteredInError }

// eventTypes are all events, by their stored names.
var eventTypes = store.EventTypesOf[Event](
	Planned{}, Attended{}, Missed{}, Explained{}, Cancelled{}, EnteredInError{},
)

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}
