package training_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
	"github.com/socialprescribing/sp/workforce/training"
)

var (
	today = sp.NewDate(2026, 11, 2)
	lena  = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

// An area in which nobody is trained for suicidal thoughts.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := training.Note(training.Completion{ID: "T-1", Learner: "ann", Module: training.SuicideAwareness, On: sp.NewDate(2022, 10, 3)}, lena)
	fmt.Println(r, err, store.Save(ctx, db, r))

	employed := sp.Hide(workforce.Employment{Contract: sp.Period{Start: sp.NewDate(2022, 4, 4)}})
	team := []workforce.Worker{{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}, Areas: []string{"E07000121"}, Employment: employed}}
	needed := []training.Requirement{{Module: training.SuicideAwareness, Roles: []sp.Role{sp.RoleLinkWorker}, Within: 91, Months: 36}}
	done, err := training.Completions(db).List(ctx, record.Query{Worker: "ann"})
	if err != nil {
		fmt.Println(err)
	}
	gaps, err := training.Gaps(training.Learners(team, today), done, needed, today, 0)
	fmt.Println(gaps, err)
	areas, err := training.ByArea(training.Learners(team, today), done, needed, today)
	fmt.Println(areas, areas[0].Nobody(), err)
	// Output:
	// training T-1 <nil> <nil>
	// [{ann suicide-awareness [E07000121] run-out 2025-10-03 395}] <nil>
	// [{E07000121 suicide-awareness 1 1}] true <nil>
}

func of(learner string, on sp.Date) training.Completion {
	return training.Completion{Learner: learner, Module: "m", On: on}
}

func TestGaps(t *testing.T) {
	link := []sp.Role{sp.RoleLinkWorker}
	yearly := training.Requirement{Module: "m", Roles: link, Within: 28, Months: 12}
	once := training.Requirement{Module: "m", Roles: link, Within: 28}
	seen := training.Requirement{Module: "m", Roles: link, Within: 28, Assessed: true}
	later := training.Requirement{Module: "m", Roles: link, Within: 28, From: today.Add(-1)}
	assessed := of("ann", today.Add(-9))
	assessed.Assessor = "lena"
	until := of("ann", today.Add(-9))
	until.Until = today
	for _, c := range []struct {
		name  string
		since sp.Date
		need  training.Requirement
		done  []training.Completion
		lack  training.Lack
		days  int
	}{
		{"no gap while there is time", today.Add(-27), once, nil, "", 0},
		{"a gap on the day by which it is needed", today.Add(-28), once, nil, training.NeverDone, 0},
		{"a gap for who began long ago", today.Add(-100), once, nil, training.NeverDone, 72},
		{"a gap if nobody knows since when they are there", 0, once, nil, training.NeverDone, 0},
		{"no gap after it is done once", today.Add(-999), once, []training.Completion{of("ann", today.Add(-990))}, "", 0},
		{"no gap a day before it runs out", today.Add(-999), yearly, []training.Completion{of("ann", today.AddMonths(-12).Add(1))}, "", 0},
		{"a gap on the day on which it runs out", today.Add(-999), yearly, []training.Completion{of("ann", today.AddMonths(-12))}, training.RunOut, 0},
		{"a gap where the certificate says so", today.Add(-999), yearly, []training.Completion{until}, training.RunOut, 0},
		{"no gap where the last of several is in date", today.Add(-999), yearly, []training.Completion{of("ann", today.Add(-9)), of("ann", today.Add(-700))}, "", 0},
		{"a gap if a course is not enough", today.Add(-999), seen, []training.Completion{of("ann", today.Add(-9))}, training.NotAssessed, 971},
		{"no gap once somebody has seen it", today.Add(-999), seen, []training.Completion{of("ann", today.Add(-19)), assessed}, "", 0},
		{"a gap whatever is done later", today.Add(-100), once, []training.Completion{of("ann", today.Add(1))}, training.NeverDone, 72},
		{"a gap whatever others have done", today.Add(-100), once, []training.Completion{of("bea", today.Add(-9))}, training.NeverDone, 72},
		{"no gap while the requirement is new", today.Add(-100), later, nil, "", 0},
	} {
		t.Run("there is "+c.name, func(t *testing.T) {
			learners := []training.Learner{{ID: "ann", Roles: link, Since: c.since}, {ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}, Since: 1}}
			got, err := training.Gaps(learners, c.done, []training.Requirement{c.need}, today, 0)
			require.NoError(t, err)
			if c.lack == "" {
				require.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			require.Equal(t, c.lack, got[0].Lack)
			require.Equal(t, c.days, got[0].Days)
		})
	}
	ahead, err := training.Gaps([]training.Learner{{ID: "ann", Roles: link, Since: today.Add(-999)}}, []training.Completion{of("ann", today.AddMonths(-12).Add(20))}, []training.Requirement{yearly}, today, 28)
	require.NoError(t, err)
	require.Len(t, ahead, 1)
	require.Equal(t, -20, ahead[0].Days, "what runs out soon is told in time")
	for _, bad := range []training.Requirement{{Module: "M m"}, {Module: "m", Within: -1}} {
		_, err = training.Gaps(nil, nil, []training.Requirement{bad}, today, 0)
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = training.ByArea(nil, nil, []training.Requirement{bad}, today)
		require.ErrorIs(t, err, sp.ErrInvalid)
		_, err = training.Complete(nil, nil, []training.Requirement{bad}, today)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestCompleteAndByAreaCountThoseWhomItIsDueOf(t *testing.T) {
	link := []sp.Role{sp.RoleLinkWorker}
	need := []training.Requirement{{Module: "m", Roles: append(link, sp.RoleReferrer), Within: 28}}
	learners := []training.Learner{
		{"ann", link, []string{"bay", "dale"}, today.Add(-90)},
		{"bea", link, []string{"bay"}, today.Add(-90)},
		{"new", link, []string{"bay"}, today.Add(-2)},
		{"who", link, []string{"dale"}, 0},
		{"dr", []sp.Role{sp.RoleReferrer}, nil, today.Add(-90)},
	}
	done := []training.Completion{of("bea", today.Add(-9)), of("new", today.Add(-1)), of("dr", today.Add(-9))}
	f, err := training.Complete(learners, done, need, today)
	require.NoError(t, err)
	require.Equal(t, 55, f.Number)
	require.InDelta(t, 2, f.Estimate.Numerator, 0)
	require.InDelta(t, 3, f.Estimate.Denominator, 0, "of ann, bea and dr; of new nothing is due, done or not")
	require.Equal(t, 1, f.Excluded)
	areas, err := training.ByArea(learners, done, need, today)
	require.NoError(t, err)
	require.Equal(t, []training.AreaGap{{"dale", "m", 2, 2}, {"bay", "m", 2, 1}}, areas, "where nobody has it comes first")
}

func TestGapsOfOneMoreCompletionAreNoMore(t *testing.T) {
	learners := []training.Learner{{"ann", []sp.Role{sp.RoleLinkWorker}, nil, today.Add(-300)}, {"bea", []sp.Role{sp.RoleLinkWorker}, nil, 0}}
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.Custom(func(t *rapid.T) training.Completion {
			return training.Completion{
				Learner: rapid.SampledFrom([]string{"ann", "bea"}).Draw(t, "who"), Module: rapid.SampledFrom(training.Proposed()).Draw(t, "what").Module,
				On: today.Add(-rapid.IntRange(0, 2000).Draw(t, "ago")),
			}
		})
		done := rapid.SliceOfN(draw, 0, 8).Draw(t, "done")
		before, err := training.Gaps(learners, done, training.Proposed(), today, 0)
		require.NoError(t, err)
		more, err := training.Gaps(learners, append(done, draw.Draw(t, "more")), training.Proposed(), today, 0)
		require.NoError(t, err)
		require.LessOrEqual(t, len(more), len(before))
	})
}

