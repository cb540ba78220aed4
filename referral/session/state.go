package session

import (
	"cmp"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a session stands.
type State string

// The states in which a session can be.
const (
	// StatePlanned is set by whoever plans it. It takes place or not, or is called off.
	StatePlanned State = "planned"
	// StateAttended is set by the provider or the link worker: the person came.
	StateAttended State = "attended"
	// StateMissed is set by the same: the person did not come. Why is asked, and a
	// gentler step may follow.
	StateMissed State = "missed"
	// StateCancelled is set by anybody concerned, or follows from the end of its placement.
	StateCancelled State = "cancelled"
	// StateInError is set by the provider or the link worker: none of it happened.
	StateInError State = "entered-in-error"
)

// A Command is a verb of the table of sessions, as [Session.May] asks about it.
type Command string

// The commands that can be given to a session.
const (
	Schedule     Command = "schedule"
	Attend       Command = "attend"
	Miss         Command = "miss"
	Cancel       Command = "cancel"
	Explain      Command = "explain"
	EnterInError Command = "enter in error"
)

// The stored names of what happens to a session. The comments at the types of the
// events say what each means.
const (
	EventPlanned        store.EventType = "session.planned"
	EventAttended       store.EventType = "session.attended"
	EventMissed         store.EventType = "session.missed"
	EventExplained      store.EventType = "session.explained"
	EventCancelled      store.EventType = "session.cancelled"
	EventEnteredInError store.EventType = "session.entered-in-error"
)

// Table returns the rules of a session.
func Table() transition.Table[State, Command] { return machine.Table() }

// A view is what the rules of a session look at.
type view struct {
	x        *Session
	person   person.ID    // for whom it is planned
	provider directory.ID // by whom it is planned
}

func (v view) State() State { return v.x.state }

func (v view) Act() transition.Act {
	return transition.Act{
		ID: string(v.x.id), Person: string(cmp.Or(v.x.plan.Person, v.person)), Provider: string(cmp.Or(v.x.plan.Provider, v.provider)),
	}
}

// Apply is the only way in which a session changes.
func (v view) Apply(e Event, s sp.Stamp) { e.apply(v.x, s) }

// of reports whether somebody acts for whoever is concerned, who is not known yet
// where somebody asks whether they may plan a session.
func (v view) of(by sp.Actor, concerned string) bool {
	return by.For != "" && (by.For == concerned || concerned == "" && v.x.state == "")
}

type (
	party = transition.Party[view]
	guard = transition.Guard[view]
	rule  = transition.Rule[State, Command, view]
)

var (
	worker = party{Words: "a link worker", Role: sp.RoleLinkWorker}
	timer  = party{Words: "the system", Role: sp.RoleSystem}
	host   = party{Words: "the provider of this session", Role: sp.RoleProvider, Is: func(v view, by sp.Actor) bool {
		return v.of(by, string(cmp.Or(v.x.plan.Provider, v.provider)))
	}}
	self = party{Words: "the person of this session", Role: sp.RolePerson, Is: func(v view, by sp.Actor) bool {
		return v.of(by, string(cmp.Or(v.x.plan.Person, v.person)))
	}}

	// A day and not a minute, because lists are filled in while people arrive; and twelve
	// hours, because the day does not begin everywhere at the same moment.
	dayHasCome = guard{
		Code: "too-early", Words: "the day of the session has come", Audience: transition.Everyone,
		Holds:  func(v view, s sp.Stamp) bool { return !s.At.Before(v.x.plan.Start.Add(-early)) },
		Detail: func(v view, _ sp.Stamp) string { return v.x.plan.Start.Format(time.DateOnly) },
	}
	calledOffLate = guard{
		Code: "called-off", Words: "it is one that was called off only after its time", Audience: transition.Everyone,
		Holds: func(v view, _ sp.Stamp) bool { return !v.x.offAt.Before(v.x.plan.Start) },
	}

	planned = []State{StatePlanned}
	hosts   = []party{host, worker}
	machine = &transition.Machine[State, Command, view]{Name: "session", Rules: []rule{
		{Command: Schedule, Event: EventPlanned, From: []State{""}, To: StatePlanned, By: []party{host, worker, timer}},
		{Command: Attend, Event: EventAttended, From: planned, To: StateAttended, By: hosts, Guards: []guard{dayHasCome}},
		{Command: Attend, Event: EventAttended, From: []State{StateCancelled}, To: StateAttended, By: hosts, Guards: []guard{calledOffLate, dayHasCome}},
		{Command: Miss, Event: EventMissed, From: planned, To: StateMissed, By: hosts, Guards: []guard{dayHasCome}},
		{Command: Miss, Event: EventMissed, From: []State{StateCancelled}, To: StateMissed, By: hosts, Guards: []guard{calledOffLate, dayHasCome}},
		{Command: Cancel, Event: EventCancelled, From: planned, To: StateCancelled, By: []party{host, worker, self, timer}},
		{Command: Explain, Event: EventExplained, From: []State{StateMissed}, By: hosts},
		{Command: EnterInError, Event: EventEnteredInError, From: []State{StatePlanned, StateAttended, StateMissed, StateCancelled}, To: StateInError, By: hosts},
	}}
)
