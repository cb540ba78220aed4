package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/facts"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

var start = sp.NewDate(2026, time.April, 1)

// offer is one that helps with a need, at a number of kilometres east of everybody.
func offer(name string, need needs.Code, km float64) directory.Offer {
	id := directory.ID("bay/" + name)
	return directory.Offer{
		ID: id, Service: id, Organisation: "bay/green", Name: name, Point: geo.Point{Lat: 53, Lon: -3 + km/67},
		Facts: directory.Facts{Topics: []sp.Code{need.Concept()}, Delivery: directory.Truths[directory.Mode]{directory.InPerson: sp.Yes}},
	}
}

// district is a scheme of two practices, with a number of referrals a week from each.
func district(perWeek float64, posts, places int) simulation.Scenario {
	preset := simulation.Published()
	group := func(name string, lat float64) simulation.Group {
		return simulation.Group{
			Name: name, Source: "gp", From: directory.ID("bay/" + name), Team: "bay",
			Profile: person.Profile{ID: "P-" + person.ID(name), On: start, Home: directory.Home{Point: geo.Point{Lat: lat, Lon: -3}}},
			PerWeek: []simulation.Rate{{From: start, PerWeek: perWeek}},
			Urgency: []simulation.Chance[referral.Urgency]{{Value: referral.Routine, Weight: 8}, {Value: referral.Soon, Weight: 1}, {Value: referral.Urgent, Weight: 1}},
			Needs:   []simulation.Chance[needs.Code]{{Value: needs.Loneliness, Weight: 3}, {Value: needs.Debt, Weight: 1}},
		}
	}
	supply := func(name string, need needs.Code, km float64) simulation.Supply {
		return simulation.Supply{Offer: offer(name, need, km), Places: places, Sessions: 8, Gap: 7}
	}
	return simulation.Scenario{
		Start: start, Days: 730, Way: preset.Way,
		Groups: []simulation.Group{group("mill", 53), group("harbour", 53.01)},
		Teams:  []simulation.Team{{Name: "bay", Posts: posts, Cap: preset.Cap}},
		Supply: []simulation.Supply{supply("walks", needs.Loneliness, 1), supply("choir", needs.Loneliness, 3), supply("advice", needs.Debt, 2)},
	}
}

func run(tb testing.TB, s simulation.Scenario, p simulation.Policy, o simulation.Options) *simulation.Result {
	tb.Helper()
	r, err := simulation.Run(tb.Context(), s, p, o)
	require.NoError(tb, err)
	return r
}

func sum(r *simulation.Result) (all simulation.GroupResult) {
	for _, g := range r.Groups {
		all.Referred += g.Referred
		all.Declined += g.Declined
		all.Withdrew += g.Withdrew
		all.NotReached += g.NotReached
		all.Closed += g.Closed
		all.InHand += g.InHand
		all.Reached += g.Reached
		all.Begun += g.Begun
		all.Cut += g.Cut
		all.Nothing += g.Nothing
		all.GaveUp += g.GaveUp
		all.Accepted += g.Accepted
		all.Finished += g.Finished
		all.Met += g.Met
		all.Attended += g.Attended
	}
	return all
}

func TestRunComesToThePublishedShares(t *testing.T) {
	all := sum(run(t, district(20, 12, 500), simulation.Policy{}, simulation.Options{Seed: "a"}))
	settled := float64(all.Declined + all.Withdrew + all.NotReached + all.Closed)
	require.InDelta(t, 0.90, float64(all.Reached)/float64(all.Referred), 0.03, "of referrals are spoken to")
	require.InDelta(t, 0.38, float64(all.Begun)/float64(all.Referred), 0.03, "begin something")
	require.Greater(t, settled, 0.7*float64(all.Referred))
}

func TestRunTakesNoMorePlacesThanThereAre(t *testing.T) {
	for _, placing := range []simulation.Placing{simulation.Weekly, simulation.AtOnce} {
		r := run(t, district(20, 12, 3), simulation.Policy{Placing: placing}, simulation.Options{Seed: "c"})
		for _, s := range r.Supply {
			used, known := s.Used.Lookup()
			require.True(t, known)
			require.LessOrEqual(t, used, 1.0, s.Offer)
			require.Greater(t, used, 0.8, "%s is wanted by more than it can take", s.Offer)
		}
		require.Positive(t, sum(r).GaveUp)
	}
}

