package grant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
)

// RoleFunder is the role of those who answer for a fund: a commissioner, a
// council, the trustees of a citizens' fund.
const RoleFunder sp.Role = "funder"

// A State is where a fund or an award stands.
type State string

// The states. A fund is open or wound up; the others are those of an award.
const (
	StateOpen    State = "open"
	StateWoundUp State = "wound-up"

	StateOffered    State = "offered"    // the money is set aside
	StateAgreed     State = "agreed"     // signed: payments can be made
	StateDeclined   State = "declined"   // by the provider
	StateWithdrawn  State = "withdrawn"  // by the funder, before it was agreed
	StateEnded      State = "ended"      // as planned
	StateTerminated State = "terminated" // before its planned end
)

// A Rule is one row of a machine's table: a command, where it is legal, who may
// give it, and where it leads.
type Rule struct {
	Command string    // the verb: "agree"
	Event   string    // the stored name of what it records: "award.agreed"
	From    []State   // the empty state is: does not exist yet
	To      State     // empty if the command leaves the state as it is
	By      []sp.Role // who may give it
	Needs   string    // what must be there first, in words
}

// A Machine is the table of one kind of aggregate. Commands are checked against
// it; replay is not, since what has happened has happened.
type Machine struct {
	Name  string // "award"
	Rules []Rule
}

// FundMachine returns the rules of a fund.
func FundMachine() Machine {
	funder, keeper := []sp.Role{RoleFunder}, []sp.Role{RoleFunder, sp.RoleSystem}
	open := []State{StateOpen}
	return Machine{"fund", []Rule{
		{"open", "fund.opened", []State{""}, StateOpen, funder, "currency, carry-over rule"},
		{"allocate", "fund.allocated", open, "", keeper, "an open year"},
		{"draw", "fund.drawn", open, "", funder, "that much in the reserve, an open year"},
		{"vire", "fund.vired", open, "", funder, "free money, no ring-fence around the source"},
		{"commit", "fund.committed", open, "", funder, "free money in every year of the award"},
		{"pay", "fund.paid", open, "", keeper, "an instalment that was promised"},
		{"release", "fund.released", open, "", []sp.Role{RoleFunder, sp.RoleProvider}, "money that was promised and is not paid"},
		{"recover", "fund.recovered", open, "", keeper, "money that was paid"},
		{"close year", "fund.year-closed", open, "", keeper, "the year is over and all before it are closed"},
		{"wind up", "fund.wound-up", open, StateWoundUp, funder, "no promise is open"},
	}}
}

// AwardMachine returns the rules of an award.
func AwardMachine() Machine {
	funder, keeper := []sp.Role{RoleFunder}, []sp.Role{RoleFunder, sp.RoleSystem}
	parties := []sp.Role{RoleFunder, sp.RoleProvider}
	offered, agreed := []State{StateOffered}, []State{StateAgreed}
	lived := []State{StateAgreed, StateEnded, StateTerminated}
	return Machine{"award", []Rule{
		{"offer", "award.offered", []State{""}, StateOffered, funder, "terms that the fund allows, free money"},
		{"agree", "award.agreed", offered, StateAgreed, parties, ""},
		{"decline", "award.closed", offered, StateDeclined, []sp.Role{sp.RoleProvider}, "reason"},
		{"withdraw", "award.closed", offered, StateWithdrawn, funder, "reason"},
		{"pay", "award.paid", []State{StateAgreed, StateTerminated}, "", keeper, "an instalment that is still to be paid"},
		{"report spend", "award.spent", lived, "", parties, "no more than the budget of each class of cost"},
		{"vire", "award.vired", agreed, "", funder, "unspent budget"},
		{"extend", "award.extended", agreed, "", funder, "a later end, free money"},
		{"terminate", "award.closed", agreed, StateTerminated, parties, "reason, last day"},
		{"end", "award.closed", agreed, StateEnded, keeper, "the period is over and everything is paid"},
		{"recover", "award.recovered", lived, "", keeper, "money that was paid and not spent"},
	}}
}

