package contract_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

var moneys = cmp.Comparer(func(a, b sp.Money) bool { return a == b })

func part(y contract.Year, pence int64) contract.Part {
	return contract.Part{Year: y, Amount: sp.Pence(pence)}
}

func TestAnAmountIsSpreadOverFinancialYears(t *testing.T) {
	day := sp.NewDate
	for _, test := range []struct {
		name   string
		amount sp.Money
		period sp.Period
		first  time.Month
		basis  contract.Basis
		want   []contract.Part
	}{
		{"by 121 and 153 days", sp.Pounds(30_000), sp.NewDate(2025, 12, 1).Months(9), 0, contract.ByDays, []contract.Part{part(2025, 13_248_18), part(2026, 16_751_82)}},
		{"by 4 and 5 months", sp.Pounds(30_000), sp.NewDate(2025, 12, 1).Months(9), 0, contract.ByMonths, []contract.Part{part(2025, 13_333_33), part(2026, 16_666_67)}},
		{"over a leap year of 366 days", sp.Pence(731), sp.Period{Start: day(2026, 4, 1), End: day(2028, 4, 1)}, 0, "", []contract.Part{part(2026, 365), part(2027, 366)}},
		{"over calendar years", sp.Pence(100), sp.NewDate(2025, 12, 1).Months(2), time.January, contract.ByMonths, []contract.Part{{Year: 2025, Amount: sp.Pence(50), First: time.January}, {Year: 2026, Amount: sp.Pence(50), First: time.January}}},
		{"with the odd penny in the earlier year", sp.Pence(101), sp.NewDate(2026, 3, 1).Months(2), 0, contract.ByMonths, []contract.Part{part(2025, 51), part(2026, 50)}},
		{"as money to be taken back", sp.Pence(-101), sp.NewDate(2026, 3, 1).Months(2), 0, contract.ByMonths, []contract.Part{part(2025, -51), part(2026, -50)}},
		{"with months that begin on the 15th, where they begin", sp.Pence(300), sp.Period{Start: day(2026, 2, 15), End: day(2026, 5, 15)}, 0, contract.ByMonths, []contract.Part{part(2025, 200), part(2026, 100)}},
		{"without a year that the last month only reaches into", sp.Pence(300), sp.Period{Start: day(2026, 1, 15), End: day(2026, 4, 15)}, 0, contract.ByMonths, []contract.Part{part(2025, 300)}},
		{"in one year", sp.Pence(7), sp.FinancialYear(2026), 0, "", []contract.Part{part(2026, 7)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := contract.Spread(test.amount, test.period, test.first, test.basis)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(test.want, got, moneys))
		})
	}
	for name, spread := range map[string]func() error{
		"an open period": func() error {
			_, err := contract.Spread(sp.Pounds(1), sp.Period{Start: day(2026, 4, 1)}, 0, "")
			return err
		},
		"an empty period": func() error { _, err := contract.Spread(sp.Pounds(1), sp.Period{Start: 9, End: 9}, 0, ""); return err },
		"half a month": func() error {
			_, err := contract.Spread(sp.Pounds(1), sp.Period{Start: day(2026, 4, 1), End: day(2026, 5, 16)}, 0, contract.ByMonths)
			return err
		},
		"payments without any": func() error {
			_, err := contract.Spread(sp.Pounds(1), sp.FinancialYear(2026), 0, contract.ByPayments)
			return err
		},
		"a month that is none": func() error { _, err := contract.Spread(sp.Pounds(1), sp.FinancialYear(2026), 13, ""); return err },
		"a basis that is none": func() error { _, err := contract.Spread(sp.Pounds(1), sp.FinancialYear(2026), 0, "weeks"); return err },
	} {
		require.ErrorIs(t, spread(), sp.ErrInvalid, name)
	}
}

func drawPeriod(t *rapid.T) sp.Period {
	start := sp.NewDate(2020, 1, 1).Add(rapid.IntRange(0, 4_000).Draw(t, "start"))
	if rapid.Bool().Draw(t, "whole months") {
		return sp.Period{Start: start, End: start.AddMonths(rapid.IntRange(1, 40).Draw(t, "months"))}
	}
	return sp.Period{Start: start, End: start.Add(rapid.IntRange(1, 1_500).Draw(t, "days"))}
}

