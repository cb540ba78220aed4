package funding_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation/inequality"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

// wards are areas with ranks of deprivation, of which 1 is the most deprived.
func wards(t require.TestingT, people []int64) *area.Table {
	codes, ranks, had := make([]string, len(people)), make([]int64, len(people)), make([]int64, len(people))
	for i := range people {
		codes[i], ranks[i], had[i] = fmt.Sprintf("W%02d", i), int64(i+1), 1000*people[i]+int64(i)
	}
	table, err := area.New(codes, 0)
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		m      area.Meaning
		places int
		values []int64
	}{
		{"people", area.Meaning{Kind: area.Count}, 0, people},
		{"rank", area.Meaning{Kind: area.Rank, Of: len(people)}, 0, ranks},
		{"had", area.Meaning{Kind: area.Money}, 2, had},
	} {
		table, err = table.With(c.name, c.m, c.places, c.values)
		require.NoError(t, err)
	}
	table, err = table.WithPopulation("people")
	require.NoError(t, err)
	return table
}

var byRank = funding.Formula{Factors: []funding.Factor{{Column: "rank", RankGradient: "0.5"}}}

func TestAnOutcomeIsWhatAPlainCountOfTheAllocationSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Int64Range(1, 900), 2, 25).Draw(t, "people")
		areas, err := byRank.Weighted(wards(t, people), "need")
		require.NoError(t, err)
		before, err := funding.Given(areas, "had", sp.GBP)
		require.NoError(t, err)
		y, err := funding.NewYardstick(areas, funding.Judging{Before: before, Rank: "rank", Need: "need"})
		require.NoError(t, err)
		p := funding.Policy{Name: "p", Formula: funding.Formula{Factors: []funding.Factor{{Column: "rank", RankGradient: rapid.SampledFrom([]string{"0", "0.2", "0.5", "3"}).Draw(t, "gradient")}}}}
		total := sp.Pence(rapid.Int64Range(1, 1e9).Draw(t, "total"))
		a, err := funding.Allocate(total, areas, p)
		require.NoError(t, err)
		o, err := y.Judge(a)
		require.NoError(t, err)

		c, err := funding.Compare(before, a)
		require.NoError(t, err)
		require.Equal(t, []any{c.Gainers, c.Losers, c.Same, c.New}, []any{o.Gainers, o.Losers, o.Same, o.New})
		require.Equal(t, c.Gained.Minor(), o.Gained.Minor())
		require.Equal(t, c.Lost.Minor(), o.Lost.Minor())
		if o.Gainers > 0 {
			require.Equal(t, c.Changes[0], o.MostGained)
		}
		if o.Losers > 0 {
			require.Equal(t, c.Changes[len(c.Changes)-1].Difference, o.MostLost.Difference)
		}
		perHead, err := a.PerHead()
		require.NoError(t, err)
		heads, err := areas.Floats("people")
		require.NoError(t, err)
		d, err := inequality.NewDistribution(perHead, heads)
		require.NoError(t, err)
		require.InDelta(t, d.Gini(), o.Gini.Value, 1e-12)
		ranks, err := areas.Floats("rank")
		require.NoError(t, err)
		r, err := inequality.Rank(ranks, heads)
		require.NoError(t, err)
		k, err := r.Concentration(perHead)
		require.NoError(t, err)
		require.InDelta(t, k.Index, o.Concentration.Value, 1e-12)
		var core int64
		for i, v := range a.Minor() {
			if 5*(i+1) <= len(people) {
				core += v
			}
		}
		require.InDelta(t, float64(core)/float64(total.Minor()), o.Core20.Value, 1e-12)

		for got, err := range y.Outcomes(t.Context(), total, []funding.Policy{p, p}, funding.Options{Workers: 2}) {
			require.NoError(t, err)
			require.Equal(t, o, got, "streamed, it is the same")
		}
	})
}

func TestAFairFormulaIsNotUnequalByTheHeadOfNeed(t *testing.T) {
	people := make([]int64, 40)
	for i := range people {
		people[i] = 1000
	}
	areas, err := byRank.Weighted(wards(t, people), "need")
	require.NoError(t, err)
	before, err := funding.Given(areas, "had", sp.GBP)
	require.NoError(t, err)
	y, err := funding.NewYardstick(areas, funding.Judging{Before: before, Rank: "rank", Need: "need"})
	require.NoError(t, err)
	a, err := funding.Allocate(sp.Pounds(1_000_000), areas, funding.Policy{Formula: byRank})
	require.NoError(t, err)
	o, err := y.Judge(a)
	require.NoError(t, err)
	require.Greater(t, o.Gini.Value, 0.05, "by the head it looks unequal")
	require.Less(t, o.GiniOfNeed.Value, 1e-6)
	require.Less(t, math.Abs(o.OfNeed.Value), 1e-6)
}

