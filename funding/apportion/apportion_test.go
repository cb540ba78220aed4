package apportion_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

var methods = []apportion.Method{
	apportion.Hamilton, apportion.Webster, apportion.Jefferson, apportion.Adams,
	apportion.HuntingtonHill, apportion.Dean, apportion.Quota, apportion.Cascade,
}

// ids returns n IDs in their order.
func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("P%06d", i)
	}
	return out
}

func divide(t *testing.T, total int64, weights []int64, m apportion.Method) []int64 {
	t.Helper()
	got, err := apportion.Divide(total, ids(len(weights)), weights, m)
	require.NoError(t, err)
	return got
}

// The examples are those of Balinski and Young (1975), as published with their
// results in the tests of martinlackner/apportionment (MIT).
func TestApportionReproducesPublishedResults(t *testing.T) {
	cases := []struct {
		total   int64
		weights []int64
		want    map[apportion.Method][]int64
	}{
		{100, []int64{5117, 4400, 162, 161, 160}, map[apportion.Method][]int64{
			apportion.Hamilton: {51, 44, 2, 2, 1}, apportion.Jefferson: {52, 45, 1, 1, 1}, apportion.Webster: {51, 43, 2, 2, 2},
			apportion.HuntingtonHill: {51, 43, 2, 2, 2}, apportion.Adams: {51, 43, 2, 2, 2}, apportion.Dean: {51, 43, 2, 2, 2},
			apportion.Quota: {52, 44, 2, 1, 1},
		}},
		{26, []int64{9061, 7179, 5259, 3319, 1182}, map[apportion.Method][]int64{
			apportion.Hamilton: {9, 7, 5, 4, 1}, apportion.Jefferson: {10, 7, 5, 3, 1}, apportion.Webster: {9, 8, 5, 3, 1},
			apportion.HuntingtonHill: {9, 7, 6, 3, 1}, apportion.Adams: {9, 7, 5, 3, 2}, apportion.Dean: {9, 7, 5, 4, 1},
			apportion.Quota: {10, 7, 5, 3, 1},
		}},
		{36, []int64{27744, 25178, 19951, 14610, 9225, 3292}, map[apportion.Method][]int64{
			apportion.Hamilton: {10, 9, 7, 5, 4, 1}, apportion.Jefferson: {11, 9, 7, 5, 3, 1}, apportion.Webster: {10, 9, 8, 5, 3, 1},
			apportion.HuntingtonHill: {10, 9, 7, 6, 3, 1}, apportion.Adams: {10, 9, 7, 5, 3, 2}, apportion.Dean: {10, 9, 7, 5, 4, 1},
		}},
	}
	for _, c := range cases {
		for m, want := range c.want {
			require.Empty(t, cmp.Diff(want, divide(t, c.total, c.weights, m)), "%v of %d", m, c.total)
		}
	}
	for _, m := range methods {
		require.Equal(t, []int64{2, 4, 1, 5}, divide(t, 12, []int64{14, 28, 7, 35}, m), m)
	}
}

// US Census Bureau, apportionment populations of 2020.
func TestApportionGivesTheHouseOf2020ByHuntingtonHill(t *testing.T) {
	states := map[string]int64{
		"AL": 5030053, "AK": 736081, "AZ": 7158923, "AR": 3013756, "CA": 39576757, "CO": 5782171, "CT": 3608298, "DE": 990837, "FL": 21570527,
		"GA": 10725274, "HI": 1460137, "ID": 1841377, "IL": 12822739, "IN": 6790280, "IA": 3192406, "KS": 2940865, "KY": 4509342, "LA": 4661468,
		"ME": 1363582, "MD": 6185278, "MA": 7033469, "MI": 10084442, "MN": 5709752, "MS": 2963914, "MO": 6160281, "MT": 1085407, "NE": 1963333,
		"NV": 3108462, "NH": 1379089, "NJ": 9294493, "NM": 2120220, "NY": 20215751, "NC": 10453948, "ND": 779702, "OH": 11808848, "OK": 3963516,
		"OR": 4241500, "PA": 13011844, "RI": 1098163, "SC": 5124712, "SD": 887770, "TN": 6916897, "TX": 29183290, "UT": 3275252, "VT": 643503,
		"VA": 8654542, "WA": 7715946, "WV": 1795045, "WI": 5897473, "WY": 577719,
	}
	var names []string
	var weights []int64
	for name, people := range states {
		names, weights = append(names, name), append(weights, people)
	}
	seats := func(total int64) map[string]int64 {
		shares, err := apportion.Divide(total, names, weights, apportion.HuntingtonHill)
		require.NoError(t, err)
		out := map[string]int64{}
		for i, name := range names {
			out[name] = shares[i]
		}
		return out
	}
	house := seats(435)
	for state, want := range map[string]int64{"CA": 52, "TX": 38, "FL": 28, "NY": 26, "PA": 17, "IL": 17, "OH": 15, "GA": 14, "NC": 14, "MI": 13} {
		require.Equal(t, want, house[state], state)
	}
	require.Equal(t, int64(27), seats(436)["NY"], "the next seat goes to New York")
}

