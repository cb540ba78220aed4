package catalogue_test

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Twenty people are referred on a Monday in April. A link worker takes all of
// them on and speaks to one on each day, until a month is over.
// The limits of shares are Wilson's (1927, doi 10.1080/01621459.1927.10502953), the wait is
// the median of the cumulative incidence (Aalen & Johansen 1978).
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	gp := sp.Actor{ID: "dr-7", Role: sp.RoleReferrer}
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	day := func(n int) time.Time { return time.Date(2026, time.April, n, 9, 0, 0, 0, time.UTC) }
	for i := range 20 {
		r, err := referraltest.Receive(referral.Submission{
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

	run, err := evaluation.New(evaluation.Options{Period: sp.FinancialYear(2026), AsOf: sp.NewDate(2026, time.April, 30)}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Read(ctx, db.Log(ctx, "", ""), nil); err != nil {
		log.Fatal(err)
	}
	figures, err := run.Figures(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range figures {
		if f.Indicator == catalogue.AcceptedID || f.Indicator == catalogue.ContactedID || f.Indicator == catalogue.WaitID {
			fmt.Println(f)
		}
	}
	for _, d := range run.Indicators() {
		if d.ID == catalogue.ContactedID {
			fmt.Println("counted of", d.Denominator)
		}
	}
	// Output:
	// accepted: 100.0 % (83.9 to 100.0), 20 of 20 referrals decided on, Wilson 95 %
	// contacted within 10 working days: 65.0 % (43.3 to 81.9), 13 of 20 referrals received, Wilson 95 %
	// wait to first contact: 11.5 days (7 to 17), 16 of 20 referrals received, Aalen-Johansen median 95 %
	// counted of referrals received in the period, accepted or not
}

// Who is reached, by how deprived they live: a fact of the caller's own, that looks up the
// person. The log is read in two parts, and referrals whose home nobody knows are a group of their own.
func Example_byQuintile() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "morecambe-bay")
	all := referraltest.AllowAll{}
	for i := range 4 {
		a := referraltest.Submission(referral.ID(fmt.Sprintf("R-%d", i)))
		a.Person = person.ID(fmt.Sprintf("P-%d", i))
		r, err := referraltest.Receive(a, all, referraltest.By(sp.RoleReferrer, 0))
		if err == nil && i != 1 {
			err = r.Accept(referraltest.Worker, referraltest.By(sp.RoleLinkWorker, 1))
		} else if err == nil {
			err = referral.NewCase(r).Decline(reason.Because(reason.OutsideRemit), referraltest.By(sp.RoleLinkWorker, 1))
		}
		if err == nil {
			err = store.Save(ctx, db, r)
		}
		if err != nil {
			log.Fatal(err)
		}
	}

	quintile := map[person.ID]string{"P-0": "quintile 1", "P-1": "quintile 1", "P-2": "quintile 5"}
	home := evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return quintile[e.Person] }))
	options := evaluation.Options{By: evaluation.By("quintile of deprivation", home)}
	first, _ := evaluation.New(options, catalogue.All(catalogue.Standards{})...)
	second, _ := evaluation.New(options, catalogue.All(catalogue.Standards{})...)
	for event, err := range db.Log(ctx, "", "") {
		part := first
		if event.Key.ID >= "R-2" {
			part = second
		}
		if err = cmp.Or(err, part.Add(event)); err != nil {
			log.Fatal(err)
		}
	}
	if err := first.Merge(second); err != nil {
		log.Fatal(err)
	}
	figures, err := first.Figures(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range figures {
		if f.Indicator == catalogue.AcceptedID {
			fmt.Println(f)
		}
	}
	// Output:
	// accepted in not stated: 100.0 % (20.7 to 100.0), 1 of 1 referrals decided on, Wilson 95 %
	// accepted in quintile 1: 50.0 % (9.5 to 90.5), 1 of 2 referrals decided on, Wilson 95 %
	// accepted in quintile 5: 100.0 % (20.7 to 100.0), 1 of 1 referrals decided on, Wilson 95 %
}
