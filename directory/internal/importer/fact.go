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

// plain returns text without markup, and reports that there was some.
func (im *importer) plain(record, field, text string) string {
	s, changed := plainText(text)
	if changed {
		im.report(sp.Note, record, field, "markup", "HTML was reduced to its text; the original is kept beside it")
	}
	return s
}

// point reads coordinates in degrees.
func (im *importer) point(record, lat, lon string) geo.Point {
	if lat == "" && lon == "" {
		im.report(sp.Note, record, "latitude", "no-coordinates", "the place can be found by its address only")
		return geo.Point{}
	}
	y, errY := strconv.ParseFloat(lat, 64)
	x, errX := strconv.ParseFloat(lon, 64)
	switch {
	case errY != nil:
		im.report(sp.Warning, record, "latitude", "bad-latitude", "is not a number")
	case errX != nil:
		im.report(sp.Warning, record, "longitude", "bad-longitude", "is not a number")
	case !(y >= -90 && y <= 90):
		im.report(sp.Warning, record, "latitude", "bad-latitude", "lies outside -90 to 90")
	case !(x >= -180 && x <= 180):
		im.report(sp.Warning, record, "longitude", "bad-longitude", "lies outside -180 to 180")
	case x == 0 && y == 0:
		im.report(sp.Warning, record, "latitude", "no-coordinates", "are (0, 0), which stands for missing ones")
	default:
		return geo.Point{Lat: y, Lon: x}
	}
	return geo.Point{}
}

func (im *importer) eligibility(record, field, text string) directory.Eligibility {
	e := directory.Eligibility{Text: text}
	if isPlaceholder(text) {
		im.report(sp.Note, record, field, "placeholder", "says nothing of its own")
		return e
	}
	ages, anybody := eligibilityOf(text)
	e.Ages = ages
	if anybody {
		e.Restricted = sp.No
	}
	return e
}

func (im *importer) cost(record, field, text string) directory.Cost {
	if isPlaceholder(text) {
		im.report(sp.Note, record, field, "placeholder", "says nothing of its own")
	}
	return directory.Cost{Charge: chargeOf(text), Text: im.plain(record, field, text)}
}

// date reads a day, also from a date with a time.
func (im *importer) date(record, field, text string) sp.Date {
	if text == "" {
		return 0
	}
	day := text
	if len(day) > len(time.DateOnly) && strings.ContainsRune("T ", rune(day[len(time.DateOnly)])) {
		day = day[:len(time.DateOnly)]
	}
	d, err := sp.ParseDate(day)
	if err != nil {
		im.report(sp.Warning, record, field, "bad-date", "is not a day, written as 2026-11-23")
	}
	return d
}

// moment reads a date with a time. One without an offset is read as UTC, which
// is wrong by hours at most.
func (im *importer) moment(record, field, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	im.report(sp.Warning, record, field, "bad-time", "is not a time, written as 2026-11-23T09:40:00Z")
	return time.Time{}
}

// zoned is a time of day with an offset from UTC.
var zoned = regexp.MustCompile(`^([0-9:]+) ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})$`)

// clock reads a time of day on the feed's own wall clock. Feeds write an offset
// where the standard asks for one and mean the clock on the wall all the same;
// read literally it would move every summer session by an hour.
func (im *importer) clock(record, field, text string) sp.Known[directory.Clock] {
	if text == "" {
		return sp.Known[directory.Clock]{}
	}
	wall := text
	if m := zoned.FindStringSubmatch(text); m != nil {
		wall = m[1]
		im.report(sp.Note, record, field, "clock-offset", "the offset from UTC is left out: sessions follow the clock on the wall")
	}
	c, err := directory.ParseClock(strings.TrimSpace(wall))
	if err != nil {
		im.report(sp.Warning, record, field, "bad-clock", "is not a time of day, written as 09:40")
		return sp.Known[directory.Clock]{}
	}
	if strings.IndexByte(wall, ':') == 1 {
		im.report(sp.Note, record, field, "short-clock", "has an hour of one digit")
	}
	return sp.Know(c)
}

// hours reports a session that ends before it begins.
func (im *importer) hours(record, field string, s directory.Schedule) {
	opens, ok1 := s.Opens.Value()
	closes, ok2 := s.Closes.Value()
	if ok1 && ok2 && closes <= opens {
		im.report(sp.Note, record, field, "closes-before-opens", "kept as written; it may end on the next day")
	}
}

// postcode reads a postcode into its written form, and keeps one that is none.
func (im *importer) postcode(record, field, text string) string {
	if text == "" {
		return ""
	}
	p, err := geo.ParsePostcode(text)
	switch {
	case err != nil:
		im.report(sp.Note, record, field, "odd-postcode", "is not a postcode of the United Kingdom; kept as written")
		return text
	case string(p) != text:
		im.report(sp.Note, record, field, "postcode-form", "was brought into its written form")
	}
	return string(p)
}

// money reads an amount in major units.
func (im *importer) money(record, field string, amount decimal.Decimal, c sp.Currency) sp.Known[sp.Money] {
	if c == "" {
		c = im.options.Currency
	}
	m, err := sp.MoneyOf(amount, c, sp.Exact)
	if err != nil || m.Sign() < 0 {
		im.report(sp.Warning, record, field, "bad-amount", "is not an amount of money")
		return sp.Known[sp.Money]{}
	}
	return sp.Know(m)
}
