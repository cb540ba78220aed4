package postgres_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/socialprescribing/sp/internal/tier"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// logged returns a store whose log has n events, and its pool.
func logged(tb testing.TB, n int) (*postgres.Store, *pgxpool.Pool) {
	tb.Helper()
	s, pool := open(tb, 1, postgres.Options{})
	const each = 100
	for i := range n / each {
		var b store.Batch
		for j := range each {
			e := benchChange(i, j, store.New).Events[0]
			e.Key.ID = fmt.Sprint("R-", i*each+j)
			b.Events = append(b.Events, e)
		}
		require.NoError(tb, s.Commit(tb.Context(), b))
	}
	return s, pool
}

// A plan that sorts whatever is left of the log reads all of it for each page.
func TestEachPageOfTheLogIsReadFromItsIndexWhateverTheServerKnowsOfTheTable(t *testing.T) {
	tier.Unraced(t)
	db := newDatabase(t)
	pool, work := db.watched(t)
	s := migrated(t, pool, postgres.Options{})
	check := func(t *testing.T) {
		t.Helper()
		most := 0
		for _, plan := range work.plans {
			require.Equal(t, []string{"Index Scan"}, plan.nodes("sp_event"))
			most = max(most, plan.blocks())
		}
		require.Less(t, most, 400, "500 events lie on some 15 blocks, which count again in each step above the index")
	}
	read := func(t *testing.T, want int) {
		t.Helper()
		work.plans = nil
		got, _ := told(t, s, "")
		require.Len(t, got, want)
		check(t)
	}
	for range 8 { // the server keeps a plan from the sixth time on
		read(t, 0)
	}
	events := func(tenant string, n int) {
		b := history(tenant, n)
		for i := range b.Events {
			b.Events[i].Key.Tenant = tenant
		}
		require.NoError(t, s.Commit(t.Context(), store.Batch{Events: b.Events}))
	}
	for range 10 {
		events(north, 2_000)
	}
	t.Run("by a plan from when it was empty", func(t *testing.T) { read(t, 20_000) })
	t.Run("by a plan made now", func(t *testing.T) {
		_, err := pool.Exec(t.Context(), "DISCARD PLANS")
		require.NoError(t, err)
		read(t, 20_000)
	})
	t.Run("analysed", func(t *testing.T) {
		_, err := pool.Exec(t.Context(), "ANALYZE sp_event")
		require.NoError(t, err)
		read(t, 20_000)
	})
	t.Run("analysed when the tenant had none", func(t *testing.T) {
		_, err := pool.Exec(t.Context(), "TRUNCATE sp_event")
		require.NoError(t, err)
		events("south", 20_000)
		_, err = pool.Exec(t.Context(), "ANALYZE sp_event")
		require.NoError(t, err)
		events(north, 20_000)
		read(t, 20_000)
	})
	t.Run("behind commits that were open", func(t *testing.T) {
		other, err := pgx.ConnectConfig(t.Context(), db.config.ConnConfig.Copy())
		require.NoError(t, err)
		defer other.Close(context.WithoutCancel(t.Context()))
		_, err = other.Exec(t.Context(), "BEGIN; SELECT pg_current_xact_id()")
		require.NoError(t, err)
		events(north, 1)
		_, position := told(t, s, "")
		require.Contains(t, position, "/")
		events(north, 10_000)
		work.plans = nil
		got, _ := told(t, s, position)
		require.Len(t, got, 10_000)
		check(t)
	})
	t.Run("vacuumed when it was nearly empty", func(t *testing.T) {
		_, err := pool.Exec(t.Context(), "TRUNCATE sp_event")
		require.NoError(t, err)
		events("south", 10)
		_, err = pool.Exec(t.Context(), "VACUUM ANALYZE sp_event")
		require.NoError(t, err)
		events(north, 20_000)
		read(t, 20_000)
	})
}

// BenchmarkLog reads the log from its beginning, and beside it the same rows with
// one statement that keeps nothing of them.
func BenchmarkLog(b *testing.B) {
	const n = 100_000
	for _, state := range []string{"fresh", "analysed"} {
		b.Run(state, func(b *testing.B) {
			s, pool := logged(b, n)
			if state == "analysed" {
				_, err := pool.Exec(b.Context(), "ANALYZE sp_event")
				require.NoError(b, err)
			}
			var ours, bare time.Duration
			var allocs uint64
			for b.Loop() {
				before, start := allocated(), time.Now()
				got := 0
				for _, err := range s.Log(b.Context(), north, "") {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				require.Equal(b, n, got)
				ours += time.Since(start)
				allocs += allocated() - before
				start = time.Now()
				require.Equal(b, n, rows(b, pool))
				bare += time.Since(start)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(n*b.N), "ns/event")
			b.ReportMetric(float64(allocs)/float64(n*b.N), "allocs/event")
			b.ReportMetric(float64(bare.Nanoseconds())/float64(n*b.N), "bare-ns/event")
			b.ReportMetric(float64(ours)/float64(bare), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// allocated returns how many objects have been allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// rows reads the events with one statement and returns how many there are.
func rows(b *testing.B, pool *pgxpool.Pool) (n int) {
	b.Helper()
	rows, err := pool.Query(b.Context(), `SELECT tx, seq, kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data
		FROM sp_event WHERE tenant = $1 ORDER BY tx, seq`, north)
	require.NoError(b, err)
	defer rows.Close()
	var tx, version int64
	var seq int32
	var kind, id, name, role, actor, actsFor, onlyFor, request string
	var at, recorded time.Time
	var data []byte
	for rows.Next() {
		if err := rows.Scan(&tx, &seq, &kind, &id, &version, &name, &at, &recorded, &role, &actor, &actsFor, &onlyFor, &request, &data); err != nil {
			b.Fatal(err)
		}
		n++
	}
	require.NoError(b, rows.Err())
	return n
}
