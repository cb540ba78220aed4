package simulation_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/simulation"
)

// bookOf is a book of contracts, each of a provider, for a service and a period.
func bookOf(t require.TestingT, terms ...contract.Terms) *contract.Book {
	for i := range terms {
		terms[i].ID, terms[i].Amount = contract.ID(fmt.Sprintf("C-%d", i)), sp.Pounds(1200)
		if terms[i].Provider == "" {
			terms[i].Provider = "bay/green"
		}
	}
	book, err := contract.NewBook(terms)
	require.NoError(t, err)
	return book
}

func TestPaidByIsWhenContractsPay(t *testing.T) {
	april, october := start, start.AddMonths(6)
	typed := []simulation.Funded{{From: start, Until: start.Add(9)}}
	for name, c := range map[string]struct {
		terms []contract.Terms
		want  []simulation.Funded
		known bool
	}{
		"the last day of a contract is paid for": {
			[]contract.Terms{{Service: "bay/walks", Period: april.Months(6)}},
			[]simulation.Funded{{From: april, Until: october.Add(-1)}},
			true,
		},
		"one that follows at once goes on": {
			[]contract.Terms{{Service: "bay/walks", Period: october.Months(6)}, {Service: "bay/walks", Period: april.Months(6)}},
			[]simulation.Funded{{From: april, Until: april.AddMonths(12).Add(-1)}},
			true,
		},
		"those of two providers overlap": {
			[]contract.Terms{{Service: "bay/walks", Period: april.Months(9)}, {Service: "bay/walks", Provider: "bay/blue", Period: april.AddMonths(3).Months(3)}},
			[]simulation.Funded{{From: april, Until: april.AddMonths(9).Add(-1)}},
			true,
		},
		"a gap of a day is a gap": {
			[]contract.Terms{{Service: "bay/walks", Period: april.Months(6)}, {Service: "bay/walks", Period: sp.Period{Start: october.Add(1), End: october.Add(31)}}},
			[]simulation.Funded{{From: april, Until: october.Add(-1)}, {From: october.Add(1), Until: october.Add(30)}},
			true,
		},
		"money that ended before the first day is not there": {
			[]contract.Terms{{Service: "bay/walks", Period: april.AddMonths(-12).Months(12)}},
			[]simulation.Funded{{From: april.AddMonths(-12), Until: april.Add(-1)}},
			true,
		},
		"a contract for something else says nothing": {[]contract.Terms{{Service: "bay/choir", Period: april.Months(6)}}, typed, false},
		"core costs pay for no service":              {[]contract.Terms{{Period: april.Months(6)}}, typed, false},
		"no contracts say nothing":                   {nil, typed, false},
	} {
		t.Run(name, func(t *testing.T) {
			supply := []simulation.Supply{{Offer: offer("walks", "", 1), Places: 3, Funded: typed}, {Offer: offer("walks", "", 2), Funded: typed}}
			paid, unknown := simulation.PaidBy(bookOf(t, c.terms...), supply)
			require.Equal(t, c.want, paid[0].Funded)
			require.Equal(t, c.want, paid[1].Funded)
			require.Equal(t, 3, paid[0].Places)
			require.Equal(t, typed, supply[0].Funded, "what was passed in stays as it was")
			if c.known {
				require.Empty(t, unknown)
			} else {
				require.Equal(t, []directory.ID{"bay/walks"}, unknown, "each service once")
			}
		})
	}
}

func TestPaidByLeavesWhatHasAContractWithoutAKnownEnd(t *testing.T) {
	supply := []simulation.Supply{{Offer: offer("walks", "", 1)}, {Offer: offer("choir", "", 1)}}
	paid, unknown := simulation.PaidBy(bookOf(t, contract.Terms{Service: "bay/walks", Period: start.Months(3)}), supply, "bay/walks", "bay/choir")
	require.Equal(t, supply, paid)
	require.Empty(t, unknown)
	paid, unknown = simulation.PaidBy(nil, supply)
	require.Equal(t, supply, paid)
	require.Equal(t, []directory.ID{"bay/walks", "bay/choir"}, unknown)
}

// Day by day, an offer is there if and only if one of the contracts holds.
func TestPaidByOfAnyBookIsPaidOnTheDaysOfItsContracts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var terms []contract.Terms
		for range rapid.IntRange(1, 6).Draw(t, "contracts") {
			from := start.Add(rapid.IntRange(0, 60).Draw(t, "from"))
			terms = append(terms, contract.Terms{
				Service: "bay/walks", Provider: rapid.SampledFrom([]directory.ID{"bay/green", "bay/blue"}).Draw(t, "provider"),
				Period: sp.Period{Start: from, End: from.Add(rapid.IntRange(1, 30).Draw(t, "days"))},
			})
		}
		paid, _ := simulation.PaidBy(bookOf(t, terms...), []simulation.Supply{{Offer: offer("walks", "", 1)}})
		times := paid[0].Funded
		for day := range 100 {
			d, held, there := start.Add(day), false, 0
			for _, c := range terms {
				held = held || c.Period.Contains(d)
			}
			for _, f := range times {
				if f.From <= d && d <= f.Until {
					there++
				}
			}
			require.Equal(t, held, there == 1, d)
			require.LessOrEqual(t, there, 1, d)
		}
		for i := 1; i < len(times); i++ {
			require.Greater(t, times[i].From, times[i-1].Until.Add(1), "times have a day between them")
		}
	})
}

func TestRunOpensAndClosesPlacesByTheContractsOfABook(t *testing.T) {
	s := district(10, 10, 20)
	whole := run(t, s, simulation.Policy{}, simulation.Options{Seed: "book"})
	typed := district(10, 10, 20)
	typed.Supply[0].Funded = []simulation.Funded{{From: start.AddMonths(3), Until: start.AddMonths(12).Add(-1)}, {From: start.AddMonths(15), Until: start.AddMonths(24).Add(-1)}}
	var unknown []directory.ID
	s.Supply, unknown = simulation.PaidBy(bookOf(t,
		contract.Terms{Service: "bay/walks", Period: start.AddMonths(3).Months(9)},
		contract.Terms{Service: "bay/walks", Period: start.AddMonths(15).Months(9)},
	), s.Supply)
	require.Equal(t, []directory.ID{"bay/choir", "bay/advice"}, unknown)
	got := run(t, s, simulation.Policy{}, simulation.Options{Seed: "book"})
	require.Equal(t, run(t, typed, simulation.Policy{}, simulation.Options{Seed: "book"}), got)
	require.Positive(t, sum(got).Cut, "who was on the walks when the money ended lost their place")
	require.Zero(t, sum(whole).Cut)
	days, _ := sp.Period{Start: start, End: start.AddMonths(3)}.Days()
	gap, _ := sp.Period{Start: start.AddMonths(12), End: start.AddMonths(15)}.Days()
	require.Equal(t, 20*(730-days-gap), got.Supply[0].Open)
}