func TestApportionShowsTheParadoxesOfHamilton(t *testing.T) {
	require.Equal(t, []int64{4, 4, 2}, divide(t, 10, []int64{6, 6, 2}, apportion.Hamilton))
	require.Equal(t, []int64{5, 5, 1}, divide(t, 11, []int64{6, 6, 2}, apportion.Hamilton), "the third loses as the total grows")
	require.Equal(t, []int64{42, 27, 30, 1}, divide(t, 100, []int64{5525381, 3470152, 3864226, 201203}, apportion.Hamilton))
	require.Equal(t, []int64{43, 26, 29, 2}, divide(t, 100, []int64{5657564, 3507464, 3885693, 201049}, apportion.Hamilton))
}

func TestApportionGivesATieToTheLowerIDWhateverTheOrder(t *testing.T) {
	require.Equal(t, []int64{3334, 3333, 3333}, divide(t, 10000, []int64{1, 1, 1}, apportion.Hamilton))
	for _, m := range methods {
		got, err := apportion.Divide(7, []string{"c", "a", "d", "b"}, []int64{1, 1, 1, 1}, m)
		require.NoError(t, err)
		want := []int64{2, 2, 1, 2} // c, a, d, b
		if m == apportion.Cascade {
			want = []int64{2, 1, 2, 2}
		}
		require.Equal(t, want, got, m)
	}
	d, err := apportion.New([]string{"z", "c", "a", "b"})
	require.NoError(t, err)
	for _, bounded := range []func() ([]int64, error){
		func() ([]int64, error) { return d.Bounded(nil, 11, []int64{1, 1, 1, 1}, nil, []int64{1, 9, 9, 9}) },
		func() ([]int64, error) {
			return d.BoundedBig(nil, 11, apportion.ToBig([]int64{1, 1, 1, 1}), nil, []int64{1, 9, 9, 9})
		},
	} {
		got, err := bounded()
		require.NoError(t, err)
		require.Equal(t, []int64{1, 3, 4, 3}, got, "also among those that are left when some stay at their bounds")
	}
}

func TestApportionGivesATieAmongManyToTheLowestIDs(t *testing.T) {
	const n, extra = 20_011, 7_777
	sorted := ids(n)
	names, weights := make([]string, n), make([]int64, n)
	for i := range names {
		names[i] = sorted[i*7919%n] // every ID once, in no order
		weights[i] = 3
	}
	for _, m := range []apportion.Method{apportion.Hamilton, apportion.Webster, apportion.Adams} {
		shares, err := apportion.Divide(5*n+extra, names, weights, m)
		require.NoError(t, err)
		for i, name := range names {
			want := int64(5)
			if name < sorted[extra] {
				want = 6
			}
			require.Equal(t, want, shares[i], "%v %s", m, name)
		}
	}
}

