package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// course is how many times people are to come.
const course = 6

// offer proposes a service and sends the placement on, with what the person lets the provider
// know, and holds the place, in one commit.
func (d *district) offer(ctx context.Context, c *client, id directory.ID) error {
	return store.Retry(ctx, 3, func(ctx context.Context) error {
		file, err := d.load(ctx, c)
		if err != nil {
			return err
		}
		o := d.offers[slices.IndexFunc(d.offers, func(o directory.Offer) bool { return o.ID == id })]
		p, err := file.Propose(placement.Proposal{
			ID: placement.ID(fmt.Sprintf("PL-%05d-%d", c.number, len(file.Placements)+1)), Service: o.Service, Venue: o.ID,
			Provider: cmp.Or(o.Organisation, o.Service), Needs: []needs.Code{c.arrival.Need}, Step: session.Group,
		}, d.worker(c))
		if err != nil {
			return err
		}
		by := d.worker(c)
		book := held.NewBook(d.db)
		if err := book.Hold(ctx, p, time.Time{}, by); err != nil {
			return err
		}
		if err := p.Offer(d.sending(ctx, c, p, by.At), d.may(ctx, consent.DirectCare, by.At), by); err != nil {
			return err
		}
		c.next, c.sessions, c.came = d.answer, 0, 0
		if p.Sent().Level == placement.SelfReferral {
			c.next = d.visit
		}
		if err := store.Save(ctx, d.db, file, book); err != nil {
			return err
		}
		d.later(c, 1+c.rng.IntN(8))
		return nil
	})
}

// sending is what a provider may hear of somebody. Who lets nothing be told is told where to go.
func (d *district) sending(ctx context.Context, c *client, p *placement.Placement, at time.Time) placement.Sending {
	items := []placement.Item{{Field: "name"}, {Field: "telephone-number"}, {Field: placement.FieldNeed, Code: string(c.arrival.Need)}}
	now, later, withheld := placement.Staged(d.may(ctx, consent.DirectCare, at), p.Service(), p.Provider(), consent.Community, p.Person(), items)
	switch {
	case len(now)+len(later) == 0:
		d.tally.ourself++
		return placement.Sending{Level: placement.SelfReferral}
	case len(withheld) > 0:
		d.tally.withheld++
	default:
		d.tally.told++
	}
	return placement.Sending{Level: placement.FullReferral, Items: now, OnceYes: later}
}

// open returns the placement that is on its way.
func open(file *referral.Case) *placement.Placement { return file.Placements[len(file.Placements)-1] }

func (d *district) host(p *placement.Placement) sp.Stamp {
	return d.by(sp.RoleProvider, string(p.Provider()))
}

// answer is the provider's: mostly a yes, after which they hear the rest.
func (d *district) answer(ctx context.Context, c *client) (days int, err error) {
	err = d.change(ctx, c, func(file *referral.Case) error {
		p := open(file)
		if c.rng.IntN(10) == 0 {
			d.tally.full++
			d.wait(c, p.Service())
			return p.Decline(reason.Because(reason.NoCapacity), d.host(p))
		}
		if err := p.Accept(d.host(p)); err != nil {
			return err
		}
		c.next, days = d.visit, 7
		if len(p.Untold()) == 0 {
			return nil
		}
		by := d.worker(c)
		return p.Disclose(placement.Disclosure{Items: p.Untold()}, d.may(ctx, consent.DirectCare, by.At), by)
	})
	return days, err
}

// visit is one session of the course, and after the last the end of it.
func (d *district) visit(ctx context.Context, c *client) (days int, err error) {
	over := false
	err = d.change(ctx, c, func(file *referral.Case) error {
		p := open(file)
		c.sessions++
		if err := d.session(c, file, p); err != nil {
			return err
		}
		if c.sessions < course {
			days = 7
			return nil
		}
		over = true
		result := needs.Result{Outcome: needs.Met}
		if c.came < 2 || c.rng.IntN(4) == 0 {
			result = needs.Result{Outcome: needs.NotMet, Unmet: p.Needs()}
		}
		if c.came == 0 {
			return file.EndPlacement(p.ID(), func(p *placement.Placement, s sp.Stamp) error {
				return p.Stop(reason.Because(reason.PersonsChoice), s)
			}, d.worker(c))
		}
		d.tally.finished++
		return p.Complete(result, d.worker(c))
	})
	if err != nil || !over {
		return days, err
	}
	c.next = d.finish
	return 7, nil
}

// session notes whether somebody came.
func (d *district) session(c *client, file *referral.Case, p *placement.Placement) error {
	by := d.host(p)
	if p.Sent().Level == placement.SelfReferral {
		by = d.worker(c) // the provider knows of nobody
	}
	x, err := file.PlanSession(p.ID(), session.ID(fmt.Sprintf("%s-%d", p.ID(), c.sessions)), by.At, by)
	if err != nil {
		return err
	}
	if c.rng.IntN(5) == 0 {
		return x.Miss([]session.Cause{session.Illness, session.NoTransport, session.UnknownCause}[c.rng.IntN(3)], sp.By(by.By, d.now()))
	}
	if err := x.Attend(session.Attended{Minutes: 90}, sp.By(by.By, d.now())); err != nil {
		return err
	}
	if !c.began {
		c.began = true
		d.tally.began++
	}
	if c.came++; c.came == 1 {
		return p.Start(sp.By(by.By, d.now()))
	}
	return nil
}

// finish closes the case.
func (d *district) finish(ctx context.Context, c *client) (int, error) {
	file, err := d.load(ctx, c)
	if err != nil {
		return 0, err
	}
	result := open(file).Result()
	if result.Outcome != needs.Met {
		result = needs.Result{Outcome: needs.NotMet, Unmet: []needs.Code{c.arrival.Need}}
	}
	return 0, d.end(ctx, c, result)
}

// close ends what is on its way at a service whose money ends today. People wait for another place.
func (d *district) close(ctx context.Context, service directory.ID) error {
	for _, c := range d.clients {
		if sp.DateOf(c.arrival.At) >= d.today {
			break
		}
		if c.due == 0 { // they wait for a place, or their way is over
			continue
		}
		file, err := d.load(ctx, c)
		if err != nil {
			return err
		}
		if len(file.Placements) == 0 || open(file).Service() != service || !open(file).State().Open() {
			continue
		}
		if err := d.cut(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// cut ends the placement of one person, since nobody pays for it any more.
func (d *district) cut(ctx context.Context, c *client) error {
	return d.change(ctx, c, func(file *referral.Case) error {
		p, why := open(file), reason.Because(reason.NoCapacity)
		d.tally.stopped++
		d.wait(c, p.Service())
		return file.EndPlacement(p.ID(), func(p *placement.Placement, s sp.Stamp) error {
			if p.State() == placement.StateOffered {
				return p.Withdraw(why, s)
			}
			return p.Stop(why, s)
		}, d.worker(c))
	})
}
