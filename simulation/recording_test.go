package simulation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// recordable is a scheme of which the log tells everything that decides: no days pass unseen before a
// referral is answered, and workers stay.
func recordable(perWeek float64, posts, places int) simulation.Scenario {
	s := district(perWeek, posts, places)
	s.Days, s.Way.TriageDays, s.Way.Tenure = 365, nil, nil
	s.Way.Patience, s.Way.PlacePatience = queue.Exponential(120), queue.Exponential(60)
	s.Way.WantsService, s.Way.Accepts = 1, 0.8 // a wish is no event until a provider is asked
	return s
}

// played returns the scenario with the arrivals of a log, and nobody else.
func played(t require.TestingT, s simulation.Scenario, events []store.RecordedEvent) simulation.Scenario {
	var seen simulation.Recording
	for _, e := range events {
		require.NoError(t, seen.Add(e))
	}
	end := s.Start.Add(s.Days).In(time.UTC).Add(9 * time.Hour)
	require.NoError(t, seen.Add(store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: "clock", ID: "C-1"}, Version: 1, Type: "clock.read", Stamp: sp.Stamp{At: end, Recorded: end}})) // nothing else happened until then
	arrivals, err := seen.Arrivals(s.Start)
	require.NoError(t, err)
	groups := append([]simulation.Group(nil), s.Groups...)
	for i := range groups {
		groups[i].PerWeek = []simulation.Rate{{From: s.Start}}
	}
	s.Groups = groups
	for i := range arrivals {
		arrivals[i].Group = string(arrivals[i].From[len("bay/"):])
	}
	s.Arrivals = arrivals
	return s
}

func TestRecordingUnderTheSamePolicyComesToWhatHappened(t *testing.T) {
	for name, p := range map[string]simulation.Policy{
		"weekly": {}, "at once": {Placing: simulation.AtOnce}, "asking": {Sharing: simulation.Asking},
		"asking at once": {Placing: simulation.AtOnce, Sharing: simulation.Asking}, "learning": {Sharing: simulation.Learning},
	} {
		for _, seed := range []string{"a", "b"} {
			s := recordable(6, 3, 5)
			did, events := written(t, s, p, seed)
			again := run(t, played(t, s, events), p, simulation.Options{Seed: seed})
			for i := range did.Groups {
				want, got := did.Groups[i], again.Groups[i]
				want.Closed, want.InHand, got.Closed, got.InHand = 0, 0, 0, 0 // of who is in hand on the last day the log does not tell how many talks are to come
				require.Positive(t, want.GaveUp+want.Withdrew)
				require.Equal(t, want, got, "%s, seed %s", name, seed)
			}
		}
	}
}

func TestRecordingWithEverythingDrawnIsTheOrdinarySimulation(t *testing.T) {
	s := recordable(12, 6, 8)
	const runs = 10
	var ordinary, drawn, square float64
	for n := range runs {
		did, events := written(t, s, simulation.Policy{}, string(rune('A'+n)))
		p := played(t, s, events)
		for i := range p.Arrivals {
			p.Arrivals[i] = p.Arrivals[i].Drawn()
		}
		again := run(t, p, simulation.Policy{}, simulation.Options{Seed: "drawn", Replication: n})
		require.Equal(t, sum(did).Referred, sum(again).Referred)
		a, b := float64(sum(did).Finished), float64(sum(again).Finished)
		ordinary, drawn, square = ordinary+a/runs, drawn+b/runs, square+(a-b)*(a-b)/runs
		for _, l := range again.Luck {
			require.Zero(t, l.Recorded, l.Of)
		}
	}
	require.Greater(t, square, 1.0, "luck is another one")
	require.InDelta(t, ordinary, drawn, 4*sqrt(square/runs), "and the distribution the same")
}

func sqrt(x float64) float64 {
	y := 1.0
	for range 60 {
		y = (y + x/y) / 2
	}
	return y
}

func TestRecordingSaysWhatTheLogLacks(t *testing.T) {
	var none simulation.Recording
	_, err := none.Arrivals(start)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "no arrivals")

	at := start.In(time.UTC).Add(9 * time.Hour)
	event := func(kind, id string, kindOf store.EventType, data string) store.RecordedEvent {
		return store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: kind, ID: id}, Version: 1, Type: kindOf, Stamp: sp.Stamp{At: at, Recorded: at}, Data: []byte(data)}
	}
	var seen simulation.Recording
	require.NoError(t, seen.Add(event("weather", "W-1", "weather.rained", `{"v":1}`)))
	require.NoError(t, seen.Add(event("referral", "R-0", referral.EventContacted, `{"v":1}`)))
	require.NoError(t, seen.Add(event("referral", "R-0", referral.EventClosed, `{"v":1}`)))
	require.Equal(t, 1, seen.Before, "somebody whose receipt is not in the log")
	require.Equal(t, 3, seen.Passed)
	require.NoError(t, seen.Add(event("referral", "R-1", referral.EventReceived, `{"v":1,"person":"P-1","urgency":"routine","reasons":["loneliness"],"from":"bay/mill"}`)))
	require.ErrorIs(t, seen.Add(event("referral", "R-1", referral.EventAccepted, `{"v":1,"worker":7}`)), sp.ErrInvalid)
	all, err := seen.Arrivals(start)
	require.NoError(t, err)
	require.Len(t, all, 1)

	require.NoError(t, seen.Add(event("referral", "R-1", referral.EventEnteredInError, `{"v":1}`)))
	_, err = seen.Arrivals(start)
	require.ErrorIs(t, err, sp.ErrInvalid, "the only one was entered in error")
}

func TestRunRefusesArrivalsThatItCannotPlay(t *testing.T) {
	s := district(1, 1, 1)
	s.Arrivals = []simulation.Arrival{{Referral: "R-1", Group: "nowhere"}, {Referral: "R-1", Group: "mill", At: start.In(time.UTC), Urgency: "at once"}}
	_, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{})
	for _, path := range []string{"arrivals[0].group", "arrivals[0].at", "arrivals[1].referral", "arrivals[1].urgency"} {
		require.ErrorContains(t, err, path)
	}
}
