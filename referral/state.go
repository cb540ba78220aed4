package referral

import (
	"slices"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a referral is on its way.
type State string

// The states of a referral. Waiting, attempts to reach the person and missed
// sessions are not states: they happen within one.
const (
	// StateReceived is set by whoever refers. A link worker accepts it, or the scheme says no.
	StateReceived State = "received"
	// StateAccepted is set by a link worker, who has not reached the person yet.
	StateAccepted State = "accepted"
	// StateActive is set by the first conversation of the person and the link worker. Needs
	// are found, and services proposed.
	StateActive State = "active"
	// StateClosed is set by the link worker, with an outcome. The person can be asked
	// afterwards how things are.
	StateClosed State = "closed"
	// StateDeclined is set by the link worker: the scheme says no. The referrer hears why.
	StateDeclined State = "declined"
	// StateRerouted is set by the link worker: somebody else can do more.
	StateRerouted State = "rerouted"
	// StateExpired is set by a timer or the link worker: nobody acted in time.
	StateExpired State = "expired"
	// StateWithdrawn is set by the referrer, by the link worker at the wish of the person, or
	// when the person has died.
	StateWithdrawn State = "withdrawn"
	// StateInError is set by the referrer or the link worker: it should never have been there.
	StateInError State = "entered-in-error"
)

// A Command is a verb of the table of referrals, as [Referral.May] asks about it.
type Command string

// The commands that can be given to a referral.
const (
	Receive         Command = "receive"
	Triage          Command = "triage"
	Accept          Command = "accept"
	Decline         Command = "decline"
	Reroute         Command = "reroute"
	Expire          Command = "expire"
	Assign          Command = "assign"
	Attempt         Command = "attempt"
	Contact         Command = "contact"
	CheckIn         Command = "check in"
	Assess          Command = "assess"
	ShowOptions     Command = "show options"
	Propose         Command = "propose"
	FindNothing     Command = "find nothing"
	Close           Command = "close"
	GiveUp          Command = "give up"
	Withdraw        Command = "withdraw"
	RecordDeath     Command = "record death"
	Prioritise      Command = "prioritise"
	RaiseFlag       Command = "raise flag"
	OfferHandOver   Command = "offer hand-over"
	AcceptHandOver  Command = "accept hand-over"
	AnswerHandOver  Command = "answer hand-over"
	PlanFollowUp    Command = "plan follow-up"
	FollowUp        Command = "follow up"
	CallOffFollowUp Command = "call off follow-up"
	SendFeedback    Command = "send feedback"

	AcknowledgeFeedback Command = "acknowledge feedback"
	CodeFeedback        Command = "code feedback"

	EnterInError Command = "enter in error"
)

// The stored names of what happens to a referral. The comments at the types of the
// events say what each means.
const (
	EventReceived          store.EventType = "referral.received"
	EventTriaged           store.EventType = "referral.triaged"
	EventAccepted          store.EventType = "referral.accepted"
	EventDeclined          store.EventType = "referral.declined"
	EventRerouted          store.EventType = "referral.rerouted"
	EventExpired           store.EventType = "referral.expired"
	EventWithdrawalAsked   store.EventType = "referral.withdrawal-asked"
	EventWithdrawn         store.EventType = "referral.withdrawn"
	EventAssigned          store.EventType = "referral.assigned"
	EventPrioritised       store.EventType = "referral.prioritised"
	EventAttempted         store.EventType = "referral.attempted"
	EventContacted         store.EventType = "referral.contacted"
	EventCheckedIn         store.EventType = "referral.checked-in"
	EventAssessed          store.EventType = "referral.assessed"
	EventOptionsShown      store.EventType = "referral.options-shown"
	EventPlacementProposed store.EventType = "referral.placement-proposed"
	EventNothingFound      store.EventType = "referral.nothing-found"
	EventFlagged           store.EventType = "referral.flagged"
	EventHandOverOffered   store.EventType = "referral.hand-over-offered"
	EventHandOverAnswered  store.EventType = "referral.hand-over-answered"
	EventHandedOver        store.EventType = "referral.handed-over"
	EventFollowUpPlanned   store.EventType = "referral.follow-up-planned"
	EventFollowedUp        store.EventType = "referral.followed-up"
	EventFollowUpCalledOff store.EventType = "referral.follow-up-called-off"
	EventFeedbackSent      store.EventType = "referral.feedback-sent"

	EventFeedbackAcknowledged store.EventType = "referral.feedback-acknowledged"
	EventFeedbackCoded        store.EventType = "referral.feedback-coded"

	EventClosed         store.EventType = "referral.closed"
	EventEnteredInError store.EventType = "referral.entered-in-error"
)

// Table returns the rules of a referral.
func Table() transition.Table[State, Command] { return machine.Table() }

// Open reports whether somebody is still to do something in this state.
func (s State) Open() bool { return slices.Contains(open, s) }
