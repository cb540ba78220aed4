package schemaorg_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/schemaorg"
)

func ExampleSchedules() {
	session := `{"@type": "SessionSeries", "eventSchedule": {"@type": "PartialSchedule", "repeatFrequency": "P2W",
	  "byDay": ["https://schema.org/Tuesday"], "startDate": "2026-09-01", "startTime": "19:30", "endTime": "20:30", "exceptDate": ["2026-12-22"]}}`
	schedules, _, err := schemaorg.Schedules([]byte(session), feed.Options{})
	if err != nil {
		panic(err)
	}
	for _, day := range []string{"2026-11-24", "2026-12-01", "2026-12-22"} {
		fmt.Println(day, schedules[0].Occurs(importertest.Day(day)), schedules[0].Opens)
	}
	// Output:
	// 2026-11-24 yes 19:30
	// 2026-12-01 no 19:30
	// 2026-12-22 no 19:30
}

func TestHoursOfSchemaOrg(t *testing.T) {
	const tuesday, wednesday = "2026-11-24", "2026-11-25"
	for _, tt := range []struct {
		name, text string
		on         string
		want       sp.Truth
		opens      string
	}{
		{"days by name", `{"openingHoursSpecification":[{"dayOfWeek":["Monday","Tuesday"],"opens":"09:00","closes":"17:00:00"}]}`, tuesday, sp.Yes, "09:00"},
		{"and no other", `{"openingHoursSpecification":{"dayOfWeek":"http://schema.org/Monday","opens":"09:00","closes":"17:00"}}`, tuesday, sp.No, "09:00"},
		{"out of season", `{"openingHoursSpecification":{"dayOfWeek":"Tuesday","opens":"09:00","validThrough":"2026-09-30"}}`, tuesday, sp.Unknown, "09:00"},
		{"a season that cannot be read", `{"openingHoursSpecification":{"dayOfWeek":"Tuesday","validThrough":"autumn"}}`, tuesday, sp.Unknown, ""},
		{"closed on a special day", `{"openingHours":"Mo-Fr 09:00-17:00","specialOpeningHoursSpecification":{"validFrom":"2026-11-24","validThrough":"2026-11-24"}}`, tuesday, sp.No, "09:00"},
		{"closed by hours of nothing", `{"openingHours":"Mo-Fr 09:00-17:00","openingHoursSpecification":{"opens":"00:00","closes":"00:00","validFrom":"2026-11-24","validThrough":"2026-11-24"}}`, tuesday, sp.No, "09:00"},
		{"text", `{"openingHours":["Tu,Th 10:00-12:00"]}`, tuesday, sp.Yes, "10:00"},
		{"text of another day", `{"openingHours":["Tu,Th 10:00-12:00"]}`, wednesday, sp.No, "10:00"},
		{"text that is none", `{"openingHours":"whenever"}`, tuesday, sp.Unknown, ""},
		{"every week until a day", `{"eventSchedule":{"repeatFrequency":"P1W","byDay":"schema:Tuesday","startDate":"2026-01-06","endDate":"2026-11-17"}}`, tuesday, sp.No, ""},
		{"a number of times", `{"eventSchedule":{"repeatFrequency":"P1W","byDay":"Tuesday","startDate":"2026-11-10","repeatCount":3}}`, tuesday, sp.Yes, ""},
		{"a frequency that is not understood", `{"eventSchedule":{"repeatFrequency":"P1Y","byDay":"Tuesday","startDate":"2026-01-06"}}`, tuesday, sp.Unknown, ""},
		{"an exception that cannot be read", `{"eventSchedule":{"repeatFrequency":"P1W","byDay":"Tuesday","exceptDate":"half term"}}`, tuesday, sp.Unknown, ""},
		{"days by address in JSON-LD", `{"openingHoursSpecification":{"dayOfWeek":{"@id":"https://schema.org/Tuesday"},"opens":"09:00"}}`, tuesday, sp.Yes, "09:00"},
		{"text with a dash of another kind", `{"openingHours":"Tu 10:00–12:00"}`, tuesday, sp.Yes, "10:00"},
		{"text of days with spaces", `{"openingHours":"Mo, Tu 10:00-12:00"}`, tuesday, sp.Yes, "10:00"},
		{"an event of several days, on which of them nobody says", `{"startDate":"2026-11-20T10:00:00","endDate":"2026-11-30T11:00:00"}`, tuesday, sp.Unknown, "10:00"},
		{"one event", `{"startDate":"2026-11-24T10:00:00Z","endDate":"2026-11-24T11:00:00Z"}`, tuesday, sp.Yes, "10:00"},
		{"one event and no other day", `{"startDate":"2026-11-24T10:00:00Z"}`, wednesday, sp.No, "10:00"},
		{"events in an event", `[{"startDate":"2026-01-01","subEvent":[{"startDate":"2026-11-24T10:00:00+00:00"}]}]`, tuesday, sp.Yes, "10:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			schedules, issues, err := schemaorg.Schedules([]byte(tt.text), feed.Options{})
			require.NoError(t, err)
			require.Len(t, schedules, 1)
			require.Equal(t, tt.want, schedules[0].Occurs(importertest.Day(tt.on)), issues)
			opens := ""
			if at, ok := schedules[0].Opens.Lookup(); ok {
				opens = at.String()
			}
			require.Equal(t, tt.opens, opens)
		})
	}
	for _, text := range []string{`{}`, `[]`, `7`, `{"name":"x"}`} {
		schedules, issues, err := schemaorg.Schedules([]byte(text), feed.Options{})
		require.NoError(t, err)
		require.Empty(t, schedules)
		require.Empty(t, issues)
	}
	_, _, err := schemaorg.Schedules([]byte(`{`), feed.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	schedules, _, err := schemaorg.Schedules([]byte(`{"eventSchedule":{"byDay":"Tuesday","scheduleTimezone":"Europe/Dublin"}}`), feed.Options{})
	require.NoError(t, err)
	require.Equal(t, "Europe/Dublin", schedules[0].Zone)
}

