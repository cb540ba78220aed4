package sp_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

// anyTime draws times of the years 1 to 9999 in zones with odd offsets.
func anyTime(t *rapid.T) time.Time {
	offset := rapid.IntRange(-14*3600, 14*3600).Draw(t, "offset")
	seconds := rapid.Int64Range(
		time.Date(1, 1, 3, 0, 0, 0, 0, time.UTC).Unix(),
		time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).Unix()).Draw(t, "seconds")
	return time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).In(time.FixedZone("", offset))
}

// anyDate draws known dates.
func anyDate() *rapid.Generator[sp.Date] {
	last := sp.NewDate(9999, time.December, 31)
	return rapid.Custom(func(t *rapid.T) sp.Date {
		return sp.Date(rapid.Int32Range(1, int32(last)).Draw(t, "day"))
	})
}

func TestDateAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := anyTime(t)
		d := sp.DateOf(at)
		year, month, day := d.Civil()
		wantYear, wantMonth, wantDay := at.Date()
		require.Equal(t, []int{wantYear, int(wantMonth), wantDay}, []int{year, int(month), day})
		require.Equal(t, at.Weekday(), d.Weekday())
		require.Equal(t, at.Format(time.DateOnly), d.String())
		require.Equal(t, d, sp.NewDate(at.Date()))

		n := rapid.IntRange(-20000, 20000).Draw(t, "n")
		if later := at.AddDate(0, 0, n); later.Year() >= 1 && later.Year() <= 9999 && sp.DateOf(later) != 0 {
			require.Equal(t, sp.DateOf(later), d.Add(n))
			require.Equal(t, n, d.Add(n).Sub(d))
			require.Equal(t, at.Before(later), d < d.Add(n) || n == 0 && at.Before(later))
		}
	})
}

func TestDateSurvivesText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "d")
		text, err := d.MarshalText()
		require.NoError(t, err)
		var back sp.Date
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, d, back)
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "0001-01-01", "0000-00-00", "2024-02-29", "2023-02-29", "9999-12-31", "10000-01-01", " 2026-11-23", "2026-1-2", "-001-01-01", "2026-11-23T00:00:00Z", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := sp.ParseDate(s)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Zero(t, d)
			return
		}
		require.Equal(t, s, d.String(), "what is read is what is written")
		require.False(t, d.IsZero())
	})
}

func TestUnknownDatesStayUnknown(t *testing.T) {
	var unknown sp.Date
	known := sp.NewDate(2026, time.November, 23)
	lagos, err := time.LoadLocation("Africa/Lagos")
	require.NoError(t, err)

	require.True(t, unknown.Add(7).IsZero())
	require.True(t, unknown.AddMonths(7).IsZero())
	require.True(t, unknown.In(lagos).IsZero())
	require.Equal(t, "unknown", unknown.String())
	require.True(t, sp.DateOf(time.Time{}).IsZero(), "the zero time is no date")
	require.Zero(t, unknown.FinancialYear(time.January))
	_, ok := unknown.YearsUntil(known)
	require.False(t, ok, "nobody's age follows from an unknown birth date")
	_, ok = known.YearsUntil(unknown)
	require.False(t, ok)

	data, err := json.Marshal(struct {
		Born sp.Date `json:"born"`
		Left sp.Date `json:"left,omitzero"`
	}{})
	require.NoError(t, err)
	require.JSONEq(t, `{"born":""}`, string(data))
	require.NoError(t, json.Unmarshal([]byte(`""`), &known))
	require.True(t, known.IsZero())
}

