package contract

import (
	"cmp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

func compareDemands(a, b Demand) int {
	return cmp.Or(strings.Compare(string(a.Provider), string(b.Provider)), a.Month.Sub(b.Month))
}

// A Stay is the time for which a service meets at a place. A period that is open at its end
// goes on.
type Stay struct {
	Service directory.ID
	Place   directory.ID
	Period  sp.Period
}

// A Continuity says how stable the places of a service were within a period.
type Continuity struct {
	Service  directory.ID
	Days     int          // of the time
	Placed   int          // on which it had a place
	Places   int          // how many different ones
	Moves    int          // how often the place that it met at gave way to another
	Main     directory.ID // where it met on most days; of equal ones the first by ID
	MainDays int
}

// VenueContinuity returns how stable the places of each service were within a closed period,
// in order of the services' IDs. Providers without a stable place lose the people who found
// their way there. Stays may overlap, as those of a service with two venues. A stay begins with
// a move if, on its first day, the service meets at no place where it met the day before.
func VenueContinuity(stays []Stay, within sp.Period) []Continuity {
	days, ok := within.Days()
	if !ok || days <= 0 {
		return nil
	}
	byService := map[directory.ID][]Stay{}
	for _, s := range stays {
		if p, some := s.Period.Intersect(within); some {
			s.Period = p
			byService[s.Service] = append(byService[s.Service], s)
		}
	}
	out := make([]Continuity, 0, len(byService))
	for service, stays := range byService {
		out = append(out, continuity(service, stays, days))
	}
	slices.SortFunc(out, func(a, b Continuity) int { return strings.Compare(string(a.Service), string(b.Service)) })
	return out
}

// continuity looks at the stays of one service.
func continuity(service directory.ID, stays []Stay, days int) Continuity {
	c := Continuity{Service: service, Days: days}
	slices.SortFunc(stays, func(a, b Stay) int {
		return cmp.Or(a.Period.Start.Sub(b.Period.Start), b.Period.End.Sub(a.Period.End), strings.Compare(string(a.Place), string(b.Place)))
	})
	byPlace := map[directory.ID][]sp.Period{}
	var all []sp.Period
	for _, s := range stays {
		byPlace[s.Place] = merged(byPlace[s.Place], s.Period)
		all = merged(all, s.Period)
	}
	c.Places = len(byPlace)
	for _, p := range all {
		n, _ := p.Days()
		c.Placed += n
	}
	for place, periods := range byPlace {
		n := 0
		for _, p := range periods {
			days, _ := p.Days()
			n += days
		}
		if n > c.MainDays || n == c.MainDays && place < c.Main {
			c.Main, c.MainDays = place, n
		}
	}
	for place, periods := range byPlace {
		for _, p := range periods {
			if arrives(place, p.Start, stays) {
				c.Moves++
			}
		}
	}
	return c
}

// arrives reports whether a service comes to a place, where it was not the day before, from
// others, of which none is left.
func arrives(place directory.ID, on sp.Date, stays []Stay) bool {
	var last sp.Date // on which it had another place before
	for _, s := range stays {
		if s.Place != place && s.Period.Start < on {
			if s.Period.Contains(on) {
				return false
			}
			last = max(last, s.Period.End)
		}
	}
	return !last.IsZero()
}

// merged adds a period that starts no earlier than the others.
func merged(periods []sp.Period, p sp.Period) []sp.Period {
	if last := len(periods) - 1; last >= 0 && p.Start <= periods[last].End {
		periods[last].End = max(periods[last].End, p.End)
		return periods
	}
	return append(periods, p)
}
