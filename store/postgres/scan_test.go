package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// fillSQL writes a million records as [numbered] makes them, a hundred times
// faster than through the driver, and then the indexes.
const fillSQL = `
ALTER TABLE sp_record SET UNLOGGED;
ALTER TABLE sp_term SET UNLOGGED;
ALTER TABLE sp_record DROP CONSTRAINT sp_record_pkey;
ALTER TABLE sp_term DROP CONSTRAINT sp_term_pkey;
INSERT INTO sp_record SELECT 'north', 'referral', 'R-' || lpad(i::text, 8, '0'), 1, 1, jsonb_build_object(
	'state', (ARRAY['received','accepted','active','active','closed','closed','closed','closed','closed','withdrawn'])[1 + i %% 10],
	'worker', 'w-' || lpad((i %% 997)::text, 4, '0'),
	'due', to_char(timestamp '2026-01-01' + (i::bigint * 7919 %% 1000000) * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.000000Z')
), decode(repeat(md5(i::text), %d), 'escape') FROM generate_series(0, 999999) i;
INSERT INTO sp_term SELECT tenant, kind, key, value, id FROM sp_record, jsonb_each_text(terms);
ALTER TABLE sp_record ADD PRIMARY KEY (tenant, kind, id);
ALTER TABLE sp_term ADD PRIMARY KEY (tenant, kind, name, value, id);
VACUUM ANALYZE sp_record;
VACUUM ANALYZE sp_term;
`

// fill writes a million records with bodies of 32 n bytes.
func fill(tb testing.TB, db postgres.DB, n int) {
	tb.Helper()
	conn := db.(interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	})
	for sql := range strings.SplitSeq(fmt.Sprintf(fillSQL, n), ";\n") {
		_, err := conn.Exec(tb.Context(), sql)
		require.NoError(tb, err)
	}
}

// An explainer is a DB that asks for the plan of each query before it sends it.
type explainer struct {
	postgres.DB
	ask    string // what stands before the query, such as "EXPLAIN "
	latest []string
}

func (e *explainer) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := e.DB.Query(ctx, e.ask+sql, args...)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	e.latest = append(e.latest, strings.Join(lines, "\n"))
	return e.DB.Query(ctx, sql, args...)
}

// pages are queries for one page of a work list.
var pages = []struct {
	name   string
	where  map[string][]string
	span   store.Range
	blocks int // of 8 KB, at most, that one statement reads; the records fill 40,000
}{
	{"every record", nil, store.Range{}, 20},
	{"a term that half of the records share", map[string][]string{"state": {"closed"}}, store.Range{}, 1000},
	{"a term that one in a thousand has", map[string][]string{"worker": {"w-0007"}}, store.Range{}, 1000},
	{"a common and a rare term", map[string][]string{"state": {"active"}, "worker": {"w-0007"}}, store.Range{}, 4000},
	{"several values of one term", map[string][]string{"state": {"received", "accepted", "active"}}, store.Range{}, 1000},
	{"many values of one term", map[string][]string{"worker": workers(60)}, store.Range{}, 1000},
	{"several values of two terms", map[string][]string{"state": {"received", "accepted"}, "worker": {"w-0007", "w-0008", "w-0009"}}, store.Range{}, 4000},
	{"due before a date", nil, store.Range{Term: "due", Before: "2027-01-01"}, 1000},
	{"due in a narrow range", nil, store.Range{Term: "due", From: "2026-06-01", Before: "2026-06-02"}, 1000},
	{"due, of one state", map[string][]string{"state": {"active"}}, store.Range{Term: "due", Before: "2027-01-01"}, 4000},
	{"due, of one worker", map[string][]string{"worker": {"w-0007"}}, store.Range{Term: "due", Before: "2027-01-01"}, 8000},
	{"due, of one worker and two states", map[string][]string{"worker": {"w-0007"}, "state": {"active", "accepted"}}, store.Range{Term: "due"}, 8000},
}

