package chart_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
)

// Twenty practices of 8,000 people each, of which one stands out, and two whose counts are not shown.
func ExampleFunnel() {
	table := disclosure.Table{Title: "Referrals by practice", Columns: []string{"referred"}}
	registered := map[string]int64{}
	for i, referred := range []int64{95, 110, 88, 120, 105, 92, 101, 99, 20, 115, 97, 104, 90, 108, 94, 112, 100, 96, 6, 4} {
		name := fmt.Sprintf("Practice %d", i+1)
		table.Rows = append(table.Rows, disclosure.Row{Name: name, Counts: []int64{referred}})
		registered[name] = 8_000
	}
	released, err := disclosure.Release(table, disclosure.HES())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := chart.Funnel(chart.Cases{Table: released, Of: registered}, chart.FunnelOptions{
		About: chart.About{Of: "practices of Sandholme", During: sp.FinancialYear(2025), Source: "the log of the scheme"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Title)
	fmt.Println(p.Subtitle)
	fmt.Println(strings.ReplaceAll(p.Foot, ". ", ".\n"))
	fmt.Println(strings.Join(p.Table.Columns, ","))
	fmt.Println(strings.Join(p.Table.Rows[8], ","))
	fmt.Println(strings.Join(p.Table.Rows[18], ","))
	// Output:
	// 1 of 18 practices has fewer people referred than chance and usual differences explain, 0 more
	// People referred per 1,000 people registered, by the number of people registered: practices of Sandholme, 1 April 2025 to 31 March 2026
	// Limits: score or exact limits of chance, widened by a random effect of practices (overdispersion 0.7; Spiegelhalter 2005).
	// If nothing differed, about 0.04 of 18 would stand outside all the same.
	// Not shown, since numbers are small: 2 of the practices.
	// Small numbers are not shown (HES).
	// Source: the log of the scheme.
	// unit,cases,of,per,rate,chance,with overdispersion,status
	// Practice 9,20,8000,1000,2.5,Low (0.001),Low (0.001),shown
	// Practice 19,,,,,,,suppressed
}

// Figures of a log, against what was agreed with the funder.
func ExampleTargets() {
	world := evaluationtest.World{Seed: 1, Referrals: 600}
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, catalogue.All(catalogue.Standards{})...)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := run.Read(context.Background(), world.Log(), nil); err != nil {
		fmt.Println(err)
		return
	}
	figures, err := run.Figures(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	agreed := map[string]float64{catalogue.AcceptedID: 0.75, catalogue.FeedbackID: 0.45}
	var aims []chart.Aim
	for _, f := range figures {
		target, is := agreed[f.Indicator]
		if !is {
			continue
		}
		aim, err := chart.NewAim(f, disclosure.HES())
		if err != nil {
			fmt.Println(err)
			return
		}
		aim.Target, aim.Better = sp.Know(target), evaluation.Higher
		aims = append(aims, aim)
	}
	p, err := chart.Targets(aims, chart.About{Of: "people referred in an invented scheme"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Title)
	fmt.Println(strings.NewReplacer(". ", ".\n", "\u00a0", " ").Replace(p.Desc)) // figures and their signs do not part at the end of a line
	// Output:
	// 1 of 2 indicators is surely better than agreed, 0 surely worse, 1 cannot be told
	// 2 indicators.
	// accepted: 81.7 % (78.2 to 84.7), better than agreed.
	// referrer told within 14 days: 47.1 % (42.0 to 52.4), cannot tell.
}
