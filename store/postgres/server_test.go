package postgres_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/store/postgres"
)

// The tests run on a PostgreSQL server of their own, which they start in a
// temporary folder and stop at the end, or on the one that SP_POSTGRES_DSN names.
func TestMain(m *testing.M) {
	if os.Getenv(writerEnv) != "" {
		write() // this process is the one that a fault test will kill
		return
	}
	os.Exit(run(m))
}

var (
	shared   *pgserver.Server // nil if there is none
	noServer error            // why
)

func run(m *testing.M) int {
	if dsn := os.Getenv("SP_POSTGRES_DSN"); dsn != "" {
		shared = &pgserver.Server{DSN: dsn}
		return m.Run()
	}
	if shared, noServer = pgserver.Start(usual); noServer == nil {
		defer shared.Remove()
	} else if noServer = fmt.Errorf("%w, or set SP_POSTGRES_DSN", noServer); os.Getenv("CI") == "" {
		flag.Parse()
		flag.Set("test.skip", "^Example") // examples cannot skip themselves
	}
	return m.Run()
}

// usual suits a server to many tests at once.
var usual = pgserver.Options{Tuning: "-c shared_buffers=512MB -c max_wal_size=4GB -c max_prepared_transactions=10"}

// available returns the shared server. It skips the test if there is none, or
// fails it where the environment variable CI is set.
func available(tb testing.TB) *pgserver.Server {
	tb.Helper()
	switch {
	case noServer == nil:
		return shared
	case os.Getenv("CI") != "":
		tb.Fatal(noServer)
	default:
		tb.Skip(noServer)
	}
	return nil
}

var schemas atomic.Int64

// A database is an empty schema on a server, and how to reach it.
type database struct{ config *pgxpool.Config }

// newDatabase returns a schema that is dropped at the end of the test.
func newDatabase(tb testing.TB) database {
	tb.Helper()
	return newDatabaseAt(tb, available(tb).DSN)
}

func newDatabaseAt(tb testing.TB, dsn string) database {
	tb.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	require.NoError(tb, err)
	name := fmt.Sprintf("sp_test_%d_%d", os.Getpid(), schemas.Add(1))
	config.ConnConfig.RuntimeParams["search_path"] = name
	execute(tb, config.ConnConfig, "CREATE SCHEMA "+name)
	tb.Cleanup(func() { execute(tb, config.ConnConfig, "DROP SCHEMA "+name+" CASCADE") })
	return database{config}
}

// execute runs sql on a connection of its own.
func execute(tb testing.TB, config *pgx.ConnConfig, sql string) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context()) // which is cancelled before clean-ups run
	conn, err := pgx.ConnectConfig(ctx, config.Copy())
	require.NoError(tb, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	require.NoError(tb, err)
}

// pool returns a pool of at most n connections to db.
func (db database) pool(tb testing.TB, n int32) *pgxpool.Pool {
	tb.Helper()
	config := db.config.Copy()
	config.MaxConns = n
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(tb.Context()), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// open returns a Store with a pool of n connections over a new schema.
func open(tb testing.TB, n int32, o postgres.Options) (*postgres.Store, *pgxpool.Pool) {
	tb.Helper()
	pool := newDatabase(tb).pool(tb, n)
	return migrated(tb, pool, o), pool
}

func migrated(tb testing.TB, db postgres.DB, o postgres.Options) *postgres.Store {
	tb.Helper()
	require.NoError(tb, postgres.Migrate(tb.Context(), db, o))
	s, err := postgres.Open(tb.Context(), db)
	require.NoError(tb, err)
	return s
}
