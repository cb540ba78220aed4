package contract_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/contract"
)

func TestTheLimitsOfTermsAreTheirLastGoodValues(t *testing.T) {
	pounds := sp.Pounds
	for _, tt := range []struct {
		name string
		edit func(*contract.Terms)
		path string // empty: it is allowed
	}{
		{"costs may leave classes out", func(c *contract.Terms) { c.Costs = contract.Costs{Salary: pounds(12_000)} }, ""},
		{"costs are in the currency of the amount", func(c *contract.Terms) { c.Costs = contract.Costs{Salary: sp.NewMoney(12_000_00, sp.EUR)} }, "costs"},
		{"a period has a day", func(c *contract.Terms) { c.Period.End = c.Period.Start }, "period"},
		{"one day is a period", func(c *contract.Terms) { c.Period.End = c.Period.Start.Add(1) }, ""},
		{"an instalment is more than nothing", func(c *contract.Terms) {
			c.Instalments = []contract.Instalment{{Due: 9, Amount: pounds(12_000)}, {Due: 9}}
		}, "instalments[1].amount"},
		{"instalments are in one currency", func(c *contract.Terms) {
			c.Instalments = []contract.Instalment{{Due: 9, Amount: pounds(12_000)}, {Due: 9, Amount: sp.NewMoney(1, sp.EUR)}}
		}, "instalments"},
		{"instalments that overflow on the way add up to nothing", func(c *contract.Terms) {
			most := contract.Instalment{Due: 9, Amount: pounds(92_233_720_368_547_758)}
			c.Instalments = []contract.Instalment{most, most, {Due: 9, Amount: c.Amount}}
		}, "instalments"},
		{"a renewal may be decided on the first day", func(c *contract.Terms) { c.RenewalDecided = c.Period.Start }, ""},
		{"whole months are spread by months", func(c *contract.Terms) { c.Basis = contract.ByMonths }, ""},
		{"others are not", func(c *contract.Terms) { c.Basis, c.Period.End = contract.ByMonths, c.Period.End.Add(1) }, "period"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			terms := good()
			tt.edit(&terms)
			err := terms.Check()
			if tt.path == "" {
				require.NoError(t, err)
				return
			}
			var invalid *sp.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, "contract: terms A-1", invalid.Subject)
			require.Len(t, invalid.Fields, 1)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
		})
	}
}

func TestYearsAreFromTheFirstToTheLastThatEnds(t *testing.T) {
	for text, ok := range map[string]bool{"1": true, "9998": true, "0": false, "9999": false} {
		var y contract.Year
		err := y.UnmarshalText([]byte(text))
		require.Equal(t, ok, err == nil, text)
		if !ok {
			require.ErrorContains(t, err, "must be the calendar year in which it starts, such as 2025")
		}
	}
	parts, err := contract.Spread(sp.Pence(62), sp.Period{Start: sp.NewDate(2026, 11, 1), End: sp.NewDate(2027, 1, 1)}, time.December, "")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]contract.Part{part(2025, 30), part(2026, 32)}, parts, moneys), "30 days of November, 31 of December")
	parts, err = contract.Spread(sp.Pence(2), sp.Period{Start: sp.NewDate(9999, 3, 31), End: sp.NewDate(9999, 4, 2)}, 0, "")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]contract.Part{part(9998, 1), part(9999, 1)}, parts, moneys), "up to the end of the calendar")
}

func TestTheLengthOfAContractCountsDaysAsAPartOfTheirMonth(t *testing.T) {
	for _, tt := range []struct {
		period sp.Period
		want   float64
	}{
		{sp.Period{Start: sp.NewDate(2026, 4, 1), End: sp.NewDate(2026, 5, 16)}, 1 + 15./31},
		{sp.Period{Start: sp.NewDate(2026, 1, 20), End: sp.NewDate(2026, 3, 10)}, 1 + 18./28},
		{sp.Period{Start: sp.NewDate(9999, 12, 1), End: sp.NewDate(9999, 12, 11)}, 10. / 31},
		{sp.Period{Start: sp.NewDate(2026, 4, 1)}, 0},
		{sp.Period{Start: 9, End: 9}, 0},
	} {
		require.InDelta(t, tt.want, contract.Terms{Period: tt.period}.Months(), 1e-12, "%v", tt.period)
	}
}

