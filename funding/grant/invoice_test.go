package grant_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAnAwardKeepsAnInvoiceUntilItIsPaid(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	first := grant.InvoiceReceived{Invoice: "I-1", Amount: sp.Pounds(6_000)}
	require.ErrorContains(t, a.SettleInvoice("I-1", funder), "an invoice waits to be paid")
	require.NoError(t, a.ReceiveInvoice(first, funder))
	require.ErrorIs(t, a.ReceiveInvoice(first, funder), sp.ErrInvalid, "it has come already")
	for name, i := range map[string]grant.InvoiceReceived{
		"it has no ID":                {Amount: sp.Pounds(1)},
		"it is of nothing":            {Invoice: "I-2"},
		"it takes money away":         {Invoice: "I-2", Amount: sp.Pounds(-1)},
		"it is in euros, not pounds":  {Invoice: "I-2", Amount: sp.NewMoney(100, sp.EUR)},
		"it is of more than exists":   {Invoice: "I-2", Amount: sp.Pence(1<<59 + 1)},
		"its ID is in several pieces": {Invoice: "I 2", Amount: sp.Pounds(1)},
	} {
		require.ErrorIs(t, a.ReceiveInvoice(i, funder), sp.ErrInvalid, name)
	}
	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, f, a))

	a, err := grant.NewAwards(db, anybody).Load(t.Context(), "A-1")
	require.NoError(t, err)
	require.Equal(t, []grant.InvoiceReceived{first}, a.Invoices())
	require.ErrorIs(t, a.SettleInvoice("I-2", funder), sp.ErrInvalid)
	paid := a.Paid()
	require.NoError(t, a.SettleInvoice("I-1", funder))
	require.Empty(t, a.Invoices())
	require.Equal(t, paid, a.Paid(), "instalments move the money")
	require.ErrorIs(t, a.ReceiveInvoice(first, funder), sp.ErrInvalid, "it is paid")
}
