package funding_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

// A world is a random table of areas, kept as rows so that it can be shuffled.
type row struct {
	code, region, icb             string
	people, decile, rank, opening int64
	fixed, mff, young             int64
}

func drawRows(t *rapid.T) []row {
	n := rapid.IntRange(1, 30).Draw(t, "n")
	rows := make([]row, n)
	for i := range rows {
		region := rapid.IntRange(0, 2).Draw(t, "region")
		people := rapid.Int64Range(1, 5000).Draw(t, "people")
		rows[i] = row{
			code: fmt.Sprintf("A%03d", i), region: fmt.Sprintf("R%d", region), icb: fmt.Sprintf("I%d%d", region, rapid.IntRange(0, 2).Draw(t, "icb")),
			people: people, decile: rapid.Int64Range(1, 10).Draw(t, "decile"), rank: rapid.Int64Range(1, int64(n)).Draw(t, "rank"),
			opening: rapid.Int64Range(1000, 200_000).Draw(t, "opening"), fixed: rapid.Int64Range(0, 300).Draw(t, "fixed"),
			mff: rapid.Int64Range(8000, 12000).Draw(t, "mff"), young: rapid.Int64Range(0, people).Draw(t, "young"),
		}
	}
	return rows
}

func tableOf(t require.TestingT, rows []row) *area.Table {
	column := func(f func(row) int64) []int64 {
		out := make([]int64, len(rows))
		for i, r := range rows {
			out[i] = f(r)
		}
		return out
	}
	labels := func(f func(row) string) []string {
		out := make([]string, len(rows))
		for i, r := range rows {
			out[i] = f(r)
		}
		return out
	}
	a, err := area.New(labels(func(r row) string { return r.code }), 2021)
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		m      area.Meaning
		places int
		of     func(row) int64
	}{
		{"population", area.Meaning{Kind: area.Count}, 0, func(r row) int64 { return r.people }},
		{"decile", area.Meaning{Kind: area.Decile}, 0, func(r row) int64 { return r.decile }},
		{"rank", area.Meaning{Kind: area.Rank, Of: len(rows)}, 0, func(r row) int64 { return r.rank }},
		{"opening", area.Meaning{Kind: area.Money}, 2, func(r row) int64 { return r.opening }},
		{"fixed", area.Meaning{Kind: area.Money}, 2, func(r row) int64 { return r.fixed }},
		{"mff", area.Meaning{}, 4, func(r row) int64 { return r.mff }},
		{"young", area.Meaning{Kind: area.Count}, 0, func(r row) int64 { return r.young }},
		{"old", area.Meaning{Kind: area.Count}, 0, func(r row) int64 { return r.people - r.young }},
	} {
		a, err = a.With(c.name, c.m, c.places, column(c.of))
		require.NoError(t, err)
	}
	a, err = a.WithPopulation("population")
	require.NoError(t, err)
	a, err = a.WithGroup("region", labels(func(r row) string { return r.region }))
	require.NoError(t, err)
	a, err = a.WithGroup("icb", labels(func(r row) string { return r.icb }))
	require.NoError(t, err)
	return a
}

// drawPolicy draws a policy that can be met by a total above what the areas had.
func drawPolicy(t *rapid.T) funding.Policy {
	factors := []funding.Factor{
		{Column: "decile", DecileGradient: "0.5"},
		{Column: "mff"},
		{Name: "deprivation", Column: "rank", RankGradient: "1.25"},
		{Name: "core20", Column: "rank", Core20: "1.1"},
		{Name: "age", AgeSex: map[string]string{"young": "0.85", "old": "1.2"}},
		{Name: "steps", Column: "decile", Table: map[string]string{"1": "2", "2": "1.75", "3": "1", "4": "1", "5": "1.0", "6": "1", "7": "1", "8": "0.9", "9": "0.9", "10": "0"}},
		{Name: "slope", Column: "mff", ScoreGradient: "0.123456789"},
	}
	var f funding.Formula
	for i, factor := range factors {
		if rapid.Bool().Draw(t, fmt.Sprintf("factor %d", i)) {
			f.Factors = append(f.Factors, factor)
		}
	}
	if rapid.Bool().Draw(t, "programmes") {
		f.Programmes = []funding.Programme{
			{Name: "acute", Share: "0.7", Factors: factors[:1]}, {Name: "community", Share: "0.3", Base: "old"},
		}
	}
	if rapid.Bool().Draw(t, "fixed") {
		f.Fixed = "fixed"
	}
	f.Alpha = rapid.SampledFrom([]string{"", "", "", "1", "2.5", "infinity"}).Draw(t, "alpha")
	p := funding.Policy{Formula: f, Opening: "opening"}
	p.Levels = rapid.SampledFrom([][]string{nil, {"region"}, {"region", "icb"}}).Draw(t, "levels")
	switch rapid.SampledFrom([]string{"none", "clamp", "pace", "damp", "cascade", "webster"}).Draw(t, "bounds") {
	case "clamp":
		p.Floor, p.Cap = funding.Bound{Growth: "-0.05", PerHead: "0.01"}, funding.Bound{Growth: "40", OfFlat: "50"}
	case "pace":
		p.Floor = funding.Bound{Pace: []funding.Pace{{"-0.1", "0.01"}, {"0.1", "-0.04"}}}
	case "damp":
		p.Floor, p.Damped = funding.Bound{Growth: "0"}, true
	case "cascade":
		p.Method = apportion.Cascade
	case "webster":
		p.Method = apportion.Webster
	}
	return p
}

