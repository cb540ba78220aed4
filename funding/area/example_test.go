package area_test

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp/funding/area"
)

// The header of this file does not say which column counts people, so that has to
// be stated, and what the ranks are. Its last row is no area.
func Example() {
	file := strings.NewReader(`zone,rank,residents
S01,1,800
S02,2,1200
Scotland,,2000
`)
	table, issues, err := area.Read(file, area.Layout{})
	fmt.Println(issues[0].Detail, err)

	table, err = table.WithPopulation("residents")
	fmt.Println("totals:", table.Totals(), err)
	table, err = table.Without(table.Totals()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err = table.Describe("rank", area.Meaning{Kind: area.Rank, Of: 6976})
	people, _ := table.Floats(table.Population())
	fmt.Println(table.Codes(), people, err)
	// Output:
	// nothing says which column counts people: it could be one of residents <nil>
	// totals: [Scotland] <nil>
	// [S01 S02] [800 1200] <nil>
}
