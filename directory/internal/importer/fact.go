package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// point takes coordinates in degrees.
func (o *Object) point() geo.Point {
	for _, nested := range []string{"coordinates", "geo", "geo_point", "geo_code", "position"} {
		if j := o.find(nested); j > 0 && o.t.nodes[j+1].kind == object && !o.has("latitude", "longitude") {
			return o.object(nested).point()
		}
	}
	latField, lonField := "latitude", "longitude"
	if !o.has(latField, lonField) && o.has("lat") {
		latField, lonField = "lat", "lng"
		if !o.has(lonField) {
			lonField = "lon"
		}
	}
	faulty := func(field, code, detail string) geo.Point {
		o.keep(latField, lonField)
		o.record.badPoint = true
		o.report(sp.Warning, field, code, detail)
		return geo.Point{}
	}
	y, okY := o.degrees(latField)
	x, okX := o.degrees(lonField)
	switch {
	case y == "" && x == "":
		return geo.Point{}
	case y == "" && okY:
		return faulty(latField, "no-coordinates", "is missing, and longitude without it is no place")
	case x == "" && okX:
		return faulty(lonField, "no-coordinates", "is missing, and latitude without it is no place")
	}
	lat, errY := strconv.ParseFloat(y, 64)
	lon, errX := strconv.ParseFloat(x, 64)
	switch {
	case errY != nil:
		return faulty(latField, "bad-latitude", "is not a number")
	case errX != nil:
		return faulty(lonField, "bad-longitude", "is not a number")
	case lon == 0 && lat == 0:
		return faulty(latField, "no-coordinates", "are (0, 0), which stands for missing ones")
	case o.im.swapped(lat, lon):
		o.keep(latField, lonField)
		if o.im.options.Repairs.Swapped {
			o.report(sp.Note, latField, "swapped-coordinates", "latitude and longitude were the wrong way round")
			return geo.Point{Lat: lon, Lon: lat}
		}
		return faulty(latField, "swapped-coordinates", "would lie in the United Kingdom the other way round; the place is unknown")
	case !(lat >= -90 && lat <= 90):
		return faulty(latField, "bad-latitude", "lies outside -90 to 90")
	case !(lon >= -180 && lon <= 180):
		return faulty(lonField, "bad-longitude", "lies outside -180 to 180")
	}
	return geo.Point{Lat: lat, Lon: lon}
}

// degrees takes a coordinate as text; ok is whether it is not something else.
func (o *Object) degrees(field string) (s string, ok bool) {
	v := o.take(field)
	if v == 0 {
		return "", true
	}
	if k := o.t.nodes[v].kind; k != text && k != number {
		return "?", true
	}
	s = strings.TrimSpace(o.t.text(v))
	if isNullWord(s) {
		o.keep(field)
		o.report(sp.Note, field, "placeholder", "is a word for nothing; it is as if the field were not there")
		return "", true
	}
	if len(s) > maxNumber {
		return "?", true
	}
	return s, true
}

// swapped reports whether coordinates of a British feed lie off the coast of
// Africa, and in the United Kingdom the other way round.
func (im *Importer) swapped(lat, lon float64) bool {
	return im.options.Zone == "Europe/London" && lon >= 49 && lon <= 61.5 && lat >= -9 && lat <= 2.2
}

// months are the English names of months and their abbreviations.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}

