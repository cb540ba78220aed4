package timetable_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
	"github.com/socialprescribing/sp/directory/timetable"
)

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}()

func day(s string) sp.Date {
	d, err := sp.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, london)
	if err != nil {
		panic(err)
	}
	return t
}

// every returns a schedule with hours such as "10:00-12:00" or none.
func every(rule, hours string) directory.Schedule {
	r, err := recurrence.ParseRule(rule)
	if err != nil {
		panic(err)
	}
	s := directory.Schedule{Rule: r, Zone: "Europe/London"}
	if hours != "" {
		var opens, closes directory.TimeOfDay
		if opens.UnmarshalText([]byte(hours[:5])) != nil || closes.UnmarshalText([]byte(hours[6:])) != nil {
			panic(hours)
		}
		s.Opens, s.Closes = sp.Know(opens), sp.Know(closes)
	}
	return s
}

func offer(schedules ...directory.Schedule) directory.Offer {
	return directory.Offer{ID: "bay/s", Name: "Lunch", Facts: directory.Facts{Schedules: schedules}}
}

func ExampleTimetable_From() {
	lunch := offer(every("FREQ=WEEKLY;BYDAY=TU,TH", "12:00-14:00"))
	calendar := timetable.Calendar{
		Closed:   map[sp.Date]string{day("2026-12-24"): "the kitchen is cleaned"},
		Holidays: map[sp.Date]string{day("2027-01-01"): "New Year's Day", day("2026-12-29"): "a holiday of the bay"},
	}
	n := 0
	for s := range timetable.Of(lunch, calendar).From(day("2026-12-20")) {
		fmt.Printf("%s to %s %s %q\n", s.Start.Format("Mon 2 Jan 15:04"), s.End.Format("15:04"), s.Sure, s.Why)
		if n++; n == 3 {
			break
		}
	}
	// Output:
	// Tue 22 Dec 12:00 to 14:00 yes ""
	// Tue 29 Dec 12:00 to 14:00 unknown "a holiday of the bay"
	// Thu 31 Dec 12:00 to 14:00 yes ""
}

func firstDays(t *timetable.Timetable, from string, n int) (days []string) {
	for s := range t.From(day(from)) {
		if days = append(days, s.On.String()); len(days) == n {
			break
		}
	}
	return days
}

func TestATimetablePrefersAScheduleToOneThatIsValidForLonger(t *testing.T) {
	always := every("FREQ=WEEKLY;BYDAY=TU", "10:00-12:00")
	term := every("FREQ=WEEKLY;BYDAY=WE", "10:00-12:00")
	term.Valid = sp.NewDate(2026, time.September, 1).Months(4)
	christmas := every("FREQ=WEEKLY;BYDAY=MO", "11:00-12:00")
	christmas.Valid = sp.Period{Start: day("2026-12-21"), End: day("2027-01-04")}
	table := timetable.Of(offer(always, term, christmas), timetable.Calendar{})
	require.Equal(t, []string{"2026-08-25", "2026-09-02"}, firstDays(table, "2026-08-20", 2))
	require.Equal(t, []string{"2026-12-16", "2026-12-21", "2026-12-28", "2027-01-05"}, firstDays(table, "2026-12-15", 4))
	require.Equal(t, sp.No, table.Happens(day("2026-12-22")), "Tuesdays are off at Christmas")
	require.Equal(t, sp.Yes, table.Happens(day("2027-01-05")))

	holiday := timetable.Of(offer(always, term, christmas), timetable.Calendar{Holidays: map[sp.Date]string{day("2026-12-28"): "Boxing Day (substitute)", day("2027-01-05"): "x"}})
	require.Equal(t, sp.Yes, holiday.Happens(day("2026-12-28")), "the schedule is for these days in particular")
	require.Equal(t, sp.Unknown, holiday.Happens(day("2027-01-05")))
}

