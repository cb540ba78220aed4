package grant_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestAFundKeepsTheRulesThatItWasOpenedWith(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	want := grant.Opening{
		Funder: "bay/council", Currency: sp.GBP, YearStarts: time.January, RingFenced: true, MinimumMonths: 12,
		CarryOver:         grant.CarryOver{Rule: grant.CarryUpTo, Limit: sp.Pounds(5), Rest: grant.Lapse},
		ActivityPerSalary: decimal.RequireFromString("0.25"),
	}
	f, err := opened("F-1", want, funder)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), db, f))
	again, err := grant.NewFunds(db, anybody).Load(t.Context(), "F-1")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, again.Opening(), moneys))
	want.YearStarts = 0
	f, err = opened("F-1", want, funder)
	require.NoError(t, err)
	require.Equal(t, time.April, f.Opening().YearStarts)
}

func TestAFundOfCalendarYearsSaysWhichItLacks(t *testing.T) {
	f, err := opened("F", grant.Opening{Funder: "bay/council", Currency: sp.GBP, YearStarts: time.January, CarryOver: grant.CarryOver{Rule: grant.Lapse}}, funder)
	require.NoError(t, err)
	require.NoError(t, f.Allocate(2025, sp.Pounds(1000), funder))
	terms := twoYears("A-1")
	terms.Period, terms.Amount, terms.Basis = sp.Period{Start: sp.NewDate(2025, 7, 1), End: sp.NewDate(2026, 7, 1)}, sp.Pounds(1200), contract.ByMonths
	terms.Instalments, terms.Costs = nil, contract.Costs{}
	_, err = offer(f, terms, funder)
	require.ErrorContains(t, err, "fund F in 2026: £600.00 are needed")
}

func TestAFundAndAnAwardAreSavedAgainAndAgain(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := funded(t, 20_000)
	a, err := offer(f, twoYears("A-1"), funder)
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, f, a))
	require.NoError(t, a.Agree(provider))
	require.NoError(t, pay(f, a, funder))
	require.NoError(t, store.Save(ctx, db, f, a), "the same two")
	f, err = grant.NewFunds(db, anybody).Load(ctx, "F-1")
	require.NoError(t, err)
	a, err = grant.NewAwards(db, anybody).Load(ctx, "A-1")
	require.NoError(t, err)
	require.NoError(t, pay(f, a, funder))
	require.NoError(t, store.Save(ctx, db, f, a), "and those that were loaded")
	a, err = grant.NewAwards(db, anybody).Load(ctx, "A-1")
	require.NoError(t, err)
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(12_000)}}, a.Paid())
	require.Equal(t, 4, entries(a.History()))
}

func TestAnAwardThatIsOverIsPromisedNothing(t *testing.T) {
	ctx := t.Context()
	for _, state := range []grant.State{grant.StateDeclined, grant.StateWithdrawn} {
		db := store.Tenant(memstore.New(), "bay")
		f, a := in(t, state)
		require.Empty(t, a.Promised(), state)
		require.NoError(t, store.Save(ctx, db, f, a))
		again, err := grant.NewAwards(db, anybody).Load(ctx, "A-1")
		require.NoError(t, err)
		require.Empty(t, again.Promised(), state)
		var released []contract.Part
		for e := range again.History() {
			if closed, ok := e.Event.(grant.AwardClosed); ok {
				released = closed.Released
			}
		}
		require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(12_000)}, {Year: 2027, Amount: sp.Pounds(12_000)}}, released, "what was released stays on record")
	}
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.NoError(t, f.Terminate(a, sp.NewDate(2026, 12, 31), "provider-closed", funder))
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(12_000)}}, a.Promised(), "what is due until the last day")
	require.Equal(t, grant.Reason("provider-closed"), a.Reason())
}

func TestAnInstalmentThatIsDueOnTheLastDayIsStillPaid(t *testing.T) {
	for lastDay, promised := range map[sp.Date]int64{sp.NewDate(2026, 10, 14): 6_000, sp.NewDate(2026, 10, 15): 12_000} {
		f := funded(t, 20_000)
		a := agreed(t, f, twoYears("A-1"))
		require.NoError(t, f.Terminate(a, lastDay, "provider-closed", funder))
		require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(promised)}}, a.Promised(), "%v", lastDay)
	}
	f, a := in(t, grant.StateAgreed)
	require.NoError(t, pay(f, a, funder))
	moves := len(slices.Collect(func(yield func(grant.Move) bool) {
		for _, m := range f.Ledger() {
			yield(m)
		}
	}))
	require.NoError(t, f.Terminate(a, sp.NewDate(2028, 3, 30), "provider-closed", funder))
	for range f.Ledger() {
		moves--
	}
	require.Zero(t, moves, "where all is paid nothing moves")
}

