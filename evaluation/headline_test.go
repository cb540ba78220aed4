package evaluation_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
)

// counts returns yes, of and excluded of some indicators.
func counts(t *testing.T, r *evaluation.Run, ids ...string) (all [][3]int64) {
	t.Helper()
	for _, id := range ids {
		f := estimate(t, r, id)
		all = append(all, [3]int64{int64(f.Estimate.Numerator), int64(f.Estimate.Denominator), f.Excluded})
	}
	return all
}

// The ways in which a headline can end.
var (
	ofPeople = []string{catalogue.PeopleBegunID, catalogue.PeopleLeftID, catalogue.PeopleWaitingID}
	ofNeeds  = []string{catalogue.NeedsMetID, catalogue.NeedsLeftID, catalogue.NeedsOpenID, catalogue.NeedsUnknownID}
)

func TestFiguresOfNeedsSayWhatBecameOfEachNeed(t *testing.T) {
	received := event("R-1", 0, referral.Received{Person: "P-1"})
	assessed := event("R-1", 3, referral.Assessed{Needs: []needs.Code{needs.Debt, needs.Grief}})
	proposed := event("PL-1", 4, placement.Proposed{Referral: "R-1", Needs: []needs.Code{needs.Debt, needs.Grief}})
	closed := func(o needs.Outcome, unmet ...needs.Code) store.RecordedEvent {
		return event("R-1", 60, referral.Closed{Result: needs.Result{Outcome: o, Unmet: unmet}})
	}
	done := func(o needs.Outcome, unmet ...needs.Code) store.RecordedEvent {
		return event("PL-1", 50, placement.Completed{Result: needs.Result{Outcome: o, Unmet: unmet}})
	}
	for _, c := range []struct {
		name                     string
		events                   []store.RecordedEvent
		met, left, open, unknown int64
	}{
		{"needs that nobody has tried to meet are open", nil, 0, 0, 2, 0},
		{"a placement that met them met them", []store.RecordedEvent{proposed, done(needs.Met)}, 2, 0, 0, 0},
		{"one that met some leaves the others", []store.RecordedEvent{proposed, done(needs.PartlyMet, needs.Grief)}, 1, 0, 1, 0},
		{"one that met none is no end of the need", []store.RecordedEvent{proposed, done(needs.NotMet)}, 0, 0, 2, 0},
		{"one that was a mistake met nothing", []store.RecordedEvent{proposed, done(needs.Met), event("PL-1", 51, placement.EnteredInError{})}, 0, 0, 2, 0},
		{"what the closing leaves is still there at the end", []store.RecordedEvent{closed(needs.PartlyMet, needs.Debt)}, 1, 1, 0, 0},
		{"the closing is the last word", []store.RecordedEvent{proposed, done(needs.Met), closed(needs.NotMet)}, 0, 2, 0, 0},
		{"in either direction", []store.RecordedEvent{proposed, done(needs.NotMet), closed(needs.Met)}, 2, 0, 0, 0},
		{"a closing that does not know leaves to placements what they know", []store.RecordedEvent{proposed, done(needs.PartlyMet, needs.Grief), closed(needs.UnknownOutcome)}, 1, 0, 0, 1},
		{"who withdraws has their needs still", []store.RecordedEvent{event("R-1", 9, referral.Withdrawn{})}, 0, 2, 0, 0},
		{"but for what was met before", []store.RecordedEvent{proposed, done(needs.PartlyMet, needs.Grief), event("R-1", 70, referral.Withdrawn{})}, 1, 1, 0, 0},
		{"an end to come is none", []store.RecordedEvent{event("R-1", 101, referral.Closed{Result: needs.Result{Outcome: needs.Met}})}, 0, 0, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, evaluation.Options{AsOf: monday.Add(100)}, append([]store.RecordedEvent{received, assessed}, c.events...)...)
			require.Equal(t, [][3]int64{{c.met, 2, 0}, {c.left, 2, 0}, {c.open, 2, 0}, {c.unknown, 2, 0}}, counts(t, r, ofNeeds...))
			of := [][3]int64{{min(c.met, 1), 1, 0}, {c.met / 2, 1, 0}}
			require.Equal(t, of, counts(t, r, catalogue.PeopleHelpedID, catalogue.PeopleMetID))
		})
	}
}

