package directory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// weekly returns a schedule on some days, at hours such as "10:00-12:00".
func weekly(t *testing.T, days, opens, closes string) directory.Schedule {
	t.Helper()
	s := directory.Schedule{Rule: rule(t, "FREQ=WEEKLY;BYDAY="+days)}
	for text, at := range map[string]*sp.Known[directory.TimeOfDay]{opens: &s.Opens, closes: &s.Closes} {
		if text != "" {
			v, err := directory.ParseTimeOfDay(text)
			require.NoError(t, err)
			*at = sp.Know(v)
		}
	}
	return s
}

func hours(t *testing.T, from, until string) directory.Hours {
	t.Helper()
	f, err := directory.ParseTimeOfDay(from)
	require.NoError(t, err)
	u, err := directory.ParseTimeOfDay(until)
	require.NoError(t, err)
	return directory.Hours{From: f, Until: u}
}

func TestHoursAskForWholeSessions(t *testing.T) {
	for _, tt := range []struct {
		name, opens, closes, from, until string
		want                             sp.Truth
	}{
		{"a session within the hours", "10:00", "12:00", "09:30", "14:30", sp.Yes},
		{"exactly those hours", "10:00", "12:00", "10:00", "12:00", sp.Yes},
		{"after them", "15:00", "16:00", "09:30", "14:30", sp.No},
		{"it begins when they end", "14:30", "16:00", "09:30", "14:30", sp.No},
		{"a part of it", "14:00", "16:00", "09:30", "14:30", sp.Unknown},
		{"open all day, asked for an hour of it", "09:00", "17:00", "12:00", "13:00", sp.Unknown},
		{"round the clock", "00:00", "23:59", "00:00", "24:00", sp.Yes},
		{"an evening that ends past midnight", "22:00", "01:00", "20:00", "02:00", sp.Yes},
		{"the morning after such an evening", "22:00", "03:00", "01:00", "02:00", sp.Unknown},
		{"a night asked for, and a morning", "09:00", "10:00", "22:00", "06:00", sp.No},
		{"a night asked for, and early in the morning", "05:00", "05:30", "22:00", "06:00", sp.Yes},
		{"nobody says when it ends", "10:00", "", "09:30", "14:30", sp.Unknown},
		{"nobody says when it begins", "", "12:00", "09:30", "14:30", sp.Unknown},
		{"nobody says how long it is", "10:00", "10:00", "09:30", "14:30", sp.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := directory.Query{Hours: hours(t, tt.from, tt.until), At: now}
			x := offer(func(x *directory.Offer) { x.Schedules = []directory.Schedule{weekly(t, "TU", tt.opens, tt.closes)} })
			require.Equal(t, tt.want, q.Fits(x))
			q.Dates = sp.Period{Start: day("2026-11-23"), End: day("2026-11-30")}
			require.Equal(t, tt.want, q.Fits(x), "in the week of a Tuesday")
		})
	}
}

func TestAQueryAsksDayDateAndHoursOfOneSession(t *testing.T) {
	x := offer(func(x *directory.Offer) {
		x.Schedules = []directory.Schedule{weekly(t, "TU", "10:00", "12:00"), weekly(t, "FR", "18:00", "20:00")}
	})
	evening, tuesday := hours(t, "17:00", "21:00"), []time.Weekday{time.Tuesday}
	week := sp.Period{Start: day("2026-11-23"), End: day("2026-11-30")} // Monday to Sunday
	for name, tt := range map[string]struct {
		query directory.Query
		want  sp.Truth
	}{
		"a Tuesday":                            {directory.Query{Days: tuesday}, sp.Yes},
		"an evening":                           {directory.Query{Hours: evening}, sp.Yes},
		"no Tuesday evening":                   {directory.Query{Days: tuesday, Hours: evening}, sp.No},
		"no Tuesday evening this week":         {directory.Query{Days: tuesday, Hours: evening, Dates: week}, sp.No},
		"nothing on Wednesday or Thursday":     {directory.Query{Dates: sp.Period{Start: day("2026-11-25"), End: day("2026-11-27")}}, sp.No},
		"something from Wednesday to Friday":   {directory.Query{Dates: sp.Period{Start: day("2026-11-25"), End: day("2026-11-28")}}, sp.Yes},
		"an end alone counts from the query":   {directory.Query{Dates: sp.Period{End: day("2026-11-24")}}, sp.No},
		"a beginning alone goes on for a year": {directory.Query{Dates: sp.Period{Start: day("2026-11-28")}}, sp.Yes},
	} {
		tt.query.At = now // a Monday
		require.Equal(t, tt.want, tt.query.Fits(x), name)
	}
	require.Equal(t, sp.Unknown, directory.Query{Dates: sp.Period{End: day("2026-11-28")}}.Fits(x), "from no day")
}

