package disclosure

import (
	"encoding/json"
	"fmt"

	"github.com/socialprescribing/sp"
)

// A Basis says why something may be shown.
type Basis string

// The grounds.
const (
	NotReleased   Basis = ""                 // the zero [Released]: nothing may be shown
	Controlled    Basis = "controlled"       // counts of people under a policy, audited
	CountsNothing Basis = "counts no people" // as the caller declares, with a reason
	StaysWithin   Basis = "stays within"     // for an audience, with a reason
)

// A Released is something that may be shown, and why it may. Only this package
// can make one, so a function that takes a Released cannot be given anything that
// has not been checked here.
type Released[T any] struct {
	value    T
	basis    Basis
	policy   string
	audience Audience
	why      string
}

// An Audience is for whom something may be drawn that is not for the public.
type Audience string

// The audiences.
const (
	Person   Audience = "the person"          // one's own measures, and those in one's care
	Practice Audience = "the practice itself" // its own patients
	Team     Audience = "the team's lead"     // workers' caseloads
)

// NotPeople releases figures that count no people, such as money, places or
// opening hours, with the reason. Those who work count as people. It fails with
// an error that is [sp.ErrInvalid] without a reason.
func NotPeople[T any](value T, why string) (Released[T], error) {
	if why == "" {
		return Released[T]{}, sp.Invalid("disclosure: not people", "why", sp.Missing, "must be given")
	}
	return Released[T]{value: value, basis: CountsNothing, why: why}, nil
}

// Within marks what may only be shown within care or the team: one person's
// measures, a practice's own patients for that practice, a worker's caseload for
// the lead. Charts draw it with its audience in the foot; [Released.Public]
// refuses it. It fails with an error that is [sp.ErrInvalid] without an audience
// or a reason.
func Within[T any](value T, audience Audience, why string) (Released[T], error) {
	e := &sp.InvalidError{Subject: "disclosure: within"}
	e.Check(audience != "", "audience", sp.Missing, "must be given")
	e.Check(why != "", "why", sp.Missing, "must be given")
	if err := e.Err(); err != nil {
		return Released[T]{}, err
	}
	return Released[T]{value: value, basis: StaysWithin, audience: audience, why: why}, nil
}

// Basis returns on what grounds r may be shown.
func (r Released[T]) Basis() Basis { return r.basis }

// Audience returns for whom alone r may be drawn; empty for what is not restricted so.
func (r Released[T]) Audience() Audience { return r.audience }

// Public returns what r holds, for whatever is published: reports, exports,
// files. It fails with an error that is [sp.ErrDenied] for what stays within, and
// for the zero Released.
func (r Released[T]) Public() (T, error) {
	var none T
	switch r.basis {
	case Controlled, CountsNothing:
		return r.value, nil
	case StaysWithin:
		return none, fmt.Errorf("disclosure: for %s only: %w", r.audience, sp.ErrDenied)
	case NotReleased:
	}
	return none, fmt.Errorf("disclosure: was not released: %w", sp.ErrDenied)
}

// Draw returns what r holds, for a chart on a screen, and the foot that must stand below
// it. It fails with an error that is [sp.ErrDenied] for the zero Released.
func (r Released[T]) Draw() (value T, foot string, err error) {
	if r.basis == NotReleased {
		return value, "", fmt.Errorf("disclosure: was not released: %w", sp.ErrDenied)
	}
	return r.value, r.Foot(), nil
}

// Foot returns the grounds in words, for the foot of a chart or a table.
func (r Released[T]) Foot() string {
	switch r.basis {
	case Controlled:
		return "Small numbers are not shown (" + r.policy + ")."
	case CountsNothing:
		return "Counts no people: " + r.why + "."
	case StaysWithin:
		return "For " + string(r.audience) + " only: " + r.why + "."
	case NotReleased:
	}
	return "Not released."
}

// String returns the grounds, and never what r holds.
func (r Released[T]) String() string { return "[" + r.Foot() + "]" }

// GoString returns what String returns.
func (r Released[T]) GoString() string { return r.String() }

// Format prints what String returns, whatever the verb.
func (r Released[T]) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(r.String())) }

// MarshalJSON writes what r holds, and fails as [Released.Public] does.
func (r Released[T]) MarshalJSON() ([]byte, error) {
	value, err := r.Public()
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}
