package consent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
)

// It is Thursday evening by UTC, and Friday morning in London, before a weekend and a bank
// holiday. Whatever is due at the end of the next working day is due on Tuesday evening.
func TestAPolicyCountsTheWorkingDaysOfItsCalendar(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	at := time.Date(2026, time.April, 30, 23, 30, 0, 0, time.UTC)
	p := consent.StandardPolicy()
	require.Equal(t, time.Date(2026, time.May, 2, 0, 0, 0, 0, time.UTC), p.EndOfNextWorkday(at), "by UTC and without holidays")
	p.Calendar = sp.NewCalendar(london, sp.NewDate(2026, time.May, 4))
	require.Equal(t, time.Date(2026, time.May, 5, 23, 0, 0, 0, time.UTC), p.EndOfNextWorkday(at))
}
