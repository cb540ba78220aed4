// Package recurrence reads rules such as "every second Tuesday of the month", and says on which
// days they fall. It is the part of RFC 5545 (iCalendar, section 3.3.10) that directories of
// services were seen to use; what goes beyond it is refused rather than read as something else.
//
//	rule, err := recurrence.ParseRule("FREQ=MONTHLY;BYDAY=2TU,4TU")
//	rule.Occurs(first, day) // yes, no, or unknown where the first day of the series would tell
//
// A [directory.Schedule] holds a rule beside the first and the last day of its series, its hours and
// the days on which it does not happen.
package recurrence

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A Rule is the part of an RFC 5545 recurrence rule that directories use: every
// so many days, weeks, months or years, on days of the week or of the month. The zero
// Rule is none.
type Rule struct {
	Every     Frequency `json:"every"`
	Interval  int       `json:"interval"`            // 1 or more: every week, every second week ...
	Days      []Day     `json:"days,omitempty"`      // BYDAY
	MonthDays []int     `json:"monthDays,omitempty"` // BYMONTHDAY: 1 to 31, or -1 for the last day and so on

	Months []time.Month `json:"months,omitempty"` // BYMONTH: in these months only
}

// A Frequency is the unit that a [Rule] counts in.
type Frequency string

// The frequencies that are understood, as RFC 5545 writes them.
const (
	Daily   Frequency = "DAILY"
	Weekly  Frequency = "WEEKLY"
	Monthly Frequency = "MONTHLY"
	Yearly  Frequency = "YEARLY"
)

// A Day is a day of the week; with a number, the first (1) to fifth, or the last
// (-1) to fifth last, such day of a month.
type Day struct {
	Weekday time.Weekday `json:"weekday"`
	Nth     int          `json:"nth,omitempty"` // 0 is every one
}

// IsZero reports whether there is no rule.
func (r Rule) IsZero() bool { return r.Every == "" }

// ParseRule reads a rule such as "FREQ=MONTHLY;BYDAY=2TU,4TU". It fails with
// [sp.ErrInvalid] for what it does not understand, which includes parts that
// RFC 5545 forbids together and those that no directory was seen to use. COUNT
// and UNTIL are not part of a Rule.
func ParseRule(s string) (Rule, error) {
	r := Rule{Interval: 1}
	e := &sp.InvalidError{Subject: "recurrence rule"}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "RRULE:"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		e.Check(!seen[name], "", sp.Duplicate, "has a part twice")
		seen[name] = true
		setPart(&r, e, name, value)
	}
	e.Check(seen["FREQ"], "FREQ", sp.Missing, "is missing")
	checkParts(r, e)
	if err := e.Err(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

func setPart(r *Rule, e *sp.InvalidError, name, value string) {
	switch name {
	case "FREQ":
		r.Every = Frequency(value)
	case "INTERVAL":
		n, err := strconv.Atoi(value)
		e.Check(err == nil && n >= 1 && n <= maxInterval, "INTERVAL", sp.OutOfRange, "must be from 1 to 1000")
		r.Interval = n
	case "BYDAY":
		for day := range strings.SplitSeq(value, ",") {
			d, ok := parseDay(strings.TrimSpace(day))
			e.Check(ok, "BYDAY", sp.Malformed, "must be days such as MO or 2TU")
			r.Days = append(r.Days, d)
		}
	case "BYMONTHDAY":
		for day := range strings.SplitSeq(value, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(day))
			e.Check(err == nil && n != 0 && n >= -31 && n <= 31, "BYMONTHDAY", sp.OutOfRange, "must be from 1 to 31, or from -31 to -1")
			r.MonthDays = append(r.MonthDays, n)
		}
	case "BYMONTH":
		for month := range strings.SplitSeq(value, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(month))
			e.Check(err == nil && n >= 1 && n <= 12, "BYMONTH", sp.OutOfRange, "must be from 1 to 12")
			r.Months = append(r.Months, time.Month(n))
		}
	case "WKST":
		e.Check(value == "MO", "WKST", sp.NotListed, "must be MO, the start of the week that is counted from")
	default:
		e.Check(false, "", sp.Malformed, "has a part that is not understood")
	}
}

const maxInterval = 1000

