package importer

import (
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// scheduleFields are the fields that hold lists of schedules, by standard.
var scheduleFields = []string{"schedules", "regular_schedules", "regular_schedule", "schedule"}

// schedules takes the schedules of a record. How people attend, which HSDS puts
// among them, goes to modes if that is not nil.
func (o *Object) schedules(modes *directory.Truths[directory.Mode]) []directory.Schedule {
	var schedules []directory.Schedule
	for _, field := range scheduleFields {
		if j := o.find(field); j > 0 && o.t.nodes[j+1].kind == text && field != "schedules" {
			continue // hours in words, which stay words
		}
		for _, p := range o.list(field) {
			if s := p.schedule(modes); says(s) {
				schedules = append(schedules, s)
			}
		}
	}
	for _, field := range []string{"holiday_schedules", "holiday_schedule"} {
		for _, p := range o.list(field) {
			schedules = p.holiday(schedules)
		}
	}
	return schedules
}

// says reports whether a schedule says anything.
func says(s directory.Schedule) bool {
	return s.ID != "" || s.Raw != "" || s.Text != "" || !s.Start.IsZero() || !s.Until.IsZero() || !s.Opens.IsZero() || !s.Closes.IsZero() ||
		!s.Rule.IsZero() || s.Valid != sp.Period{}
}

// schedule takes one schedule. If any part of what decides the days cannot be
// read, the rule is unknown: what might have ended is never a certain yes.
func (o *Object) schedule(modes *directory.Truths[directory.Mode]) directory.Schedule {
	s := directory.Schedule{ID: o.ownID(), Zone: o.im.options.Zone, Text: o.Text("description")}
	s.Opens, s.Closes = o.opening()
	o.hours("closes_at", s)
	begins, ends := o.bounds(&s)
	by := o.rule(&s)
	if by.stated && by.understood && !o.onlyKnownParts() {
		by.understood = false
	}
	unread := o.textOf("sp_unread", coded) != ""
	if !unread {
		o.onDays(&s, by, ends)
	}
	counted := o.sessions(&s, by)
	s.Unclear = o.yes("sp_unclear") == sp.Yes
	o.exceptions(&s)
	o.holidaysApart(&s)
	if read := o.except(&s); unread || !begins || !ends || !counted || !read {
		s.Rule = recurrence.Rule{}
	}
	if unread { // as it was in the feed, it stands among the extra fields that came along
		o.drop("dtstart", "until", "count", "valid_from", "valid_to", "freq", "interval", "byday", "bymonthday", "bysetpos", "bymonth", "byweekno", "byyearday", "byhour", "byminute", "wkst")
	}
	if attending := o.peek("attending_type"); modes != nil && modeOf(attending) != "" {
		*modes = set(o, *modes, modeOf(attending), sp.Yes)
		o.drop("attending_type")
	}
	return s
}

// bounds takes the first and the last day, and the window in which a schedule holds, and
// reports whether its beginning, and whether its ends, could be read.
func (o *Object) bounds(s *directory.Schedule) (begins, ends bool) {
	var badStart, badUntil, badWindow bool
	s.Start, badStart = o.dateIn("dtstart")
	s.Until, badUntil = o.until(s.Opens)
	s.Start, s.Until = max(s.Start, o.date("sp_dtstart")), max(s.Until, o.date("sp_until")) // hidden from readers that would take them for all there is
	s.Valid, badWindow = o.window()
	return !badStart, !badUntil && !badWindow
}

// onDays sets the rule by which a schedule happens. Ends tells whether its ends could be read.
func (o *Object) onDays(s *directory.Schedule, by ruling, ends bool) {
	switch {
	case by.stated && !by.understood:
	case by.stated:
		s.Rule = by.rule
	case !s.Start.IsZero() && ends && (s.Until.IsZero() || s.Until == s.Start):
		// A day without a rule is that one day.
		s.Rule, s.Until = recurrence.Rule{Every: recurrence.Daily, Interval: 1}, s.Start
	case !s.Until.IsZero():
		o.report(sp.Warning, "until", "bad-rule", "is an end, and nothing says on which days it happens until then")
	}
}

// sessions takes how many sessions a schedule has, and reports whether that could be
// read where it is stated.
func (o *Object) sessions(s *directory.Schedule, by ruling) bool {
	stated := o.has("count") && !isNullWord(o.peek("count"))
	n, readable := o.count("count").Lookup()
	if readable && !o.limit(s, n) {
		o.keep("count")
	}
	if by.sessions > 0 && !o.limit(s, by.sessions) {
		o.keep("rrule", "recurrence_rule")
	}
	return readable || !stated
}

// window takes the window in which a schedule holds. Feeds also call it start_date and
// end_date, which may mean its first and last session as well: beyond it nobody knows.
func (o *Object) window() (p sp.Period, unread bool) {
	fields := [...]string{"valid_from", "valid_to"}
	for i, other := range [...]string{"start_date", "end_date"} {
		if !o.has(fields[i]) && o.has(other) {
			fields[i] = other
			o.report(sp.Note, other, "field-form", "was read as an end of the time for which the schedule is known")
		}
	}
	return o.validity(fields[0], fields[1])
}

// except takes the days on which it does not happen, and reports whether all of
// them could be read.
func (o *Object) except(s *directory.Schedule) bool {
	days := o.textOf("sp_except", coded)
	if days == "" {
		return true
	}
	for day := range strings.SplitSeq(days, ",") {
		d, err := sp.ParseDate(day)
		if err != nil {
			o.keep("sp_except")
			o.report(sp.Warning, "sp_except", "bad-date", "holds a day that cannot be read; any day may be one on which it does not happen")
			return false
		}
		s.Except = append(s.Except, d)
	}
	return true
}

// exceptionFields are names under which feeds list days on which a schedule does not
// happen. The standard has none; RFC 5545 has EXDATE.
var exceptionFields = []string{"exdate", "exdates", "except", "except_dates", "exception_dates", "exceptions", "excluded_dates", "skip_dates", "closed_dates"}

// exceptions takes the days on which a schedule does not happen, as feeds write them.
// Where one of them cannot be read, any day may be it.
func (o *Object) exceptions(s *directory.Schedule) {
	for _, field := range exceptionFields {
		if !o.has(field) {
			continue
		}
		items, ok := o.items(field)
		if ok && len(items) == 0 {
			continue // a word for nothing
		}
		for _, item := range items {
			d, _, readable := o.im.dateOf(item)
			if ok = ok && readable && d >= firstDay; ok {
				s.Except = append(s.Except, d)
			}
		}
		if !ok {
			o.keep(field)
			o.report(sp.Warning, field, "bad-date", "holds a day that cannot be read; any day may be one on which it does not happen")
			s.Unclear = true
		}
	}
	slices.Sort(s.Except)
	s.Except = slices.Compact(s.Except)
}

// items takes a field that should be a list of texts, or a text that lists them, and
// reports whether it is one, and not endless.
func (o *Object) items(field string) ([]string, bool) {
	j := o.find(field)
	var items []string
	switch n := o.t.nodes[j+1]; n.kind {
	case list:
		if n.next-j > mostItems {
			return nil, false
		}
		for i := j + 2; i < n.next; i = o.t.nodes[i].next {
			if k := o.t.nodes[i].kind; k != text && k != number {
				return nil, false
			}
			items = append(items, strings.TrimSpace(o.t.text(i)))
		}
		o.drop(field)
	case text, number:
		s := o.textOf(field, coded)
		for item := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	default:
		return nil, false
	}
	return items, len(items) <= mostItems
}

// until takes the last day of a series. Written with a time in UTC, as RFC 5545
// does, it is the last day whose session begins by then on the wall clock.
func (o *Object) until(opens sp.Known[directory.TimeOfDay]) (d sp.Date, unreadable bool) {
	raw := o.peek("until")
	if isEndless(raw) {
		o.report(sp.Note, "until", "date-form", "was read as no end")
		return d, false
	}
	d, unreadable = o.dateIn("until")
	if unreadable {
		return d, true
	}
	return o.im.lastDay(d, raw, opens), false
}

// isEndless reports whether a text says that a series has no end.
func isEndless(text string) bool {
	switch setPhrase(text, longestTitle) {
	case "ongoing", "on-going", "never", "never ends", "no end", "no end date", "without end", "indefinite", "indefinitely", "open ended", "open-ended":
		return true
	}
	return false
}

// lastDay returns the last day of a series whose end is written as raw, of which the
// day is d.
func (im *Importer) lastDay(d sp.Date, raw string, opens sp.Known[directory.TimeOfDay]) sp.Date {
	if len(raw) <= len("2026-11-23") {
		return d
	}
	moment, err := time.Parse("20060102T150405Z", raw)
	if err != nil {
		moment, err = time.Parse(time.RFC3339Nano, raw)
	}
	zone := im.zone()
	if err != nil || zone == nil {
		return d
	}
	local := sp.DateOf(moment.In(zone))
	at, known := opens.Lookup()
	for day := max(d, local); day > min(d, local); day-- {
		if !known || day.In(zone).Add(time.Duration(at)*time.Minute).After(moment) {
			continue
		}
		return day
	}
	return min(d, local)
}

// maxSpan bounds how many days are looked through for the last of a number of
// sessions: two years, which is long for a course.
const maxSpan = 731

// limit turns a number of sessions into the day of the last, and reports
// whether it could. A rule that goes on for nobody knows how long is none.
func (o *Object) limit(s *directory.Schedule, sessions int) bool {
	if s.Rule.IsZero() {
		return false
	}
	unlimited := directory.Schedule{Rule: s.Rule, Start: s.Start, Until: s.Until}
	if !s.Start.IsZero() && sessions > 0 && sessions <= maxSpan {
		for day := s.Start; day < s.Start.Add(maxSpan); day++ {
			if unlimited.Occurs(day) != sp.Yes {
				continue
			}
			if sessions--; sessions == 0 {
				s.Until = day
				return true
			}
		}
	}
	o.report(sp.Warning, "count", "bad-count", "does not lead to a last session within two years")
	s.Rule = recurrence.Rule{}
	return false
}
