package hsds_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/hsds"
)

// parse reads a text as the feed "bay".
func parse(tb testing.TB, text string) (directory.Catalogue, []sp.Issue) {
	tb.Helper()
	c, issues, err := hsds.ReadJSON(tb.Context(), strings.NewReader(text), "bay.json", hsds.Options{Feed: "bay", Fetched: fetched})
	require.NoError(tb, err)
	return c, issues
}

// service returns a service with an ID and more fields.
func service(fields string) string {
	return `{"id":"s","name":"Table","status":"active",` + fields + `}`
}

func ExampleReadJSON() {
	page := `{"contents": [{
	  "id": "S-1", "name": "The Long Table", "status": "active", "minimum_age": "18",
	  "cost_options": [{"id": "c", "amount": 0}],
	  "service_at_locations": [{"id": "SAL-1", "location": {"id": "L-1", "name": "Tidewell Centre", "latitude": 540.7, "longitude": -2.86}}]
	}]}`
	catalogue, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(page), "bay.json", hsds.Options{Feed: "bay"})
	if err != nil {
		panic(err)
	}
	for _, offer := range catalogue.Offers() {
		fmt.Println(offer.ID, offer.Name, "at", offer.Where, offer.Cost.Charge, offer.Eligibility.Ages, offer.Point)
	}
	for _, issue := range issues {
		fmt.Println(issue)
	}
	// Output:
	// bay/S-1@L-1 The Long Table at Tidewell Centre free 18 and over unknown
	// bay.json:1: S-1: minimum_age: was read as a number (text-for-number, note)
	// bay.json:1: L-1: latitude: lies outside -90 to 90 (bad-latitude, warning)
}

func TestFramesOfRecords(t *testing.T) {
	one, two := `{"id":"1","name":"One","status":"active"}`, `{"id":"2","name":"Two","status":"active"}`
	for _, tt := range []struct {
		name, text string
		want       []string
		issues     string
	}{
		{"one object", one, []string{"bay/1"}, ""},
		{"an array", "[" + one + ",\n" + two + "]", []string{"bay/1", "bay/2"}, ""},
		{"a page", `{"total_items":99,"contents":[` + one + "," + two + `],"empty":false}`, []string{"bay/1", "bay/2"}, ""},
		{"pages after each other", `{"contents":[` + one + "]}\n" + `{"contents":[` + two + "]}", []string{"bay/1", "bay/2"}, ""},
		{"a page within an array", `[{"contents":[` + one + `]},` + two + `]`, []string{"bay/1", "bay/2"}, ""},
		{"one a line", one + "\n" + two + "\n", []string{"bay/1", "bay/2"}, ""},
		{"a byte order mark", "\uFEFF" + one, []string{"bay/1"}, ""},
		{"an empty page", `{"contents":[],"empty":true}`, nil, ""},
		{"nothing", " \n", nil, "bay.json:2 empty-file"},
		{"brackets in strings", `{"id":"1","name":"a ] } [ \" b","status":"active"}` + two, []string{"bay/1", "bay/2"}, ""},
		{"a number", "12\n" + one, []string{"bay/1"}, "bay.json:1 not-a-record"},
		{"brackets that close nothing", "]]]\n]" + one, []string{"bay/1"}, "bay.json:1 not-a-record bay.json:2 not-a-record"},
		{"a page of errors", "<html>\n<p>502</p>", nil, "bay.json:1 not-a-record bay.json:2 not-a-record"},
		{"a fault in one record costs that record", "[" + one + ",\n{\"id\":}\n," + two + "]", []string{"bay/1", "bay/2"}, "bay.json:2 invalid-json"},
		{"a record that does not end", "{\"id\":\"0\",\"name\":\"x\n" + one + "\n" + two, []string{"bay/1", "bay/2"}, "bay.json:1 truncated"},
		{"a file that was cut off", "[" + one + ",\n{\"id\":\"2\",", []string{"bay/1"}, "bay.json:2 truncated"},
		{"a list that was cut off between two records", "[" + one + ",\n", []string{"bay/1"}, "bay.json:2 truncated"},
		{"a control character", "{\"id\":\"1\",\"name\":\"One\ttwo\",\"status\":\"active\"}", []string{"bay/1"}, "bay.json:1 control-characters"},
		{"text that is not UTF-8", "{\"id\":\"1\",\"name\":\"Caf\xe9\",\"status\":\"active\"}", []string{"bay/1"}, "bay.json:1 bad-encoding"},
		{"a record that nests without end", `{"organization":` + strings.Repeat(`{"services":[{"organization":`, 40) + "1" + strings.Repeat("}]}", 40) + "}" + one, []string{"bay/1"}, "bay.json:1 too-deep"},
		{"something else", `{"foo":1}`, nil, "bay.json:1 unknown-record"},
		{"a term or an organisation that has a name only is no service", `{"id":"t","name":"Lunch","description":"Meals at noon"}` + one, []string{"bay/1"}, "bay.json:1 unknown-record"},
		{"the same record twice", one + one, []string{"bay/1"}, ""},
		{"the same id with other content", one + `{"id":"1","name":"Uno","status":"active"}`, []string{"bay/1"}, "bay.json:1 duplicate-id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, tt.text)
			var got []string
			for _, s := range c.Services {
				got = append(got, string(s.ID))
			}
			require.Equal(t, tt.want, got)
			var found []string
			for _, i := range issues {
				found = append(found, fmt.Sprintf("%s:%d %s", i.File, i.Line, i.Code))
			}
			require.Equal(t, tt.issues, strings.Join(found, " "))
		})
	}
}

