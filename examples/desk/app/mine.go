package app

import (
	"context"
	"errors"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/letter"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/rest"
	"github.com/socialprescribing/sp/store"
)

// Mine is a person's own page: what happens, who was told what, and what they may take back.
// It says nothing of concerns.
type Mine struct {
	Person  person.ID                `json:"person"`
	Version int64                    `json:"version"` // of their permissions
	Name    sp.Personal[person.Name] `json:"name"`
	Worker  referral.WorkerID        `json:"worker"`
	Story   []letter.Line            `json:"story"`
	Told    []register.Telling       `json:"told"`
	Choices []consent.Choice         `json:"choices"`
}

// Mine returns what somebody is told of their own case.
func (d *Desk) Mine(ctx context.Context, by sp.Actor) (Mine, error) {
	of := person.ID(by.For)
	if err := only(by, sp.RolePerson); err != nil {
		return Mine{}, err
	}
	f, err := d.open(ctx, by, of, consent.Identity)
	if err != nil {
		return Mine{}, err
	}
	c, err := d.referrals.Case(ctx, f.Latest().ID())
	if err != nil {
		return Mine{}, err
	}
	r := f.Register
	return Mine{
		Person: of, Version: r.Version(), Name: f.Person.Person().Name, Worker: c.Referral.Worker(), Told: r.Told(), Choices: r.Choices(),
		Story: letter.Story(c, d.wording(), by, d.reading(f)).Lines,
	}, nil
}

// Effects returns what taking a choice back would do, without doing it.
func (d *Desk) Effects(ctx context.Context, by sp.Actor, of person.ID, choice consent.ChoiceID) ([]subject.Effect, error) {
	if _, err := d.open(ctx, by, of, consent.Identity); err != nil {
		return nil, err
	}
	return subject.Effects(ctx, d.db, d.may, d.policy, of, choice, d.now())
}

// Withdraw takes a choice back and ends what rests on it; places that were held for it are
// free again. The version that was seen is that of [Mine].
func (d *Desk) Withdraw(ctx context.Context, a Acting, of person.ID, choice consent.ChoiceID) ([]subject.Effect, error) {
	if err := only(a.By, sp.RolePerson, sp.RoleLinkWorker, sp.RoleTeamLead); err != nil {
		return nil, err
	}
	f, err := d.open(ctx, a.By, of, consent.Identity)
	if err != nil {
		return nil, err
	}
	s, err := d.stamp(a)
	if err != nil {
		return nil, err
	}
	s.By.Only = "" // a link to somebody's own page is good for what they take back there
	if err := store.Unchanged(a.Seen, f.Register.Version(), f.Register.History(), s); err != nil {
		return nil, err
	}
	return subject.Withdraw(ctx, d.db, d.may, d.policy, of, choice, s)
}

// Copy reads out everything that is kept of a person: what they are owed within a month.
func (d *Desk) Copy(ctx context.Context, by sp.Actor) (*subject.Document, error) {
	if err := only(by, sp.RolePerson); err != nil {
		return nil, err
	}
	if _, err := d.open(ctx, by, person.ID(by.For), consent.Identity); err != nil {
		return nil, err
	}
	return subject.Read(ctx, d.db, subject.Kinds(), subject.Request{Person: person.ID(by.For), As: subject.Self, Appeal: "ico.org.uk"})
}

// Erase forgets somebody: every record of theirs, then the key that opens what backups hold.
// Whoever holds the case does it, since what is under way ends first; it may be asked for
// again where it was stopped. The version that was seen is that of their latest case.
func (d *Desk) Erase(ctx context.Context, a Acting, of person.ID, why subject.Why) (*subject.Protocol, error) {
	if err := only(a.By, sp.RoleLinkWorker); err != nil {
		return nil, err
	}
	s, err := d.stamp(a)
	if err != nil {
		return nil, err
	}
	eraser := subject.Eraser{
		DB: d.db, May: d.may, Kinds: append(subject.Kinds(), subject.Kind{Name: rest.KindAnswer}),
		Begin: func(ctx context.Context, of person.ID) error { return d.erasable(ctx, a, of) },
		Forget: func(ctx context.Context, of person.ID) error {
			return d.keys.Destroy(ctx, string(d.Tenant), string(of))
		},
	}
	return eraser.Erase(ctx, subject.ErasureID("E-"+s.Key), of, why, s)
}

// erasable reports why somebody may not erase a person.
func (d *Desk) erasable(ctx context.Context, a Acting, of person.ID) error {
	f, err := d.open(ctx, a.By, of, consent.Identity)
	if err != nil {
		return err
	}
	c, err := d.referrals.Case(ctx, f.Latest().ID())
	if err == nil && a.Seen != 0 && a.Seen != c.Version() {
		err = store.ErrChanged
	}
	return errors.Join(err, holds(a.By, f.Latest().Worker()))
}
