package hsds_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
)

func TestReadJSONGivesNoCertainYesForAScheduleThatItCannotRead(t *testing.T) {
	tuesday := importertest.Day("2027-06-01")
	for _, tt := range []struct {
		name, fields string
		on           sp.Date
		want         sp.Truth
	}{
		{"an end that can be read in one way only", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"31/03/2025"`, tuesday, sp.No},
		{"an end that can be read in two ways", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"03/04/2025"`, tuesday, sp.Unknown},
		{"an end in words", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"end of term"`, tuesday, sp.Unknown},
		{"no end in words", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"Ongoing"`, tuesday, sp.Yes},
		{"an end that nobody knows", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"to be confirmed"`, tuesday, sp.Unknown},
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
		{"an end that is no text", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":{"date":"2025-03-31"}`, tuesday, sp.Unknown},
		{"a window whose end is no text", `"freq":"WEEKLY","byday":"TU","valid_to":["2025-03-31"]`, tuesday, sp.Unknown},
		{"a frequency that is no text", `"freq":{"every":"week"},"byday":"TU"`, tuesday, sp.Unknown},
		{"days that are no texts", `"freq":"WEEKLY","byday":[{"day":"TU"}],"dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"an interval that is no number", `"freq":"WEEKLY","byday":"TU","interval":[{}],"dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"seconds", `"freq":"WEEKLY","byday":"TU","bysecond":"0"`, tuesday, sp.Unknown},
		{"more days beside the rule", `"freq":"WEEKLY","byday":"TU","rdate":"2026-12-16"`, tuesday, sp.Unknown},
		{"a part in other letters", `"freq":"WEEKLY","byday":"TU","BYSETPOS":2`, tuesday, sp.Unknown},
		{"a part with underscores", `"freq":"MONTHLY","byday":"TU","by_set_pos":2`, tuesday, sp.Unknown},
		{"a day that is taken out", `"freq":"WEEKLY","byday":"TU","exdate":"20270601T100000Z,2027-06-08"`, tuesday, sp.No},
		{"a list of them", `"freq":"WEEKLY","byday":"TU","exdates":["2027-06-08","2027-06-01"]`, tuesday, sp.No},
		{"and the others", `"freq":"WEEKLY","byday":"TU","exdates":["2027-06-08"]`, tuesday, sp.Yes},
		{"days in words that are taken out", `"freq":"WEEKLY","byday":"TU","exceptions":"school holidays"`, tuesday, sp.Unknown},
		{"a rule in one field", `"rrule":"RRULE:FREQ=MONTHLY;BYDAY=1TU"`, tuesday, sp.Yes},
		{"a rule in one field that ends", `"rrule":"FREQ=WEEKLY;BYDAY=TU;UNTIL=20250331T235959Z"`, tuesday, sp.No},
		{"the first and third by position", `"freq":"MONTHLY","byday":"TU","bysetpos":"1,3"`, tuesday, sp.Yes},
		{"months in words", `"freq":"WEEKLY","byday":"TU","bymonth":"June, Jul"`, tuesday, sp.Yes},
		{"the first day of a week in words", `"freq":"WEEKLY","byday":"TU","wkst":"Sunday"`, tuesday, sp.Yes},
		{"the start of a week where all is on the weekday of the first day", `"freq":"WEEKLY","interval":2,"wkst":"SU","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-15"), sp.Yes},
		{"every two weeks", `"freq":"every 2 weeks","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-08"), sp.No},
		{"two of the weeks in one word", `"freq":"biweekly","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-08"), sp.No},
		{"two of the weeks, or two days of one", `"freq":"biweekly","byday":"TU,TH","dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"two of the months in one word", `"freq":"bimonthly","byday":"1TU","dtstart":"2026-12-01"`, importertest.Day("2027-01-05"), sp.No},
		{"two of the months, or two days of one", `"freq":"bimonthly","byday":"TU","dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"every third week", `"freq":"every 3 weeks","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-22"), sp.Yes},
		{"every fourth month", `"freq":"4-monthly","bymonthday":1,"dtstart":"2026-12-01"`, importertest.Day("2027-01-01"), sp.No},
		{"alternate weeks", `"freq":"alternate weeks","byday":"TU","dtstart":"2026-12-01"`, importertest.Day("2026-12-08"), sp.No},
		{"a quarter", `"freq":"Quarterly","bymonthday":1,"dtstart":"2026-12-01"`, importertest.Day("2027-03-01"), sp.Yes},
		{"a frequency that is a day", `"freq":"every Tuesday"`, tuesday, sp.Yes},
		{"a frequency that is every other day", `"freq":"every other Tuesday","dtstart":"2026-12-01"`, importertest.Day("2026-12-08"), sp.No},
		{"a frequency that is a day of the month", `"freq":"first Tuesday of the month"`, importertest.Day("2026-12-08"), sp.No},
		{"a frequency that is a day which contradicts", `"freq":"every Tuesday","byday":"TH"`, tuesday, sp.Unknown},
		{"a frequency that contradicts the interval", `"freq":"every 3 weeks","interval":2,"byday":"TU","dtstart":"2026-12-01"`, tuesday, sp.Unknown},
		{"a frequency under another name", `"frequency":"weekly","days":["tue"]`, tuesday, sp.Yes},
		{"a day of the week under another name", `"freq":"WEEKLY","dayOfWeek":"Thursday","dtstart":"2026-12-01"`, tuesday, sp.No},
		{"a day of the week as a number", `"weekday":2`, tuesday, sp.Yes},
		{"Sunday as a number", `"weekday":"7"`, importertest.Day("2026-12-06"), sp.Yes},
		{"a number that is Sunday or Monday", `"weekday":0`, importertest.Day("2026-12-06"), sp.Unknown},
		{"days of the week as numbers", `"weekday":[1,2]`, tuesday, sp.Yes},
		{"a number that is no day of RFC 5545", `"freq":"WEEKLY","byday":2`, tuesday, sp.Unknown},
		{"an end under another name", `"freq":"WEEKLY","byday":"TU","end_date":"2026-03-31"`, tuesday, sp.Unknown},
		{"an end under another name that lies ahead", `"freq":"WEEKLY","byday":"TU","endDate":"2027-03-31"`, importertest.Day("2026-12-08"), sp.Yes},
		{"an end under another name that cannot be read", `"freq":"WEEKLY","byday":"TU","end_date":"Easter"`, tuesday, sp.Unknown},
		{"an end with hyphens around a month in words", `"freq":"WEEKLY","byday":"TU","dtstart":"2025-01-07","until":"30-Mar-2025"`, tuesday, sp.No},
		{"weekdays", `"freq":"WEEKLY","byday":"weekdays"`, tuesday, sp.Yes},
		{"days with and", `"freq":"WEEKLY","byday":"Monday and Tuesday"`, tuesday, sp.Yes},
		{"days with spaces", `"freq":"WEEKLY","byday":"MO TU"`, tuesday, sp.Yes},
		{"days over the weekend", `"freq":"WEEKLY","byday":"Sat-Tue"`, tuesday, sp.Yes},
		{"the first of a month in words", `"freq":"MONTHLY","byday":"First Tuesday"`, tuesday, sp.Yes},
		{"the last of a month in words", `"freq":"MONTHLY","byday":"last Tue"`, tuesday, sp.No},
		{"days in Welsh", `"freq":"WEEKLY","byday":"Dydd Mawrth, Dydd Iau"`, tuesday, sp.Yes},
		{"days that are none", `"freq":"WEEKLY","byday":"most days"`, tuesday, sp.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := parse(t, service(`"schedules":[{`+tt.fields+`}]`))
			require.Equal(t, tt.want, c.Services[0].Schedules[0].Occurs(tt.on), c.Services[0].Schedules[0].Raw)
		})
	}
}

