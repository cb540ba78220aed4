package geocode_test

import (
	"context"
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/geocode"
	"github.com/socialprescribing/sp/geo"
)

// Postcodes are a table of the caller.
type postcodes map[string]geo.Point

// Locate returns the middle of the postcode of an address.
func (t postcodes) Locate(_ context.Context, a directory.Address) (geocode.Located, error) {
	p, known := t[a.Postcode]
	if !known {
		return geocode.Located{}, sp.ErrNotFound
	}
	return geocode.Located{Point: p, Precision: directory.ByPostcode}, nil
}

// Example looks up the places of a directory, of which one has its coordinates the wrong
// way round.
func Example() {
	table := postcodes{"LA4 5AA": {Lat: 54.07, Lon: -2.87}}
	c := directory.Catalogue{Places: []directory.Place{
		{ID: "bay/hall", Address: directory.Address{Postcode: "LA4 5AA"}},
		{ID: "bay/pier", Address: directory.Address{Postcode: "LA4 5AA"}, Point: geo.Point{Lat: -2.871, Lon: 54.071}},
	}}
	c, issues, err := geocode.Places(context.Background(), table, c)
	for _, p := range c.Places {
		fmt.Printf("%s %s %q\n", p.ID, p.Point, p.Precision)
	}
	fmt.Println(issues[0].Record, issues[0].Code, err)
	// Output:
	// bay/hall 54.0700,-2.8700 "postcode"
	// bay/pier 54.0710,-2.8710 ""
	// bay/pier swapped-coordinates <nil>
}
