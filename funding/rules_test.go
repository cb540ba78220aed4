package funding_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// bare returns areas with a population, what they had before, and their ranks, also
// as mere numbers.
func bare(t *testing.T, people, opening []int64) *area.Table {
	t.Helper()
	codes, ranks := make([]string, len(people)), make([]int64, len(people))
	for i := range people {
		codes[i], ranks[i] = fmt.Sprintf("A%d", i), int64(i+1)
	}
	areas, err := area.New(codes, 0)
	require.NoError(t, err)
	areas, err = areas.With("population", area.Meaning{}, 0, people)
	require.NoError(t, err)
	areas, err = areas.With("order", area.Meaning{}, 0, ranks)
	require.NoError(t, err)
	areas, err = areas.With("rank", area.Meaning{Kind: area.Rank, Of: len(people)}, 0, ranks)
	require.NoError(t, err)
	areas, err = areas.With("opening", area.Meaning{}, 2, opening)
	require.NoError(t, err)
	areas, err = areas.WithPopulation("population")
	require.NoError(t, err)
	return areas
}

func TestAnAllocationRoundsFloorsUpAndCapsDown(t *testing.T) {
	areas := bare(t, []int64{1, 1}, []int64{150, 1000})
	floor := funding.Policy{Formula: funding.Formula{Base: "opening"}, Opening: "opening", Floor: funding.Bound{Growth: "0.01"}}
	require.Equal(t, []int64{152, 1010}, allocate(t, sp.Pence(1162), areas, floor).Minor())
	limit := funding.Policy{Formula: funding.Formula{Base: "order"}, Opening: "opening", Cap: funding.Bound{Growth: "0.01"}}
	require.Equal(t, []int64{151, 1000}, allocate(t, sp.Pence(1151), areas, limit).Minor())
	flat := funding.Policy{
		Formula: funding.Formula{Factors: []funding.Factor{{Column: "order"}}},
		Floor:   funding.Bound{OfFlat: "0.83"}, // 41.915 of 50.5
	}
	require.Equal(t, []int64{42, 59}, allocate(t, sp.Pence(101), areas, flat).Minor())
}

func TestTheStrictestOfSeveralBoundsHolds(t *testing.T) {
	areas := bare(t, []int64{10, 10, 80}, []int64{500, 2000, 7500})
	p := funding.Policy{Opening: "opening", Floor: funding.Bound{Growth: "0", PerHead: "1", Amount: sp.Pence(300)}}
	require.Equal(t, []int64{1000, 2000, 8000}, allocate(t, sp.Pence(11_000), areas, p).Minor())
	p = funding.Policy{Opening: "opening", Formula: funding.Formula{Base: "population"}, Cap: funding.Bound{Growth: "0", PerHead: "1", Amount: sp.Pence(6000)}}
	require.Equal(t, []int64{500, 1000, 6000}, allocate(t, sp.Pence(7500), areas, p).Minor())
}

func TestAFormulaWritesACapOfNothingByTheHead(t *testing.T) {
	areas := bare(t, []int64{10, 20}, []int64{0, 0})
	unlimited := allocate(t, sp.Pence(30), areas, funding.Policy{Cap: funding.Bound{Amount: sp.Money{}}})
	require.Equal(t, []int64{10, 20}, unlimited.Minor())
	_, err := funding.Allocate(sp.Pence(30), areas, funding.Policy{Cap: funding.Bound{PerHead: "0"}})
	require.ErrorContains(t, err, "caps let in 0, £0.30 less than the total")
}

func TestAFormulaMayHaveAGradientThatFallsToNothing(t *testing.T) {
	a := allocate(t, sp.Pounds(100), small(t), funding.Policy{Formula: gradientOf("decile", "-1")})
	nothing, ok := a.Of("A")
	require.True(t, ok)
	require.Equal(t, sp.Money{}, nothing)
}

