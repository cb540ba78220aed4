package chart_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
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
