package sp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

// Maundy Thursday is before four days on which nobody works.
func ExampleCalendar() {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	goodFriday, easterMonday := sp.NewDate(2026, time.April, 3), sp.NewDate(2026, time.April, 6)
	calendar := sp.NewCalendar(london, goodFriday, easterMonday)

	received := calendar.Date(time.Date(2026, time.April, 1, 23, 30, 0, 0, time.UTC)) // summer time has begun
	due := calendar.AddWorkdays(received, 2)
	fmt.Println(received, due, calendar.Workdays(received, due))
	fmt.Println(calendar)
	fmt.Println(sp.Calendar{})
	// Output:
	// 2026-04-02 2026-04-08 2
	// Europe/London without 2026-04-03, 2026-04-06
	// UTC
}

func TestACalendarCountsAsFingersDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		monday := sp.NewDate(2026, time.March, 30)
		days := rapid.SliceOfN(rapid.IntRange(0, 60), 0, 12)
		var holidays []sp.Date
		for _, h := range days.Draw(t, "holidays") {
			holidays = append(holidays, monday.Add(h))
		}
		given := slices.Clone(holidays)
		c := sp.NewCalendar(nil, holidays...)
		require.Equal(t, given, holidays, "what was given stays as it was")
		works := func(d sp.Date) bool {
			return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(holidays, d)
		}
		from, n := monday.Add(rapid.IntRange(0, 20).Draw(t, "from")), rapid.IntRange(0, 40).Draw(t, "n")
		end := from
		for left := n; left > 0; {
			if end++; works(end) {
				left--
			}
		}
		require.Equal(t, end, c.AddWorkdays(from, n))
		require.Equal(t, n, c.Workdays(from, end))
		require.Equal(t, -n, c.Workdays(end, from))
		require.Equal(t, works(from), c.Workday(from))
		to := from.Add(rapid.IntRange(0, 80).Draw(t, "to"))
		count := 0
		for d := from + 1; d <= to; d++ {
			if works(d) {
				count++
			}
		}
		require.Equal(t, count, c.Workdays(from, to))
	})
}

func TestACalendarOfWhatIsUnknownIsUnknown(t *testing.T) {
	var c sp.Calendar
	last := sp.NewDate(9999, time.December, 31)
	require.Zero(t, c.AddWorkdays(0, 5))
	require.Zero(t, c.AddWorkdays(last, 1))
	require.Zero(t, c.AddWorkdays(1, 1<<62))
	require.Equal(t, last, c.AddWorkdays(last, -3))
	require.Zero(t, c.Workdays(0, last))
	require.Zero(t, c.Workdays(last, 0))
	require.Zero(t, c.Date(time.Time{}))
	require.False(t, c.Workday(0))
	require.Equal(t, c, sp.NewCalendar(time.UTC, 0, sp.NewDate(2026, time.April, 4)), "neither nothing nor a Saturday is a holiday")
	require.Equal(t, time.UTC, c.Zone())
	require.Empty(t, c.Holidays())
}

func TestCalendarsAreEqualIfTheyCountTheSame(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	again, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	monday := sp.NewDate(2026, time.March, 30)
	require.True(t, sp.NewCalendar(london, monday, monday+1).Equal(sp.NewCalendar(again, monday+1, monday, monday)))
	require.False(t, sp.NewCalendar(london).Equal(sp.Calendar{}))
	require.False(t, sp.NewCalendar(london, monday).Equal(sp.NewCalendar(london)))
	require.False(t, sp.NewCalendar(london).Equal(sp.NewCalendar(time.FixedZone("Europe/London", 0))))
}

func TestACalendarInJSONSaysWhatIsWrongWithIt(t *testing.T) {
	var c sp.Calendar
	require.NoError(t, json.Unmarshal([]byte(`{"zone":"Europe/London","holidays":["2026-12-25","2026-04-03"]}`), &c))
	require.Equal(t, []sp.Date{sp.NewDate(2026, 4, 3), sp.NewDate(2026, 12, 25)}, c.Holidays())
	data, err := json.Marshal(c)
	require.NoError(t, err)
	require.JSONEq(t, `{"zone":"Europe/London","holidays":["2026-04-03","2026-12-25"]}`, string(data))
	for text, want := range map[string][]string{
		`{"zone":"Europe/Londres"}`:                     {"zone not-listed"},
		`{"zone":"Local"}`:                              {"zone not-listed"},
		`{"zone":"../x","holidays":["x",""]}`:           {"zone not-listed", "holidays[0] malformed", "holidays[1] malformed"},
		`{"holidays":["2026-02-30",null,"2026-01-01"]}`: {"holidays[0] malformed", "holidays[1] malformed"},
		`{"zon":"Europe/London"}`:                       {" wrong-type"},
		`[]`:                                            {" wrong-type"},
	} {
		broken, ok := errors.AsType[*sp.InvalidError](c.UnmarshalJSON([]byte(text)))
		require.True(t, ok, text)
		var got []string
		for _, f := range broken.Fields {
			got = append(got, f.Path+" "+string(f.Code))
		}
		require.Equal(t, want, got, text)
	}
	require.Len(t, c.Holidays(), 2, "what cannot be read changes nothing")
	for _, zone := range []*time.Location{time.FixedZone("Kiribati", 14*3600), time.FixedZone("Europe/London", 0), time.FixedZone("", 3600)} {
		_, err := json.Marshal(sp.NewCalendar(zone))
		require.ErrorIs(t, err, sp.ErrInvalid, "nobody could read %s back", zone)
	}
}
