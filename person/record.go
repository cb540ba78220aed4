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
	person  Person
	version int64 // of the stored record; 0 before the first save
	event   store.EventType
	fields  []string // that the pending revision touches
	stamp   sp.Stamp
	stale   bool
}

// Register returns the record of a person who is new here. It keeps p without
// copying it. It fails with the error of [Person.Check] on the day that it takes
// effect.
func Register(p Person, s sp.Stamp) (*Record, error) {
	if err := p.check(s); err != nil {
		return nil, fmt.Errorf("person: register: %w", err)
	}
	return &Record{person: p, event: EventRegistered, stamp: s}, nil
}

// Person returns the person. Its slices and maps belong to the record: build
// new ones to change them.
func (r *Record) Person() Person { return r.person }

// Version returns the version of the record as it was loaded or last saved, 0 if it
// never was: what a web service gives out as an ETag and compares with If-Match.
func (r *Record) Version() int64 { return r.version }

// MarshalJSON writes the ID and the version, and nothing of what is known about the
// person: whoever may read that takes it from [Record.Person].
func (r *Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID      ID    `json:"id"`
		Version int64 `json:"version"`
	}{r.person.ID, r.version})
}

// Revise replaces what is known about the person. It fails with the error of
// [Person.Check], if the ID differs, or if an earlier command is not saved yet;
// then nothing changes. If nothing differs there is nothing to save.
func (r *Record) Revise(p Person, s sp.Stamp) error {
	if r.stale {
		return fmt.Errorf("person: revise %s: %w", r.person.ID, store.ErrStale)
	}
	e := &sp.InvalidError{Subject: r.person.String()}
	e.Check(p.ID == r.person.ID, "id", sp.Inconsistent, "must stay the same")
	e.Check(r.event == "", "", sp.Inconsistent, "has a change that is not saved yet: save it first")
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
		r.person, r.event, r.fields, r.stamp = p, EventRevised, fields, s
	}
	return nil
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
	if r.stale {
		return fmt.Errorf("person: erase %s: %w", r.person.ID, store.ErrStale)
	}
	e := &sp.InvalidError{Subject: r.person.String()}
	e.Check(r.event == "", "", sp.Inconsistent, "has a change that is not saved yet: save it first")
	e.Check(r.version > 0 || r.event != "", "", sp.WrongState, "is erased already")
	s.Check(e)
	if err := e.Err(); err != nil {
		return fmt.Errorf("person: erase: %w", err)
	}
	r.event, r.stamp = EventErased, s
	return nil
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	if r.stale {
		return store.Batch{}, fmt.Errorf("person: save %s: %w", r.person.ID, store.ErrStale)
	}
	if r.event == "" {
		return store.Batch{}, nil
	}
	key := store.Key{Kind: Kind, ID: string(r.person.ID)}
	data, err := json.Marshal(struct {
		Fields []string `json:"fields,omitempty"`
	}{r.fields})
	if err != nil {
		return store.Batch{}, fmt.Errorf("person: save %s: %w", r.person.ID, err)
	}
	b := store.Batch{Events: []store.RecordedEvent{{Key: key, Version: r.version + 1, Type: r.event, Stamp: r.stamp, Data: data}}}
	if r.event == EventErased {
		body, err := json.Marshal(wirePerson{Version: wireVersion, ID: r.person.ID, Erased: true})
		if err != nil {
			return store.Batch{}, fmt.Errorf("person: erase %s: %w", r.person.ID, err)
		}
		b.Puts = []store.Put{{Key: key, If: r.version, Body: body}}
		return b, nil
	}
	body, err := r.person.encode()
	if err != nil {
		return store.Batch{}, fmt.Errorf("person: save %s: %w", r.person.ID, err)
	}
	terms := store.Terms{termHousehold: string(r.person.Household)}.Compact()
	if r.person.asks(sp.DateOf(r.stamp.At)) {
		terms[termUndecided] = "yes"
	}
	b.Puts = []store.Put{{Key: key, If: r.version, Terms: terms, Body: body}}
	return b, nil
}

// Committed implements [store.Change]. An erased record is empty afterwards.
func (r *Record) Committed() {
	switch r.event {
	case "":
	case EventErased:
		*r = Record{}
	default:
		r.version++
		r.event, r.fields = "", nil
	}
}

// Stale implements [store.Change].
func (r *Record) Stale() { r.stale = true }

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
