package importer

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// point takes coordinates in degrees.
func (o *Object) point() geo.Point {
	for _, nested := range []string{"coordinates", "geo", "geo_point", "geo_code", "position", "geometry", "point"} {
		if j := o.find(nested); j > 0 && o.t.nodes[j+1].kind == object && o.t.says(j+1) && !o.has("latitude", "longitude") {
			p := o.object(nested)
			if at, ok := p.geoJSON(); ok {
				return at
			}
			return p.point()
		}
	}
	return o.latLon()
}

// latLon takes the two degrees of a point from fields of their own.
func (o *Object) latLon() geo.Point {
	const latField, lonField = "latitude", "longitude"
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
	case lat == 0 && o.im.options.Zone == "Europe/London":
		return faulty(latField, "no-coordinates", "is 0, which stands for a missing one")
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

// geoJSON takes a point as RFC 7946 has it, with the longitude first.
func (o *Object) geoJSON() (geo.Point, bool) {
	if !strings.EqualFold(o.peek("type"), "Point") {
		return geo.Point{}, false
	}
	items, ok := o.items("coordinates")
	if !ok || len(items) < 2 {
		return geo.Point{}, false
	}
	lon, err1 := strconv.ParseFloat(items[0], 64)
	lat, err2 := strconv.ParseFloat(items[1], 64)
	p, err3 := geo.NewPoint(lat, lon)
	if err1 != nil || err2 != nil || err3 != nil || p.IsZero() || o.im.swapped(lat, lon) {
		o.keep("coordinates")
		o.record.badPoint = true
		o.report(sp.Warning, "coordinates", "no-coordinates", "are no longitude and latitude; the place is unknown")
		return geo.Point{}, true
	}
	o.drop("type")
	return p, true
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
	if decimalComma.MatchString(s) {
		o.keep(field)
		o.report(sp.Note, field, "decimal-comma", "was read as a number with a comma before its decimals")
		return strings.Replace(s, ",", ".", 1), true
	}
	return s, true
}

// decimalComma are degrees as they are written in most of Europe. No other reading of
// them is a place.
var decimalComma = regexp.MustCompile(`^-?\d{1,3},\d+$`)

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

var (
	priced    = regexp.MustCompile(`^([£$€]|GBP|EUR) ?(\d{1,9}(?:[.,]\d{1,2})?)$`)
	pricedPer = regexp.MustCompile(`^([£€] ?\d{1,9}(?:[.,]\d{1,2})?) ?((?:per|a|an|each|/) ?(?:[a-z]+(?: [a-z]+)?)?)$`)
	inPence   = regexp.MustCompile(`^(\d{1,2})p$`)
	inComma   = regexp.MustCompile(`^\d{1,9},\d{2}$`) // no thousand has two digits
)

// amount takes an amount of money in major units. Unreadable is whether one is
// stated that is none.
func (o *Object) amount(field string, c sp.Currency) (money sp.Known[sp.Money], unreadable bool) {
	v := o.find(field)
	if v == 0 {
		return money, false
	}
	var d *decimal.Decimal
	raw := strings.TrimSpace(o.peek(field))
	if m := pricedPer.FindStringSubmatch(raw); m != nil {
		raw = m[1]
	}
	if m := priced.FindStringSubmatch(raw); m != nil {
		o.report(sp.Note, field, "text-for-number", "was read as an amount with its currency")
		d = numberOf(strings.Replace(m[2], ",", ".", 1))
		c = map[string]sp.Currency{"£": sp.GBP, "GBP": sp.GBP, "$": c, "€": sp.EUR, "EUR": sp.EUR}[m[1]]
		if c == "" {
			c = sp.USD
		}
	} else if d = amountInWords(raw, cmp.Or(c, o.im.options.Currency)); d != nil {
		o.report(sp.Note, field, "text-for-number", "was read as an amount")
	} else {
		stated := o.has(field)
		if d = o.decimal(field); d == nil {
			return money, stated && !isNullWord(o.peek(field))
		}
	}
	if c == "" {
		c = o.im.options.Currency
	}
	m, err := c.Of(*d, sp.Exact)
	if err != nil || m.Sign() < 0 {
		o.keep(field)
		o.report(sp.Warning, field, "bad-amount", "is not an amount of money")
		return money, true
	}
	return sp.Know(m), false
}

// amountInWords reads an amount with a decimal comma, in pence, or that says that there
// is nothing to pay, and returns nil for what is none of these.
func amountInWords(s string, c sp.Currency) *decimal.Decimal {
	if m := inPence.FindStringSubmatch(s); m != nil && c == sp.GBP {
		return numberOf("0." + strings.Repeat("0", 2-len(m[1])) + m[1])
	}
	if inComma.MatchString(s) {
		return numberOf(strings.Replace(s, ",", ".", 1))
	}
	if !strings.ContainsAny(s, "0123456789") && !isNullWord(s) && chargeOf(s) == directory.Free {
		return &decimal.Decimal{}
	}
	return nil
}
