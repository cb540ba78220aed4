package record

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/printable"
	"github.com/socialprescribing/sp/store"
)

// A WorkerID names a member of the staff of a scheme, by the pseudonym that their
// [sp.Actor] has. Packages workforce and referral have it under the same name.
type WorkerID string

// An Index holds the values by which a document is found. Values that are empty are not
// indexed.
type Index struct {
	ID     string
	Worker WorkerID // whom it is about, or who wrote it
	Area   string   // by its code
	Also   []string // further areas, by which it is found as well
	Code   string   // what the kind is counted by, such as a kind of supervision or a practice
	On     sp.Date  // when it took place
	Due    sp.Date  // when somebody is to act on it; none once that is done
}

// A Kind says how documents of type T are kept. The JSON of T goes into the log, so it must
// hold no names and no words of people.
type Kind[T store.Event] struct {
	Name  string       // under which records are stored, such as "supervision"
	By    []sp.Role    // who may write one
	Own   []sp.Role    // who may write those about themselves: of which they are the worker
	Ahead func(T) bool // whether the day on which it takes place may lie ahead; nil is that it may not
	Index func(T) Index
	Check func(T, *sp.InvalidError)
	// Body returns what is stored of a document, names and words among it (sp.Plain),
	// in a form that json reads back into *T with [Kind.Read]. Nil is the document itself.
	Body func(T) any
	Read func([]byte) (T, error) // nil reads the JSON of T
}

// A Record is a document as it is kept. It must not be used by several goroutines at once.
type Record[T store.Event] struct {
	kind      *Kind[T]
	doc       T
	index     Index
	recorded  time.Time // when it was last written down
	retracted bool
	saved     store.Document
}

// The events that all kinds share. The log names the record.
type (
	// Retracted says that a document was entered in error: it no longer counts.
	Retracted struct{}

	// Erased says that a document was forgotten.
	Erased struct{}
)

// EventType returns the stored name.
func (Retracted) EventType() store.EventType { return "workforce.retracted" }

// EventType returns the stored name.
func (Erased) EventType() store.EventType { return "workforce.erased" }

// Write returns the record of a document that does not exist yet. It fails with an
// [*sp.InvalidError], and with [sp.ErrDenied] for a role that may not write it.
func (k *Kind[T]) Write(doc T, s sp.Stamp) (*Record[T], error) {
	r := &Record[T]{kind: k}
	if err := r.put(doc, s); err != nil {
		return nil, err
	}
	return r, nil
}

// Document returns what the record holds.
func (r *Record[T]) Document() T { return r.doc }

// Version returns the version of the record as it was loaded or last saved; 0 if it never was.
func (r *Record[T]) Version() int64 { return r.saved.Version() }

// Recorded returns when the document was last written down.
func (r *Record[T]) Recorded() time.Time { return r.recorded }

// Retracted reports whether the document no longer counts.
func (r *Record[T]) Retracted() bool { return r.retracted }

// String returns the kind and the ID, and nothing of the document.
func (r *Record[T]) String() string {
	if r == nil || r.kind == nil {
		return "record"
	}
	return r.kind.Name + " " + r.index.ID
}

// Format implements [fmt.Formatter]: every verb prints what String returns, so that no
// record of a worker prints itself.
func (r *Record[T]) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(r.String())) }

// Amend writes the document anew, such as after leave was agreed. The ID stays.
func (r *Record[T]) Amend(doc T, s sp.Stamp) error { return r.put(doc, s) }

// Retract takes the document back, such as one that was entered twice. Afterwards it is
// found by its ID alone.
func (r *Record[T]) Retract(s sp.Stamp) error {
	return r.do("retract", s, func() {
		r.retracted = true
		r.recorded = r.saved.Change(Retracted{}, s).Recorded
	})
}

// Erase forgets the document. Once it is saved the store holds only that there was one, and
// the log what was counted.
func (r *Record[T]) Erase(s sp.Stamp) error {
	return r.do("erase", s, func() { r.saved.Erase(Erased{}, s) })
}

