package supervision_test

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
	"github.com/socialprescribing/sp/workforce/supervision"
)

var (
	today = sp.NewDate(2026, 11, 2)
	lena  = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

func worker(id workforce.WorkerID, began, ends sp.Date, leave ...sp.Period) workforce.Worker {
	return workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Employment: sp.Hide(workforce.Employment{
		WTE: 100, Contract: sp.Period{Start: began, End: ends}, Leave: leave,
	})}
}

// A team in which one has not been supervised for three months.
func Example() {
	ctx := context.Background()
	db := store.Tenant(memstore.New(), "bay")
	team := []workforce.Worker{worker("ann", today.Add(-900), 0), worker("bea", today.Add(-900), 0)}
	for i, on := range []sp.Date{today.Add(-20), today.Add(-92)} {
		r, err := supervision.Note(supervision.Session{
			ID: fmt.Sprint("S-", i), Worker: team[i].ID, Kind: supervision.Line, On: on, With: "lena", Minutes: 60, Held: sp.Yes,
		}, lena)
		if err == nil {
			err = store.Save(ctx, db, r)
		}
		fmt.Println(r, err)
	}
	sessions, err := supervision.Sessions(db).List(ctx, record.Query{From: today.Add(-400)})
	fmt.Println(len(sessions), err)
	all, err := supervision.Standings(team, sessions, nil, supervision.Proposed()[:1], today)
	fmt.Println(all, err)
	fmt.Println(supervision.Overdue(all))
	f, err := supervision.Coverage(team, sessions, supervision.Line, sp.NewDate(2026, 10, 1).Months(1))
	fmt.Println(f.Name, f.Estimate, err)
	// Output:
	// supervision S-0 <nil>
	// supervision S-1 <nil>
	// 2 <nil>
	// [bea: line overdue, 61 days since 2026-09-02 ann: line in-time, due 2026-11-13] <nil>
	// [bea: line overdue, 61 days since 2026-09-02]
	// link workers who had line supervision 50 % (9.45 to 90.5), 1 of 2 link workers, Wilson 95 % <nil>
}

func held(worker workforce.WorkerID, k supervision.Kind, on sp.Date) supervision.Session {
	return supervision.Session{ID: string(worker) + string(k) + on.String(), Worker: worker, Kind: k, On: on, Held: sp.Yes}
}

func TestStandings(t *testing.T) {
	line := []supervision.Rule{{Kind: supervision.Line, Every: 31, Grace: 14}}
	safe := []supervision.Rule{{Kind: supervision.Safeguarding, Every: 92, Grace: 14, After: 14}}
	planned := supervision.Session{ID: "next", Worker: "ann", Kind: supervision.Line, On: today.Add(3)}
	off := planned
	off.Held = sp.No
	for _, c := range []struct {
		name  string
		w     workforce.Worker
		said  []supervision.Session
		flags []supervision.Flag
		rules []supervision.Rule
		state supervision.State
		days  int
	}{
		{"in time on the last day", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-31))}, nil, line, supervision.InTime, 0},
		{"late on the day after", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-32))}, nil, line, supervision.Late, 1},
		{"late on the last day of grace", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-45))}, nil, line, supervision.Late, 14},
		{"overdue after it", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-46))}, nil, line, supervision.Passed, 15},
		{"overdue, and planned by now", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-46)), planned}, nil, line, supervision.Planned, 15},
		{"overdue if what was planned is off", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-46)), off}, nil, line, supervision.Passed, 15},
		{"overdue whatever other kinds there were", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-46)), held("ann", supervision.Peer, today)}, nil, line, supervision.Passed, 15},
		{"counted from the first day of who never had one", worker("ann", today.Add(-40), 0), nil, nil, line, supervision.Late, 9},
		{"overdue if nothing is known", worker("ann", 0, 0), nil, nil, line, supervision.Passed, 0},
		{"not asked on leave", worker("ann", 0, 0, sp.Period{Start: today, End: today.Add(9)}), nil, nil, line, supervision.Absent, 0},
		{"not made good by a session to come", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Line, today.Add(-46)), held("ann", supervision.Line, today.Add(1))}, nil, line, supervision.Passed, 15},
		{"due a fortnight after a flag", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Safeguarding, today.Add(-40))}, []supervision.Flag{{"ann", today.Add(-16)}, {"ann", today.Add(-3)}}, safe, supervision.Late, 2},
		{"not due for a flag that was spoken of", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Safeguarding, today.Add(-10))}, []supervision.Flag{{"ann", today.Add(-16)}}, safe, supervision.InTime, -82},
		{"not due for the flag of another", worker("ann", 0, 0), []supervision.Session{held("ann", supervision.Safeguarding, today.Add(-10))}, []supervision.Flag{{"bea", today.Add(-9)}}, safe, supervision.InTime, -82},
	} {
		t.Run("supervision is "+c.name, func(t *testing.T) {
			all, err := supervision.Standings([]workforce.Worker{c.w}, c.said, c.flags, c.rules, today)
			require.NoError(t, err)
			require.Len(t, all, 1)
			require.Equal(t, c.state, all[0].State)
			require.Equal(t, c.days, all[0].Days)
		})
	}
	gone, lead := worker("gone", today.Add(-90), today), worker("lena", 0, 0)
	lead.Roles = []sp.Role{sp.RoleTeamLead}
	all, err := supervision.Standings([]workforce.Worker{gone, lead}, nil, nil, line, today)
	require.NoError(t, err)
	require.Empty(t, all, "neither who has left nor who is no link worker")
	_, err = supervision.Standings(nil, nil, nil, []supervision.Rule{{Kind: "tea", Every: 0, Grace: -1}}, today)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// One more session that was held makes nobody more overdue, and the order is that of who waits
