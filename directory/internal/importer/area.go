package importer

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
)

// serviceArea takes the areas that a service serves. Three forms are understood: a
// URI that ends in a GSS code, as statistics.data.gov.uk has them, an extent of the
// type "text" that is a list of postcode areas, districts or sectors, and one of the
// type "geojson" that has polygons.
// Everything else stays words, and leaves what is understood incomplete.
func (o *Object) serviceArea() directory.ServiceArea {
	var a directory.ServiceArea
	if j := o.find("service_areas"); j > 0 && o.t.nodes[j+1].kind == text {
		a.Text = o.Text("service_areas") // as the oldest standard has it
		a.Incomplete = a.Text != ""
		return a
	}
	for _, p := range o.list("service_areas") {
		p.area(&a)
	}
	return a
}

// area adds one area to those that a service serves.
func (o *Object) area(a *directory.ServiceArea) {
	o.ownID()
	a.Incomplete = a.Incomplete || o.yes("sp_incomplete") == sp.Yes
	stated := o.states()
	for _, field := range []string{"name", "service_area", "description"} {
		if s := o.Text(field); s != "" && !slices.Contains(strings.Split(a.Text, "\n"), s) {
			if a.Text != "" {
				a.Text += "\n"
			}
			a.Text += s
		}
	}
	if understood := o.understand(a); stated && !understood {
		a.Incomplete = true
	}
}

// understand takes what it can of one area, and reports whether that is anything.
func (o *Object) understand(a *directory.ServiceArea) bool {
	understood := false
	if area, ok := gssOf(o.peek("uri")); ok {
		a.Areas = append(a.Areas, area)
		o.drop("uri")
		understood = true
	}
	if o.peek("extent_type") == "text" {
		if districts, ok := districtsOf(o.peek("extent")); ok {
			a.Postcodes = append(a.Postcodes, districts...)
			o.drop("extent", "extent_type")
			understood = true
		}
	}
	if strings.EqualFold(o.peek("extent_type"), "geojson") {
		if shape, err := geo.ParseShape([]byte(o.peek("extent"))); err == nil {
			a.Shapes = append(a.Shapes, shape)
			o.drop("extent", "extent_type")
			understood = true
		}
	}
	return understood
}

func gssOf(uri string) (geo.Area, bool) {
	area, err := geo.ParseArea(path.Base(uri), 0)
	if err != nil {
		return geo.Area{}, false
	}
	_, ok := area.GSS()
	return area, ok
}

// district is the form of a postcode area, district or sector: LA, LA4, LA4 5.
var district = regexp.MustCompile(`^[A-Z]{1,2}([0-9][0-9A-Z]?( [0-9])?)?$`)

// districtsOf reads a list of postcode areas, districts or sectors, and nothing else.
func districtsOf(extent string) ([]string, bool) {
	if extent == "" {
		return nil, false
	}
	var districts []string
	for item := range strings.SplitSeq(strings.ToUpper(extent), ",") {
		item = strings.TrimSpace(item)
		if !district.MatchString(item) {
			return nil, false
		}
		districts = append(districts, item)
	}
	return districts, true
}
