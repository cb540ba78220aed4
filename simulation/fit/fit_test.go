package fit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/fit"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

var start = sp.NewDate(2026, time.April, 1)

// scheme is one whose way is known, so that what is learned of its events can be compared with it.
func scheme(perWeek float64, places int) simulation.Scenario {
	preset := simulation.Published()
	need := needs.Loneliness
	s := simulation.Scenario{
		Start: start, Days: 730, Way: preset.Way, Sources: preset.Sources,
		Groups: []simulation.Group{{
			Name: "mill", Source: "gp", From: "bay/mill", Team: "bay", Profile: person.Profile{ID: "P", On: start},
			PerWeek: []simulation.Rate{{From: start, PerWeek: perWeek}},
			Urgency: []simulation.Chance[referral.Urgency]{{Value: referral.Routine, Weight: 1}},
			Needs:   []simulation.Chance[needs.Code]{{Value: need, Weight: 1}},
		}},
		Teams: []simulation.Team{{Name: "bay", Posts: 5, Cap: preset.Cap}},
	}
	for _, name := range []directory.ID{"walks", "choir", "shed"} {
		s.Supply = append(s.Supply, simulation.Supply{
			Offer: directory.Offer{ID: name, Service: name, Name: string(name), Facts: directory.Facts{
				Topics: []sp.Code{need.Concept()}, Delivery: directory.Truths[directory.Mode]{directory.InPerson: sp.Yes},
			}}, Places: places, Sessions: 6, Gap: 7,
		})
	}
	w := &s.Way
	w.Declined, w.Answers, w.WantsService, w.Accepts, w.Met = 0.08, 0.45, 0.55, 0.85, 0.4
	w.Attendance = simulation.Attendance{Base: 0.8}
	w.Patience, w.PlacePatience, w.Attempts = queue.Exponential(90), queue.Exponential(60), 4
	w.TriageDays, w.AttemptDays, w.ContactDays = queue.Uniform{Low: 1, High: 9}, queue.Uniform{Low: 2, High: 8}, queue.Triangular{Low: 4, Mode: 6, High: 14}
	w.ReplyDays = queue.Discrete{{Value: 0, Weight: 1}, {Value: 5, Weight: 1}, {Value: 10, Weight: 1}} // whole days: written times leave the nights out
	w.Contacts, w.Tenure = queue.Uniform{Low: 3, High: 7}, nil
	w.Concerns = []simulation.Concern{{Kind: concern.Crisis, Share: 0.03, Days: queue.Uniform{Low: 1, High: 3}}}
	return s
}

func learned(ctx context.Context, t require.TestingT, s simulation.Scenario, seed string, replication int) *fit.Fit {
	var seen fit.Events
	_, err := simulation.Run(ctx, s, simulation.Policy{}, simulation.Options{Seed: seed, Replication: replication, Log: seen.Add})
	require.NoError(t, err)
	f, err := seen.Fit(simulation.Published(), s.Start.Add(s.Days).In(time.UTC))
	require.NoError(t, err)
	return f
}

func names(f *fit.Fit) (all []string) {
	for _, p := range f.Parameters {
		all = append(all, p.Name)
	}
	return all
}

// truth are the parameters that were put in.
var truth = map[string]float64{
	"Declined": 0.08, "Answers": 0.45, "WantsService": 0.55, "Accepts": 0.85, "Attendance": 0.8, "Met": 0.4, "PerWeek bay/mill": 20,
	"Patience": 90, "TriageDays": 5, "AttemptDays": 5, "ContactDays": 8, "ReplyDays": 5, "Contacts": 5, "Attempts": 4,
	"Concerns crisis": 0.03, "Concerns crisis days": 2,
}

// An interval of 95 % holds the number that was put in nearly every time.
func TestFitFindsWhatWasPutIn(t *testing.T) {
	const runs = 40
	held := map[string]int{}
	fits, err := queue.Replicate(t.Context(), runs, 2, func(ctx context.Context, n int) (*fit.Fit, error) {
		return learned(ctx, t, scheme(20, 12), "truth", n), nil
	}, nil)
	require.NoError(t, err)
	for _, f := range fits {
		for _, p := range f.Parameters {
			require.LessOrEqual(t, p.Interval.Lower, p.Value, p.Name)
			require.GreaterOrEqual(t, p.Interval.Upper, p.Value, p.Name)
			if x, ok := truth[p.Name]; ok && p.Interval.Lower <= x && x <= p.Interval.Upper {
				held[p.Name]++
			}
		}
	}
	for name := range truth {
		require.GreaterOrEqual(t, held[name], 33, "%s of %d", name, runs)
	}
}

