package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/geo"
)

// london is where the points below lie, within some metres.
var london = geo.Point{Lat: 51.5072, Lon: -0.1275}

// place returns a place with an ID and more fields.
func place(fields string) string {
	return `{"id":"l","name":"Hall","location_type":"physical",` + fields + `}`
}

func TestReadJSONReadsPointsInOtherForms(t *testing.T) {
	for name, fields := range map[string]string{
		"one text, the latitude first":            `"coordinates":"51.5072, -0.1275"`,
		"one text, the longitude first":           `"coordinates":"-0.1275,51.5072"`,
		"one text in brackets":                    `"latLng":"(51.5072,-0.1275)"`,
		"one text with decimal commas":            `"coordinates":"51,5072; -0,1275"`,
		"one text with what the numbers are":      `"gps":"Lat: 51.5072, Long: -0.1275"`,
		"a list of two numbers":                   `"coordinates":[51.5072,-0.1275]`,
		"an object in a list":                     `"coordinates":[{"latitude":51.5072,"longitude":-0.1275}]`,
		"the point of the address":                `"address":[{"address_1":"1 Strand","coordinates":{"latitude":51.5072,"longitude":-0.1275}}]`,
		"a point of GeoJSON":                      `"location":{"type":"Point","coordinates":[-0.1275,51.5072]}`,
		"a point of GeoJSON as its geometry":      `"geometry":{"type":"Point","coordinates":[-0.1275,51.5072,12]}`,
		"a point as databases keep it":            `"geom":"0101000020E610000052B81E85EB51C0BFFE43FAEDEBC04940"`,
		"a point in bytes of the other order":     `"location":"0000000001bfc051eb851eb8524049c0ebedfa43fe"`,
		"a point as databases write it":           `"geom":"SRID=4326;POINT(-0.1275 51.5072)"`,
		"degrees, minutes and seconds":            `"latitude":"51°30'26\"N","longitude":"0°7'39\"W"`,
		"degrees, minutes and seconds in one":     `"coordinates":"51°30′26″N 0°7′39″W"`,
		"degrees and minutes with letters before": `"coordinates":"N 51 30.432, W 0 7.65"`,
		"degrees with letters":                    `"latitude":"51.5072N","longitude":"0.1275 W"`,
		"signs of degrees":                        `"latitude":"51.5072°","longitude":"-0.1275 deg"`,
		"a minus that is none of ASCII":           `"latitude":"51.5072","longitude":"−0.1275"`,
		"a comma that was copied along":           `"latitude":"51.5072,","longitude":"-0.1275"`,
		"both in the field of one":                `"latitude":"51.5072, -0.1275"`,
		"both in both":                            `"latitude":"51.5072,-0.1275","longitude":"51.5072,-0.1275"`,
		"a reference of the national grid":        `"grid_reference":"TQ 3004 8036"`,
		"one with ten figures":                    `"os_grid_ref":"TQ3003880360"`,
		"metres, beside a postcode":               `"easting":530038,"northing":"180360","addresses":[{"address_1":"1 Strand","postal_code":"WC2N 5HS"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, place(fields))
			away, known := c.Places[0].Point.DistanceTo(london)
			require.True(t, known)
			require.Less(t, float64(away), 20.)
			if strings.Contains(fields, `":{"`) || strings.Contains(fields, `[{"lat`) { // which is the form
				return
			}
			require.NotZero(t, importertest.Codes(issues)["note coordinate-form"])
			require.NotEmpty(t, c.Places[0].Extra, "the original stays")
		})
	}
}

