package referraltest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/referraltest"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestEveryStateIsReachedByTheBuildersOfReferraltest(t *testing.T) {
	for _, s := range referral.Table().States() {
		require.Equal(t, s, referraltest.Referral("R-1", s).State())
	}
	for _, s := range placement.Table().States() {
		require.Equal(t, s, referraltest.Placement("PL-1", s).State())
	}
	for _, s := range session.Table().States() {
		require.Equal(t, s, referraltest.Session("S-1", s).State())
	}
}

func TestAWorldHasEveryState(t *testing.T) {
	world := referraltest.NewWorld(42)
	for _, s := range referral.Table().States() {
		require.NotEmpty(t, world.Referrals(s), s)
	}
	var placements []placement.State
	var sessions []session.State
	for _, c := range world.Cases {
		for _, p := range c.Placements {
			placements = append(placements, p.State())
		}
		for _, x := range c.Sessions {
			sessions = append(sessions, x.State())
		}
	}
	require.Subset(t, placements, placement.Table().States())
	require.Subset(t, sessions, session.Table().States())
}

// log returns every event of a world that was saved into an empty store.
func log(t *testing.T, seed uint64) []store.RecordedEvent {
	t.Helper()
	db := store.Tenant(memstore.New(), "bay")
	referraltest.NewWorld(seed).Save(t, db)
	var events []store.RecordedEvent
	for e, err := range db.Log(t.Context(), "", "") {
		require.NoError(t, err)
		events = append(events, e)
	}
	return events
}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	first := log(t, 7)
	require.Equal(t, first, log(t, 7))
	require.NotEqual(t, first, log(t, 8), "another seed makes another world")
}

func TestASavedWorldCanBeLoaded(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	world := referraltest.NewWorld(1)
	world.Save(t, db)
	catalogue, err := directory.NewRepository(db).Load(ctx)
	require.NoError(t, err)
	require.Len(t, catalogue.Services, len(world.Catalogue.Services))
	repo := referral.NewRepository(db, referraltest.AllowAll{})
	for i, want := range world.Cases {
		_, err := person.NewRepository(db).Load(ctx, world.People[i].ID)
		require.NoError(t, err)
		got, err := repo.Case(ctx, want.Referral.ID())
		require.NoError(t, err)
		require.Equal(t, want.Referral.State(), got.Referral.State())
		require.Len(t, got.Placements, len(want.Placements))
		require.Len(t, got.Sessions, len(want.Sessions))
		require.Equal(t, slices.Collect(want.Referral.History()), slices.Collect(got.Referral.History()))
	}
}

func TestOnlyRefusesWhatItDoesNotList(t *testing.T) {
	r := referraltest.Referral("R-1", referral.StateReceived)
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, r))
	r, err := referral.NewRepository(db, referraltest.Only{"accept"}).Load(t.Context(), "R-1")
	require.NoError(t, err)
	require.NoError(t, r.Accept("ann", referraltest.By(sp.RoleLinkWorker, 1)))
	require.ErrorIs(t, r.Contact("phone", 10, referraltest.By(sp.RoleLinkWorker, 1)), sp.ErrDenied)
	require.Equal(t, referral.StateAccepted, r.State())
}
