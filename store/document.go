package store

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// A Document is the bookkeeping of an aggregate that is stored as it stands now, and not as
// the events that led there, as a [History] is: so that what was written can be erased. It
// knows the version of the record, the one change that waits to be saved, and whether the
// aggregate is stale. An aggregate has one, and takes one change for each save. The zero
// Document is of a record that was never written, or that is erased. It must not be used by
// several goroutines at once.
type Document struct {
	version int64
	event   Event // of the change that waits
	stamp   sp.Stamp
	erases  bool
	stale   bool
}

// DocumentOf returns the Document of a record that was loaded.
func DocumentOf(r Record) Document { return Document{version: r.Version} }

// Version returns the version of the record as it was loaded or last saved, 0 if it never
// was: what a web service gives out as an ETag and compares with If-Match.
func (d *Document) Version() int64 { return d.version }

// Exists reports whether there is a record, or will be one once the change is saved.
func (d *Document) Exists() bool { return d.version > 0 || d.event != nil }

// Check adds to e that an earlier change is not saved yet, if one is not: a command asks
// before it changes anything.
func (d *Document) Check(e *sp.InvalidError) {
	e.Check(d.event == nil, "", sp.WrongState, "has a change that is not saved yet: save it first")
}

// Change makes the next save write the record anew, with an event that says what happened
// to it, and returns the stamp as it will be stored, in UTC and whole microseconds.
func (d *Document) Change(event Event, s sp.Stamp) sp.Stamp {
	d.event, d.stamp = event, s.Kept()
	return d.stamp
}

// Erase makes the next save forget what the record holds, with an event that says so.
func (d *Document) Erase(event Event, s sp.Stamp) {
	d.Change(event, s)
	d.erases = true
}

// Pending returns the batch that saves the change that waits: the record under key, and one
// event. It is empty if none waits, and fails with [ErrStale] if d is stale. The function
// write returns the body of the record and its terms; erased says that nothing but the fact
// may be left in them, and without a body the record is deleted.
func (d *Document) Pending(key Key, write func(erased bool) (Put, error)) (Batch, error) {
	fail := func(err error) (Batch, error) { return Batch{}, fmt.Errorf("%s: save %s: %w", key.Kind, key.ID, err) }
	if d.stale {
		return fail(ErrStale)
	}
	if d.event == nil {
		return Batch{}, nil
	}
	data, err := Encode(d.event)
	if err != nil {
		return fail(err)
	}
	put, err := write(d.erases)
	if err != nil {
		return fail(err)
	}
	b := Batch{Events: []RecordedEvent{{Key: key, Version: d.version + 1, Type: d.event.EventType(), Stamp: d.stamp, Data: data}}}
	if put.Key, put.If = key, d.version; d.erases && put.Body == nil {
		b.Deletes = []Delete{{Key: key, If: d.version}}
	} else {
		b.Puts = []Put{put}
	}
	return b, nil
}

// Committed marks the change as saved, and reports whether it erased the record: the
// aggregate forgets what it holds then. See [Change].
func (d *Document) Committed() (erased bool) {
	if d.erases {
		*d = Document{}
		return true
	}
	if d.event != nil {
		d.version++
		d.event = nil
	}
	return false
}

// Stale marks d as stale: nobody knows any more how much of it is saved. See [ErrStale].
func (d *Document) Stale() { d.stale = true }

// IsStale reports whether [Document.Stale] was called. An aggregate asks before each
// command, and then refuses with [ErrStale].
func (d *Document) IsStale() bool { return d.stale }
