package retention_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/retention"
)

// A scheme closed June's case in 2026. Nobody has used it since.
func Example() {
	due := retention.Standard().Due(retention.Record{Class: retention.SchemeRecord, LastUse: sp.NewDate(2026, 11, 23)})
	fmt.Println(due.From, due.Action, due.Ours, due.Over(sp.NewDate(2034, 11, 22)), due.Over(sp.NewDate(2034, 11, 23)))
	// Output: 2034-11-23 review true false true
}

func TestThePeriodOfARecordRunsFromItsLastUse(t *testing.T) {
	day := sp.NewDate
	for name, tt := range map[string]struct {
		r    retention.Record
		want sp.Date
	}{
		"an adult":                        {retention.Record{Class: retention.AdultHealth, LastUse: day(2020, 2, 29)}, day(2028, 2, 29)},
		"opened again":                    {retention.Record{Class: retention.AdultHealth, LastUse: day(2023, 2, 28)}, day(2031, 2, 28)},
		"a child":                         {retention.Record{Class: retention.ChildHealth, Born: day(2012, 5, 1), LastUse: day(2020, 1, 1)}, day(2037, 5, 1)},
		"a child of 29 February":          {retention.Record{Class: retention.ChildHealth, Born: day(2012, 2, 29), LastUse: day(2020, 1, 1)}, day(2037, 3, 1)},
		"last used at 17":                 {retention.Record{Class: retention.ChildHealth, Born: day(2008, 5, 1), LastUse: day(2025, 5, 1)}, day(2034, 5, 1)},
		"used again as an adult":          {retention.Record{Class: retention.ChildScheme, Born: day(1990, 5, 1), LastUse: day(2026, 5, 1)}, day(2034, 5, 1)},
		"a child nobody knows the age of": {retention.Record{Class: retention.ChildHealth, LastUse: day(2020, 1, 1)}, 0},
		"mental health":                   {retention.Record{Class: retention.MentalHealth, LastUse: day(2020, 1, 1)}, day(2040, 1, 1)},
		"and a death":                     {retention.Record{Class: retention.MentalHealth, LastUse: day(2020, 1, 1), Died: day(2021, 1, 1)}, day(2031, 1, 1)},
		"a GP's after a death":            {retention.Record{Class: retention.GPOfDead, Died: day(2021, 1, 1)}, day(2031, 1, 1)},
		"what was agreed":                 {retention.Record{Class: retention.PermissionPart, With: &retention.Record{Class: retention.AdultHealth, LastUse: day(2020, 1, 1)}}, day(2028, 1, 1)},
		"with nothing":                    {retention.Record{Class: retention.PermissionPart}, 0},
		"a class that nobody knows":       {retention.Record{Class: "diary", LastUse: day(2020, 1, 1)}, 0},
		"never used":                      {retention.Record{Class: retention.AdultHealth}, 0},
	} {
		due := retention.Standard().Due(tt.r)
		require.Equal(t, tt.want, due.From, name)
		require.Equal(t, !tt.want.IsZero(), due.Over(day(2999, 1, 1)), name)
	}
}

func TestUnderAPolicyAHoldWinsUntilItIsReleased(t *testing.T) {
	r := retention.Record{Class: retention.AdultHealth, LastUse: sp.NewDate(2010, 1, 1), Hold: "inquiry"}
	require.False(t, retention.Standard().Due(r).Over(sp.NewDate(2026, 1, 1)))
	with := retention.Record{Class: retention.PermissionPart, With: &r}
	require.False(t, retention.Standard().Due(with).Over(sp.NewDate(2026, 1, 1)), "nor what explains it")
	r.Hold = ""
	require.True(t, retention.Standard().Due(r).Over(sp.NewDate(2026, 1, 1)))
}

func TestALaterUseOfARecordNeverShortensItsPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := retention.Record{
			Class: rapid.SampledFrom([]retention.Class{retention.AdultHealth, retention.ChildHealth, retention.MentalHealth, retention.SchemeRecord, retention.ChildScheme}).Draw(t, "class"),
			Born:  sp.NewDate(2000, 1, 1).Add(rapid.IntRange(0, 7000).Draw(t, "born")),
		}
		r.LastUse = r.Born.Add(rapid.IntRange(0, 15000).Draw(t, "used"))
		before := retention.Standard().Due(r).From
		r.LastUse = r.LastUse.Add(rapid.IntRange(0, 5000).Draw(t, "again"))
		if retention.Standard().Due(r).From < before {
			t.Fatal(before)
		}
	})
}
