package session

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/transition"
)

// A State is where a session stands.
type State string

// The states of a session.
const (
	StatePlanned   State = "planned"
	StateAttended  State = "attended"
	StateMissed    State = "missed"
	StateCancelled State = "cancelled" // beforehand, unless that was recorded afterwards
	StateInError   State = "entered-in-error"
)

// Machine returns the rules of a session.
func Machine() transition.RoleMachine[State] { return machine.Clone() }

const calledOffLate = "it is one that was called off only after its time"

var (
	hosts   = []sp.Role{sp.RoleProvider, sp.RoleLinkWorker}
	machine = transition.RoleMachine[State]{Name: "session", Rules: []transition.RoleRule[State]{
		{Command: "plan", Event: "session.planned", From: []State{""}, To: StatePlanned, By: []sp.Role{sp.RoleProvider, sp.RoleLinkWorker, sp.RoleSystem}, Requires: []string{"placement", "person", "step", "start"}},
		{Command: "attend", Event: "session.attended", From: []State{StatePlanned}, To: StateAttended, By: hosts, Requires: []string{"the day has come"}},
		{Command: "miss", Event: "session.missed", From: []State{StatePlanned}, To: StateMissed, By: hosts, Requires: []string{"the day has come", "cause"}},
		{Command: "cancel", Event: "session.cancelled", From: []State{StatePlanned}, To: StateCancelled, By: []sp.Role{sp.RoleProvider, sp.RoleLinkWorker, sp.RolePerson, sp.RoleSystem}, Requires: []string{"reason"}},
		{Command: "attend", Event: "session.attended", From: []State{StateCancelled}, To: StateAttended, By: hosts, Requires: []string{calledOffLate}},
		{Command: "miss", Event: "session.missed", From: []State{StateCancelled}, To: StateMissed, By: hosts, Requires: []string{calledOffLate, "cause"}},
		{Command: "explain", Event: "session.explained", From: []State{StateMissed}, By: hosts, Requires: []string{"cause"}},
		{Command: "enter in error", Event: "session.entered-in-error", From: []State{StatePlanned, StateAttended, StateMissed, StateCancelled}, To: StateInError, By: hosts, Requires: []string{"reason"}},
	}}
)
