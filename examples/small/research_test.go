package small_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// wards of an invented bay: 1 is the most deprived decile.
const wards = `code,name,population,decile,last_year
W1,Harbour,6100,1,400000.00
W2,Mill,5400,3,310000.00
W3,Sands,7200,6,420000.00
W4,Fell,3300,10,260000.00
`

// A researcher compares policies: how much more for the most deprived wards, how far
// from last year, who loses, and does the money follow need?
func Example_research() {
	areas, issues, err := area.Read(strings.NewReader(wards), area.Layout{})
	must(err)
	fmt.Println(areas.Len(), "areas,", len(issues), "issues")
	last, err := funding.Given(areas, "last_year", sp.GBP)
	must(err)

	var policies []funding.Policy
	for _, gradient := range []string{"0", "0.5", "1"} {
		policies = append(policies, funding.Policy{
			Name:    "gradient " + gradient,
			Formula: funding.Formula{Factors: []funding.Factor{{Name: "deprivation", Column: "decile", DecileGradient: gradient}}},
			Opening: "last_year", Floor: funding.Bound{Growth: "-0.05"}, Cap: funding.Bound{Growth: "0.10"},
		})
	}

	deciles, err := areas.Floats("decile")
	must(err)
	residents, err := areas.Floats(areas.Population())
	must(err)
	byDeprivation, err := inequality.Rank(deciles, residents)
	must(err)

	total := sp.Pounds(1_400_000)
	for a, err := range funding.Variants(context.Background(), total, areas, policies, funding.Options{Workers: 2}) {
		must(err)
		change, err := funding.Compare(last, a)
		must(err)
		perHead, err := a.PerHead()
		must(err)
		index, err := byDeprivation.Concentration(perHead)
		must(err)
		fmt.Printf("%s: %d gain %v, %d lose %v, concentration %.3f\n", a.Policy().Name, change.Gainers, change.Gained, change.Losers, change.Lost, index.Index)
		why, err := a.Explain("W1")
		must(err)
		fmt.Println(why)
	}
	// Output:
	// 4 areas, 0 issues
	// gradient 0: 2 gain £43,000.00, 2 lose £33,000.00, concentration 0.024
	// W1 of £1,400,000.00
	//   population   x 0.2772727273      388181.8182
	//   deprivation  x 1.0000000000      388181.8182
	//   floor        x 0.9789227166      380000.0000
	//   rounding     x 1.0000000000      380000.0000
	//   gets                             £380,000.00
	// gradient 0.5: 2 gain £44,000.00, 2 lose £34,000.00, concentration -0.006
	// W1 of £1,400,000.00
	//   population        x 0.2772727273      388181.8182
	//   deprivation       x 1.1480816599      445664.4262
	//   bounds of others  x 0.9300267773      414479.8500
	//   rounding          x 0.9999999999      414479.8500
	//   gets                                  £414,479.85
	// gradient 1: 2 gain £44,000.00, 2 lose £34,000.00, concentration -0.009
	// W1 of £1,400,000.00
	//   population        x 0.2772727273      388181.8182
	//   deprivation       x 1.2396950350      481227.0727
	//   bounds of others  x 0.8770176037      422044.6141
	//   rounding          x 0.9999999903      422044.6100
	//   gets                                  £422,044.61
}
