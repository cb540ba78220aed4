//go:build unix

package evaluation_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
)

// spent returns the processor time that this program has used.
func spent(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCatalogue counts a log that is in no order of cases: the whole catalogue, eleven
// indicators, and one. The time that it takes to make the log is measured first and taken
// off. Processor time, not that of the clock.
func BenchmarkCatalogue(b *testing.B) {
	all := catalogue.All(catalogue.Standards{})
	for _, referrals := range []int{10_000, 100_000, 1_000_000} {
		world := evaluationtest.World{Seed: 1, Referrals: referrals, Apart: true}
		for _, indicators := range [][]evaluation.Indicator{all, all[:11], all[10:11]} {
			b.Run(fmt.Sprintf("%d/%d", referrals, len(indicators)), func(b *testing.B) {
				from, events := spent(b), 0
				for range world.Log() {
					events++
				}
				made := spent(b) - from
				for b.Loop() {
					scale(b, world, indicators, events, made)
				}
			})
		}
	}
}

func scale(b *testing.B, world evaluationtest.World, indicators []evaluation.Indicator, events int, made time.Duration) {
	b.Helper()
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End}, indicators...)
	require.NoError(b, err)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	from := spent(b)
	require.NoError(b, run.Read(b.Context(), world.Log(), nil))
	add := spent(b) - from - made
	runtime.GC()
	runtime.ReadMemStats(&after)
	from = spent(b)
	_, err = run.Count(b.Context())
	require.NoError(b, err)
	count := spent(b) - from
	b.ReportMetric(float64(add.Nanoseconds())/float64(events), "ns/event")
	b.ReportMetric(count.Seconds(), "count-s")
	b.ReportMetric((add + count).Seconds(), "all-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(world.Referrals), "B/referral")
	b.ReportMetric(float64(events)/float64(world.Referrals), "events/referral")
	runtime.KeepAlive(run)
}
