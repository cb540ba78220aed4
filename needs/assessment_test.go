package needs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	today = sp.DateOf(noon)
	ann   = sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}
)

// at returns Ann's stamp n hours after noon.
// anybody may do what the table allows.
var anybody = transition.TableOnly{}

// opened returns an assessment that was opened.
func opened(id needs.AssessmentID, of person.ID, s sp.Stamp) (*needs.Assessment, error) {
	a := needs.New(id, anybody)
	if err := a.Open(of, s); err != nil {
		return nil, err
	}
	return a, nil
}

func at(n int) sp.Stamp { return sp.By(ann, noon.Add(time.Duration(n)*time.Hour)) }

// begun returns an assessment with a need N-1 of debt, N-2 of loneliness and a strength N-3.
func begun(tb testing.TB) *needs.Assessment {
	tb.Helper()
	a, err := opened("A-7", "P-55", at(0))
	require.NoError(tb, err)
	require.NoError(tb, a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt, Source: sp.RoleReferrer, Severity: needs.Moderate}, nil, at(0)))
	require.NoError(tb, a.Identify(needs.Finding{ID: "N-2", Code: needs.Loneliness, Source: sp.RolePerson, Since: sp.NewDate(2025, 2, 1)}, nil, at(0)))
	require.NoError(tb, a.Identify(needs.Finding{ID: "N-3", Code: "pets", Source: sp.RolePerson}, nil, at(0)))
	return a
}

func TestDaysInAnAssessmentAreThoseOfTheActorsTimeZone(t *testing.T) {
	auckland, honolulu := time.FixedZone("NZST", 12*3600), time.FixedZone("HST", -10*3600)
	morning := sp.By(ann, time.Date(2026, 11, 25, 9, 0, 0, 0, auckland))  // still the day before in UTC
	evening := sp.By(ann, time.Date(2026, 11, 25, 20, 0, 0, 0, honolulu)) // the day after already
	a := begun(t)
	require.NoError(t, a.Identify(needs.Finding{ID: "N-9", Code: needs.Food, Since: sp.NewDate(2026, 11, 25)}, nil, morning))
	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-9"}, sp.NewDate(2026, 11, 26), evening))
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Next: sp.NewDate(2026, 11, 26)}, evening))
}

// state is everything that can be seen of an assessment.
type state struct {
	Person       person.ID
	Closed       bool
	Needs        []needs.Need
	Goals        []needs.Goal
	Measurements []needs.Measurement
	Alerts       map[string]sp.Truth
	Entries      []store.Entry[needs.Event]
}

func stateOf(a *needs.Assessment) state {
	s := state{Person: a.Person(), Closed: a.Closed(), Needs: a.Needs(), Goals: a.Goals(), Measurements: a.Measurements(), Alerts: map[string]sp.Truth{}}
	maps.Insert(s.Alerts, a.Alerts())
	for entry := range a.History() {
		s.Entries = append(s.Entries, entry)
	}
	return s
}

func phq(tb testing.TB) *measure.Instrument {
	tb.Helper()
	in, ok := measure.Find("phq-9")
	require.True(tb, ok)
	return in
}

func TestNeedsStandInThePersonsOwnOrder(t *testing.T) {
	a := begun(t)
	require.NoError(t, a.Order([]needs.ID{"N-2"}, at(1)))
	require.NoError(t, a.Rate("N-1", needs.Severe, at(2)))
	version := needs.Standard().Canonical()
	want := []needs.Need{
		{ID: "N-2", Code: needs.Loneliness, Taxonomy: version, Source: sp.RolePerson, Since: sp.NewDate(2025, 2, 1), Rank: 1},
		{
			ID: "N-1", Code: needs.Debt, Taxonomy: version, Source: sp.RoleReferrer, Severity: needs.Severe,
			Ratings: []needs.Rating{{At: noon, Severity: needs.Moderate}, {At: noon.Add(2 * time.Hour), Severity: needs.Severe}},
		},
		{ID: "N-3", Code: "pets", Taxonomy: version, Strength: true, Source: sp.RolePerson},
	}
	require.Empty(t, diff(want, a.Needs()))
	require.NoError(t, a.Order([]needs.ID{"N-3", "N-1"}, at(3)))
	var order []needs.ID
	for _, n := range a.Needs() {
		order = append(order, n.ID)
	}
	require.Equal(t, []needs.ID{"N-3", "N-1", "N-2"}, order)
}

