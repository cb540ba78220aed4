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
	"github.com/socialprescribing/sp/geo"
)

// parseWith reads a text as the feed "bay" under options.
func parseWith(tb testing.TB, text string, o feed.Options) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	o.Feed, o.Fetched = "bay", fetched
	c, issues, err := hsds.ReadJSON(tb.Context(), strings.NewReader(text), "bay.json", o)
	require.NoError(tb, err)
	importertest.Sound(tb, c)
	return c, issues
}

// hall is a place with an identifier, near which things happen.
func hall(id string) string {
	return `{"id":"` + id + `","name":"Drill Hall","location_type":"physical","latitude":51.45,"longitude":-2.58}`
}

// near finds what is certainly within five kilometres of a point.
func near(c directory.Catalogue, lat, lon float64) []string {
	found := directory.NewIndex(c.Offers()).Find(directory.Query{
		Near: geo.Point{Lat: lat, Lon: lon}, Within: 5 * geo.Kilometre, Unknown: directory.ExcludeUnknown,
	})
	var names []string
	for _, h := range found.Hits {
		names = append(names, h.Offer.Name)
	}
	return names
}

func TestVenuesAreToldByServiceAndPlaceNotByTheirIdentifiers(t *testing.T) {
	c, issues := parse(t, `[{"id":"1","name":"Choir","status":"active","service_at_locations":[{"id":"x","location":`+hall("x")+`}]},
		{"id":"2","name":"Bowls","status":"active","service_at_locations":[{"id":"x","location":`+hall("x")+`}]}]`)
	require.Equal(t, []string{"Choir", "Bowls"}, near(c, 51.45, -2.58))
	require.Equal(t, map[string]int{"note id duplicate-id": 1}, faults(issues))
}

func TestReadJSONNeverBelievesAClashOfIdentifiers(t *testing.T) {
	at := func(service, town string, lat string) string {
		return `{"id":"` + service + `","name":"` + service + `","status":"active","organization":{"id":"org_1","name":"` + town + ` Aid"},
			"service_at_locations":[{"id":"v` + service + `","location":{"id":"loc_1","name":"` + town + ` House","location_type":"physical","latitude":` + lat + `,"longitude":-2.6}}]}`
	}
	text := at("Choir", "Bristol", "51.45") + "\n" + at("Bowls", "Lancaster", "54.05")
	t.Run("both stand without that place and provider", func(t *testing.T) {
		c, issues := parse(t, text)
		offers := c.Offers()
		require.Len(t, offers, 2)
		for _, o := range offers {
			require.Empty(t, o.Provider)
			require.Empty(t, o.Organisation)
			require.Empty(t, o.Place)
			require.Empty(t, o.Where)
			require.True(t, o.Point.IsZero())
		}
		require.Empty(t, near(c, 51.45, -2.6))
		require.Empty(t, near(c, 54.05, -2.6))
		require.Equal(t, map[string]int{"error id duplicate-id": 2}, faults(issues))
		require.Contains(t, c.Services[0].Extra, "organization_id", "what was said is kept")
		require.Len(t, c.Organisations, 2)
		require.Len(t, c.Places, 2)
	})
	t.Run("with identifiers of a page, each is right", func(t *testing.T) {
		c, issues := parseWith(t, text, feed.Options{IDs: feed.PageIDs})
		require.Empty(t, faults(issues))
		require.Equal(t, []string{"Choir"}, near(c, 51.45, -2.6))
		require.Equal(t, []string{"Bowls"}, near(c, 54.05, -2.6))
		require.Equal(t, []string{"Bristol Aid", "Lancaster Aid"}, []string{c.Offers()[0].Provider, c.Offers()[1].Provider})
	})
	t.Run("the first is believed if that is asked for", func(t *testing.T) {
		c, _ := parseWith(t, text, feed.Options{Duplicates: feed.BelieveFirst})
		require.Len(t, c.Organisations, 1)
		require.Equal(t, "Bristol Aid", c.Organisations[0].Name)
	})
	t.Run("a clash far away moves no other service", func(t *testing.T) {
		c, _ := parse(t, text+"\n"+`{"id":"Tea","name":"Tea","status":"active","service_at_locations":[{"id":"vt","location":`+hall("l")+`}]}`)
		require.Equal(t, []string{"Tea"}, near(c, 51.45, -2.58))
	})
}

