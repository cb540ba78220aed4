package main

import (
	"context"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
)

// agree records that somebody agrees to what is needed to find help for a person: that
// providers hear who they are, how to reach them, and what it is for. Where the person is
// too young to decide, it is whoever has parental responsibility.
func (c *clinic) agree(of, by person.ID, as person.Authority, day int) error {
	return store.Retry(c.ctx, 3, func(ctx context.Context) error {
		r, err := register.NewRepository(c.db, c.rules).LoadOrNew(ctx, of)
		if err != nil {
			return err
		}
		if r.Person() == "" {
			if err := r.Open(consent.England, worker(day)); err != nil {
				return err
			}
		}
		yes := consent.Choice{
			ID: consent.ChoiceID("C-" + string(of)), By: by, As: as, Given: consent.Spoken, Wording: consent.Wording{ID: "sandholme-sharing", Version: "2026-1"},
			Scope: consent.Scope{
				Purposes: []consent.Purpose{consent.DirectCare}, To: []string{string(consent.ToProvider)},
				Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
			},
		}
		if err := r.Choose(yes, worker(day)); err != nil {
			return err
		}
		return store.Save(ctx, c.db, r)
	})
}

// agrees is agree of somebody who decides for themself.
func (c *clinic) agrees(of person.ID, day int) error { return c.agree(of, of, consent.Themself, day) }

// may is what the policy lets anybody see, for a purpose and on a day.
func (c *clinic) may(f consent.Purpose, day int) consent.Reading {
	return consent.Reading{Policy: consent.StandardPolicy(), Purpose: f, At: march(day), Files: c.file, Of: asWhom}
}

// asWhom says who somebody is: those who refer to this clinic are its practices, but for
// the school.
func asWhom(a sp.Actor) consent.Ask {
	q := consent.Ask{To: a.ID, As: consent.RecipientOf(a)}
	switch {
	case a.Role == sp.RoleProvider || a.Role == sp.RolePerson && a.For != "":
		q.To = a.For
	case a.Role == sp.RoleReferrer && a.ID != "school-2":
		q.Audience = consent.Health
	}
	return q
}

// file gathers what a decision rests on: the person's record and their register.
func (c *clinic) file(of person.ID) (*consent.File, error) {
	p, err := person.NewRepository(c.db).Load(c.ctx, of)
	if err != nil {
		return nil, err
	}
	facts := register.FactsOf(p.Person())
	facts.Holder = ann
	r, err := register.NewRepository(c.db, c.rules).LoadOrNew(c.ctx, of)
	if err != nil {
		return nil, err
	}
	if r.Person() == "" { // nobody has been asked anything yet
		f := consent.FileOf(p.Person(), consent.England)
		f.Holder = ann
		return &f, nil
	}
	return r.File(facts), nil
}

// tellRest tells a provider who has said yes what waited for it. Whether that may be told
// is asked again.
func (c *clinic) tellRest(id placement.ID, at time.Time) error {
	return c.place(id, func(p *placement.Placement) error {
		may := c.may(consent.DirectCare, 0)
		may.At = at
		return p.Disclose(placement.Disclosure{Items: p.Untold(), Authority: consent.Agreement}, may, sp.By(worker(0).By, at))
	})
}
