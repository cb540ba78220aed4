package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// Receipt returns what a practice sees of one of its own referrals.
func (d *Desk) Receipt(ctx context.Context, by sp.Actor, id referral.ID) (Sent, error) {
	if err := only(by, sp.RoleReferrer); err != nil {
		return Sent{}, err
	}
	r, err := d.referrals.Load(ctx, id)
	if err != nil {
		return Sent{}, err
	}
	if r.Requester().ID != by.ID {
		return Sent{}, fmt.Errorf("referral %s: %w", id, sp.ErrNotFound)
	}
	return d.sent(r), nil
}

// Danger is what is known of a referral's concerns, and not whom they are about: enough for a
// second worker to write down what a team has taken over.
type Danger struct {
	Version  int64             `json:"version"`
	Concerns []concern.Concern `json:"concerns"`
}

// Open returns those that somebody has to hold still.
func (d Danger) Open() []concern.Concern {
	return slices.DeleteFunc(slices.Clone(d.Concerns), func(c concern.Concern) bool { return !c.Open() })
}

// Danger returns the concerns of a referral to workers and leads.
func (d *Desk) Danger(ctx context.Context, by sp.Actor, id referral.ID) (Danger, error) {
	if err := only(by, sp.RoleLinkWorker, sp.RoleTeamLead); err != nil {
		return Danger{}, err
	}
	c, err := d.referrals.Case(ctx, id)
	if err != nil {
		return Danger{}, err
	}
	return Danger{c.Version(), c.Referral.Concerns()}, nil
}

// Tells returns what the provider of an offer would be told with the question, what with its
// yes, and what not at all; and the name of the service. It asks nobody.
func (d *Desk) Tells(ctx context.Context, by sp.Actor, id referral.ID, o Offer) (consent.Split, string, error) {
	entry, err := d.offered(o.Offer)
	if err != nil {
		return consent.Split{}, "", err
	}
	r, err := d.referrals.Load(ctx, id)
	if err == nil {
		err = holds(by, r.Worker())
	}
	if err != nil {
		return consent.Split{}, "", err
	}
	file, err := d.file(ctx, r.Person())
	if err != nil {
		return consent.Split{}, "", err
	}
	q := subject.ToProvider(cmp.Or(entry.Organisation, entry.Service), entry.Service, d.now())
	return d.policy.Stages(file.Consent(), q, told(o.Need)...), entry.Name, nil
}

// Stop records that a person wants to stop, or to be forgotten: whoever holds their case ends
// what is under way, and erases what is asked for.
func (d *Desk) Stop(ctx context.Context, a Acting, forget bool) error {
	if err := only(a.By, sp.RolePerson); err != nil {
		return err
	}
	f, err := d.file(ctx, person.ID(a.By.For))
	if err != nil {
		return err
	}
	a.Seen, a.By.Only = 0, "" // a link to somebody's own page is good for what they ask there
	return d.change(ctx, f.Latest().ID(), a, func(c *referral.Case, s sp.Stamp) ([]store.Change, error) {
		if err := c.Withdraw(reason.Because(reason.PersonsChoice), s); err != nil || !forget {
			return nil, err
		}
		wish, err := written(c.Referral, sp.Hide("They ask that everything about them is erased."), s)
		return []store.Change{wish}, err
	})
}
