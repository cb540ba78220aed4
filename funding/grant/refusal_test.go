package grant_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
	"github.com/socialprescribing/sp/transition"
)

func TestAnOpeningKeepsToTheListOfRulesAndToItsCurrency(t *testing.T) {
	good := grant.Opening{Funder: "bay/council", Currency: sp.GBP, CarryOver: grant.CarryOver{Rule: grant.Lapse}}
	rule := func(c grant.CarryOver) func(*grant.Opening) { return func(o *grant.Opening) { o.CarryOver = c } }
	for _, tt := range []struct {
		name string
		edit func(*grant.Opening)
		path string // empty: it is allowed
	}{
		{"years may start in December", func(o *grant.Opening) { o.YearStarts = time.December }, ""},
		{"there is no month before January", func(o *grant.Opening) { o.YearStarts = -1 }, "yearStarts"},
		{"a hundred years is the longest minimum", func(o *grant.Opening) { o.MinimumMonths = 1200 }, ""},
		{"more is a slip", func(o *grant.Opening) { o.MinimumMonths = 1201 }, "minimumMonths"},
		{"a rule is one of the list", rule(grant.CarryOver{Rule: "spend-it-fast"}), "carryOver.rule"},
		{"no rule is none", rule(grant.CarryOver{}), "carryOver.rule"},
		{"a limit belongs to carrying up to it", rule(grant.CarryOver{Rule: grant.Lapse, Limit: sp.Pounds(1)}), "carryOver"},
		{"so does a rest", rule(grant.CarryOver{Rule: grant.Reserve, Rest: grant.Lapse}), "carryOver"},
		{"a limit is in the currency of the fund", rule(grant.CarryOver{Rule: grant.CarryUpTo, Limit: sp.NewMoney(1, sp.EUR), Rest: grant.Lapse}), "carryOver.limit"},
		{"a rest is not carried", rule(grant.CarryOver{Rule: grant.CarryUpTo, Limit: sp.Pounds(1), Rest: grant.CarryAll}), "carryOver.rest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := good
			tt.edit(&o)
			_, err := opened("F-1", o, funder)
			if tt.path == "" {
				require.NoError(t, err)
				return
			}
			var invalid *sp.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Fields, 1)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
			require.Equal(t, "fund: open F-1", invalid.Subject)
		})
	}
}

func TestEveryCommandTakesAWholeStampACodedReasonAndTheFundsOwnAward(t *testing.T) {
	nobody := sp.Stamp{By: sp.Actor{Role: grant.RoleFunder, For: "bay/council"}}
	other := open(t, "F-2", grant.CarryOver{Rule: grant.Lapse})
	offer := func() (*grant.Fund, *grant.Award) { return in(t, grant.StateOffered) }
	agreed := func() (*grant.Fund, *grant.Award) { return in(t, grant.StateAgreed) }
	more := grant.Extension{End: sp.NewDate(2028, 5, 1)}
	for _, tt := range []struct {
		name  string
		award func() (*grant.Fund, *grant.Award)
		give  func(*grant.Fund, *grant.Award) error
		path  string
	}{
		{"agree", offer, func(_ *grant.Fund, a *grant.Award) error { return a.Agree(nobody) }, "stamp.by.id"},
		{"report", agreed, func(_ *grant.Fund, a *grant.Award) error {
			return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.Pounds(1)}, nobody)
		}, "stamp.by.id"},
		{"recover", agreed, func(f *grant.Fund, a *grant.Award) error { return f.Recover(a, sp.Pounds(1), nobody) }, "stamp.by.id"},
		{"decline without a reason", offer, func(f *grant.Fund, a *grant.Award) error { return f.Decline(a, "", provider) }, "reason"},
		{"decline with a sentence", offer, func(f *grant.Fund, a *grant.Award) error { return f.Decline(a, "Jo is ill", provider) }, "reason"},
		{"withdraw without a reason", offer, func(f *grant.Fund, a *grant.Award) error { return f.Withdraw(a, "", funder) }, "reason"},
		{"terminate with a long reason", agreed, func(f *grant.Fund, a *grant.Award) error {
			return f.Terminate(a, sp.NewDate(2027, 1, 1), grant.Reason(strings.Repeat("a", 65)), funder)
		}, "reason"},
		{"another fund's offer", offer, func(_ *grant.Fund, a *grant.Award) error { return other.Withdraw(a, "budget-cut", funder) }, "fund"},
		{"another fund's money", agreed, func(_ *grant.Fund, a *grant.Award) error { return other.Recover(a, sp.Pounds(1), funder) }, "fund"},
		{"another fund's time", agreed, func(_ *grant.Fund, a *grant.Award) error { return other.Extend(a, more, funder) }, "fund"},
		{"nothing to recover", agreed, func(f *grant.Fund, a *grant.Award) error { return f.Recover(a, sp.Money{}, funder) }, "amount"},
		{"less than nothing to recover", agreed, func(f *grant.Fund, a *grant.Award) error { return f.Recover(a, sp.Pence(-1), funder) }, "amount"},
		{"a report of nothing", agreed, func(_ *grant.Fund, a *grant.Award) error {
			return a.Report(sp.FinancialYear(2026), contract.Costs{}, provider)
		}, "costs"},
		{"a report without an end", agreed, func(_ *grant.Fund, a *grant.Award) error {
			return a.Report(sp.Period{Start: sp.NewDate(2026, 4, 1)}, contract.Costs{Salary: sp.Pounds(1)}, provider)
		}, "period"},
		{"a report of no day", agreed, func(_ *grant.Fund, a *grant.Award) error {
			day := sp.NewDate(2026, 4, 1)
			return a.Report(sp.Period{Start: day, End: day}, contract.Costs{Salary: sp.Pounds(1)}, provider)
		}, "period"},
		{"a first report in another currency", agreed, func(_ *grant.Fund, a *grant.Award) error {
			return a.Report(sp.FinancialYear(2026), contract.Costs{Salary: sp.NewMoney(1, sp.EUR)}, provider)
		}, "costs"},
		{"a class that is none", agreed, func(_ *grant.Fund, a *grant.Award) error {
			return a.Vire(contract.Salary, "bonus", sp.Pounds(1), funder)
		}, "to"},
		{"costs of more time without more money", agreed, func(f *grant.Fund, a *grant.Award) error {
			x := more
			x.Costs = contract.Costs{Salary: sp.Pounds(1)}
			return f.Extend(a, x, funder)
		}, "costs"},
		{"an instalment before the last so far", agreed, func(f *grant.Fund, a *grant.Award) error {
			return f.Extend(a, grant.Extension{
				End: sp.NewDate(2029, 4, 1), Costs: contract.Costs{Salary: sp.Pounds(1)},
				Instalments: []contract.Instalment{{Due: sp.NewDate(2027, 10, 14), Amount: sp.Pounds(1)}},
			}, funder)
		}, "instalments[0].due"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, a := tt.award()
			before := entries(a.History())
			var invalid *sp.InvalidError
			require.ErrorAs(t, tt.give(f, a), &invalid)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
			require.Equal(t, before, entries(a.History()))
		})
	}
}

