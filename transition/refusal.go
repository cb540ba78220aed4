package transition

import (
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/printable"
)

// A Refusal is a command that may not be given as things stand. Nothing has changed.
// It says no more than whoever gave the command may know. Where the command is not
// theirs, or not now, it says who may give it or when, and what they may do instead.
//
// It is [sp.ErrDenied] if the command is not theirs to give, [sp.ErrConflict] if the
// aggregate has to be loaded again, and otherwise [sp.ErrInvalid].
type Refusal struct {
	Machine string // "referral"
	ID      string
	Command string
	Code    string   // one of the codes of a decision, or that of a guard
	Words   string   // in English; Code is what to translate by
	Detail  string   // of a guard: which ones stand in the way, in IDs and numbers; mostly empty
	Parties []string // with [NotYours]: who may give the command
	States  []string // with [NotNow]: in which states it is legal
	Legal   []string // with [NotYours] and [NotNow]: which commands this actor may give now instead
	cause   error
}

// Words returns what refusals say in English, by the code of the decision. Those of
// guards are in their [Table]. The map is the caller's.
func Words() map[string]string { return maps.Clone(words) }

var words = map[string]string{
	NoSuch:   "there is no such command",
	NotYours: "is not yours to do",
	NotNow:   "cannot be done now",
	Denied:   "is not open to you",
	Withheld: "cannot be done here; please speak to the link worker",
	KeyTaken: "was given before under this key, with other input",
	Stale:    "has to be loaded again, since nobody knows what of it is saved",
}

// Refusal puts a decision in words. It returns nil if the command may be given, or
// was given before.
func (m *Machine[S, C, T]) Refusal(a *Ask[S, C, T], d Decision[S, C, T]) error {
	if d.Code == Allowed || d.Code == Repeated {
		return nil
	}
	e := &Refusal{Machine: m.Name, ID: printable.ID(a.Act.ID), Command: string(a.Command), Code: d.Code, Words: words[d.Code], cause: d.cause}
	if g := d.guard; g != nil {
		e.Words = "not before " + g.Words
		if g.Detail != nil {
			e.Detail = g.Detail(a.Subject, a.Stamp)
		}
	}
	m.explain(e, a)
	return e
}

// explain adds what the table says to everybody, and what this actor may do instead.
func (m *Machine[S, C, T]) explain(e *Refusal, a *Ask[S, C, T]) {
	for i := range m.Rules {
		switch r := &m.Rules[i]; {
		case r.Command != a.Command:
		case e.Code == NotYours:
			for _, p := range r.By {
				e.Parties = with(e.Parties, p.Words)
			}
		case e.Code == NotNow && m.concerned(r, a):
			for _, s := range r.From {
				e.States = with(e.States, named(s))
			}
		}
	}
	if e.Code != NotYours && e.Code != NotNow {
		return // the command is theirs, and now: something else has to happen first
	}
	m.Legal(a, func(c C) bool {
		if e.Legal == nil {
			e.Legal = make([]string, 0, 16) // at once, as a refusal in words is mostly of one that has many
		}
		e.Legal = append(e.Legal, string(c))
		return true
	})
}

func with(list []string, one string) []string {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

// named returns a state in words: the empty one is that of what is not there yet.
func named[S ~string](state S) string {
	if state == "" {
		return "new"
	}
	return string(state)
}

// Error says what was refused, why, and what would have been legal.
func (e *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(e.Machine + ": " + e.Command + " " + e.ID + ": " + e.Words)
	if e.Detail != "" {
		b.WriteString(" (" + e.Detail + ")")
	}
	if e.cause != nil && e.cause != sp.ErrDenied { //nolint:errorlint // which alone says nothing that Words does not
		b.WriteString(": " + e.cause.Error())
	}
	if len(e.Parties) > 0 {
		b.WriteString("; " + strings.Join(e.Parties, " or ") + " may")
	}
	if len(e.States) > 0 {
		b.WriteString(", only while " + strings.Join(e.States, " or "))
	}
	if len(e.Legal) > 0 {
		b.WriteString("; you may " + strings.Join(e.Legal, ", "))
	}
	return b.String()
}

// Unwrap returns the error of the [Authorizer], if that is what refused.
func (e *Refusal) Unwrap() error { return e.cause }

// Is reports whether target is the sentinel of this refusal.
func (e *Refusal) Is(target error) bool {
	switch e.Code {
	case NotYours, Denied, Withheld:
		return target == sp.ErrDenied
	case Stale:
		return target == sp.ErrConflict
	}
	return target == sp.ErrInvalid
}
