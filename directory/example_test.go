package directory_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/geo"
)

var loneliness = sp.Code{System: "https://example.org/needs", Code: "loneliness"}

// A directory of three services, as an importer would return it.
func example() directory.Catalogue {
	hall := directory.Place{
		ID: "bay/hall", Name: "Tidewell Centre", Point: geo.Point{Lat: 54.0735, Lon: -2.8628},
		Access: directory.Truths[directory.Access]{directory.StepFree: sp.Yes},
	}
	table := directory.Service{ID: "bay/table", Name: "The Long Table"}
	table.Topics = []sp.Code{loneliness}
	table.Cost = directory.Cost{Charge: directory.Free}
	shed := directory.Service{ID: "bay/shed", Name: "Men's Shed"}
	shed.Topics = []sp.Code{loneliness}
	shed.Eligibility = directory.Eligibility{Restricted: sp.Yes, Groups: []directory.Group{directory.Men}}
	calls := directory.Service{ID: "bay/calls", Name: "Phone Pals"}
	calls.Topics = []sp.Code{loneliness}
	calls.Eligibility.Ages = directory.Ages{From: sp.Know(directory.Years(65))}
	return directory.Catalogue{
		Services: []directory.Service{table, shed, calls},
		Places:   []directory.Place{hall},
		Venues:   []directory.Venue{{ID: directory.VenueID(table.ID, hall.ID), Service: table.ID, Place: hall.ID}},
	}
}

// Ask for help with loneliness, near home, for a woman of 58 who needs a way in
// without steps. What nobody states does not exclude an offer, and is shown.
func Example() {
	index := directory.NewIndex(example().Offers())
	query := directory.Query{
		Near: geo.Point{Lat: 54.0689, Lon: -2.8741}, Within: 5 * geo.Kilometre,
		Topics: [][]sp.Code{{loneliness}},
		Age:    sp.Know(directory.Years(58)),
		Groups: directory.Truths[directory.Group]{directory.Women: sp.Yes, directory.Men: sp.No},
		Access: []directory.Access{directory.StepFree},
		At:     time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
	}
	for _, hit := range index.Find(query).Hits {
		fmt.Println(hit.Offer.Name, "at", hit.Offer.Where, query.Explain(hit.Offer))
	}
	calls, _ := index.Offer("bay/calls")
	fmt.Println("not", calls.Name, query.Explain(calls))
	// Output:
	// The Long Table at Tidewell Centre [{age unknown} {within yes} {topics yes} {groups unknown} {access yes}]
	// not Phone Pals [{age no} {within unknown} {topics yes} {groups unknown} {access unknown}]
}

// A rule says when a mobile library comes; unknown is an answer too.
func ExampleSchedule_Occurs() {
	rule, err := recurrence.ParseRule("FREQ=WEEKLY;INTERVAL=3")
	if err != nil {
		panic(err)
	}
	stop := directory.Schedule{Rule: rule, Start: sp.NewDate(2026, time.March, 5)}
	fmt.Println(stop.Occurs(sp.NewDate(2026, time.March, 26)))
	fmt.Println(stop.Occurs(sp.NewDate(2026, time.April, 2)))
	stop.Start = 0 // every third week from nobody knows when
	fmt.Println(stop.Occurs(sp.NewDate(2026, time.March, 26)))
	// Output:
	// yes
	// no
	// unknown
}
