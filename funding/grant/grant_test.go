package grant_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/internal/goldentest"
	"github.com/socialprescribing/sp/transition"
)

func golden(t *testing.T, path, got string) {
	t.Helper()
	goldentest.Equal(t, path, got)
}

// moneys compares amounts, which have unexported fields.
var moneys = cmp.Comparer(func(a, b sp.Money) bool { return a == b })

func on(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// anybody may do what the table allows.
var anybody = transition.TableOnly{}

// by is the stamp of whoever acts in a role for those concerned.
func by(role sp.Role, at time.Time) sp.Stamp {
	if role == sp.RoleSystem {
		return sp.BySystem("nightly", at)
	}
	return sp.By(sp.Actor{ID: "somebody", Role: role, For: map[sp.Role]string{grant.RoleFunder: "bay/council", sp.RoleProvider: "bay/green"}[role]}, at)
}

// opened returns a fund that was opened.
func opened(id grant.FundID, o grant.Opening, s sp.Stamp) (*grant.Fund, error) {
	f := grant.NewFund(id, anybody)
	if err := f.Open(o, s); err != nil {
		return nil, err
	}
	return f, nil
}

// offer returns an award that was offered.
func offer(f *grant.Fund, terms contract.Terms, s sp.Stamp) (*grant.Award, error) {
	a := grant.NewAward(grant.AwardID(terms.ID), anybody)
	if err := f.Offer(a, terms, s); err != nil {
		return nil, err
	}
	return a, nil
}

var (
	funder   = by(grant.RoleFunder, on(2026, 4, 1))
	provider = by(sp.RoleProvider, on(2026, 4, 2))
	system   = by(sp.RoleSystem, on(2026, 4, 3))
	late     = by(grant.RoleFunder, on(2030, 4, 1))
)

func open(t require.TestingT, id grant.FundID, rule grant.CarryOver) *grant.Fund {
	f, err := opened(id, grant.Opening{Funder: "bay/council", Currency: sp.GBP, CarryOver: rule}, funder)
	require.NoError(t, err)
	return f
}

// funded opens a fund that carries everything over, with pounds in each of three years.
func funded(t require.TestingT, pounds int64) *grant.Fund {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.CarryAll})
	for y := contract.Year(2026); y < 2029; y++ {
		require.NoError(t, f.Allocate(y, sp.Pounds(pounds), funder))
	}
	return f
}

// twoYears are terms of £24,000 over two financial years, in four instalments.
func twoYears(id contract.ID) contract.Terms {
	t := contract.Terms{
		ID: id, Provider: "bay/green", Service: "bay/walks", Period: sp.NewDate(2026, time.April, 1).Months(24),
		Amount: sp.Pounds(24_000), Basis: contract.ByMonths,
		Costs: contract.Costs{Salary: sp.Pounds(12_000), OnCost: sp.Pounds(3_000), Activity: sp.Pounds(7_000), Overhead: sp.Pounds(2_000)},
	}
	for i := range 4 {
		t.Instalments = append(t.Instalments, contract.Instalment{Due: sp.NewDate(2026, time.Month(4+6*i), 15), Amount: sp.Pounds(6_000)})
	}
	return t
}

// agreed makes an award and has it signed.
func agreed(t require.TestingT, f *grant.Fund, terms contract.Terms) *grant.Award {
	a, err := offer(f, terms, funder)
	require.NoError(t, err)
	require.NoError(t, a.Agree(provider))
	return a
}

