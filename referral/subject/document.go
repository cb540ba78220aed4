package subject

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/store"
)

// An Asker is in which right somebody asks for what is kept of a person.
type Asker string

// The rights in which somebody can ask for what is kept of a person.
const (
	Self     Asker = "self"
	Attorney Asker = "attorney" // or a deputy, with evidence
	Parent   Asker = "parent"   // of a child who does not understand the request
	Executor Asker = "executor" // of somebody who has died: sees all
	Claimant Asker = "claimant" // on a death: sees what bears on the claim
)

// A Ground is why a part is withheld.
type Ground string

// The grounds on which a part of a record is withheld from whoever asks.
const (
	ThirdParty    Ground = "third-party"    // it is about somebody else, who has not agreed: Data Protection Act 2018, Schedule 2, Part 3
	SeriousHarm   Ground = "serious-harm"   // it would likely harm somebody's body or mind: Schedule 3
	ChildExpects  Ground = "child-expects"  // a child said it, and expects that their parent is not told: Schedule 3, paragraph 4
	OpinionNeeded Ground = "opinion-needed" // nobody competent has said yet whether it would harm
	BeyondClaim   Ground = "beyond-claim"   // it does not bear on the claim
)

// An Opinion says that somebody competent has looked at what may do serious harm. For
// health it is the health professional who was last, or is most suitably, responsible; in
// social work a social worker. Without one, concerns about safety stay withheld.
type Opinion struct {
	By         sp.Actor
	Profession string // code, such as "general-practitioner"
	At         time.Time
	Harmful    []Ref // what would likely do serious harm
}

// A Ref names a part: the kind and ID of its record, and the member or event, such as
// "note", "N-3" and "versions". An empty member is the whole record.
type Ref struct{ Kind, ID, Member string }

// A Request is what somebody asks to see.
type Request struct {
	Person  person.ID
	As      Asker
	Opinion *Opinion
	Release []Ref          // parts about others that may be shown: they agreed, or it is reasonable
	Claim   []consent.Kind // of a claimant
	Appeal  string         // where to turn: told with each part that is withheld
}

// A Part is one thing that is kept of a person. Its value is personal: [Document.JSON]
// shows it.
type Part struct {
	Ref   Ref
	About consent.Kind
	At    time.Time // when it happened; zero where nobody noted it
	Value sp.Personal[json.RawMessage]
}

// A Withheld part says that something is left out, and why, and nothing of what it says.
type Withheld struct {
	Kind      consent.Kind `json:"kind"`
	Ground    Ground       `json:"ground"`
	DecidedBy string       `json:"decidedBy,omitempty"`
	Appeal    string       `json:"appeal,omitempty"`
}

// A Document is everything that is kept of a person, as they may see it.
type Document struct {
	Person   person.ID
	As       Asker
	Parts    []Part
	Withheld []Withheld

	// Kept is every part that was withheld, for the controller alone. A concern about
	// safety that is withheld is here and not among Withheld, which would tell of it.
	Kept map[Ref]Ground

	// Complete is false until an opinion is given where one is asked for: of whatever may
	// harm, whether there is a concern or not, so that nobody can tell from it.
	Complete bool
}

// Format implements [fmt.Formatter]; every verb prints "document of P-55".
func (d *Document) Format(f fmt.State, _ rune) { f.Write([]byte("document of " + string(d.Person))) }

// Read reads everything out that is kept of a person, as whoever asks may see it. Kinds
// are those of [Kinds] and of the program. For a person of whom nothing is kept it is
// [sp.ErrNotFound]. A record that cannot be read is an error: nothing is left out in
// silence.
func Read(ctx context.Context, db store.Driver, kinds []Kind, q Request) (*Document, error) {
	e := &sp.InvalidError{Subject: "subject: read"}
	e.CheckPersonID(string(q.Person), "person")
	e.Check(slices.Contains([]Asker{Self, Attorney, Parent, Executor, Claimant}, q.As), "as", sp.NotListed, "must be self, attorney, parent, executor or claimant")
	e.Check(q.Opinion == nil || q.Opinion.Profession != "" && q.Opinion.By.ID != "" && q.Opinion.By.Role != sp.RoleSystem, "opinion", sp.Missing, "must be of a professional with a name")
	if err := e.Err(); err != nil {
		return nil, err
	}
	d := &Document{Person: q.Person, As: q.As, Kept: map[Ref]Ground{}, Complete: q.complete()}
	for _, k := range kinds {
		for r, err := range k.records(ctx, db, q.Person) {
			if err == nil {
				err = d.add(k, r, &q)
			}
			if err != nil {
				return nil, fmt.Errorf("subject: read %s: %w", q.Person, err)
			}
		}
	}
	if len(d.Parts)+len(d.Kept) == 0 {
		return nil, fmt.Errorf("subject: read %s: nothing is kept of them: %w", q.Person, sp.ErrNotFound)
	}
	return d, nil
}