// workers returns the first n of them.
func workers(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("w-%04d", i))
	}
	return names
}

func TestPagesAndCommitsAreServedByTheIndexesAmongAMillionRecords(t *testing.T) {
	pool := newDatabase(t).pool(t, 1)
	migrated(t, pool, postgres.Options{})
	fill(t, pool, 4)
	t.Run("pages", func(t *testing.T) { explainPages(t, pool) })
	t.Run("commits", func(t *testing.T) { explainCommits(t, pool) })
}

func explainPages(t *testing.T, db postgres.DB) {
	t.Helper()
	plans := &explainer{DB: db, ask: "EXPLAIN (ANALYZE, BUFFERS) "}
	s, err := postgres.Open(t.Context(), plans)
	require.NoError(t, err)
	for _, p := range pages {
		t.Run(p.name, func(t *testing.T) {
			q := store.Query{Tenant: "north", Kind: "referral", Where: p.where, Range: p.span, Limit: 100}
			var page []store.Record
			for range 8 { // the server keeps a plan from the sixth time on
				plans.latest = nil
				page, _, err = store.Page(t.Context(), s, q)
				require.NoError(t, err)
			}
			require.Len(t, page, 100)
			for _, r := range page {
				require.True(t, q.Match(r), r.Key)
			}
			require.NotEmpty(t, plans.latest)
			for _, plan := range plans.latest {
				require.Contains(t, plan, "Index")
				for _, other := range []string{"Seq Scan", "Bitmap", "Hash Join", "Merge Join", "Parallel", "Gather", "JIT"} {
					require.NotContains(t, plan, other)
				}
				var blocks int
				_, err := fmt.Sscanf(plan[strings.Index(plan, "shared hit="):], "shared hit=%d", &blocks)
				require.NoError(t, err)
				require.LessOrEqual(t, blocks, p.blocks, plan)
			}
		})
	}
}

// A plan that reads a table for each commit, or is compiled for each, makes
// commits a thousand times slower than they are among few records.
func explainCommits(t *testing.T, db postgres.DB) {
	t.Helper()
	plans := &explainer{DB: db, ask: "EXPLAIN "}
	s, err := postgres.Open(t.Context(), plans)
	require.NoError(t, err)
	next := 0
	for _, n := range []int{1, 10, 1000} {
		t.Run(fmt.Sprint(n, " of each kind of write"), func(t *testing.T) {
			for range 8 { // the server keeps a plan from the sixth time on
				var b store.Batch
				for range n {
					changed, added := numbered(next), numbered(1_000_000+next)
					changed.If = 1
					b.Puts = append(b.Puts, changed, added)
					b.Deletes = append(b.Deletes, store.Delete{Key: numbered(500_000 + next).Key, If: 1})
					b.Events = append(b.Events, change(changed.ID, 1).Events...)
					next++
				}
				plans.latest = nil
				require.NoError(t, s.Commit(t.Context(), b))
				require.Len(t, plans.latest, 1)
				for _, other := range []string{"Seq Scan on sp_record", "Seq Scan on sp_term", "Seq Scan on sp_event", "Bitmap", "Hash Join", "Merge Join", "JIT"} {
					require.NotContains(t, plans.latest[0], other)
				}
			}
		})
	}
}

func BenchmarkPage(b *testing.B) {
	pool := newDatabase(b).pool(b, 1)
	s := migrated(b, pool, postgres.Options{})
	fill(b, pool, 32)
	for _, p := range pages {
		b.Run(p.name, func(b *testing.B) {
			q := store.Query{Tenant: "north", Kind: "referral", Where: p.where, Range: p.span, Limit: 100}
			for b.Loop() {
				page, _, err := store.Page(b.Context(), s, q)
				if err != nil || len(page) != 100 {
					b.Fatal(len(page), err)
				}
			}
		})
	}
}
