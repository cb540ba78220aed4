package recurrence_test

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
	"github.com/socialprescribing/sp/directory/recurrence"
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

func rule(tb testing.TB, s string) recurrence.Rule {
	tb.Helper()
	r, err := recurrence.ParseRule(s)
	require.NoError(tb, err, s)
	return r
}

func TestTheErrorOfARuleDoesNotRepeatIt(t *testing.T) {
	_, err := recurrence.ParseRule("Ask Ann Persona;Ask Ann Persona")
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
		r, err := recurrence.ParseRule(s)
		require.ErrorIs(t, err, sp.ErrInvalid, s)
		require.Zero(t, r, s)
	}
}

// naive lists the occurrences of a rule from start to end by walking through
// the periods that it names, the way RFC 5545 describes.
func naive(r recurrence.Rule, start, end sp.Date) map[sp.Date]bool {
	found := map[sp.Date]bool{}
	add := func(d sp.Date) {
		if d >= start && d <= end {
			found[d] = true
		}
	}
	step := max(r.Interval, 1)
	switch r.Every {
	case recurrence.Yearly: // see the other implementation
	case recurrence.Daily:
		for d := start; d <= end; d = d.Add(step) {
			if len(r.Days) == 0 || slices.ContainsFunc(r.Days, func(x recurrence.Day) bool { return x.Weekday == d.Weekday() }) {
				add(d)
			}
		}
	case recurrence.Weekly:
		monday := start
		for monday.Weekday() != time.Monday {
			monday = monday.Add(-1)
		}
		days := r.Days
		if len(days) == 0 {
			days = []recurrence.Day{{Weekday: start.Weekday()}}
		}
		for ; monday <= end; monday = monday.Add(7 * step) {
			for _, d := range days {
				add(monday.Add((int(d.Weekday) + 6) % 7))
			}
		}
	case recurrence.Monthly:
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
func onDay(wanted []recurrence.Day, days []sp.Date, i int) bool {
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
	return slices.ContainsFunc(wanted, func(w recurrence.Day) bool {
		return w.Weekday == days[i].Weekday() && (w.Nth == 0 || w.Nth == nth || w.Nth == nth-len(same)-1)
	})
}

func drawRule(t *rapid.T) recurrence.Rule {
	r := recurrence.Rule{
		Every:    rapid.SampledFrom([]recurrence.Frequency{recurrence.Daily, recurrence.Weekly, recurrence.Monthly}).Draw(t, "every"),
		Interval: rapid.IntRange(1, 6).Draw(t, "interval"),
	}
	numbers := rapid.Just(0)
	if r.Every == recurrence.Monthly {
		numbers = rapid.IntRange(-5, 5)
		r.MonthDays = rapid.SliceOfN(rapid.IntRange(-31, 31).Filter(func(n int) bool { return n != 0 }), 0, 3).Draw(t, "monthDays")
	}
	for range rapid.IntRange(0, 3).Draw(t, "days") {
		r.Days = append(r.Days, recurrence.Day{Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Nth: numbers.Draw(t, "nth")})
	}
	return r
}

func TestOccursIsWhatWalkingThroughTheCalendarFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		want := naive(r, start, start.Add(500))
		for d := start; d <= start.Add(500); d++ {
			require.Equal(t, sp.TruthOf(want[d]), r.Occurs(start, d), "%s from %s on %s", r, start, d)
			if want[d] {
				require.NotEqual(t, sp.No, r.Meets(start, d.Weekday()), "%s meets on %s", r, d.Weekday())
			}
		}
	})
}

func TestMeetsIsWhatOccursFindsInThirtyYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		start := sp.NewDate(2024, 1, 1).Add(rapid.IntRange(0, 800).Draw(t, "start"))
		met := map[time.Weekday]bool{}
		for d := start; d <= start.Add(30*366) && len(met) < 7; d++ {
			if r.Occurs(start, d) == sp.Yes {
				met[d.Weekday()] = true
			}
		}
		for d := range time.Weekday(7) {
			require.Equal(t, sp.TruthOf(met[d]), r.Meets(start, d), "%s from %s on a %s", r, start, d)
		}
	})
}

func TestRulesAreReadAsWritten(t *testing.T) {
	for _, s := range []string{"", "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-5FR,5MO", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=-1"} {
		var r recurrence.Rule
		if s != "" {
			r = rule(t, s)
		}
		require.Equal(t, s, r.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		back, err := recurrence.ParseRule(r.String())
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
			r, start := rule(t, row["frequency"]), day(row["start"])
			for d := max(start, day("2024-01-01")); d <= day("2025-12-31"); d++ {
				if r.Occurs(start, d) == sp.Yes {
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
	for i, text := range []string{
		"FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=12", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,-1",
		"FREQ=YEARLY;BYDAY=SU", "FREQ=YEARLY;INTERVAL=3;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=1MO;BYMONTH=4,5,6",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYMONTH=9,10,11", "FREQ=DAILY;BYMONTH=8", "FREQ=YEARLY;BYMONTH=7;BYDAY=FR;BYMONTHDAY=13",
	} {
		for k, from := range []string{"2024-02-29", "2025-12-31", "2026-11-24"} {
			r, start := rule(t, text), day(from)
			met := map[time.Weekday]bool{}
			for d := start; d <= day("2040-12-31"); d++ {
				if r.Occurs(start, d) == sp.Yes {
					n++
					met[d.Weekday()] = true
					fmt.Fprint(all, i, k, d.String(), ";")
				}
			}
			for d := range met {
				require.Equal(t, sp.Yes, r.Meets(start, d), "%s from %s", r, start)
			}
		}
	}
	require.Equal(t, 5076, n)
	require.Equal(t, uint64(4007034179287399954), all.Sum64())
	require.Equal(t, sp.No, rule(t, "FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR").Meets(0, time.Monday))
	require.Equal(t, sp.Unknown, rule(t, "FREQ=YEARLY").Meets(0, time.Monday), "its first day decides")
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
		r, err := recurrence.ParseRule(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		back, err := recurrence.ParseRule(r.String())
		require.NoError(t, err)
		require.Equal(t, r.String(), back.String())
		start := sp.NewDate(2026, 1, 31)
		for d := start; d < start.Add(40); d++ {
			require.True(t, r.Occurs(start, d).Known(), "with a start every rule is determined")
		}
	})
}

func TestARuleOnADayThatIsNonePrintsAllTheSame(t *testing.T) {
	require.Equal(t, "??", recurrence.Day{Weekday: 7}.String())
	require.Equal(t, "2??", recurrence.Day{Nth: 2, Weekday: -1}.String())
}
