package minutes_test

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
	"github.com/socialprescribing/sp/workforce/minutes"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	monday = sp.NewDate(2026, 11, 2)
	week   = sp.Period{Start: monday, End: monday.Add(7)}
	ann    = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 8, 9, 0, 0, 0, time.UTC))
)

// A week's diary: where the time went.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	for _, d := range []minutes.Day{
		{Worker: "ann", On: monday, Spent: minutes.Spent{minutes.People: 240, minutes.Notes: 60, minutes.Returns: 95}},
		{Worker: "ann", On: monday.Add(1), Spent: minutes.Spent{minutes.People: 200, minutes.Forum: 90, minutes.Notes: 100}},
	} {
		r, err := minutes.Note(d, ann)
		if err == nil {
			err = store.Save(ctx, db, r)
		}
		fmt.Println(r, err)
	}
	days, err := minutes.Diaries(db).List(ctx, record.Query{Worker: "ann", From: week.Start, Before: week.End})
	fmt.Println(minutes.ByKind(days, week), err)
	// Output:
	// diary ann/2026-11-02 <nil>
	// diary ann/2026-11-03 <nil>
	// [{people 440} {notes 160} {returns 95} {forum 90}] <nil>
}

func TestNoteRefuses(t *testing.T) {
	for name, spent := range map[string]minutes.Spent{
		"nothing in it":               {},
		"a kind that is none":         {"tea": 10},
		"minutes below zero":          {minutes.Notes: -10, minutes.People: 20},
		"more minutes than a day has": {minutes.Notes: 1000, minutes.People: 441},
	} {
		t.Run("Note refuses a day with "+name, func(t *testing.T) {
			_, err := minutes.Note(minutes.Day{Worker: "ann", On: monday, Spent: spent}, ann)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	spent := minutes.Spent{minutes.Notes: 10}
	_, err := minutes.Note(minutes.Day{Worker: "ann", On: monday.Add(60), Spent: spent}, ann)
	require.ErrorIs(t, err, sp.ErrInvalid, "a day to come")
	_, err = minutes.Note(minutes.Day{Worker: "bea", On: monday, Spent: spent}, ann)
	require.ErrorIs(t, err, sp.ErrDenied, "the diary of another")
}

func worker(id workforce.WorkerID, leave ...sp.Period) workforce.Worker {
	return workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Employment: sp.Hide(workforce.Employment{
		Hours: []workforce.Shift{{Day: "monday", Start: 540, End: 1020}, {Day: "tuesday", Start: 540, End: 780}, {Day: "sunday", Start: 600, End: 720}},
		Leave: leave,
	})}
}

func TestMissing(t *testing.T) {
	kept := []minutes.Day{{Worker: "ann", On: monday}}
	holiday := sp.NewCalendar(time.UTC, monday)
	unknown := workforce.Worker{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}}
	for _, c := range []struct {
		name string
		w    workforce.Worker
		kept []minutes.Day
		cal  sp.Calendar
		want []sp.Date
	}{
		{"every day that somebody works", worker("ann"), nil, sp.Calendar{}, []sp.Date{monday, monday.Add(1), monday.Add(6)}},
		{"no day of which there is a diary", worker("ann"), kept, sp.Calendar{}, []sp.Date{monday.Add(1), monday.Add(6)}},
		{"no day of leave", worker("ann", sp.Period{Start: monday.Add(1), End: monday.Add(2)}), kept, sp.Calendar{}, []sp.Date{monday.Add(6)}},
		{"no holiday", worker("ann"), nil, holiday, []sp.Date{monday.Add(1), monday.Add(6)}},
		{"every working day if nobody knows the hours", unknown, nil, holiday, []sp.Date{monday.Add(1), monday.Add(2), monday.Add(3), monday.Add(4)}},
	} {
		t.Run("Missing names "+c.name, func(t *testing.T) {
			gaps, err := minutes.Missing([]workforce.Worker{c.w}, c.kept, week, c.cal)
			require.NoError(t, err)
			var got []sp.Date
			for _, g := range gaps {
				got = append(got, g.On)
			}
			require.Equal(t, c.want, got)
		})
	}
	_, err := minutes.Missing(nil, nil, sp.Period{Start: monday}, sp.Calendar{})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestAdminShare(t *testing.T) {
	days := []minutes.Day{
		{"ann", monday, minutes.Spent{minutes.People: 300, minutes.Notes: 60, minutes.Coding: 40}},
		{"ann", monday.Add(1), minutes.Spent{minutes.People: 300, minutes.Letters: 100}},
		{"bea", monday, minutes.Spent{minutes.Travel: 200, minutes.Returns: 100, minutes.Booking: 100}},
		{"bea", monday.Add(7), minutes.Spent{minutes.Returns: 400}}, // after the period
	}
	f, err := minutes.AdminShare(days, week)
	require.NoError(t, err)
	require.Equal(t, 52, f.Number)
	require.InDelta(t, 400.0/1200, f.Estimate.Value, 1e-12)
	require.Less(t, f.Estimate.Interval.Lower, 0.2, "two workers tell little, however many minutes they worked")
	f, err = minutes.AdminShare(days[:2], week)
	require.NoError(t, err)
	require.NotEmpty(t, f.Estimate.Undefined, "of one worker")
}

func TestByKindLosesNoMinute(t *testing.T) {
	kinds := []minutes.Kind{minutes.People, minutes.Notes, minutes.Returns, minutes.Travel}
	rapid.Check(t, func(t *rapid.T) {
		var days []minutes.Day
		want, wantAdmin := 0, 0
		for range rapid.IntRange(0, 9).Draw(t, "days") {
			d := minutes.Day{Worker: "ann", On: monday.Add(rapid.IntRange(-2, 8).Draw(t, "on")), Spent: minutes.Spent{}}
			for range rapid.IntRange(0, 3).Draw(t, "kinds") {
				d.Spent[rapid.SampledFrom(kinds).Draw(t, "kind")] += rapid.IntRange(1, 90).Draw(t, "minutes")
			}
			days = append(days, d)
			if week.Contains(d.On) {
				all, admin := d.Spent.Total()
				want += all
				wantAdmin += admin
			}
		}
		all, admin := 0, 0
		for _, total := range minutes.ByKind(days, week) {
			all += total.Minutes
			if total.Kind.Admin() {
				admin += total.Minutes
			}
		}
		require.Equal(t, want, all)
		require.Equal(t, wantAdmin, admin)
	})
}
