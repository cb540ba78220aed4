package transition

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// An Error is a command that the rules refuse as things stand. Nothing
// has changed. It says what would have been legal and who may do it.
//
// It is [sp.ErrDenied] if only the role is wrong, and otherwise [sp.ErrInvalid].
type Error struct {
	Machine  string // "referral"
	ID       string
	Command  string
	State    string    // empty if it does not exist yet
	Role     sp.Role   // of whoever gave the command
	Roles    []sp.Role // who may give it: in this state if it is legal there, and otherwise in any of States
	States   []string  // in which states it is legal
	Legal    []string  // what this role may do in this state instead
	Missing  []string  // what must be there first, if that is all that is wrong
	Repeated bool      // the same actor did it before, at the same time: a message that came twice
}

// refusal explains why a command is not legal.
func (m RoleMachine[S]) refusal(id, command string, state S, role sp.Role) *Error {
	if !sp.ValidID(id) {
		id = "(malformed id)"
	}
	e := &Error{Machine: m.Name, ID: id, Command: command, State: string(state), Role: known(role)}
	var roles, rolesHere []sp.Role
	for _, r := range m.Rules {
		here := slices.Contains(r.From, state)
		if r.Command != command {
			if here && slices.Contains(r.By, e.Role) && !slices.Contains(e.Legal, r.Command) {
				e.Legal = append(e.Legal, r.Command)
			}
			continue
		}
		roles = union(roles, r.By)
		if here {
			rolesHere = union(rolesHere, r.By)
		}
		for _, s := range r.From {
			e.States = union(e.States, []string{string(s)})
		}
	}
	if e.Roles = roles; len(rolesHere) > 0 {
		e.Roles = rolesHere
	}
	return e
}

func union[T comparable](list, more []T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// Error names the command and the state, and what would have been possible.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Machine + ": " + e.Command + " " + e.ID + ": ")
	switch {
	case len(e.Missing) > 0:
		b.WriteString("not before " + strings.Join(e.Missing, ", "))
	case e.Repeated:
		b.WriteString("was recorded before, by the same actor at the same time")
	case e.wrongRole():
		b.WriteString("not by a " + string(e.Role) + "; a " + join(e.Roles, " or a ") + " may")
	case len(e.States) > 0:
		b.WriteString("not while " + named(e.State) + "; a " + join(e.Roles, " or a ") + " may once it is " + join(e.States, " or "))
	default:
		b.WriteString("there is no such command")
	}
	if len(e.Legal) > 0 && len(e.Missing) == 0 {
		b.WriteString("; while " + named(e.State) + " a " + string(e.Role) + " may " + strings.Join(e.Legal, ", "))
	}
	return b.String()
}

// wrongRole reports whether the command is legal in this state, but for others.
func (e *Error) wrongRole() bool {
	return len(e.Missing) == 0 && slices.Contains(e.States, e.State)
}

// Is reports whether target is the sentinel of this refusal.
func (e *Error) Is(target error) bool {
	if e.wrongRole() {
		return target == sp.ErrDenied
	}
	return target == sp.ErrInvalid
}

// known returns a role, and never a text that is none: it may be somebody's name.
func known(r sp.Role) sp.Role {
	if r == "" {
		return "(missing role)"
	}
	if len(r) > 64 || strings.Trim(string(r), "abcdefghijklmnopqrstuvwxyz0123456789-.:") != "" {
		return "(malformed role)"
	}
	return r
}

// join writes a list of roles or of states in words.
func join[T ~string](list []T, by string) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = named(string(v))
	}
	return strings.Join(words, by)
}
