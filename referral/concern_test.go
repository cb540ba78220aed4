package referral_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAConcernIsRaisedOnceUnderItsID(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, by(sp.RolePerson, 5)))
	err := r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding}, by(sp.RolePerson, 6))
	require.ErrorContains(t, err, "flag was raised before")
	require.Len(t, r.Concerns(), 1)
	require.ErrorIs(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: "rumour"}, by(sp.RolePerson, 6)), sp.ErrInvalid)
	require.ErrorContains(t, r.OfferHandOver("F-2", "crisis-team", lead(6)), "must be one that was raised")
}

func TestAReferralsOldestConcernIsTheOneThatHappenedFirst(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.Zero(t, r.FlaggedSince())
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, by(sp.RolePerson, 9)))
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Safeguarding}, by(sp.RoleReferrer, 10).Happened(referraltest.Day(7))))
	require.Equal(t, referraltest.Day(7), r.FlaggedSince(), "though it was noted later")
}

func TestAHandOverOfAFlagThatNobodyRaisedBreaksNoReplay(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	var h store.History[referral.Event] // as no command writes it
	h.Append(referral.Received{Person: "P-1"}, by(sp.RoleReferrer, 0))
	h.Append(referral.HandedOver{Flag: "F-1", To: "crisis-team"}, by(sp.RoleProvider, 1))
	b, err := h.Pending(store.Key{Tenant: "bay", Kind: referral.Kind, ID: "R-1"}, nil)
	require.NoError(t, err)
	require.NoError(t, db.Commit(t.Context(), b))
	r, err := referral.NewRepository(db, nil).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.Empty(t, r.Concerns())
}

// lead is the stamp of a link worker who carries nothing: the team leader.
func lead(day int) sp.Stamp {
	return sp.By(sp.Actor{ID: "lead", Role: sp.RoleLinkWorker}, referraltest.Day(day))
}

func openOf(r *referral.Referral) (n int) {
	for _, c := range r.Concerns() {
		if c.Open() {
			n++
		}
	}
	return n
}

// team is the stamp of somebody of a team that was asked.
func team(id string, day int) sp.Stamp {
	return sp.By(sp.Actor{ID: "nurse-1", Role: sp.RoleProvider, For: id}, referraltest.Day(day))
}

// flagged is a referral whose link worker has raised a crisis on day 5 and asked the crisis team.
func flagged(t *testing.T) *referral.Referral {
	t.Helper()
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis, Reason: concern.SuicidalThoughts, To: "crisis-team"}, by(sp.RoleLinkWorker, 5)))
	return r
}

func TestAReferralTakesThreeAnswersToAConcernAndEachFromWhoMay(t *testing.T) {
	carrier, second, them := by(sp.RoleLinkWorker, 6), lead(6), team("crisis-team", 6)
	for _, c := range []struct {
		answer concern.Answer
		may    []sp.Stamp
		not    []sp.Stamp
	}{
		{concern.Unconfirmed, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.BelowThreshold, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.NotTheirs, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.Incomplete, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.AlreadyKnown, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.Unreachable, []sp.Stamp{carrier, second, them}, []sp.Stamp{team("other-team", 6)}},
		{concern.AssessedNoConcern, []sp.Stamp{second, them}, []sp.Stamp{carrier, team("other-team", 6)}},
		{concern.RaisedByMistake, []sp.Stamp{second}, []sp.Stamp{carrier, them}},
		{concern.Accepted, nil, []sp.Stamp{carrier, second, them}}, // which AcceptHandOver records
	} {
		from := concern.TeamID("crisis-team")
		if c.answer == concern.RaisedByMistake {
			from = ""
		}
		answer := referral.HandOverAnswered{Flag: "F-1", By: from, Answer: c.answer, Reference: "CT-77"}
		for _, s := range c.not {
			r := flagged(t)
			require.Error(t, r.AnswerHandOver(answer, s), "%s by %s", c.answer, s.By)
			require.True(t, r.Concerns()[0].Open())
		}
		for _, s := range c.may {
			r := flagged(t)
			require.NoError(t, r.AnswerHandOver(answer, s), "%s by %s", c.answer, s.By)
			got := r.Concerns()[0]
			require.Equal(t, !c.answer.Ends(), got.Open(), c.answer)
			if from != "" {
				require.Equal(t, []concern.Offer{{
					To: "crisis-team", By: "link-worker-1", At: referraltest.Day(5), Answer: c.answer, Answered: referraltest.Day(6), Reference: "CT-77",
				}}, got.Offers)
			}
		}
	}
}