// written runs and keeps what is written down.
func written(tb testing.TB, s simulation.Scenario, p simulation.Policy, seed string) (*simulation.Result, []store.RecordedEvent) {
	tb.Helper()
	var events []store.RecordedEvent
	r := run(tb, s, p, simulation.Options{Seed: seed, Log: func(e store.RecordedEvent) error { events = append(events, e); return nil }})
	return r, events
}

// changing is a district in which workers leave and the money of the walks ends for some time.
func changing() simulation.Scenario {
	s := district(8, 4, 6)
	s.Way.Tenure = queue.Exponential(200)
	s.Supply[0].Funded = []simulation.Funded{{From: start, Until: start.Add(200)}, {From: start.Add(300), Until: start.Add(400)}, {From: start.Add(401), Until: start.Add(2000)}}
	s.Supply[1].Starts = 28
	return s
}

func TestRunWritesWhatTheTablesAllow(t *testing.T) {
	tier.Unraced(t)
	for _, placing := range []simulation.Placing{simulation.Weekly, simulation.AtOnce} {
		h := newHistory()
		r := run(t, changing(), simulation.Policy{Placing: placing, Ageing: 30}, simulation.Options{Seed: "d", Log: h.add})
		require.Positive(t, sum(r).Cut)
		require.Positive(t, r.Teams[0].HandedOver)
	}
}

// add refuses an event that the table has not at this point.
func (h *history) add(e store.RecordedEvent) error {
	state, legal := h.states[e.Key], false
	switch e.Key.Kind {
	case referral.Kind:
		h.states[e.Key], legal = after(referral.Table(), state, e.Type)
		if legal && referral.Table().Ended(referral.State(h.states[e.Key])) {
			h.ended++
		}
	case placement.Kind:
		h.states[e.Key], legal = after(placement.Table(), state, e.Type)
	case session.Kind:
		h.states[e.Key], legal = after(session.Table(), state, e.Type)
	case needs.AssessmentKind:
		h.states[e.Key], legal = after(needs.Table(), state, e.Type)
	}
	switch e.Type {
	case referral.EventFlagged:
		h.flags[e.Key.ID]++
	case referral.EventHandedOver:
		h.flags[e.Key.ID]--
	case referral.EventClosed, referral.EventDeclined, referral.EventWithdrawn:
		legal = legal && h.flags[e.Key.ID] == 0
	}
	h.versions[e.Key]++
	switch {
	case !legal:
		return fmt.Errorf("%s of %s in state %q", e.Type, e.Key.ID, state)
	case e.Version != h.versions[e.Key]:
		return fmt.Errorf("%s has version %d, not %d", e.Key.ID, e.Version, h.versions[e.Key])
	case e.Stamp.At.Before(h.last):
		return fmt.Errorf("%s of %s is before what was written already", e.Type, e.Key.ID)
	}
	h.last = e.Stamp.At
	if h.also != nil {
		return h.also(e)
	}
	return nil
}

// after returns the state after an event, and whether some row of the table has it there.
func after[S, C ~string](table transition.Table[S, C], state string, event store.EventType) (string, bool) {
	for _, row := range table.Rows {
		if row.Event == event && (slices.Contains(row.From, S(state)) || state == "" && len(row.From) == 0) {
			if row.To == "" {
				return state, true
			}
			return string(row.To), true
		}
	}
	return "", false
}

func TestRunIsCountedByPackageEvaluationAsItCountsItself(t *testing.T) {
	r, events := written(t, changing(), simulation.Policy{}, "e")
	share := func(id string, happened evaluation.DayFact) evaluation.Indicator {
		return evaluation.Indicator{
			ID: id, Version: "1", Name: id, Source: "a test", Numerator: id, Denominator: "referrals", Unit: facts.Referrals, Of: "referrals",
			Cohort: facts.Received, Statistic: evaluation.Shares, Reads: []evaluation.Fact{facts.Received, happened},
			Rule: func(r evaluation.Row) evaluation.Answer { return evaluation.YesIf(r.Happened(happened)) },
		}
	}
	counted, err := evaluation.New(evaluation.Options{AsOf: start.Add(730 + 365)}, share("reached", facts.Contacted), share("turned away", facts.TurnedAway), share("ended", facts.Ended))
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, counted.Add(e))
	}
	figures, err := counted.Figures(t.Context())
	require.NoError(t, err)
	all := sum(r)
	want := map[string]int{"reached": all.Reached, "turned away": all.Declined, "ended": all.Referred - all.InHand}
	for _, f := range figures {
		require.Equal(t, want[f.Indicator], int(f.Estimate.Numerator), f.Indicator)
		require.Equal(t, all.Referred, int(f.Estimate.Denominator), f.Indicator)
	}
	require.Len(t, figures, 3)
	require.Empty(t, counted.Report().Orphans)
	require.Zero(t, counted.Report().Unreadable)
}

