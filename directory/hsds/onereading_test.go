package hsds_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

// What people write in words has one reading or none.
func TestReadJSONReadsRulesInWords(t *testing.T) {
	tuesday := importertest.Day("2027-06-01")
	for fields, want := range map[string]sp.Truth{
		`"freq":"once a week","byday":"TU"`:             sp.Yes,
		`"freq":"per month","byday":"1TU"`:              sp.Yes,
		`"freq":"wythnosol","byday":"Dydd Mawrth"`:      sp.Yes,
		`"freq":"WEEKLY","byday":"every Tuesday"`:       sp.Yes,
		`"freq":"WEEKLY","byday":"every other Tuesday"`: sp.Unknown,
		`"freq":"ONCE","dtstart":"2027-06-01"`:          sp.Yes,
		`"freq":"one-off","dtstart":"2027-05-25"`:       sp.No,
		`"freq":"ONCE"`:                                                                 sp.Unknown,
		`"freq":"ONCE","dtstart":"soon"`:                                                sp.Unknown,
		`"freq":"ONCE","byday":"TU","dtstart":"2027-06-01"`:                             sp.Unknown,
		`"freq":"Weekly on Tuesdays"`:                                                   sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;COUNT=6","dtstart":"2027-05-25"`:                 sp.Yes,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;COUNT=1","dtstart":"2027-05-25"`:                 sp.No,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;COUNT=6"`:                                        sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;COUNT=some","dtstart":"2027-05-25"`:              sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=soon"`:                                     sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=20270601T100000Z","opens_at":"10:00"`:      sp.Yes,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=20280601T100000Z","until":"2027-01-01"`:    sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=20280601T100000Z;COUNT=3"`:                 sp.Unknown,
		`"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=20280601T100000Z","until":"in the summer"`: sp.Unknown,
	} {
		c, _ := parse(t, service(`"schedules":[{`+fields+`}]`))
		require.Equal(t, want, c.Services[0].Schedules[0].Occurs(tuesday), fields)
	}
}

func TestReadJSONReadsTimesInWords(t *testing.T) {
	for written, want := range map[string][2]string{
		"1830hrs": {"18:30", "18:30"}, "18:30 hrs": {"18:30", "18:30"}, "12 noon": {"12:00", "12:00"}, "12:00 midday": {"12:00", "12:00"},
		"midnight": {"00:00", "24:00"}, "10 o'clock": {}, "13:00 pm": {}, "4.15": {},
	} {
		c, _ := parse(t, service(`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"`+written+`"},{"freq":"WEEKLY","byday":"TU","closes_at":"`+written+`"}]`))
		s := c.Services[0].Schedules
		opens, read := s[0].Opens.Lookup()
		require.Equal(t, want[0] != "", read, written)
		if closes, _ := s[1].Closes.Lookup(); read {
			require.Equal(t, want, [2]string{opens.String(), closes.String()}, written)
		}
		require.Contains(t, c.Services[0].Extra, "schedules[0].opens_at", written)
	}
}

func TestReadJSONReadsAgesInWords(t *testing.T) {
	for fields, want := range map[string]string{
		`"maximum_age":"17 years"`: "under 18", `"maximum_age":"under 18"`: "under 18", `"maximum_age":"up to 17"`: "under 18",
		`"minimum_age":"18","maximum_age":"no upper limit"`: "18 and over", `"minimum_age":"from 18"`: "18 and over", `"minimum_age":"aged 18"`: "18 and over",
		`"minimum_age":"eighteen"`: "unknown", `"maximum_age":"under 0"`: "unknown", `"minimum_age":"18 - 25"`: "18 to 25", `"minimum_age":"25 - 18"`: "unknown", `"minimum_age":"over 18"`: "unknown",
	} {
		c, issues := parse(t, service(fields))
		got := c.Services[0].Eligibility.Ages
		text := got.String()
		if got.IsZero() {
			text = "unknown"
		}
		require.Equal(t, want, text, fields)
		require.NotEmpty(t, issues, fields)
		require.NotEmpty(t, c.Services[0].Extra, fields)
	}
}

func TestReadJSONRefusesLinksWithLettersThatNobodySees(t *testing.T) {
	for _, url := range []string{"https://bay.example/\u202ecod.exe", "https://bay.example\x00", "https://bay\u200b.example/"} {
		quoted, err := json.Marshal(url)
		require.NoError(t, err)
		c, issues := parse(t, service(`"url":`+string(quoted)))
		require.Empty(t, c.Services[0].URL, url)
		require.Equal(t, map[string]int{"warning url bad-url": 1}, faults(issues), url)
	}
}

func TestReadJSONReadsWhatWasSpoiltMoreThanOnce(t *testing.T) {
	c, issues := parseWith(t, service(`"description":"itÃ¢â‚¬â„¢s here"`), feed.Options{Repairs: feed.Repairs{Mojibake: true}})
	require.Equal(t, "it’s here", c.Services[0].Description)
	require.Equal(t, 1, faults(issues)["note description bad-encoding"])
}

// The organisation that a service names goes before one in which it only stands.
func TestReadJSONBelievesAServiceAboutItsOrganisation(t *testing.T) {
	c, issues := parse(t, `{"id":"9","name":"Council","services":[{"id":"1","name":"Tea","organization_id":"2"},{"id":"3","name":"Cake"},{"id":"4","name":"Jam","organization_id":"9"}]}
		{"id":"2","name":"Tea Club","website":"https://tea.example"}`)
	require.Equal(t, []directory.ID{"bay/2", "bay/9", "bay/9"}, []directory.ID{c.Services[0].Organisation, c.Services[1].Organisation, c.Services[2].Organisation})
	require.Equal(t, map[string]int{"warning organization_id contradicting-reference": 1}, faults(issues))
	require.JSONEq(t, `"2"`, string(c.Services[0].Extra["organization_id"]))
}

func TestReadJSONMakesNothingOfAWordForNothing(t *testing.T) {
	c, issues := parse(t, `[{"name":"null","status":"active"},{"id":"None","name":"NULL","status":"active"},{"id":"1","name":"None","status":"active"}]`)
	require.Len(t, c.Services, 1, "somebody who is called so has an identifier")
	require.Equal(t, 2, faults(issues)["error  no-record"])
}

func TestReadJSONSaysThatATopicInWordsIsNone(t *testing.T) {
	c, issues := parse(t, service(`"attributes":[{"link_type":"topic","value":"Loneliness"}]`))
	require.Empty(t, c.Services[0].Topics)
	require.Equal(t, map[string]int{"note attributes[0].value unknown-term": 1}, faults(issues))
	require.JSONEq(t, `"Loneliness"`, string(c.Services[0].Extra["attributes[0].value"]))
}

// Of several addresses the one to go to is used, in whatever words and order.
func TestReadTablesTakesTheAddressToGoTo(t *testing.T) {
	for _, rows := range []string{
		"a,l,Mailing,PO Box 1\nb,l,Physical Address,1 Road\n", "b,l,,1 Road\na,l,postal,PO Box 1\n", "a,l,Correspondence,PO Box 1\nb,l,,1 Road\n", "b,l,visiting,1 Road\na,l,po box,PO Box 1\n",
	} {
		c, issues, err := hsds.ReadTables(t.Context(), importertest.Folder("locations.csv", "id,name,latitude,longitude\nl,Hall,51.4,-2.5\n",
			"addresses.csv", "id,location_id,address_type,address_1\n"+rows), feed.Options{Feed: "bay"})
		require.NoError(t, err)
		p := c.Places[0]
		require.Equal(t, []string{"1 Road"}, p.Address.Lines, rows)
		require.Equal(t, "b", p.Address.ID, rows)
		require.Equal(t, 1, importertest.Codes(issues)["note second-address"], rows)
		kept, err := json.Marshal(p.Extra)
		require.NoError(t, err)
		require.Contains(t, string(kept), "PO Box 1", "nothing is lost")
	}
	c, _ := parse(t, `{"id":"l","name":"Hall","location_type":"physical","addresses":[{"address_type":"mailing","address_1":"PO Box 1"},{"address_type":"Physical Address","address_1":"1 Road"}]}`)
	require.Equal(t, []string{"1 Road"}, c.Places[0].Address.Lines)
}

func TestReadTablesTakesARowThatStandsTwiceOnce(t *testing.T) {
	c, issues, err := hsds.ReadTables(t.Context(), importertest.Folder("services.csv", "Service ID,Service Name\n1,Tea\n",
		"phones.csv", "id,service_id,number\np,1,01632 960101\np,1,01632 960101\nq,1,01632 960101\n",
		"cost_options.csv", "id,service_id,amount\nc,1,2\nc,1,2\n",
		"regular_schedules.csv", "id,service_id,weekday,opens_at\n1,1,Friday,10:00\n1,1,Friday,10:00\n",
		"holiday_schedules.csv", "id,service_id,closed,start_date,end_date,opens_at,closes_at\n1,1,false,2027-01-01,2027-01-01,11:00,12:00\n",
	), feed.Options{Feed: "bay"})
	require.NoError(t, err)
	require.Len(t, c.Services[0].Phones, 2)
	require.Len(t, c.Services[0].Cost.Prices, 1)
	require.Len(t, c.Services[0].Schedules, 2)
	require.Equal(t, "1-holiday", c.Services[0].Schedules[1].ID, "schedules and holidays may be numbered apart")
	require.Equal(t, 3, importertest.Codes(issues)["note duplicate-id"])
}

func TestReadJSONReadsAListOfCodesAboutAccess(t *testing.T) {
	c, issues := parse(t, `{"id":"l","name":"Hall","location_type":"physical","latitude":51.4,"longitude":-2.5,"accessibility":["wheelchair","restroom","tty"]}`)
	require.Equal(t, directory.Truths[directory.Access]{directory.StepFree: sp.Yes, directory.AccessibleToilet: sp.Yes}, c.Places[0].Access)
	require.Contains(t, c.Places[0].AccessText, "tty")
	require.Empty(t, faults(issues))
}

// A service is free only if nothing that it asks for is in doubt.
func TestReadJSONTakesNoServiceForFreeThatHasAPriceNobodyCanRead(t *testing.T) {
	for fields, want := range map[string]directory.Charge{
		`"fees":"Free","cost_options":[{"id":"c","amount":"ask"}]`:         "",
		`"fees":"Free","cost_options":[{"id":"c","amount":0}]`:             directory.Free,
		`"fees":"Free","cost_options":[{"id":"c","amount":5}]`:             directory.Paid,
		`"cost_options":[{"id":"c","option":"Donation","amount":0}]`:       directory.Donation,
		`"cost_options":[{"id":"c","option":"Donation"}]`:                  directory.Donation,
		`"cost_options":[{"id":"c","option":"Free","amount":"ask"}]`:       "",
		`"fees":"No charge to attend."`:                                    directory.Free,
		`"cost_options":[{"id":"c","amount":0},{"id":"d","amount":"ask"}]`: "",
	} {
		c, _ := parse(t, service(fields))
		require.Equal(t, want, c.Services[0].Cost.Charge, fields)
	}
}
