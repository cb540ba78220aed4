package matching_test

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

var (
	today = sp.NewDate(2026, time.November, 23)
	home  = geo.Point{Lat: 54.07, Lon: -2.86}
)

// profile is of somebody of 67 in Morecambe who is lonely, lives on little and
// goes by bus.
func profile() person.Profile {
	return person.Profile{
		ID:   "P-55",
		On:   today,
		Age:  sp.Know(directory.Years(67)),
		Home: directory.Home{Point: home, Postcode: "LA4 5"},
		Circumstances: person.Circumstances{
			Gender:    person.Female,
			Languages: []directory.Language{"en"},
			Ceiling:   sp.Know(sp.Pounds(5)),
			Transport: person.Transport{Public: sp.Yes, Minutes: sp.Know(30)},
			Access:    map[directory.Access]sp.Truth{directory.StepFree: sp.Yes},
			Modes:     map[directory.Mode]sp.Truth{directory.InPerson: sp.Yes, directory.Online: sp.No, directory.Telephone: sp.No, directory.HomeVisit: sp.No},
		},
	}
}

// offer returns one that fits that person in every respect.
func offer(id directory.ID, name string) directory.Offer {
	return directory.Offer{
		ID: id, Service: id, Organisation: "bay/O-1", Place: "bay/L-1",
		Name:  name,
		Point: geo.Point{Lat: 54.05, Lon: -2.80},
		Facts: directory.Facts{
			Status:      directory.Active,
			Topics:      []sp.Code{needs.Loneliness.Concept()},
			Eligibility: directory.Eligibility{Ages: directory.Ages{From: sp.Know(directory.Years(18))}, Restricted: sp.No},
			Area:        directory.ServiceArea{Postcodes: []string{"LA4"}},
			Cost:        directory.Cost{Charge: directory.Free},
			Delivery:    directory.Truths[directory.Mode]{directory.InPerson: sp.Yes, directory.Online: sp.No, directory.Telephone: sp.No, directory.HomeVisit: sp.No},
			Languages:   directory.Truths[directory.Language]{"en": sp.Yes},
			Access:      directory.Truths[directory.Access]{directory.StepFree: sp.Yes},
			Routes:      directory.Truths[directory.Route]{directory.LinkWorkerReferral: sp.Yes},
			Capacity:    directory.Capacity{WaitDays: sp.Know(21), Updated: today.In(time.UTC)},
			Freshness:   directory.Freshness{Assured: today.Add(-60)},
		},
	}
}

// byBus stands for a timetable.
func byBus(from directory.Home, to geo.Point) (matching.Journey, bool) {
	d, ok := from.Point.DistanceTo(to)
	return matching.Journey{Minutes: 3 + int(d/400), How: "by bus"}, ok
}

func Example() {
	choir := offer("bay/S-1", "Choir")
	walk := offer("bay/S-2", "Walking group")
	walk.Point, walk.Languages = home, nil
	lunch := offer("bay/S-3", "Lunch club")
	lunch.Point = geo.Point{Lat: 54.3, Lon: -2.8}
	youth := offer("bay/S-4", "Youth club")
	youth.Eligibility.Ages = directory.Ages{From: sp.Know(directory.Years(11)), Before: sp.Know(directory.Years(26))}
	offers := []directory.Offer{choir, walk, lunch, youth}

	options := matching.Options{Needs: []needs.Code{needs.Loneliness}, Travel: byBus, Limit: 5}
	fmt.Println(matching.List(matching.Rank(profile(), offers, options)))
	for _, m := range matching.NearMisses(profile(), offers, options) {
		fmt.Println(m.Offer.Name, "would fit if", m.Change)
	}
	for _, shift := range matching.Sensitivity(profile(), offers, options) {
		if shift.Kind == matching.TermTravel {
			fmt.Println(shift)
		}
	}
	for _, why := range matching.WhyNot(profile(), youth, options) {
		fmt.Println(youth.Name, why.Because+":", why.Change)
	}
	// Output:
	// nearest to what was asked first
	// 1. Walking group: 3 min by bus, free, 21 days wait, entry assured 60 days ago; ask whether it can speak with them
	// 2. Choir: 14 min by bus, free, 21 days wait, entry assured 60 days ago
	// Lunch club would fit if transport is funded
	// if travel counted double, Walking group would still be first
	// if travel counted half, Walking group would still be first
	// Youth club is for 11 to 25: nothing can change it
}

// Why does an offer fit or not? The whole tree says so.
func ExampleJudge() {
	o := offer("bay/S-1", "Choir")
	o.Access = nil
	fmt.Println(matching.Judge(profile(), o, matching.Options{}))
	// Output:
	// fit: unknown
	//   open: yes, is active
	//   funded: yes, names no end of its funding
	//   age: yes, is for 18 and over
	//   groups: yes, is for anybody
	//   area: yes, serves people of its area
	//   language: yes, speaks en
	//   cost: yes, is free
	//   referral route: yes, takes people by way of link worker
	//   room: yes, keeps a waiting list
	//   way: unknown
	//     in person: unknown
	//       offered: yes, works in person
	//       accepted: yes
	//       reachable: unknown, is 4.5 km away
	//       accessible: unknown, does not say what access it has
	//     home visit: no
	//       offered: no, works in person
	//       accepted: no
	//     telephone: no
	//       offered: no, works in person
	//       accepted: no
	//       safe: unknown
	//     online: no
	//       offered: no, works in person
	//       accepted: no
	//       equipped: unknown, needs connection, device and skill
}