func drawTotal(t *rapid.T, rows []row) sp.Money {
	var total int64
	for _, r := range rows {
		total += r.opening + r.fixed
	}
	return sp.Pence(total + rapid.Int64Range(0, 100_000).Draw(t, "more"))
}

func TestAllocationsAddUpForgetTheOrderAndMultiplyOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, p := drawRows(t), drawPolicy(t)
		total := drawTotal(t, rows)
		areas := tableOf(t, rows)
		a, err := funding.Allocate(total, areas, p)
		if err != nil { // nobody may have a need, and floors may not leave room for a cap
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		var sum int64
		for _, pence := range a.Minor() {
			sum += pence
		}
		require.Equal(t, total.Minor(), sum)

		order := rapid.Permutation(rows).Draw(t, "order")
		again, err := funding.Allocate(total, tableOf(t, order), p)
		require.NoError(t, err)
		for code, money := range a.All() {
			other, ok := again.Of(code)
			require.True(t, ok)
			require.Equal(t, money, other, code)
		}

		for e, err := range a.Explanations() {
			require.NoError(t, err)
			money := new(big.Rat).SetInt64(total.Minor())
			for _, s := range e.Steps {
				if s.Factor == nil {
					money.Set(s.Money)
				} else {
					money.Mul(money, s.Factor)
				}
				require.Zero(t, money.Cmp(s.Money), "%s after %s", e.Code, s.Name)
			}
			require.Zero(t, money.Cmp(new(big.Rat).SetInt64(e.Amount.Minor())), e.Code)
			if len(p.Levels) == 0 && p.Method == apportion.Hamilton {
				last := new(big.Rat).Sub(money, e.Steps[len(e.Steps)-2].Money)
				require.Negative(t, last.Abs(last).Cmp(big.NewRat(1, 1)), "%s is rounded by less than a penny", e.Code)
			}
		}
	})
}

func TestSubtotalsAreRoundedAtEachLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		areas, total := tableOf(t, rows), drawTotal(t, rows)
		p := funding.Policy{Levels: []string{"region", "icb"}}
		down, err := funding.Allocate(total, areas, p)
		require.NoError(t, err)

		// The regions get what a table of regions would.
		check := func(column string, within func(row) bool, pot int64) {
			people := map[string]int64{}
			for _, r := range rows {
				if within(r) {
					people[map[string]string{"region": r.region, "icb": r.icb}[column]] += r.people
				}
			}
			var codes []string
			var weights []int64
			for code, n := range people {
				codes, weights = append(codes, code), append(weights, n)
			}
			want, err := apportion.Divide(pot, codes, weights, apportion.Hamilton)
			require.NoError(t, err)
			got, err := down.By(column)
			require.NoError(t, err)
			for _, s := range got {
				if i := slices.Index(codes, s.Group); i >= 0 {
					require.Equal(t, want[i], s.Amount.Minor(), "%s", s.Group)
				}
			}
		}
		check("region", func(row) bool { return true }, total.Minor())
		regions, err := down.By("region")
		require.NoError(t, err)
		for _, region := range regions {
			check("icb", func(r row) bool { return r.region == region.Group }, region.Amount.Minor())
		}

		// A cascade keeps every level within a penny of its exact share at once.
		p.Method = apportion.Cascade
		cascade, err := funding.Allocate(total, areas, p)
		require.NoError(t, err)
		require.Equal(t, "cascade through region, icb", cascade.Rule())
		var people float64
		for _, r := range rows {
			people += float64(r.people)
		}
		for _, level := range []string{"region", "icb"} {
			groups, err := cascade.By(level)
			require.NoError(t, err)
			for _, g := range groups {
				require.InDelta(t, float64(total.Minor())*g.People/people, float64(g.Amount.Minor()), 1.000001, g.Group)
			}
		}
	})
}

