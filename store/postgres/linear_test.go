package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// A counter is a DB that counts the pages of 8 KB which each query touches, by
// running it once in a transaction that it rolls back.
type counter struct {
	postgres.DB
	blocks int // of the latest query
}

func (c *counter) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	tx, err := c.DB.Begin(ctx)
	if err != nil {
		return nil, err
	}
	var text string
	err = tx.QueryRow(ctx, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "+sql, args...).Scan(&text)
	if err := tx.Rollback(ctx); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	var plans []struct{ Plan step }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		return nil, err
	}
	c.blocks = plans[0].Plan.blocks()
	return c.DB.Query(ctx, sql, args...)
}

// A step of a plan, as the server explains it.
type step struct {
	Hit   int `json:"Shared Hit Blocks"`
	Read  int `json:"Shared Read Blocks"`
	Plans []step
}

// blocks adds up what all steps have touched. Those within another count twice,
// but what changes the tables is within none.
func (s step) blocks() int {
	n := s.Hit + s.Read
	for _, part := range s.Plans {
		n += part.blocks()
	}
	return n
}

// history is a batch of n events of one record, as an import of an old system has them.
func history(id string, n int) store.Batch {
	b := store.Batch{Puts: []store.Put{put(id, store.New)}}
	for i := range n {
		b.Events = append(b.Events, store.Event{Key: key(id), Version: int64(i + 1), Type: "changed", Stamp: at, Data: []byte("{}")})
	}
	return b
}

// Whatever a commit looks up once and the planner would have it look up for
// each event makes its work grow with the square of their number.
func TestTheWorkOfACommitGrowsWithTheNumberOfItsEventsAndOfItsRecords(t *testing.T) {
	for _, numbering := range []postgres.Numbering{postgres.ByTransaction, postgres.ByCounter} {
		pool := newDatabase(t).pool(t, 1)
		require.NoError(t, postgres.Migrate(t.Context(), pool, postgres.Options{Numbering: numbering}))
		work := &counter{DB: pool}
		s, err := postgres.Open(t.Context(), work)
		require.NoError(t, err)
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
					require.NoError(t, s.Commit(t.Context(), tt.batch(name, n)))
					return work.blocks
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
