package consent

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A File is what is known about the permission to tell things of one person: codes, times
// and pseudonyms, and the birth date, which prints itself as nothing. It is a value that a
// [Policy] decides on. Package register keeps what is stored of it.
type File struct { //nolint:recvcheck // it must not print as a value either
	Person person.ID
	Nation Nation
	Born   sp.Personal[sp.Date] // nothing is unknown
	Died   time.Time            // zero is alive, as far as anybody knows
	Erased bool

	Holder   string   // the link worker whose case it is today; empty is nobody
	Referrer string   // who referred
	Conflict []string // workers who are related to the person: they read no notes
	Harm     []string // who may have harmed the person: they are told nothing, whatever anybody agreed
	Abuse    sp.Truth // whether a concern about abuse is open

	Deciders   []Decider
	Findings   []Finding
	Choices    []Choice
	Objections []Objection
	Overrides  []Override
	Orders     []Order
	Glass      []Glass

	Last time.Time // of what was last recorded: a clock that goes back revives nothing
}

// Format implements [fmt.Formatter]; every verb prints "permissions of P-55".
func (f File) Format(s fmt.State, _ rune) { s.Write([]byte("permissions of " + string(f.Person))) }

// LogValue implements [slog.LogValuer].
func (f File) LogValue() slog.Value { return slog.StringValue("permissions of " + string(f.Person)) }

// FileOf returns the file of a person to whom nothing was agreed yet: born, and with the
// representatives who decide. Advocates and carers speak for somebody, and decide nothing.
func FileOf(p person.Person, n Nation) File {
	f := File{Person: p.ID, Nation: n, Born: p.Born}
	for _, r := range p.Representatives {
		if r.Decides == sp.Yes && r.Person != "" {
			f.Deciders = append(f.Deciders, Decider{ID: r.Person, Authority: r.Authority, During: r.During})
		}
	}
	return f
}

// Rights of deciders beside those of package person.
const (
	Themself      person.Authority = "self"
	CareOrder     person.Authority = "care-order" // the council, which shares parental responsibility
	Delegated     person.Authority = "delegated"  // a foster carer or a home, for the areas that the placement plan names
	AdultGuardian person.Authority = "guardian-of-adult"
)

// An Area is a part of life that the placement plan of a looked-after child delegates.
type Area string

// The areas of life that a placement plan can delegate.
const (
	HealthArea    Area = "health"
	EducationArea Area = "education"
	LeisureArea   Area = "leisure"
	FaithArea     Area = "faith"
	MediaArea     Area = "social-media"
	OtherArea     Area = "other"
)

// A Decider is somebody who may decide for the person where the person does not.
type Decider struct {
	ID        person.ID        `json:"id"`
	Authority person.Authority `json:"authority"`
	Areas     []Area           `json:"areas,omitempty"`   // of [Delegated] alone; none is nothing
	Limited   bool             `json:"limited,omitempty"` // a council with a care order, or a court, has taken this from them
	During    sp.Period        `json:"during,omitzero"`
}

// holds reports whether the decider may decide about an area on a day.
func (d *Decider) holds(area Area, on sp.Date) bool {
	return !d.Limited && d.During.Contains(on) && (d.Authority != Delegated || slices.Contains(d.Areas, area))
}

// A Scope is what a decision is about. To names recipients by their code, such as "gp",
// or one recipient by its ID, such as "bay/green".
type Scope struct {
	Purposes []Purpose `json:"purposes,omitempty"`
	To       []string  `json:"to,omitempty"`
	Kinds    []Kind    `json:"kinds,omitempty"`
}

// names reports whether the scope names all three of what is asked.
func (s *Scope) names(q *Ask, k Kind) bool {
	return slices.Contains(s.Purposes, q.Purpose) && slices.Contains(s.Kinds, k) && s.to(q)
}

func (s *Scope) to(q *Ask) bool {
	return q.To != "" && slices.Contains(s.To, q.To) || slices.Contains(s.To, string(q.As))
}

