package hsds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func ExampleExporter() {
	source := `{"id":"S1","name":"Choir","status":"active","minimum_age":"18","organization":{"id":"O1","name":"Vestry"}}`
	catalogue, _, err := hsds.ReadJSON(context.Background(), strings.NewReader(source), "bay.json", feed.Options{Feed: "bay"})
	if err != nil {
		panic(err)
	}
	exporter := hsds.NewExporter(catalogue, hsds.ORUK3)
	detail, err := exporter.Service("bay/S1")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(detail))
	// Output: {"id":"S1","minimum_age":18,"name":"Choir","organization":{"description":"","id":"O1","name":"Vestry"},"organization_id":"O1","status":"active"}
}

// again exports a catalogue as a whole, and imports that.
func again(tb testing.TB, c directory.Catalogue) directory.Catalogue {
	tb.Helper()
	var out bytes.Buffer
	require.NoError(tb, hsds.NewExporter(c, hsds.HSDS3).WriteJSON(&out))
	back, _, err := hsds.ReadJSON(tb.Context(), &out, "back.json", feed.Options{Feed: "bay", Fetched: fetched})
	require.NoError(tb, err)
	return back
}

// inTables exports a catalogue as tables, and imports those.
func inTables(tb testing.TB, c directory.Catalogue) directory.Catalogue {
	tb.Helper()
	folder := fstest.MapFS{}
	require.NoError(tb, hsds.NewExporter(c, hsds.HSDS3).WriteTables(func(name string) (io.WriteCloser, error) {
		folder[name] = &fstest.MapFile{}
		return file{folder[name]}, nil
	}))
	back, _, err := hsds.ReadTables(tb.Context(), folder, feed.Options{Feed: "bay", Fetched: fetched})
	require.NoError(tb, err)
	return back
}

// A file is one in memory that is written to.
type file struct{ *fstest.MapFile }

func (f file) Write(p []byte) (int, error) {
	f.Data = append(f.Data, p...)
	return len(p), nil
}

func (f file) Close() error { return nil }

// same reports how two catalogues differ, but for the order of their records and
// the hashes of what they were read from.
func same(a, b directory.Catalogue) string {
	return cmp.Diff(a, b, cmpopts.IgnoreFields(directory.Provenance{}, "Hash"),
		cmpopts.SortSlices(func(x, y directory.Organisation) bool { return x.ID < y.ID }),
		cmpopts.SortSlices(func(x, y directory.Place) bool { return x.ID < y.ID }),
		cmpopts.SortSlices(func(x, y directory.Venue) bool { return x.ID < y.ID }),
	)
}

