package simulation_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/eventfile"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
)

// Whatever lines are read, they are refused or make a scheme that can be played again, with as many people
// as the log has; and nothing of it panics.
func FuzzRecording(f *testing.F) {
	for name, p := range map[string]simulation.Policy{"weekly": {}, "asking": {Sharing: simulation.Asking, Placing: simulation.AtOnce}} {
		s := recordable(2, 1, 1)
		s.Days = 40
		_, events := written(f, s, p, name)
		var lines bytes.Buffer
		require.NoError(f, eventfile.Write(&lines, func(yield func(store.RecordedEvent, error) bool) {
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
		}))
		f.Add(lines.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var seen simulation.Recording
		for e, err := range eventfile.Read(bytes.NewReader(data), "log") {
			if err == nil {
				err = seen.Add(e)
			}
			if err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				return
			}
		}
		s, err := seen.Scenario(simulation.Published().Way, 6500)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		told := sum(seen.Happened(s))
		require.LessOrEqual(t, told.Referred, len(s.Arrivals))
		if s.Days > 1000 || s.Teams[0].Posts > 100 {
			return // takes too long
		}
		r, err := simulation.Run(t.Context(), s, simulation.Policy{Placing: simulation.AtOnce}, simulation.Options{Seed: "fuzz"})
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.Equal(t, told.Referred, sum(r).Referred)
	})
}

// A log that lost lines, or has some twice, in another order or at another time, is refused or played again.
func TestRecordingSurvivesLogsThatAreTornApart(t *testing.T) {
	s := recordable(2, 1, 1)
	s.Days = 60
	_, whole := written(t, s, simulation.Policy{Sharing: simulation.Asking}, "torn")
	rapid.Check(t, func(t *rapid.T) {
		events := slices.Clone(whole)
		for range rapid.IntRange(1, 30).Draw(t, "faults") {
			i := rapid.IntRange(0, len(events)-1).Draw(t, "at")
			k := rapid.IntRange(0, len(events)-1).Draw(t, "with")
			switch rapid.IntRange(0, 4).Draw(t, "fault") {
			case 0:
				events = slices.Delete(events, min(i, k), max(i, k)/2+min(i, k)/2+1)
			case 1:
				events = append(events, events[i])
			case 2:
				events[i], events[k] = events[k], events[i]
			case 3:
				events[i].Stamp.At = events[i].Stamp.At.AddDate(0, 0, rapid.IntRange(-400, 400).Draw(t, "days"))
			case 4:
				events[i].Key.ID = events[k].Key.ID
			}
			if len(events) == 0 {
				return
			}
		}
		var seen simulation.Recording
		for _, e := range events {
			if err := seen.Add(e); err != nil {
				require.ErrorIs(t, err, sp.ErrInvalid)
				return
			}
		}
		again, err := seen.Scenario(s.Way, 6500)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		r, err := simulation.Run(context.Background(), again, simulation.Policy{Placing: simulation.AtOnce}, simulation.Options{Seed: "torn"})
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.Equal(t, sum(seen.Happened(again)).Referred, sum(r).Referred)
	})
}
