package hsds_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/geo"
)

func TestReadJSONForgivesFieldsTheirTypes(t *testing.T) {
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
			"a list where text should be", `"email":["a@example.org","b@example.org"]`,
			func(is *require.Assertions, s directory.Service) {
				is.JSONEq(`["a@example.org","b@example.org"]`, string(s.Extra["email"]))
			},
			map[string]int{"warning email wrong-type": 1},
		},
		{
			"one object where a list should be", `"phones":{"number":"01632 960101","extension":7}`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal([]directory.Phone{{ID: "s-phone-1", Number: "01632 960101", Extension: "7"}}, s.Phones)
			},
			map[string]int{"note phones object-for-list": 1},
		},
		{
			"text where the organisation should be", `"organization":"Tidewell"`,
			func(is *require.Assertions, s directory.Service) {
				is.JSONEq(`"Tidewell"`, string(s.Extra["organization"]))
			},
			map[string]int{"warning organization wrong-type": 1},
		},
		{
			"texts in place of objects", `"phones":["01632 960101"]`,
			func(is *require.Assertions, s directory.Service) { is.Equal("01632 960101", s.Phones[0].Number) },
			map[string]int{"note phones[0] text-for-object": 1},
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
			map[string]int{"warning status unlisted-code": 1},
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
				is.Equal(directory.Freshness{Seen: fetched}, s.Freshness)
				is.JSONEq(`"yesterday"`, string(s.Extra["assured_date"]))
				is.JSONEq(`"noon"`, string(s.Extra["last_modified"]))
				is.Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), s.Capacity.Updated)
			},
			map[string]int{"warning assured_date bad-date": 1, "warning last_modified bad-time": 1, "warning capacities[0].available wrong-type": 1},
		},
		{
			"what happened in the future is unknown", `"assured_date":"2062-01-01T00:00:00Z","last_modified":"2062-01-01","capacities":[{"available":3,"updated":"2062-01-01"}]`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(directory.Freshness{Seen: fetched}, s.Freshness)
				is.True(s.Capacity.Updated.IsZero())
				is.JSONEq(`"2062-01-01T00:00:00Z"`, string(s.Extra["assured_date"]))
			},
			map[string]int{"warning assured_date future-date": 1, "warning last_modified future-date": 1, "warning capacities[0].updated future-date": 1},
		},
		{
			"it is already tomorrow elsewhere", `"assured_date":"2026-11-21"`,
			func(is *require.Assertions, s directory.Service) {
				is.Equal(importertest.Day("2026-11-21"), s.Freshness.Assured)
			},
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
			require.Empty(t, cmp.Diff(tt.issues, faults(issues)))
		})
	}
}

func TestReadJSONReadsAttributesThatStateFacts(t *testing.T) {
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
	}, faults(issues)))
}

func TestReadJSONReadsWhatSomebodyWhoGoesThereForTheFirstTimeAsks(t *testing.T) {
	attribute := func(linkType, value string) string {
		return fmt.Sprintf(`{"link_type":%q,"value":%q}`, linkType, value)
	}
	c, issues := parse(t, service(`"attributes":[`+strings.Join([]string{
		attribute("activity", "class"), attribute("group_size", "12"), attribute("drop-in", "no"), attribute("first-contact", "Ann at the door"),
		attribute("intake-point", "the office in Shore Road"), attribute("eligibility-excluded", "Men"),
		attribute("group-size", "many"), attribute("group-size", "13"), attribute("drop-in", "perhaps"), attribute("activity", "event"), attribute("group-size", "0"),
	}, ",")+`]`))
	s := c.Services[0]
	require.Equal(t, directory.Course, s.Format)
	require.Equal(t, sp.Know(12), s.GroupSize)
	require.Equal(t, sp.No, s.DropIn)
	require.Equal(t, []string{"Ann at the door", "the office in Shore Road"}, []string{s.Welcome, s.Intake})
	require.Equal(t, []directory.Group{directory.Men}, s.Eligibility.Excluded)
	require.Empty(t, cmp.Diff(map[string]int{
		"warning attributes[6].value bad-size": 1, "warning attributes[7].value contradicting-fact": 1, "warning attributes[8].value bad-answer": 1,
		"warning attributes[9].value contradicting-fact": 1, "warning attributes[10].value bad-size": 1,
	}, faults(issues)))
}