func TestExporterWritesWhatComesBack(t *testing.T) {
	for name, text := range map[string]string{
		"everything": `{"id":"1","name":"Choir","alternate_name":"Singers","status":"active","description":"Songs","url":"https://a.example","email":"a@a.example","application_process":"Come",
			"alert":"Closed at Easter","minimum_age":2.5,"maximum_age":65,"assured_date":"2026-10-01","last_modified":"2026-10-02T10:00:00.5Z","fees_description":"Two pounds","eligibility_description":"Carers",
			"phones":[{"number":"01632 960101","extension":7,"type":"voice","description":"Reception"}],"contacts":[{"name":"Ann Persona","title":"Host","email":"h@a.example","phones":[{"number":"01632 960102"}]}],
			"languages":[{"code":"cy"}],"service_areas":[{"name":"Bay","extent":"LA3,LA4 5","extent_type":"text"}],"capacities":[{"unit":{"name":"places"},"available":2,"maximum":9,"updated":"2026-11-01T00:00:00Z"}],
			"cost_options":[{"option":"Adult","amount":2.50,"currency":"GBP","amount_description":"an hour","valid_from":"2026-01-01","valid_to":"2026-12-31"}],
			"schedules":[{"freq":"MONTHLY","byday":"2TU","interval":2,"dtstart":"2026-01-13","until":"2026-12-31","opens_at":"10:00","closes_at":"12:00","valid_from":"2026-01-01","notes":"at the back"}],
			"attributes":[{"link_type":"access","value":"no:step-free"},{"link_type":"delivery","value":"online"},{"link_type":"referral-route","value":"self"},{"link_type":"eligibility-group","value":"carers"},
				{"link_type":"eligibility-restricted","value":"yes"},{"link_type":"funded-until","value":"2027-03-31"},{"link_type":"wait-days","value":"21"},
				{"link_type":"activity","value":"group"},{"link_type":"group-size","value":"12"},{"link_type":"drop-in","value":"yes"},{"link_type":"first-contact","value":"Ann at the door"},
				{"link_type":"intake-point","value":"The office"},{"link_type":"eligibility-excluded","value":"men"},{"link_type":"topic","taxonomy_term":{"id":"t","name":"Songs","taxonomy":"x"}}],
			"organization":{"id":"o","name":"Vestry","website":"https://v.example","organization_identifiers":[{"identifier_scheme":"GB-CHC","identifier_type":"charity","identifier":"1012345"}]},
			"service_at_locations":[{"id":"v","description":"Upstairs","location":{"id":"l","name":"Hall","location_type":"physical","latitude":54.05,"longitude":-2.8,"transportation":"Bus 5","external_identifier":"10","external_identifier_type":"UPRN",
				"addresses":[{"address_1":"3 Quay","address_2":"Bay","city":"Sandholme","state_province":"Lancashire","postal_code":"LA4 9ZA","country":"GB","address_type":"physical","attention":"A. Persona"}],
				"accessibility":[{"description":"Hearing loop"}]},"schedules":[{"freq":"WEEKLY","byday":"MO"}]}],"logo_of_somebody":{"a":[1,"<b>"]}}`,
		"what could not be read": service(`"minimum_age":18,"maximum_age":0,"url":"javascript:x","description":"<b>Tea</b>","assured_date":"soon",
			"schedules":[{"freq":"WEEKLY","byday":"TU","until":"03/04/2025"},{"freq":"fortnightly","byday":"TU","dtstart":"2026-12-01"},{"dtstart":"2026-12-01"}],
			"cost_options":[{"amount":"half"},{"amount":3,"valid_to":"soon"}]`),
		"contradictions":        service(`"minimum_age":18,"description":"Soup"`) + service(`"minimum_age":60,"description":"Stew"`),
		"records by themselves": `{"organizations":[{"id":"o","name":"Vestry"}],"locations":[{"id":"l","name":"Hall","location_type":"physical","latitude":54,"longitude":-2.8}]}`,
		"closures":              service(`"regular_schedules":[{"weekday":"Friday","opens_at":"10:00"}],"holiday_schedules":[{"closed":true,"start_date":"2026-12-25"},{"closed":false,"start_date":"2026-12-24","opens_at":"09:00"}]`),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := parse(t, text)
			back := again(t, c)
			require.Empty(t, same(c, back))
			require.Empty(t, same(back, again(t, back)))
			require.Empty(t, same(c, inTables(t, c)))
		})
	}
}

func TestExporterWritesTheOfficialExamplesSoThatTheyComeBack(t *testing.T) {
	for _, file := range []string{"hsds-3.1/examples/service_full.json", "hsds-3.1/examples/organization_full.json", "oruk-3.0/examples/service_full.json"} {
		t.Run(file, func(t *testing.T) {
			c, _ := read(t, importertest.Data(t, "hsds/"+file))
			for i := range c.Services {
				c.Services[i].Provenance.Feed = "bay"
			}
			text, err := json.Marshal(c)
			require.NoError(t, err)
			var moved directory.Catalogue // as the feed of the other tests
			require.NoError(t, json.Unmarshal(bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(`"test/`), []byte(`"bay/`)), []byte(`"feed":"test"`), []byte(`"feed":"bay"`)), &moved))
			require.Empty(t, same(moved, again(t, moved)))
		})
	}
}

