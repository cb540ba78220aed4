package funding_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/funding"
	"github.com/socialprescribing/sp/funding/area"
)

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
