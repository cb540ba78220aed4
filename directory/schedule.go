package directory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// A Schedule says when a service happens. It holds the recurrence rule both as
// parsed and as written. Opens and Closes are local times in Zone, so 10:00 stays
// 10:00 when summer time begins.
type Schedule struct {
	ID      string              `json:"id,omitempty"`      // the feed's own, if it has one
	Rule    recurrence.Rule     `json:"rule,omitzero"`     // zero if there is none or it is not understood
	Raw     string              `json:"raw,omitempty"`     // the rule as written
	Start   sp.Date             `json:"start,omitzero"`    // first day of the series
	Until   sp.Date             `json:"until,omitzero"`    // last day of the series; unknown is no end
	Except  []sp.Date           `json:"except,omitempty"`  // days on which it does not happen
	Unclear bool                `json:"unclear,omitempty"` // days on which it does not happen are stated that could not be read: any day may be one
	Opens   sp.Known[TimeOfDay] `json:"opens,omitzero"`
	Closes  sp.Known[TimeOfDay] `json:"closes,omitzero"`
	Zone    string              `json:"zone,omitempty"` // IANA name, such as Europe/London

	// Valid is the period for which the feed says that this schedule holds. Outside
	// it nothing is known, though the series may well go on.
	Valid sp.Period `json:"valid,omitzero"`

	Text  string `json:"text,omitempty"` // what the feed says in words
	Extra Extra  `json:"extra,omitempty"`
}

// Occurs reports whether the service happens on a day. It is Unknown for an
// unknown day, for a day outside Valid, and where the rule is missing, was not
// understood, or does not decide it, such as every second Tuesday of a series
// whose first day is unknown. Where s is Unclear it is never Yes. It takes constant time and allocates nothing.
func (s Schedule) Occurs(on sp.Date) sp.Truth {
	switch {
	case on.IsZero() || !s.Valid.Contains(on) || s.Rule.IsZero():
		return sp.Unknown
	case on < s.Start || !s.Until.IsZero() && on > s.Until || slices.Contains(s.Except, on):
		return sp.No
	}
	return s.doubt(s.Rule.Occurs(s.Start, on))
}

// doubt returns an answer as far as it holds where days could not be read on which
// it does not happen.
func (s Schedule) doubt(answer sp.Truth) sp.Truth {
	if s.Unclear && answer == sp.Yes {
		return sp.Unknown
	}
	return answer
}

// Meets reports whether the service happens on at least one such weekday from a
// day on; if that day is unknown, at any time. If the series ends within a year,
// it looks at each of the days that are left; otherwise it decides by the rule
// alone, over thirty years from the start of the series.
func (s Schedule) Meets(day time.Weekday, from sp.Date) sp.Truth {
	first := max(from, s.Start)
	switch {
	case s.Rule.IsZero():
		return sp.Unknown
	case !s.Until.IsZero() && s.Until < first:
		return sp.No
	case !s.Valid.End.IsZero() && s.Valid.End <= from:
		return sp.Unknown
	}
	answer := s.doubt(s.Rule.Meets(s.Start, day))
	if answer == sp.No || s.Until.IsZero() || first.IsZero() || s.Until.Sub(first) > aYear {
		return answer
	}
	answer = sp.No
	next := (int(day) - int(first.Weekday()) + 7) % 7
	for on := first.Add(next); !on.IsZero() && on <= s.Until && answer != sp.Yes; on = on.Add(7) {
		answer = answer.Or(s.Occurs(on))
	}
	return answer
}

// aYear bounds how many days [Schedule.Meets] looks at.
const aYear = 366

// A TimeOfDay is what a clock on the wall shows, in minutes after midnight, from
// 00:00 to 24:00. It says nothing of the time zone; see [Schedule].
type TimeOfDay int

// maxTimeOfDay is 24:00, the end of a day.
const maxTimeOfDay = 24 * 60

// String returns t as 09:40.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// MarshalText writes what [TimeOfDay.String] returns.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what [ParseTimeOfDay] reads.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	v, err := ParseTimeOfDay(string(text))
	if err != nil {
		return err
	}
	*t = v
	return nil
}

// ParseTimeOfDay reads 9:40, 09:40 or 09:40:00, up to 24:00. Seconds are dropped.
// It refuses an offset from UTC, such as 09:40Z. The error is [sp.ErrInvalid].
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	hour, rest, _ := strings.Cut(s, ":")
	minute, second, precise := strings.Cut(rest, ":")
	if !precise {
		second = "00"
	}
	if len(hour) == 1 {
		hour = "0" + hour
	}
	var n [3]int
	for i, part := range []string{hour, minute, second} {
		v, err := strconv.ParseUint(part, 10, 8) // which takes no sign
		if err != nil || len(part) != 2 || i > 0 && v > 59 {
			return 0, errTimeOfDay()
		}
		n[i] = int(v)
	}
	c := TimeOfDay(n[0]*60 + n[1])
	if c > maxTimeOfDay || c == maxTimeOfDay && n[2] > 0 {
		return 0, errTimeOfDay()
	}
	return c, nil
}

func errTimeOfDay() error {
	return sp.Invalid("time of day", "", sp.Malformed, "must be hours and minutes, written as 09:40")
}
