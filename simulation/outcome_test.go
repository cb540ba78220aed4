package simulation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/simulation"
)

// satisfaction is how package evaluation counts the change in life satisfaction, if regression to
// the mean is known from elsewhere.
func satisfaction(t *testing.T, s simulation.Scenario, seed string) (*simulation.Result, evaluation.Figure) {
	t.Helper()
	o := s.Way.Outcome
	standards := catalogue.Standards{Regression: map[string]stat.Regression{
		catalogue.SatisfactionID: {Mean: o.Mean, Retest: o.Retest, Source: "what was put in"},
	}}
	r, events := written(t, s, simulation.Policy{}, seed)
	counted, err := evaluation.New(evaluation.Options{AsOf: start.Add(s.Days + 365)}, catalogue.All(standards)...)
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, counted.Add(e))
	}
	figures, err := counted.Figures(t.Context())
	require.NoError(t, err)
	for _, f := range figures {
		if f.Indicator == catalogue.SatisfactionID {
			return r, f
		}
	}
	require.Fail(t, "no figure of life satisfaction")
	return nil, evaluation.Figure{}
}

func TestPresetsAreSeenThroughByPackageEvaluation(t *testing.T) {
	tier.Unraced(t)
	for name, c := range map[string]struct {
		preset         simulation.Preset
		change, beyond func(t *testing.T, i stat.Interval)
	}{
		"nothing helps, and nothing changes":                               {simulation.NullEffect(), coversZero, coversZero},
		"nothing helps, and people feel better all the same":               {simulation.RegressionToTheMean(), isAbove(0.6), coversZero},
		"all that is reported is effect, as far as people finish a course": {simulation.Optimistic(), isAbove(0.4), isAbove(0.4)},
	} {
		t.Run(name, func(t *testing.T) {
			s := district(20, 20, 500)
			s.Way, s.Sources = c.preset.Way, c.preset.Sources
			r, f := satisfaction(t, s, "presets")
			c.change(t, f.Estimate.Interval)
			c.beyond(t, f.Change.Beyond.Interval)
			require.Equal(t, "uncontrolled before-after", f.Change.Design)
			scores := both(r)
			require.Equal(t, scores.Twice, int(f.Estimate.Denominator))
			require.InDelta(t, scores.Change().Or(0), f.Estimate.Value, 1e-9)
			require.InDelta(t, 0.74, float64(scores.Twice)/float64(scores.First), 0.1, "some are lost to follow-up")
			require.Equal(t, c.preset.Assumed(), r.Assumed)
			require.NotContains(t, r.Assumed, "Outcome")
		})
	}
}

func coversZero(t *testing.T, i stat.Interval) {
	t.Helper()
	require.Less(t, i.Lower, 0.0)
	require.Greater(t, i.Upper, 0.0)
}

func isAbove(x float64) func(t *testing.T, i stat.Interval) {
	return func(t *testing.T, i stat.Interval) {
		t.Helper()
		require.Greater(t, i.Lower, x)
	}
}

func both(r *simulation.Result) (all simulation.Scores) {
	for _, g := range r.Groups {
		all.First += g.Scores.First
		all.Twice += g.Scores.Twice
		all.Helped += g.Scores.Helped
		all.Before += g.Scores.Before
		all.After += g.Scores.After
	}
	return all
}

func TestOutcomeOfACourseIsWhatWasPutIn(t *testing.T) {
	s := district(20, 40, 2000)
	s.Way.Patience, s.Way.WantsService, s.Way.Accepts, s.Way.Attempts = nil, 1, 1, 20
	s.Way.Attendance = simulation.Attendance{Base: 1}
	s.Way.Outcome = &simulation.Outcome{Instrument: "ons4", Scale: "satisfied", Mean: 5, SD: 1, Retest: 0.5, Start: 4, Days: 300, Replies: 1, Effect: 1.5}
	scores := both(run(t, s, simulation.Policy{}, simulation.Options{Seed: "effect"}))
	share := float64(scores.Helped) / float64(scores.Twice)
	require.Greater(t, share, 0.95, "have finished a course after 300 days")
	require.InDelta(t, s.Way.Outcome.Regression()+float64(1.5*share), scores.Change().Or(0), 0.08)
	require.InDelta(t, 0.5, s.Way.Outcome.Regression(), 1e-12)
}

// A policy that only shortens waits changes nothing in what people answer where nothing helps.
func TestOutcomeIsTheSameUnderEveryPolicyWhereNothingHelps(t *testing.T) {
	s := district(6, 12, 500)
	s.Way = simulation.RegressionToTheMean().Way
	weekly := both(run(t, s, simulation.Policy{}, simulation.Options{Seed: "same"}))
	atOnce := both(run(t, s, simulation.Policy{Placing: simulation.AtOnce}, simulation.Options{Seed: "same"}))
	weekly.Helped, atOnce.Helped = 0, 0
	require.Equal(t, weekly, atOnce)
}

func TestOutcomeIsRefusedWhereNobodyCouldAskIt(t *testing.T) {
	for path, o := range map[string]simulation.Outcome{
		"way.outcome.instrument": {Instrument: "moods", Days: 1},
		"way.outcome.scale":      {Instrument: "swemwbs", Scale: "metric", Days: 1},
		"way.outcome.mean":       {Instrument: "ons4", Scale: "happy", Mean: 11, Days: 1},
		"way.outcome.start":      {Instrument: "ons4", Scale: "happy", Start: -1, Days: 1},
		"way.outcome.sd":         {Instrument: "ons4", Scale: "happy", SD: -1, Days: 1},
		"way.outcome.retest":     {Instrument: "ons4", Scale: "happy", Retest: 2, Days: 1},
		"way.outcome.days":       {Instrument: "ons4", Scale: "happy"},
		"way.outcome.replies":    {Instrument: "ons4", Scale: "happy", Days: 1, Replies: -1},
		"way.outcome.effect":     {Instrument: "ons4", Scale: "happy", Days: 1, Effect: 1e7},
	} {
		s := district(1, 1, 1)
		s.Way.Outcome = &o
		_, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{})
		var invalid *sp.InvalidError
		require.ErrorAs(t, err, &invalid, path)
		require.Len(t, invalid.Fields, 1, path)
		require.Equal(t, path, invalid.Fields[0].Path)
	}
}

func TestResultSaysWhatIsAssumed(t *testing.T) {
	s := district(1, 1, 1)
	require.Len(t, run(t, s, simulation.Policy{}, simulation.Options{}).Assumed, len(simulation.Published().Sources), "without sources all is assumed")
	s.Sources = simulation.Published().Sources
	require.Equal(t, simulation.Published().Assumed(), run(t, s, simulation.Policy{}, simulation.Options{}).Assumed)
}
