package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
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

// BenchmarkImport commits the rows in batches from several connections at once,
// and beside it copies the same rows into such tables with COPY, which checks and compares nothing.
func BenchmarkImport(b *testing.B) {
	const n = 100_000
	puts := make([]store.Put, n)
	for i := range puts {
		puts[i] = numbered(i)
	}
	warm, _ := open(b, 2, postgres.Options{}) // a new server first writes its log files
	importAll(b, puts, 2, func(some []store.Put) error { return warm.Commit(b.Context(), store.Batch{Puts: some}) })
	for _, connections := range []int{1, 2, 4} {
		b.Run(fmt.Sprint("connections=", connections), func(b *testing.B) {
			var ours, copied time.Duration
			for b.Loop() {
				s, _ := open(b, int32(connections), postgres.Options{})
				ours += importAll(b, puts, connections, func(some []store.Put) error {
					return s.Commit(b.Context(), store.Batch{Puts: some})
				})
				_, pool := open(b, int32(connections), postgres.Options{})
				copied += importAll(b, puts, connections, func(some []store.Put) error {
					return pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error { return copyInto(b.Context(), tx, some) })
				})
			}
			rows := float64(n * b.N)
			b.ReportMetric(rows/ours.Seconds(), "rows/s")
			b.ReportMetric(rows/copied.Seconds(), "copied-rows/s")
			b.ReportMetric(copied.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// importAll calls commit for batches of a thousand from several goroutines,
// and returns how long it took.
func importAll(tb testing.TB, puts []store.Put, connections int, commit func([]store.Put) error) time.Duration {
	tb.Helper()
	start := time.Now()
	batches, done := make(chan []store.Put), make(chan error, connections)
	for range connections {
		go func() {
			var failed error
			for some := range batches {
				failed = errors.Join(failed, commit(some))
			}
			done <- failed
		}()
	}
	for some := range slices.Chunk(puts, 1000) {
		batches <- some
	}
	close(batches)
	for range connections {
		require.NoError(tb, <-done)
	}
	return time.Since(start)
}

func copyInto(ctx context.Context, tx pgx.Tx, puts []store.Put) error {
	var records, terms [][]any
	for _, p := range puts {
		records = append(records, []any{p.Tenant, p.Kind, p.ID, 1, 1, p.Terms, p.Body})
		for name, value := range p.Terms {
			terms = append(terms, []any{p.Tenant, p.Kind, name, value, p.ID})
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"sp_record"}, []string{"tenant", "kind", "id", "version", "tx", "terms", "body"}, pgx.CopyFromRows(records))
	if err == nil {
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"sp_term"}, []string{"tenant", "kind", "name", "value", "id"}, pgx.CopyFromRows(terms))
	}
	return err
}
