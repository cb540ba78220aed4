package directory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

func day(s string) sp.Date {
	d, err := sp.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func rule(tb testing.TB, s string) recurrence.Rule {
	tb.Helper()
	r, err := recurrence.ParseRule(s)
	require.NoError(tb, err, s)
	return r
}

func TestScheduleOccurs(t *testing.T) {
	for _, tt := range []struct {
		name     string
		schedule directory.Schedule
		rule     string
		on       string
		want     sp.Truth
	}{
		{"a weekly rule without days follows the weekday of its start", directory.Schedule{Start: day("2026-03-05")}, "FREQ=WEEKLY", "2026-03-12", sp.Yes},
		{"and no other weekday", directory.Schedule{Start: day("2026-03-05")}, "FREQ=WEEKLY", "2026-03-13", sp.No},
		{"nothing happens before the start", directory.Schedule{Start: day("2026-03-05")}, "FREQ=WEEKLY", "2026-02-26", sp.No},
		{"weeks are counted from Monday", directory.Schedule{Start: day("2026-03-08")}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-16", sp.Yes},
		{"a week between two is skipped", directory.Schedule{Start: day("2026-03-08")}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-09", sp.No},
		{"every second week from nobody knows when is unknown", directory.Schedule{}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-16", sp.Unknown},
		{"on another weekday it is no all the same", directory.Schedule{}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-17", sp.No},
		{"the second Tuesday", directory.Schedule{}, "FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-11-10", sp.Yes},
		{"the third Tuesday is not the second or fourth", directory.Schedule{}, "FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-11-17", sp.No},
		{"the last Friday", directory.Schedule{}, "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", sp.Yes},
		{"the last day of February in a leap year", directory.Schedule{}, "FREQ=MONTHLY;BYMONTHDAY=-1", "2028-02-29", sp.Yes},
		{"the 31st is skipped in November", directory.Schedule{Start: day("2026-08-31")}, "FREQ=MONTHLY", "2026-11-30", sp.No},
		{"Friday the 13th needs both", directory.Schedule{}, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-11-13", sp.Yes},
		{"after the end of the series it is no", directory.Schedule{Start: day("2026-03-05"), Until: day("2026-03-12")}, "FREQ=WEEKLY", "2026-03-19", sp.No},
		{"the last day belongs to the series", directory.Schedule{Start: day("2026-03-05"), Until: day("2026-03-12")}, "FREQ=WEEKLY", "2026-03-12", sp.Yes},
		{"where the information has run out it is unknown", directory.Schedule{Start: day("2026-03-05"), Valid: sp.Period{End: day("2026-03-13")}}, "FREQ=WEEKLY", "2026-03-19", sp.Unknown},
		{"an exception does not happen", directory.Schedule{Start: day("2026-03-05"), Except: []sp.Date{day("2026-03-12")}}, "FREQ=WEEKLY", "2026-03-12", sp.No},
		{"without a rule it is unknown", directory.Schedule{Start: day("2026-03-05"), Raw: "FREQ=SOMETIMES"}, "", "2026-03-12", sp.Unknown},
		{"every third day", directory.Schedule{Start: day("2026-03-05")}, "FREQ=DAILY;INTERVAL=3", "2026-03-11", sp.Yes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.rule != "" {
				tt.schedule.Rule = rule(t, tt.rule)
			}
			require.Equal(t, tt.want, tt.schedule.Occurs(day(tt.on)))
		})
	}
	require.Equal(t, sp.Unknown, directory.Schedule{Rule: rule(t, "FREQ=DAILY"), Start: day("2026-03-05")}.Occurs(0), "an unknown day")
}

func TestScheduleMeets(t *testing.T) {
	weekly := directory.Schedule{Rule: rule(t, "FREQ=WEEKLY;BYDAY=MO,TH"), Start: day("2026-03-05")}
	require.Equal(t, sp.Yes, weekly.Meets(time.Monday, 0))
	require.Equal(t, sp.No, weekly.Meets(time.Tuesday, 0))
	weekly.Until = day("2026-04-01")
	require.Equal(t, sp.No, weekly.Meets(time.Monday, day("2026-05-01")), "the series is over")
	weekly.Until, weekly.Valid.End = 0, day("2026-04-01")
	require.Equal(t, sp.Unknown, weekly.Meets(time.Monday, day("2026-05-01")), "the information has run out")
	require.Equal(t, sp.Unknown, directory.Schedule{}.Meets(time.Monday, 0))
	require.Equal(t, sp.Unknown, directory.Schedule{Rule: rule(t, "FREQ=WEEKLY")}.Meets(time.Monday, 0), "the start would tell")
	require.Equal(t, sp.Yes, directory.Schedule{Rule: rule(t, "FREQ=DAILY")}.Meets(time.Monday, 0))
	for name, tt := range map[string]struct {
		rule  string
		start sp.Date
		want  sp.Truth
	}{
		"every seventh day is a weekday":            {"FREQ=DAILY;INTERVAL=7", day("2026-03-05"), sp.No},
		"of a start that nobody knows":              {"FREQ=DAILY;INTERVAL=14", 0, sp.Unknown},
		"even on a day that it names":               {"FREQ=DAILY;INTERVAL=7;BYDAY=MO,TH", day("2026-03-05"), sp.No},
		"or on its own":                             {"FREQ=DAILY;INTERVAL=14;BYDAY=MO,TH", day("2026-03-02"), sp.Yes},
		"no February has thirty days":               {"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", day("2026-02-01"), sp.No},
		"but each March has":                        {"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", day("2026-03-01"), sp.Yes},
		"a month that nobody knows":                 {"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", 0, sp.Unknown},
		"no month has a first Monday on a 30th":     {"FREQ=MONTHLY;INTERVAL=12;BYDAY=1MO;BYMONTHDAY=30", 0, sp.No},
		"but fifth ones":                            {"FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=30", 0, sp.Yes},
		"the day of the start, in months that have": {"FREQ=MONTHLY;INTERVAL=2", day("2026-01-31"), sp.Yes},
		"every sixth day comes round to each":       {"FREQ=DAILY;INTERVAL=6", day("2026-03-05"), sp.Yes},
		"the first of every seventh month as well":  {"FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=1", day("2026-03-05"), sp.Yes},
	} {
		require.Equal(t, tt.want, directory.Schedule{Rule: rule(t, tt.rule), Start: tt.start}.Meets(time.Monday, 0), name)
	}
}

func TestASeriesThatEndsMeetsOnlyTheDaysThatAreLeft(t *testing.T) {
	start := day("2026-11-24") // a Tuesday
	for _, tt := range []struct {
		name     string
		schedule directory.Schedule
		rule     string
		weekday  time.Weekday
		from     string
		want     sp.Truth
	}{
		{"one day is on its own weekday", directory.Schedule{Start: start, Until: start}, "FREQ=DAILY", time.Tuesday, "2026-11-20", sp.Yes},
		{"and on no other", directory.Schedule{Start: start, Until: start}, "FREQ=DAILY", time.Friday, "2026-11-20", sp.No},
		{"nor on another day of an unknown date", directory.Schedule{Start: start, Until: start}, "FREQ=DAILY", time.Friday, "", sp.No},
		{"the last of a course of three", directory.Schedule{Start: start, Until: start.Add(14)}, "FREQ=WEEKLY", time.Tuesday, "2026-12-08", sp.Yes},
		{"is not followed by another", directory.Schedule{Start: start, Until: start.Add(16)}, "FREQ=WEEKLY", time.Tuesday, "2026-12-09", sp.No},
		{"a day that is left out does not count", directory.Schedule{Start: start, Until: start, Except: []sp.Date{start}}, "FREQ=DAILY", time.Tuesday, "", sp.No},
		{"every second week from nobody knows when", directory.Schedule{Until: start.Add(14)}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", time.Tuesday, "2026-11-24", sp.Unknown},
		{"where the information runs out first it is unknown", directory.Schedule{Start: start, Until: start.Add(14), Valid: sp.Period{End: start.Add(2)}}, "FREQ=WEEKLY", time.Tuesday, "2026-11-25", sp.Unknown},
		{"to the end of the calendar", directory.Schedule{Start: day("9999-12-28"), Until: day("9999-12-31")}, "FREQ=DAILY", time.Monday, "", sp.No},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.schedule.Rule = rule(t, tt.rule)
			from := sp.Date(0)
			if tt.from != "" {
				from = day(tt.from)
			}
			require.Equal(t, tt.want, tt.schedule.Meets(tt.weekday, from))
		})
	}
}

func TestASeriesThatEndsMeetsTheWeekdaysOfItsOccurrences(t *testing.T) {
	rules := []string{
		"FREQ=DAILY", "FREQ=DAILY;INTERVAL=6", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2TU,-1FR",
		"FREQ=MONTHLY;INTERVAL=3", "FREQ=MONTHLY;BYMONTHDAY=1,-1", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU",
	}
	rapid.Check(t, func(t *rapid.T) {
		r, err := recurrence.ParseRule(rapid.SampledFrom(rules).Draw(t, "rule"))
		require.NoError(t, err)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		s := directory.Schedule{Rule: r, Start: start, Until: start.Add(rapid.IntRange(0, 360).Draw(t, "length"))}
		from := start.Add(rapid.IntRange(-5, 360).Draw(t, "from"))
		met := map[time.Weekday]bool{}
		for d := max(from, start); d <= s.Until; d++ {
			if s.Occurs(d) == sp.Yes {
				met[d.Weekday()] = true
			}
		}
		for d := range time.Weekday(7) {
			require.Equal(t, sp.TruthOf(met[d]), s.Meets(d, from), "%s from %s to %s on %s after %s", r, start, s.Until, d, from)
		}
	})
}

func BenchmarkOccurs(b *testing.B) {
	s := directory.Schedule{Rule: rule(b, "FREQ=MONTHLY;BYDAY=2TU,4TU"), Start: day("2019-08-13")}
	d := day("2026-11-10")
	b.ReportAllocs()
	for b.Loop() {
		if s.Occurs(d) != sp.Yes {
			b.Fatal("the second Tuesday")
		}
	}
}