func TestReadJSONCompletesOneTellingOfARecordByAnother(t *testing.T) {
	const poor = `{"id":"1","name":"Choir","status":"active","organization":{"id":"o"}}`
	full := `{"id":"1","name":"Choir","status":"active","minimum_age":18,"phones":[{"id":"p","number":"01632 960101"}],
		"organization":{"id":"o","name":"Vestry"},"service_at_locations":[{"id":"v","location":` + hall("l") + `}]}`
	for name, text := range map[string]string{"in a list and in full": `{"page_number":1,"contents":[` + poor + `]}` + full, "in full and in a list": full + `{"page_number":1,"contents":[` + poor + `]}`} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, text)
			require.Empty(t, issues, "an addition is no fault")
			require.Len(t, c.Services, 1)
			require.Equal(t, "18 and over", c.Services[0].Eligibility.Ages.String())
			require.Len(t, c.Services[0].Phones, 1)
			require.Equal(t, []string{"Choir"}, near(c, 51.45, -2.58))
			require.Equal(t, "Vestry", c.Offers()[0].Provider)
		})
	}
	t.Run("what they contradict each other in is unknown and kept", func(t *testing.T) {
		c, issues := parse(t, service(`"minimum_age":18,"description":"Soup","attributes":[{"link_type":"access","value":"step-free"}]`)+service(`"minimum_age":60,"description":"Stew","attributes":[{"link_type":"access","value":"no:step-free"}]`))
		s := c.Services[0]
		require.True(t, s.Eligibility.Ages.IsZero())
		require.Equal(t, "Soup", s.Description)
		require.Equal(t, sp.Unknown, s.Access[directory.StepFree])
		require.JSONEq(t, `["Soup","Stew"]`, string(s.Extra["contradicting.description"]))
		require.JSONEq(t, `[216,720]`, string(s.Extra["contradicting.eligibility.ages.from"]))
		require.Equal(t, map[string]int{
			"note description contradicting-record": 1, "warning eligibility.ages.from contradicting-record": 1, "warning access contradicting-record": 1,
		}, faults(issues))
	})
	t.Run("the same once more in a list is reported", func(t *testing.T) {
		one := service(`"email":"a@example.org"`)
		c, issues := parse(t, "{\"contents\":[\n"+one+",\n"+`{"id":"2","name":"Bowls","status":"active"},`+"\n"+one+"]}")
		require.Len(t, c.Services, 2)
		require.Equal(t, map[string]int{"note id duplicate-id": 1}, faults(issues))
		require.Equal(t, 4, issues[indexOf(issues, "duplicate-id")].Line)
	})
}

func indexOf(issues []sp.Issue, code string) int {
	for i, issue := range issues {
		if issue.Code == code {
			return i
		}
	}
	return -1
}

func TestReadJSONTakesARecordThatOthersNameAsTheirOrganisationForOne(t *testing.T) {
	const bare = `{"page_number":1,"contents":[{"id":"o","name":"Vestry","description":"Lends rooms"}]}`
	c, issues := parse(t, bare+`{"id":"1","name":"Choir","status":"active","organization_id":"o"}`)
	require.Equal(t, "Vestry", c.Offers()[0].Provider)
	require.Empty(t, faults(issues))
	_, issues = parse(t, bare)
	require.Equal(t, map[string]int{"error  unknown-record": 1}, faults(issues), "alone it could be anything")
	c, _ = parseWith(t, bare, feed.Options{Endpoint: "organizations"})
	require.Len(t, c.Organisations, 1, "unless the endpoint is known")
}

func TestReadJSONResolvesTermsWithinTheInput(t *testing.T) {
	const tagged = `{"id":"1","name":"Choir","status":"active","attributes":[{"id":"a","link_id":"1","link_type":"topic","taxonomy_term_id":"t7"}]}`
	c, issues := parse(t, tagged)
	require.Empty(t, c.Services[0].Topics)
	require.JSONEq(t, `"t7"`, string(c.Services[0].Extra["attributes[0].taxonomy_term_id"]))
	require.Equal(t, map[string]int{"note attributes[0].taxonomy_term_id unknown-term": 1}, faults(issues))
	want := []sp.Code{{System: "https://needs.example", Code: "singing", Display: "Singing"}}
	const terms = `{"taxonomies":[{"id":"x","name":"Needs","uri":"https://needs.example"}],"taxonomy_terms":[{"id":"t7","code":"singing","name":"Singing","taxonomy_id":"x"}]}`
	for _, text := range []string{terms + tagged, tagged + terms} {
		c, issues = parse(t, text)
		require.Equal(t, want, c.Services[0].Topics)
		require.Empty(t, c.Services[0].Extra)
		require.Empty(t, faults(issues))
	}
}

func TestHSDSPlacesOfOneNameInTwoTownsAreTwo(t *testing.T) {
	at := func(service, town, more string) string {
		return `{"id":"` + service + `","name":"` + service + `","status":"active","service_at_locations":[{"id":"v` + service + `","location":{"id":"1","name":"Hall","location_type":"physical",` + more +
			`"addresses":[{"id":"a","address_1":"1 ` + town + ` Road","city":"` + town + `"}]}}]}`
	}
	c, issues := parse(t, at("Choir", "Bristol", `"latitude":51.45,"longitude":-2.6,`)+at("Bowls", "Lancaster", ""))
	require.Equal(t, 1, faults(issues)["error id duplicate-id"])
	require.Empty(t, near(c, 51.45, -2.6), "neither is believed")
}