func TestTermsThatCannotBeReliedOnAreNotOffered(t *testing.T) {
	f := funded(t, 20_000)
	for path, spoil := range map[string]func(*contract.Terms){
		"id":       func(c *contract.Terms) { c.ID = "Mrs Smith" },
		"provider": func(c *contract.Terms) { c.Provider = "" },
		"costs":    func(c *contract.Terms) { c.Costs.Overhead = sp.Money{} },
		"amount": func(c *contract.Terms) {
			*c = contract.Terms{ID: "A-1", Provider: "bay/green", Period: c.Period, Amount: sp.NewMoney(5, sp.EUR)}
		},
	} {
		terms := twoYears("A-1")
		spoil(&terms)
		a, err := offer(f, terms, funder)
		require.Nil(t, a)
		if path == "id" { // which is not looked at before the rules, and not repeated
			require.ErrorIs(t, err, sp.ErrInvalid)
			_, err = offer(f, terms, provider)
			require.ErrorContains(t, err, "(malformed id)")
			require.NotContains(t, err.Error(), "Smith")
			continue
		}
		var invalid *sp.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, path, invalid.Fields[0].Path)
	}
	require.NoError(t, f.CloseYear(2026, late))
	_, err := offer(f, twoYears("A-1"), funder)
	require.ErrorContains(t, err, "period touches 2026/27, which is closed")
	require.Equal(t, sp.Pounds(40_000), f.Balance(2027).Free)
}

