package apportion_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding/apportion"
)

func TestApportionReachesBoundsExactly(t *testing.T) {
	d, err := apportion.New(ids(4))
	require.NoError(t, err)
	got, err := d.Bounded(nil, 10_000, []int64{1, 1, 1, 7}, []int64{2000, 0, 0, 0}, []int64{10_000, 500, 10_000, 5000})
	require.NoError(t, err)
	require.Equal(t, []int64{2250, 500, 2250, 5000}, got)
	free, rest := d.Free()
	require.Equal(t, []int32{0, 2}, free)
	require.Equal(t, int64(4500), rest)

	got, err = d.Bounded(nil, -10_000, []int64{1, 1, 1, 7}, []int64{-10_000, -500, -10_000, -5000}, []int64{-2000, 0, 0, 0})
	require.NoError(t, err)
	require.Equal(t, []int64{-2250, -500, -2250, -5000}, got, "taken back within the same bounds")
	free, rest = d.Free()
	require.Equal(t, []int32{0, 2}, free)
	require.Equal(t, int64(-4500), rest, "and with the same sign")

	got, err = d.Bounded(nil, -100, []int64{1, 1, 0, 0}, nil, []int64{-60, 0, -5, 0})
	require.NoError(t, err)
	require.Equal(t, []int64{-60, -35, -5, 0}, got, "nil floors let everything be taken back")
	got, err = d.Bounded(nil, -100, []int64{1, 1, 1, 0}, []int64{-10, -80, -80, -80}, nil)
	require.NoError(t, err)
	require.Equal(t, []int64{-10, -45, -45, 0}, got, "nil caps let nothing be given")

	got, err = d.Bounded(nil, 10, []int64{0, 0, 1, 1}, []int64{3, 0, 0, 0}, nil)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 0, 4, 3}, got, "a party without weight gets its floor")

	got, err = d.Bounded(nil, 0, []int64{1, 1, 1, 7}, []int64{0, 0, 0, 0}, []int64{5, 5, 5, 0})
	require.NoError(t, err)
	require.Equal(t, []int64{0, 0, 0, 0}, got, "of nothing everybody has nothing")
	huge := []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64, 0} // more than 64 bits together
	got, err = d.Bounded(nil, 100, huge, []int64{0, 50, 0, 0}, []int64{10, 100, 100, 0})
	require.NoError(t, err)
	require.Equal(t, []int64{10, 50, 40, 0}, got, "whatever the size of the weights")
}

func TestInfeasibleBoundsSayByHowMuch(t *testing.T) {
	d, err := apportion.New(ids(2))
	require.NoError(t, err)
	cases := []struct {
		name         string
		total        int64
		weights      []int64
		floors, caps []int64
		by           int64
		says         string
	}{
		{"floors above the total", 100, []int64{1, 1}, []int64{60, 60}, nil, 20, "floors add up to 120, 20 more than the total of 100"},
		{"caps below the total", 100, []int64{1, 1}, nil, []int64{40, 40}, 20, "caps let in 80, 20 less than the total of 100"},
		{"a party without weight cannot take its cap", 100, []int64{0, 1}, nil, []int64{90, 40}, 60, "caps let in 40"},
		{"nobody has a weight", 100, []int64{0, 0}, []int64{10, 10}, nil, 80, "caps let in 20"},
		{"nothing can be given below a floor", 0, []int64{1, 1}, []int64{3, 0}, nil, 3, "floors add up to 3, 3 more than the total of 0"},
		{"caps of nothing let nothing in", 5, []int64{1, 1}, nil, []int64{0, 0}, 5, "caps let in 0, 5 less than the total of 5"},
		{"a floor may be as high as its cap", 9, []int64{1, 1}, []int64{0, 5}, []int64{0, 3}, 2, "P000001: floor of 5 is 2 above its cap of 3"},
		{"one floor above its cap of what is taken back", -9, []int64{1, 1}, []int64{-4, -1}, []int64{-4, -3}, 2, "P000001: floor of -1 is 2 above its cap of -3"},
		{"one floor above its cap", 100, []int64{1, 1}, []int64{0, 9}, []int64{100, 7}, 2, "P000001: floor of 9 is 2 above its cap of 7"},
		{"too much must be taken back", -100, []int64{1, 1}, nil, []int64{-60, -60}, 20, "caps let in -120, 20 less than the total of -100"},
		{"too little may be taken back", -100, []int64{1, 1}, []int64{-40, -40}, nil, 20, "floors add up to -80, 20 more than the total of -100"},
		{"floors beyond 64 bits", 100, []int64{1, 1}, []int64{math.MaxInt64, math.MaxInt64}, nil, math.MaxInt64 - 100, "floors add up"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := d.Bounded(nil, c.total, c.weights, c.floors, c.caps)
			var infeasible *apportion.InfeasibleError
			require.ErrorAs(t, err, &infeasible)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.Equal(t, c.by, infeasible.By())
			require.Equal(t, c.total, infeasible.Total)
			require.ErrorContains(t, err, c.says)
			_, err = d.BoundedBig(nil, c.total, apportion.ToBig(c.weights), c.floors, c.caps)
			require.ErrorAs(t, err, &infeasible)
		})
	}
	for name, call := range map[string]func() error{
		"sign of the total": func() error { _, err := d.Bounded(nil, 10, []int64{1, 1}, []int64{-1, 0}, nil); return err },
		"P000000: invalid: must have bounds": func() error {
			_, err := d.Bounded(nil, math.MaxInt64, []int64{1, 1}, []int64{math.MaxInt64, 0}, []int64{-2, 5})
			return err
		},
		"one for each party":                 func() error { _, err := d.Bounded(nil, 10, []int64{1, 1}, []int64{1}, nil); return err },
		"weights: invalid: must be one":      func() error { _, err := d.BoundedBig(nil, 10, apportion.ToBig([]int64{1}), nil, nil); return err },
		"smallest 64-bit":                    func() error { _, err := d.Bounded(nil, math.MinInt64, []int64{1, 1}, nil, nil); return err },
		"must be one for each party, or nil": func() error { _, err := d.Bounded(nil, 10, []int64{1, 1}, nil, []int64{1}); return err },
		"have a negative weight":             func() error { _, err := d.Bounded(nil, 1, []int64{1, -1}, nil, nil); return err },
		"weight that is not nega":            func() error { _, err := d.BoundedBig(nil, 1, []*big.Int{big.NewInt(1), nil}, nil, nil); return err },
	} {
		require.ErrorIs(t, call(), sp.ErrInvalid)
		require.ErrorContains(t, call(), name)
	}
}

