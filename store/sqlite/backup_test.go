package sqlite_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/internal/tier"
)

// Of the two ways to back a file up that the package documentation names, one
// runs beside the writer and the other when it has ended, however it ended.
func TestABackupOfAStoreHasEverythingThatWasAcknowledgedBeforeItAndNothingHalf(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	rounds := tier.Pick(5, 30, 2_000)
	for round := range rounds {
		path := file(t)
		db := handle(t, path)
		open(t, db)
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		var complaints strings.Builder
		cmd.Stderr = &complaints
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		var acknowledged atomic.Int64
		first, ended := make(chan struct{}, 1), make(chan struct{})
		go func() {
			defer close(ended)
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
					acknowledged.Store(max(n, acknowledged.Load()))
				}
				select {
				case first <- struct{}{}:
				default:
				}
			}
		}()
		select {
		case <-first:
		case <-ended:
			require.FailNow(t, "the writer does not write", complaints.String())
		}
		time.Sleep(time.Duration(rng.IntN(20_000)) * time.Microsecond)

		least := acknowledged.Load()
		beside := filepath.Join(t.TempDir(), "beside.db")
		_, err = db.Exec("VACUUM INTO ?", beside)
		require.NoError(t, err)
		require.NoError(t, cmd.Process.Kill())
		<-ended
		_ = cmd.Wait() // it was killed, which is an error
		require.Empty(t, complaints.String())
		require.GreaterOrEqual(t, inspected(t, beside), least, "round %d: a backup lacks what was acknowledged before it", round)
		after := filepath.Join(t.TempDir(), "after.db")
		for _, end := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + end)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(after+end, data, 0o600))
		}
		require.GreaterOrEqual(t, inspected(t, after), acknowledged.Load(), "round %d: a copy lacks what was acknowledged before it", round)
	}
	t.Logf("%d backups of each kind", rounds)
}

// inspected returns the number of commits in a file of which each is whole, and
// proves that it can be written to.
func inspected(t *testing.T, path string) int64 {
	t.Helper()
	n, _ := inspect(t, path, 0, "")
	db := handle(t, path)
	defer db.Close()
	s := open(t, db)
	defer s.Close()
	require.NoError(t, s.Commit(t.Context(), batch(fmt.Sprint("since ", path), 0)))
	return n
}
