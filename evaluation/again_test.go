package evaluation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

func TestCountAsIsWhatARunOfTheSameOptionsCounts(t *testing.T) {
	var events []store.RecordedEvent
	for e, err := range (evaluationtest.World{Seed: 3, Referrals: 60, Apart: true}).Log() {
		require.NoError(t, err)
		events = append(events, e)
	}
	all := catalogue.All(catalogue.Standards{})
	read := func(o evaluation.Options, indicators ...evaluation.Indicator) *evaluation.Run {
		r, err := evaluation.New(o, indicators...)
		require.NoError(t, err)
		for _, e := range events {
			require.NoError(t, r.Add(e))
		}
		return r
	}
	asOf := evaluationtest.End.AddMonths(-6)
	r := read(evaluation.Options{AsOf: asOf, By: evaluation.By("provider", facts.Provider)}, all...)
	before, err := r.Count(t.Context())
	require.NoError(t, err)
	stricter := catalogue.All(catalogue.Standards{ContactDays: 3, BeginDays: 20, FollowUpDays: 30})
	own := mine(evaluation.Shares, []evaluation.Fact{facts.Contacted}, func(r evaluation.Row) evaluation.Answer {
		return evaluation.YesIf(r.Happened(facts.Contacted))
	})
	for _, c := range []struct {
		name       string
		o          evaluation.Options
		indicators []evaluation.Indicator
	}{
		{"the same", evaluation.Options{AsOf: asOf, By: evaluation.By("provider", facts.Provider)}, all},
		{"another definition", evaluation.Options{AsOf: asOf}, stricter},
		{"one of one's own", evaluation.Options{AsOf: asOf}, []evaluation.Indicator{own}},
		{"another period", evaluation.Options{AsOf: asOf, Period: sp.Period{Start: evaluationtest.Start, End: evaluationtest.Start.AddMonths(3)}}, all},
		{"another grouping", evaluation.Options{AsOf: asOf, By: evaluation.ByMonth("month", facts.Received)}, all},
		{"other holidays", evaluation.Options{AsOf: asOf, Calendar: sp.NewCalendar(nil, evaluationtest.Start.Add(40), evaluationtest.Start.Add(80))}, all},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, err := read(c.o, c.indicators...).Count(t.Context())
			require.NoError(t, err)
			c.o.AsOf = 0 // that of the run
			got, err := r.CountAs(t.Context(), c.o, c.indicators...)
			require.NoError(t, err)
			require.Equal(t, bytesOf(t, want), bytesOf(t, got))
		})
	}
	after, err := r.Count(t.Context())
	require.NoError(t, err)
	require.Equal(t, bytesOf(t, before), bytesOf(t, after), "the run counts as before")
}

func TestCountAsRefusesWhatARunDoesNotHold(t *testing.T) {
	calls := evaluation.Count(facts.Referrals, referral.Contacted{})
	r := run(t, evaluation.Options{AsOf: monday}, event("R-1", 0, referral.Contacted{}))
	fine := mine(evaluation.Shares, nil, func(evaluation.Row) evaluation.Answer { return evaluation.Yes })
	other := fine
	other.Reads = []evaluation.Fact{calls}
	beside := fine
	beside.Unit, beside.Cohort = evaluation.Named("area"), evaluation.DayFact{}
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		o evaluation.Options
		i evaluation.Indicator
	}{
		"a fact that it did not read":     {evaluation.Options{}, other},
		"a table that it has not":         {evaluation.Options{}, beside},
		"another day":                     {evaluation.Options{AsOf: monday.Add(1)}, fine},
		"another zone":                    {evaluation.Options{Calendar: sp.NewCalendar(london)}, fine},
		"a grouping by what it read not":  {evaluation.Options{By: evaluation.By("answer", facts.Answer("exp-other"))}, fine},
		"an indicator that is incomplete": {evaluation.Options{}, evaluation.Indicator{}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.CountAs(t.Context(), c.o, c.i)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err = r.CountAs(t.Context(), evaluation.Options{}, fine)
	require.NoError(t, err)
}
