package hsds_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/geo"
)

func TestPlacesInTheServiceItself(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"Choir","status":"active","locations":[`+hall("l")+`]}{"id":"2","name":"Bowls","status":"active","location":`+hall("l")+`}`)
	require.Equal(t, []string{"Choir", "Bowls"}, near(c, 51.45, -2.58))
	require.Equal(t, map[string]int{"note locations nested-location": 2}, faults(issues))
}

func TestReadJSONTakesNoPlaceFromCoordinatesThatAreNone(t *testing.T) {
	for _, tt := range []struct {
		name, fields, issue string
		o                   feed.Options
		want                geo.Point
	}{
		{"half of them", `"latitude":51.45,"longitude":null`, "warning longitude no-coordinates", feed.Options{}, geo.Point{}},
		{"the other half", `"longitude":-2.5`, "warning latitude no-coordinates", feed.Options{}, geo.Point{}},
		{"none", `"latitude":0,"longitude":0.0`, "warning latitude no-coordinates", feed.Options{}, geo.Point{}},
		{"the wrong way round", `"latitude":-2.58,"longitude":51.45`, "warning latitude swapped-coordinates", feed.Options{}, geo.Point{}},
		{"and turned back", `"latitude":-2.58,"longitude":51.45`, "note latitude swapped-coordinates", feed.Options{Repairs: feed.Repairs{Swapped: true}}, geo.Point{Lat: 51.45, Lon: -2.58}},
		{"of a feed from Kenya", `"latitude":-2.58,"longitude":51.45`, "", feed.Options{Zone: "Africa/Nairobi"}, geo.Point{Lat: -2.58, Lon: 51.45}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parseWith(t, `{"id":"l","name":"Hall","location_type":"physical",`+tt.fields+`}`, tt.o)
			require.Equal(t, tt.want, c.Places[0].Point)
			want := map[string]int{}
			if tt.issue != "" {
				want[tt.issue] = 1
				require.NotEmpty(t, c.Places[0].Extra, "what was said is kept")
			}
			require.Equal(t, want, faults(issues))
		})
	}
}

func TestReadJSONTakesThePhysicalAddressForThatOfAPlace(t *testing.T) {
	c, issues := parse(t, `{"id":"l","location_type":"Physical","latitude":51.4,"longitude":-2.5,"addresses":[
		{"id":"a","address_1":"PO Box 9","postal_code":"BS99 1AA","address_type":"postal"},{"id":"b","address_1":"3 Quay","postal_code":"BS1 1AA","address_type":"Physical"}]}`)
	require.Equal(t, "3 Quay", c.Places[0].Address.Lines[0])
	require.Equal(t, "b", c.Places[0].Address.ID)
	require.Equal(t, directory.Physical, c.Places[0].Kind)
	require.Contains(t, c.Places[0].Extra, "addresses[0].address_1")
	require.Equal(t, map[string]int{"note addresses second-address": 1}, faults(issues))
}

func TestReadJSONLeadsNobodyToASecretPlace(t *testing.T) {
	at := func(place, address string) directory.Catalogue {
		c, issues := parse(t, service(`"service_areas":[{"name":"All of the county"}],"service_at_locations":[{"id":"v","location":{"id":"l","name":"Safe House","location_type":"physical","latitude":51.45123,"longitude":-2.58123,`+
			place+`"addresses":[{"id":"a","address_1":"1 Hidden Road","city":"Bristol","postal_code":"BS1 1AA","address_type":"physical"`+address+`}]}}]`))
		require.NotEmpty(t, faults(issues))
		return c
	}
	t.Run("a masked one is told by its district", func(t *testing.T) {
		o := at(`"mask_exact_address":true,`, "").Offers()[0]
		require.Equal(t, "BS1", o.Where)
		require.True(t, o.Point.IsZero())
	})
	for name, c := range map[string]directory.Catalogue{
		"a confidential one": at(`"confidential":true,`, ""), "one with a confidential address": at("", `,"confidential":true`),
		"the stricter of two holds": at(`"mask_exact_address":true,`, `,"confidential":"true"`), "what cannot be read is secret": at(`"confidential":"perhaps",`, ""),
	} {
		t.Run(name, func(t *testing.T) {
			o := c.Offers()[0]
			require.Empty(t, o.Where)
			require.True(t, o.Point.IsZero())
			require.Equal(t, "All of the county", o.Area.Text)
			public, err := json.Marshal(c.Places[0].Public())
			require.NoError(t, err)
			for _, secret := range []string{"Hidden", "Safe House", "51.45", "BS1"} {
				require.NotContains(t, string(public), secret)
			}
		})
	}
	t.Run("a flag that says no is none", func(t *testing.T) {
		c, issues := parse(t, `{"id":"l","name":"Hall","location_type":"physical","latitude":51.4,"longitude":-2.5,"mask_exact_address":false,"confidential":"No"}`)
		require.Equal(t, directory.ShownInFull, c.Places[0].Shown)
		require.Empty(t, issues)
	})
}

func TestWhereaboutsThatStandInTheServiceInOtherWays(t *testing.T) {
	for _, fields := range []string{
		`"latitude":51.45,"longitude":-2.58`, `"addresses":[{"id":"a","address_1":"3 Quay"}],"latitude":51.45,"longitude":-2.58`,
		`"service_at_locations":[` + hall("l") + `]`, `"service_at_location":{"id":"v","location":` + hall("l") + `}`,
		`"location":{"id":"l","geometry":{"type":"Point","coordinates":[-2.58,51.45]}}`, `"location":{"id":"l","latitude":"51,45","longitude":"-2,58"}`,
	} {
		c, issues := parse(t, service(fields))
		require.Len(t, c.Services, 1, fields)
		require.Len(t, near(c, 51.45, -2.58), 1, fields)
		require.NotEmpty(t, faults(issues), fields)
	}
	c, issues := parse(t, service(`"location":"Drill Hall"`))
	require.Empty(t, c.Places)
	require.JSONEq(t, `"Drill Hall"`, string(c.Services[0].Extra["location"]))
	require.Equal(t, map[string]int{"warning location wrong-type": 1}, faults(issues))
}

func TestHSDSAddressForLettersIsNotWhereAPlaceIs(t *testing.T) {
	for _, other := range []string{`"address_type":"physical"`, `"address_type":""`, `"type":"Physical"`, `"region":"Avon"`} {
		c, _ := parse(t, `{"id":"l","location_type":"physical","latitude":51.4,"longitude":-2.5,"addresses":[{"id":"a","address_1":"PO Box 9","address_type":"Mailing"},{"id":"b","address_1":"3 Quay",`+other+`}]}`)
		require.Equal(t, "3 Quay", c.Places[0].Address.Lines[0], other)
	}
}

func TestHSDSPlacesAreSecretByWhateverSaysSo(t *testing.T) {
	for name, parts := range map[string][3]string{
		"the service": {`"confidential":true,`, "", ""}, "the service at the location": {"", `"confidential":"yes",`, ""},
		"the location, that it is hidden": {"", "", `"hidden":true,`}, "the location, that it is not to be seen": {"", "", `"visible":false,`}, "the location in other letters": {"", "", `"isConfidential":true,`},
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, `{"id":"1","name":"Refuge","status":"active",`+parts[0]+`"service_at_locations":[{"id":"v",`+parts[1]+`"location":{"id":"l",`+parts[2]+`"name":"Safe House","location_type":"physical","latitude":51.45,"longitude":-2.58}}]}`)
			o := c.Offers()[0]
			require.True(t, o.Point.IsZero())
			require.Empty(t, o.Where)
			require.NotEmpty(t, faults(issues))
		})
	}
}

// An address in one text is that of a place, and told to nobody if that is to be found by nobody.
func TestReadJSONTakesAnAddressInWordsForTheAddressOfAPlace(t *testing.T) {
	for name, fields := range map[string]string{
		"of a place":           `"locations":[{"id":"L","name":"House","address":"1 High Street, Bristol","postcode":"BS1 1AA"%s}]`,
		"in a list of a place": `"locations":[{"id":"L","name":"House","addresses":["1 High Street, Bristol"]%s}]`,
		"beside a point":       `"latitude":51.45,"longitude":-2.58,"address":"1 High Street, Bristol"%s`,
	} {
		c, _ := parse(t, service(fmt.Sprintf(fields, "")))
		require.Len(t, c.Places, 1, name)
		require.Equal(t, []string{"1 High Street, Bristol"}, c.Places[0].Address.Lines, name)
		comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
		c, _ = parse(t, service(fmt.Sprintf(fields, `,"confidential":true`)))
		require.Empty(t, c.Places[0].Public().Address, name)
		var out bytes.Buffer
		require.NoError(t, hsds.NewExporter(c, hsds.HSDS3).WriteJSON(&out))
		require.NotContains(t, out.String(), "High Street", name)
	}
}
