package transition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Table is a [Machine] in plain values: what may be read of it, drawn, translated
// and compared, without its functions. It shares no memory with the machine.
type Table[S, C ~string] struct {
	Name string
	Rows []Row[S, C]
}

// A Row is a [Rule] in plain values.
type Row[S, C ~string] struct {
	Command C
	Event   store.EventType
	From    []S // the empty state is: does not exist yet
	To      S   // empty if the state stays as it is
	By      []Who
	Guards  []Condition
}

// A Who is a [Party] in plain values.
type Who struct {
	Words   string
	Role    sp.Role // empty is any
	Related bool    // not everybody in the role
}

// A Condition is a [Guard] in plain values.
type Condition struct {
	Code, Words string
	Audience    Audience
	Detailed    bool // a refusal says which ones
}

// Table returns the machine in plain values.
func (m *Machine[S, C, T]) Table() Table[S, C] {
	t := Table[S, C]{Name: m.Name}
	for _, r := range m.Rules {
		row := Row[S, C]{Command: r.Command, Event: r.Event, From: slices.Clone(r.From), To: r.To}
		for _, p := range r.By {
			row.By = append(row.By, Who{p.Words, p.Role, p.Is != nil})
		}
		for _, g := range r.Guards {
			row.Guards = append(row.Guards, Condition{g.Code, g.Words, g.Audience, g.Detail != nil})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// States returns every state in the order of the table, without the empty one.
func (t Table[S, C]) States() []S {
	var states []S
	for _, r := range t.Rows {
		for _, s := range append(slices.Clone(r.From), r.To) {
			if s != "" && !slices.Contains(states, s) {
				states = append(states, s)
			}
		}
	}
	return states
}

// Commands returns every command once, in the order of the table.
func (t Table[S, C]) Commands() []C {
	var commands []C
	for _, r := range t.Rows {
		if !slices.Contains(commands, r.Command) {
			commands = append(commands, r.Command)
		}
	}
	return commands
}

// Events returns the stored name of everything that is recorded, once each, in the
// order of the table.
func (t Table[S, C]) Events() []store.EventType {
	var events []store.EventType
	for _, r := range t.Rows {
		if !slices.Contains(events, r.Event) {
			events = append(events, r.Event)
		}
	}
	return events
}

// Ended reports whether state is an end: nothing leads on from it but the
// discovery that it was all entered in error.
func (t Table[S, C]) Ended(state S) bool {
	return !slices.ContainsFunc(t.Rows, func(r Row[S, C]) bool {
		return slices.Contains(r.From, state) && r.To != "" && r.To != state && r.To != enteredInError
	})
}

// enteredInError is the state of what should never have been there, in the word of
// FHIR. A machine that has it can reach it from everywhere.
const enteredInError = "entered-in-error"

// Diagram draws the table as a Mermaid state diagram: a labelled arrow for each way
// from one state to another. Commands that leave the state as it is are in
// [Table.Markdown], and so are the ways to what was entered in error.
func (t Table[S, C]) Diagram() string {
	type arrow struct{ from, to S }
	var order []arrow
	labels := make(map[arrow][]string)
	for _, r := range t.Rows {
		for _, from := range r.From {
			a := arrow{from, r.To}
			if r.To == "" || r.To == from || r.To == enteredInError {
				continue
			}
			if labels[a] == nil {
				order = append(order, a)
			}
			labels[a] = with(labels[a], string(r.Command))
		}
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, a := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", mermaid(a.from), mermaid(a.to), strings.Join(labels[a], ", "))
	}
	for _, s := range t.States() {
		if s == enteredInError {
			fmt.Fprintf(&b, "    %s: entered in error, from any state\n", mermaid(s))
		} else if t.Ended(s) {
			fmt.Fprintf(&b, "    %s --> [*]\n", mermaid(s))
		}
	}
	return b.String()
}

// mermaid writes a state as Mermaid wants it; a hyphen would end the name.
func mermaid[S ~string](s S) string {
	if s == "" {
		return "[*]"
	}
	return strings.ReplaceAll(string(s), "-", "_")
}

// Markdown writes the table in Markdown, a line for each row.
func (t Table[S, C]) Markdown() string {
	var b strings.Builder
	b.WriteString("| command | from | to | who may | not before | recorded as |\n|---|---|---|---|---|---|\n")
	for _, r := range t.Rows {
		var from, by, guards []string
		for _, s := range r.From {
			if s == "" {
				s = "(new)"
			}
			from = append(from, string(s))
		}
		to := string(r.To)
		if to == "" {
			to = "(stays)"
		}
		for _, w := range r.By {
			by = append(by, w.Words)
		}
		for _, g := range r.Guards {
			guards = append(guards, g.Words+" (`"+g.Code+"`, said to "+string(g.Audience)+")")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.Command, strings.Join(from, ", "), to,
			strings.Join(by, "; "), strings.Join(guards, "; "), r.Event)
	}
	return b.String()
}
