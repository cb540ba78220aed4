package main

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/triage"
	"github.com/socialprescribing/sp/store"
)

// A step is what happens to somebody on a day. It returns in how many days something happens to
// them next; 0 is that they wait for a place, or that their way is over.
type step func(context.Context, *client) (days int, err error)

var (
	criteria    = triage.Criteria{Name: "district-2026-1", List: []triage.Criterion{triage.Ages("adult", "must be 18 or older", directory.Years(18), 0)}}
	unreachable = referral.Unreachable{Name: "district-2026-1", Attempts: 3, Days: 3, Channels: 1, Span: 6}
)

// year plays day after day: money that ends, places given out on Mondays, and whoever is due.
func (d *district) year(ctx context.Context) error {
	ends := d.ending()
	last := start.Add(d.days)
	progress := d.bar.Over("year")
	for d.today = start; d.today < last; d.today = d.today.Add(1) {
		d.done = 0
		for _, cliff := range ends {
			if cliff.Date == d.today {
				if err := d.close(ctx, cliff.Service); err != nil {
					return err
				}
			}
		}
		if d.today.Weekday() == weekly {
			if err := d.place(ctx); err != nil {
				return err
			}
		}
		for _, c := range d.agenda[d.today] {
			if c.due != d.today { // something else has happened to them since
				continue
			}
			c.due = 0
			days, err := c.next(ctx, c)
			if err != nil {
				return fmt.Errorf("referral %s: %w", c.arrival.Referral, err)
			}
			if days > 0 {
				d.later(c, days)
			}
		}
		delete(d.agenda, d.today)
		progress(d.today.Sub(start), d.days)
	}
	t := d.tally
	d.say("\nTHE YEAR  %d referrals received, %d not for the scheme, %d people not reached", t.referred, t.declined, t.unreachable)
	d.say("  permission: %d of %d who were asked agree; %d offers told all that the provider asked for, %d kept something back, %d people went by themselves", t.agreed, t.agreed+t.refused, t.told, t.withheld, t.ourself)
	d.say("  places: %d given out in %d runs of the waiting list, each checked; %d times somebody had to wait on, each with a proof; needs with nothing to go to: %d", t.placed, t.runs, t.proven, t.nowhere)
	d.say("  %d were told by the provider that it is full; money ended under %d; %d gave up waiting; %d finished a course; %d cases closed, %d still waiting for a place", t.full, t.stopped, t.gaveUp, t.finished, t.closed, len(d.waiting))
	return nil
}

// later puts somebody into the agenda.
func (d *district) later(c *client, days int) {
	c.due = workday(d.today.Add(days))
	d.agenda[c.due] = append(d.agenda[c.due], c)
}

// by stamps what somebody does now.
func (d *district) by(role sp.Role, id string) sp.Stamp {
	a := sp.Actor{ID: id, Role: role}
	if role == sp.RoleProvider || role == sp.RolePerson {
		a.For = id
	}
	return sp.By(a, d.now())
}

func (d *district) worker(c *client) sp.Stamp { return d.by(sp.RoleLinkWorker, string(c.worker)) }

// load reads the case from the database.
func (d *district) load(ctx context.Context, c *client) (*referral.Case, error) {
	return d.referrals.Case(ctx, c.arrival.Referral)
}

// change loads a case, changes it and saves it.
func (d *district) change(ctx context.Context, c *client, how func(*referral.Case) error) error {
	return store.Retry(ctx, 3, func(ctx context.Context) error {
		file, err := d.load(ctx, c)
		if err != nil {
			return err
		}
		if err := how(file); err != nil {
			return err
		}
		return store.Save(ctx, d.db, file)
	})
}

// receive registers the person, and opens the referral, in one commit.
func (d *district) receive(ctx context.Context, c *client) (int, error) {
	by := sp.By(sp.Actor{ID: "gp", Role: sp.RoleReferrer, For: string(c.arrival.From)}, c.arrival.At)
	record, err := person.Register(c.person, by)
	if err != nil {
		return 0, err
	}
	r := referral.New(c.arrival.Referral, anybody{})
	err = r.Receive(referral.Submission{
		Person: c.person.ID, Source: "gp", From: c.arrival.From, Urgency: c.arrival.Urgency, Reasons: []needs.Code{c.arrival.Need},
	}, by)
	if err != nil {
		return 0, err
	}
	if err := store.Save(ctx, d.db, record, referral.NewCase(r)); err != nil {
		return 0, err
	}
	d.tally.referred++
	c.next = d.decide
	return 1 + c.rng.IntN(4), nil
}

// decide judges by the criteria of the scheme, and accepts or declines.
func (d *district) decide(ctx context.Context, c *client) (days int, err error) {
	err = d.change(ctx, c, func(file *referral.Case) error {
		verdict := triage.Judge(criteria, file.Referral, c.person.Profile(d.today))
		if err := file.Referral.Triage(verdict.Triaged, d.worker(c)); err != nil {
			return err
		}
		if c.rng.IntN(25) == 0 {
			d.tally.declined++
			return file.Decline(reason.Because(reason.OutsideRemit), d.worker(c))
		}
		c.next, days = d.reach, 3+c.rng.IntN(12)
		return file.Referral.Accept(c.worker, d.worker(c))
	})
	return days, err
}

// reach tries to speak to the person. Who is reached is assessed and asked for their permission,
// and waits for a place from then on.
func (d *district) reach(ctx context.Context, c *client) (days int, err error) {
	reached := c.rng.IntN(10) < 7
	err = d.change(ctx, c, func(file *referral.Case) error {
		r := file.Referral
		switch {
		case reached:
			if err := r.Contact(person.Phone, 20+c.rng.IntN(40), d.worker(c)); err != nil {
				return err
			}
			return r.Assess("", r.Needs(), nil, d.worker(c))
		case c.attempts == unreachable.Attempts:
			d.tally.unreachable++
			return file.GiveUp(unreachable, d.worker(c))
		default:
			c.attempts++
			days = 3 + c.rng.IntN(5)
			return r.Attempt(person.Phone, d.worker(c))
		}
	})
	if err != nil || !reached {
		return days, err
	}
	d.wait(c)
	return 0, d.ask(ctx, c, d.worker(c))
}

// wait puts somebody at the end of the waiting list, after services of which nothing came.
func (d *district) wait(c *client, tried ...directory.ID) {
	c.tried = append(c.tried, tried...)
	if c.due = 0; c.since.IsZero() {
		c.since = d.today
	}
	d.waiting = append(d.waiting, c)
}

// end closes a case with what came of it, and tells the practice.
func (d *district) end(ctx context.Context, c *client, result needs.Result) error {
	return d.change(ctx, c, func(file *referral.Case) error {
		d.tally.closed++
		if err := file.Close(result, d.worker(c)); err != nil {
			return err
		}
		return file.Referral.SendFeedback(referral.DocumentID("letter-"+file.Referral.ID()), d.worker(c))
	})
}
