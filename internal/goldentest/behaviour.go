package goldentest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/transition/transitiontest"
)

// A World is an aggregate in a situation that matters to a rule. Make builds it
// anew, without asking the rules, so that a mistake in them does not keep it from
// being built.
type World[A any] struct {
	Name string
	Make func() A
}

// A Behaviour is everything that the commands of one kind of aggregate do in every
// world for every actor.
type Behaviour[A any, S, C ~string] struct {
	Table  func() transition.Table[S, C]
	Worlds []World[A]
	Actors []sp.Stamp                              // named by the ID of the actor
	Give   func(A, C, sp.Stamp) error              // gives a command with good input
	May    func(A, C, sp.Stamp) error              // asks whether it may be given
	Legal  func(A, sp.Stamp) iter.Seq[C]           // lists what may be given
	Events func(A) (names []store.EventType, to S) // what has happened to it, and its state
}

// String writes a line for each world and command, with what comes of it for whom.
// Where "may I?", the list and the command disagree, or a refused command changes
// something, it says so to fail, unless that is nil.
func (b Behaviour[A, S, C]) String(commands []C, fail func(string, ...any)) string {
	var text strings.Builder
	for _, w := range b.Worlds {
		for _, c := range commands {
			by := make(map[string][]string)
			var order []string
			a := w.Make()
			for _, s := range b.Actors {
				outcome, refused := b.outcome(w, a, c, s, fail)
				if !refused { // what was refused has changed nothing, so the next one finds it as it was
					a = w.Make()
				}
				if by[outcome] == nil {
					order = append(order, outcome)
				}
				by[outcome] = append(by[outcome], s.By.ID)
			}
			fmt.Fprintf(&text, "%s, %s:\n", w.Name, c)
			for _, outcome := range order {
				fmt.Fprintf(&text, "\t%s %s\n", strings.Join(by[outcome], " "), outcome)
			}
		}
	}
	return text.String()
}

func (b Behaviour[A, S, C]) outcome(w World[A], a A, c C, s sp.Stamp, fail func(string, ...any)) (outcome string, refused bool) {
	defer func() {
		if r := recover(); r != nil {
			outcome, refused = fmt.Sprint("panics: ", r), false
		}
	}()
	var may error
	listed := false
	if fail != nil { // otherwise only what the command does is asked for
		may = b.May(a, c, s)
		for l := range b.Legal(a, s) {
			listed = listed || l == c
		}
	}
	before, _ := b.Events(a)
	err := b.Give(a, c, s)
	after, state := b.Events(a)
	if fail == nil {
		outcome = said(err, after[len(before):], state)
		if refused, ok := errors.AsType[*transition.Refusal](err); ok {
			outcome += strings.Join(refused.Parties, " or ")
		}
		return outcome, err != nil
	}
	if listed != (may == nil) {
		fail("%s: %s by %s: listed: %v, but may: %v", w.Name, c, s.By.ID, listed, may)
	}
	if fmt.Sprint(may) != fmt.Sprint(err) {
		fail("%s: %s by %s: may: %v, but the command: %v", w.Name, c, s.By.ID, may, err)
	}
	if err != nil && len(after) != len(before) {
		fail("%s: %s by %s: refused, and recorded %v", w.Name, c, s.By.ID, after[len(before):])
	}
	return said(err, after[len(before):], state), err != nil
}

// said puts what came of a command in words: what was recorded, and the state, or why not.
func said[S ~string](err error, events []store.EventType, state S) string {
	refused, ok := errors.AsType[*transition.Refusal](err)
	switch {
	case err == nil:
		b := []byte("->")
		for _, e := range events {
			b = append(append(b, ' '), e...)
		}
		return string(append(append(b, ' '), state...))
	case !ok:
		return "error: " + err.Error()
	case refused.Code == transition.NotYours || refused.Code == transition.NotNow || refused.Code == transition.Denied || refused.Code == transition.NoSuch:
		return refused.Code
	default:
		if refused.Detail != "" {
			return refused.Code + ": " + refused.Words + " (" + refused.Detail + ")"
		}
		return refused.Code + ": " + refused.Words
	}
}

// EveryMutantIsSeen makes one mistake at a time in a table, and fails the test for each
// that neither changes what a command does or says, nor is refused by the table's own
// check.
func EveryMutantIsSeen[A any, S, C ~string, T any](t *testing.T, machine **transition.Machine[S, C, T], b Behaviour[A, S, C]) {
	t.Helper()
	if tier.Racing() {
		t.Skip("nothing runs side by side here, and the race detector takes ten times as long")
	}
	original := *machine
	defer func() { *machine = original }()
	does := make(map[C]string)
	for _, c := range original.Commands() {
		does[c] = b.String([]C{c}, nil)
	}
	n := 0
	for what, mutant := range transitiontest.Mutants(original) {
		n++
		*machine = mutant
		var row int
		if _, err := fmt.Sscanf(what, "row %d,", &row); err != nil {
			t.Fatal(err)
		}
		c := original.Rules[row-1].Command // no other command asks this row
		if b.String([]C{c}, nil) != does[c] {
			continue
		}
		if len(mutant.Check()) == 0 {
			t.Error("survived: ", what)
		}
	}
	t.Logf("%d mistakes", n)
	if wrong := original.Check(); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// EveryCommandIsGiven fails the test where a command of the table never succeeds in
// any of the worlds.
func (b Behaviour[A, S, C]) EveryCommandIsGiven(t *testing.T) {
	t.Helper()
	table := b.Table()
	text := b.String(table.Commands(), t.Errorf)
	for _, row := range table.Rows {
		if !slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return strings.Contains(line, "-> "+string(row.Event)) }) {
			t.Errorf("%s is never recorded", row.Event)
		}
	}
}

// AStrangerLearnsNothing fails the test where the answer to a stranger depends on the
// world, or is anything but that it is not theirs to do.
func (b Behaviour[A, S, C]) AStrangerLearnsNothing(t *testing.T, strangers ...sp.Stamp) {
	t.Helper()
	for _, s := range strangers {
		for _, c := range b.Table().Commands() {
			answers := make(map[string]string)
			for _, w := range b.Worlds {
				a := w.Make()
				if _, state := b.Events(a); state == "" { // nobody's yet, so nobody is a stranger
					continue
				}
				err := b.Give(a, c, s)
				refused, ok := errors.AsType[*transition.Refusal](err)
				if !ok || refused.Code != transition.NotYours || len(refused.Legal) > 0 || !errors.Is(err, sp.ErrDenied) {
					t.Errorf("%s: %s by %s: %v", w.Name, c, s.By.ID, err)
				}
				answers[fmt.Sprint(err)] = w.Name
			}
			if len(answers) != 1 {
				t.Errorf("%s by %s: %v", c, s.By.ID, answers)
			}
		}
	}
}
