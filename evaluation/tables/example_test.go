package tables_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/referral"
)

// A year of referrals is held against the people of two areas. Which practice lies where is
// the caller's to know; the people of a third area are too few to be told.
func Example() {
	ctx := context.Background()
	area := func(practice directory.ID) string {
		switch {
		case practice < "bay/practice-3":
			return "E01"
		case practice < "bay/practice-49":
			return "E02"
		default:
			return "E03"
		}
	}
	home := evaluation.Code(facts.Referrals, evaluation.Text(func(e referral.Received) string { return area(e.From) }))
	year := sp.Period{Start: evaluationtest.Start, End: sp.NewDate(2026, time.April, 1)}
	run, err := evaluation.New(evaluation.Options{Period: year, By: evaluation.By("area", home)}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Read(ctx, evaluationtest.World{Seed: 1, Referrals: 600}.Log(), nil); err != nil {
		log.Fatal(err)
	}
	figures, err := run.Figures(ctx)
	if err != nil {
		log.Fatal(err)
	}

	const file = "area,people\nE01,80000\nE02,60000\nE03,*\n"
	people, err := tables.ReadPopulation(strings.NewReader(file), "mid-2024.csv", "an invented estimate of mid-2024")
	if err != nil {
		log.Fatal(err)
	}
	rates, err := tables.ReferralRate(people, "", tables.Denominators(figures, catalogue.CompleteID), year)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range rates {
		fmt.Println(f)
	}
	for why, n := range rates[0].LeftOut {
		fmt.Println(n, why)
	}
	// Output:
	// referrals: 3.70 per 1,000 person-years (3.39 to 4.04), 518 of 139,904 person-years, Byar 95 %, 50 left out
	// referrals in E01: 3.31 per 1,000 person-years (2.93 to 3.74), 265 of 79,945 person-years, Byar 95 %
	// referrals in E02: 4.22 per 1,000 person-years (3.72 to 4.77), 253 of 59,958 person-years, Byar 95 %
	// 50 suppressed in the table
}
