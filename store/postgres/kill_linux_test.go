package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store/postgres"
)

// processes returns the IDs of the server's processes: first that which looks after the others.
func processes(t *testing.T, s *pgserver.Server) []int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Data(), "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	main, err := strconv.Atoi(first)
	require.NoError(t, err)
	all := []int{main}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended since
		}
		_, after, _ := bytes.Cut(text, []byte(") "))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		require.NoError(t, err)
		if fields := bytes.Fields(after); len(fields) > 1 && string(fields[1]) == strconv.Itoa(main) {
			all = append(all, pid)
		}
	}
	return all
}

// kill ends processes of the server at once, and waits until all of them have ended.
func kill(t *testing.T, s *pgserver.Server, some, all []int) {
	t.Helper()
	for _, pid := range some {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			require.ErrorIs(t, err, syscall.ESRCH) // it has ended since
		}
	}
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(all, func(pid int) bool {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			return err == nil && !bytes.Contains(text, []byte(") Z ")) // dead, but nobody has asked after it
		})
	}, patience, tick)
	// Where nobody has asked after the dead, the server takes its old ID for one that runs.
	require.NoError(t, os.Remove(filepath.Join(s.Data(), "postmaster.pid")))
	require.NoError(t, os.Remove(filepath.Join(s.Dir, ".s.PGSQL.5432.lock")))
}

func TestAStoreWhoseServerIsKilledLosesNothingAcknowledgedAndLeavesNoHalves(t *testing.T) {
	available(t)
	server, err := pgserver.Start(usual)
	require.NoError(t, err)
	t.Cleanup(server.Remove)
	db := newDatabaseAt(t, server.DSN)
	s := migrated(t, db.pool(t, 8), postgres.Options{})
	rng := rand.New(rand.NewPCG(1, 2))
	known := acknowledged{}
	// The server ends all sessions when it finds that one was killed, and goes on by itself.
	ways := []string{"a session", "the process that looks after the others", "all processes"}
	rounds := tier.Pick(1, 15, 1_000)
	for round := range rounds * len(ways) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var commits atomic.Int64
		for w := range 6 {
			writer := strconv.Itoa(w)
			wg.Go(func() {
				_ = writeAs(t.Context(), s, writer, func(version int64) { // until the server is gone
					commits.Add(1)
					mu.Lock()
					known[writer] = version
					mu.Unlock()
				})
			})
		}
		least := int64(rng.IntN(200))
		require.Eventually(t, func() bool { return commits.Load() > least }, patience, tick)
		way := ways[round%len(ways)]
		all := processes(t, server)
		switch way {
		case ways[0]:
			require.NoError(t, syscall.Kill(session(t, db), syscall.SIGKILL))
		case ways[1]:
			kill(t, server, all[:1], all)
			require.NoError(t, server.Start())
		default:
			kill(t, server, all, all)
			require.NoError(t, server.Start())
		}
		wg.Wait()
		require.Eventually(t, func() bool {
			again, err := postgres.Open(t.Context(), db.pool(t, 2))
			if err != nil {
				return false // the server is still at its recovery
			}
			known.check(t, again)
			return true
		}, patience, 20*tick, "after the death of %s", way)
	}
	var commits int64
	for _, version := range known {
		commits += version
	}
	t.Logf("%d kills of each of %d ways, %d commits", rounds, len(ways), commits)
}

// session returns the ID of a process that serves a writer.
func session(t *testing.T, db database) (pid int) {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), db.config.ConnConfig.Copy())
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context()))
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT pid FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`).Scan(&pid))
	return pid
}
