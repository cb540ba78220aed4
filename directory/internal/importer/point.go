package importer

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// ofPoints are the fields in which a point stands as a whole.
var ofPoints = []string{"coordinates", "lat_lng", "grid_reference", "geo", "geo_point", "geo_code", "position", "geometry", "point", "location"}

// isPoint reports whether a field holds a point, in whatever form.
func (o *Object) isPoint(field string) bool {
	j := o.find(field)
	if j == 0 || !o.t.says(j+1) {
		return false
	}
	v := o.t.only(j + 1)
	switch o.t.nodes[v].kind {
	case object:
		of := Object{im: o.im, t: o.t, at: v}
		return of.has("latitude", "longitude", "coordinates") && !of.has("id", "name", "address_1", "addresses")
	case list:
		objects, others := o.t.count(v)
		return objects == 0 && others == len(axes) && o.t.nodes[v].next == v+3
	default:
		_, ok := o.im.pointOf(trimmed(o.t.text(v)), field == latFirst)
		return ok
	}
}

// only returns the object that is the only one of a list, or else v.
func (t *tree) only(v uint32) uint32 {
	if n := t.nodes[v]; n.kind == list && n.next > v+1 && t.nodes[v+1].kind == object && t.nodes[v+1].next == n.next {
		return v + 1
	}
	return v
}

// axes are those of a point.
var axes = [...]string{"latitude", "longitude"}

// latFirst is the field that says in which order it holds the two.
const latFirst = "lat_lng"

// point takes coordinates in degrees, or what stands for them.
func (o *Object) point() geo.Point {
	if o.has(axes[:]...) {
		return o.latLon()
	}
	for _, field := range ofPoints {
		if o.isPoint(field) {
			return o.pointIn(field)
		}
	}
	for _, field := range ofPoints[:3] { // which are nothing else
		if j := o.find(field); j > 0 && o.t.says(j+1) && o.t.nodes[j+1].kind != object {
			o.noPoint(field, "is no latitude and longitude that can be read in one way only; the place is unknown")
			break
		}
	}
	return geo.Point{}
}

// noPoint reports a field that states no point.
func (o *Object) noPoint(field, detail string) geo.Point {
	o.keep(field)
	o.record.badPoint = true
	o.report(sp.Warning, field, "no-coordinates", detail)
	return geo.Point{}
}

// pointIn takes a point from a field in which it stands as a whole.
func (o *Object) pointIn(field string) geo.Point {
	v := o.t.only(o.take(field))
	if k := o.t.nodes[v].kind; k == object {
		p := o.part(field, -1, v)
		if at, ok := p.geoJSON(); ok {
			return at
		}
		return p.point()
	} else if k == list {
		at, ok := o.im.ordered(o.t.text(v+1), o.t.text(v+2), false)
		if !ok {
			return o.noPoint(field, "are no latitude and longitude that can be told apart; the place is unknown")
		}
		o.saysPoint(field)
		return at
	}
	at, _ := o.im.pointOf(trimmed(o.t.text(v)), field == latFirst)
	o.saysPoint(field)
	return at
}

// saysPoint takes a field of which the point was read in another form.
func (o *Object) saysPoint(field string) {
	o.drop(field)
	o.keep(field)
	o.report(sp.Note, field, "coordinate-form", "was read as a point, which has one form only: a latitude and a longitude in degrees")
}

// geoJSON takes a point as RFC 7946 has it, with the longitude first.
func (o *Object) geoJSON() (geo.Point, bool) {
	if !strings.EqualFold(o.peek("type"), "Point") {
		return geo.Point{}, false
	}
	items, ok := o.items("coordinates")
	if !ok || len(items) < len(axes) {
		return geo.Point{}, false
	}
	at, ok := o.im.pointAtText(items[1], items[0])
	if !ok {
		return o.noPoint("coordinates", "are no longitude and latitude; the place is unknown"), true
	}
	o.drop("type")
	return at, true
}

var (
	// wellKnown is a point as databases write it, with the longitude first.
	wellKnown = regexp.MustCompile(`^(?i)(?:SRID=4326; ?)?POINT ?\( ?(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?) ?\)$`)
	// twoAngles parts what has no comma between the two.
	twoAngles = regexp.MustCompile(`^(?:([NSEW].*\S) +([NSEW].*)|(.*[NSEW]) *(.*[NSEW])|(-?[\d.]+) +(-?[\d.]+))$`)
)

