package search_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
	"github.com/socialprescribing/sp/geo"
)

func Example() {
	debt := sp.Code{System: "https://example.org/needs", Code: "debt"}
	offer := func(id directory.ID, name string, lat float64, charge directory.Charge) directory.Offer {
		o := directory.Offer{ID: id, Name: name, Point: geo.Point{Lat: lat, Lon: -2.87}}
		o.Topics, o.Cost.Charge = []sp.Code{debt}, charge
		return o
	}
	snapshot := search.Build([]directory.Offer{
		offer("bay/1", "Money Matters", 54.05, directory.Free),
		offer("bay/2", "Debt Clinic", 54.07, directory.Paid),
		offer("bay/3", "Clear the Table", 54.10, ""), // says nothing of its price
		offer("bay/4", "Fresh Start", 54.20, directory.Free),
	})

	var answer search.Answer // to be used again for the next query
	snapshot.Find(search.Query{Query: directory.Query{
		Near: geo.Point{Lat: 54.069, Lon: -2.874}, Within: 10 * geo.Kilometre,
		Topics: [][]sp.Code{{debt}}, Free: true, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Limit: 20,
	}}, &answer)

	fmt.Printf("%d found, %d of them do not say all that was asked\n", answer.Total, answer.Unsure)
	for _, hit := range answer.Hits {
		distance, _ := hit.Distance.Lookup()
		fmt.Printf("%s, %.1f km\n", hit.Offer.Name, distance/geo.Kilometre)
	}
	fmt.Println(answer.Plan)

	// Output:
	// 2 found, 1 of them do not say all that was asked
	// Money Matters, 2.1 km
	// Clear the Table, 3.5 km
	// free 3 (1 unsure), topics 3, within 2; 2 measured
}

func ExampleSnapshot_With() {
	monday := search.Build([]directory.Offer{{ID: "bay/1", Name: "Choir"}, {ID: "bay/2", Name: "Lunch Club"}})
	tuesday := monday.With([]directory.Offer{{ID: "bay/1", Name: "Community Choir"}}, "bay/2")

	var answer search.Answer
	tuesday.Find(search.Query{Query: directory.Query{Text: "comunity"}}, &answer) // a slip of the finger
	fmt.Println(answer.Hits[0].Offer.Name, tuesday.Len(), monday.Len())
	// Output: Community Choir 1 2
}