func TestAnAllocationMixesNoGroupsBySlashesInCodes(t *testing.T) {
	areas, err := area.New([]string{"b/c", "c", "a", "z"}, 0)
	require.NoError(t, err)
	areas, err = areas.With("population", area.Meaning{}, 0, []int64{1, 1, 1, 1})
	require.NoError(t, err)
	areas, err = areas.WithPopulation("population")
	require.NoError(t, err)
	areas, err = areas.WithGroup("place", []string{"a", "a/b", "a", "a"})
	require.NoError(t, err)
	for _, m := range []apportion.Method{apportion.Hamilton, apportion.Cascade} {
		a := allocate(t, sp.Pence(8), areas, funding.Policy{Levels: []string{"place"}, Method: m})
		require.Equal(t, []int64{2, 2, 2, 2}, a.Minor(), m)
	}
	// a, b/c and z of group a come first, and then c of group a/b.
	a := allocate(t, sp.Pence(2), areas, funding.Policy{Levels: []string{"place"}, Method: apportion.Cascade})
	require.Equal(t, []int64{1, 1, 0, 0}, a.Minor())
}

func TestBoundsHoldAtEveryLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		areas, total := tableOf(t, rows), drawTotal(t, rows)
		p := funding.Policy{
			Formula: gradientOf("decile", "1"), Opening: "opening",
			Floor: funding.Bound{Growth: "-0.02"}, Cap: funding.Bound{Growth: "1000"},
		}
		flat, err := funding.Allocate(total, areas, p)
		require.NoError(t, err)
		p.Levels = []string{"region", "icb"}
		down, err := funding.Allocate(total, areas, p)
		require.NoError(t, err)
		for i, r := range rows {
			require.GreaterOrEqual(t, down.Minor()[i]*100, r.opening*98, r.code)
			require.LessOrEqual(t, down.Minor()[i], r.opening*1001, r.code)
			require.InDelta(t, flat.Minor()[i], down.Minor()[i], 3, r.code)
		}
	})
}

func gradientOf(column, g string) funding.Formula {
	return funding.Formula{Factors: []funding.Factor{{Column: column, DecileGradient: g}}}
}

func small(t *testing.T) *area.Table {
	t.Helper()
	return tableOf(t, []row{
		{"A", "R1", "I1", 1000, 1, 1, 2_000_000, 100, 11000, 400},
		{"B", "R1", "I2", 2000, 4, 2, 3_000_000, 0, 10000, 900},
		{"C", "R2", "I3", 1500, 10, 3, 4_500_000, 0, 9000, 100},
	})
}

