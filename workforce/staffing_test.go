package workforce_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/workforce"
)

func part(id workforce.WorkerID, wte int, start, end sp.Date) workforce.Worker {
	w := employed(id, start, end)
	m := w.Employment.Reveal()
	m.WTE = wte
	w.Employment = sp.Hide(m)
	return w
}

func TestCaseload(t *testing.T) {
	team := []workforce.Worker{part("full", 100, 0, 0), part("half", 50, 0, 0), part("who", 0, 0, 0), part("gone", 100, 0, day), {ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}}}
	f, err := workforce.Caseload(team, map[workforce.WorkerID]int{"full": 50, "half": 25, "who": 9, "gone": 7, "lena": 2, "nobody": 1}, day)
	require.NoError(t, err)
	require.Equal(t, 51, f.Number)
	require.InDelta(t, 50, f.Estimate.Value, 1e-9, "75 people over 1.5")
	require.Equal(t, 9+7+2+1, f.Excluded, "people whose worker is of unknown hours, gone, no link worker or nobody")
	f, err = workforce.Caseload(nil, nil, day)
	require.NoError(t, err)
	require.NotEmpty(t, f.Estimate.Undefined)
	_, err = workforce.Caseload(team, map[workforce.WorkerID]int{"full": -1}, day)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestPeoplePerYear(t *testing.T) {
	year := sp.NewDate(2026, time.January, 1).Months(12)
	team := []workforce.Worker{part("all", 100, 0, 0), part("half", 50, 0, year.Start.Add(73)), part("who", 0, 0, 0), part("gone", 100, 0, year.Start)}
	f, err := workforce.PeoplePerYear(team, 231, year)
	require.NoError(t, err)
	require.InDelta(t, 231/((365+36.5)/365.25), f.Estimate.Value, 1e-9)
	require.Equal(t, 1, f.Excluded)
	guide := workforce.NationalGuide()
	require.True(t, f.Estimate.Value > float64(guide.From) && f.Estimate.Value < float64(guide.To))
	for _, err := range []error{
		func() error { _, err := workforce.PeoplePerYear(team, -1, year); return err }(),
		func() error { _, err := workforce.PeoplePerYear(team, 1, sp.Period{}); return err }(),
	} {
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestVacancies(t *testing.T) {
	team := []workforce.Worker{employed("in", day.Add(-9), 0), employed("gone", day.Add(-9), day), employed("who", 0, 0), employed("soon", day.Add(1), 0)}
	f, err := workforce.Vacancies(team, 5, day)
	require.NoError(t, err)
	require.Equal(t, 53, f.Number)
	require.InDelta(t, 3, f.Estimate.Numerator, 0)
	require.InDelta(t, 5, f.Estimate.Denominator, 0)
	require.Equal(t, 1, f.Excluded)
	f, err = workforce.Vacancies(team, 1, day)
	require.NoError(t, err)
	require.InDelta(t, 0, f.Estimate.Numerator, 0, "more workers than posts")
	_, err = workforce.Vacancies(team, -1, day)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestTenure(t *testing.T) {
	team := []workforce.Worker{
		employed("a", day.Add(-100), day.Add(-90)), employed("b", day.Add(-100), day.Add(-60)), employed("c", day.Add(-100), day.Add(-20)),
		employed("d", day.Add(-100), day.Add(50)), employed("e", day.Add(-90), 0), // there on the day
		employed("new", day.Add(1), 0), employed("who", 0, 0),
	}
	f, err := workforce.Tenure(team, day)
	require.NoError(t, err)
	require.InDelta(t, 80, f.Estimate.Value, 1e-9, "three of five have left within 80 days, and two within 40")
	require.Equal(t, 2, f.Excluded)
	f, err = workforce.Tenure(team[3:], day)
	require.NoError(t, err)
	require.NotEmpty(t, f.Estimate.Undefined, "nobody has left")
}

func TestWorkerMinutesOn(t *testing.T) {
	w := employed("ann", day.Add(-9), day.Add(30), sp.Period{Start: day.Add(7), End: day.Add(8)})
	_, known := w.MinutesOn(day)
	require.False(t, known)
	m := w.Employment.Reveal()
	m.Hours = []workforce.Shift{{Day: "monday", Start: 540, End: 720}, {Day: "monday", Start: 780, End: 1020}, {Day: "sunday", Start: 0, End: 60}}
	w.Employment = sp.Hide(m)
	for _, c := range []struct {
		on   sp.Date
		want int
	}{{day, 420}, {day.Add(1), 0}, {day.Add(6), 60}, {day.Add(7), 0}, {day.Add(35), 0}, {day.Add(-14), 0}} {
		n, known := w.MinutesOn(c.on)
		require.True(t, known)
		require.Equal(t, c.want, n, c.on)
	}
}

// Whoever can be given work is there, and is there on as many days as each day says.
func TestWorkerThereAgreesWithAvailable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) sp.Date { return day.Add(rapid.IntRange(-30, 30).Draw(t, name)) }
		start := at("start")
		w := employed("ann", start, start.Add(rapid.IntRange(1, 40).Draw(t, "long")))
		for range rapid.IntRange(0, 3).Draw(t, "leaves") {
			from := at("from")
			m := w.Employment.Reveal()
			m.Leave = append(m.Leave, sp.Period{Start: from, End: from.Add(rapid.IntRange(1, 9).Draw(t, "leave"))})
			w.Employment = sp.Hide(m)
		}
		during := sp.Period{Start: day.Add(-40), End: day.Add(80)}
		n, employedDays := 0, 0
		for d := during.Start; d < during.End; d = d.Add(1) {
			require.Equal(t, w.Available(d) == nil, w.There(d))
			require.True(t, w.Employed(d) || !w.There(d))
			if w.There(d) {
				n++
			}
			if w.Employed(d) {
				employedDays++
			}
		}
		require.Equal(t, n, w.DaysThere(during))
		require.Equal(t, employedDays > 0, w.EmployedIn(during))
	})
}
