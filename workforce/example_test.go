package workforce_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// A worker is registered, and everybody learns in time that the contract ends.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	lena := sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))

	ann, err := workforce.Register(workforce.Worker{
		ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}, Areas: []string{"E07000121"},
		Name: sp.Hide("Ann Archer"),
		Employment: sp.Hide(workforce.Employment{
			WTE: 60, Contract: sp.Period{Start: sp.NewDate(2025, 1, 6), End: sp.NewDate(2027, 1, 4)},
			Leave: []sp.Period{{Start: sp.NewDate(2026, 11, 9), End: sp.NewDate(2026, 11, 16)}},
		}),
	}, lena)
	fmt.Println(ann, err)
	fmt.Println(store.Save(ctx, db, ann))

	team, err := workforce.Workers(db).List(ctx, record.Query{Area: "E07000121"})
	fmt.Println(team, err)
	fmt.Println(team[0].Available(sp.NewDate(2026, 11, 10)))
	fmt.Println(workforce.Notices(team, sp.NewDate(2026, 11, 2), 84))
	// Output:
	// worker ann <nil>
	// <nil>
	// [worker ann] <nil>
	// workforce: ann cannot be given work on 2026-11-10: on-leave until 2026-11-16
	// [{ann 2027-01-04 63}]
}

// What is not a link worker's, and what must happen instead.
func ExampleRemit_Violations() {
	for _, v := range workforce.ProposedRemit().Violations([]workforce.Matter{workforce.Crisis, "loneliness"}, sp.Known[int]{}) {
		fmt.Println(v)
	}
	// Output:
	// workforce: crisis is beyond the remit sp-2026-11: a danger to life is for a crisis team or 999; instead: raise-concern crisis-team
}
