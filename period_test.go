package sp_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
)

// smallPeriod draws periods of a fortnight's days, open and inverted ones among
// them, so that a loop over all days is an oracle.
func smallPeriod(t *rapid.T, label string) sp.Period {
	side := rapid.Custom(func(t *rapid.T) sp.Date {
		n := rapid.IntRange(0, 14).Draw(t, "n")
		if n == 0 {
			return 0
		}
		return sp.NewDate(2026, time.March, n)
	})
	return sp.Period{Start: side.Draw(t, label+" start"), End: side.Draw(t, label+" end")}
}

func TestPeriodsAgreeWithTheirDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := smallPeriod(t, "p"), smallPeriod(t, "q")
		both, share := p.Intersect(q)
		require.Equal(t, share, p.Overlaps(q))
		require.Equal(t, share, q.Overlaps(p))
		days, common := 0, false
		for d := sp.NewDate(2026, time.February, 1); d < sp.NewDate(2026, time.April, 1); d++ {
			if p.Contains(d) {
				days++
			}
			in := p.Contains(d) && q.Contains(d)
			common = common || in
			if share {
				require.Equal(t, in, both.Contains(d), "%s in %s", d, both)
			}
		}
		require.Equal(t, common, share, "%s and %s", p, q)
		if n, closed := p.Days(); closed {
			require.Equal(t, days, n, "%s", p)
		}
		require.False(t, p.Contains(0), "an unknown day is in no period")
	})
}

func TestNewPeriod(t *testing.T) {
	first, second := sp.NewDate(2026, time.April, 1), sp.NewDate(2026, time.April, 2)
	for _, test := range []struct {
		name       string
		start, end sp.Date
		want       string
	}{
		{"one day", first, second, "2026-04-01/2026-04-02"},
		{"open at the end", first, 0, "2026-04-01/.."},
		{"open at the start", 0, first, "../2026-04-01"},
		{"open on both sides", 0, 0, "../.."},
	} {
		p, err := sp.NewPeriod(test.start, test.end)
		require.NoError(t, err, test.name)
		require.Equal(t, test.want, p.String(), test.name)
	}
	for _, end := range []sp.Date{first, first - 1} {
		_, err := sp.NewPeriod(first, end)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestFinancialYears(t *testing.T) {
	require.Equal(t, "2025-04-01/2026-04-01", sp.FinancialYear(2025).String())
	require.Equal(t, "2025-01-01/2026-01-01", sp.NewDate(2025, time.January, 1).Months(12).String())
	require.Equal(t, "2026-11-01/2027-02-01", sp.NewDate(2026, time.November, 1).Months(3).String())
	require.Equal(t, "9999-12-01/..", sp.NewDate(9999, time.December, 1).Months(1).String(), "the end of the calendar is open")
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "d")
		month := time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
		year := d.FinancialYear(month)
		if year >= 1 {
			require.True(t, sp.NewDate(year, month, 1).Months(12).Contains(d), "%s in the year from %s %d", d, month, year)
		}
	})
}

func TestPeriodInJSONLeavesOpenSidesOut(t *testing.T) {
	p, err := sp.NewPeriod(sp.NewDate(2026, time.April, 1), 0)
	require.NoError(t, err)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, `{"start":"2026-04-01"}`, string(data))
	var back sp.Period
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, p, back)
}