func TestAnOutcomeByDecilesIsThatByRanksWhereEachAreaIsADecile(t *testing.T) {
	areas := wards(t, []int64{500, 900, 700, 650, 800, 720, 610, 990, 540, 880})
	deciles := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	areas, err := areas.With("decile", area.Meaning{Kind: area.Decile}, 0, deciles)
	require.NoError(t, err)
	turned := slices.Clone(deciles)
	slices.Reverse(turned)
	areas, err = areas.With("turned", area.Meaning{Kind: area.Decile, Worst: area.Highest}, 0, turned)
	require.NoError(t, err)
	before, err := funding.Given(areas, "had", sp.GBP)
	require.NoError(t, err)
	var outcomes []funding.Outcome
	for _, column := range []string{"rank", "decile", "turned"} {
		y, err := funding.NewYardstick(areas, funding.Judging{Before: before, Rank: column})
		require.NoError(t, err)
		a, err := funding.Allocate(sp.Pounds(1_000_000), areas, funding.Policy{Formula: funding.Formula{Factors: []funding.Factor{{Column: column, Core20: "2"}}}})
		require.NoError(t, err)
		o, err := y.Judge(a)
		require.NoError(t, err)
		outcomes = append(outcomes, o)
	}
	require.Negative(t, outcomes[0].Concentration.Value)
	require.Greater(t, outcomes[0].Core20.Value, 0.3)
	require.Equal(t, outcomes[0], outcomes[1])
	require.Equal(t, outcomes[0], outcomes[2])
}

func TestAnOutcomeSaysWhyAnIndexIsMissing(t *testing.T) {
	areas := wards(t, []int64{1, 2, 3})
	before, err := funding.Given(areas, "had", sp.GBP)
	require.NoError(t, err)
	y, err := funding.NewYardstick(areas, funding.Judging{Before: before})
	require.NoError(t, err)
	for total, want := range map[int64]funding.Index{
		100:  {Missing: "no column of ranks of deprivation is stated"},
		-100: {Missing: "it is measured only where there is money to give"},
	} {
		a, err := funding.Allocate(sp.Pence(total), areas, funding.Policy{})
		require.NoError(t, err)
		o, err := y.Judge(a)
		require.NoError(t, err)
		require.Equal(t, want, o.Concentration)
		require.Equal(t, want, o.Core20)
		require.Equal(t, total < 0, o.Gini.Missing != "")
		require.NotEmpty(t, o.GiniOfNeed.Missing)
	}
	for says, j := range map[string]funding.Judging{
		"what the areas had": {},
		"wealth":             {Before: before, Rank: "wealth"},
		"is a count":         {Before: before, Rank: "people"},
		"need":               {Before: before, Need: "need"},
	} {
		_, err := funding.NewYardstick(areas, j)
		require.ErrorContains(t, err, says)
	}
}