func TestATimetableKnowsNothingOutsideTheTimeForWhichItHolds(t *testing.T) {
	term := every("FREQ=WEEKLY;BYDAY=WE", "10:00-12:00")
	term.Valid = sp.NewDate(2026, time.September, 1).Months(4)
	table := timetable.Of(offer(term), timetable.Calendar{})
	require.Equal(t, sp.Unknown, table.Happens(day("2027-02-03")))
	require.Equal(t, sp.Unknown, table.Open(at("2027-02-03 11:00")))
	require.Empty(t, firstDays(table, "2027-02-03", 1))
	require.False(t, table.Over(day("2027-02-03")), "the series may go on")
	require.Equal(t, sp.Unknown, timetable.Of(offer(), timetable.Calendar{}).Happens(day("2026-01-01")))
	require.Equal(t, sp.Unknown, timetable.Of(offer(), timetable.Calendar{}).Open(at("2026-01-01 10:00")))
}

func TestOpenNow(t *testing.T) {
	shelter := every("FREQ=DAILY", "20:00-08:00")
	shelter.Except = []sp.Date{day("2026-11-25")}
	allDay := every("FREQ=WEEKLY;BYDAY=SA", "00:00-23:59")
	vague := every("FREQ=WEEKLY;BYDAY=SU", "")
	for _, tt := range []struct {
		name  string
		of    directory.Schedule
		at    string
		zone  *time.Location
		close string
		want  sp.Truth
	}{
		{"before", shelter, "2026-11-23 19:59", nil, "", sp.Yes.Not()},
		{"as it opens", shelter, "2026-11-23 20:00", nil, "", sp.Yes},
		{"past midnight", shelter, "2026-11-24 07:59", nil, "", sp.Yes},
		{"as it closes", shelter, "2026-11-24 08:00", nil, "", sp.No},
		{"past midnight after an evening off", shelter, "2026-11-26 02:00", nil, "", sp.No},
		{"past midnight into a day off", shelter, "2026-11-25 02:00", nil, "", sp.Yes},
		{"on a day that is closed", shelter, "2026-11-23 21:00", nil, "2026-11-23", sp.No},
		{"past midnight of a day that is closed", shelter, "2026-11-24 02:00", nil, "2026-11-23", sp.No},
		{"all day until midnight", allDay, "2026-11-28 23:59", nil, "", sp.Yes},
		{"all day and no longer", allDay, "2026-11-29 00:00", nil, "", sp.No},
		{"hours that nobody states", vague, "2026-11-29 10:00", nil, "", sp.Unknown},
		{"the night after hours that nobody states", vague, "2026-11-30 00:10", nil, "", sp.No},
		{"the day before them", vague, "2026-11-28 10:00", nil, "", sp.No},
	} {
		c := timetable.Calendar{}
		if tt.close != "" {
			c.Closed = map[sp.Date]string{day(tt.close): "closed"}
		}
		require.Equal(t, tt.want, timetable.Of(offer(tt.of), c).Open(at(tt.at)), tt.name)
	}
}

func TestATimetableKeepsTheHourOfTheWallInSummer(t *testing.T) {
	table := timetable.Of(offer(every("FREQ=WEEKLY;BYDAY=SU", "10:00-11:00")), timetable.Calendar{})
	var starts []string
	for s := range table.From(day("2026-03-22")) {
		if starts = append(starts, s.Start.UTC().Format("15:04")); len(starts) == 2 {
			break
		}
	}
	require.Equal(t, []string{"10:00", "09:00"}, starts, "summer time began on 29 March 2026")
	require.Equal(t, sp.Yes, table.Open(time.Date(2026, 7, 5, 9, 30, 0, 0, time.UTC)))
	newYork := every("FREQ=WEEKLY;BYDAY=SU", "22:00-23:00")
	newYork.Zone = "America/New_York"
	require.Equal(t, sp.Yes, timetable.Of(offer(newYork), timetable.Calendar{}).Open(time.Date(2026, 7, 6, 2, 30, 0, 0, time.UTC)), "it is still Sunday there")
}

