package evaluation_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/needs"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Twenty people are referred on a Monday in April. A link worker takes all of
// them on and speaks to one on each day, until a month is over.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	gp := sp.Actor{ID: "dr-7", Role: sp.RoleReferrer}
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	day := func(n int) time.Time { return time.Date(2026, time.April, n, 9, 0, 0, 0, time.UTC) }
	for i := range 20 {
		r, err := referral.Receive(referral.Submission{
			ID: referral.ID(fmt.Sprintf("R-%d", i)), Person: "P-1", Urgency: referral.Routine, Reasons: []needs.Code{needs.Loneliness},
		}, referraltest.AllowAll{}, sp.By(gp, day(13)))
		if err != nil {
			log.Fatal(err)
		}
		if err := r.Accept("ann", sp.By(ann, day(14))); err != nil {
			log.Fatal(err)
		}
		if i < 16 {
			if err := r.Contact("phone", 30, sp.By(ann, day(15+i))); err != nil {
				log.Fatal(err)
			}
		}
		if err := store.Save(ctx, db, r); err != nil {
			log.Fatal(err)
		}
	}

	run, err := evaluation.New(evaluation.Options{Period: sp.FinancialYear(2026), AsOf: sp.NewDate(2026, time.April, 30)})
	if err != nil {
		log.Fatal(err)
	}
	for event, err := range db.Log(ctx, "", "") {
		if err != nil {
			log.Fatal(err)
		}
		if err := run.Add(event); err != nil {
			log.Fatal(err)
		}
	}
	for _, e := range run.Estimates()[:3] {
		fmt.Println(e)
	}
	fmt.Println(run.Definitions()[1].Denominator)
	// Output:
	// accepted 100.0 % (83.9 to 100.0), 20 of 20, Wilson 95 %
	// contacted within 10 working days 65.0 % (43.3 to 81.9), 13 of 20, Wilson 95 %
	// wait to first contact 11.5 days (8 to 17), 16 of 20, Kaplan-Meier median 95 %
	// referrals received in the period, accepted or not
}
