package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
)

// A client is an invented person and what they come with.
type client struct {
	person   person.Person
	needs    []needs.Code // what an assessment will find
	referred time.Time
	shy      bool // finds it hard to go among people
}

// common is how often people come with a need, in parts of the whole. The
// proportions are invented.
var common = []struct {
	need  needs.Code
	parts int
}{
	{needs.Loneliness, 26},
	{needs.Anxiety, 16},
	{needs.Debt, 14},
	{needs.Housing, 11},
	{needs.Inactivity, 11},
	{needs.Grief, 10},
	{needs.Caring, 9},
	{needs.Benefits, 9},
	{needs.Food, 8},
	{needs.Employment, 7},
	{needs.DigitalSkills, 6},
	{needs.Transport, 5},
}

var (
	given  = []string{"Amina", "Brian", "Carol", "Dev", "Edith", "Farah", "George", "Hana", "Ivan", "Joan", "Kwame", "Lily", "Marek", "Nora", "Omar", "Pat"}
	family = []string{"Ashworth", "Bell", "Chowdhury", "Dixon", "Evans", "Fell", "Gill", "Hodgson", "Iqbal", "Kowalska", "Mason", "Nowak", "Postlethwaite", "Shah"}
)

// invent returns n people who live within reach of the services, and are
// referred one after the other in the weeks that follow start.
func invent(rng *rand.Rand, n int, l *library, start time.Time, weeks int) []client {
	var places []geo.Point
	for _, o := range l.offers {
		if !o.Point.IsZero() {
			places = append(places, o.Point)
		}
	}
	clients := make([]client, n)
	for i := range clients {
		day := start.AddDate(0, 0, i*weeks*7/n)
		clients[i] = client{
			person:   someone(rng, i, places, sp.DateOf(start), l.currency),
			needs:    some(rng),
			referred: workday(day).Add(time.Duration(540+rng.IntN(400)) * time.Minute),
			shy:      rng.IntN(8) == 0,
		}
	}
	return clients
}

func someone(rng *rand.Rand, i int, places []geo.Point, today sp.Date, c sp.Currency) person.Person {
	age := 18 + rng.IntN(72)
	p := person.Person{
		ID:       person.ID(fmt.Sprintf("P-%03d", i+1)),
		Name:     sp.Hide(person.Name{Given: given[rng.IntN(len(given))], Family: family[rng.IntN(len(family))]}),
		Born:     sp.Hide(today.AddMonths(-12*age - rng.IntN(12)).Add(-rng.IntN(28))),
		Channels: map[person.Channel]sp.Truth{person.Phone: sp.TruthOf(rng.IntN(10) > 0), person.Letter: sp.TruthOf(rng.IntN(10) > 0)},
	}
	if len(places) > 0 {
		near := places[rng.IntN(len(places))]
		p.Address = sp.Hide(person.Address{Point: geo.Point{Lat: near.Lat + (rng.Float64()-0.5)/25, Lon: near.Lon + (rng.Float64()-0.5)/15}})
	}
	circumstances := person.Circumstances{
		Languages: []directory.Language{"en"},
		Gender:    []person.Gender{person.Female, person.Male, ""}[rng.IntN(3)],
		Groups:    map[directory.Group]sp.Truth{directory.Carers: sp.TruthOf(rng.IntN(6) == 0), directory.Veterans: sp.TruthOf(rng.IntN(20) == 0)},
		Transport: person.Transport{
			Car:     sp.TruthOf(rng.IntN(10) < 4),
			Public:  sp.TruthOf(rng.IntN(10) < 8),
			BusPass: sp.TruthOf(age >= 66),
			Alone:   sp.Yes,
			Minutes: sp.Know(25 + 5*rng.IntN(8)),
		},
		Digital: person.Digital{Internet: sp.TruthOf(age < 75), Device: sp.TruthOf(age < 80), Skill: sp.TruthOf(age < 65)},
	}
	if rng.IntN(3) == 0 {
		circumstances.Ceiling = sp.Know(sp.NewMoney(int64(100*rng.IntN(8)), c))
	}
	if rng.IntN(7) == 0 {
		circumstances.Access = map[directory.Access]sp.Truth{directory.StepFree: sp.Yes}
	}
	circumstances.Interests = interests(i)
	p.Circumstances = sp.Hide(circumstances)
	return p
}

// interests draws what somebody likes to do, and would rather not, by a chance of its own: what
// else happens to them stays what it is.
func interests(i int) (all []person.Interest) {
	rng := rand.New(rand.NewPCG(uint64(i), 53))
	of := []person.Activity{"walking", "eating-together", "gentle-exercise", "gardening", "art"}
	rng.Shuffle(len(of), func(m, n int) { of[m], of[n] = of[n], of[m] })
	if rng.IntN(3) > 0 {
		all = append(all, person.Interest{Activity: of[0], Likes: sp.Yes})
	}
	if rng.IntN(3) == 0 {
		all = append(all, person.Interest{Activity: of[1], Likes: sp.No})
	}
	return all
}

// said puts that in words: "likes walking, would rather not art".
func said(all []person.Interest) string {
	words := make([]string, len(all))
	for i, in := range all {
		words[i] = "would rather not " + strings.ReplaceAll(string(in.Activity), "-", " ")
		if in.Likes == sp.Yes {
			words[i] = "likes " + strings.ReplaceAll(string(in.Activity), "-", " ")
		}
	}
	return strings.Join(words, ", ")
}

// some draws one to three needs.
func some(rng *rand.Rand) []needs.Code {
	whole := 0
	for _, c := range common {
		whole += c.parts
	}
	var drawn []needs.Code
	for range 1 + rng.IntN(3) {
		at := rng.IntN(whole)
		for _, c := range common {
			if at -= c.parts; at < 0 {
				if !slices.Contains(drawn, c.need) {
					drawn = append(drawn, c.need)
				}
				break
			}
		}
	}
	return drawn
}

// journeys estimates how somebody gets about: on foot, by car, or by a bus that
// they may travel on free. A service would ask a journey planner.
func journeys(p person.Profile, c sp.Currency) matching.Travel {
	return func(home directory.Home, to geo.Point) (matching.Journey, bool) {
		d, ok := home.Point.DistanceTo(to)
		if !ok {
			return matching.Journey{}, false
		}
		km := float64(d / geo.Kilometre)
		switch {
		case km < 1.5:
			return matching.Journey{Minutes: int(km*13) + 1, How: "on foot"}, true
		case p.Transport.Car == sp.Yes:
			return matching.Journey{Minutes: int(km*2) + 5, How: "by car", Fare: sp.NewMoney(int64(km*2*25), c)}, true
		case p.Transport.BusPass == sp.Yes:
			return matching.Journey{Minutes: int(km*3) + 10, How: "by bus, with a pass"}, true
		default:
			return matching.Journey{Minutes: int(km*3) + 10, How: "by bus", Fare: sp.NewMoney(400, c)}, true
		}
	}
}

// workday returns t's day, or the Monday after it.
func workday(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// helps reports whether an offer is tagged with a need.
func helps(o directory.Offer, crosswalk taxonomy.Crosswalk, need needs.Code) bool {
	return slices.ContainsFunc(crosswalk.Tag(o.Topics), need.Concept().Is)
}