func TestFieldsAreForgivenForTheirTypes(t *testing.T) {
	for _, tt := range []struct {
		name, fields string
		check        func(*require.Assertions, directory.Service)
		issues       map[string]int
	}{
		{
			"a number in a string", `"minimum_age":"18"`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal("18 and over", s.Eligibility.Ages.String())
			},
			map[string]int{"note minimum_age text-for-number": 1},
		},
		{
			"text for nothing", `"minimum_age":"","email":"","schedules":"","organization":""`,
			func(is *require.Assertions, s directory.Service) { is.Empty(s.Extra) },
			map[string]int{},
		},
		{
			"null for nothing", `"minimum_age":null,"email":null,"schedules":null,"phones":[null]`,
			func(is *require.Assertions, s directory.Service) { is.Empty(s.Extra) },
			map[string]int{},
		},
		{
			"an age in words stays in the extra fields", `"minimum_age":"toddlers"`,
			func(is *require.Assertions, s directory.Service) {
				is.True(s.Eligibility.Ages.IsZero())
				is.JSONEq(`"toddlers"`, string(s.Extra["minimum_age"]))
			},
			map[string]int{"warning minimum_age wrong-type": 1},
		},
		{
			"ages the wrong way round are unknown", `"minimum_age":60,"maximum_age":18`,
			func(is *require.Assertions, s directory.Service) {
				is.True(s.Eligibility.Ages.IsZero())
				is.Len(s.Extra, 2)
			},
			map[string]int{"warning minimum_age bad-age": 1},
		},
		{
			"a list where text should be", `"email":["a@example.org"]`,
			func(is *require.Assertions, s directory.Service) {
				is.JSONEq(`["a@example.org"]`, string(s.Extra["email"]))
			},
			map[string]int{"warning email wrong-type": 1},
		},
		{
			"one object where a list should be", `"phones":{"number":"01632 960101","extension":7}`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal([]directory.Phone{{Number: "01632 960101", Extension: "7"}}, s.Phones)
			},
			map[string]int{"note phones object-for-list": 1},
		},
		{
			"text among objects", `"phones":["01632 960101"]`,
			func(is *require.Assertions, s directory.Service) { is.Contains(s.Extra, "phones[0]") },
			map[string]int{"warning phones[0] wrong-type": 1},
		},
		{
			"fields of a supplier", `"pc_metadata":{"b":[1.50,2],"a":"<x>"}`,
			func(is *require.Assertions, s directory.Service) {
				is.JSONEq(`{"b":[1.50,2],"a":"<x>"}`, string(s.Extra["pc_metadata"]))
				is.Contains(string(s.Extra["pc_metadata"]), "1.50", "numbers stay as they are written")
			},
			map[string]int{},
		},
		{
			"an unknown status is kept", `"status":"Paused"`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(directory.Status("paused"), s.Status)
				is.Equal(sp.Unknown, s.Status.Open())
			},
			map[string]int{},
		},
		{
			"an id that is a number", `"id":7`,
			func(is *require.Assertions, s directory.Service) { is.Equal(directory.ID("bay/7"), s.ID) },
			map[string]int{"note id number-for-text": 1},
		},
		{
			"no cost row is not free", `"fees":"Ask us"`,
			func(is *require.Assertions, s directory.Service) { is.Equal(directory.Charge(""), s.Cost.Charge) },
			map[string]int{},
		},
		{
			"all prices nothing is free", `"cost_options":[{"amount":0},{"amount":"0.00"}]`,
			func(is *require.Assertions, s directory.Service) { is.Equal(directory.Free, s.Cost.Charge) },
			map[string]int{"note cost_options[1].amount text-for-number": 1},
		},
		{
			"a price contradicts what the text says", `"fees":"Free.","cost_options":[{"amount":2.5,"currency":"eur"}]`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(directory.Paid, s.Cost.Charge)
				amount, _ := s.Cost.Least(0)
				is.Equal(sp.NewMoney(250, sp.EUR), amount)
			},
			map[string]int{"warning fees contradicting-cost": 1},
		},
		{
			"an amount that is none", `"cost_options":[{"amount":-3},{"amount":1e40},{"amount":0.001}]`,
			func(is *require.Assertions, s directory.Service) { is.Equal(directory.Charge(""), s.Cost.Charge) },
			map[string]int{"warning cost_options[0].amount bad-amount": 1, "warning cost_options[1].amount wrong-type": 1, "warning cost_options[2].amount bad-amount": 1},
		},
		{
			"dates and times that are none", `"assured_date":"yesterday","last_modified":"noon","capacities":[{"available":1.5,"updated":"2026-11-01"}]`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(directory.Clocks{Seen: fetched}, s.Clocks)
				is.JSONEq(`"yesterday"`, string(s.Extra["assured_date"]))
				is.JSONEq(`"noon"`, string(s.Extra["last_modified"]))
				is.Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), s.Capacity.Updated)
			},
			map[string]int{"warning assured_date bad-date": 1, "warning last_modified bad-time": 1, "warning capacities[0].available wrong-type": 1},
		},
		{
			"what happened in the future is unknown", `"assured_date":"2062-01-01T00:00:00Z","last_modified":"2062-01-01","capacities":[{"available":3,"updated":"2062-01-01"}]`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(directory.Clocks{Seen: fetched}, s.Clocks)
				is.True(s.Capacity.Updated.IsZero())
				is.JSONEq(`"2062-01-01T00:00:00Z"`, string(s.Extra["assured_date"]))
			},
			map[string]int{"warning assured_date future-date": 1, "warning last_modified future-date": 1, "warning capacities[0].updated future-date": 1},
		},
		{
			"it is already tomorrow elsewhere", `"assured_date":"2026-11-21"`,
			func(is *require.Assertions, s directory.Service) { is.Equal(day("2026-11-21"), s.Clocks.Assured) },
			map[string]int{},
		},
		{
			"markup becomes text and scripts do nothing", `"description":"<p>Tea &amp; <b>toast</b></p><a href='javascript:alert(1)'>x</a>"`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal("Tea & toast x", strings.Join(strings.Fields(s.Description), " "))
			},
			map[string]int{"note description markup": 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, service(tt.fields))
			require.Len(t, c.Services, 1)
			tt.check(require.New(t), c.Services[0])
			require.Empty(t, cmp.Diff(tt.issues, counts(issues)))
		})
	}
}

