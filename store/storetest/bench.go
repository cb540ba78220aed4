package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/socialprescribing/sp/store"
)

// Bench measures the drivers that open returns, each in the same way:
//
//   - Create: commits of one new record of 1 KB with five terms and one event
//   - Update: the same, replacing a version
//   - Get: reads of one record, from one goroutine and from all cores at once
//   - Page: one page of 100 records by exact term, and along a range
//   - Log: reading events, per event
//   - Import: batches of 1,000 records, per record
//
// Reads run over as many records as the argument says, and over 1,000 at least.
func Bench(b *testing.B, records int, open func(*testing.B) store.Driver) {
	b.Helper()
	records = max(records, 1000)
	full := open(b)
	fill(b, full, records)
	created := 0 // across sub-benchmarks, so that each record is new

	b.Run("Create", func(b *testing.B) {
		for b.Loop() {
			created++
			write(b, full, sample(fmt.Sprint("new-", created), created, store.New), 1)
		}
	})
	b.Run("Update", func(b *testing.B) {
		k := key("updated")
		must(b, full.Commit(b.Context(), store.Batch{Deletes: []store.Delete{{Key: k, If: store.Any}}}))
		for i := 0; b.Loop(); i++ {
			write(b, full, sample(k.ID, i, int64(i)), int64(i)+1)
		}
	})
	b.Run("Get", func(b *testing.B) {
		keys, ctx := keysOf(records), b.Context()
		for i := 0; b.Loop(); i++ {
			if _, err := full.Get(ctx, keys[i%len(keys)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("GetParallel", func(b *testing.B) {
		keys, ctx := keysOf(records), b.Context()
		var worker atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			for i := int(worker.Add(1)) * 509; pb.Next(); i++ {
				if _, err := full.Get(ctx, keys[i%len(keys)]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("PageByTerm", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			q := query()
			q.Limit = 100
			q.Where = store.Where{"worker": {fmt.Sprint("w-", i%50)}, "state": {"open"}}
			countPage(b, full, q)
		}
	})
	b.Run("PageByRange", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			q := query()
			q.Limit = 100
			q.Range = store.Range{Term: "due", From: number(i * 7919 % (records - 200))}
			countPage(b, full, q)
		}
	})
	b.Run("PageByRangeAndTerm", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			q := query()
			q.Limit = 100
			q.Where = store.Where{"worker": {fmt.Sprint("w-", i%50)}}
			q.Range = store.Range{Term: "due"}
			countPage(b, full, q)
		}
	})
	b.Run("Log", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range full.Log(b.Context(), tenant, "") {
				must(b, err)
				if n++; n == 1000 {
					break
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/event")
	})
	b.Run("Import1000", func(b *testing.B) {
		for b.Loop() {
			var batch store.Batch
			for range 1000 {
				created++
				batch.Puts = append(batch.Puts, sample(fmt.Sprint("import-", created), created, store.New))
			}
			must(b, full.Commit(b.Context(), batch))
		}
		b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func number(i int) string { return fmt.Sprintf("%09d", i) }

// keysOf returns some thousand keys, spread over all records.
func keysOf(records int) []store.Key {
	keys := make([]store.Key, 4096)
	for i := range keys {
		keys[i] = key(number(i * 7919 % records))
	}
	return keys
}

// sample returns a record of 1 KB with five terms. Of every fifty records one
// belongs to each worker, and due is different for each.
func sample(id string, i int, expected int64) store.Put {
	return store.Put{
		Key: key(id), If: expected,
		Terms: store.Terms{
			"state": []string{"open", "closed"}[i/50%2], "worker": fmt.Sprint("w-", i%50), "person": fmt.Sprint("p-", i/3),
			"due": number(i), "urgency": []string{"routine", "soon", "urgent"}[i%3],
		},
		Body: bytes.Repeat([]byte("0123456789abcdef"), 64),
	}
}

func write(b *testing.B, d store.Driver, p store.Put, version int64) {
	b.Helper()
	e := event(p.ID, version, "changed")
	must(b, d.Commit(b.Context(), store.Batch{Puts: []store.Put{p}, Events: []store.RecordedEvent{e}}))
}

func fill(b *testing.B, d store.Driver, n int) {
	b.Helper()
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for some := range slices.Chunk(all, 5000) {
		var batch store.Batch
		for _, i := range some {
			batch.Puts = append(batch.Puts, sample(number(i), i, store.New))
			if i < 1000 {
				batch.Events = append(batch.Events, event(number(i), 1, "created"))
			}
		}
		must(b, d.Commit(b.Context(), batch))
	}
}

func countPage(b *testing.B, d store.Driver, q store.Query) {
	b.Helper()
	n := 0
	for _, err := range d.Scan(b.Context(), q) {
		must(b, err)
		n++
	}
	if n == 0 || n > q.Limit {
		b.Fatalf("%d records on a page of %d", n, q.Limit)
	}
}