// plainBounded finds lambda by sorting where each party meets a bound, in exact
// fractions, and rounds by largest remainder.
func plainBounded(total int64, weights, floors, caps []int64) []int64 {
	spend := func(lambda *big.Rat) *big.Rat {
		sum := new(big.Rat)
		for i, w := range weights {
			x := new(big.Rat).Mul(lambda, new(big.Rat).SetInt64(w))
			if low := new(big.Rat).SetInt64(floors[i]); x.Cmp(low) < 0 {
				x = low
			} else if high := new(big.Rat).SetInt64(caps[i]); x.Cmp(high) > 0 {
				x = high
			}
			sum.Add(sum, x)
		}
		return sum
	}
	var points []*big.Rat
	for i, w := range weights {
		if w > 0 {
			points = append(points, big.NewRat(floors[i], w), big.NewRat(caps[i], w))
		}
	}
	slices.SortFunc(points, (*big.Rat).Cmp)
	want := new(big.Rat).SetInt64(total)
	lambda := new(big.Rat)
	for k, p := range points {
		s := spend(p)
		if s.Cmp(want) < 0 {
			lambda = p
			continue
		}
		from := lambda
		if k == 0 {
			from = new(big.Rat)
		}
		// Spending is a straight line between two neighbouring points.
		low := spend(from)
		if rise := new(big.Rat).Sub(s, low); rise.Sign() > 0 {
			part := new(big.Rat).Sub(want, low)
			part.Quo(part, rise)
			lambda = new(big.Rat).Add(from, part.Mul(part, new(big.Rat).Sub(p, from)))
		} else {
			lambda = p
		}
		break
	}
	shares := make([]int64, len(weights))
	var free []int
	left := total
	for i, w := range weights {
		x := new(big.Rat).Mul(lambda, new(big.Rat).SetInt64(w))
		switch {
		case x.Cmp(new(big.Rat).SetInt64(floors[i])) <= 0:
			shares[i] = floors[i]
		case x.Cmp(new(big.Rat).SetInt64(caps[i])) >= 0:
			shares[i] = caps[i]
		default:
			free = append(free, i)
			continue
		}
		left -= shares[i]
	}
	var freeWeights []int64
	for _, i := range free {
		freeWeights = append(freeWeights, weights[i])
	}
	if len(free) > 0 {
		rounded, err := apportion.Divide(left, ids(len(free)), freeWeights, apportion.Hamilton)
		if err != nil {
			panic(err)
		}
		for j, i := range free {
			shares[i] = rounded[j]
		}
	}
	return shares
}

