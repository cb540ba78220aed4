package needs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/needs/measure"
)

func TestAnAlertKeepsAnAssessmentOpenUntilSomebodyHasTakenItOn(t *testing.T) {
	finished := func(t *testing.T) *needs.Assessment {
		t.Helper()
		a, err := opened("A-1", "P-1", at(0))
		require.NoError(t, err)
		return a
	}
	measured := func(t *testing.T, a *needs.Assessment, answers measure.Answers) {
		t.Helper()
		_, err := a.Measure(phq(t), answers, at(1))
		require.NoError(t, err)
	}
	t.Run("no thoughts, no alert", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"9": 0})
		require.NoError(t, a.Close(at(2)))
	})
	t.Run("a thought is escalated", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"9": 1})
		require.ErrorContains(t, a.Close(at(2)), "not before every alert is escalated, or asked again where there was no answer (self-harm)")
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(2)))
		require.NoError(t, a.Close(at(3)))
	})
	t.Run("a better answer later does not answer the alert", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"9": 1})
		measured(t, a, measure.Answers{"9": 0})
		measured(t, a, measure.Answers{})
		require.Equal(t, map[string]sp.Truth{"self-harm": sp.Yes}, stateOf(a).Alerts)
	})
	t.Run("a question left out is asked again", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"1": 1})
		require.Equal(t, map[string]sp.Truth{"self-harm": sp.Unknown}, stateOf(a).Alerts)
		require.Error(t, a.Close(at(2)))
		measured(t, a, measure.Answers{"9": 0})
		require.NoError(t, a.Close(at(2)))
	})
	t.Run("a question that was asked since holds nothing, whichever paper is entered first", func(t *testing.T) {
		for _, thoughts := range []int{0, 2} {
			a := finished(t)
			_, err := a.Measure(phq(t), measure.Answers{"9": thoughts}, at(240))
			require.NoError(t, err)
			if thoughts > 0 {
				require.NoError(t, a.Escalate("self-harm", "dr-lee", at(241)))
			}
			_, err = a.Measure(phq(t), measure.Answers{"1": 1}, at(250).Happened(at(120).At))
			require.NoError(t, err)
			require.NoError(t, a.Close(at(251)))
		}
	})
	t.Run("a thought of before that is entered late is an alert all the same", func(t *testing.T) {
		a := finished(t)
		_, err := a.Measure(phq(t), measure.Answers{"9": 0}, at(240))
		require.NoError(t, err)
		_, err = a.Measure(phq(t), measure.Answers{"9": 1}, at(250).Happened(at(120).At))
		require.NoError(t, err)
		require.Error(t, a.Close(at(251)))
	})
	t.Run("what waited at a moment is told afterwards", func(t *testing.T) {
		a := finished(t)
		_, err := a.Measure(phq(t), measure.Answers{"9": 1}, at(24))
		require.NoError(t, err)
		_, err = a.Measure(phq(t), measure.Answers{"9": 1}, at(30))
		require.NoError(t, err)
		require.Equal(t, []string{"self-harm"}, a.WaitedAt(at(40).At))
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(48)))
		for hour, want := range map[int][]string{23: nil, 24: {"self-harm"}, 47: {"self-harm"}, 48: nil} {
			require.Equal(t, want, a.WaitedAt(at(hour).At), "at hour %d", hour)
		}
	})
	t.Run("one of several questions that was left out keeps it open", func(t *testing.T) {
		in := &measure.Instrument{
			Code: "risk", Version: "1", Items: []measure.Item{{ID: "a", Max: 4}, {ID: "b", Max: 4}},
			Alerts: []measure.Alert{{Code: "harm", Item: "a", From: 1}, {Code: "harm", Item: "b", From: 1}},
		}
		require.NoError(t, in.Check())
		for _, answers := range []measure.Answers{{"a": 0}, {"b": 0}} {
			a := finished(t)
			_, err := a.Measure(in, answers, at(1))
			require.NoError(t, err)
			require.Equal(t, map[string]sp.Truth{"harm": sp.Unknown}, stateOf(a).Alerts)
			require.Error(t, a.Close(at(2)))
			_, err = a.Measure(in, measure.Answers{"a": 0, "b": 0}, at(2))
			require.NoError(t, err)
			require.NoError(t, a.Close(at(3)))
		}
	})
	t.Run("an escalation of yesterday does not answer a thought of today", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"9": 1})
		_, err := a.Measure(phq(t), measure.Answers{"9": 2}, at(24))
		require.NoError(t, err)
		require.ErrorContains(t, a.Escalate("self-harm", "dr-lee", at(30).Happened(at(2).At)), "must not come before the answers")
		_, err = a.Measure(phq(t), measure.Answers{}, at(26)) // left out, which takes nothing back
		require.NoError(t, err)
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(30).Happened(at(25).At)))
	})
	t.Run("a thought of yesterday that is noted today does not bring the alert of today forward", func(t *testing.T) {
		a := finished(t)
		_, err := a.Measure(phq(t), measure.Answers{"9": 1}, at(24))
		require.NoError(t, err)
		_, err = a.Measure(phq(t), measure.Answers{"9": 1}, at(25).Happened(at(2).At))
		require.NoError(t, err)
		require.ErrorContains(t, a.Escalate("self-harm", "dr-lee", at(30).Happened(at(10).At)), "must not come before the answers")
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(30).Happened(at(24).At)))
	})
	t.Run("a question left out twice is not answered by what was done in between", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{})
		_, err := a.Measure(phq(t), measure.Answers{}, at(24))
		require.NoError(t, err)
		require.ErrorContains(t, a.Escalate("self-harm", "dr-lee", at(30).Happened(at(10).At)), "must not come before the answers")
	})
	t.Run("a new thought after an escalation is a new alert", func(t *testing.T) {
		a := finished(t)
		measured(t, a, measure.Answers{"9": 1})
		require.NoError(t, a.Escalate("self-harm", "dr-lee", at(2)))
		measured(t, a, measure.Answers{"9": 3})
		require.Error(t, a.Close(at(2)))
	})
}