func TestReadJSONTakesClosuresUnderOtherNamesForDaysWithoutSessions(t *testing.T) {
	c, issues := parse(t, service(`"regular_schedule":[{"weekday":"Friday","opens_at":"10:00"}],"holiday_schedule":[{"closed":"yes","start_date":"2026-12-25","end_date":"2026-12-26"}]`))
	require.Empty(t, faults(issues))
	require.Equal(t, sp.No, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-25")))
	require.Equal(t, sp.Yes, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-18")))
	c, issues = parse(t, service(`"regular_schedules":[{"weekday":"Friday","opens_at":"10:00"}],"holiday_schedules":[{"start_date":"2026-12-25"}]`))
	require.Equal(t, map[string]int{"warning holiday_schedules[0].closed bad-holiday": 1}, faults(issues), "which neither says closed nor when it is open")
	require.Equal(t, sp.Unknown, c.Services[0].Schedules[0].Occurs(importertest.Day("2026-12-25")))
}

func TestReadJSONReadsTimesOfDayInOtherForms(t *testing.T) {
	for written, want := range map[string]string{
		"1970-01-01T08:05:00.000Z": "08:05", "2000-01-01T08:05:00Z": "08:05", "0001-01-01T12:30:00": "12:30", "1899-12-30 09:15:00": "09:15",
		"2026-07-01T10:00:00Z": "", "2026-01-07T10:00:00Z": "10:00", "2026-07-01T10:00:00+01:00": "10:00", "2026-07-01T10:00:00": "10:00",
		"9am": "09:00", "9.30 pm": "21:30", "12:15 p.m.": "12:15", "12am": "00:00", "noon": "12:00", "13pm": "", "10.30": "10:30", "0:75": "",
		"08:00:00.000Z": "08:00", "2000-01-01 12:30:00 UTC": "12:30", "10:00+01:00": "10:00", "10:00-12:00": "10:00", "10:00-05:00": "", "12:00-10:00": "", "10:00+05:30": "", "2:30": "", "2:30pm": "14:30", "7:30": "07:30",
	} {
		c, _ := parse(t, service(`"schedules":[{"freq":"DAILY","opens_at":"`+written+`"}]`))
		got := ""
		if at, ok := c.Services[0].Schedules[0].Opens.Lookup(); ok {
			got = at.String()
		}
		require.Equal(t, want, got, written)
	}
}

func TestReadJSONReadsDatesInFiguresAsTheOptionsSay(t *testing.T) {
	read := func(o feed.DateOrder) sp.Date {
		c, _ := parseWith(t, service(`"assured_date":"03/04/2026"`), feed.Options{Dates: o})
		return c.Services[0].Freshness.Assured
	}
	require.Equal(t, sp.Date(0), read(feed.OneReading))
	require.Equal(t, sp.NewDate(2026, time.April, 3), read(feed.DayFirst))
	require.Equal(t, sp.NewDate(2026, time.March, 4), read(feed.MonthFirst))
}
