//go:build unix

package search_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/search"
)

// reportProcessor reports the processor time of each operation, which says more than the
// clock on a machine that has other work: call what it returns at the end.
func reportProcessor(b *testing.B) func() {
	b.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric(float64((used()-before).Microseconds())/1e3/float64(b.N), "cpu-ms/op") }
}

func BenchmarkBuild(b *testing.B) {
	offers := realOffers(b, 100_000)
	b.ReportAllocs()
	defer reportProcessor(b)()
	for b.Loop() {
		search.Build(offers)
	}
}

func BenchmarkBuildWithText(b *testing.B) {
	offers := realOffers(b, 100_000)
	b.ReportAllocs()
	defer reportProcessor(b)()
	for b.Loop() {
		var a search.Answer
		search.Build(offers).Find(search.Query{Query: directory.Query{Text: "food", Limit: 1}}, &a)
	}
}

func BenchmarkOpen(b *testing.B) {
	whole := written(b, search.Build(realOffers(b, 100_000)))
	b.SetBytes(int64(len(whole)))
	b.ReportAllocs()
	defer reportProcessor(b)()
	for b.Loop() {
		if _, err := search.Open(whole); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBytes measures what a snapshot takes beside the offers, and with the sets of
// bits and the words that it makes when it is asked.
func BenchmarkBytes(b *testing.B) {
	offers := realOffers(b, 100_000)
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	for b.Loop() {
		before := heap()
		s := search.Build(offers)
		b.ReportMetric((heap()-before)/float64(len(offers)), "B/offer")
		var a search.Answer
		for _, c := range asked()[:3] {
			s.Find(search.Query{Query: c.query}, &a)
		}
		b.ReportMetric((heap()-before)/float64(len(offers)), "B/offer-asked")
		s.Find(search.Query{Query: directory.Query{Text: "food", Limit: 1}}, &a)
		b.ReportMetric((heap()-before)/float64(len(offers)), "B/offer-words")
		runtime.KeepAlive(s)
	}
	runtime.KeepAlive(offers)
}
