package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

func TestMigrateCanBeRunAtEveryStart(t *testing.T) {
	s, pool := open(t, 1, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	require.NoError(t, postgres.Migrate(t.Context(), pool, postgres.Options{}))
	_, err := s.Get(t.Context(), key("a"))
	require.NoError(t, err)
}

func TestMigrateMayRunManyTimesAtOnce(t *testing.T) {
	for range 5 {
		pool := newDatabase(t).pool(t, 8)
		errs := make(chan error)
		for range 8 {
			go func() { errs <- postgres.Migrate(t.Context(), pool, postgres.Options{}) }()
		}
		for range 8 {
			require.NoError(t, <-errs)
		}
		_, err := postgres.Open(t.Context(), pool)
		require.NoError(t, err)
	}
}

func TestASchemaThatDoesNotFitIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name      string
		sql       string
		open      string
		migration string // error of Migrate, empty if it helps
	}{
		{
			name: "no schema", sql: "DROP TABLE sp_schema, sp_record, sp_term, sp_event, sp_log",
			open: "postgres: open: schema version 0 is older than the 4 that this program needs: run postgres.Migrate",
		},
		{
			name: "a newer schema", sql: "UPDATE sp_schema SET version = 99",
			open:      "postgres: open: schema version 99 is newer than the 4 that this program knows: deploy a newer program",
			migration: "postgres: migrate: schema version 99 is newer than the 4 that this program knows: deploy a newer program",
		},
		{
			name: "a schema of another server", sql: "UPDATE sp_schema SET cluster = 1",
			open: "postgres: open: the database was restored or copied from another server: run postgres.Migrate before anything writes",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, pool := open(t, 1, postgres.Options{})
			_, err := pool.Exec(t.Context(), tt.sql)
			require.NoError(t, err)
			_, err = postgres.Open(t.Context(), pool)
			var schema *postgres.SchemaError
			require.ErrorAs(t, err, &schema)
			require.EqualError(t, err, tt.open)
			if err = postgres.Migrate(t.Context(), pool, postgres.Options{}); tt.migration != "" {
				require.EqualError(t, err, tt.migration)
				return
			}
			require.NoError(t, err)
			_, err = postgres.Open(t.Context(), pool)
			require.NoError(t, err)
		})
	}
}

// The newest schema adds no more than the index to the one before.
func TestMigrateBringsTermsThatWereNamedSoBeforeUnderTheRuleOfUniqueTerms(t *testing.T) {
	s, pool := open(t, 1, postgres.Options{})
	_, err := pool.Exec(t.Context(), "DROP INDEX sp_unique; UPDATE sp_schema SET version = 3")
	require.NoError(t, err)
	numbered := func(id string, version int64, value string) store.Batch {
		b := change(id, version)
		b.Puts[0].Terms = store.Terms{store.Unique + "number": value, "due": "2026"}
		return b
	}
	require.NoError(t, s.Commit(t.Context(), numbered("a", store.New, "7")))
	_, err = postgres.Open(t.Context(), pool)
	require.EqualError(t, err, "postgres: open: schema version 3 is older than the 4 that this program needs: run postgres.Migrate")
	s = migrated(t, pool, postgres.Options{})
	require.ErrorIs(t, s.Commit(t.Context(), numbered("b", store.New, "7")), sp.ErrExists)
	require.NoError(t, s.Commit(t.Context(), numbered("a", 1, "8")))
	require.NoError(t, s.Commit(t.Context(), numbered("b", store.New, "7")))
}

func TestTheNumberingStaysAsItWasChosen(t *testing.T) {
	_, pool := open(t, 1, postgres.Options{Numbering: postgres.ByCounter})
	require.ErrorIs(t, postgres.Migrate(t.Context(), pool, postgres.Options{}), sp.ErrInvalid)
}

// A dump carries the numbers of a server that had seen more transactions.
func TestEventsAfterARestoredDumpComeBehindTheOldOnes(t *testing.T) {
	s, pool := open(t, 1, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	for _, sql := range []string{
		"UPDATE sp_event SET tx = tx + 1e12::bigint",
		"UPDATE sp_record SET tx = tx + 1e12::bigint",
		"UPDATE sp_schema SET cluster = 1",
	} {
		_, err := pool.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	_, position := told(t, s, "")
	s = migrated(t, pool, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", 1)))
	require.NoError(t, s.Commit(t.Context(), change("b", store.New)))
	var restored *store.RestoredError
	for _, err := range s.Log(t.Context(), "north", position) {
		require.ErrorAs(t, err, &restored)
	}
	require.NotNil(t, restored)
	got, _ := told(t, s, restored.Resume)
	require.Equal(t, []string{"a 2", "b 1"}, got)
	got, _ = told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2", "b 1"}, got)
}

// These are the rights that the package documentation names.
func TestAStoreNeedsNoRightToChangeTheLog(t *testing.T) {
	for _, o := range []postgres.Options{{}, {Numbering: postgres.ByCounter}} {
		db := newDatabase(t)
		owner := db.pool(t, 1)
		migrated(t, owner, o)
		name := db.config.ConnConfig.RuntimeParams["search_path"]
		for _, sql := range []string{
			"CREATE ROLE " + name,
			"GRANT USAGE ON SCHEMA " + name + " TO " + name,
			"GRANT SELECT ON sp_schema TO " + name,
			"GRANT SELECT, INSERT, UPDATE, DELETE ON sp_record TO " + name,
			"GRANT SELECT, INSERT, DELETE ON sp_term TO " + name,
			"GRANT SELECT, INSERT ON sp_event TO " + name,
			"GRANT SELECT, INSERT, UPDATE ON sp_log TO " + name,
		} {
			_, err := owner.Exec(t.Context(), sql)
			require.NoError(t, err)
		}
		t.Cleanup(func() { execute(t, db.config.ConnConfig, "DROP OWNED BY "+name+"; DROP ROLE "+name) })
		pool := db.pool(t, 1)
		_, err := pool.Exec(t.Context(), "SET ROLE "+name)
		require.NoError(t, err)
		s, err := postgres.Open(t.Context(), pool)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
		require.NoError(t, s.Commit(t.Context(), change("a", 1)))
		require.NoError(t, s.Commit(t.Context(), store.Batch{Deletes: []store.Delete{{Key: key("a"), If: 2}}}))
		got, _ := told(t, s, "")
		require.Equal(t, []string{"a 1", "a 2"}, got)
		for _, sql := range []string{"UPDATE sp_event SET type = 'x'", "DELETE FROM sp_event", "UPDATE sp_schema SET base = 0"} {
			_, err := pool.Exec(t.Context(), sql)
			require.ErrorContains(t, err, "42501", "permission denied")
		}
	}
}
