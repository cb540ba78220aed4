package grant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/funding/grant"
)

func TestVirementMovesFreeMoneyAndRespectsARingFence(t *testing.T) {
	from, to := funded(t, 20_000), open(t, "F-2", grant.CarryOver{Rule: grant.Lapse})
	require.NoError(t, grant.Vire(from, to, 2026, sp.Pounds(5_000), funder))
	require.Equal(t, sp.Pounds(5_000), from.Balance(2026).ViredOut)
	require.Equal(t, sp.Pounds(5_000), to.Balance(2026).ViredIn)
	require.ErrorIs(t, grant.Vire(from, to, 2026, sp.Pounds(15_001), funder), grant.ErrOverspent)
	require.ErrorIs(t, grant.Vire(from, from, 2026, sp.Pounds(1), funder), sp.ErrInvalid)
	fenced, err := opened("F-3", grant.Opening{Funder: "bay/council", Currency: sp.GBP, RingFenced: true, CarryOver: grant.CarryOver{Rule: grant.Reserve}}, funder)
	require.NoError(t, err)
	require.NoError(t, grant.Vire(from, fenced, 2026, sp.Pounds(1), funder))
	require.ErrorContains(t, grant.Vire(fenced, to, 2026, sp.Pounds(1), funder), "not before the ring-fence is lifted")
	require.ErrorIs(t, grant.Vire(from, to, 2026, sp.NewMoney(100, sp.EUR), funder), sp.ErrInvalid)
	for _, err := range []error{grant.Vire(nil, to, 2026, sp.Pounds(1), funder), grant.Vire(from, nil, 2026, sp.Pounds(1), funder)} {
		require.EqualError(t, err, "grant: virement: invalid: must be from a fund to a fund")
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

func TestWhatIsFreeAtTheEndOfAYearIsDisposedOfByTheFundsRule(t *testing.T) {
	pounds := sp.Pounds
	for _, test := range []struct {
		name    string
		rule    grant.CarryOver
		year    grant.Balance // besides £100 allocated and £60 committed
		next    sp.Money
		reserve sp.Money
	}{
		{"it lapses", grant.CarryOver{Rule: grant.Lapse}, grant.Balance{Lapsed: pounds(40)}, sp.Money{}, sp.Money{}},
		{"it is carried over", grant.CarryOver{Rule: grant.CarryAll}, grant.Balance{CarriedOut: pounds(40)}, pounds(40), sp.Money{}},
		{"it is carried up to a limit and the rest lapses", grant.CarryOver{Rule: grant.CarryUpTo, Limit: pounds(25), Rest: grant.Lapse}, grant.Balance{CarriedOut: pounds(25), Lapsed: pounds(15)}, pounds(25), sp.Money{}},
		{"it is carried up to a limit that it does not reach", grant.CarryOver{Rule: grant.CarryUpTo, Limit: pounds(99), Rest: grant.ClawBack}, grant.Balance{CarriedOut: pounds(40)}, pounds(40), sp.Money{}},
		{"it goes into the reserve", grant.CarryOver{Rule: grant.Reserve}, grant.Balance{Reserved: pounds(40)}, sp.Money{}, pounds(40)},
		{"it goes back", grant.CarryOver{Rule: grant.ClawBack}, grant.Balance{ClawedBack: pounds(40)}, sp.Money{}, sp.Money{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := open(t, "F-1", test.rule)
			require.NoError(t, f.Allocate(2026, pounds(100), funder))
			_, err := offer(f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.FinancialYear(2026), Amount: pounds(60)}, funder)
			require.NoError(t, err)
			require.ErrorContains(t, f.CloseYear(2026, funder), "not before the next year to close is over (2026/27, on 2027-04-01)")
			require.NoError(t, f.CloseYear(2026, late))
			want := test.year
			want.Year, want.Closed, want.Allocated, want.Committed = 2026, true, pounds(100), pounds(60)
			require.Empty(t, cmp.Diff(want, f.Balance(2026), moneys))
			require.Equal(t, test.next, f.Balance(2027).CarriedIn)
			require.Equal(t, test.next, f.Balance(2027).Free)
			require.Equal(t, test.reserve, f.Reserve())
			require.ErrorIs(t, f.Allocate(2026, pounds(1), late), sp.ErrInvalid, "it is closed")
			require.ErrorIs(t, f.CloseYear(2026, late), sp.ErrInvalid, "it is closed")
		})
	}
}

func TestMoneyReleasedInClosedYearsGoesOnByTheRuleUntilAYearIsOpen(t *testing.T) {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.CarryUpTo, Limit: sp.Pounds(25), Rest: grant.Lapse})
	require.NoError(t, f.Allocate(2026, sp.Pounds(100), funder))
	a, err := offer(f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.FinancialYear(2026), Amount: sp.Pounds(90)}, funder)
	require.NoError(t, err)
	require.NoError(t, f.CloseYear(2026, late))
	require.NoError(t, f.CloseYear(2027, late))
	require.Equal(t, sp.Pounds(10), f.Balance(2028).Free)
	require.NoError(t, f.Withdraw(a, "no-answer", late))
	require.Equal(t, sp.Pounds(25), f.Balance(2026).CarriedOut, "the limit is for the year, not for each time")
	require.Equal(t, sp.Pounds(75), f.Balance(2026).Lapsed)
	require.Equal(t, sp.Pounds(25), f.Balance(2027).CarriedOut)
	require.Equal(t, sp.Pounds(25), f.Balance(2028).Free)
}