func TestAnOfferSetsTheMoneyAsideInEachYear(t *testing.T) {
	f := funded(t, 20_000)
	a, err := offer(f, twoYears("A-1"), funder)
	require.NoError(t, err)
	require.Equal(t, grant.StateOffered, a.State())
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(12_000)}, {Year: 2027, Amount: sp.Pounds(12_000)}}, a.Promised())
	require.Empty(t, cmp.Diff(grant.Balance{Year: 2026, Allocated: sp.Pounds(20_000), Free: sp.Pounds(8_000), Committed: sp.Pounds(12_000)}, f.Balance(2026), moneys))

	_, err = offer(f, twoYears("A-2"), funder)
	var short *grant.OverspentError
	require.ErrorAs(t, err, &short)
	require.ErrorIs(t, err, grant.ErrOverspent)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.Equal(t, grant.OverspentError{Fund: "F-1", Year: 2026, Award: "A-2", Want: sp.Pounds(12_000), Left: sp.Pounds(8_000)}, *short)
	require.Equal(t, sp.Pounds(4_000), short.Short())
	require.EqualError(t, err, "grant: fund F-1 in 2026/27: £12,000.00 are needed and £8,000.00 are left, £4,000.00 too little")
	require.Equal(t, sp.Pounds(8_000), f.Balance(2026).Free, "a refusal changes nothing")
}

func TestAFundHasMoneyFreeAgainThatIsNotWanted(t *testing.T) {
	f := funded(t, 20_000)
	a, err := offer(f, twoYears("A-1"), funder)
	require.NoError(t, err)
	require.NoError(t, f.Decline(a, "no-capacity", provider))
	require.Equal(t, grant.StateDeclined, a.State())
	require.Equal(t, grant.Reason("no-capacity"), a.Reason())
	b, err := offer(f, twoYears("A-2"), funder)
	require.NoError(t, err)
	require.NoError(t, f.Withdraw(b, "budget-cut", funder))
	require.Equal(t, sp.Pounds(20_000), f.Balance(2027).Free)
	_, _, ok := b.Next()
	require.False(t, ok)
}

func TestAnAwardDoesNotEndAsOfATimeBeforeItsLastPayment(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	late := by(sp.RoleSystem, on(2028, 5, 2))
	for _, _, more := a.Next(); more; _, _, more = a.Next() {
		require.NoError(t, pay(f, a, late))
	}
	require.ErrorContains(t, a.End(late.Happened(on(2028, 4, 1))), "must not be before the last payment")
	require.NoError(t, a.End(late))
}

func TestInstalmentsArePaidFromTheEarliestYears(t *testing.T) {
	f := funded(t, 20_000)
	terms := twoYears("A-1")
	terms.Instalments = []contract.Instalment{
		{Due: sp.NewDate(2027, 10, 1), Amount: sp.Pounds(9_000)}, {Due: sp.NewDate(2026, 4, 15), Amount: sp.Pounds(15_000)},
	}
	a := agreed(t, f, terms)
	require.NoError(t, pay(f, a, system))
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(12_000)}, {Year: 2027, Amount: sp.Pounds(3_000)}}, a.Paid())
	require.ErrorContains(t, f.Pay(a, 1, system), "number must be that of the next instalment, 2", "an order that came twice")
	number, next, ok := a.Next()
	require.True(t, ok)
	require.Equal(t, 2, number)
	require.Equal(t, sp.NewDate(2027, 10, 1), next.Due)
	require.NoError(t, pay(f, a, funder))
	require.Empty(t, a.Promised())
	err := pay(f, a, funder)
	require.ErrorContains(t, err, "not before an instalment is left")

	require.ErrorContains(t, a.End(funder), "not before its period is over (on 2028-04-01)")
	require.NoError(t, a.End(by(sp.RoleSystem, on(2028, 4, 1))))
	require.Equal(t, grant.StateEnded, a.State())
}

