package main

import (
	"fmt"
	"math"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
)

var start = sp.NewDate(2026, time.April, 1)

// presets are how people and services may behave.
func presets() map[string]func() simulation.Preset {
	return map[string]func() simulation.Preset{
		"published": simulation.Published, "null": simulation.NullEffect,
		"regression": simulation.RegressionToTheMean, "optimistic": simulation.Optimistic,
	}
}

// district is an invented district: two practices in the town, where people are deprived, and two in the hills.
func (p plan) district(workers int) simulation.Scenario {
	preset := presets()[p.preset]()
	s := simulation.Scenario{Start: start, Days: p.days, Way: preset.Way, Sources: preset.Sources}
	for _, name := range []string{"town", "hills"} {
		s.Teams = append(s.Teams, simulation.Team{Name: name, Posts: workers, Cap: preset.Cap})
	}
	for _, g := range []struct {
		name, team string
		perWeek    float64
		at         geo.Point
	}{
		{"Harbour", "town", 9, geo.Point{Lat: 54.00, Lon: -3.00}},
		{"Mill", "town", 7, geo.Point{Lat: 54.01, Lon: -2.98}},
		{"Fell", "hills", 3, geo.Point{Lat: 54.10, Lon: -2.90}},
		{"Dale", "hills", 4, geo.Point{Lat: 54.06, Lon: -2.93}},
	} {
		s.Groups = append(s.Groups, simulation.Group{
			Name: g.name, Source: "gp", From: directory.ID("bay/" + g.name), Team: g.team,
			Profile: person.Profile{ID: person.ID("P-" + g.name), On: start, Home: directory.Home{Point: g.at}},
			PerWeek: []simulation.Rate{{From: start, PerWeek: g.perWeek}},
			Urgency: []simulation.Chance[referral.Urgency]{{Value: referral.Routine, Weight: 8}, {Value: referral.Soon, Weight: 1}, {Value: referral.Urgent, Weight: 1}},
			Needs:   []simulation.Chance[needs.Code]{{Value: needs.Loneliness, Weight: 5}, {Value: needs.Debt, Weight: 2}, {Value: needs.Grief, Weight: 1}},
		})
	}
	for i, o := range []struct {
		name string
		need needs.Code
		at   geo.Point
	}{
		{"walking group", needs.Loneliness, geo.Point{Lat: 54.00, Lon: -3.01}},
		{"choir", needs.Loneliness, geo.Point{Lat: 54.01, Lon: -2.99}},
		{"lunch club", needs.Loneliness, geo.Point{Lat: 54.00, Lon: -2.99}},
		{"allotment", needs.Loneliness, geo.Point{Lat: 54.02, Lon: -2.97}},
		{"men's shed", needs.Loneliness, geo.Point{Lat: 54.07, Lon: -2.92}},
		{"debt advice", needs.Debt, geo.Point{Lat: 54.00, Lon: -3.00}},
		{"money help", needs.Debt, geo.Point{Lat: 54.06, Lon: -2.93}},
		{"bereavement cafe", needs.Grief, geo.Point{Lat: 54.00, Lon: -3.00}},
		{"listening ear", needs.Grief, geo.Point{Lat: 54.05, Lon: -2.94}},
	} {
		s.Supply = append(s.Supply, simulation.Supply{Offer: offer(i, o.name, o.need, o.at), Places: p.places, Sessions: 8, Gap: 7})
	}
	return s
}

func offer(i int, name string, need needs.Code, at geo.Point) directory.Offer {
	id := directory.ID(fmt.Sprintf("bay/%d", i))
	return directory.Offer{
		ID: id, Service: id, Organisation: id, Name: name, Point: at,
		Facts: directory.Facts{Topics: []sp.Code{need.Concept()}, Delivery: directory.Truths[directory.Mode]{directory.InPerson: sp.Yes}},
	}
}

// match asks of offers what the pathway asks, with journeys by a bus that makes 15 km/h and comes every ten minutes.
func match() matching.Options {
	return matching.Options{Travel: func(home directory.Home, to geo.Point) (matching.Journey, bool) {
		metres, known := home.Point.DistanceTo(to)
		return matching.Journey{Minutes: 5 + int(math.Round(float64(metres)/250)), How: "by bus", Fare: sp.Pounds(4)}, known
	}}
}
