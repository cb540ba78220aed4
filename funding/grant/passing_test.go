package grant_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAFundSaysWhatOfItsMoneyHasReachedWhomAndWhatLiesStillSinceWhen(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := open(t, "F-1", grant.CarryOver{Rule: grant.CarryAll})
	require.NoError(t, f.Allocate(2026, sp.Pounds(12_000), funder))
	terms := contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.NewDate(2026, time.April, 1).Months(12), Amount: sp.Pounds(12_000)}
	var err error
	terms.Instalments, err = contract.Instalments(terms.Amount, sp.NewDate(2026, 4, 15), sp.NewDate(2026, 10, 15))
	require.NoError(t, err)
	a := agreed(t, f, terms)
	require.NoError(t, pay(f, a, funder))
	require.NoError(t, store.Save(ctx, db, f, a))
	kind := map[directory.ID]sp.Truth{"bay/green": sp.Yes, "bay/firm": sp.No}
	vcse := func(id directory.ID) sp.Truth { return kind[id] }
	funds := grant.NewFunds(db, anybody)
	p, err := funds.Passing(ctx, "F-1", vcse)
	require.NoError(t, err)
	require.Equal(t, grant.Passing{Fund: "F-1", In: sp.Pounds(12_000), Reached: sp.Pounds(6_000), VCSE: sp.Pounds(6_000), Promised: sp.Pounds(6_000)}, p, "nothing lies still")

	more := by(grant.RoleFunder, on(2026, 6, 1))
	require.NoError(t, f.Allocate(2026, sp.Pounds(5_000), more))
	other := terms
	other.ID, other.Provider, other.Amount, other.Instalments = "A-2", "bay/firm", sp.Pounds(1_000), nil
	firm, err := offer(f, other, by(grant.RoleFunder, on(2026, 7, 1)))
	require.NoError(t, err)
	unknown := other
	unknown.ID, unknown.Provider = "A-3", "bay/new"
	third, err := offer(f, unknown, by(grant.RoleFunder, on(2026, 7, 1)))
	require.NoError(t, err)
	require.NoError(t, third.Agree(by(grant.RoleFunder, on(2026, 7, 2))))
	require.NoError(t, pay(f, third, by(grant.RoleFunder, on(2026, 7, 3))))
	require.NoError(t, store.Save(ctx, db, f, firm, third))
	p, err = funds.Passing(ctx, "F-1", vcse)
	require.NoError(t, err)
	require.Equal(t, grant.Passing{
		Fund: "F-1", In: sp.Pounds(17_000), Reached: sp.Pounds(7_000), VCSE: sp.Pounds(6_000), Unknown: sp.Pounds(1_000),
		Promised: sp.Pounds(7_000), Still: sp.Pounds(3_000), Since: more.At,
	}, p)
	_, err = funds.Passing(ctx, "F-9", vcse)
	require.ErrorIs(t, err, sp.ErrNotFound)
}
