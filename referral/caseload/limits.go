package caseload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// Limits is a [transition.Authorizer]. It denies that a case is given to somebody who is
// away, whose contract has ended, or whose load would be beyond the hard cap or is
// unknown, and that a caseload is offered to somebody who is away. Combine it with the
// other rules of a scheme by [transition.AllOf].
//
// It knows a load through [Limits.Supply] alone, which binds the case to the caseload that
// was weighed: of two who accept at once beyond the cap the second cannot save.
// [Limits.Give] does all of that. What it denies is a [*LimitError], or a
// [*workforce.Unavailable] where somebody is not there.
type Limits struct {
	Team  []workforce.Worker
	Caps  []Cap
	On    sp.Date                                   // the day on which somebody is to be there
	Scale Scale                                     // by which cases are weighed; zero is [Proposed]
	Facts func(*referral.Referral, time.Time) Facts // of a case; nil is [FactsOf], which knows neither age nor adjustments
}

// LimitsOf returns the limits of the team that a store has, on a day.
func LimitsOf(ctx context.Context, db store.Driver, caps []Cap, on sp.Date) (Limits, error) {
	team, err := workforce.Workers(db).List(ctx, record.Query{})
	if err != nil {
		return Limits{}, fmt.Errorf("caseload: the team: %w", err)
	}
	return Limits{Team: team, Caps: caps, On: on}, nil
}

// Authorize implements [transition.Authorizer]. It decides about accepting and assigning a
// referral, and about whom a hand-over is offered to, and allows everything else. What
// follows without anybody's decision, such as a case that goes to the lead when two have
// refused it, is never refused: nobody is left without an owner.
func (l Limits) Authorize(by sp.Actor, do transition.Act) error {
	given := do.Machine == referral.Kind && (do.Command == string(referral.Accept) || do.Command == string(referral.Assign))
	offered := do.Machine == HandOverKind && (do.Command == string(Offer) || do.Command == string(Refuse))
	if !given && !offered || do.To == "" || by.Role == sp.RoleSystem {
		return nil
	}
	w, err := l.worker(do.To)
	if err != nil {
		return err
	}
	if offered {
		return there(w, l.On)
	}
	if err := w.Available(l.On); err != nil {
		return err
	}
	room, err := l.room(w, Load{})
	if err != nil {
		return err
	}
	load, known := do.NumberOf("load", do.To)
	if !known {
		return &LimitError{Worker: referral.WorkerID(do.To), Why: LoadUnknown}
	}
	if load > int64(room.Hard) {
		room.Load = int(load)
		return &LimitError{Worker: referral.WorkerID(do.To), Why: BeyondCap, Room: room}
	}
	return nil
}

// there is [workforce.Worker.Available] for leads as well, who have what nobody else takes.
func there(w workforce.Worker, on sp.Date) error {
	if w.Has(sp.RoleTeamLead) {
		w.Roles = append(slices.Clip(w.Roles), sp.RoleLinkWorker)
	}
	return w.Available(on)
}

func (l Limits) worker(id string) (workforce.Worker, error) {
	i := slices.IndexFunc(l.Team, func(w workforce.Worker) bool { return w.ID == referral.WorkerID(id) })
	if i < 0 {
		return workforce.Worker{}, &LimitError{Worker: referral.WorkerID(id), Why: NotOfTeam}
	}
	return l.Team[i], nil
}

func (l Limits) room(w workforce.Worker, load Load) (Room, error) {
	room, ok := RoomOf(w, load, l.Caps)
	if !ok {
		return Room{}, &LimitError{Worker: w.ID, Why: NoCap}
	}
	return room, nil
}

// Load weighs a caseload at a moment.
func (l Limits) Load(c *referral.Caseload, at time.Time) Load { return l.load(c.Worker, c.Open, at) }

func (l Limits) load(worker referral.WorkerID, open []*referral.Referral, at time.Time) Load {
	scale, facts := l.Scale, l.Facts
	if scale.Version == "" {
		scale = Proposed()
	}
	if facts == nil {
		facts = FactsOf
	}
	cases := make([]Carried, len(open))
	for i, r := range open {
		cases[i] = Carried{r.ID(), facts(r, at)}
	}
	return scale.Load(worker, cases)
}

