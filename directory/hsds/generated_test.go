package hsds_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/internal/tier"
)

// odd are values that feeds hold, and many that mean something special.
var odd = []any{
	"", " ", "Tea", "<b>Tea</b>", "NULL", "None", "n/a", "See notes.", "first\nsecond", `first\nsecond`, "CafÃ©", "Café", "&amp;lt;b&gt; &amp; &", "<3", "x, y; z",
	"Hearing loop", "restroom,tape_braille", "step free access", "Free", "Donation", "£2.50", "0", "12", "007", "-3", "2.5", "soon", "2026-12-01", "2026-12-25", "03/04/2026",
	"31/03/2026", "20260331T225959Z", "2000-01-01T08:00:00.000Z", "10:00", "9:30", "7.30pm", "24:00", "25:00", "true", "false", "yes", "no", "maybe",
	"WEEKLY", "MONTHLY", "DAILY", "YEARLY", "fortnightly", "week", "TU", "2TU", "MO,TU,WE,TH,FR,SA,SU", "Tuesday", "Mon-Fri", "SU", "a;ID=b", "A=B;FREQ=DAILY",
	"LA3,LA4 5", "text", "geojson", "http://statistics.data.gov.uk/id/statistical-geography/E05000001", "https://a.example", "javascript:x", "www.a.example", "a@a.example", "mailto:a@a.example",
	"no:step-free", "unknown:step-free", "step-free", "online", "self", "carers", "access", "delivery", "referral-route", "eligibility-group", "eligibility-restricted", "funded-until", "wait-days", "topic", "activity", "group-size", "drop-in", "first-contact", "intake-point", "eligibility-excluded",
	"physical", "Postal", "virtual", "in_person", "GBP", "usd", "pounds", "BS1 1AA", "bs11aa", "BS1", "cy", "Welsh", "active", "01632 960101", "116 123", "call us", `"01632 960102"`,
	"Open to all", "Ages 18 and over", "~x", "a b/c%", "x~0123abcd", strings.Repeat("long ", 20),
	0, 1, 2, 18, 65, 999, -1, 2.5, 51.45, -2.58, 100, 1e30, true, false, nil,
	[]any{},
	[]any{"MO", "WE"},
	[]any{1, nil, map[string]any{}},
	map[string]any{},
	map[string]any{"x": "<i>"},
}

// shapes are the fields of each sort of object; those that end in "[]" hold lists of
// the sort after the colon, and others with a colon one of them.
var shapes = map[string]string{
	"service": "id name alternate_name description url email status alert application_process fees fees_description eligibility_description minimum_age maximum_age assured_date last_modified attending_type mystery " +
		"organization_id organization:organization phones[]:phone contacts[]:contact languages[]:language service_areas[]:area capacities[]:capacity cost_options[]:price schedules[]:schedule regular_schedules[]:hours " +
		"holiday_schedules[]:holiday attributes[]:attribute service_at_locations[]:venue locations[]:location location_id",
	"organization": "id name alternate_name description email website parent_organization_id last_modified mystery phones[]:phone contacts[]:contact organization_identifiers[]:identifier locations[]:location",
	"location": "id name alternate_name description location_type latitude longitude transportation organization_id external_identifier external_identifier_type confidential mask_exact_address mystery " +
		"addresses[]:address accessibility[]:accessibility attributes[]:attribute languages[]:language phones[]:phone contacts[]:contact schedules[]:schedule services[]:service",
	"venue":         "id location_id description mystery location:location service_areas[]:area phones[]:phone contacts[]:contact schedules[]:schedule",
	"schedule":      "id freq interval byday bymonthday bysetpos wkst dtstart until count valid_from valid_to opens_at closes_at description notes mystery",
	"hours":         "id weekday opens_at closes_at byday dtstart mystery",
	"holiday":       "id closed start_date end_date opens_at closes_at",
	"phone":         "id number extension type description confidential mystery",
	"contact":       "id name title email mystery phones[]:phone",
	"identifier":    "id identifier identifier_type identifier_scheme mystery",
	"language":      "id name code note",
	"area":          "id name description extent extent_type uri mystery",
	"capacity":      "id available maximum updated unit:unit mystery",
	"unit":          "id name scheme",
	"price":         "id option amount currency amount_description valid_from valid_to mystery",
	"attribute":     "id link_type value label taxonomy_term_id taxonomy_term:term",
	"term":          "id name code taxonomy taxonomy_id term_uri term",
	"address":       "id address_1 address_2 city region state_province postal_code country address_type attention mystery",
	"accessibility": "id description details mystery",
	"top":           "services[]:service organizations[]:organization locations[]:location service_at_locations[]:orphan",
	"orphan":        "id service_id location_id description schedules[]:schedule",
}

// A generator makes feeds in which every record and every part has an identifier of
// its own, or none.
type generator struct{ ids int }

