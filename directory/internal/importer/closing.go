package importer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A closing is a time for which a place or a service is closed: what happens there does
// not happen then.
type closing struct {
	of       recordKey
	from, to sp.Date
	unknown  bool // nobody knows which days these are
}

// shut notes that a place or a service is closed. What that means for others is worked
// out when all of them were read.
func (im *Importer) shut(c closing) {
	if c.of.kind == places || c.of.kind == services {
		im.closings = append(im.closings, c)
	}
}

// mostThere bounds how many services at one place its closures are noted for one by one.
const mostThere = 100

// close takes the days on which places and services are closed out of what happens there.
func (im *Importer) close() {
	if len(im.closings) == 0 {
		return
	}
	at, of := map[directory.ID][]int{}, map[directory.ID][]int{} // where venues stand
	for i := range im.catalogue.Venues {
		v := &im.catalogue.Venues[i]
		at[v.Place], of[v.Service] = append(at[v.Place], i), append(of[v.Service], i)
	}
	slices.SortStableFunc(im.closings, func(a, b closing) int {
		return cmp.Or(cmp.Compare(a.of.kind, b.of.kind), strings.Compare(string(a.of.id), string(b.of.id)))
	})
	for rest := im.closings; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].of == rest[0].of {
			n++
		}
		venues := at[rest[0].of.id]
		if rest[0].of.kind == services {
			venues = of[rest[0].of.id]
		}
		if len(venues) > 0 {
			days, known := closedDays(rest[:n])
			for _, i := range venues {
				im.closed(im.happening(i, rest[0].of.kind, of), days, known && len(venues) <= mostThere)
			}
		}
		rest = rest[n:]
	}
	im.closings = nil
}

// closedDays returns the days of closings in order, and whether it is known that these are all.
func closedDays(closings []closing) (days []sp.Date, known bool) {
	for _, c := range closings {
		if c.unknown || len(days) > maxClosed {
			return nil, false
		}
		for d := c.from; d <= c.to; d++ {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return slices.Compact(days), true
}

// closed takes days out of schedules, or notes that it is unknown when they happen, where
// the days are unknown or there is no room to note them.
func (im *Importer) closed(schedules []directory.Schedule, days []sp.Date, known bool) {
	if n := len(schedules) * len(days); !known || n > maxClosed || !im.room.take(roomOfDay*n) {
		unsure(schedules)
		return
	}
	for i := range schedules {
		all := slices.Concat(schedules[i].Except, days)
		slices.Sort(all)
		schedules[i].Except = slices.Compact(all)
	}
}

// happening returns the schedules by which something happens at a venue that is closed: its
// own, or those of its service. If the service happens elsewhere too, where it is not closed,
// the venue gets schedules of its own; where there is no room for these, it is unknown when
// the service happens.
func (im *Importer) happening(venue int, closed recordKind, of map[directory.ID][]int) []directory.Schedule {
	v := &im.catalogue.Venues[venue]
	e := im.records[recordKey{services, v.Service}]
	if len(v.Schedules) > 0 || closed == services || e == nil || len(e.variants) != 1 {
		return v.Schedules // what the service says of itself was closed with it
	}
	s := &im.catalogue.Services[e.variants[0]]
	switch {
	case len(of[v.Service]) == 1:
		return s.Schedules
	case !im.room.take(roomOfSchedule * len(s.Schedules)):
		unsure(s.Schedules)
		return nil
	}
	v.Schedules = slices.Clone(s.Schedules)
	for i := range v.Schedules {
		v.Schedules[i].ID = "" // which is that of the service
	}
	return v.Schedules
}
