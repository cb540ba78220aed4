package note

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Kind is the kind of record that notes are stored as.
const Kind = "note"

// TermPerson is the term that says whose a note is: by it, the secrets of a sealed driver
// find the person's key.
const TermPerson = "person"

// Terms under which notes are found beside the person.
const (
	termAbout = "about"
	termAt    = "at"
)

// The events about a note. They say that it was written, under which class, and nothing
// of what it says or of whom.
const (
	EventWritten   store.EventType = "note.written"
	EventRewritten store.EventType = "note.rewritten"
	EventErased    store.EventType = "note.erased"
)

// A Record is a note as it is kept, with all its versions. It is a [store.Change], saved
// with [store.Save] to a driver that seals. It must not be used by several goroutines at
// once.
type Record struct {
	note     Note // as it stands, without the text
	versions []Version
	saved    store.Document
}

// A happened is an event about the record, with the class of the note as it is written.
type happened struct {
	name  store.EventType
	Class Class `json:"class,omitempty"`
}

// EventType returns the stored name.
func (h happened) EventType() store.EventType { return h.name }

// Write returns the record of a new note. It fails with the error of [Note.Check].
func Write(n Note, s sp.Stamp) (*Record, error) {
	r := &Record{}
	if err := r.add(n, EventWritten, s, &sp.InvalidError{Subject: n.String()}); err != nil {
		return nil, fmt.Errorf("note: write: %w", err)
	}
	return r, nil
}

// Rewrite adds a version with another text, and the note may have another class from now
// on, which its earlier versions have then too. It fails with the error of [Note.Check],
// if the note is about somebody or something else, or if an earlier change is not saved
// yet; then nothing changes.
func (r *Record) Rewrite(n Note, s sp.Stamp) error {
	e := r.ready()
	e.Check(n.ID == r.note.ID && n.Person == r.note.Person && n.About == r.note.About, "", sp.Inconsistent, "must be about the same: what was written of another is a note of its own")
	if err := r.add(n, EventRewritten, s, e); err != nil {
		return fmt.Errorf("note: rewrite %s: %w", r.note, err)
	}
	return nil
}

func (r *Record) add(n Note, event store.EventType, s sp.Stamp, e *sp.InvalidError) error {
	if r.saved.IsStale() {
		return store.ErrStale
	}
	s.Check(e)
	if err := e.Err(); err != nil {
		return err
	}
	if err := n.Check(); err != nil {
		return err
	}
	s = r.saved.Change(happened{event, n.Class}, s)
	r.versions = append(slices.Clip(r.versions), Version{By: s.By, At: s.At, Text: n.Text})
	n.Text = sp.Personal[string]{}
	r.note = n
	return nil
}

// Erase forgets the note with all its versions. Once it is saved, the store holds
// nothing of it, and the log that there was one. Its ID must not be used again.
func (r *Record) Erase(s sp.Stamp) error {
	e := r.ready()
	s.Check(e)
	err := e.Err()
	if r.saved.IsStale() {
		err = store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("note: erase %s: %w", r.note, err)
	}
	r.saved.Erase(happened{name: EventErased}, s)
	return nil
}

func (r *Record) ready() *sp.InvalidError {
	e := &sp.InvalidError{Subject: r.note.String()}
	r.saved.Check(e)
	e.Check(r.saved.Exists(), "", sp.WrongState, "is erased")
	return e
}

// Summary returns what may be shown without reading the note; of an erased one, nothing.
func (r *Record) Summary() Summary {
	if len(r.versions) == 0 {
		return Summary{}
	}
	first := r.versions[0]
	return Summary{r.note.ID, r.note.Person, r.note.About, r.note.Class, first.By, first.At, len(r.versions)}
}

// Read returns the versions of the note, the latest last, if the permission lets the
// reader see notes of its class about this person, and otherwise an error that is
// [sp.ErrDenied]. Without a permission to ask it is denied.
func (r *Record) Read(reader sp.Actor, may Permission) ([]Version, error) {
	err := fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	if may != nil {
		err = may.See(reader, r.note.Person, string(r.note.Class))
	}
	if err != nil {
		return nil, fmt.Errorf("note: read %s: %w", r.note, err)
	}
	return slices.Clone(r.versions), nil
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	return r.saved.Pending(store.Key{Kind: Kind, ID: string(r.note.ID)}, func(erased bool) (put store.Put, err error) {
		if erased {
			return put, nil
		}
		put.Terms = store.Terms{TermPerson: string(r.note.Person), termAbout: r.note.About, termAt: store.Time(r.versions[0].At)}.Compact()
		put.Body, err = r.encode()
		put.Sealed = true
		return put, err
	})
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record) Committed() {
	if r.saved.Committed() {
		*r = Record{}
	}
}

// Stale implements [store.Change].
func (r *Record) Stale() { r.saved.Stale() }

// Format implements [fmt.Formatter]; every verb prints "note N-1".
func (r *Record) Format(f fmt.State, _ rune) { r.note.Format(f, 'v') }