func TestSchedulesReadsSeveralHoursOfOneText(t *testing.T) {
	schedules, _, err := schemaorg.Schedules([]byte(`{"openingHours":"Mo,We 09:00-12:00, 13:00-17:00; Tu 14:00-16:00"}`), feed.Options{})
	require.NoError(t, err)
	var got []string
	for _, s := range schedules {
		got = append(got, fmt.Sprint(s.Raw, " ", s.Opens, " ", s.Closes))
	}
	require.Equal(t, []string{"FREQ=WEEKLY;BYDAY=MO,WE 09:00 12:00", "FREQ=WEEKLY;BYDAY=MO,WE 13:00 17:00", "FREQ=WEEKLY;BYDAY=TU 14:00 16:00"}, got)
}

// What says nothing makes no schedule, so that time zones stay with those whose they are.
func TestSchedulesKeepsTheZoneOfASessionBehindHoursThatSayNothing(t *testing.T) {
	schedules, _, err := schemaorg.Schedules([]byte(`{"openingHoursSpecification":[{},{}],"eventSchedule":[{"scheduleTimezone":"Europe/Paris"},
		{"repeatFrequency":"P1W","byDay":"Tuesday","startDate":"2026-11-24"},{"repeatFrequency":"P1D","startDate":"2026-11-24","scheduleTimezone":"Europe/Lisbon"}]}`), feed.Options{Zone: "Europe/London"})
	require.NoError(t, err)
	var zones []string
	for _, s := range schedules {
		zones = append(zones, s.Zone)
	}
	require.Equal(t, []string{"Europe/London", "Europe/Lisbon"}, zones)
}

// As for whatever else is told in parts, more than a thousand are none that is believed.
func TestSchedulesUsesAThousandHoursAndNoneOfMore(t *testing.T) {
	for hours, want := range map[int]map[string]int{1000: {}, 1001: {"error too-many": 1}, 5000: {"error too-many": 1}} {
		text := `{"openingHours":["Mo 09:00-17:00"` + strings.Repeat(`,"Mo 09:00-17:00"`, hours-1) + "]}"
		schedules, issues, err := schemaorg.Schedules([]byte(text), feed.Options{})
		require.NoError(t, err)
		require.Equal(t, want, importertest.Codes(issues))
		require.Equal(t, hours == 1000, len(schedules) > 0, "%d", hours)
	}
}

func TestSchedulesMakesNothingOfWhatDoesNotTakePlace(t *testing.T) {
	for _, text := range []string{
		`{"startDate":"2026-11-24","eventStatus":"https://schema.org/EventCancelled"}`,
		`{"eventSchedule":{"repeatFrequency":"P1W","byDay":"Tuesday"},"eventStatus":"EventPostponed"}`,
		`{"items":[{"state":"deleted","data":{"eventSchedule":{"repeatFrequency":"P1W","byDay":"Tuesday"}}}]}`,
	} {
		schedules, issues, err := schemaorg.Schedules([]byte(text), feed.Options{})
		require.NoError(t, err)
		require.Empty(t, schedules, text)
		require.Equal(t, map[string]int{"note not-imported": 1}, importertest.Codes(issues))
	}
	schedules, _, err := schemaorg.Schedules([]byte(`{"startDate":"2026-11-24","eventStatus":"https://schema.org/EventScheduled"}`), feed.Options{})
	require.NoError(t, err)
	require.Len(t, schedules, 1)
}

func FuzzSchedules(f *testing.F) {
	f.Add([]byte(`{"openingHours":"Mo-Fr 09:00-17:00","eventSchedule":[{"byDay":["Tuesday"],"repeatFrequency":"P1W","repeatCount":1e9,"startDate":"2026-01-01"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		schedules, _, err := schemaorg.Schedules(text, feed.Options{})
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
		for _, s := range schedules {
			s.Occurs(importertest.Day("2026-11-24"))
		}
	})
}