func TestABasisHoldsUntilAnAwardIsExtendedOrCutShort(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.Equal(t, contract.ByMonths, a.Terms().Basis)
	require.NoError(t, f.Extend(a, grant.Extension{End: sp.NewDate(2028, 4, 20)}, funder))
	require.Empty(t, a.Terms().Basis)
	f = funded(t, 20_000)
	a = agreed(t, f, twoYears("A-1"))
	require.NoError(t, pay(f, a, funder))
	require.NoError(t, f.Terminate(a, sp.NewDate(2026, 12, 31), "provider-closed", funder))
	require.Empty(t, a.Terms().Basis)

	db := store.Tenant(memstore.New(), "bay")
	require.NoError(t, store.Save(t.Context(), db, f, a))
	book, err := grant.NewAwards(db, anybody).Book(t.Context(), grant.Query{})
	require.NoError(t, err)
	require.Equal(t, sp.Pounds(12_000), book.Total(), "what was cut short ran all the same")
}

func TestAFundBooksWhatIsRecoveredYearByYear(t *testing.T) {
	f, a := in(t, grant.StateAgreed) // £12,000 of 2026 and £6,000 of 2027 are paid
	require.NoError(t, f.Recover(a, sp.Pounds(7_000), funder))
	for e := range a.History() {
		if recovered, ok := e.Event.(grant.AwardRecovered); ok {
			require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(1_000)}, {Year: 2027, Amount: sp.Pounds(6_000)}}, recovered.Parts)
		}
	}
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(11_000)}}, a.Paid())
}

func TestEveryMovementForAnAwardNamesIt(t *testing.T) {
	f, a := in(t, grant.StateAgreed)
	require.NoError(t, f.Recover(a, sp.Pounds(100), funder))
	require.NoError(t, f.Terminate(a, sp.NewDate(2027, 4, 2), "provider-closed", funder))
	moved := make(map[grant.Account]int64)
	for s, m := range f.Ledger() {
		require.Equal(t, funder, s)
		if m.From == grant.Allocated {
			require.Empty(t, m.Award)
			continue
		}
		require.Equal(t, grant.AwardID("A-1"), m.Award, "%s to %s", m.From, m.To)
		moved[m.To] += m.Amount.Minor()
	}
	require.Equal(t, map[grant.Account]int64{grant.Committed: 24_000_00, grant.Paid: 18_000_00, grant.Free: 6_100_00}, moved)
	for range f.Ledger() {
		break // whoever has seen enough may stop
	}
}

func TestAnAwardWithoutStatedCostsIsBoundByItsAmountAlone(t *testing.T) {
	terms := twoYears("A-1")
	terms.Costs = contract.Costs{}
	a := agreed(t, funded(t, 20_000), terms)
	require.NoError(t, a.Report(sp.FinancialYear(2026), contract.Costs{Overhead: sp.Pounds(24_000)}, provider))
	err := a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pence(1)}, provider)
	var short *grant.OverspentError
	require.ErrorAs(t, err, &short)
	require.Equal(t, grant.OverspentError{Award: "A-1", Want: sp.Pence(1), Left: sp.Money{}}, *short)
	require.EqualError(t, err, "grant: award A-1: £0.01 are needed and 0 are left, £0.01 too little")
}

func TestAnAwardSaysOfWhatAVirementOrARecoveryIsTooMuch(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.NoError(t, pay(f, a, funder))
	require.NoError(t, a.Report(sp.FinancialYear(2026), contract.Costs{Activity: sp.Pounds(2_000)}, provider))
	var short *grant.OverspentError
	require.ErrorAs(t, a.Vire(contract.Activity, contract.Salary, sp.Pounds(5_001), funder), &short)
	require.Equal(t, grant.OverspentError{Award: "A-1", Class: contract.Activity, Want: sp.Pounds(5_001), Left: sp.Pounds(5_000)}, *short)
	require.ErrorAs(t, f.Recover(a, sp.Pounds(4_001), funder), &short)
	require.Equal(t, grant.OverspentError{Award: "A-1", Want: sp.Pounds(4_001), Left: sp.Pounds(4_000)}, *short)
}

func TestAFundWithoutAReserveIsWoundUpWithoutDrawingOne(t *testing.T) {
	f := funded(t, 20_000)
	require.NoError(t, f.WindUp(late))
	for _, m := range f.Ledger() {
		require.NotEqual(t, grant.Drawn, m.From)
	}
	for _, b := range f.Balances() {
		require.True(t, b.Closed, "%v", b.Year)
		require.Equal(t, sp.Pounds(20_000), b.ClawedBack)
	}
}

func TestAQueryStopsAtItsLimit(t *testing.T) {
	ctx, db := t.Context(), store.Tenant(memstore.New(), "bay")
	f := funded(t, 100_000)
	changes := []store.Change{f}
	for _, id := range []contract.ID{"A-1", "A-2", "A-3"} {
		changes = append(changes, agreed(t, f, twoYears(id)))
	}
	require.NoError(t, store.Save(ctx, db, changes...))
	require.Equal(t, []string{"A-1", "A-2"}, ids(t, grant.NewAwards(db, anybody).All(ctx, grant.Query{Limit: 2}), (*grant.Award).ID))
}
