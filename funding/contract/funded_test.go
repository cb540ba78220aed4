package contract_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

// paying are contracts for services in days of 2026, by "service from until".
func paying(t require.TestingT, periods map[string][][2]int) *contract.Book {
	var terms []contract.Terms
	for service, list := range periods {
		for _, p := range list {
			terms = append(terms, contract.Terms{
				ID: contract.ID(fmt.Sprint("C", len(terms))), Provider: "bay", Service: directory.ID(service), Amount: sp.Pounds(10),
				Period: sp.Period{Start: day(p[0]), End: day(p[1])},
			})
		}
	}
	b, err := contract.NewBook(terms)
	require.NoError(t, err)
	return b
}

func day(n int) sp.Date { return sp.NewDate(2026, 1, 1).Add(n) }

func TestABookSaysUntilWhenAServiceIsFunded(t *testing.T) {
	b := paying(t, map[string][][2]int{
		"follow": {{0, 10}, {10, 20}}, "overlap": {{0, 30}, {5, 10}}, "gap": {{0, 10}, {15, 20}},
		"over": {{-20, -10}, {-9, -5}}, "later": {{10, 20}}, "": {{0, 100}},
	})
	for service, want := range map[directory.ID]sp.Date{
		"follow": day(19), "overlap": day(29), "gap": day(9), "over": day(-6), "later": 0, "nobody's": 0, "": 0,
	} {
		require.Equal(t, want, b.FundedUntil(service, day(5)), service)
	}
	stated := directory.Offer{Service: "nobody's", Facts: directory.Facts{FundedUntil: day(77)}}
	offers := []directory.Offer{{Service: "follow"}, stated, {Service: "later"}, {Service: "gap"}}
	funded := b.Fund(offers, day(5), "gap")
	require.Equal(t, []sp.Date{day(19), day(77), 0, 0}, []sp.Date{funded[0].FundedUntil, funded[1].FundedUntil, funded[2].FundedUntil, funded[3].FundedUntil})
	require.True(t, offers[0].FundedUntil.IsZero(), "what was passed in is as it was")
}

func TestABookIsFundedOnEachDayUntilThenAsAPlainCalendarSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list [][2]int
		paid := map[int]bool{}
		for range rapid.IntRange(1, 5).Draw(t, "contracts") {
			from := rapid.IntRange(0, 30).Draw(t, "from")
			until := from + rapid.IntRange(1, 10).Draw(t, "days")
			list = append(list, [2]int{from, until})
			for d := from; d < until; d++ {
				paid[d] = true
			}
		}
		at := rapid.IntRange(0, 45).Draw(t, "at")
		want := sp.Date(0)
		d := at
		for d >= 0 && !paid[d] { // back to the last day that was paid
			d--
		}
		if d >= 0 {
			for paid[d+1] {
				d++
			}
			want = day(d)
		}
		require.Equal(t, want, paying(t, map[string][][2]int{"s": list}).FundedUntil("s", day(at)))
	})
}