func TestWhatIsOverIsOver(t *testing.T) {
	course := every("FREQ=WEEKLY;BYDAY=TU", "10:00-11:00")
	course.Start, course.Until = day("2026-06-02"), day("2026-07-14")
	table := timetable.Of(offer(course), timetable.Calendar{})
	require.True(t, table.Over(day("2026-07-15")))
	require.False(t, table.Over(day("2026-07-14")))
	require.Empty(t, firstDays(table, "2026-07-15", 1))
	require.Equal(t, []string{"2026-07-14"}, firstDays(table, "2026-07-08", 3))
	require.Equal(t, sp.No, table.Happens(day("2026-07-21")))
}

func TestNextSessionsForAPersonAreTheSoonestThatFit(t *testing.T) {
	at10, at9 := offer(every("FREQ=WEEKLY;BYDAY=TU", "10:00-11:00")), offer(every("FREQ=DAILY", "09:00-10:00"))
	at10.ID, at9.ID = "bay/ten", "bay/nine"
	at10.Cost.Charge, at9.Cost.Charge = directory.Free, directory.Free
	paid := offer(every("FREQ=DAILY", "08:00-09:00"))
	paid.Cost.Charge = directory.Paid
	q := directory.Query{Free: true, Days: []time.Weekday{time.Tuesday, time.Wednesday}}
	var got []string
	for _, c := range timetable.Next(q, []directory.Offer{at10, at9, paid}, timetable.Calendar{Zone: london}, at("2026-11-24 09:30"), 4) {
		got = append(got, string(c.Offer.ID)+c.Session.Start.Format(" Mon 2 15:04"))
	}
	require.Equal(t, []string{"bay/ten Tue 24 10:00", "bay/nine Wed 25 09:00", "bay/nine Tue 1 09:00", "bay/ten Tue 1 10:00"}, got)
	require.Empty(t, timetable.Next(q, []directory.Offer{at10}, timetable.Calendar{}, at("2026-11-24 09:30"), 0))
	require.Empty(t, timetable.Next(q, nil, timetable.Calendar{}, at("2026-11-24 09:30"), 5))
}

// The soonest over many offers are those that one gets from each and puts in order.
func TestNextIsWhatLookingAtEachOfferFinds(t *testing.T) {
	rules := []string{"FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"}
	zones := []string{"Europe/London", "America/New_York", "Pacific/Auckland", ""}
	rapid.Check(t, func(t *rapid.T) {
		var offers []directory.Offer
		for i := range rapid.IntRange(1, 6).Draw(t, "offers") {
			s := every(rapid.SampledFrom(rules).Draw(t, "rule"), rapid.SampledFrom([]string{"", "10:00-12:00", "22:00-02:00"}).Draw(t, "hours"))
			s.Start, s.Zone = day("2026-11-01"), rapid.SampledFrom(zones).Draw(t, "zone")
			o := offer(s)
			o.ID = directory.ID(fmt.Sprint("bay/", i))
			offers = append(offers, o)
		}
		after := at("2026-11-24 00:00").Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "hours")) * time.Hour)
		c := timetable.Calendar{Zone: london}
		type found struct {
			begins time.Time
			id     directory.ID
		}
		var want []found
		for _, o := range offers {
			for s := range timetable.Of(o, c).From(sp.DateOf(after).Add(-2)) {
				begins := s.Start
				if begins.IsZero() {
					if begins = s.On.In(london); s.On < sp.DateOf(after.In(london)) {
						continue
					}
				} else if begins.Before(after) {
					continue
				}
				want = append(want, found{begins, o.ID})
			}
		}
		slices.SortStableFunc(want, func(a, b found) int {
			if n := a.begins.Compare(b.begins); n != 0 {
				return n
			}
			return slices.Compare([]byte(a.id), []byte(b.id))
		})
		got := timetable.Next(directory.Query{}, offers, c, after, 5)
		require.Len(t, got, min(5, len(want)))
		for i, g := range got {
			begins := g.Session.Start
			if begins.IsZero() {
				begins = g.Session.On.In(london)
			}
			require.True(t, want[i].begins.Equal(begins) && want[i].id == g.Offer.ID, "%v %v", want[i], g)
		}
	})
}

