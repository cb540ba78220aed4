package needs_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// give gives a command with good input.
func give(a *needs.Assessment, c needs.Command, s sp.Stamp) error {
	switch c {
	case needs.Open:
		return a.Open("P-1", s)
	case needs.Identify:
		return a.Identify(needs.Finding{ID: "N-9", Code: needs.Food}, nil, s)
	case needs.Rate:
		return a.Rate("N-1", needs.Mild, s)
	case needs.Order:
		return a.Order(nil, s)
	case needs.Measure:
		_, err := a.Measure(instrument, measure.Answers{"9": 0}, s)
		return err
	case needs.Enter:
		return a.Enter(measure.Score{Instrument: "swemwbs", Version: "1", Scale: "total", Value: 20}, s)
	case needs.Escalate:
		return a.Escalate("self-harm", "dr-lee", s)
	case needs.SetGoal:
		return a.SetGoal("G-9", []needs.ID{"N-1"}, today.Add(30), s)
	case needs.ReviewGoal:
		return a.Review(needs.Reviewed{Goal: "G-1", Outcome: needs.Met}, s)
	case needs.Resolve:
		return a.Resolve("N-1", needs.Met, needs.BySessions, s)
	case needs.PlanSeries:
		return a.PlanSeries("S-9", []*measure.Instrument{instrument}, nil, s)
	case needs.Answer:
		_, err := a.Answer(needs.SeriesAnswer{Series: "S-2", Point: "baseline", Instrument: instrument, Answers: measure.Answers{"9": 0}}, s)
		return err
	case needs.Skip:
		return a.Skip("S-1", []string{"6-weeks"}, "declined", s)
	case needs.Close:
		return a.Close(s)
	}
	return errors.New("no such command")
}

var instrument *measure.Instrument

// worlds are assessments in every situation that matters to a rule, kept in a store.
func worlds(t *testing.T) (all []goldentest.World[*needs.Assessment]) {
	t.Helper()
	instrument = phq(t)
	for _, w := range []struct {
		name string
		do   []func(*needs.Assessment) error
	}{
		{"new", nil},
		{"open", []func(*needs.Assessment) error{begin}},
		{"open, a need", []func(*needs.Assessment) error{begin, need}},
		{"open, a goal", []func(*needs.Assessment) error{begin, need, aim}},
		{"open, a goal alone", []func(*needs.Assessment) error{begin, need, aim, met}},
		{"open, all is met", []func(*needs.Assessment) error{begin, need, met}},
		{"open, an alert", []func(*needs.Assessment) error{begin, raise}},
		{"closed", []func(*needs.Assessment) error{begin, need, met, end}},
		{"open, a series", []func(*needs.Assessment) error{begin, plan}},
		{"closed, a series", []func(*needs.Assessment) error{begin, plan, end}},
		{"closed, an alert", []func(*needs.Assessment) error{begin, plan, end, answer}},
	} {
		db := store.Tenant(memstore.New(), "bay")
		a := needs.New("A-1", anybody)
		for _, do := range w.do {
			require.NoError(t, do(a))
		}
		require.NoError(t, store.Save(t.Context(), db, a))
		all = append(all, goldentest.World[*needs.Assessment]{Name: w.name, Make: func() *needs.Assessment {
			a, err := needs.NewRepository(db, anybody).AssessmentOrNew(t.Context(), "A-1")
			require.NoError(t, err)
			return a
		}})
	}
	return all
}

func begin(a *needs.Assessment) error { return a.Open("P-1", at(0)) }
func need(a *needs.Assessment) error {
	return a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt}, nil, at(1))
}

func aim(a *needs.Assessment) error { return a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(9), at(1)) }
func met(a *needs.Assessment) error { return a.Resolve("N-1", needs.Met, needs.BySessions, at(1)) }
func raise(a *needs.Assessment) error {
	_, err := a.Measure(instrument, measure.Answers{"9": 1}, at(1))
	return err
}

func plan(a *needs.Assessment) error {
	if err := a.PlanSeries("S-1", []*measure.Instrument{instrument}, nil, at(0)); err != nil {
		return err
	}
	return a.PlanSeries("S-2", []*measure.Instrument{instrument}, nil, at(0))
}

