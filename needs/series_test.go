package needs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func shipped(t *testing.T, code string) *measure.Instrument {
	t.Helper()
	in, ok := measure.Find(code)
	require.True(t, ok)
	return in
}

// later returns Ann's stamp so many days after the series was planned.
func later(days int) sp.Stamp {
	s := at(0)
	s.At, s.Recorded = s.At.AddDate(0, 0, days), s.Recorded.AddDate(0, 0, days)
	return s
}

func series(t *testing.T) *needs.Assessment {
	t.Helper()
	a := needs.New("A-1", anybody)
	require.NoError(t, begin(a))
	require.NoError(t, a.PlanSeries("S-1", []*measure.Instrument{shipped(t, "ons4"), shipped(t, "ucla-3")}, nil, at(0)))
	return a
}

func ons4(t *testing.T, point string, satisfied int) needs.SeriesAnswer {
	t.Helper()
	return needs.SeriesAnswer{Series: "S-1", Point: point, Instrument: shipped(t, "ons4"), Answers: measure.Answers{"satisfied": satisfied, "worthwhile": 4, "happy": 4, "anxious": 8}}
}

func give4(t *testing.T, a *needs.Assessment, point string, satisfied, day int) {
	t.Helper()
	_, err := a.Answer(ons4(t, point, satisfied), later(day))
	require.NoError(t, err)
}

func days(list []needs.DuePoint) (on []string) {
	for _, d := range list {
		on = append(on, d.Point+" "+d.On.String())
	}
	return on
}