func TestAttributesThatStateFacts(t *testing.T) {
	attribute := func(linkType, value string) string {
		return fmt.Sprintf(`{"link_type":%q,"value":%q}`, linkType, value)
	}
	c, issues := parse(t, service(`"attributes":[`+strings.Join([]string{
		attribute("delivery", "Home visit"), attribute("access", "no:step-free"), attribute("referral_route", "self"), attribute("referral-route", "no:professional"),
		attribute("eligibility-group", "Young carers"), attribute("eligibility-restricted", "yes"), attribute("funded-until", "2027-03-31"), attribute("wait-days", "21"),
		attribute("wait-days", "soon"), attribute("funded-until", "ever"), attribute("eligibility-restricted", "perhaps"),
		`{"link_type":"service_type","taxonomy_term":{"id":"t1","name":"Lunch","taxonomy":"bay-topics"}}`,
	}, ",")+`]`))
	s := c.Services[0]
	require.Equal(t, directory.Truths[directory.Mode]{directory.HomeVisit: sp.Yes}, s.Delivery)
	require.Equal(t, directory.Truths[directory.Access]{directory.StepFree: sp.No}, s.Access)
	require.Equal(t, directory.Truths[directory.Route]{directory.SelfReferral: sp.Yes, directory.Professional: sp.No}, s.Routes)
	require.Equal(t, []directory.Group{"young-carers"}, s.Eligibility.Groups)
	require.Equal(t, sp.Yes, s.Eligibility.Restricted)
	require.Equal(t, sp.Know(21), s.Capacity.WaitDays)
	require.Equal(t, []sp.Code{{System: "bay-topics", Code: "t1", Display: "Lunch"}}, s.Topics)
	require.Empty(t, cmp.Diff(map[string]int{
		"warning attributes[8].value bad-wait": 1, "warning attributes[9].value bad-date": 1, "warning attributes[10].value bad-answer": 1,
	}, counts(issues)))
}

