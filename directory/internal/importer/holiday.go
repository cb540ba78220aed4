package importer

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// maxHoliday bounds the days of one closure, and maxClosed those of all closures of
// all schedules of a record: a hundred schedules that are closed for a year.
const (
	maxHoliday = 366
	maxClosed  = 100 * maxHoliday
)

// holiday takes a day or days on which the hours are others than usual: the
// schedules before it do not happen then, and other hours become one of their own.
func (o *Object) holiday(schedules []directory.Schedule) []directory.Schedule {
	id := o.ownID()
	from, to, closed, ok := o.closure(schedules)
	if closed == sp.Yes || !ok {
		o.im.shut(closing{of: o.record.key, from: from, to: to, unknown: !ok})
	}
	if !ok {
		return schedules
	}
	opens, closes := o.timeOfDay("opens_at"), o.timeOfDay("closes_at")
	if len(schedules) == 0 {
		o.keep("start_date", "end_date", "closed", "opens_at", "closes_at")
		o.report(sp.Note, "start_date", "not-imported", "there are no hours here of which it is an exception; it is kept as it is")
		return schedules
	}
	if closed == sp.Yes || opens.IsZero() && closes.IsZero() {
		return schedules
	}
	if slices.ContainsFunc(schedules, func(s directory.Schedule) bool { return s.ID == id }) && id != "" {
		id += "-holiday" // schedules and holidays may be numbered apart
	}
	return append(schedules, directory.Schedule{
		ID: id, Rule: recurrence.Rule{Every: recurrence.Daily, Interval: 1}, Raw: "FREQ=DAILY", Start: from, Until: to,
		Opens: opens, Closes: closes, Zone: o.im.options.Zone,
	})
}

// closure takes the days of a closure or of other hours out of schedules, and returns them.
// Where it cannot be read which they are, nobody knows when the schedules do not happen.
func (o *Object) closure(schedules []directory.Schedule) (from, to sp.Date, closed sp.Truth, ok bool) {
	from, bad1 := o.dateIn("start_date")
	to, bad2 := o.dateIn("end_date")
	if to.IsZero() && !bad2 {
		to = from
	}
	closed = o.yes("closed")
	switch {
	case bad1 || bad2 || from.IsZero() || to < from || to.Sub(from) > maxHoliday:
		o.keep("start_date", "end_date", "closed", "opens_at", "closes_at")
		o.report(sp.Warning, "start_date", "bad-holiday", "and end_date are no days within one year: any day may be one of them, and those of the schedules are unknown")
	case !closed.Known() && !o.has("opens_at", "closes_at"):
		o.keep("start_date", "end_date", "closed")
		o.report(sp.Warning, "closed", "bad-holiday", "neither says that it is closed nor when it is open: any day may be one of them, and those of the schedules are unknown")
	case !o.im.except(schedules, from, to):
		o.keep("start_date", "end_date", "closed", "opens_at", "closes_at")
		o.report(sp.Warning, "start_date", "bad-holiday", "is one of so many closures that not all of them are noted; the days of all schedules are unknown")
		return from, to, closed, false
	default:
		return from, to, closed, true
	}
	unsure(schedules)
	return from, to, closed, false
}

// except takes the days from one to another out of schedules, where there is room to note
// them. Where there is none, it is unknown when any of them happens.
func (im *Importer) except(schedules []directory.Schedule, from, to sp.Date) bool {
	if !im.room.take(roomOfDay * len(schedules) * (to.Sub(from) + 1)) {
		unsure(schedules)
		return false
	}
	return except(schedules, from, to)
}

// except takes the days from one to another out of schedules. If they would have
// to note too many days, it is unknown when any of them happens.
func except(schedules []directory.Schedule, from, to sp.Date) bool {
	noted := len(schedules) * (to.Sub(from) + 1)
	for i := range schedules {
		noted += len(schedules[i].Except)
	}
	if noted > maxClosed {
		unsure(schedules)
		return false
	}
	for i := range schedules {
		s := &schedules[i]
		if !slices.IsSorted(s.Except) {
			slices.Sort(s.Except)
		}
		first, _ := slices.BinarySearch(s.Except, from)
		last, _ := slices.BinarySearch(s.Except, to.Add(1))
		if last-first == to.Sub(from)+1 && isRun(s.Except[first:last]) {
			continue // all of them are noted
		}
		days := make([]sp.Date, 0, len(s.Except)+to.Sub(from)+1)
		days = append(days, s.Except[:first]...)
		for d := from; d <= to; d++ {
			days = append(days, d)
		}
		s.Except = append(days, s.Except[last:]...)
	}
	return true
}

// unsure notes that nobody knows on which days schedules do not happen.
func unsure(schedules []directory.Schedule) {
	for i := range schedules {
		schedules[i].Unclear = true
	}
}

// isRun reports whether days in order are one after the other.
func isRun(days []sp.Date) bool {
	return len(days) == 0 || days[len(days)-1].Sub(days[0]) == len(days)-1
}
