package sp

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/socialprescribing/sp/internal/column"
)

// A Date is a civil date: a day in a calendar, in no time zone. It counts days
// in the proleptic Gregorian calendar, so dates compare with <, serve as map
// keys, and subtract with [Date.Sub]. Years run from 1 to 9999, as in ISO 8601.
//
// The zero Date is unknown, and so is whatever follows from an unknown date or leaves
// those years. The day 0001-01-01 itself cannot be told from an unknown date; feeds
// that do not know a date write it.
type Date int32

const (
	daysBeforeEpoch = 719162  // from 0001-01-01 to 1970-01-01
	lastDate        = 3652058 // 9999-12-31

	dateRule = "must be a day of the calendar, written as 2026-11-23"
)

// NewDate returns the Date of year, month and day. A month or day outside its
// range is normalised as in [time.Date]: 31 April is 1 May.
func NewDate(year int, month time.Month, day int) Date {
	for _, n := range [...]int{year, int(month), day} {
		if n < -1<<30 || n > 1<<30 { // time.Date would wrap around
			return 0
		}
	}
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the Date of t in the location of t. It is unknown for the zero time.
func DateOf(t time.Time) Date {
	_, offset := t.Zone()
	days, rest := t.Unix()/86400, t.Unix()%86400+int64(offset) // apart, lest the sum overflow
	days += rest / 86400
	if rest%86400 < 0 {
		days--
	}
	return dateOf(days + daysBeforeEpoch)
}

// dateOf returns the Date that is days after 0001-01-01, or unknown.
func dateOf(days int64) Date {
	if days < 1 || days > lastDate {
		return 0
	}
	return Date(days)
}

// ParseDate reads a date written as 2026-11-23.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || DateOf(t).IsZero() {
		return 0, invalidValue("date", Malformed, dateRule)
	}
	return DateOf(t), nil
}

// IsZero reports whether d is unknown.
func (d Date) IsZero() bool { return d == 0 }

// In returns the first moment of the day d in loc, which is not midnight where
// the clocks go forward at midnight. It is the zero time if d is unknown.
func (d Date) In(loc *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	year, month, day := d.Civil()
	t := time.Date(year, month, day, 0, 0, 0, 0, loc)
	start, end := t.ZoneBounds()
	if DateOf(t) < d { // there is no midnight, and t lies before the gap
		return end
	}
	if before := start.Add(-1); !start.IsZero() && DateOf(before) == d { // the second of two midnights
		_, offset := before.Zone()
		_, now := t.Zone()
		return t.Add(time.Duration(now-offset) * time.Second)
	}
	return t
}

func (d Date) utc() time.Time { return time.Unix((int64(d)-daysBeforeEpoch)*86400, 0).UTC() }

// Civil returns the year, month and day of d, a known date.
func (d Date) Civil() (year int, month time.Month, day int) { return d.utc().Date() }

// Weekday returns the day of the week of d, a known date.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Add returns the date n days after d.
func (d Date) Add(n int) Date {
	if d.IsZero() || n > lastDate || n < -lastDate {
		return 0
	}
	return dateOf(int64(d) + int64(n))
}

// Sub returns the number of days from e to d. Both must be known.
func (d Date) Sub(e Date) int { return int(d) - int(e) }

// AddMonths returns the same day n months later, or the last day of that month
// where it is shorter: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() || n > 12*9999 || n < -12*9999 {
		return 0
	}
	year, month, day := d.Civil()
	last := time.Date(year, month+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return NewDate(last.Year(), last.Month(), min(day, last.Day()))
}

// Months returns the n months that begin with the one in which d lies; n is 1 or more. It is
// a period without limits if d is unknown.
func (d Date) Months(n int) Period {
	if d.IsZero() {
		return Period{}
	}
	year, month, _ := d.Civil()
	start := NewDate(year, month, 1)
	return Period{Start: start, End: start.AddMonths(n)}
}

// YearsUntil returns the number of completed years from d to e, the age on e of
// a person born on d, and whether both are known. Somebody born on 29 February
// completes a year on 1 March where there is no 29 February. The number is
// negative before birth.
func (d Date) YearsUntil(e Date) (int, bool) {
	if d.IsZero() || e.IsZero() {
		return 0, false
	}
	y0, m0, d0 := d.Civil()
	y1, m1, d1 := e.Civil()
	years := y1 - y0
	if m1 < m0 || m1 == m0 && d1 < d0 {
		years--
	}
	return years, true
}

// FinancialYear returns the calendar year in which the financial year around d
// started, where financial years start with a month: April for public bodies in
// the United Kingdom. It is 0 for an unknown date.
func (d Date) FinancialYear(start time.Month) int {
	if d.IsZero() {
		return 0
	}
	year, month, _ := d.Civil()
	if month < start {
		year--
	}
	return year
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
	if d < 0 || d > lastDate {
		return nil, invalidValue("date", OutOfRange, "must lie in the years from 1 to 9999")
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

// Value implements [driver.Valuer]: the text 2026-11-23, which columns of type text and
// date take, and NULL for an unknown date.
func (d Date) Value() (driver.Value, error) { return column.Value(d, d.IsZero()) }

// Scan implements sql.Scanner. It reads text, and a time as its day in its own zone,
// which drivers make of columns of type date. NULL is an unknown date.
func (d *Date) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		*d = DateOf(t)
		return nil
	}
	return scanText("date", src, d)
}
