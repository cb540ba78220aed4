package importertest

import (
	"runtime"
	"testing"
	"time"
)

// Speed reports how much of tables is read for each second of the processors, which other
// work on the machine disturbs less than the clock: of the goroutine that makes records,
// which is the busier of two, and of all of them, each the best of its runs, beside
// what a baseline makes of the same tables in the same run.
func Speed(b *testing.B, tables [][]byte, read func(), baseline func(table []byte)) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	busier, all, bare, size := time.Hour, time.Hour, time.Hour, 0
	for _, t := range tables {
		size += len(t)
	}
	for b.Loop() {
		one, both := threadTime(), ProcessorTime()
		read()
		busier, all = min(busier, threadTime()-one), min(all, ProcessorTime()-both)
		both = ProcessorTime()
		for _, t := range tables {
			baseline(t)
		}
		bare = min(bare, ProcessorTime()-both)
	}
	b.ReportMetric(float64(size)/1e6/busier.Seconds(), "MB/s-of-busier")
	b.ReportMetric(float64(size)/1e6/all.Seconds(), "MB/s-of-all")
	b.ReportMetric(float64(size)/1e6/bare.Seconds(), "baseline-MB/s")
}
