package contract_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/funding/contract"
)

func TestABookSaysUntilWhenEachServiceIsFunded(t *testing.T) {
	day := sp.NewDate
	terms := func(id contract.ID, service directory.ID, start, end sp.Date, pounds int64) contract.Terms {
		return contract.Terms{ID: id, Provider: "bay/green", Service: service, Period: sp.Period{Start: start, End: end}, Amount: sp.Pounds(pounds)}
	}
	book, err := contract.NewBook([]contract.Terms{
		terms("A-3", "bay/walks", day(2026, 4, 1), day(2026, 10, 1), 9_000), // follows without a gap, for more
		terms("A-1", "bay/walks", day(2025, 4, 1), day(2026, 4, 1), 12_000),
		terms("A-2", "bay/walks", day(2025, 10, 1), day(2026, 1, 1), 1_500), // beside the first
		terms("A-4", "bay/choir", day(2025, 4, 1), day(2025, 7, 1), 3_000),
		terms("A-5", "bay/choir", day(2025, 9, 1), day(2026, 9, 1), 12_000),
		terms("A-6", "", day(2026, 1, 1), day(2029, 1, 1), 36_000),
	})
	require.NoError(t, err)
	today := day(2025, 11, 15)
	require.Empty(t, cmp.Diff([]contract.Horizon{
		{Provider: "bay/green", Next: day(2026, 1, 1)},
		{Provider: "bay/green", Service: "bay/choir", Until: day(2026, 9, 1), Months: 9},
		{Provider: "bay/green", Service: "bay/walks", Until: day(2026, 10, 1), Months: 10},
	}, book.Horizons(today)))
	require.Empty(t, cmp.Diff([]contract.Horizon{{Provider: "bay/green", Until: day(2029, 1, 1), Months: 37}}, book.ProviderHorizons(today)))
	require.Empty(t, cmp.Diff([]contract.Gap{{Provider: "bay/green", Service: "bay/choir", Period: sp.Period{Start: day(2025, 7, 1), End: day(2025, 9, 1)}}}, book.Gaps()))
	var cliffs []string
	for _, c := range book.Cliffs(day(2025, 1, 1), 0, func(_, s directory.ID) (int, bool) { return 7, s == "bay/choir" }) {
		cliffs = append(cliffs, c.String())
	}
	require.Empty(t, cmp.Diff([]string{
		"2025-07-01: bay/choir loses £1,000.00 a month and ends until 2025-09-01; 7 people",
		"2026-01-01: bay/walks loses £500.00 a month; people not counted",
		"2026-09-01: bay/choir loses £1,000.00 a month and ends; 7 people",
		"2026-10-01: bay/walks loses £1,500.00 a month and ends; people not counted",
		"2029-01-01: bay/green loses £1,000.00 a month and ends; people not counted",
	}, cliffs))
	require.Len(t, book.Cliffs(day(2026, 1, 1), day(2026, 9, 1), nil), 1, "the end of the window is not in it")

	short, money := book.Short(12)
	require.Len(t, short, 3)
	require.Equal(t, sp.Pounds(13_500), money)
	require.Equal(t, sp.Pounds(73_500), book.Total())
	median, ok := book.MedianMonths()
	require.True(t, ok)
	require.InDelta(t, 12, median, 0, "36 months hold £36,000 of £73,500, which is less than half")
	require.Empty(t, cmp.Diff([]sp.Money{sp.Pounds(2_500), sp.Pounds(2_500), sp.Pounds(3_000)}, book.RunRate(day(2025, 11, 1), 3), moneys))
	require.Len(t, book.RunRate(day(9999, 11, 1), math.MaxInt), 2, "the calendar ends")
	require.Empty(t, book.RunRate(0, 3), "from an unknown day on nothing is known")
	empty, err := contract.NewBook(nil)
	require.NoError(t, err)
	_, ok = empty.MedianMonths()
	require.False(t, ok)
	require.Empty(t, slices.Collect(empty.All()))
}

// 17 pence over three years are less than half a penny a month, which rounds to none.
func TestAContractOfNextToNothingResumesNoService(t *testing.T) {
	day := sp.NewDate
	book, err := contract.NewBook([]contract.Terms{
		{ID: "A-1", Provider: "bay/green", Period: sp.Period{Start: day(2025, 1, 1), End: day(2025, 3, 1)}, Amount: sp.Pounds(2_000)},
		{ID: "A-2", Provider: "bay/green", Period: sp.Period{Start: day(2024, 4, 1), End: day(2027, 4, 1)}, Amount: sp.Pence(17)},
	})
	require.NoError(t, err)
	cliffs := book.Cliffs(0, 0, nil)
	require.Len(t, cliffs, 1)
	require.Equal(t, "2025-03-01: bay/green loses £1,000.00 a month and ends; people not counted", cliffs[0].String())
}

func TestABookListsEveryFaultByItsPlace(t *testing.T) {
	bad, twice, euro := good(), good(), good()
	bad.ID, bad.Amount = "A-2", sp.Money{}
	euro.ID, euro.Amount = "A-3", sp.NewMoney(5, sp.EUR)
	_, err := contract.NewBook([]contract.Terms{good(), bad, twice, euro})
	var invalid *sp.InvalidError
	require.ErrorAs(t, err, &invalid)
	var paths []string
	for _, f := range invalid.Fields {
		paths = append(paths, f.Path)
	}
	require.Equal(t, []string{"terms[1] (A-2).amount", "terms[2] (A-1).id", "terms[3] (A-3).amount"}, paths)
}

