package aggregate

import (
	"bytes"
	"encoding/json"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/printable"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Prepared command is allowed, and waits to be recorded. The zero value records
// nothing, as does that of a command that had been given before.
type Prepared[S, C ~string, E store.Event, T Subject[S, E]] struct {
	root    *Root[S, C, E, T]
	subject T
	stamp   sp.Stamp
	event   E
	to      S
}

// Derived is an event that also holds what was worked out when it happened, such as how
// the money of a closed year was disposed of. Asked returns the event as it was asked
// for, without that part. A request that comes again is compared with what Asked
// returns.
type Derived interface{ Asked() any }

// Prepare decides a command and then looks at its input: fields are the faults that
// the caller has found in it, to which those of the stamp are added in one
// [*sp.InvalidError]. To is whom the command names, if it names anybody. Of several
// events the row of the table chooses the one of its name, for commands that mean
// different things from different parties.
//
// Where the same command came before under the key of the stamp there is nothing to
// record, and no error, whatever has happened since: the same event, asked for in
// the same words by the same actor. Other words under the same key are refused with
// [transition.KeyTaken]. One request may give several commands under its key, but
// none of them twice with other input.
func (r *Root[S, C, E, T]) Prepare(t T, c C, to string, s sp.Stamp, fields []sp.Field, events ...E) (Prepared[S, C, E, T], error) {
	var none Prepared[S, C, E, T]
	if r.machine == nil {
		return none, unmade(c)
	}
	a := r.ask(t, c, to, s)
	same, taken := r.repeats(s, events)
	if same && !r.history.IsStale() {
		return none, nil
	}
	m := r.table()
	d := r.decide(&a)
	if taken && d.Code != transition.Stale && d.Code != transition.NotYours && d.Code != transition.Denied { // who learn nothing of it
		d = transition.Decision[S, C, T]{Code: transition.KeyTaken}
	}
	if d.Code != transition.Allowed {
		return none, m.Refusal(&a, d)
	}
	if err := r.check(&a, fields); err != nil {
		return none, err
	}
	for _, event := range events {
		if event.EventType() == d.Rule.Event {
			return Prepared[S, C, E, T]{r, t, s, event, d.Rule.To}, nil
		}
	}
	panic(m.Name + ": " + string(c) + " does not record what the table says") // a mistake in the aggregate
}

// Do prepares a command and records it.
func (r *Root[S, C, E, T]) Do(t T, c C, to string, s sp.Stamp, fields []sp.Field, events ...E) error {
	p, err := r.Prepare(t, c, to, s, fields, events...)
	if err == nil {
		p.Record()
	}
	return err
}

// check returns what is wrong with the input, the stamp among it.
func (r *Root[S, C, E, T]) check(a *transition.Ask[S, C, T], fields []sp.Field) error {
	e := sp.InvalidError{Fields: fields}
	e.CheckID(a.Act.ID, "id")
	a.Stamp.Check(&e)
	e.Check(!a.Stamp.Precise().At.Before(r.start()), "stamp.at", sp.Untimely, "must not be earlier than the beginning of what it happens to")
	if len(e.Fields) == 0 {
		return nil
	}
	return &sp.InvalidError{Subject: a.Act.Machine + ": " + a.Act.Command + " " + printable.ID(a.Act.ID), Fields: e.Fields}
}

// Earlier returns the stamp of what the same actor recorded under the key of s, and false if
// there is none: a command whose event depends on the time uses that of the first try.
func (r *Root[S, C, E, T]) Earlier(s sp.Stamp) (sp.Stamp, bool) {
	if s.Key != "" {
		for e := range r.history.All() {
			if e.Stamp.Key == s.Key && e.Stamp.By == s.By {
				return e.Stamp, true
			}
		}
	}
	return sp.Stamp{}, false
}

// repeats reports whether one of the events was recorded under the key of s before,
// by the same actor and as it is asked for now, or otherwise.
func (r *Root[S, C, E, T]) repeats(s sp.Stamp, events []E) (same, taken bool) {
	if s.Key == "" {
		return false, false
	}
	for e := range r.history.All() {
		if e.Stamp.Key != s.Key {
			continue
		}
		for _, event := range events {
			if e.Event.EventType() == event.EventType() {
				if e.Stamp.By == s.By && bytes.Equal(asked(e.Event), asked(event)) {
					return true, false
				}
				taken = true
			}
		}
	}
	return false, taken
}

// asked returns what of an event was asked for, in its stored form.
func asked(e store.Event) []byte {
	var what any = e
	if d, ok := e.(Derived); ok {
		what = d.Asked()
	}
	data, err := json.Marshal(what)
	if err != nil {
		return nil
	}
	return data
}

// Waits reports whether there is something to record: not where the command had been
// given before.
func (p Prepared[S, C, E, T]) Waits() bool { return p.root != nil }

// To returns the state to which recording leads, empty if the state stays.
func (p Prepared[S, C, E, T]) To() S { return p.to }

// Record makes the prepared command happen. It panics if the state that follows is
// not the one of the table, which is a mistake in the aggregate.
func (p Prepared[S, C, E, T]) Record() {
	if p.root == nil {
		return
	}
	to := p.to
	if to == "" {
		to = p.subject.State()
	}
	p.subject.Apply(p.event, p.root.history.Append(p.event, p.stamp))
	if p.subject.State() != to {
		panic(p.root.table().Name + ": " + string(p.event.EventType()) + " does not lead where the table says")
	}
}
