package app

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Morning is a link worker's day, with the names that go with it.
type Morning struct {
	worklist.Day
	Waiting []worklist.Wait                        `json:"waiting"` // for a worker
	Names   map[person.ID]sp.Personal[person.Name] `json:"names"`
	Reach   map[person.ID][]person.Contact         `json:"reach"` // by telephone, now
}

// Morning returns the day of a link worker: whom to ring first, and why.
func (d *Desk) Morning(ctx context.Context, by sp.Actor) (Morning, error) {
	if err := only(by, sp.RoleLinkWorker); err != nil {
		return Morning{}, err
	}
	now := d.now()
	day, err := worklist.Today(ctx, d.referrals, referral.WorkerID(by.ID), d.Scheme.Promises, now)
	if err != nil {
		return Morning{}, fmt.Errorf("day of %s: %w", by.ID, err)
	}
	m := Morning{Day: day, Names: map[person.ID]sp.Personal[person.Name]{}, Reach: map[person.ID][]person.Contact{}}
	m.Waiting, err = worklist.Waiting(ctx, d.referrals, referral.Query{States: []referral.State{referral.StateReceived}}, d.Scheme.Promises.Waiting, d.Scheme.Promises.Calendar, now)
	if err != nil {
		return Morning{}, fmt.Errorf("who waits: %w", err)
	}
	for _, of := range day.People() { // all of them on the worker's own caseload
		p, err := d.persons.Load(ctx, of)
		if err != nil {
			return Morning{}, err
		}
		m.Names[of] = p.Person().Name
		m.Reach[of] = p.Person().ReachAt(person.Phone, now, d.Scheme.Promises.Calendar)
	}
	return m, nil
}

// Accept puts somebody who waits on the caseload of whoever accepts, unless they carry too
// much already.
func (d *Desk) Accept(ctx context.Context, a Acting, id referral.ID) error {
	s, err := d.stamp(a)
	if err != nil {
		return err
	}
	c, err := d.referrals.Case(ctx, id)
	if err != nil || c.Happened(s) {
		return err
	}
	if a.Seen != 0 && a.Seen != c.Version() {
		return store.ErrChanged
	}
	limits, err := d.limits(ctx)
	if err != nil {
		return err
	}
	_, err = limits.Give(ctx, d.db, transition.AllOf{d.may, ofNobody{}}, id, referral.WorkerID(a.By.ID), s)
	return err
}

// A Talk is a conversation with somebody: how, how long, what it found, and what they agree to.
type Talk struct {
	Channel person.Channel      `json:"channel" validate:"required,max=40"`
	Minutes int                 `json:"minutes" validate:"gte=0,lte=600"`
	Needs   []needs.Code        `json:"needs" validate:"max=20,unique,dive,code"` // as the two see them now; none leaves them as they are
	Agrees  sp.Truth            `json:"agrees"`                                   // that providers hear who they are, how to reach them and what for
	Note    sp.Personal[string] `json:"note" validate:"max=20000"`
}

// Talk records a conversation: that it was, what it found, what was agreed to and the note
// of it, in one commit.
func (d *Desk) Talk(ctx context.Context, a Acting, id referral.ID, t Talk) error {
	return d.change(ctx, id, a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := c.Referral.Contact(t.Channel, t.Minutes, s); err != nil {
			return nil, err
		}
		if len(t.Needs) > 0 {
			if err := c.Referral.Assess("", t.Needs, nil, s); err != nil {
				return nil, err
			}
		}
		return d.said(ctx, c.Referral, t, s)
	})
}

// said returns what a conversation changes beside the referral.
func (d *Desk) said(ctx context.Context, of *referral.Referral, t Talk, s sp.Stamp) (changes []store.Change, err error) {
	if t.Agrees != sp.Unknown {
		r, err := d.registers.LoadOrNew(ctx, of.Person())
		if err != nil {
			return nil, err
		}
		if err := r.Answer(sharing(r.Person(), t.Agrees), s); err != nil {
			return nil, err
		}
		changes = append(changes, r)
	}
	if t.Note.Reveal() == "" {
		return changes, nil
	}
	written, err := written(of, t.Note, s)
	return append(changes, written), err
}

// written returns a note about somebody.
func written(of *referral.Referral, text sp.Personal[string], s sp.Stamp) (*note.Record, error) {
	return note.Write(note.Note{ID: note.ID("N-" + s.Key), Person: of.Person(), About: "referral/" + string(of.ID()), Class: note.Team, Text: text}, s)
}

// Sharing is the choice of a person that what providers need may be told to them. Whoever
// changes their mind makes others: Sharing with a number.
const Sharing consent.ChoiceID = "C-sharing"

func sharing(of person.ID, agrees sp.Truth) consent.Choice {
	return consent.Choice{
		ID: Sharing, By: of, As: consent.Themself, Refused: agrees == sp.No, Given: consent.Spoken,
		Wording: consent.Wording{ID: "desk-sharing", Version: "1"},
		Scope: consent.Scope{
			Purposes: []consent.Purpose{consent.DirectCare}, To: []string{string(consent.ToProvider)},
			Kinds: []consent.Kind{consent.Identity, consent.Contact, consent.Needs},
		},
	}
}
