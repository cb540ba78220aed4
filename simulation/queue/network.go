package queue

import (
	"fmt"
	"math"

	"github.com/socialprescribing/sp"
)

// The bounds within which no sum overflows.
const (
	maxTicks  = 1e15    // of one time: 31 million years in seconds
	maxPeople = 1 << 30 // who are in the network at one moment
)

// A Network is what is simulated: who comes, where they wait and are served, and where they
// go from there. It is data, and is not changed by a run.
type Network struct {
	Classes  []Class // of people; none is one class, which has no name
	Sources  []Source
	Stations []Station
}

// A Class is a group of people who are treated alike.
type Class struct {
	Name string

	// Priority says who is served first: 0 before 1, and so on.
	Priority int

	// Ageing is the wait in ticks after which somebody counts as one priority more urgent, and
	// after twice as long as two. 0 is never: the last in priority may then wait for ever.
	Ageing Time
}

// A Source is where people come from, and how often. Exactly one of Between, Rates and At
// is set.
type Source struct {
	Name  string
	Class string // of the people; may be empty where there is one class
	To    string // the station where they arrive

	Between Distribution // ticks from one arrival to the next
	Rates   []Rate       // arrivals at random, as many as the rate of the hour says (a Poisson process)
	Every   Time         // after which the Rates begin anew, such as a week; 0 is never
	At      []Time       // recorded arrivals, in rising order; before 0 means waiting since then

	Batch Distribution // how many come at once; nil is one
	Limit int          // after how many arrivals it ends; 0 is never
}

// A Rate is the mean number of arrivals in a tick, from a time on until the next Rate.
type Rate struct {
	From Time
	Rate float64
}

// The special values of a [Station]'s Servers and Room.
const (
	Unlimited = -1 // servers: nobody waits
	NoRoom    = -1 // room: who cannot be served at once is turned away
)

// A Station is where people wait and are served.
type Station struct {
	Name string

	Servers int     // how many are served at once; [Unlimited] is all
	Shifts  []Shift // that change the number of servers
	Every   Time    // after which the Shifts begin anew, such as a week; 0 is never
	Slots   Slots   // instead of servers: places that are given out at certain times

	Service  Distribution            // ticks that serving somebody takes; nil takes none
	Services map[string]Distribution // for those classes that take another time

	Patience  Distribution            // ticks after which somebody gives up waiting; nil is never
	Patiences map[string]Distribution // for those classes that have another patience
	Room      int                     // how many can wait; 0 is any number, [NoRoom] is none
	Baulk     []float64               // which share goes away that finds 0, 1, 2 ... waiting; the last is for all longer queues
	Routes    []Route                 // where people go next; the rest leaves
}

// A Shift is the number of servers on duty from a time on until the next Shift. Servers who
// are busy when their shift ends finish what they have begun.
type Shift struct {
	From    Time
	Servers int
}

// Slots are regular moments, such as every Monday, at which places are given out in order of
// priority.
type Slots struct {
	First, Every Time // the first moment, and how far apart they are; 0 is no slots
	Places       int  // at each
}

// A Route says which share of the people who have been served at a station go to another.
type Route struct {
	Class string // of whom; empty is all whose class has no routes of its own
	To    string
	Share float64
}

// Validate returns a [*sp.InvalidError] that names every fault of the network by its path.
func (n Network) Validate() error {
	e := &sp.InvalidError{Subject: "queue: network"}
	classes, stations := map[string]int{}, map[string]int{}
	for i, c := range n.classes() {
		p := fmt.Sprintf("classes[%d]", i)
		_, twice := classes[c.Name]
		e.Check(!twice, p+".name", sp.Duplicate, "must not be that of another class")
		e.Check(c.Priority >= 0 && c.Priority <= 1000, p+".priority", sp.OutOfRange, "must be from 0 to 1000")
		e.Check(c.Ageing >= 0, p+".ageing", sp.OutOfRange, "must not be below 0")
		classes[c.Name] = i
	}
	for i, s := range n.Stations {
		p := fmt.Sprintf("stations[%d].name", i)
		_, twice := stations[s.Name]
		e.Check(s.Name != "", p, sp.Missing, "must be there")
		e.Check(!twice, p, sp.Duplicate, "must not be that of another station")
		stations[s.Name] = i
	}
	e.Check(len(n.Stations) > 0, "stations", sp.Missing, "must be there")
	e.Check(len(n.Stations) <= 1<<15, "stations", sp.WrongLength, "must be at most 32768")
	e.Check(len(n.Sources) > 0, "sources", sp.Missing, "must be there")
	names := map[string]bool{}
	for i, s := range n.Sources {
		p := fmt.Sprintf("sources[%d]", i)
		e.Check(!names[s.Name], p+".name", sp.Duplicate, "must not be that of another source, whose people would be the same")
		names[s.Name] = true
		known(e, classes, s.Class, p+".class", "must be the name of a class")
		known(e, stations, s.To, p+".to", "must be the name of a station")
		s.check(e, p)
	}
	for i, s := range n.Stations {
		p := fmt.Sprintf("stations[%d]", i)
		s.check(e, p)
		s.checkClasses(e, p, n.classes())
		for j, r := range s.Routes {
			at := fmt.Sprintf("%s.routes[%d]", p, j)
			if r.Class != "" {
				known(e, classes, r.Class, at+".class", "must be the name of a class")
			}
			known(e, stations, r.To, at+".to", "must be the name of a station")
		}
	}
	return e.Err()
}

