package workforce_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

var (
	day  = sp.NewDate(2026, 11, 2)
	lead = sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
)

func employed(id workforce.WorkerID, start, end sp.Date, leave ...sp.Period) workforce.Worker {
	return workforce.Worker{
		ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Name: sp.Hide("Ann Archer"),
		Employment: sp.Hide(workforce.Employment{WTE: 80, PayBand: "AfC-5", Contract: sp.Period{Start: start, End: end}, Leave: leave}),
	}
}

func TestWorkerAvailable(t *testing.T) {
	off := func(from, to int) sp.Period { return sp.Period{Start: day.Add(from), End: day.Add(to)} }
	left := employed("ann", day.Add(-100), 0)
	m := left.Employment.Reveal()
	m.Left = day
	left.Employment = sp.Hide(m)
	for _, c := range []struct {
		name  string
		w     workforce.Worker
		why   workforce.Why
		until sp.Date
	}{
		{"is there on the first day of the contract", employed("ann", day, 0), "", 0},
		{"is there on the last day of the contract", employed("ann", day.Add(-9), day.Add(1)), "", 0},
		{"is gone on the day after the last", employed("ann", day.Add(-9), day), workforce.ContractEnded, 0},
		{"is gone after leaving, whatever the contract says", left, workforce.ContractEnded, 0},
		{"has not begun", employed("ann", day.Add(1), 0), workforce.NotBegun, day.Add(1)},
		{"is on leave", employed("ann", day.Add(-9), 0, off(-1, 3)), workforce.OnLeave, day.Add(3)},
		{"is back the day leave ends", employed("ann", day.Add(-9), 0, off(-3, 0)), "", 0},
		{"is back after leave that follows leave, in any order", employed("ann", day.Add(-9), 0, off(3, 7), off(0, 4)), workforce.OnLeave, day.Add(7)},
		{"is not back at all if the contract ends during leave", employed("ann", day.Add(-9), day.Add(5), off(0, 9)), workforce.OnLeave, 0},
		{"is no link worker", workforce.Worker{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}}, workforce.NoRole, 0},
		{"is there if nothing is known of the contract", workforce.Worker{ID: "ann", Roles: []sp.Role{sp.RoleLinkWorker}}, "", 0},
	} {
		t.Run("a worker "+c.name, func(t *testing.T) {
			err := c.w.Available(day)
			if c.why == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, sp.ErrDenied)
			require.Equal(t, &workforce.Unavailable{Worker: c.w.ID, Why: c.why, On: day, Until: c.until}, err)
		})
	}
}

func TestWorkerNeverPrintsItself(t *testing.T) {
	w := employed("ann", day, day.Add(400))
	r, err := workforce.Register(w, lead)
	require.NoError(t, err)
	plain, err := json.Marshal(w)
	require.NoError(t, err)
	for _, printed := range []string{fmt.Sprint(w), fmt.Sprintf("%+v %#v %q", w, w, w), fmt.Sprintf("%v %+v %#v", r, r, []any{r}), string(plain)} {
		require.NotContains(t, printed, "Archer")
		require.NotContains(t, printed, "AfC")
		require.NotContains(t, printed, w.Ends().String())
	}
}

func TestAnErasedWorkerLeavesNoNameInTheLog(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	w := employed("ann", day, day.Add(400))
	r, err := workforce.Register(w, lead)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	again, err := workforce.Workers(db).Load(t.Context(), "ann")
	require.NoError(t, err)
	require.Equal(t, "Ann Archer", again.Document().Name.Reveal())
	require.True(t, w.Employment.Equal(again.Document().Employment))

	require.NoError(t, again.Erase(lead))
	require.NoError(t, store.Save(t.Context(), db, again))
	_, err = workforce.Workers(db).Load(t.Context(), "ann")
	require.ErrorIs(t, err, sp.ErrNotFound)
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.NotContains(t, string(e.Data), "Archer")
		require.NotContains(t, string(e.Data), "AfC")
		_, err := workforce.DecodeEvent(e.Type, e.Data)
		require.NoError(t, err)
	}
	got, err := db.Get(t.Context(), store.Key{Kind: workforce.WorkerKind, ID: "ann"})
	require.NoError(t, err)
	require.NotContains(t, string(got.Body), "Archer")
}