func TestAnswerHandOverTakesTheTeamItselfOrTwoPeople(t *testing.T) {
	for name, c := range map[string]struct {
		s    sp.Stamp
		to   concern.TeamID
		want string // in the refusal; empty is none
	}{
		"the team itself":                        {team("crisis-team", 6), "crisis-team", ""},
		"another team":                           {team("other-team", 6), "other-team", "not yours"},
		"a second link worker":                   {lead(6), "crisis-team", ""},
		"a second, for a team that nobody asked": {lead(6), "other-team", "told-unconfirmed"},
		"whoever carries it":                     {by(sp.RoleLinkWorker, 6), "crisis-team", "not yours"},
		"a second, who hands it back":            {lead(6), "link-worker-1", "other than who carries it"},
		"the practice, for itself":               {by(sp.RoleReferrer, 6), "bay/practice-1", ""},
		"whoever is called like the team":        {sp.By(sp.Actor{ID: "crisis-team", Role: sp.RoleProvider, For: "other-team"}, referraltest.Day(6)), "crisis-team", "not yours"},
		"the practice, for another":              {by(sp.RoleReferrer, 6), "crisis-team", "the team that you act for"},
	} {
		r := flagged(t)
		err := r.AcceptHandOver("F-1", c.to, "", c.s)
		if c.want == "" {
			require.NoError(t, err, name)
			took, ok := r.Concerns()[0].Took()
			require.True(t, ok, name)
			require.Equal(t, 24*time.Hour, took, name)
			continue
		}
		require.ErrorContains(t, err, c.want, name)
		require.True(t, r.Concerns()[0].Open(), name)
	}
}

func TestAReferralLeavesAConcernThatComesBackWithItsHolderUntilTheNextTeamSaysYes(t *testing.T) {
	r := flagged(t)
	require.NoError(t, r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.NotTheirs}, team("crisis-team", 6)))
	require.NoError(t, r.OfferHandOver("F-1", "night-team", by(sp.RoleLinkWorker, 6)))
	require.NoError(t, r.Assign("ben", by(sp.RoleLinkWorker, 7)), "what ann carries goes with her cases")
	require.ErrorContains(t, r.OfferHandOver("F-1", "ben", by(sp.RoleLinkWorker, 7)), "other than who carries it")
	require.NoError(t, r.AcceptHandOver("F-1", "night-team", "N-1", team("night-team", 8)))
	require.ErrorContains(t, r.AcceptHandOver("F-1", "crisis-team", "", team("crisis-team", 9)), "not yours")
	c := r.Concerns()[0]
	require.Equal(t, []concern.Holding{
		{Who: "link-worker-1", Role: sp.RoleLinkWorker, From: referraltest.Day(5), To: referraltest.Day(7)},
		{Who: "ben", Role: sp.RoleLinkWorker, From: referraltest.Day(7), To: referraltest.Day(8)},
		{Who: "night-team", From: referraltest.Day(8)},
	}, c.Holders)
	require.Equal(t, 1, c.Bounces())
	require.Equal(t, 3, c.Nights(referraltest.Day(90), nil, nil))
	require.Zero(t, r.FlaggedSince())
}

