package referral_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// Somebody who waits in need is rung meanwhile, and still waits.
func TestAReferralThatIsCheckedInStillWaits(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateAccepted)
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 2)))
	require.NoError(t, r.CheckIn(person.Phone, referral.GotWorse, by(sp.RoleLinkWorker, 4)))
	answer, at := r.CheckedIn()
	require.Equal(t, referral.GotWorse, answer)
	require.Equal(t, referraltest.Day(4), at)
	require.True(t, r.Waiting())
	require.Zero(t, r.Attempts(), "they were reached")
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 5).Happened(referraltest.Day(3))))
	require.Zero(t, r.Attempts(), "noted late, they have been reached since")
	require.ErrorContains(t, r.CheckIn(person.Phone, "sad", by(sp.RoleLinkWorker, 6)), "must be still-wanted")
	require.NoError(t, r.Contact(person.Phone, 10, by(sp.RoleLinkWorker, 6)))
	require.Error(t, r.CheckIn(person.Phone, referral.StillWanted, by(sp.RoleLinkWorker, 7)), "they wait no longer")
}

func TestAReferralTakesAConversationOfAtMostADay(t *testing.T) {
	for minutes, ok := range map[int]bool{-1: false, 0: true, 24 * 60: true, 24*60 + 1: false} {
		err := referraltest.Referral("R-1", referral.StateActive).Contact(person.Phone, minutes, by(sp.RoleLinkWorker, 4))
		require.Equal(t, ok, err == nil, "%d minutes: %v", minutes, err)
	}
}

func TestTheSpanOfAttemptsIsFromTheFirstToTheLastInWhateverOrderTheyWereNoted(t *testing.T) {
	policy := referral.Unreachable{Name: "bay-1", Attempts: 2, Span: 7}
	r := referraltest.Referral("R-1", referral.StateAccepted)
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 9)))
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 10).Happened(referraltest.Day(3))))
	require.ErrorContains(t, alone(r).GiveUp(policy, by(sp.RoleLinkWorker, 11)), "number 7, not 6")
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 11).Happened(referraltest.Day(2))))
	require.NoError(t, alone(r).GiveUp(policy, by(sp.RoleLinkWorker, 11)))
}

func TestAFollowUpIsPlannedForADayToCome(t *testing.T) {
	honolulu := time.FixedZone("HST", -10*3600)
	evening := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 6, 9, 20, 0, 0, 0, honolulu))
	today := sp.NewDate(2026, 6, 9)
	r := referraltest.Referral("R-1", referral.StateActive)
	require.ErrorContains(t, r.PlanFollowUp(today, evening), "on must be a day to come")
	require.NoError(t, r.PlanFollowUp(today.Add(1), evening), "it is the next day in UTC already")
	require.Equal(t, today.Add(1), r.FollowUpDue())
}

func TestAPolicyThatAsksForNoAttemptIsRefused(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateAccepted)
	require.NoError(t, r.Attempt(person.Phone, by(sp.RoleLinkWorker, 8)))
	require.ErrorContains(t, alone(r).GiveUp(referral.Unreachable{Name: "bay-1", Days: 1}, by(sp.RoleLinkWorker, 9)), "policy.attempts must be 1 or more")
}

func TestAPersonWaitsUntilTheyAreSpokenTo(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	waiting := []referral.ID{"R-accepted", "R-received"}
	for _, s := range referral.Table().States() {
		r := referraltest.Referral(referral.ID("R-"+s), s)
		require.Equal(t, slices.Contains(waiting, r.ID()), r.Waiting(), "%s", s)
		require.NoError(t, store.Save(ctx, db, r))
	}
	var got []referral.ID
	for r, err := range referral.NewRepository(db, nil).Waiting(ctx, referral.Query{}) {
		require.NoError(t, err)
		got = append(got, r.ID())
	}
	require.Equal(t, waiting, got)
}

func TestARepositoryListsFeedbackOnceItHasBeenOwedForSoLong(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(ctx, db, referraltest.Referral("R-1", referral.StateAccepted))) // since day 1
	for day, want := range map[int]int{1: 0, 2: 1} {
		n := 0
		for _, err := range referral.NewRepository(db, nil).FeedbackOwed(ctx, referraltest.Day(day)) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, want, n, "on day %d", day)
	}
}

func TestAnUrgencyIsRaisedToTheHighestAndNeverLowered(t *testing.T) {
	require.Equal(t, []int{0, 1, 2, 0}, []int{referral.Routine.Rank(), referral.Soon.Rank(), referral.Urgent.Rank(), referral.Urgency("yesterday").Rank()})
	for classes, want := range map[int]referral.Urgency{-1: referral.Soon, 0: referral.Soon, 1: referral.Urgent, math.MaxInt: referral.Urgent} {
		require.Equal(t, want, referral.Soon.Raised(classes), "by %d", classes)
	}
}

func TestTheFirstContactIsTheEarliestThatTookPlace(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive) // spoken to on day 3
	late := by(sp.RoleLinkWorker, 9).Happened(referraltest.Day(2))
	require.NoError(t, r.Contact(person.Phone, 5, late))
	require.Equal(t, referraltest.Day(2), r.FirstContact())
}

func TestAReferralIsUnreachableAfterWhatThePolicyAsksFor(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateAccepted)
	worker := func(n int) sp.Stamp { return by(sp.RoleLinkWorker, n) }
	require.ErrorIs(t, alone(r).GiveUp(referral.Unreachable{}, worker(2)), sp.ErrInvalid, "there is no default policy")
	require.NoError(t, r.Attempt(person.Phone, worker(2)))
	require.NoError(t, r.Attempt(person.Phone, worker(2)))
	err := alone(r).GiveUp(gaveUp, worker(3))
	for _, missing := range []string{
		"attempts number 3, not 2", "days with an attempt number 2, not 1",
		"channels tried number 2, not 1", "days from the first attempt to the last number 7, not 0",
	} {
		require.ErrorContains(t, err, "policy is not met before there are "+missing)
	}
	require.NoError(t, r.Attempt(person.Letter, worker(9)))
	require.Equal(t, 3, r.Attempts())
	require.NoError(t, alone(r).GiveUp(gaveUp, worker(10)))
	require.Equal(t, needs.UnknownOutcome, r.Result().Outcome)
	require.Equal(t, reason.NotReached, r.Reason().Code)

	again := referraltest.Referral("R-2", referral.StateAccepted)
	require.NoError(t, again.Attempt(person.Phone, worker(2)))
	require.NoError(t, again.Contact(person.Phone, 10, worker(3)))
	require.Zero(t, again.Attempts(), "a conversation ends the count")
}

func TestAttemptsAreCountedByWhenTheyTookPlace(t *testing.T) {
	noted := func(on, at int) sp.Stamp { return by(sp.RoleLinkWorker, at).Happened(referraltest.Day(on)) }
	r := referraltest.Referral("R-1", referral.StateActive) // spoken to on day 3
	require.NoError(t, r.Contact(person.Phone, 10, noted(20, 20)))
	require.NoError(t, r.Attempt(person.Phone, noted(10, 21)))
	require.Zero(t, r.Attempts(), "they have spoken since, though it was noted later")
	require.NoError(t, r.Attempt(person.Phone, noted(30, 30)))
	require.NoError(t, r.Contact(person.Phone, 10, noted(25, 31)))
	require.Equal(t, 1, r.Attempts(), "a conversation before it, noted later, does not undo it")
	require.NoError(t, r.Attempt(person.Phone, noted(22, 32)))
	require.Equal(t, 1, r.Attempts(), "the last conversation is that of day 25")
}
