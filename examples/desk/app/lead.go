package app

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// A Team is a lead's morning: what each carries and can still carry, whose risk is held, and
// who waits for a worker.
type Team struct {
	Workers  []workforce.Worker                  `json:"-"`
	Rooms    []caseload.Room                     `json:"rooms"`
	Loads    map[referral.WorkerID]caseload.Load `json:"loads"`
	Concerns []worklist.Concern                  `json:"concerns"`
	Waiting  []worklist.Wait                     `json:"waiting"`
}

// limits are by whom how much may be carried.
func (d *Desk) limits(ctx context.Context) (caseload.Limits, error) {
	team, err := workforce.Workers(d.db).List(ctx, record.Query{})
	if err != nil {
		return caseload.Limits{}, fmt.Errorf("team: %w", err)
	}
	return caseload.Limits{Team: team, Caps: caseload.ProposedCaps(), On: d.Scheme.Promises.Calendar.Date(d.now())}, nil
}

// Team returns what the lead looks at in the morning.
func (d *Desk) Team(ctx context.Context, by sp.Actor) (Team, error) {
	if err := only(by, sp.RoleTeamLead); err != nil {
		return Team{}, err
	}
	limits, err := d.limits(ctx)
	if err != nil {
		return Team{}, err
	}
	now, promises := d.now(), d.Scheme.Promises
	t := Team{Workers: workforce.LinkWorkers(limits.Team, limits.On), Loads: map[referral.WorkerID]caseload.Load{}}
	var carried []*referral.Caseload
	for _, w := range t.Workers {
		c, err := d.referrals.Caseload(ctx, w.ID)
		if err != nil {
			return Team{}, fmt.Errorf("caseload of %s: %w", w.ID, err)
		}
		carried, t.Loads[w.ID] = append(carried, c), limits.Load(c, now)
	}
	if t.Rooms, err = limits.Rooms(carried, now); err != nil {
		return Team{}, err
	}
	if t.Concerns, err = worklist.Concerns(ctx, d.referrals, promises.Concerns, now); err != nil {
		return Team{}, err
	}
	t.Waiting, err = worklist.Waiting(ctx, d.referrals, referral.Query{States: []referral.State{referral.StateReceived}}, promises.Waiting, promises.Calendar, now)
	return t, err
}

// HandOver offers the cases of one worker to others. Until one of them says yes, each stays
// with whoever has it.
func (d *Desk) HandOver(ctx context.Context, a Acting, o caseload.Offering) (caseload.ID, error) {
	if err := only(a.By, sp.RoleTeamLead); err != nil {
		return "", err
	}
	name, err := d.id("H", a)
	if err != nil {
		return "", err
	}
	return caseload.ID(name), store.Retry(ctx, attempts, func(ctx context.Context) error {
		h, err := caseload.NewRepository(d.db, d.may).Load(ctx, caseload.ID(name))
		h, err = store.OrNew(h, err, caseload.New(caseload.ID(name), d.may))
		if err != nil {
			return err
		}
		if err := h.Offer(o, d.stamp(a)); err != nil {
			return err
		}
		return store.Save(ctx, d.db, h)
	})
}

// A Taking is the answer of a worker to a case that was offered to them.
type Taking struct {
	Yes  bool              `json:"yes"`
	Why  caseload.No       `json:"why"`  // of a no
	Next referral.WorkerID `json:"next"` // whom to ask then; empty is the lead
}

// Take answers a case of a hand-over. With the yes, whoever answers has it.
func (d *Desk) Take(ctx context.Context, a Acting, of caseload.ID, id referral.ID, t Taking) error {
	return store.Retry(ctx, attempts, func(ctx context.Context) error {
		h, err := caseload.NewRepository(d.db, d.may).Load(ctx, of)
		if err != nil {
			return err
		}
		limits, err := d.limits(ctx)
		if err != nil {
			return err
		}
		r, err := d.referrals.Load(ctx, id)
		if err != nil {
			return err
		}
		carried, err := d.referrals.Caseload(ctx, referral.WorkerID(a.By.ID))
		if err != nil {
			return err
		}
		if _, err := limits.Supply(r, carried, d.now()); err != nil {
			return err
		}
		if t.Yes {
			err = h.Accept(r, d.stamp(a))
		} else {
			err = h.Refuse(r, t.Why, t.Next, d.stamp(a))
		}
		if err != nil {
			return err
		}
		return store.Save(ctx, d.db, h)
	})
}

// HandedOn returns a hand-over as it stands.
func (d *Desk) HandedOn(ctx context.Context, by sp.Actor, id caseload.ID) (*caseload.HandOver, error) {
	if err := only(by, sp.RoleTeamLead, sp.RoleLinkWorker); err != nil {
		return nil, err
	}
	return caseload.NewRepository(d.db, d.may).Load(ctx, id)
}
