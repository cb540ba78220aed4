package hsds_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/hsds"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/geo"
)

// parseWith reads a text as the feed "bay" under options.
func parseWith(tb testing.TB, text string, o directory.ImportOptions) (directory.Catalogue, []sp.Issue) {
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

func TestEnvelopesAreNoRecords(t *testing.T) {
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
	for _, around := range []string{`{"data":[%]}`, `{"result":{"services":[%]}}`, `{"results":[%],"count":1}`, `{"organization":{"id":"o","name":"Vestry"},"services":[%]}`, `[{"payload":{"service":[%]}}]`} {
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

func TestNothingIsMadeOfWhatIsNoRecord(t *testing.T) {
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
			require.NotEmpty(t, issues)
			require.Equal(t, sp.Error, issues[0].Severity)
		})
	}
}

func TestVenuesAreToldByServiceAndPlaceNotByTheirIdentifiers(t *testing.T) {
	c, issues := parse(t, `[{"id":"1","name":"Choir","status":"active","service_at_locations":[{"id":"x","location":`+hall("x")+`}]},
		{"id":"2","name":"Bowls","status":"active","service_at_locations":[{"id":"x","location":`+hall("x")+`}]}]`)
	require.Equal(t, []string{"Choir", "Bowls"}, near(c, 51.45, -2.58))
	require.Equal(t, map[string]int{"note id duplicate-id": 1}, faults(issues))
}

func TestClashesOfIdentifiersAreNeverBelieved(t *testing.T) {
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
		c, issues := parseWith(t, text, directory.ImportOptions{IDs: directory.PageIDs})
		require.Empty(t, faults(issues))
		require.Equal(t, []string{"Choir"}, near(c, 51.45, -2.6))
		require.Equal(t, []string{"Bowls"}, near(c, 54.05, -2.6))
		require.Equal(t, []string{"Bristol Aid", "Lancaster Aid"}, []string{c.Offers()[0].Provider, c.Offers()[1].Provider})
	})
	t.Run("the first is believed if that is asked for", func(t *testing.T) {
		c, _ := parseWith(t, text, directory.ImportOptions{Duplicates: directory.BelieveFirst})
		require.Len(t, c.Organisations, 1)
		require.Equal(t, "Bristol Aid", c.Organisations[0].Name)
	})
	t.Run("a clash far away moves no other service", func(t *testing.T) {
		c, _ := parse(t, text+"\n"+`{"id":"Tea","name":"Tea","status":"active","service_at_locations":[{"id":"vt","location":`+hall("l")+`}]}`)
		require.Equal(t, []string{"Tea"}, near(c, 51.45, -2.58))
	})
}

