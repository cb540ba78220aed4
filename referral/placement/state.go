package placement

import (
	"cmp"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a placement stands.
type State string

// The states in which a placement can be.
const (
	// StateProposed is set by the link worker, who has put the service to the person. The
	// person says yes, and it is offered, or no.
	StateProposed State = "proposed"
	// StateOffered is set by the link worker: the provider is asked, or the person is on
	// their own way there. Somebody answers, or it lapses.
	StateOffered State = "offered"
	// StateAccepted is set by the provider, or by the link worker for them. Sessions are planned.
	StateAccepted State = "accepted"
	// StateStarted is set by anybody concerned: the person has been there.
	StateStarted State = "started"
	// StateCompleted is set by the provider or the link worker: it came to its planned end.
	StateCompleted State = "completed"
	// StateStopped is set by anybody concerned: it ended before its planned end.
	StateStopped State = "stopped"
	// StateDeclined is set by the person, the provider or the link worker: one of the two said no.
	StateDeclined State = "declined"
	// StateLapsed is set by a timer or the link worker: nobody answered in time.
	StateLapsed State = "lapsed"
	// StateWithdrawn is set by the link worker or the person, or follows from the end of the
	// referral: it was taken back.
	StateWithdrawn State = "withdrawn"
	// StateInError is set by the link worker: it should never have been there.
	StateInError State = "entered-in-error"
)

// A Command is a verb of the table of placements, as [Placement.May] asks about it.
type Command string

// The commands that can be given to a placement.
const (
	Propose         Command = "propose"
	Offer           Command = "offer"
	Accept          Command = "accept"
	WaitList        Command = "wait-list"
	Decline         Command = "decline"
	Lapse           Command = "lapse"
	Withdraw        Command = "withdraw"
	MoveTo          Command = "move to step"
	PlanSession     Command = "plan session"
	Start           Command = "start"
	Complete        Command = "complete"
	Stop            Command = "stop"
	Disclose        Command = "disclose"
	SendFeedback    Command = "send feedback"
	EnterInError    Command = "enter in error"
	NoteAdjustments Command = "note adjustments"
)

// The stored names of what happens to a placement. The comments at the types of the
// events say what each means.
const (
	EventProposed         store.EventType = "placement.proposed"
	EventOffered          store.EventType = "placement.offered"
	EventAccepted         store.EventType = "placement.accepted"
	EventWaitListed       store.EventType = "placement.wait-listed"
	EventDeclined         store.EventType = "placement.declined"
	EventLapsed           store.EventType = "placement.lapsed"
	EventWithdrawn        store.EventType = "placement.withdrawn"
	EventStepped          store.EventType = "placement.stepped"
	EventStarted          store.EventType = "placement.started"
	EventCompleted        store.EventType = "placement.completed"
	EventStopped          store.EventType = "placement.stopped"
	EventDisclosed        store.EventType = "placement.disclosed"
	EventFeedbackSent     store.EventType = "placement.feedback-sent"
	EventEnteredInError   store.EventType = "placement.entered-in-error"
	EventAdjustmentsNoted store.EventType = "placement.adjustments-noted"
)

// Table returns the rules of a placement. A session that is planned is recorded by
// the session.
func Table() transition.Table[State, Command] { return machine.Table() }

// Open reports whether something can still come of a placement in this state.
func (s State) Open() bool { return slices.Contains(open, s) }

// A view is what the rules of a placement look at.
type view struct {
	p       *Placement
	person  person.ID // to whom it is proposed
	grouped bool      // its group is asked, which withdraws the others
}

func (v view) State() State { return v.p.state }

func (v view) Act() transition.Act {
	return transition.Act{
		ID: string(v.p.id), Person: string(cmp.Or(v.p.proposed.Person, v.person)), Provider: string(v.p.proposed.Provider), Attributes: v.p.attributes,
	}
}

// Apply is the only way in which a placement changes.
func (v view) Apply(e Event, s sp.Stamp) {
	e.apply(v.p, s)
	if proposed, ok := e.(Proposed); ok {
		v.p.attributes = []transition.Attribute{{Name: "referral", Text: string(proposed.Referral)}, {Name: "service", Text: string(proposed.Service)}}
		for _, n := range proposed.Needs {
			v.p.attributes = append(v.p.attributes, transition.Attribute{Name: "need", Text: string(n)})
		}
	}
}

type (
	party = transition.Party[view]
	guard = transition.Guard[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker   = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	timer    = party{Words: "the system", Role: sp.RoleSystem}
	provider = party{Words: "the provider of this placement", Role: sp.RoleProvider, Is: func(v view, by sp.Actor) bool {
		return by.For != "" && directory.ID(by.For) == v.p.proposed.Provider
	}}
	self = party{Words: "the person of this placement", Role: sp.RolePerson, Is: func(v view, by sp.Actor) bool {
		return by.For != "" && person.ID(by.For) == v.p.proposed.Person
	}}

	providerKnows = guard{
		Code: "signpost", Words: "the provider knows of it: a signpost tells them nothing", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.p.sent.Level != Signpost },
	}
	groupAsked = guard{
		Code: "in-a-group", Words: "its group is asked, which withdraws the others: Group.Accept", Audience: transition.Everyone,
		Holds:  func(v view, _ sp.Stamp) bool { return v.grouped || v.p.proposed.Group == "" },
		Detail: func(v view, _ sp.Stamp) string { return string(v.p.proposed.Group) },
	}
	unlisted = guard{
		Code: "wait-listed", Words: "the provider has not answered; they have put the person on their waiting list", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return !v.p.waiting },
	}
	overdue = guard{
		Code: "reply-not-overdue", Words: "the reply is overdue", Audience: transition.Everyone,
		Holds:  func(v view, s sp.Stamp) bool { return !s.At.Before(v.p.sent.ReplyBy) },
		Detail: func(v view, _ sp.Stamp) string { return "on " + v.p.sent.ReplyBy.Format(time.DateOnly) },
	}
	answered = guard{
		Code: "not-accepted", Words: "the provider has accepted it", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.p.state != StateOffered || v.p.sent.Level != FullReferral },
	}

	byItself = guard{
		Code: "not-by-itself", Words: "it is a signpost or a self-referral, of which nobody waits for news", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.p.sent.Level != FullReferral },
	}

	referred = guard{
		Code: "not-a-referral", Words: "it is a full referral: by any other the provider is told nothing", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return v.p.sent.Level == FullReferral },
	}
	open     = []State{StateProposed, StateOffered, StateAccepted, StateStarted}
	offered  = []State{StateOffered}
	lived    = []State{StateAccepted, StateStarted}
	sent     = []State{StateAccepted, StateStarted, StateCompleted, StateStopped, StateDeclined, StateLapsed, StateWithdrawn, StateInError}
	kept     = append([]State{StateCompleted, StateStopped, StateDeclined, StateLapsed, StateWithdrawn}, open...)
	answers  = []party{provider, worker}
	sends    = []party{worker, timer}
	everyone = []party{provider, worker, self}
	machine  = &transition.Machine[State, Command, view]{Name: "placement", Rules: []rule{
		{Command: Propose, Event: EventProposed, From: []State{""}, To: StateProposed, By: []party{worker}},
		{Command: Offer, Event: EventOffered, From: []State{StateProposed}, To: StateOffered, By: []party{worker}},
		{Command: Accept, Event: EventAccepted, From: offered, To: StateAccepted, By: answers, Guards: []guard{providerKnows, groupAsked}},
		{Command: WaitList, Event: EventWaitListed, From: []State{StateOffered, StateAccepted}, By: answers, Guards: []guard{providerKnows}},
		{Command: Decline, Event: EventDeclined, From: []State{StateProposed}, To: StateDeclined, By: []party{self, worker}},
		{Command: Decline, Event: EventDeclined, From: offered, To: StateDeclined, By: everyone},
		{Command: Lapse, Event: EventLapsed, From: offered, To: StateLapsed, By: sends, Guards: []guard{unlisted, overdue}},
		{Command: Withdraw, Event: EventWithdrawn, From: open, To: StateWithdrawn, By: []party{worker, self, timer}},
		{Command: MoveTo, Event: EventStepped, From: open, By: everyone},
		{Command: PlanSession, Event: session.EventPlanned, From: []State{StateOffered, StateAccepted, StateStarted}, By: answers, Guards: []guard{answered}},
		{Command: Start, Event: EventStarted, From: []State{StateAccepted}, To: StateStarted, By: everyone},
		{Command: Start, Event: EventStarted, From: offered, To: StateStarted, By: []party{self, worker}, Guards: []guard{answered}},
		{Command: Complete, Event: EventCompleted, From: lived, To: StateCompleted, By: answers},
		{Command: Complete, Event: EventCompleted, From: offered, To: StateCompleted, By: []party{worker}, Guards: []guard{byItself}},
		{Command: Stop, Event: EventStopped, From: lived, To: StateStopped, By: everyone},
		{Command: Disclose, Event: EventDisclosed, From: lived, By: sends, Guards: []guard{referred}},
		{Command: NoteAdjustments, Event: EventAdjustmentsNoted, From: append(slices.Clone(lived), StateCompleted, StateStopped), By: everyone},
		{Command: SendFeedback, Event: EventFeedbackSent, From: sent, By: sends},
		{Command: EnterInError, Event: EventEnteredInError, From: kept, To: StateInError, By: sends},
	}}
)
