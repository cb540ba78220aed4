package transition

import (
	"fmt"
	"slices"
	"strings"
)

// inError is the state of what should never have been there, in the word of FHIR. A
// machine that has it can reach it from everywhere.
const inError = "entered-in-error"

// Diagram draws the machine as a Mermaid state diagram: a labelled arrow for
// each way from one state to another. Commands that leave the state as it is
// are in [RoleMachine.Table], and so are the ways to what was entered in error.
func (m RoleMachine[S]) Diagram() string {
	type arrow struct{ from, to S }
	var order []arrow
	labels := make(map[arrow][]string)
	for _, r := range m.Rules {
		for _, from := range r.From {
			a := arrow{from, r.To}
			if r.To == "" || r.To == from || r.To == inError {
				continue
			}
			if labels[a] == nil {
				order = append(order, a)
			}
			if !slices.Contains(labels[a], r.Command) {
				labels[a] = append(labels[a], r.Command)
			}
		}
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, a := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", node(a.from), node(a.to), strings.Join(labels[a], ", "))
	}
	for _, s := range m.States() {
		if s == inError {
			fmt.Fprintf(&b, "    %s: entered in error, from any state\n", node(s))
		} else if m.Ended(s) {
			fmt.Fprintf(&b, "    %s --> [*]\n", node(s))
		}
	}
	return b.String()
}

// node writes a state as Mermaid wants it; a hyphen would end the name.
func node[S ~string](s S) string {
	if s == "" {
		return "[*]"
	}
	return strings.ReplaceAll(string(s), "-", "_")
}

// Table writes the machine as a Markdown table, a row for each rule.
func (m RoleMachine[S]) Table() string {
	var b strings.Builder
	b.WriteString("| command | from | to | who may | what must be there | recorded as |\n|---|---|---|---|---|---|\n")
	for _, r := range m.Rules {
		from := make([]string, len(r.From))
		for i, s := range r.From {
			from[i] = string(s)
			if s == "" {
				from[i] = "(new)"
			}
		}
		to := string(r.To)
		if to == "" {
			to = "(stays)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.Command, strings.Join(from, ", "), to,
			join(r.By, ", "), strings.Join(r.Requires, ", "), r.Event)
	}
	return b.String()
}
