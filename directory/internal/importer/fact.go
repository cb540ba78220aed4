package importer

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// point takes coordinates in degrees.
func (o *Object) point() geo.Point {
	for _, nested := range []string{"coordinates", "geo", "geo_point", "geo_code", "position"} {
		if j := o.find(nested); j > 0 && o.t.nodes[j+1].kind == object && o.t.says(j+1) && !o.has("latitude", "longitude") {
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
