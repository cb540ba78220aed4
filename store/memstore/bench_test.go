package memstore_test

import (
	"fmt"
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

// BenchmarkPageByRangeAndTerm reads a page along a range of what few records
// meet: so many that sorting them costs about as much as walking along the range.
func BenchmarkPageByRangeAndTerm(b *testing.B) {
	const records = 340_000
	for _, share := range []int{50, 60, 90, 600} {
		b.Run(fmt.Sprintf("one in %d of %d", share, records), func(b *testing.B) {
			db := memstore.New()
			for i := range records {
				p := store.Put{
					Key:   store.Key{Tenant: "north", Kind: "k", ID: fmt.Sprintf("%09d", i)},
					Terms: store.Terms{"worker": fmt.Sprint("w-", i%share), "due": fmt.Sprintf("%09d", i*7919%records)},
				}
				if err := db.Commit(b.Context(), store.Batch{Puts: []store.Put{p}}); err != nil {
					b.Fatal(err)
				}
			}
			q := store.Query{Tenant: "north", Kind: "k", Where: store.Where{"worker": {"w-7"}}, Range: store.Range{Term: "due"}, Limit: 100}
			defer reportProcessor(b)()
			for b.Loop() {
				page, _, err := store.Page(b.Context(), db, q)
				if err != nil || len(page) != q.Limit {
					b.Fatal(len(page), err)
				}
			}
		})
	}
}
