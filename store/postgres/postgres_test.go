package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
	"github.com/socialprescribing/sp/store/storetest"
)

func TestConnectOpensADatabaseThatIsFoundAgain(t *testing.T) {
	db := newDatabase(t)
	dsn := db.config.ConnString() + " search_path=" + db.config.ConnConfig.RuntimeParams["search_path"] // where the server is our own
	if strings.Contains(dsn, "://") {
		t.Skip("the server is named by a URL")
	}
	k := store.Key{Tenant: "bay", Kind: "note", ID: "N-1"}
	s, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: k, Body: []byte("x")}}}))
	require.NoError(t, s.Close())
	_, err = s.Get(t.Context(), k)
	require.Error(t, err, "it is closed")
	again, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
	require.NoError(t, err)
	r, err := again.Get(t.Context(), k)
	require.NoError(t, err)
	require.Equal(t, "x", string(r.Body))
	require.NoError(t, again.Close())
	_, err = postgres.Connect(t.Context(), dsn, postgres.Options{Numbering: postgres.ByCounter})
	require.ErrorIs(t, err, sp.ErrInvalid, "its tables are numbered otherwise")
	lent, pool := open(t, 1, postgres.Options{})
	require.NoError(t, lent.Close())
	require.NoError(t, pool.Ping(t.Context()), "a pool that was lent stays open")
}

