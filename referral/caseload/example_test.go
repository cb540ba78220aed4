package caseload_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/worklist"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

// team has ann, who is for young people, and whose cap is two here; bea, who has left; and
// lena, who leads them.
func team() []workforce.Worker {
	today := sp.NewDate(2026, 11, 2)
	link := []sp.Role{sp.RoleLinkWorker}
	return []workforce.Worker{
		{ID: "ann", Roles: link, Ages: workforce.YoungPeople, Supervisor: "lena"},
		{ID: "bea", Roles: link, Employment: sp.Hide(workforce.Employment{WTE: 60, Contract: sp.Period{Start: today.Add(-400), End: today.Add(-2)}})},
		{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}},
	}
}

var few = []caseload.Cap{
	{Ages: workforce.YoungPeople, People: true, Soft: 1, Hard: 2, Sessions: 6, Source: "an example", From: sp.NewDate(2026, 11, 1)},
	{Soft: 8500, Hard: 10000, Stable: 1500, Source: "an example", From: sp.NewDate(2026, 11, 1)},
}

// received saves so many referrals that nobody has accepted.
func received(ctx context.Context, db store.Driver, n int) {
	for i := range n {
		r := referral.New(referral.ID(fmt.Sprintf("R-%d", i)), transition.TableOnly{})
		must(r.Receive(referral.Submission{Person: person.ID(fmt.Sprintf("P-%d", i)), Urgency: referral.Routine, Reasons: someNeeds}, by("dr", sp.RoleReferrer, i)))
		must(store.Save(ctx, db, r))
	}
}

// Nobody is given a case beyond the hard cap of their role and of those whom they are for.
func ExampleLimits_Give() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	received(ctx, db, 3)
	limits := caseload.Limits{Team: team(), Caps: few, On: sp.NewDate(2026, 11, 2)}
	for _, id := range []referral.ID{"R-0", "R-1", "R-2"} {
		room, err := limits.Give(ctx, db, transition.TableOnly{}, id, "ann", by("ann", sp.RoleLinkWorker, 5))
		fmt.Println(room, err)
	}
	_, err := limits.Give(ctx, db, transition.TableOnly{}, "R-2", "bea", by("ann", sp.RoleLinkWorker, 5))
	fmt.Println(err)
	// Output:
	// ann carries 1 of 1 people, at most 2 <nil>
	// ann carries 2 of 1 people, at most 2 <nil>
	// ann carries 3 of 1 people, at most 2 referral: accept R-2: is not open to you: caseload: ann carries 3 of 1 people, at most 2: give the case to somebody who has room, or have some of theirs handed over first
	// referral: accept R-2: is not open to you: workforce: bea cannot be given work on 2026-11-02: contract-ended
}

// A caseload is weighed case by case, and each part of a weight says what it is for.
func ExampleScale_Load() {
	load := caseload.Proposed().Load("ann", []caseload.Carried{
		{Referral: "R-1", Facts: caseload.Facts{Phase: caseload.First, Needs: 2, Sensitive: 1}},
		{Referral: "R-2", Facts: caseload.Facts{Phase: caseload.Going, Needs: 1, Contacts: 3}},
	})
	for _, c := range load.Cases {
		fmt.Println(c.Referral, c)
	}
	fmt.Println(load)
	room, _ := caseload.RoomOf(workforce.Worker{ID: "ann"}, load, caseload.ProposedCaps())
	fmt.Println(room, room.Full(), room.Cap.Source)
	// Output:
	// R-1 2.10 = first 1.60 + needs (2) 0.10 + sensitive (1) 0.40
	// R-2 1.40 = going 1.20 + needs (1) 0.05 + contacts (3) 0.15
	// 3.50 = going 1.20 + first 1.60 + needs (3) 0.15 + sensitive (1) 0.40 + contacts (3) 0.15
	// ann carries 18.50 of 85.00 points, at most 100.00 false this library's own choice; no cap for link workers was found
}

// Whoever finds no room waits in the queue, with a reason and a day on which somebody looks again.
func ExampleIntake() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	received(ctx, db, 2)
	rooms := []caseload.Room{{Worker: "ann", Load: 21, Soft: 20, Hard: 25}, {Worker: "cy", Load: 20, Soft: 20, Hard: 25}}
	_, ok := caseload.Roomiest(rooms)
	fmt.Println("somebody has room:", ok)
	q, err := caseload.Queue(caseload.Queued{Referral: "R-1", On: sp.NewDate(2026, 11, 2), Why: caseload.NobodyRoom, Look: sp.NewDate(2026, 11, 9)}, by("lena", sp.RoleTeamLead, 5))
	fmt.Println(err, store.Save(ctx, db, q))

	standards := worklist.Standards{Name: "bay-1", Days: map[referral.Urgency]int{referral.Routine: 14}}
	line, err := caseload.Intake(ctx, db, standards, sp.Calendar{}, at.AddDate(0, 0, 4))
	for _, l := range line {
		fmt.Printf("%s since %d days, %q, look by %v, overdue %v\n", l.Referral, l.Days, l.Why, l.Look, l.Overdue())
	}
	fmt.Println(err)
	// Output:
	// somebody has room: false
	// <nil> <nil>
	// R-0 since 4 days, "", look by unknown, overdue true
	// R-1 since 4 days, "nobody-has-room", look by 2026-11-09, overdue false
	// <nil>
}

// The weights are checked against the minutes that somebody noted of the same cases.
func ExampleAgree() {
	a, err := caseload.Agree([]caseload.Observed{{120, 30}, {170, 50}, {160, 45}, {36, 0}, {210, 90}, {130, 30}}, 0.95)
	fmt.Println(a.Explained, err)
	fmt.Printf("%.0f minutes for a point\n", a.PerPoint)
	// Output:
	// 0.907 (0.383 to 0.99), Fisher's z 95 % <nil>
	// 48 minutes for a point
}
