package queue

import (
	"fmt"

	"github.com/socialprescribing/sp"
)

// What can happen next.
const (
	comes    uint8 = iota // somebody, from a source
	finishes              // somebody, what they were served
	givesUp               // somebody, waiting
	shifts                // a station has another number of servers
	slot                  // a station gives out places
)

// Ranks of events at one time: servers and places are there before people come, and who has
// been served has left before somebody comes or gives up.
const (
	dutyRank uint8 = iota
	finishRank
	comeRank
	giveUpRank
)

type event struct {
	person int32
	life   uint32 // of the person's entry: who has left it gives up no more
	index  int32  // of the source or station
	kind   uint8
}

// A person is an entry that is used again after its person has left.
type person struct {
	number   uint64 // their own
	arrived  Time   // at the station
	started  Time
	prev     int32 // in the queue
	next     int32
	station  int32
	class    int32
	life     uint32
	again    uint32 // how often they came to a station where they may have been before
	seen     uint64 // the stations where they were, of 64 each
	counting bool   // arrived after the warm-up
}

const nobody = int32(-1)

type run struct {
	network  Network
	options  Options
	classes  []Class
	sources  []source
	stations []station
	calendar Calendar[event]
	people   []person
	free     int32 // the first unused entry; the others follow by next
	present  int
	coming   int // sources with an arrival in the calendar
	now      Time
	events   int64
	err      error
}

// A source is where the arrivals of a Source have got to.
type source struct {
	*Source
	index, class, to int32
	stream           Stream
	batches          Stream
	first            uint64 // number of its first person
	count            uint64 // arrivals so far
	people           uint64
}

type station struct {
	*Station
	index   int32
	servers int64
	busy    int64
	waiting int64
	shift   int    // the next one
	cycle   Time   // in which it is
	since   Time   // up to when serverArea is
	lines   []line // of classes
	streams struct{ service, patience, baulk, route Stream }
	duty    Total
}

// A line is the queue of one class at a station, and what has been counted.
type line struct {
	head, tail      int32
	waiting, served int64
	since           Time // up to when the areas are
	flow            Flow
	service         Distribution
	patience        Distribution
	routes          []Route
	to              []int32
}

func newRun(n Network, o Options) *run {
	r := &run{network: n, options: o, classes: n.classes(), free: nobody}
	if r.options.MaxPeople == 0 {
		r.options.MaxPeople = 10_000_000
	}
	names := map[string]int32{}
	r.stations = make([]station, len(n.Stations))
	for i := range n.Stations {
		names[n.Stations[i].Name] = int32(i)
	}
	for i := range n.Stations {
		r.open(&r.stations[i], int32(i), names)
	}
	r.sources = make([]source, len(n.Sources))
	for i := range n.Sources {
		s := &r.sources[i]
		*s = source{Source: &n.Sources[i], index: int32(i), to: names[n.Sources[i].To]}
		for k, c := range r.classes {
			if c.Name == s.Class {
				s.class = int32(k)
			}
		}
		s.stream, s.batches = r.stream("arrivals", s.Name), r.stream("batches", s.Name)
		s.first = r.stream("people", s.Name).first()
		r.schedule(s)
	}
	return r
}

func (r *run) stream(purpose, name string) Stream {
	return NewStream(r.options.Seed, r.options.Replication, purpose+" "+name)
}

func (r *run) open(s *station, i int32, names map[string]int32) {
	*s = station{Station: &r.network.Stations[i], index: i, servers: int64(r.network.Stations[i].Servers), lines: make([]line, len(r.classes))}
	s.streams.service, s.streams.patience = r.stream("service", s.Name), r.stream("patience", s.Name)
	s.streams.baulk, s.streams.route = r.stream("baulk", s.Name), r.stream("route", s.Name)
	for k, c := range r.classes {
		l := &s.lines[k]
		l.head, l.tail, l.flow.Class = nobody, nobody, c.Name
		l.service, l.patience = s.Service, s.Patience
		if d, ok := s.Services[c.Name]; ok {
			l.service = d
		}
		if d, ok := s.Patiences[c.Name]; ok {
			l.patience = d
		}
		l.routes = s.routesOf(c.Name)
		for _, route := range l.routes {
			l.to = append(l.to, names[route.To])
		}
	}
	if len(s.Shifts) > 0 {
		r.calendar.Put(s.Shifts[0].From, dutyRank, event{index: i, kind: shifts})
	}
	if s.Slots.Every > 0 {
		r.calendar.Put(s.Slots.First, dutyRank, event{index: i, kind: slot})
	}
}

// routesOf returns the routes of a class: its own, or else those of all.
func (s Station) routesOf(class string) []Route {
	var own, all []Route
	for _, r := range s.Routes {
		switch r.Class {
		case "":
			all = append(all, r)
		case class:
			own = append(own, r)
		}
	}
	if own != nil {
		return own
	}
	return all
}

// ticks returns a variate as a time, rounded; what is no time ends the run.
func (r *run) ticks(d Distribution, unit float64, where string) Time {
	if d == nil {
		return 0
	}
	x := d.Quantile(unit)
	if !(x >= 0 && x <= maxTicks) {
		if r.err == nil {
			r.err = fmt.Errorf("queue: run: %w: a distribution of %q gives what is no time from 0 to 1e15", sp.ErrInvalid, where)
		}
		return 0
	}
	return Time(x + 0.5) // rounded, as it is not below 0
}

// result closes the books.
func (r *run) result(err error) *Result {
	result := &Result{Until: r.now, Events: r.events, Partial: err != nil}
	for i := range r.people {
		p := &r.people[i]
		if p.station == nobody {
			continue
		}
		l := &r.stations[p.station].lines[p.class]
		if p.started >= 0 {
			l.flow.served = l.flow.served.plus(product(1, r.within(p.started)))
		} else {
			l.flow.queued = l.flow.queued.plus(product(1, r.within(p.arrived)))
		}
		if p.counting && p.started >= 0 {
			l.flow.InService++
		} else if p.counting {
			l.flow.Waiting++
		}
	}
	for i := range r.stations {
		s := &r.stations[i]
		r.onDuty(s)
		sr := StationResult{Station: s.Name}
		for k := range s.lines {
			l := &s.lines[k]
			r.area(l)
			l.flow.ServerArea, l.flow.Span = s.duty, max(0, r.now-r.options.WarmUp)
			sr.Classes = append(sr.Classes, l.flow)
		}
		result.Stations = append(result.Stations, sr)
	}
	return result
}

// within returns for how long of the time that is counted something has lasted until now.
func (r *run) within(since Time) Time {
	return max(0, r.now-max(since, r.options.WarmUp, 0))
}

// area brings the areas of a line up to now.
func (r *run) area(l *line) {
	if dt := r.within(l.since); dt > 0 {
		l.flow.QueueArea = l.flow.QueueArea.plus(product(l.waiting, dt))
		l.flow.ServiceArea = l.flow.ServiceArea.plus(product(l.served, dt))
	}
	l.since = r.now
}

// onDuty brings the area of a station's servers up to now.
func (r *run) onDuty(s *station) {
	if dt := r.within(s.since); dt > 0 && s.servers > 0 {
		s.duty = s.duty.plus(product(s.servers, dt))
	}
	s.since = r.now
}
