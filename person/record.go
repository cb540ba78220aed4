package person

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Kind is the kind of record that people are stored as.
const Kind = "person"

// Terms under which people are found.
const (
	termHousehold = "household"
	termUndecided = "undecided" // present while it may be unknown who decides for them
)

// The events about a person's record. They say who did what to it and when, and
// nothing of what it holds, so they may stay when it is erased.
const (
	EventRegistered store.EventType = "person.registered"
	EventRevised    store.EventType = "person.revised"
	EventErased     store.EventType = "person.erased"
)

// A Record is a person as kept in a store: it can be revised and erased. It is
// a [store.Change], saved with [store.Save], alone or in one commit with what
// depends on it. It must not be used by several goroutines at once.
type Record struct {
	person Person
	saved  store.Document
	on     sp.Date // of the change that is pending
}

// A happened is an event about the record, with the fields that a revision touches.
type happened struct {
	name   store.EventType
	Fields []string `json:"fields,omitempty"`
}

// EventType returns the stored name.
func (h happened) EventType() store.EventType { return h.name }

// Register returns the record of a person who is new here. It keeps p without
// copying it. It fails with the error of [Person.Check] on the day that it takes
// effect.
func Register(p Person, s sp.Stamp) (*Record, error) {
	if err := p.check(s); err != nil {
		return nil, fmt.Errorf("person: register: %w", err)
	}
	r := &Record{person: p}
	r.change(happened{name: EventRegistered}, s)
	return r, nil
}

// Person returns the person. Its slices and maps belong to the record: build
// new ones to change them.
func (r *Record) Person() Person { return r.person }

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (r *Record) Version() int64 { return r.saved.Version() }

// MarshalJSON writes the ID and the version, and nothing of what is known about the
// person: whoever may read that takes it from [Record.Person].
func (r *Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID      ID    `json:"id"`
		Version int64 `json:"version"`
	}{r.person.ID, r.Version()})
}

// Revise replaces what is known about the person. It fails with the error of
// [Person.Check], if the ID differs, or if an earlier command is not saved yet;
// then nothing changes. If nothing differs there is nothing to save.
func (r *Record) Revise(p Person, s sp.Stamp) error {
	if r.saved.IsStale() {
		return fmt.Errorf("person: revise %s: %w", r.person.ID, store.ErrStale)
	}
	e := &sp.InvalidError{Subject: r.person.String()}
	e.Check(p.ID == r.person.ID, "id", sp.Inconsistent, "must stay the same")
	r.saved.Check(e)
	err := e.Err()
	if err == nil {
		err = p.check(s)
	}
	if err != nil {
		return fmt.Errorf("person: revise: %w", err)
	}
	fields, err := r.person.differences(p)
	if err != nil {
		return fmt.Errorf("person: revise %s: %w", p.ID, err)
	}
	if len(fields) > 0 {
		r.person = p
		r.change(happened{EventRevised, fields}, s)
	}
	return nil
}

func (r *Record) change(event happened, s sp.Stamp) {
	r.saved.Change(event, s)
	r.on = sp.DateOf(s.At)
}

// Erase forgets the person. Once it is saved, the store holds no more of them
// than the ID, the fact that the record was erased, and an event that says who
// erased it and when. The person's plans are records of their own, which package
// needs finds: erase them in the same commit. Where somebody represents others,
// those records hold their name and contacts too: revise them. The ID cannot be
// used for anybody else, since the log has events under it: saving a new person
// with that ID fails with [sp.ErrExists]. Erase fails if there are changes that
// are not saved yet.
func (r *Record) Erase(s sp.Stamp) error {
	if r.saved.IsStale() {
		return fmt.Errorf("person: erase %s: %w", r.person.ID, store.ErrStale)
	}
	e := &sp.InvalidError{Subject: r.person.String()}
	r.saved.Check(e)
	e.Check(r.saved.Exists(), "", sp.WrongState, "is erased already")
	s.Check(e)
	if err := e.Err(); err != nil {
		return fmt.Errorf("person: erase: %w", err)
	}
	r.saved.Erase(happened{name: EventErased}, s)
	return nil
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	return r.saved.Pending(store.Key{Kind: Kind, ID: string(r.person.ID)}, func(erased bool) (put store.Put, err error) {
		if erased {
			put.Body, err = json.Marshal(wirePerson{Version: wireVersion, ID: r.person.ID, Erased: true})
			return put, err
		}
		put.Terms = store.Terms{termHousehold: string(r.person.Household)}.Compact()
		if r.person.asks(r.on) {
			put.Terms[termUndecided] = "yes"
		}
		put.Body, err = r.person.encode()
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

func (p Person) check(s sp.Stamp) error {
	e := &sp.InvalidError{Subject: p.String()}
	s.Check(e)
	if err := e.Err(); err != nil {
		return err
	}
	return p.Check(sp.DateOf(s.At))
}

// differences names the fields in which the stored forms of p and q differ.
func (p Person) differences(q Person) ([]string, error) {
	was, err := p.fields()
	if err != nil {
		return nil, err
	}
	is, err := q.fields()
	if err != nil {
		return nil, err
	}
	differ := maps.Clone(was)
	maps.Copy(differ, is)
	maps.DeleteFunc(differ, func(name string, _ json.RawMessage) bool { return bytes.Equal(was[name], is[name]) })
	return slices.Sorted(maps.Keys(differ)), nil
}

// fields returns the stored form of p by field.
func (p Person) fields() (map[string]json.RawMessage, error) {
	body, err := p.encode()
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	err = json.Unmarshal(body, &fields)
	return fields, err
}
