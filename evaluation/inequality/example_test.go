package inequality_test

import (
	"fmt"
	"log"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// Five neighbourhoods, from the most deprived to the least. Does the money
// follow the need?
func Example() {
	residents := []float64{1500, 1700, 1600, 1400, 1800}
	deprivationRank := []float64{1, 2, 3, 4, 5} // 1 is the most deprived
	poundsPerHead := []float64{24, 21, 18, 15, 14}

	byDeprivation, err := inequality.Rank(deprivationRank, residents)
	if err != nil {
		log.Fatal(err)
	}
	c, err := byDeprivation.Concentration(poundsPerHead)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("concentration index %.3f\n", c.Index)

	g, err := byDeprivation.Gradient(poundsPerHead)
	if err != nil {
		log.Fatal(err)
	}
	rii, err := g.RII()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("£%.2f for the most deprived, £%.2f for the least: a ratio of %.2f\n", g.Bottom, g.Top, rii)
	// Output:
	// concentration index -0.113
	// £24.82 for the most deprived, £11.86 for the least: a ratio of 0.48
}

// How unequal are the allocations themselves?
func ExampleDistribution() {
	d, err := inequality.NewDistribution([]float64{10, 20, 30, 40, 50}, nil)
	if err != nil {
		log.Fatal(err)
	}
	atkinson, err := d.Atkinson(0.5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("gini %.3f, hoover %.3f, theil %.3f, atkinson %.3f\n", d.Gini(), d.Hoover(), d.Theil(), atkinson)
	fmt.Printf("the poorest 40 %% hold %.0f %%\n", 100*d.Lorenz(0.4))
	// Output:
	// gini 0.267, hoover 0.200, theil 0.120, atkinson 0.063
	// the poorest 40 % hold 20 %
}

// How much of the imbalance lies between two boards?
func ExampleTheilBy() {
	perHead := []float64{10, 14, 12, 30, 26, 28}
	board := []string{"north", "north", "north", "south", "south", "south"}
	split, err := inequality.TheilBy(perHead, nil, board)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f %% of it\n", 100*split.Between/(split.Between+split.Within))
	// Output: 95 % of it
}
