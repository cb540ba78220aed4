package subject_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/subject"
)

func TestTheTimeLimitStandsStillWhileItIsAsked(t *testing.T) {
	day := func(m, d int) sp.Date { return sp.NewDate(2026, 1, 1).AddMonths(m - 1).Add(d - 1) }
	for name, tt := range map[string]struct {
		c    subject.TimeLimit
		want sp.Date
	}{
		"the same day of the next month":      {subject.TimeLimit{Received: day(3, 3)}, day(4, 3)},
		"the last of a month that has none":   {subject.TimeLimit{Received: day(1, 30)}, day(3, 2)}, // 28 February is a Saturday
		"a Saturday moves to Monday":          {subject.TimeLimit{Received: day(3, 4)}, day(4, 6)},
		"a holiday moves to the day after":    {subject.TimeLimit{Received: day(3, 4), Calendar: sp.NewCalendar(nil, day(4, 6))}, day(4, 7)},
		"two months more":                     {subject.TimeLimit{Received: day(3, 3), Extended: true}, day(6, 3)},
		"ten days of asking who they are":     {subject.TimeLimit{Received: day(3, 3), Stops: []sp.Period{{Start: day(3, 5), End: day(3, 15)}}}, day(4, 13)},
		"two questions at once count once":    {subject.TimeLimit{Received: day(3, 3), Stops: []sp.Period{{Start: day(3, 5), End: day(3, 15)}, {Start: day(3, 10), End: day(3, 15)}}}, day(4, 13)},
		"what was asked before does not stop": {subject.TimeLimit{Received: day(3, 3), Stops: []sp.Period{{Start: day(2, 1), End: day(3, 3)}}}, day(4, 3)},
	} {
		got, runs := tt.c.Due()
		require.True(t, runs, name)
		require.Equal(t, tt.want.String(), got.String(), name)
	}
	_, runs := subject.TimeLimit{Received: day(3, 3), Stops: []sp.Period{{Start: day(3, 5)}}}.Due()
	require.False(t, runs, "it is still asked")
	_, runs = subject.TimeLimit{}.Due()
	require.False(t, runs)
}
