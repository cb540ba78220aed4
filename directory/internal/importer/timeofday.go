package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

var (
	zoned    = regexp.MustCompile(`^([0-9:]+)(?:\.\d+)? ?([Zz]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$`)
	dated    = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$`)
	twelve   = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.?m\.?$`)
	precise  = regexp.MustCompile(`^t?(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?$`)
	military = regexp.MustCompile(`^([01]\d|2[0-3])([0-5]\d)$`)
	dotted   = regexp.MustCompile(`^(\d{1,2})\.(\d{2})$`)
	noDays   = map[string]bool{"0001-01-01": true, "1899-12-30": true, "1899-12-31": true, "1900-01-01": true, "1970-01-01": true, "2000-01-01": true}
)

// timeOfDay takes a field that should be a time of day on the feed's own wall clock.
// Feeds write an offset where the standard asks for one and mean the clock on the
// wall all the same; read literally it would move every summer session by an hour.
func (o *Object) timeOfDay(field string) sp.Known[directory.TimeOfDay] {
	s := o.textOf(field, coded)
	if s == "" {
		return sp.Known[directory.TimeOfDay]{}
	}
	if len(s) == len("09:40") || len(s) == len("09:40:00") {
		if c, err := directory.ParseTimeOfDay(s); err == nil { // as nearly all are
			return sp.Know(c)
		}
	}
	wall, code, detail := s, "", ""
	if m := zoned.FindStringSubmatch(s); m != nil && o.im.keeps(m[2]) {
		wall, code, detail = m[1], "time-of-day-offset", "the offset from UTC is left out: sessions follow the clock on the wall"
	} else if m := dated.FindStringSubmatch(s); m != nil {
		wall = ""
		if noDays[m[1]] || o.im.sameOnTheWall(m[1], m[3]) {
			wall, code, detail = m[2], "time-of-day-offset", "its date and its offset from UTC are left out: sessions follow the clock on the wall"
		}
	} else if w := inWords(s, field == "closes_at"); w != s {
		wall, code, detail = w, "time-of-day-form", "was read as a time of day, which has one form only: 09:40"
	}
	c, err := directory.ParseTimeOfDay(strings.TrimSpace(wall))
	if err != nil {
		o.keep(field)
		o.report(sp.Warning, field, "bad-time-of-day", "is not a time of day, written as 09:40")
		return sp.Known[directory.TimeOfDay]{}
	}
	switch {
	case isHalfDay(wall, s):
		o.keep(field)
		o.report(sp.Warning, field, "bad-time-of-day", "may be in the morning or in the afternoon: an hour of one digit, without a word which")
		return sp.Known[directory.TimeOfDay]{}
	case code != "":
		o.keep(field)
		o.report(sp.Note, field, code, detail)
	case strings.IndexByte(wall, ':') == 1:
		o.keep(field)
		o.report(sp.Note, field, "short-time-of-day", "has an hour of one digit")
	}
	return sp.Know(c)
}

// isHalfDay reports whether a time of day is of a clock of twelve hours, and does not say of
// which half of the day: who writes 2.30 means the afternoon, or not. From seven on to noon
// it is read as written.
func isHalfDay(wall, written string) bool {
	return len(wall) > 1 && wall[1] == ':' && wall[0] >= '1' && wall[0] <= '6' && !strings.ContainsAny(written, "apAP")
}

// fromTo is a time of day and another in one text.
var fromTo = regexp.MustCompile(`^(?i)((?:\d|noon|mid)[^\x{2013}-]*?) ?(?:-|\x{2013}| to ) ?((?:\d|noon|mid)[^\x{2013}-]*)$`)

// opening takes the times of day from and to which something is open, of which one field may
// hold both.
func (o *Object) opening() (opens, closes sp.Known[directory.TimeOfDay]) {
	const from, to = "opens_at", "closes_at"
	s := o.peek(from)
	if m := zoned.FindStringSubmatch(s); !o.has(to) && len(s) <= longestPhrase && (m == nil || !o.im.keeps(m[2])) {
		if m := fromTo.FindStringSubmatch(s); m != nil {
			a, err1 := directory.ParseTimeOfDay(inWords(m[1], false))
			b, err2 := directory.ParseTimeOfDay(inWords(m[2], true))
			if err1 == nil && err2 == nil && a < b && !isHalfDay(inWords(m[1], false), m[1]) && !isHalfDay(inWords(m[2], true), m[2]) {
				o.drop(from)
				o.keep(from)
				o.report(sp.Note, from, "time-of-day-form", "was read as two times of day, each of which has one form only: 09:40")
				return sp.Know(a), sp.Know(b)
			}
		}
	}
	return o.timeOfDay(from), o.timeOfDay(to)
}