func TestBoundedAgreesWithSortingTheBreakpoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(t, "n")
		top := rapid.SampledFrom([]int64{2, 1000, 1 << 45}).Draw(t, "top")
		weights := rapid.SliceOfN(rapid.Int64Range(0, top), n, n).Draw(t, "weights")
		weights[0]++
		floors := rapid.SliceOfN(rapid.Int64Range(0, 500), n, n).Draw(t, "floors")
		caps := make([]int64, n)
		var low, high int64
		for i := range caps {
			caps[i] = floors[i] + rapid.Int64Range(0, 1000).Draw(t, "room")
			low += floors[i]
			if weights[i] > 0 {
				high += caps[i]
			} else {
				high += floors[i]
			}
		}
		total := rapid.Int64Range(low, high).Draw(t, "total")
		d, err := apportion.New(ids(n))
		require.NoError(t, err)
		got, err := d.Bounded(nil, total, weights, floors, caps)
		require.NoError(t, err)
		if diff := cmp.Diff(plainBounded(total, weights, floors, caps), got); diff != "" {
			t.Fatal(diff)
		}
		other, err := apportion.New(ids(n)) // with nothing in it that the first left behind
		require.NoError(t, err)
		large, err := other.BoundedBig(nil, total, apportion.ToBig(weights), floors, caps)
		require.NoError(t, err)
		if diff := cmp.Diff(large, got); diff != "" {
			t.Fatalf("big against small: %s", diff)
		}
		huge, err := other.BoundedBig(nil, total, scaled(weights, 100), floors, caps)
		require.NoError(t, err)
		if diff := cmp.Diff(huge, got); diff != "" {
			t.Fatalf("2^100 times as large against small: %s", diff)
		}
		order := shuffled(t, n)
		other, err = apportion.New(pick(ids(n), order))
		require.NoError(t, err)
		again, err := other.Bounded(nil, total, pick(weights, order), pick(floors, order), pick(caps, order))
		require.NoError(t, err)
		if diff := cmp.Diff(pick(got, order), again); diff != "" {
			t.Fatalf("order matters: %s", diff)
		}
	})
}

func TestApportionTakesWideBoundsForNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights, total := drawWeights(t), drawTotal(t)
		d, err := apportion.New(ids(len(weights)))
		require.NoError(t, err)
		plain, err := d.Divide(nil, total, weights, apportion.Hamilton)
		require.NoError(t, err)
		bounded, err := d.Bounded(nil, total, weights, nil, nil)
		require.NoError(t, err)
		if diff := cmp.Diff(plain, bounded); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Shares a hair's breadth from a bound are where a guess in floating point would
// go wrong.
func TestApportionDecidesBoundsBesideTheExactShareExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		weights := rapid.SliceOfN(rapid.Int64Range(1<<55, 1<<57), n, n).Draw(t, "weights")
		total := rapid.Int64Range(1<<49, 1<<50-1).Draw(t, "total")
		sum := new(big.Int)
		for _, w := range weights {
			sum.Add(sum, big.NewInt(w))
		}
		// Every share is a whole number and a small fraction, or lacks one.
		floors, caps := make([]int64, n), make([]int64, n)
		for i, w := range weights {
			q, r := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(w), big.NewInt(total)), sum, new(big.Int))
			if i > 0 && r.Sign() > 0 {
				// The weight with a remainder just above zero, or just below.
				less := new(big.Int).Quo(r, big.NewInt(total))
				less.Add(less, big.NewInt(rapid.Int64Range(0, 1).Draw(t, "below")))
				less = less.Mod(less, big.NewInt(w))
				weights[i] -= less.Int64()
				weights[0] += less.Int64() // so that the sum stays
			}
			floors[i] = q.Int64() + rapid.SampledFrom([]int64{-9, -1, 0, 1}).Draw(t, "floor")
			caps[i] = max(floors[i], q.Int64()+rapid.Int64Range(-1, 2).Draw(t, "cap"))
			floors[i] = max(floors[i], 0)
			caps[i] = max(caps[i], floors[i])
		}
		// Bounds that hold move all other shares away from theirs, so only one has any.
		tight := rapid.IntRange(1, n-1).Draw(t, "tight")
		for i := range weights {
			if i != tight {
				floors[i], caps[i] = 0, math.MaxInt64
			}
		}
		d, err := apportion.New(ids(n))
		require.NoError(t, err)
		got, err := d.Bounded(nil, total, weights, floors, caps)
		other, errOther := apportion.New(ids(n)) // with nothing in it that the first left behind
		require.NoError(t, errOther)
		exact, errExact := other.BoundedBig(nil, total, apportion.ToBig(weights), floors, caps)
		require.Equal(t, errExact == nil, err == nil)
		require.Empty(t, cmp.Diff(exact, got))
		if err == nil {
			free, amount := d.Free()
			exactFree, exactAmount := other.Free()
			require.Equal(t, exactFree, free)
			require.Equal(t, exactAmount, amount)
		}
	})
}
