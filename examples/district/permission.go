package main

import (
	"context"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// ask asks somebody what providers and their practice may hear, and records the answer.
func (d *district) ask(ctx context.Context, c *client, by sp.Stamp) error {
	r := register.New(c.person.ID, anybody{})
	if err := r.Open(consent.England, by); err != nil {
		return err
	}
	answer := consent.Choice{
		ID: consent.ChoiceID("C-" + string(c.person.ID)), By: c.person.ID, As: consent.Themself, Given: consent.Spoken,
		Wording: consent.Wording{ID: "district-sharing", Version: "2026-1"}, Refused: c.rng.IntN(8) == 0,
		Scope: consent.Scope{
			Purposes: []consent.Purpose{consent.DirectCare, consent.Feedback}, To: []string{string(consent.ToProvider), string(consent.ToReferrer)},
			Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
		},
	}
	if err := r.Choose(answer, by); err != nil {
		return err
	}
	if answer.Refused {
		d.tally.refused++
	} else {
		d.tally.agreed++
	}
	return store.Save(ctx, d.db, r)
}

// may is what the policy lets anybody see at a moment, by what stands in the database.
func (d *district) may(ctx context.Context, purpose consent.Purpose, at time.Time) consent.Reading {
	return consent.Reading{Policy: consent.StandardPolicy(), Purpose: purpose, At: at, Of: asWhom, Files: func(of person.ID) (*consent.File, error) {
		p, err := person.NewRepository(d.db).Load(ctx, of)
		if err != nil {
			return nil, err
		}
		r, err := register.NewRepository(d.db, anybody{}).Load(ctx, of)
		if err != nil {
			return nil, err
		}
		return r.File(register.FactsOf(p.Person())), nil
	}}
}

// asWhom says in which capacity somebody reads.
func asWhom(a sp.Actor) consent.Ask {
	q := consent.Ask{To: a.ID, As: consent.RecipientOf(a)}
	if a.Role == sp.RoleProvider {
		q.To = a.For
	}
	if a.Role == sp.RoleReferrer {
		q.Audience = consent.Health
	}
	return q
}
