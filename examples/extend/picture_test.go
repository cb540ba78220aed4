package extend_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/chart"
	"github.com/socialprescribing/sp/evaluation/disclosure"
)

// A picture of numbers of our own: how many of each village's people were referred.
func Example_picture() {
	counts := disclosure.Table{Title: "People referred by village", Columns: []string{"referred"}}
	referred, residents := []int64{62, 58, 71, 12, 66, 3}, map[string]int64{}
	for i, name := range []string{"Arnside", "Bolton", "Cark", "Dent", "Elswick", "Farleton"} {
		counts.Rows = append(counts.Rows, disclosure.Row{Name: name, Counts: []int64{referred[i]}})
		residents[name] = 5_000
	}
	released, err := disclosure.Release(counts, disclosure.HES())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := chart.Funnel(chart.Cases{Table: released, Of: residents}, chart.FunnelOptions{
		Units: "villages", Size: "residents",
		About: chart.About{Of: "villages of the bay", During: sp.FinancialYear(2026), Source: "the log of the scheme"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Title)
	fmt.Println(strings.Count(string(p.SVG(chart.Wide)), "<svg"), "drawing,", len(p.Table.Rows), "rows of numbers behind it")
	fmt.Println("may be published:", p.Public() == nil)
	// Output:
	// None of the 5 villages differs in people referred by more than chance and usual differences explain
	// 1 drawing, 6 rows of numbers behind it
	// may be published: true
}
