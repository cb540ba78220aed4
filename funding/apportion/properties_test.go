package apportion_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/funding/apportion"
)

func TestApportionAddsUpStaysInQuotaAndForgetsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights, total := drawWeights(t), drawTotal(t)
		m := rapid.SampledFrom(methods).Draw(t, "method")
		if m == apportion.Quota {
			total = min(total, 2000)
		}
		names := ids(len(weights))
		shares, err := apportion.Divide(total, names, weights, m)
		if err != nil { // a first unit for each is more than there is
			return
		}
		order := shuffled(t, len(weights))
		again, err := apportion.Divide(total, pick(names, order), pick(weights, order), m)
		if err != nil || cmp.Diff(pick(shares, order), again) != "" {
			t.Fatalf("%v: order matters: %v %v", m, pick(shares, order), again)
		}
		with, err := apportion.Divide(total, append(slices.Clone(names), "A"), append(slices.Clone(weights), 0), m)
		if err != nil || cmp.Diff(append(slices.Clone(shares), 0), with) != "" {
			t.Fatalf("%v: a party without weight changes %v to %v", m, shares, with)
		}
		sum, weight := new(big.Int), new(big.Int)
		for i := range shares {
			sum.Add(sum, big.NewInt(shares[i]))
			weight.Add(weight, big.NewInt(weights[i]))
		}
		if sum.Cmp(big.NewInt(total)) != 0 {
			t.Fatalf("%v: shares add up to %v, not %d", m, sum, total)
		}
		inQuota := m == apportion.Hamilton || m == apportion.Quota || m == apportion.Cascade
		for i := range shares {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])), weight)
			off := exact.Sub(exact, new(big.Rat).SetInt64(shares[i]))
			if inQuota && off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%v: party %d is %v off its exact share", m, i, off)
			}
		}
	})
}

// The plain rule of a divisor method: one unit after the other.
func unitByUnit(total int64, weights []int64, m apportion.Method) []int64 {
	shares := make([]int64, len(weights))
	quotient := func(i int) *big.Rat { // nil is infinite
		w, a := new(big.Rat).SetInt64(weights[i]), shares[i]
		num, den := big.NewRat(1, 1), new(big.Rat)
		switch m {
		default: // Jefferson and Quota
			den.SetInt64(a + 1)
		case apportion.Webster:
			den.SetInt64(2*a + 1)
		case apportion.Adams:
			den.SetInt64(a)
		case apportion.HuntingtonHill:
			num.Set(w)
			den.SetInt64(a * (a + 1))
		case apportion.Dean:
			num.SetInt64(2*a + 1)
			den.SetInt64(2 * a * (a + 1))
		}
		if den.Sign() == 0 {
			return nil
		}
		return w.Mul(w, num.Quo(num, den))
	}
	var sum int64
	for _, w := range weights {
		sum += w
	}
	for h := int64(1); h <= total; h++ {
		best := -1
		var top *big.Rat
		for i := range weights {
			if weights[i] == 0 || m == apportion.Quota && shares[i]*sum >= h*weights[i] {
				continue
			}
			q := quotient(i)
			if best < 0 || top != nil && (q == nil || q.Cmp(top) > 0) {
				best, top = i, q
			}
		}
		shares[best]++
	}
	return shares
}

func TestDivisorMethodsAgreeWithGivingUnitByUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, rapid.SampledFrom([]int64{3, 50, 100000}).Draw(t, "top")), 1, 12).Draw(t, "weights")
		weights[0]++
		total := rapid.Int64Range(int64(len(weights)), 120).Draw(t, "total")
		for _, m := range []apportion.Method{apportion.Webster, apportion.Jefferson, apportion.Adams, apportion.HuntingtonHill, apportion.Dean, apportion.Quota} {
			got, err := apportion.Divide(total, ids(len(weights)), weights, m)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(unitByUnit(total, weights, m), got); diff != "" {
				t.Fatalf("%v of %d: %s", m, total, diff)
			}
		}
	})
}