func TestTellingsOfOneRecordCompleteEachOther(t *testing.T) {
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

func TestARecordThatOthersNameAsTheirOrganisationIsOne(t *testing.T) {
	const bare = `{"page_number":1,"contents":[{"id":"o","name":"Vestry","description":"Lends rooms"}]}`
	c, issues := parse(t, bare+`{"id":"1","name":"Choir","status":"active","organization_id":"o"}`)
	require.Equal(t, "Vestry", c.Offers()[0].Provider)
	require.Empty(t, faults(issues))
	_, issues = parse(t, bare)
	require.Equal(t, map[string]int{"error  unknown-record": 1}, faults(issues), "alone it could be anything")
	c, _ = parseWith(t, bare, directory.ImportOptions{Endpoint: "organizations"})
	require.Len(t, c.Organisations, 1, "unless the endpoint is known")
}

func TestWhatCannotBeReadOfAScheduleIsNoCertainYes(t *testing.T) {
	tuesday := importertest.Day("2027-06-01")
	for _, tt := range []struct {
		name, fields string
		on           sp.Date
		want         sp.Truth
	}{
		{"an end that can be read in one way only", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"31/03/2025"`, tuesday, sp.No},
		{"an end that can be read in two ways", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"03/04/2025"`, tuesday, sp.Unknown},
		{"an end in words", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"end of term"`, tuesday, sp.Unknown},
		{"a month in words", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"March 31st, 2025"`, tuesday, sp.No},
		{"a window that ends nobody knows when", `"freq":"WEEKLY","byday":"TU","valid_to":"soon"`, tuesday, sp.Unknown},
		{"a start that cannot be read", `"freq":"WEEKLY","byday":"TU","dtstart":"next term"`, tuesday, sp.Unknown},
		{"an end as RFC 5545 writes it", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"20250331T235959Z","opens_at":"10:00"`, importertest.Day("2025-04-01"), sp.No},
		{"the day before it", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"20250331T235959Z","opens_at":"10:00"`, importertest.Day("2025-03-25"), sp.Yes},
		{"the end of a day on the wall", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"20250610T225959Z","opens_at":"19:00"`, importertest.Day("2025-06-10"), sp.Yes},
		{"the second of the month by position", `"freq":"MONTHLY","byday":"TU","bysetpos":2,"dtstart":"2026-01-13"`, importertest.Day("2026-12-08"), sp.Yes},
		{"and no other", `"freq":"MONTHLY","byday":"TU","bysetpos":2,"dtstart":"2026-01-13"`, importertest.Day("2026-12-15"), sp.No},
		{"a position among several days", `"freq":"MONTHLY","byday":"TU,WE","bysetpos":1`, importertest.Day("2026-12-15"), sp.Unknown},
		{"months of the year", `"freq":"WEEKLY","byday":"TU","bymonth":"6,7"`, importertest.Day("2026-12-15"), sp.No},
		{"a month of the year", `"freq":"WEEKLY","byday":"TU","bymonth":"6,7"`, tuesday, sp.Yes},
		{"weeks of the year", `"freq":"YEARLY","byday":"TU","byweekno":"7"`, tuesday, sp.Unknown},
		{"hours of the day", `"freq":"WEEKLY","byday":"TU","byhour":"10"`, importertest.Day("2026-12-15"), sp.Unknown},
		{"the start of a week that changes nothing", `"freq":"WEEKLY","interval":1,"wkst":"SU","byday":"TU"`, tuesday, sp.Yes},
		{"the start of a week that matters", `"freq":"WEEKLY","interval":2,"wkst":"SU","byday":"TU","dtstart":"2026-12-06"`, importertest.Day("2026-12-15"), sp.Unknown},
		{"a week as a frequency", `"freq":"week","interval":1,"byday":"TU","dtstart":"2026-09-01T00:00:00.000Z"`, tuesday, sp.Yes},
		{"a fortnight", `"freq":"fortnightly","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-15"), sp.Yes},
		{"no day of the week between", `"freq":"fortnightly","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-08"), sp.No},
		{"a fortnight every third time", `"freq":"fortnightly","interval":3,"byday":"TU","dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"days in words", `"freq":"WEEKLY","byday":"Monday, Tuesdays"`, tuesday, sp.Yes},
		{"days from one to another", `"freq":"WEEKLY","byday":"Mon-Fri"`, tuesday, sp.Yes},
		{"days that are none", `"freq":"WEEKLY","byday":"most days"`, tuesday, sp.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := parse(t, service(`"schedules":[{`+tt.fields+`}]`))
			require.Equal(t, tt.want, c.Services[0].Schedules[0].Occurs(tt.on), c.Services[0].Schedules[0].Raw)
		})
	}
}

func TestTimesOfDayInOtherForms(t *testing.T) {
	for written, want := range map[string]string{
		"1970-01-01T08:05:00.000Z": "08:05", "2000-01-01T08:05:00Z": "08:05", "0001-01-01T12:30:00": "12:30", "1899-12-30 09:15:00": "09:15",
		"2026-07-01T10:00:00Z": "", "2026-01-07T10:00:00Z": "10:00", "2026-07-01T10:00:00+01:00": "10:00", "2026-07-01T10:00:00": "10:00",
		"9am": "09:00", "9.30 pm": "21:30", "12:15 p.m.": "12:15", "12am": "00:00", "noon": "12:00", "13pm": "", "10.30": "10:30", "0:75": "",
	} {
		c, _ := parse(t, service(`"schedules":[{"freq":"DAILY","opens_at":"`+written+`"}]`))
		got := ""
		if at, ok := c.Services[0].Schedules[0].Opens.Lookup(); ok {
			got = at.String()
		}
		require.Equal(t, want, got, written)
	}
}

