package caseload

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a hand-over stands.
type State string

// StateOffered is the one state: each case is answered by itself, and [HandOver.Open] says
// which are left.
const StateOffered State = "offered"

// A Command is a verb of the table of hand-overs.
type Command string

// The commands that can be given to a hand-over.
const (
	Offer  Command = "offer"
	Accept Command = "accept"
	Refuse Command = "refuse"
	Take   Command = "take"
	Drop   Command = "drop"
)

// The stored names of what happens to a hand-over, and last of "it was written down why a
// referral waits".
const (
	EventOffered  store.EventType = "caseload.offered"
	EventAccepted store.EventType = "caseload.accepted"
	EventRefused  store.EventType = "caseload.refused"
	EventTaken    store.EventType = "caseload.taken"
	EventDropped  store.EventType = "caseload.dropped"
	EventQueued   store.EventType = "caseload.queued"
)

// An Event is something that happened to a hand-over.
type Event interface {
	store.Event
	apply(*HandOver)
}

// What can happen to a hand-over.
type (
	// Offered begins a hand-over.
	Offered struct {
		From  referral.WorkerID `json:"from"`
		Lead  referral.WorkerID `json:"lead"`
		Why   Why               `json:"why"`
		By    sp.Date           `json:"by,omitzero"`
		Cases []Pass            `json:"cases"`
	}

	// Accepted says that the worker whom a case was offered to accepted it.
	Accepted struct {
		Referral referral.ID       `json:"referral"`
		By       referral.WorkerID `json:"by"`
	}

	// Refused says that the worker whom a case was offered to refused it. It is offered
	// to Next, or goes to the lead.
	Refused struct {
		Referral referral.ID       `json:"referral"`
		By       referral.WorkerID `json:"by"`
		Why      No                `json:"why"`
		Next     referral.WorkerID `json:"next,omitempty"`
	}

	// Taken says that a case went to the lead, since nobody had answered.
	Taken struct {
		Referral referral.ID `json:"referral"`
	}

	// Dropped says that a case was left out, and with whom it is.
	Dropped struct {
		Referral referral.ID       `json:"referral"`
		With     referral.WorkerID `json:"with,omitempty"`
	}
)

// EventType returns the stored name.
func (Offered) EventType() store.EventType { return EventOffered }

// EventType returns the stored name.
func (Accepted) EventType() store.EventType { return EventAccepted }

// EventType returns the stored name.
func (Refused) EventType() store.EventType { return EventRefused }

// EventType returns the stored name.
func (Taken) EventType() store.EventType { return EventTaken }

// EventType returns the stored name.
func (Dropped) EventType() store.EventType { return EventDropped }

var events = store.EventTypesOf[Event](Offered{}, Accepted{}, Refused{}, Taken{}, Dropped{})

// notes are the events of what is kept beside hand-overs.
var notes = store.EventTypesOf[store.Event](Queued{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
// What was taken back or erased is of package workforce/record.
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	if name == EventQueued {
		return notes.Decode(name, data)
	}
	return events.Decode(name, data)
}

// A view is what the rules of a hand-over look at.
type view struct{ h *HandOver }

func (h *HandOver) view() view { return view{h} }

func (v view) State() State { return v.h.state }

func (v view) Act() transition.Act {
	return transition.Act{ID: string(v.h.id), Worker: string(v.h.from)}
}

// asks reports whether a case is, or was, offered to somebody: whoever repeats an answer is
// told that it is given.
func (v view) asks(by sp.Actor) bool {
	for i := range v.h.passes {
		if p := &v.h.passes[i]; string(p.To) == by.ID || slices.Contains(p.Refused, referral.WorkerID(by.ID)) {
			return true
		}
	}
	return false
}

// Apply is the only way in which a hand-over changes.
func (v view) Apply(e Event, _ sp.Stamp) {
	v.h.state = StateOffered
	e.apply(v.h)
}

type rule = transition.Rule[State, Command, view]

var (
	lead   = transition.Party[view]{Words: "a team lead", Role: sp.RoleTeamLead}
	worker = transition.Party[view]{Words: "a link worker", Role: sp.RoleLinkWorker}
	timer  = transition.Party[view]{Words: "the system", Role: sp.RoleSystem}
	asked  = transition.Party[view]{Words: "a link worker whom a case is offered to", Role: sp.RoleLinkWorker, Is: view.asks}
	helper = transition.Party[view]{Words: "a team lead whom a case is offered to", Role: sp.RoleTeamLead, Is: view.asks}
	open   = []State{StateOffered}

	machine = &transition.Machine[State, Command, view]{Name: HandOverKind, Rules: []rule{
		{Command: Offer, Event: EventOffered, From: []State{""}, To: StateOffered, By: []transition.Party[view]{lead, worker}},
		{Command: Accept, Event: EventAccepted, From: open, By: []transition.Party[view]{asked, helper}},
		{Command: Refuse, Event: EventRefused, From: open, By: []transition.Party[view]{asked, helper}},
		{Command: Take, Event: EventTaken, From: open, By: []transition.Party[view]{lead, timer}},
		{Command: Drop, Event: EventDropped, From: open, By: []transition.Party[view]{lead, worker, timer}},
	}}
)

// Table returns the rules of a hand-over.
func Table() transition.Table[State, Command] { return machine.Table() }

func (e Offered) apply(h *HandOver) {
	h.from, h.lead, h.why, h.by = e.From, e.Lead, e.Why, e.By
	h.at = make(map[referral.ID]int, len(e.Cases))
	for _, c := range e.Cases {
		h.at[c.Referral] = len(h.passes)
		h.passes = append(h.passes, Pass{Referral: c.Referral, To: c.To, Owner: e.From})
	}
	h.open = len(h.passes)
}

// settle notes with whom a case is from now on, when nobody is to answer any more.
func (h *HandOver) settle(id referral.ID, with referral.WorkerID) {
	i, ok := h.at[id]
	if !ok || h.passes[i].Done {
		return
	}
	h.passes[i].Owner, h.passes[i].Done = with, true
	h.open--
}

func (e Accepted) apply(h *HandOver) { h.settle(e.Referral, e.By) }

func (e Refused) apply(h *HandOver) {
	i, ok := h.at[e.Referral]
	if !ok {
		return
	}
	p := &h.passes[i]
	p.Refused, p.Why = append(p.Refused, e.By), e.Why
	if e.Next == "" {
		h.settle(e.Referral, h.lead)
		return
	}
	p.To = e.Next
}

func (e Taken) apply(h *HandOver) { h.settle(e.Referral, h.lead) }

func (e Dropped) apply(h *HandOver) { h.settle(e.Referral, e.With) }
