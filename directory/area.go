package directory

import (
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
)

// A ServiceArea is where people must live to use a service. A feed may state it
// in several ways; a home that satisfies one of them is covered. The zero
// ServiceArea is unknown.
type ServiceArea struct {
	Everywhere bool         `json:"everywhere,omitempty"` // stated to be open wherever people live
	Postcodes  []string     `json:"postcodes,omitempty"`  // areas, districts, sectors or areas of districts: "LA", "LA4", "LA4 5", "EC1"
	Areas      []geo.Area   `json:"areas,omitempty"`      // such as wards or districts, by GSS code
	Shapes     []geo.Shape  `json:"shapes,omitempty"`     // as drawn on a map
	Centre     geo.Point    `json:"centre,omitzero"`      // of a circle with Radius
	Radius     geo.Distance `json:"radius,omitempty"`
	Incomplete bool         `json:"incomplete,omitempty"` // more areas are stated than those above: a shape, or words
	Text       string       `json:"text,omitempty"`       // what the feed says in words; nothing is derived from it
}

// A Home is where somebody lives, as exactly as it may be told: every part is
// optional, and a part of a postcode is enough for most questions.
type Home struct {
	Point    geo.Point  `json:"point,omitzero"`
	Postcode string     `json:"postcode,omitempty"` // a full postcode, sector or district
	Areas    []geo.Area `json:"areas,omitempty"`    // that the home lies in: small area, ward, local authority ...
}

// IsZero reports whether nothing is told about h.
func (h Home) IsZero() bool { return h.Point.IsZero() && h.Postcode == "" && len(h.Areas) == 0 }

// Covers reports whether a home lies in the area: Yes if one way of stating it
// says so, No if all that are used say no and nothing else is stated, and
// otherwise Unknown. GSS codes of different kinds, or of different boundary
// years, cannot be compared.
func (a ServiceArea) Covers(h Home) sp.Truth {
	if a.Everywhere {
		return sp.Yes
	}
	answer, stated := sp.No, false
	if len(a.Postcodes) > 0 {
		answer, stated = answer.Or(inPostcodes(a.Postcodes, h.Postcode)), true
	}
	if len(a.Areas) > 0 {
		answer, stated = answer.Or(geo.Within(h.Areas, a.Areas)), true
	}
	for _, shape := range a.Shapes {
		answer, stated = answer.Or(shape.Contains(h.Point)), true
	}
	if !a.Centre.IsZero() && a.Radius > 0 {
		answer, stated = answer.Or(reaches(a.Centre, h.Point, a.Radius)), true
	}
	if !stated || a.Incomplete && answer == sp.No {
		return sp.Unknown
	}
	return answer
}

// IsZero reports whether a states nothing.
func (a ServiceArea) IsZero() bool {
	return !a.Everywhere && len(a.Postcodes) == 0 && len(a.Areas) == 0 && len(a.Shapes) == 0 && (a.Centre.IsZero() || a.Radius <= 0) &&
		!a.Incomplete && a.Text == ""
}

func inPostcodes(prefixes []string, postcode string) sp.Truth {
	answer := sp.No
	for _, prefix := range prefixes {
		answer = answer.Or(inPostcode(prefix, postcode))
	}
	return answer
}

// inPostcode reports whether a postcode, or a part of one, lies in the area,
// district or sector that prefix names. LA4 does not lie in LA40, nor LA40 in
// LA4; whether the district LA4 lies in the sector LA4 5 is unknown. EC1 is no
// district but a name for several, and takes EC1A; whether whoever writes N1, which is
// one, means N1C as well is unknown.
func inPostcode(prefix, postcode string) sp.Truth {
	prefix, postcode = canonicalPostcode(prefix), canonicalPostcode(postcode)
	switch {
	case prefix == "" || postcode == "":
		return sp.Unknown
	case prefix == postcode:
		return sp.Yes
	case strings.HasPrefix(postcode, prefix):
		return unitHolds(prefix, postcode)
	case strings.HasPrefix(prefix, postcode) && unitHolds(postcode, prefix) != sp.No:
		return sp.Unknown
	}
	return sp.No
}

// lettered are the areas of districts that all have a letter behind the number, so that
// the number alone names no district. Source: Royal Mail, postcode districts of central
// London.
var lettered = []string{"EC1", "EC2", "EC3", "EC4", "SW1", "W1", "WC1", "WC2"}

// unitHolds reports whether the unit that short names holds long, which begins with it:
// an area ends before the first digit, a district before the space, and an area of
// districts before a letter.
func unitHolds(short, long string) sp.Truth {
	next := long[len(short)]
	digit, letter := next >= '0' && next <= '9', next >= 'A' && next <= 'Z'
	last := short[len(short)-1]
	switch {
	case !strings.ContainsAny(short, "0123456789"):
		return sp.TruthOf(digit)
	case next == ' ' || strings.Contains(short, " "):
		return sp.Yes
	case letter && slices.Contains(lettered, short):
		return sp.Yes
	case letter && last >= '0' && last <= '9':
		return sp.Unknown
	}
	return sp.No
}

// canonicalPostcode writes capitals, and one space before the inward part of a
// full postcode.
func canonicalPostcode(s string) string {
	if writtenAsPart(s) {
		return s
	}
	if p, err := geo.ParsePostcode(s); err == nil {
		return string(p)
	}
	return strings.ToUpper(strings.Join(strings.Fields(s), " "))
}

// writtenAsPart reports whether s is too short for a full postcode and written
// as [canonicalPostcode] would write it. Nearly all of them are, and an index
// asks this for every offer.
func writtenAsPart(s string) bool {
	const shortest = 5 // letters and digits of a full postcode: M1 1AE
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			n++
		case c != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ':
			return false
		}
	}
	return n < shortest
}