// The tables are asked before each command; callers get copies of their own.
var fundMachine, awardMachine = FundMachine(), AwardMachine()

// permit returns nil if a command is legal, and otherwise a [*TransitionError].
func (m Machine) permit(id, command string, state State, role sp.Role, missing ...string) error {
	allows := func(r Rule) bool {
		return r.Command == command && slices.Contains(r.From, state) && slices.Contains(r.By, role)
	}
	if len(missing) == 0 && slices.ContainsFunc(m.Rules, allows) {
		return nil
	}
	if !sp.ValidID(id) {
		id = "(malformed id)"
	}
	e := &TransitionError{Machine: m.Name, ID: id, Command: command, State: state, Role: role}
	for _, r := range m.Rules {
		here, may := slices.Contains(r.From, state), slices.Contains(r.By, role)
		if r.Command != command {
			if here && may {
				e.Legal = append(e.Legal, r.Command)
			}
			continue
		}
		e.States, e.Roles = slices.Clone(r.From), slices.Clone(r.By)
		if here && may {
			e.Missing = missing
		}
	}
	return e
}

// A TransitionError is a command that the rules refuse as things stand. Nothing
// has changed. It is [sp.ErrDenied] if only the role is wrong, and otherwise
// [sp.ErrInvalid].
type TransitionError struct {
	Machine string // "award"
	ID      string
	Command string
	State   State     // empty if it does not exist yet
	Role    sp.Role   // of whoever gave the command
	States  []State   // in which states it is legal
	Roles   []sp.Role // who may give it
	Legal   []string  // what this role may do in this state instead
	Missing []string  // what must be there first, if that is all that is wrong
}

// Error names the command and the state, and what would have been possible.
func (e *TransitionError) Error() string {
	s := fmt.Sprintf("grant: %s %s %s: ", e.Command, e.Machine, e.ID)
	switch {
	case len(e.Missing) > 0:
		return s + "not before " + strings.Join(e.Missing, ", ")
	case e.wrongRole():
		s += "not by this role; " + words(e.Roles, " or ") + " may"
	default:
		s += "not while " + words([]State{e.State}, "") + "; only while " + words(e.States, " or ")
	}
	if len(e.Legal) > 0 {
		s += "; legal now: " + strings.Join(e.Legal, ", ")
	}
	return s
}

func (e *TransitionError) wrongRole() bool {
	return len(e.Missing) == 0 && slices.Contains(e.States, e.State)
}

// Is reports whether target is the sentinel of this refusal.
func (e *TransitionError) Is(target error) bool {
	if e.wrongRole() {
		return target == sp.ErrDenied
	}
	return target == sp.ErrInvalid
}

func words[S ~string](list []S, by string) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = string(s)
		if s == "" {
			names[i] = "new"
		}
	}
	return strings.Join(names, by)
}

// Diagram draws the machine as a Mermaid state diagram, an arrow for each rule
// that leads to another state.
func (m Machine) Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	var ends []State
	for _, r := range m.Rules {
		if r.To == "" {
			continue
		}
		for _, from := range r.From {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", node(from), node(r.To), r.Command)
		}
		if !slices.ContainsFunc(m.Rules, func(next Rule) bool { return next.To != "" && slices.Contains(next.From, r.To) }) {
			ends = append(ends, r.To)
		}
	}
	for _, s := range ends {
		fmt.Fprintf(&b, "    %s --> [*]\n", node(s))
	}
	return b.String()
}

// node writes a state as Mermaid wants it; a hyphen would end the name.
func node(s State) string {
	if s == "" {
		return "[*]"
	}
	return strings.ReplaceAll(string(s), "-", "_")
}

// Table writes the machine as a Markdown table, a row for each rule.
func (m Machine) Table() string {
	var b strings.Builder
	b.WriteString("| command | from | to | who may | what must be there | recorded as |\n|---|---|---|---|---|---|\n")
	for _, r := range m.Rules {
		to := r.To
		if to == "" {
			to = "(stays)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.Command, words(r.From, ", "), to, words(r.By, ", "), r.Needs, r.Event)
	}
	return b.String()
}