func TestAReferralIsToldOfOpenNeedsAlone(t *testing.T) {
	a := begun(t) // N-3 is a strength
	require.Equal(t, []needs.Code{needs.Debt, needs.Loneliness}, a.Codes())
	require.NoError(t, a.Identify(needs.Finding{ID: "N-4", Code: needs.Debt}, nil, at(1)))
	require.NoError(t, a.Order([]needs.ID{"N-3", "N-2"}, at(1)))
	require.Equal(t, []needs.Code{needs.Loneliness, needs.Debt}, a.Codes(), "each once, in the person's order")
	require.NoError(t, a.Resolve("N-2", needs.Met, needs.BySessions, at(2)))
	require.Equal(t, []needs.Code{needs.Debt}, a.Codes())
}

func TestMethodsOfAnAssessmentReturnCopies(t *testing.T) {
	a := begun(t)
	ids, answers := []needs.ID{"N-1"}, measure.Answers{"1": 1}
	require.NoError(t, a.SetGoal("G-1", ids, today.Add(30), at(1)))
	require.NoError(t, a.Order(ids, at(1)))
	result, err := a.Measure(phq(t), answers, at(1))
	require.NoError(t, err)
	entered := measure.Score{Instrument: "x", Version: "1", Scale: "y", Crossed: []string{"line"}}
	require.NoError(t, a.Enter(entered, at(1)))
	want, err := json.Marshal(stateOf(a))
	require.NoError(t, err)
	ids[0], answers["1"], result.Alerts[0].Raised = "N-2", 3, sp.Yes
	result.Refusals[0].Missing[0], entered.Crossed[0] = "x", "other"
	a.Measurements()[0].Result.Refusals[0].Scale = "x"
	a.Measurements()[1].Result.Scores[0].Crossed[0] = "x"
	a.Needs()[0].Ratings[0].Severity = needs.Crisis
	a.Goals()[0].Needs[0] = "N-3"
	got, err := json.Marshal(stateOf(a))
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
}

func TestAnAssessmentPrintsAsItsID(t *testing.T) {
	a := begun(t)
	_, err := a.Measure(phq(t), measure.Answers{"9": 3}, at(1))
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "a", a)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "a", a)
	for _, out := range []string{log.String(), fmt.Sprintf("%v %+v %#v %d", a, a, a, a), fmt.Sprint([]*needs.Assessment{a})} {
		for _, secret := range []string{"P-55", "loneliness", "self-harm"} {
			require.NotContains(t, out, secret)
		}
	}
	require.Equal(t, "assessment A-7", fmt.Sprint(a))
}