func TestExporterLeavesUnknownWhatIsUnknown(t *testing.T) {
	c, _ := parse(t, service(`"minimum_age":18,"maximum_age":0,"url":"javascript:x","schedules":[{"freq":"WEEKLY","byday":"TU","until":"03/04/2025"}]`))
	detail, err := hsds.NewExporter(c, hsds.ORUK3).Service("bay/s")
	require.NoError(t, err)
	require.NotContains(t, string(detail), "javascript")
	back, _ := parse(t, string(detail))
	require.Equal(t, sp.Unknown, back.Services[0].Schedules[0].Occurs(importertest.Day("2026-11-24")))
	require.Equal(t, sp.Unknown, back.Services[0].Eligibility.Ages.Include(directory.Years(70)))
}

func TestPagesHaveAnEnvelopeThatCountsRight(t *testing.T) {
	var text strings.Builder
	for i := range 5 {
		fmt.Fprintf(&text, `{"id":"%d","name":"S","status":"active","schedules":[{"freq":"DAILY"}]}`, i)
	}
	c, _ := parse(t, text.String())
	x := hsds.NewExporter(c, hsds.ORUK3)
	for number, want := range map[int]string{1: "2 5 3 true false false", 2: "2 5 3 false false false", 3: "1 5 3 false true false", 4: "0 5 3 false true true"} {
		data, err := x.Page(number, 2)
		require.NoError(t, err)
		var p struct {
			Size     int              `json:"size"`
			Total    int              `json:"total_items"`
			Pages    int              `json:"total_pages"`
			First    bool             `json:"first_page"`
			Last     bool             `json:"last_page"`
			Empty    bool             `json:"empty"`
			Contents []map[string]any `json:"contents"`
		}
		require.NoError(t, json.Unmarshal(data, &p))
		require.Equal(t, want, fmt.Sprintln(p.Size, p.Total, p.Pages, p.First, p.Last, p.Empty)[:len(want)])
		require.Len(t, p.Contents, p.Size)
		for _, s := range p.Contents {
			require.NotContains(t, s, "schedules", "a list holds no parts")
			require.NotContains(t, s, "email", "an empty field is left out")
		}
	}
	_, err := x.Service("bay/none")
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestExporterWritesNoSecrets(t *testing.T) {
	c, _ := parse(t, service(`"phones":[{"number":"01632 960999","confidential":true},{"number":"01632 960101"}],"service_at_locations":[{"id":"v","location":{"id":"l","name":"Safe House","location_type":"physical",
		"latitude":51.45123,"longitude":-2.58123,"confidential":true,"mystery":"1 Hidden Road","addresses":[{"address_1":"1 Hidden Road","postal_code":"BS1 1AA"}]}}]`))
	var out bytes.Buffer
	require.NoError(t, hsds.NewExporter(c, hsds.HSDS3).WriteJSON(&out))
	detail, err := hsds.NewExporter(c, hsds.ORUK3).Service("bay/s")
	require.NoError(t, err)
	for _, text := range []string{out.String(), string(detail)} {
		for _, secret := range []string{"960999", "Hidden", "Safe House", "51.45", "BS1"} {
			require.NotContains(t, text, secret)
		}
	}
	require.Contains(t, out.String(), "960101")
	require.Equal(t, directory.ShownNothing, again(t, c).Places[0].Shown, "the next one keeps the secret too")
}

func TestExporterLeadsNobodyToASecretPlaceByWhatWasNotRead(t *testing.T) {
	for name, record := range map[string]string{
		"an address in words":            `"confidential":true,"address":"1 Hidden Road, Bristol"`,
		"a location in words":            `"is_confidential":"yes","location":"1 Hidden Road"`,
		"how to get there":               `"refuge":true,"directions":"behind 1 Hidden Road"`,
		"words beside its place":         `"directions":"behind 1 Hidden Road","locations":[{"id":"l","confidential":true,"latitude":51.45,"longitude":-2.58}]`,
		"words beside a masked one":      `"directions":"behind 1 Hidden Road","locations":[{"id":"l","mask_exact_address":true,"latitude":51.45,"longitude":-2.58}]`,
		"words where it happens there":   `"service_at_locations":[{"id":"v","directions":"behind 1 Hidden Road","location":{"id":"l","confidential":true,"latitude":51.45,"longitude":-2.58}}]`,
		"an attribute and a long way":    `"attributes":[{"link_type":"confidential","value":"yes"}],"meeting_point":"1 Hidden Road"`,
		"what a feed calls in its words": `"locationIsConfidential":"Y","address":"1 Hidden Road"`,
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := parse(t, service(record))
			require.Len(t, c.Services, 1)
			for _, standard := range []hsds.Standard{hsds.HSDS3, hsds.ORUK3} {
				detail, err := hsds.NewExporter(c, standard).Service(c.Services[0].ID)
				require.NoError(t, err)
				require.NotContains(t, string(detail), "Hidden")
			}
			require.Len(t, again(t, c).Services, 1)
			for _, p := range again(t, c).Places {
				require.NotEqual(t, directory.ShownInFull, p.Shown, "the next one keeps the secret too")
			}
		})
	}
}

