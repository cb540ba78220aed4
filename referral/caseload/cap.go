package caseload

import (
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/workforce"
)

// A Cap says how much one full-time worker can carry: so many people if People is set, and
// otherwise so many points of weight.
type Cap struct {
	Role     sp.Role        `json:"role,omitempty"` // of the worker; empty is any
	Ages     workforce.Ages `json:"ages,omitempty"` // of those whom the worker is for; empty is any
	People   bool           `json:"people,omitempty"`
	Soft     int            `json:"soft"`               // from this load on new cases wait, in people or hundredths of a point
	Hard     int            `json:"hard"`               // nobody is given a case beyond this load
	Stable   int            `json:"stable,omitempty"`   // hundredths of a point that everything beside cases takes
	Sessions int            `json:"sessions,omitempty"` // with one person, after which it is asked whether to go on; 0 is not asked
	Source   string         `json:"source"`
	From     sp.Date        `json:"from"`
}

// ProposedCaps returns the caps of young people's workers as projects in England told a
// university, many of them 20 to 25 at once and 6 sessions, and this library's own choice
// for all others: 85 and 100 points, of which 15 are for what is no case, and half as much
// for who leads a team beside it.
func ProposedCaps() []Cap {
	const (
		young = "sbbresearch.org, interviews with young people's social prescribing projects in England"
		own   = Own + "; no cap for link workers was found"
	)
	from := sp.NewDate(2026, 11, 1)
	return []Cap{
		{Role: sp.RoleTeamLead, Ages: workforce.YoungPeople, People: true, Soft: 10, Hard: 12, Sessions: 6, Source: Own + ": half of what others have", From: from},
		{Role: sp.RoleTeamLead, Soft: 4250, Hard: 5000, Stable: 1500, Source: own, From: from},
		{Ages: workforce.YoungPeople, People: true, Soft: 20, Hard: 25, Sessions: 6, Source: young, From: from},
		{Soft: 8500, Hard: 10000, Stable: 1500, Source: own, From: from},
	}
}

// is reports whether a cap is for a worker.
func (c Cap) is(w workforce.Worker) bool {
	ages := w.Ages
	if ages == "" {
		ages = workforce.AllAges
	}
	return (c.Role == "" || w.Has(c.Role)) && (c.Ages == "" || c.Ages == ages)
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

// String explains it: "ann carries 91.20 of 85.00 points, at most 100.00".
func (r Room) String() string {
	if r.Cap.People {
		return fmt.Sprintf("%s carries %d of %d people, at most %d", r.Worker, r.Load, r.Soft, r.Hard)
	}
	return fmt.Sprintf("%s carries %s of %s points, at most %s", r.Worker, Points(r.Load), Points(r.Soft), Points(r.Hard))
}

// RoomOf returns the room of a worker under the first cap that is for them. Somebody whose
// hours are unknown counts as full-time. It is false if no cap is for them.
func RoomOf(w workforce.Worker, l Load, caps []Cap) (Room, bool) {
	i := slices.IndexFunc(caps, func(c Cap) bool { return c.is(w) })
	if i < 0 {
		return Room{}, false
	}
	c := caps[i]
	r := Room{Worker: w.ID, Cap: c, Load: l.Points + c.Stable, Soft: c.Soft, Hard: c.Hard}
	if c.People {
		r.Load = l.People
	}
	if wte, known := w.WTE(); known {
		r.Soft, r.Hard = c.Soft*wte/100, c.Hard*wte/100
	}
	return r, true
}

// Roomiest returns the room of the worker who has most of it left below their soft cap,
// as a share of that cap, and of equals the first. It is false if all are full: then the
// case waits in the intake queue.
func Roomiest(rooms []Room) (most Room, ok bool) {
	for _, r := range rooms {
		if !r.Full() && (!ok || r.Load*most.Soft < most.Load*r.Soft) {
			most, ok = r, true
		}
	}
	return most, ok
}