// object draws an object of a sort.
func (g *generator) object(t *rapid.T, sort string, depth int) map[string]any {
	o := map[string]any{}
	for field := range strings.FieldsSeq(shapes[sort]) {
		field, of, nested := strings.Cut(field, ":")
		field, list := strings.CutSuffix(field, "[]")
		has := 50
		switch {
		case field == "id" || field == "name":
			has = 85
		case nested && depth > 3:
			has = 5
		case nested && sort != "top":
			has = 25
		}
		if rapid.IntRange(1, 100).Draw(t, "has "+field) > has {
			continue
		}
		switch {
		case field == "id" && depth > 0:
			g.ids++
			o[field] = rapid.SampledFrom([]string{"%d", "a b/c%%%d", "~%d"}).Draw(t, field)
			o[field] = fmt.Sprintf(o[field].(string), g.ids)
		case field == "organization_id" || field == "location_id" || field == "service_id":
			o[field] = rapid.SampledFrom([]any{"1", "2", "3", 5, "a b/c%1", "~2"}).Draw(t, field)
		case !nested || rapid.IntRange(1, 20).Draw(t, "odd") == 1:
			o[field] = rapid.SampledFrom(odd).Draw(t, field)
		case list:
			items := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
			for i := range items {
				items[i] = g.object(t, of, depth+1)
			}
			o[field] = items
		default:
			o[field] = g.object(t, of, depth+1)
		}
	}
	return o
}

// What is imported, exported and imported again is equal, whatever it is. The feeds
// are the same in every run.
func TestExporterWritesEveryDirectorySoThatItComesBack(t *testing.T) {
	feeds := rapid.Custom(func(t *rapid.T) map[string]any { return new(generator).object(t, "top", 0) })
	for seed := range tier.Pick(60, 600, 20_000) {
		text, err := json.Marshal(feeds.Example(seed))
		require.NoError(t, err)
		o := feed.Options{Feed: "bay", Fetched: fetched}
		c, _, err := hsds.ReadJSON(t.Context(), bytes.NewReader(text), "feed.json", o)
		require.NoError(t, err)
		comesBack(t, c, o)
		if t.Failed() {
			t.Fatalf("feed %d: %s", seed, text)
		}
	}
}

func TestExporterWritesANumberBesideAConfidentialOneSoThatItComesBack(t *testing.T) {
	o := feed.Options{Feed: "bay", Fetched: fetched}
	const text = `{"id":"1","name":"Tea","status":"active","phones":[{"id":"a","number":"01632 960101","description":"CafÃ©"},{"id":"b","number":"01632 960102","confidential":"perhaps"}]}`
	c, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(text), "feed.json", o)
	require.NoError(t, err)
	require.True(t, c.Services[0].Phones[1].Confidential, "what cannot be read is not for everybody")
	comesBack(t, c, o)
}

func TestReadJSONMakesNoRecordsOfObjectsThatSayNothing(t *testing.T) {
	for _, field := range []string{
		`"locations":{}`, `"location":{}`, `"organization":{}`, `"attributes":[{"taxonomy_term":{}}]`, `"service_at_locations":[{"location":{}}]`, `"service_at_locations":[{"location_id":"l","service":{}}]`,
		`"capacities":[{"unit":{}}]`, `"schedules":{}`, `"service_at_locations":[{"location":{"id":"l","coordinates":{}}}]`,
	} {
		c, _ := parse(t, service(field))
		require.Len(t, c.Services, 1, field)
	}
}

// A number of sessions that cannot be read is an end, though nobody knows which.
func TestReadJSONTakesNoSeriesForEndlessWhoseNumberOfSessionsItCannotRead(t *testing.T) {
	c, _ := parse(t, service(`"schedules":[{"freq":"WEEKLY","byday":"TU","dtstart":"2026-11-24","count":"ten"}]`))
	require.Equal(t, sp.Unknown, c.Services[0].Schedules[0].Occurs(importertest.Day("2027-11-23")))
	require.JSONEq(t, `"ten"`, string(c.Services[0].Extra["schedules[0].count"]))
}

func TestReadJSONLeavesAnEndUnknownOnWhichTellingsContradictEachOther(t *testing.T) {
	until := func(day string) string {
		return service(`"schedules":[{"id":"h","freq":"WEEKLY","byday":"TU","until":"` + day + `"}]`)
	}
	c, _ := parse(t, until("2026-12-01")+until("2026-12-31")+until("2027-06-01"))
	require.Len(t, c.Services[0].Schedules, 1)
	require.Equal(t, sp.Unknown, c.Services[0].Schedules[0].Occurs(importertest.Day("2027-11-23")))
	c, _ = parse(t, service(`"minimum_age":18,"maximum_age":30`)+service(`"minimum_age":18,"maximum_age":60`)+service(`"maximum_age":99`))
	require.Equal(t, sp.Unknown, c.Services[0].Eligibility.Ages.Include(directory.Years(70)), "a third telling does not settle it")
	c, _ = parse(t, service(`"minimum_age":60`)+service(`"maximum_age":30`))
	require.Equal(t, sp.Unknown, c.Services[0].Eligibility.Ages.Include(directory.Years(20)))
	c, _ = parse(t, service(`"cost_options":[{"id":"p","amount":2}]`)+service(`"cost_options":[{"id":"p","amount":3}]`))
	require.True(t, c.Services[0].Cost.Prices[0].Unclear)
	require.NotEqual(t, directory.Free, c.Services[0].Cost.Charge)
}

func TestExporterStatesNothingThatTheFormatCannotDeny(t *testing.T) {
	c, issues := parse(t, service(`"attributes":[{"link_type":"eligibility-group","value":"no:women"},{"link_type":"eligibility-restricted","value":"no:yes"}]`))
	require.Empty(t, c.Services[0].Eligibility.Groups)
	require.Equal(t, sp.Unknown, c.Services[0].Eligibility.Restricted)
	require.Equal(t, 2, importertest.Codes(issues)["warning bad-answer"])
}