// withoutOurs takes out the fields that the readers of this library alone know.
func withoutOurs(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if strings.HasPrefix(name, "sp_") {
				delete(v, name)
				continue
			}
			v[name] = withoutOurs(value)
		}
	case []any:
		for i := range v {
			v[i] = withoutOurs(v[i])
		}
	}
	return v
}

func TestHSDSExportSaysNoMoreThanWasKnown(t *testing.T) {
	for _, fields := range []string{
		`"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"end of term"`, `"freq":"WEEKLY","byday":"TU","until":{"date":"2025-03-31"}`,
		`"freq":"WEEKLY","byday":"TU","rdate":"2026-12-16"`, `"freq":"WEEKLY","byday":"TU","BYSETPOS":2`, `"freq":"WEEKLY","byday":"TU","exceptions":"school holidays"`,
		`"freq":"WEEKLY","byday":"TU","valid_to":"03/04/2025"`, `"freq":"WEEKLY","byday":"TU","count":"ten"`, `"freq":"WEEKLY","byday":"most days"`,
		`"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"2025-02-30"`, `"freq":"WEEKLY","byday":"TU","dtstart":"next term"`,
		`"freq":"MONTHLY","byday":"TU,WE","bysetpos":1`, `"rrule":"FREQ=WEEKLY;BYDAY=TU;COUNT=5"`, `"freq":"WEEKLY","interval":2,"wkst":"SU","byday":"TU,MO","dtstart":"2026-12-06"`,
	} {
		c, _ := parse(t, service(`"schedules":[{"id":"r",`+fields+`}]`))
		for _, standard := range []hsds.Standard{hsds.HSDS3, hsds.ORUK3} {
			detail, err := hsds.NewExporter(c, standard).Service(c.Services[0].ID)
			require.NoError(t, err)
			var v any
			require.NoError(t, json.Unmarshal(detail, &v))
			told, err := json.Marshal(withoutOurs(v))
			require.NoError(t, err)
			back, _ := parse(t, string(told))
			for _, s := range back.Services[0].Schedules {
				for day := importertest.Day("2026-11-23"); day < importertest.Day("2027-12-01"); day++ {
					require.NotEqual(t, sp.Yes, s.Occurs(day), "%s as %s", fields, told)
				}
			}
		}
	}
}

func TestExporterWritesNoFrequencyThatTheStandardsDoNotHave(t *testing.T) {
	for freq, want := range map[string]string{
		"WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "DAILY": "WEEKLY", "daily": "WEEKLY",
		"YEARLY": "", "BIWEEKLY": "", "BI_MONTHLY": "", "ONCE": "", "SINGLE": "",
	} {
		in := `[{"id": "s", "name": "Choir", "schedules": [{"id": "h", "freq": "` + freq + `", "dtstart": "2026-04-06"}]}]`
		c, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(in), "feed.json", feed.Options{Feed: "bay"})
		require.NoError(t, err)
		for _, standard := range []hsds.Standard{hsds.ORUK3, hsds.HSDS3} {
			out, err := hsds.NewExporter(c, standard).Service("bay/s")
			require.NoError(t, err)
			var got struct {
				Schedules []struct {
					Freq string `json:"freq"`
				} `json:"schedules"`
			}
			require.NoError(t, json.Unmarshal(out, &got))
			require.Len(t, got.Schedules, 1, freq)
			require.Equal(t, want, got.Schedules[0].Freq, "%s of %v", freq, standard)
		}
	}
}