func TestReadJSONReportsFactsThatContradictEachOtherAndLeavesThemUnknown(t *testing.T) {
	attribute := func(linkType, value string) string {
		return fmt.Sprintf(`{"link_type":%q,"value":%q}`, linkType, value)
	}
	c, issues := parse(t, service(`"attributes":[`+strings.Join([]string{
		attribute("access", "step-free"), attribute("access", "step-free"), attribute("access", "no:step-free"),
		attribute("eligibility-restricted", "yes"), attribute("eligibility-restricted", "yes"), attribute("eligibility-restricted", "no"),
	}, ",")+`]`))
	s := c.Services[0]
	require.Equal(t, sp.Unknown, s.Access[directory.StepFree])
	require.Equal(t, sp.Unknown, s.Eligibility.Restricted)
	require.Equal(t, map[string]int{"warning attributes[2] contradicting-fact": 1, "warning attributes[5] contradicting-fact": 1}, faults(issues))
}

func TestReadJSONReadsSchedules(t *testing.T) {
	for _, tt := range []struct {
		name, fields string
		on           string
		want         sp.Truth
		issues       map[string]int
	}{
		{"weekly", `"freq":"WEEKLY","byday":"TU","opens_at":"10:00","closes_at":"12:00"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"lists and small letters", `"freq":"weekly","byday":["mo","tu"],"interval":"1"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"a frequency that is no frequency", `"freq":"SOMETIMES","byday":"TU"`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].freq bad-rule": 1}},
		{"days without a frequency", `"byday":"TU"`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].freq bad-rule": 1}},
		{"one day", `"dtstart":"2026-11-24"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"one day and no other", `"dtstart":"2026-11-24"`, "2026-11-25", sp.No, map[string]int{}},
		{"one day that ends on it", `"dtstart":"2026-11-24","until":"2026-11-24"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"an end later than the one day", `"dtstart":"2026-11-24","until":"2026-12-18"`, "2026-11-25", sp.Unknown, map[string]int{"warning schedules[0].until bad-rule": 1}},
		{"hours without days", `"opens_at":"10:00"`, "2026-11-24", sp.Unknown, map[string]int{}},
		{"the third of three", `"freq":"WEEKLY","dtstart":"2026-11-10","count":3`, "2026-11-24", sp.Yes, map[string]int{}},
		{"there is no fourth", `"freq":"WEEKLY","dtstart":"2026-11-10","count":3`, "2026-12-01", sp.No, map[string]int{}},
		{"a number of sessions from nobody knows when", `"freq":"WEEKLY","byday":"TU","count":3`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].count bad-count": 1}},
		{"the last valid day", `"freq":"DAILY","valid_to":"2026-11-24"`, "2026-11-24", sp.Yes, map[string]int{}},
		{"the day after", `"freq":"DAILY","valid_to":"2026-11-24"`, "2026-11-25", sp.Unknown, map[string]int{}},
		{"validity the wrong way round", `"freq":"DAILY","valid_from":"2026-11-25","valid_to":"2026-11-23"`, "2026-11-24", sp.Unknown, map[string]int{"warning schedules[0].valid_to bad-period": 1}},
		{"two times in one", `"freq":"DAILY","opens_at":"10:00 - 11:00"`, "2026-11-24", sp.Yes, map[string]int{"note schedules[0].opens_at time-of-day-form": 1}},
		{"a time that is none", `"freq":"DAILY","opens_at":"late"`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].opens_at bad-time-of-day": 1}},
		{"a time as an object", `"freq":"DAILY","opens_at":{"hour":9}`, "2026-11-24", sp.Yes, map[string]int{"warning schedules[0].opens_at wrong-type": 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, issues := parse(t, service(`"schedules":[{`+tt.fields+`}]`))
			require.Equal(t, tt.want, c.Services[0].Schedules[0].Occurs(importertest.Day(tt.on)))
			require.Empty(t, cmp.Diff(tt.issues, faults(issues)))
		})
	}
}