// touches is names, where what is left out means everything. A scope that names nobody
// does not mean those inside the scheme.
func (s *Scope) touches(q *Ask, k Kind) bool {
	to := s.to(q) || len(s.To) == 0 && !q.As.inside()
	return to && (len(s.Purposes) == 0 || slices.Contains(s.Purposes, q.Purpose)) && (len(s.Kinds) == 0 || slices.Contains(s.Kinds, k))
}

// A Wording is what was shown or read out before somebody decided, by its name and version.
type Wording struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

// A Choice is the answer of somebody who was asked. A later one of theirs about the same
// stands in its place.
type Choice struct {
	ID        ChoiceID         `json:"id"`
	By        person.ID        `json:"by"` // who decided
	As        person.Authority `json:"as"` // in which right
	Refused   bool             `json:"refused,omitempty"`
	Scope     Scope            `json:"scope"`
	Wording   Wording          `json:"wording"`
	Given     Given            `json:"given"`
	At        time.Time        `json:"at"`
	Until     time.Time        `json:"until,omitzero"`     // from which it counts no more; zero is without limit
	Withdrawn time.Time        `json:"withdrawn,omitzero"` // since when it is; zero is not
}

// stands reports whether the choice counts at a time.
func (c *Choice) stands(at time.Time) bool {
	return !c.At.After(at) && (c.Until.IsZero() || at.Before(c.Until)) && (c.Withdrawn.IsZero() || at.Before(c.Withdrawn))
}

// Given is how an answer was given.
type Given string

// The ways in which an answer can be given.
const (
	Spoken  Given = "spoken"
	Written Given = "written"
	InApp   Given = "app"
)

// An Objection stops what would be told without asking. A part of its scope that is
// left empty means all purposes, recipients or kinds, outside the scheme.
type Objection struct {
	ID     ObjectionID `json:"id"`
	By     person.ID   `json:"by"`
	Scope  Scope       `json:"scope"`
	At     time.Time   `json:"at"`
	Lifted time.Time   `json:"lifted,omitzero"`
}

func (o *Objection) stands(at time.Time) bool {
	return !o.At.After(at) && (o.Lifted.IsZero() || at.Before(o.Lifted))
}

// An Override lets one thing be told once although nobody agreed. It is never a standing
// permission: it lapses with its review, and is used up by what is told.
type Override struct {
	ID       DeedID    `json:"id"`
	Ground   Ground    `json:"ground"`
	By       sp.Actor  `json:"by"` // a person with a name, and never the system
	To       string    `json:"to"` // the ID of who is told
	Kinds    []Kind    `json:"kinds"`
	Facts    string    `json:"facts"`             // ID of the sealed note with the facts relied on
	Adviser  string    `json:"adviser,omitempty"` // the safeguarding lead or the Caldicott Guardian who was asked
	Asked    sp.Truth  `json:"asked"`             // whether the person was asked
	Told     sp.Truth  `json:"told"`              // whether the person was told
	WhyNot   string    `json:"whyNot,omitempty"`  // code: why the person was not told
	At       time.Time `json:"at"`
	Review   time.Time `json:"review"` // due by
	Reviewed time.Time `json:"reviewed,omitzero"`
	Used     bool      `json:"used,omitempty"`
}

// An Order compels to tell, by a law or a court.
type Order struct {
	ID        OrderID   `json:"id"`
	Duty      string    `json:"duty"` // code of a [Duty], or [CourtOrder] or [Coroner]
	By        string    `json:"by"`   // who demands it
	To        []string  `json:"to"`   // who is told
	Kinds     []Kind    `json:"kinds"`
	At        time.Time `json:"at"`
	Until     time.Time `json:"until,omitzero"`
	Forbidden bool      `json:"forbidden,omitempty"` // to tell the person
	Complied  time.Time `json:"complied,omitzero"`
}

// A Glass records that somebody read about a person whose case is not theirs, on a
// ground that they state ("breaking the glass"). Somebody else reviews it.
type Glass struct {
	ID       DeedID    `json:"id"`
	Reader   string    `json:"reader"`
	Ground   Ground    `json:"ground"`
	Facts    string    `json:"facts"` // ID of the sealed note with the reader's own words
	At       time.Time `json:"at"`
	Review   time.Time `json:"review"` // due by: the next working day
	Reviewed time.Time `json:"reviewed,omitzero"`
}
