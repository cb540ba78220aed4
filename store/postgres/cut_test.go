package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// cuts returns how many offsets of each exchange are tried; in the long tier it is
// every one.
func cuts() int { return tier.Pick(4, 14, 1<<30) }

var modes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
}

// refuse has the server end the first attempts of a commit with a serialization failure.
const refuse = `CREATE SEQUENCE attempt;
CREATE TABLE refused (attempts bigint); INSERT INTO refused VALUES (0);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF nextval('attempt') <= (SELECT attempts FROM refused) THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON sp_record FOR EACH ROW EXECUTE FUNCTION refuse()`

// A cutter commits over and over through a proxy that cuts the connection.
type cutter struct {
	*proxy
	db      database
	admin   *pgxpool.Pool
	direct  *postgres.Store
	commit  func(context.Context, *postgres.Store, int64) error
	both    bool // tenants are written
	version int64

	done, unknown, happened, failed int
}

// bothTenants is a batch that writes a record of two tenants over version.
func bothTenants(version int64) store.Batch {
	b, other := change("a", version), change("a", version)
	other.Puts[0].Tenant, other.Events[0].Key.Tenant = "south", "south"
	return store.Batch{Puts: append(b.Puts, other.Puts...), Events: append(b.Events, other.Events...)}
}

// try commits once over a new connection, which is cut after n bytes of one direction. A
// warm connection has seen the statement before.
func (c *cutter) try(t *testing.T, mode pgx.QueryExecMode, warm bool, way direction, n int) (cut bool, passed [2]int) {
	t.Helper()
	config := c.config(c.db)
	config.ConnConfig.DefaultQueryExecMode = mode
	config.ConnConfig.RuntimeParams["application_name"] = config.ConnConfig.RuntimeParams["search_path"]
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	s, err := postgres.Open(t.Context(), pool)
	require.NoError(t, err)
	if warm {
		require.NoError(t, c.commit(t.Context(), s, c.version))
		c.version++
	}
	_, err = c.admin.Exec(t.Context(), "SELECT setval('attempt', 1, false)")
	require.NoError(t, err)
	c.arm(way, n)
	err = c.commit(t.Context(), s, c.version)
	cut, passed = c.disarm()
	pool.Close()
	c.check(t, err)
	return cut, passed
}

// check compares what a commit said with what has become of it.
func (c *cutter) check(t *testing.T, said error) {
	t.Helper()
	require.Eventually(t, func() bool { // the server may still be at it
		var sessions int
		err := c.admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_schema()").Scan(&sessions)
		require.NoError(t, err)
		return sessions == 0
	}, patience, tick/5)
	r, err := c.direct.Get(t.Context(), key("a"))
	require.NoError(t, err)
	there := r.Version == c.version+1
	require.True(t, there || r.Version == c.version, "version %d", r.Version)
	south, err := c.direct.Get(t.Context(), store.Key{Tenant: "south", Kind: kind, ID: "a"})
	require.NoError(t, err)
	if c.both {
		require.Equal(t, r.Version, south.Version, "half of the batch")
	}
	switch {
	case said == nil:
		require.True(t, there, "acknowledged, and not there")
		c.done++
	case errors.Is(said, store.ErrOutcomeUnknown):
		require.NotErrorIs(t, said, sp.ErrConflict)
		c.unknown++
		if there {
			c.happened++
		}
	default:
		require.False(t, there, "said to have failed, and there: %v", said)
		require.NotErrorIs(t, said, sp.ErrConflict)
		c.failed++
	}
	c.version = r.Version
}

// offsets returns where to cut an exchange of so many bytes.
func offsets(size int) (at []int) {
	n := min(cuts()-2, size)
	for i := range n {
		at = append(at, i*size/n)
	}
	return append(at, size-1, size) // in the last byte, and behind it
}

func TestACommitThatIsCutAtAnyByteIsNotSaidToHaveFailedIfItHappened(t *testing.T) {
	one := func(ctx context.Context, s *postgres.Store, version int64) error {
		return s.Commit(ctx, change("a", version))
	}
	inTx := func(ctx context.Context, s *postgres.Store, version int64) error {
		return store.InTx(ctx, s, func(ctx context.Context, in store.Driver) error { return in.Commit(ctx, bothTenants(version)) })
	}
	two := func(ctx context.Context, s *postgres.Store, version int64) error {
		return s.Commit(ctx, bothTenants(version))
	}
	for _, tt := range []struct {
		name    string
		refused int // attempts
		both    bool
		commit  func(context.Context, *postgres.Store, int64) error
	}{
		{"a batch of one tenant", 0, false, one},
		{"a batch of two tenants", 0, true, two},
		{"the second attempt", 1, false, one},
		{"the third attempt", 2, false, one},
		{"a transaction of InTx", 0, true, inTx},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newDatabase(t)
			admin := db.pool(t, 1)
			c := cutter{proxy: newProxy(t, db), db: db, admin: admin, direct: migrated(t, admin, postgres.Options{}), commit: tt.commit, both: tt.both, version: 1}
			require.NoError(t, c.direct.Commit(t.Context(), bothTenants(store.New)))
			execute(t, db.config.ConnConfig, refuse+fmt.Sprintf("; UPDATE refused SET attempts = %d", tt.refused))
			for _, mode := range modes {
				for _, warm := range []bool{false, true} {
					if warm && mode != pgx.QueryExecModeCacheStatement && mode != pgx.QueryExecModeCacheDescribe {
						continue // they remember nothing
					}
					_, size := c.try(t, mode, warm, toClient, 1<<30)
					for _, way := range []direction{toServer, toClient} {
						for _, n := range offsets(size[way]) {
							c.try(t, mode, warm, way, n)
						}
					}
				}
			}
			t.Logf("%d done, %d unknown, of which %d had happened, %d failed for certain", c.done, c.unknown, c.happened, c.failed)
			require.Positive(t, c.done)
			require.Positive(t, c.happened)
			require.Greater(t, c.unknown, c.happened)
		})
	}
}