func TestABookCountsThePlacementsThatNobodyPaysFor(t *testing.T) {
	b := paying(t, map[string][][2]int{"walks": {{0, 31}}, "": {{40, 60}}})
	uses := []contract.Use{
		{Provider: "bay", Service: "walks", On: day(5), Cost: sp.Pounds(9)},
		{Provider: "bay", Service: "walks", On: day(31), Cost: sp.Pounds(9)},
		{Provider: "bay", Service: "choir", On: day(45)},
		{Provider: "sea", Service: "boats", On: day(0), Cost: sp.Pounds(2)},
		{Provider: "sea", Service: "boats", On: day(70), Cost: sp.Pounds(3)},
		{Provider: "air", Service: "kites", On: day(33), Cost: sp.Pounds(4)},
		{Provider: "air", Service: "kites", On: day(3), Cost: sp.Pounds(5)},
	}
	got, err := b.Unfunded(slices.Values(uses))
	require.NoError(t, err)
	require.Equal(t, []contract.Demand{
		{Provider: "air", Month: sp.NewDate(2026, 1, 1), Placements: 1, Cost: sp.Pounds(5)},
		{Provider: "air", Month: sp.NewDate(2026, 2, 1), Placements: 1, Cost: sp.Pounds(4)},
		{Provider: "bay", Month: sp.NewDate(2026, 2, 1), Placements: 2, Cost: sp.Pounds(9), Uncosted: 1, Core: 1},
		{Provider: "sea", Month: sp.NewDate(2026, 1, 1), Placements: 1, Cost: sp.Pounds(2)},
		{Provider: "sea", Month: sp.NewDate(2026, 3, 1), Placements: 1, Cost: sp.Pounds(3)},
	}, got)
	for _, bad := range []contract.Use{{Provider: "bay"}, {On: day(1)}} {
		_, err := b.Unfunded(slices.Values([]contract.Use{{Provider: "sea", On: day(1)}, bad}))
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.ErrorContains(t, err, "use 1")
	}
	euro := sp.NewMoney(1, "EUR")
	_, err = b.Unfunded(slices.Values([]contract.Use{{Provider: "sea", On: day(1), Cost: euro}, {Provider: "sea", On: day(1), Cost: sp.Pounds(1)}}))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestTermsKnowTheDayOnWhichTheirRenewalWasDecided(t *testing.T) {
	terms := contract.Terms{ID: "C", Provider: "bay", Amount: sp.Pounds(1), Period: sp.Period{Start: day(0), End: day(90)}}
	_, known := terms.Notice()
	require.False(t, known)
	terms.RenewalDecided = day(60)
	require.NoError(t, terms.Check())
	days, known := terms.Notice()
	require.True(t, known)
	require.Equal(t, 30, days)
	terms.RenewalDecided = day(100)
	days, _ = terms.Notice()
	require.Equal(t, -10, days, "the money had ended")
	terms.RenewalDecided = day(-1)
	require.ErrorContains(t, terms.Check(), "renewalDecided")
}

func TestVenueContinuityIsWhatAPlainCalendarSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		within := sp.Period{Start: day(0), End: day(40)}
		var stays []contract.Stay
		at := make([]map[directory.ID]bool, 40)
		for i := range at {
			at[i] = map[directory.ID]bool{}
		}
		for range rapid.IntRange(1, 5).Draw(t, "stays") {
			place := directory.ID(rapid.SampledFrom([]string{"hall", "park", "pub"}).Draw(t, "place"))
			from := rapid.IntRange(-5, 39).Draw(t, "from")
			p := sp.Period{Start: day(from), End: day(from + rapid.IntRange(1, 20).Draw(t, "days"))}
			stays = append(stays, contract.Stay{Service: "s", Place: place, Period: p})
			for d := range at {
				if p.Contains(day(d)) {
					at[d][place] = true
				}
			}
		}
		placed, days := 0, map[directory.ID]int{}
		for _, places := range at {
			if len(places) > 0 {
				placed++
			}
			for p := range places {
				days[p]++
			}
		}
		got := contract.VenueContinuity(stays, within)
		if placed == 0 {
			require.Empty(t, got)
			return
		}
		require.Len(t, got, 1)
		require.Equal(t, []int{40, placed, len(days)}, []int{got[0].Days, got[0].Placed, got[0].Places})
		for p, n := range days {
			require.LessOrEqual(t, n, got[0].MainDays)
			require.True(t, n < got[0].MainDays || got[0].Main <= p)
		}
		require.Equal(t, days[got[0].Main], got[0].MainDays)
	})
}

func TestVenueContinuityCountsMoves(t *testing.T) {
	stay := func(place directory.ID, from, until int) contract.Stay {
		return contract.Stay{Service: "s", Place: place, Period: sp.Period{Start: day(from), End: day(until)}}
	}
	for want, stays := range map[int][]contract.Stay{
		0: {stay("hall", 0, 10), stay("hall", 10, 20)},
		1: {stay("hall", 0, 10), stay("park", 10, 20)},
		2: {stay("hall", 0, 10), stay("park", 12, 20), stay("hall", 20, 30)},
		3: {stay("hall", 0, 10), stay("park", 10, 20), stay("pub", 10, 15), stay("hall", 20, 30), stay("hall", 30, 35)},
	} {
		require.Equal(t, want, contract.VenueContinuity(stays, sp.Period{Start: day(0), End: day(40)})[0].Moves)
	}
	two := contract.VenueContinuity([]contract.Stay{stay("hall", 0, 30), stay("park", 10, 20)}, sp.Period{Start: day(0), End: day(40)})
	require.Zero(t, two[0].Moves, "a second place beside the first is no move")
	require.Nil(t, contract.VenueContinuity(nil, sp.Period{Start: day(0)}))
	require.Nil(t, contract.VenueContinuity(nil, sp.Period{Start: day(3), End: day(3)}))
	open := contract.VenueContinuity([]contract.Stay{{Service: "s", Place: "hall", Period: sp.Period{Start: day(0)}}}, sp.Period{Start: day(0), End: day(40)})
	require.Equal(t, 40, open[0].Placed)
}