// pointOf reads a point that is one text.
func (im *Importer) pointOf(s string, latFirst bool) (geo.Point, bool) {
	if len(s) > longestPoint {
		return geo.Point{}, false
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if m := wellKnown.FindStringSubmatch(s); m != nil {
		return im.pointAtText(m[2], m[1])
	}
	if lat, lon, ok := pointOfBytes(s); ok {
		return im.pointAt(lat, lon)
	}
	if at, ok := pointOfGrid(s); ok {
		return at, true
	}
	s = inOneForm.Replace(strings.ToUpper(s))
	if decimalComma.MatchString(s) { // half a point
		return geo.Point{}, false
	}
	between := ","
	if strings.Contains(s, ";") {
		between = ";"
	}
	if a, b, two := strings.Cut(s, between); two {
		return im.ordered(a, b, latFirst)
	}
	m := twoAngles.FindStringSubmatch(s)
	if m == nil {
		return geo.Point{}, false
	}
	return im.ordered(m[1]+m[3]+m[5], m[2]+m[4]+m[6], latFirst)
}

// longestPoint is how many bytes a text has that is a point.
const longestPoint = 64

// pointAt returns a point, unless it is none or lies the wrong way round.
func (im *Importer) pointAt(lat, lon float64) (geo.Point, bool) {
	p, err := geo.NewPoint(lat, lon)
	if err != nil || im.swapped(lat, lon) {
		return geo.Point{}, false
	}
	return p, true
}

// pointAtText returns a point of two numbers.
func (im *Importer) pointAtText(lat, lon string) (geo.Point, bool) {
	y, err1 := strconv.ParseFloat(lat, 64)
	x, err2 := strconv.ParseFloat(lon, 64)
	if err1 != nil || err2 != nil {
		return geo.Point{}, false
	}
	return im.pointAt(y, x)
}

// latLon takes the two degrees of a point from fields of their own.
func (o *Object) latLon() geo.Point {
	if at, ok := o.pairInOne(); ok {
		return at
	}
	latField, lonField := axes[0], axes[1]
	y, okY := o.degrees(latField)
	x, okX := o.degrees(lonField)
	switch {
	case y == "" && x == "":
		return geo.Point{}
	case y == "" && okY:
		return o.faulty(latField, "no-coordinates", "is missing, and longitude without it is no place")
	case x == "" && okX:
		return o.faulty(lonField, "no-coordinates", "is missing, and latitude without it is no place")
	}
	lat, errY := strconv.ParseFloat(y, 64)
	lon, errX := strconv.ParseFloat(x, 64)
	switch {
	case errY != nil:
		return o.faulty(latField, "bad-latitude", "is not a number")
	case errX != nil:
		return o.faulty(lonField, "bad-longitude", "is not a number")
	}
	return o.within(lat, lon)
}

// within returns a point of two degrees, if it lies anywhere.
func (o *Object) within(lat, lon float64) geo.Point {
	latField, lonField := axes[0], axes[1]
	switch {
	case lon == 0 && lat == 0:
		return o.faulty(latField, "no-coordinates", "are (0, 0), which stands for missing ones")
	case lat == 0 && o.im.options.Zone == "Europe/London":
		return o.faulty(latField, "no-coordinates", "is 0, which stands for a missing one")
	case o.im.swapped(lat, lon):
		if !o.im.options.Repairs.Swapped {
			return o.faulty(latField, "swapped-coordinates", "would lie in the United Kingdom the other way round; the place is unknown")
		}
		o.keep(latField, lonField)
		o.report(sp.Note, latField, "swapped-coordinates", "latitude and longitude were the wrong way round")
		return geo.Point{Lat: lon, Lon: lat}
	case !(lat >= -90 && lat <= 90):
		return o.faulty(latField, "bad-latitude", "lies outside -90 to 90")
	case !(lon >= -180 && lon <= 180):
		return o.faulty(lonField, "bad-longitude", "lies outside -180 to 180")
	}
	return geo.Point{Lat: lat, Lon: lon}
}

// faulty keeps two degrees that are no point, and reports which of them is at fault.
func (o *Object) faulty(field, code, detail string) geo.Point {
	o.keep(axes[:]...)
	o.record.badPoint = true
	o.report(sp.Warning, field, code, detail)
	return geo.Point{}
}

// degrees takes a coordinate as text; ok is whether it is not something else.
func (o *Object) degrees(field string) (s string, ok bool) {
	v := o.value(field)
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
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		if d, axis, ok := degreesIn(inOneForm.Replace(strings.ToUpper(s))); ok && (axis == "" || axis == field) {
			o.saysPoint(field)
			return strconv.FormatFloat(d, 'f', -1, 64), true
		}
	}
	return s, true
}

// pairInOne takes a point that stands as a whole where its latitude should, or in both fields.
func (o *Object) pairInOne() (geo.Point, bool) {
	lat, lon := o.peek(axes[0]), o.peek(axes[1])
	if !strings.ContainsAny(lat, ", ;") || lon != "" && lon != lat && !isNullWord(lon) {
		return geo.Point{}, false
	}
	at, ok := o.im.pointOf(lat, false)
	if ok {
		o.drop(axes[1])
		o.saysPoint(axes[0])
	}
	return at, ok
}

// onGrid takes metres to the east and the north. They are of one of two grids, and a
// postcode says of which: that of Ireland has another origin.
func (o *Object) onGrid(p *directory.Place) {
	const east, north = "easting", "northing"
	if !o.has(east) || !o.has(north) || o.has(axes[:]...) || !p.Point.IsZero() {
		return
	}
	e, err1 := strconv.ParseFloat(o.peek(east), 64)
	n, err2 := strconv.ParseFloat(o.peek(north), 64)
	at, ok := pointOfMetres(e, n)
	if err1 != nil || err2 != nil || !ok || !isOfGreatBritain(p.Address.Postcode) {
		o.noPoint(east, "and northing are no place on the grid of Great Britain, or no postcode says that they are of that one; the place is unknown")
		return
	}
	p.Point = at
	o.saysPoint(east)
	o.drop(north)
	o.keep(north)
}

// isOfGreatBritain reports whether a postcode is one of Great Britain: neither of Northern
// Ireland nor of the Channel Islands.
func isOfGreatBritain(postcode string) bool {
	p, err := geo.ParsePostcode(postcode)
	return err == nil && !strings.HasPrefix(string(p), "BT") && !strings.HasPrefix(string(p), "JE") && !strings.HasPrefix(string(p), "GY")
}
