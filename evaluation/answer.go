package evaluation

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/evaluation/survival"
)

// An Answer is what a rule says of one row. Each row has exactly one, so a numerator is
// always inside its denominator, and what is left out is counted by its reason.
type Answer struct {
	kind kind
	text string // a reason, an end, a category
	a, b int64  // days; a value; before and after; part and whole
}

// A kind is what an answer is. The numbers are stored.
type kind uint8

const (
	absent kind = iota
	yes
	no
	unknown
	notYet
	out
	ended
	waiting
	category
	value
	pair
	lost
	part
	kinds
)

// The answers to a share.
var (
	Absent  = Answer{}              // the row is not of the denominator, and not counted as left out either
	Yes     = Answer{kind: yes}     // in numerator and denominator
	No      = Answer{kind: no}      // in the denominator alone
	Unknown = Answer{kind: unknown} // nobody knows: in neither, and counted as left out ("not known")
	NotYet  = Answer{kind: notYet}  // its window is not over: in neither, and counted as left out ("too recent")
)

// YesIf returns [Yes] or [No].
func YesIf(is bool) Answer {
	if is {
		return Yes
	}
	return No
}

// Out answers that a row is left out of the denominator, and why.
func Out(why string) Answer { return Answer{kind: out, text: why} }

// Ended answers that a wait ended after so many days, and how: what was waited for came
// ([Reached]), or something else did, such as "left".
func Ended(how string, days int) Answer {
	return Answer{kind: ended, text: how, a: int64(within(days))}
}

// Waiting answers that a wait still goes on after so many days.
func Waiting(days int) Answer { return Answer{kind: waiting, a: int64(within(days))} }

// within returns days as package survival takes them.
func within(days int) int { return min(max(days, 0), survival.MaxDuration) }

// Of answers which category a row belongs to, such as a reason.
func Of(what string) Answer { return Answer{kind: category, text: what} }

// Value answers with a number to be averaged, in whole units.
func Value(n int64) Answer { return Answer{kind: value, a: n} }

// Change answers with a score before and one after, in whole units.
func Change(before, after int64) Answer { return Answer{kind: pair, a: before, b: after} }

// Lost answers with a score before that has none after: the row is counted as left out
// ("no follow-up").
func Lost(before int64) Answer { return Answer{kind: lost, a: before} }

// Part answers with a numerator and a denominator of one row, in whole units: hours of
// administration of hours worked, incidents of person-days.
func Part(n, of int64) Answer { return Answer{kind: part, a: n, b: of} }

// leftOut returns the reason for which an answer is left out, empty if it is not.
func (a Answer) leftOut() string {
	switch a.kind {
	case unknown:
		return "not known"
	case notYet:
		return "too recent"
	case lost:
		return "no follow-up"
	case out:
		return a.text
	default:
		return ""
	}
}

var kindNames = [kinds]string{"absent", "yes", "no", "unknown", "not-yet", "out", "ended", "waiting", "of", "value", "pair", "lost", "part"}

// String returns an answer as it is written in counts: "yes", "out: entered in error",
// "ended: reached 12", "pair 21 34".
func (a Answer) String() string {
	var b strings.Builder
	b.WriteString(kindNames[a.kind])
	if a.text != "" {
		b.WriteString(": " + a.text)
	}
	switch a.kind {
	case ended, waiting, value, lost:
		fmt.Fprintf(&b, " %d", a.a)
	case pair, part:
		fmt.Fprintf(&b, " %d %d", a.a, a.b)
	default:
	}
	return b.String()
}

func compareAnswers(x, y Answer) int {
	return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.text, y.text), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}
