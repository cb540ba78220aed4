package register

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened to the permissions of a person: codes, times and
// pseudonyms, and nothing of what was told.
type Event interface {
	EventType() store.EventType
	apply(*Register, sp.Stamp)
}

// What can happen to the permissions of a person.
type (
	// Opened begins it.
	Opened struct {
		Person person.ID      `json:"person"`
		Nation consent.Nation `json:"nation"`
	}
	// Chosen is the answer of somebody who was asked.
	Chosen struct {
		Choice consent.Choice `json:"choice"`
	}
	// Withdrawn ends a choice, from when it took effect.
	Withdrawn struct {
		Choice consent.ChoiceID `json:"choice"`
	}
	// Objected stops what would be told without asking.
	Objected struct {
		Objection consent.Objection `json:"objection"`
	}
	// Lifted ends an objection.
	Lifted struct {
		Objection consent.ObjectionID `json:"objection"`
	}
	// Overridden lets something be told once.
	Overridden struct {
		Override consent.Override `json:"override"`
	}
	// GlassBroken lets somebody read whose case it is not.
	GlassBroken struct {
		Glass consent.Glass `json:"glass"`
	}
	// Reviewed says what somebody else found of an override or a broken glass.
	Reviewed struct {
		ID     consent.DeedID `json:"id"`
		Upheld sp.Truth       `json:"upheld"`
	}
	// Ordered is a duty by a law or a court.
	Ordered struct {
		Order consent.Order `json:"order"`
	}
	// Complied says that what an order asked for was given.
	Complied struct {
		Order consent.OrderID `json:"order"`
	}
	// Corrected says that whoever was told something on an override that was not upheld has
	// been told that it was unfounded.
	Corrected struct {
		Telling TellingID `json:"telling"`
	}
	// Exposed says that somebody learned something of the person whom nobody had told it,
	// in an incident of package breach.
	Exposed struct {
		Incident breach.ID      `json:"incident"`
		To       string         `json:"to,omitempty"` // who, if that is known
		Kinds    []consent.Kind `json:"kinds"`
	}
	// Informed says that the person was told of an incident.
	Informed struct {
		Incident breach.ID `json:"incident"`
	}
	// Found says whether the person can decide something.
	Found struct {
		Finding consent.Finding `json:"finding"`
	}
	// Appointed says who may decide for the person, in place of what was said of them before.
	Appointed struct {
		Decider consent.Decider `json:"decider"`
	}
	// Warned says who may have harmed the person, is related to them, or that a concern
	// about abuse is open or not.
	Warned struct {
		Harm     []string `json:"harm,omitempty"`
		Conflict []string `json:"conflict,omitempty"`
		Abuse    sp.Truth `json:"abuse,omitzero"`
	}
	// Told says that somebody was told something.
	Told struct {
		ID      TellingID         `json:"id"`
		To      string            `json:"to"`
		As      consent.Recipient `json:"as"`
		Purpose consent.Purpose   `json:"purpose"`
		Service string            `json:"service,omitempty"`
		Stage   consent.Stage     `json:"stage,omitempty"`
		Policy  string            `json:"policy"`
		Items   []ToldItem        `json:"items"`
	}
	// Requested says that somebody asks for more than they were told.
	Requested struct {
		Request RequestID         `json:"request"`
		By      string            `json:"by"` // ID of who is to be told
		As      consent.Recipient `json:"as"`
		Fields  []string          `json:"fields"`
		Reason  string            `json:"reason"` // code
		DueBy   sp.Date           `json:"dueBy,omitzero"`
	}
	// Replied answers a request: by what was told, or why it was not.
	Replied struct {
		Request RequestID `json:"request"`
		Telling TellingID `json:"telling,omitempty"`
		Refused string    `json:"refused,omitempty"` // code
	}
)

// A ToldItem is one thing that was told, by its field and code, with the authority for it.
type ToldItem struct {
	Field     string            `json:"field"`
	Code      string            `json:"code,omitempty"`
	Authority consent.Authority `json:"authority"`
	Source    string            `json:"source,omitempty"`
	Until     time.Time         `json:"until,omitzero"`
}

// The names under which the events are stored. They do not change.
const (
	EventOpened      store.EventType = "permission.opened"
	EventChosen      store.EventType = "permission.chosen"
	EventWithdrawn   store.EventType = "permission.withdrawn"
	EventObjected    store.EventType = "permission.objected"
	EventLifted      store.EventType = "permission.objection-lifted"
	EventOverridden  store.EventType = "permission.overridden"
	EventGlassBroken store.EventType = "permission.glass-broken"
	EventReviewed    store.EventType = "permission.reviewed"
	EventOrdered     store.EventType = "permission.ordered"
	EventFound       store.EventType = "permission.competence-found"
	EventAppointed   store.EventType = "permission.decider-appointed"
	EventWarned      store.EventType = "permission.warned"
	EventTold        store.EventType = "permission.told"
	EventRequested   store.EventType = "permission.more-requested"
	EventReplied     store.EventType = "permission.request-answered"
	EventComplied    store.EventType = "permission.order-complied"
	EventCorrected   store.EventType = "permission.corrected"
	EventExposed     store.EventType = "permission.exposed"
	EventInformed    store.EventType = "permission.person-informed"
)

// EventType returns the stored name.
func (Opened) EventType() store.EventType { return EventOpened }

// EventType returns the stored name.
func (Chosen) EventType() store.EventType { return EventChosen }

// EventType returns the stored name.
func (Withdrawn) EventType() store.EventType { return EventWithdrawn }

// EventType returns the stored name.
func (Objected) EventType() store.EventType { return EventObjected }

// EventType returns the stored name.
func (Lifted) EventType() store.EventType { return EventLifted }

// EventType returns the stored name.
func (Overridden) EventType() store.EventType { return EventOverridden }

// EventType returns the stored name.
func (GlassBroken) EventType() store.EventType { return EventGlassBroken }

// EventType returns the stored name.
func (Reviewed) EventType() store.EventType { return EventReviewed }

// EventType returns the stored name.
func (Ordered) EventType() store.EventType { return EventOrdered }

// EventType returns the stored name.
func (Found) EventType() store.EventType { return EventFound }

// EventType returns the stored name.
func (Appointed) EventType() store.EventType { return EventAppointed }

// EventType returns the stored name.
func (Warned) EventType() store.EventType { return EventWarned }

// EventType returns the stored name.
func (Told) EventType() store.EventType { return EventTold }

// EventType returns the stored name.
func (Requested) EventType() store.EventType { return EventRequested }

// EventType returns the stored name.
func (Replied) EventType() store.EventType { return EventReplied }

// EventType returns the stored name.
func (Complied) EventType() store.EventType { return EventComplied }

// EventType returns the stored name.
func (Corrected) EventType() store.EventType { return EventCorrected }

// EventType returns the stored name.
func (Exposed) EventType() store.EventType { return EventExposed }

// EventType returns the stored name.
func (Informed) EventType() store.EventType { return EventInformed }

var eventTypes = store.EventTypesOf[Event](
	Opened{}, Chosen{}, Withdrawn{}, Objected{}, Lifted{}, Overridden{}, GlassBroken{}, Reviewed{}, Ordered{}, Found{}, Appointed{}, Warned{}, Told{}, Requested{}, Replied{},
	Complied{}, Corrected{}, Exposed{}, Informed{},
)

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}
