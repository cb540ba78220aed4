package session

import "slices"

// A Step is how much a session asks of somebody who finds it hard to go out.
// Steps are graded: whoever cannot face a group may manage a phone call.
type Step string

// The steps, from the gentlest.
const (
	Phone       Step = "phone"
	Home        Step = "home"
	Accompanied Step = "accompanied"
	SmallGroup  Step = "small-group"
	Group       Step = "group"
)

var steps = []Step{Phone, Home, Accompanied, SmallGroup, Group}

// Steps returns the steps in their order, the gentlest first.
func Steps() []Step { return slices.Clone(steps) }

// Valid reports whether s is one of [Steps].
func (s Step) Valid() bool { return slices.Contains(steps, s) }

// Gentler returns the step below s, and s itself if there is none.
func (s Step) Gentler() Step { return steps[max(slices.Index(steps, s)-1, 0)] }

// Bolder returns the step above s, and s itself if there is none.
func (s Step) Bolder() Step {
	i := slices.Index(steps, s)
	return steps[min(i+1, len(steps)-1)]
}

// A Cause is why a person did not come.
type Cause string

// The causes of a missed session. Each calls for another answer.
const (
	Anxiety      Cause = "anxiety"
	NoTransport  Cause = "transport"
	Cost         Cause = "cost"
	Illness      Cause = "illness"
	Refusal      Cause = "refusal" // does not want to
	UnknownCause Cause = "unknown"
)

// Valid reports whether c is one of the causes.
func (c Cause) Valid() bool {
	switch c {
	case Anxiety, NoTransport, Cost, Illness, Refusal, UnknownCause:
		return true
	}
	return false
}

// Advice is what to do about a missed session.
type Advice struct {
	Next   Step      // at which step another session should be
	Rebook Rebooking // whether to book one at once
	Do     string    // for the link worker, in a sentence
}

// A Rebooking says whether to book another session after one that was missed.
type Rebooking string

// What to do about another session.
const (
	BookAgain Rebooking = "again"      // the same placement goes on
	AskFirst  Rebooking = "ask-first"  // speak to the person before anything is booked
	DoNotBook Rebooking = "no-further" // the person said no; respect it and keep the door open
)

// Advise returns what to do after a session at step was missed for cause.
// Nothing starts again: the placement goes on, at the same step or a gentler
// one. A cause that it does not know is treated as unknown.
func Advise(step Step, cause Cause) Advice {
	switch cause {
	case Anxiety:
		return Advice{step.Gentler(), BookAgain, "Offer again one step gentler, with somebody to come along."}
	case NoTransport:
		return Advice{step, BookAgain, "Arrange or fund the journey, then offer again."}
	case Cost:
		return Advice{step, BookAgain, "Find who pays the fee or the kit, then offer again."}
	case Illness:
		return Advice{step, BookAgain, "Ask how they are, and offer again when they are well."}
	case Refusal:
		return Advice{step, DoNotBook, "Do not book again; ask what they would like instead."}
	default:
		return Advice{step, AskFirst, "Ring and ask how they are before booking anything."}
	}
}
