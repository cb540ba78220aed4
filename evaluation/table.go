package evaluation

import (
	"github.com/socialprescribing/sp/store"
)

// A Table has a row for each thing of one kind: a referral, a placement, a person, a need.
// Tables are declared once, as package variables, and hold nothing themselves: a [Run]
// keeps the rows.
//
// Only the event that opens an aggregate says whose it is, so rows belong to rows of the
// table above: a session to a placement, that to a referral, that to a person. A row
// whose opening event is not in the log is an orphan: it is told of ([Report.Orphans])
// and counted nowhere, since nobody knows what it belongs to.
type Table struct {
	name    string
	up      *Table
	form    tableForm
	opening *source
	inError []*source
	stored  decoder
}

// A decoder reads an event from its stored name and JSON, of whichever name and form.
type decoder func(store.EventType, []byte) (store.Event, error)

// A tableForm is how rows come to be.
type tableForm uint8

const (
	named  tableForm = iota // by events of others, which name them
	opened                  // by an event of their own
	parts                   // by events of what they are part of
)

// Named declares a table whose rows other rows belong to and that has no events of its
// own, such as people.
func Named(name string) *Table { return &Table{name: name, form: named} }

// Opened declares the table of the aggregates of a kind, by the event that opens them and the
// ID that it names of the row above; an empty ID is a row of its own where the table above is
// [Named]. The table above may be nil. Rows with one of the events in inError were entered in
// error: they, and what belongs to them, are left out with that reason, and [Row.Each] does
// not yield them.
func Opened[F store.Event](kind string, up *Table, of func(F) string, inError ...store.Event) *Table {
	var opening F
	t := &Table{name: kind, up: up, form: opened, opening: sourceOf(opening)}
	if up != nil { // otherwise there is nothing to look for
		t.opening = sourceOf(Text(of))
	}
	for _, e := range inError {
		t.inError = append(t.inError, sourceOf(e))
	}
	return t
}

// Stored returns t with the function that reads the events of its aggregates under whichever name
// and in whichever form they were once stored, such as referral.DecodeEvent. Events of the
// present name and form are read without it; of others the facts of a table without it know
// nothing, and the report of a run says so.
func (t *Table) Stored(decode func(store.EventType, []byte) (store.Event, error)) *Table {
	t.stored = decode
	return t
}

// Parts declares a table of what is inside the aggregates of another table: the needs of a
// referral, the goals of an assessment. Its rows are made by facts whose events name them
// ([Naming]); [Row.Name] is their name.
func Parts(name string, of *Table) *Table { return &Table{name: name, up: of, form: parts} }

// String returns the name of t: "referral".
func (t *Table) String() string { return t.name }

// kind returns the kind of aggregates whose events are about rows of t.
func (t *Table) kind() string {
	if t.form == parts {
		return t.up.kind()
	}
	return t.name
}

// below reports whether rows of t belong, through however many tables, to rows of a, or
// are such rows.
func (t *Table) below(a *Table) bool {
	for ; t != nil; t = t.up {
		if t == a {
			return true
		}
	}
	return false
}

// A Source is an event from which a fact is read, and what is read of it. A plain zero
// value of an event, referral.Contacted{}, is a source that is not looked into. The
// functions that read it return the same for the same event, and keep nothing of it: the next one
// takes its place.
type Source[F store.Event] struct{ s source }

// source is a [Source] of any event.
type source struct {
	event   store.EventType
	reader  func(decoder) func([]byte) (any, error) // makes what decodes the event for one run; nil if nobody looks into it
	when    func(any) bool
	naming  func(any) []string
	text    func(any) string
	texts   func(any) []string
	entries func(any) []Entry
}

// EventType makes a Source stand wherever an event does.
func (s Source[F]) EventType() store.EventType { return s.s.event }

// sourcer is what a [Source] of any event is.
type sourcer interface{ source() source }

func (s Source[F]) source() source { return s.s }

func sourceOf(e store.Event) *source {
	s := source{event: e.EventType()}
	if made, ok := e.(sourcer); ok {
		s = made.source()
	}
	return &s
}

func from[F store.Event]() Source[F] {
	var zero F
	form := 1
	if f, ok := any(zero).(store.FormedEvent); ok {
		form = f.EventForm()
	}
	return Source[F]{source{event: zero.EventType(), reader: func(older decoder) func([]byte) (any, error) {
		return newScanner[F](form, older).decode
	}}}
}

// of reads f from the event that decode has made.
func of[F store.Event, V any](f func(F) V) func(any) V {
	return func(e any) V { return f(*e.(*F)) }
}

// Text is a source whose value is a text, such as a code; empty is none.
func Text[F store.Event](value func(F) string) Source[F] {
	s := from[F]()
	s.s.text = of(value)
	return s
}

// Texts is a source whose value is several texts, in whatever order.
func Texts[F store.Event](value func(F) []string) Source[F] {
	s := from[F]()
	s.s.texts = of(value)
	return s
}

// Entries is a source of numbers, each with a text or without, for [Each]: the scores of a
// questionnaire, minutes, money in its smallest unit. Their day is that of the event.
func Entries[F store.Event](value func(F) []Entry) Source[F] {
	s := from[F]()
	s.s.entries = of(value)
	return s
}

// When is a source of those events for which is returns true.
func When[F store.Event](is func(F) bool) Source[F] { return from[F]().When(is) }

// Naming is a source that says which [Parts] an event is about.
func Naming[F store.Event](parts func(F) []string) Source[F] { return from[F]().Naming(parts) }

// When restricts s to the events for which is returns true.
func (s Source[F]) When(is func(F) bool) Source[F] {
	s.s.when = of(is)
	return s
}

// Naming says which [Parts] an event of s is about.
func (s Source[F]) Naming(parts func(F) []string) Source[F] {
	s.s.naming = of(parts)
	return s
}