func TestACopyAndAListOfPaymentsAreTheCallersOwn(t *testing.T) {
	terms := good()
	require.Equal(t, []contract.Instalment{{Due: terms.Period.Start, Amount: terms.Amount}}, terms.Payments(), "all on the first day")
	due := []sp.Date{sp.NewDate(2026, 10, 1), sp.NewDate(2026, 4, 1)}
	var err error
	terms.Instalments, err = contract.Instalments(terms.Amount, due...)
	require.NoError(t, err)
	for i, day := range due {
		require.Equal(t, day, terms.Instalments[i].Due)
	}
	book, err := contract.NewBook([]contract.Terms{terms})
	require.NoError(t, err)
	terms.Clone().Instalments[0].Due = 9
	for listed := range book.All() {
		listed.Instalments[0].Due = 9
		break
	}
	require.Equal(t, due[0], terms.Instalments[0].Due)
	require.Empty(t, cmp.Diff([]contract.Terms{terms}, slices.Collect(book.All()), moneys))
}

func TestABookRefusesWhatNoMonthCanHold(t *testing.T) {
	terms := func(id contract.ID, days int, pence int64) contract.Terms {
		start := sp.NewDate(2026, 1, 1)
		return contract.Terms{ID: id, Provider: "bay", Period: sp.Period{Start: start, End: start.Add(days)}, Amount: sp.Pence(pence)}
	}
	for _, tt := range []struct {
		name  string
		terms []contract.Terms
		paths []string
	}{
		{"a day for all the money that there can be", []contract.Terms{terms("A-1", 1, math.MaxInt64)}, []string{"terms[0] (A-1).amount"}},
		{"twenty days for it", []contract.Terms{terms("A-1", 20, math.MaxInt64)}, []string{"terms[0] (A-1).amount"}},
		{"a month for half of it", []contract.Terms{terms("A-1", 31, 1<<62-1)}, nil},
		{"a month for more", []contract.Terms{terms("A-1", 31, 1<<62)}, []string{"terms[0] (A-1).amount"}},
		{"three that are too much together", []contract.Terms{terms("A-1", 20, 1<<61), terms("A-2", 20, 1<<61), terms("A-3", 20, 1<<61)}, []string{"terms[2] (A-3).amount"}},
	} {
		_, err := contract.NewBook(tt.terms)
		if tt.paths == nil {
			require.NoError(t, err, tt.name)
			continue
		}
		var invalid *sp.InvalidError
		require.ErrorAs(t, err, &invalid, tt.name)
		var paths []string
		for _, f := range invalid.Fields {
			paths = append(paths, f.Path)
		}
		require.Equal(t, tt.paths, paths, tt.name)
	}
}

func TestTermsAreSpreadByTheirBasis(t *testing.T) {
	terms := good()
	terms.Period = sp.Period{Start: sp.NewDate(2027, 3, 1), End: sp.NewDate(2027, 5, 1)}
	for basis, want := range map[contract.Basis]sp.Money{"": sp.Pence(609_836), contract.ByDays: sp.Pence(609_836), contract.ByMonths: sp.Pounds(6_000), contract.ByPayments: sp.Pounds(12_000)} {
		terms.Basis = basis
		parts, err := terms.Years(0)
		require.NoError(t, err, basis)
		require.Equal(t, want, parts[0].Amount, "31 of 61 days, one of two months, or all on the first day: %q", basis)
	}
}

func TestRunRateRoundsAMonthToTheNearestPennyAndAHalfToTheEvenOne(t *testing.T) {
	start := sp.NewDate(2026, 4, 1)
	for _, tt := range []struct{ pence, months, want int64 }{{1, 2, 0}, {3, 2, 2}, {5, 2, 2}, {4, 3, 1}, {5, 3, 2}, {12, 12, 1}} {
		terms := good()
		terms.Period, terms.Amount = sp.Period{Start: start, End: start.AddMonths(int(tt.months))}, sp.Pence(tt.pence)
		book, err := contract.NewBook([]contract.Terms{terms})
		require.NoError(t, err)
		require.Equal(t, tt.want, book.RunRate(start, 1)[0].Minor(), "%d pence in %d months", tt.pence, tt.months)
	}
}