func answer(a *needs.Assessment) error {
	_, err := a.Answer(needs.SeriesAnswer{Series: "S-1", Point: "baseline", Instrument: instrument, Answers: measure.Answers{"9": 1}}, at(1))
	return err
}
func end(a *needs.Assessment) error { return a.Close(at(1)) }

func people() []sp.Stamp {
	who := func(id string, role sp.Role, of, only string) sp.Stamp {
		return sp.By(sp.Actor{ID: id, Role: role, For: of, Only: only}, at(2).At)
	}
	return []sp.Stamp{
		at(2), who("june", sp.RolePerson, "P-1", ""), sp.BySystem("import", at(2).At), who("link", sp.RolePerson, "P-1", "assessment/A-1"),
		who("other-link", sp.RolePerson, "P-1", "assessment/A-2"), who("omar", sp.RolePerson, "P-2", ""), who("nobody", sp.RolePerson, "", ""),
		who("son", sp.RoleProvider, "P-1", ""), who("claimed", sp.RoleSystem, "", ""),
	}
}

func behaviour(t *testing.T) goldentest.Behaviour[*needs.Assessment, needs.State, needs.Command] {
	t.Helper()
	return goldentest.Behaviour[*needs.Assessment, needs.State, needs.Command]{
		Table: needs.Table, Worlds: worlds(t), Actors: people(), Give: give,
		May: (*needs.Assessment).May, Legal: (*needs.Assessment).Legal,
		Events: func(a *needs.Assessment) (names []store.EventType, to needs.State) {
			for e := range a.History() {
				names = append(names, e.Event.EventType())
			}
			return names, a.State()
		},
	}
}

func TestEveryCommandOfAnAssessmentByEverybody(t *testing.T) {
	b := behaviour(t)
	got := b.String(needs.Table().Commands(), t.Errorf)
	golden(t, "commands.txt", got)
	b.EveryCommandIsGiven(t)
	b.AStrangerLearnsNothing(t, people()[4:]...)
}

func TestEveryMistakeInTheTableOfAssessmentsIsSeen(t *testing.T) {
	goldentest.EveryMutantIsSeen(t, needs.Machine, behaviour(t))
}

func TestAPersonLearnsNothingOfAnAlertFromTheirAssessment(t *testing.T) {
	all := worlds(t)
	june := people()[1]
	for _, c := range needs.Table().Commands() {
		quiet, alerted := all[1].Make(), all[6].Make()
		without, with := give(quiet, c, june), give(alerted, c, june)
		require.Equal(t, without, with, c)
		require.Equal(t, quiet.State(), alerted.State())
	}
	var quiet, alerted []needs.Command
	for c := range all[1].Make().Legal(june) {
		quiet = append(quiet, c)
	}
	for c := range all[6].Make().Legal(june) {
		alerted = append(alerted, c)
	}
	require.Equal(t, quiet, alerted)
}

func TestARequestThatComesTwiceHappensOnceInAnAssessment(t *testing.T) {
	for i, c := range map[int]needs.Command{0: needs.Open, 1: needs.Identify, 2: needs.Rate, 3: needs.ReviewGoal, 6: needs.Escalate, 5: needs.Close} {
		a, s := worlds(t)[i].Make(), at(2).Under("k-1")
		require.NoError(t, give(a, c, s), c)
		n := stateOf(a)
		s.At, s.Recorded = at(3).At, at(3).At
		require.NoError(t, give(a, c, s), c)
		require.Empty(t, diff(n, stateOf(a)))
	}
	a := worlds(t)[1].Make()
	_, err := a.Measure(instrument, measure.Answers{"9": 0}, at(2).Under("k-1"))
	require.NoError(t, err)
	r, err := a.Measure(instrument, measure.Answers{"9": 0}, at(2).Under("k-1"))
	require.NoError(t, err)
	require.Equal(t, "phq-9", r.Instrument, "and the result is told again")
	require.Len(t, a.Measurements(), 1)
	_, err = a.Measure(instrument, measure.Answers{"9": 1}, at(2).Under("k-1"))
	require.ErrorIs(t, err, sp.ErrInvalid)
}