func known(e *sp.InvalidError, names map[string]int, name, path, rule string) {
	_, ok := names[name]
	e.Check(ok, path, sp.NotListed, rule)
}

// classes returns the classes, one without a name where there are none.
func (n Network) classes() []Class {
	if len(n.Classes) == 0 {
		return []Class{{}}
	}
	return n.Classes
}

func (s Source) check(e *sp.InvalidError, p string) {
	ways := 0
	for _, there := range []bool{s.Between != nil, s.Rates != nil, s.At != nil} {
		if there {
			ways++
		}
	}
	e.Check(ways == 1, p, sp.Inconsistent, "must have one of between, rates and at")
	e.Check(s.Limit >= 0, p+".limit", sp.OutOfRange, "must not be below 0")
	e.Check(s.Every >= 0, p+".every", sp.OutOfRange, "must not be below 0")
	check(e, s.Between, p+".between")
	check(e, s.Batch, p+".batch")
	for i, t := range s.At {
		e.Check(t > -maxTicks && t < maxTicks && (i == 0 || s.At[i-1] <= t), fmt.Sprintf("%s.at[%d]", p, i), sp.Untimely, "must not be before the one above it")
	}
	some := false
	for i, r := range s.Rates {
		at := fmt.Sprintf("%s.rates[%d]", p, i)
		e.Check(!math.IsNaN(r.Rate) && r.Rate >= 0 && r.Rate <= 1e9, at+".rate", sp.OutOfRange, "must be from 0 to 1e9 arrivals a tick")
		e.Check(r.From >= 0 && r.From < maxTicks && (i == 0 || s.Rates[i-1].From < r.From), at+".from", sp.Untimely, "must be after the one above it, and not before 0")
		e.Check(s.Every == 0 || r.From < s.Every, at+".from", sp.Untimely, "must be before the rates begin anew")
		some = some || r.Rate > 0
	}
	e.Check(s.Rates == nil || some, p+".rates", sp.OutOfRange, "must not all be 0")
	if s.Rates != nil && s.Every > 0 {
		e.Check(s.Rates[0].From == 0, p+".rates[0].from", sp.Untimely, "must be 0 where the rates begin anew")
	}
}

func (s Station) check(e *sp.InvalidError, p string) {
	e.Check(s.Servers >= Unlimited && s.Servers <= maxPeople, p+".servers", sp.OutOfRange, "must not be below 0, or be Unlimited")
	e.Check(s.Room >= NoRoom && s.Room <= maxPeople, p+".room", sp.OutOfRange, "must not be below 0, or be NoRoom")
	e.Check(s.Every >= 0, p+".every", sp.OutOfRange, "must not be below 0")
	most := s.Servers
	for i, h := range s.Shifts {
		at := fmt.Sprintf("%s.shifts[%d]", p, i)
		e.Check(h.Servers >= Unlimited && h.Servers <= maxPeople, at+".servers", sp.OutOfRange, "must not be below 0, or be Unlimited")
		e.Check(h.From >= 0 && h.From < maxTicks && (i == 0 || s.Shifts[i-1].From < h.From), at+".from", sp.Untimely, "must be after the one above it, and not before 0")
		e.Check(s.Every == 0 || h.From < s.Every, at+".from", sp.Untimely, "must be before the shifts begin anew")
		if most = max(most, h.Servers); h.Servers == Unlimited {
			most = maxPeople
		}
	}
	slots := s.Slots != Slots{}
	e.Check(!slots || s.Servers == 0 && s.Shifts == nil, p+".slots", sp.Inconsistent, "must not be there beside servers")
	e.Check(!slots || s.Slots.Every > 0 && s.Slots.First >= 0 && s.Slots.Places > 0, p+".slots", sp.OutOfRange, "must have places, be some time apart, and not begin before 0")
	e.Check(slots || most != 0, p+".servers", sp.Missing, "must be there at some time, or slots, or nobody is ever served")
	for i, b := range s.Baulk {
		e.Check(b >= 0 && b <= 1, fmt.Sprintf("%s.baulk[%d]", p, i), sp.OutOfRange, "must be a share from 0 to 1")
	}
	check(e, s.Service, p+".service")
	check(e, s.Patience, p+".patience")
	shares := map[string]float64{}
	for i, r := range s.Routes {
		e.Check(r.Share >= 0 && r.Share <= 1, fmt.Sprintf("%s.routes[%d].share", p, i), sp.OutOfRange, "must be from 0 to 1")
		shares[r.Class] += r.Share
		e.Check(!(shares[r.Class] > 1+1e-9), fmt.Sprintf("%s.routes[%d].share", p, i), sp.OutOfRange, "must not add up to more than 1 with those above it")
	}
}

// checkClasses checks what a station has for some classes.
func (s Station) checkClasses(e *sp.InvalidError, p string, classes []Class) {
	for i, laws := range []map[string]Distribution{s.Services, s.Patiences} {
		field, there := [2]string{".services", ".patiences"}[i], 0
		for _, c := range classes {
			if d, ok := laws[c.Name]; ok {
				check(e, d, p+field+"["+c.Name+"]")
				there++
			}
		}
		e.Check(there == len(laws), p+field, sp.NotListed, "must have names of classes")
	}
}
