package directory_test

import (
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
)

func day(s string) sp.Date {
	d, err := sp.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func rule(tb testing.TB, s string) directory.Rule {
	tb.Helper()
	r, err := directory.ParseRule(s)
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

func TestTheErrorOfARuleDoesNotRepeatIt(t *testing.T) {
	_, err := directory.ParseRule("Ask Ann Persona;Ask Ann Persona")
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, strings.ToUpper(err.Error()), "PERSONA")
}

func TestRulesThatAreNotUnderstoodAreRefused(t *testing.T) {
	for _, s := range []string{
		"", "WEEKLY", "FREQ=FORTNIGHTLY", "FREQ=SECONDLY", "FREQ=YEARLY;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=13", "FREQ=MONTHLY;BYMONTH=0", "FREQ=YEARLY;BYWEEKNO=3", "FREQ=YEARLY;BYYEARDAY=3", "FREQ=WEEKLY;BYDAY=2TU", "FREQ=WEEKLY;BYMONTHDAY=2",
		"FREQ=MONTHLY;BYDAY=9MO", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;INTERVAL=0",
		"FREQ=WEEKLY;INTERVAL=-1", "FREQ=WEEKLY;INTERVAL=99999999999999999999", "FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;BYSETPOS=1",
		"BYDAY=TU", "INTERVAL=2", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;BYDAY=-6MO", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;WKST=TU", "FREQ=WEEKLY;BYDAY=UM", "FREQ=WEEKLY;",
	} {
		r, err := directory.ParseRule(s)
		require.ErrorIs(t, err, sp.ErrInvalid, s)
		require.Zero(t, r, s)
	}
}

// naive lists the occurrences of a rule from start to end by walking through
// the periods that it names, the way RFC 5545 describes.
func naive(r directory.Rule, start, end sp.Date) map[sp.Date]bool {
	found := map[sp.Date]bool{}
	add := func(d sp.Date) {
		if d >= start && d <= end {
			found[d] = true
		}
	}
	step := max(r.Interval, 1)
	switch r.Every {
	case directory.Yearly: // see the other implementation
	case directory.Daily:
		for d := start; d <= end; d = d.Add(step) {
			if len(r.Days) == 0 || slices.ContainsFunc(r.Days, func(x directory.Day) bool { return x.Weekday == d.Weekday() }) {
				add(d)
			}
		}
	case directory.Weekly:
		monday := start
		for monday.Weekday() != time.Monday {
			monday = monday.Add(-1)
		}
		days := r.Days
		if len(days) == 0 {
			days = []directory.Day{{Weekday: start.Weekday()}}
		}
		for ; monday <= end; monday = monday.Add(7 * step) {
			for _, d := range days {
				add(monday.Add((int(d.Weekday) + 6) % 7))
			}
		}
	case directory.Monthly:
		year, month, first := start.Civil()
		for m := sp.NewDate(year, month, 1); m <= end; m = m.AddMonths(step) {
			var days []sp.Date
			for d := m; d < m.AddMonths(1); d = d.Add(1) {
				days = append(days, d)
			}
			for i, d := range days {
				if len(r.Days) == 0 && len(r.MonthDays) == 0 && i+1 == first {
					add(d)
				}
				inMonth := len(r.MonthDays) == 0 || slices.Contains(r.MonthDays, i+1) || slices.Contains(r.MonthDays, i-len(days))
				if inMonth && (len(r.Days) > 0 || len(r.MonthDays) > 0) && onDay(r.Days, days, i) {
					add(d)
				}
			}
		}
	}
	return found
}

// onDay reports whether day i of a month is one of the numbered weekdays.
func onDay(wanted []directory.Day, days []sp.Date, i int) bool {
	if len(wanted) == 0 {
		return true
	}
	var same []int
	for j, d := range days {
		if d.Weekday() == days[i].Weekday() {
			same = append(same, j)
		}
	}
	nth := slices.Index(same, i) + 1
	return slices.ContainsFunc(wanted, func(w directory.Day) bool {
		return w.Weekday == days[i].Weekday() && (w.Nth == 0 || w.Nth == nth || w.Nth == nth-len(same)-1)
	})
}

func drawRule(t *rapid.T) directory.Rule {
	r := directory.Rule{
		Every:    rapid.SampledFrom([]directory.Frequency{directory.Daily, directory.Weekly, directory.Monthly}).Draw(t, "every"),
		Interval: rapid.IntRange(1, 6).Draw(t, "interval"),
	}
	numbers := rapid.Just(0)
	if r.Every == directory.Monthly {
		numbers = rapid.IntRange(-5, 5)
		r.MonthDays = rapid.SliceOfN(rapid.IntRange(-31, 31).Filter(func(n int) bool { return n != 0 }), 0, 3).Draw(t, "monthDays")
	}
	for range rapid.IntRange(0, 3).Draw(t, "days") {
		r.Days = append(r.Days, directory.Day{Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Nth: numbers.Draw(t, "nth")})
	}
	return r
}

func TestOccursIsWhatWalkingThroughTheCalendarFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		s := directory.Schedule{Rule: r, Start: start}
		want := naive(r, start, start.Add(500))
		for d := start.Add(-3); d <= start.Add(500); d++ {
			require.Equal(t, sp.TruthOf(want[d]), s.Occurs(d), "%s from %s on %s", r, start, d)
			if want[d] {
				require.NotEqual(t, sp.No, s.Meets(d.Weekday(), start), "%s meets on %s", r, d.Weekday())
			}
		}
	})
}

