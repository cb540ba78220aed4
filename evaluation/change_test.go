package evaluation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

func inMinutes(e referral.Contacted) []evaluation.Entry {
	return []evaluation.Entry{{Number: int64(e.Minutes)}}
}

var minutes = evaluation.Each(facts.Referrals, evaluation.Entries(inMinutes))

// scored is the change of a score, which the minutes of calls stand for, in all years.
func scored() evaluation.Indicator {
	return mine(evaluation.Changes, []evaluation.Fact{minutes}, func(r evaluation.Row) evaluation.Answer { return r.Changed(r.List(minutes)) })
}

// story is of four people, first measured on day 0: the first is measured in the first and the
// third year, the second on the last day of the first, the third on the first of the second,
// and the fourth never again.
func story() []store.RecordedEvent {
	year := monday.AddMonths(12).Sub(monday)
	say := func(id string, day, minutes int) store.RecordedEvent {
		return event(id, day, referral.Contacted{Minutes: minutes})
	}
	var events []store.RecordedEvent
	for _, id := range []string{"R-1", "R-2", "R-3", "R-4"} {
		events = append(events, event(id, 0, referral.Received{}), say(id, 0, 10))
	}
	return numbered(append(events, say("R-1", 100, 14), say("R-1", 800, 20), say("R-2", year, 16), say("R-3", year+1, 19))...)
}

func TestChangedIsOfTheYearOfFollowUpThatAnIndicatorIsAbout(t *testing.T) {
	i := scored()
	for _, c := range []struct {
		name string
		i    evaluation.Indicator
		asOf sp.Date
		want map[string]int64
	}{
		{"all years have the last score of each", i, monday.AddMonths(36), map[string]int64{"pair 10 20": 1, "pair 10 16": 1, "pair 10 19": 1, "lost 10": 1}},
		{"the first year ends with the anniversary", i.InYear(1), monday.AddMonths(36), map[string]int64{"pair 10 14": 1, "pair 10 16": 1, "lost 10": 2}},
		{"the second begins after it", i.InYear(2), monday.AddMonths(36), map[string]int64{"pair 10 19": 1, "lost 10": 3}},
		{"each year has an attrition of its own", i.InYear(3), monday.AddMonths(36), map[string]int64{"pair 10 20": 1, "lost 10": 3}},
		{"one that is over tomorrow does not yet, for nobody", i.InYear(3), monday.AddMonths(36).Add(-1), map[string]int64{"not-yet": 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			counts, err := count(t, c.i, evaluation.Options{AsOf: c.asOf}, story()...)
			require.NoError(t, err)
			got := map[string]int64{}
			for a, n := range counts.Tally(c.i.ID, "") {
				got[a.String()] = n
			}
			require.Equal(t, c.want, got)
		})
	}
	require.Equal(t, "mine-year-2", i.InYear(2).ID)
	require.Equal(t, "mine, year 2 of follow-up", i.InYear(2).Name)
	counts, err := count(t, i, evaluation.Options{}, event("R-1", 0, referral.Received{}))
	require.NoError(t, err)
	require.Empty(t, counts.Tally("mine", ""), "who was never measured has no change")
}

func TestAFigureOfChangeSaysItsDesignItsAttritionAndRegressionToTheMean(t *testing.T) {
	i := scored()
	figure := func() evaluation.Figure {
		counts, err := count(t, i, evaluation.Options{AsOf: monday.AddMonths(36)}, story()...)
		require.NoError(t, err)
		all, err := counts.Figures(evaluation.Precision{}, i)
		require.NoError(t, err)
		return all[0]
	}
	f := figure()
	require.Equal(t, stat.Uncontrolled, f.Change.Design)
	require.Equal(t, 1, f.Change.Scores.Lost)
	require.InDelta(t, 3, f.Change.Scores.Mean.Denominator, 0)
	require.Equal(t, stat.NoRegression, f.Change.Beyond.Undefined)
	require.Equal(t, "mine: 8.33 calls (3.16 to 13.50), 3 referrals, Student's t 95 %, uncontrolled before-after, regression to the mean not known, 1 left out", f.String())

	// Half of the way from 10 to 20 would have come about anyway.
	i.Regression = stat.Regression{Mean: 20, Retest: .5, Source: "a study"}
	f = figure()
	require.InDelta(t, 5, f.Change.Expected, 1e-12)
	require.InDelta(t, 10./3, f.Change.Beyond.Value, 1e-12)
	require.Equal(t, "mine: 8.33 calls (3.16 to 13.50), 3 referrals, Student's t 95 %, uncontrolled before-after, "+
		"5.00 of it expected by regression to the mean and 3.33 calls (-1.84 to 8.50) beyond (a study), 1 left out", f.String())

	counts, err := count(t, i, evaluation.Options{})
	require.NoError(t, err)
	none, err := counts.Figures(evaluation.Precision{}, i)
	require.NoError(t, err)
	require.False(t, none[0].Change.Beyond.Defined(), "of nobody nothing is beyond")
}

func TestNewRefusesARegressionWithoutASource(t *testing.T) {
	for name, r := range map[string]stat.Regression{
		"without a source":       {Mean: 20, Retest: .5},
		"with no correlation":    {Mean: 20, Retest: 1.5, Source: "a study"},
		"with a negative one":    {Mean: 20, Retest: -.5, Source: "a study"},
		"of a mean out of range": {Mean: 1e200, Retest: .5, Source: "a study"},
	} {
		t.Run(name, func(t *testing.T) {
			i := scored()
			i.Regression = r
			_, err := evaluation.New(evaluation.Options{}, i)
			require.ErrorIs(t, err, sp.ErrInvalid)
		})
	}
	_, err := evaluation.New(evaluation.Options{}, scored().InYear(-1))
	require.ErrorIs(t, err, sp.ErrInvalid, "no year is before the first")
}