func TestSchedules(t *testing.T) {
	for _, tt := range []struct {
		name, fields string
		on           string
		want         sp.Truth
		issues       map[string]int
	}{
		{"weekly", `"freq":"WEEKLY","byday":"TU","opens_at":"10:00","closes_at":"12:00"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"lists and small letters", `"freq":"weekly","byday":["mo","tu"],"interval":"1"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"a frequency that is no frequency", `"freq":"BI_WEEKLY","byday":"TU"`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].freq bad-rule": 1}},
		{"days without a frequency", `"byday":"TU"`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].freq bad-rule": 1}},
		{"one day", `"dtstart":"2026-11-24"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"one day and no other", `"dtstart":"2026-11-24"`, "2026-11-25", sp.No, map[string]int{}},
		{"hours without days", `"opens_at":"10:00"`, "2026-11-24", sp.Unknown, map[string]int{}},
		{"the third of three", `"freq":"WEEKLY","dtstart":"2026-11-10","count":3`, "2026-11-24", sp.Yes, map[string]int{}},
		{"there is no fourth", `"freq":"WEEKLY","dtstart":"2026-11-10","count":3`, "2026-12-01", sp.No, map[string]int{}},
		{"a number of sessions from nobody knows when", `"freq":"WEEKLY","byday":"TU","count":3`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].count bad-count": 1}},
		{"the last valid day", `"freq":"DAILY","valid_to":"2026-11-24"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"the day after", `"freq":"DAILY","valid_to":"2026-11-24"`, "2026-11-25", sp.Unknown, map[string]int{}},
		{"validity the wrong way round", `"freq":"DAILY","valid_from":"2026-11-25","valid_to":"2026-11-23"`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].valid_to bad-period": 1}},
		{"two times in one", `"freq":"DAILY","opens_at":"10:00 - 11:00"`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].opens_at bad-clock": 1}},
		{"a time that is none", `"freq":"DAILY","opens_at":"noon"`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].opens_at bad-clock": 1}},
		{"a time as an object", `"freq":"DAILY","opens_at":{"hour":9}`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].opens_at wrong-type": 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, service(`"schedules":[{`+tt.fields+`}]`))
			require.Equal(t, tt.want, c.Services[0].Schedules[0].Occurs(day(tt.on)))
			require.Empty(t, cmp.Diff(tt.issues, counts(issues)))
		})
	}
}

