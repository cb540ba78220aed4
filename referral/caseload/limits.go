package caseload

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// A Cap says how much one worker can carry. Where people are given, they are counted; where
// points are, weights are, for a full-time worker.
type Cap struct {
	Ages     workforce.Ages `json:"ages"` // of those whom the worker is for
	People   bool           `json:"people,omitempty"`
	Soft     int            `json:"soft"`               // people, or hundredths of a point: beyond it new cases wait
	Hard     int            `json:"hard"`               // nobody is given more
	Stable   int            `json:"stable,omitempty"`   // hundredths of a point that everything beside cases takes
	Sessions int            `json:"sessions,omitempty"` // with one person, after which it is asked whether to go on; 0 is not asked
	Source   string         `json:"source"`
	From     sp.Date        `json:"from"`
}

// ProposedCaps returns the caps of young people's workers as projects in England told a
// university, 20 to 25 at once and 6 sessions, many of them, and this library's own choice
// for all others: 85 and 100 points, of which 15 are for what is no case.
func ProposedCaps() []Cap {
	const own = "this library's own choice; no cap for link workers was found"
	from := sp.NewDate(2026, 11, 1)
	return []Cap{
		{Ages: workforce.YoungPeople, People: true, Soft: 20, Hard: 25, Sessions: 6, Source: "interviews with young people's social prescribing projects, England", From: from},
		{Ages: workforce.Adults, Soft: 8500, Hard: 10000, Stable: 1500, Source: own, From: from},
		{Ages: workforce.AllAges, Soft: 8500, Hard: 10000, Stable: 1500, Source: own, From: from},
	}
}

// A Room is what a worker can still carry, and why.
type Room struct {
	Worker referral.WorkerID `json:"worker"`
	Cap    Cap               `json:"cap"`
	Load   int               `json:"load"` // people, or hundredths of a point with what is no case
	Soft   int               `json:"soft"` // for this worker's hours
	Hard   int               `json:"hard"`
}

// Full reports whether new cases are to wait.
func (r Room) Full() bool { return r.Load >= r.Soft }

// Over reports whether the worker carries more than anybody may be given.
func (r Room) Over() bool { return r.Load > r.Hard }

// String explains it: "ann carries 91.20 of 85.00, at most 100.00".
func (r Room) String() string {
	if r.Cap.People {
		return fmt.Sprintf("%s carries %d of %d people, at most %d", r.Worker, r.Load, r.Soft, r.Hard)
	}
	return fmt.Sprintf("%s carries %s of %s points, at most %s", r.Worker, Points(r.Load), Points(r.Soft), Points(r.Hard))
}

// RoomOf returns the room of a worker under the first cap for those whom they work with.
// Somebody whose hours are unknown counts as full-time. It is false if no cap is for them.
func RoomOf(w workforce.Worker, l Load, caps []Cap) (Room, bool) {
	ages := w.Ages
	if ages == "" {
		ages = workforce.AllAges
	}
	i := slices.IndexFunc(caps, func(c Cap) bool { return c.Ages == ages })
	if i < 0 {
		return Room{}, false
	}
	c := caps[i]
	r := Room{Worker: referral.WorkerID(w.ID), Cap: c, Load: l.Points + c.Stable, Soft: c.Soft, Hard: c.Hard}
	if c.People {
		r.Load = l.People
	}
	if wte, known := w.WTE(); known {
		r.Soft, r.Hard = c.Soft*wte/100, c.Hard*wte/100
	}
	return r, true
}

// Limits is the [transition.Authorizer] that nobody is given a case by who is away, whose
// contract has ended, or whose load is at the hard cap or unknown. Combine it with the other
// rules of a scheme by [transition.AllOf]. What it is told of a load is what
// [referral.Referral.SupplyLoad] says, in the unit of the worker's cap: supply [Room.Load]
// after the case would be theirs.
type Limits struct {
	Team []workforce.Worker
	Caps []Cap
	On   sp.Date
}

// Authorize implements [transition.Authorizer]. It decides about accepting and assigning a
// referral, and allows everything else. What follows without anybody's decision, such as a
// case that goes to the lead when two have refused it, is never refused: nobody is left
// without an owner.
func (l Limits) Authorize(by sp.Actor, do transition.Act) error {
	if do.Machine != referral.Kind || do.Command != string(referral.Accept) && do.Command != string(referral.Assign) || do.To == "" || by.Role == sp.RoleSystem {
		return nil
	}
	i := slices.IndexFunc(l.Team, func(w workforce.Worker) bool { return w.ID == do.To })
	if i < 0 {
		return fmt.Errorf("caseload: %s is not of the team: %w", do.To, sp.ErrDenied)
	}
	w := l.Team[i]
	if err := w.Available(l.On); err != nil {
		return err
	}
	room, ok := RoomOf(w, Load{}, l.Caps)
	load, known := do.NumberOf("load", do.To)
	switch {
	case !ok:
		return fmt.Errorf("caseload: no cap is for %s: %w", do.To, sp.ErrDenied)
	case !known:
		return fmt.Errorf("caseload: the load of %s is unknown: %w", do.To, sp.ErrDenied)
	case load > int64(room.Hard):
		room.Load = int(load)
		return fmt.Errorf("caseload: %s: %w", room, sp.ErrDenied)
	}
	return nil
}