func TestEveryMethodGivesTheTotalAndRefusesWhatCannotBe(t *testing.T) {
	for _, m := range methods {
		require.Equal(t, []int64{0, 0}, divide(t, 0, []int64{3, 4}, m))
		require.Equal(t, []int64{0, 0}, divide(t, 0, []int64{0, 0}, m))
		require.Equal(t, []int64{0, 9}, divide(t, 9, []int64{0, 4}, m), "no weight, no share")
		require.Equal(t, []int64{-6, -3}, divide(t, -9, []int64{2, 1}, m), "taken back")
		require.Empty(t, divide(t, 0, nil, m))
		d, err := apportion.New(ids(2))
		require.NoError(t, err)
		used := []int64{7, 7}
		shares, err := d.Divide(used, 0, []int64{3, 4}, m)
		require.NoError(t, err)
		require.Equal(t, []int64{0, 0}, shares, "whatever the memory held before")
		used = []int64{7, 7}
		shares, err = d.DivideBig(used, 0, apportion.ToBig([]int64{0, 0}), m)
		require.NoError(t, err)
		require.Equal(t, []int64{0, 0}, shares)

		for name, f := range map[string]func() error{
			"must not all be zero where": func() error {
				_, err := d.DivideBig(nil, 1, apportion.ToBig([]int64{0, 0}), m)
				return err
			},
			"weight that is not negative":    func() error { _, err := d.DivideBig(nil, 1, []*big.Int{big.NewInt(1), nil}, m); return err },
			"must be one for each party":     func() error { _, err := d.DivideBig(nil, 1, apportion.ToBig([]int64{1}), m); return err },
			"P000001: invalid: must not hav": func() error { _, err := apportion.Divide(1, ids(2), []int64{0, -1}, m); return err },
			"must not all be zero":           func() error { _, err := apportion.Divide(1, ids(2), []int64{0, 0}, m); return err },
			"weights: invalid: must not al":  func() error { _, err := apportion.Divide(1, nil, nil, m); return err },
			"P000001: invalid: must not ha":  func() error { _, err := apportion.Divide(1, ids(2), []int64{1, -1}, m); return err },
			"one for each party":             func() error { _, err := apportion.Divide(1, ids(2), []int64{1}, m); return err },
			"twin: invalid: must not occur": func() error {
				_, err := apportion.Divide(1, []string{"twin", "a", "twin"}, []int64{1, 1, 1}, m)
				return err
			},
			"must each have an ID": func() error { _, err := apportion.Divide(1, []string{"a", ""}, []int64{1, 1}, m); return err },
		} {
			err := f()
			require.ErrorIs(t, err, sp.ErrInvalid, name)
			require.ErrorContains(t, err, name)
		}
	}
	for _, m := range []apportion.Method{apportion.Adams, apportion.HuntingtonHill, apportion.Dean} {
		_, err := apportion.Divide(2, ids(3), []int64{1, 5, 9}, m)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.Equal(t, []int64{1, 1, 1, 0}, divide(t, 3, []int64{1, 5, 9, 0}, m))
	}
	_, err := apportion.Divide(10_000_001, ids(2), []int64{1, 1}, apportion.Quota)
	require.ErrorContains(t, err, "10,000,000")
	_, err = apportion.Divide(1, ids(1), []int64{1}, apportion.Method(99))
	require.ErrorIs(t, err, sp.ErrInvalid)
}

func TestApportionIsExactForTheLargestNumbers(t *testing.T) {
	all := []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64}
	for _, m := range []apportion.Method{apportion.Hamilton, apportion.Webster, apportion.Jefferson, apportion.Adams, apportion.HuntingtonHill, apportion.Dean, apportion.Cascade} {
		for _, total := range []int64{math.MaxInt64, math.MinInt64 + 1} {
			got := divide(t, total, all, m)
			sum := new(big.Int)
			for _, share := range got {
				sum.Add(sum, big.NewInt(share))
			}
			require.Equal(t, total, sum.Int64(), "%v", m)
		}
		_, err := apportion.Divide(math.MinInt64, ids(1), []int64{1}, m)
		require.ErrorIs(t, err, sp.ErrInvalid)
	}
}

// The largest remainders are then as close to 2^64 as a number can be.
func TestApportionAddsUpWhereTheWeightsAllButFillSixtyFourBits(t *testing.T) {
	for _, weights := range [][]int64{{math.MaxInt64, math.MaxInt64, 1}, {math.MaxInt64, math.MaxInt64 - 5, 3}, {math.MaxInt64 - 1, math.MaxInt64 - 44}} {
		d, err := apportion.New(ids(len(weights)))
		require.NoError(t, err)
		for _, total := range []int64{1, 2, 3, 4, 520, 149_810_748_500_520} {
			large, err := d.DivideBig(nil, total, apportion.ToBig(weights), apportion.Hamilton)
			require.NoError(t, err)
			require.Equal(t, large, divide(t, total, weights, apportion.Hamilton), "%d by %v", total, weights)
			bounded, err := d.Bounded(nil, total, weights, nil, nil)
			require.NoError(t, err)
			require.Equal(t, large, bounded, "%d by %v", total, weights)
		}
	}
}

