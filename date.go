package sp

import (
	"fmt"
	"time"
)

// A Date is a civil date: a day in a calendar, in no time zone. It counts days
// in the proleptic Gregorian calendar, so dates compare with <, serve as map
// keys, and subtract with [Date.Sub]. The zero Date is unknown. Years run from
// 1 to 9999, as in ISO 8601; the day 0001-01-01 itself cannot be told from an
// unknown date and is refused by [ParseDate], since feeds write it for one.
type Date int32

// daysBeforeEpoch is the number of days from 0001-01-01 to 1970-01-01.
const daysBeforeEpoch = 719162

// NewDate returns the Date of year, month and day. Values outside their ranges
// are normalised as in [time.Date]: 31 April is 1 May.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the Date of t in the location of t.
func DateOf(t time.Time) Date {
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset)
	days := seconds / 86400
	if seconds%86400 < 0 {
		days--
	}
	return Date(days + daysBeforeEpoch)
}

// ParseDate reads a date written as 2026-11-23.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || DateOf(t) <= 0 {
		return 0, invalidValue("date", "must be a day of the calendar, written as 2026-11-23")
	}
	return DateOf(t), nil
}

// IsZero reports whether d is unknown.
func (d Date) IsZero() bool { return d == 0 }

// In returns the start of the day d in loc.
func (d Date) In(loc *time.Location) time.Time {
	t := d.utc()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, loc)
}

func (d Date) utc() time.Time { return time.Unix((int64(d)-daysBeforeEpoch)*86400, 0).UTC() }

// Civil returns the year, month and day of d.
func (d Date) Civil() (year int, month time.Month, day int) { return d.utc().Date() }

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Add returns the date n days after d.
func (d Date) Add(n int) Date { return d + Date(n) }

// Sub returns the number of days from e to d.
func (d Date) Sub(e Date) int { return int(d) - int(e) }

// AddMonths returns the same day n months later, or the last day of that month
// where it is shorter: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.Civil()
	first := NewDate(year, month+time.Month(n), 1)
	y, m, _ := first.Civil()
	return first.Add(min(day, daysIn(y, m)) - 1)
}

func daysIn(year int, month time.Month) int {
	return NewDate(year, month+1, 1).Sub(NewDate(year, month, 1))
}

// YearsUntil returns the number of completed years from d to e: the age on e of
// a person born on d. Somebody born on 29 February completes a year on 1 March
// where there is no 29 February. It is negative before birth.
func (d Date) YearsUntil(e Date) int {
	y0, m0, d0 := d.Civil()
	y1, m1, d1 := e.Civil()
	years := y1 - y0
	if m1 < m0 || m1 == m0 && d1 < d0 {
		years--
	}
	return years
}

// String returns d as 2026-11-23, or "unknown".
func (d Date) String() string {
	if d.IsZero() {
		return "unknown"
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// MarshalText writes d as 2026-11-23, and an unknown date as nothing.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what [Date.MarshalText] writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
