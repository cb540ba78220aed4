package sqlite_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// smallDisk returns a folder on a file system of so many bytes, or skips the test
// where it may not be mounted.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		t.Skipf("needs to mount a small file system, which only root may: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// The disk gets full at any write: of the write-ahead log, of its index, of the file itself.
func TestAStoreOnAFullDiskLosesNothingAcknowledgedAndLeavesNothingHalf(t *testing.T) {
	tier.Unraced(t)
	dir := smallDisk(t, 6<<20)
	path := filepath.Join(dir, "scheme.db")
	ballast := filepath.Join(dir, "ballast")
	rng := rand.New(rand.NewPCG(11, 12))
	versions := map[string]int64{} // acknowledged
	full, unknown, commits := 0, 0, 0
	rounds := tier.Pick(20, 100, 10_000)
	for round := range rounds {
		db := handle(t, path)
		s := open(t, db)
		if round == 0 {
			for i := range 8 { // records to write over, so that the file does not outgrow the disk
				require.NoError(t, s.Commit(t.Context(), sided(fmt.Sprint(i), 0, 60_000)))
				versions[fmt.Sprint(i)] = 1
			}
		}
		fill(t, ballast, rng.IntN(1_500_000))
		var failed error
		for failed == nil {
			id := fmt.Sprint(rng.IntN(8))
			if failed = s.Commit(t.Context(), sided(id, versions[id], rng.IntN(60_000))); failed == nil {
				versions[id]++
				commits++
			}
			require.Less(t, commits, 1_000_000, "the disk does not get full")
			if errors.Is(failed, store.ErrOutcomeUnknown) {
				unknown++
				versions[id] = whole(t, s, id, versions[id], versions[id]+1)
			}
		}
		full++
		for _, wrong := range []error{sp.ErrConflict, sp.ErrExists} {
			require.NotErrorIs(t, failed, wrong)
		}
		for id, version := range versions {
			whole(t, s, id, version, version) // reading goes on
		}
		require.NoError(t, s.Close())
		require.NoError(t, db.Close()) // which writes what is in the log to the file, if there is space
		require.NoError(t, os.Remove(ballast))
		db = handle(t, path)
		var verdict string
		require.NoError(t, db.QueryRow("PRAGMA quick_check").Scan(&verdict))
		require.Equal(t, "ok", verdict)
		s = open(t, db)
		for id, version := range versions {
			whole(t, s, id, version, version)
		}
		told(t, s, versions)
		id := fmt.Sprint(rng.IntN(8))
		require.NoError(t, s.Commit(t.Context(), sided(id, versions[id], 1)), "with space again it goes on")
		versions[id]++
		require.NoError(t, s.Close())
		require.NoError(t, db.Close())
	}
	t.Logf("the disk was full %d times, in %d commits; the outcome was unknown %d times", full, commits, unknown)
}

// sided writes two records and their events over version.
func sided(id string, version int64, size int) store.Batch {
	b, other := batch("left-"+id, version), batch("right-"+id, version)
	b.Puts, b.Events = append(b.Puts, other.Puts...), append(b.Events, other.Events...)
	for i := range b.Puts {
		b.Puts[i].Body = make([]byte, size)
	}
	return b
}

// whole fails unless both records are there in one version, from least to most, and
// returns it.
func whole(t *testing.T, s store.Driver, id string, least, most int64) int64 {
	t.Helper()
	var got [2]int64
	for i, side := range []string{"left-", "right-"} {
		r, err := s.Get(t.Context(), key(side+id))
		require.NoError(t, err)
		got[i] = r.Version
	}
	require.Equal(t, got[0], got[1], "%s is half there", id)
	require.GreaterOrEqual(t, got[0], least, "%s was acknowledged", id)
	require.LessOrEqual(t, got[0], most, "%s was refused", id)
	return got[0]
}

// told fails unless the log has the events of all versions, and no more.
func told(t *testing.T, s store.Driver, versions map[string]int64) {
	t.Helper()
	seen := map[string]int64{}
	for e, err := range s.Log(t.Context(), "north", "") {
		require.NoError(t, err)
		require.Equal(t, seen[e.Key.ID]+1, e.Version)
		seen[e.Key.ID] = e.Version
	}
	for id, version := range versions {
		require.Equal(t, []int64{version, version}, []int64{seen["left-"+id], seen["right-"+id]})
	}
}

// fill writes a file until the disk is full, and then gives so many bytes back.
func fill(t *testing.T, path string, free int) {
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
