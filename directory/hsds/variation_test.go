package hsds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestHSDSTellsATopicOnce(t *testing.T) {
	want := []sp.Code{{System: "needs", Code: "T1", Display: "Loneliness"}}
	t.Run("as an attribute and as a term", func(t *testing.T) {
		c, _ := parse(t, `{"id":"1","name":"Choir","status":"active","attributes":[{"id":"a","taxonomy_term":{"id":"T1","taxonomy":"needs"}}],
			"taxonomy_terms":[{"id":"T1","name":"Loneliness","taxonomy":"needs"}]}`)
		require.Equal(t, want, c.Services[0].Topics)
	})
	t.Run("by an identifier whose term comes later", func(t *testing.T) {
		c, _ := parse(t, `{"services":[{"id":"1","name":"Choir","taxonomy_terms":["T1"],"attributes":[{"id":"a","taxonomy_term_id":"T1"}]}],
			"taxonomy_terms":[{"id":"T1","name":"Loneliness","taxonomy":"needs"}]}`)
		require.Equal(t, want, c.Services[0].Topics)
	})
	t.Run("in two rows", func(t *testing.T) {
		c, _ := tablesOf(t, "services.csv", "id,name\n1,Choir\n", "taxonomy_terms.csv", "id,name,taxonomy\nT1,Loneliness,needs\n",
			"attributes.csv", "id,link_id,link_entity,taxonomy_term_id\na,1,services,T1\nb,1,Service,T1\n")
		require.Equal(t, want, c.Services[0].Topics)
	})
}

func TestHSDSTakesNoProgrammeForAService(t *testing.T) {
	for _, list := range []string{"programs", "programs.csv"} {
		c, _ := parse(t, `{"`+list+`":[{"id":"p","organization_id":"o","name":"Advice","description":"For all"}],"services":[{"id":"1","name":"Choir","organization_id":"o"}],
			"organizations":[{"id":"o","name":"Vestry"}]}`)
		require.Len(t, c.Services, 1, list)
		require.Contains(t, c.Organisations[0].Extra, "programs.p", list)
	}
}

func TestReadTablesTakesTheNamesThatSpreadsheetsGiveColumns(t *testing.T) {
	c, issues := tablesOf(t, "Services.csv", "Service ID,Organisation Id,Service Name\n1,o,Choir\n", "Organisations.csv", "Organisation ID,Organisation Name\no,Vestry\n")
	require.Equal(t, "Vestry", c.Offers()[0].Provider)
	require.Equal(t, map[string]int{"note location_id no-location": 1}, importertest.Counts(issues))
}

func TestReadTablesHoldsNothingWhereAPlaceIsClosed(t *testing.T) {
	c, issues := tablesOf(t, "services.csv", "id,name\n1,Choir\n2,Bowls\n3,Tea\n", "locations.csv", "id,name,latitude,longitude\nL,Hall,54,-2\nM,Mill,55,-2\n",
		"service_at_locations.csv", "id,service_id,location_id\nv,1,L\nw,2,L\nx,2,M\n",
		"schedules.csv", "id,service_id,freq,byday\na,1,WEEKLY,FR\nb,2,WEEKLY,FR\n",
		"holiday_schedules.csv", "id,location_id,service_id,closed,start_date,end_date\nh,L,,true,2026-12-25,2026-12-25\ni,,3,true,2026-12-25,2026-12-25\n")
	christmas := importertest.Day("2026-12-25")
	require.Equal(t, sp.No, c.Services[0].Schedules[0].Occurs(christmas))
	require.Equal(t, sp.Yes, c.Services[0].Schedules[0].Occurs(christmas-7))
	require.Equal(t, sp.Yes, c.Services[1].Schedules[0].Occurs(christmas), "it is held at the mill too")
	require.Contains(t, c.Places[0].Extra, "holiday_schedules[0].start_date")
	require.Contains(t, c.Services[2].Extra, "holiday_schedules[0].start_date", "it has no hours of which that would be an exception")
	require.Equal(t, 2, importertest.Codes(issues)["note not-imported"])
}

func TestReadTablesTakesExtensionsFromNumbers(t *testing.T) {
	for written, want := range map[string]directory.Phone{
		"0117 496 0000 ext. 5":   {ID: "p", Number: "0117 496 0000", Extension: "5"},
		"01174960000x12":         {ID: "p", Number: "01174960000", Extension: "12"},
		"0117 496 0000 option 2": {ID: "p", Number: "0117 496 0000 option 2"},
	} {
		c, issues := tablesOf(t, "services.csv", "id,name\n1,Choir\n", "phones.csv", "id,service_id,number\np,1,"+written+"\n")
		require.Equal(t, []directory.Phone{want}, c.Services[0].Phones)
		if want.Extension != "" {
			require.Equal(t, 1, importertest.Codes(issues)["note phone-extension"])
			require.Contains(t, c.Services[0].Extra, "phones[0].number")
		}
	}
}

func TestHSDSReadsWhatIsNoAccess(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"Choir","status":"active","service_at_locations":[{"id":"v","location":{"id":"L","name":"Hall","latitude":54,"longitude":-2,
		"accessibility":[{"id":"a","description":"Not wheelchair accessible"},{"id":"b","description":"Step free access"},{"id":"c","description":"No hearing loop"}]}}]}`)
	require.Equal(t, directory.Truths[directory.Access]{directory.StepFree: sp.Unknown, directory.HearingLoop: sp.No}, c.Places[0].Access)
	require.Equal(t, 1, importertest.Codes(issues)["warning contradicting-fact"])
}

func TestHSDSTakesDashesForNothing(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"-","status":"active","description":"n.a.","fees":"-","email":"--","url":"–","schedules":[{"id":"s","freq":"WEEKLY","byday":"TU","until":"?"}]}`)
	s := c.Services[0]
	require.Equal(t, "-", s.Name, "names are never words for nothing")
	require.Empty(t, s.Description+s.Cost.Text+s.Email+s.URL)
	require.Equal(t, 4, importertest.Codes(issues)["note placeholder"])
	require.Equal(t, sp.Unknown, s.Schedules[0].Occurs(importertest.Day("2026-12-01")), "a question mark is an end that nobody knows")
}

func TestHSDSReadsBreaksThatWereEscapedTwice(t *testing.T) {
	c, _ := parse(t, `{"id":"1","name":"Choir","status":"active","description":"one\\\\ntwo\\tthree\\r\\nfour"}`)
	require.Equal(t, "one\ntwo three\nfour", c.Services[0].Description)
	require.Contains(t, c.Services[0].Extra, "description")
}

func TestHSDSReadsClosuresUnderTheNameThatProgramsGiveThem(t *testing.T) {
	c, _ := parse(t, `{"id":"1","name":"Choir","status":"active","regularScheduleCollection":[{"id":"r","freq":"WEEKLY","byday":"FR"}],
		"holidayScheduleCollection":[{"id":"h","closed":true,"start_date":"2026-12-25","end_date":"2026-12-25"}]}`)
	require.Equal(t, sp.No, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-25")))
	require.Equal(t, sp.Yes, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-18")))
}

func tablesOf(t *testing.T, pairs ...string) (directory.Catalogue, []sp.Issue) {
	t.Helper()
	c, issues, err := hsds.ReadTables(t.Context(), importertest.Folder(pairs...), feed.Options{Feed: "bay"})
	require.NoError(t, err)
	return c, issues
}
