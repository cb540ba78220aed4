package tables_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/evaluation/tables"
	"github.com/socialprescribing/sp/funding/contract"
)

var april = sp.NewDate(2024, time.April, 1)

// terms is a contract from so many months after April 2024, for so many.
func terms(id contract.ID, provider directory.ID, from, months int, pounds int64) contract.Terms {
	return contract.Terms{ID: id, Provider: provider, Period: sp.Period{Start: april.AddMonths(from), End: april.AddMonths(from + months)}, Amount: sp.Pounds(pounds)}
}

func book(t require.TestingT, all ...contract.Terms) *contract.Book {
	b, err := contract.NewBook(all)
	require.NoError(t, err)
	return b
}

func TestProviderSurvivalPassesOverShortGaps(t *testing.T) {
	b := book(t,
		terms("C-1", "green", 0, 6, 10), terms("C-2", "green", 7, 12, 10), // a month without
		terms("C-3", "blue", 0, 6, 10), terms("C-4", "blue", 9, 12, 10), // a quarter without
		terms("C-5", "red", 0, 18, 10), terms("C-6", "grey", 40, 12, 10))
	f, err := tables.ProviderSurvival(b, april.AddMonths(24), 0)
	require.NoError(t, err)
	require.InDelta(t, 2.0/3, f.Estimate.Value, 1e-9, "blue ended")
	require.Equal(t, map[string]int64{"begins later": 1}, f.LeftOut)
	early, err := tables.ProviderSurvival(b, april.AddMonths(3), 0)
	require.NoError(t, err)
	require.False(t, early.Defined(), "nobody was followed for a year")
}

func TestContractLengthCountsEachContractOnceAndItsMoney(t *testing.T) {
	f, err := tables.ContractLength(book(t, terms("C-1", "green", 0, 6, 100), terms("C-2", "green", 6, 12, 100), terms("C-3", "blue", 0, 24, 600)))
	require.NoError(t, err)
	require.InDelta(t, 12, f[0].Estimate.Value, 1e-9)
	require.InDelta(t, 0.75, f[1].Estimate.Value, 1e-9)
	require.Equal(t, tables.Whole, f[1].Estimate.Method)
	none, err := tables.ContractLength(book(t))
	require.NoError(t, err)
	require.False(t, none[0].Defined())
	require.False(t, none[1].Defined())
}

// Continuity is that of a plain walk over the days.
func TestContinuityCountsWhatAWalkOverTheDaysCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []contract.Terms
		for i := range rapid.IntRange(1, 6).Draw(t, "contracts") {
			provider := rapid.SampledFrom([]directory.ID{"green", "blue"}).Draw(t, "provider")
			all = append(all, terms(contract.ID(string(rune('A'+i))), provider, rapid.IntRange(0, 20).Draw(t, "from"), rapid.IntRange(1, 9).Draw(t, "months"), 10))
		}
		on := april.AddMonths(rapid.IntRange(0, 30).Draw(t, "on"))
		with, days := 0, 0
		for _, provider := range []directory.ID{"green", "blue"} {
			began, ended := sp.Date(0), sp.Date(0)
			for _, c := range all {
				if c.Provider == provider {
					if began == 0 || c.Period.Start < began {
						began = c.Period.Start
					}
					ended = max(ended, c.Period.End)
				}
			}
			for d := began; d < ended && d <= on; d = d.Add(1) {
				days++
				for _, c := range all {
					if c.Provider == provider && c.Period.Contains(d) {
						with++
						break
					}
				}
			}
		}
		f := tables.Continuity(book(t, all...), on)
		require.InDelta(t, float64(with), f.Estimate.Numerator, 0)
		require.InDelta(t, float64(days), f.Estimate.Denominator, 0)
	})
}

func TestFundingEquityFollowsDeprivation(t *testing.T) {
	p := population(t, "area,people\nA,100\nB,100\nC,100\nD,*\n")
	rank := map[string]float64{"A": 1, "B": 2, "C": 3}
	e, err := tables.FundingEquity(p, "", map[string]sp.Money{"A": sp.Pounds(300), "B": sp.Pounds(200), "C": sp.Pounds(100), "D": sp.Pounds(5), "E": sp.Pounds(5)}, rank)
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"A": 3, "B": 2, "C": 1}, e.PerHead)
	require.InDelta(t, 3, e.MostToLeast, 1e-9)
	// Twice the covariance of money and position over the mean: (3*1/6 + 2*3/6 + 1*5/6)/3 - 2*1/2 = -2/9.
	require.InDelta(t, -2.0/9, e.Concentration.Estimate.Value, 1e-9)
	require.Equal(t, map[string]int64{tables.InSuppressed: 1, tables.NotInTable: 1}, e.Concentration.LeftOut)
	_, err = tables.FundingEquity(p, "", map[string]sp.Money{"A": sp.Pounds(1), "B": sp.NewMoney(1, sp.EUR)}, rank)
	require.ErrorIs(t, err, sp.ErrInvalid)
}
