package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/socialprescribing/sp/internal/tier"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// history is a batch of n events of one record, as an import of an old system has them.
func history(id string, n int) store.Batch {
	b := store.Batch{Puts: []store.Put{put(id, store.New)}}
	for i := range n {
		b.Events = append(b.Events, store.RecordedEvent{Key: key(id), Version: int64(i + 1), Type: "changed", Stamp: at, Data: []byte("{}")})
	}
	return b
}

// Whatever a commit looks up once and the planner would have it look up for
// each event makes its work grow with the square of their number.
func TestTheWorkOfACommitGrowsWithTheNumberOfItsEventsAndOfItsRecords(t *testing.T) {
	tier.Unraced(t)
	for _, numbering := range []postgres.Numbering{postgres.ByTransaction, postgres.ByCounter} {
		pool, work := newDatabase(t).watched(t)
		s := migrated(t, pool, postgres.Options{Numbering: numbering})
		records := func(name string, n int) (b store.Batch) {
			for i := range n {
				b.Puts = append(b.Puts, put(fmt.Sprint(name, i), store.New))
			}
			return b
		}
		for _, tt := range []struct {
			name  string
			batch func(name string, n int) store.Batch
		}{
			{"events", history},
			{"records", records},
			{"records and as many events", func(name string, n int) store.Batch {
				b := records(name, n)
				b.Events = history(name, n).Events
				return b
			}},
		} {
			t.Run(fmt.Sprint(tt.name, ", numbered by ", numbering), func(t *testing.T) {
				blocks := func(name string, n int) int {
					work.plans = nil
					require.NoError(t, s.Commit(t.Context(), tt.batch(name, n)))
					require.Len(t, work.plans, 1)
					return work.plans[0].blocks()
				}
				few, many := blocks(tt.name+" few", 1_000), blocks(tt.name+" many", 10_000)
				t.Logf("%d blocks for 1,000, %d for 10,000", few, many)
				require.Greater(t, few, 1_000)
				require.Less(t, many, 25*few) // and not a hundred times; indexes get a level more
			})
		}
	}
}

// BenchmarkLargeCommit commits 1,000 events and 10,000 and 50,000 at once. The ratio is the
// time for each event in the large commit to that in the small one.
func BenchmarkLargeCommit(b *testing.B) {
	s, _ := open(b, 1, postgres.Options{})
	sizes := []int{1_000, 10_000, 50_000}
	took := make([]time.Duration, len(sizes))
	for i := 0; b.Loop(); i++ {
		for j, n := range sizes {
			batch := history(fmt.Sprint(i, "-", n), n)
			start := time.Now()
			if err := s.Commit(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
			took[j] += time.Since(start)
		}
	}
	each := func(j int) float64 { return float64(took[j].Nanoseconds()) / float64(sizes[j]*b.N) }
	for j, n := range sizes {
		b.ReportMetric(each(j), fmt.Sprint("ns/event-of-", n))
	}
	b.ReportMetric(each(1)/each(0), "ratio")
	b.ReportMetric(0, "ns/op")
}