// longest.
func TestStandingsOfOneMoreSessionAreNoWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		team := []workforce.Worker{worker("ann", today.Add(-400), 0), worker("bea", 0, 0)}
		draw := rapid.Custom(func(t *rapid.T) supervision.Session {
			return held(rapid.SampledFrom([]workforce.WorkerID{"ann", "bea"}).Draw(t, "who"), supervision.Line, today.Add(-rapid.IntRange(0, 200).Draw(t, "ago")))
		})
		said := rapid.SliceOfN(draw, 0, 6).Draw(t, "sessions")
		before, err := supervision.Standings(team, said, nil, supervision.Proposed(), today)
		require.NoError(t, err)
		after, err := supervision.Standings(team, append(said, draw.Draw(t, "more")), nil, supervision.Proposed(), today)
		require.NoError(t, err)
		require.LessOrEqual(t, len(supervision.Overdue(after)), len(supervision.Overdue(before)))
		require.Len(t, before, 2*len(supervision.Proposed()))
		late := supervision.Overdue(before)
		for i := 1; i < len(late); i++ {
			require.True(t, late[i-1].Due.IsZero() || !late[i].Due.IsZero() && late[i-1].Days >= late[i].Days)
		}
	})
}

func TestCoverage(t *testing.T) {
	october := sp.NewDate(2026, 10, 1).Months(1)
	team := []workforce.Worker{
		worker("ann", 0, 0), worker("bea", 0, 0),
		worker("away", 0, 0, october), worker("gone", today.Add(-900), october.Start), worker("new", october.End, 0),
	}
	said := []supervision.Session{
		held("ann", supervision.Line, october.Start), held("ann", supervision.Line, october.Start.Add(9)),
		held("bea", supervision.Clinical, october.End), // a day too late
		{ID: "no", Worker: "bea", Kind: supervision.Line, On: october.Start, Held: sp.No},
	}
	f, err := supervision.Coverage(team, said, "", october)
	require.NoError(t, err)
	require.Equal(t, 54, f.Number)
	require.InDelta(t, 1, f.Estimate.Numerator, 0)
	require.InDelta(t, 2, f.Estimate.Denominator, 0)
	require.Equal(t, 1, f.Excluded, "who was away all month")
	f, err = supervision.Coverage(team, said, supervision.Clinical, october)
	require.NoError(t, err)
	require.InDelta(t, 0, f.Estimate.Numerator, 0)
	_, err = supervision.Coverage(team, said, "", sp.Period{Start: today})
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestNote(t *testing.T) {
	s := supervision.Session{ID: "S-1", Worker: "ann", Kind: supervision.Line, On: today, Held: sp.Yes}
	for name, change := range map[string]func(*supervision.Session){
		"no worker":                         func(s *supervision.Session) { s.Worker = "" },
		"a kind that is none":               func(s *supervision.Session) { s.Kind = "tea" },
		"no day":                            func(s *supervision.Session) { s.On = 0 },
		"the worker as supervisor":          func(s *supervision.Session) { s.With = "ann" },
		"more minutes than a day":           func(s *supervision.Session) { s.Minutes = 1441 },
		"a reason although it was held":     func(s *supervision.Session) { s.Why = supervision.NoTime },
		"a day to come although it is held": func(s *supervision.Session) { s.On = today.Add(2) },
	} {
		t.Run("a session with "+name+" is refused", func(t *testing.T) {
			s := s
			change(&s)
			_, err := supervision.Note(s, lena)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	own := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, lena.At)
	_, err := supervision.Note(s, own)
	require.NoError(t, err, "link workers write their own")
	_, err = supervision.Note(s, sp.By(sp.Actor{ID: "bea", Role: sp.RoleLinkWorker}, lena.At))
	require.ErrorIs(t, err, sp.ErrDenied, "and nobody else's")

	db := store.Tenant(memstore.New(), "bay")
	s.Held, s.On = sp.Unknown, today.Add(3)
	r, err := supervision.Note(s, own)
	require.NoError(t, err, "what is planned lies ahead")
	require.NoError(t, store.Save(t.Context(), db, r))
	due := func(before sp.Date) (n int) {
		for _, err := range supervision.Sessions(db).Due(t.Context(), before, record.Query{}) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 0, due(today.Add(3)))
	require.Equal(t, 1, due(today.Add(4)), "nobody has said whether it was held")
	s.Held = sp.Yes
	require.NoError(t, r.Amend(s, sp.By(lena.By, lena.At.AddDate(0, 0, 5))))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Equal(t, 0, due(today.Add(4)))
}
