package memstore_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestStoreKeepsEveryPromiseOfADriver(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return new(memstore.Store) })
}

func TestDriverWithEveryCommitInATransaction(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return storetest.ThroughTx(memstore.New()) })
}

func TestAStoreRefusesAPositionThatItsLogDoesNotHave(t *testing.T) {
	db := memstore.New()
	stamp := sp.By(sp.Actor{ID: "w"}, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	e := store.RecordedEvent{Key: store.Key{Tenant: "north", Kind: "referral", ID: "R-1"}, Version: 1, Type: "received", Stamp: stamp}
	require.NoError(t, db.Commit(t.Context(), store.Batch{Events: []store.RecordedEvent{e}}))
	for position, want := range map[store.Position]error{"1": nil, "0": sp.ErrInvalid, "-1": sp.ErrInvalid, "2": sp.ErrInvalid, "x": sp.ErrInvalid} {
		for _, err := range db.Log(t.Context(), "north", position) {
			require.ErrorIs(t, err, want)
			want = nil
		}
		require.NoError(t, want, "position %s", position)
	}
}
