package voice

import "github.com/socialprescribing/sp/store"

// An Event is something that happened to a statement, as the log keeps it: codes, and
// never whose statement it was.
type Event interface{ store.Event }

// The events beside [Said].
type (
	// Answered says what became of a request, a support request or a concern.
	Answered struct {
		Outcome Outcome `json:"outcome"`
	}

	// Retracted says that the statement was entered in error, or is taken back: it no
	// longer counts.
	Retracted struct{}

	// Erased says that whoever spoke was forgotten. What was said goes on to count.
	Erased struct{}
)

// The names under which the events are stored. They do not change.
const (
	eventSaid      store.EventType = "voice.said"
	eventAnswered  store.EventType = "voice.answered"
	eventRetracted store.EventType = "voice.retracted"
	eventErased    store.EventType = "voice.erased"
)

// EventType returns the stored name.
func (Said) EventType() store.EventType { return eventSaid }

// EventType returns the stored name.
func (Answered) EventType() store.EventType { return eventAnswered }

// EventType returns the stored name.
func (Retracted) EventType() store.EventType { return eventRetracted }

// EventType returns the stored name.
func (Erased) EventType() store.EventType { return eventErased }

var events = store.EventTypesOf[Event](Said{}, Answered{}, Retracted{}, Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) { return events.Decode(name, data) }
