package inequality_test

import (
	"fmt"
	"log"

	"github.com/socialprescribing/sp/evaluation/inequality"
)

// Five neighbourhoods, from the most deprived to the least. Does the money
// follow the need?
// The concentration index is that of Kakwani, Wagstaff & van Doorslaer 1997, doi
// 10.1016/S0304-4076(96)01807-6.
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

// Does money per head go to those who have less, and how sure is that over six areas? Below 0 it does.
func ExampleRanking_Concentration() {
	decile := []float64{1, 2, 4, 5, 8, 10} // of deprivation; 1 is the most deprived
	residents := []float64{1600, 1500, 1700, 1400, 1800, 1500}
	byDeprivation, err := inequality.Rank(decile, residents)
	if err != nil {
		log.Fatal(err)
	}
	for _, policy := range []struct {
		name   string
		pounds []float64 // per head
	}{
		{"by demand", []float64{16, 18, 17, 19, 18, 21}},
		{"by need", []float64{25, 23, 19, 17, 13, 12}},
	} {
		c, err := byDeprivation.EstimateConcentration(policy.pounds, nil, 0.95)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(policy.name+":", c.Index)
	}
	// Output:
	// by demand: 0.0405 (0.0137 to 0.0672), convenient regression 95 %
	// by need: -0.149 (-0.17 to -0.129), convenient regression 95 %
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
// (Theil 1967; Shorrocks 1980, doi 10.2307/1913126)
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

// Of five ethnic groups, a survey has the share of people who were offered social
// prescribing, with its standard error. How far do the groups lie apart, and how sure is
// that (Ahn and others 2018)?
func ExampleGroups_Estimates() {
	g, err := inequality.NewGroups([]float64{0.71, 0.64, 0.58, 0.66, 0.52}, []float64{900, 210, 120, 80, 140})
	if err != nil {
		log.Fatal(err)
	}
	errors := []float64{0.02, 0.03, 0.04, 0.05, 0.04}
	e, err := g.Estimates(errors, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("standard deviation", e.Deviation)
	_, missed, err := g.EstimateAttributable(0, errors, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("more, if all were as the first", missed)
	// Output:
	// standard deviation 0.063 (0.0362 to 0.0898), delta method 95 %
	// more, if all were as the first 0.0629 (0.0327 to 0.093), delta method 95 %
}

// Of 300 people in a deprived part 90 are lonely, and of 700 elsewhere 126: which part of
// all loneliness would there not be without the difference (Walter 1976)?
func ExampleAttributableFraction() {
	e, err := inequality.AttributableFraction([]float64{90, 126}, []float64{300, 700}, 1, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e)
	// Output: 0.167 (0.0843 to 0.249), delta method 95 %
}

// Are people of deprived fifths offered more? The values are estimates with standard
// errors (Kakwani, Wagstaff & van Doorslaer 1997).
func ExampleRanking_EstimateConcentration() {
	fifths, err := inequality.Rank([]float64{1, 2, 3, 4, 5}, []float64{210, 205, 200, 195, 190})
	if err != nil {
		log.Fatal(err)
	}
	c, err := fifths.EstimateConcentration([]float64{9.1, 7.4, 6.2, 5.0, 3.9}, []float64{0.4, 0.4, 0.3, 0.3, 0.3}, 0.95)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Index)
	// Output: -0.161 (-0.187 to -0.134), delta method 95 %
}
