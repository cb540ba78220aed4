package resource

import (
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A Precision is how much of a [Time] is known.
type Precision int8

// The precisions, from least to most. FHIR has none of hours or minutes.
const (
	ToYear Precision = iota + 1
	ToMonth
	ToDay
	ToSecond
)

// A Time is a date, dateTime or instant of FHIR, as it was written: "2026", "2026-11",
// "2026-11-28" or "2026-11-28T23:30:00-05:00". The zero Time is none.
type Time struct {
	text      string
	precision Precision
	at        time.Time
}

// ParseTime reads what FHIR R4 calls a dateTime, of which a date and an instant are kinds:
// a time has seconds and a zone, the zone is at most fourteen hours away, a leap second is
// legal and 24:00 is not.
func ParseTime(s string) (Time, error) {
	t := Time{text: s}
	at, layout := s, ""
	switch {
	case len(s) == 4:
		layout, t.precision = "2006", ToYear
	case len(s) == 7:
		layout, t.precision = "2006-01", ToMonth
	case len(s) == 10:
		layout, t.precision = "2006-01-02", ToDay
	case len(s) >= 20 && s[10] == 'T':
		layout, t.precision = time.RFC3339Nano, ToSecond
	}
	leap := t.precision == ToSecond && s[17:19] == "60"
	if leap {
		at = s[:17] + "59" + s[19:]
	}
	if i := strings.IndexByte(at, '.'); i == 19 { // digits beyond the ninth are not read
		end := i + 1
		for end < len(at) && '0' <= at[end] && at[end] <= '9' {
			end++
		}
		at = at[:min(end, i+10)] + at[end:]
	}
	moment, err := time.Parse(layout, at)
	if _, offset := moment.Zone(); err != nil || layout == "" || max(offset, -offset) > 14*60*60 || moment.Year() == 0 || strings.Contains(s, ",") {
		return Time{}, sp.Invalid("resource: parse time", "", sp.Malformed, "must be a year, a month, a day, or a time with seconds and a zone")
	}
	if leap {
		moment = moment.Add(time.Second)
	}
	t.at = moment
	return t, nil
}

// Time returns a date or time, and false if the value is none.
func (v Value) Time() (Time, bool) {
	t, err := ParseTime(v.Text())
	return t, err == nil
}

// IsZero reports whether there is no time.
func (t Time) IsZero() bool { return t.text == "" }

// String returns the time as it was written.
func (t Time) String() string { return t.text }

// Precision returns how much is known.
func (t Time) Precision() Precision { return t.precision }

// Moment returns the moment, and false if it is not known to the second, or not in the years
// 1 to 9999 of UTC, outside which it could not be written again.
func (t Time) Moment() (time.Time, bool) {
	year := t.at.UTC().Year()
	return t.at, t.precision == ToSecond && 1 <= year && year <= 9999
}

// Day returns the day, by the clock of the zone that is written, and false if only a month
// or a year is known.
func (t Time) Day() (sp.Date, bool) {
	if t.precision < ToDay {
		return 0, false
	}
	d, err := sp.ParseDate(t.text[:10])
	return d, err == nil
}