func (r *Record[T]) put(doc T, s sp.Stamp) error {
	if r.kind == nil {
		return fmt.Errorf("record: write: %w", store.ErrStale)
	}
	i := r.kind.Index(doc)
	e := sp.InvalidError{}
	e.CheckID(i.ID, "id")
	e.Check(r.index.ID == "" || i.ID == r.index.ID, "id", sp.Inconsistent, "must stay as it is")
	e.CheckOptionalID(string(i.Worker), "worker")
	e.CheckOptionalID(i.Area, "area")
	e.Check(len(i.Also) <= mostAreas, "areas", sp.WrongLength, "must not be more than 24 beside the first")
	for _, area := range append([]string{i.Area}, i.Also...) {
		e.Check(len(termArea)+len(area) <= store.MaxName, "areas", sp.WrongLength, "must have no more than 195 characters each")
	}
	if r.kind.Check != nil {
		r.kind.Check(doc, &e)
	}
	ahead := r.kind.Ahead != nil && r.kind.Ahead(doc)
	if _, last := s.Days(); !ahead && i.On > last {
		e.Check(false, "on", sp.Untimely, "must not be a day to come")
	}
	about := i.Worker
	if r.index.Worker != "" {
		about = r.index.Worker // nobody makes it their own by writing it anew
	}
	if err := r.check("write", printable.ID(i.ID), about, e, s); err != nil {
		return err
	}
	r.doc, r.index = doc, i
	r.recorded = r.saved.Change(doc, s).Recorded
	return nil
}

// do applies a command that changes no document.
func (r *Record[T]) do(command string, s sp.Stamp, apply func()) error {
	if r.kind == nil {
		return fmt.Errorf("record: %s: %w", command, store.ErrStale)
	}
	if err := r.check(command, r.index.ID, r.index.Worker, sp.InvalidError{}, s); err != nil {
		return err
	}
	apply()
	return nil
}

// check returns why a command cannot happen, its own faults among it.
func (r *Record[T]) check(command, id string, about WorkerID, e sp.InvalidError, s sp.Stamp) error {
	subject := r.kind.Name + ": " + command + " " + id
	if r.saved.IsStale() {
		return fmt.Errorf("%s: %w", subject, store.ErrStale)
	}
	own := about != "" && s.By.ID == string(about) && slices.Contains(r.kind.Own, s.By.Role)
	if !own && !slices.Contains(r.kind.By, s.By.Role) && !s.System() {
		return fmt.Errorf("%s: is not for this role to write: %w", subject, sp.ErrDenied)
	}
	e.Subject = subject
	s.Check(&e)
	e.Check(!s.Precise().Recorded.Before(r.recorded), "stamp.recorded", sp.Untimely, "must not be earlier than what was recorded before")
	r.saved.Check(&e)
	e.Check(!r.retracted, "", sp.WrongState, "was taken back")
	return e.Err()
}

// wire is the stored form: the document within what every kind shares.
type wire struct {
	Recorded  time.Time       `json:"recorded,omitzero"`
	Retracted bool            `json:"retracted,omitempty"`
	Erased    bool            `json:"erased,omitempty"` // and nothing else is left
	Document  json.RawMessage `json:"document,omitempty"`
}

// form is the number of the form in which documents are stored.
const form = 1

// Pending implements [store.Change].
func (r *Record[T]) Pending() (store.Batch, error) {
	if r == nil {
		return store.Batch{}, fmt.Errorf("save a record: there is none: %w", sp.ErrInvalid)
	}
	key := store.Key{Kind: "record", ID: r.index.ID} // of the zero Record, which has nothing to save
	if r.kind != nil {
		key.Kind = r.kind.Name
	}
	return r.saved.Pending(key, func(erased bool) (put store.Put, err error) {
		w := wire{Erased: true}
		if !erased {
			w = wire{Recorded: r.recorded, Retracted: r.retracted}
			if w.Document, err = r.body(); err != nil {
				return put, err
			}
			put.Terms = r.terms()
		}
		put.Body, err = store.EncodeForm(form, w)
		return put, err
	})
}

// body returns the stored form of the document.
func (r *Record[T]) body() ([]byte, error) {
	if r.kind.Body == nil {
		return json.Marshal(r.doc)
	}
	return json.Marshal(r.kind.Body(r.doc))
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record[T]) Committed() {
	if r.saved.Committed() {
		*r = Record[T]{}
	}
}

// Stale implements [store.Change].
func (r *Record[T]) Stale() { r.saved.Stale() }
