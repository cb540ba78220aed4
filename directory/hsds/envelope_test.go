package hsds_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestReadJSONTakesNoEnvelopeForARecord(t *testing.T) {
	t.Run("a page of Open Referral UK 1", func(t *testing.T) {
		c, issues := parse(t, `{"totalElements":2,"number":1,"content":[
			{"id":"1","name":"Choir","status":"active","organization":{"id":"o","name":"Vestry"}},
			{"id":"2","name":"Bowls","status":"active","organization":{"id":"o","name":"Vestry"}}]}`)
		require.Len(t, c.Services, 2)
		require.Len(t, c.Organisations, 1)
		require.Equal(t, map[string]int{"note content old-envelope": 1}, faults(issues))
	})
	t.Run("lists by name", func(t *testing.T) {
		c, issues := parse(t, `{"services":[{"id":"1","name":"Choir","organization_id":"o"}],"organizations":[{"id":"o","name":"Vestry"}],"built":"today"}`)
		require.Len(t, c.Organisations, 1)
		require.Equal(t, "Vestry", c.Offers()[0].Provider)
		require.Equal(t, map[string]int{"note built not-imported": 1}, faults(issues))
	})
	for _, around := range []string{
		`{"data":[%]}`, `{"result":{"services":[%]}}`, `{"results":[%],"count":1}`, `{"organization":{"id":"o","name":"Vestry"},"services":[%]}`, `[{"payload":{"service":[%]}}]`,
		`{"organization":{"services":[%]}}`, `{"organizations":[{"services":[%]}]}`,
	} {
		t.Run(around, func(t *testing.T) {
			c, _ := parse(t, strings.Replace(around, "%", `{"id":"1","name":"Choir","status":"active"}`, 1))
			require.Len(t, c.Services, 1)
		})
	}
	t.Run("a record with a list called contents", func(t *testing.T) {
		c, issues := parse(t, `{"id":"1","name":"Choir","status":"active","contents":[{"id":"x","name":"Songs"}]}`+"\n"+service(`"email":"a@example.org"`))
		require.Len(t, c.Services, 2)
		require.Contains(t, c.Services[0].Extra, "contents")
		require.Empty(t, faults(issues))
	})
	t.Run("a record that was taken for a page says so", func(t *testing.T) {
		_, issues := parse(t, `{"contents":[{"id":"x","name":"Songs","status":"active"}],"id":"1","name":"Choir"}`)
		require.Equal(t, map[string]int{"error  no-record": 1}, faults(issues))
	})
	t.Run("parts by themselves go to whom they name, whatever the order", func(t *testing.T) {
		c, issues := parse(t, `{"phones":[{"id":"p","service_id":"1","number":"01632 960101"}],"schedules":[{"id":"r","service_at_location_id":"v","freq":"WEEKLY","byday":"TU"}],
			"service_at_locations":[{"id":"v","service_id":"1","location_id":"l"}],"locations":[`+hall("l")+`],"services":[{"id":"1","name":"Choir","status":"active"}]}`)
		require.Empty(t, issues)
		require.Len(t, c.Services[0].Phones, 1)
		require.Equal(t, sp.Yes, c.Offers()[0].Schedules[0].Occurs(importertest.Day("2026-11-24")))
	})
}

