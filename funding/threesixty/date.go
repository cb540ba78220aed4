package threesixty

import (
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
)

// A side is the start or the end of a period.
type side bool

const (
	start side = false
	end   side = true
)

// parseDate reads a day, a month or a year, of which start takes the first day and end
// the last. Times of the day are cut off. It reports whether it was more than a day.
func parseDate(s string, of side) (d sp.Date, rough, ok bool) {
	day, _, _ := strings.Cut(strings.TrimSpace(s), "T")
	day, _, _ = strings.Cut(day, " ")
	switch len(day) {
	case len("2025-04-01"):
		d, ok := civil(day)
		return d, false, ok
	case len("2025-04"):
		d, err := sp.ParseDate(day + "-01")
		if of == end && err == nil {
			d = d.AddMonths(1).Add(-1)
		}
		return d, true, err == nil
	case len("2025"):
		d, err := sp.ParseDate(day + "-01-01")
		if of == end && err == nil {
			d = d.AddMonths(12).Add(-1)
		}
		return d, true, err == nil
	}
	return 0, false, false
}

// civil reads a day such as 2025-04-01, as [sp.ParseDate] does; there are four in each grant.
func civil(s string) (sp.Date, bool) {
	if s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	number := func(s string) (n int) {
		for _, r := range []byte(s) {
			if r < '0' || r > '9' {
				return -1
			}
			n = 10*n + int(r-'0')
		}
		return n
	}
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:])
	if year < 0 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	d := sp.NewDate(year, time.Month(month), day)
	_, _, of := d.Civil()
	return d, !d.IsZero() && of == day // 31 April is no day
}

// dates are the days of a grant as they stand in a file.
type dates struct{ start, end, months string }

func (d dates) empty() bool { return d == dates{} }

// period works out what dates mean, and reports what is odd about them; field names
// one of them in the words of the file.
func (d dates) period(report func(severity sp.Severity, field, code, detail string), field func(name string) string) sp.Period {
	var p sp.Period
	day := func(text, name string, of side) sp.Date {
		if text == "" {
			return 0
		}
		v, rough, ok := parseDate(text, of)
		switch {
		case !ok:
			report(sp.Warning, field(name), "bad-date", "is no date such as 2025-04-01, and is unknown")
		case rough:
			report(sp.Note, field(name), "rough-date", "is no day, and is taken for "+v.String())
		}
		return v
	}
	p.Start = day(d.start, "startDate", start)
	last := day(d.end, "endDate", end)
	if !last.IsZero() {
		p.End = last.Add(1)
	}
	if !p.Start.IsZero() && !p.End.IsZero() && p.End <= p.Start {
		report(sp.Warning, field("endDate"), "end-before-start", "is before the start, and is unknown")
		p.End = 0
	}
	months, ok := d.duration()
	switch {
	case d.months == "" || ok && months == 0:
		return p
	case !ok:
		report(sp.Warning, field("duration"), "bad-duration", "is no whole number of months from 1 to 1200, and is unknown")
		return p
	case p.Start.IsZero():
		return p
	}
	by := p.Start.AddMonths(months)
	switch off := p.End.Sub(by); {
	case p.End.IsZero():
		p.End = by
	case off == 0:
	case off == 1:
		report(sp.Note, field("endDate"), "end-exclusive", "is one day after "+strconv.Itoa(months)+" months, and is taken for the first day after them")
		p.End = by
	case off > -31 && off < 31:
		report(sp.Note, field("duration"), "rounded-duration", "is not exactly that of the dates, which hold")
	default:
		report(sp.Warning, field("duration"), "duration-contradicts-dates", "contradicts the end date, and holds: until "+by.Add(-1).String())
		p.End = by
	}
	return p
}

// duration reads a whole number of months, also as spreadsheets write it: "12.0".
func (d dates) duration() (months int, ok bool) {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(d.months), ".")
	n, err := strconv.Atoi(whole)
	return n, err == nil && n >= 0 && n <= 1200 && strings.Trim(fraction, "0") == ""
}
