package timetable

import (
	"cmp"
	"iter"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// A Calendar is what the caller knows of days. The zero Calendar has no closures and no
// holidays.
type Calendar struct {
	Closed   map[sp.Date]string // days on which nothing of the offer happens, with the reason; it wins over every schedule
	Holidays map[sp.Date]string // bank holidays and the like, by name: what happens on them is unknown unless a schedule is for that time in particular
	Zone     *time.Location     // of schedules that name none; nil is UTC
}

// A Timetable is when one offer happens. It never changes, so any number of goroutines
// may read it at once.
type Timetable struct {
	schedules []scheduled
	calendar  Calendar
	last      sp.Date // the last day on which something can happen; zero is no end
	weekdays  uint8   // those on which something can begin, a bit each: most offers happen on one day of the week
}

// scheduled is a schedule with what it takes to read its clock.
type scheduled struct {
	*directory.Schedule
	zone *time.Location
	span int // days for which it is valid; 0 is for ever
}

// A Session is one occasion on which an offer happens.
type Session struct {
	On    sp.Date   // the day on which it begins
	Start time.Time // zero if the hour is unknown
	End   time.Time // zero if the hour is unknown; it may be on the day after
	Sure  sp.Truth  // Yes, or Unknown if it may not happen
	Why   string    // where it may not: the name of the holiday, if that is the reason
}

// forever is the span of a schedule whose validity has no end, or no beginning.
const forever = 0

// Of returns the timetable of an offer. A zone that does not exist counts as none. It
// shares the schedules of the offer, which must not be changed afterwards. For many
// offers, [All] reads each zone once.
func Of(o directory.Offer, c Calendar) *Timetable { return of(&o, c, map[string]*time.Location{}) }

// All returns the timetables of offers, in their order; see [Of].
func All(offers []directory.Offer, c Calendar) []*Timetable {
	zones := map[string]*time.Location{}
	all := make([]*Timetable, len(offers))
	for i := range offers {
		all[i] = of(&offers[i], c, zones)
	}
	return all
}

func of(o *directory.Offer, c Calendar, zones map[string]*time.Location) *Timetable {
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	t := &Timetable{calendar: c, schedules: make([]scheduled, len(o.Schedules))}
	for i := range o.Schedules {
		s := scheduled{Schedule: &o.Schedules[i], zone: c.Zone}
		if s.Zone != "" {
			s.zone = zone(s.Zone, c.Zone, zones)
		}
		if s.Valid.Start != 0 && s.Valid.End != 0 {
			s.span = max(s.Valid.End.Sub(s.Valid.Start), 1)
		}
		t.schedules[i] = s
		t.weekdays |= s.weekdays()
		switch {
		case s.Until.IsZero():
			t.last = maxDate
		case t.last != maxDate:
			t.last = max(t.last, s.Until)
		}
	}
	return t
}

// weekdays returns the days of the week on which sessions of s can begin, a bit each.
func (s *scheduled) weekdays() uint8 {
	const all = 1<<7 - 1
	if len(s.Rule.Days) == 0 {
		return all
	}
	var some uint8
	for _, d := range s.Rule.Days {
		if d.Weekday < time.Sunday || d.Weekday > time.Saturday {
			return all
		}
		some |= 1 << d.Weekday
	}
	return some
}

// mayBegin reports whether sessions can begin on a day, of which the weekday is known. It
// costs next to nothing.
func (t *Timetable) mayBegin(on sp.Date, day time.Weekday) bool {
	return on <= t.last && t.weekdays>>day&1 == 1
}

// zone returns the zone of a name, from those that were read or from the system.
func zone(name string, otherwise *time.Location, zones map[string]*time.Location) *time.Location {
	if known := zones[name]; known != nil {
		return known
	}
	read, err := time.LoadLocation(name)
	if err != nil {
		read = otherwise
	}
	zones[name] = read
	return read
}

const maxDate = sp.Date(1<<31 - 1)

// Over reports whether everything ended before a day. Without schedules nothing is known
// to be over.
func (t *Timetable) Over(on sp.Date) bool {
	return len(t.schedules) > 0 && t.last != maxDate && t.last < on
}

// Happens reports whether the offer happens on a day.
func (t *Timetable) Happens(on sp.Date) sp.Truth {
	answer, _ := t.day(on)
	return answer
}

// day answers for a day, and returns the name of the holiday that makes it unknown.
func (t *Timetable) day(on sp.Date) (answer sp.Truth, why string) {
	span, why, possible := t.holds(on)
	if possible != sp.Yes {
		return possible, ""
	}
	answer = sp.No
	for i := range t.schedules {
		if s := &t.schedules[i]; s.applies(on, span) {
			answer = answer.Or(s.Occurs(on))
		}
	}
	if why != "" && answer == sp.Yes {
		return sp.Unknown, why
	}
	return answer, ""
}

// holds returns the validity of the schedules that count on a day, and the name of the
// holiday that makes them doubtful. Possible is No where all is closed, Unknown where no
// schedule is known to hold, and otherwise Yes.
func (t *Timetable) holds(on sp.Date) (span int, holiday string, possible sp.Truth) {
	if on.IsZero() {
		return 0, "", sp.Unknown
	}
	if _, closed := t.calendar.Closed[on]; closed {
		return 0, "", sp.No
	}
	span, some := t.precedence(on)
	if !some {
		return 0, "", sp.Unknown
	}
	if name, is := t.calendar.Holidays[on]; is && (span == forever || span > particular) {
		holiday = cmp.Or(name, "holiday")
	}
	return span, holiday, sp.Yes
}

// particular is for how many days a schedule is valid, at most, that is stated for a
// holiday in particular: a month, which takes in the weeks around Christmas.
const particular = 31

// precedence returns the shortest validity of the schedules that hold on a day.
func (t *Timetable) precedence(on sp.Date) (span int, some bool) {
	for i := range t.schedules {
		s := &t.schedules[i]
		if !s.Valid.Contains(on) {
			continue
		}
		if !some || s.span != forever && (span == forever || s.span < span) {
			span, some = s.span, true
		}
	}
	return span, some
}

func (s *scheduled) applies(on sp.Date, span int) bool { return s.span == span && s.Valid.Contains(on) }

// sessions appends the sessions that begin on a day, by their hour. Words, and rules that
// do not say on which days, make none.
func (t *Timetable) sessions(on sp.Date, into []Session) []Session {
	span, holiday, possible := t.holds(on)
	if possible != sp.Yes {
		return into
	}
	from := len(into)
	for i := range t.schedules {
		s := &t.schedules[i]
		if !s.applies(on, span) || s.vague() {
			continue
		}
		sure := s.Occurs(on)
		if sure == sp.No {
			continue
		}
		session := s.session(on)
		if session.Sure = sure; holiday != "" {
			session.Sure, session.Why = sp.Unknown, holiday
		}
		into = insert(into, from, session)
	}
	return into
}

// vague reports whether nothing says on which days a schedule is: any day may be one.
func (s *scheduled) vague() bool {
	r := &s.Rule
	return r.IsZero() || s.Start.IsZero() && len(r.Days) == 0 && len(r.MonthDays) == 0 && r.Every != recurrence.Daily
}

// insert keeps the sessions of a day in order, and leaves out what is there already.
func insert(all []Session, from int, s Session) []Session {
	at := len(all)
	for i := from; i < len(all); i++ {
		if all[i].Start.Equal(s.Start) && all[i].End.Equal(s.End) {
			all[i].Sure = all[i].Sure.Or(s.Sure)
			return all
		}
		if at == len(all) && s.Start.Before(all[i].Start) {
			at = i
		}
	}
	all = append(all, Session{})
	copy(all[at+1:], all[at:])
	all[at] = s
	return all
}

// endOfDay is how a day that is open round the clock ends in feeds: 24 hours are stated
// as 00:00 to 23:59 (HSDS, field guidance).
const endOfDay = directory.TimeOfDay(23*60 + 59)

// session reads the clock of a schedule on a day. Where it closes no later than it
// opens, it closes on the day after.
func (s *scheduled) session(on sp.Date) Session {
	session := Session{On: on}
	opens, known := s.Opens.Lookup()
	closes, ends := s.Closes.Lookup()
	year, month, day := on.Civil()
	clock := func(day int, at directory.TimeOfDay) time.Time {
		return time.Date(year, month, day, int(at)/60, int(at)%60, 0, 0, s.zone)
	}
	if known {
		session.Start = clock(day, opens)
	}
	switch {
	case !ends, known && closes == opens: // nobody says how long
	case known && closes < opens:
		session.End = clock(day+1, closes)
	case known && opens == 0 && closes == endOfDay:
		session.End = clock(day+1, 0)
	default:
		session.End = clock(day, closes)
	}
	return session
}

// Ahead is how many days ahead [Timetable.From] looks: two years, in which everything
// that comes once a year has come.
const Ahead = 2*366 + 1

// From yields the sessions that begin on a day or later, in order, as far as two years
// ahead. It ends where everything is over.
func (t *Timetable) From(on sp.Date) iter.Seq[Session] {
	return func(yield func(Session) bool) {
		var day [4]Session
		if on.IsZero() || len(t.schedules) == 0 {
			return
		}
		weekday := on.Weekday()
		for d, end := on, on.Add(Ahead); d < end && d <= t.last && !d.IsZero(); d, weekday = d.Add(1), (weekday+1)%7 {
			if !t.mayBegin(d, weekday) {
				continue
			}
			for _, s := range t.sessions(d, day[:0]) {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// Open reports whether the offer is open at a moment: Yes within the hours of a session
// that surely happens, No outside all, and Unknown where it cannot be told, such as on a
// day whose hours are not stated.
func (t *Timetable) Open(at time.Time) sp.Truth {
	if at.IsZero() || len(t.schedules) == 0 {
		return sp.Unknown
	}
	answer := sp.No
	for zone, days := range t.days(at) {
		for _, on := range days {
			answer = answer.Or(t.openOn(on, zone, at))
		}
	}
	return answer
}

// days are today and yesterday, which may have gone on past midnight, in each zone.
func (t *Timetable) days(at time.Time) map[*time.Location][2]sp.Date {
	days := map[*time.Location][2]sp.Date{}
	for i := range t.schedules {
		today := sp.DateOf(at.In(t.schedules[i].zone))
		days[t.schedules[i].zone] = [2]sp.Date{today, today.Add(-1)}
	}
	return days
}

// openOn answers for the schedules in a zone, by what begins on a day.
func (t *Timetable) openOn(on sp.Date, zone *time.Location, at time.Time) sp.Truth {
	today := sp.DateOf(at.In(zone)) == on
	span, holiday, possible := t.holds(on)
	if possible == sp.No {
		return sp.No
	}
	if possible == sp.Unknown {
		return unknownIf(today)
	}
	answer := sp.No
	for i := range t.schedules {
		s := &t.schedules[i]
		if s.zone != zone || !s.applies(on, span) {
			continue
		}
		occurs := s.Occurs(on)
		if holiday != "" && occurs == sp.Yes {
			occurs = sp.Unknown
		}
		answer = answer.Or(occurs.And(s.session(on).includes(at, today)))
	}
	return answer
}

func unknownIf(today bool) sp.Truth {
	if today {
		return sp.Unknown
	}
	return sp.No
}

// includes reports whether a moment lies within the hours. Hours that are not stated
// may be any of that day.
func (s Session) includes(at time.Time, today bool) sp.Truth {
	switch {
	case !s.Start.IsZero() && at.Before(s.Start), !s.End.IsZero() && !at.Before(s.End):
		return sp.No
	case s.Start.IsZero() || s.End.IsZero():
		return unknownIf(today)
	}
	return sp.Yes
}
