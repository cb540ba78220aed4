package gap_test

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/gap"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
)

// Nine people who are lonely and like to walk live along one road. A walk on weekday mornings would
// cost little; the panel hears of it, and not how many they are.
func ExampleGroups() {
	var people []gap.Candidate
	for i := range 9 {
		people = append(people, gap.Candidate{
			Person: person.ID(fmt.Sprint("P-", i)), Need: "loneliness", Interests: []person.Activity{"walking"}, Area: "Bare",
			Home: geo.Point{Lat: 54.07 + float64(i)/1000, Lon: -2.84}, Free: []string{"weekday mornings"}, May: sp.Yes,
		})
	}
	groups, err := gap.Groups(people, gap.Rules{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range groups {
		fmt.Println(g)
		project := g.Project("walk", sp.Pounds(800))
		fmt.Println(project.Name, project.Cost)
	}
	released, err := gap.Release(groups, disclosure.HES())
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := released.Public()
	fmt.Println(table.Rows[0].Name, table.Rows[0].Cells[0], err)
	// Output:
	// 9 people within 1600 m in Bare who need help with loneliness would join walking on weekday mornings
	// walking in Bare, weekday mornings £800.00
	// loneliness: walking, weekday mornings 10 <nil>
}