func TestEachFactorFollowsItsRule(t *testing.T) {
	areas := small(t)
	cases := []struct {
		name    string
		formula funding.Formula
		want    []int64 // weights, to be the shares of their sum
	}{
		{"nothing but people", funding.Formula{}, []int64{1000, 2000, 1500}},
		{"another base", funding.Formula{Base: "old"}, []int64{600, 1100, 1400}},
		{"an index", funding.Formula{Factors: []funding.Factor{{Column: "mff"}}}, []int64{11000, 20000, 13500}},
		{"deciles in thousandths, rounded down", gradientOf("decile", "0.5"), []int64{1500, 2666, 1500}},
		{"a falling gradient is rounded down as well", gradientOf("decile", "-0.5"), []int64{500, 2 * 666, 1500}},
		{"ranks", funding.Formula{Factors: []funding.Factor{{Column: "rank", RankGradient: "0.6"}}}, []int64{1600, 2600, 1500}},
		{"a slope", funding.Formula{Factors: []funding.Factor{{Column: "mff", ScoreGradient: "0.5"}}}, []int64{1550, 3000, 2175}},
		{"the most deprived fifth of three is none", funding.Formula{Factors: []funding.Factor{{Column: "rank", Core20: "3"}}}, []int64{1000, 2000, 1500}},
		{"a table", funding.Formula{Factors: []funding.Factor{{Column: "decile", Table: map[string]string{"1": "2.5", "4": "1", "10": "0", "11": "7"}}}}, []int64{2500, 2000, 0}},
		{"a weight for each head", funding.Formula{Factors: []funding.Factor{{Name: "age", AgeSex: map[string]string{"young": "0.5", "old": "2"}}}}, []int64{1400, 2650, 2850}},
		{"above the minimum", funding.Formula{Factors: []funding.Factor{{Name: "need", AboveMinimum: map[string]string{"mff": "2", "decile": "0.1"}}}}, []int64{1000 * 4, 2000 * 5, 1500 * 9}},
		{"two factors", funding.Formula{Factors: []funding.Factor{{Column: "mff"}, {Column: "decile", Table: map[string]string{"1": "2", "4": "1", "10": "1"}}}}, []int64{22000, 20000, 13500}},
		{"two programmes", funding.Formula{Programmes: []funding.Programme{{Name: "a", Share: "0.25", Base: "old"}, {Name: "b", Share: "0.75"}}}, []int64{25*6*45 + 75*10*31, 25*11*45 + 75*20*31, 25*14*45 + 75*15*31}},
		{"max-min fairness forgets need", funding.Formula{Factors: []funding.Factor{{Column: "mff"}}, Alpha: "infinity"}, []int64{1000, 2000, 1500}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want, err := apportion.Divide(123_456_789, areas.Codes(), c.want, apportion.Hamilton)
			require.NoError(t, err)
			require.Equal(t, want, allocate(t, sp.Pence(123_456_789), areas, funding.Policy{Formula: c.formula}).Minor())
		})
	}
	two := allocate(t, sp.Pounds(1_000_000), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: "mff"}}, Alpha: "2"}})
	root := []float64{1000 * math.Sqrt(1.1), 2000, 1500 * math.Sqrt(0.9)}
	for i, pence := range two.Minor() {
		require.InDelta(t, root[i]/(root[0]+root[1]+root[2])*1e8, float64(pence), 2)
	}
}

func TestWeightedPopulationsAddUpToThePopulation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, p := drawRows(t), drawPolicy(t)
		areas, err := p.Formula.Weighted(tableOf(t, rows), "wp")
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		var people int64
		sum := decimal.Zero
		for _, r := range rows {
			people += r.people
			n, ok := areas.Number(r.code, "wp")
			require.True(t, ok)
			sum = sum.Add(n)
		}
		require.True(t, sum.Equal(decimal.NewFromInt(people)), sum)
	})
	areas, err := gradientOf("decile", "0.5").Weighted(small(t), "wp")
	require.NoError(t, err)
	n, _ := areas.Number("A", "wp")
	require.Equal(t, "1191.316626", n.String()) // 4500 x 1500/5666, and the tie with C
	byPlace, err := allocate(t, sp.Pounds(4500), areas, funding.Policy{Formula: gradientOf("decile", "0.5")}).By("region")
	require.NoError(t, err)
	require.InDelta(t, 4500.*4166/5666/3000, byPlace[0].Index, 1e-5)
}

func TestAnAllocationCountsTheHeadsOfThePopulationWhateverTheBase(t *testing.T) {
	areas := bare(t, []int64{10, 30}, []int64{100, 100})
	a := allocate(t, sp.Pounds(80), areas, funding.Policy{Formula: funding.Formula{Base: "opening"}})
	perHead, err := a.PerHead()
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{4, 40. / 30}, perHead, 1e-12)
	capped := allocate(t, sp.Pounds(80), areas, funding.Policy{Formula: funding.Formula{Base: "opening"}, Cap: funding.Bound{PerHead: "3"}})
	require.Equal(t, []int64{3000, 5000}, capped.Minor())
}

func TestAnAllocationByMaxMinWithCapsFillsLikeWater(t *testing.T) {
	areas := small(t)
	p := funding.Policy{
		Formula: funding.Formula{Factors: []funding.Factor{{Column: "mff"}}, Alpha: "infinity"},
		Cap:     funding.Bound{Amount: sp.Pounds(2500)},
	}
	// 6,000 pounds for 4,500 people would be 1333, 2667 and 2000: B stops at its
	// cap, and the 3,500 left are 1.40 for each of the others.
	require.Equal(t, []int64{140_000, 250_000, 210_000}, allocate(t, sp.Pounds(6000), areas, p).Minor())
	_, err := funding.Allocate(sp.Pounds(7501), areas, p)
	var infeasible *apportion.InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	require.Equal(t, int64(100), infeasible.By())
}

