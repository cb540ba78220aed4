package subject

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Reception receives people who are referred.
type Reception struct {
	DB     store.Driver // that of People, of one tenant: see [person.Index.Driver]
	May    transition.Authorizer
	People *person.Index
	Nation consent.Nation // whose law about young people holds; empty is England
}

// receiveTries is how often somebody is received again whom others registered meanwhile.
const receiveTries = 8

// Receive receives a referral of somebody, in one commit: whoever has the NHS number of p
// (where it has none, its ID) is that person, with the record that there is, and anybody else
// is registered as p; a register
// of their permissions is opened where they have none, with nothing agreed to; and the referral
// begins, under its ID, from the submission, whose person is filled in. The same request twice
// is received once, and of two who refer one person at the same moment both refer the same.
//
//	reception := subject.Reception{DB: db, May: may, People: people}
//	r, err := reception.Receive(ctx, "R-1", person.Person{ID: "P-1", NHSNumber: number, Name: name}, submission, s)
//
// What is wrong with the person or the submission is an [*sp.InvalidError].
func (d Reception) Receive(ctx context.Context, id referral.ID, p person.Person, a referral.Submission, s sp.Stamp) (r *referral.Referral, err error) {
	err = store.Retry(ctx, receiveTries, func(ctx context.Context) error {
		var changes []store.Change
		if r, err = referral.NewRepository(d.DB, d.May).LoadOrNew(ctx, id); err != nil {
			return err
		}
		// Whom the same request has registered meanwhile is found: they came with the referral.
		if a.Person, changes, err = d.known(ctx, p, s); err != nil {
			return err
		}
		if err := r.Receive(a, s); err != nil {
			return err
		}
		return raced(store.Save(ctx, d.DB, append(changes, r)...))
	})
	if err != nil {
		return nil, fmt.Errorf("subject: receive %s: %w", id, err)
	}
	return r, nil
}

// known returns whom a number belongs to, or who is known by their ID alone, with what is to be
// saved of them. What is wrong with p is said of everybody, so that nobody learns from it who is here.
func (d Reception) known(ctx context.Context, p person.Person, s sp.Stamp) (of person.ID, changes []store.Change, err error) {
	fresh, err := person.Register(p, s)
	if err != nil {
		return "", nil, err
	}
	found, err := d.People.Find(ctx, d.DB, p.NHSNumber)
	if errors.Is(err, sp.ErrNotFound) && p.NHSNumber.IsZero() {
		found, err = person.NewRepository(d.DB).Load(ctx, p.ID)
	}
	if errors.Is(err, sp.ErrNotFound) {
		found, err = fresh, nil
		changes = append(changes, fresh)
	}
	if err != nil {
		return "", nil, err
	}
	of = found.Person().ID
	reg, err := register.NewRepository(d.DB, d.May).LoadOrNew(ctx, of)
	if err != nil {
		return "", nil, fmt.Errorf("permissions of %s: %w", of, err)
	}
	if reg.Person() == "" {
		err = reg.Open(cmp.Or(d.Nation, consent.England), s)
	}
	return of, append(changes, reg), err
}

// raced makes of a number, or a record, that somebody else has just taken another try: it is
// found then.
func raced(err error) error {
	if errors.Is(err, sp.ErrExists) {
		return fmt.Errorf("%w: %w", store.ErrAgain, err)
	}
	return err
}
