package transition

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// A RoleRule is one row of a machine's table: a command, where it is legal, who may
// give it, what must be there first, and where it leads.
type RoleRule[S ~string] struct {
	Command  string    // the verb: "accept"
	Event    string    // the stored name of what it records: "referral.accepted"
	From     []S       // the empty state is: does not exist yet
	To       S         // empty if the command leaves the state as it is
	By       []sp.Role // who may give it
	Requires []string  // what must be present, in words
}

// A RoleMachine is the table of one kind of aggregate. Commands are checked against
// it; replay is not, since what has happened has happened, even if today's
// table would refuse it.
type RoleMachine[S ~string] struct {
	Name  string // "referral"
	Rules []RoleRule[S]
}

// Find returns the rule by which role may give command in state, and false if
// there is none.
func (m RoleMachine[S]) Find(command string, state S, role sp.Role) (*RoleRule[S], bool) {
	for i := range m.Rules {
		r := &m.Rules[i]
		if r.Command == command && slices.Contains(r.From, state) && slices.Contains(r.By, role) {
			return r, true
		}
	}
	return nil, false
}

// Allow returns nil if role may give command in state and nothing is missing, and
// otherwise an [*Error] that says what would have been legal. What is missing is
// said in words, as in [RoleRule.Requires].
func (m RoleMachine[S]) Allow(id, command string, state S, role sp.Role, missing ...string) error {
	_, legal := m.Find(command, state, role)
	if legal && len(missing) == 0 {
		return nil
	}
	e := m.refusal(id, command, state, role)
	if legal {
		e.Missing = missing
	}
	return e
}

// Clone returns a copy that shares no memory with m.
func (m RoleMachine[S]) Clone() RoleMachine[S] {
	m.Rules = slices.Clone(m.Rules)
	for i, r := range m.Rules {
		m.Rules[i].From = slices.Clone(r.From)
		m.Rules[i].By = slices.Clone(r.By)
		m.Rules[i].Requires = slices.Clone(r.Requires)
	}
	return m
}

// States returns every state of the machine in the order of the table, without
// the empty one.
func (m RoleMachine[S]) States() []S {
	var states []S
	for _, r := range m.Rules {
		states = union(states, append(slices.Clone(r.From), r.To))
	}
	return slices.DeleteFunc(states, func(s S) bool { return s == "" })
}

// Commands returns every command of the machine once, in the order of the table.
func (m RoleMachine[S]) Commands() []string {
	var commands []string
	for _, r := range m.Rules {
		commands = union(commands, []string{r.Command})
	}
	return commands
}

// Events returns the stored name of everything that the machine records, once
// each, in the order of the table.
func (m RoleMachine[S]) Events() []string {
	var events []string
	for _, r := range m.Rules {
		if strings.HasPrefix(r.Event, m.Name+".") {
			events = union(events, []string{r.Event})
		}
	}
	return events
}

// Ended reports whether state is an end: nothing leads on from it but the
// discovery that it was all entered in error.
func (m RoleMachine[S]) Ended(state S) bool {
	for _, r := range m.Rules {
		if slices.Contains(r.From, state) && r.To != "" && r.To != state && r.To != inError {
			return false
		}
	}
	return true
}
