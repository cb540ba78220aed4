// Package aggregate joins a table of rules with a history: the one place where a
// command is decided, known again when it comes twice, checked and recorded.
//
// An aggregate, in the word of event sourcing, is something that changes only by
// events of its own, such as a referral or an award. What may happen to it stands in a
// [transition.Machine]; what has happened to it in a [store.History]. A [Root] holds
// both, so that an aggregate is a table, its events, and one line for each command:
//
//	func (w *Wheelchair) Lend(to person.ID, s sp.Stamp) error {
//		var e sp.InvalidError
//		e.CheckID(string(to), "to")
//		return w.root.Do(view{w}, Lend, string(to), s, e.Fields, Lent{to})
//	}
//
//	func (w *Wheelchair) May(c Command, s sp.Stamp) error { return w.root.May(view{w}, c, s) }
//
// [Root.May], [Root.Legal] and [Root.Do] ask the same question, so a button that is
// shown is one that works for some input. What happens to several aggregates at once
// is prepared for all of them ([Root.Prepare]) before any of it is recorded
// ([Prepared.Record]), so that a refusal changes nothing.
package aggregate

import (
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Subject is what an aggregate shows to its rules: a small unexported value of its
// package, such as a struct with a pointer, so that none of this becomes public.
type Subject[S ~string, E store.Event] interface {
	State() S            // empty if it does not exist yet
	Act() transition.Act // whose it is and what is known of it, without machine, command and To
	Apply(E, sp.Stamp)   // the only way in which the aggregate changes
}

// A Root is the table and the history of one aggregate. The zero Root has neither:
// begin with [New]. It must not be copied after first use, nor used by several
// goroutines at once.
type Root[S, C ~string, E store.Event, T Subject[S, E]] struct {
	history    store.History[E]
	machine    func() *transition.Machine[S, C, T]
	authorizer transition.Authorizer
	fold       store.Fold[E]
	began      time.Time // before which nothing may take effect; zero is the first event
}

// New returns the root of an aggregate to which nothing has happened yet. The
// machine is a function so that the table of a package may refer to its aggregates.
// A nil authorizer denies every command.
func New[S, C ~string, E store.Event, T Subject[S, E]](machine func() *transition.Machine[S, C, T], a transition.Authorizer) Root[S, C, E, T] {
	return Root[S, C, E, T]{machine: machine, authorizer: a}
}

// Restore reads the history of a record into r and applies all of it to t. Rules are
// not asked, since what has happened has happened. See [store.LoadHistory] for opens
// and the errors.
func (r *Root[S, C, E, T]) Restore(rec store.Record, types store.EventTypes[E], opens func(E) bool, t T) error {
	h, err := store.LoadHistory(rec, types.Decode, opens)
	if err != nil {
		return err
	}
	h.Fold(r.fold)
	r.history = h
	for e := range h.All() {
		t.Apply(e.Event, e.Stamp)
	}
	return nil
}

// Append records an event without asking the rules, as replay does: for tests, and
// for imports of what happened elsewhere.
func (r *Root[S, C, E, T]) Append(t T, e E, s sp.Stamp) { t.Apply(e, r.history.Append(e, s)) }

// Began sets when the aggregate began, where that is not when its first event took
// effect: nothing can happen to it before.
func (r *Root[S, C, E, T]) Began(at time.Time) { r.began = at }

// start returns when the aggregate began, or the zero time if it does not exist yet.
func (r *Root[S, C, E, T]) start() time.Time {
	first, exists := r.history.First()
	if !exists || !r.began.IsZero() {
		return r.began
	}
	return first.At
}

// Consequence stamps what follows for this aggregate from something that somebody did
// elsewhere, without anybody's decision ([sp.Stamp.Consequence]). That may take effect
// earlier than the aggregate began, such as an end that is heard of late: then the
// consequence takes effect as soon as it began.
func (r *Root[S, C, E, T]) Consequence(s sp.Stamp) sp.Stamp {
	s = s.Consequence()
	if began := r.start(); s.At.Before(began) {
		s.At = began
	}
	return s
}

// Authorizer returns what is asked before each command.
func (r *Root[S, C, E, T]) Authorizer() transition.Authorizer { return r.authorizer }

// History returns everything that happened, in the order in which it was recorded.
func (r *Root[S, C, E, T]) History() iter.Seq[store.Entry[E]] { return r.history.All() }

// Len returns how many events have been recorded.
func (r *Root[S, C, E, T]) Len() int { return r.history.Len() }

// Fold keeps the record short; see [store.History.Fold].
func (r *Root[S, C, E, T]) Fold(f store.Fold[E]) {
	r.fold = f
	r.history.Fold(f)
}

// Version returns the version of the record; see [store.History.Version].
func (r *Root[S, C, E, T]) Version() int64 { return r.history.Version() }

// Touch has the next save write the record anew; see [store.History.Touch].
func (r *Root[S, C, E, T]) Touch() { r.history.Touch() }

// Pending returns what is to be saved; see [store.History.Pending].
func (r *Root[S, C, E, T]) Pending(key store.Key, terms store.Terms) (store.Batch, error) {
	return r.history.Pending(key, terms)
}

// Committed notes that everything pending has been saved.
func (r *Root[S, C, E, T]) Committed() { r.history.Committed() }

// Stale notes that nobody knows any more what of it is saved: see [store.ErrStale].
// Every command is refused with [transition.Stale] until it is loaded again.
func (r *Root[S, C, E, T]) Stale() { r.history.Stale() }

// IsStale reports whether it has to be loaded again.
func (r *Root[S, C, E, T]) IsStale() bool { return r.history.IsStale() }

// May returns nil if a command may be given now, and otherwise the
// [*transition.Refusal] that the command itself would return. Nil means that some
// input is accepted, not that every one is.
func (r *Root[S, C, E, T]) May(t T, c C, s sp.Stamp) error {
	if r.machine == nil {
		return unmade(c)
	}
	a := r.ask(t, c, "", s)
	d := r.decide(&a)
	if d.Code == transition.Allowed {
		return nil
	}
	return r.table().Refusal(&a, d)
}

// Permit is [Root.May] for a command that another aggregate records, such as a session
// that is planned for a placement: event is what it records there. It panics where the
// row of the table names another event, or leads to another state, since nothing of
// this aggregate changes.
func (r *Root[S, C, E, T]) Permit(t T, c C, s sp.Stamp, event store.EventType) error {
	a := r.ask(t, c, "", s)
	d := r.decide(&a)
	if d.Code != transition.Allowed {
		return r.table().Refusal(&a, d)
	}
	if d.Rule.Event != event || d.Rule.To != "" {
		panic(a.Act.Machine + ": " + string(c) + " is not what the table says")
	}
	return nil
}

// Code is [Root.May] without words and without an allocation: empty, or the code of
// the refusal.
func (r *Root[S, C, E, T]) Code(t T, c C, s sp.Stamp) string {
	a := r.ask(t, c, "", s)
	return r.decide(&a).Code
}

// Legal yields the commands that the actor of a stamp may give now, in the order of
// the table: the buttons of a screen.
func (r *Root[S, C, E, T]) Legal(t T, s sp.Stamp) iter.Seq[C] {
	return func(yield func(C) bool) {
		if !r.history.IsStale() {
			a := r.ask(t, "", "", s)
			r.table().Legal(&a, yield)
		}
	}
}

// unmade is what a command of a zero root answers: there is no table to ask.
func unmade[C ~string](c C) error {
	return sp.Invalid("aggregate: "+string(c), "", sp.Missing, "must be made by the function New of its package, or loaded")
}

// table returns the machine; that of a zero root has no commands.
func (r *Root[S, C, E, T]) table() *transition.Machine[S, C, T] {
	if r.machine == nil {
		return &transition.Machine[S, C, T]{}
	}
	return r.machine()
}

func (r *Root[S, C, E, T]) ask(t T, c C, to string, s sp.Stamp) transition.Ask[S, C, T] {
	a := transition.Ask[S, C, T]{Command: c, State: t.State(), Subject: t, Act: t.Act(), Stamp: s, Authorizer: r.authorizer}
	a.Act.Machine, a.Act.Command, a.Act.To = r.table().Name, string(c), to
	return a
}

// decide asks the table, unless nobody knows where the aggregate stands.
func (r *Root[S, C, E, T]) decide(a *transition.Ask[S, C, T]) transition.Decision[S, C, T] {
	if r.history.IsStale() {
		return transition.Decision[S, C, T]{Code: transition.Stale}
	}
	return r.table().Decide(a)
}
