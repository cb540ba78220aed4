package grant_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAnAwardIsSpentAsVouchersByPlacementAndNoFurtherThanItReaches(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := funded(t, 1_000)
	a := agreed(t, f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.NewDate(2026, time.April, 1).Months(12), Amount: sp.Pounds(100)})
	voucher := func(placement string, help grant.Help, day int, pence int64) grant.Voucher {
		return grant.Voucher{Help: help, Placement: placement, On: sp.NewDate(2026, 5, day), Amount: sp.Pence(pence)}
	}
	for _, v := range []grant.Voucher{
		voucher("PL-1", grant.TransportVoucher, 3, 1250), voucher("PL-2", grant.PersonalBudget, 4, 5000), voucher("PL-1", grant.TransportVoucher, 10, 1250), voucher("PL-1", grant.TransportVoucher, 11, -250),
	} {
		require.NoError(t, a.Spend(v, provider))
	}
	require.ErrorIs(t, a.Spend(voucher("PL-3", grant.TransportVoucher, 3, 2751), provider), grant.ErrOverspent, "£72.50 of £100 are spent")
	require.NoError(t, a.Spend(voucher("PL-3", grant.TransportVoucher, 3, 2750), provider))
	require.NoError(t, store.Save(ctx, db, f, a))
	again, err := grant.NewAwards(db, anybody).Load(ctx, "A-1")
	require.NoError(t, err)
	require.Equal(t, a.Vouchers(), again.Vouchers())
	got := grant.ByPlacement(again.Vouchers())
	require.Equal(t, []grant.Voucher{
		voucher("PL-1", grant.TransportVoucher, 11, 2250), voucher("PL-2", grant.PersonalBudget, 4, 5000), voucher("PL-3", grant.TransportVoucher, 3, 2750),
	}, got)
	require.Equal(t, sp.Pounds(100), again.Spent().Activity, "what the vouchers come to is what was spent, to the penny")
	for says, v := range map[string]grant.Voucher{
		"help must be":                 voucher("PL-1", "taxi", 3, 1),
		"placement":                    voucher("", grant.TransportVoucher, 3, 1),
		"on must lie in the period":    {Help: grant.TransportVoucher, Placement: "PL-1", On: sp.NewDate(2020, 1, 1), Amount: sp.Pence(1)},
		"must not take back more than": voucher("PL-9", grant.TransportVoucher, 3, -1),
		"costs must not be nothing":    voucher("PL-1", grant.TransportVoucher, 3, 0),
	} {
		require.ErrorContains(t, a.Spend(v, provider), says)
	}
}

func TestAwardsSpendForRefusesAVoucherForAnUnknownPlacementOrSomebodyElses(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := funded(t, 1_000)
	a := agreed(t, f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.NewDate(2026, time.April, 1).Months(12), Amount: sp.Pounds(100)})
	require.NoError(t, store.Save(ctx, db, f, a))
	require.NoError(t, db.Commit(ctx, store.Batch{Puts: []store.Put{{Key: store.Key{Kind: "placement", ID: "PL-1"}, Terms: store.Terms{"person": "P-1"}, Body: []byte("{}")}}}))
	awards := grant.NewAwards(db, anybody)
	v := grant.Voucher{Help: grant.TransportVoucher, Placement: "PL-1", On: sp.NewDate(2026, 5, 3), Amount: sp.Pounds(9)}
	require.NoError(t, awards.SpendFor(ctx, a, v, "P-1", provider))
	require.Len(t, a.Vouchers(), 1)
	for _, person := range []string{"P-2", ""} {
		err := awards.SpendFor(ctx, a, v, person, provider)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "placement must be of the person")
		require.NotContains(t, err.Error(), "P-1")
	}
	v.Placement = "PL-2"
	require.ErrorContains(t, awards.SpendFor(ctx, a, v, "P-1", provider), "placement must be one that is known")
	v.Placement = ""
	require.ErrorIs(t, awards.SpendFor(ctx, a, v, "P-1", provider), sp.ErrInvalid)
	require.Len(t, a.Vouchers(), 1)
}
