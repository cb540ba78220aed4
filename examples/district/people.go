package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/matching"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
)

var (
	practices = []string{"quay", "hill", "mill", "strand"}
	workers   = []referral.WorkerID{"ann", "bashir", "chloe"}
	given     = []string{"Amina", "Brian", "Carol", "Dev", "Edith", "Farah", "George", "Hana", "Ivan", "Joan"}
	family    = []string{"Ashworth", "Bell", "Chowdhury", "Dixon", "Evans", "Fell", "Gill", "Hodgson"}
)

// arrivals has the simulation draw who is referred when, with what need and how urgently.
func (d *district) arrivals(ctx context.Context) error {
	d.groups = d.practices()
	way := simulation.Published()
	s := simulation.Scenario{
		Start: start, Days: d.days, Groups: d.groups, Way: way.Way, Sources: way.Sources,
		Teams: []simulation.Team{{Name: "district", Posts: len(workers), Cap: way.Cap}},
	}
	var seen simulation.Recording
	_, err := simulation.Run(ctx, s, simulation.Policy{}, simulation.Options{
		Seed: d.seed, Progress: d.bar.Over("arrivals"),
		Log: func(e store.RecordedEvent) error { return seen.Add(e) },
	})
	if err != nil {
		return err
	}
	if d.came, err = seen.Arrivals(start); err != nil {
		return err
	}
	d.agenda = make(map[sp.Date][]*client)
	for i, a := range d.came {
		r := d.luck("person", i)
		c := &client{number: i + 1, arrival: a, worker: workers[i%len(workers)], rng: d.luck("way", i), person: d.somebody(r, i)}
		c.next, c.due = d.receive, sp.DateOf(a.At)
		d.clients = append(d.clients, c)
		d.agenda[c.due] = append(d.agenda[c.due], c)
	}
	d.say("\nPEOPLE  %d are referred in %d days from %v, by %d practices", len(d.came), d.days, start, len(d.groups))
	return nil
}

// practices are those who refer, the first of them in the most deprived quarter.
func (d *district) practices() (all []simulation.Group) {
	var of []simulation.Chance[needs.Code]
	for _, c := range commonly {
		of = append(of, simulation.Chance[needs.Code]{Value: c.need, Weight: c.parts})
	}
	for i, name := range practices {
		from := directory.ID("district/" + name)
		all = append(all, simulation.Group{
			Name: string(from), Source: "gp", From: from, Team: "district",
			Profile: person.Profile{ID: person.ID("P-" + name), On: start, Home: directory.Home{Point: d.near(i * len(d.offers) / len(practices))}},
			PerWeek: []simulation.Rate{{From: start, PerWeek: d.weekly * float64(len(practices)-i) / 10}},
			Urgency: []simulation.Chance[referral.Urgency]{{Value: referral.Routine, Weight: 7}, {Value: referral.Soon, Weight: 2}, {Value: referral.Urgent, Weight: 1}},
			Needs:   of,
		})
	}
	return all
}

// near returns the place of an offer, or of the next that states one.
func (d *district) near(i int) geo.Point {
	for n := range d.offers {
		if p := d.offers[(i+n)%len(d.offers)].Point; !p.IsZero() {
			return p
		}
	}
	return geo.Point{Lat: 54, Lon: -3}
}

// somebody invents a person who lives near some service.
func (d *district) somebody(r *rand.Rand, i int) person.Person {
	age, home := 18+r.IntN(72), d.near(r.IntN(len(d.offers)))
	p := person.Person{
		ID:       person.ID(fmt.Sprintf("P-%05d", i+1)),
		Name:     sp.Hide(person.Name{Given: given[r.IntN(len(given))], Family: family[r.IntN(len(family))]}),
		Born:     sp.Hide(start.AddMonths(-12*age - r.IntN(12))),
		Channels: map[person.Channel]sp.Truth{person.Phone: sp.Yes},
		Address:  sp.Hide(person.Address{Point: geo.Point{Lat: home.Lat + (r.Float64()-0.5)/30, Lon: home.Lon + (r.Float64()-0.5)/20}}),
	}
	p.Circumstances = sp.Hide(person.Circumstances{
		Transport: person.Transport{Public: sp.Yes, BusPass: sp.TruthOf(age >= 66), Alone: sp.Yes, Minutes: sp.Know(30 + 5*r.IntN(8))},
		Access:    map[directory.Access]sp.Truth{directory.StepFree: []sp.Truth{sp.Yes, sp.Unknown, sp.Unknown, sp.Unknown, sp.Unknown, sp.Unknown}[r.IntN(6)]},
	})
	return p
}

// byBus guesses a journey: five minutes to the stop, and then fifteen kilometres an hour.
func byBus(home directory.Home, to geo.Point) (matching.Journey, bool) {
	metres, known := home.Point.DistanceTo(to)
	return matching.Journey{Minutes: 5 + int(float64(metres)/250), How: "by bus"}, known
}