// checkParts reports what does not go together.
func checkParts(r Rule, e *sp.InvalidError) {
	numbered := slices.ContainsFunc(r.Days, func(d Day) bool { return d.Nth != 0 })
	switch r.Every {
	case Daily, Weekly:
		e.Check(!numbered, "BYDAY", sp.Inconsistent, "may have numbers only in a monthly rule")
		e.Check(len(r.MonthDays) == 0, "BYMONTHDAY", sp.Unsupported, "is understood only in a monthly rule")
	case Monthly:
	case Yearly:
		e.Check(!numbered || len(r.Months) > 0, "BYDAY", sp.Unsupported, "may have numbers in a yearly rule only beside BYMONTH")
	default:
		e.Check(false, "FREQ", sp.NotListed, "must be DAILY, WEEKLY, MONTHLY or YEARLY")
	}
}

// weekdays are the two letters of RFC 5545, in the order of [time.Weekday].
const weekdays = "SUMOTUWETHFRSA"

func parseDay(s string) (Day, bool) {
	if len(s) < 2 {
		return Day{}, false
	}
	i := strings.Index(weekdays, s[len(s)-2:])
	if i < 0 || i%2 != 0 {
		return Day{}, false
	}
	d := Day{Weekday: time.Weekday(i / 2)}
	if number := s[:len(s)-2]; number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n == 0 || n < -5 || n > 5 {
			return Day{}, false
		}
		d.Nth = n
	}
	return d, true
}

// String returns r as RFC 5545 writes it.
func (r Rule) String() string {
	if r.IsZero() {
		return ""
	}
	var b strings.Builder
	b.WriteString("FREQ=" + string(r.Every))
	if r.Interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.Interval))
	}
	for i, d := range r.Days {
		b.WriteString([...]string{";BYDAY=", ","}[min(i, 1)] + d.String())
	}
	for i, n := range r.MonthDays {
		b.WriteString([...]string{";BYMONTHDAY=", ","}[min(i, 1)] + strconv.Itoa(n))
	}
	for i, m := range r.Months {
		b.WriteString([...]string{";BYMONTH=", ","}[min(i, 1)] + strconv.Itoa(int(m)))
	}
	return b.String()
}

// String returns d as RFC 5545 writes it: "TU", "2TU", "-1FR". A value that
// is no weekday, which [ParseRule] refuses, is "??".
func (d Day) String() string {
	name := "??"
	if d.Weekday >= time.Sunday && d.Weekday <= time.Saturday {
		name = weekdays[2*d.Weekday:][:2]
	}
	if d.Nth == 0 {
		return name
	}
	return strconv.Itoa(d.Nth) + name
}

// Occurs reports whether the rule, counted from the first day of a series, gives a day that
// is not before it. Where the first day is unknown (0) and needed, such as for every second
// week, so is the answer. It takes constant time and allocates nothing.
func (r Rule) Occurs(start, on sp.Date) sp.Truth {
	day := r.picks(start, on)
	if day == sp.No || r.Interval <= 1 {
		return day
	}
	if start.IsZero() {
		return sp.Unknown
	}
	return day.And(sp.TruthOf(r.distance(start, on)%r.Interval == 0))
}

// distance counts the periods of the rule from the one of start to the one of on.
func (r Rule) distance(start, on sp.Date) int {
	switch r.Every {
	case Weekly:
		return monday(on).Sub(monday(start)) / 7
	case Monthly:
		y0, m0, _ := start.Civil()
		y1, m1, _ := on.Civil()
		return (y1-y0)*12 + int(m1-m0)
	case Yearly:
		y0, _, _ := start.Civil()
		y1, _, _ := on.Civil()
		return y1 - y0
	default:
		return on.Sub(start)
	}
}

