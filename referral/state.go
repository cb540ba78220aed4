package referral

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a referral is on its way.
type State string

// The states of a referral. Waiting, attempts to reach the person and missed
// sessions are not states: they happen within one.
const (
	StateReceived  State = "received"
	StateAccepted  State = "accepted" // by a link worker, who has not reached the person yet
	StateActive    State = "active"   // the person and the link worker have spoken
	StateClosed    State = "closed"   // with an outcome
	StateDeclined  State = "declined" // by the scheme
	StateRerouted  State = "rerouted" // to somebody who can do more
	StateExpired   State = "expired"  // nobody acted in time
	StateWithdrawn State = "withdrawn"
	StateInError   State = "entered-in-error"
)

// Machine returns the rules of a referral.
func Machine() transition.RoleMachine[State] { return machine.Clone() }

// Open reports whether somebody is still to do something in this state.
func (s State) Open() bool { return slices.Contains(open, s) }

// What must be there first, and commands by name.
const (
	noFlag, noAlert = "no flag is open", "no alert waits"
	followUpPlanned = "a follow-up is planned"
	giveUp          = "give up"
)

var (
	open    = []State{StateReceived, StateAccepted, StateActive}
	kept    = []State{StateReceived, StateAccepted, StateActive, StateClosed, StateDeclined, StateRerouted, StateExpired, StateWithdrawn}
	worker  = []sp.Role{sp.RoleLinkWorker}
	timers  = []sp.Role{sp.RoleLinkWorker, sp.RoleSystem}
	anybody = []sp.Role{sp.RoleReferrer, sp.RoleLinkWorker, sp.RoleProvider, sp.RolePerson, sp.RoleSystem}

	machine = transition.RoleMachine[State]{Name: "referral", Rules: []transition.RoleRule[State]{
		{Command: "receive", Event: "referral.received", From: []State{""}, To: StateReceived, By: []sp.Role{sp.RoleReferrer, sp.RoleLinkWorker, sp.RolePerson, sp.RoleSystem}, Requires: []string{"person", "urgency", "reasons"}},
		{Command: "triage", Event: "referral.triaged", From: []State{StateReceived}, By: timers, Requires: []string{"criteria"}},
		{Command: "accept", Event: "referral.accepted", From: []State{StateReceived}, To: StateAccepted, By: worker, Requires: []string{"worker"}},
		{Command: "decline", Event: "referral.declined", From: []State{StateReceived, StateAccepted}, To: StateDeclined, By: worker, Requires: []string{"reason", noFlag, noAlert}},
		{Command: "reroute", Event: "referral.rerouted", From: []State{StateReceived, StateAccepted}, To: StateRerouted, By: worker, Requires: []string{"to", "reason", noFlag, noAlert}},
		{Command: "expire", Event: "referral.expired", From: []State{StateReceived, StateAccepted}, To: StateExpired, By: timers, Requires: []string{"reason", noFlag, noAlert}},
		{Command: "assign", Event: "referral.assigned", From: []State{StateAccepted, StateActive}, By: worker, Requires: []string{"worker"}},
		{Command: "attempt", Event: "referral.attempted", From: []State{StateAccepted, StateActive}, By: worker, Requires: []string{"channel"}},
		{Command: "contact", Event: "referral.contacted", From: []State{StateAccepted, StateActive}, To: StateActive, By: worker, Requires: []string{"channel"}},
		{Command: "assess", Event: "referral.assessed", From: []State{StateActive}, By: worker, Requires: []string{"needs"}},
		{Command: "propose", Event: "referral.placement-proposed", From: []State{StateActive}, By: worker, Requires: []string{"service", "needs that were assessed or referred for"}},
		{Command: "find nothing", Event: "referral.nothing-found", From: []State{StateActive}, By: timers, Requires: []string{"need", "reason"}},
		{Command: "close", Event: "referral.closed", From: []State{StateActive}, To: StateClosed, By: worker, Requires: []string{"result", noFlag, noAlert, "every placement has ended"}},
		{Command: giveUp, Event: "referral.closed", From: []State{StateAccepted, StateActive}, To: StateClosed, By: worker, Requires: []string{"the unreachable policy is met", noFlag, noAlert}},
		{Command: "withdraw", Event: "referral.withdrawn", From: open, To: StateWithdrawn, By: []sp.Role{sp.RoleReferrer, sp.RolePerson, sp.RoleLinkWorker}, Requires: []string{"reason", noFlag, noAlert}},
		{Command: "prioritise", Event: "referral.prioritised", From: open, By: []sp.Role{sp.RoleLinkWorker, sp.RoleReferrer}, Requires: []string{"urgency"}},
		{Command: "raise flag", Event: "referral.flagged", From: kept, By: anybody, Requires: []string{"flag", "kind"}},
		{Command: "accept hand-over", Event: "referral.handed-over", From: kept, By: []sp.Role{sp.RoleLinkWorker, sp.RoleProvider, sp.RoleReferrer}, Requires: []string{"an open flag", "to"}},
		{Command: "plan follow-up", Event: "referral.follow-up-planned", From: []State{StateActive, StateClosed}, By: worker, Requires: []string{"day"}},
		{Command: "follow up", Event: "referral.followed-up", From: []State{StateActive, StateClosed}, By: worker, Requires: []string{followUpPlanned}},
		{Command: "call off follow-up", Event: "referral.follow-up-called-off", From: []State{StateActive, StateClosed}, By: timers, Requires: []string{"reason", followUpPlanned}},
		{Command: "send feedback", Event: "referral.feedback-sent", From: kept, By: timers, Requires: []string{"document"}},
		{Command: "enter in error", Event: "referral.entered-in-error", From: kept, To: StateInError, By: []sp.Role{sp.RoleReferrer, sp.RoleLinkWorker}, Requires: []string{"reason", noFlag, noAlert}},
	}}
)
