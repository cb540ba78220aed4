package funding_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/funding/area"
)

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

func TestAnExplanationThatIsNotFilledInPrintsAllTheSame(t *testing.T) {
	require.Contains(t, funding.Explanation{Code: "A", Steps: []funding.Step{{Name: "floor"}}}.String(), "from nothing")
}
