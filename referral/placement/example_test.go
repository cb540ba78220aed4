package placement_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Two services are asked at once; the first to say yes has it, and the other is
// told in the same commit.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	all := referraltest.AllowAll{}
	ann := referraltest.By(sp.RoleLinkWorker, 5)

	var offers []*placement.Placement
	for _, service := range []string{"garden", "choir"} {
		p, err := referraltest.Propose(placement.Proposal{
			ID: placement.ID("PL-" + service), Referral: "R-1", Person: "P-1", Group: "G-1",
			Service: directory.ID("bay/" + service), Provider: "bay/green", Needs: []needs.Code{needs.Loneliness},
		}, all, ann)
		if err == nil {
			err = p.Offer(placement.Sending{Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}}}, all, ann)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		offers = append(offers, p)
	}
	group, _ := placement.Together("G-1", offers...)
	fmt.Println("sent:", store.Save(ctx, db, group))

	yes := referraltest.By(sp.RoleProvider, 6)
	group, _ = placement.NewRepository(db, all).Group(ctx, "G-1")
	fmt.Println("choir:", group.Accept("PL-choir", yes), store.Save(ctx, db, group))
	fmt.Println("garden:", group.Accept("PL-garden", yes))
	for _, p := range group.Members() {
		fmt.Println(p.ID(), p.State(), p.Reason().Code)
	}
	// Output:
	// sent: <nil>
	// choir: <nil> <nil>
	// garden: placement: accept PL-garden: cannot be done now, only while offered
	// PL-garden withdrawn other-offer-accepted
	// PL-choir accepted
}
