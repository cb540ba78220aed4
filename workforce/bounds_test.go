package workforce_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// What is about safety is raised, what is clinical goes back, and what others do is passed on.
func TestRemitThatIsProposedSaysWhatHappensInsteadAndWhoDoesIt(t *testing.T) {
	r := workforce.ProposedRemit()
	got := map[workforce.Matter][2]string{}
	for _, rule := range r.Beyond {
		got[rule.Matter] = [2]string{string(rule.Instead), rule.To}
		require.NotEmpty(t, rule.Says, rule.Matter)
	}
	require.Equal(t, map[workforce.Matter][2]string{
		workforce.Crisis: {"raise-concern", "crisis-team"}, workforce.Safeguarding: {"raise-concern", "safeguarding-team"},
		workforce.Diagnosis: {"refer-back", "gp"}, workforce.Medication: {"refer-back", "gp"}, workforce.Therapy: {"refer-back", "gp"}, workforce.MentalCapacity: {"refer-back", "gp"},
		workforce.PersonalCare: {"pass-on", "adult-social-care"}, workforce.LegalAdvice: {"pass-on", "advice-agency"}, workforce.MoneyHandling: {"pass-on", "advice-agency"},
	}, got)
	require.Equal(t, []any{"sp-2026-11", "this library's own choice", sp.NewDate(2026, 11, 1), workforce.ReferBack}, []any{r.Version, r.Source, r.From, r.AgeRule})

	r.Ages, r.AgeRule = [2]int{18, 64}, workforce.PassOn
	require.Empty(t, r.Violations(nil, sp.Know(18)), "the youngest is theirs")
	require.Equal(t, []workforce.Violation{{Remit: "sp-2026-11", Matter: workforce.OtherAge, Instead: workforce.PassOn, Says: "the scheme is for ages 18 to 64"}}, r.Violations(nil, sp.Know(17)))
	_, elsewhere := r.In("dale")
	require.False(t, elsewhere, "a remit without areas is for anywhere")
	r.Areas = []string{"bay"}
	_, elsewhere = r.In("bay")
	require.False(t, elsewhere)
	v, _ := r.In("dale")
	require.Equal(t, workforce.Violation{Remit: "sp-2026-11", Matter: workforce.Elsewhere, Instead: workforce.ReferBack, Says: "the scheme is for other areas"}, v)
}

func TestPressureIsNotedByStaffAsItWasAndFoundByWhoAndWhen(t *testing.T) {
	good := workforce.Pressure{ID: "1", On: day, Worker: "ann", Practice: "hill", Matter: workforce.Crisis, Remit: "sp-2026-11", Response: workforce.Refused}
	for name, spoil := range map[string]func(*workforce.Pressure){
		"on no day":          func(p *workforce.Pressure) { p.On = 0 },
		"by nobody":          func(p *workforce.Pressure) { p.Worker = "" },
		"of no practice":     func(p *workforce.Pressure) { p.Practice = "the surgery" },
		"about no matter":    func(p *workforce.Pressure) { p.Matter = "" },
		"beyond no remit":    func(p *workforce.Pressure) { p.Remit = "the old one" },
		"with another reply": func(p *workforce.Pressure) { p.Response = "shrugged" },
	} {
		bad := good
		spoil(&bad)
		_, err := workforce.NotePressure(bad, lead)
		require.ErrorIs(t, err, sp.ErrInvalid, name)
	}
	db := store.Tenant(memstore.New(), "bay")
	for i, role := range []sp.Role{sp.RoleLinkWorker, sp.RoleTeamLead, sp.RoleSafeguardingLead} {
		p := good
		p.ID, p.On = string(role), day.Add(-i)
		r, err := workforce.NotePressure(p, sp.By(sp.Actor{ID: "max", Role: role}, lead.At))
		require.NoError(t, err)
		require.NoError(t, store.Save(t.Context(), db, r))
	}
	_, err := workforce.NotePressure(good, sp.By(sp.Actor{ID: "dr", Role: sp.RoleReferrer}, lead.At))
	require.ErrorIs(t, err, sp.ErrDenied)
	for q, want := range map[*record.Query]int{{Worker: "ann"}: 3, {Worker: "bea"}: 0, {Code: "hill"}: 3, {Code: "quay"}: 0, {From: day.Add(-1)}: 2} {
		all, err := workforce.Pressures(db).List(t.Context(), *q)
		require.NoError(t, err)
		require.Len(t, all, want, "%+v", q)
	}
	f, err := workforce.Boundary([]workforce.Pressure{{Response: workforce.TakenOn}}, 1)
	require.NoError(t, err)
	require.InDelta(t, 1, f.Estimate.Value, 0, "all of them")
}