// A password with a slash, or spaces around its sign, is what people mistype.
func TestConnectTellsNothingOfAPassword(t *testing.T) {
	for _, dsn := range []string{
		"port=none password=hunter2", "port=none password = hunter2", "port=none password='hunter2 x'", "postgres://desk:hunter2/x@localhost/desk",
		"postgres://desk:hunter2@local host/desk", "postgres://desk:hun@hunter2@localhost:none/desk", "host=localhost password=hunter2 sslmode=sometimes",
	} {
		_, err := postgres.Connect(t.Context(), dsn, postgres.Options{})
		require.ErrorIs(t, err, sp.ErrInvalid, dsn)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestStoreKeepsEveryPromise(t *testing.T) {
	for _, tt := range []struct {
		name        string
		options     postgres.Options
		connections int32
		mode        pgx.QueryExecMode
		database    func(testing.TB) database
		wrap        func(store.Driver) store.Driver
		least       tier.Tier
		spread      bool // over partitions by tenant
	}{
		{name: "with every commit in a transaction", connections: 8, database: newDatabase, mode: pgx.QueryExecModeCacheDescribe, wrap: storetest.ThroughTx, least: tier.Full},
		{name: "over tables that are partitioned by tenant", connections: 8, database: newDatabase, mode: pgx.QueryExecModeCacheDescribe, least: tier.Long, spread: true},
		{name: "over a pool", connections: 8, database: newDatabase, mode: pgx.QueryExecModeCacheStatement},
		{name: "over one connection, in a database that sorts as people do", connections: 1, database: linguistic, mode: pgx.QueryExecModeExec, least: tier.Full},
		{
			name: "numbered by a counter, with nothing prepared", connections: 8, database: newDatabase,
			options: postgres.Options{Numbering: postgres.ByCounter}, mode: pgx.QueryExecModeSimpleProtocol, least: tier.Full,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tier.Need(t, tt.least)
			var db database // of the rule that runs
			again := func(t *testing.T) store.Driver {
				t.Helper()
				s, err := postgres.Open(t.Context(), db.pool(t, tt.connections))
				require.NoError(t, err)
				if tt.wrap != nil {
					return tt.wrap(s)
				}
				return s
			}
			storetest.Suite{
				Few: tier.Racing() || tt.least > tier.Fast && tier.Now() < tier.Long,
				Open: func(t *testing.T) store.Driver {
					t.Helper()
					db = tt.database(t)
					db.config.ConnConfig.DefaultQueryExecMode = tt.mode
					migrated(t, db.pool(t, 1), tt.options)
					if tt.spread {
						spread(t, db.config.ConnConfig)
					}
					return again(t)
				},
				Reopen: func(t *testing.T, _ store.Driver) store.Driver { t.Helper(); return again(t) },
				Backup: func(t *testing.T, _ store.Driver) func() store.Driver {
					t.Helper()
					pool := db.pool(t, 1)
					tables := []string{"sp_schema", "sp_record", "sp_term", "sp_event", "sp_log"}
					all := func(sql string) {
						t.Helper()
						for _, table := range tables {
							_, err := pool.Exec(t.Context(), fmt.Sprintf(sql, table))
							require.NoError(t, err)
						}
					}
					all("CREATE TABLE copy_of_%[1]s AS TABLE %[1]s")
					return func() store.Driver {
						all("TRUNCATE %s")
						all("INSERT INTO %[1]s SELECT * FROM copy_of_%[1]s")
						require.NoError(t, postgres.Restored(t.Context(), pool))
						return again(t)
					}
				},
			}.Run(t)
		})
	}
}

// linguistic returns a schema in a database whose collation is that of a
// language: "a" before "B", and "a-1" behind "a1".
func linguistic(tb testing.TB) database {
	tb.Helper()
	s := available(tb)
	config, err := pgx.ParseConfig(s.DSN)
	require.NoError(tb, err)
	if !exists(tb, config, "SELECT FROM pg_database WHERE datname = 'sp_test_icu'") {
		execute(tb, config, "CREATE DATABASE sp_test_icu TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-GB'")
	}
	db := newDatabaseAt(tb, s.DSN+" dbname=sp_test_icu")
	require.True(tb, exists(tb, db.config.ConnConfig, "SELECT WHERE 'a' < 'B'"), "the collation is not linguistic")
	return db
}

func exists(tb testing.TB, config *pgx.ConnConfig, sql string) bool {
	tb.Helper()
	conn, err := pgx.ConnectConfig(tb.Context(), config.Copy())
	require.NoError(tb, err)
	defer conn.Close(tb.Context())
	var found bool
	require.NoError(tb, conn.QueryRow(tb.Context(), "SELECT EXISTS ("+sql+")").Scan(&found))
	return found
}

const (
	north = "north"
	kind  = "referral"
)

var at = sp.By(sp.Actor{ID: "w-1", Role: sp.RoleLinkWorker}, sp.NewDate(2026, 11, 23).In(time.UTC))

func key(id string) store.Key { return store.Key{Tenant: north, Kind: kind, ID: id} }

func put(id string, version int64) store.Put {
	return store.Put{Key: key(id), If: version, Terms: store.Terms{"state": "open", "due": fmt.Sprint(version)}, Body: []byte(id)}
}

// change is a batch that writes a record over version, with the event that tells of it.
func change(id string, version int64) store.Batch {
	return store.Batch{
		Puts:   []store.Put{put(id, version)},
		Events: []store.RecordedEvent{{Key: key(id), Version: version + 1, Type: "changed", Stamp: at, Data: []byte("{}")}},
	}
}

// told returns the events behind position as "id version" and the last position.
func told(tb testing.TB, s store.Driver, position store.Position) ([]string, store.Position) {
	tb.Helper()
	var got []string
	for e, err := range s.Log(tb.Context(), north, position) {
		require.NoError(tb, err)
		got, position = append(got, fmt.Sprint(e.Key.ID, " ", e.Version)), e.Position
	}
	return got, position
}

// spread makes tables anew that are partitioned by a hash of the tenant, as where storage outgrows
// one table: see docs/scale.md.
func spread(tb testing.TB, config *pgx.ConnConfig) {
	tb.Helper()
	var sql strings.Builder
	for _, table := range []string{"sp_record", "sp_term", "sp_event", "sp_log"} {
		fmt.Fprintf(&sql, "ALTER TABLE %[1]s RENAME TO whole; CREATE TABLE %[1]s (LIKE whole INCLUDING ALL) PARTITION BY HASH (tenant); DROP TABLE whole;", table)
		for part := range 4 {
			fmt.Fprintf(&sql, "CREATE TABLE %[1]s_%[2]d PARTITION OF %[1]s FOR VALUES WITH (MODULUS 4, REMAINDER %[2]d);", table, part)
		}
	}
	execute(tb, config, sql.String())
}

// The index of a partition has another name, and still refuses what somebody else has.
func TestStoreKeepsUniqueTermsOverPartitions(t *testing.T) {
	db := newDatabase(t)
	migrated(t, db.pool(t, 1), postgres.Options{})
	spread(t, db.config.ConnConfig)
	s, err := postgres.Open(t.Context(), db.pool(t, 2))
	require.NoError(t, err)
	has := func(tenant, id, value string) error {
		p := put(id, store.Any)
		p.Tenant, p.Terms = tenant, store.Terms{"unique:number": value}
		return s.Commit(t.Context(), store.Batch{Puts: []store.Put{p}})
	}
	require.NoError(t, has(north, "a", "1"))
	require.NoError(t, has(north, "a", "1"), "their own")
	require.NoError(t, has("south", "b", "1"), "of another tenant")
	var duplicate *store.DuplicateError
	require.ErrorAs(t, has(north, "b", "1"), &duplicate)
	require.Equal(t, store.DuplicateError{Key: key("b"), Term: "unique:number"}, *duplicate)
	require.NoError(t, has(north, "b", "2"))
}

func TestABatchOfSeveralTenantsIsOneCommit(t *testing.T) {
	s, _ := open(t, 2, postgres.Options{})
	both := func(a, b int64) store.Batch {
		batch := change("a", a)
		other := change("b", b)
		other.Puts[0].Tenant, other.Events[0].Key.Tenant = "south", "south"
		return store.Batch{Puts: append(batch.Puts, other.Puts...), Events: append(batch.Events, other.Events...)}
	}
	require.NoError(t, s.Commit(t.Context(), both(0, 0)))
	require.NoError(t, s.Commit(t.Context(), both(1, 1)))
	require.ErrorIs(t, s.Commit(t.Context(), both(2, 1)), sp.ErrConflict)
	r, err := s.Get(t.Context(), key("a"))
	require.NoError(t, err)
	require.Equal(t, int64(2), r.Version)
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2"}, got)
}

func TestAStoreReportsTheFirstConflictOfABatch(t *testing.T) {
	s, _ := open(t, 1, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{put("a", 0), put("b", 0), put("c", 0)}}))
	err := s.Commit(t.Context(), store.Batch{Puts: []store.Put{put("c", 7), put("b", 1), put("a", 9)}})
	var conflict *store.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, store.ConflictError{Key: key("c"), Want: 7, Got: 1}, *conflict)
	require.EqualError(t, err, "postgres: commit: store: north/referral/c: is at version 1, expected 7: load it again and retry")
}

func TestAStoreTriesAgainAfterSerializationFailuresAndReportsNoConflict(t *testing.T) {
	db := newDatabase(t)
	migrated(t, db.pool(t, 1), postgres.Options{})
	db.config.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable"
	s, err := postgres.Open(t.Context(), db.pool(t, 4))
	require.NoError(t, err)
	const writers, each = 4, 25
	errs := make(chan error, writers)
	for range writers {
		go func() {
			for range each {
				if err := s.Commit(t.Context(), store.Batch{Puts: []store.Put{put("a", store.Any)}}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range writers {
		require.NoError(t, <-errs)
	}
	r, err := s.Get(t.Context(), key("a"))
	require.NoError(t, err)
	require.Equal(t, int64(writers*each), r.Version)
}
