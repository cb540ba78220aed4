package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
)

func TestMigrateCanBeRepeated(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	require.NoError(t, s.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: key("R-1")}}}))
	for range 3 {
		require.NoError(t, sqlite.Migrate(t.Context(), db))
	}
	_, err := open(t, db).Get(t.Context(), key("R-1"))
	require.NoError(t, err)
}

func TestMigrateAtTheSameTimeFromSeveralProcesses(t *testing.T) {
	for range 10 {
		path := file(t)
		var wg sync.WaitGroup
		for range 4 {
			db := handle(t, path) // a handle each, as processes have
			wg.Go(func() {
				if err := sqlite.Migrate(t.Context(), db); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		open(t, handle(t, path))
	}
}

func TestMigrateBringsAFileOfTheFirstSchemaUpToDate(t *testing.T) {
	db := handle(t, file(t))
	script, err := os.ReadFile("migrations/1.sql")
	require.NoError(t, err)
	for _, sql := range []string{
		"PRAGMA journal_mode = wal", string(script),
		"CREATE TABLE sp_schema (version INTEGER NOT NULL); INSERT INTO sp_schema VALUES (1)",
		`INSERT INTO sp_record VALUES ('north', 'referral', 'R-1', 3, '{"due":"2026","a/b=c%":"d=e"}', x'01'), ('north', 'referral', 'R-2', 1, '{}', x'02')`,
		"INSERT INTO sp_term VALUES ('north', 'referral', 'due', '2026', 'R-1'), ('north', 'referral', 'a/b=c%', 'd=e', 'R-1')",
	} {
		_, err := db.ExecContext(t.Context(), sql)
		require.NoError(t, err)
	}
	_, err = sqlite.Open(t.Context(), db)
	var old *sqlite.SchemaError
	require.ErrorAs(t, err, &old)
	s := open(t, db) // which migrates
	for _, q := range []store.Query{
		{Where: store.Where{"a/b=c%": {"d=e"}}},
		{Range: store.Range{Term: "due", From: "2026"}},
	} {
		q.Tenant, q.Kind = "north", "referral"
		page, _, err := store.Page(t.Context(), s, q)
		require.NoError(t, err)
		require.Len(t, page, 1)
		require.EqualValues(t, 3, page[0].Version)
	}
	require.NoError(t, s.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: store.Key{Tenant: "north", Kind: "referral", ID: "R-1"}, If: 3}}}))
	var left int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM sp_term").Scan(&left))
	require.Zero(t, left, "the terms are written as the driver would")
}

// oldFile returns a file of the schema before the newest one, with some records.
func oldFile(t *testing.T, records ...string) *sql.DB {
	t.Helper()
	db := handle(t, file(t))
	run := func(statement string) {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	run("PRAGMA journal_mode = wal")
	for v := 1; v <= 4; v++ {
		script, err := os.ReadFile(fmt.Sprintf("migrations/%d.sql", v))
		require.NoError(t, err)
		run(string(script))
	}
	run("CREATE TABLE sp_schema (version INTEGER NOT NULL); INSERT INTO sp_schema VALUES (4)")
	for _, r := range records {
		run(r)
	}
	return db
}

func TestMigrateBringsTermsThatWereNamedSoBeforeUnderTheRuleOfUniqueTerms(t *testing.T) {
	const record = `INSERT INTO sp_record (tenant, kind, id, version, terms, body) VALUES ('north', 'referral', '%s', 1, '{"due":"2026","unique:a/b":"%s"}', x'01');
		INSERT INTO sp_term VALUES ('north/referral/due=2026', '%[1]s'), ('north/referral/unique:a%%2Fb=%[2]s', '%[1]s')`
	db := oldFile(t, fmt.Sprintf(record, "R-1", "7"), fmt.Sprintf(record, "R-2", "8"))
	_, err := sqlite.Open(t.Context(), db)
	var old *sqlite.SchemaError
	require.ErrorAs(t, err, &old)
	s := open(t, db) // which migrates
	_, err = s.Check(t.Context())
	require.NoError(t, err)
	put := func(id string, version int64, value string) error {
		return s.Commit(t.Context(), store.Batch{Puts: []store.Put{{Key: store.Key{Tenant: "north", Kind: "referral", ID: id}, If: version, Terms: store.Terms{"unique:a/b": value}}}})
	}
	require.ErrorIs(t, put("R-3", store.New, "7"), sp.ErrExists)
	require.ErrorIs(t, put("R-2", 1, "7"), sp.ErrExists)
	require.NoError(t, put("R-1", 1, "9"))
	require.NoError(t, put("R-2", 1, "7"))
	_, err = s.Check(t.Context())
	require.NoError(t, err)

	twice := oldFile(t, fmt.Sprintf(record, "R-1", "7"), fmt.Sprintf(record, "R-2", "7"))
	require.ErrorContains(t, sqlite.Migrate(t.Context(), twice), "migrate to version 5", "nobody but their owner knows which of the two is right")
}

func TestMigrateRefusesANewerSchema(t *testing.T) {
	db := handle(t, file(t))
	open(t, db)
	_, err := db.Exec("UPDATE sp_schema SET version = 99")
	require.NoError(t, err)
	for name, f := range map[string]func() error{
		"Migrate": func() error { return sqlite.Migrate(t.Context(), db) },
		"Open":    func() error { _, err := sqlite.Open(t.Context(), db); return err },
	} {
		err := f()
		var schema *sqlite.SchemaError
		require.ErrorAs(t, err, &schema, name)
		require.Equal(t, sqlite.SchemaError{Found: 99, Known: 5}, *schema)
		require.EqualError(t, err, "sqlite: schema version 99 is newer than the 5 that this program knows: deploy a newer program")
	}
}

func TestOpenRefusesAFileWithoutTables(t *testing.T) {
	db := handle(t, file(t))
	_, err := db.Exec("PRAGMA journal_mode = wal")
	require.NoError(t, err)
	_, err = sqlite.Open(t.Context(), db)
	require.EqualError(t, err, "sqlite: schema version 0 is older than the 5 that this program needs: run sqlite.Migrate")
}

func TestOpenNamesEverySettingThatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		name, dsn string
		want      []string
	}{
		{"a file opened without settings", "file:" + file(t), []string{"busy_timeout"}},
		{"a file that may be destroyed", "file:" + file(t) + "?_pragma=synchronous(off)", []string{"busy_timeout", "synchronous"}},
		{"a database in memory", "file:x?mode=memory&_pragma=busy_timeout(10)", []string{"journal_mode"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := sql.Open("sqlite", tt.dsn)
			require.NoError(t, err)
			defer db.Close()
			err = sqlite.Migrate(t.Context(), db)
			var invalid *sp.InvalidError
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, f := range invalid.Fields {
				got = append(got, f.Path)
			}
			require.Equal(t, tt.want, got)
		})
	}
	db := handle(t, file(t))
	_, err := sqlite.Open(t.Context(), db)
	require.ErrorContains(t, err, "journal_mode is delete and must be wal: run sqlite.Migrate")
}

func TestMigrateThatIsCancelledLeavesNothing(t *testing.T) {
	path := file(t)
	db := handle(t, path)
	for n := 0; ; n++ {
		ctx := countdown(t, n)
		err := sqlite.Migrate(ctx, db)
		if err == nil {
			break
		}
		require.True(t, errors.Is(err, context.Canceled) || ctx.Err() != nil, "%v", err)
		require.Less(t, n, 1000)
	}
	open(t, handle(t, path))
}
