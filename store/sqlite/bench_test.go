//go:build unix

package sqlite_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/storetest"
)

func BenchmarkDriver(b *testing.B) {
	for _, records := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			storetest.Bench(b, records, func(b *testing.B) store.Driver {
				b.Helper()
				return open(b, handle(b, file(b)))
			})
		})
	}
}

// processor returns the processor time that this process has used, which says
// more than the clock on a machine that has other work.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func measured(b *testing.B, f func(i int)) {
	b.Helper()
	before := processor(b)
	for i := 0; b.Loop(); i++ {
		f(i)
	}
	b.ReportMetric(float64(processor(b)-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkBaseline sets the driver beside the bare statements that the same
// work needs at the least, in the same run.
func BenchmarkBaseline(b *testing.B) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 64)
	terms := store.Terms{"state": "open", "worker": "w-1", "person": "p-1", "due": "2026-11-23", "urgency": "soon"}
	moment := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	key := func(i int) store.Key { return store.Key{Tenant: "north", Kind: "k", ID: fmt.Sprintf("%09d", i)} }
	db := handle(b, file(b))
	s := open(b, db)

	b.Run("Commit/driver", func(b *testing.B) {
		base := processed(b, s)
		measured(b, func(i int) {
			k := key(base + i)
			require.NoError(b, s.Commit(b.Context(), store.Batch{
				Puts:   []store.Put{{Key: k, Terms: terms, Body: body}},
				Events: []store.RecordedEvent{{Key: k, Version: 1, Type: "created", Stamp: sp.By(sp.Actor{ID: "w", Role: "r"}, moment), Data: []byte("{}")}},
			}))
		})
	})
	b.Run("Commit/bare", func(b *testing.B) {
		ctx := b.Context()
		_, err := db.ExecContext(ctx, `DROP TABLE IF EXISTS r; DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS e;
			CREATE TABLE r (tenant TEXT, kind TEXT, id TEXT, version INTEGER, terms TEXT, body BLOB, PRIMARY KEY (tenant, kind, id));
			CREATE TABLE t (tenant TEXT, kind TEXT, name TEXT, value TEXT, id TEXT, PRIMARY KEY (tenant, kind, name, value, id)) WITHOUT ROWID;
			CREATE TABLE e (seq INTEGER PRIMARY KEY, tenant TEXT, kind TEXT, id TEXT, version INTEGER, type TEXT, data BLOB);
			CREATE INDEX et ON e (tenant)`)
		require.NoError(b, err)
		check, err := db.PrepareContext(ctx, "SELECT version FROM r WHERE tenant = ? AND kind = ? AND id = ?")
		require.NoError(b, err)
		record, err := db.PrepareContext(ctx, "INSERT INTO r VALUES (?, ?, ?, 1, '{}', ?)")
		require.NoError(b, err)
		term, err := db.PrepareContext(ctx, `INSERT INTO t VALUES (?1, ?2, 'state', 'open', ?3), (?1, ?2, 'worker', 'w-1', ?3),
			(?1, ?2, 'person', 'p-1', ?3), (?1, ?2, 'due', '2026-11-23', ?3), (?1, ?2, 'urgency', 'soon', ?3)`)
		require.NoError(b, err)
		event, err := db.PrepareContext(ctx, "INSERT INTO e (tenant, kind, id, version, type, data) VALUES (?, ?, ?, 1, 'created', '{}')")
		require.NoError(b, err)
		measured(b, func(i int) {
			k := key(i)
			tx, err := db.Begin()
			require.NoError(b, err)
			rows, err := tx.Stmt(check).Query(k.Tenant, k.Kind, k.ID)
			require.NoError(b, err)
			require.False(b, rows.Next())
			require.NoError(b, rows.Close())
			_, err = tx.Stmt(record).Exec(k.Tenant, k.Kind, k.ID, body)
			require.NoError(b, err)
			_, err = tx.Stmt(term).Exec(k.Tenant, k.Kind, k.ID)
			require.NoError(b, err)
			_, err = tx.Stmt(event).Exec(k.Tenant, k.Kind, k.ID)
			require.NoError(b, err)
			require.NoError(b, tx.Commit())
		})
	})
	fixed := store.Key{Tenant: "north", Kind: "fixed", ID: "one"}
	require.NoError(b, s.Commit(b.Context(), store.Batch{Puts: []store.Put{{Key: fixed, Terms: terms, Body: body}}}))
	b.Run("Get/driver", func(b *testing.B) {
		ctx, k := b.Context(), fixed
		measured(b, func(int) {
			_, err := s.Get(ctx, k)
			require.NoError(b, err)
		})
	})
	b.Run("Get/bare", func(b *testing.B) {
		ctx, k := b.Context(), fixed
		st, err := db.PrepareContext(ctx, "SELECT version, terms, body FROM sp_record WHERE tenant = ? AND kind = ? AND id = ?")
		require.NoError(b, err)
		measured(b, func(int) {
			var version int64
			var terms, body []byte
			require.NoError(b, st.QueryRowContext(ctx, k.Tenant, k.Kind, k.ID).Scan(&version, &terms, &body))
		})
	})
}