func monday(d sp.Date) sp.Date { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// picks reports whether the day is one of those that the rule takes within a period.
func (r Rule) picks(start, on sp.Date) sp.Truth {
	if len(r.Months) > 0 {
		if _, month, _ := on.Civil(); !slices.Contains(r.Months, month) {
			return sp.No
		}
	}
	if len(r.Days) == 0 && len(r.MonthDays) == 0 {
		return r.picksLikeStart(start, on)
	}
	ok := true
	if len(r.MonthDays) > 0 {
		year, month, day := on.Civil()
		last := lastDay(year, month)
		ok = slices.Contains(r.MonthDays, day) || slices.Contains(r.MonthDays, day-last-1)
	}
	if ok && len(r.Days) > 0 {
		ok = slices.ContainsFunc(r.Days, func(d Day) bool { return d.picks(on) })
	}
	return sp.TruthOf(ok)
}

// picksLikeStart is for a rule that names no days: they follow from the start.
func (r Rule) picksLikeStart(start, on sp.Date) sp.Truth {
	switch {
	case r.Every == Daily:
		return sp.Yes
	case start.IsZero():
		return sp.Unknown
	case r.Every == Weekly:
		return sp.TruthOf(start.Weekday() == on.Weekday())
	}
	_, m0, d0 := start.Civil()
	_, m1, d1 := on.Civil()
	return sp.TruthOf(d0 == d1 && (r.Every != Yearly || len(r.Months) > 0 || m0 == m1))
}

func (d Day) picks(on sp.Date) bool {
	if on.Weekday() != d.Weekday {
		return false
	}
	year, month, day := on.Civil()
	switch {
	case d.Nth > 0:
		return (day-1)/7+1 == d.Nth
	case d.Nth < 0:
		return (lastDay(year, month)-day)/7+1 == -d.Nth
	}
	return true
}

func lastDay(year int, month time.Month) int {
	_, _, day := sp.NewDate(year, month+1, 0).Civil()
	return day
}

// Meets reports whether the rule gives some such weekday within thirty years of the first day
// of a series, after which the weekdays of nearly every date have come round. Where that day is
// unknown (0) and needed, so is the answer.
func (r Rule) Meets(start sp.Date, day time.Weekday) sp.Truth {
	named := len(r.Days) == 0 || slices.ContainsFunc(r.Days, func(d Day) bool { return d.Weekday == day })
	switch {
	case !named:
		return sp.No
	case r.Every == Yearly || len(r.Months) > 0:
		return r.meetsYearly(start, day)
	case r.Every == Monthly:
		return r.meetsMonthly(start, day)
	case r.Every == Weekly && len(r.Days) > 0, r.Every == Daily && r.Interval%7 != 0:
		return sp.Yes
	case start.IsZero():
		return sp.Unknown
	}
	return sp.TruthOf(start.Weekday() == day) // which the rule keeps
}

// meetsMonthly is meets for a monthly rule. Nearly all name the first to fourth such
// day of a month, which every month has; of any other the months are gone through.
func (r Rule) meetsMonthly(start sp.Date, day time.Weekday) sp.Truth {
	everyMonth := func(d Day) bool { return d.Weekday == day && d.Nth > -5 && d.Nth < 5 }
	switch {
	case len(r.MonthDays) == 0 && slices.ContainsFunc(r.Days, everyMonth):
		return sp.Yes
	case !start.IsZero():
		return sp.TruthOf(r.metFrom(start, day))
	case len(r.Days) == 0 && len(r.MonthDays) == 0:
		return sp.Yes // on whatever day it began
	}
	every := r
	every.Interval = 1
	if !every.metFrom(sp.NewDate(2000, time.January, 1), day) {
		return sp.No
	}
	for month := range max(r.Interval, 1) { // in which it may have begun
		if !r.metFrom(sp.NewDate(2000, time.January+time.Month(month), 1), day) {
			return sp.Unknown
		}
	}
	return sp.Yes
}

// meetsYearly is meets for a rule that leaves months out, of which there are few: it goes
// through the weeks.
func (r Rule) meetsYearly(start sp.Date, day time.Weekday) sp.Truth {
	from, answer := start, sp.No
	if from.IsZero() {
		from = sp.NewDate(2000, time.January, 1)
	}
	end := from.Add(horizon)
	for on := from.Add((int(day) - int(from.Weekday()) + 7) % 7); !on.IsZero() && (on <= end || end.IsZero()) && answer != sp.Yes; on = on.Add(7) {
		answer = answer.Or(r.Occurs(start, on))
	}
	return answer
}

// horizon is for how many days it counts when something happens: thirty years, after
// which the weekdays of nearly every date have come round.
const horizon = 30 * 366

// metFrom walks the months of the rule from start on.
func (r Rule) metFrom(start sp.Date, day time.Weekday) bool {
	until := start.Add(horizon)
	if until.IsZero() {
		until = sp.NewDate(9999, time.December, 31)
	}
	year, month, _ := start.Civil()
	first := sp.NewDate(year, month, 1)
	for n := 0; !first.IsZero() && first <= until; first = sp.NewDate(year, month+time.Month(n), 1) {
		last := first.Add(lastDay(year, month+time.Month(n)) - 1)
		for on := first.Add((int(day) - int(first.Weekday()) + 7) % 7); !on.IsZero() && on <= min(last, until); on = on.Add(7) {
			if on >= start && r.picks(start, on) == sp.Yes {
				return true
			}
		}
		n += max(r.Interval, 1)
	}
	return false
}
