package concern_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/referral/concern"
)

// at is a time on Friday 6 March 2026, which is not yet summer time.
func at(hour, minute int) time.Time {
	return time.Date(2026, time.March, 6, hour, minute, 0, 0, time.UTC)
}

func TestThreeAnswersEndTheDutyOfWhoeverCarriesAConcern(t *testing.T) {
	var end, bounce []concern.Answer
	for _, a := range concern.Answers() {
		if a.Ends() {
			end = append(end, a)
		}
		if a.Bounces() {
			bounce = append(bounce, a)
		}
		require.False(t, a.Ends() && a.Bounces(), a)
	}
	require.Equal(t, []concern.Answer{concern.Accepted, concern.AssessedNoConcern, concern.RaisedByMistake}, end)
	require.Equal(t, []concern.Answer{concern.BelowThreshold, concern.NotTheirs, concern.Incomplete, concern.Unreachable}, bounce)
	require.Len(t, concern.Answers(), 9)
}

// Every code of the published list can be read. What is written can be read again,
// and is never one that fails its check digit.
func TestEveryReasonOfAConcernGoesToBaRSAndBack(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shared.Dir(t), "data", "fhir", "codes", "bars-codesystems.tsv"))
	require.NoError(t, err)
	var read, odd []string
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if f[0] != "https://fhir.nhs.uk/CodeSystem/safeguarding-codes-bars" {
			continue
		}
		c, err := concern.FromCode(f[1])
		require.NoError(t, err, f[1])
		read = append(read, f[1])
		written, lost := c.Reason.Code()
		if c.Answer != "" {
			written, lost = c.Answer.Code(), ""
		}
		if c.Warning != "" {
			odd = append(odd, f[1])
			require.NotEqual(t, f[1], written)
			require.NotEmpty(t, lost, "what is not written is said to be lost")
			continue
		}
		require.Equal(t, f[1], written, f[2])
		require.Empty(t, lost)
	}
	require.Len(t, read, 46)
	require.ElementsMatch(t, []string{"1054321000000100", "1076171000000100", "104586100000100"}, odd)
	require.Len(t, concern.Reasons(), 46, "one code is an answer, and suicidal thoughts have none")

	_, err = concern.FromCode("836881000000106")
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "836881000000106")
}

func TestReasonsOfAConcernAreDistinctCodes(t *testing.T) {
	reasons := concern.Reasons()
	for _, r := range reasons {
		require.True(t, sp.ValidCode(r), r)
		require.True(t, r.Known(), r)
	}
	slices.Sort(reasons)
	require.Len(t, slices.Compact(reasons), len(concern.Reasons()))
	require.False(t, concern.Reason("gossip").Known())
	code, lost := concern.SuicidalThoughts.Code()
	require.Equal(t, "401206008", code)
	require.Contains(t, lost, "suicide")
}

func TestTheNextStepOfAConcern(t *testing.T) {
	crisis, harm := concern.Proposed(concern.Crisis, sp.Calendar{}), concern.Proposed(concern.Safeguarding, sp.Calendar{})
	asked := func(answer concern.Answer, answered time.Time) concern.Offer {
		return concern.Offer{To: "team", At: at(10, 0), Answer: answer, Answered: answered}
	}
	monday := time.Date(2026, time.March, 9, 23, 59, 59, 999999000, time.UTC)
	for _, c := range []struct {
		name     string
		standard concern.Standard
		offers   []concern.Offer
		now      time.Time
		want     concern.Due
	}{
		{"a crisis that nobody was asked about is offered at once", crisis, nil, at(9, 30), concern.Due{Step: concern.StepOffer, By: at(9, 0)}},
		{"a crisis line has two hours", crisis, []concern.Offer{asked("", time.Time{})}, at(10, 30), concern.Due{Step: concern.StepChase, By: at(12, 0)}},
		{"that somebody was told is no yes", crisis, []concern.Offer{asked(concern.Unconfirmed, at(10, 5))}, at(12, 0), concern.Due{Step: concern.StepEscalate, By: at(12, 0), Level: 1}},
		{"that they know the person is no yes", crisis, []concern.Offer{asked(concern.AlreadyKnown, at(10, 5))}, at(10, 30), concern.Due{Step: concern.StepChase, By: at(12, 0)}},
		{"a refusal is escalated at once", crisis, []concern.Offer{asked(concern.BelowThreshold, at(10, 20))}, at(10, 30), concern.Due{Step: concern.StepEscalate, By: at(10, 20)}},
		{"the latest refusal counts", crisis, []concern.Offer{asked(concern.Unreachable, at(10, 20)), asked(concern.NotTheirs, at(10, 50))}, at(11, 0), concern.Due{Step: concern.StepEscalate, By: at(10, 50), Level: 1}},
		{"a team that is still to answer is awaited beside one that refused", crisis, []concern.Offer{asked(concern.NotTheirs, at(10, 20)), {To: "other", At: at(10, 30)}}, at(10, 40), concern.Due{Step: concern.StepChase, By: at(12, 30)}},
		{"after four hours it is the second level", crisis, []concern.Offer{asked("", time.Time{})}, at(13, 0), concern.Due{Step: concern.StepEscalate, By: at(12, 0), Level: 2}},
		{"a safeguarding team has the working day", harm, []concern.Offer{asked("", time.Time{})}, at(16, 0), concern.Due{Step: concern.StepChase, By: time.Date(2026, time.March, 6, 23, 59, 59, 999999000, time.UTC)}},
		{"one that was told on a Saturday has the Monday", harm, []concern.Offer{{To: "team", At: at(34, 0)}}, at(40, 0), concern.Due{Step: concern.StepChase, By: monday}},
	} {
		raised := concern.Concern{Raised: at(9, 0), Offers: c.offers}
		due, ok := c.standard.Next(raised, time.Time{}, c.now)
		require.True(t, ok, c.name)
		require.Equal(t, c.want, due, c.name)
	}
}