// Days far away, odd clocks and zones that do not exist harm nobody.
func FuzzTimetable(f *testing.F) {
	f.Add("FREQ=WEEKLY;BYDAY=TU", int64(0), int32(700_000), int16(600), int16(1300), "Europe/London")
	f.Add("FREQ=YEARLY", int64(1<<60), int32(-1), int16(-5), int16(9999), "No/Where")
	f.Fuzz(func(t *testing.T, rule string, moment int64, start int32, opens, closes int16, zone string) {
		r, err := recurrence.ParseRule(rule)
		if err != nil {
			return
		}
		s := directory.Schedule{Rule: r, Start: sp.Date(start), Opens: sp.Know(directory.TimeOfDay(opens)), Closes: sp.Know(directory.TimeOfDay(closes)), Zone: zone}
		s.Valid = sp.Period{Start: sp.Date(start), End: sp.Date(closes)}
		table := timetable.Of(offer(s), timetable.Calendar{})
		table.Open(time.Unix(moment, 0))
		n := 0
		for range table.From(sp.Date(start)) {
			if n++; n > 10 {
				break
			}
		}
		timetable.Next(directory.Query{}, []directory.Offer{offer(s)}, timetable.Calendar{}, time.Unix(moment, 0), 2)
	})
}

func BenchmarkNextTenSessionsOf10000Offers(b *testing.B) {
	offers := make([]directory.Offer, 10_000)
	for i := range offers {
		offers[i] = offer(every([]string{"FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=2TU"}[i%3], "10:00-12:00"))
		offers[i].Schedules[0].Start = day("2026-01-05")
	}
	b.Run("of each", func(b *testing.B) {
		for b.Loop() {
			for _, t := range timetable.All(offers, timetable.Calendar{}) {
				n := 0
				for range t.From(day("2026-11-24")) {
					if n++; n == 10 {
						break
					}
				}
			}
		}
	})
	b.Run("of all", func(b *testing.B) {
		for b.Loop() {
			timetable.Next(directory.Query{}, offers, timetable.Calendar{}, at("2026-11-24 09:00"), 10)
		}
	})
}

func BenchmarkHappens(b *testing.B) {
	table := timetable.Of(offer(every("FREQ=WEEKLY;BYDAY=TU", "10:00-12:00")), timetable.Calendar{})
	b.ReportAllocs()
	for b.Loop() {
		table.Happens(day("2026-11-24"))
	}
}

// BenchmarkFourWeeks counts the sessions of four weeks, as a search for a window does.
func BenchmarkFourWeeks(b *testing.B) {
	for _, rule := range []string{"FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=2TU"} {
		o := offer(every(rule, "10:00-12:00"))
		o.Schedules[0].Start = day("2026-01-05")
		table := timetable.Of(o, timetable.Calendar{})
		from := day("2026-11-24")
		until := from.Add(28)
		b.Run(rule, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for s := range table.From(from) {
					if s.On >= until {
						break
					}
				}
			}
		})
	}
}

// BenchmarkWindow asks whether anything happens within four weeks.
func BenchmarkWindow(b *testing.B) {
	o := offer(every("FREQ=MONTHLY;BYDAY=2TU", "10:00-12:00"))
	o.Schedules[0].Start = day("2026-01-05")
	q := directory.Query{Dates: sp.Period{Start: day("2026-11-24"), End: day("2026-12-22")}}
	b.ReportAllocs()
	for b.Loop() {
		q.Fits(o)
	}
}
