package importer

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/geo"
)

// inOneForm writes signs of degrees in one way.
var inOneForm = strings.NewReplacer("\u2212", "-", "\u2013", "-", "&DEG;", "°", "&#176;", "°", "DEGREES", "°", "DEG", "°", "&QUOT;", `"`, "&#39;", "'", "LATITUDE", "", "LONGITUDE", "", "LAT", "", "LNG", "", "LONG", "", "LON", "", ":", "")

// decimalComma are degrees as they are written in most of Europe. No other reading of
// them is a place.
var decimalComma = regexp.MustCompile(`^-?\d{1,3},\d+$`)

// ordered returns the point of two angles of which one is the latitude: the one that
// says so, or that alone can be.
func (im *Importer) ordered(a, b string, latFirst bool) (geo.Point, bool) {
	x, axisX, okX := degreesIn(a)
	y, axisY, okY := degreesIn(b)
	if !okX || !okY || axisX == axisY && axisX != "" {
		return geo.Point{}, false
	}
	asIs, turned := axisX != axes[1] && axisY != axes[0], axisX != axes[0] && axisY != axes[1]
	if axisX == "" && axisY == "" {
		asIs, turned = im.orders(x, y)
		turned = turned && !latFirst
	}
	switch {
	case asIs && !turned:
		return im.pointAt(x, y)
	case turned && !asIs:
		return im.pointAt(y, x)
	}
	return geo.Point{}, false
}

// orders reports whether the first of two numbers can be the latitude, and whether the
// second can. The other one would lie where nobody lives, or not where the feed is from.
func (im *Importer) orders(x, y float64) (asIs, turned bool) {
	if im.options.Zone == "Europe/London" && (isBritish(x, y) || isBritish(y, x)) {
		return isBritish(x, y), isBritish(y, x)
	}
	return isInhabited(x), isInhabited(y)
}

// isInhabited reports whether anybody lives at a latitude.
func isInhabited(lat float64) bool { return lat >= -56 && lat <= 84 }

// isBritish reports whether a point lies in the United Kingdom, or in the sea around it.
func isBritish(lat, lon float64) bool { return lat >= 49 && lat <= 61.5 && lon >= -9 && lon <= 2.2 }

// swapped reports whether coordinates of a British feed lie off the coast of
// Africa, and in the United Kingdom the other way round.
func (im *Importer) swapped(lat, lon float64) bool {
	return im.options.Zone == "Europe/London" && isBritish(lon, lat)
}

// partOfAngle are degrees, minutes or seconds, of which the last alone has decimals.
var partOfAngle = regexp.MustCompile(`^\d{1,3}(\.\d+)?$`)

// degreesIn reads an angle: of degrees, or of minutes and seconds behind them too, with a
// sign or the letter of its axis, which it returns if there is one.
func degreesIn(s string) (degrees float64, axis string, ok bool) {
	s = strings.TrimRight(strings.TrimSpace(s), ", ")
	if decimalComma.MatchString(s) {
		s = strings.Replace(s, ",", ".", 1)
	}
	s, letter := withoutLetter(s)
	if letter != 0 {
		axis = axes[strings.IndexByte(letters, letter)/2]
	}
	s, negative := strings.CutPrefix(strings.TrimPrefix(s, "+"), "-")
	degrees, ok = sumOfAngle(s, letter != 0)
	if negative || letter == 'S' || letter == 'W' {
		degrees = -degrees
	}
	return degrees, axis, ok && (!negative || letter == 0)
}

// sumOfAngle adds up degrees, minutes and seconds, which have a letter or a sign of degrees
// to tell them from two or three numbers.
func sumOfAngle(s string, letter bool) (degrees float64, ok bool) {
	parts := strings.FieldsFunc(s, isMarkOfAngle)
	if len(parts) == 0 || len(parts) > 3 || len(parts) > 1 && !letter && !strings.ContainsAny(s, "°º") {
		return 0, false
	}
	of := 1.
	for i, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !partOfAngle.MatchString(part) || i > 0 && n >= 60 || i < len(parts)-1 && strings.Contains(part, ".") {
			return 0, false
		}
		degrees += n / of
		of *= 60
	}
	return degrees, true
}

// isMarkOfAngle reports whether c stands behind degrees, minutes or seconds.
func isMarkOfAngle(c rune) bool { return c == ' ' || strings.ContainsRune("°º'\"′″’”", c) }

// letters are those of the axes, two of each.
const letters = "NSEW"

// withoutLetter parts an angle and the letter before or behind it.
func withoutLetter(s string) (angle string, letter byte) {
	switch n := len(s) - 1; {
	case n < 1:
	case strings.IndexByte(letters, s[n]) >= 0:
		return strings.TrimSpace(s[:n]), s[n]
	case strings.IndexByte(letters, s[0]) >= 0:
		return strings.TrimSpace(s[1:]), s[0]
	}
	return s, 0
}
