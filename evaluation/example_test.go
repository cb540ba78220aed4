package evaluation_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// A scheme wants to know how often its first conversation was a visit at home: a fact and
// an indicator of its own.
func Example() {
	visited := evaluation.First(facts.Referrals,
		evaluation.When(func(e referral.Contacted) bool { return e.Channel == referral.Visit }))
	mine := evaluation.Indicator{
		ID: "visited", Version: "1", Name: "visited within 5 working days", Source: "our steering group, May 2026",
		Numerator: "referrals whose person was visited within 5 working days", Denominator: "referrals received",
		Unit: facts.Referrals, Of: "referrals received", Cohort: facts.Received, Statistic: evaluation.Shares,
		Window: evaluation.Window{Workdays: 5},
		Reads:  []evaluation.Fact{facts.Received, visited},
		Rule: func(r evaluation.Row) evaluation.Answer {
			return r.Within(r.Day(facts.Received), r.Day(visited))
		},
	}

	ctx := context.Background()
	run, err := evaluation.New(evaluation.Options{AsOf: sp.NewDate(2026, time.May, 31), By: evaluation.By("practice", facts.Practice)}, mine)
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Read(ctx, visits().Log(ctx, "", ""), nil); err != nil {
		log.Fatal(err)
	}
	figures, err := run.Figures(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range figures {
		fmt.Println(f)
	}
	again, err := evaluation.Figures(ctx, visits().Log(ctx, "", ""), evaluation.Options{AsOf: sp.NewDate(2026, time.May, 31)}, mine) // of all, in one call
	fmt.Println(again[0], err)
	// Output:
	// visited within 5 working days in bay/hill: 33.3 % (6.1 to 79.2), 1 of 3 referrals received, Wilson 95 %
	// visited within 5 working days in not stated: 0.0 % (0.0 to 79.3), 0 of 1 referrals received, Wilson 95 %
	// visited within 5 working days: 25.0 % (4.6 to 69.9), 1 of 4 referrals received, Wilson 95 % <nil>
}

// visits is a log in which one of four people was visited in time.
func visits() store.Driver {
	db := store.Tenant(memstore.New(), "bay")
	ann := sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
	on := func(day int) sp.Stamp { return sp.By(ann, time.Date(2026, time.May, day, 10, 0, 0, 0, time.UTC)) }
	for i, channel := range []person.Channel{person.Phone, referral.Visit, referral.Visit, person.Phone} {
		submission := referraltest.Submission(referral.ID(fmt.Sprintf("R-%d", i)))
		if submission.From = "bay/hill"; i == 3 {
			submission.From = ""
		}
		r := referral.New(submission.ID, referraltest.AllowAll{})
		err := r.Receive(submission, sp.By(sp.Actor{ID: "dr-7", Role: sp.RoleReferrer}, on(4).At))
		if err == nil {
			err = r.Accept("ann", on(5))
		}
		if err == nil {
			err = r.Contact(channel, 30, on(6+5*i))
		}
		if err == nil {
			err = store.Save(context.Background(), db, r)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	return db
}
