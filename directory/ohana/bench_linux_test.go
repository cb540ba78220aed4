package ohana_test

import (
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory/feed"
	"github.com/socialprescribing/sp/directory/internal/importer/importertest"
	"github.com/socialprescribing/sp/directory/ohana"
)

// BenchmarkReadByProcessorTime reports the least that reading takes of the processors, which
// other work on the machine disturbs less than the clock: of the goroutine that makes records,
// which is the busier of two, and of all of them, beside encoding/csv in the same run.
func BenchmarkReadByProcessorTime(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	folder := importertest.Data(b, "baltimore-icarol-ohana-csv")
	megabytes := float64(size(b, "baltimore-icarol-ohana-csv/*s.csv")-size(b, "baltimore-icarol-ohana-csv/categories.csv")) / 1e6
	files, err := filepath.Glob(folder + "/*s.csv")
	require.NoError(b, err)
	const thread = 1 // RUSAGE_THREAD of getrusage(2)
	busier, all, bare := time.Hour, time.Hour, time.Hour
	for b.Loop() {
		one, both := processorTime(b, thread), processorTime(b, syscall.RUSAGE_SELF)
		_, _, err := ohana.Read(b.Context(), os.DirFS(folder), feed.Options{})
		require.NoError(b, err)
		busier, all = min(busier, processorTime(b, thread)-one), min(all, processorTime(b, syscall.RUSAGE_SELF)-both)
		both = processorTime(b, syscall.RUSAGE_SELF)
		for _, file := range files {
			cut(b, file)
		}
		bare = min(bare, processorTime(b, syscall.RUSAGE_SELF)-both)
	}
	b.ReportMetric(megabytes/busier.Seconds(), "MB/s-of-busier")
	b.ReportMetric(megabytes/all.Seconds(), "MB/s-of-all")
	b.ReportMetric(megabytes/bare.Seconds(), "csv-MB/s")
}

// cut cuts a file into fields with the standard library.
func cut(b *testing.B, file string) {
	b.Helper()
	f, err := os.Open(file)
	require.NoError(b, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for err == nil {
		_, err = r.Read()
	}
	require.ErrorIs(b, err, io.EOF)
}

func processorTime(b *testing.B, of int) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(of, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