func TestAnAllocationGivesFixedSumsFirst(t *testing.T) {
	a := allocate(t, sp.Pence(4501), small(t), funding.Policy{Formula: funding.Formula{Fixed: "fixed"}})
	require.Equal(t, []int64{100 + 978, 1956, 1467}, a.Minor())
	_, err := funding.Allocate(sp.Pence(99), small(t), funding.Policy{Formula: funding.Formula{Fixed: "fixed"}})
	require.ErrorContains(t, err, "pass it by £0.01")
}

func TestAnAllocationTakesMoneyBackInTheSameProportions(t *testing.T) {
	there := allocate(t, sp.Pence(1001), small(t), funding.Policy{})
	back := allocate(t, sp.Pence(-1001), small(t), funding.Policy{})
	for i, pence := range there.Minor() {
		require.Equal(t, -pence, back.Minor()[i])
	}
	none := allocate(t, sp.Money{}, small(t), funding.Policy{Levels: []string{"region"}})
	require.Equal(t, []int64{0, 0, 0}, none.Minor())
}

func TestAllocateSaysWhyMoneyCannotBeDivided(t *testing.T) {
	areas := small(t)
	zero, err := areas.With("nobody", area.Meaning{}, 0, []int64{0, 0, 0})
	require.NoError(t, err)
	deserted, err := bare(t, []int64{0, 0}, []int64{0, 0}).With("need", area.Meaning{}, 0, []int64{3, 5})
	require.NoError(t, err)
	minus, err := areas.With("minus", area.Meaning{}, 1, []int64{5, -1, 5})
	require.NoError(t, err)
	fractions, err := areas.With("fractions", area.Meaning{}, 3, []int64{1000, 1005, 1000})
	require.NoError(t, err)
	holes, err := areas.WithGroup("holes", []string{"x", "", "x"})
	require.NoError(t, err)
	factor := func(f funding.Factor) funding.Policy {
		return funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{f}}}
	}
	cases := []struct {
		name   string
		areas  *area.Table
		policy funding.Policy
		is     error
		says   string
	}{
		{"nobody needs anything", zero, funding.Policy{Formula: funding.Formula{Base: "nobody"}}, sp.ErrInvalid, "must not all be zero"},
		{"fewer than nobody", minus, funding.Policy{Formula: funding.Formula{Base: "minus"}}, sp.ErrInvalid, "B: invalid: must not be negative in column minus"},
		{"a negative index", minus, factor(funding.Factor{Column: "minus"}), sp.ErrInvalid, "B: invalid: must have a number in column minus"},
		{"a gradient below nothing", areas, factor(funding.Factor{Column: "decile", DecileGradient: "-1.2"}), sp.ErrInvalid, "A: invalid"},
		{"a rank as a decile", areas, factor(funding.Factor{Column: "mff", DecileGradient: "1"}), sp.ErrInvalid, "A: invalid"},
		{"a decile as a rank", areas, factor(funding.Factor{Column: "decile", RankGradient: "1"}), sp.ErrInvalid, "must have a column of ranks, of which it is known how many there are, and decile is a decile"},
		{"a number as a rank", areas, factor(funding.Factor{Column: "mff", Core20: "1"}), sp.ErrInvalid, "must have a column of ranks"},
		{"a rank as a score", areas, factor(funding.Factor{Column: "rank", ScoreGradient: "1"}), sp.ErrInvalid, "must have a column of scores"},
		{"a rank by tenths", areas, factor(funding.Factor{Column: "rank", DecileGradient: "1"}), sp.ErrInvalid, "must have a column of deciles, and rank is a rank"},
		{"a rank for people", areas, funding.Policy{Formula: funding.Formula{Base: "rank"}}, sp.ErrInvalid, "must count people, and column rank is a rank"},
		{"money for people", areas, funding.Policy{Formula: funding.Formula{Base: "opening"}}, sp.ErrInvalid, "must count people, and column opening is a sum of money"},
		{"ranks for money", areas, funding.Policy{Opening: "rank", Floor: funding.Bound{Growth: "0"}}, sp.ErrInvalid, "must hold sums of money, and holds a rank"},
		{"one value twice", areas, factor(funding.Factor{Column: "decile", Table: map[string]string{"1": "1", "1.0": "3", "4": "1", "10": "1"}}), sp.ErrInvalid, `"1.0" is the same as "1"`},
		{"a value that the table lacks", areas, factor(funding.Factor{Column: "decile", Table: map[string]string{"1": "1"}}), sp.ErrInvalid, "B: invalid"},
		{"two rules", areas, factor(funding.Factor{Column: "decile", DecileGradient: "1", Core20: "2"}), sp.ErrInvalid, "one rule only"},
		{"a number that is none", areas, factor(funding.Factor{Column: "decile", DecileGradient: "half"}), sp.ErrInvalid, "factor decile"},
		{"no such column", areas, factor(funding.Factor{Column: "height"}), sp.ErrNotFound, `"height"`},
		{"no such base", areas, funding.Policy{Formula: funding.Formula{Base: "height"}}, sp.ErrNotFound, `"height"`},
		{"no such opening", areas, funding.Policy{Opening: "height"}, sp.ErrNotFound, `"height"`},
		{"no such level", areas, funding.Policy{Levels: []string{"country"}}, sp.ErrNotFound, `"country"`},
		{"the same level twice", areas, funding.Policy{Levels: []string{"region", "icb", "region"}}, sp.ErrInvalid, `levels must not have "region" twice`},
		{"an area in no group", holes, funding.Policy{Levels: []string{"holes"}}, sp.ErrInvalid, "B: invalid: must have a group"},
		{"programmes that are not all", areas, funding.Policy{Formula: funding.Formula{Programmes: []funding.Programme{{Name: "a", Share: "0.9"}}}}, sp.ErrInvalid, "add up to 1"},
		{"growth of nothing", areas, funding.Policy{Floor: funding.Bound{Growth: "0.1"}}, sp.ErrInvalid, "opening must be a column"},
		{"bounds and a divisor method", areas, funding.Policy{Method: apportion.Webster, Floor: funding.Bound{PerHead: "1"}}, sp.ErrInvalid, "method must be hamilton"},
		{"damping without a floor", areas, funding.Policy{Damped: true}, sp.ErrInvalid, "floor must be set"},
		{"damping with a cap", areas, funding.Policy{Damped: true, Floor: funding.Bound{PerHead: "1"}, Cap: funding.Bound{PerHead: "2"}}, sp.ErrInvalid, "cap must not be set"},
		{"pace out of order", areas, funding.Policy{Opening: "opening", Floor: funding.Bound{Pace: []funding.Pace{{"1", "0"}, {"0", "0"}}}}, sp.ErrInvalid, "rising order"},
		{"pennies in parts", fractions, funding.Policy{Formula: funding.Formula{Fixed: "fractions"}}, sp.ErrInvalid, "B: invalid: must have a whole number of minor units"},
		{"need where nobody lives", deserted, funding.Policy{Formula: funding.Formula{Programmes: []funding.Programme{{Name: "a", Share: "1", Base: "need"}}, Alpha: "2"}}, sp.ErrInvalid, "must not all be zero"},
		{"an aversion below nothing", areas, funding.Policy{Formula: funding.Formula{Alpha: "-1"}}, sp.ErrInvalid, "alpha"},
		{"an aversion that is no number", areas, funding.Policy{Formula: funding.Formula{Alpha: "NaN"}}, sp.ErrInvalid, "alpha"},
		{"a bound beyond all money", areas, funding.Policy{Floor: funding.Bound{PerHead: "99999999999999"}}, sp.ErrInvalid, "A: invalid: must have a bound within the range of money"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := funding.Allocate(sp.Pounds(100), c.areas, c.policy)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err = funding.Allocate(sp.Pounds(100), areas, funding.Policy{Floor: funding.Bound{PerHead: "0.03"}})
	var infeasible *apportion.InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	require.Equal(t, int64(3500), infeasible.By(), "floors of 135 pounds")
	_, err = funding.Allocate(sp.Pounds(-100), areas, funding.Policy{Floor: funding.Bound{PerHead: "1"}})
	require.ErrorContains(t, err, "must not be negative where there are bounds")
	_, err = funding.Allocate(sp.Pounds(100), areas, funding.Policy{Floor: funding.Bound{PerHead: "0.03"}, Damped: true})
	require.ErrorAs(t, err, &infeasible)
	empty, err := area.New(nil, 0)
	require.NoError(t, err)
	_, err = funding.Allocate(sp.Pounds(100), empty, funding.Policy{})
	require.Error(t, err)
}

func TestErrorsSayWhatTheyAreAbout(t *testing.T) {
	areas := small(t)
	crowded, err := areas.With("large", area.Meaning{}, 2, []int64{0, 0, 300_000})
	require.NoError(t, err)
	crowded, err = crowded.With("lower", area.Meaning{}, 2, []int64{0, 200_000, 0})
	require.NoError(t, err)
	codes, err := area.New([]string{"A"}, 0)
	require.NoError(t, err)
	levels := []string{"region", "icb"}
	tight := funding.Policy{Floor: funding.Bound{Column: "large"}, Cap: funding.Bound{Amount: sp.Pounds(1000)}}
	nested := tight
	nested.Levels = levels
	owed := funding.Bound{Amount: sp.Pounds(-1)}
	cases := []struct {
		name       string
		areas      *area.Table
		policy     funding.Policy
		infeasible bool
		says       string
	}{
		{"a policy without a name", areas, funding.Policy{Damped: true}, false, "funding: allocate: policy: invalid: floor must be set where gains are damped"},
		{"a policy with one", areas, funding.Policy{Name: "need", Damped: true}, false, "funding: allocate: policy need: invalid: floor must be set where gains are damped"},
		{"no population", codes, funding.Policy{}, false, "area: population: invalid: must be stated, as nothing says which column counts people: none of its columns looks as if it did"},
		{"a level of numbers", areas, funding.Policy{Levels: []string{"residents"}}, false, `area: column "residents": not found; columns of groups are icb, region`},
		{"a factor of no column", areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Name: "need"}}}}, false, "funding: factor need: column without a name: not found"},
		{"a floor above a cap", crowded, tight, true, "funding: allocate: C: floor of £3,000.00 is £2,000.00 above its cap of £1,000.00"},
		{"the same through levels", crowded, nested, true, "funding: allocate: C: floor of £3,000.00 is £2,000.00 above its cap of £1,000.00"},
		{"a floor below nothing", areas, funding.Policy{Floor: owed, Levels: levels}, false, "funding: A: invalid: must have bounds that are not negative"},
		{"a fixed sum above a cap", crowded, funding.Policy{Formula: funding.Formula{Fixed: "lower"}, Cap: tight.Cap}, true, "funding: allocate: B: fixed sum of £2,000.00 is £1,000.00 above its cap of £1,000.00"},
		{"floors that damping cannot pay for", areas, funding.Policy{Damped: true, Floor: funding.Bound{Amount: sp.Pounds(4000)}}, true, "funding: allocate: floors add up to £12,000.00, £2,000.00 more than the total of £10,000.00"},
		{"caps that let in too little", areas, funding.Policy{Cap: funding.Bound{Amount: sp.Pounds(3000)}}, true, "funding: allocate: caps let in £9,000.00, £1,000.00 less than the total of £10,000.00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := funding.Allocate(sp.Pounds(10_000), c.areas, c.policy)
			require.EqualError(t, err, c.says)
			var infeasible *apportion.InfeasibleError
			require.Equal(t, c.infeasible, errors.As(err, &infeasible))
		})
	}
	_, err = allocate(t, sp.Pounds(100), areas, funding.Policy{}).Distances()
	require.ErrorContains(t, err, "funding: policy: invalid: must have a column of opening amounts")
}

