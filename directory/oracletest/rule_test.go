package oracletest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/teambition/rrule-go"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/recurrence"
)

// drawRule draws a rule of those that directories use, in the words of RFC 5545.
func drawRule(r *rand.Rand) string {
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	r.Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
	named := strings.Join(days[:1+r.IntN(3)], ",")
	nth := fmt.Sprintf("%d%s", []int{1, 2, 3, 4, 5, -1, -2}[r.IntN(7)], days[0])
	rule := []string{
		"FREQ=DAILY", "FREQ=DAILY;BYDAY=" + named, "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=" + named, "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=" + nth,
		"FREQ=MONTHLY;BYDAY=" + named, fmt.Sprintf("FREQ=MONTHLY;BYMONTHDAY=%d", []int{1, 15, 31, -1}[r.IntN(4)]),
		"FREQ=YEARLY", fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYMONTHDAY=%d", 1+r.IntN(12), 1+r.IntN(31)),
		fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%s", 1+r.IntN(12), nth), fmt.Sprintf("FREQ=WEEKLY;BYMONTH=%d,%d;BYDAY=%s", 1+r.IntN(6), 7+r.IntN(6), named),
	}[r.IntN(12)]
	if r.IntN(2) == 0 {
		rule += fmt.Sprintf(";INTERVAL=%d", 1+r.IntN(4))
	}
	return rule
}

// The other program begins a series with its first day, whether the rule picks it or not,
// only where the rule says nothing else: the rules above do not differ in that.
func TestAScheduleHappensOnTheDaysThatRRuleGoSays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		text := drawRule(r)
		start := sp.NewDate(2024, time.January, 1).Add(r.IntN(700))
		rule, err := recurrence.ParseRule(text)
		require.NoError(t, err, text)
		until := start.Add(r.IntN(1500))
		s := directory.Schedule{Rule: rule, Start: start, Until: until}

		option, err := rrule.StrToROption(text)
		require.NoError(t, err, text)
		option.Dtstart = start.In(time.UTC)
		option.Until = until.In(time.UTC)
		other, err := rrule.NewRRule(*option)
		require.NoError(t, err, text)
		var want []sp.Date
		for _, at := range other.All() {
			want = append(want, sp.DateOf(at))
		}
		var got []sp.Date
		for d := start; d <= until; d = d.Add(1) {
			if s.Occurs(d) == sp.Yes {
				got = append(got, d)
			}
		}
		require.True(t, slices.Equal(want, got), "%s from %s to %s: %v, not %v", text, start, until, got, want)
	}
}
