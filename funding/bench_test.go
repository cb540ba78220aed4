package funding_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
	"github.com/socialprescribing/sp/internal/tier"
)

func variants(n int) []funding.Policy {
	out := make([]funding.Policy, n)
	for i := range out {
		out[i] = funding.Policy{Formula: gradient(fmt.Sprintf("%d.%03d", i/1000, i%1000))}
	}
	return out
}

// A thousand gradients over the 33,755 small areas of England, weights and all.
func BenchmarkVariants(b *testing.B) {
	areas := england(b)
	policies := variants(1000)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for a, err := range funding.Variants(b.Context(), sp.Pounds(1_000_000_000), areas, policies, funding.Options{Workers: workers}) {
					if err != nil || len(a.Minor()) != areas.Len() {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000/float64(areas.Len()), "ns/area")
		})
	}
}

// The same with what each does in a few numbers, as a sweep prints it.
func BenchmarkOutcomes(b *testing.B) {
	areas := withMoney(b, england(b))
	before, err := funding.Given(areas, "last_year", sp.GBP)
	require.NoError(b, err)
	policies := variants(1000)
	y, err := funding.NewYardstick(areas, funding.Judging{Before: before, Rank: "imd_rank"})
	require.NoError(b, err)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range y.Outcomes(b.Context(), sp.Pounds(1_000_000_000), policies, funding.Options{Workers: workers}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000/float64(areas.Len()), "ns/area")
		})
	}
}

func BenchmarkAllocate(b *testing.B) {
	areas := england(b)
	last := allocate(b, sp.Pounds(980_000_000), areas, funding.Policy{})
	areas, err := areas.With("last_year", area.Meaning{}, 2, last.Minor())
	require.NoError(b, err)
	for name, p := range map[string]funding.Policy{
		"gradient":          {Formula: gradient("0.5")},
		"floors and caps":   {Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Cap: funding.Bound{Growth: "0.06"}},
		"top down by ICB":   {Formula: gradient("0.5"), Levels: []string{"icb24cd"}},
		"two programmes":    {Formula: funding.Formula{Programmes: []funding.Programme{{Name: "a", Share: "0.9", Factors: gradient("0.5").Factors}, {Name: "b", Share: "0.1", Factors: gradient("2").Factors}}}},
		"pace of change":    {Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Pace: []funding.Pace{{Distance: "-0.05", Growth: "0.01"}, {Distance: "0.1", Growth: "0"}}}},
		"damping":           {Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Damped: true},
		"aversion of two":   {Formula: funding.Formula{Factors: gradient("0.5").Factors, Alpha: "2"}},
		"ranks, not tenths": {Formula: funding.Formula{Factors: []funding.Factor{{Column: "imd_rank", RankGradient: "0.5"}}}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := funding.Allocate(sp.Pounds(1_000_000_000), areas, p); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(areas.Len()), "ns/area")
		})
	}
}

func BenchmarkExplanations(b *testing.B) {
	a := allocate(b, sp.Pounds(1_000_000_000), england(b), funding.Policy{Formula: gradient("0.5")})
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range a.Explanations() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(a.Minor())), "ns/area")
}

// One policy after another in memory that is kept, as a search for one does.
func BenchmarkAmounts(b *testing.B) {
	areas := withMoney(b, england(b))
	for _, c := range unallocating {
		b.Run(c.name, func(b *testing.B) {
			calculator := funding.NewCalculator(areas)
			var dst []int64
			var err error
			b.ReportAllocs()
			for b.Loop() {
				if dst, err = calculator.Amounts(dst, sp.Pounds(1_000_000_000), c.policy); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(areas.Len()), "ns/area")
		})
	}
}

// unallocating are policies that a calculator works out without taking memory.
var unallocating = []struct {
	name   string
	policy funding.Policy
}{
	{"gradient", funding.Policy{Formula: gradient("0.5")}},
	{"ranks", funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "imd_rank", RankGradient: "0.5"}}}}},
	{"falling ranks", funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "imd_rank", RankGradient: "-0.5"}}}}},
	{"floors and caps", funding.Policy{Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Cap: funding.Bound{Growth: "0.06"}}},
	{"floors of other kinds", funding.Policy{Formula: funding.Formula{Fixed: "fixed"}, Floor: funding.Bound{OfFlat: "0.5", PerHead: "1.00000000000000001", Column: "fixed", Amount: sp.Pounds(1)}}},
	{"top down", funding.Policy{Formula: gradient("0.5"), Levels: []string{"icb24cd"}}},
	{"top down within bounds", funding.Policy{Formula: programmes, Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Levels: []string{"icb24cd", "lad24cd"}}},
	{"programmes", funding.Policy{Formula: programmes}},
	{"programmes by Webster", funding.Policy{Formula: programmes, Method: apportion.Webster}},
	{"programmes in a running total", funding.Policy{Formula: programmes, Method: apportion.Cascade}},
	{"programmes with a factor beyond 64 bits", funding.Policy{Formula: funding.Formula{Programmes: programmes.Programmes, Factors: slices.Repeat([]funding.Factor{{Column: "imd_rank", RankGradient: "0.123456789"}}, 4)}}},
	{"pace of change", funding.Policy{Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Pace: []funding.Pace{{Distance: "-0.05", Growth: "0.01"}, {Distance: "0.1", Growth: "0"}}}}},
	{"damping", funding.Policy{Formula: gradient("0.5"), Opening: "last_year", Floor: funding.Bound{Growth: "0.01"}, Damped: true}},
	{"aversion to inequality", funding.Policy{Formula: funding.Formula{Factors: gradient("0.5").Factors, Alpha: "2"}}},
}

// programmes mix two needs.
var programmes = funding.Formula{Programmes: []funding.Programme{
	{Name: "a", Share: "0.9", Factors: gradient("0.5").Factors},
	{Name: "b", Share: "0.1", Factors: gradient("2").Factors},
}}

// withMoney returns areas with what they had last year and a fixed sum.
func withMoney(tb testing.TB, areas *area.Table) *area.Table {
	tb.Helper()
	last := allocate(tb, sp.Pounds(980_000_000), areas, funding.Policy{})
	areas, err := areas.With("last_year", area.Meaning{Kind: area.Money}, 2, last.Minor())
	require.NoError(tb, err)
	areas, err = areas.With("fixed", area.Meaning{Kind: area.Money}, 2, slices.Repeat([]int64{100}, areas.Len()))
	require.NoError(tb, err)
	return areas
}

func TestACalculatorTakesNoMemoryForOnePolicyAfterAnother(t *testing.T) {
	if tier.Racing() {
		t.Skip("math/big keeps its memory in a sync.Pool")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties that pool
	runtime.GC()
	areas := withMoney(t, england(t))
	calculator := funding.NewCalculator(areas)
	for _, c := range unallocating {
		var dst []int64
		var err error
		require.Zero(t, testing.AllocsPerRun(1, func() {
			dst, err = calculator.Amounts(dst, sp.Pounds(1_000_000_000), c.policy)
		}), c.name)
		require.NoError(t, err, c.name)
		require.Equal(t, allocate(t, sp.Pounds(1_000_000_000), areas, c.policy).Minor(), dst, c.name)
	}
}
