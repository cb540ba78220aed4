package postgres_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// body is a document of 1 KB that does not compress to nothing.
func body(i int) []byte {
	var b bytes.Buffer
	for n := i; b.Len() < 1024; n = n*1103515245 + 12345 {
		fmt.Fprintf(&b, "%x", uint64(n))
	}
	return b.Bytes()[:1024]
}

// numbered is a record as a referral has it: five terms, of which one is a date.
func numbered(i int) store.Put {
	return store.Put{
		Key: store.Key{Tenant: "north", Kind: "referral", ID: fmt.Sprintf("R-%08d", i)},
		Terms: store.Terms{
			"state":  []string{"received", "accepted", "active", "active", "closed", "closed", "closed", "closed", "closed", "withdrawn"}[i%10],
			"worker": fmt.Sprintf("w-%04d", i%997),
			"person": fmt.Sprintf("P-%08d", i*7919%10_000_000),
			"due":    store.Time(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i*7919%1_000_000) * time.Minute)),
			"area":   fmt.Sprintf("E0%07d", i%33755),
		},
		Body: body(i),
	}
}

// The rows are cut into batches, and several connections commit them at once.
func BenchmarkImport(b *testing.B) {
	const n = 100_000
	puts := make([]store.Put, n)
	for i := range puts {
		puts[i] = numbered(i)
	}
	warm, _ := open(b, 2, postgres.Options{}) // a new server first writes its log files
	importAll(b, warm, puts, 2, 1000)
	for _, connections := range []int{1, 2, 4} {
		b.Run(fmt.Sprint("connections=", connections), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, _ := open(b, int32(connections), postgres.Options{})
				b.StartTimer()
				importAll(b, s, puts, connections, 1000)
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func importAll(tb testing.TB, s *postgres.Store, puts []store.Put, connections, size int) {
	tb.Helper()
	batches := make(chan []store.Put)
	group := make(chan error, connections)
	for range connections {
		go func() {
			var first error
			for some := range batches {
				if err := s.Commit(tb.Context(), store.Batch{Puts: some}); first == nil {
					first = err
				}
			}
			group <- first
		}()
	}
	for some := range slices.Chunk(puts, size) {
		batches <- some
	}
	close(batches)
	for range connections {
		require.NoError(tb, <-group)
	}
}