func TestPartsAddUpAndEachIsWithinAPennyOfItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, first := drawPeriod(t), time.Month(rapid.IntRange(1, 12).Draw(t, "first"))
		amount := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "pence")
		parts, err := contract.Spread(sp.Pence(amount), p, first, contract.ByDays)
		require.NoError(t, err)
		days, _ := p.Days()
		var sum int64
		for i, part := range parts {
			sum += part.Amount.Minor()
			both, ok := p.Intersect(part.Year.Period(first))
			require.True(t, ok)
			share, _ := both.Days()
			exact := big.NewRat(amount*int64(share), int64(days))
			off := exact.Sub(exact, new(big.Rat).SetInt64(part.Amount.Minor()))
			require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)))
			require.True(t, i == 0 || parts[i-1].Year+1 == part.Year)
		}
		require.Equal(t, amount, sum)
	})
}

func TestYearsHaveNames(t *testing.T) {
	require.Equal(t, "2025/26", contract.Year(2025).String())
	require.Equal(t, "1999/00", contract.Year(1999).String())
	require.Equal(t, contract.Year(2025), contract.YearOf(sp.NewDate(2026, 3, 31), 0))
	require.Equal(t, contract.Year(0), contract.YearOf(0, 0))
	var y contract.Year
	require.NoError(t, y.UnmarshalText([]byte("2025")))
	require.Equal(t, contract.Year(2025), y)
	for _, bad := range []string{"", "0", "25/26", "9999", "-3"} {
		require.ErrorIs(t, y.UnmarshalText([]byte(bad)), sp.ErrInvalid, bad)
	}
}

func TestInstalmentsAddUp(t *testing.T) {
	got, err := contract.Instalments(sp.Pounds(100), sp.NewDate(2025, 4, 4), sp.NewDate(2025, 7, 4), sp.NewDate(2025, 10, 3))
	require.NoError(t, err)
	require.Equal(t, []int64{3334, 3333, 3333}, []int64{got[0].Amount.Minor(), got[1].Amount.Minor(), got[2].Amount.Minor()})
}

func TestInstalmentsThatCannotBeAreRefusedInTheirOwnWords(t *testing.T) {
	day := func(n int) []sp.Date {
		due := []sp.Date{sp.NewDate(2025, 1, 1), sp.NewDate(2025, 2, 1), sp.NewDate(2025, 3, 1)}
		return due[:n]
	}
	for _, c := range []struct {
		amount sp.Money
		due    []sp.Date
		says   string
	}{
		{sp.Pence(2), day(3), "contract: instalments: invalid: amount must have a minor unit, such as a penny, for each of the 3 days"},
		{sp.Pounds(-1), day(2), "contract: instalments: invalid: amount must be more than nothing"},
		{sp.Money{}, day(1), "contract: instalments: invalid: amount must be more than nothing"},
		{sp.Pounds(1), nil, "contract: instalments: invalid: due must have a day"},
		{sp.Pounds(1), []sp.Date{day(1)[0], 0}, "contract: instalments: invalid: due[1] must be known"},
	} {
		_, err := contract.Instalments(c.amount, c.due...)
		require.EqualError(t, err, c.says)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	for n := range 4 {
		if n == 0 {
			continue
		}
		got, err := contract.Instalments(sp.Pence(3), day(n)...)
		require.NoError(t, err)
		terms := good()
		terms.Amount, terms.Instalments = sp.Pence(3), got
		require.NoError(t, terms.Check(), "what is divided can be used")
	}
}

func TestAYearThatStartsInJanuaryIsThatOfTheCalendar(t *testing.T) {
	period := sp.Period{Start: sp.NewDate(2024, 2, 29), End: sp.NewDate(2025, 1, 29)}
	for first, want := range map[time.Month]string{time.January: "[2024 £91.67 2025 £8.33]", time.April: "[2023/24 £16.67 2024/25 £83.33]", time.August: "[2023/24 £50.00 2024/25 £50.00]"} {
		parts, err := contract.Spread(sp.Pounds(100), sp.Period{Start: sp.NewDate(2024, 2, 29), End: sp.NewDate(2025, 2, 28)}, first, contract.ByMonths)
		if first != time.January {
			parts, err = contract.Spread(sp.Pounds(100), sp.Period{Start: sp.NewDate(2024, 2, 1), End: sp.NewDate(2025, 2, 1)}, first, contract.ByMonths)
		}
		require.NoError(t, err)
		require.Equal(t, want, fmt.Sprint(parts), first)
	}
	terms := good()
	terms.Basis, terms.Period = contract.ByPayments, period
	parts, err := terms.Years(time.January)
	require.NoError(t, err)
	require.Equal(t, "[2024 £12,000.00]", fmt.Sprint(parts))
	require.Equal(t, []string{"2025", "2025/26", "1999/00"}, []string{contract.Year(2025).Label(time.January), contract.Year(2025).Label(0), contract.Year(1999).Label(time.July)})
}

func good() contract.Terms {
	return contract.Terms{ID: "A-1", Provider: "bay/green", Service: "bay/walks", Period: sp.FinancialYear(2026), Amount: sp.Pounds(12_000)}
}

func TestTermsThatCannotBeReliedOnAreRefused(t *testing.T) {
	require.NoError(t, good().Check())
	for field, spoil := range map[string]func(*contract.Terms){
		"id":                 func(c *contract.Terms) { c.ID = "Mrs Smith" },
		"provider":           func(c *contract.Terms) { c.Provider = "" },
		"service":            func(c *contract.Terms) { c.Service = "b\nw" },
		"period":             func(c *contract.Terms) { c.Period.End = 0 },
		"amount":             func(c *contract.Terms) { c.Amount = sp.Money{} },
		"basis":              func(c *contract.Terms) { c.Basis = "weeks" },
		"instalments":        func(c *contract.Terms) { c.Instalments = []contract.Instalment{{Due: 9, Amount: sp.Pounds(1)}} },
		"instalments[0].due": func(c *contract.Terms) { c.Instalments = []contract.Instalment{{Amount: sp.Pounds(12_000)}} },
		"instalments[1].amount": func(c *contract.Terms) {
			c.Instalments = []contract.Instalment{{Due: 9, Amount: sp.Pounds(12_001)}, {Due: 9, Amount: sp.Pounds(-1)}}
		},
		"costs":          func(c *contract.Terms) { c.Costs.Salary = sp.Pounds(11_999) },
		"costs.activity": func(c *contract.Terms) { c.Costs.Salary, c.Costs.Activity = sp.Pounds(12_001), sp.Pounds(-1) },
	} {
		terms := good()
		spoil(&terms)
		err := terms.Check()
		require.ErrorIs(t, err, sp.ErrInvalid, field)
		require.ErrorContains(t, err, field)
		require.NotContains(t, err.Error(), "Smith")
		_, err = terms.Years(0)
		require.ErrorIs(t, err, sp.ErrInvalid, field)
	}
	terms := good()
	terms.Basis = contract.ByPayments
	terms.Instalments = []contract.Instalment{
		{Due: sp.NewDate(2027, 4, 30), Amount: sp.Pounds(2_000)}, {Due: sp.NewDate(2026, 4, 1), Amount: sp.Pounds(6_000)}, {Due: sp.NewDate(2026, 9, 1), Amount: sp.Pounds(4_000)},
	}
	parts, err := terms.Years(0)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]contract.Part{part(2026, 10_000_00), part(2027, 2_000_00)}, parts, moneys))
	require.Equal(t, sp.NewDate(2027, 4, 30), terms.Instalments[0].Due, "the caller's list stays as it is")
	_, err = terms.Years(13)
	require.ErrorIs(t, err, sp.ErrInvalid, "a month that is none")
}

func TestEachActivityKeepsItsShareOfSalaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weight := rapid.Int64Range(0, 100)
		mix := contract.Mix{Salary: weight.Draw(t, "s"), OnCost: weight.Draw(t, "c"), Activity: weight.Draw(t, "a"), Overhead: weight.Draw(t, "o")}
		mix.ActivityPerSalary = decimal.New(rapid.Int64Range(0, 5_000).Draw(t, "thousandths"), -3)
		amount := sp.Pence(rapid.Int64Range(0, 5_000_000).Draw(t, "pence"))
		costs, err := mix.Split(amount)
		if mix.Salary+mix.OnCost+mix.Activity+mix.Overhead == 0 && !amount.IsZero() {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.NoError(t, err)
		total, err := costs.Total()
		require.NoError(t, err)
		require.Equal(t, amount, total)
		require.True(t, costs.Keeps(mix.ActivityPerSalary))
		free := mix
		free.ActivityPerSalary = decimal.Decimal{}
		without, err := free.Split(amount)
		require.NoError(t, err)
		if without.Keeps(mix.ActivityPerSalary) {
			require.Equal(t, without, costs, "a rule that is kept anyway changes nothing")
			return
		}
		// Just what the rule asks for: with so many pennies less, it would be broken.
		spare := costs.Activity.Decimal().Sub(mix.ActivityPerSalary.Mul(costs.Salary.Decimal())).Mul(decimal.New(100, 0))
		require.True(t, spare.LessThanOrEqual(mix.ActivityPerSalary.Add(decimal.New(2, 0)).Mul(decimal.New(2, 0))), "spare %v", spare)
	})
	for _, bad := range []contract.Mix{{}, {Salary: -1, Activity: 2}, {Salary: 1, ActivityPerSalary: decimal.New(-1, 0)}, {Salary: 1, ActivityPerSalary: decimal.New(1, 9)}, {Salary: 1, ActivityPerSalary: decimal.New(1, -10)}} {
		_, err := bad.Split(sp.Pounds(1))
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
	costs, err := contract.Mix{Salary: 1_000_000_000, Activity: 1, ActivityPerSalary: decimal.New(1, 6)}.Split(sp.Pence(9_000_000_000_000_000_000))
	require.NoError(t, err)
	require.True(t, costs.Keeps(decimal.New(1, 6)))
}

