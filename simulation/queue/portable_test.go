package queue

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// near holds two numbers to a share of the larger one, or to an absolute error near 0.
func near(t *rapid.T, want, got, share float64) {
	if diff := math.Abs(want - got); diff > share*max(math.Abs(want), 1e-2) {
		t.Fatalf("%v is not %v: off by %g", got, want, diff/math.Abs(want))
	}
}

func TestQueueLogarithmsArePrecise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Ldexp(rapid.Float64Range(1, 2).Draw(t, "mantissa"), rapid.IntRange(-1000, 1000).Draw(t, "exponent"))
		near(t, math.Log(x), ln(x), 1e-14)
	})
	require.Zero(t, ln(1))
	require.InEpsilon(t, math.Log1p(-0x1p-53), ln(1-0x1p-53), 1e-15)
}

func TestQueueExponentialsArePrecise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-690, 690).Draw(t, "x")
		near(t, 1, exp(x)/math.Exp(x), 1e-13)
	})
}

func TestQueueNormalQuantilesArePrecise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := math.Exp(-rapid.Float64Range(0.01, 36).Draw(t, "minus log p"))
		near(t, distuv.UnitNormal.Quantile(p), normal(p), 1e-12)
		near(t, distuv.UnitNormal.Quantile(1-p), normal(1-p), 1e-12)
	})
}

// The bits are those of every machine: see also the golden run.
func TestQueueLogarithmsHaveTheseBits(t *testing.T) {
	for x, want := range map[float64]uint64{0.1: 0xc0026bb1bbb55515, 3: 0x3ff193ea7aad030a, 1e-300: 0xc085963447f87fb5} {
		require.Equalf(t, want, math.Float64bits(ln(x)), "%v: %#x", x, math.Float64bits(ln(x)))
	}
	require.Equalf(t, uint64(0x4005bf0a8b14576a), math.Float64bits(exp(1)), "%#x", math.Float64bits(exp(1)))
}

func TestStreamDrawsAreEquallyLikelyAndIndependent(t *testing.T) {
	const n = 200_000
	a, b := NewStream("s", 0, "a"), NewStream("s", 0, "b")
	var cells [16][16]int
	sums := [3]float64{}
	for i := range uint64(n) {
		x, y := a.Unit(i, 0), a.Unit(i, 1)
		cells[int(x*16)][int(y*16)]++
		sums[0] += (x - 0.5) * (y - 0.5)
		sums[1] += (x - 0.5) * (a.Unit(i+1, 0) - 0.5)
		sums[2] += (x - 0.5) * (b.Unit(i, 0) - 0.5)
	}
	chi := 0.0
	for _, row := range cells {
		for _, c := range row {
			chi += (float64(c) - n/256.0) * (float64(c) - n/256.0) / (n / 256.0)
		}
	}
	require.InDelta(t, 255, chi, 5*math.Sqrt(2*255), "of 255 degrees of freedom")
	for _, s := range sums { // correlations, of which a standard error is 1/sqrt(n)
		require.InDelta(t, 0, 12*s/n, 5/math.Sqrt(n))
	}
}

func TestStreamNumbersDependOnAllThatNamesThem(t *testing.T) {
	base := NewStream("seed", 1, "service")
	require.Equal(t, base, NewStream("seed", 1, "service"))
	for _, other := range []Stream{NewStream("seed2", 1, "service"), NewStream("seed", 2, "service"), NewStream("seed", 1, "patience"), NewStream("seeds", 1, "ervice")} {
		require.NotEqual(t, base, other)
	}
	require.NotEqual(t, base.Uint64(1, 0), base.Uint64(0, 1))
}

func TestCalendarGivesEventsInOneOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type event struct {
			at   Time
			rank uint8
			n    int
		}
		var c Calendar[event]
		var last event
		taken, put := 0, 0
		now := Time(0)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if c.Len() > 0 && rapid.Bool().Draw(t, "take") {
				next, ok := c.Next()
				at, e := c.Take()
				if !ok || next != at || at != e.at || at < now {
					t.Fatalf("%v %v comes after %v", at, e, now)
				}
				if at == now && taken > 0 && at == last.at && e.rank == last.rank && e.n < last.n {
					t.Fatalf("%v comes after %v, which was put in later", e, last)
				}
				now, last = at, e
				taken++
				continue
			}
			e := event{now + Time(rapid.IntRange(0, 3).Draw(t, "after")), rapid.Uint8Range(0, 2).Draw(t, "rank"), put}
			c.Put(e.at, e.rank, e)
			put++
		}
		if c.Len() != put-taken {
			t.Fatalf("%d are left of %d", c.Len(), put-taken)
		}
	})
}

func TestCalendarPutsRanksInOrder(t *testing.T) {
	var c Calendar[string]
	c.Put(5, 2, "c")
	c.Put(5, 0, "a")
	c.Put(5, 1, "b")
	c.Put(4, 9, "first")
	var got []string
	for c.Len() > 0 {
		_, e := c.Take()
		got = append(got, e)
	}
	require.Equal(t, []string{"first", "a", "b", "c"}, got)
	_, ok := c.Next()
	require.False(t, ok)
}

func TestFlowWaitQuantilesAreNeverTooShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		waits := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 50).Draw(t, "waits")
		var f Flow
		for _, w := range waits {
			f.Started++
			f.waits = f.waits.with(Time(w))
		}
		for _, p := range []float64{0, .01, .5, .92, 1} {
			rank := max(1, int(math.Ceil(p*float64(len(waits)))))
			less := 0
			got, _ := f.WaitQuantile(p).Lookup()
			longest := int64(0)
			for _, w := range waits {
				if Time(w) <= got {
					less++
					longest = max(longest, w)
				}
			}
			if less < rank || float64(got) > float64(longest)*(1+1.0/64)+1 {
				t.Fatalf("%v: %d at %v, of which %d are no longer", waits, got, p, less)
			}
		}
	})
}

func TestTotalsLoseNoDigit(t *testing.T) {
	var a Total
	for range 1000 {
		a = a.plus(product(1<<40+1, 1<<50+1))
	}
	require.Equal(t, product(1000*(1<<40+1), 1<<50+1), a)
	require.InEpsilon(t, 1000*math.Ldexp(1, 90), a.Float(), 1e-9)
}
