package limit_test

import (
	"fmt"
	"math"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/socialprescribing/sp/rest/limit"
)

var monday = time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)

// Somebody tries links that do not open: three at once, and one more each minute.
func Example() {
	guesses := limit.New(limit.Rate{Every: time.Minute, Burst: 3})
	who := limit.Address("192.0.2.7:53124")
	for range 4 {
		fmt.Println(guesses.Take(who, monday))
	}
	fmt.Println(guesses.Take(who, monday.Add(time.Minute)))
	// Output:
	// 0s
	// 0s
	// 0s
	// 1m0s
	// 0s
}

// bucket is a limiter of one key as a book tells it: a bucket into which time flows.
type bucket struct {
	held time.Duration
	last time.Time
}

func (b *bucket) take(r limit.Rate, at time.Time) time.Duration {
	b.held, b.last = min(b.held+at.Sub(b.last), r.Every*time.Duration(r.Burst)), at
	if b.held < r.Every {
		return r.Every - b.held
	}
	b.held -= r.Every
	return 0
}

func TestLimiterIsABucketForEachKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := limit.Rate{Every: time.Duration(rapid.IntRange(1, 1000).Draw(t, "every")), Burst: rapid.IntRange(1, 5).Draw(t, "burst")}
		l, buckets, at := limit.New(r), map[string]*bucket{}, monday
		for range rapid.IntRange(1, 50).Draw(t, "takes") {
			key := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key")
			at = at.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "later")))
			if buckets[key] == nil {
				buckets[key] = &bucket{r.Every * time.Duration(r.Burst), at}
			}
			said := l.Wait(key, at)
			require.Equal(t, buckets[key].take(r, at), said)
			require.Equal(t, said, l.Take(key, at), "to ask costs nothing")
			require.Zero(t, l.Wait(key, at.Add(l.Wait(key, at))), "whoever waits so long, may")
		}
	})
}

func TestNewLimiterOfAnyRate(t *testing.T) {
	for name, test := range map[string]struct {
		rate    limit.Rate
		allowed int // of 100 at one moment
	}{
		"none":                       {limit.Rate{}, 100},
		"one at once":                {limit.Rate{Every: time.Hour, Burst: 1}, 1},
		"nothing at all":             {limit.Rate{Every: time.Hour}, 0},
		"less than nothing":          {limit.Rate{Every: time.Hour, Burst: -1}, 0},
		"more than a number can say": {limit.Rate{Every: time.Hour, Burst: math.MaxInt}, 100},
		"as much less":               {limit.Rate{Every: 3, Burst: math.MinInt/2 + 1}, 0},
		"none, as it goes backwards": {limit.Rate{Every: -time.Hour, Burst: 3}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			l, n := limit.New(test.rate), 0
			for range 100 {
				if l.Take("a", monday) == 0 {
					n++
				}
			}
			require.Equal(t, test.allowed, n)
		})
	}
}

// A clock that was a day ahead is set right: nobody who asked meanwhile is kept out for a day.
func TestLimiterKeepsNobodyOutWhenAClockIsSetBack(t *testing.T) {
	l := limit.New(limit.Rate{Every: time.Minute, Burst: 3})
	for range 3 {
		require.Zero(t, l.Take("a", monday.AddDate(0, 0, 1)))
	}
	require.Equal(t, time.Minute, l.Take("a", monday), "and nobody gets more by it")
	require.Zero(t, l.Take("a", monday.Add(time.Minute)))
	require.Equal(t, time.Minute, l.Take("a", monday.Add(time.Minute)))
}

func TestLimiterOfAFloodKeepsItsMemoryBounded(t *testing.T) {
	l := limit.New(limit.Rate{Every: time.Hour, Burst: 1})
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range 4 * limit.Most {
		require.Zero(t, l.Take(fmt.Sprint(i), monday))
	}
	require.Less(t, heap(), before+50<<20)
	require.NotZero(t, l.Take(fmt.Sprint(4*limit.Most-1), monday), "the last are known")
}

func TestLimiterForgetsFirstWhoMayDoAllAgain(t *testing.T) {
	l := limit.New(limit.Rate{Every: time.Hour, Burst: 1})
	for i := range limit.Most - 1 {
		require.Zero(t, l.Take(fmt.Sprint(i), monday))
	}
	later := monday.Add(time.Hour)
	require.Zero(t, l.Take("late", later))
	require.Zero(t, l.Take("later", later))
	require.NotZero(t, l.Take("late", later), "it has not waited yet")
}

func TestLimiterIsForManyAtOnce(t *testing.T) {
	l := limit.New(limit.Rate{Every: time.Hour, Burst: 50})
	var all sync.WaitGroup
	var mu sync.Mutex
	allowed := 0
	for range 100 {
		all.Go(func() {
			if l.Take("a", monday) == 0 {
				mu.Lock()
				allowed++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 50, allowed)
}

func TestAddressCountsANetworkOfIPv6AsOne(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.9:1":          "192.0.2.9",
		"192.0.2.9":            "192.0.2.9",
		"[::ffff:192.0.2.9]:1": "192.0.2.9",
		"[2001:db8::1]:1":      "2001:db8::/64",
		"[2001:db8::2]:2":      "2001:db8::/64",
		"[2001:db8:0:1::2]:1":  "2001:db8:0:1::/64",
		"[fe80::1%eth0]:1":     "fe80::/64",
		"a pipe":               "a pipe",
		"":                     "",
	} {
		require.Equal(t, want, limit.Address(remote))
	}
}

func FuzzAddressCountsAHostOnceWhateverItsPort(f *testing.F) {
	f.Add("[2001:db8::1]:1")
	f.Add("192.0.2.9:1")
	f.Add("[:]:1")
	f.Fuzz(func(t *testing.T, remote string) {
		counted := limit.Address(remote)
		require.LessOrEqual(t, len(counted), max(len(remote), 45)+3)
		host, _, err := net.SplitHostPort(remote)
		if err != nil {
			return
		}
		require.Equal(t, counted, limit.Address(net.JoinHostPort(host, "2")))
		if ip, err := netip.ParseAddr(host); err == nil {
			require.Equal(t, counted, limit.Address(ip.String()))
		}
	})
}