func TestAnAllocationCountsFixedSumsTowardsTheFloor(t *testing.T) {
	areas := bare(t, []int64{10, 90}, []int64{400, 0})
	p := funding.Policy{Formula: funding.Formula{Fixed: "opening"}, Floor: funding.Bound{Amount: sp.Pence(450)}}
	require.Equal(t, []int64{460, 540}, allocate(t, sp.Pence(1000), areas, p).Minor())
	p.Floor.Amount = sp.Pence(480)
	require.Equal(t, []int64{480, 520}, allocate(t, sp.Pence(1000), areas, p).Minor())
	p.Floor, p.Cap = funding.Bound{}, funding.Bound{Amount: sp.Pence(399)}
	_, err := funding.Allocate(sp.Pence(1000), areas, p)
	var infeasible *apportion.InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	require.Equal(t, "A0", infeasible.ID)
}

func TestAnAllocationEndsTheMostDeprivedFifthAtTwentyPerCent(t *testing.T) {
	areas := bare(t, []int64{1, 1, 1, 1, 1}, make([]int64, 5))
	a := allocate(t, sp.Pence(60), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "rank", Core20: "2"}}}})
	require.Equal(t, []int64{20, 10, 10, 10, 10}, a.Minor())
}

func TestAFormulaRoundsHalvesOfAnIndexToTheEvenNeighbour(t *testing.T) {
	areas := bare(t, []int64{1, 1, 1}, make([]int64, 3))
	for g, want := range map[string]int64{"0.000000001": 1_000_000_000, "0.000000003": 1_000_000_002} {
		f := funding.Formula{Factors: []funding.Factor{{Column: "rank", RankGradient: g}}}
		most := 1_000_000_000 + int64(g[len(g)-1]-'0')
		shares, err := apportion.Divide(1<<40, areas.Codes(), []int64{most, want, 1_000_000_000}, apportion.Hamilton)
		require.NoError(t, err)
		require.Equal(t, shares, allocate(t, sp.Pence(1<<40), areas, funding.Policy{Formula: f}).Minor(), g)
	}
}

func TestWidePaceIsTheSameAsNone(t *testing.T) {
	areas := small(t)
	plain := allocate(t, sp.Pounds(95_000), areas, funding.Policy{Formula: gradientOf("decile", "0.5"), Opening: "opening"})
	wide := allocate(t, sp.Pounds(95_000), areas, funding.Policy{
		Formula: gradientOf("decile", "0.5"), Opening: "opening", Levels: nil,
		Floor: funding.Bound{Growth: "-1"}, Cap: funding.Bound{Growth: "1000"},
	})
	require.Equal(t, plain.Minor(), wide.Minor())
}

func TestPaceFollowsTheLineBetweenItsPoints(t *testing.T) {
	areas, err := area.New([]string{"far under", "under", "on", "over", "far over"}, 0)
	require.NoError(t, err)
	areas, err = areas.With("population", area.Meaning{}, 0, []int64{100, 100, 100, 100, 100})
	require.NoError(t, err)
	areas, err = areas.WithPopulation("population")
	require.NoError(t, err)
	areas, err = areas.With("opening", area.Meaning{}, 0, []int64{500, 950, 1000, 1100, 2000}) // the target is 1000 of 5000
	require.NoError(t, err)
	// What may be lost is nothing at 10 % under target, 10 % at target and 30 % at 20 % over.
	a := allocate(t, sp.Pounds(5000), areas, funding.Policy{
		Opening: "opening", Floor: funding.Bound{Pace: []funding.Pace{{"-0.1", "0"}, {"0", "-0.1"}, {"0.2", "-0.3"}}},
	})
	got := map[string]string{}
	for code, money := range a.All() {
		got[code] = money.String()
	}
	require.Empty(t, cmp.Diff(map[string]string{
		"far over":  "£1,400.00", // 2000 less 30 %
		"under":     "£902.50",   // 950 less 5 %
		"on":        "£900.00",   // 1000 less 10 %
		"over":      "£898.75",   // above its floor of 1100 less 20 %, with half of the rest
		"far under": "£898.75",
	}, got))
}
