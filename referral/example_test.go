package referral_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
)

// The whole way, from a GP's referral to its outcome.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	may := referraltest.AllowAll{} // a real service asks who may do what, and see what
	gp := sp.Actor{ID: "dr-7", Role: sp.RoleReferrer, For: "bay/practice-1"}
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	garden := sp.Actor{ID: "garden-1", Role: sp.RoleProvider, For: "bay/green"}
	day := func(n int) time.Time { return time.Date(2026, 4, n, 10, 0, 0, 0, time.UTC) }

	r := referral.New("R-1007", may)
	_ = r.Receive(referral.Submission{
		Person: "P-55", Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness},
	}, sp.By(gp, day(1)))

	c := referral.NewCase(r) // with nothing that hangs on it yet
	err := c.Close(needs.Result{Outcome: needs.Met}, sp.By(gp, day(1)))
	if refused, ok := errors.AsType[*transition.Refusal](err); ok {
		fmt.Println(refused)
	}
	for command := range c.Legal(sp.By(gp, day(1))) {
		fmt.Println("- may", command)
	}

	_ = r.Accept("ann", sp.By(ann, day(2)))
	_ = r.Contact("phone", 30, sp.By(ann, day(7)))
	p, _ := c.Propose(placement.Proposal{
		ID: "PL-1", Service: "bay/garden", Provider: "bay/green", Needs: r.Needs(), Step: session.SmallGroup,
	}, sp.By(ann, day(7)))
	_ = p.Offer(placement.Sending{
		Level: placement.FullReferral, Items: []placement.Item{{Field: "name"}, {Field: "need", Code: "loneliness"}},
	}, may, sp.By(ann, day(7)))
	fmt.Println(store.Save(ctx, db, c)) // the referral and its placement, or neither

	_ = p.Accept(sp.By(garden, day(9)))
	_ = p.Start(sp.By(garden, day(14)))
	came, _ := c.PlanSession("PL-1", "S-1", day(14), sp.By(garden, day(9)))
	_ = came.Attend(session.Attended{Minutes: 60}, sp.By(garden, day(14)))
	_ = p.Complete(needs.Result{Outcome: needs.Met}, sp.By(garden, day(28)))
	_ = c.Close(needs.Result{Outcome: needs.Met}, sp.By(ann, day(29)))
	fmt.Println(store.Save(ctx, db, c))

	fmt.Println(r.State(), "- first spoke after", sp.DateOf(r.FirstContact()).Sub(sp.DateOf(r.Received())), "days")
	// Output:
	// referral: close R-1007: is not yours to do; a link worker may; you may withdraw, prioritise, raise flag, enter in error
	// - may withdraw
	// - may prioritise
	// - may raise flag
	// - may enter in error
	// <nil>
	// <nil>
	// closed - first spoke after 6 days
}
