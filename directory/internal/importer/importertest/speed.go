package importertest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"testing"
	"time"
)

// Speed reports how much of tables is read for each second of the processors, which other
// work on the machine disturbs less than the clock: of the goroutine that makes records,
// which is the busier of two, and of all of them, each the best of its runs, beside
// encoding/csv in the same run, which cuts the same tables into fields.
func Speed(b *testing.B, tables [][]byte, read func()) {
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
			cut(b, t)
		}
		bare = min(bare, ProcessorTime()-both)
	}
	b.ReportMetric(float64(size)/1e6/busier.Seconds(), "MB/s-of-busier")
	b.ReportMetric(float64(size)/1e6/all.Seconds(), "MB/s-of-all")
	b.ReportMetric(float64(size)/1e6/bare.Seconds(), "csv-MB/s")
}

// cut cuts a table into fields with the standard library.
func cut(b *testing.B, table []byte) {
	b.Helper()
	r := csv.NewReader(bytes.NewReader(table))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