func TestAgesThatMeanNoLimitOrNothing(t *testing.T) {
	months := func(years int) directory.Months { return directory.Years(years) }
	for _, tt := range []struct {
		name, fields string
		age          int
		want         sp.Truth
	}{
		{"999 is no limit", `"minimum_age":18,"maximum_age":999`, 90, sp.Yes},
		{"and says nothing about the young", `"minimum_age":18,"maximum_age":999`, 8, sp.No},
		{"999 alone is everybody", `"maximum_age":999`, 8, sp.Yes},
		{"0 as a maximum is unknown", `"minimum_age":18,"maximum_age":0`, 90, sp.Unknown},
		{"with a minimum that holds", `"minimum_age":18,"maximum_age":0`, 8, sp.No},
		{"0 and 0 is nothing", `"minimum_age":0,"maximum_age":0`, 8, sp.Unknown},
		{"an end that cannot be read lets nobody in", `"minimum_age":18,"maximum_age":"pension"`, 40, sp.Unknown},
		{"a minimum that cannot be read", `"minimum_age":"adults","maximum_age":65`, 40, sp.Unknown},
		{"with a maximum that holds", `"minimum_age":"adults","maximum_age":65`, 70, sp.No},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, service(tt.fields))
			require.Equal(t, tt.want, c.Services[0].Eligibility.Ages.Include(months(tt.age)))
			require.NotEmpty(t, faults(issues))
		})
	}
	_, issues := parse(t, service(`"minimum_age":18,"maximum_age":0`))
	require.Equal(t, map[string]int{"warning maximum_age bad-age": 1}, faults(issues), "the end that is at fault")
}

func TestTextsArePlain(t *testing.T) {
	for text, want := range map[string]string{
		`&lt;b&gt;Tea&lt;/b&gt; &lt;script&gt;steal()&lt;/script&gt;`: "Tea",
		`&amp;amp;lt;i&amp;amp;gt;Tea&amp;amp;lt;/i&amp;amp;gt;`:      "Tea",
		`under &lt;16s and over &gt;60s`:                              "under <16s and over >60s",
		`I &lt;3 tea`:                                                 "I <3 tea",
		`Tea &amp; cake`:                                              "Tea & cake",
		`<style>p{}</style>Tea<!-- soon -->`:                          "Tea",
		`Tea<script>x`:                                                "Tea",
		`Fish &amp; chips <3`:                                         "Fish & chips <3",
	} {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		c, issues := parse(t, service(`"description":`+string(quoted)))
		require.Equal(t, want, c.Services[0].Description, text)
		require.Equal(t, 1, faults(issues)["note description markup"], text)
		require.JSONEq(t, string(quoted), string(c.Services[0].Extra["description"]))
	}
	c, _ := parse(t, `{"id":"1","name":"Women&#39;s caf&eacute;","status":"active","organization":{"id":"o","name":"Men&rsquo;s Shed"}}`)
	require.Equal(t, "Women's café", c.Services[0].Name)
	require.Equal(t, "Men’s Shed", c.Organisations[0].Name)
	index := directory.NewIndex(c.Offers())
	for _, text := range []string{"women's", "womens cafe", "MEN'S SHED", "men’s-shed", "cafe\u0301"} {
		require.Equal(t, 1, index.Find(directory.Query{Text: text, Unknown: directory.ExcludeUnknown}).Total, text)
	}
	c, issues := parse(t, service(`"description":"Open:\\n\\nMonday"`))
	require.Equal(t, "Open:\n\nMonday", c.Services[0].Description)
	require.Equal(t, map[string]int{"note description escaped-breaks": 1}, faults(issues))
}

