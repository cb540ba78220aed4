package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAReferralKnowsThatItsFeedbackWasReadAndCoded(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	r := referraltest.Referral("R-1", referral.StateClosed)
	gp := by(sp.RoleReferrer, 12)
	err := r.AcknowledgeFeedback("D-1", gp)
	require.ErrorContains(t, err, "the referrer was told something", "nobody reads what was not sent")
	require.NoError(t, r.SendFeedback("D-1", by(sp.RoleLinkWorker, 11)))
	require.NoError(t, store.Save(t.Context(), db, r))

	r, err = referral.NewRepository(db, referraltest.AllowAll{}).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.ErrorIs(t, r.AcknowledgeFeedback("D-2", gp), sp.ErrInvalid, "another document")
	require.ErrorIs(t, r.CodeFeedback("D-1", "two words", gp), sp.ErrInvalid)
	require.ErrorIs(t, r.AcknowledgeFeedback("D-1", by(sp.RoleProvider, 12)), sp.ErrDenied)
	owed := r.OwedSince()
	require.NoError(t, r.AcknowledgeFeedback("D-1", gp))
	require.NoError(t, r.CodeFeedback("D-1", "871731000000106", by(sp.RoleSystem, 13)))
	require.Equal(t, owed, r.OwedSince(), "nothing is owed to whoever says that they have read it")
}

func TestASubmissionSaysByWhichMediumItCame(t *testing.T) {
	a := referraltest.Submission("R-1")
	a.Medium = "carrier-pigeon"
	_, err := referraltest.Receive(a, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotContains(t, err.Error(), "pigeon")
	for _, a.Medium = range append(referral.Media(), "") {
		_, err := referraltest.Receive(a, referraltest.AllowAll{}, by(sp.RoleReferrer, 0))
		require.NoError(t, err)
	}
}

func TestAReferralOwesItsReferrerNewsOfWhatOthersDecided(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateReceived)
	require.Zero(t, r.OwedSince())
	require.NoError(t, r.Accept("ann", by(sp.RoleLinkWorker, 1)))
	require.Equal(t, referraltest.Day(1), r.OwedSince())
	require.NoError(t, r.SendFeedback("D-1", by(sp.RoleLinkWorker, 2)))
	require.Zero(t, r.OwedSince())
	require.NoError(t, alone(r).Withdraw(reason.Because(reason.Moved), by(sp.RoleReferrer, 3)))
	require.Zero(t, r.OwedSince(), "who decides themself is owed no news of it")

	self, err := referraltest.Receive(referraltest.Submission("R-2"), referraltest.AllowAll{}, by(sp.RolePerson, 0))
	require.NoError(t, err)
	require.NoError(t, self.Accept("ann", by(sp.RoleLinkWorker, 1)))
	require.Zero(t, self.OwedSince(), "a person who referred themself is spoken to")
}

func TestAReferralTellsALetterOfWhatHadHappenedWhenItWasSent(t *testing.T) {
	sent := by(sp.RoleLinkWorker, 31).Happened(referraltest.Day(20)) // and noted after the case was closed
	r := referraltest.Referral("R-1", referral.StateClosed)
	require.Equal(t, referraltest.Day(1), r.OwedSince(), "accepted")
	require.NoError(t, r.SendFeedback("D-1", sent))
	require.Equal(t, referraltest.Day(30), r.OwedSince(), "the letter did not tell of the close")
	require.NoError(t, r.SendFeedback("D-2", by(sp.RoleLinkWorker, 32)))
	require.Zero(t, r.OwedSince())
}