func TestFiguresOfPeopleTellLeavingFromWaiting(t *testing.T) {
	received := event("R-1", 0, referral.Received{Person: "P-1"})
	proposed, started := event("PL-1", 4, placement.Proposed{Referral: "R-1"}), event("PL-1", 30, placement.Started{})
	again := event("R-2", 40, referral.Received{Person: "P-1"})
	gone := event("R-1", 20, referral.Withdrawn{})
	for _, c := range []struct {
		name                 string
		asOf                 int
		events               []store.RecordedEvent
		begun, left, waiting int64
	}{
		{"who was somewhere began", 90, []store.RecordedEvent{proposed, started}, 1, 0, 0},
		{"who began too late still waited", 90, []store.RecordedEvent{proposed, event("PL-1", 85, placement.Started{})}, 0, 0, 1},
		{"who left is not waiting", 90, []store.RecordedEvent{gone}, 0, 1, 0},
		{"who left after it began has begun", 90, []store.RecordedEvent{proposed, started, event("R-1", 50, referral.Closed{})}, 1, 0, 0},
		{"who left later waited until then", 90, []store.RecordedEvent{event("R-1", 85, referral.Closed{})}, 0, 0, 1},
		{"who was referred again waits again", 90, []store.RecordedEvent{gone, again}, 0, 0, 1},
		{"and may begin", 90, []store.RecordedEvent{gone, again, event("PL-2", 50, placement.Proposed{Referral: "R-2"}), event("S-1", 60, session.Planned{Placement: "PL-2"}), event("S-1", 80, session.Attended{})}, 1, 0, 0},
		{"or leave again", 90, []store.RecordedEvent{gone, again, event("R-2", 41, referral.Expired{})}, 0, 1, 0},
		{"a second referral that was a mistake makes no second person", 90, []store.RecordedEvent{gone, again, event("R-2", 41, referral.EnteredInError{})}, 0, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, evaluation.Options{AsOf: monday.Add(c.asOf)}, append([]store.RecordedEvent{received}, c.events...)...)
			require.Equal(t, [][3]int64{{c.begun, 1, 0}, {c.left, 1, 0}, {c.waiting, 1, 0}}, counts(t, r, ofPeople...))
		})
	}
	young := run(t, evaluation.Options{AsOf: monday.Add(83)}, received, proposed, started)
	require.Equal(t, [][3]int64{{0, 0, 1}, {0, 0, 1}, {0, 0, 1}}, counts(t, young, ofPeople...), "quick ones do not come first")
	mistake := run(t, evaluation.Options{AsOf: monday.Add(90)}, received, event("R-1", 1, referral.EnteredInError{}))
	require.Equal(t, [][3]int64{{0, 0, 1}, {0, 0, 1}, {0, 0, 1}}, counts(t, mistake, ofPeople...))
	two := run(t, evaluation.Options{AsOf: monday.Add(90)}, event("R-1", 0, referral.Received{}), event("R-2", 0, referral.Received{}))
	require.Equal(t, int64(2), counts(t, two, catalogue.PeopleWaitingID)[0][1], "referrals that name nobody are of as many people")
}

func TestTheFiguresOfAHeadlineAddUpToAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sums, of := map[string]int64{}, map[string]int64{}
		for _, f := range figures(t, run(t, evaluation.Options{AsOf: monday.Add(rapid.IntRange(0, 400).Draw(t, "day"))}, history(t)...)) {
			sums[f.Indicator], of[f.Indicator] = int64(f.Estimate.Numerator), int64(f.Estimate.Denominator)
		}
		for _, ways := range [][]string{ofPeople, ofNeeds} {
			var all int64
			for _, id := range ways {
				all += sums[id]
				require.Equal(t, of[ways[0]], of[id])
			}
			require.Equal(t, of[ways[0]], all)
		}
		require.LessOrEqual(t, sums[catalogue.PeopleMetID], sums[catalogue.PeopleHelpedID])
	})
}

// Every share says what it is a share of.
func TestAFigureOfAShareIsNeverBare(t *testing.T) {
	r := run(t, evaluation.Options{AsOf: monday.Add(400)}, year(3)...)
	for _, f := range figures(t, r) {
		require.NotEmpty(t, f.Estimate.Of, f.Indicator)
		if f.Defined() {
			require.Regexp(t, ` \d+ of \d+ [a-z ]+, `, f.String())
		}
	}
}