func TestARefusedCommandSaysWhyAndChangesNothing(t *testing.T) {
	closed := func(t *testing.T, a *needs.Assessment) {
		t.Helper()
		require.NoError(t, a.Resolve("N-1", needs.Met, needs.BySessions, at(1)))
		require.NoError(t, a.Resolve("N-2", needs.NotMet, "", at(1)))
		require.NoError(t, a.Close(at(1)))
	}
	set := func(t *testing.T, a *needs.Assessment) {
		t.Helper()
		require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(30), at(1)))
	}
	alerted := func(t *testing.T, a *needs.Assessment) {
		t.Helper()
		_, err := a.Measure(phq(t), measure.Answers{"9": 2}, at(1))
		require.NoError(t, err)
	}
	resolved := func(t *testing.T, a *needs.Assessment) {
		t.Helper()
		require.NoError(t, a.Resolve("N-1", needs.Met, needs.BySessions, at(1)))
	}
	for _, c := range []struct {
		name    string
		before  func(*testing.T, *needs.Assessment)
		command func(a *needs.Assessment) error
		want    string
	}{
		{"a need twice", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-1", Code: needs.Debt}, nil, at(1))
		}, "id must be new in this assessment"},
		{"a code of nobody's", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-9", Code: "beekeeping"}, nil, at(1))
		}, "code must be a term of the taxonomy"},
		{"a strength with a severity", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-9", Code: "faith", Severity: needs.Mild}, nil, at(1))
		}, "severity must not be rated: it is a strength"},
		{"a severity off the scale", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-9", Code: needs.Food, Severity: needs.Crisis + 1}, nil, at(1))
		}, "severity must be from mild to crisis"},
		{"a rating of nothing", nil, func(a *needs.Assessment) error { return a.Rate("N-1", 0, at(1)) }, "severity must be from mild to crisis"},
		{"an end of a stranger", nil, func(a *needs.Assessment) error { return a.Resolve("N-8", needs.Met, needs.BySessions, at(1)) }, "need must be an open need"},
		{"an end of a need that has ended", resolved, func(a *needs.Assessment) error { return a.Resolve("N-1", needs.Met, needs.BySessions, at(2)) }, "need must be an open need"},
		{"a need from the future", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-9", Code: needs.Food, Since: today.Add(2)}, nil, at(1))
		}, "since must not lie in the future"},
		{"an ID that cannot be stored", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "\xff", Code: needs.Food}, nil, at(1))
		}, "id " + sp.IDRule},
		{"a source that is a name", nil, func(a *needs.Assessment) error {
			return a.Identify(needs.Finding{ID: "N-9", Code: needs.Food, Source: "her husband Bob"}, nil, at(1))
		}, "source must be a role"},
		{"a rating off the scale", nil, func(a *needs.Assessment) error { return a.Rate("N-1", 5, at(1)) }, "severity must be from mild to crisis"},
		{"a rating of a strength", nil, func(a *needs.Assessment) error { return a.Rate("N-3", needs.Mild, at(1)) }, "need must be an open need"},
		{"an order with a stranger", nil, func(a *needs.Assessment) error { return a.Order([]needs.ID{"N-8"}, at(1)) }, "needs[0] must be a need of this assessment"},
		{"an order that repeats", nil, func(a *needs.Assessment) error { return a.Order([]needs.ID{"N-1", "N-1"}, at(1)) }, "needs[1] must not be named twice"},
		{"answers out of range", nil, func(a *needs.Assessment) error {
			_, err := a.Measure(&measure.Instrument{Code: "x", Items: []measure.Item{{ID: "1", Max: 1}}}, measure.Answers{"1": 2}, at(1))
			return err
		}, "needs: measure A-7: measure: x: invalid: answers[1] must be from 0 to 1"},
		{"a total without the answer that matters most", nil, func(a *needs.Assessment) error {
			return a.Enter(measure.Score{Instrument: "phq-9", Version: "2026-11", Scale: "total", Value: 21}, at(1))
		}, "score.instrument must be measured with its answers"},
		{"a score of nothing", nil, func(a *needs.Assessment) error { return a.Enter(measure.Score{}, at(1)) }, "score must name its instrument"},
		{"a score that is no number", nil, func(a *needs.Assessment) error {
			return a.Enter(measure.Score{Instrument: "x", Version: "1", Scale: "y", Value: math.NaN()}, at(1))
		}, "score.value must be a number"},
		{"an escalation of nothing", nil, func(a *needs.Assessment) error { return a.Escalate("self-harm", "dr-lee", at(1)) }, "not before an alert waits for an answer"},
		{"an escalation to oneself", alerted, func(a *needs.Assessment) error { return a.Escalate("self-harm", "ann", at(1)) }, "to must be somebody else"},
		{"an escalation to a sentence", alerted, func(a *needs.Assessment) error {
			return a.Escalate("self-harm", "Dr Lee, ring before six", at(1))
		}, "to must be somebody else"},
		{"a questionnaire that is not there", nil, func(a *needs.Assessment) error {
			in, _ := measure.Find("phq-nine")
			_, err := a.Measure(in, measure.Answers{"9": 1}, at(1))
			return err
		}, "instrument: invalid: is none"},
		{"an instrument that tells a story", nil, func(a *needs.Assessment) error {
			_, err := a.Measure(&measure.Instrument{Code: "what Jo said", Version: "1"}, nil, at(1))
			return err
		}, "needs: measure A-7: measure: instrument: invalid: is none"},
		{"an instrument without a version", nil, func(a *needs.Assessment) error {
			_, err := a.Measure(&measure.Instrument{Code: "x"}, nil, at(1))
			return err
		}, "score must name its instrument"},
		{"an instrument that asks about somebody", nil, func(a *needs.Assessment) error {
			_, err := a.Measure(&measure.Instrument{Code: "x", Version: "1", Items: []measure.Item{{ID: "Is Bob kind?", Max: 1}}}, measure.Answers{"Is Bob kind?": 0}, at(1))
			return err
		}, "answers " + sp.IDRule},
		{"an alert that cannot be stored", nil, func(a *needs.Assessment) error {
			in := &measure.Instrument{
				Code: "x", Version: "1", Items: []measure.Item{{ID: "1", Max: 1}},
				Alerts: []measure.Alert{{Code: "\xff", Item: "1", From: 1}},
			}
			_, err := a.Measure(in, measure.Answers{"1": 1}, at(1))
			return err
		}, "alerts by ID"},
		{"a band that tells a story", nil, func(a *needs.Assessment) error {
			in := &measure.Instrument{
				Code: "x", Version: "1", Items: []measure.Item{{ID: "1", Max: 1}},
				Scales: []measure.Scale{{Code: "s", Method: measure.Sum, Max: 1, Bands: []measure.Band{{Label: strings.Repeat("x", 65)}}}},
			}
			_, err := a.Measure(in, measure.Answers{"1": 1}, at(1))
			return err
		}, "score must have labels of at most 64 bytes"},
		{"a score with a sentence for its instrument", nil, func(a *needs.Assessment) error {
			return a.Enter(measure.Score{Instrument: "what Jo said", Version: "1", Scale: "y"}, at(1))
		}, "score must name its instrument"},
		{"a score with a story for its band", nil, func(a *needs.Assessment) error {
			return a.Enter(measure.Score{Instrument: "x", Version: "1", Scale: "y", Crossed: []string{strings.Repeat("x", 65)}}, at(1))
		}, "score must have labels of at most 64 bytes"},
		{"a goal for nothing", nil, func(a *needs.Assessment) error { return a.SetGoal("G-1", nil, today.Add(9), at(1)) }, "needs must name what the goal is for"},
		{"a goal for a resolved need", resolved, func(a *needs.Assessment) error {
			return a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(9), at(1))
		}, "needs[0] must be an open need, or a strength"},
		{"a goal that nobody will look at again", nil, func(a *needs.Assessment) error {
			return a.SetGoal("G-1", []needs.ID{"N-1"}, today, at(1))
		}, "review must be a day to come"},
		{"a goal twice", set, func(a *needs.Assessment) error {
			return a.SetGoal("G-1", []needs.ID{"N-2"}, today.Add(9), at(1))
		}, "id must be new"},
		{"a review of no goal", nil, func(a *needs.Assessment) error {
			return a.Review(needs.Reviewed{Goal: "G-1", Next: today.Add(9)}, at(1))
		}, "not before a goal goes on"},
		{"a review that leads nowhere", set, func(a *needs.Assessment) error { return a.Review(needs.Reviewed{Goal: "G-1", Reached: 11}, at(1)) }, "reached must be from 0 to 10; next must be there if the goal goes on"},
		{"a review that ends and goes on", set, func(a *needs.Assessment) error {
			return a.Review(needs.Reviewed{Goal: "G-1", Outcome: "great", Next: today.Add(9)}, at(1))
		}, "outcome must be met, partly-met, not-met or withdrawn; next must be there"},
		{"a need met by nothing", nil, func(a *needs.Assessment) error { return a.Resolve("N-1", needs.Met, "", at(1)) }, "by must say by what"},
		{"a need partly met by nothing", nil, func(a *needs.Assessment) error { return a.Resolve("N-1", needs.PartlyMet, "", at(1)) }, "by must say by what"},
		{"a need met by luck", nil, func(a *needs.Assessment) error { return a.Resolve("N-1", needs.Met, "luck", at(1)) }, "by must be sessions"},
		{"what met a need that was not met", nil, func(a *needs.Assessment) error { return a.Resolve("N-1", needs.NotMet, needs.ByOthers, at(1)) }, "by must be empty"},
		{"an outcome of one's own", nil, func(a *needs.Assessment) error { return a.Resolve("N-1", "fine", "", at(1)) }, "outcome must be met"},
		{"closing on open needs", nil, func(a *needs.Assessment) error { return a.Close(at(1)) }, "not before every need is resolved (N-1, N-2)"},
		{"anything after closing", closed, func(a *needs.Assessment) error { return a.Order(nil, at(2)) }, "cannot be done now, only while open"},
		{"something before the opening", nil, func(a *needs.Assessment) error { return a.Rate("N-1", needs.Mild, at(-1)) }, "stamp.at must not be earlier than the beginning"},
		{"something to come", nil, func(a *needs.Assessment) error {
			return a.Rate("N-1", needs.Mild, at(1).Happened(noon.Add(2*time.Hour)))
		}, "stamp.at must not be later than when it is recorded"},
		{"something by nobody", nil, func(a *needs.Assessment) error {
			return a.Rate("N-1", needs.Mild, sp.By(sp.Actor{Role: sp.RoleLinkWorker}, noon))
		}, "stamp.by.id " + sp.IDRule},
		{"something by a name", nil, func(a *needs.Assessment) error {
			return a.Rate("N-1", needs.Mild, sp.By(sp.Actor{ID: "Ann Lee", Role: sp.RoleLinkWorker}, at(1).At))
		}, "stamp.by.id " + sp.IDRule},
		{"something in a year that no store keeps", nil, func(a *needs.Assessment) error {
			return a.Rate("N-1", needs.Mild, sp.By(ann, time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)))
		}, "in the years 1 to 9999"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := begun(t)
			if c.before != nil {
				c.before(t, a)
			}
			before := stateOf(a)
			err := c.command(a)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, c.want)
			require.Contains(t, err.Error(), "A-7")
			require.Empty(t, diff(before, stateOf(a)))
		})
	}
	_, err := opened("", "", at(0))
	require.ErrorContains(t, err, "person "+sp.IDRule+"; id "+sp.IDRule)
	_, err = opened("Jo Bloggs", "P-55", at(0))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "Bloggs", "an error repeats no name")
}

