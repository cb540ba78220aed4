package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
)

// months are the English names of months and their abbreviations.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}

var (
	basicDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$`)
	slashDate  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?$`)
	isoSlashed = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$`)
	dayMonth   = regexp.MustCompile(`^(?:[a-z]+day,? )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4}|\d{2})$`)
	monthDay   = regexp.MustCompile(`^(?:[a-z]+day,? )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`)
)

// dateOf reads a day, in any form that has one meaning. By rule is whether it was
// in another form than that of ISO 8601.
func (im *Importer) dateOf(s string) (d sp.Date, byRule, ok bool) {
	if len(s) > 64 {
		return 0, false, false
	}
	day := s
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		day = s[:10]
	}
	if d, err := sp.ParseDate(day); err == nil {
		return d, false, true
	}
	if m := basicDate.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := isoSlashed.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := slashDate.FindStringSubmatch(s); m != nil {
		return im.inFigures(m[1], m[2], m[3])
	}
	lower := strings.ToLower(strings.Join(strings.FieldsFunc(s, isGap), " "))
	if m := dayMonth.FindStringSubmatch(lower); m != nil && months[m[2]] > 0 {
		if len(m[3]) == 2 && im.options.Dates == feed.OneReading {
			return 0, false, false
		}
		return civil(("20" + m[3])[len(m[3])-2:], strconv.Itoa(int(months[m[2]])), m[1])
	}
	if m := monthDay.FindStringSubmatch(lower); m != nil && months[m[1]] > 0 {
		return civil(m[3], strconv.Itoa(int(months[m[1]])), m[2])
	}
	return 0, false, false
}

// civil returns the day of a year, a month and a day in figures, if there is one.
func civil(year, month, day string) (d sp.Date, byRule, ok bool) {
	y, m, n := figures(year), figures(month), figures(day)
	d = sp.NewDate(y, time.Month(m), n)
	yy, mm, dd := d.Civil()
	return d, true, y > 0 && m > 0 && yy == y && int(mm) == m && dd == n
}

// inFigures reads a day of which the year comes last, and nothing but the options, or
// figures beyond twelve, says which of the others is the month.
func (im *Importer) inFigures(first, second, year string) (d sp.Date, byRule, ok bool) {
	a, b := figures(first), figures(second)
	if len(year) == 2 { // in this century, if it is the year at all
		if im.options.Dates == feed.OneReading {
			return 0, false, false
		}
		year = "20" + year
	}
	switch {
	case im.options.Dates == feed.MonthFirst:
		d, _, ok = civil(year, first, second)
		return d, false, ok
	case im.options.Dates == feed.DayFirst:
		d, _, ok = civil(year, second, first)
		return d, false, ok
	case b > 12 && a <= 12:
		return civil(year, first, second)
	case a > 12 && b <= 12 || a == b:
		return civil(year, second, first)
	}
	return 0, false, false
}

// isGap reports whether c stands between the parts of a day whose month is a word.
func isGap(c rune) bool { return c == '-' || c == '/' || unicode.IsSpace(c) }

// figures reads digits, of which a regular expression has made sure.
func figures(digits string) int {
	n := 0
	for _, c := range []byte(digits) {
		n = 10*n + int(c-'0')
	}
	return n
}

// date takes a field that should be a day.
func (o *Object) date(field string) sp.Date {
	d, _ := o.dateIn(field)
	return d
}

// firstDay is the first that is taken for a day on which something happens.
var firstDay = sp.NewDate(1900, time.January, 1)

// dateIn takes a field that should be a day, and reports whether it states one
// that cannot be read.
func (o *Object) dateIn(field string) (d sp.Date, unreadable bool) {
	stated := o.has(field)
	s := o.textOf(field, coded)
	if s == "" {
		return 0, stated && !o.isText(field)
	}
	d, byRule, ok := o.im.dateOf(s)
	switch {
	case !ok:
		o.keep(field)
		o.report(sp.Warning, field, "bad-date", "is no day that can be read in one way only, such as 2026-11-23")
		return 0, true
	case d < firstDay:
		o.keep(field)
		o.report(sp.Warning, field, "bad-date", "lies before 1900: programs write such a day where there is none, or no year")
		return 0, true
	case byRule:
		o.keep(field)
		o.report(sp.Note, field, "date-form", "was read as a day, which has one form only: 2026-11-23")
	}
	return d, false
}

// isText reports whether a field has nothing that a text cannot be.
func (o *Object) isText(field string) bool {
	j := o.find(field)
	return j == 0 || o.t.nodes[j+1].kind == text || o.t.nodes[j+1].kind == number
}

// moment takes a field that should be a date with a time. One without an offset
// is read as UTC, which is wrong by hours at most.
func (o *Object) moment(field string) time.Time {
	s := o.textOf(field, coded)
	if s == "" {
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	if d, _, ok := o.im.dateOf(s); ok {
		o.keep(field)
		o.report(sp.Note, field, "date-form", "was read as a day, which has one form only: 2026-11-23")
		return d.In(time.UTC)
	}
	o.keep(field)
	o.report(sp.Warning, field, "bad-time", "is not a time, written as 2026-11-23T09:40:00Z")
	return time.Time{}
}

// pastDay takes a field that should be a day before the fetching. Another would
// look fresh for as long as it lies ahead, and no clock is ever turned back.
func (o *Object) pastDay(field string) sp.Date {
	d := o.date(field)
	if o.past(field, d.In(time.UTC)) {
		return d
	}
	return 0
}

// pastMoment takes a field that should be a time before the fetching.
func (o *Object) pastMoment(field string) time.Time {
	t := o.moment(field)
	if o.past(field, t) {
		return t
	}
	return time.Time{}
}

// past reports whether t, read from a field, does not lie after the fetching,
// give or take the day by which time zones differ. If it does, it is kept.
func (o *Object) past(field string, t time.Time) bool {
	fetched := o.im.options.Fetched
	if fetched.IsZero() || !t.After(fetched.AddDate(0, 0, 1)) {
		return true
	}
	o.keep(field)
	o.report(sp.Warning, field, "future-date", "lies after the fetching")
	return false
}
