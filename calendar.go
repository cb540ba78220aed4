package sp

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Calendar says on which day something happens, and which days are working days:
// Monday to Friday without the holidays. Whatever counts days takes one, so that the
// work list of this morning and the indicator of last year count the same.
//
// The zero Calendar has the days of UTC and no holidays. A Calendar does not change, and
// may be used by several goroutines at once.
type Calendar struct {
	zone     *time.Location // nil is UTC
	holidays []Date         // in order, each once, without those at weekends
}

// NewCalendar returns the calendar of a time zone, of which nil is UTC, with its
// holidays in any order. Those of the nations of the United Kingdom are published at
// https://www.gov.uk/bank-holidays.
func NewCalendar(zone *time.Location, holidays ...Date) Calendar {
	days := slices.DeleteFunc(slices.Clone(holidays), func(d Date) bool { return d.IsZero() || weekend(d) })
	slices.Sort(days)
	c := Calendar{zone, slices.Compact(days)}
	if zone == time.UTC {
		c.zone = nil
	}
	if len(c.holidays) == 0 {
		c.holidays = nil
	}
	return c
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// Zone returns the time zone of c.
func (c Calendar) Zone() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone
}

// Holidays returns the holidays that do not fall on a Saturday or Sunday, in order.
func (c Calendar) Holidays() []Date { return slices.Clone(c.holidays) }

// IsZero reports whether c is the zero Calendar.
func (c Calendar) IsZero() bool { return c.zone == nil && len(c.holidays) == 0 }

// String returns the zone and the holidays, such as
// "Europe/London without 2026-12-25, 2026-12-28".
func (c Calendar) String() string {
	if len(c.holidays) == 0 {
		return c.Zone().String()
	}
	days := make([]string, len(c.holidays))
	for i, d := range c.holidays {
		days[i] = d.String()
	}
	return c.Zone().String() + " without " + strings.Join(days, ", ")
}

// Date returns the day of a moment in the zone of c.
func (c Calendar) Date(t time.Time) Date { return DateOf(t.In(c.Zone())) }

// Workday reports whether d, a known date, is a working day.
func (c Calendar) Workday(d Date) bool {
	_, holiday := slices.BinarySearch(c.holidays, d)
	return !d.IsZero() && !weekend(d) && !holiday
}

// AddWorkdays returns the nth working day after d, which is the last day of a time limit of n
// working days that begins on d. It is d itself if n is 0 or less, and unknown if d is unknown or
// the result would leave the years of a [Date]. It takes time in proportion to the logarithm of the
// number of holidays, and to how many of them it passes.
func (c Calendar) AddWorkdays(d Date, n int) Date {
	// Whole weeks first, then the holidays that fell in between, until none is left to make up for.
	for n > 0 && !d.IsZero() {
		if n > lastDate {
			return 0
		}
		from := d
		d = weekdaysAfter(d, n)
		n = c.holidaysIn(from, d)
	}
	return d
}

// Workdays returns the number of working days after from, up to and including to. It is
// negative if to comes before from, and 0 if either is unknown.
func (c Calendar) Workdays(from, to Date) int {
	switch {
	case from.IsZero() || to.IsZero():
		return 0
	case to < from:
		return -c.Workdays(to, from)
	}
	return weekdaysUntil(to) - weekdaysUntil(from) - c.holidaysIn(from, to)
}

// holidaysIn returns how many holidays lie after from and no later than to.
func (c Calendar) holidaysIn(from, to Date) int {
	lo, _ := slices.BinarySearch(c.holidays, from+1)
	hi, _ := slices.BinarySearch(c.holidays, to+1)
	return hi - lo
}

// weekdaysAfter returns the nth day after d that is no Saturday or Sunday.
func weekdaysAfter(d Date, n int) Date {
	for weekend(d) {
		d--
	}
	weekday := int(d.Weekday()) // from 1 for Monday to 5
	return d.Add(n + 2*((weekday-1+n)/5))
}

// weekdaysUntil returns how many days up to d are no Saturday or Sunday, counted from
// 0001-01-01, which was a Monday.
func weekdaysUntil(d Date) int {
	days := int(d) + 1
	return days/7*5 + min(days%7, 5)
}

// Equal reports whether c and o have the same days, and the same working days. Zones are
// the same if they have one name and, in every week from 1900 to 2100, one offset: a zone
// that a program made may have any name.
func (c Calendar) Equal(o Calendar) bool {
	return slices.Equal(c.holidays, o.holidays) && sameZone(c.Zone(), o.Zone())
}

func sameZone(a, b *time.Location) bool {
	if a == b {
		return true
	}
	if a.String() != b.String() {
		return false
	}
	last := time.Date(2101, time.January, 1, 0, 0, 0, 0, time.UTC)
	for t := time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC); t.Before(last); t = t.AddDate(0, 0, 7) {
		_, x := t.In(a).Zone()
		if _, y := t.In(b).Zone(); x != y {
			return false
		}
	}
	return true
}

// A calendarObject is a calendar as JSON has it.
type calendarObject struct {
	Zone     string `json:"zone,omitempty"`
	Holidays []Date `json:"holidays,omitempty"`
}

// MarshalJSON writes the name of the zone and the holidays. It fails for a zone that is
// not in the IANA database by its name, since nobody could read it back.
func (c Calendar) MarshalJSON() ([]byte, error) {
	if c.zone != nil {
		known, err := loadZone(c.zone.String())
		if err != nil || !sameZone(known, c.zone) {
			return nil, invalidValue("calendar", NotListed, zoneRule)
		}
		return json.Marshal(calendarObject{c.zone.String(), c.holidays})
	}
	return json.Marshal(calendarObject{Holidays: c.holidays})
}

// UnmarshalJSON reads what MarshalJSON writes. The zone is a name of the IANA database,
// such as "Europe/London", and UTC where there is none.
func (c *Calendar) UnmarshalJSON(data []byte) error {
	var v struct {
		Zone     *string           `json:"zone"`
		Holidays []json.RawMessage `json:"holidays"`
	}
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&v); err != nil {
		return invalidValue("calendar", WrongType, `must be an object with a zone, such as "Europe/London", and holidays, a list of days`)
	}
	e := InvalidError{Subject: "calendar"}
	zone := time.UTC
	if v.Zone != nil {
		known, err := loadZone(*v.Zone)
		e.Check(err == nil, "zone", NotListed, zoneRule)
		zone = known
	}
	days := make([]Date, len(v.Holidays))
	for i, text := range v.Holidays {
		err := json.Unmarshal(text, &days[i])
		e.Check(err == nil && !days[i].IsZero(), fmt.Sprintf("holidays[%d]", i), Malformed, dateRule)
	}
	if err := e.Err(); err != nil {
		return err
	}
	*c = NewCalendar(zone, days...)
	return nil
}

const zoneRule = `must be a time zone of the IANA database, such as "Europe/London"`

// loadZone finds a zone that means the same on every machine.
func loadZone(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, ErrInvalid
	}
	return time.LoadLocation(name)
}

// GobEncode writes the JSON of c.
func (c Calendar) GobEncode() ([]byte, error) { return c.MarshalJSON() }

// GobDecode reads what GobEncode writes.
func (c *Calendar) GobDecode(data []byte) error { return c.UnmarshalJSON(data) }

// Value implements [driver.Valuer]: the JSON of c, and NULL for the zero Calendar.
func (c Calendar) Value() (driver.Value, error) { return jsonValue(c, c.IsZero()) }

// Scan implements sql.Scanner and reads the JSON of a calendar. NULL is the zero Calendar.
func (c *Calendar) Scan(src any) error { return scanJSON("calendar", src, c) }
