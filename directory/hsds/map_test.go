package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func readText(tb testing.TB, text string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	c, issues, err := hsds.ReadJSON(tb.Context(), strings.NewReader(text), "x.json", feed.Options{Feed: "x"})
	require.NoError(tb, err)
	importertest.Sound(tb, c)
	return c, issues
}

// Databases that keep documents under their identifiers write them as an object of
// objects, and PHP a list with gaps as one by numbers.
func TestReadJSONReadsRecordsByTheirIdentifiers(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"lists by name", `{"services":{"S1":{"name":"Tea","organization_id":"O1"},"S2":{"id":"S2","name":"Cake"}},"organizations":{"O1":{"name":"Hall"}}}`},
		{"with gaps", `{"services":{"0":{"id":"S1","name":"Tea","organization_id":"O1"},"4":{"id":"S2","name":"Cake"},"5":null},"organizations":[{"id":"O1","name":"Hall"}]}`},
		{"within an envelope", `{"data":{"services":{"S1":{"name":"Tea","organization":{"id":"O1","name":"Hall"}},"S2":{"name":"Cake"}}}}`},
		{"as the whole document", `{"S1":{"name":"Tea","organization":{"id":"O1","name":"Hall"}},"S2":{"name":"Cake","status":"active"}}`},
		{"as the data", `{"data":{"S1":{"name":"Tea","organization":{"id":"O1","name":"Hall"}},"S2":{"name":"Cake","fees":"Free"}}}`},
		{"in the organisation", `{"id":"O1","name":"Hall","services":{"S1":{"name":"Tea"},"S2":{"name":"Cake","organization_id":"O1"}}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := readText(t, tt.text)
			require.Equal(t, []int{2, 1}, []int{len(c.Services), len(c.Organisations)})
			require.Equal(t, []directory.ID{"x/S1", "x/S2"}, []directory.ID{c.Services[0].ID, c.Services[1].ID})
			require.Equal(t, directory.ID("x/O1"), c.Services[0].Organisation)
			require.Positive(t, importertest.Codes(issues)["note object-for-list"])
			require.Empty(t, errorsOf(issues))
		})
	}
}

func TestReadJSONReadsPartsByTheirNumbers(t *testing.T) {
	c, _ := readText(t, `{"id":"S1","name":"Tea","status":"active","phones":{"main":{"number":"01632 960101"}},
		"schedules":{"0":{"freq":"WEEKLY","byday":"TU"},"2":{"freq":"WEEKLY","byday":"TH"}},
		"service_at_locations":{"V1":{"location":{"id":"L1","name":"Hall","latitude":51.45,"longitude":-2.58}}}}`)
	s := c.Services[0]
	require.Equal(t, []int{1, 2, 1}, []int{len(s.Phones), len(s.Schedules), len(c.Venues)})
	require.Equal(t, "V1", c.Venues[0].Provenance.SourceID)
	require.Contains(t, s.Extra, "phones", "which says the name of the number")
	require.NotContains(t, s.Extra, "schedules")
}

// Nothing is made of a map of something else.
func TestReadJSONMakesNothingOfMapsOfOtherThings(t *testing.T) {
	for _, text := range []string{
		`{"en":{"name":"English","url":"https://e.example"},"cy":{"name":"Cymraeg","url":"https://w.example"}}`,
		`{"jobs":{"a":{"name":"Clean","status":"done"}}}`,
		`{"a":{"x":1},"b":{"name":"Tea","fees":"Free"}}`,
	} {
		c, issues := readText(t, text)
		require.Empty(t, c.Services, text)
		require.NotEmpty(t, errorsOf(issues), text)
	}
}

// Spreadsheets and pandas write whole numbers with decimals where a column has gaps.
func TestReadTablesComparesIdentifiersWithoutDecimals(t *testing.T) {
	folder := importertest.Folder(
		"organizations.csv", "id,name\n1,Hall Trust\n2,Tea Club\n",
		"services.csv", "id,name,organization_id\n10,Tea,2.0\n11,Cake,\n",
		"locations.csv", "id,name,latitude,longitude\n5.0,Hall,51.45,-2.58\n",
		"service_at_location.csv", "id,service_id,location_id\n1.0,10.0,5\n",
		"schedules.csv", "id,service_at_location_id,freq,byday\n1,1,WEEKLY,TU\n",
		"contacts.csv", "id,service_id,name\n7,11.0,Ann\n",
		"phones.csv", "id,contact_id,number\n1,7.0,01632 960101\n",
		"taxonomy_terms.csv", "id,name,taxonomy\n3,Loneliness,needs\n1,One,needs\n1.0,One point zero,needs\n",
		"attributes.csv", "id,link_id,link_entity,taxonomy_term_id\n1,10.0,service,3.0\n2,11,service,1.0\n",
	)
	c, issues, err := hsds.ReadTables(t.Context(), folder, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Empty(t, errorsOf(issues))
	require.Equal(t, directory.ID("x/2"), c.Services[0].Organisation)
	require.Equal(t, "Loneliness", c.Services[0].Topics[0].Display)
	require.Equal(t, "One point zero", c.Services[1].Topics[0].Display, "of terms, 1 and 1.0 may be two")
	require.Equal(t, "01632 960101", c.Services[1].Contacts[0].Phones[0].Number)
	require.Len(t, c.Venues, 1)
	require.Len(t, c.Venues[0].Schedules, 1)
	require.Equal(t, "5.0", c.Places[0].Provenance.SourceID, "as it was written")
	require.Positive(t, importertest.Codes(issues)["note id-form"])
}

func TestReadJSONComparesUUIDsWhateverTheirCase(t *testing.T) {
	c, issues := readText(t, `{"services":[{"id":"s","name":"Tea","organization_id":"{8F3B1A0E-1111-4222-8333-ABCDEFABCDEF}"}],
		"organizations":[{"id":"8f3b1a0e-1111-4222-8333-abcdefabcdef","name":"Hall"}]}`)
	require.Equal(t, c.Organisations[0].ID, c.Services[0].Organisation)
	require.Zero(t, importertest.Codes(issues)["note dangling-reference"])
}

// A capacity names its unit, which stands in a table of its own.
func TestReadTablesJoinsUnits(t *testing.T) {
	folder := importertest.Folder(
		"services.csv", "id,name\n1,Shelter\n2,Club\n",
		"service_capacity.csv", "id,service_id,unit_id,available,maximum\n1,1,u1,3,10\n2,2,u2,1,2\n",
		"units.csv", "id,name\nu1,beds\n",
	)
	c, issues, err := hsds.ReadTables(t.Context(), folder, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Equal(t, "beds", c.Services[0].Capacity.Unit)
	require.NotContains(t, c.Services[0].Extra, "capacities[0].unit_id")
	require.Empty(t, c.Services[1].Capacity.Unit)
	require.Contains(t, c.Services[1].Extra, "capacities[0].unit_id")
	require.Equal(t, 1, importertest.Counts(issues)["note unit_id dangling-reference"])
	c, _ = readText(t, `{"services":[{"id":"1","name":"Shelter","capacities":[{"id":"c","unit_id":"u1","available":3}]}],"units":[{"id":"u1","name":"beds"}]}`)
	require.Equal(t, "beds", c.Services[0].Capacity.Unit, "also where it comes later")
	require.Empty(t, c.Services[0].Extra)
}

// Of tables for which there is no place, each row is kept with whom it belongs to.
func TestReadTablesKeepsRowsForWhichThereIsNoPlace(t *testing.T) {
	folder := importertest.Folder(
		"services.csv", "id,name\n1,Shelter\n", "organizations.csv", "id,name\n1,Trust\n",
		"funding.csv", "id,service_id,source\nf1,1,Lottery\n", "required_documents.csv", "id,service_id,document\nd1,1,Passport\n",
		"programs.csv", "id,organization_id,name\np1,1,Winter\n", "metadata.csv", "id,resource_id,resource_type,field_name\nm1,1,service,name\n",
	)
	c, issues, err := hsds.ReadTables(t.Context(), folder, feed.Options{Feed: "x"})
	require.NoError(t, err)
	require.Empty(t, errorsOf(issues))
	for _, field := range []string{"funding.f1", "required_documents.d1", "metadata.m1"} {
		require.Contains(t, c.Services[0].Extra, field)
	}
	require.Contains(t, c.Organisations[0].Extra, "programs.p1")
}
