package needs_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/store"
)

// events is one of each, with every field set.
func events() []needs.Event {
	score := measure.Score{Instrument: "phq-9", Version: "2026-11", Scale: "total", Value: 14, Band: "moderate", Crossed: []string{"caseness"}, Missing: 1, ValueSet: "x 1"}
	return []needs.Event{
		needs.Opened{Person: "P-55"},
		needs.Identified{Need: "N-1", Code: needs.Debt, Taxonomy: needs.Standard().Canonical(), Strength: true, Source: sp.RolePerson, Since: today, Severity: needs.Severe},
		needs.Rated{Need: "N-1", Severity: needs.Crisis},
		needs.Ordered{Needs: []needs.ID{"N-2", "N-1"}},
		needs.Measured{Answers: measure.Answers{"9": 1}, Result: measure.Result{
			Instrument: "phq-9", Version: "2026-11", Scores: []measure.Score{score},
			Refusals: []measure.Refusal{{Instrument: "phq-9", Scale: "total", Missing: []string{"3"}, Allowed: 1}},
			Alerts:   []measure.Raised{{Code: "self-harm", Raised: sp.Yes}},
		}},
		needs.Escalated{Alert: "self-harm", To: "dr-lee"},
		needs.GoalSet{Goal: "G-1", Needs: []needs.ID{"N-1"}, Review: today},
		needs.Reviewed{Goal: "G-1", Reached: 7, Outcome: needs.Met, Next: today},
		needs.Resolved{Need: "N-1", Outcome: needs.NotMet},
		needs.Resolved{Need: "N-1", Outcome: needs.Met, By: needs.ByPerson},
		needs.Closed{},
		needs.SeriesPlanned{Series: "S-1", Asks: []needs.Asked{{Instrument: "ons4", Version: "2026-11"}}, Points: needs.Points()},
		needs.PointsSkipped{Series: "S-1", Points: []string{"6-weeks"}, Reason: "declined"},
	}
}

func TestAnEventNeverChangesItsStoredNameAndForm(t *testing.T) {
	var b strings.Builder
	for _, event := range events() {
		data, err := store.Encode(event)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s %s\n", event.EventType(), data)
		back, err := needs.DecodeEvent(event.EventType(), data)
		require.NoError(t, err)
		require.Empty(t, diff(event, back))
	}
	golden(t, "events.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldentest.Equal(t, filepath.Join("testdata", name), got)
}

func TestAnUnknownEventIsAnError(t *testing.T) {
	_, err := needs.DecodeEvent("assessment.danced", nil)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = needs.DecodeEvent("assessment.rated", []byte(`{"severity":"very"}`))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func FuzzDecodeEvent(f *testing.F) {
	for _, event := range events() {
		data, err := store.Encode(event)
		require.NoError(f, err)
		f.Add(string(event.EventType()), data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		event, err := needs.DecodeEvent(store.EventType(name), data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.EqualValues(t, name, event.EventType())
		again, err := json.Marshal(event)
		require.NoError(t, err)
		back, err := needs.DecodeEvent(store.EventType(name), again)
		require.NoError(t, err)
		twice, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(again), string(twice))
	})
}