func TestAPseudonymousWorkerIsCountedAndNotNamed(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	w := employed("ann", day.Add(-400), day.Add(-9), sp.Period{Start: day.Add(-30), End: day.Add(-20)})
	r, err := workforce.Register(w, lead)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	require.NoError(t, r.Amend(w.Pseudonymous(), lead))
	require.NoError(t, store.Save(t.Context(), db, r))
	require.Equal(t, "Ann Archer", w.Name.Reveal(), "the worker that it is called on stays as they are")
	got, err := db.Get(t.Context(), store.Key{Kind: workforce.WorkerKind, ID: "ann"})
	require.NoError(t, err)
	for _, gone := range []string{"Archer", "AfC", day.Add(-30).String()} {
		require.NotContains(t, string(got.Body), gone)
	}
	team, err := workforce.Workers(db).List(t.Context(), record.Query{})
	require.NoError(t, err)
	during := sp.Period{Start: day.Add(-365), End: day}
	before, err := workforce.Turnover([]workforce.Worker{w}, during)
	require.NoError(t, err)
	after, err := workforce.Turnover(team, during)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.InDelta(t, 1, after.Estimate.Numerator, 0)
}

func TestRegisterRefusesWhatCannotBe(t *testing.T) {
	for name, change := range map[string]func(*workforce.Worker){
		"no role":             func(w *workforce.Worker) { w.Roles = nil },
		"an unknown age":      func(w *workforce.Worker) { w.Ages = "teens" },
		"no ID":               func(w *workforce.Worker) { w.ID = "Ann Archer" },
		"her own supervisor":  func(w *workforce.Worker) { w.Supervisor = w.ID },
		"a bad area":          func(w *workforce.Worker) { w.Areas = []string{"the bay"} },
		"more than full time": func(w *workforce.Worker) { w.Employment = sp.Hide(workforce.Employment{WTE: 101}) },
		"an end before the beginning": func(w *workforce.Worker) {
			w.Employment = sp.Hide(workforce.Employment{Contract: sp.Period{Start: day, End: day.Add(-1)}})
		},
		"leave without an end": func(w *workforce.Worker) {
			w.Employment = sp.Hide(workforce.Employment{Leave: []sp.Period{{Start: day}}})
		},
		"a day that is none": func(w *workforce.Worker) {
			w.Employment = sp.Hide(workforce.Employment{Hours: []workforce.Shift{{Day: "Mo", Start: 540, End: 600}}})
		},
		"hours that run backwards": func(w *workforce.Worker) {
			w.Employment = sp.Hide(workforce.Employment{Hours: []workforce.Shift{{Day: "monday", Start: 600, End: 540}}})
		},
	} {
		t.Run("a worker with "+name+" is refused", func(t *testing.T) {
			w := employed("ann", day, 0)
			change(&w)
			_, err := workforce.Register(w, lead)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.NotContains(t, err.Error(), "Archer")
		})
	}
	_, err := workforce.Register(employed("ann", day, 0), sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, lead.At))
	require.ErrorIs(t, err, sp.ErrDenied, "workers do not write their own contract")
}

func TestWorkersAreFoundByEachOfTheirAreas(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	w := employed("ann", day, 0)
	w.Areas = []string{"bay", "dale", "moor"}
	r, err := workforce.Register(w, lead)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, r))
	for area, want := range map[string]int{"bay": 1, "dale": 1, "moor": 1, "hill": 0, "": 1} {
		found, err := workforce.Workers(db).List(t.Context(), record.Query{Area: area})
		require.NoError(t, err)
		require.Len(t, found, want, area)
	}
	w.Areas = []string{strings.Repeat("a", 195)}
	r, err = workforce.Register(w, lead)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), store.Tenant(memstore.New(), "bay"), r))
	w.Areas = []string{strings.Repeat("a", 196)}
	_, err = workforce.Register(w, lead)
	require.ErrorIs(t, err, sp.ErrInvalid)
	w.Areas = nil
	for i := range 26 {
		w.Areas = append(w.Areas, fmt.Sprint("a-", i))
	}
	_, err = workforce.Register(w, lead)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestNoticesComeEarliestFirst(t *testing.T) {
	team := []workforce.Worker{employed("dee", day, day.Add(90)), employed("cy", day, day.Add(84)), employed("bo", day, day.Add(20)), employed("al", day, day.Add(-3)), employed("ed", day, 0)}
	require.Equal(t, []workforce.Notice{{"al", day.Add(-3), -3}, {"bo", day.Add(20), 20}, {"cy", day.Add(84), 84}}, workforce.Notices(team, day, 84))
}

func TestTurnover(t *testing.T) {
	year := sp.NewDate(2026, time.January, 1).Months(12)
	team := []workforce.Worker{
		employed("a", sp.NewDate(2020, 1, 1), 0),
		employed("b", sp.NewDate(2020, 1, 1), sp.NewDate(2026, 7, 2)), // after 182 days
		employed("c", 0, 0),
	}
	f, err := workforce.Turnover(team, year)
	require.NoError(t, err)
	require.Equal(t, 1, f.Excluded)
	require.InDelta(t, 1/((365.0+182)/365.25), f.Estimate.Value, 1e-12)
	require.InDelta(t, 1, f.Estimate.Numerator, 0)
	_, err = workforce.Turnover(team, sp.Period{Start: day})
	require.ErrorIs(t, err, sp.ErrInvalid)
	f, err = workforce.Turnover(nil, year)
	require.NoError(t, err)
	require.NotEmpty(t, f.Estimate.Undefined)
}