// inWords writes a time of day with am or pm, or with a dot, as 09:40. Midnight is the
// end of a day for what closes then, and else its start.
func inWords(s string, closes bool) string {
	lower := strings.ToLower(s)
	switch lower {
	case "midnight", "12 midnight", "12:00 midnight":
		if closes {
			return "24:00"
		}
		return "00:00"
	case "noon", "midday", "12 noon", "12noon", "12 midday", "12:00 noon", "12.00 noon", "12:00 midday":
		return "12:00"
	}
	for _, hours := range [...]string{"hrs", "hours", "hr", "h"} { // 1830hrs, 18:30 hrs
		if bare, ok := strings.CutSuffix(lower, hours); ok && len(bare) >= len("1830") {
			lower = strings.TrimSpace(bare)
			break
		}
	}
	if m := dotted.FindStringSubmatch(lower); m != nil {
		return m[1] + ":" + m[2]
	}
	if m := precise.FindStringSubmatch(lower); m != nil { // as programs write it
		return m[1]
	}
	if m := military.FindStringSubmatch(lower); m != nil {
		return m[1] + ":" + m[2]
	}
	m := twelve.FindStringSubmatch(lower)
	if m == nil {
		return s
	}
	hour := figures(m[1])
	if hour < 1 || hour > 12 {
		return s
	}
	hour %= 12
	if m[3] == "p" {
		hour += 12
	}
	minute := m[2]
	if minute == "" {
		minute = "00"
	}
	return strconv.Itoa(hour/10) + strconv.Itoa(hour%10) + ":" + minute
}

// sameOnTheWall reports whether a time on a day with an offset from UTC is the
// same on the feed's wall clock, so that there is one way to read it.
func (im *Importer) sameOnTheWall(day, offset string) bool {
	if offset == "" {
		return true
	}
	zone := im.zone()
	d, err := sp.ParseDate(day)
	if err != nil || zone == nil {
		return false
	}
	stated := secondsOf(offset)
	noon := d.In(zone).Add(12 * time.Hour)
	_, there := noon.Zone()
	return there == stated
}

// secondsOf reads an offset from UTC.
func secondsOf(offset string) int {
	if offset[0] != '+' && offset[0] != '-' {
		return 0
	}
	n := figures(strings.ReplaceAll(offset[1:], ":", ""))
	if n = n/100*3600 + n%100*60; offset[0] == '-' {
		return -n
	}
	return n
}

// keeps reports whether an offset from UTC is one that the feed's clocks keep at some time
// of the year, or none. Another is none at all: 10:00-12:00 is from ten to twelve.
func (im *Importer) keeps(offset string) bool {
	stated, zone := secondsOf(offset), im.zone()
	if stated == 0 || zone == nil {
		return stated == 0
	}
	for _, month := range []time.Month{time.January, time.July} {
		if _, there := time.Date(2026, month, 1, 12, 0, 0, 0, zone).Zone(); there == stated {
			return true
		}
	}
	return false
}

// zone returns the feed's time zone, or nil if this machine does not know it.
func (im *Importer) zone() *time.Location {
	if im.tz == nil && !im.noTZ {
		zone, err := time.LoadLocation(im.options.Zone)
		im.tz, im.noTZ = zone, err != nil
	}
	return im.tz
}

// hours reports a session that ends before it begins.
func (o *Object) hours(field string, s directory.Schedule) {
	opens, ok1 := s.Opens.Lookup()
	closes, ok2 := s.Closes.Lookup()
	if ok1 && ok2 && closes <= opens {
		o.report(sp.Note, field, "closes-before-opens", "kept as written; it may end on the next day")
	}
}
