package simulation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
)

// sessionsOf says of each session that was held, by person, course and number, whether the person came.
func sessionsOf(events []store.RecordedEvent) map[string]bool {
	came := map[string]bool{}
	for _, e := range events {
		if e.Type == session.EventAttended || e.Type == session.EventMissed {
			came[e.Key.ID] = e.Type == session.EventAttended
		}
	}
	return came
}

// Two policies with one seed have the same arrivals, byte for byte, and whoever has a session
// under both comes to it under both or under neither.
func TestRunSharesArrivalsAndAttendanceBetweenPolicies(t *testing.T) {
	s := district(8, 6, 20)
	s.Way.StopAfter, s.Way.Attendance = 0, simulation.Attendance{Base: 0.7}
	_, weekly := written(t, s, simulation.Policy{}, "luck")
	_, other := written(t, s, simulation.Policy{Placing: simulation.AtOnce, Sharing: simulation.Asking, Ageing: 20}, "luck")
	received := func(events []store.RecordedEvent) (all []store.RecordedEvent) {
		for _, e := range events {
			if e.Type == referral.EventReceived {
				all = append(all, e)
			}
		}
		return all
	}
	require.Equal(t, received(weekly), received(other))
	one, two := sessionsOf(weekly), sessionsOf(other)
	require.NotEqual(t, one, two, "the policies are not the same")
	both, attended := 0, 0
	for id, came := range one {
		again, held := two[id]
		if !held {
			continue
		}
		require.Equal(t, came, again, id)
		both++
		if came {
			attended++
		}
	}
	require.Greater(t, both, 1000)
	require.InDelta(t, 0.7, float64(attended)/float64(both), 0.05)
}

// Whoever has lost a place comes to the next one less often by AfterCut, and nobody else does.
func TestRunKeepsThoseAwayWhoHaveLostAPlace(t *testing.T) {
	s := district(10, 10, 100)
	s.Groups[0].Needs, s.Groups[1].Needs = s.Groups[0].Needs[:1], s.Groups[1].Needs[:1]
	require.Equal(t, needs.Loneliness, s.Groups[0].Needs[0].Value)
	s.Supply[0].Funded = []simulation.Funded{{From: start, Until: start.Add(364)}}
	s.Way.StopAfter, s.Way.Attendance = 0, simulation.Attendance{Base: 0.9, AfterCut: 0.5}
	r, events := written(t, s, simulation.Policy{}, "cut")
	require.Greater(t, sum(r).Cut, 30)
	people := map[string]bool{} // by the number of the person: whether they have lost a place
	held, came := map[bool]int{}, map[bool]int{}
	for _, e := range events {
		number, _, _ := strings.Cut(strings.TrimPrefix(e.Key.ID, "PL-"), "-")
		switch e.Type {
		case placement.EventStopped, placement.EventDeclined:
			got, err := placement.DecodeEvent(e.Type, e.Data)
			require.NoError(t, err)
			if stopped, ok := got.(placement.Stopped); ok && stopped.Reason.Code == "no-capacity" {
				people[number] = true
			}
			if declined, ok := got.(placement.Declined); ok && declined.Reason.Code == "no-capacity" {
				people[number] = true
			}
		case session.EventAttended, session.EventMissed:
			held[people[number]]++
			if e.Type == session.EventAttended {
				came[people[number]]++
			}
		}
	}
	require.Greater(t, held[true], 200)
	require.InDelta(t, 0.4, float64(came[true])/float64(held[true]), 0.08, "0.9 less 0.5")
	require.InDelta(t, 0.9, float64(came[false])/float64(held[false]), 0.02)
}

func TestResultSaysThatTheSpreadOfAnswersIsAssumed(t *testing.T) {
	of := []string{"Outcome.Mean", "Outcome.SD", "Outcome.Retest"}
	for _, o := range others() {
		preset := o.preset()
		s := district(1, 1, 1)
		s.Days, s.Way, s.Sources = 1, preset.Way, preset.Sources
		r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "a"})
		require.Subset(t, r.Assumed, of)
		require.ElementsMatch(t, preset.Assumed(), r.Assumed)
		s.Sources = append(s.Sources, simulation.Source{Parameter: "Outcome.SD", Says: "own questionnaires", From: "2026"})
		require.NotContains(t, run(t, s, simulation.Policy{}, simulation.Options{Seed: "a"}).Assumed, "Outcome.SD")
	}
	require.NotSubset(t, run(t, district(1, 1, 1), simulation.Policy{}, simulation.Options{Seed: "a"}).Assumed, of)
}