func TestAConcernThatAPersonRaisesIsCarriedByNobodyUntilALinkWorkerHasIt(t *testing.T) {
	raise := func() *referral.Referral {
		r := referraltest.Referral("R-1", referral.StateReceived)
		require.NoError(t, r.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Safeguarding, To: "adult-team"}, by(sp.RolePerson, 1)))
		require.Empty(t, r.Concerns()[0].Holder().Who)
		require.Error(t, r.AcceptHandOver("F-1", "adult-team", "", lead(2)), "one person alone has not seen to it")
		require.Error(t, r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", Answer: concern.RaisedByMistake}, lead(2)), "nor dismisses what a person has said")
		return r
	}
	r := raise()
	require.NoError(t, r.Accept("ann", by(sp.RoleLinkWorker, 2)))
	require.Equal(t, "ann", r.Concerns()[0].Holder().Who)
	require.NoError(t, r.AcceptHandOver("F-1", "adult-team", "", lead(2)))

	r = raise()
	require.NoError(t, r.OfferHandOver("F-1", "adult-team", by(sp.RoleLinkWorker, 2)))
	require.Equal(t, "link-worker-1", r.Concerns()[0].Holder().Who)
	require.Error(t, r.AcceptHandOver("F-1", "adult-team", "", by(sp.RoleLinkWorker, 2)))
	require.NoError(t, r.AcceptHandOver("F-1", "adult-team", "", lead(2)))
}

func TestAMistakenFlagBlocksNothingOnceASecondPersonHasSaidSo(t *testing.T) {
	r := flagged(t)
	require.Error(t, alone(r).EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 6)))
	mistake := referral.HandOverAnswered{Flag: "F-1", Answer: concern.RaisedByMistake}
	require.ErrorContains(t, r.AnswerHandOver(mistake, by(sp.RoleLinkWorker, 6)), "a second person")
	require.NoError(t, r.AnswerHandOver(mistake, lead(6)))
	require.Len(t, r.Concerns()[0].Holders, 1, "nobody has taken it over")
	require.Zero(t, r.SpeakSince())
	require.NoError(t, alone(r).EnterInError(reason.Because(reason.Mistake), by(sp.RoleLinkWorker, 6)))
}

func TestAReferralEndsByADeathDespiteFlagsAndAlerts(t *testing.T) {
	r := flagged(t)
	c := alone(r)
	c.Assessments = append(c.Assessments, asked(t, 5, measure.Answers{"9": 2}))
	require.Error(t, c.Withdraw(reason.Because(reason.Moved), by(sp.RoleLinkWorker, 6)))
	require.NoError(t, c.RecordDeath(by(sp.RoleLinkWorker, 6)))
	require.Equal(t, referral.StateWithdrawn, r.State())
	require.Equal(t, reason.Died, r.Reason().Code)
	require.False(t, r.FlaggedSince().IsZero(), "somebody has to be told all the same")
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", team("crisis-team", 7)))
	require.Zero(t, r.SpeakSince(), "nobody asks how they are")

	r = referraltest.Referral("R-2", referral.StateActive)
	require.ErrorContains(t, alone(r).Withdraw(reason.Because(reason.Died), by(sp.RoleLinkWorker, 6)), "RecordDeath")
}

func TestAReferralOwesItsReferrerNewsOfAConcernBeforeAllOther(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	owed := func() (list []referral.ID) {
		for r, err := range repo.AlarmOwed(ctx, referraltest.Day(30)) {
			require.NoError(t, err)
			list = append(list, r.ID())
		}
		return list
	}
	r := flagged(t)
	require.NoError(t, store.Save(ctx, db, r, referraltest.Referral("R-2", referral.StateActive)))
	require.Equal(t, []referral.ID{"R-1"}, owed())
	require.Equal(t, referraltest.Day(5), r.AlarmSince())
	require.NoError(t, r.SendFeedback("D-1", by(sp.RoleLinkWorker, 5)))
	require.NoError(t, store.Save(ctx, db, r))
	require.Empty(t, owed())
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", team("crisis-team", 6)))
	require.Equal(t, referraltest.Day(6), r.AlarmSince(), "that somebody has it is news as well")

	told := referraltest.Referral("R-3", referral.StateActive)
	require.NoError(t, told.Raise(referral.Flagged{Flag: "F-1", Kind: concern.Crisis}, by(sp.RoleReferrer, 5)))
	require.Zero(t, told.AlarmSince(), "whoever says it knows it")
}

