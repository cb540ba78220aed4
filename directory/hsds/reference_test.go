package hsds_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// What feeds write as an identifier or a text where the standard has an object is what it
// stands for, in either order.
func TestReadJSONFollowsIdentifiersAlone(t *testing.T) {
	const hall = `{"id":"L1","name":"Hall","latitude":51.45,"longitude":-2.58,"location_type":"physical"}`
	for name, text := range map[string]string{
		"in a list":                                `{"services":[{"id":"1","name":"Tea","locations":["L1"]}],"locations":[` + hall + `]}`,
		"in a list that comes later":               `{"locations":[` + hall + `],"services":[{"id":"1","name":"Tea","locations":["L1"]}]}`,
		"in a text":                                `{"services":[{"id":"1","name":"Tea","location":"L1"}],"locations":[` + hall + `]}`,
		"in a list of its own name":                `{"services":[{"id":"1","name":"Tea","location_ids":["L1"]}],"locations":[` + hall + `]}`,
		"in a place":                               `{"locations":[{"id":"L1","name":"Hall","latitude":51.45,"longitude":-2.58,"services":["1"]}],"services":[{"id":"1","name":"Tea"}]}`,
		"in a service at a location":               `{"services":[{"id":"1","name":"Tea","service_at_locations":[{"id":"a","location":"L1"}]}],"locations":[` + hall + `]}`,
		"as the only one of a list in a venue":     `{"services":[{"id":"1","name":"Tea","service_at_locations":[{"id":"a","locations":[` + hall + `]}]}]}`,
		"as an object under another name":          `{"services":[{"id":"1","name":"Tea","venue":` + hall + `}]}`,
		"as the services of a venue, by their IDs": `{"services":[{"id":"1","name":"Tea"}],"service_at_locations":[{"id":"a","service":"1","location":` + hall + `}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, text)
			require.Len(t, c.Places, 1)
			require.Len(t, c.Venues, 1, issues)
			require.Equal(t, directory.VenueID(c.Services[0].ID, c.Places[0].ID), c.Venues[0].ID)
			require.Empty(t, c.Services[0].Extra, "it is all used")
			require.Empty(t, losses(issues))
		})
	}
}

func TestReadJSONKeepsIdentifiersOfWhatIsNotThere(t *testing.T) {
	c, issues := parse(t, `{"services":[{"id":"1","name":"Tea","locations":["L1","L2"]},{"id":"2","name":"Cake","location":"the old hall"}],"locations":[{"id":"L1","name":"Hall"}]}`)
	require.Len(t, c.Places, 1, "nobody invents a place")
	require.Len(t, c.Venues, 1)
	require.JSONEq(t, `["L1","L2"]`, string(c.Services[0].Extra["locations"]))
	require.JSONEq(t, `"the old hall"`, string(c.Services[1].Extra["location"]))
	require.Equal(t, map[string]int{"warning locations dangling-reference": 1, "warning location wrong-type": 1}, losses(issues))
}

func TestReadJSONGivesAnOrganisationWhatItNames(t *testing.T) {
	c, issues := parse(t, `{"organizations":[{"id":"O","name":"Trust","services":["1","2"],"locations":["L"]}],"services":[{"id":"1","name":"Tea"},{"id":"2","name":"Cake","organization_id":"P"}],
		"locations":[{"id":"L","name":"Hall"}]}`)
	require.Equal(t, c.Organisations[0].ID, c.Services[0].Organisation)
	require.NotEqual(t, c.Organisations[0].ID, c.Services[1].Organisation, "which names another itself")
	require.Equal(t, c.Organisations[0].ID, c.Places[0].Organisation)
	require.Equal(t, 1, losses(issues)["warning services dangling-reference"])
	require.JSONEq(t, `["1","2"]`, string(c.Organisations[0].Extra["services"]))
}

func TestReadJSONReadsTextsInPlaceOfParts(t *testing.T) {
	c, issues := parse(t, `{"services":[{"id":"1","name":"Tea","languages":["English","cy"],"service_areas":["Bristol"],"contacts":["Ann Persona"],"cost_options":["Free"],
		"attributes":["t1"],"eligibility":[{"minimum_age":18}],"min_age":18}],"taxonomy_terms":[{"id":"t1","name":"Loneliness","taxonomy":"https://needs.example"}]}`)
	s := c.Services[0]
	require.Equal(t, directory.Truths[directory.Language]{"en": sp.Yes, "cy": sp.Yes}, s.Languages)
	require.Equal(t, "Bristol", s.Area.Text)
	require.Len(t, s.Contacts, 1)
	require.Equal(t, directory.Free, s.Cost.Charge)
	require.Equal(t, []sp.Code{{System: "https://needs.example", Code: "t1", Display: "Loneliness"}}, s.Topics)
	require.Equal(t, sp.Know(directory.Months(216)), s.Eligibility.Ages.From)
	require.Empty(t, s.Extra)
	require.Empty(t, losses(issues))
}

// A refuge must not be found because its feed has a word of its own for that it is
// confidential.
func TestReadJSONHidesAPlaceByWhateverNameItIsConfidential(t *testing.T) {
	for fields, want := range map[string]directory.Shown{
		`"address_is_confidential":true`:                            directory.ShownNothing,
		`"confidentiality":"high"`:                                  directory.ShownNothing,
		`"confidentialLocation":"Y"`:                                directory.ShownNothing,
		`"location_type":"Confidential"`:                            directory.ShownNothing,
		`"attributes":[{"link_type":"confidential","value":"yes"}]`: directory.ShownNothing,
		`"address_visible":false`:                                   directory.ShownNothing,
		`"confidential":"perhaps"`:                                  directory.ShownNothing,
		`"address_is_confidential":"no"`:                            directory.ShownInFull,
		`"confidentiality":""`:                                      directory.ShownInFull,
		`"confidentiality":null`:                                    directory.ShownInFull,
		`"confidentiality":"None"`:                                  directory.ShownInFull,
		`"attributes":[{"link_type":"confidential","value":"no"}]`:  directory.ShownInFull,

		`"addresses":[{"address_1":"1 Road","address_confidentiality":true}]`: directory.ShownNothing,
	} {
		c, _ := parse(t, `{"locations":[{"id":"L","name":"House","latitude":51.45,"longitude":-2.58,`+fields+`}]}`)
		require.Equal(t, want, c.Places[0].Shown, fields)
	}
}

func TestReadJSONMakesNoPlaceOfAWordForNothing(t *testing.T) {
	c, _ := parse(t, `{"id":"1","name":"Tea","status":"active","latitude":"nan","longitude":"null"}`)
	require.Empty(t, c.Places)
}

// At the top of a page a service at a location that stands twice is a fault of the feed, as
// any other record is.
func TestReadJSONNotesAServiceAtALocationThatStandsTwice(t *testing.T) {
	const sal = `{"id":"a","service_id":"1","location_id":"L"}`
	c, issues := parse(t, `{"services":[{"id":"1","name":"Tea"}],"locations":[{"id":"L","name":"Hall","latitude":51.45,"longitude":-2.58}],"service_at_locations":[`+sal+`,`+sal+`]}`)
	require.Len(t, c.Venues, 1)
	require.Equal(t, 1, importertest.Codes(issues)["note duplicate-id"])
	_, issues = parse(t, `{"services":[{"id":"1","name":"Tea","service_at_locations":[`+sal+`]}],"locations":[{"id":"L","name":"Hall","latitude":51.45,"longitude":-2.58}],"service_at_locations":[`+sal+`]}`)
	require.Zero(t, importertest.Codes(issues)["note duplicate-id"], "which is usual where it is nested")
}

func TestReadJSONKeepsDaysThatItCannotReadUnderWhateverName(t *testing.T) {
	for _, field := range []string{"byday", "weekday", "days", "day", "day_of_week"} {
		c, issues := parse(t, `{"id":"1","name":"Tea","status":"active","schedules":[{"freq":"WEEKLY","`+field+`":0}]}`)
		require.Equal(t, map[string]int{"warning schedules[0].freq bad-rule": 1}, losses(issues), field)
		require.Equal(t, "0", string(c.Services[0].Extra["schedules[0]."+field]), field)
	}
}

// losses returns how many issues there are by which something is lost, of each kind.
func losses(issues []sp.Issue) map[string]int {
	return importertest.Counts(slices.DeleteFunc(slices.Clone(issues), func(i sp.Issue) bool { return i.Severity == sp.Note }))
}
