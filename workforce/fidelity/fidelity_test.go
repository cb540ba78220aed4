package fidelity_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce/fidelity"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	today = sp.NewDate(2026, 11, 2)
	year  = sp.NewDate(2026, time.January, 1).Months(12)
	lena  = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

// A change of the model, and what somebody is to look at again.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	r, err := fidelity.Adapt(fidelity.Adaptation{
		ID: "A-1", Place: "bay/hill", On: today.Add(-100), Part: fidelity.FirstContact, Change: fidelity.Added, Why: fidelity.Access,
		Again: today.Add(-9), Words: sp.Hide("First talks at the library too, as people do not come up the hill."),
	}, lena)
	fmt.Println(r, err, store.Save(ctx, db, r))
	for due, err := range fidelity.Adaptations(db).Due(ctx, today, record.Query{}) {
		fmt.Println(due.Document().Part, due.Document().Change, "to be looked at since", due.Document().Again, err)
	}
	log, err := fidelity.Adaptations(db).List(ctx, record.Query{})
	if err != nil {
		fmt.Println(err)
	}
	f, err := fidelity.Changes(log, year)
	fmt.Println(f.Name, f.Estimate.Numerator, err)
	// Output:
	// adaptation A-1 <nil> <nil>
	// first-contact added to be looked at since 2026-10-24 <nil>
	// changes of the model with a reason, per year 1 <nil>
}

func TestChanges(t *testing.T) {
	log := []fidelity.Adaptation{{On: year.Start}, {On: year.End.Add(-1)}, {On: year.End}, {On: year.Start.Add(-1)}}
	f, err := fidelity.Changes(log, year)
	require.NoError(t, err)
	require.Equal(t, 75, f.Number)
	require.InDelta(t, 2/(365/365.25), f.Estimate.Value, 1e-12)
	require.True(t, f.Estimate.Interval.Lower < 1 && f.Estimate.Interval.Upper > 4)
	_, err = fidelity.Changes(log, sp.Period{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestScore(t *testing.T) {
	at := func(id, place string, on sp.Date, scores fidelity.Scores) fidelity.Review {
		return fidelity.Review{ID: id, Place: place, On: on, Scores: scores}
	}
	all := []fidelity.Review{
		at("1", "hill", today.Add(-90), fidelity.Scores{fidelity.Plan: 0}),
		at("2", "hill", today, fidelity.Scores{fidelity.Plan: 2, fidelity.Feedback: 1}),
		at("3", "quay", today, fidelity.Scores{fidelity.Plan: 1, fidelity.Contacts: 0}),
		at("4", "dale", year.End, fidelity.Scores{fidelity.Plan: 2}),
		at("5", "moor", today, nil),
	}
	f, err := fidelity.Score(all, year)
	require.NoError(t, err)
	require.Equal(t, 75, f.Number)
	require.InDelta(t, (0.75+0.25)/2, f.Estimate.Value, 1e-12, "the last of each place")
	require.InDelta(t, 2, f.Estimate.Denominator, 0)
	require.Equal(t, 1, f.Excluded, "without any score")
	f, err = fidelity.Score(all[1:2], year)
	require.NoError(t, err)
	require.NotEmpty(t, f.Estimate.Undefined, "of one place nobody knows how sure it is")
	_, err = fidelity.Score(nil, sp.Period{Start: today})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAdaptAndAssessRefuse(t *testing.T) {
	a := fidelity.Adaptation{ID: "A-1", On: today, Part: fidelity.Plan, Change: fidelity.LeftOut, Why: fidelity.Capacity, Words: sp.Hide("No time.")}
	for name, change := range map[string]func(*fidelity.Adaptation){
		"no day":                 func(a *fidelity.Adaptation) { a.On = 0 },
		"no reason":              func(a *fidelity.Adaptation) { a.Why = "" },
		"no change":              func(a *fidelity.Adaptation) { a.Change = "" },
		"a part in words":        func(a *fidelity.Adaptation) { a.Part = "The plan" },
		"a place in words":       func(a *fidelity.Adaptation) { a.Place = "the hill" },
		"a look back before it":  func(a *fidelity.Adaptation) { a.Again = today },
		"a verdict that is none": func(a *fidelity.Adaptation) { a.Kept = "fine" },
	} {
		t.Run("Adapt refuses a change with "+name, func(t *testing.T) {
			a := a
			change(&a)
			_, err := fidelity.Adapt(a, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotContains(t, err.Error(), "No time")
		})
	}
	for name, r := range map[string]fidelity.Review{
		"no place":                {ID: "V-1", On: today, Scores: fidelity.Scores{"plan": 1}},
		"no day":                  {ID: "V-1", Place: "hill", Scores: fidelity.Scores{"plan": 1}},
		"no score":                {ID: "V-1", Place: "hill", On: today},
		"a score beyond the most": {ID: "V-1", Place: "hill", On: today, Scores: fidelity.Scores{"plan": 3}},
		"a part in words":         {ID: "V-1", Place: "hill", On: today, Scores: fidelity.Scores{"The plan": 1}},
		"a next before it":        {ID: "V-1", Place: "hill", On: today, Again: today, Scores: fidelity.Scores{"plan": 1}},
		"itself as the next":      {ID: "V-1", Place: "hill", On: today, Next: "V-1", Scores: fidelity.Scores{"plan": 1}},
	} {
		t.Run("Assess refuses a review with "+name, func(t *testing.T) {
			_, err := fidelity.Assess(r, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
}

func TestReviewsAreDueUntilAnotherFollows(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	review := fidelity.Review{ID: "V-1", Place: "hill", On: today, Again: today.Add(182), Scores: fidelity.Scores{fidelity.Plan: 2}}
	r, err := fidelity.Assess(review, lena)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	due := func() (n int) {
		for _, err := range fidelity.Reviews(db).Due(t.Context(), today.Add(183), record.Query{}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 1, due())
	review.Next = "V-2"
	require.NoError(t, r.Amend(review, lena))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Zero(t, due())
}
