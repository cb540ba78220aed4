package oracletest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/internal/shared"
)

// schema compiles a schema of a folder whose schemas refer to each other by the
// names of their files.
func schema(tb testing.TB, folder, name string) *jsonschema.Schema {
	tb.Helper()
	c := jsonschema.NewCompiler()
	files, err := filepath.Glob(filepath.Join(shared.Dir(tb), "data/directory/hsds", folder, "*.json"))
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(tb, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(tb, err)
		fields, isObject := doc.(map[string]any)
		if !isObject || fields["openapi"] != nil {
			continue
		}
		delete(fields, "name") // no word of the standard, and a text where a schema may look for one
		require.NoError(tb, c.AddResource("https://schemas.example/"+filepath.Base(file), doc))
	}
	s, err := c.Compile("https://schemas.example/" + name)
	require.NoError(tb, err)
	return s
}

func validate(tb testing.TB, s *jsonschema.Schema, data []byte) {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(tb, err)
	require.NoError(tb, s.Validate(doc), string(data))
}

// full is a directory in which every field is set that an export can have.
const full = `{"id":"1","name":"Choir","status":"active","description":"Songs","url":"https://a.example","email":"a@a.example","minimum_age":2.5,"maximum_age":65,
	"assured_date":"2026-10-01","fees":"Two pounds","last_modified":"2026-10-02T10:00:00Z",
	"phones":[{"number":"01632 960101","extension":7}],"contacts":[{"name":"Ann Persona","title":"Host","phones":[{"number":"01632 960102"}]}],
	"languages":[{"code":"cy"}],"service_areas":[{"name":"Bay","extent":"LA3,LA4 5","extent_type":"text"}],"capacities":[{"unit":{"name":"places"},"available":2,"maximum":9,"updated":"2026-11-01T00:00:00Z"}],
	"cost_options":[{"option":"Adult","amount":2.50,"currency":"GBP","valid_from":"2026-01-01","valid_to":"2026-12-31"}],
	"schedules":[{"freq":"MONTHLY","byday":"2TU","interval":2,"dtstart":"2026-01-13","until":"2026-12-31","opens_at":"10:00","closes_at":"12:00"},{"freq":"DAILY"},{"dtstart":"2026-12-01"}],
	"attributes":[{"link_type":"access","value":"no:step-free"},{"link_type":"topic","taxonomy_term":{"id":"t","name":"Songs","taxonomy":"x"}}],
	"organization":{"id":"o","name":"Vestry","website":"https://v.example","organization_identifiers":[{"identifier_scheme":"GB-CHC","identifier_type":"charity","identifier":"1012345"}]},
	"service_at_locations":[{"id":"v","location":{"id":"l","name":"Hall","location_type":"physical","latitude":54.05,"longitude":-2.8,"external_identifier":"10","external_identifier_type":"UPRN",
		"addresses":[{"address_1":"3 Quay","city":"Sandholme","postal_code":"LA4 9ZA","country":"GB","address_type":"physical"}],"accessibility":[{"description":"Hearing loop"}]}}]}`

// feeds are what is exported: a full service, the directory of the pathway example,
// and the examples of the standards.
func feeds(tb testing.TB) map[string]directory.Catalogue {
	tb.Helper()
	found := map[string]directory.Catalogue{}
	add := func(name string, text []byte) {
		c, _, err := hsds.ReadJSON(tb.Context(), bytes.NewReader(text), name, feed.Options{Feed: "bay"})
		require.NoError(tb, err)
		require.NotEmpty(tb, c.Services)
		found[name] = c
	}
	add("full", []byte(full))
	for _, file := range []string{
		filepath.Join("..", "..", "examples", "internal", "bay", "bay.json"),
		filepath.Join(shared.Dir(tb), "data/directory/hsds/hsds-3.1/examples/service_full.json"),
		filepath.Join(shared.Dir(tb), "data/directory/hsds/oruk-3.0/examples/service_full.json"),
	} {
		text, err := os.ReadFile(file)
		require.NoError(tb, err)
		add(strings.TrimPrefix(file, shared.Dir(tb)), text)
	}
	return found
}

func TestExportsAreValidByThePublishedSchemas(t *testing.T) {
	for _, tt := range []struct {
		folder   string
		standard hsds.Standard
	}{{"oruk-3.0/schemata", hsds.ORUK3}, {"hsds-3.1/schema", hsds.HSDS3}} {
		s := schema(t, tt.folder, "service.json")
		for name, c := range feeds(t) {
			t.Run(tt.folder+" "+name, func(t *testing.T) {
				x := hsds.NewExporter(c, tt.standard)
				for _, service := range c.Services {
					data, err := x.Service(service.ID)
					require.NoError(t, err)
					validate(t, s, data)
				}
				page, err := x.Page(1, 10)
				require.NoError(t, err)
				var envelope struct {
					Contents []json.RawMessage `json:"contents"`
				}
				require.NoError(t, json.Unmarshal(page, &envelope))
				for _, one := range envelope.Contents {
					validate(t, s, one)
				}
			})
		}
	}
}

func TestTheSchemaRefusesWhatIsInvalid(t *testing.T) {
	s := schema(t, "oruk-3.0/schemata", "service.json")
	for _, text := range []string{`{"id":"1","status":"active"}`, `{"id":"1","name":"Choir","status":"paused"}`, `{"id":"1","name":"Choir","status":"active","schedules":[{"id":"r","freq":"DAILY"}]}`} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		require.Error(t, s.Validate(doc), text)
	}
}
