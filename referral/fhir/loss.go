package fhir

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
)

// A Kind is in which way something was lost.
type Kind string

// The kinds of loss.
const (
	Dropped     Kind = "dropped"      // nothing there says it
	Coarsened   Kind = "coarsened"    // what is there says less
	Defaulted   Kind = "defaulted"    // something had to be stated that was not known
	UnknownCode Kind = "unknown-code" // the other side has no word for a code
	Withheld    Kind = "withheld"     // the person has not permitted it
	Refused     Kind = "refused"      // it could not be used safely, and was not
)

// A Loss is something that did not come through a translation whole. It holds paths,
// element names and codes, and nothing of what was said of a person.
type Loss struct {
	Path        string      `json:"path"`             // in what was translated: "placements[0].replyBy", or "Task.status" of what came in
	Ours        string      `json:"ours,omitempty"`   // the field or code here; empty if there is none, or it is withheld
	Theirs      string      `json:"theirs,omitempty"` // the element or code there; empty if there is none
	Kind        Kind        `json:"kind"`
	Severity    sp.Severity `json:"severity"`
	Recoverable bool        `json:"recoverable"` // by a reader who knows the extensions of this package
}

// String returns a line such as "Task.status: coarsened: ready became accepted".
func (l Loss) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", l.Path, l.Kind)
	switch {
	case l.Ours != "" && l.Theirs != "":
		fmt.Fprintf(&b, ": %s here, %s there", l.Ours, l.Theirs)
	case l.Ours != "":
		fmt.Fprintf(&b, ": %s here", l.Ours)
	case l.Theirs != "":
		fmt.Fprintf(&b, ": %s there", l.Theirs)
	}
	if l.Severity > sp.Note {
		fmt.Fprintf(&b, " (%s)", l.Severity)
	}
	if l.Recoverable {
		b.WriteString(", recoverable")
	}
	return b.String()
}

// A Report lists what a translation lost, in the order in which it was met.
type Report []Loss

// Under returns the losses at a path and below it.
func (r Report) Under(path string) Report {
	var found Report
	for _, l := range r {
		if rest, is := strings.CutPrefix(l.Path, path); is && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			found = append(found, l)
		}
	}
	return found
}

// Of returns the losses of a kind.
func (r Report) Of(k Kind) Report {
	var found Report
	for _, l := range r {
		if l.Kind == k {
			found = append(found, l)
		}
	}
	return found
}

// String returns the losses, one a line.
func (r Report) String() string {
	lines := make([]string, len(r))
	for i, l := range r {
		lines[i] = l.String()
	}
	return strings.Join(lines, "\n")
}

// within returns the report with a path put before each.
func (r Report) within(path string) Report {
	out := make(Report, len(r))
	for i, l := range r {
		l.Path = join(path, l.Path)
		out[i] = l
	}
	return out
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "." + b
}
