package postgres_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// A step is a part of the plan by which the server carried out a statement.
type step struct {
	Node  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Hit   int    `json:"Shared Hit Blocks"`
	Read  int    `json:"Shared Read Blocks"`
	Plans []step
}

// blocks adds up the pages of 8 KB that all steps have touched. Those within
// another count twice, but what changes the tables is within none.
func (s step) blocks() int {
	n := s.Hit + s.Read
	for _, part := range s.Plans {
		n += part.blocks()
	}
	return n
}

// nodes lists how the steps that touch table go about it, each once.
func (s step) nodes(table string) (names []string) {
	if s.Table == table {
		names = []string{s.Node}
	}
	for _, part := range s.Plans {
		names = append(names, part.nodes(table)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// A watch has the plans that were carried out since it was emptied. They are those of
// the statements themselves, kept plans too, and not what EXPLAIN would choose.
type watch struct{ plans []step }

// watched returns a pool of one connection that reports its plans to the watch.
func (db database) watched(tb testing.TB) (*pgxpool.Pool, *watch) {
	tb.Helper()
	w := new(watch)
	config := db.config.Copy()
	config.MaxConns = 1
	config.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		_, text, ok := strings.Cut(n.Message, "plan:\n")
		if !ok {
			return
		}
		var one struct{ Plan step }
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			tb.Errorf("plan: %v", err)
		}
		w.plans = append(w.plans, one.Plan)
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `LOAD 'auto_explain'; SET auto_explain.log_level = notice; SET auto_explain.log_format = json;
			SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off; SET auto_explain.log_buffers = on;
			SET auto_explain.log_min_duration = 0`)
		return err
	}
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool, w
}
