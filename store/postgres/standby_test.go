package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// A plain streaming standby is asynchronous: when the primary dies, it may lack the
// last commits. It is promoted here in the middle of writing, in every second round
// certainly without some that a reader has seen.
func TestAStoreOnAPromotedStandbyLeavesNoReaderBehind(t *testing.T) {
	tier.Need(t, tier.Full)
	available(t)
	for round := range tier.Pick(0, 2, 40) {
		t.Run(fmt.Sprint("round ", round), func(t *testing.T) { promote(t, round, round%2 == 0) })
	}
}

func promote(t *testing.T, round int, loses bool) {
	t.Helper()
	primary, err := pgserver.Start(usual)
	require.NoError(t, err)
	t.Cleanup(primary.Remove)
	config, err := pgxpool.ParseConfig(primary.DSN)
	require.NoError(t, err)
	db := database{config} // it goes with the server
	s := migrated(t, db.pool(t, 2), postgres.Options{Numbering: postgres.Numbering(round / 2 % 2)})

	standby, err := primary.Copied("-R")
	require.NoError(t, err)
	t.Cleanup(standby.Remove)
	other := db.at(standby)
	behind := other.pool(t, 2)

	write := func(s *postgres.Store, id string, n int) {
		t.Helper()
		for v := range int64(n) {
			require.NoError(t, s.Commit(t.Context(), change(id, v)))
		}
	}
	write(s, "kept", 20+round)
	kept, position := told(t, s, "")
	var there int
	require.Eventually(t, func() bool {
		return behind.QueryRow(t.Context(), "SELECT count(*) FROM sp_event").Scan(&there) == nil && there == len(kept)
	}, 20*time.Second, 20*time.Millisecond)
	if loses {
		execute(t, other.config.ConnConfig, "ALTER SYSTEM SET primary_conninfo = ''")
		execute(t, other.config.ConnConfig, "SELECT pg_reload_conf()")
		require.Eventually(t, func() bool {
			return behind.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_wal_receiver").Scan(&there) == nil && there == 0
		}, 20*time.Second, 20*time.Millisecond)
	}
	write(s, "late", 10)
	_, seen := told(t, s, position)
	require.NoError(t, primary.Stop("immediate"))
	require.NoError(t, standby.Command("pg_ctl", "promote", "-w", "-D", standby.Data()))

	// Nobody has called Restored yet: whoever saw what is lost is told all the same.
	s, err = postgres.Open(t.Context(), behind)
	require.NoError(t, err)
	before, _ := told(t, s, "")
	var restored *store.RestoredError
	refused := func(at store.Position) bool {
		restored = nil
		for _, err := range s.Log(t.Context(), "north", at) {
			if err != nil {
				require.ErrorAs(t, err, &restored)
			}
		}
		return restored != nil
	}
	require.Equal(t, len(before) < len(kept)+10, refused(seen))
	if loses {
		require.Equal(t, kept, before, "the standby lacks what came late")
	}
	require.NoError(t, postgres.Restored(t.Context(), behind))
	write(s, "new", 25)
	all, _ := told(t, s, "")
	for name, at := range map[string]store.Position{"in the middle": position, "at the end": seen} {
		require.True(t, refused(at), name)
		rest, _ := told(t, s, restored.Resume)
		require.Equal(t, all[len(all)-len(rest):], rest)
		require.GreaterOrEqual(t, len(rest), 25, "%s: nothing that is new is missed", name)
		require.LessOrEqual(t, len(rest), 35, "%s: it does not begin anew", name)
	}
}
