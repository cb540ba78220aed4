package simulation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
)

// watched gathers the log of a scheme to the end of its last day.
func watched(t require.TestingT, s simulation.Scenario, events []store.RecordedEvent) *simulation.Recording {
	seen := &simulation.Recording{}
	for _, e := range events {
		require.NoError(t, seen.Add(e))
	}
	end := s.Start.Add(s.Days).In(time.UTC).Add(9*time.Hour - time.Second)
	require.NoError(t, seen.Add(store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: "clock", ID: "C-1"}, Version: 1, Type: "clock.read", Stamp: sp.Stamp{At: end, Recorded: end}}))
	return seen
}

func TestHappenedCountsInTheLogWhatTheRunCounted(t *testing.T) {
	for name, p := range map[string]simulation.Policy{"weekly": {}, "asking": {Sharing: simulation.Asking}} {
		s := recordable(6, 3, 5)
		did, events := written(t, s, p, "a")
		s.Arrivals = played(t, s, events).Arrivals
		told := watched(t, s, events).Happened(s)
		for i := range did.Groups {
			require.LessOrEqual(t, told.Groups[i].Wished, did.Groups[i].Wished, "a wish is no event until somebody is asked")
			told.Groups[i].Wished = did.Groups[i].Wished
			require.Equal(t, did.Groups[i], told.Groups[i], name)
		}
		for i := range did.Supply {
			require.Equal(t, did.Supply[i].Full, told.Supply[i].Full, name)
			require.Equal(t, did.Supply[i].Asked, told.Supply[i].Asked, name)
		}
	}
}

func TestRecordingTellsTheScheme(t *testing.T) {
	was := recordable(6, 3, 5)
	_, events := written(t, was, simulation.Policy{}, "a")
	s, err := watched(t, was, events).Scenario(was.Way, 6500)
	require.NoError(t, err)
	require.Nil(t, s.Way.TriageDays)
	require.Equal(t, []string{"bay/harbour", "bay/mill"}, []string{s.Groups[0].Name, s.Groups[1].Name})
	require.Equal(t, was.Start.Add(was.Days+1), s.Start.Add(s.Days), "the log reaches to the morning after")
	for i, o := range s.Supply {
		require.LessOrEqual(t, o.Places, was.Supply[i].Places)
		require.Equal(t, was.Supply[i].Sessions, o.Sessions, "most courses went on to their end")
		require.Equal(t, was.Supply[i].Gap, o.Gap)
		require.NotEmpty(t, o.Offer.Topics)
	}
	r := run(t, s, simulation.Policy{}, simulation.Options{Seed: "again"})
	require.Equal(t, len(s.Arrivals), sum(r).Referred)
	require.Positive(t, sum(r).Finished)

	var none simulation.Recording
	_, err = none.Scenario(was.Way, 6500)
	require.ErrorContains(t, err, "no arrivals")
}

func TestRunDrawsAKindOfLuckAnewOrAllAlike(t *testing.T) {
	s := recordable(6, 3, 5)
	_, events := written(t, s, simulation.Policy{}, "a")
	s = played(t, s, events)
	for i := range s.Arrivals {
		s.Arrivals[i] = s.Arrivals[i].Drawn()
	}
	with := func(d map[string]simulation.Draw) simulation.GroupResult {
		return sum(run(t, s, simulation.Policy{}, simulation.Options{Seed: "b", Draws: d}))
	}
	const comes, met = "comes to a session", "need met by a course"
	base := with(nil)
	require.Equal(t, base, with(map[string]simulation.Draw{comes: {}}), "anew from the same replication is as it was")
	require.NotEqual(t, base, with(map[string]simulation.Draw{comes: {Replication: 1}}))
	require.Zero(t, with(map[string]simulation.Draw{comes: {All: sp.Know(0.999)}}).Attended)
	all := with(map[string]simulation.Draw{met: {All: sp.Know(0.001)}})
	require.Equal(t, all.Finished, all.Met)
	require.Equal(t, base.Finished, all.Finished, "nothing else is drawn in another way")

	_, err := simulation.Run(t.Context(), s, simulation.Policy{}, simulation.Options{Draws: map[string]simulation.Draw{"weather": {All: sp.Know(1.0)}}})
	require.ErrorContains(t, err, "must name kinds of Luck")
	require.ErrorContains(t, err, "draws.all")
}
