package lab_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/stat"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/simulation/lab"
	"github.com/socialprescribing/sp/simulation/queue"
	"github.com/socialprescribing/sp/store"
)

// logged plays a scheme of which the log tells everything that decides, and returns a study that plays
// the log again, and what happened.
func logged(t *testing.T, policies ...lab.Policy) (lab.Study, *simulation.Result) {
	t.Helper()
	for i := range policies {
		policies[i].Placing = simulation.AtOnce // each week the seed of the study decides between equals, which no log tells
	}
	s := study(policies...)
	w := &s.Scenario.Way
	w.TriageDays, w.Tenure, w.WantsService, w.Accepts = nil, nil, 1, 0.8
	w.Patience, w.PlacePatience = queue.Exponential(120), queue.Exponential(60)
	s.Scenario.Days, s.Travel = 120, lab.Travel{}
	var seen simulation.Recording
	_, err := simulation.Run(t.Context(), s.Scenario, policies[0].Policy, simulation.Options{Seed: "it was", Match: s.Match, Log: seen.Add})
	require.NoError(t, err)
	end := s.Scenario.Start.Add(s.Scenario.Days).In(time.UTC).Add(9 * time.Hour)
	require.NoError(t, seen.Add(store.RecordedEvent{Key: store.Key{Tenant: "bay", Kind: "clock", ID: "C-1"}, Version: 1, Type: "clock.read", Stamp: sp.Stamp{At: end, Recorded: end}}))
	s.Scenario.Arrivals, err = seen.Arrivals(s.Scenario.Start)
	require.NoError(t, err)
	for i := range s.Scenario.Groups {
		g := &s.Scenario.Groups[i]
		g.PerWeek = []simulation.Rate{{From: s.Scenario.Start}}
		for k := range s.Scenario.Arrivals {
			if a := &s.Scenario.Arrivals[k]; a.From == g.From {
				a.Group = g.Name
			}
		}
	}
	return s, seen.Happened(s.Scenario)
}

func TestReplayOfTheSamePolicyComesToWhatHappenedAndInventsNoInterval(t *testing.T) {
	s, happened := logged(t, asNow, lab.Policy{Name: "the same"})
	r, err := lab.Replay(t.Context(), s, happened, lab.Options{Seed: "again", Pairs: 2})
	require.NoError(t, err)
	told := 0
	for _, d := range append(r.Happened.Differences, r.Again.Differences...) {
		if d.Verdict == lab.Untold {
			continue
		}
		told++
		require.Equal(t, lab.Same, d.Verdict, "%s %s", d.Policy, d.Measure)
		require.Equal(t, sp.Know(0.0), d.Constant)
		require.Equal(t, stat.NoSpread, d.Mean.Undefined)
	}
	require.Greater(t, told, 60)
	cost, known := r.Happened.Difference("as now", lab.Cost)
	require.True(t, known)
	require.Equal(t, lab.Untold, cost.Verdict, "no event tells it")
	for _, h := range r.Hangs {
		require.Equal(t, stat.NoSpread, h.Share.Undefined, "no draw changes anything")
	}
}