func TestMoneyIsGivenInACurrency(t *testing.T) {
	for _, none := range []sp.Currency{"", "XXX", "XTS", "gbp", "pounds"} {
		_, err := funding.Given(small(t), "opening", none)
		require.ErrorIs(t, err, sp.ErrInvalid, none)
	}
	_, err := funding.Given(small(t), "opening", "XXX")
	require.EqualError(t, err, `funding: column opening: invalid: must be in a currency, which "XXX" is not`)
	given, err := funding.Given(small(t), "opening", "CHF")
	require.NoError(t, err)
	require.Equal(t, sp.NewMoney(9_500_000, "CHF"), given.Total())
}

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

func TestCompareSaysWhoGains(t *testing.T) {
	areas := small(t)
	before, err := funding.Given(areas, "opening", sp.GBP)
	require.NoError(t, err)
	require.Equal(t, "as given", before.Rule())
	_, err = before.Explain("A")
	require.ErrorIs(t, err, sp.ErrInvalid)
	after := allocate(t, sp.Pounds(95_000), areas, funding.Policy{})
	c, err := funding.Compare(before, after)
	require.NoError(t, err)
	require.Equal(t, 2, c.Gainers)
	require.Equal(t, 1, c.Losers)
	require.Equal(t, c.Gained, c.Lost, "the totals are equal")
	require.Equal(t, "B", c.Changes[0].Code)
	require.Equal(t, "C", c.Changes[2].Code)
	same, err := funding.Compare(after, after)
	require.NoError(t, err)
	require.Equal(t, 3, same.Same)

	other, err := area.New([]string{"A", "B"}, 0)
	require.NoError(t, err)
	other, err = other.With("population", area.Meaning{}, 0, []int64{1, 1})
	require.NoError(t, err)
	other, err = other.WithPopulation("population")
	require.NoError(t, err)
	_, err = funding.Compare(after, allocate(t, sp.Pounds(1), other, funding.Policy{}))
	require.ErrorContains(t, err, "C: invalid")
	older, err := area.New([]string{"A", "B", "C"}, 2011)
	require.NoError(t, err)
	older, err = older.With("population", area.Meaning{}, 0, []int64{1, 1, 1})
	require.NoError(t, err)
	older, err = older.WithPopulation("population")
	require.NoError(t, err)
	_, err = funding.Compare(after, allocate(t, sp.Pounds(1), older, funding.Policy{}))
	require.ErrorContains(t, err, "must be of the same boundaries: A is of 2021 and A of 2011")
	_, err = funding.Compare(after, allocate(t, sp.NewMoney(100, sp.EUR), areas, funding.Policy{}))
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = after.Explain("Z")
	require.ErrorIs(t, err, sp.ErrNotFound)
	_, ok := after.Of("Z")
	require.False(t, ok)
	_, err = after.Distances()
	require.ErrorIs(t, err, sp.ErrInvalid)
	perHead, err := after.PerHead()
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{95_000. / 4500, 95_000. / 4500, 95_000. / 4500}, perHead, 0.00001)
}