func TestAnAwardSpendsWithinTheBudgetOfEachClassUntilItIsVired(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.NoError(t, pay(f, a, funder))
	half := sp.NewDate(2026, time.April, 1).Months(6)
	require.NoError(t, a.Report(half, contract.Costs{Salary: sp.Pounds(3_000), Activity: sp.Pounds(2_000)}, provider))
	require.Equal(t, sp.Pounds(1_000), a.Unspent())

	err := a.Report(half, contract.Costs{Overhead: sp.Pounds(2_500)}, provider)
	var short *grant.OverspentError
	require.ErrorAs(t, err, &short)
	require.Equal(t, contract.Overhead, short.Class)
	require.Equal(t, short.Want, sp.Pounds(2_500), "what is asked for now, and not what was spent before")
	require.Equal(t, sp.Pounds(500), short.Short())
	require.ErrorContains(t, err, "award A-1 for overhead")

	err = a.Vire(contract.Activity, contract.Overhead, sp.Pounds(5_500), funder)
	require.ErrorAs(t, err, &short, "£2,000 of £7,000 are spent")
	require.Equal(t, sp.Pounds(500), short.Short())
	require.NoError(t, a.Vire(contract.Activity, contract.Overhead, sp.Pounds(500), funder))
	require.NoError(t, a.Report(half, contract.Costs{Overhead: sp.Pounds(2_500)}, provider))
	require.Equal(t, sp.Pounds(-1_500), a.Unspent(), "they wait for money")
	require.NoError(t, a.Report(half, contract.Costs{Overhead: sp.Pounds(-2_500)}, provider), "a correction")
	require.ErrorIs(t, a.Report(half, contract.Costs{Overhead: sp.Pence(-1)}, provider), sp.ErrInvalid)
	require.ErrorIs(t, a.Report(half, contract.Costs{Overhead: sp.NewMoney(1, sp.EUR)}, provider), sp.ErrInvalid)
	require.ErrorIs(t, a.Vire(contract.Salary, "bonus", sp.Pounds(1), funder), sp.ErrInvalid)
}

func TestWhatIsNotSpentIsRecoveredIntoTheLatestYears(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	for range 3 {
		require.NoError(t, pay(f, a, funder))
	}
	require.NoError(t, a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(11_000)}, provider))
	err := f.Recover(a, sp.Pounds(7_001), funder)
	require.ErrorIs(t, err, grant.ErrOverspent)
	require.NoError(t, f.Recover(a, sp.Pounds(7_000), funder))
	require.Equal(t, []contract.Part{{Year: 2026, Amount: sp.Pounds(11_000)}}, a.Paid())
	require.Equal(t, sp.Pounds(9_000), f.Balance(2026).Free)
	require.True(t, a.Unspent().IsZero())
}

func TestAnAwardKeepsWhatIsDueUntilTheDayOfItsTermination(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.NoError(t, pay(f, a, funder))
	lastDay := sp.NewDate(2026, 12, 31)
	require.NoError(t, f.Terminate(a, lastDay, "provider-closed", provider))
	require.Equal(t, sp.Pounds(6_000), f.Balance(2026).Committed, "one instalment is still due")
	require.True(t, f.Balance(2027).Committed.IsZero())
	require.NoError(t, pay(f, a, funder))
	require.Error(t, pay(f, a, funder))
	terms := a.Terms()
	require.Equal(t, sp.Pounds(12_000), terms.Amount)
	require.Equal(t, sp.Period{Start: sp.NewDate(2026, 4, 1), End: sp.NewDate(2027, 1, 1)}, terms.Period)
	require.NoError(t, terms.Check())
	require.ErrorIs(t, f.Terminate(a, lastDay, "provider-closed", funder), sp.ErrInvalid, "it is over")

	f = funded(t, 20_000)
	b := agreed(t, f, twoYears("A-2"))
	require.ErrorIs(t, f.Terminate(b, sp.NewDate(2028, 4, 1), "provider-closed", funder), sp.ErrInvalid, "a day that is not in the period")
	require.ErrorIs(t, f.Terminate(b, lastDay, "Their manager left.", funder), sp.ErrInvalid, "a sentence is no code")
}