func TestSummerTimeDoesNotMoveASession(t *testing.T) {
	c, issues := parse(t, service(`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"10:00Z","closes_at":"12:00:00+01:00"}]`))
	s := c.Services[0].Schedules[0]
	require.Equal(t, "10:00", s.Opens.Or(0).String())
	require.Equal(t, "12:00", s.Closes.Or(0).String())
	require.Equal(t, "Europe/London", s.Zone)
	require.JSONEq(t, `"10:00Z"`, string(c.Services[0].Extra["schedules[0].opens_at"]), "the offset is kept")
	require.Equal(t, map[string]int{"note schedules[0].opens_at clock-offset": 1, "note schedules[0].closes_at clock-offset": 1}, counts(issues))
}

func TestTwoVenuesAtOnePlaceBecomeOne(t *testing.T) {
	at := func(id, day string) string {
		return `{"id":"` + id + `","location":{"id":"l","location_type":"physical","latitude":54,"longitude":-2.8},"schedules":[{"freq":"WEEKLY","byday":"` + day + `"}]}`
	}
	c, issues := parse(t, service(`"service_at_locations":[`+at("1", "TU")+`,`+at("2", "TH")+`]`))
	require.Len(t, c.Places, 1)
	require.Len(t, c.Venues, 1)
	require.Len(t, c.Venues[0].Schedules, 2)
	require.Equal(t, map[string]int{"note location repeated-venue": 1}, counts(issues))
}

func TestRecordsMayReferToEachOther(t *testing.T) {
	c, issues := parse(t, `{"id":"l","location_type":"physical","name":"Hall","latitude":54,"longitude":-2.8}
		{"id":"s","name":"Table","status":"active","organization_id":"o"}
		{"id":"sal","service_id":"s","location_id":"l"}
		{"id":"lost","service_id":"nobody","location_id":"nowhere"}
		{"id":"vague","service_id":["s"],"location_id":"l"}`)
	offers := c.Offers()
	require.Len(t, offers, 1)
	require.Equal(t, "Hall", offers[0].Where)
	require.Empty(t, cmp.Diff(map[string]int{
		"warning service_id dangling-reference": 1, "warning location_id dangling-reference": 1, "note organization_id dangling-reference": 1,
		"error service missing-reference": 1,
	}, counts(issues)))
}

func TestAnotherServiceUnderTheSameIDTakesNothingOver(t *testing.T) {
	at := func(place string) string {
		return `{"id":"s","name":"` + place + `","status":"active","service_at_locations":[{"id":"sal-` + place + `","location":{"id":"` + place + `","latitude":54,"longitude":-2.8}}]}`
	}
	c, issues := parse(t, at("hall")+at("barn"))
	require.Len(t, c.Offers(), 1)
	require.Equal(t, map[string]int{"error id duplicate-id": 1}, counts(issues))
}

func TestThePackageListsTheCodesOfItsIssues(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	text, err := os.ReadFile("hsds.go")
	require.NoError(t, err)
	introduction, _, _ := strings.Cut(string(text), "\npackage hsds")
	reported := regexp.MustCompile(`report\(sp\.(?:Note|Warning|Error), .*?"([a-z]+(?:-[a-z]+)*)", "[^" ]* `)
	codes := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range reported.FindAllStringSubmatch(string(text), -1) {
			codes++
			require.Contains(t, introduction, m[1], name)
		}
	}
	require.Greater(t, codes, 50)
}

