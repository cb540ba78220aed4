package small_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// A developer embeds it: a GP refers somebody, a link worker looks for help and keeps the
// last place of it, and the next person hears that it is full.
func Example_embed() {
	ctx, db := context.Background(), store.Tenant(memstore.New(), "bay")
	on := func(day int) time.Time { return time.Date(2026, time.November, day, 10, 0, 0, 0, time.UTC) }
	gp := sp.Actor{ID: "gp-1", Role: sp.RoleReferrer, For: "bay/surgery"}
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}

	may := transition.OneOf{
		transition.Roles(referral.Table(), map[sp.Role][]referral.Command{
			sp.RoleReferrer: {referral.Receive}, sp.RoleLinkWorker: referral.Table().Commands(),
		}),
		transition.Roles(placement.Table(), map[sp.Role][]placement.Command{sp.RoleLinkWorker: placement.Table().Commands()}),
	}

	// The garden group has one place.
	garden := directory.Offer{
		ID: "bay/garden", Service: "bay/garden", Organisation: "bay/green", Name: "Garden group",
		Facts: directory.Facts{Status: directory.Active, Topics: []sp.Code{needs.Loneliness.Concept()}},
	}
	places := place.New(garden.ID)
	must(places.Restate(directory.Capacity{Available: sp.Know(1), Updated: on(1)}, sp.By(ann, on(1))))
	must(store.Save(ctx, db, places))

	for i, who := range []person.ID{"P-1", "P-2"} {
		day := 2 + i
		c := referral.NewCase(referral.New(referral.ID(fmt.Sprint("R-", i+1)), may))
		must(c.Referral.Receive(referral.Submission{Person: who, Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness}}, sp.By(gp, on(day))))

		// What is not legal is refused, and the refusal says what would have been.
		refused, _ := errors.AsType[*transition.Refusal](c.Close(needs.Result{Outcome: needs.Met}, sp.By(gp, on(day))))
		fmt.Println(refused)
		must(c.Referral.Accept("ann", sp.By(ann, on(day))))
		must(c.Referral.Contact(person.Phone, 20, sp.By(ann, on(day))))

		ranked := matching.Rank(person.Profile{ID: who}, []directory.Offer{garden}, matching.Options{Needs: c.Referral.Needs()})
		best := ranked[0].Offer
		p, err := c.Propose(placement.Proposal{ID: placement.ID(fmt.Sprint("PL-", i+1)), Service: best.Service, Provider: best.Organisation, Needs: c.Referral.Needs()}, sp.By(ann, on(day)))
		must(err)

		// The offer and its place are saved in one commit, or neither is.
		book := held.NewBook(db)
		must(p.Offer(placement.Sending{Level: placement.Signpost}, consent.Reading{}, sp.By(ann, on(day))))
		if err := book.Hold(ctx, p, p.Sent().ReplyBy, sp.By(ann, on(day))); err != nil {
			full, _ := errors.AsType[*place.FullError](err)
			fmt.Println(who, "is not offered it:", full)
			continue
		}
		must(store.Save(ctx, db, c, book))
		fmt.Println(who, "is offered", best.Name)
	}

	for e, err := range db.Log(ctx, "", "") {
		must(err)
		fmt.Println(e.Type)
	}
	// Output:
	// referral: close R-1: is not yours to do; a link worker may
	// P-1 is offered Garden group
	// referral: close R-2: is not yours to do; a link worker may
	// P-2 is not offered it: place: hold at bay/garden: 1 asked for, and 0 free, 1 held
	// places.stated
	// referral.received
	// referral.accepted
	// referral.contacted
	// referral.placement-proposed
	// placement.proposed
	// placement.offered
	// places.held
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
