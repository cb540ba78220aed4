//go:build unix

package memstore_test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

// reportProcessor reports the processor time of an operation, which says more
// than the clock on a machine that has other work. A core does 1e9 divided by
// it in a second.
func reportProcessor(b *testing.B) (end func()) {
	b.Helper()
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkBaseline sets reads beside a map under one lock whose records are
// copied as well, the least that a store in memory can do.
func BenchmarkBaseline(b *testing.B) {
	const records = 100_000
	keys := make([]store.Key, records)
	plain := map[store.Key]store.Record{}
	var mu sync.RWMutex
	db := memstore.New()
	for i := range keys {
		keys[i] = store.Key{Tenant: "north", Kind: "k", ID: fmt.Sprintf("%09d", i)}
		p := store.Put{
			Key: keys[i], Body: make([]byte, 1024),
			Terms: store.Terms{"state": "open", "worker": "w-1", "person": "p-1", "due": keys[i].ID, "urgency": "soon"},
		}
		plain[p.Key] = store.Record{Key: p.Key, Version: 1, Terms: p.Terms, Body: p.Body}
		if err := db.Commit(b.Context(), store.Batch{Puts: []store.Put{p}}); err != nil {
			b.Fatal(err)
		}
	}
	ctx := b.Context()
	b.Run("GetParallel/driver", func(b *testing.B) {
		defer reportProcessor(b)()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i = (i + 7919) % records {
				if _, err := db.Get(ctx, keys[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("GetParallel/bare", func(b *testing.B) {
		defer reportProcessor(b)()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i = (i + 7919) % records {
				mu.RLock()
				r, ok := plain[keys[i]]
				mu.RUnlock()
				if r = r.Clone(); !ok || r.Version != 1 {
					b.Error("not found")
					return
				}
			}
		})
	})
}
