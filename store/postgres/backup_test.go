package postgres_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store/postgres"
)

func TestARestoredBackupHasEverythingThatWasAcknowledgedBeforeItAndNoHalves(t *testing.T) {
	source := available(t)
	if source.Dir == "" {
		t.Skip("backups are made by the programs of our own server")
	}
	for _, tt := range []struct {
		name    string
		restore func(t *testing.T, db database) database
	}{
		{"of the files, by pg_basebackup", func(t *testing.T, db database) database {
			t.Helper()
			to, err := source.Copied()
			require.NoError(t, err)
			t.Cleanup(to.Remove)
			return db.at(to)
		}},
		{"of what they say, by pg_dump", func(t *testing.T, db database) database {
			t.Helper()
			to, err := pgserver.Start(usual)
			require.NoError(t, err)
			t.Cleanup(to.Remove)
			dump := filepath.Join(source.Dir, t.Name()[len(t.Name())-7:]+".dump")
			require.NoError(t, source.Command("pg_dump", "-h", source.Dir, "-U", "postgres", "-Fc", "-n", db.schema(), "-f", dump, "postgres"))
			require.NoError(t, source.Command("pg_restore", "-h", to.Dir, "-U", "postgres", "-d", "postgres", "--exit-on-error", dump))
			restored := db.at(to)
			_, err = postgres.Open(t.Context(), restored.pool(t, 1))
			var schema *postgres.SchemaError
			require.ErrorAs(t, err, &schema, "the numbers of its log mean nothing here")
			require.True(t, schema.Restored)
			require.NoError(t, postgres.Migrate(t.Context(), restored.pool(t, 1), postgres.Options{}))
			return restored
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range tier.Pick(1, 5, 300) {
				db := newDatabase(t)
				s := migrated(t, db.pool(t, 4), postgres.Options{})
				ctx, stop := context.WithCancel(t.Context())
				var mu sync.Mutex
				var wg sync.WaitGroup
				known := acknowledged{}
				for w := range 4 {
					writer := strconv.Itoa(w)
					wg.Go(func() {
						err := writeAs(ctx, s, writer, func(version int64) {
							mu.Lock()
							defer mu.Unlock()
							known[writer] = version
						})
						if !errors.Is(err, context.Canceled) {
							t.Error(err)
						}
					})
				}
				least := func() acknowledged { mu.Lock(); defer mu.Unlock(); return maps.Clone(known) }
				require.Eventually(t, func() bool { return len(least()) == 4 }, patience, tick)
				before := least()
				restored := tt.restore(t, db)
				stop()
				wg.Wait()
				again, err := postgres.Open(t.Context(), restored.pool(t, 4))
				require.NoError(t, err)
				before.check(t, again)
				_, last := told(t, again, "")
				require.NoError(t, again.Commit(t.Context(), change("since", 0)))
				got, _ := told(t, again, last)
				require.Equal(t, []string{"since 1"}, got, "a reader goes on")
			}
		})
	}
}

func (db database) schema() string { return db.config.ConnConfig.RuntimeParams["search_path"] }

// at returns the schema of the same name on another server.
func (db database) at(s *pgserver.Server) database {
	config := db.config.Copy()
	config.ConnConfig.Host = s.Dir
	return database{config}
}