func TestAConcernAsksThatAPersonIsSpokenToAfterACrisis(t *testing.T) {
	s := concern.Proposed(concern.Crisis, sp.Calendar{})
	taken := concern.Concern{Raised: at(9, 0), Ended: at(11, 0), Answer: concern.Accepted}
	end := func(day int) time.Time { return time.Date(2026, time.March, day, 23, 59, 59, 999999000, time.UTC) }
	for _, c := range []struct {
		name   string
		spoken time.Time
		by     time.Time
		done   bool
	}{
		{"not since: on the next working day, which is Monday", at(10, 0), end(9), false},
		{"the same afternoon: once more after a week", at(15, 0), end(13), false},
		{"on Monday: once more after a week", time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC), end(13), false},
		{"after a week: nothing is left", time.Date(2026, time.March, 13, 9, 0, 0, 0, time.UTC), time.Time{}, true},
	} {
		due, more := s.Next(taken, c.spoken, at(12, 0))
		require.Equal(t, !c.done, more, c.name)
		require.Equal(t, c.by, due.By, c.name)
	}
	s.Calendar = sp.NewCalendar(nil, sp.NewDate(2026, time.March, 9), sp.NewDate(2026, time.March, 10)) // the Monday and the Tuesday are holidays
	due, _ := s.Next(taken, time.Time{}, at(12, 0))
	require.Equal(t, end(11), due.By)

	taken.Answer = concern.RaisedByMistake
	_, more := s.Next(taken, time.Time{}, at(12, 0))
	require.False(t, more, "a mistake asks for nothing")
	_, more = concern.Proposed(concern.Safeguarding, sp.Calendar{}).Next(concern.Concern{Answer: concern.Accepted}, time.Time{}, at(12, 0))
	require.False(t, more)
}

func TestTheNightsOfAConcernAreThoseWithoutAClinician(t *testing.T) {
	c := concern.Concern{Raised: at(9, 0), Holders: []concern.Holding{
		{From: at(9, 0), To: at(10, 0)},
		{Who: "ann", Role: sp.RoleLinkWorker, From: at(10, 0), To: at(10+24, 0)},
		{Who: "dr-khan", Role: sp.RoleReferrer, From: at(10+24, 0), To: at(10+72, 0)},
		{Who: "crisis-team", From: at(10+72, 0)},
	}}
	require.Equal(t, 3, c.Nights(at(24*9, 0), nil, nil), "nobody is known to be a clinician")
	require.Equal(t, 1, c.Nights(at(24*9, 0), nil, func(who string) bool { return who == "dr-khan" }))
	require.Zero(t, c.Nights(at(23, 59), nil, nil))
	require.Equal(t, 1, c.Nights(at(24, 0), nil, nil))
	kiribati := time.FixedZone("Kiribati", 14*3600)
	require.Equal(t, 1, c.Nights(at(11, 0), kiribati, nil), "midnight is that of the zone")
	require.Equal(t, "crisis-team", c.Holder().Who)
	require.Equal(t, concern.Holding{From: at(9, 0)}, concern.Concern{Raised: at(9, 0)}.Holder(), "nobody yet")
}

func TestAStandardForConcernsIsChecked(t *testing.T) {
	for _, k := range concern.Kinds() {
		var e sp.InvalidError
		concern.Proposed(k, sp.Calendar{}).Check(&e, "")
		require.NoError(t, e.Err())
	}
	var e sp.InvalidError
	concern.Standard{Reply: -time.Hour, Days: -1, Escalate: []time.Duration{2, 1}}.Check(&e, "crisis.")
	for _, field := range []string{"crisis.name", "crisis.reply", "crisis.days", "crisis.escalate"} {
		require.ErrorContains(t, e.Err(), field)
	}
}

// Whatever has been answered, an open concern has a next step, and the longer it
// waits the higher its level.
func TestAnOpenConcernIsNeverWithoutANextStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := concern.Concern{Raised: at(9, 0)}
		for range rapid.IntRange(0, 4).Draw(t, "offers") {
			asked := at(9, rapid.IntRange(0, 300).Draw(t, "asked"))
			o := concern.Offer{To: "team", At: asked}
			if a := rapid.SampledFrom(append(concern.Answers(), "")).Draw(t, "answer"); a != "" && !a.Ends() {
				o.Answer, o.Answered = a, asked.Add(time.Minute)
			}
			c.Offers = append(c.Offers, o)
		}
		for _, k := range concern.Kinds() {
			level := 0
			for _, now := range []time.Time{at(15, 0), at(20, 0), at(48, 0)} {
				due, ok := concern.Proposed(k, sp.Calendar{}).Next(c, time.Time{}, now)
				require.True(t, ok)
				require.NotEmpty(t, due.Step)
				require.False(t, due.By.IsZero())
				require.GreaterOrEqual(t, due.Level, level)
				require.Equal(t, due.Step == concern.StepChase, due.By.After(now), "all but waiting for an answer is due now")
				level = due.Level
			}
		}
	})
}