func TestRemit(t *testing.T) {
	r := workforce.ProposedRemit()
	r.Ages, r.Areas = [2]int{18, 64}, []string{"bay"}
	for _, c := range []struct {
		name    string
		matters []workforce.Matter
		age     sp.Known[int]
		want    []workforce.Instead
	}{
		{"says nothing of what is theirs", []workforce.Matter{"loneliness", "debt"}, sp.Know(30), nil},
		{"has a crisis raised as a concern", []workforce.Matter{workforce.Crisis}, sp.Know(30), []workforce.Instead{workforce.RaiseConcern}},
		{"says all that is beyond it, in order", []workforce.Matter{workforce.Medication, workforce.LegalAdvice}, sp.Know(30), []workforce.Instead{workforce.ReferBack, workforce.PassOn}},
		{"knows who is too young", nil, sp.Know(17), []workforce.Instead{workforce.ReferBack}},
		{"takes the oldest of its ages", nil, sp.Know(64), nil},
		{"knows who is too old", nil, sp.Know(65), []workforce.Instead{workforce.ReferBack}},
		{"holds an unknown age against nobody", nil, sp.Known[int]{}, nil},
	} {
		t.Run("a remit "+c.name, func(t *testing.T) {
			var got []workforce.Instead
			for _, v := range r.Violations(c.matters, c.age) {
				require.ErrorIs(t, v, sp.ErrDenied)
				require.Equal(t, r.Version, v.Remit)
				got = append(got, v.Instead)
			}
			require.Equal(t, c.want, got)
		})
	}
	_, elsewhere := r.In("dale")
	require.True(t, elsewhere)
	_, elsewhere = r.In("")
	require.False(t, elsewhere, "an unknown area is held against nobody")
}

func TestPressure(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	note := func(id, practice string, r workforce.Response) *record.Record[workforce.Pressure] {
		p, err := workforce.NotePressure(workforce.Pressure{ID: id, On: day, Worker: "ann", Practice: practice, Matter: workforce.Crisis, Remit: "sp-2026-11", Response: r}, lead)
		require.NoError(t, err)
		return p
	}
	require.NoError(t, store.Save(t.Context(), db, note("1", "hill", workforce.Refused), note("2", "quay", workforce.TakenOn), note("3", "quay", ""), note("4", "quay", workforce.PassedOff)))
	all, err := workforce.Pressures(db).List(t.Context(), record.Query{})
	require.NoError(t, err)
	counts := workforce.PressureByPractice(all)
	require.Equal(t, []workforce.Count{
		{Practice: "quay", Asked: 3, Taken: 1, Matters: map[workforce.Matter]int{workforce.Crisis: 3}},
		{Practice: "hill", Asked: 1, Matters: map[workforce.Matter]int{workforce.Crisis: 1}},
	}, counts)

	var open []string
	for r, err := range workforce.Pressures(db).Due(t.Context(), day.Add(1), record.Query{}) {
		require.NoError(t, err)
		open = append(open, r.Document().ID)
	}
	require.Equal(t, []string{"3", "4"}, open, "nobody has said no, or nothing followed")

	f, err := workforce.Boundary(all, 40)
	require.NoError(t, err)
	require.Equal(t, 56, f.Number)
	require.Equal(t, 1, f.Excluded)
	want, err := stat.Proportion(1, 40, 0.95)
	require.NoError(t, err)
	want.Of = "referrals"
	require.Equal(t, want, f.Estimate)
	_, err = workforce.Boundary(all, 0)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestARegisterNeverLetsTimeGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		db := store.Tenant(memstore.New(), "bay")
		at := lead.At
		r, err := workforce.Register(employed("ann", day, 0), lead)
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), db, r))
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			next := at.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "hours")) * time.Hour)
			err := r.Amend(employed("ann", day, 0), sp.By(lead.By, next))
			if next.Before(at) {
				require.ErrorIs(t, err, sp.ErrInvalid)
				continue
			}
			require.NoError(t, err)
			require.NoError(t, store.Save(t.Context(), db, r))
			at = next
			r, err = workforce.Workers(db).Load(t.Context(), "ann")
			require.NoError(t, err)
			require.Equal(t, at, r.Recorded())
		}
	})
}