func TestServiceAreas(t *testing.T) {
	c, _ := parse(t, service(`"service_areas":[
		{"name":"Lower bay","extent":"LA3, la4 5","extent_type":"text"},
		{"name":"District","uri":"http://statistics.data.gov.uk/id/statistical-geography/E07000121"},
		{"name":"Shape","extent":"{}","extent_type":"geojson","uri":"http://example.com"}]`))
	area := c.Services[0].Area
	require.Equal(t, []string{"LA3", "LA4 5"}, area.Postcodes)
	require.Equal(t, []sp.Area{{Code: "E07000121"}}, area.Areas)
	require.Equal(t, "Lower bay\nDistrict\nShape", area.Text)
	require.Contains(t, c.Services[0].Extra, "service_areas[2].extent")
	require.Equal(t, sp.Yes, area.Covers(directory.Home{Postcode: "LA3"}))
	require.Equal(t, sp.Unknown, area.Covers(directory.Home{Postcode: "LA9", Areas: []sp.Area{{Code: "E07000122"}}}), "which may lie within the shape")

	c, _ = parse(t, service(`"service_areas":[{"name":"Lower bay","extent":"LA3","extent_type":"text"},{"id":"a","name":""}]`))
	require.Equal(t, sp.No, c.Services[0].Area.Covers(directory.Home{Postcode: "LA9"}), "an area that says nothing is none")
}

func TestImportIsDeterministic(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "pathway", "bay.json"))
	require.NoError(t, err)
	c1, issues1 := parse(t, string(text))
	for range 3 {
		c2, issues2 := parse(t, string(text))
		require.Empty(t, cmp.Diff(c1, c2))
		require.Equal(t, issues1, issues2)
	}
}

func TestSpacingAndTheOrderOfFieldsDoNotChangeTheHash(t *testing.T) {
	a, _ := parse(t, `{"id":"1","name":"One","status":"active"}`)
	b, _ := parse(t, "{ \"status\": \"active\",\n \"name\": \"One\", \"id\": \"1\" }")
	require.Equal(t, a.Services[0].Provenance.Hash, b.Services[0].Provenance.Hash)
	c, _ := parse(t, `{"id":"1","name":"Two","status":"active"}`)
	require.NotEqual(t, a.Services[0].Provenance.Hash, c.Services[0].Provenance.Hash)
}

// endless is an input that never ends and of which somebody tires.
type endless struct {
	text  string
	reads int
	tired func()
}

func (e *endless) Read(p []byte) (int, error) {
	if e.reads++; e.reads == 1000 {
		e.tired()
	}
	return copy(p, e.text), nil
}

// folderOf is a folder in which every file is the same.
type folderOf struct{ io.Reader }

func (f folderOf) Open(string) (fs.File, error) { return f, nil }
func (f folderOf) Stat() (fs.FileInfo, error)   { return nil, nil } //nolint:nilnil // nobody asks for more than that it is there
func (f folderOf) Close() error                 { return nil }

func TestReadingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := hsds.ReadJSON(ctx, strings.NewReader(`{"id":"1"}`), "bay.json", hsds.Options{})
	require.ErrorIs(t, err, context.Canceled)
	for name, fault := range map[string]string{"not JSON": "oops\n", "cut off": "{\n\n{\n"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, _, err = hsds.ReadJSON(ctx, &endless{text: fault, tired: cancel}, "bay.json", hsds.Options{})
		require.ErrorIs(t, err, context.Canceled, name)
	}
	ctx, cancel = context.WithCancel(t.Context())
	rows := io.MultiReader(strings.NewReader("id,name\n"), &endless{text: "1,A\"\n", tired: cancel})
	_, _, err = hsds.ReadOhana(ctx, folderOf{rows}, hsds.Options{})
	require.ErrorIs(t, err, context.Canceled, "rows that are no CSV")
	lost := errors.New("connection lost")
	_, _, err = hsds.ReadJSON(t.Context(), io.MultiReader(strings.NewReader(`[{"id":"1","name":"One"},{"id"`), iotest.ErrReader(lost)), "bay.json", hsds.Options{})
	require.ErrorIs(t, err, lost)
	require.ErrorContains(t, err, "hsds: read bay.json")
}