func TestQueryDatesLookAtWhatReallyHappens(t *testing.T) {
	ordinary := weekly(t, "TU", "10:00", "12:00")
	ordinary.Except = []sp.Date{day("2026-12-15")}
	ordinary.Until = day("2027-03-31")
	christmas := weekly(t, "TH", "14:00", "15:00")
	christmas.Valid = sp.Period{Start: day("2026-12-21"), End: day("2027-01-04")}
	x := offer(func(x *directory.Offer) { x.Schedules = []directory.Schedule{ordinary, christmas} })
	on := func(from string, days int) sp.Truth {
		return directory.Query{Dates: sp.Period{Start: day(from), End: day(from).Add(days)}}.Fits(x)
	}
	require.Equal(t, sp.Yes, on("2026-12-08", 1))
	require.Equal(t, sp.No, on("2026-12-15", 1), "an exception")
	require.Equal(t, sp.No, on("2026-12-22", 1), "a Tuesday in the weeks of Christmas, which have hours of their own")
	require.Equal(t, sp.Yes, on("2026-12-24", 1))
	require.Equal(t, sp.Yes, on("2027-01-05", 1), "and back to the ordinary hours")
	require.Equal(t, sp.No, on("2027-04-01", 60), "when the series is over")

	summer := weekly(t, "TU", "10:00", "12:00")
	summer.Valid = sp.Period{Start: day("2026-06-01"), End: day("2026-09-01")}
	x = offer(func(x *directory.Offer) { x.Schedules = []directory.Schedule{summer} })
	require.Equal(t, sp.Unknown, on("2026-12-08", 1), "outside the time for which it is stated")
	yearly := directory.Schedule{Rule: rule(t, "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=1")}
	x = offer(func(x *directory.Offer) { x.Schedules = []directory.Schedule{yearly} })
	require.Equal(t, sp.Yes, directory.Query{Dates: sp.Period{Start: day("2026-11-23")}}.Fits(x), "a year is looked at")
}

func TestQueryDaysLookAtTheScheduleOfTheShorterValidity(t *testing.T) {
	valid := func(days, from, until string) directory.Schedule {
		s := weekly(t, days, "10:00", "12:00")
		if s.Valid.Start = day(from); until != "" {
			s.Valid.End = day(until)
		}
		return s
	}
	always := weekly(t, "TU", "10:00", "12:00")
	for name, tt := range map[string]struct {
		schedules []directory.Schedule
		days      time.Weekday
		want      sp.Truth
	}{
		"a winter on Wednesdays within a year on Tuesdays":  {[]directory.Schedule{valid("TU", "2026-01-01", "2027-01-01"), valid("WE", "2026-10-01", "2027-01-01")}, time.Tuesday, sp.Unknown},
		"the day of that winter":                            {[]directory.Schedule{valid("TU", "2026-01-01", "2027-01-01"), valid("WE", "2026-10-01", "2027-01-01")}, time.Wednesday, sp.Yes},
		"neither of both":                                   {[]directory.Schedule{valid("TU", "2026-01-01", "2027-01-01"), valid("WE", "2026-10-01", "2027-01-01")}, time.Friday, sp.Unknown},
		"a year on Tuesdays goes on after the winter":       {[]directory.Schedule{valid("TU", "2026-01-01", "2028-01-01"), valid("WE", "2026-10-01", "2027-01-01")}, time.Tuesday, sp.Yes},
		"for ever on Tuesdays, but for the winter":          {[]directory.Schedule{always, valid("WE", "2026-10-01", "2027-01-01")}, time.Tuesday, sp.Yes},
		"on another day neither now nor ever":               {[]directory.Schedule{always, valid("WE", "2026-10-01", "2027-01-01")}, time.Friday, sp.No},
		"exceptional hours of last year say nothing of now": {[]directory.Schedule{always, valid("WE", "2025-10-01", "2026-01-01")}, time.Wednesday, sp.No},
		"what nothing has followed may go on":               {[]directory.Schedule{valid("WE", "2025-10-01", "2026-01-01")}, time.Wednesday, sp.Unknown},
	} {
		x := offer(func(x *directory.Offer) { x.Schedules = tt.schedules })
		require.Equal(t, tt.want, directory.Query{Days: []time.Weekday{tt.days}, At: now}.Fits(x), name)
	}
}

func TestAPartMayHaveAPolicyOfItsOwn(t *testing.T) {
	silent, free := offer(func(x *directory.Offer) { x.ID = "silent" }), offer(func(x *directory.Offer) { x.ID, x.Cost.Charge = "free", directory.Free })
	q := directory.Query{Free: true, Open: true, At: now}
	find := func() []directory.ID { return ids(directory.NewIndex([]directory.Offer{silent, free}).Find(q)) }
	require.Len(t, find(), 2)
	q.Policies = map[string]directory.Policy{"free": directory.ExcludeUnknown}
	require.Equal(t, []directory.ID{"free"}, find(), "surely free, and open for all that is known")
	q.Unknown = directory.ExcludeUnknown
	require.Empty(t, find())
	q.Policies["open"] = directory.PassUnknown
	require.Equal(t, []directory.ID{"free"}, find())
	require.True(t, q.Finds(free))
	require.False(t, q.Finds(silent))
}