// complete reports whether nothing waits for an opinion.
func (q *Request) complete() bool {
	return q.Opinion != nil || q.As == Executor || q.As == Claimant && !slices.Contains(q.Claim, consent.Flags)
}

// add reads a record.
func (d *Document) add(k Kind, r store.Record, q *Request) error {
	parts, err := k.parts(r)
	if err != nil {
		return err
	}
	for _, p := range parts {
		ground, by := k.ground(&p, q)
		if ground == "" {
			d.Parts = append(d.Parts, p)
			continue
		}
		d.Kept[p.Ref] = ground
		w := Withheld{p.About, ground, by, q.Appeal}
		if p.About != consent.Flags && ground != OpinionNeeded && !slices.Contains(d.Withheld, w) {
			d.Withheld = append(d.Withheld, w)
		}
	}
	return nil
}

// ground returns why a part is withheld, if it is.
func (k Kind) ground(p *Part, q *Request) (why Ground, by string) {
	named := func(refs []Ref) bool {
		return slices.Contains(refs, p.Ref) || slices.Contains(refs, Ref{p.Ref.Kind, p.Ref.ID, ""})
	}
	switch {
	case q.As == Executor:
		return "", ""
	case q.As == Claimant && !slices.Contains(q.Claim, p.About):
		return BeyondClaim, ""
	case slices.Contains(k.Third, p.Ref.Member) && !named(q.Release):
		return ThirdParty, ""
	case q.Opinion != nil && named(q.Opinion.Harmful):
		return SeriousHarm, q.Opinion.By.ID
	case q.Opinion == nil && p.About == consent.Flags:
		return OpinionNeeded, ""
	case q.As == Parent && (slices.Contains(k.Words, p.Ref.Member) || p.About == consent.Notes || p.About == consent.Flags):
		return ChildExpects, ""
	}
	return "", ""
}

// parts cuts a record into what it says.
func (k Kind) parts(r store.Record) ([]Part, error) {
	if k.History {
		return k.events(r)
	}
	var members map[string]json.RawMessage
	if err := store.Unmarshal(r.Body, &members); err != nil {
		return nil, fmt.Errorf("%s %s: body is no JSON object: %w", r.Kind, r.ID, sp.ErrInvalid)
	}
	if string(members["erased"]) == "true" {
		return nil, nil
	}
	about := k.Default
	if c := members["class"]; k.Name == note.Kind && string(c) == `"`+string(note.Safeguarding)+`"` {
		about = consent.Flags
	}
	var parts []Part
	for name, value := range members {
		kind, mapped := k.Parts[name]
		if !mapped {
			kind = about
		}
		if kind != "" {
			parts = append(parts, Part{Ref: Ref{r.Kind, r.ID, name}, About: kind, Value: sp.Hide(value)})
		}
	}
	slices.SortFunc(parts, func(a, b Part) int { return strings.Compare(a.Ref.Member, b.Ref.Member) })
	return parts, nil
}

// A raw event is one that is read as it is stored.
type raw struct {
	name store.EventType
	data json.RawMessage
}

func (e raw) EventType() store.EventType { return e.name }

func (k Kind) events(r store.Record) ([]Part, error) {
	h, err := store.LoadHistory(r, func(name store.EventType, data []byte) (raw, error) {
		if !json.Valid(data) {
			return raw{}, fmt.Errorf("%s: event is no JSON: %w", name, sp.ErrInvalid)
		}
		return raw{name, slices.Clone(data)}, nil
	}, nil)
	if err != nil {
		return nil, err
	}
	parts := make([]Part, 0, h.Len())
	for e := range h.All() {
		kind, mapped := k.Parts[string(e.Event.name)]
		if !mapped {
			kind = k.Default
		}
		if kind == "" {
			continue
		}
		parts = append(parts, Part{Ref: Ref{r.Kind, r.ID, string(e.Event.name)}, About: kind, At: e.Stamp.At, Value: sp.Hide(e.Event.data)})
	}
	return parts, nil
}

// JSON returns the document for whoever asked, in the open: parts by kind of information,
// and what was withheld. It is for them alone, and for no log.
func (d *Document) JSON() ([]byte, error) {
	type part struct {
		Record string          `json:"record"`
		What   string          `json:"what"`
		At     time.Time       `json:"at,omitzero"`
		Value  json.RawMessage `json:"value"`
	}
	sections := make(map[consent.Kind][]part)
	for _, p := range d.Parts {
		sections[p.About] = append(sections[p.About], part{p.Ref.Kind + "/" + p.Ref.ID, p.Ref.Member, p.At, p.Value.Reveal()})
	}
	return json.MarshalIndent(struct {
		Person   person.ID               `json:"person"`
		Complete bool                    `json:"complete"`
		Sections map[consent.Kind][]part `json:"sections"`
		Withheld []Withheld              `json:"withheld"`
	}{d.Person, d.Complete, sections, d.Withheld}, "", "  ")
}

func isGone(err error) bool { return errors.Is(err, sp.ErrNotFound) }