func TestReadJSONKnowsNoPointThatHasTwoReadings(t *testing.T) {
	for name, fields := range map[string]string{
		"half a point with a comma":           `"coordinates":"51,5"`,
		"degrees and minutes without a sign":  `"latitude":"51 30 26","longitude":"0 7 39"`,
		"a letter and a minus":                `"latitude":"51.5N","longitude":"-0.1W"`,
		"the letter of the other axis":        `"latitude":"51.5E","longitude":"0.1N"`,
		"seventy minutes":                     `"coordinates":"51°70'N 0°7'W"`,
		"figures that run into each other":    `"coordinates":"5130N 0007W"`,
		"two latitudes":                       `"coordinates":"51.5N 52.5N"`,
		"a grid that is not of this country":  `"grid_reference":"J 338 740"`,
		"a square of a kilometre":             `"grid_reference":"TQ 30 80"`,
		"metres of either grid":               `"easting":333800,"northing":374000`,
		"metres beside a postcode of Belfast": `"easting":333800,"northing":374000,"addresses":[{"postal_code":"BT1 5GS"}]`,
		"metres beside none of this country":  `"easting":333800,"northing":374000,"postal_code":"12345"`,
		"bytes in another projection":         `"geom":"0101000020346C000000000000EC2C20410000000040040641"`,
		"nothing, in bytes":                   `"geom":"0101000020E610000000000000000000000000000000000000"`,
		"nothing, as databases write it":      `"geom":"POINT(0 0)"`,
		"a number that is none, in bytes":     `"geom":"0101000020E6100000000000000000F87F000000000000F87F"`,
		"metres in another projection":        `"geom":"SRID=27700;POINT(530038 180360)"`,
		"a point of GeoJSON turned round":     `"location":{"type":"Point","coordinates":[51.5,-0.1]}`,
		"nothing, where there is only sea":    `"coordinates":"0, 0"`,
		"words":                               `"coordinates":"behind the church"`,
		"three numbers":                       `"coordinates":[51.5,-0.1,3]`,
		"a line":                              `"geometry":{"type":"LineString","coordinates":[[-0.1,51.5],[-0.2,51.5]]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, place(fields))
			require.True(t, c.Places[0].Point.IsZero(), "%v", c.Places[0].Point)
			require.NotEmpty(t, c.Places[0].Extra, "the original stays")
			require.NotEmpty(t, faults(issues))
		})
	}
}

// Elsewhere only what nobody could live at tells which of two numbers is the latitude.
func TestReadJSONReadsPairsOfOtherCountriesWhereOneOrderIsPossible(t *testing.T) {
	for text, want := range map[string]geo.Point{
		"39.29, -76.61": {Lat: 39.29, Lon: -76.61}, "-76.61, 39.29": {Lat: 39.29, Lon: -76.61}, "-33.9, 151.2": {Lat: -33.9, Lon: 151.2}, "48.9, 2.35": {}, "48.9N, 2.35E": {Lat: 48.9, Lon: 2.35},
	} {
		c, _ := parseWith(t, place(`"coordinates":"`+text+`"`), feed.Options{Zone: "America/New_York"})
		require.Equal(t, want, c.Places[0].Point, text)
	}
	c, _ := parseWith(t, place(`"lat_long":"48.9, 2.35"`), feed.Options{Zone: "Europe/Paris"})
	require.Equal(t, geo.Point{Lat: 48.9, Lon: 2.35}, c.Places[0].Point, "the name of the field says so")
}

func TestReadJSONReadsAPointInTheServiceItself(t *testing.T) {
	for _, fields := range []string{
		`"location":{"type":"Point","coordinates":[-0.1275,51.5072]}`, `"location":"51.5072,-0.1275"`, `"geometry":{"type":"Point","coordinates":[-0.1275,51.5072]}`,
		`"coordinates":"51.5072, -0.1275"`, `"gridReference":"TQ 3004 8036"`, `"geo":{"@type":"GeoCoordinates","latitude":51.5072,"longitude":-0.1275}`,
		`"easting":530038,"northing":180360,"postcode":"WC2N 5HS"`,
	} {
		c, issues := parse(t, service(fields))
		require.Len(t, c.Offers(), 1, fields)
		away, known := c.Offers()[0].Point.DistanceTo(london)
		require.True(t, known, fields)
		require.Less(t, float64(away), 20., fields)
		require.Equal(t, 1, importertest.Codes(issues)["note nested-location"], fields)
	}
	c, issues := parse(t, service(`"location":"Drill Hall, 12 High Street"`))
	require.Empty(t, c.Places)
	require.Equal(t, map[string]int{"warning location wrong-type": 1}, faults(issues))
}

func TestReadTablesReadsPointsInOtherForms(t *testing.T) {
	c, issues := tablesOf(t, "services.csv", "id,name,location_id\n1,Tea,a\n2,Cake,b\n3,Jam,c\n4,Bread,d\n",
		"locations.csv", "id,name,Latitude,Longitude,Coordinates,Grid Ref\na,Hall,51°30'26\"N,0°7'39\"W,,\nb,Barn,,,\"51.5072, -0.1275\",\nc,Mill,,,,TQ 3004 8036\nd,Inn,,,,TQ 30 80\n")
	for _, p := range c.Places[:3] {
		away, known := p.Point.DistanceTo(london)
		require.True(t, known, p.Name)
		require.Less(t, float64(away), 20., p.Name)
	}
	require.True(t, c.Places[3].Point.IsZero())
	require.Equal(t, 4, importertest.Codes(issues)["note coordinate-form"])
	require.Equal(t, 1, importertest.Codes(issues)["warning no-coordinates"])
}
