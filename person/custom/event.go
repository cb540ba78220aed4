package custom

import "github.com/socialprescribing/sp/store"

// An Event is something that happened to a record, as the log keeps it: no value, and no
// name of a field, since to have answered one may say enough.
type Event interface{ store.Event }

// The events of a record of custom fields.
type (
	// Changed says how many fields were set, under which schema.
	Changed struct {
		Namespace string `json:"namespace"`
		Version   string `json:"version"`
		Fields    int    `json:"fields"`
	}

	// Erased says that all values were forgotten.
	Erased struct{}
)

// The names under which the events are stored. They do not change.
const (
	EventChanged store.EventType = "custom.changed"
	EventErased  store.EventType = "custom.erased"
)

// EventType returns the stored name.
func (Changed) EventType() store.EventType { return EventChanged }

// EventType returns the stored name.
func (Erased) EventType() store.EventType { return EventErased }

var events = store.EventTypesOf[Event](Changed{}, Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) { return events.Decode(name, data) }