func policies(n int) []funding.Policy {
	out := make([]funding.Policy, n)
	for i := range out {
		g := fmt.Sprintf("%d.%03d", i/1000, i%1000)
		out[i] = funding.Policy{Name: g, Formula: gradientOf("decile", g)}
	}
	return out
}

func TestVariantsComeInOrderWhateverTheWorkers(t *testing.T) {
	areas := small(t)
	for _, workers := range []int{0, 1, 2, 3, 16} {
		var told []int
		k := 0
		for a, err := range funding.Variants(t.Context(), sp.Pounds(1000), areas, policies(50), funding.Options{Workers: workers, Progress: func(done, total int) { told = append(told, done, total) }}) {
			require.NoError(t, err)
			require.Equal(t, allocate(t, sp.Pounds(1000), areas, policies(50)[k]).Minor(), a.Minor())
			k++
		}
		require.Equal(t, 50, k)
		require.Equal(t, []int{50, 50}, told[98:])
	}
	for range funding.Variants(t.Context(), sp.Pounds(1000), areas, nil, funding.Options{Workers: 4}) {
		t.Fatal("no policies, no allocations")
	}
}

func TestVariantsEndWithTheFirstErrorAndLeaveNothingBehind(t *testing.T) {
	areas := small(t)
	before := runtime.NumGoroutine()
	for _, workers := range []int{1, 4} {
		o := funding.Options{Workers: workers}
		bad := policies(40)
		bad[7].Formula.Base = "height"
		n, last := 0, error(nil)
		for _, err := range funding.Variants(t.Context(), sp.Pounds(1000), areas, bad, o) {
			require.NoError(t, last, "nothing follows an error")
			if last = err; err == nil {
				n++
			}
		}
		require.Equal(t, 7, n)
		require.ErrorIs(t, last, sp.ErrNotFound)
		require.EqualError(t, last, `funding: variant 7, policy 0.007: area: column "height": not found; columns of numbers are decile, fixed, mff, old, opening, population, rank, young`)

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n = 0
		for _, err := range funding.Variants(ctx, sp.Pounds(1000), areas, policies(40), o) {
			if n++; n == 3 {
				cancel()
			}
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
		require.Equal(t, 4, n)
		for _, none := range [][]funding.Policy{nil, policies(3)} {
			n = 0
			for a, err := range funding.Variants(ctx, sp.Pounds(1000), areas, none, o) {
				n, last = n+1, err
				require.Nil(t, a)
			}
			require.Equal(t, 1, n, "%d policies after the end", len(none))
			require.ErrorIs(t, last, context.Canceled)
		}
		for range funding.Variants(t.Context(), sp.Pounds(1000), areas, policies(40), o) {
			break
		}
	}
	for range 100 { // goroutines that have been waited for may still be on their way out
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

func TestAnExplanationThatIsNotFilledInPrintsAllTheSame(t *testing.T) {
	require.Contains(t, funding.Explanation{Code: "A", Steps: []funding.Step{{Name: "floor"}}}.String(), "from nothing")
}