func TestMethodsAreWrittenByName(t *testing.T) {
	var names []string
	for _, m := range methods {
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back apportion.Method
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
		names = append(names, string(text))
	}
	require.Equal(t, "hamilton webster jefferson adams huntington-hill dean quota cascade", strings.Join(names, " "))
	m := apportion.Dean
	require.ErrorIs(t, m.UnmarshalText([]byte("fair")), sp.ErrInvalid)
	require.NoError(t, m.UnmarshalText(nil))
	require.Equal(t, apportion.Hamilton, m, "nothing is Hamilton")
	beyond := apportion.Cascade + 1
	require.Equal(t, "method 8", beyond.String())
	_, err := beyond.MarshalText()
	require.ErrorIs(t, err, sp.ErrInvalid)
	_, err = apportion.Divide(1, ids(1), []int64{1}, beyond)
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// drawWeights draws weights of every size, among them zeros and ties.
func drawWeights(t *rapid.T) []int64 {
	top := rapid.SampledFrom([]int64{1, 3, 1000, 1 << 40, 1 << 58, math.MaxInt64}).Draw(t, "top")
	weights := rapid.SliceOfN(rapid.Int64Range(0, top), 1, 40).Draw(t, "weights")
	weights[0] = max(weights[0], 1)
	return weights
}

func drawTotal(t *rapid.T) int64 {
	return rapid.Int64Range(1, rapid.SampledFrom([]int64{5, 100, 1 << 36, 1<<50 - 1, 1<<50 + 5, math.MaxInt64}).Draw(t, "limit")).Draw(t, "total")
}

// shuffled returns the parties in another order, and how to undo it.
func shuffled(t *rapid.T, n int) (order []int) {
	return rapid.Permutation(slices.Collect(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})).Draw(t, "order")
}

func pick[T any](values []T, order []int) []T {
	out := make([]T, len(order))
	for i, j := range order {
		out[i] = values[j]
	}
	return out
}

// scaled returns weights times a power of 2.
func scaled(weights []int64, bits uint) []*big.Int {
	out := apportion.ToBig(weights)
	for _, w := range out {
		w.Lsh(w, bits)
	}
	return out
}

func TestApportionGivesOneResultByThreeArithmetics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights, total := drawWeights(t), drawTotal(t)
		for _, m := range methods {
			if m == apportion.Quota {
				total = min(total, 2000)
			}
			d, err := apportion.New(ids(len(weights)))
			if err != nil {
				t.Fatal(err)
			}
			small, errSmall := d.Divide(nil, total, weights, m)
			other, err := apportion.New(ids(len(weights))) // with nothing in it that the first left behind
			if err != nil {
				t.Fatal(err)
			}
			large, errLarge := other.DivideBig(nil, total, apportion.ToBig(weights), m)
			if (errSmall == nil) != (errLarge == nil) {
				t.Fatalf("%v: %v against %v", m, errSmall, errLarge)
			}
			if diff := cmp.Diff(large, small); diff != "" {
				t.Fatalf("%v: big against small: %s", m, diff)
			}
			huge, _ := other.DivideBig(nil, total, scaled(weights, 100), m)
			if diff := cmp.Diff(huge, large); diff != "" {
				t.Fatalf("%v: 2^100 times as large against big: %s", m, diff)
			}
			var sum uint64
			overflow := false
			for _, w := range weights {
				overflow = overflow || sum+uint64(w) < sum
				sum += uint64(w)
			}
			if m == apportion.Hamilton && !overflow {
				if diff := cmp.Diff(apportion.HamiltonPlain(ids(len(weights)), uint64(total), weights), small); diff != "" {
					t.Fatalf("128 bits against 64: %s", diff)
				}
			}
		}
	})
}

func TestAClonesWorkIsItsOwn(t *testing.T) {
	d, err := apportion.New([]string{"b", "a", "c"})
	require.NoError(t, err)
	got, err := d.Clone().Divide(nil, 10, []int64{1, 1, 1}, apportion.Hamilton)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 4, 3}, got)
	got, err = d.Clone().Divide(nil, 10, []int64{1, 1, 1}, apportion.Cascade)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 3, 4}, got)
	require.Equal(t, "b a c", strings.Join(d.IDs(), " "))
}

func ExampleDivide() {
	// Twelve link-worker posts for four neighbourhoods, by need.
	posts, err := apportion.Divide(12, []string{"coast", "hills", "mill", "town"}, []int64{14, 28, 7, 35}, apportion.Webster)
	fmt.Println(posts, err)
	// Output: [2 4 1 5] <nil>
}

func ExampleDivider_Bounded() {
	// 100,000 pounds by need, but at most 40,000 for the first and at least 35,000 for the second.
	d, _ := apportion.New([]string{"coast", "hills", "mill"})
	shares, err := d.Bounded(nil, 100_000, []int64{50, 30, 20}, []int64{0, 35_000, 0}, []int64{40_000, 100_000, 100_000})
	fmt.Println(shares, err)

	_, err = d.Bounded(nil, 100_000, []int64{50, 30, 20}, []int64{60_000, 30_000, 30_000}, nil)
	var infeasible *apportion.InfeasibleError
	fmt.Println(err, errors.As(err, &infeasible), infeasible.By())
	// Output:
	// [40000 36000 24000] <nil>
	// apportion: floors add up to 120000, 20000 more than the total of 100000 true 20000
}