func TestAContractNeedsHalfOfTheMoneyForTheMedian(t *testing.T) {
	short, long := good(), good()
	long.ID, long.Period = "A-2", sp.NewDate(2026, time.April, 1).Months(24)
	book, err := contract.NewBook([]contract.Terms{long, short})
	require.NoError(t, err)
	median, ok := book.MedianMonths()
	require.True(t, ok)
	require.InDelta(t, 12, median, 0)
}

func TestCostsAddUpClassByClassInOneCurrency(t *testing.T) {
	c := contract.Costs{Salary: sp.Pounds(1), OnCost: sp.Pounds(2), Activity: sp.Pounds(3), Overhead: sp.Pounds(4)}
	sum, err := c.Add(contract.Costs{Salary: sp.Pounds(10), Overhead: sp.Pounds(-4)})
	require.NoError(t, err)
	require.Equal(t, contract.Costs{Salary: sp.Pounds(11), OnCost: sp.Pounds(2), Activity: sp.Pounds(3)}, sum)
	total, err := c.Total()
	require.NoError(t, err)
	require.Equal(t, sp.Pounds(10), total)
	_, err = c.Add(contract.Costs{Activity: sp.NewMoney(1, sp.EUR)})
	require.ErrorContains(t, err, "contract: add costs: activity: ")
	mixed := contract.Costs{Salary: sp.Pounds(1), Activity: sp.NewMoney(1, sp.EUR)}
	_, err = mixed.Total()
	require.ErrorContains(t, err, "contract: total of costs: ")

	require.Zero(t, c.Of("rent"), "of a class that is none")

	all, err := c.Move(contract.Activity, contract.Salary, sp.Pounds(3))
	require.NoError(t, err, "to the last penny")
	require.True(t, all.Activity.IsZero())
	_, err = c.Move(contract.Activity, contract.Salary, sp.Money{})
	require.ErrorIs(t, err, sp.ErrInvalid, "nothing is no virement")
	_, err = mixed.Move(contract.Salary, contract.Activity, sp.Pence(1))
	require.ErrorContains(t, err, "must be in the currency of the costs")
	_, err = c.Move(contract.Activity, contract.Salary, sp.NewMoney(1, sp.EUR))
	require.ErrorContains(t, err, "must be at most what the class has")
}

func TestValidShareTakesNineDecimalsAndAMillionAtMost(t *testing.T) {
	for text, ok := range map[string]bool{
		"0": true, "0.25": true, "0.000000001": true, "1000000": true, "999999.999999999": true,
		"-0.1": false, "0.0000000001": false, "1000000.1": false, "1000001": false,
	} {
		require.Equal(t, ok, contract.ValidShare(decimal.RequireFromString(text)), text)
	}
	require.False(t, contract.ValidShare(decimal.New(0, 10)), "nothing with ten noughts takes long to reckon with")
}

func TestPostsThatCostNothingAreNotCounted(t *testing.T) {
	posts, rest, err := contract.Posts(sp.Money{}, sp.Pounds(1))
	require.NoError(t, err, "an empty pot pays for none, in any currency")
	require.Zero(t, posts)
	require.True(t, rest.IsZero())
	_, _, err = contract.Posts(sp.Money{}, sp.Money{})
	require.ErrorContains(t, err, "must cost more than nothing")
	posts, rest, err = contract.Posts(sp.Pounds(3), sp.Pounds(1))
	require.NoError(t, err)
	require.Equal(t, int64(3), posts)
	require.True(t, rest.IsZero())
	for name, try := range map[string]func() error{
		"posts that bring money in": func() error { _, _, err := contract.Posts(sp.Pounds(1), sp.Pounds(1), sp.Pounds(-2)); return err },
		"a pot below nothing":       func() error { _, _, err := contract.Posts(sp.Pence(-1), sp.Pounds(1)); return err },
		"posts in two currencies": func() error {
			_, _, err := contract.Posts(sp.Pounds(1), sp.Pounds(1), sp.NewMoney(1, sp.EUR))
			return err
		},
	} {
		require.Error(t, try(), name)
	}
}
