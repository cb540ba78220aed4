package timetable

import (
	"cmp"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A Coming is the next session of some offer.
type Coming struct {
	Offer   *directory.Offer
	Session Session
}

// Next returns the sessions that begin at a moment or later, at most n of them, the
// soonest first: of the offers that fit a query, on the days of the week that it asks
// for. The query of a person, such as Profile.Query of package person, makes them the
// next sessions for that person. Where the hour is unknown a session counts from the
// beginning of its day, also today. Sessions at the same time are in order of the IDs of
// their offers.
func Next(q directory.Query, offers []directory.Offer, c Calendar, after time.Time, n int) []Coming {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if n <= 0 {
		return nil
	}
	var tables []*Timetable
	var from []*directory.Offer
	zones := map[string]*time.Location{}
	for i := range offers {
		o := &offers[i]
		if len(o.Schedules) > 0 && q.Finds(*o) {
			tables, from = append(tables, of(o, c, zones)), append(from, o)
		}
	}
	first := sp.DateOf(after.In(c.Zone)).Add(-1) // it may be another day where a schedule is
	var found []Coming
	var day [4]Session
	for d, end := first, first.Add(Ahead); d < end && !d.IsZero(); d = d.Add(1) {
		if len(found) >= n && d.Sub(sp.DateOf(found[n-1].Session.begins(c.Zone).In(c.Zone))) > 1 {
			break // nothing that begins from here on is sooner, in whatever zone
		}
		if len(q.Days) > 0 && !slices.Contains(q.Days, d.Weekday()) {
			continue
		}
		before, weekday := len(found), d.Weekday()
		for i, t := range tables {
			if !t.mayBegin(d, weekday) {
				continue
			}
			for _, s := range t.sessions(d, day[:0]) {
				if s.isAfter(after, c.Zone) {
					found = append(found, Coming{from[i], s})
				}
			}
		}
		if len(found) > before {
			found = soonest(found, n, c.Zone)
		}
	}
	return found
}

// soonest keeps the n that begin first.
func soonest(found []Coming, n int, zone *time.Location) []Coming {
	slices.SortStableFunc(found, func(a, b Coming) int {
		return cmp.Or(a.Session.begins(zone).Compare(b.Session.begins(zone)), cmp.Compare(a.Offer.ID, b.Offer.ID))
	})
	return found[:min(n, len(found))]
}

// begins returns the start, or the beginning of the day where the hour is unknown.
func (s Session) begins(zone *time.Location) time.Time {
	if s.Start.IsZero() {
		return s.On.In(zone)
	}
	return s.Start
}

func (s Session) isAfter(moment time.Time, zone *time.Location) bool {
	if s.Start.IsZero() {
		return s.On >= sp.DateOf(moment.In(zone))
	}
	return !s.Start.Before(moment)
}
