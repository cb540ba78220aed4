package export_test

import (
	"context"
	"fmt"
	"os"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/evaluation/facts"
)

// The share of referrals that were contacted in time, by the route on which they came: counts
// are rounded to fives, and values are made of these.
func ExampleFigures() {
	run, err := evaluation.New(evaluation.Options{By: evaluation.By("route", facts.Route)}, catalogue.OnTheWay(catalogue.Standards{})[:1]...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for event := range (evaluationtest.World{Seed: 1, Referrals: 400}).Log() {
		if err := run.Add(event); err != nil {
			fmt.Println(err)
			return
		}
	}
	counts, err := run.Count(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := export.Figures(counts, export.About{}, run.Indicators()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := table.WriteCSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// indicator,version,name,category,group,start,end,unit,value,lower,upper,level,method,numerator,denominator,excluded,status
	// accepted,2026-12,accepted,,community,,2026-08-27,share,0.8,0.669628940677746,0.8875624998422389,0.95,Wilson,40,50,,estimated
	// accepted,2026-12,accepted,,gp,,2026-08-27,share,0.8157894736842105,0.7546014994961865,0.8644611134766222,0.95,Wilson,155,190,20,estimated
	// accepted,2026-12,accepted,,not stated,,2026-08-27,share,0.8461538461538461,0.7394468036002149,0.9142290593301149,0.95,Wilson,55,65,,estimated
	// accepted,2026-12,accepted,,self,,2026-08-27,share,0.75,0.6276792992295219,0.8422347746994333,0.95,Wilson,45,60,,estimated
}