func TestAGoalIsReviewedToItsEnd(t *testing.T) {
	a := begun(t)
	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-2", "N-3"}, today.Add(30), at(1)))
	first := needs.Reviewed{Goal: "G-1", Reached: 4, Next: today.Add(60)}
	last := needs.Reviewed{Goal: "G-1", Reached: 8, Outcome: needs.PartlyMet}
	require.NoError(t, a.Review(first, at(24*30)))
	require.Equal(t, today.Add(60), a.Goals()[0].Review)
	require.NoError(t, a.Review(last, at(24*60)))
	require.Empty(t, diff([]needs.Goal{{
		ID: "G-1", Needs: []needs.ID{"N-2", "N-3"}, Outcome: needs.PartlyMet,
		Reviews: []needs.Review{{At: at(24 * 30).At, Reviewed: first}, {At: at(24 * 60).At, Reviewed: last}},
	}}, a.Goals()))
	require.Error(t, a.Review(last, at(24*61)))
}

func TestAnAssessmentSetsEnteredScoresBesideTheOthers(t *testing.T) {
	a := begun(t)
	pam, ok := measure.Find("pam")
	require.True(t, ok)
	score, err := pam.Enter("activation", 47.4)
	require.NoError(t, err)
	require.NoError(t, a.Enter(score, at(1)))
	require.Len(t, a.Measurements(), 1)
	got, err := a.Measurements()[0].Result.Of("activation")
	require.NoError(t, err)
	require.Equal(t, score, got)
}

func BenchmarkCommand(b *testing.B) {
	s := at(1)
	b.ReportAllocs()
	for b.Loop() {
		a, err := opened("A-7", "P-55", s)
		if err != nil {
			b.Fatal(err)
		}
		for i := range 50 { // 50 commands a loop
			if err := a.Enter(measure.Score{Instrument: "pam", Version: "1", Scale: "activation", Value: float64(i)}, s); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkConcept(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if needs.Debt.Concept().Version == "" {
			b.Fatal("no version")
		}
	}
}

// diff compares what was with what was read back, where nothing and an empty
// list are the same.
func diff(want, got any) string { return cmp.Diff(want, got, cmpopts.EquateEmpty()) }
