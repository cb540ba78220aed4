package memstore_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/storetest"
)

// BenchmarkDriver shows that neither commits nor reads get slower with the
// number of records.
func BenchmarkDriver(b *testing.B) {
	for _, records := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			storetest.Bench(b, records, func(*testing.B) store.Driver { return memstore.New() })
		})
	}
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
