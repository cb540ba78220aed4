package subject

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// termPerson is the term by which every record of a person is found.
const termPerson = "person"

// Whose returns whom a record of one of the [Kinds] is about, or "" where it is about nobody:
// by which a program finds the key that the record is sealed under.
func Whose(r store.Record) person.ID {
	if r.Kind == person.Kind {
		return person.ID(r.ID)
	}
	return person.ID(r.Terms[termPerson])
}

// Of returns whom a referral, placement or session is about, by its ID, or an error that is
// sp.ErrNotFound: for what a service keeps besides, and erases with the person, such as an answer
// to a client. It returns nothing of what the record says, so that it needs no permission: show
// what it returns to nobody.
func Of(ctx context.Context, db store.Driver, id string) (person.ID, error) {
	for _, kind := range []string{referral.Kind, placement.Kind, session.Kind} {
		r, err := db.Get(ctx, store.Key{Kind: kind, ID: id})
		if err == nil {
			return Whose(r), nil
		}
		if !errors.Is(err, sp.ErrNotFound) {
			return "", fmt.Errorf("subject: whom %s is about: %w", id, err)
		}
	}
	return "", fmt.Errorf("subject: whom %s is about: %w", id, sp.ErrNotFound)
}

// A Kind is one kind of record that is about people, found by the term "person" or, where
// ByID is set, under the person's ID. The zero values of the other fields suit a kind of
// one's own whose body is a JSON object.
type Kind struct {
	Name string
	ByID bool

	// Terms are those by which the records of a person are found; none is "person" alone.
	Terms []string

	// History says that the body is a [store.History], which is read event by event.
	History bool

	// Default is the kind of information that stands in such a record, and Parts is that of
	// single members of a body or events of a history, where it differs. A member or an event
	// that maps to "" is read out to nobody, such as the number of the form.
	Default consent.Kind
	Parts   map[string]consent.Kind

	// Third are the members of a body that are about other people, and Words those that
	// hold what the person said.
	Third, Words []string

	// Erase returns what erases a record; nil deletes it.
	Erase func(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error)
}

// Kinds returns every kind of record of this module that is about a person. Groups of
// offers, places and money name nobody.
func Kinds() []Kind {
	meta := func(parts map[string]consent.Kind) map[string]consent.Kind {
		parts["v"], parts["id"] = "", ""
		return parts
	}
	review := string(duplicate.EventDecided)
	return []Kind{
		{Name: referral.Kind, History: true, Default: consent.Outcome, Parts: map[string]consent.Kind{
			"referral.received": consent.Needs, "referral.options-shown": consent.Needs, "referral.assessed": consent.Needs, "referral.attempted": consent.Attendance, "referral.contacted": consent.Attendance,
			"referral.flagged": consent.Flags, "referral.hand-over-offered": consent.Flags, "referral.handed-over": consent.Flags, "referral.hand-over-answered": consent.Flags,
		}},
		{Name: placement.Kind, History: true, Default: consent.Outcome},
		{Name: session.Kind, History: true, Default: consent.Attendance},
		{Name: needs.AssessmentKind, History: true, Default: consent.Needs, Parts: map[string]consent.Kind{
			"assessment.measured": consent.Measures, "assessment.escalated": consent.Flags,
		}},
		{Name: needs.PlanKind, Default: consent.Needs, Parts: meta(map[string]consent.Kind{"person": "", "assessment": ""}), Erase: erasePlan},
		{Name: note.Kind, Default: consent.Notes, Parts: meta(map[string]consent.Kind{"person": "", "class": ""}), Erase: eraseNote},
		{Name: voice.RecordKind, Default: consent.Outcome, Parts: meta(map[string]consent.Kind{"person": ""}), Words: []string{"words"}, Erase: eraseVoice},
		{Name: custom.RecordKind, Default: consent.Needs, Parts: meta(map[string]consent.Kind{"person": "", "referral": "", "sensitive": consent.SensitiveNeeds}), Words: []string{"sensitive"}, Erase: eraseCustom},
		{Name: register.Kind, History: true, Default: consent.Status, Parts: map[string]consent.Kind{
			"permission.overridden": consent.Flags, "permission.glass-broken": consent.Flags, "permission.ordered": consent.Flags, "permission.warned": consent.Flags,
			"permission.reviewed": consent.Flags, "permission.order-complied": consent.Flags, "permission.corrected": consent.Flags,
		}},
		// What was decided about two records is about another person as much, and read out to neither.
		{Name: duplicate.Kind, Terms: []string{termPerson, "other"}, History: true, Default: consent.Identity, Parts: map[string]consent.Kind{review: ""}},
		{Name: person.Kind, ByID: true, Default: consent.Identity, Parts: meta(map[string]consent.Kind{
			"address": consent.Contact, "contacts": consent.Contact, "channels": consent.Contact, "circumstances": consent.Needs, "equality": consent.Equality,
		}), Third: []string{"representatives"}, Erase: erasePerson},
	}
}

// records yields the records of a kind about a person.
func (k Kind) records(ctx context.Context, db store.Driver, of person.ID) iter.Seq2[store.Record, error] {
	if !k.ByID {
		return k.found(ctx, db, of)
	}
	return func(yield func(store.Record, error) bool) {
		r, err := db.Get(ctx, store.Key{Kind: k.Name, ID: string(of)})
		if !isGone(err) {
			yield(r, err)
		}
	}
}

// found yields the records that have one of the terms.
func (k Kind) found(ctx context.Context, db store.Driver, of person.ID) iter.Seq2[store.Record, error] {
	terms := k.Terms
	if len(terms) == 0 {
		terms = []string{termPerson}
	}
	return func(yield func(store.Record, error) bool) {
		for _, term := range terms {
			for r, err := range db.Scan(ctx, store.Query{Kind: k.Name, Where: store.Where{term: {string(of)}}}) {
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

func erasePlan(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error) {
	return erased(s)(needs.NewRepository(db, nil).Plan(ctx, needs.AssessmentID(id)))
}

func eraseNote(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error) {
	return erased(s)(wrap(note.NewRepository(db).Load(ctx, note.ID(id))))
}

func eraseVoice(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error) {
	return erased(s)(wrap(voice.NewRepository(db).Load(ctx, voice.ID(id))))
}

func eraseCustom(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error) {
	return erased(s)(wrap(custom.NewRepository(db).Load(ctx, custom.ID(id))))
}

func erasePerson(ctx context.Context, db store.Driver, id string, s sp.Stamp) (store.Change, error) {
	return erased(s)(wrap(person.NewRepository(db).Load(ctx, person.ID(id))))
}

// erasable is a record that knows how it is forgotten.
type erasable interface {
	store.Change
	Erase(s sp.Stamp) error
}

func wrap[T erasable](r T, err error) (erasable, error) { return r, err }

func erased(s sp.Stamp) func(erasable, error) (store.Change, error) {
	return func(r erasable, err error) (store.Change, error) {
		if err == nil {
			err = r.Erase(s)
		}
		if err != nil {
			return nil, fmt.Errorf("subject: %w", err)
		}
		return r, nil
	}
}