func TestReplayShowsHowMuchHangsOnWhatTheLogCannotTell(t *testing.T) {
	s, happened := logged(t, asNow, lab.Policy{Name: "places", Places: 4})
	o := lab.Options{Seed: "again", Pairs: 4, Workers: 2}
	r, err := lab.Replay(t.Context(), s, happened, o)
	require.NoError(t, err)
	d, _ := r.Happened.Difference("places", lab.Began)
	require.Equal(t, lab.Better, d.Verdict)
	require.Equal(t, lab.WhatHappened, r.Happened.Tables()[1].Rows[0][2])
	for _, spread := range r.Spread {
		if spread.Policy == "places" && spread.Measure == lab.Began {
			require.Less(t, spread.Low, d.Mean.Value)
			require.Greater(t, spread.High, d.Mean.Value)
		}
	}
	total, comes := 0.0, lab.Hang{}
	for _, h := range r.Hangs {
		if h.Policy == "places" {
			total += h.Share.Value
			if h.Of == "comes to a session" {
				comes = h
			}
		}
	}
	require.Greater(t, total, 0.7, "the kinds explain what the draws do")
	require.Positive(t, comes.Drawn, "at places where they never were")
	require.Less(t, comes.Most.Or(0), comes.Least.Or(0), "fewer begin if nobody had come of whom it is not known")
	require.Contains(t, r.Told(), "comes to a session")
	require.Contains(t, r.Hung("places", lab.Began, 20), "comes to a session")
	for _, table := range r.Tables() {
		for _, row := range table.Rows {
			require.Len(t, row, len(table.Header), table.Name)
		}
	}

	o.Workers = 1
	one, err := lab.Replay(t.Context(), s, happened, o)
	require.NoError(t, err)
	require.Equal(t, one, r)

	runs := 0
	o.NoHangs, o.Progress = true, func(lab.Progress) { runs++ }
	short, err := lab.Replay(t.Context(), s, happened, o)
	require.NoError(t, err)
	r.Hangs = nil
	require.Equal(t, r, short, "the same but for what it hangs on")
	require.Equal(t, o.Pairs*len(s.Policies), runs)
}

func TestReplayGoesOnFromAJournal(t *testing.T) {
	s, happened := logged(t, asNow, lab.Policy{Name: "places", Places: 4})
	s.Policies = s.Policies[1:] // of which more is drawn
	var kept bytes.Buffer
	play := func(done string) (r *lab.Replayed, played, known int) {
		journal, err := lab.NewJournal(strings.NewReader(done), &kept)
		require.NoError(t, err)
		r, err = lab.Replay(t.Context(), s, happened, lab.Options{Seed: "again", Pairs: 2, Workers: 2, Journal: journal, Progress: func(p lab.Progress) { played, known = p.Done, p.Known }})
		require.NoError(t, err)
		return r, played, known
	}
	one, all, known := play("")
	require.Zero(t, known)
	done := kept.String()
	require.Equal(t, all, strings.Count(done, "\n"), "a line for each run that finds out what hangs on what")

	again, _, known := play(done[:len(done)/2])
	require.Equal(t, one, again)
	require.InDelta(t, float64(all)/2, float64(known), float64(all)/8)
	again, _, known = play(done)
	require.Equal(t, one, again)
	require.Equal(t, all, known)
	s.Scenario.Arrivals = s.Scenario.Arrivals[1:]
	_, _, known = play(done)
	require.Zero(t, known, "of other people nothing is known")
}

func TestReplaySaysInWordsWhatItCannotPlay(t *testing.T) {
	s, happened := logged(t, asNow)
	o := lab.Options{Seed: "again", Pairs: 2}
	without := s
	without.Scenario.Arrivals = nil
	_, err := lab.Replay(t.Context(), without, happened, o)
	require.ErrorContains(t, err, "without arrivals there is nobody to play again")
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = lab.Replay(t.Context(), study(asNow), nil, o)
	require.ErrorContains(t, err, "scenario.groups[0].perWeek must be 0")
	require.ErrorContains(t, err, "happened must be what the recording tells")
	for _, pairs := range []int{0, 1e9} {
		_, err = lab.Replay(t.Context(), s, happened, lab.Options{Pairs: pairs})
		require.ErrorContains(t, err, "pairs must be from 2")
	}
}

func TestReplayStopsWhenItIsToldToAndReturnsWhatIsDone(t *testing.T) {
	s, happened := logged(t, asNow, lab.Policy{Name: "places", Places: 4})
	for after, pairs := range map[int]int{7: 3, 25: 10} { // while it plays the pairs, and while it looks what hangs on what
		ctx, stop := context.WithCancel(t.Context())
		played := 0
		r, err := lab.Replay(ctx, s, happened, lab.Options{Seed: "again", Pairs: 10, Progress: func(lab.Progress) {
			if played++; played == after {
				stop()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, pairs, r.Again.Pairs)
		require.True(t, r.Again.Partial)
		require.True(t, r.Happened.Partial)
		require.Empty(t, r.Hangs)
		stop()
	}
}
