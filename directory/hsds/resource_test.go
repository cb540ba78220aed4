package hsds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// resources are a page of JSON:API that says of one service all that others can.
const resources = `{"jsonapi":{"version":"1.1"},"links":{"self":"https://bay.example/services?page=1"},"data":[
	{"type":"services","id":"S1","attributes":{"name":"Tea","status":"active","minimumAge":18},"links":{"self":"https://bay.example/services/S1"},
	 "relationships":{"organization":{"data":{"type":"organizations","id":"O1"}},"locations":{"data":[{"type":"locations","id":"L1"}]},
	  "phones":{"data":[{"type":"phones","id":"P1"}]},"schedules":{"data":[{"type":"schedules","id":"R1"}]},"reviews":{"data":[]},
	  "taxonomyTerms":{"data":[{"type":"taxonomy-terms","id":"T1"}]},"contacts":{"data":[{"type":"contacts","id":"C1"}]},
	  "photos":{"links":{"related":"https://bay.example/photos"}}}},
	{"type":"node--service","id":"S2","attributes":{"name":"Cake","status":"active"},
	 "relationships":{"service_at_locations":{"data":[{"type":"service_at_locations","id":"V2"}]},"organization":{"data":null}}}],
"included":[
	{"type":"organizations","id":"O1","attributes":{"name":"Hall Trust"}},
	{"type":"locations","id":"L1","attributes":{"name":"Hall","latitude":51.45,"longitude":-2.58}},
	{"type":"phones","id":"P1","attributes":{"number":"01632 960101"}},
	{"type":"schedules","id":"R1","attributes":{"freq":"WEEKLY","byday":"TU","opens_at":"10:00"}},
	{"type":"taxonomy-terms","id":"T1","attributes":{"code":"tea","name":"Tea","taxonomy":"https://needs.example"}},
	{"type":"contacts","id":"C1","attributes":{"title":"Host"},"relationships":{"phones":{"data":[{"type":"phones","id":"P2"}]}}},
	{"type":"phones","id":"P2","attributes":{"number":"01632 960102"}},
	{"type":"service_at_locations","id":"V2","attributes":{"description":"Upstairs"},"relationships":{"location":{"data":{"type":"locations","id":"L1"}}}}]}`

func TestReadJSONReadsResourcesOfJSONAPI(t *testing.T) {
	c, issues := parse(t, resources)
	require.Equal(t, map[string]int{"note  json-api": 1, "note  field-form": 1}, faults(issues))
	require.Len(t, c.Services, 2)
	tea := c.Services[0]
	require.Equal(t, "18 and over", tea.Eligibility.Ages.String())
	require.Equal(t, "Hall Trust", c.Offers()[0].Provider)
	require.Equal(t, []string{"Tea", "Cake"}, near(c, 51.45, -2.58))
	require.Equal(t, "01632 960101", tea.Phones[0].Number)
	require.Equal(t, sp.Yes, tea.Schedules[0].Occurs(importertest.Day("2026-11-24")))
	require.Equal(t, []sp.Code{{System: "https://needs.example", Code: "tea", Display: "Tea"}}, tea.Topics)
	require.Equal(t, "01632 960102", tea.Contacts[0].Phones[0].Number)
	require.Contains(t, tea.Extra, "links")
	require.JSONEq(t, `{"photos":{"links":{"related":"https://bay.example/photos"}}}`, string(tea.Extra["relationships"]), "what is no record of a directory is kept")
	require.Empty(t, c.Services[1].Organisation)
	require.Len(t, c.Venues, 2)
	require.Equal(t, "Upstairs", c.Venues[1].Description)
	comesBack(t, c, feed.Options{Feed: "bay", Fetched: fetched})
}

func TestReadJSONReadsResourcesHoweverTheyStand(t *testing.T) {
	const tea = `{"type":"service","id":"S1","attributes":{"name":"Tea","status":"active"},"relationships":{"organization":{"data":{"type":"organization","id":"O1"}}}}`
	const trust = `{"type":"organization","id":"O1","attributes":{"name":"Hall Trust"}}`
	for name, text := range map[string]string{
		"one in an envelope":           `{"data":` + tea + `,"included":[` + trust + `]}`,
		"one a line":                   tea + "\n" + trust,
		"a list":                       "[" + trust + "," + tea + "]",
		"what is included first":       `{"included":[` + trust + `],"data":[` + tea + `]}`,
		"the other way round":          `{"data":[{"type":"services","id":"S1","attributes":{"name":"Tea"}},{"type":"organizations","id":"O1","attributes":{"name":"Hall Trust"},"relationships":{"services":{"data":[{"type":"services","id":"S1"}]}}}]}`,
		"types left out, as by Strapi": `{"services":[{"id":1,"attributes":{"name":"Tea","organization_id":"2"}}],"organizations":[{"id":2,"attributes":{"name":"Hall Trust"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := parse(t, text)
			require.Len(t, c.Services, 1)
			require.Equal(t, "Tea", c.Services[0].Name)
			require.Equal(t, "Hall Trust", c.Offers()[0].Provider)
		})
	}
}

func TestReadJSONMakesNothingOfResourcesThatAreNoRecords(t *testing.T) {
	for name, text := range map[string]string{
		"people who wrote them":  `{"data":[{"type":"users","id":"1","attributes":{"login":"ann"}}]}`,
		"nothing but a type":     `{"data":[{"type":"services","attributes":{}}]}`,
		"an answer that says no": `{"errors":[{"status":"404","title":"Not found"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, text)
			require.Empty(t, c.Offers())
			require.NotZero(t, importertest.Codes(issues)["error unknown-record"]+importertest.Codes(issues)["error no-record"], "%v", issues)
		})
	}
	t.Run("parts of nobody", func(t *testing.T) {
		_, issues := parse(t, `{"data":[{"type":"phones","id":"P1","attributes":{"number":"01632 960101"}}]}`)
		require.Equal(t, 1, importertest.Counts(issues)["error  dangling-reference"])
	})
	t.Run("attributes of the standard are none", func(t *testing.T) {
		c, issues := parse(t, service(`"type":"group","attributes":[{"link_type":"delivery","value":"online"}]`))
		require.Equal(t, directory.Truths[directory.Mode]{directory.Online: sp.Yes}, c.Services[0].Delivery)
		require.Zero(t, importertest.Codes(issues)["note json-api"])
	})
}

// A relationship says as much as a megabyte of identifiers may.
func TestReadJSONReadsResourcesInTimeThatIsLinear(t *testing.T) {
	text := `{"data":[{"type":"services","id":"S1","attributes":{"name":"Tea"},"relationships":{"locations":{"data":[` +
		strings.TrimSuffix(strings.Repeat(`{"type":"locations","id":"L"},`, 20_000), ",") + `]}}}]}`
	c, _ := parse(t, text)
	require.Contains(t, c.Services[0].Extra, "relationships", "a thousand at most are used")
}