func TestOutcomesSayWhichPolicyNamesAMissingColumnAndStopWhenCancelled(t *testing.T) {
	areas := wards(t, []int64{1, 2, 3})
	before, err := funding.Given(areas, "had", sp.GBP)
	require.NoError(t, err)
	y, err := funding.NewYardstick(areas, funding.Judging{Before: before})
	require.NoError(t, err)
	policies := []funding.Policy{{Name: "a"}, {Name: "b", Levels: []string{"board"}}}
	for _, workers := range []int{1, 4} {
		n := 0
		for _, err := range y.Outcomes(t.Context(), sp.Pounds(1), policies, funding.Options{Workers: workers}) {
			if n++; n == 2 {
				require.ErrorIs(t, err, sp.ErrNotFound)
				require.ErrorContains(t, err, `variant 1, policy b: area: column "board"`)
			}
		}
		require.Equal(t, 2, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range y.Outcomes(ctx, sp.Pounds(1), []funding.Policy{{Name: "a"}, {Name: "b"}}, funding.Options{}) {
		if n++; n == 2 {
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorContains(t, err, "variant 1, policy b")
		}
		cancel()
	}
	require.Equal(t, 2, n)
}

func TestAScenarioIsReadWithPathsAndNumbersAsNumbersOrText(t *testing.T) {
	s, err := funding.ParseScenario([]byte(`{"name": "s", "total": 50000000, "opening": "had", "need": {"factors": [{"column": "rank", "rankGradient": 0.5}]},
		"policies": [{"name": "a", "floor": {"growth": -0.01}}, {"name": "b", "floor": {"growth": "1e-2"}, "opening": "other"}]}`))
	require.NoError(t, err)
	require.Equal(t, sp.Pounds(50_000_000), s.Total)
	require.Equal(t, "0.5", s.Need.Factors[0].RankGradient)
	require.Equal(t, []funding.Policy{
		{Name: "a", Opening: "had", Floor: funding.Bound{Growth: "-0.01"}},
		{Name: "b", Opening: "other", Floor: funding.Bound{Growth: "1e-2"}},
	}, s.Policies)
	one, err := funding.ParseScenario([]byte(`{"name": "alone", "formula": {"factors": [{"name": "deprivation", "column": "imd_decile", "decileGradient": 0.5}]}}`))
	require.NoError(t, err)
	require.Equal(t, []funding.Policy{{Name: "alone", Formula: gradient("0.5")}}, one.Policies)
	for says, text := range map[string]string{
		"policies[1].name":         `{"policies": [{"name": "a"}, {}]}`,
		"must be its own":          `{"policies": [{"name": "a"}, {"name": "a"}]}`,
		"it stands beside them":    `{"levels": ["x"], "policies": [{"name": "a"}]}`,
		"total":                    `{"total": "much"}`,
		"policies[0].floor.growth": `{"policies": [{"name": "a", "floor": {"growth": {}}}]}`,
		"probably meant":           `{"policies": [{"name": "a", "flor": 1}]}`,
		"must have a policy":       `{"policies": []}`,
	} {
		_, err := funding.ParseScenario([]byte(text))
		require.ErrorIs(t, err, sp.ErrInvalid, text)
		require.ErrorContains(t, err, says, text)
	}
}

func FuzzScenario(f *testing.F) {
	f.Add([]byte(`{"total": 1e2, "policies": [{"name": "a\"1", "floor": {"growth": -0.5}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := funding.ParseScenario(data)
		if err != nil {
			require.ErrorIs(t, err, sp.ErrInvalid)
			return
		}
		require.NotEmpty(t, s.Policies)
	})
}

func TestTotalsGrowWithinTheirRange(t *testing.T) {
	for _, tt := range []struct {
		name   string
		first  int64
		growth string
		years  int
		last   int64 // 0: it is refused
	}{
		{"one year is the first", 30_600, "0.02", 1, 30_600},
		{"fractions of a penny go down each year", 101, "0.5", 3, 226}, // 151.5, 226.5
		{"a total may shrink", 101, "-0.5", 3, 25},
		{"a hundred years", 100, "0", 100, 100},
		{"a thousand times as much is added", 1, "1000", 2, 1_001},
		{"no year", 100, "0", 0, 0},
		{"more than a hundred", 100, "0", 101, 0},
		{"growth beyond the range of money", 1, "1000", 8, 0},
	} {
		totals, err := funding.Growing(sp.Pence(tt.first), tt.growth, tt.years)
		if tt.last == 0 {
			require.ErrorIs(t, err, sp.ErrInvalid, tt.name)
			continue
		}
		require.NoError(t, err, tt.name)
		require.Len(t, totals, tt.years, tt.name)
		require.Equal(t, sp.Pence(tt.last), totals[tt.years-1], tt.name)
	}
}

func TestAChainGoesFromYearToYearAndSaysWhenEachAreaArrives(t *testing.T) {
	areas := wards(t, []int64{100, 100, 100})
	areas, err := areas.Replace("had", 2, []int64{5_000, 10_000, 15_000})
	require.NoError(t, err)
	totals, err := funding.Growing(sp.Pence(30_600), "0.02", 11)
	require.NoError(t, err)
	require.Equal(t, sp.Pence(31_212), totals[1])
	p := funding.Policy{Opening: "had", Floor: funding.Bound{Growth: "-0.05"}, Cap: funding.Bound{Growth: "0.1"}}
	chain, err := funding.Chain(t.Context(), totals, areas, p)
	require.NoError(t, err)
	had := []int64{5_000, 10_000, 15_000}
	for year, a := range chain { // plainly: within its bounds of the year before, and all of the total
		var sum int64
		for i, v := range a.Minor() {
			require.GreaterOrEqual(t, v, had[i]*95/100)
			require.LessOrEqual(t, v, had[i]*11/10)
			sum += v
		}
		require.Equal(t, totals[year].Minor(), sum)
		had = a.Minor()
	}
	arrivals, err := funding.Arrivals(chain, 0.005)
	require.NoError(t, err)
	require.Equal(t, "W00", arrivals[0].Code)
	require.InDelta(t, -0.51, arrivals[0].Before, 0.01)
	require.Positive(t, arrivals[0].Year)
	first, err := chain[arrivals[0].Year-1].Distances()
	require.NoError(t, err)
	require.GreaterOrEqual(t, first[0].After, -0.005)
	before, err := chain[arrivals[0].Year-2].Distances()
	require.NoError(t, err)
	require.Less(t, before[0].After, -0.005)
	_, err = funding.Chain(t.Context(), totals, areas, funding.Policy{})
	require.ErrorContains(t, err, "must have a column of opening amounts")
	_, err = funding.Growing(sp.Pounds(1), "x", 2)
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = funding.Growing(sp.Pounds(1), "0.1", 0)
	require.ErrorIs(t, err, sp.ErrInvalid)
	small, err := funding.Growing(sp.Pence(20_000), "0", 2)
	require.NoError(t, err)
	_, err = funding.Chain(t.Context(), small, areas, p)
	require.ErrorContains(t, err, "year 1 of 2")
}
