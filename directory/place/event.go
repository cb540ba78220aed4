package place

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/store"
)

// The stored names of what happens to places.
const (
	EventStated   store.EventType = "places.stated"
	EventHeld     store.EventType = "places.held"
	EventReleased store.EventType = "places.released"
)

// An Event is something that happened to the places of an offer: [Stated], [Held] or
// [Released]. It holds identifiers, codes, numbers and times, and nothing else.
type Event interface {
	store.Event
	places()
}

type (
	// Stated is what the service stated.
	Stated directory.Capacity
	// Held is a hold that began, or was prolonged.
	Held Hold
	// Released is the end of a hold.
	Released struct {
		For   string `json:"for"`
		Cause Cause  `json:"cause"`
	}
)

// EventType returns the stored name.
func (Stated) EventType() store.EventType { return EventStated }

// EventType returns the stored name.
func (Held) EventType() store.EventType { return EventHeld }

// EventType returns the stored name.
func (Released) EventType() store.EventType { return EventReleased }

func (Stated) places()   {}
func (Held) places()     {}
func (Released) places() {}

var eventTypes = store.EventTypesOf[Event](Stated{}, Held{}, Released{})

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}

// happened is an event on its way into the store.
type happened struct {
	event  Event
	stamp  sp.Stamp
	number int64 // in the history of these places, from 1 on
}