func TestRunMeetsTheSamePeopleUnderEveryPolicy(t *testing.T) {
	arrivals := func(p simulation.Policy) (all []string) {
		_, events := written(t, changing(), p, "f")
		for _, e := range events {
			if e.Type == referral.EventReceived {
				all = append(all, fmt.Sprint(e.Stamp.At, e.Key.ID, string(e.Data)))
			}
		}
		return all
	}
	require.Equal(t, arrivals(simulation.Policy{}), arrivals(simulation.Policy{Placing: simulation.AtOnce, Ageing: 7}))
}

func TestRunIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	all := func(workers int) []*simulation.Result {
		results, err := queue.Replicate(t.Context(), 4, workers, func(ctx context.Context, n int) (*simulation.Result, error) {
			return simulation.Run(ctx, district(5, 2, 5), simulation.Policy{}, simulation.Options{Seed: "g", Replication: n})
		}, nil)
		require.NoError(t, err)
		return results
	}
	one := all(1)
	require.Equal(t, one, all(3))
	require.NotEqual(t, one[0], one[1])
}

func TestRunMakesPeopleWaitLongerWithFewerWorkers(t *testing.T) {
	wait := func(posts int) float64 {
		s := district(6, posts, 50)
		s.Days = 300
		s.Way.Tenure = nil
		return run(t, s, simulation.Policy{}, simulation.Options{Seed: "h"}).Groups[0].ToContact.Mean().Or(0)
	}
	require.Greater(t, wait(2), wait(3))
	require.Greater(t, wait(3), wait(8))
}

func TestRunNamesEveryFaultByItsPath(t *testing.T) {
	s := district(-1, -1, -1)
	s.Days, s.Groups[1].Team, s.Groups[1].Needs = 0, "nobody", nil
	s.Supply[0].Funded = []simulation.Funded{{From: start, Until: start.Add(-1)}}
	s.Way.Answers, s.Way.Attempts, s.Way.Tenure = 2, 0, queue.Constant(-1)
	_, err := simulation.Run(t.Context(), s, simulation.Policy{Placing: "daily"}, simulation.Options{})
	require.ErrorIs(t, err, sp.ErrInvalid)
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{
		"days", "teams[0].posts", "groups[0].perWeek[0].perWeek", "groups[1].team", "groups[1].needs", "groups[1].perWeek[0].perWeek",
		"supply[0].places", "supply[0].funded[0].until", "supply[1].places", "supply[2].places",
		"way.answers", "way.attempts", "way.tenure", "policy.placing",
	}, paths)
}

func TestRunStopsWhenItIsToldToAndReturnsWhatIsDone(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	r, err := simulation.Run(ctx, district(50, 5, 5), simulation.Policy{}, simulation.Options{Progress: func(played, _ int) {
		if played == 100 {
			stop()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, r.Partial)
	require.Less(t, r.Days, 200)
	require.Positive(t, sum(r).Referred)

	r, err = simulation.Run(ctx, district(50, 5, 5), simulation.Policy{}, simulation.Options{})
	require.ErrorIs(t, err, context.Canceled, "before it began")
	require.True(t, r.Partial)
	require.Zero(t, r.Events)

	ctx, stop = context.WithCancel(t.Context())
	r, err = simulation.Run(ctx, district(0.1, 5, 5), simulation.Policy{}, simulation.Options{Progress: func(int, int) { stop() }})
	require.ErrorIs(t, err, context.Canceled, "where little happens")
	require.LessOrEqual(t, r.Days, 2)

	full := errors.New("disk full")
	r, err = simulation.Run(t.Context(), district(50, 5, 5), simulation.Policy{}, simulation.Options{Log: func(store.RecordedEvent) error { return full }})
	require.ErrorIs(t, err, full)
	require.True(t, r.Partial)
	require.Equal(t, 1, sum(r).Referred)
}
