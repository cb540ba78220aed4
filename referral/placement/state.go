package placement

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a placement stands.
type State string

// The states of a placement.
const (
	StateProposed  State = "proposed"  // to the person
	StateOffered   State = "offered"   // to the provider, or the person is on their own way there
	StateAccepted  State = "accepted"  // by the provider
	StateStarted   State = "started"   // the person has been there
	StateCompleted State = "completed" // as planned
	StateStopped   State = "stopped"   // before its planned end
	StateDeclined  State = "declined"  // by the person or the provider
	StateLapsed    State = "lapsed"    // nobody answered in time
	StateWithdrawn State = "withdrawn" // by whoever sent it
	StateInError   State = "entered-in-error"
)

// Machine returns the rules of a placement.
func Machine() transition.RoleMachine[State] { return machine.Clone() }

// Open reports whether something can still come of a placement in this state.
func (s State) Open() bool { return slices.Contains(open, s) }

var (
	open     = []State{StateProposed, StateOffered, StateAccepted, StateStarted}
	worker   = []sp.Role{sp.RoleLinkWorker}
	answers  = []sp.Role{sp.RoleProvider, sp.RoleLinkWorker}
	sends    = []sp.Role{sp.RoleLinkWorker, sp.RoleSystem}
	everyone = []sp.Role{sp.RoleProvider, sp.RoleLinkWorker, sp.RolePerson}

	machine = transition.RoleMachine[State]{Name: "placement", Rules: []transition.RoleRule[State]{
		{Command: "propose", Event: "placement.proposed", From: []State{""}, To: StateProposed, By: worker, Requires: []string{"service", "provider", "needs"}},
		{Command: "offer", Event: "placement.offered", From: []State{StateProposed}, To: StateOffered, By: worker, Requires: []string{"level", "permission for each field that is disclosed"}},
		{Command: "accept", Event: "placement.accepted", From: []State{StateOffered}, To: StateAccepted, By: answers, Requires: []string{"a provider who knows of it", "its group, if it has one"}},
		{Command: "wait-list", Event: "placement.wait-listed", From: []State{StateOffered, StateAccepted}, By: answers, Requires: []string{"a provider who knows of it"}},
		{Command: "decline", Event: "placement.declined", From: []State{StateProposed}, To: StateDeclined, By: []sp.Role{sp.RolePerson, sp.RoleLinkWorker}, Requires: []string{"reason"}},
		{Command: "decline", Event: "placement.declined", From: []State{StateOffered}, To: StateDeclined, By: everyone, Requires: []string{"reason"}},
		{Command: "lapse", Event: "placement.lapsed", From: []State{StateOffered}, To: StateLapsed, By: sends, Requires: []string{"the reply is overdue"}},
		{Command: "withdraw", Event: "placement.withdrawn", From: open, To: StateWithdrawn, By: []sp.Role{sp.RoleLinkWorker, sp.RolePerson, sp.RoleSystem}, Requires: []string{"reason"}},
		{Command: "move to step", Event: "placement.stepped", From: open, By: everyone, Requires: []string{"step"}},
		{Command: "plan session", Event: "session.planned", From: []State{StateOffered, StateAccepted, StateStarted}, By: answers, Requires: []string{"session", "start"}},
		{Command: "start", Event: "placement.started", From: []State{StateAccepted}, To: StateStarted, By: everyone},
		{Command: "start", Event: "placement.started", From: []State{StateOffered}, To: StateStarted, By: []sp.Role{sp.RolePerson, sp.RoleLinkWorker}, Requires: []string{"signpost or self-referral"}},
		{Command: "complete", Event: "placement.completed", From: []State{StateAccepted, StateStarted}, To: StateCompleted, By: answers, Requires: []string{"result"}},
		{Command: "stop", Event: "placement.stopped", From: []State{StateAccepted, StateStarted}, To: StateStopped, By: everyone, Requires: []string{"reason"}},
		{Command: "send feedback", Event: "placement.feedback-sent", From: []State{StateAccepted, StateStarted, StateCompleted, StateStopped, StateDeclined, StateLapsed, StateWithdrawn, StateInError}, By: sends, Requires: []string{"document"}},
		{Command: "enter in error", Event: "placement.entered-in-error", From: append([]State{StateCompleted, StateStopped, StateDeclined, StateLapsed, StateWithdrawn}, open...), To: StateInError, By: sends, Requires: []string{"reason"}},
	}}
)
