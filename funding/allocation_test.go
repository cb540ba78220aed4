package funding_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

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