func TestMojibakeIsReportedAndRepairedOnRequest(t *testing.T) {
	const text = `{"id":"1","name":"CafÃ© club","status":"active","description":"Â£10 an hour, itâ€™s friendly, and Zoë knows"}`
	c, issues := parse(t, text)
	require.Equal(t, "CafÃ© club", c.Services[0].Name)
	require.Equal(t, map[string]int{"note name bad-encoding": 1, "note description bad-encoding": 1}, faults(issues))
	c, _ = parseWith(t, text, directory.ImportOptions{Repairs: directory.Repairs{Mojibake: true}})
	require.Equal(t, "Café club", c.Services[0].Name)
	require.Equal(t, "£10 an hour, it’s friendly, and Zoë knows", c.Services[0].Description)
	require.JSONEq(t, `"CafÃ© club"`, string(c.Services[0].Extra["name"]))
}

func TestWordsForNothingAreNothing(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"Null","description":"NULL","status":"null","url":"nan","email":"None","fees":"None","organization_id":"null","minimum_age":"null",
		"schedules":[{"freq":"null","byday":"null","opens_at":"null"}],"organization":"null"}`)
	s := c.Services[0]
	require.Equal(t, "Null", s.Name, "names are never words for nothing")
	require.Empty(t, s.Description+s.URL+s.Email+string(s.Status)+string(s.Organisation)+s.Cost.Text+string(s.Cost.Charge))
	require.Empty(t, s.Schedules)
	require.Equal(t, 11, func() (n int) {
		for _, i := range issues {
			if i.Code == "placeholder" {
				n++
			}
		}
		return n
	}())
	c, _ = parse(t, service(`"fees":"None"`))
	require.Equal(t, directory.Free, c.Services[0].Cost.Charge, "where nothing else is written so, people wrote it")
}

func TestLinksAreAddressesOfPages(t *testing.T) {
	for url, want := range map[string]string{
		"https://bay.example/a?b=1&copy=2": "https://bay.example/a?b=1&copy=2", "javascript:alert(1)": "", "http:www.bay.example": "http://www.bay.example",
		"www.bay.example": "http://www.bay.example", "data:text/html,x": "", "https://bay.example/<b>": "", " https://bay.example ": "https://bay.example", "see Facebook": "",
		"JaVaScRiPt:alert(1)//https://bay.example": "", "https:/bay.example": "https://bay.example", "ftp://bay.example": "",
	} {
		quoted, err := json.Marshal(url)
		require.NoError(t, err)
		c, issues := parse(t, service(`"url":`+string(quoted)))
		require.Equal(t, want, c.Services[0].URL, url)
		if want == "" {
			require.Equal(t, 1, faults(issues)["warning url bad-url"], url)
			require.JSONEq(t, string(quoted), string(c.Services[0].Extra["url"]))
		}
	}
	for email, want := range map[string]string{"a@bay.example": "a@bay.example", "mailto:a@bay.example": "a@bay.example", "ask at the desk": "", "a@b": "", "<a@bay.example>": ""} {
		c, _ := parse(t, service(`"email":"`+email+`"`))
		require.Equal(t, want, c.Services[0].Email, email)
	}
}

func TestPlacesInTheServiceItself(t *testing.T) {
	c, issues := parse(t, `{"id":"1","name":"Choir","status":"active","locations":[`+hall("l")+`]}{"id":"2","name":"Bowls","status":"active","location":`+hall("l")+`}`)
	require.Equal(t, []string{"Choir", "Bowls"}, near(c, 51.45, -2.58))
	require.Equal(t, map[string]int{"note locations nested-location": 2}, faults(issues))
}

func TestCoordinatesThatAreNoPlace(t *testing.T) {
	for _, tt := range []struct {
		name, fields, issue string
		o                   directory.ImportOptions
		want                geo.Point
	}{
		{"half of them", `"latitude":51.45,"longitude":null`, "warning longitude no-coordinates", directory.ImportOptions{}, geo.Point{}},
		{"the other half", `"longitude":-2.5`, "warning latitude no-coordinates", directory.ImportOptions{}, geo.Point{}},
		{"none", `"latitude":0,"longitude":0.0`, "warning latitude no-coordinates", directory.ImportOptions{}, geo.Point{}},
		{"the wrong way round", `"latitude":-2.58,"longitude":51.45`, "warning latitude swapped-coordinates", directory.ImportOptions{}, geo.Point{}},
		{"and turned back", `"latitude":-2.58,"longitude":51.45`, "note latitude swapped-coordinates", directory.ImportOptions{Repairs: directory.Repairs{Swapped: true}}, geo.Point{Lat: 51.45, Lon: -2.58}},
		{"of a feed from Kenya", `"latitude":-2.58,"longitude":51.45`, "", directory.ImportOptions{Zone: "Africa/Nairobi"}, geo.Point{Lat: -2.58, Lon: 51.45}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parseWith(t, `{"id":"l","name":"Hall","location_type":"physical",`+tt.fields+`}`, tt.o)
			require.Equal(t, tt.want, c.Places[0].Point)
			want := map[string]int{}
			if tt.issue != "" {
				want[tt.issue] = 1
				require.NotEmpty(t, c.Places[0].Extra, "what was said is kept")
			}
			require.Equal(t, want, faults(issues))
		})
	}
}

func TestThePhysicalAddressIsThatOfAPlace(t *testing.T) {
	c, issues := parse(t, `{"id":"l","location_type":"Physical","latitude":51.4,"longitude":-2.5,"addresses":[
		{"id":"a","address_1":"PO Box 9","postal_code":"BS99 1AA","address_type":"postal"},{"id":"b","address_1":"3 Quay","postal_code":"BS1 1AA","address_type":"Physical"}]}`)
	require.Equal(t, "3 Quay", c.Places[0].Address.Lines[0])
	require.Equal(t, "b", c.Places[0].Address.ID)
	require.Equal(t, directory.Physical, c.Places[0].Kind)
	require.Contains(t, c.Places[0].Extra, "addresses[0].address_1")
	require.Equal(t, map[string]int{"note addresses second-address": 1}, faults(issues))
}

func TestFreeInSetPhrasesOnly(t *testing.T) {
	for fields, want := range map[string]directory.Charge{
		`"fees":"Free to everyone"`: directory.Free, `"fees":"FREE!"`: directory.Free, `"fees":"£0.00"`: directory.Free, `"fees":"free of charge."`: directory.Free,
		`"cost_options":[{"option":"Free"}]`: directory.Free, `"cost_options":[{"option":"Free"},{"option":"Lunch"}]`: "",
		`"fees":"Free to members, £5 otherwise"`: "", `"fees":"Free to eligible persons"`: "",
		`"cost_options":[{"option":"Free","amount":"ask"}]`: "", `"cost_options":[{"option":"Free","valid_to":"soon"}]`: "",
		`"cost_options":[{"amount":0},{"amount":"half"}]`: "", `"cost_options":[{"amount":"£2.50"}]`: directory.Paid, `"cost_options":[{"amount":0,"valid_to":"soon"}]`: "",
	} {
		c, _ := parse(t, service(fields))
		require.Equal(t, want, c.Services[0].Cost.Charge, fields)
	}
}

func TestSecretPlacesLeadNobodyToThem(t *testing.T) {
	at := func(place, address string) directory.Catalogue {
		c, issues := parse(t, service(`"service_areas":[{"name":"All of the county"}],"service_at_locations":[{"id":"v","location":{"id":"l","name":"Safe House","location_type":"physical","latitude":51.45123,"longitude":-2.58123,`+
			place+`"addresses":[{"id":"a","address_1":"1 Hidden Road","city":"Bristol","postal_code":"BS1 1AA","address_type":"physical"`+address+`}]}}]`))
		require.NotEmpty(t, faults(issues))
		return c
	}
	t.Run("a masked one is told by its district", func(t *testing.T) {
		o := at(`"mask_exact_address":true,`, "").Offers()[0]
		require.Equal(t, "BS1", o.Where)
		require.True(t, o.Point.IsZero())
	})
	for name, c := range map[string]directory.Catalogue{
		"a confidential one": at(`"confidential":true,`, ""), "one with a confidential address": at("", `,"confidential":true`),
		"the stricter of two holds": at(`"mask_exact_address":true,`, `,"confidential":"true"`), "what cannot be read is secret": at(`"confidential":"perhaps",`, ""),
	} {
		t.Run(name, func(t *testing.T) {
			o := c.Offers()[0]
			require.Empty(t, o.Where)
			require.True(t, o.Point.IsZero())
			require.Equal(t, "All of the county", o.Area.Text)
			public, err := json.Marshal(c.Places[0].Public())
			require.NoError(t, err)
			for _, secret := range []string{"Hidden", "Safe House", "51.45", "BS1"} {
				require.NotContains(t, string(public), secret)
			}
		})
	}
	t.Run("a flag that says no is none", func(t *testing.T) {
		c, issues := parse(t, `{"id":"l","name":"Hall","location_type":"physical","latitude":51.4,"longitude":-2.5,"mask_exact_address":false,"confidential":"No"}`)
		require.Equal(t, directory.ShownInFull, c.Places[0].Shown)
		require.Empty(t, issues)
	})
}

func TestTermsAreResolvedWithinTheInput(t *testing.T) {
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

func TestOpenReferralUK1InFull(t *testing.T) {
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

func TestWrongFilesCostLittle(t *testing.T) {
	c, issues := parse(t, strings.Repeat("1\n", 100_000))
	require.Empty(t, c.Services)
	require.Len(t, issues, 1001)
	require.Equal(t, 99_000, issues[1000].Count)
	require.Equal(t, 100_000, importertest.Counts(issues)["error  not-a-record"])
}

func TestDatesInFiguresAreReadAsTheOptionsSay(t *testing.T) {
	read := func(o directory.DateOrder) sp.Date {
		c, _ := parseWith(t, service(`"assured_date":"03/04/2026"`), directory.ImportOptions{Dates: o})
		return c.Services[0].Freshness.Assured
	}
	require.Equal(t, sp.Date(0), read(directory.OneReading))
	require.Equal(t, sp.NewDate(2026, time.April, 3), read(directory.DayFirst))
	require.Equal(t, sp.NewDate(2026, time.March, 4), read(directory.MonthFirst))
}

// tag is what a browser may take for the start of markup.
var tag = regexp.MustCompile(`<[A-Za-z/!?]`)

// However often a text was escaped, what comes out is no markup, and there is
// nothing more to be done about it.
func FuzzTextsArePlain(f *testing.F) {
	for _, s := range []string{
		"&lt;b&gt;Tea", "&amp;amp;amp;amp;amp;amp;amp;amp;amp;lt;script&gt;", "<<b>b>", "<scr<script>ipt>", "&#60;a href='x'", "&lt&lt;b", "I <3 tea", "<!--", "&amp;#x26;lt;b",
		"a\\\\nb", "Ã©", "<style>", "under <16",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted, err := json.Marshal(strings.ToValidUTF8(text, ""))
		require.NoError(t, err)
		c, _ := parse(t, `{"id":"1","status":"active","name":`+string(quoted)+`,"description":`+string(quoted)+`,"fees":`+string(quoted)+`}`)
		for _, s := range c.Services {
			for _, plain := range []string{s.Name, s.Description, s.Cost.Text} {
				require.NotRegexp(t, tag, plain)
			}
			again, err := json.Marshal(s.Description)
			require.NoError(t, err)
			back, issues := parse(t, service(`"description":`+string(again)))
			require.Equal(t, 0, faults(issues)["note description markup"], "%q became %q", text, back.Services[0].Description)
		}
	})
}