func TestMeetsIsWhatOccursFindsInThirtyYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		s := directory.Schedule{Rule: r, Start: start}
		met := map[time.Weekday]bool{}
		for d := start; d <= start.Add(30*366) && len(met) < 7; d++ {
			if s.Occurs(d) == sp.Yes {
				met[d.Weekday()] = true
			}
		}
		for d := range time.Weekday(7) {
			require.Equal(t, sp.TruthOf(met[d]), s.Meets(d, start), "%s from %s on a %s", r, start, d)
		}
	})
}

func TestASeriesThatEndsMeetsTheWeekdaysOfItsOccurrences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		s := directory.Schedule{Rule: r, Start: start, Until: start.Add(rapid.IntRange(0, 360).Draw(t, "length"))}
		from := start.Add(rapid.IntRange(-5, 360).Draw(t, "from"))
		met := map[time.Weekday]bool{}
		for d := range naive(r, start, s.Until) {
			met[d.Weekday()] = met[d.Weekday()] || d >= from
		}
		for d := range time.Weekday(7) {
			require.Equal(t, sp.TruthOf(met[d]), s.Meets(d, from), "%s from %s to %s on %s after %s", r, start, s.Until, d, from)
		}
	})
}

func TestRulesAreReadAsWritten(t *testing.T) {
	for _, s := range []string{"", "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-5FR,5MO", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=-1"} {
		var r directory.Rule
		if s != "" {
			r = rule(t, s)
		}
		require.Equal(t, s, r.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		back, err := directory.ParseRule(r.String())
		require.NoError(t, err)
		require.Equal(t, r.String(), back.String())
	})
}

// The sum of occurrences, and the hash over all of them, were computed with
// github.com/teambition/rrule-go v1.8.2, another implementation of RFC 5545.
func TestMobileLibraryRulesAgreeWithAnotherImplementation(t *testing.T) {
	tier.Unraced(t)
	files, err := filepath.Glob(filepath.Join(shared.Dir(t), "data/directory/uk-mobile-libraries/*.csv"))
	require.NoError(t, err)
	rules, occurrences, all := 0, 0, fnv.New64a()
	for _, name := range files {
		if filepath.Base(name) == "organisations.csv" {
			continue
		}
		for _, row := range readCSV(t, name) {
			rules++
			s := directory.Schedule{Rule: rule(t, row["frequency"]), Start: day(row["start"])}
			for d := day("2024-01-01"); d <= day("2025-12-31"); d++ {
				if s.Occurs(d) == sp.Yes {
					occurrences++
					fmt.Fprint(all, rules, d.String(), ";")
				}
			}
		}
	}
	require.Equal(t, 5151, rules)
	require.Equal(t, 178_937, occurrences)
	require.Equal(t, uint64(10083146631528339313), all.Sum64())
}

// The number of occurrences until 2040, and the hash over all of them, were computed with
// github.com/teambition/rrule-go v1.8.2.
func TestYearlyRulesAndMonthsAgreeWithAnotherImplementation(t *testing.T) {
	n, all := 0, fnv.New64a()
	for i, r := range []string{
		"FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=12", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,-1",
		"FREQ=YEARLY;BYDAY=SU", "FREQ=YEARLY;INTERVAL=3;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=1MO;BYMONTH=4,5,6",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYMONTH=9,10,11", "FREQ=DAILY;BYMONTH=8", "FREQ=YEARLY;BYMONTH=7;BYDAY=FR;BYMONTHDAY=13",
	} {
		for k, start := range []string{"2024-02-29", "2025-12-31", "2026-11-24"} {
			s := directory.Schedule{Rule: rule(t, r), Start: day(start)}
			met := map[time.Weekday]bool{}
			for d := s.Start; d <= day("2040-12-31"); d++ {
				if s.Occurs(d) == sp.Yes {
					n++
					met[d.Weekday()] = true
					fmt.Fprint(all, i, k, d.String(), ";")
				}
			}
			for d := range met {
				require.Equal(t, sp.Yes, s.Meets(d, s.Start), "%s from %s", r, start)
			}
		}
	}
	require.Equal(t, 5076, n)
	require.Equal(t, uint64(4007034179287399954), all.Sum64())
	require.Equal(t, sp.No, directory.Schedule{Rule: rule(t, "FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR")}.Meets(time.Monday, 0))
	require.Equal(t, sp.Unknown, directory.Schedule{Rule: rule(t, "FREQ=YEARLY")}.Meets(time.Monday, 0), "its first day decides")
}

func readCSV(tb testing.TB, name string) []map[string]string {
	tb.Helper()
	f, err := os.Open(name)
	require.NoError(tb, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"FREQ=WEEKLY;INTERVAL=3", "FREQ=MONTHLY;BYDAY=2TU,-1FR;BYMONTHDAY=13", "RRULE:FREQ=DAILY", "FREQ=MONTHLY;BYDAY=9MO"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := directory.ParseRule(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		back, err := directory.ParseRule(r.String())
		require.NoError(t, err)
		require.Equal(t, r.String(), back.String())
		schedule := directory.Schedule{Rule: r, Start: sp.NewDate(2026, 1, 31)}
		for d := schedule.Start; d < schedule.Start.Add(40); d++ {
			require.True(t, schedule.Occurs(d).Known(), "with a start every rule is determined")
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

func TestARuleOnADayThatIsNonePrintsAllTheSame(t *testing.T) {
	require.Equal(t, "??", directory.Day{Weekday: 7}.String())
	require.Equal(t, "2??", directory.Day{Nth: 2, Weekday: -1}.String())
}
