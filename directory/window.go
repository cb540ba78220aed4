package directory

import (
	"slices"
	"time"

	"github.com/socialprescribing/sp"
)

// WindowDays is how many days of a window count: those of a year. What happens at all
// happens within one.
const WindowDays = aYear

// when reports whether there is a session on one of the days and within the hours that q
// asks for. All of it is asked of one session: a club on Tuesday mornings and Friday
// evenings does not happen on a Tuesday evening.
func (q Query) when(schedules []Schedule, on sp.Date) sp.Truth {
	if len(schedules) == 0 {
		return sp.Unknown
	}
	if q.Dates == (sp.Period{}) {
		return q.everWhen(schedules, on)
	}
	first := q.Dates.Start
	if first.IsZero() {
		first = on
	}
	if first.IsZero() {
		return sp.Unknown
	}
	answer := sp.No
	for d, end := first, first.Add(WindowDays); d < end && q.Dates.Contains(d) && answer != sp.Yes; d = d.Add(1) {
		if len(q.Days) == 0 || slices.Contains(q.Days, d.Weekday()) {
			answer = answer.Or(q.whenOn(schedules, d))
		}
	}
	return answer
}

// whenOn answers for one day, by the schedules of the shortest validity that hold on it.
func (q Query) whenOn(schedules []Schedule, on sp.Date) sp.Truth {
	days, holds := precedence(schedules, on)
	if !holds {
		return sp.Unknown
	}
	answer := sp.No
	for i := range schedules {
		if s := &schedules[i]; validFor(s) == days && s.Valid.Contains(on) {
			answer = answer.Or(s.Occurs(on).And(q.Hours.hold(s)))
		}
	}
	return answer
}

// everWhen answers where no dates are asked for: from the day of the query on. As long as
// a schedule holds that takes precedence over others, at most [WindowDays], each day is
// looked at, and from then on the rules alone.
func (q Query) everWhen(schedules []Schedule, on sp.Date) sp.Truth {
	days := q.Days
	if len(days) == 0 {
		days = everyDay
	}
	answer := sp.No
	for until := preceded(schedules, on); on < until && answer != sp.Yes; on = on.Add(1) {
		if slices.Contains(days, on.Weekday()) {
			answer = answer.Or(q.whenOn(schedules, on))
		}
	}
	if answer == sp.Yes {
		return answer
	}
	goesOn := false
	for i := range schedules {
		goesOn = goesOn || schedules[i].Valid.End.IsZero()
	}
	for i := range schedules {
		s := &schedules[i]
		hours := q.Hours.hold(s)
		if hours == sp.No || goesOn && !s.Valid.End.IsZero() && s.Valid.End <= on { // whose place another has taken
			continue
		}
		meets := sp.No
		for _, d := range days {
			if meets = meets.Or(s.Meets(d, on)); meets == sp.Yes {
				break
			}
		}
		answer = answer.Or(meets.And(hours))
	}
	return answer
}

// preceded returns from which day on, seen from a day, no schedule takes precedence over
// another: the day itself where all hold for as long as each other.
func preceded(schedules []Schedule, on sp.Date) sp.Date {
	until, several := on, false
	for i := range schedules {
		several = several || validFor(&schedules[i]) != validFor(&schedules[0])
		if end := schedules[i].Valid.End; validFor(&schedules[i]) != 0 && !end.IsZero() {
			until = max(until, end)
		}
	}
	if on.IsZero() || !several {
		return on
	}
	return min(until, on.Add(WindowDays))
}

var everyDay = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// precedence returns the length in days of the shortest validity of the schedules that
// hold on a day, 0 for one without an end, and false if none holds. The schedules of that
// validity are those that count: exceptional hours are stated as a schedule of their own
// with a short validity. Source: HSDS 3, field guidance.
func precedence(schedules []Schedule, on sp.Date) (days int, holds bool) {
	for i := range schedules {
		if !schedules[i].Valid.Contains(on) {
			continue
		}
		if span := validFor(&schedules[i]); !holds || span != 0 && (days == 0 || span < days) {
			days, holds = span, true
		}
	}
	return days, holds
}

// validFor returns for how many days s is valid, 0 for ever.
func validFor(s *Schedule) int {
	if s.Valid.Start == 0 || s.Valid.End == 0 {
		return 0
	}
	return max(s.Valid.End.Sub(s.Valid.Start), 1)
}

// aDay is the minutes of one.
const aDay = maxTimeOfDay

// hold reports whether the hours of a schedule lie within h: Yes if all of them do, No if
// none, and Unknown if some do, since nobody says whether people may come for a part, or
// if the schedule does not say.
func (h Hours) hold(s *Schedule) sp.Truth {
	if h == (Hours{}) {
		return sp.Yes
	}
	from, until := span(h.From, h.Until)
	opens, known := s.Opens.Lookup()
	closes, ends := s.Closes.Lookup()
	if !known || !ends || opens == closes {
		return sp.Unknown
	}
	start, end := span(opens, closes)
	if opens == 0 && closes == aDay-1 { // how feeds state 24 hours
		end = aDay
	}
	answer := sp.No
	for _, days := range [...]int{-aDay, 0, aDay} { // what goes on past midnight meets the next morning
		switch a, b := start+days, end+days; {
		case from <= a && b <= until:
			return sp.Yes
		case a < until && b > from:
			answer = sp.Unknown
		}
	}
	return answer
}

// span returns minutes from the beginning of the day on which the first time lies.
func span(from, until TimeOfDay) (start, end int) {
	if until <= from {
		return int(from), int(until) + aDay
	}
	return int(from), int(until)
}
