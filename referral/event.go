package referral

import (
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened to a referral, such as [Accepted]. It
// holds identifiers, codes, numbers and times, and nothing else.
type Event interface {
	EventType() store.EventType
	apply(*Referral, sp.Stamp)
}

type (
	// Received opens a referral.
	Received struct {
		Person   person.ID    `json:"person"`
		Urgency  Urgency      `json:"urgency"`
		Reasons  []needs.Code `json:"reasons"`
		Source   string       `json:"source,omitempty"`
		From     directory.ID `json:"from,omitempty"`
		Previous ID           `json:"previous,omitempty"`
		AgeBand  string       `json:"ageBand,omitempty"`
		Medium   Medium       `json:"medium,omitempty"`
	}
	// Triaged says how the referral fares against the scheme's criteria.
	Triaged struct {
		Criteria string   `json:"criteria"`          // name and version
		Fits     sp.Truth `json:"fits"`              // unknown as long as something must be asked
		Failed   []string `json:"failed,omitempty"`  // criteria by code
		Unknown  []string `json:"unknown,omitempty"` // criteria by code
	}
	// Accepted puts it on a link worker's caseload.
	Accepted struct {
		Worker WorkerID `json:"worker"`
	}
	// Declined is the scheme's no.
	Declined struct {
		Reason reason.Reason `json:"reason"`
		Needs  []needs.Code  `json:"needs"` // that are left
	}
	// Rerouted passes it on.
	Rerouted struct {
		To     directory.ID  `json:"to"`
		Reason reason.Reason `json:"reason"`
	}
	// Expired says that nobody acted in time.
	Expired struct {
		Reason reason.Reason `json:"reason"`
		Needs  []needs.Code  `json:"needs"` // that are left
	}
	// WithdrawalAsked is the person's wish to withdraw, which a link worker completes.
	WithdrawalAsked struct {
		Reason reason.Reason `json:"reason"`
	}
	// Withdrawn takes it back, at the wish of the person or the referrer.
	Withdrawn struct {
		Reason reason.Reason `json:"reason"`
	}
	// Assigned moves it to another caseload.
	Assigned struct {
		Worker WorkerID `json:"worker"`
	}
	// Prioritised changes its urgency.
	Prioritised struct {
		Urgency Urgency `json:"urgency"`
	}
	// Attempted is a try to reach the person that was in vain.
	Attempted struct {
		Channel person.Channel `json:"channel"`
	}
	// Contacted is a conversation with the person. The first makes the referral active.
	Contacted struct {
		Channel person.Channel `json:"channel"`
		Minutes int            `json:"minutes,omitempty"` // 0 is unknown
	}
	// CheckedIn says how somebody is who waits to be spoken to properly.
	CheckedIn struct {
		Channel person.Channel `json:"channel"`
		Answer  CheckInAnswer  `json:"answer"`
	}
	// Assessed says which needs were found.
	Assessed struct {
		Assessment needs.AssessmentID `json:"assessment,omitempty"`
		Needs      []needs.Code       `json:"needs"`
	}
	// PlacementProposed says that a service was put to the person.
	PlacementProposed struct {
		Placement placement.ID `json:"placement"`
		Service   directory.ID `json:"service"`
		Provider  directory.ID `json:"provider,omitempty"`
		Needs     []needs.Code `json:"needs"`
	}
	// NothingFound says that there is nothing for a need.
	NothingFound struct {
		Need   needs.Code    `json:"need"`
		Reason reason.Reason `json:"reason"`
	}
	// Flagged raises a concern that somebody must take over.
	Flagged struct {
		Flag   concern.ID     `json:"flag"`
		Kind   concern.Kind   `json:"kind"`
		Reason concern.Reason `json:"reason,omitempty"`
		To     concern.TeamID `json:"to,omitempty"` // the team that is asked to take it over, if one was named
	}
	// HandOverOffered says that a team is asked to take a concern over.
	HandOverOffered struct {
		Flag concern.ID     `json:"flag"`
		To   concern.TeamID `json:"to"`
	}
	// HandedOver is a team's yes: the concern is theirs.
	HandedOver struct {
		Flag      concern.ID     `json:"flag"`
		To        concern.TeamID `json:"to"`
		Reference string         `json:"reference,omitempty"` // the team's own
	}
	// HandOverAnswered says what else came of asking a team.
	HandOverAnswered struct {
		Flag      concern.ID     `json:"flag"`
		By        concern.TeamID `json:"by,omitempty"` // the team; empty if it was a mistake
		Answer    concern.Answer `json:"answer"`
		Reference string         `json:"reference,omitempty"` // the team's own
	}
	// FollowUpPlanned sets the day on which to ask how things are.
	FollowUpPlanned struct {
		On sp.Date `json:"on"`
	}
	// FollowedUp says that somebody asked.
	FollowedUp struct{}
	// FollowUpCalledOff says that nobody is going to ask.
	FollowUpCalledOff struct {
		Reason reason.Reason `json:"reason"`
	}
	// FeedbackSent says that the referrer was told how things stand.
	FeedbackSent struct {
		Document DocumentID `json:"document"` // its ID in the embedding service
	}
	// Closed ends it with a result.
	Closed struct {
		needs.Result
		Reason reason.Reason `json:"reason,omitzero"`  // if it ended before it was done
		Policy string        `json:"policy,omitempty"` // under which it was given up
	}
	// EnteredInError says that it should never have been there.
	EnteredInError struct {
		Reason reason.Reason `json:"reason"`
	}
)

// EventType returns the stored name.
func (Received) EventType() store.EventType { return EventReceived }

// EventType returns the stored name.
func (Triaged) EventType() store.EventType { return EventTriaged }

// EventType returns the stored name.
func (Accepted) EventType() store.EventType { return EventAccepted }

// EventType returns the stored name.
func (Declined) EventType() store.EventType { return EventDeclined }

// EventType returns the stored name.
func (Rerouted) EventType() store.EventType { return EventRerouted }

// EventType returns the stored name.
func (Expired) EventType() store.EventType { return EventExpired }

// EventType returns the stored name.
func (WithdrawalAsked) EventType() store.EventType { return EventWithdrawalAsked }

// EventType returns the stored name.
func (Withdrawn) EventType() store.EventType { return EventWithdrawn }

// EventType returns the stored name.
func (Assigned) EventType() store.EventType { return EventAssigned }

// EventType returns the stored name.
func (Prioritised) EventType() store.EventType { return EventPrioritised }

// EventType returns the stored name.
func (Attempted) EventType() store.EventType { return EventAttempted }

// EventType returns the stored name.
func (Contacted) EventType() store.EventType { return EventContacted }

// EventType returns the stored name.
func (CheckedIn) EventType() store.EventType { return EventCheckedIn }

// EventType returns the stored name.
func (Assessed) EventType() store.EventType { return EventAssessed }

// EventType returns the stored name.
func (PlacementProposed) EventType() store.EventType { return EventPlacementProposed }

// EventType returns the stored name.
func (NothingFound) EventType() store.EventType { return EventNothingFound }

// EventType returns the stored name.
func (Flagged) EventType() store.EventType { return EventFlagged }

// EventType returns the stored name.
func (HandOverOffered) EventType() store.EventType { return EventHandOverOffered }

// EventType returns the stored name.
func (HandOverAnswered) EventType() store.EventType { return EventHandOverAnswered }

// EventType returns the stored name.
func (HandedOver) EventType() store.EventType { return EventHandedOver }

// EventType returns the stored name.
func (FollowUpPlanned) EventType() store.EventType { return EventFollowUpPlanned }

// EventType returns the stored name.
func (FollowedUp) EventType() store.EventType { return EventFollowedUp }

// EventType returns the stored name.
func (FollowUpCalledOff) EventType() store.EventType { return EventFollowUpCalledOff }

// EventType returns the stored name.
func (FeedbackSent) EventType() store.EventType { return EventFeedbackSent }

// EventType returns the stored name.
func (Closed) EventType() store.EventType { return EventClosed }

// EventType returns the stored name.
func (EnteredInError) EventType() store.EventType { return EventEnteredInError }

// eventTypes are all events, by their stored names.
var eventTypes = store.EventTypesOf[Event](
	Received{}, Triaged{}, Accepted{}, Declined{}, Rerouted{}, Expired{}, WithdrawalAsked{}, Withdrawn{}, Assigned{},
	Prioritised{}, Attempted{}, Contacted{}, CheckedIn{}, Assessed{}, OptionsShown{}, PlacementProposed{}, NothingFound{}, Flagged{},
	HandOverOffered{}, HandedOver{}, HandOverAnswered{}, FollowUpPlanned{}, FollowedUp{}, FollowUpCalledOff{}, FeedbackSent{},
	FeedbackAcknowledged{}, FeedbackCoded{}, Closed{}, EnteredInError{},
)

// DecodeEvent decodes the data of an event of a referral, a placement or a
// session by its stored name, as it is found in the log; see [store.EventTypes]. A
// log that other packages write to as well is to be read by the kinds of its keys.
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	switch {
	case strings.HasPrefix(string(name), "placement."):
		return placement.DecodeEvent(name, data)
	case strings.HasPrefix(string(name), "session."):
		return session.DecodeEvent(name, data)
	}
	return eventTypes.Decode(name, data)
}
