package store_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

func lastError[T any](seq iter.Seq2[T, error]) (err error) {
	for _, err = range seq {
	}
	return err
}

func TestTenantFillsItselfIn(t *testing.T) {
	db := memstore.New()
	north := store.Tenant(db, "north")
	k := store.Key{Kind: "referral", ID: "R-1"}
	b := store.Batch{
		Puts:   []store.Put{{Key: k, Terms: store.Terms{"state": "open"}}},
		Events: []store.RecordedEvent{{Key: k, Version: 1, Type: "received", Stamp: sp.By(ann, moment)}},
	}
	require.NoError(t, north.Commit(t.Context(), b))
	require.Empty(t, b.Puts[0].Tenant, "the caller's batch is left as it was")
	require.Empty(t, b.Events[0].Key.Tenant)

	r, err := north.Get(t.Context(), k)
	require.NoError(t, err)
	require.Equal(t, key("R-1"), r.Key)
	page, _, err := store.Page(t.Context(), north, store.Query{Kind: "referral"})
	require.NoError(t, err)
	require.Len(t, page, 1)
	for e, err := range north.Log(t.Context(), "", "") {
		require.NoError(t, err)
		require.Equal(t, key("R-1"), e.Key)
	}

	_, err = store.Tenant(db, "south").Get(t.Context(), k)
	require.ErrorIs(t, err, sp.ErrNotFound)
	require.NoError(t, north.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: k, If: 1}}}))
}

func TestTenantRefusesAnother(t *testing.T) {
	south := store.Tenant(memstore.New(), "south")
	ctx := t.Context()
	_, err := south.Get(ctx, key("R-1"))
	require.ErrorIs(t, err, sp.ErrDenied)
	require.EqualError(t, err, "store: tenant south: key of tenant north: denied")
	for _, b := range []store.Batch{
		{Puts: []store.Put{{Key: key("R-1")}}},
		{Deletes: []store.Delete{{Key: key("R-1")}}},
		{Events: []store.RecordedEvent{happened("R-1", 1)}},
	} {
		require.ErrorIs(t, south.Commit(ctx, b), sp.ErrDenied)
	}
	require.ErrorIs(t, lastError(south.Scan(ctx, store.Query{Tenant: "north", Kind: "referral"})), sp.ErrDenied)
	require.ErrorIs(t, lastError(south.Log(ctx, "north", "")), sp.ErrDenied)
	require.ErrorIs(t, lastError(store.Tenant(south, "north").Log(ctx, "", "")), sp.ErrDenied, "tenants do not nest")
}

// anyTenant gives each tenant its own scoped driver, so that a suite that knows
// several can be run over Tenant.
type anyTenant struct{ d store.Driver }

func (a anyTenant) Get(ctx context.Context, k store.Key) (store.Record, error) {
	return store.Tenant(a.d, k.Tenant).Get(ctx, k)
}

func (a anyTenant) Commit(ctx context.Context, b store.Batch) error {
	if err := b.Check(); err != nil { // Tenant would fill in what the suite leaves out on purpose
		return err
	}
	tenant := ""
	switch {
	case len(b.Puts) > 0:
		tenant = b.Puts[0].Tenant
	case len(b.Deletes) > 0:
		tenant = b.Deletes[0].Tenant
	case len(b.Events) > 0:
		tenant = b.Events[0].Key.Tenant
	}
	return store.Tenant(a.d, tenant).Commit(ctx, b)
}

func (a anyTenant) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return store.Tenant(a.d, q.Tenant).Scan(ctx, q)
}

func (a anyTenant) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return store.Tenant(a.d, tenant).Log(ctx, tenant, after)
}

func TestTenantKeepsEveryPromiseOfTheDriverBelow(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Driver { return anyTenant{memstore.New()} })
}