func TestRegisterKnowsTheBoundsOfAWorker(t *testing.T) {
	with := func(change func(*workforce.Employment)) func(*workforce.Worker) {
		return func(w *workforce.Worker) {
			m := w.Employment.Reveal()
			change(&m)
			w.Employment = sp.Hide(m)
		}
	}
	shift := func(name string, start, end int) func(*workforce.Worker) {
		return with(func(m *workforce.Employment) { m.Hours = []workforce.Shift{{Day: name, Start: start, End: end}} })
	}
	leave := func(from, to sp.Date) func(*workforce.Worker) {
		return with(func(m *workforce.Employment) { m.Leave = []sp.Period{{Start: from, End: to}} })
	}
	for name, tt := range map[string]struct {
		change func(*workforce.Worker)
		path   string // empty: it may be
	}{
		"hours that are unknown":     {with(func(m *workforce.Employment) { m.WTE = 0 }), ""},
		"the whole week":             {with(func(m *workforce.Employment) { m.WTE = 100 }), ""},
		"less than nothing":          {with(func(m *workforce.Employment) { m.WTE = -1 }), "employment.wte"},
		"all of a day":               {shift("tuesday", 0, 1440), ""},
		"more than a day":            {shift("wednesday", 0, 1441), "employment.hours[0]"},
		"hours before the day":       {shift("thursday", -1, 60), "employment.hours[0]"},
		"no time at all":             {shift("friday", 60, 60), "employment.hours[0]"},
		"a Saturday":                 {shift("saturday", 60, 61), ""},
		"a day of leave":             {leave(day, day.Add(1)), ""},
		"leave of no day":            {leave(day, day), "employment.leave[0]"},
		"leave that never began":     {leave(0, day), "employment.leave[0]"},
		"a contract of no day":       {with(func(m *workforce.Employment) { m.Contract = sp.Period{Start: day, End: day} }), "employment.contract"},
		"ages that are unknown":      {func(w *workforce.Worker) { w.Ages = "" }, ""},
		"all ages":                   {func(w *workforce.Worker) { w.Ages = workforce.AllAges }, ""},
		"adults":                     {func(w *workforce.Worker) { w.Ages = workforce.Adults }, ""},
		"young people":               {func(w *workforce.Worker) { w.Ages = workforce.YoungPeople }, ""},
		"a supervisor":               {func(w *workforce.Worker) { w.Supervisor = "lena" }, ""},
		"a supervisor in two words":  {func(w *workforce.Worker) { w.Supervisor = "Lena Lead" }, "supervisor"},
		"an employer in two words":   {func(w *workforce.Worker) { w.Employer = "The Bay" }, "employer"},
		"a role in two words":        {func(w *workforce.Worker) { w.Roles = []sp.Role{"link worker"} }, "roles[0]"},
		"an area in two words":       {func(w *workforce.Worker) { w.Areas = []string{"bay", "the dale"} }, "areas[1]"},
		"a language in two words":    {func(w *workforce.Worker) { w.Languages = []string{"old norse"} }, "languages[0]"},
		"a skill that is not a code": {func(w *workforce.Worker) { w.Skills = []string{"good with people"} }, "skills[0]"},
	} {
		w := employed("ann", day, 0)
		tt.change(&w)
		_, err := workforce.Register(w, lead)
		if tt.path == "" {
			require.NoError(t, err, name)
			continue
		}
		var invalid *sp.InvalidError
		require.ErrorAs(t, err, &invalid, name)
		require.Len(t, invalid.Fields, 1, name)
		require.Equal(t, tt.path, invalid.Fields[0].Path, name)
	}
	days := map[string]int{"sunday": -1, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5}
	for name, after := range days { // day is a Monday
		w := employed("ann", day.Add(-9), 0)
		shift(name, 540, 600)(&w)
		n, _ := w.MinutesOn(day.Add(after))
		require.Equal(t, 60, n, name)
	}
	leaving := employed("ann", day.Add(-100), day.Add(9))
	with(func(m *workforce.Employment) { m.Left = day.Add(5) })(&leaving)
	require.Equal(t, day.Add(5), leaving.Ends(), "whichever comes first")
	kept := leaving.Pseudonymous()
	require.Equal(t, workforce.Employment{WTE: 80, Contract: sp.Period{Start: day.Add(-100), End: day.Add(9)}, Left: day.Add(5)}, kept.Employment.Reveal())
}

