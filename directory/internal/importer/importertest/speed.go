package importertest

import (
	"bytes"
	"encoding/csv"
	"runtime"
	"testing"
	"time"
)

// Speed reports how much of tables is read for each second of the processors, which other
// work on the machine disturbs less than the clock: of the goroutine that makes records,
// which is the busier of two, and of all of them, each the best of its runs, beside
// what encoding/csv takes to cut the same tables into fields in the same run.
func Speed(b *testing.B, tables [][]byte, read func()) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	busier, all, bare, size := time.Hour, time.Hour, time.Hour, 0
	for _, t := range tables {
		size += len(t)
	}
	times := 1 + sample/size
	for b.Loop() {
		one, both := threadTime(), ProcessorTime()
		for range times {
			read()
		}
		busier, all = min(busier, threadTime()-one), min(all, ProcessorTime()-both)
		both = ProcessorTime()
		for range times {
			cut(b, tables)
		}
		bare = min(bare, ProcessorTime()-both)
	}
	speed := func(took time.Duration) float64 { return float64(size*times) / 1e6 / took.Seconds() }
	b.ReportMetric(speed(busier), "MB/s-of-busier")
	b.ReportMetric(speed(all), "MB/s-of-all")
	b.ReportMetric(speed(bare), "baseline-MB/s")
}

// sample is how many bytes are read at least between two looks at the time: what a thread
// takes is counted by the kernel in steps of some milliseconds.
const sample = 4 << 20

// cut cuts tables into fields, of which nothing is made.
func cut(b *testing.B, tables [][]byte) {
	b.Helper()
	for _, table := range tables {
		r := csv.NewReader(bytes.NewReader(table))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		if _, err := r.ReadAll(); err != nil {
			b.Fatal(err)
		}
	}
}