func TestVenueContinuityIsInOrderOfServicesAndOfEqualPlacesTheFirstIsMain(t *testing.T) {
	var stays []contract.Stay
	for _, service := range []directory.ID{"walks", "choir", "art", "boats"} {
		for i, place := range []directory.ID{"pub", "hall", "park", "inn"} {
			stays = append(stays, contract.Stay{Service: service, Place: place, Period: sp.Period{Start: day(5 * i), End: day(5*i + 5)}})
		}
	}
	for range 20 { // maps are walked in another order each time
		var got []directory.ID
		for _, c := range contract.VenueContinuity(stays, sp.Period{Start: day(0), End: day(40)}) {
			got = append(got, c.Service)
			require.Equal(t, directory.ID("hall"), c.Main)
		}
		require.Equal(t, []directory.ID{"art", "boats", "choir", "walks"}, got)
	}
}

func TestBookOverlapsNameTheContractsThatPayOnTheseDays(t *testing.T) {
	terms := func(id contract.ID, service directory.ID, from, until int) contract.Terms {
		return contract.Terms{ID: id, Provider: "bay", Service: service, Amount: sp.Pounds(10), Period: sp.Period{Start: day(from), End: day(until)}}
	}
	b, err := contract.NewBook([]contract.Terms{
		terms("A-1", "walks", 0, 10), terms("A-2", "walks", 0, 5), terms("A-3", "walks", 5, 10), // twice all the time
		terms("A-4", "walks", 20, 30), terms("A-5", "walks", 29, 40),
		terms("A-6", "", 0, 9), terms("A-7", "", 8, 9),
	})
	require.NoError(t, err)
	var got []string
	for _, o := range b.Overlaps() {
		require.Equal(t, directory.ID("bay"), o.Provider)
		got = append(got, o.String())
	}
	require.Equal(t, []string{
		"bay from 2026-01-09 to 2026-01-09: contracts A-6, A-7",
		"walks from 2026-01-01 to 2026-01-10: contracts A-1, A-2, A-3",
		"walks from 2026-01-30 to 2026-01-30: contracts A-4, A-5",
	}, got)
}

func TestProvidersWhoseMoneyEndsSoonestComeFirst(t *testing.T) {
	terms := func(id contract.ID, provider directory.ID, until int) contract.Terms {
		return contract.Terms{ID: id, Provider: provider, Service: provider, Amount: sp.Pounds(10), Period: sp.Period{Start: day(0), End: day(until)}}
	}
	b, err := contract.NewBook([]contract.Terms{terms("A-1", "air", 30), terms("A-2", "bay", 10), terms("A-3", "sea", 20)})
	require.NoError(t, err)
	for _, horizons := range [][]contract.Horizon{b.Horizons(day(5)), b.ProviderHorizons(day(5))} {
		var got []directory.ID
		for _, h := range horizons {
			got = append(got, h.Provider)
		}
		require.Equal(t, []directory.ID{"bay", "sea", "air"}, got)
	}
}

func TestBookOverlapsAreTheDaysOfTwoContractsAsAPlainCalendarSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list [][2]int
		var paid [80]int
		for range rapid.IntRange(1, 5).Draw(t, "contracts") {
			from := rapid.IntRange(0, 50).Draw(t, "from")
			until := from + rapid.IntRange(1, 25).Draw(t, "days")
			list = append(list, [2]int{from, until})
			for d := from; d < until; d++ {
				paid[d]++
			}
		}
		var twice [80]bool
		for _, o := range paying(t, map[string][][2]int{"s": list}).Overlaps() {
			require.Equal(t, directory.ID("s"), o.Service)
			require.GreaterOrEqual(t, len(o.Contracts), 2)
			for d := range twice {
				if o.Period.Contains(day(d)) {
					require.False(t, twice[d], "day %d stands in two overlaps", d)
					twice[d] = true
				}
			}
		}
		for d, n := range paid {
			require.Equal(t, n > 1, twice[d], "day %d", d)
		}
	})
}