func TestAPersonIsSpokenToAfterACrisis(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	r := flagged(t)
	require.Zero(t, r.SpeakSince(), "as long as it is open there is more to do")
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", team("crisis-team", 6)))
	require.NoError(t, store.Save(ctx, db, r))
	for found, err := range repo.SpeakAfterCrisis(ctx) {
		require.NoError(t, err)
		require.Equal(t, referraltest.Day(6), found.SpeakSince())
	}
	require.NoError(t, r.Contact("phone", 10, by(sp.RoleLinkWorker, 7)))
	require.Equal(t, referraltest.Day(6), r.SpeakSince(), "and again after a week")
	require.NoError(t, r.Contact("phone", 10, by(sp.RoleLinkWorker, 13)))
	require.Zero(t, r.SpeakSince())
}

func TestAnAnswerBeforeTheConcernWasRaisedIsRefused(t *testing.T) {
	r := flagged(t)
	require.ErrorContains(t, r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.Unconfirmed}, by(sp.RoleLinkWorker, 6).Happened(referraltest.Day(4))), "before the concern was raised")
	require.ErrorContains(t, r.AnswerHandOver(referral.HandOverAnswered{Flag: "F-2", By: "crisis-team", Answer: concern.Unconfirmed}, by(sp.RoleLinkWorker, 6)), "must be one that was raised")
	require.ErrorContains(t, r.Raise(referral.Flagged{Flag: "F-3", Kind: concern.Crisis, Reason: "gossip"}, by(sp.RoleLinkWorker, 6)), "reason")
}

// Another concern that is open does not let one that was taken over be answered again.
func TestCaseConcernThatATeamHasTakenOverIsAnsweredNoMore(t *testing.T) {
	r := flagged(t)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Crisis, To: "crisis-team"}, by(sp.RoleLinkWorker, 5)))
	require.NoError(t, r.AcceptHandOver("F-1", "crisis-team", "", team("crisis-team", 6)))
	again := referral.HandOverAnswered{Flag: "F-1", By: "crisis-team", Answer: concern.BelowThreshold}
	require.ErrorContains(t, r.AnswerHandOver(again, lead(7)), "in other hands already")
	require.ErrorContains(t, r.AcceptHandOver("F-1", "crisis-team", "", lead(7)), "in other hands already")
	require.ErrorContains(t, r.OfferHandOver("F-1", "night-team", by(sp.RoleLinkWorker, 7)), "in other hands already")
}

// A team that was asked about one concern has no word in another.
func TestATeamAnswersOnlyForTheConcernThatItWasAskedAbout(t *testing.T) {
	r := flagged(t)
	require.NoError(t, r.Raise(referral.Flagged{Flag: "F-2", Kind: concern.Crisis, To: "other-team"}, by(sp.RoleLinkWorker, 5)))
	for _, as := range []concern.TeamID{"crisis-team", "other-team"} {
		answer := referral.HandOverAnswered{Flag: "F-1", By: as, Answer: concern.NotTheirs}
		require.ErrorContains(t, r.AnswerHandOver(answer, team("other-team", 6)), "that you act for, and that was asked", as)
	}
	require.ErrorContains(t, r.AcceptHandOver("F-1", "other-team", "", team("other-team", 6)), "your team was asked about")
	require.True(t, r.Concerns()[0].Open())
}