// processed returns how many records there are, so that each run adds new ones.
func processed(b *testing.B, s store.Driver) (n int) {
	b.Helper()
	for _, err := range s.Scan(b.Context(), store.Query{Tenant: "north", Kind: "k"}) {
		require.NoError(b, err)
		n++
	}
	return n
}

// BenchmarkLog reads the log from its beginning, and beside it the same rows with
// one statement that keeps nothing of them, before and after SQLite has analysed
// the tables.
func BenchmarkLog(b *testing.B) {
	const n, each = 100_000, 1000
	for _, state := range []string{"fresh", "analysed"} {
		b.Run(state, func(b *testing.B) {
			db := handle(b, file(b))
			s := open(b, db)
			for i := range n / each {
				var all store.Batch
				for j := range each {
					all.Events = append(all.Events, batch(fmt.Sprintf("R-%06d", i*each+j), store.New).Events...)
				}
				require.NoError(b, s.Commit(b.Context(), all))
			}
			if state == "analysed" {
				_, err := db.Exec("ANALYZE")
				require.NoError(b, err)
			}
			var ours, bare, allocs int64
			for b.Loop() {
				before, start := allocated(), processor(b)
				got := 0
				for _, err := range s.Log(b.Context(), "north", "") {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				ours += int64(processor(b) - start)
				allocs += allocated() - before
				require.Equal(b, n, got)
				start = processor(b)
				require.Equal(b, n, rows(b, db))
				bare += int64(processor(b) - start)
			}
			b.ReportMetric(float64(ours)/float64(n*b.N), "cpu-ns/event")
			b.ReportMetric(float64(allocs)/float64(n*b.N), "allocs/event")
			b.ReportMetric(float64(bare)/float64(n*b.N), "bare-cpu-ns/event")
			b.ReportMetric(float64(ours)/float64(bare), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// allocated returns how many objects have been allocated so far.
func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Mallocs)
}

// rows reads the events with one statement and returns how many there are.
func rows(b *testing.B, db *sql.DB) (n int) {
	b.Helper()
	rows, err := db.QueryContext(b.Context(), `SELECT seq, kind, id, version, type, role, actor, acts_for, only_for, request, at, recorded, data
		FROM sp_event WHERE tenant = ? ORDER BY seq`, "north")
	require.NoError(b, err)
	defer rows.Close()
	var seq, version, at, recorded int64
	var kind, id, name, role, actor, actsFor, onlyFor, request string
	var data []byte
	for rows.Next() {
		if err := rows.Scan(&seq, &kind, &id, &version, &name, &role, &actor, &actsFor, &onlyFor, &request, &at, &recorded, &data); err != nil {
			b.Fatal(err)
		}
		n++
	}
	require.NoError(b, rows.Err())
	return n
}
