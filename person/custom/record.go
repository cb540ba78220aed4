package custom

import (
	"fmt"
	"maps"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// RecordKind is the kind of record that custom fields are stored as.
const RecordKind = "custom"

// An ID names a record: "person/P-55" or "referral/R-7". There is one for each subject.
type ID string

// A Subject is what values are about: a person, or a referral of theirs.
type Subject struct {
	Person   person.ID
	Referral string // its ID; empty is the person
}

// ID returns the name of the record of a subject.
func (s Subject) ID() ID {
	if s.Referral != "" {
		return ID(string(Referral) + "/" + s.Referral)
	}
	return ID(string(Person) + "/" + string(s.Person))
}

// String returns "custom fields of person/P-55", or "custom fields" where an ID is none.
func (s Subject) String() string {
	if !sp.ValidPersonID(s.Person) || !sp.ValidID(s.ID()) {
		return "custom fields"
	}
	return "custom fields of " + string(s.ID())
}

func (s Subject) owner() Owner {
	if s.Referral != "" {
		return Referral
	}
	return Person
}

// A fact is a value as it is kept: with what its field was declared as when it was set.
type fact struct {
	value     Value
	sensitive bool
}

// A Record holds the values of one subject, of all schemas. It is a [store.Change], saved
// with [store.Save], alone or in one commit with what it belongs to. It must not be used
// by several goroutines at once.
type Record struct {
	subject Subject
	facts   map[Name]fact
	saved   store.Document
}

// New returns the record of a subject of which no values are kept yet. It fails if an ID
// is none. Saving it fails with [sp.ErrExists] if there is one: load that.
func New(of Subject) (*Record, error) {
	e := &sp.InvalidError{Subject: of.String()}
	e.CheckPersonID(string(of.Person), "person")
	e.CheckID(string(of.ID()), "referral")
	if err := e.Err(); err != nil {
		return nil, fmt.Errorf("custom: new: %w", err)
	}
	return &Record{subject: of}, nil
}

// Subject returns what the values are about.
func (r *Record) Subject() Subject { return r.subject }

// Set replaces the values of some fields, and leaves the others, those of other schemas
// among them, as they are; the zero [Value] takes an answer back. It fails with the error
// of [Schema.Check], with an [*sp.InvalidError] that names fields and rules and no value,
// or if an earlier change is not saved yet; then nothing changes. If nothing differs there
// is nothing to save.
func (r *Record) Set(by *Schema, values Values, s sp.Stamp) error {
	e := r.check(s)
	err := by.Check()
	if err == nil {
		by.checkValues(e, r.subject.owner(), values)
		err = e.Err()
	}
	if r.saved.IsStale() {
		err = fmt.Errorf("%s: %w", r.subject, store.ErrStale)
	}
	if err != nil {
		return fmt.Errorf("custom: set: %w", err)
	}
	facts, changed := maps.Clone(r.facts), 0
	if facts == nil {
		facts = make(map[Name]fact)
	}
	for k, v := range values {
		name := by.name(k)
		was, is := facts[name], fact{v, by.field(k).Sensitive}
		switch {
		case was.value.Equal(v) && (v.IsZero() || was.sensitive == is.sensitive):
			continue
		case v.IsZero():
			delete(facts, name)
		default:
			facts[name] = is
		}
		changed++
	}
	if changed > 0 {
		r.facts = facts
		r.saved.Change(Changed{Namespace: by.Namespace, Version: by.Version, Fields: changed}, s)
	}
	return nil
}

// Read returns the values that a reader may see, and why the other fields of the schema
// are withheld, whether anybody answered them or not. A field is seen by its audiences,
// if the permission allows its [Name], and a sensitive one if it allows that as something
// sensitive. Without a permission to ask, all are withheld.
func (r *Record) Read(by *Schema, reader sp.Actor, as consent.Audience, may consent.Permission) (seen Values, withheld map[Key]error) {
	seen, withheld = make(Values), make(map[Key]error)
	if by == nil {
		return seen, withheld
	}
	wrong := by.Check()
	for i := range by.Fields {
		f := &by.Fields[i]
		if f.Of != r.subject.owner() {
			continue
		}
		err := wrong
		if err == nil {
			err = r.may(f, by.name(f.Key), reader, as, may)
		}
		if err != nil {
			withheld[f.Key] = fmt.Errorf("custom: read %s of %s: %w", f.Key, r.subject.ID(), err)
		} else if v := r.facts[by.name(f.Key)].value; !v.IsZero() {
			seen[f.Key] = v
		}
	}
	return seen, withheld
}

// may returns nil if a field may be read. What was sensitive when it was set stays so.
func (r *Record) may(f *Field, name Name, reader sp.Actor, as consent.Audience, may consent.Permission) error {
	switch {
	case may == nil:
		return fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	case !slices.Contains(f.Audiences, as):
		return fmt.Errorf("is not for this audience: %w", sp.ErrDenied)
	case f.Sensitive || r.facts[name].sensitive || consent.IsSensitive(may, string(name)):
		return consent.SeeSensitive(may, reader, as, r.subject.Person, string(name))
	}
	return may.See(reader, r.subject.Person, string(name))
}

// Undeclared returns, in order, the names of the fields of which values are kept though
// the schemas given do not declare them: those of an earlier version, or of another
// schema. It says that somebody answered them, and not what.
func (r *Record) Undeclared(by ...*Schema) []Name {
	names := slices.Sorted(maps.Keys(r.facts))
	return slices.DeleteFunc(names, func(n Name) bool {
		return slices.ContainsFunc(by, func(s *Schema) bool {
			return s != nil && slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Of == r.subject.owner() && s.name(f.Key) == n })
		})
	})
}

// Erase forgets all values, of every schema. Once it is saved, the store holds that there
// was a record, and the log how often it was set. Its ID must not be used again: saving a
// new record of the subject fails with [sp.ErrExists].
func (r *Record) Erase(s sp.Stamp) error {
	e := r.check(s)
	e.Check(r.saved.Version() > 0, "", sp.WrongState, "is not kept: there is nothing to erase")
	err := e.Err()
	if r.saved.IsStale() {
		err = fmt.Errorf("%s: %w", r.subject, store.ErrStale)
	}
	if err != nil {
		return fmt.Errorf("custom: erase: %w", err)
	}
	r.saved.Erase(Erased{}, s)
	return nil
}

func (r *Record) check(s sp.Stamp) *sp.InvalidError {
	e := &sp.InvalidError{Subject: r.subject.String()}
	s.Check(e)
	e.Check(r.subject != Subject{}, "", sp.WrongState, "is erased, or was not made by New")
	r.saved.Check(e)
	return e
}

// Pending implements [store.Change].
func (r *Record) Pending() (store.Batch, error) {
	return r.saved.Pending(store.Key{Kind: RecordKind, ID: string(r.subject.ID())}, func(erased bool) (put store.Put, err error) {
		put.Sealed = true
		if erased {
			put.Body, err = tombstone()
			return put, err
		}
		put.Terms = store.Terms{termPerson: string(r.subject.Person)}
		put.Body, err = r.encode()
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

// Format implements [fmt.Formatter]; every verb prints "custom fields of person/P-55".
func (r *Record) Format(f fmt.State, _ rune) { f.Write([]byte(r.subject.String())) }