func TestDivisorMethodsNeverTakeAwayWhenTheTotalGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := drawWeights(t)
		total := rapid.Int64Range(int64(len(weights)), 1<<40).Draw(t, "total")
		for _, m := range []apportion.Method{apportion.Webster, apportion.Jefferson, apportion.Adams, apportion.HuntingtonHill, apportion.Dean} {
			before, err := apportion.Divide(total, ids(len(weights)), weights, m)
			require.NoError(t, err)
			after, err := apportion.Divide(total+1, ids(len(weights)), weights, m)
			require.NoError(t, err)
			for i := range before {
				if after[i] < before[i] {
					t.Fatalf("%v: party %d falls from %d to %d", m, i, before[i], after[i])
				}
			}
		}
	})
}

func TestApportionIsNotChangedByScalingAllWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 30).Draw(t, "weights")
		total := rapid.Int64Range(40, 1<<40).Draw(t, "total")
		by := rapid.Int64Range(1, 1<<22).Draw(t, "by")
		scaled := make([]int64, len(weights))
		for i, w := range weights {
			scaled[i] = w * by
		}
		for _, m := range methods {
			if m == apportion.Quota {
				total = min(total, 2000)
			}
			a, err := apportion.Divide(total, ids(len(weights)), weights, m)
			require.NoError(t, err)
			b, err := apportion.Divide(total, ids(len(weights)), scaled, m)
			require.NoError(t, err)
			if diff := cmp.Diff(a, b); diff != "" {
				t.Fatalf("%v: %s", m, diff)
			}
		}
	})
}

// Of totals near 2^50 the guess in floating point is often one off, to either side.
func TestApportionCorrectsWhatItGuessesInFloatingPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(1, 1<<58), 1, 8).Draw(t, "weights")
		weights[0] = rapid.Int64Range(1<<58, 1<<60).Draw(t, "most of the weight")
		for range 20 {
			total := uint64(1<<50 - 1 - rapid.Int64Range(0, 1<<20).Draw(t, "below the limit"))
			whole, remainders := apportion.Quotients(total, weights, true)
			wantWhole, wantRemainders := apportion.Quotients(total, weights, false)
			require.Equal(t, wantWhole, whole)
			require.Equal(t, wantRemainders, remainders)
		}
	})
}

// Of so many some remainders agree in their leading bits, and some in all of them.
func TestApportionGivesOneResultToManyWhateverTheSizeOfTheirWeights(t *testing.T) {
	const n = 6000
	rng := rand.New(rand.NewPCG(1, 1))
	sorted := ids(n)
	names, weights := make([]string, n), make([]int64, n)
	for i, j := range rng.Perm(n) {
		names[i], weights[i] = sorted[j], 1+rng.Int64N(5_000)
	}
	d, err := apportion.New(names)
	require.NoError(t, err)
	for total := int64(777); total < 1<<45; total *= 3 {
		small, err := d.Divide(nil, total, weights, apportion.Hamilton)
		require.NoError(t, err)
		for _, larger := range []uint{0, 40, 100} {
			large, err := d.DivideBig(nil, total, scaled(weights, larger), apportion.Hamilton)
			require.NoError(t, err)
			require.Equal(t, small, large, "%d by weights 2^%d times as large", total, larger)
		}
	}
}

func TestApportionKeepsEveryRunOfNeighboursInQuotaByCascade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 25).Draw(t, "weights")
		weights[0]++
		total := rapid.Int64Range(1, 1<<30).Draw(t, "total")
		shares, err := apportion.Divide(total, ids(len(weights)), weights, apportion.Cascade)
		require.NoError(t, err)
		var sum int64
		for _, w := range weights {
			sum += w
		}
		for from := range weights {
			var share, weight int64
			for to := from; to < len(weights); to++ {
				share += shares[to]
				weight += weights[to]
				if off := share*sum - total*weight; off <= -sum || off >= sum {
					t.Fatalf("parties %d to %d are %d/%d off", from, to, off, sum)
				}
			}
		}
	})
}
