package england_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/funding/england"
)

// A file as it is published needs no description: its header says which it is.
func Example() {
	file := strings.NewReader(`LSOA code (2011),Index of Multiple Deprivation (IMD) Score,Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),Total population: mid 2015 (excluding prisoners)
E01000001,60.000,30,1,1500
E01000002,5.000,32000,10,3000
`)
	table, issues, err := area.Read(file, area.Layout{}, england.Known()...)
	fmt.Println(table.Population(), err)
	fmt.Println(issues[0])
	a, err := funding.Allocate(sp.Pounds(1000), table, funding.Policy{Formula: funding.Formula{
		Factors: []funding.Factor{{Column: "imd_decile", DecileGradient: "1"}},
	}})
	for code, money := range a.All() {
		fmt.Println(code, money)
	}
	fmt.Println(err)
	// Output:
	// Total population: mid 2015 (excluding prisoners) <nil>
	// IoD 2019 file 7: 2 of the 32844 areas (incomplete, note)
	// E01000001 £500.00
	// E01000002 £500.00
	// <nil>
}
