package transition

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// Codes of decisions. The others are those of guards.
const (
	Allowed  = ""
	NoSuch   = "no-such-command"
	NotYours = "not-yours"     // whatever the state is, which a stranger does not learn
	NotNow   = "not-now"       // it is theirs to give, but in another state
	Denied   = "not-allowed"   // by the authorizer
	Withheld = "withheld"      // by a guard whose reason is not for this actor
	Repeated = "repeated"      // the same request came before: nothing happens, and nothing is wrong
	KeyTaken = "key-reused"    // the key of the request came before, with another one
	Stale    = "load-it-again" // nobody knows what of the aggregate is saved
)

// An Ask is a question to [Machine.Decide].
type Ask[S, C ~string, T any] struct {
	Command    C
	State      S
	Subject    T
	Act        Act
	Stamp      sp.Stamp
	Authorizer Authorizer // nil denies
}

// A Decision is the answer. It allocates nothing; [Machine.Refusal] puts it in words.
type Decision[S, C ~string, T any] struct {
	Code  string
	Rule  *Rule[S, C, T] // if Code is Allowed
	guard *Guard[T]
	cause error
}

// Decide answers whether a command may be given now. It looks, in this order, at who
// is concerned, at the state, at the authorizer and at the guards, so that nobody
// learns more than they may. It is asked by "may I?", by the list of what is legal
// and by the command itself, so that these cannot disagree.
func (m *Machine[S, C, T]) Decide(a *Ask[S, C, T]) Decision[S, C, T] {
	d := m.find(a)
	if d.Rule == nil {
		return d
	}
	return d.Rule.decide(a)
}

// Legal calls yield with each command that [Machine.Decide] allows, in the order of the
// table, until yield returns false. The command in a is ignored.
func (m *Machine[S, C, T]) Legal(a *Ask[S, C, T], yield func(C) bool) {
	other := *a
	other.Act.To = ""
	for i := range m.Rules {
		r := &m.Rules[i]
		if !m.meets(r, &other) || m.decidedAbove(i, &other) {
			continue
		}
		other.Command, other.Act.Command = r.Command, string(r.Command)
		if r.decide(&other).Code == Allowed && !yield(r.Command) {
			return
		}
	}
}

// meets reports whether a row is for this actor in this state.
func (m *Machine[S, C, T]) meets(r *Rule[S, C, T], a *Ask[S, C, T]) bool {
	return slices.Contains(r.From, a.State) && m.concerned(r, a)
}

// decidedAbove reports whether a row above row i is for the same command, actor and state.
func (m *Machine[S, C, T]) decidedAbove(i int, a *Ask[S, C, T]) bool {
	for k := range i {
		if r := &m.Rules[k]; r.Command == m.Rules[i].Command && m.meets(r, a) {
			return true
		}
	}
	return false
}

// decide asks the authorizer and the guards of the row that is for this actor in this state.
func (r *Rule[S, C, T]) decide(a *Ask[S, C, T]) Decision[S, C, T] {
	if a.Authorizer == nil {
		return Decision[S, C, T]{Code: Denied, cause: sp.ErrDenied}
	}
	if err := a.Authorizer.Authorize(a.Stamp.By, a.Act); err != nil {
		return Decision[S, C, T]{Code: Denied, cause: err}
	}
	for i := range r.Guards {
		g := &r.Guards[i]
		if g.Holds(a.Subject, a.Stamp) {
			continue
		}
		if !g.Audience.Hears(a.Stamp.By.Role) {
			return Decision[S, C, T]{Code: Withheld}
		}
		return Decision[S, C, T]{Code: g.Code, guard: g}
	}
	return Decision[S, C, T]{Rule: r}
}

// find returns the first row that is for this actor in this state, or why there is none.
func (m *Machine[S, C, T]) find(a *Ask[S, C, T]) Decision[S, C, T] {
	code := NoSuch
	for i := range m.Rules {
		r := &m.Rules[i]
		if r.Command != a.Command {
			continue
		}
		if !m.concerned(r, a) {
			if code == NoSuch {
				code = NotYours
			}
			continue
		}
		if slices.Contains(r.From, a.State) {
			return Decision[S, C, T]{Rule: r}
		}
		code = NotNow
	}
	return Decision[S, C, T]{Code: code}
}

// concerned reports whether the actor is one of the parties of a row. A link
// narrows to the one aggregate that it is for; the role system counts only in a
// stamp that was made for it.
func (m *Machine[S, C, T]) concerned(r *Rule[S, C, T], a *Ask[S, C, T]) bool {
	by := &a.Stamp.By
	if by.Role == sp.RoleSystem && !a.Stamp.System() {
		return false
	}
	if by.Only != "" {
		id, ok := strings.CutPrefix(by.Only, m.Name)
		if !ok || id == "" || id[0] != '/' || id[1:] != a.Act.ID {
			return false
		}
	}
	for i := range r.By {
		if p := &r.By[i]; (p.Role == "" || p.Role == by.Role) && (p.Is == nil || p.Is(a.Subject, *by)) {
			return true
		}
	}
	return false
}
