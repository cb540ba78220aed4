package apportion_test

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/funding/apportion"
	"github.com/socialprescribing/sp/internal/shared"
	"github.com/socialprescribing/sp/internal/tier"
)

// billion is one billion pounds in pence.
const billion = 100_000_000_000

// england returns the small areas of England with their residents and their
// weights under a gradient of 0.5 over the deprivation deciles.
func england(tb testing.TB) (codes []string, residents, weights []int64) {
	tb.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(tb), "data/funding/lsoa21_england_imd2025_census2021.csv"))
	require.NoError(tb, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	for _, row := range rows[1:] {
		people, err := strconv.ParseInt(row[4], 10, 64)
		require.NoError(tb, err)
		decile, err := strconv.ParseInt(row[6], 10, 64)
		require.NoError(tb, err)
		codes = append(codes, row[0])
		residents = append(residents, people)
		weights = append(weights, people*(1000+500*(10-decile)/9))
	}
	return codes, residents, weights
}

// bigHamilton is the oracle: math/big throughout, sorted by remainder.
func bigHamilton(total int64, weights []*big.Int) []int64 {
	sum, t := new(big.Int), big.NewInt(total)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	shares, order := make([]int64, len(weights)), make([]int, len(weights))
	remainders := make([]*big.Int, len(weights))
	left := total
	for i, w := range weights {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(t, w), sum, new(big.Int))
		shares[i], remainders[i], order[i] = q.Int64(), r, i
		left -= q.Int64()
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

// decimalHamilton is what one would write first: decimals throughout, with exact
// remainders by QuoRem.
func decimalHamilton(total decimal.Decimal, weights []decimal.Decimal) []decimal.Decimal {
	sum := decimal.Zero
	for _, w := range weights {
		sum = sum.Add(w)
	}
	shares, remainders := make([]decimal.Decimal, len(weights)), make([]decimal.Decimal, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		shares[i], remainders[i] = total.Mul(w).QuoRem(sum, 2)
		order[i] = i
		left = left.Sub(shares[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	penny := decimal.New(1, -2)
	for _, i := range order[:left.Shift(2).IntPart()] {
		shares[i] = shares[i].Add(penny)
	}
	return shares
}

func decimals(weights []int64) []decimal.Decimal {
	out := make([]decimal.Decimal, len(weights))
	for i, w := range weights {
		out[i] = decimal.New(w, -3)
	}
	return out
}

func TestApportionDividesABillionOverEnglandAsExactArithmeticDoes(t *testing.T) {
	codes, _, weights := england(t)
	d, err := apportion.New(codes)
	require.NoError(t, err)
	got, err := d.Divide(nil, billion, weights, apportion.Hamilton)
	require.NoError(t, err)

	require.Equal(t, []int64{2315575, 1959795, 2532366, 1988042, 3477554}, got[:5])
	hash := uint64(14695981039346656037)
	for _, share := range got {
		hash = (hash ^ uint64(share)) * 1099511628211
	}
	require.Equal(t, "b1d2abb8d28cdec3", fmt.Sprintf("%x", hash))

	require.Empty(t, cmp.Diff(bigHamilton(billion, apportion.ToBig(weights)), got))
	for i, share := range decimalHamilton(decimal.New(billion, -2), decimals(weights)) {
		require.Equal(t, share.Shift(2).IntPart(), got[i], codes[i])
	}
	webster, err := d.Divide(nil, billion, weights, apportion.Webster)
	require.NoError(t, err)
	differ := 0
	for i := range got {
		if webster[i] != got[i] {
			differ++
		}
	}
	require.Equal(t, 16, differ, "the choice of method hardly matters for pence")
}

func TestAWarmDividerAllocatesNothing(t *testing.T) {
	if tier.Racing() {
		t.Skip("math/big keeps its memory in a sync.Pool")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties that pool
	runtime.GC()
	codes, residents, weights := england(t)
	d, err := apportion.New(codes)
	require.NoError(t, err)
	dst, floors, caps := make([]int64, len(codes)), make([]int64, len(codes)), make([]int64, len(codes))
	for i, people := range residents {
		floors[i], caps[i] = people*1500, people*2200
	}
	large := make([]*big.Int, len(weights)) // of 200 bits
	for i, w := range weights {
		large[i] = new(big.Int).Lsh(big.NewInt(w), 180)
	}
	tests := map[string]func(){
		"hamilton":    func() { _, err = d.Divide(dst, billion, weights, apportion.Hamilton) },
		"cascade":     func() { _, err = d.Divide(dst, billion, weights, apportion.Cascade) },
		"bounded":     func() { _, err = d.Bounded(dst, billion, weights, floors, caps) },
		"bounded big": func() { _, err = d.BoundedBig(dst, billion, large, floors, caps) },
	}
	for m := apportion.Hamilton; m <= apportion.Cascade; m++ {
		total := int64(billion)
		if m == apportion.Quota {
			total = 2_000
		}
		tests[m.String()+" big"] = func() { _, err = d.DivideBig(dst, total, large, m) }
	}
	for name, f := range tests {
		require.Zero(t, testing.AllocsPerRun(2, f), name)
		require.NoError(t, err)
	}
}

func perArea(b *testing.B, n int, f func()) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/area")
}

func BenchmarkEngland(b *testing.B) {
	codes, residents, weights := england(b)
	n := len(codes)
	d, err := apportion.New(codes)
	require.NoError(b, err)
	dst := make([]int64, n)
	for _, m := range []apportion.Method{apportion.Hamilton, apportion.Cascade, apportion.Webster, apportion.Jefferson, apportion.HuntingtonHill} {
		b.Run(m.String(), func(b *testing.B) {
			perArea(b, n, func() { _, err = d.Divide(dst, billion, weights, m) })
			require.NoError(b, err)
		})
	}
	b.Run("hamilton 128 bits", func(b *testing.B) {
		total := int64(1) << 52 // beyond the fast arithmetic
		perArea(b, n, func() { _, err = d.Divide(dst, total, weights, apportion.Hamilton) })
		require.NoError(b, err)
	})
	b.Run("hamilton big", func(b *testing.B) {
		large := apportion.ToBig(weights)
		perArea(b, n, func() { _, err = d.DivideBig(dst, billion, large, apportion.Hamilton) })
		require.NoError(b, err)
	})
	b.Run("oracle math/big", func(b *testing.B) {
		large := apportion.ToBig(weights)
		perArea(b, n, func() { bigHamilton(billion, large) })
	})
	b.Run("oracle decimal", func(b *testing.B) {
		exact := decimals(weights)
		perArea(b, n, func() { decimalHamilton(decimal.New(billion, -2), exact) })
	})
	b.Run("bounded", func(b *testing.B) {
		floors, caps := make([]int64, n), make([]int64, n)
		for i, people := range residents {
			flat := people * (billion / 56490048)
			floors[i], caps[i] = flat*90/100, flat*120/100
		}
		perArea(b, n, func() { _, err = d.Bounded(dst, billion, weights, floors, caps) })
		require.NoError(b, err)
	})
}

// Ten million areas take as long for each as thirty thousand, but for the caches
// that they no longer fit into.
func BenchmarkSize(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		codes, weights := ids(n), make([]int64, n)
		r := rand.New(rand.NewPCG(1, 2))
		for _, kind := range []string{"random", "equal"} {
			for i := range weights {
				weights[i] = 1_500_000
				if kind == "random" {
					weights[i] = 1_000_000 + r.Int64N(1_000_000)
				}
			}
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				d, err := apportion.New(codes)
				require.NoError(b, err)
				dst := make([]int64, n)
				_, err = d.Divide(dst, billion, weights, apportion.Hamilton)
				require.NoError(b, err)
				perArea(b, n, func() { _, err = d.Divide(dst, billion+7, weights, apportion.Hamilton) })
				require.NoError(b, err)
			})
		}
	}
}