func TestFiguresOfATeamAreOfItsLinkWorkersWhileTheyAreEmployed(t *testing.T) {
	year := sp.NewDate(2026, time.January, 1).Months(12)
	clerk := part("clerk", 100, sp.NewDate(2020, 1, 1), year.Start.Add(9))
	clerk.Roles = []sp.Role{sp.RoleTeamLead}
	inMay := part("ann", 100, year.Start.Add(120), 0)
	later := part("bea", 100, year.End, 0)
	team := []workforce.Worker{clerk, inMay, later}

	require.Equal(t, []workforce.Worker{inMay}, workforce.LinkWorkers(team, year.Start.Add(120)))
	require.Empty(t, workforce.LinkWorkers(team, year.Start.Add(119)), "not before the first day")
	require.True(t, inMay.EmployedIn(year))
	require.False(t, inMay.EmployedIn(sp.Period{Start: year.Start, End: year.Start.Add(120)}))
	require.False(t, clerk.EmployedIn(sp.Period{Start: year.Start.Add(9), End: year.End}))
	require.Zero(t, inMay.DaysThere(sp.Period{Start: day}), "of a period without an end")
	require.Equal(t, 1, inMay.DaysThere(sp.Period{Start: day, End: day.Add(1)}))

	for name, figure := range map[string]func() (workforce.Figure, error){
		"people per full-time link worker and year": func() (workforce.Figure, error) {
			f, err := workforce.PeoplePerYear(team, 0, year)
			require.Equal(t, []any{51, 245 / 365.25, "full-time years"}, []any{f.Number, f.Estimate.Denominator, f.Estimate.Of})
			return f, err
		},
		"link workers who leave, per year and mean headcount": func() (workforce.Figure, error) {
			f, err := workforce.Turnover(team, year)
			require.Equal(t, []any{53, 245 / 365.25, "years of employment", 0.0}, []any{f.Number, f.Estimate.Denominator, f.Estimate.Of, f.Estimate.Numerator})
			return f, err
		},
		"posts of link workers that are vacant": func() (workforce.Figure, error) {
			f, err := workforce.Vacancies(team, 2, day)
			require.Equal(t, []any{53, 1.0}, []any{f.Number, f.Estimate.Numerator})
			return f, err
		},
		"open people per full-time link worker": func() (workforce.Figure, error) {
			f, err := workforce.Caseload(team, map[workforce.WorkerID]int{"ann": 0, "clerk": 3}, day)
			require.Equal(t, []any{51, "full-time link workers", 3}, []any{f.Number, f.Estimate.Of, f.Excluded})
			return f, err
		},
		"days within which half of all link workers leave": func() (workforce.Figure, error) {
			f, err := workforce.Tenure([]workforce.Worker{clerk, part("gone", 100, day.Add(-40), day), part("today", 100, day, 0), later}, day)
			require.Equal(t, []any{53, 40.0, 1}, []any{f.Number, f.Estimate.Value, f.Excluded}, "whoever begins on the day is there, and whoever leaves on it has left")
			return f, err
		},
	} {
		f, err := figure()
		require.NoError(t, err, name)
		require.Equal(t, name, f.Name)
	}
	none, err := workforce.Vacancies(nil, 0, day)
	require.NoError(t, err)
	require.NotEmpty(t, none.Estimate.Undefined, "of no posts")
	for _, bad := range []sp.Period{{Start: day, End: day}, {Start: day, End: day.Add(-1)}, {Start: day}, {End: day}} {
		_, err := workforce.DaysOf(bad)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	require.Panics(t, func() { workforce.Share(1, "", "", 2, 1, 0) })
	require.Panics(t, func() { workforce.PerYear(1, "", -1, 1, 0) })
	mean := workforce.Mean(56, "minutes", []float64{10, 20}, 3)
	require.Equal(t, []any{56, "minutes", 15.0, 3}, []any{mean.Number, mean.Name, mean.Estimate.Value, mean.Excluded})
}

func TestSuitableKeepsWhoMayMeetAWishApart(t *testing.T) {
	on := func(id workforce.WorkerID, languages ...string) workforce.Worker {
		return workforce.Worker{ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Languages: languages}
	}
	gone := on("gone", "pl")
	gone.Employment = sp.Hide(workforce.Employment{Left: day})
	team := []workforce.Worker{on("speaks", "pl"), on("perhaps"), on("speaks-not", "cy"), gone}
	yes, perhaps := workforce.Suitable(team, workforce.Wish{Language: "pl"}, day)
	require.Equal(t, []workforce.Worker{team[0]}, yes)
	require.Equal(t, []workforce.Worker{team[1]}, perhaps)
}
