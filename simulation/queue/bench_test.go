package queue_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/simulation/queue"
)

// mmc is the queue of the textbooks; a mean service is a million ticks.
func mmc(servers int, arrivals, abandonment float64, limit int) queue.Network {
	const tick = 1_000_000
	s := queue.Station{Name: "link workers", Servers: servers, Service: queue.Exponential(tick)}
	if abandonment > 0 {
		s.Patience = queue.Exponential(tick / abandonment)
	}
	return queue.Network{
		Sources:  []queue.Source{{Name: "practices", To: s.Name, Between: queue.Exponential(tick / arrivals), Limit: limit}},
		Stations: []queue.Station{s},
	}
}

// BenchmarkRun beside the bare loop over one queue, written by hand for it alone.
func BenchmarkRun(b *testing.B) {
	const arrivals = 1_000_000
	run := func(n queue.Network) func(b *testing.B) {
		return func(b *testing.B) {
			b.Helper()
			for b.Loop() {
				_, err := queue.Run(b.Context(), n, queue.Options{Seed: "bench"})
				require.NoError(b, err)
			}
			b.ReportMetric(arrivals*float64(b.N)/b.Elapsed().Seconds()/1e6, "Marrivals/s")
		}
	}
	b.Run("ten workers", run(mmc(10, 9, 0, arrivals)))
	b.Run("a hundred workers", run(mmc(100, 95, 0, arrivals)))
	b.Run("ten workers, people who give up", run(mmc(10, 12, .5, arrivals)))
	b.Run("ten workers by hand", func(b *testing.B) {
		for b.Loop() {
			byHand(arrivals, 9, 10)
		}
		b.ReportMetric(arrivals*float64(b.N)/b.Elapsed().Seconds()/1e6, "Marrivals/s")
	})
}

// byHand is M/M/c and nothing else: the ends of service of few servers, in a heap.
func byHand(arrivals int, rate float64, servers int) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	exponential := func(rate float64) float64 { return -math.Log1p(-r.Float64()) / rate }
	free := make([]float64, servers) // when each server is free
	now, waited := 0.0, 0.0
	for range arrivals {
		now += exponential(rate)
		least := 0
		for k := range free {
			if free[k] < free[least] {
				least = k
			}
		}
		start := max(now, free[least])
		waited += start - now
		free[least] = start + exponential(1)
	}
	return waited / float64(arrivals)
}

// BenchmarkReplicate is 64 replications on one worker and on two.
func BenchmarkReplicate(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("%d workers", workers), func(b *testing.B) {
			for b.Loop() {
				_, err := queue.Replicate(b.Context(), 64, workers, func(ctx context.Context, n int) (*queue.Result, error) {
					return queue.Run(ctx, mmc(10, 9, 0, 50_000), queue.Options{Seed: "bench", Replication: n})
				}, nil)
				require.NoError(b, err)
			}
			b.ReportMetric(64*50_000*float64(b.N)/b.Elapsed().Seconds()/1e6, "Marrivals/s")
		})
	}
}

// Ten times as long a run allocates no more than the one that it is: what is kept is of those who
// are there.
func TestRunNeedsMemoryForThoseWhoAreThereAndNotForItsLength(t *testing.T) {
	allocated := func(arrivals int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := queue.Run(t.Context(), mmc(10, 8, .1, arrivals), queue.Options{Seed: "memory"})
		require.NoError(t, err)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(1000)
	require.Less(t, allocated(400_000), 2*allocated(40_000))
}