func TestOnlyMoneyOfAnOpenYearIsDrawnOrVired(t *testing.T) {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.Reserve})
	require.NoError(t, f.Allocate(2026, sp.Pounds(100), funder))
	require.NoError(t, f.CloseYear(2026, late))
	require.ErrorIs(t, f.Draw(2026, sp.Pounds(1), funder), sp.ErrInvalid, "it is closed")
	require.ErrorIs(t, f.Draw(2027, sp.Pounds(-1), funder), sp.ErrInvalid)
	require.ErrorIs(t, f.Draw(2027, sp.Money{}, funder), sp.ErrInvalid)
	require.Equal(t, sp.Pounds(100), f.Reserve())
	require.NoError(t, f.Draw(2027, sp.Pounds(100), funder), "to the last penny")
	require.True(t, f.Reserve().IsZero())

	to := open(t, "F-2", grant.CarryOver{Rule: grant.Lapse})
	require.NoError(t, to.Allocate(2026, sp.Pounds(1), funder))
	require.NoError(t, to.CloseYear(2026, late))
	require.ErrorContains(t, grant.Vire(funded(t, 20_000), to, 2026, sp.Pounds(1), funder), "year is closed")
	require.ErrorIs(t, grant.Vire(f, to, 2027, sp.Pounds(-1), funder), sp.ErrInvalid, "nobody is robbed by a sign")
	require.ErrorIs(t, grant.Vire(f, to, 2027, sp.Money{}, funder), sp.ErrInvalid)
	euros, err := opened("F-4", grant.Opening{Funder: "bay/council", Currency: sp.EUR, CarryOver: grant.CarryOver{Rule: grant.Lapse}}, funder)
	require.NoError(t, err)
	require.ErrorContains(t, grant.Vire(f, euros, 2027, sp.Pounds(1), funder), "must be in the same currency")
	january, err := opened("F-3", grant.Opening{Funder: "bay/council", Currency: sp.GBP, YearStarts: time.January, CarryOver: grant.CarryOver{Rule: grant.Lapse}}, funder)
	require.NoError(t, err)
	require.ErrorContains(t, grant.Vire(f, january, 2027, sp.Pounds(1), funder), "must have the same financial years")
	require.Equal(t, sp.Pounds(100), f.Balance(2027).Free)
	require.ErrorContains(t, january.CloseYear(2026, by(grant.RoleFunder, on(2026, 12, 31))), "year must be over, on 2027-01-01")
	require.NoError(t, january.CloseYear(2026, by(grant.RoleFunder, on(2027, 1, 1))))
	require.NoError(t, january.Allocate(9998, sp.Pounds(1), funder))
	require.ErrorContains(t, january.Allocate(9999, sp.Pounds(1), funder), "must be the calendar year in which it starts")
	require.ErrorContains(t, january.CloseYear(9997, late), "not before the next year to close is over (9998/99")
}

func TestWhatALedgerCannotCountIsRefusedAndChangesNothing(t *testing.T) {
	const most = 1 << 59
	f, to := open(t, "F-1", grant.CarryOver{Rule: grant.Reserve}), open(t, "F-2", grant.CarryOver{Rule: grant.Lapse})
	for _, fund := range []*grant.Fund{f, to} {
		require.NoError(t, fund.Allocate(2026, sp.Pence(most), funder))
	}
	err := grant.Vire(f, to, 2026, sp.Pence(most/2), funder)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "is beyond what a ledger can count")
	require.Equal(t, sp.Pence(most), f.Balance(2026).Free)

	err = f.Allocate(9998, sp.Pence(1), funder)
	require.ErrorIs(t, err, sp.ErrInvalid, "all years together are counted too")
	require.ErrorContains(t, err, "amount of all years: invalid: is beyond what a ledger can count")
	require.NoError(t, f.CloseYear(2026, late))
	require.NoError(t, f.Draw(2027, sp.Pence(most), late))
	err = f.CloseYear(2027, late)
	require.ErrorContains(t, err, "grant: close year of fund F-1: reserve: ")
	require.ErrorContains(t, err, "is beyond what a ledger can count")
	require.False(t, f.Balance(2027).Closed)
	require.Zero(t, f.Reserve())

	full := open(t, "F-3", grant.CarryOver{Rule: grant.Lapse})
	for year := contract.Year(2026); year < 2028; year++ { // what goes out makes no room, as both are counted
		require.NoError(t, full.Allocate(year, sp.Pence(most/2), funder))
		require.NoError(t, grant.Vire(full, open(t, "F-4", grant.CarryOver{Rule: grant.Lapse}), year, sp.Pence(most/2), funder))
	}
	require.ErrorIs(t, full.Allocate(2028, sp.Pence(1), funder), sp.ErrInvalid)
}

func TestARefusalSaysWhatWouldHaveBeenLegal(t *testing.T) {
	_, a := in(t, grant.StateOffered)
	err := a.Agree(system)
	require.EqualError(t, err, "award: agree A-1: is not yours to do; the funder of this award or the provider of this award may")
	require.ErrorIs(t, err, sp.ErrDenied)
	err = a.End(funder)
	require.EqualError(t, err, "award: end A-1: cannot be done now, only while agreed; you may agree, withdraw")
	var refused *transition.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, []string{"agree", "withdraw"}, refused.Legal)
}

func TestABookIsOfEveryAwardOrOfNone(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	f, a := in(t, grant.StateAgreed)
	require.NoError(t, store.Save(t.Context(), db, f, a))
	book, err := grant.NewAwards(storetest.Faulty(db, storetest.Fault{Op: storetest.Scan}), anybody).Book(t.Context(), grant.Query{})
	require.ErrorIs(t, err, storetest.ErrInjected)
	require.Nil(t, book)
}
