package app

import (
	"context"
	"errors"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// A Page is what somebody may see of a person and their referral. What they may not see is
// zero, and named in Hidden.
type Page struct {
	Referral referral.ID              `json:"referral"`
	Version  int64                    `json:"version"`
	Case     *referral.Case           `json:"case"`
	Person   person.Person            `json:"-"` // more than a client has to know of them
	Name     sp.Personal[person.Name] `json:"name"`
	Phones   []person.Contact         `json:"phones"` // at which they may be rung
	Concerns []concern.Concern        `json:"concerns"`
	Notes    []note.Version           `json:"notes"`
	Told     []register.Telling       `json:"told"`
	Asked    []register.Asked         `json:"asked"` // who wants to know more
	Goals    []needs.Worded           `json:"goals"`
	Measured []needs.Measurement      `json:"measured"`
	Story    letter.Account           `json:"-"`
	Hidden   []consent.Kind           `json:"hidden"`
	Legal    []referral.Command       `json:"legal"` // what they may do now
}

// Person returns what somebody may see of a referral and of whom it is about.
func (d *Desk) Person(ctx context.Context, by sp.Actor, id referral.ID) (Page, error) {
	if err := only(by, sp.RoleLinkWorker, sp.RoleTeamLead); err != nil {
		return Page{}, err
	}
	c, f, err := d.caseOf(ctx, by, id, consent.Identity)
	if err != nil {
		return Page{}, err
	}
	p := Page{
		Referral: id, Version: c.Version(), Case: c, Person: f.Person.Person(), Name: f.Person.Person().Name, Told: f.Register.Told(), Asked: f.Register.Requests(),
		Measured: c.Measurements(),
		Story:    letter.Story(c, d.wording(), by, d.reading(f)),
	}
	for command := range c.Legal(sp.By(by, d.now())) {
		p.Legal = append(p.Legal, command)
	}
	if p.Goals, err = needs.NewRepository(d.db, d.may).Worded(ctx, c.Assessments...); err != nil {
		return Page{}, err
	}
	return p, d.guarded(ctx, by, f, &p)
}

// guarded fills in what each needs a permission of its own, or says that it is hidden.
func (d *Desk) guarded(ctx context.Context, by sp.Actor, f *subject.File, p *Page) error {
	for kind, show := range map[consent.Kind]func() error{
		consent.Contact: func() error { p.Phones = p.Person.Reach(person.Phone); return nil },
		consent.Flags:   func() error { p.Concerns = p.Case.Referral.Concerns(); return nil },
		consent.Notes: func() (err error) {
			p.Notes, err = d.notes.Read(ctx, p.Person.ID, note.Query{}, by, d.reading(f))
			return err
		},
	} {
		err := d.see(f, by, kind)
		switch {
		case err == nil:
			err = show()
		case hidden(err):
			p.Hidden, err = append(p.Hidden, kind), nil
			if kind == consent.Contact {
				p.Person.Contacts, p.Person.Address = nil, sp.Personal[person.Address]{}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Noted is what somebody writes down about a person.
type Noted struct {
	Text sp.Personal[string] `json:"text" validate:"required,max=20000"`
}

// Note keeps a note about somebody.
func (d *Desk) Note(ctx context.Context, a Acting, id referral.ID, in Noted) error {
	c, _, err := d.caseOf(ctx, a.By, id, consent.Notes)
	if err != nil {
		return err
	}
	s, err := d.stamp(a)
	if err != nil {
		return err
	}
	written, err := written(c.Referral, in.Text, s)
	if err != nil {
		return err
	}
	if _, err := d.notes.Load(ctx, written.Summary().ID); !errors.Is(err, sp.ErrNotFound) {
		return err // nil: it comes again
	}
	if a.Seen != 0 && a.Seen != c.Version() {
		return store.ErrChanged
	}
	return store.Save(ctx, d.db, written)
}

// wording puts names to services.
func (d *Desk) wording() letter.Wording {
	return letter.Wording{Service: d.Service, Words: d.words, Zone: d.Scheme.Promises.Calendar.Zone()}
}