func TestCPD(t *testing.T) {
	year := sp.NewDate(2026, time.January, 1).Months(12)
	done := []training.Completion{
		{Learner: "ann", On: year.Start, Points: 12, Formal: 600},
		{Learner: "ann", On: year.Start.Add(9), Points: 8},
		{Learner: "ann", On: year.End, Points: 50},
		{Learner: "bea", On: year.Start, Points: 50},
	}
	y, enough := training.CPD(done, "ann", year, training.MembersYear())
	require.Equal(t, training.Year{Points: 20, Formal: 600}, y)
	require.True(t, enough)
	_, enough = training.CPD(done, "bea", year, training.MembersYear())
	require.False(t, enough, "points without formal learning")
}

func TestNoteRefuses(t *testing.T) {
	c := training.Completion{ID: "T-1", Learner: "ann", Module: "m", On: today}
	for name, change := range map[string]func(*training.Completion){
		"no learner":              func(c *training.Completion) { c.Learner = "" },
		"a module in words":       func(c *training.Completion) { c.Module = "First aid" },
		"no day":                  func(c *training.Completion) { c.On = 0 },
		"a day to come":           func(c *training.Completion) { c.On = today.Add(2) },
		"an end before it began":  func(c *training.Completion) { c.Until = today },
		"the learner as assessor": func(c *training.Completion) { c.Assessor = "ann" },
		"points below zero":       func(c *training.Completion) { c.Points = -1 },
		"minutes below zero":      func(c *training.Completion) { c.Formal = -1 },
	} {
		t.Run("a completion with "+name+" is refused by Note", func(t *testing.T) {
			c := c
			change(&c)
			_, err := training.Note(c, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err := training.Note(c, sp.By(sp.Actor{ID: "bea", Role: sp.RoleReferrer}, lena.At))
	require.ErrorIs(t, err, sp.ErrDenied)
	_, err = training.Note(c, sp.By(sp.Actor{ID: "ann", Role: sp.RoleReferrer}, lena.At))
	require.NoError(t, err)
}