func TestDatesOutsideTheirYearsAreUnknown(t *testing.T) {
	first, last := sp.NewDate(1, time.January, 2), sp.NewDate(9999, time.December, 31)
	require.False(t, first.IsZero())
	require.Equal(t, "9999-12-31", last.String())
	for name, d := range map[string]sp.Date{
		"the day before the first":      first.Add(-1),
		"the day after the last":        last.Add(1),
		"the month after the last":      last.AddMonths(1),
		"far ahead":                     last.Add(math.MaxInt),
		"far back":                      first.Add(math.MinInt),
		"months far ahead":              last.AddMonths(math.MaxInt),
		"months far back":               first.AddMonths(math.MinInt),
		"year 10000":                    sp.NewDate(10000, time.January, 1),
		"year 0":                        sp.NewDate(0, time.December, 31),
		"a year that wraps around":      sp.NewDate(math.MaxInt, time.January, 1),
		"a month that wraps around":     sp.NewDate(2026, math.MaxInt, 1),
		"a day that wraps around":       sp.NewDate(2026, time.January, math.MinInt),
		"the last second of the clock":  sp.DateOf(time.Unix(math.MaxInt64, 0)),
		"the first second of the clock": sp.DateOf(time.Unix(math.MinInt64, 0)),
		"seconds that wrap as days":     sp.DateOf(time.Unix(86400*(1<<32), 0)),
		"an offset beyond the calendar": sp.DateOf(time.Unix(0, 0).In(time.FixedZone("", math.MinInt32))).Add(-lastDays),
		"before the calendar, in zone":  sp.DateOf(time.Time{}.In(time.FixedZone("", -3600))),
	} {
		require.True(t, d.IsZero(), "%s: %d", name, d)
	}
	for _, d := range []sp.Date{-1, last + 1, math.MaxInt32, math.MinInt32} {
		_, err := d.MarshalText()
		require.ErrorIs(t, err, sp.ErrInvalid, "a number that is no date is not stored")
	}
}

const lastDays = 3652058

func TestDateInIsTheFirstMomentOfTheDay(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/London", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Asia/Amman", "Asia/Gaza", "Atlantic/Azores", "Asia/Damascus", "America/Scoresbysund", "Asia/Kathmandu", "Pacific/Kiritimati"} {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		for d := sp.NewDate(2010, time.January, 1); d < sp.NewDate(2020, time.January, 1); d++ {
			start := d.In(loc)
			require.Equal(t, d, sp.DateOf(start), "%s starts on its day in %s", d, name)
			require.Equal(t, d-1, sp.DateOf(start.Add(-1)), "%s starts no earlier than %s in %s", d, start, name)
		}
	}
	apia, err := time.LoadLocation("Pacific/Apia")
	require.NoError(t, err)
	skipped := sp.NewDate(2011, time.December, 30) // Samoa crossed the date line and had no such day
	require.Equal(t, skipped.Add(1).In(apia), skipped.In(apia))
}

func TestAddMonthsKeepsTheDayOrTakesTheLast(t *testing.T) {
	for _, test := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", -48, "2020-02-29"},
		{"2026-11-23", 0, "2026-11-23"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-12-31", -1, "2026-11-30"},
		{"2026-01-15", -1, "2025-12-15"},
		{"9999-11-30", 1, "9999-12-30"},
	} {
		from, err := sp.ParseDate(test.from)
		require.NoError(t, err)
		require.Equal(t, test.want, from.AddMonths(test.months).String(), "%s and %d months", test.from, test.months)
	}
}

func TestYearsUntil(t *testing.T) {
	for _, test := range []struct {
		name, born, on string
		want           int
	}{
		{"the day before a birthday", "1990-06-15", "2026-06-14", 35},
		{"on a birthday", "1990-06-15", "2026-06-15", 36},
		{"on the day of birth", "2026-06-15", "2026-06-15", 0},
		{"before birth", "2026-06-15", "2026-06-14", -1},
		{"born on 29 February, on 28 February", "2008-02-29", "2026-02-28", 17},
		{"born on 29 February, on 1 March", "2008-02-29", "2026-03-01", 18},
		{"born on 29 February, in a leap year", "2008-02-29", "2028-02-29", 20},
	} {
		born, err := sp.ParseDate(test.born)
		require.NoError(t, err)
		on, err := sp.ParseDate(test.on)
		require.NoError(t, err)
		years, ok := born.YearsUntil(on)
		require.True(t, ok)
		require.Equal(t, test.want, years, test.name)
	}
	rapid.Check(t, func(t *rapid.T) {
		born := anyDate().Draw(t, "born")
		n := rapid.IntRange(0, 120).Draw(t, "n")
		birthday := born.AddMonths(12 * n)
		if _, _, day := born.Civil(); birthday.IsZero() || birthday.Sub(born) == 0 || day == 29 {
			return
		}
		years, _ := born.YearsUntil(birthday)
		require.Equal(t, n, years)
		years, _ = born.YearsUntil(birthday.Add(-1))
		require.Equal(t, n-1, years)
	})
}

func BenchmarkDateOf(b *testing.B) {
	at := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		sp.DateOf(at)
	}
}

// BenchmarkTimeDate is the baseline of BenchmarkDateOf.
func BenchmarkTimeDate(b *testing.B) {
	at := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	for b.Loop() {
		at.Date()
	}
}
