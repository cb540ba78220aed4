package referral_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAConcernIsRaisedOnceUnderItsID(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.NoError(t, r.Raise("F-1", referral.Crisis, by(sp.RolePerson, 5)))
	err := r.Raise("F-1", referral.Safeguarding, by(sp.RolePerson, 6))
	require.ErrorContains(t, err, "flag was raised before")
	require.Equal(t, []referral.Flagged{{Flag: "F-1", Kind: referral.Crisis}}, r.OpenFlags())
	require.ErrorIs(t, r.Raise("F-2", "rumour", by(sp.RolePerson, 6)), sp.ErrInvalid)
	require.ErrorContains(t, r.AcceptHandOver("F-2", "crisis-team", by(sp.RoleLinkWorker, 6)), "must be one that was raised")
}

func TestTheOldestConcernIsTheOneThatHappenedFirst(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateActive)
	require.Zero(t, r.FlaggedSince())
	require.NoError(t, r.Raise("F-1", referral.Crisis, by(sp.RolePerson, 9)))
	require.NoError(t, r.Raise("F-2", referral.Safeguarding, by(sp.RoleReferrer, 10).Happened(referraltest.Day(7))))
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
	require.Empty(t, r.OpenFlags())
}
