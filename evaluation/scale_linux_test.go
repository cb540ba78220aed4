//go:build linux

package evaluation_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/evaluation/facts"
)

// collector is the setting of the garbage collector (GOGC) under which the memory at the
// peak is measured.
const collector = 25

// spent returns the processor time that this program has used.
func spent(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak returns the resident memory at its height since the last call of lower, in megabytes.
func peak(tb testing.TB) float64 {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(tb, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	_, err = fmt.Sscan(rest, &kilobytes)
	require.NoError(tb, err)
	return kilobytes / 1000
}

func lower(tb testing.TB) {
	tb.Helper()
	debug.FreeOSMemory()
	require.NoError(tb, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
}

// BenchmarkCatalogue counts a log whose events are in random order, and one in which those
// of a referral stand together: the whole catalogue, eleven indicators, and one. Processor time, not that of the clock;
// that of reading the log, which is measured first, is taken off.
func BenchmarkCatalogue(b *testing.B) {
	all := catalogue.All(catalogue.Standards{})
	for _, referrals := range []int{10_000, 100_000, 1_000_000} {
		for _, order := range []string{"mixed", "together"} {
			for name, indicators := range map[string][]evaluation.Indicator{"all": all, "eleven": all[:11], "one": all[10:11]} {
				b.Run(fmt.Sprintf("%d/%s/%s", referrals, order, name), func(b *testing.B) {
					t := tapeOf(b, referrals, order == "mixed")
					defer debug.SetGCPercent(debug.SetGCPercent(collector))
					from := spent(b)
					for range t.Log() {
					}
					read := spent(b) - from
					for b.Loop() {
						t.scale(b, indicators, read)
					}
				})
			}
		}
	}
}

func (t tape) scale(b *testing.B, indicators []evaluation.Indicator, read time.Duration) {
	b.Helper()
	run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End, By: evaluation.By("practice", facts.Practice)}, indicators...)
	require.NoError(b, err)
	var before, after runtime.MemStats
	lower(b)
	runtime.ReadMemStats(&before)
	from := spent(b)
	require.NoError(b, run.Read(b.Context(), t.Log(), nil))
	add := spent(b) - from - read
	runtime.GC()
	runtime.ReadMemStats(&after)
	from = spent(b)
	_, err = run.Count(b.Context())
	require.NoError(b, err)
	count := spent(b) - from
	b.ReportMetric(float64(add.Nanoseconds())/float64(t.events), "ns/event")
	b.ReportMetric(float64(read.Nanoseconds())/float64(t.events), "read-ns/event")
	b.ReportMetric(count.Seconds(), "count-s")
	b.ReportMetric((add + count).Seconds(), "all-s")
	b.ReportMetric(peak(b), "peak-MB")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(t.referrals), "B/referral")
	b.ReportMetric(float64(t.events)/float64(t.referrals), "events/referral")
	runtime.KeepAlive(run)
}

// BenchmarkCountAs counts facts that stand together in columns once more, for other months: events
// that the facts are of, by the processor time that it takes to count them.
func BenchmarkCountAs(b *testing.B) {
	all := catalogue.All(catalogue.Standards{})
	for _, referrals := range []int{10_000, 100_000, 1_000_000} {
		for _, id := range []string{catalogue.AcceptedID, catalogue.ContactedID, catalogue.BeginID} {
			one := slices.DeleteFunc(slices.Clone(all), func(i evaluation.Indicator) bool { return i.ID != id })
			for name, by := range map[string]evaluation.Grouping{"all": {}, "practice": evaluation.By("practice", facts.Practice), "month": evaluation.ByMonth("month", facts.Received)} {
				b.Run(fmt.Sprintf("%d/%s/%s", referrals, id, name), func(b *testing.B) {
					t := tapeOf(b, referrals, true)
					run, err := evaluation.New(evaluation.Options{AsOf: evaluationtest.End, By: evaluation.By("practice", facts.Practice)}, one...)
					require.NoError(b, err)
					require.NoError(b, run.Read(b.Context(), t.Log(), nil))
					_, err = run.Count(b.Context())
					require.NoError(b, err)
					period, n, from := sp.Period{Start: evaluationtest.Start, End: evaluationtest.End}, 0, spent(b)
					for b.Loop() {
						_, err := run.CountAs(b.Context(), evaluation.Options{Period: period, By: by}, one...)
						require.NoError(b, err)
						n++
					}
					took := spent(b) - from
					b.ReportMetric(float64(n*t.events)/took.Seconds(), "events/s")
				})
			}
		}
	}
}