func TestAFundClosesYearsOneAfterAnother(t *testing.T) {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.CarryAll})
	require.NoError(t, f.CloseYear(2020, late), "long before there was money")
	require.NoError(t, f.Allocate(2026, sp.Pounds(100), funder))
	a, err := offer(f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.FinancialYear(2026), Amount: sp.Pounds(100)}, funder)
	require.NoError(t, err)
	require.NoError(t, f.CloseYear(2026, late))
	require.ErrorContains(t, f.CloseYear(2028, late), "year must be the next to close, 2027/28", "though nothing happened in it")
	require.NoError(t, f.CloseYear(2027, late))
	require.NoError(t, f.CloseYear(2028, late))
	require.NoError(t, f.Withdraw(a, "no-answer", late))
	require.Equal(t, sp.Pounds(100), f.Balance(2029).Free)
	require.NoError(t, f.Allocate(2029, sp.Pounds(-100), late), "it can be used")
}

func TestTheReserveIsDrawnAndAFundIsWoundUp(t *testing.T) {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.Reserve})
	require.NoError(t, f.Allocate(2026, sp.Pounds(100), funder))
	require.NoError(t, f.CloseYear(2026, late))
	err := f.Draw(2027, sp.Pounds(101), funder)
	require.EqualError(t, err, "grant: reserve of fund F-1: £101.00 are needed and £100.00 are left, £1.00 too little")
	require.NoError(t, f.Draw(2027, sp.Pounds(30), funder))
	require.Equal(t, sp.Pounds(70), f.Reserve())
	a, err := offer(f, contract.Terms{ID: "A-1", Provider: "bay/green", Period: sp.FinancialYear(2027), Amount: sp.Pounds(20)}, funder)
	require.NoError(t, err)
	require.ErrorContains(t, f.WindUp(late), "not before everything that is promised is paid or released (£20.00 of 2027/28)")
	require.NoError(t, f.Withdraw(a, "no-answer", funder))
	require.NoError(t, f.WindUp(late))
	require.Equal(t, grant.StateWoundUp, f.State())
	require.True(t, f.Reserve().IsZero())
	require.Equal(t, sp.Pounds(100), f.Balance(2027).ClawedBack)
	require.ErrorIs(t, f.Allocate(2028, sp.Pounds(1), funder), sp.ErrInvalid)
}

func TestTheReserveIsWhatWasNotDrawnEvenIfAYearIsCutToNothing(t *testing.T) {
	f := open(t, "F-1", grant.CarryOver{Rule: grant.Reserve})
	require.NoError(t, f.Allocate(2026, sp.Pounds(100), funder))
	require.NoError(t, f.CloseYear(2026, late))
	require.NoError(t, f.Draw(2027, sp.Pounds(60), funder))
	require.NoError(t, f.Allocate(2027, sp.Pounds(-60), funder), "what was drawn is taken away again")
	require.Zero(t, f.Balance(2027).In())
	require.Equal(t, sp.Pounds(40), f.Reserve())
	require.ErrorIs(t, f.Draw(2027, sp.Pounds(41), funder), grant.ErrOverspent)
}

func TestAFundRefusesInputThatBreaksARuleWithEveryFault(t *testing.T) {
	_, err := opened("F 1", grant.Opening{
		Funder: "bay council", Currency: "pounds", YearStarts: 13, MinimumMonths: -1, ActivityPerSalary: decimal.New(-1, 0),
		CarryOver: grant.CarryOver{Rule: grant.CarryUpTo},
	}, sp.Stamp{By: sp.Actor{Role: grant.RoleFunder, For: "bay council"}})
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"funder", "currency", "yearStarts", "carryOver.limit", "carryOver.rest", "minimumMonths", "activityPerSalary", "id", "stamp.by.id", "stamp.by.for", "stamp.at", "stamp.recorded"}, paths)
	require.Equal(t, "fund: open (malformed id)", invalid.Subject, "what is no ID is not repeated")

	f := funded(t, 20_000)
	require.ErrorIs(t, f.Allocate(2026, sp.Money{}, funder), sp.ErrInvalid)
	require.ErrorIs(t, f.Allocate(0, sp.Pounds(1), funder), sp.ErrInvalid)
	require.ErrorIs(t, f.Allocate(2026, sp.NewMoney(1, sp.EUR), funder), sp.ErrInvalid)
	require.ErrorIs(t, f.Allocate(2026, sp.Pence(1<<62), funder), sp.ErrInvalid)
	require.NoError(t, f.Allocate(2027, sp.Pence(1<<58), funder))
	require.ErrorIs(t, f.Allocate(2027, sp.Pence(1<<59), funder), sp.ErrInvalid, "the sum is beyond counting")
	require.ErrorIs(t, f.Allocate(2026, sp.Pounds(-20_001), funder), grant.ErrOverspent, "a cut of what is not there")
	require.NoError(t, f.Allocate(2026, sp.Pounds(-20_000), funder))
	require.ErrorIs(t, f.Allocate(2026, sp.Pounds(1), provider), sp.ErrDenied)
	other := open(t, "F-2", grant.CarryOver{Rule: grant.Lapse})
	a := agreed(t, funded(t, 20_000), twoYears("A-1"))
	require.ErrorIs(t, other.Pay(a, 1, funder), sp.ErrInvalid, "it is another fund's")
}