func TestASeriesIsDueAtItsBaselineAndThenSixWeeksSixAndTwelveMonthsAfterIt(t *testing.T) {
	a := series(t)
	require.Equal(t, []string{"baseline " + today.String()}, days(a.Due()), "nothing is counted before there is a baseline")
	require.Len(t, a.Due()[0].Asks, 2)
	give4(t, a, "baseline", 3, 2)
	first := today.Add(2)
	require.Equal(t, []string{"baseline " + today.String(), "6-weeks " + first.Add(42).String(), "6-months " + first.AddMonths(6).String(), "12-months " + first.AddMonths(12).String()}, days(a.Due()))
	require.Equal(t, "ucla-3", a.Due()[0].Asks[0].Instrument, "the other questionnaire is still to be asked")
	give4(t, a, "6-weeks", 5, 45)
	require.NoError(t, a.Skip("S-1", []string{"baseline", "6-months"}, "declined", later(50)))
	require.Equal(t, []string{"12-months " + first.AddMonths(12).String()}, days(a.Due()))
	give4(t, a, "12-months", 6, 400)
	require.Empty(t, a.Due())
	changes, err := a.Series()[0].Changes(shipped(t, "ons4"))
	require.NoError(t, err)
	require.Len(t, changes, 8)
	require.Equal(t, needs.SeriesChange{Point: "6-weeks", Scale: "satisfied", Before: changes[0].Before, After: changes[0].After, Change: measure.Change{Points: 2, Better: sp.Yes}}, changes[0])
	require.InDelta(t, 3, changes[0].Before.Value, 0)
	_, err = a.Series()[0].Changes(nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestASeriesRefusesWhatCannotBeCompared(t *testing.T) {
	other, prorated := ons4(t, "baseline", 3), shipped(t, "ons4").Prorated(1)
	other.Instrument = prorated
	unknown := ons4(t, "baseline", 3)
	unknown.Series = "S-2"
	high := ons4(t, "baseline", 11)
	swemwbs := needs.SeriesAnswer{Series: "S-1", Point: "baseline", Instrument: shipped(t, "swemwbs")}
	phq9 := needs.SeriesAnswer{Series: "S-1", Point: "baseline", Score: measure.Score{Instrument: "phq-9", Version: "2026-11", Scale: "total", Value: 9}}
	both := ons4(t, "baseline", 3)
	both.Score = phq9.Score
	for name, tt := range map[string]struct {
		before func(*needs.Assessment)
		give   needs.SeriesAnswer
		day    int
		rule   string
	}{
		"a follow-up before its baseline":           {nil, ons4(t, "6-weeks", 3), 42, "before its baseline"},
		"a follow-up that took place earlier":       {func(a *needs.Assessment) { give4(t, a, "baseline", 3, 42) }, ons4(t, "6-weeks", 3), 1, "before its baseline"},
		"a follow-up much too early":                {func(a *needs.Assessment) { give4(t, a, "baseline", 3, 0) }, ons4(t, "6-weeks", 3), 27, "more than 14 days before"},
		"another version of the instrument":         {nil, other, 0, "other rules do not compare"},
		"an answer out of range":                    {nil, high, 0, "must be from 0 to 10"},
		"a questionnaire that was not planned":      {nil, swemwbs, 0, "that the series asks"},
		"a series that there is not":                {nil, unknown, 0, "must be one of this assessment"},
		"a point that there is not":                 {nil, ons4(t, "9-months", 3), 0, "must be one of the series"},
		"a score whose questionnaire raises alerts": {nil, phq9, 0, "with its answers"},
		"answers and a score":                       {nil, both, 0, "must be empty"},
		"the same twice":                            {func(a *needs.Assessment) { give4(t, a, "baseline", 3, 0) }, ons4(t, "baseline", 4), 0, "twice"},
		"a point at which nobody asks": {func(a *needs.Assessment) {
			give4(t, a, "baseline", 3, 0)
			require.NoError(t, a.Skip("S-1", []string{"6-weeks"}, "declined", later(40)))
		}, ons4(t, "6-weeks", 3), 42, "nobody asks"},
		"a point after a later one": {func(a *needs.Assessment) {
			give4(t, a, "baseline", 3, 0)
			give4(t, a, "6-months", 3, 181)
		}, ons4(t, "6-weeks", 3), 190, "later point"},
	} {
		t.Run(name, func(t *testing.T) {
			a := series(t)
			if tt.before != nil {
				tt.before(a)
			}
			before := stateOf(a)
			_, err := a.Answer(tt.give, later(tt.day))
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, tt.rule)
			require.Empty(t, diff(before, stateOf(a)))
		})
	}
}

func TestAPlanOfASeriesIsChecked(t *testing.T) {
	in := []*measure.Instrument{shipped(t, "ons4")}
	base := needs.Point{Code: "baseline"}
	for rule, plan := range map[string]struct {
		ask    []*measure.Instrument
		points []needs.Point
	}{
		"must be from 1 to 16":        {nil, nil},
		"passes its Check":            {[]*measure.Instrument{nil}, nil},
		"must not be named twice":     {[]*measure.Instrument{in[0], in[0]}, nil},
		"at least one follow-up":      {in, []needs.Point{base}},
		"the baseline if it is first": {in, []needs.Point{{Code: "start", Days: 1}, {Code: "end", Days: 9}}},
		"must come after the one":     {in, []needs.Point{base, {Code: "late", Months: 6}, {Code: "soon", Days: 42}}},
		"must not reach back":         {in, []needs.Point{base, {Code: "soon", Days: 7, Early: 7}}},
	} {
		a := needs.New("A-1", anybody)
		require.NoError(t, begin(a))
		err := a.PlanSeries("S-1", plan.ask, plan.points, at(0))
		require.ErrorIs(t, err, sp.ErrInvalid, rule)
		if rule != "the baseline if it is first" {
			require.ErrorContains(t, err, rule)
		}
	}
	a := series(t)
	require.ErrorIs(t, a.PlanSeries("S-1", in, nil, at(1)), sp.ErrInvalid, "once")
	require.ErrorIs(t, a.Skip("S-1", []string{"never"}, "declined", at(1)), sp.ErrInvalid)
	require.ErrorIs(t, a.Skip("S-1", nil, "declined", at(1)), sp.ErrInvalid)
	require.ErrorIs(t, a.Skip("S-1", []string{"baseline"}, "She said no.", at(1)), sp.ErrInvalid)
}

func TestWhatIsDueIsAListAlsoAfterTheAssessmentIsClosed(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	a := series(t)
	give4(t, a, "baseline", 3, 0)
	_, err := a.Answer(needs.SeriesAnswer{Series: "S-1", Point: "baseline", Instrument: shipped(t, "ucla-3"), Answers: measure.Answers{"1": 3, "2": 3, "3": 3}}, later(0))
	require.NoError(t, err)
	require.NoError(t, a.Close(later(30)))
	require.NoError(t, store.Save(ctx, db, a))
	repo := needs.NewRepository(db, anybody)
	due := func(before sp.Date) (n int) {
		for found, err := range repo.MeasuresDue(ctx, before) {
			require.NoError(t, err)
			require.Equal(t, a.Due(), found.Due())
			require.Equal(t, a.Series(), found.Series())
			n++
		}
		return n
	}
	require.Equal(t, 0, due(today.Add(42)))
	require.Equal(t, 1, due(today.Add(43)))
	require.Equal(t, 1, due(0))
	give4(t, a, "6-weeks", 5, 42)
	require.Equal(t, "closed", string(a.State()))
	require.True(t, a.Measurements()[2].At.Equal(later(42).At.Truncate(time.Microsecond)))
}
