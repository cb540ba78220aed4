package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/pgserver"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// smallDisk returns a folder on a file system of so many bytes, or skips the test
// where it may not be mounted.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	for parent := dir; parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		require.NoError(t, os.Chmod(parent, 0o755)) // the server has an account of its own
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		t.Skipf("needs to mount a small file system, which only root may: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// Where a table cannot grow the commit fails; where the write-ahead log cannot, the
// server goes down, and comes up again when there is space.
func TestAStoreOnAFullDiskLosesNothingAcknowledgedAndLeavesNoHalves(t *testing.T) {
	available(t)
	disk := smallDisk(t, 160<<20)
	server, err := pgserver.Start(pgserver.Options{
		Disk: disk, Tuning: "-c shared_buffers=16MB -c min_wal_size=2MB -c max_wal_size=8MB", Init: []string{"--wal-segsize=1"},
	})
	require.NoError(t, err)
	t.Cleanup(server.Remove)
	rng := rand.New(rand.NewPCG(3, 4))
	failures, unknowns, down, commits := 0, 0, 0, int64(0)
	rounds := tier.Pick(4, 20, 1_000)
	for range rounds {
		db := newDatabaseAt(t, server.DSN)
		s := migrated(t, db.pool(t, 4), postgres.Options{})
		ballast := filepath.Join(disk, "ballast")
		occupy(t, ballast, rng.IntN(6<<20))
		var wg sync.WaitGroup
		var results [3]struct {
			version int64 // acknowledged
			err     error
		}
		for w := range results {
			seed := rng.Uint64()
			wg.Go(func() {
				r, rng := &results[w], rand.New(rand.NewPCG(seed, 0))
				for {
					b := pair(strconv.Itoa(w), r.version)
					for i := range b.Puts {
						b.Puts[i].Body = noise(rng, rng.IntN(100_000))
					}
					if r.err = s.Commit(t.Context(), b); r.err != nil {
						return
					}
					r.version++
				}
			})
		}
		wg.Wait()
		require.NoError(t, os.Remove(ballast))
		if again, err := postgres.Open(t.Context(), db.pool(t, 1)); err != nil || again == nil {
			down++
			_ = server.Stop("immediate") // unless it is down
			require.NoError(t, server.Start())
		}
		again, err := postgres.Open(t.Context(), db.pool(t, 2))
		require.NoError(t, err)
		known := acknowledged{}
		for w, r := range results {
			failures++
			require.NotErrorIs(t, r.err, sp.ErrConflict)
			known[strconv.Itoa(w)] = r.version
			commits += r.version
			found, err := again.Get(t.Context(), key(strconv.Itoa(w)+"-a"))
			if r.version > 0 || !errors.Is(err, sp.ErrNotFound) {
				require.NoError(t, err)
			}
			if errors.Is(r.err, store.ErrOutcomeUnknown) {
				unknowns++
				require.LessOrEqual(t, found.Version, r.version+1)
				continue
			}
			require.Equal(t, r.version, found.Version, "a commit that has failed has happened: %v", r.err)
		}
		known.check(t, again)
		execute(t, db.config.ConnConfig, "DROP TABLE sp_record, sp_term, sp_event; CHECKPOINT") // their space is needed again
	}
	t.Logf("the disk was full %d times and the server went down %d times; of %d commits %d failed, %d with an unknown outcome",
		rounds, down, commits+int64(failures), failures, unknowns)
}

// noise returns bytes that cannot be compressed.
func noise(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// occupy writes a file until the disk is full, and then gives so many bytes back.
func occupy(t *testing.T, path string, free int) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	size := 0
	for _, step := range []int{64 << 10, 4 << 10} {
		for {
			n, err := f.Write(make([]byte, step))
			size += n
			if err != nil {
				require.ErrorIs(t, err, syscall.ENOSPC)
				break
			}
		}
	}
	require.NoError(t, f.Truncate(int64(max(0, size-free))))
}