func TestFitNamesWhatItCannotTell(t *testing.T) {
	f := learned(t.Context(), t, scheme(0.05, 12), "few", 0)
	gaps := map[string]string{}
	for _, g := range f.Gaps {
		gaps[g.Name] = g.Why
	}
	require.Contains(t, gaps["Declined"], "only")
	require.Contains(t, gaps["Tenure"], "no event")
	all := learned(t.Context(), t, scheme(20, 12), "many", 0)
	for _, p := range names(all) {
		require.NotContains(t, gaps["Cap"], p)
	}
	said := map[string]bool{}
	for _, p := range all.Parameters {
		said[p.Name] = true
	}
	for _, g := range all.Gaps {
		said[g.Name] = true
	}
	for _, s := range simulation.Published().Sources {
		if s.Parameter != "Concerns" { // by kind
			require.True(t, said[s.Parameter], "%s is neither learned nor a gap", s.Parameter)
		}
	}
}

func TestFitDrawsAnewForEachReplication(t *testing.T) {
	s := scheme(20, 12)
	f := learned(t.Context(), t, s, "draw", 0)
	before := s.Groups[0].PerWeek[0].PerWeek
	one, same, two := f.Draw(s, "a", 1), f.Draw(s, "a", 1), f.Draw(s, "a", 2)
	require.Equal(t, one, same)
	require.NotEqual(t, one.Way.Answers, two.Way.Answers)
	require.NotEqual(t, one.Way.ReplyDays, two.Way.ReplyDays)
	require.NotEqual(t, one.Groups[0].PerWeek, two.Groups[0].PerWeek)
	require.InDelta(t, before, s.Groups[0].PerWeek[0].PerWeek, 0, "the scenario that was passed in stays")
	best := f.Best(s)
	for _, p := range f.Parameters {
		if p.Name == "Answers" {
			require.InDelta(t, p.Value, best.Way.Answers, 1e-6)
			low, high := 1.0, 0.0
			for n := range 500 {
				x := f.Draw(s, "b", n).Way.Answers
				low, high = min(low, x), max(high, x)
			}
			require.Less(t, low, p.Interval.Lower)
			require.Greater(t, high, p.Interval.Upper)
		}
	}
}

// What is learned of few events spreads the results of runs; with the same parameters in each they
// would look surer than they are.
func TestFitCarriesItsUncertaintyIntoTheRuns(t *testing.T) {
	s := scheme(2, 12)
	f := learned(t.Context(), t, s, "spread", 0)
	spread := func(of func(n int) simulation.Scenario) (sd float64) {
		reached, err := queue.Replicate(t.Context(), 40, 2, func(ctx context.Context, n int) (float64, error) {
			r, err := simulation.Run(ctx, of(n), simulation.Policy{}, simulation.Options{Seed: "spread", Replication: n})
			if err != nil {
				return 0, err
			}
			return float64(r.Groups[0].Referred), nil
		}, nil)
		require.NoError(t, err)
		mean := 0.0
		for _, x := range reached {
			mean += x / float64(len(reached))
		}
		for _, x := range reached {
			sd += (x - mean) * (x - mean) / float64(len(reached)-1)
		}
		return sd
	}
	require.Greater(t, spread(func(n int) simulation.Scenario { return f.Draw(s, "spread", n) }), 1.3*spread(func(int) simulation.Scenario { return f.Best(s) }))
}

func TestFitSaysWhatIsLearnedAndWhatIsAssumed(t *testing.T) {
	s := scheme(20, 12)
	f := learned(t.Context(), t, s, "said", 0)
	r, err := simulation.Run(t.Context(), f.Best(s), simulation.Policy{}, simulation.Options{Seed: "said"})
	require.NoError(t, err)
	require.NotContains(t, r.Assumed, "Met")
	require.NotContains(t, r.Assumed, "Concerns")
	require.Contains(t, r.Assumed, "Tenure")
	i := slices.IndexFunc(f.Best(s).Sources, func(o simulation.Source) bool { return o.Parameter == "Met" })
	require.Regexp(t, `^0\.\d+ \(0\.\d+ to 0\.\d+\) of \d+ finished courses$`, f.Best(s).Sources[i].Says)
	require.Equal(t, "own events until 31 March 2028", f.Best(s).Sources[i].From)
}

func TestEventsRefuseWhatTheyCannotRead(t *testing.T) {
	var seen fit.Events
	err := seen.Add(store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: referral.Kind, ID: "R"}, Version: 1, Type: referral.EventReceived, Data: []byte("{")})
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "event 1 of")
	require.NoError(t, seen.Add(store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: "other", ID: "R"}, Data: []byte("{")}))
	_, err = seen.Fit(simulation.Published(), time.Time{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	f, err := seen.Fit(simulation.Published(), start.In(time.UTC))
	require.NoError(t, err)
	require.Empty(t, f.Parameters, "nothing is learned of nothing")
}