// Rooms returns what each of some workers can still carry, in the order of the caseloads.
// A caseload of somebody who is not of the team, or for whom there is no cap, is a
// [*LimitError].
func (l Limits) Rooms(caseloads []*referral.Caseload, at time.Time) ([]Room, error) {
	rooms := make([]Room, len(caseloads))
	for i, c := range caseloads {
		w, err := l.worker(string(c.Worker))
		if err != nil {
			return nil, err
		}
		if rooms[i], err = l.room(w, l.Load(c, at)); err != nil {
			return nil, err
		}
	}
	return rooms, nil
}

// Carried reads what each link worker of the team carries who works on the day, and what they
// can still carry, in the order of the team.
func (l Limits) Carried(ctx context.Context, referrals *referral.Repository, at time.Time) (rooms []Room, loads map[referral.WorkerID]Load, err error) {
	var carried []*referral.Caseload
	loads = map[referral.WorkerID]Load{}
	for _, w := range workforce.LinkWorkers(l.Team, l.On) {
		c, err := referrals.Caseload(ctx, w.ID)
		if err != nil {
			return nil, nil, fmt.Errorf("caseload: what %s carries: %w", w.ID, err)
		}
		carried, loads[w.ID] = append(carried, c), l.Load(c, at)
	}
	rooms, err = l.Rooms(carried, at)
	return rooms, loads, err
}

// Supply weighs what a worker would carry with one case more, tells the referral of it
// ([referral.Referral.SupplyLoad]), and returns the room that they would have then. Where
// that is over, accepting and assigning are denied.
func (l Limits) Supply(r *referral.Referral, c *referral.Caseload, at time.Time) (Room, error) {
	w, err := l.worker(string(c.Worker))
	if err != nil {
		return Room{}, err
	}
	theirs := slices.DeleteFunc(slices.Clone(c.Open), func(x *referral.Referral) bool { return x.ID() == r.ID() })
	room, err := l.room(w, l.load(c.Worker, append(theirs, r), at))
	if err != nil {
		return Room{}, err
	}
	r.SupplyLoad(c, room.Load)
	return room, nil
}

// tries is how often [Limits.Give] decides anew when somebody else was given a case.
const tries = 32

// Give accepts a referral for a worker, or assigns one that somebody has already, and saves
// it, with the room that they have then. It is denied beyond the hard cap, also to the
// slower of two who give the last room at once. The authorizer is asked too whether it may
// be done. The same command twice is once.
func (l Limits) Give(ctx context.Context, db store.Driver, may transition.Authorizer, id referral.ID, to referral.WorkerID, s sp.Stamp) (room Room, err error) {
	referrals := referral.NewRepository(db, transition.AllOf{may, l})
	err = store.Retry(ctx, tries, func(ctx context.Context) error {
		c, err := referrals.Caseload(ctx, to)
		if err != nil {
			return err
		}
		r, err := referrals.Load(ctx, id)
		if err != nil {
			return err
		}
		if room, err = l.Supply(r, c, s.At); err != nil {
			return err
		}
		give := r.Accept
		if r.Worker() != "" && !accepted(r, s) {
			give = r.Assign
		}
		if err := give(to, s); err != nil {
			return err
		}
		return again(store.Save(ctx, db, r))
	})
	return room, err
}

// accepted reports whether a referral was accepted by the command that a stamp is of.
func accepted(r *referral.Referral, s sp.Stamp) bool {
	return store.Repeated(func(yield func(store.Entry[referral.Event]) bool) {
		for e := range r.History() {
			if _, is := e.Event.(referral.Accepted); is && !yield(e) {
				return
			}
		}
	}, s)
}

// again makes of a conflict about the first case by a caseload one that is tried again, as
// all others are.
func again(err error) error {
	if c, ok := errors.AsType[*store.ConflictError](err); ok && c.Key.Kind == referral.CaseloadKind {
		return fmt.Errorf("%w: %w", err, store.ErrAgain)
	}
	return err
}