func TestPostsArePaidForWhole(t *testing.T) {
	// The reimbursement of a link worker through a third party adds £2,400 a year.
	posts, rest, err := contract.Posts(sp.Pounds(1_331_550), sp.Pounds(31_000), sp.Pounds(8_500), sp.Pounds(2_400))
	require.NoError(t, err)
	require.Equal(t, int64(31), posts)
	require.Equal(t, sp.Pounds(1_331_550-31*41_900), rest)
	_, _, err = contract.Posts(sp.Pounds(1))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, _, err = contract.Posts(sp.Pounds(1), sp.NewMoney(1, sp.EUR))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestMoneyMovesBetweenClassesAndNothingIsLost(t *testing.T) {
	c := contract.Costs{Salary: sp.Pounds(10), Activity: sp.Pounds(5)}
	moved, err := c.Move(contract.Salary, contract.Overhead, sp.Pounds(4))
	require.NoError(t, err)
	require.Equal(t, contract.Costs{Salary: sp.Pounds(6), Activity: sp.Pounds(5), Overhead: sp.Pounds(4)}, moved)
	require.Equal(t, sp.Pounds(10), c.Salary)
	for _, try := range []func() error{
		func() error { _, err := c.Move(contract.Salary, contract.Salary, sp.Pounds(1)); return err },
		func() error { _, err := c.Move(contract.Salary, "bonus", sp.Pounds(1)); return err },
		func() error { _, err := c.Move("bonus", contract.Salary, sp.Pounds(1)); return err },
		func() error { _, err := c.Move(contract.Salary, contract.Activity, sp.Pounds(11)); return err },
		func() error { _, err := c.Move(contract.Salary, contract.Activity, sp.Pounds(-1)); return err },
		func() error { _, err := c.Move(contract.Salary, contract.Activity, sp.NewMoney(1, sp.EUR)); return err },
	} {
		require.ErrorIs(t, try(), sp.ErrInvalid)
	}
}

func FuzzSpread(f *testing.F) {
	f.Add(int64(3_000_000), int32(739_586), int32(739_860), 4, true)
	f.Fuzz(func(t *testing.T, pence int64, start, end int32, first int, byMonths bool) {
		basis := contract.ByDays
		if byMonths {
			basis = contract.ByMonths
		}
		parts, err := contract.Spread(sp.Pence(pence), sp.Period{Start: sp.Date(start), End: sp.Date(end)}, time.Month(first), basis)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		var sum int64
		for _, p := range parts {
			sum += p.Amount.Minor()
		}
		require.Equal(t, pence, sum)
	})
}

func BenchmarkSpread(b *testing.B) {
	for b.Loop() {
		if _, err := contract.Spread(sp.Pounds(30_000), sp.NewDate(2025, time.December, 1).Months(36), 0, contract.ByDays); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAContractJudgesAShareWithAnExponentOfABillionAtOnce(t *testing.T) {
	half := contract.Costs{Salary: sp.Pounds(2), Activity: sp.Pounds(1)}
	none := contract.Costs{Salary: sp.Pounds(2)}
	for _, exponent := range []int32{1 << 30, math.MaxInt32} {
		require.False(t, half.Keeps(decimal.New(1, exponent)))
		require.True(t, half.Keeps(decimal.New(-1, exponent)))
		require.True(t, half.Keeps(decimal.New(1, -exponent)))
		require.False(t, none.Keeps(decimal.New(1, -exponent)), "nothing is less than the least share")
		require.True(t, contract.Costs{}.Keeps(decimal.New(1, exponent)), "but of nothing it is enough")
	}
}

func TestAPeriodOutsideTheCalendarIsNoPeriod(t *testing.T) {
	for _, period := range []sp.Period{{Start: -9, End: -5}, {Start: -9, End: 5}, {Start: 9, End: math.MaxInt32}} {
		terms := contract.Terms{ID: "A", Provider: "P", Period: period, Amount: sp.Pounds(1)}
		require.ErrorIs(t, terms.Check(), sp.ErrInvalid)
		require.InDelta(t, 0, terms.Months(), 0)
		for _, basis := range []contract.Basis{contract.ByDays, contract.ByMonths} {
			_, err := contract.Spread(sp.Pounds(1), period, 0, basis)
			require.ErrorIs(t, err, sp.ErrInvalid)
		}
	}
}
