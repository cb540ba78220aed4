package placement

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/internal/id"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened to a placement, such as [Accepted]. It
// holds identifiers, codes, numbers and times, and nothing else.
type Event interface {
	EventType() store.EventType
	apply(*Placement, sp.Stamp)
}

type (
	// Proposed puts a service to a person.
	Proposed struct {
		Referral id.Referral  `json:"referral"`
		Person   person.ID    `json:"person"`
		Service  directory.ID `json:"service"`
		Provider directory.ID `json:"provider"`
		Needs    []needs.Code `json:"needs"`
		Step     session.Step `json:"step"`
		Group    GroupID      `json:"group,omitempty"`
		Venue    directory.ID `json:"venue,omitempty"` // where of the service; events from before it was kept have none
	}
	// Offered sends it on, with a note of what the provider was told.
	Offered struct {
		Level     Level             `json:"level"`
		Disclosed []Item            `json:"disclosed,omitempty"`
		ReplyBy   time.Time         `json:"replyBy"`
		Authority consent.Authority `json:"authority,omitempty"` // on which it was disclosed; empty was not noted
		Audience  consent.Audience  `json:"audience,omitempty"`  // as what the provider was told; empty is the community
		OnceYes   []Item            `json:"onceYes,omitempty"`   // what the provider is told only after their yes
		Grounds   []Ground          `json:"grounds,omitempty"`   // of each that was disclosed, in the same order; none were not noted
	}
	// Disclosed says that the provider was told more, once they had said yes.
	Disclosed struct {
		Items     []Item            `json:"items"`
		Authority consent.Authority `json:"authority,omitempty"` // on which; empty was not noted
		Grounds   []Ground          `json:"grounds,omitempty"`   // of each item, in the same order; none were not noted
	}
	// Accepted is the provider's yes.
	Accepted struct{}
	// WaitListed says that the provider has them on a waiting list of their own.
	WaitListed struct {
		Expected sp.Date `json:"expected,omitzero"` // when a place is expected
	}
	// Declined is a no, by the person or the provider.
	Declined struct {
		Reason reason.Reason `json:"reason"`
		About
	}
	// Lapsed says that nobody answered in time.
	Lapsed struct {
		Reason reason.Reason `json:"reason"`
		About
	}
	// Withdrawn takes it back. What the first versions of this package
	// recorded has no [About].
	Withdrawn struct {
		Reason reason.Reason `json:"reason"`
		About
	}
	// Stepped sets how much the next session asks of the person.
	Stepped struct {
		Step  session.Step  `json:"step"`
		After session.Cause `json:"after,omitempty"` // why a session was missed, if one was
	}
	// Started says that the person has been there.
	Started struct{}
	// Completed is the planned end.
	Completed struct {
		needs.Result
		About
	}
	// Stopped is an end before the planned one.
	Stopped struct {
		Reason reason.Reason `json:"reason"`
		About
	}
	// FeedbackSent says that the provider was told how things stand.
	FeedbackSent struct {
		Document DocumentID `json:"document"` // its ID in the embedding service
	}
	// EnteredInError says that none of it should have been there.
	EnteredInError struct {
		Reason reason.Reason `json:"reason"`
	}
)

// About is what a placement was about, repeated in the events that end it, so that they can be read alone: the ledger
// of unmet needs is made of them.
type About struct {
	Referral id.Referral  `json:"referral"`
	Service  directory.ID `json:"service"`
	Needs    []needs.Code `json:"needs"`
}

// Asked returns the sending as it was asked for, without what the permission said of it;
// see [aggregate.Derived].
func (e Offered) Asked() any {
	e.Authority, e.Grounds = "", nil
	return e
}

// Asked returns the disclosure as it was asked for, without what the permission said of it;
// see [aggregate.Derived].
func (e Disclosed) Asked() any {
	e.Authority, e.Grounds = "", nil
	return e
}

// EventType returns the stored name.
func (Proposed) EventType() store.EventType { return EventProposed }

// EventType returns the stored name.
func (Offered) EventType() store.EventType { return EventOffered }

// EventType returns the stored name.
func (Disclosed) EventType() store.EventType { return EventDisclosed }

// EventType returns the stored name.
func (Accepted) EventType() store.EventType { return EventAccepted }

// EventType returns the stored name.
func (WaitListed) EventType() store.EventType { return EventWaitListed }

// EventType returns the stored name.
func (Declined) EventType() store.EventType { return EventDeclined }

// EventType returns the stored name.
func (Lapsed) EventType() store.EventType { return EventLapsed }

// EventType returns the stored name.
func (Withdrawn) EventType() store.EventType { return EventWithdrawn }

// EventType returns the stored name.
func (Stepped) EventType() store.EventType { return EventStepped }

// EventType returns the stored name.
func (Started) EventType() store.EventType { return EventStarted }

// EventType returns the stored name.
func (Completed) EventType() store.EventType { return EventCompleted }

// EventType returns the stored name.
func (Stopped) EventType() store.EventType { return EventStopped }

// EventType returns the stored name.
func (FeedbackSent) EventType() store.EventType { return EventFeedbackSent }

// EventType returns the stored name.
func (EnteredInError) EventType() store.EventType { return EventEnteredInError }

// eventTypes are all events, by their stored names.
var eventTypes = store.EventTypesOf[Event](
	Proposed{}, Offered{}, Accepted{}, WaitListed{}, Declined{}, Lapsed{}, Withdrawn{}, Stepped{},
	Started{}, Completed{}, Stopped{}, FeedbackSent{}, EnteredInError{}, Disclosed{},
	AdjustmentsNoted{},
)

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}
