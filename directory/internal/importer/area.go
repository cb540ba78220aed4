package importer

import (
	"path"
	"regexp"
	"strings"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// serviceArea takes the areas that a service serves. Two forms are understood: a
// URI that ends in a GSS code, as statistics.data.gov.uk has them, and an extent
// of the type "text" that is a list of postcode areas, districts or sectors.
// Everything else stays words, and leaves what is understood incomplete.
func (o *object) serviceArea() directory.ServiceArea {
	var a directory.ServiceArea
	var texts []string
	for _, p := range o.list("service_areas") {
		p.drop("id", "service_id", "service_at_location_id")
		stated := p.states()
		for _, field := range []string{"name", "service_area", "description"} {
			text := p.text(field)
			if text == "" || len(texts) > 0 && texts[len(texts)-1] == text {
				continue
			}
			texts = append(texts, text)
		}
		if understood := p.understand(&a); stated && !understood {
			a.Incomplete = true
		}
	}
	a.Text = strings.Join(texts, "\n")
	return a
}

// understand takes what it can of one area, and reports whether that is anything.
func (o *object) understand(a *directory.ServiceArea) bool {
	understood := false
	if area, ok := gssOf(o.fields["uri"]); ok {
		a.Areas = append(a.Areas, area)
		o.drop("uri")
		understood = true
	}
	if o.fields["extent_type"] == "text" {
		if districts, ok := districtsOf(o.fields["extent"]); ok {
			a.Postcodes = append(a.Postcodes, districts...)
			o.drop("extent", "extent_type")
			understood = true
		}
	}
	return understood
}

func gssOf(uri any) (geo.Area, bool) {
	s, ok := uri.(string)
	if !ok {
		return geo.Area{}, false
	}
	area, err := geo.ParseArea(path.Base(s), 0)
	if err != nil {
		return geo.Area{}, false
	}
	_, ok = area.GSS()
	return area, ok
}

// district is the form of a postcode area, district or sector: LA, LA4, LA4 5.
var district = regexp.MustCompile(`^[A-Z]{1,2}([0-9][0-9A-Z]?( [0-9])?)?$`)

// districtsOf reads a list of postcode areas, districts or sectors, and nothing else.
func districtsOf(extent any) ([]string, bool) {
	s, ok := extent.(string)
	if !ok {
		return nil, false
	}
	var districts []string
	for item := range strings.SplitSeq(strings.ToUpper(s), ",") {
		item = strings.TrimSpace(item)
		if !district.MatchString(item) {
			return nil, false
		}
		districts = append(districts, item)
	}
	return districts, true
}