func TestAnExtensionNeedsMoneyInItsOwnYears(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	more := grant.Extension{
		End: sp.NewDate(2029, 4, 1), Instalments: []contract.Instalment{{Due: sp.NewDate(2028, 4, 15), Amount: sp.Pounds(21_000)}},
		Costs: contract.Costs{Salary: sp.Pounds(21_000)},
	}
	require.ErrorIs(t, f.Extend(a, more, funder), grant.ErrOverspent)
	more.Instalments[0].Amount, more.Costs.Salary = sp.Pounds(12_000), sp.Pounds(12_000)
	require.NoError(t, f.Extend(a, more, funder))
	more.Instalments[0].Amount = sp.Pounds(1) // the caller's own
	require.Equal(t, sp.Pounds(12_000), f.Balance(2028).Committed)
	terms := a.Terms()
	require.Equal(t, sp.Pounds(36_000), terms.Amount)
	require.Equal(t, sp.Pounds(24_000), terms.Costs.Salary)
	require.InDelta(t, 36, terms.Months(), 0)
	require.NoError(t, terms.Check())

	require.NoError(t, f.Extend(a, grant.Extension{End: sp.NewDate(2029, 5, 10)}, funder), "more time without more money")
	require.NoError(t, a.Terms().Check())
	require.ErrorIs(t, f.Extend(a, grant.Extension{End: sp.NewDate(2029, 5, 10)}, funder), sp.ErrInvalid)
	require.ErrorIs(t, f.Extend(a, grant.Extension{
		End: sp.NewDate(2029, 6, 10), Instalments: []contract.Instalment{{Due: sp.NewDate(2026, 4, 15), Amount: sp.Pounds(1)}},
		Costs: contract.Costs{Salary: sp.Pounds(1)},
	}, funder), sp.ErrInvalid, "an instalment before those that there are")
}

func TestAnAwardThatWasTerminatedBeforeItsFirstInstalmentIsNotExtended(t *testing.T) {
	f, terms := funded(t, 20_000), twoYears("A-1")
	a := agreed(t, f, terms)
	require.NoError(t, f.Terminate(a, sp.NewDate(2026, 4, 10), "provider-closed", funder))
	require.True(t, a.Terms().Amount.IsZero())
	err := f.Extend(a, grant.Extension{
		End: sp.NewDate(2027, 4, 1), Instalments: terms.Instalments[2:3], Costs: contract.Costs{Salary: sp.Pounds(6_000)},
	}, funder)
	var refused *transition.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, transition.NotNow, refused.Code)
}

func TestAFundGivesOnlyWhatItsRulesAllow(t *testing.T) {
	f, err := opened("F-1", grant.Opening{
		Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.Lapse},
		MinimumMonths: 24, ActivityPerSalary: decimal.RequireFromString("0.5"),
	}, funder)
	require.NoError(t, err)
	for y := contract.Year(2026); y < 2028; y++ {
		require.NoError(t, f.Allocate(y, sp.Pounds(50_000), funder))
	}
	short := twoYears("A-1")
	short.Period, short.Costs = sp.NewDate(2026, time.April, 1).Months(23), contract.Costs{Salary: sp.Pounds(18_000), Activity: sp.Pounds(6_000)}
	_, err = offer(f, short, funder)
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, []sp.Field{
		{Path: "period", Code: sp.OutOfRange, Rule: "must be 24 months or more, as this fund gives nothing shorter"},
		{Path: "costs.activity", Code: sp.OutOfRange, Rule: "must be at least 0.5 for each unit of salary in this fund"},
	}, invalid.Fields)
	unstated := twoYears("A-1")
	unstated.Costs = contract.Costs{}
	_, err = offer(f, unstated, funder)
	require.ErrorIs(t, err, sp.ErrInvalid, "what is not stated is not kept")
	a := agreed(t, f, twoYears("A-1"))
	err = a.Vire(contract.Activity, contract.Salary, sp.Pounds(1_000), funder)
	require.ErrorContains(t, err, "must leave activities at least 0.5 for each unit of salary", "£6,000 for £13,000")
	require.NoError(t, a.Vire(contract.Activity, contract.Overhead, sp.Pounds(1_000), funder))
}

func TestAnAwardTakesACorrectionEvenIfTheBudgetWasCutBelowIt(t *testing.T) {
	f := funded(t, 20_000)
	a := agreed(t, f, twoYears("A-1"))
	require.NoError(t, a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(10_000)}, provider))
	require.NoError(t, f.Terminate(a, sp.NewDate(2026, 5, 31), "provider-closed", funder))
	require.Equal(t, sp.Pounds(6_000), a.Terms().Amount)
	require.NoError(t, a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(-1_000)}, provider))
	require.ErrorIs(t, a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(1)}, provider), grant.ErrOverspent)
}
