package app

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/workforce"
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
	return caseload.LimitsOf(ctx, d.db, caseload.ProposedCaps(), d.Scheme.Promises.Calendar.Date(d.now()))
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
	t := Team{Workers: workforce.LinkWorkers(limits.Team, limits.On)}
	if t.Rooms, t.Loads, err = limits.Carried(ctx, d.referrals, now); err != nil {
		return Team{}, err
	}
	if t.Concerns, err = worklist.Concerns(ctx, d.referrals, promises.Concerns, now); err != nil {
		return Team{}, err
	}
	t.Waiting, err = worklist.Waiting(ctx, d.referrals, referral.Query{States: []referral.State{referral.StateReceived}}, promises.Waiting, promises.Calendar, now)
	return t, err
}

// HandOver offers the cases of one worker to others. Until one of them says yes, each stays
// with whoever has it. It is refused as stale where a case is not with that worker any more.
func (d *Desk) HandOver(ctx context.Context, a Acting, o caseload.Offering) (caseload.ID, error) {
	if err := only(a.By, sp.RoleTeamLead); err != nil {
		return "", err
	}
	s, err := d.stamp(a)
	if err != nil {
		return "", err
	}
	limits, err := d.limits(ctx)
	if err != nil {
		return "", err
	}
	name := caseload.ID("H-" + s.Key)
	return name, d.handOvers.Offer(ctx, name, o, limits, s)
}

// A Taking is the answer of a worker to a case that was offered to them.
type Taking struct {
	Yes  bool              `json:"yes"`
	Why  caseload.No       `json:"why" validate:"omitempty,code"`     // of a no
	Next referral.WorkerID `json:"next" validate:"omitempty,max=200"` // whom to ask then; empty is the lead
}

// Take answers a case of a hand-over. With the yes, whoever answers has it. A lead takes what
// nobody has answered.
func (d *Desk) Take(ctx context.Context, a Acting, of caseload.ID, id referral.ID, t Taking) error {
	s, err := d.stamp(a)
	if err != nil {
		return err
	}
	limits, err := d.limits(ctx)
	if err != nil {
		return err
	}
	return d.handOvers.Answer(ctx, of, id, caseload.Reply(t), limits, a.Seen, s)
}

// HandedOn returns a hand-over as it stands, to the lead and to whom it offers something.
func (d *Desk) HandedOn(ctx context.Context, by sp.Actor, id caseload.ID) (*caseload.HandOver, error) {
	if err := only(by, sp.RoleTeamLead, sp.RoleLinkWorker); err != nil {
		return nil, err
	}
	h, err := d.handOvers.Load(ctx, id)
	if err == nil && !concerns(h, by) {
		return nil, fmt.Errorf("hand-over %s: %w", id, sp.ErrNotFound)
	}
	return h, err
}

// HandOvers returns the hand-overs of which somebody is still to answer: all to the lead, and
// to a worker those that concern them.
func (d *Desk) HandOvers(ctx context.Context, by sp.Actor) (all []*caseload.HandOver, err error) {
	if err := only(by, sp.RoleTeamLead, sp.RoleLinkWorker); err != nil {
		return nil, err
	}
	for h, err := range d.handOvers.Going(ctx, "") {
		if err != nil {
			return nil, fmt.Errorf("hand-overs: %w", err)
		}
		if concerns(h, by) {
			all = append(all, h)
		}
	}
	return all, nil
}

// concerns reports whether a hand-over is somebody's to see.
func concerns(h *caseload.HandOver, by sp.Actor) bool {
	return by.Role == sp.RoleTeamLead || h.Concerns(referral.WorkerID(by.ID))
}