func TestProgressIsTold(t *testing.T) {
	var last int
	text := strings.Repeat(`{"id":"1","name":"One","status":"active"}`, 1000)
	_, _, err := hsds.ReadJSON(t.Context(), strings.NewReader(text), "x.json", hsds.Options{Progress: func(done, total int) { last = done }})
	require.NoError(t, err)
	require.Equal(t, 1000, last)
}

// However a record is cut off or spoilt, the ones around it are imported and
// every line that is lost is named.
func TestOneSpoiltRecordCostsOneRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "records")
		spoilt := rapid.IntRange(0, n-1).Draw(t, "spoilt")
		var lines []string
		for i := range n {
			line := fmt.Sprintf(`{"id":"%d","name":"Service {%d}","status":"active","phones":[{"number":"01632 960101"}]}`, i, i)
			if i == spoilt {
				line = line[:rapid.IntRange(1, len(line)-1).Draw(t, "cut")]
			}
			lines = append(lines, line)
		}
		c, issues, err := hsds.ReadJSON(context.Background(), strings.NewReader(strings.Join(lines, "\n")), "x.jsonl", hsds.Options{Feed: "x"})
		require.NoError(t, err)
		require.Len(t, c.Services, n-1)
		require.NotEmpty(t, issues)
		require.Equal(t, spoilt+1, issues[0].Line)
	})
}

func FuzzReadJSON(f *testing.F) {
	bay, err := os.ReadFile(filepath.Join("..", "..", "examples", "pathway", "bay.json"))
	require.NoError(f, err)
	f.Add(bay[:20000])
	for _, s := range []string{
		`{"contents":[{"id":1,"name":"x","schedules":[{"freq":"WEEKLY","count":1e9,"dtstart":"9999-12-31"}]}]}`,
		`[{"service":{"id":"s","name":"n"},"location":{"id":"l","latitude":"NaN","longitude":1e400}}]`,
		`{"id":"o","website":"x","services":[{"id":"s","cost_options":[{"amount":1e999999999}]}],"locations":[{}]}`,
		"{\n{\n{\n", `{"name":"x","attributes":[{"link_type":"wait-days","value":"1e31"}]}`, "\uFEFF[[[{\"contents\":[]}]]]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, issues, err := hsds.ReadJSON(t.Context(), strings.NewReader(string(text)), "fuzz.json", hsds.Options{Fetched: fetched})
		require.NoError(t, err)
		sound(t, c)
		if len(strings.TrimSpace(strings.Trim(string(text), "\uFEFF[], \n\r\t"))) > 0 && len(c.Services)+len(c.Organisations)+len(c.Places) == 0 && !strings.Contains(string(text), `"contents"`) {
			require.NotEmpty(t, issues, "nothing is dropped silently")
		}
	})
}

// sound checks what every catalogue keeps, whatever it was read from.
func sound(tb testing.TB, c directory.Catalogue) {
	tb.Helper()
	seen := map[directory.ID]bool{}
	for _, o := range c.Offers() {
		require.False(tb, seen[o.ID], "two offers %s", o.ID)
		seen[o.ID] = true
		if !o.Point.IsZero() {
			_, err := sp.NewPoint(o.Point.Lat, o.Point.Lon)
			require.NoError(tb, err)
		}
	}
	data, err := json.Marshal(c)
	require.NoError(tb, err, "it can be stored")
	var back directory.Catalogue
	require.NoError(tb, json.Unmarshal(data, &back))
	again, err := json.Marshal(back)
	require.NoError(tb, err)
	require.Equal(tb, string(data), string(again))
}
