package funding_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

const bay = `code,place,population,decile,last_year
A,coast,1000,1,20000.00
B,coast,2000,4,30000.00
C,hills,1500,10,45000.00
`

func Example() {
	areas, issues, err := area.Read(strings.NewReader(bay), area.Layout{})
	fmt.Println(areas.Len(), "areas,", len(issues), "issues,", err)

	policy := funding.Policy{
		Name:    "need, nobody below last year by more than 5 %",
		Formula: funding.Formula{Factors: []funding.Factor{{Name: "deprivation", Column: "decile", DecileGradient: "0.5"}}},
		Opening: "last_year", Floor: funding.Bound{Growth: "-0.05"},
	}
	a, err := funding.Allocate(sp.Pounds(100_000), areas, policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	for code, money := range a.All() {
		fmt.Println(code, money)
	}
	why, err := a.Explain("C")
	fmt.Println(why, err)
	// Output:
	// 3 areas, 0 issues, <nil>
	// A £20,613.30
	// B £36,636.70
	// C £42,750.00
	// C of £100,000.00
	//   population   x 0.3333333333       33333.3333
	//   deprivation  x 0.7942110837       26473.7028
	//   floor        x 1.6148100000       42750.0000
	//   rounding     x 1.0000000000       42750.0000
	//   gets                              £42,750.00 <nil>
}

func ExampleCompare() {
	areas, _, _ := area.Read(strings.NewReader(bay), area.Layout{})
	before, _ := funding.Given(areas, "last_year", sp.GBP)
	after, _ := funding.Allocate(sp.Pounds(100_000), areas, funding.Policy{})
	c, err := funding.Compare(before, after)
	fmt.Println(c.Gainers, "gain", c.Gained, "and", c.Losers, "lose", c.Lost, err)
	fmt.Println(c.Changes[0].Code, c.Changes[0].Difference)
	// Output:
	// 2 gain £16,666.67 and 1 lose £11,666.67 <nil>
	// B £14,444.45
}

// Does the money follow deprivation? A concentration index below 0 says that the
// more deprived areas get more for each person.
func ExampleAllocation_PerHead() {
	areas, _, _ := area.Read(strings.NewReader(bay), area.Layout{})
	for _, gradient := range []string{"0.5", "1"} {
		a, _ := funding.Allocate(sp.Pounds(100_000), areas, funding.Policy{Formula: funding.Formula{
			Factors: []funding.Factor{{Column: "decile", DecileGradient: gradient}},
		}})

		deciles, _ := areas.Floats("decile") // 1 is the most deprived
		residents, _ := areas.Floats(areas.Population())
		poundsPerHead, _ := a.PerHead()

		byDeprivation, _ := inequality.Rank(deciles, residents)
		c, err := byDeprivation.Concentration(poundsPerHead)
		fmt.Printf("gradient %s: %.3f %v\n", gradient, c.Index, err)
	}
	// Output:
	// gradient 0.5: -0.082 <nil>
	// gradient 1: -0.136 <nil>
}

func ExampleVariants() {
	areas, _, _ := area.Read(strings.NewReader(bay), area.Layout{})
	var policies []funding.Policy
	for _, gradient := range []string{"0", "0.5", "1"} {
		policies = append(policies, funding.Policy{Name: gradient, Formula: funding.Formula{
			Factors: []funding.Factor{{Column: "decile", DecileGradient: gradient}},
		}})
	}
	for a, err := range funding.Variants(context.Background(), sp.Pounds(100_000), areas, policies, funding.Options{Workers: 2}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		coast, _ := a.By("place")
		fmt.Println(a.Policy().Name, coast[0].Group, coast[0].Amount)
	}
	// Output:
	// 0 coast £66,666.67
	// 0.5 coast £73,526.30
	// 1 coast £78,044.50
}