func TestHSDSPartsOfVenuesThatClashBelongToNone(t *testing.T) {
	c, issues := parse(t, `{"services":[{"id":"1","name":"Choir","status":"active"},{"id":"2","name":"Bowls","status":"active"}],"locations":[`+hall("l")+`],
		"service_at_locations":[{"id":"v","service_id":"1","location_id":"l"},{"id":"v","service_id":"2","location_id":"l"}],
		"schedules":[{"id":"r","service_at_location_id":"v","freq":"WEEKLY","byday":"TU"}]}`)
	require.Equal(t, 1, faults(issues)["error service_at_location_id dangling-reference"])
	for _, o := range c.Offers() {
		require.Empty(t, o.Schedules)
	}
}

func TestTheOrganisationOfAServiceGoesBeforeThatOfItsPlace(t *testing.T) {
	c, issues := parse(t, `{"id":"o","name":"Owner","locations":[{"id":"l","name":"Hall","location_type":"physical","latitude":51.4,"longitude":-2.5,
		"services":[{"id":"1","name":"Choir","status":"active","organization_id":"p"}]}]}{"id":"p","name":"Vestry","website":"https://vestry.example"}`)
	require.Equal(t, "Vestry", c.Offers()[0].Provider)
	require.Zero(t, faults(issues)["warning organization_id contradicting-reference"])
}

func TestHSDSFindsAnOrganisationInWords(t *testing.T) {
	const known = `{"organizations":[{"id":"o","name":"The Vestry"},{"id":"p","name":"Twins"},{"id":"q","name":"Twins"}],"services":[{"id":"1","name":"Choir","organization":"%"}]}`
	for said, want := range map[string]string{"o": "The Vestry", "the vestry": "The Vestry", "Twins": "", "Nobody": ""} {
		c, issues := parse(t, strings.Replace(known, "%", said, 1))
		require.Equal(t, want, c.Offers()[0].Provider, said)
		require.Len(t, faults(issues), 1, said)
		require.JSONEq(t, `"`+said+`"`, string(c.Services[0].Extra["organization"]))
	}
}

func TestHSDSResolvesTermsInOtherPlacesToo(t *testing.T) {
	want := []sp.Code{{System: "needs", Code: "t", Display: "Singing"}}
	const there = `{"id":"2","name":"Bowls","status":"active","attributes":[{"id":"a","taxonomy_term":{"id":"t","name":"Singing","taxonomy":"needs"}}]}`
	for _, fields := range []string{
		`"attributes":[{"id":"b","taxonomy_term_id":"t"}]`, `"attributes":[{"id":"b","taxonomy_term":"t"}]`, `"taxonomy_terms":["t"]`, `"taxonomy_ids":["t"]`,
		`"taxonomy_terms":[{"id":"t","name":"Singing","taxonomy":"needs"}]`, `"service_taxonomys":[{"id":"b","taxonomy_id":"t"}]`,
	} {
		c, issues := parse(t, service(fields)+there)
		require.Equal(t, want, c.Services[0].Topics, fields)
		require.Empty(t, faults(issues), fields)
		require.Empty(t, c.Services[0].Extra, fields)
	}
	c, issues := parse(t, service(`"taxonomy_ids":["t","u"]`)+there)
	require.Equal(t, want, c.Services[0].Topics)
	require.JSONEq(t, `["t","u"]`, string(c.Services[0].Extra["taxonomy_ids"]), "of which one is not there")
	require.Equal(t, map[string]int{"note taxonomy_ids unknown-term": 1}, faults(issues))
}

// What a venue said whose place nobody is to believe is kept without the time of the
// import, so that fetching it again changes nothing.
func TestReadJSONKeepsWhatAVenueSaidWithoutTheTimeOfTheImport(t *testing.T) {
	const text = `{"services":[{"id":"1","name":"Tea","service_at_locations":[{"id":"v","location":{"id":"l","name":"Hall","latitude":51.4,"longitude":-2.5}}]}],
		"locations":[{"id":"l","name":"Other","latitude":54,"longitude":-2.5}]}`
	first, _ := parseWith(t, text, feed.Options{Feed: "bay", Fetched: fetched})
	second, _ := parseWith(t, text, feed.Options{Feed: "bay", Fetched: fetched.AddDate(0, 0, 1)})
	require.Contains(t, first.Services[0].Extra, "service_at_locations.v")
	require.Equal(t, string(first.Services[0].Extra["service_at_locations.v"]), string(second.Services[0].Extra["service_at_locations.v"]))
}