func TestReadJSONLetsSummerTimeMoveNoSession(t *testing.T) {
	c, issues := parse(t, service(`"schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"10:00Z","closes_at":"12:00:00+01:00"}]`))
	s := c.Services[0].Schedules[0]
	require.Equal(t, "10:00", s.Opens.Or(0).String())
	require.Equal(t, "12:00", s.Closes.Or(0).String())
	require.Equal(t, "Europe/London", s.Zone)
	require.JSONEq(t, `"10:00Z"`, string(c.Services[0].Extra["schedules[0].opens_at"]), "the offset is kept")
	require.Equal(t, map[string]int{"note schedules[0].opens_at time-of-day-offset": 1, "note schedules[0].closes_at time-of-day-offset": 1}, faults(issues))
}

func TestServiceAreas(t *testing.T) {
	c, _ := parse(t, service(`"service_areas":[
		{"name":"Lower bay","extent":"LA3, la4 5","extent_type":"text"},
		{"name":"District","uri":"http://statistics.data.gov.uk/id/statistical-geography/E07000121"},
		{"name":"Shape","extent":"{}","extent_type":"geojson","uri":"http://example.com"}]`))
	area := c.Services[0].Area
	require.Equal(t, []string{"LA3", "LA4 5"}, area.Postcodes)
	require.Equal(t, []geo.Area{{Code: "E07000121"}}, area.Areas)
	require.Equal(t, "Lower bay\nDistrict\nShape", area.Text)
	require.Contains(t, c.Services[0].Extra, "service_areas[2].extent")
	require.Equal(t, sp.Yes, area.Covers(directory.Home{Postcode: "LA3"}))
	require.Equal(t, sp.Unknown, area.Covers(directory.Home{Postcode: "LA9", Areas: []geo.Area{{Code: "E07000122"}}}), "which may lie within the shape")

	c, _ = parse(t, service(`"service_areas":[{"name":"Lower bay","extent":"LA3","extent_type":"text"},{"id":"a","name":""}]`))
	require.Equal(t, sp.No, c.Services[0].Area.Covers(directory.Home{Postcode: "LA9"}), "an area that says nothing is none")
}

func TestReadJSONTakesAPriceToSayNothingOfDaysOnWhichItDoesNotApply(t *testing.T) {
	const expired, current = `"valid_to":"2025-12-31"`, `"valid_from":"2026-01-01"`
	for _, tt := range []struct {
		name, fields string
		free         sp.Truth // on 23 November 2026
	}{
		{"what was free last year", `"cost_options":[{"amount":0,` + expired + `}]`, sp.Unknown},
		{"what had a price last year", `"cost_options":[{"amount":3,` + expired + `}]`, sp.Unknown},
		{"what is free since this year", `"cost_options":[{"amount":3,` + expired + `},{"amount":0,` + current + `}]`, sp.Yes},
		{"what has a price since this year", `"cost_options":[{"amount":0,` + expired + `},{"amount":3,` + current + `}]`, sp.No},
		{"free for good, and last year", `"cost_options":[{"amount":0},{"amount":0,` + expired + `}]`, sp.Yes},
		{"a price for good, and free last year", `"cost_options":[{"amount":3},{"amount":0,` + expired + `}]`, sp.No},
		{"free in words, with a price of last year", `"fees":"Free","cost_options":[{"amount":3,` + expired + `}]`, sp.Unknown},
		{"free in words, and free last year", `"fees":"Free","cost_options":[{"amount":0,` + expired + `}]`, sp.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := parse(t, service(tt.fields))
			require.Equal(t, tt.free, c.Services[0].Cost.Within(sp.Money{}, importertest.Day("2026-11-23")))
		})
	}
}
