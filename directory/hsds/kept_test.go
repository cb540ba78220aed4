package hsds_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// fieldsLeft returns the extra fields of the only service of a text.
func fieldsLeft(tb testing.TB, fields string) map[string]string {
	tb.Helper()
	c, _ := parse(tb, service(fields))
	require.Len(tb, c.Services, 1)
	left := map[string]string{}
	for field, raw := range c.Services[0].Extra {
		left[field] = string(raw)
	}
	return left
}

func TestReadJSONKeepsWhatAnAttributeDoesNotState(t *testing.T) {
	for _, tt := range []struct {
		name, attribute string
		want            map[string]string
	}{
		{"a link type of somebody's own", `"link_type":"waiting","value":"long"`, map[string]string{"attributes[0].link_type": `"waiting"`, "attributes[0].value": `"long"`}},
		{"a term of it is a topic", `"link_type":"topic","taxonomy_term":{"id":"t","name":"Lunch","taxonomy":"bay"}`, map[string]string{}},
		{"a term beside a fact", `"link_type":"access","value":"step-free","taxonomy_term":{"id":"t","name":"Ramp"}`, map[string]string{"attributes[0].taxonomy_term": `{"id":"t","name":"Ramp"}`}},
		{"a term of which only the name is stated", `"link_type":"topic","taxonomy_term":{"name":"Lunch"}`, map[string]string{"attributes[0].taxonomy_term.name": `"Lunch"`}},
		{"two names of a term", `"link_type":"topic","taxonomy_term":{"id":"t","name":"Lunch","term":"Dinner","taxonomy":"bay"}`, map[string]string{"attributes[0].taxonomy_term.term": `"Dinner"`}},
		{"a taxonomy with a name and a URI", `"link_type":"topic","taxonomy_term":{"id":"t","taxonomy":"bay","taxonomy_detail":{"uri":"https://bay.example.org"}}`, map[string]string{"attributes[0].taxonomy_term.taxonomy": `"bay"`, "attributes[0].taxonomy_term.taxonomy_detail": `{"uri":"https://bay.example.org"}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Empty(t, cmp.Diff(tt.want, fieldsLeft(t, `"attributes":[{`+tt.attribute+`}]`)))
		})
	}
}

func TestReadJSONKeepsAttributesOfALocationThatItHasNoPlaceFor(t *testing.T) {
	c, _ := parse(t, `{"id":"l","location_type":"physical","attributes":[
		{"link_type":"access","value":"hearing-loop"},
		{"link_type":"topic","taxonomy_term":{"id":"t","name":"Lunch","taxonomy":"bay"}}]}`)
	require.Len(t, c.Places, 1)
	require.Equal(t, directory.Truths[directory.Access]{directory.HearingLoop: sp.Yes}, c.Places[0].Access)
	require.JSONEq(t, `{"id":"t","name":"Lunch","taxonomy":"bay"}`, string(c.Places[0].Extra["attributes[1].taxonomy_term"]))
}

func TestReadJSONKeepsANumberOfSessionsThatLeadsNowhere(t *testing.T) {
	for name, schedule := range map[string]string{
		"without a start":           `"freq":"WEEKLY","byday":"TU","count":3`,
		"of a rule that is none":    `"freq":"BI_WEEKLY","dtstart":"2026-11-24","count":3`,
		"of more than two years":    `"freq":"MONTHLY","dtstart":"2026-11-24","count":3,"interval":24`,
		"without any rule or start": `"count":3`,
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "3", fieldsLeft(t, `"schedules":[{`+schedule+`}]`)["schedules[0].count"])
		})
	}
}

func TestAPlaceNamedTwiceByAServiceKeepsWhatBothSay(t *testing.T) {
	c, issues := parse(t, service(`"service_at_locations":[
		{"id":"v1","location":{"id":"l","location_type":"physical","latitude":54,"longitude":-2},"schedules":[{"freq":"WEEKLY","byday":"MO"}]},
		{"id":"v2","location_id":"l","description":"Ring first","phones":[{"number":"01632 960101"}],"schedules":[{"freq":"WEEKLY","byday":"TU","notes":"At the back"}]}]`))
	require.Len(t, c.Venues, 1)
	require.Len(t, c.Venues[0].Schedules, 2)
	extra := c.Venues[0].Extra
	require.JSONEq(t, `"Ring first"`, string(extra["v2.description"]))
	require.JSONEq(t, `[{"number":"01632 960101"}]`, string(extra["v2.phones"]))
	require.JSONEq(t, `"At the back"`, string(extra["v2.schedules[0].notes"]))
	require.Equal(t, map[string]int{"note location repeated-venue": 1}, faults(issues))
}

func TestReadJSONReportsAReferenceThatTheNestingContradicts(t *testing.T) {
	c, issues := parse(t, service(`"organization_id":"o2","organization":{"id":"o1","name":"Tidewell"},"service_at_locations":[
		{"id":"v","service_id":"other","location_id":"l2","location":{"id":"l1","location_type":"physical","latitude":54,"longitude":-2}}]`))
	require.Equal(t, directory.ID("bay/o1"), c.Services[0].Organisation)
	require.Equal(t, directory.ID("bay/s@l1"), c.Offers()[0].ID)
	require.JSONEq(t, `"o2"`, string(c.Services[0].Extra["organization_id"]))
	require.Equal(t, map[string]int{
		"warning organization_id contradicting-reference": 1, "warning service_id contradicting-reference": 1, "warning location_id contradicting-reference": 1,
	}, faults(issues))
	_, issues = parse(t, `{"id":"o","name":"Tidewell","website":"https://example.org","services":[{"id":"s","name":"Table","status":"active","organization_id":"o"}]}`)
	require.Empty(t, faults(issues))
}

func TestReadJSONKeepsWhatAFaultyPriceSays(t *testing.T) {
	require.Empty(t, cmp.Diff(map[string]string{
		"cost_options[0].amount": "-3", "cost_options[0].currency": `"pounds"`, "cost_options[1].currency": `"GBP"`, "cost_options[2].amount": "2",
		"cost_options[2].valid_from": `"2026-02-01"`, "cost_options[2].valid_to": `"2026-01-01"`,
	}, fieldsLeft(t, `"cost_options":[{"amount":-3,"currency":"pounds"},{"option":"ask","currency":"GBP"},{"amount":2,"valid_from":"2026-02-01","valid_to":"2026-01-01"}]`)))
}

// leaves calls each for every text, number and truth in v, with the name of its field.
func leaves(v any, field string, each func(field, text string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, item := range v {
			leaves(item, name, each)
		}
	case []any:
		for _, item := range v {
			leaves(item, field, each)
		}
	default:
		each(field, fmt.Sprint(v))
	}
}

// Identifiers aside, which are those of parts or become other ones, and facts
// that are stored in another form, every text of the official examples is
// somewhere in the catalogue.
func TestReadJSONLosesNothingOfTheOfficialExamples(t *testing.T) {
	stored := strings.Fields("freq interval byday bymonthday byweekno byyearday wkst opens_at closes_at valid_to currency amount updated last_modified minimum_age maximum_age link_entity")
	for _, standard := range []string{"hsds-3.1", "oruk-3.0"} {
		for _, file := range []string{"service_full", "organization_full", "service_at_location_full"} {
			path := importertest.Data(t, "hsds/"+standard+"/examples/"+file+".json")
			c, _ := read(t, path)
			kept, err := json.Marshal(c)
			require.NoError(t, err)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			var source any
			require.NoError(t, json.Unmarshal(text, &source))
			leaves(source, "", func(field, text string) {
				if field == "id" || strings.HasSuffix(field, "_id") || slices.Contains(stored, field) {
					return
				}
				quoted, err := json.Marshal(strings.Trim(text, "\" "))
				require.NoError(t, err)
				found := strings.Contains(strings.ToLower(string(kept)), strings.ToLower(strings.Trim(string(quoted), `"`)))
				require.True(t, found, "%s of %s: %q", field, path, text)
			})
		}
	}
}