func TestReadJSONMakesNothingOfWhatIsNoRecord(t *testing.T) {
	for name, text := range map[string]string{
		"an answer that says no":          `{"status":"error","message":"No such page","url":"https://bay.example/1"}`,
		"parts of a service that is not":  `{"schedules":[{"id":"r","service_id":"1","freq":"WEEKLY","byday":"TU"}]}`,
		"an identifier with a status":     `{"id":"500","status":"error"}`,
		"a service that is only a status": `{"services":[{"status":"active"}]}`,
		"a page of the web":               `<!doctype html><title>Moved</title>`,
		"shapes of a map":                 `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Park"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, issues := parse(t, text)
			require.Empty(t, c.Offers())
			require.True(t, slices.ContainsFunc(issues, func(i sp.Issue) bool { return i.Severity == sp.Error }), "%v", issues)
		})
	}
}

func TestReadJSONReadsOpenReferralUK1InFull(t *testing.T) {
	c, issues := parse(t, `{"totalElements":1,"content":[{"id":"1","name":"Choir","status":"active","attending_type":"venue",
		"eligibilitys":[{"id":"e","eligibility":"Anybody who sings","minimum_age":16,"maximum_age":25}],
		"regular_schedules":[{"id":"r","freq":"WEEKLY","byday":"TU","opens_at":"10:00","closes_at":"11:00"}],
		"holiday_schedules":[{"id":"h","closed":true,"start_date":"2026-12-22","end_date":"2026-12-29"}],
		"service_taxonomys":[{"id":"st","taxonomy":{"id":"t1","name":"Singing","vocabulary":"bay"}}],
		"languages":[{"id":"g","language":"Welsh"}],"service_areas":[{"id":"a","service_area":"Bay"}],
		"service_at_locations":[{"id":"v","location":{"id":"l","name":"Hall","latitude":54,"longitude":-2.8,"physical_addresses":[{"id":"p","address_1":"3 Quay","city":"Bay","postal_code":"LA4 9ZA"}],
			"accessibility_for_disabilities":[{"id":"d","accessibility":"Hearing loop"}]}}],
		"organization":{"id":"o","name":"Vestry","url":"https://vestry.example"}}]}`)
	s, p := c.Services[0], c.Places[0]
	require.Equal(t, "16 to 25", s.Eligibility.Ages.String())
	require.Equal(t, "Anybody who sings", s.Eligibility.Text)
	require.Equal(t, sp.Yes, s.Delivery[directory.InPerson])
	require.Equal(t, sp.No, s.Schedules[0].Occurs(importertest.Day("2026-12-22")))
	require.Equal(t, sp.Yes, s.Schedules[0].Occurs(importertest.Day("2026-12-15")))
	require.Equal(t, []sp.Code{{System: "bay", Code: "t1", Display: "Singing"}}, s.Topics)
	require.Equal(t, sp.Yes, s.Languages["cy"])
	require.Equal(t, "Bay", s.Area.Text)
	require.Equal(t, "LA4 9ZA", p.Address.Postcode)
	require.Equal(t, sp.Yes, p.Access[directory.HearingLoop])
	require.Equal(t, "https://vestry.example", c.Organisations[0].Website)
	require.Equal(t, map[string]int{"note content old-envelope": 1}, faults(issues))
}

func TestReadFilesRefusesWrongFilesAtLittleCost(t *testing.T) {
	c, issues := parse(t, strings.Repeat("1\n", 100_000))
	require.Empty(t, c.Services)
	require.Len(t, issues, 1001)
	require.Equal(t, 99_000, issues[1000].Count)
	require.Equal(t, 100_000, importertest.Counts(issues)["error  not-a-record"])
}

func TestHSDSFeedsWithANameAreNoOrganisations(t *testing.T) {
	for name, text := range map[string]string{
		"a feed with a version":       `{"version":"3.0","name":"Bay","services":[{"id":"1","name":"Choir","status":"active"}]}`,
		"a feed of several lists":     `{"id":"feed","title":"Bay","organizations":[{"id":"o","name":"Vestry"}],"services":[{"id":"1","name":"Choir","organization_id":"o"}]}`,
		"lists in an unknown wrapper": `{"hsds":{"services":[{"id":"1","name":"Choir","status":"active"}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := parse(t, text)
			require.Len(t, c.Services, 1)
			for _, o := range c.Organisations {
				require.Equal(t, "Vestry", o.Name)
			}
		})
	}
	t.Run("an organisation that holds its services is one", func(t *testing.T) {
		c, _ := parse(t, `{"id":"o","name":"Vestry","services":[{"id":"1","name":"Choir","status":"active"}]}`)
		require.Equal(t, "Vestry", c.Offers()[0].Provider)
	})
}

func TestHSDSReadsNamesOfFieldsInOtherForms(t *testing.T) {
	const text = `{"Id":"1","Name":"Choir","Status":"active","minimumAge":18,"organisation":{"id":"o","name":"Vestry"},"serviceAtLocations":[{"id":"v","location":
		{"id":"l","locationType":"physical","lat":51.45,"lng":-2.58,"addresses":[{"id":"a","addressLine1":"3 Quay","postcode":"BS1 1AA"}]}}],"pc_Odd":{"minimumAge":1}}`
	c, issues := parse(t, text)
	require.Equal(t, map[string]int{"note  field-form": 1}, faults(issues), "one for the file")
	require.Equal(t, []string{"Choir"}, near(c, 51.45, -2.58))
	require.Equal(t, "Vestry", c.Offers()[0].Provider)
	require.Equal(t, "18 and over", c.Services[0].Eligibility.Ages.String())
	require.Equal(t, "BS1 1AA", c.Places[0].Address.Postcode)
	require.JSONEq(t, `{"minimumAge":1}`, string(c.Services[0].Extra["pc_Odd"]), "what is kept is as the feed wrote it")
}

func TestHSDSReadsJSONInUTF16(t *testing.T) {
	const text = `{"id":"1","name":"Café","status":"active"}`
	for name, in := range map[string]string{"with a mark": "\xff\xfe", "without one": ""} {
		t.Run(name, func(t *testing.T) {
			for _, r := range text {
				in += string([]byte{byte(r), byte(r >> 8)})
			}
			c, issues := parse(t, in)
			require.Equal(t, "Café", c.Services[0].Name)
			require.Empty(t, faults(issues))
		})
	}
}

func TestHSDSTakesWhatNobodySeesForNoRecord(t *testing.T) {
	for _, text := range []string{
		`{"services":[{"id":"","name":"\u200b","status":"active"}]}`, `{"services":[{"id":"null","name":"NULL","status":"active"}]}`,
		`{"locations":[{"latitude":0,"longitude":0}]}`, `{"services":[{},{"id":null,"name":" "}]}`,
	} {
		c, issues := parse(t, text)
		require.Empty(t, c.Services)
		require.Empty(t, c.Places)
		require.NotZero(t, faults(issues)["error  no-record"], text)
	}
}

// Programs put records into envelopes of many names, some of which have a name or an
// identifier of their own.
func TestReadJSONReadsEnvelopesOfAnyName(t *testing.T) {
	const one = `{"id":"S1","name":"Tea","organization":{"id":"O1","name":"Hall"}}`
	const two = one + `,{"id":"S2","name":"Cake","organization":{"id":"O1","name":"Hall"}}`
	const other = `{"id":"S2","name":"Cake","organization_id":"O1"}`
	for _, text := range []string{
		`{"Content":[` + two + `],"TotalElements":2}`,
		`{"CONTENTS":[` + two + `]}`,
		`{"Data":[` + two + `]}`,
		`{"d":{"results":[` + two + `]}}`,
		`{"@odata.context":"x","value":[` + two + `]}`,
		`{"hits":{"hits":[{"_id":"1","_source":` + one + `},{"_id":"2","_source":` + other + `}]}}`,
		`{"_embedded":{"services":[` + two + `]},"page":{"size":2}}`,
		`{"pages":[{"contents":[` + one + `]},{"contents":[` + other + `]}]}`,
		`{"gwasanaethau":[` + two + `]}`,
		`{"name":"Directory of the bay","services":[` + two + `]}`,
		`{"id":"feed-1","services":[` + two + `]}`,
		`{"page_number":1,"contents":[` + two + `],"name":"Page"}`,
		`{"services":[{"service":` + one + `},{"service":` + other + `}]}`,
		`{"content":["{\"id\":\"S9\"}",` + two + `]}`,
		`[{"content":[` + one + `]},{"content":[` + other + `]}]`,
	} {
		c, _ := parse(t, text)
		require.Equal(t, []int{2, 1}, []int{len(c.Services), len(c.Organisations)}, text)
		require.Equal(t, []directory.ID{"bay/O1", "bay/O1"}, []directory.ID{c.Services[0].Organisation, c.Services[1].Organisation}, text)
	}
}

// Nothing is made of the shapes of a map, in whatever they are wrapped.
func TestReadJSONMakesNothingOfShapes(t *testing.T) {
	const shape = `{"type":"Feature","properties":{"name":"Hall","address_1":"1 Road","phones":"1"},"geometry":{"type":"Point","coordinates":[-2,51]}}`
	for _, text := range []string{shape, `{"type":"FeatureCollection","features":[` + shape + `]}`, `[` + shape + `]`, `{"data":{"features":[` + shape + `]}}`, `{"map":[` + shape + `]}`} {
		c, issues := parse(t, text)
		require.Zero(t, len(c.Services)+len(c.Organisations)+len(c.Places), text)
		require.NotEmpty(t, errorsOf(issues), text)
	}
}

// What Python and people write that is nearly JSON is read as it was meant.
func TestReadJSONReadsWhatIsNearlyJSON(t *testing.T) {
	c, issues := parse(t, `{"id":"S1","name":"Tea","status":"active","minimum_age":NaN,"maximum_age":-Infinity,"phones":[{"number":"01632 960101"},],}`)
	require.Len(t, c.Services, 1)
	require.True(t, c.Services[0].Eligibility.Ages.IsZero())
	require.Len(t, c.Services[0].Phones, 1)
	require.Equal(t, 1, importertest.Codes(issues)["note json-form"])
	for _, text := range []string{`{"id":"S1","name":"Tea",,"status":"active"}`, `{"id":"S1",,}`, `{"id":"S1","name":NaNa}`, `{,}`} {
		c, issues := parse(t, text)
		require.Empty(t, c.Services, text)
		require.NotEmpty(t, errorsOf(issues), text)
	}
}
