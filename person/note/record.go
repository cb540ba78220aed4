package note

import (
	"encoding/json"
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

	stored int64 // version of the stored record; 0 before the first save
	event  store.EventType
	stamp  sp.Stamp
	stale  bool
}

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
	if r.stale {
		return store.ErrStale
	}
	s.Check(e)
	if err := e.Err(); err != nil {
		return err
	}
	if err := n.Check(); err != nil {
		return err
	}
	s = s.Kept()
	r.versions = append(slices.Clip(r.versions), Version{By: s.By, At: s.At, Text: n.Text})
	n.Text = sp.Personal[string]{}
	r.note, r.event, r.stamp = n, event, s
	return nil
}

// Erase forgets the note with all its versions. Once it is saved, the store holds
// nothing of it, and the log that there was one. Its ID must not be used again.
func (r *Record) Erase(s sp.Stamp) error {
	e := r.ready()
	s.Check(e)
	err := e.Err()
	if r.stale {
		err = store.ErrStale
	}
	if err != nil {
		return fmt.Errorf("note: erase %s: %w", r.note, err)
	}
	r.event, r.stamp = EventErased, s.Kept()
	return nil
}

func (r *Record) ready() *sp.InvalidError {
	e := &sp.InvalidError{Subject: r.note.String()}
	e.Check(r.event == "", "", sp.WrongState, "has a change that is not saved yet: save it first")
	e.Check(r.stored > 0 || r.event != "", "", sp.WrongState, "is erased")
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
	if r.stale {
		return store.Batch{}, fmt.Errorf("note: save %s: %w", r.note, store.ErrStale)
	}
	if r.event == "" {
		return store.Batch{}, nil
	}
	key := store.Key{Kind: Kind, ID: string(r.note.ID)}
	told := struct {
		Class Class `json:"class,omitempty"`
	}{r.note.Class}
	if r.event == EventErased {
		told.Class = ""
	}
	data, err := json.Marshal(told)
	if err != nil {
		return store.Batch{}, fmt.Errorf("note: save %s: %w", r.note, err)
	}
	b := store.Batch{Events: []store.RecordedEvent{{Key: key, Version: r.stored + 1, Type: r.event, Stamp: r.stamp, Data: data}}}
	if r.event == EventErased {
		b.Deletes = []store.Delete{{Key: key, If: r.stored}}
		return b, nil
	}
	body, err := r.encode()
	if err != nil {
		return store.Batch{}, fmt.Errorf("note: save %s: %w", r.note, err)
	}
	terms := store.Terms{TermPerson: string(r.note.Person), termAbout: r.note.About, termAt: store.Time(r.versions[0].At)}
	b.Puts = []store.Put{{Key: key, If: r.stored, Terms: terms.Compact(), Body: body, Sealed: true}}
	return b, nil
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record) Committed() {
	switch r.event {
	case "":
	case EventErased:
		*r = Record{}
	default:
		r.stored++
		r.event = ""
	}
}

// Stale implements [store.Change].
func (r *Record) Stale() { r.stale = true }

// Format implements [fmt.Formatter]; every verb prints "note N-1".
func (r *Record) Format(f fmt.State, _ rune) { r.note.Format(f, 'v') }