func TestNothingOfAnAssessmentComesBeforeWhatItIsAbout(t *testing.T) {
	late := func(happened int) sp.Stamp { return at(100).Happened(at(happened).At) }
	a := begun(t)
	require.NoError(t, a.Identify(needs.Finding{ID: "N-9", Code: needs.Grief}, nil, at(48)))
	require.ErrorContains(t, a.Rate("N-9", needs.Mild, late(24)), "before the need was identified")
	require.ErrorContains(t, a.Resolve("N-9", needs.Met, needs.BySessions, late(24)), "before the need was identified")
	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-9"}, today.Add(10), at(50)))
	require.ErrorContains(t, a.Review(needs.Reviewed{Goal: "G-1", Next: today.Add(20)}, late(49)), "before the goal was set")
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Outcome: needs.Met}, at(60)))
	for _, n := range a.Needs() {
		if n.Open() {
			require.NoError(t, a.Resolve(n.ID, needs.Met, needs.BySessions, at(70)))
		}
	}
	require.ErrorContains(t, a.Close(late(69)), "before what happened last")
	require.NoError(t, a.Close(late(70)))

	a = begun(t)
	require.NoError(t, a.Order([]needs.ID{"N-2", "N-1"}, at(48)))
	require.NoError(t, a.Order([]needs.ID{"N-1", "N-2"}, late(24)))
	require.Equal(t, needs.ID("N-2"), a.Needs()[0].ID, "what was said last comes first")
}

func TestAnAlertThatIsEnteredLateStandsWhereItHappened(t *testing.T) {
	a := begun(t)
	late := func(recorded, happened int) sp.Stamp { return at(recorded).Happened(at(happened).At) }
	require.NoError(t, a.Rate("N-1", needs.Severe, at(48)))
	require.NoError(t, a.Rate("N-1", needs.Mild, late(72, 24)))
	for _, n := range a.Needs() {
		if n.ID == "N-1" {
			require.Equal(t, needs.Severe, n.Severity, "the later rating holds, whichever was entered first")
			require.Len(t, n.Ratings, 3)
			require.Equal(t, needs.Mild, n.Ratings[1].Severity)
		}
	}

	require.NoError(t, a.SetGoal("G-1", []needs.ID{"N-1"}, today.Add(10), at(1)))
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Reached: 6, Next: today.Add(40)}, at(48)))
	require.NoError(t, a.Review(needs.Reviewed{Goal: "G-1", Reached: 2, Next: today.Add(20)}, late(72, 24)))
	require.Equal(t, today.Add(40), a.Goals()[0].Review)
	require.Equal(t, 2, a.Goals()[0].Reviews[0].Reached)
	require.ErrorContains(t, a.Review(needs.Reviewed{Goal: "G-1", Outcome: needs.Met}, late(72, 24)), "must not come before the last review if the goal ends")

	_, err := a.Measure(phq(t), measure.Answers{"1": 2}, at(48)) // the ninth question was left out
	require.NoError(t, err)
	_, err = a.Measure(phq(t), measure.Answers{"9": 0}, late(72, 24))
	require.NoError(t, err)
	require.Equal(t, map[string]sp.Truth{"self-harm": sp.Unknown}, stateOf(a).Alerts, "an earlier answer does not answer a later question")
	require.Equal(t, sp.No, a.Measurements()[0].Result.Alert("self-harm"))
	_, err = a.Measure(phq(t), measure.Answers{"9": 0}, at(72))
	require.NoError(t, err)
	require.Empty(t, stateOf(a).Alerts)
}