var (
	basicDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$`)
	slashDate  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?$`)
	isoSlashed = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$`)
	dayMonth   = regexp.MustCompile(`^(?:[a-z]+day,? )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4})$`)
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
	civil := func(year, month, day string) (sp.Date, bool, bool) {
		y, m, n := figures(year), figures(month), figures(day)
		d := sp.NewDate(y, time.Month(m), n)
		yy, mm, dd := d.Civil()
		return d, true, y > 0 && m > 0 && yy == y && int(mm) == m && dd == n
	}
	if m := basicDate.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := isoSlashed.FindStringSubmatch(s); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := slashDate.FindStringSubmatch(s); m != nil {
		a, b := figures(m[1]), figures(m[2])
		if len(m[3]) == 2 { // in this century, if it is the year at all
			if im.options.Dates == directory.OneReading {
				return 0, false, false
			}
			m[3] = "20" + m[3]
		}
		switch {
		case im.options.Dates == directory.MonthFirst:
			d, _, ok := civil(m[3], m[1], m[2])
			return d, false, ok
		case im.options.Dates == directory.DayFirst:
			d, _, ok := civil(m[3], m[2], m[1])
			return d, false, ok
		case b > 12 && a <= 12:
			return civil(m[3], m[1], m[2])
		case a > 12 && b <= 12 || a == b:
			return civil(m[3], m[2], m[1])
		}
		return 0, false, false
	}
	lower := strings.ToLower(strings.Join(strings.Fields(s), " "))
	if m := dayMonth.FindStringSubmatch(lower); m != nil && months[m[2]] > 0 {
		return civil(m[3], strconv.Itoa(int(months[m[2]])), m[1])
	}
	if m := monthDay.FindStringSubmatch(lower); m != nil && months[m[1]] > 0 {
		return civil(m[3], strconv.Itoa(int(months[m[1]])), m[2])
	}
	return 0, false, false
}

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
	s := o.textOf(field, coded)
	if s == "" {
		return 0, false
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

var (
	zoned  = regexp.MustCompile(`^([0-9:]+) ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$`)
	dated  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$`)
	twelve = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.?m\.?$`)
	dotted = regexp.MustCompile(`^(\d{1,2})\.(\d{2})$`)
	noDays = map[string]bool{"0001-01-01": true, "1899-12-30": true, "1899-12-31": true, "1900-01-01": true, "1970-01-01": true, "2000-01-01": true}
)

// timeOfDay takes a field that should be a time of day on the feed's own wall clock.
// Feeds write an offset where the standard asks for one and mean the clock on the
// wall all the same; read literally it would move every summer session by an hour.
func (o *Object) timeOfDay(field string) sp.Known[directory.TimeOfDay] {
	s := o.textOf(field, coded)
	if s == "" {
		return sp.Known[directory.TimeOfDay]{}
	}
	if len(s) == len("09:40") {
		if c, err := directory.ParseTimeOfDay(s); err == nil { // as nearly all are
			return sp.Know(c)
		}
	}
	wall, code, detail := s, "", ""
	if m := zoned.FindStringSubmatch(s); m != nil {
		wall, code, detail = m[1], "time-of-day-offset", "the offset from UTC is left out: sessions follow the clock on the wall"
	} else if m := dated.FindStringSubmatch(s); m != nil {
		wall = ""
		if noDays[m[1]] || o.im.sameOnTheWall(m[1], m[3]) {
			wall, code, detail = m[2], "time-of-day-offset", "its date and its offset from UTC are left out: sessions follow the clock on the wall"
		}
	} else if w := inWords(s); w != s {
		wall, code, detail = w, "time-of-day-form", "was read as a time of day, which has one form only: 09:40"
	}
	c, err := directory.ParseTimeOfDay(strings.TrimSpace(wall))
	if err != nil {
		o.keep(field)
		o.report(sp.Warning, field, "bad-time-of-day", "is not a time of day, written as 09:40")
		return sp.Known[directory.TimeOfDay]{}
	}
	switch {
	case code != "":
		o.keep(field)
		o.report(sp.Note, field, code, detail)
	case strings.IndexByte(wall, ':') == 1:
		o.keep(field)
		o.report(sp.Note, field, "short-time-of-day", "has an hour of one digit")
	}
	return sp.Know(c)
}

// inWords writes a time of day with am or pm, or with a dot, as 09:40.
func inWords(s string) string {
	lower := strings.ToLower(s)
	switch lower {
	case "noon", "midday", "12 noon", "12noon":
		return "12:00"
	}
	if m := dotted.FindStringSubmatch(lower); m != nil {
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
	stated := 0
	if offset != "Z" {
		n := figures(strings.ReplaceAll(offset[1:], ":", ""))
		stated = n/100*3600 + n%100*60
		if offset[0] == '-' {
			stated = -stated
		}
	}
	noon := d.In(zone).Add(12 * time.Hour)
	_, there := noon.Zone()
	return there == stated
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

// postcode reads a postcode into its written form, and keeps one that is none.
func (o *Object) postcode(field, s string) string {
	if s == "" {
		return ""
	}
	p, err := geo.ParsePostcode(s)
	switch {
	case err != nil:
		o.report(sp.Note, field, "odd-postcode", "is not a postcode of the United Kingdom; kept as written")
		return s
	case string(p) != s:
		o.keep(field)
		o.report(sp.Note, field, "postcode-form", "was brought into its written form")
	}
	return string(p)
}

var priced = regexp.MustCompile(`^([£$€]) ?(\d{1,9}(?:\.\d{1,2})?)(p?)$`)

// amount takes an amount of money in major units. Unreadable is whether one is
// stated that is none.
func (o *Object) amount(field string, c sp.Currency) (money sp.Known[sp.Money], unreadable bool) {
	v := o.find(field)
	if v == 0 {
		return money, false
	}
	var d *decimal.Decimal
	if m := priced.FindStringSubmatch(strings.TrimSpace(o.peek(field))); m != nil && m[3] == "" {
		o.report(sp.Note, field, "text-for-number", "was read as an amount with its currency")
		d = numberOf(m[2])
		c = map[string]sp.Currency{"£": sp.GBP, "$": c, "€": sp.EUR}[m[1]]
		if c == "" {
			c = sp.USD
		}
	} else {
		stated := o.has(field)
		if d = o.decimal(field); d == nil {
			return money, stated && !isNullWord(o.peek(field))
		}
	}
	if c == "" {
		c = o.im.options.Currency
	}
	m, err := sp.MoneyOf(*d, c, sp.Exact)
	if err != nil || m.Sign() < 0 {
		o.keep(field)
		o.report(sp.Warning, field, "bad-amount", "is not an amount of money")
		return money, true
	}
	return sp.Know(m), false
}
