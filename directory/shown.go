package directory

import (
	"regexp"
	"strings"

	"github.com/socialprescribing/sp/geo"
)

// Shown says how much of a place's location may be disclosed. Directories list
// refuges, and people who work from their homes, and must not lead anybody to
// them.
type Shown string

// The degrees of disclosure. The zero Shown discloses everything.
const (
	ShownInFull   Shown = ""
	ShownDistrict Shown = "district" // the town and the district of the postcode: no lines, no point
	ShownNothing  Shown = "nothing"  // not even what the place is called; at most the area that is served
)

// Stricter returns whichever of s and t discloses less. A value that is none of
// the constants discloses nothing.
func (s Shown) Stricter(t Shown) Shown {
	switch {
	case s.rank() >= t.rank():
		return s
	default:
		return t
	}
}

func (s Shown) rank() int {
	switch s {
	case ShownInFull:
		return 0
	case ShownDistrict:
		return 1
	default:
		return 2
	}
}

// Public returns a copy of p without what may not be published;
// [Catalogue.Offers] and exporters use it. It leaves out confidential telephone
// numbers and, of a place that is not shown in full, what Shown withholds and all
// Extra fields, since those may repeat it.
func (p Place) Public() Place {
	p.Phones = publicPhones(p.Phones)
	if p.Shown == ShownInFull {
		return p
	}
	public := Place{
		ID: p.ID, Organisation: p.Organisation, Kind: p.Kind, Access: p.Access, Languages: p.Languages, Schedules: p.Schedules,
		Freshness: p.Freshness, Provenance: p.Provenance, Shown: p.Shown,
	}
	if p.Shown == ShownDistrict {
		public.Name, public.Phones, public.AccessText = p.Name, p.Phones, p.AccessText
		public.Address = Address{City: p.Address.City, Region: p.Address.Region, Country: p.Address.Country, Postcode: districtOf(p.Address.Postcode)}
	}
	return public
}

// outward is the form of the district of a postcode.
var outward = regexp.MustCompile(`^[A-Z]{1,2}[0-9][0-9A-Z]?$`)

// districtOf returns the district of a postcode, and nothing of what is none.
func districtOf(postcode string) string {
	if outward.MatchString(postcode) {
		return postcode
	}
	p, err := geo.ParsePostcode(postcode)
	if err != nil {
		return ""
	}
	district, _, _ := strings.Cut(string(p), " ")
	return district
}

// publicPhones returns the numbers that may be published.
func publicPhones(phones []Phone) []Phone {
	for i := range phones {
		if !phones[i].Confidential {
			continue
		}
		public := phones[:i:i]
		for _, p := range phones[i:] {
			if !p.Confidential {
				public = append(public, p)
			}
		}
		return public
	}
	return phones
}