// TestABookAgreesWithLookingAtEveryDay holds the sweeps to the plain way: to ask
// of each day which contracts run on it.
func TestABookAgreesWithLookingAtEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []contract.Terms
		for i := range rapid.IntRange(1, 8).Draw(t, "contracts") {
			start := sp.NewDate(2026, 1, 1).Add(rapid.IntRange(0, 60).Draw(t, "start"))
			all = append(all, contract.Terms{
				ID: contract.ID(fmt.Sprint("A-", i)), Provider: directory.ID(rapid.SampledFrom([]string{"p", "q"}).Draw(t, "provider")),
				Service: directory.ID(rapid.SampledFrom([]string{"s", "t"}).Draw(t, "service")),
				Period:  sp.Period{Start: start, End: start.Add(rapid.IntRange(1, 60).Draw(t, "days"))}, Amount: sp.Pence(rapid.Int64Range(10_000, 90_000).Draw(t, "pence")),
			})
		}
		book, err := contract.NewBook(all)
		require.NoError(t, err)
		runs := func(d sp.Date, provider, service directory.ID) (n int) {
			for _, c := range all {
				if c.Period.Contains(d) && c.Provider == provider && (c.Service == service || service == "") {
					n++
				}
			}
			return n
		}
		at := sp.NewDate(2026, 1, 1).Add(rapid.IntRange(0, 120).Draw(t, "at"))
		for _, h := range append(book.Horizons(at), book.ProviderHorizons(at)...) {
			d := at
			for runs(d, h.Provider, h.Service) > 0 {
				d = d.Add(1)
			}
			require.Equal(t, d == at, h.Until.IsZero())
			require.True(t, h.Until.IsZero() || h.Until == d)
			next := d
			for next < at.Add(200) && runs(next, h.Provider, h.Service) == 0 {
				next = next.Add(1)
			}
			require.True(t, h.Next.IsZero() && next == at.Add(200) || h.Next == next)
		}
		var gaps, ends int
		for _, key := range [][2]directory.ID{{"p", "s"}, {"p", "t"}, {"q", "s"}, {"q", "t"}} {
			was := 0
			for d := sp.NewDate(2025, 12, 31); d < sp.NewDate(2026, 6, 1); d = d.Add(1) {
				is := runs(d, key[0], key[1])
				if was > 0 && is == 0 {
					ends++
				}
				was = is
			}
		}
		for _, g := range book.Gaps() {
			gaps++
			for d := g.Period.Start; d < g.Period.End; d = d.Add(1) {
				require.Zero(t, runs(d, g.Provider, g.Service))
			}
			require.Positive(t, runs(g.Period.Start.Add(-1), g.Provider, g.Service))
			require.Positive(t, runs(g.Period.End, g.Provider, g.Service))
		}
		var over, resumed int
		for _, c := range book.Cliffs(0, 0, nil) {
			require.Positive(t, c.Lost().Sign())
			require.Equal(t, runs(c.Date, c.Provider, c.Service) == 0, c.Ends())
			if c.Ends() {
				over++
			}
			if !c.Resumes.IsZero() {
				resumed++
			}
		}
		require.Equal(t, ends, over, "every end is a cliff")
		require.Equal(t, gaps, resumed)
	})
}

func BenchmarkBook(b *testing.B) {
	var all []contract.Terms
	for i := range 100_000 {
		start := sp.NewDate(2024, 1, 1).Add(i * 7 % 1_000)
		all = append(all, contract.Terms{
			ID: contract.ID(fmt.Sprint("A-", i)), Provider: directory.ID(fmt.Sprint("bay/p", i%5_000)), Service: directory.ID(fmt.Sprint("bay/s", i%20_000)),
			Period: sp.Period{Start: start, End: start.AddMonths(3 + i%30)}, Amount: sp.Pence(int64(100_000 + i)),
		})
	}
	b.Run("new-100000", func(b *testing.B) {
		for b.Loop() {
			if _, err := contract.NewBook(all); err != nil {
				b.Fatal(err)
			}
		}
	})
	book, err := contract.NewBook(all)
	require.NoError(b, err)
	today := sp.NewDate(2026, 1, 1)
	b.Run("horizons-20000", func(b *testing.B) {
		for b.Loop() {
			book.Horizons(today)
		}
	})
	b.Run("cliffs-100000", func(b *testing.B) {
		for b.Loop() {
			book.Cliffs(today, 0, nil)
		}
	})
	b.Run("cliffs-plain", func(b *testing.B) { // asks every service of every day of two years
		byService := make(map[directory.ID][]contract.Terms)
		for _, t := range all {
			byService[t.Service] = append(byService[t.Service], t)
		}
		for b.Loop() {
			for _, terms := range byService {
				was := 0
				for d := today; d < today.Add(730); d = d.Add(1) {
					is := 0
					for _, t := range terms {
						if t.Period.Contains(d) {
							is++
						}
					}
					was = is - was
				}
			}
		}
	})
}

func TestABookWritesOneAsOne(t *testing.T) {
	c := contract.Cliff{Date: sp.NewDate(2026, 4, 1), Provider: "bay/green", Service: "bay/walks", Before: sp.Pounds(100), People: 1, Counted: true}
	require.Equal(t, "2026-04-01: bay/walks loses £100.00 a month and ends; 1 person", c.String())
}
