package transition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Party is who may give a command: a role and, with Is, a relation to this very
// aggregate, such as the provider of this placement.
type Party[T any] struct {
	Words string                 // "the provider of this placement"
	Role  sp.Role                // empty is any, where the relation says enough
	Is    func(T, sp.Actor) bool // nil accepts everybody in the role
}

// An Audience is to whom the reason of a refusal may be said.
type Audience string

// The audiences of a guard: who may be told that it holds or not.
const (
	Everyone Audience = "everyone concerned"
	Scheme   Audience = "the scheme and the referrer" // not the person, over whose shoulder somebody may read, nor a provider
)

// scheme are the roles of those who work for a scheme, and of who referred to it.
var scheme = []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead, sp.RoleSafeguardingLead, sp.RoleReferrer, sp.RoleSystem}

// Hears reports whether a reason for this audience may be said to somebody in a role.
func (a Audience) Hears(r sp.Role) bool {
	return a == Everyone || a == Scheme && slices.Contains(scheme, r)
}

// A Guard is something that must be so before a command may happen.
type Guard[T any] struct {
	Code     string // stable, to branch on, count and translate
	Words    string // completes "not before ..."
	Audience Audience
	Holds    func(T, sp.Stamp) bool   // looks and changes nothing
	Detail   func(T, sp.Stamp) string // which ones, in IDs and numbers, for those who may hear it; may be nil
}

// A Rule is one row of a table: a command, from which states it leads where, who
// may give it, and what must be so first. A command that means different things
// from different parties has a row for each of them.
type Rule[S, C ~string, T any] struct {
	Command C
	Event   store.EventType
	From    []S // the empty state is: does not exist yet
	To      S   // empty if the state stays as it is
	By      []Party[T]
	Guards  []Guard[T]
}

// A Machine is the table of one kind of aggregate. S are its states, C its commands,
// and T is what its parties and guards look at. Commands are checked against it;
// replay is not, since what has happened has happened, even if today's table would
// refuse it.
type Machine[S, C ~string, T any] struct {
	Name  string // "placement"
	Rules []Rule[S, C, T]
}

// Commands returns every command once, in the order of the table.
func (m *Machine[S, C, T]) Commands() []C {
	var commands []C
	for i := range m.Rules {
		if c := m.Rules[i].Command; !slices.Contains(commands, c) {
			commands = append(commands, c)
		}
	}
	return commands
}

// Check returns what is wrong with the table itself, for a test to fail on. Above all:
// where a guard has a reason that a party may not hear, that party must have a row
// of its own without the guard, since even a refusal without a reason tells that
// there is something. A table says each thing in one way: for one command, state and
// party there is one row, and no row leads to where it already is.
func (m *Machine[S, C, T]) Check() (wrong []string) {
	reached := []S{""}
	for i := range m.Rules {
		reached = append(reached, m.Rules[i].To)
	}
	words := make(map[string]string)
	for i := range m.Rules {
		r := &m.Rules[i]
		fault := func(ok bool, what string) {
			if !ok {
				wrong = append(wrong, string(r.Command)+": "+what)
			}
		}
		fault(r.Command != "", "a row has no command")
		of, _, named := strings.Cut(string(r.Event), ".")
		fault(named && of != "", "its event does not say what it is of")
		fault(len(r.From) > 0, "it is legal nowhere")
		fault(len(r.From) < 2 || !slices.Contains(r.From, ""), "what does not exist yet needs a row of its own")
		fault(len(r.From) != 1 || r.To == "" || r.From[0] != r.To, "it leads to where it is, which an empty state says")
		fault(len(r.By) > 0, "nobody may give it")
		for _, s := range r.From {
			fault(slices.Contains(reached, s), "no command leads to "+string(s))
		}
		for _, p := range r.By {
			fault(p.Words != "" && (p.Role != "" || p.Is != nil), "a party lacks its words, or says nothing of who it is")
		}
		for _, g := range r.Guards {
			fault(g.Code != "" && g.Words != "" && g.Holds != nil, "a guard lacks its code, words or function")
			fault(words[g.Code] == "" || words[g.Code] == g.Words, "guard "+g.Code+" is said in two ways")
			words[g.Code] = g.Words
			for _, p := range r.By {
				fault(g.Audience.Hears(p.Role), p.Words+" would learn of "+g.Code)
			}
		}
		for k := range i {
			if m.Rules[k].Command == r.Command {
				wrong = append(wrong, r.hidden(&m.Rules[k])...)
			}
		}
	}
	return wrong
}

// hidden says for which parties and states a row is never asked, since above, a row of
// the same command that stands higher, decides there.
func (r *Rule[S, C, T]) hidden(above *Rule[S, C, T]) (wrong []string) {
	for _, s := range r.From {
		for _, p := range r.By {
			if slices.Contains(above.From, s) && slices.ContainsFunc(above.By, p.within) {
				wrong = append(wrong, fmt.Sprintf("%s: in %s a row above decides for %s", r.Command, named(s), p.Words))
			}
		}
	}
	return wrong
}

// within reports whether q is whoever p is: the same party, or everybody in its role.
func (p Party[T]) within(q Party[T]) bool {
	return q.Words == p.Words || q.Is == nil && (q.Role == p.Role || q.Role == "")
}
