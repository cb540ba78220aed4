package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
)

// What is set in a process that is going to be killed: the file that it writes to, and its
// name if it is one of several.
const (
	crashFile = "SP_SQLITE_CRASH_FILE"
	crashName = "SP_SQLITE_CRASH_NAME"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		write := writeUntilKilled
		if name := os.Getenv(crashName); name != "" {
			write = func(ctx context.Context, path string) error { return writeBesideOthers(ctx, path, name) }
		}
		if err := write(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled commits pairs of records with an event each, and a count of
// them, and says which number has been acknowledged.
func writeUntilKilled(ctx context.Context, path string) error {
	s, err := openPlain(ctx, path)
	if err != nil {
		return err
	}
	for {
		r, err := s.Get(ctx, key("count"))
		if err != nil && !errors.Is(err, sp.ErrNotFound) {
			return err
		}
		n := r.Version + 1
		var b store.Batch
		for _, id := range []string{"count", fmt.Sprintf("left-%06d", n), fmt.Sprintf("right-%06d", n)} {
			one := batch(id, store.New)
			if id == "count" {
				one = batch(id, r.Version)
			}
			one.Puts[0].Body = []byte(strings.Repeat("x", int(n*37%3000)))
			b.Puts = append(b.Puts, one.Puts...)
			b.Events = append(b.Events, one.Events...)
		}
		if err := s.Commit(ctx, b); err != nil {
			return err
		}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

func TestAStoreWhoseWriterIsKilledLosesNothingAcknowledgedAndLeavesNothingHalf(t *testing.T) {
	rounds := tier.Pick(40, 200, 20_000)
	path := file(t)
	self, err := os.Executable()
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(5, 6))
	acknowledged, checked, during := int64(0), int64(0), 0
	var position store.Position
	for round := range rounds {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		var complaints strings.Builder
		cmd.Stderr = &complaints
		require.NoError(t, cmd.Start())
		// Half of the rounds wait for the first commit, so that they do not all
		// end before there is anything to lose.
		lines := bufio.NewReader(out)
		if round%2 == 0 {
			line, err := lines.ReadString('\n')
			require.NoError(t, err, complaints.String())
			acknowledged, err = strconv.ParseInt(strings.TrimSpace(line), 10, 64)
			require.NoError(t, err)
		}
		time.Sleep(time.Duration(rng.IntN(30_000)) * time.Microsecond)
		require.NoError(t, cmd.Process.Kill())
		rest, err := io.ReadAll(lines)
		require.NoError(t, err)
		_ = cmd.Wait() // it was killed, which is an error
		require.Empty(t, complaints.String())
		for line := range strings.SplitSeq(strings.TrimRight(string(rest), "\n"), "\n") {
			if n, err := strconv.ParseInt(line, 10, 64); err == nil {
				acknowledged = max(acknowledged, n)
			}
		}
		found, next := inspect(t, path, checked, position)
		require.GreaterOrEqual(t, found, acknowledged, "round %d lost a commit that was acknowledged", round)
		require.LessOrEqual(t, found, acknowledged+1, "round %d: only the last commit can be unacknowledged", round)
		if found > acknowledged {
			during++
		}
		checked, position, acknowledged = found, next, found
	}
	t.Logf("%d rounds, %d commits, of which %d were killed between commit and acknowledgement", rounds, checked, during)
	require.GreaterOrEqual(t, checked, int64(rounds/2), "half of the rounds waited for a commit")
}

// inspect opens the file as after a crash and checks everything behind what was
// checked before. It returns the number of commits it finds.
func inspect(t *testing.T, path string, checked int64, after store.Position) (int64, store.Position) {
	t.Helper()
	db := handle(t, path)
	defer db.Close()
	s := open(t, db)
	defer s.Close()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA quick_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
	r, err := s.Get(t.Context(), key("count"))
	if errors.Is(err, sp.ErrNotFound) {
		return 0, after
	}
	require.NoError(t, err)
	for n := checked + 1; n <= r.Version; n++ {
		for _, side := range []string{"left", "right"} {
			id := fmt.Sprintf("%s-%06d", side, n)
			page, _, err := store.Page(t.Context(), s, store.Query{Tenant: "north", Kind: "referral", Where: store.Where{"due": {id}}})
			require.NoError(t, err)
			require.Len(t, page, 1, "%s is half there", id)
		}
	}
	var got []string
	for e, err := range s.Log(t.Context(), "north", after) {
		require.NoError(t, err)
		got = append(got, fmt.Sprint(e.Key.ID, " ", e.Version))
		after = e.Position
	}
	var want []string
	for n := checked + 1; n <= r.Version; n++ {
		want = append(want, fmt.Sprint("count ", n), fmt.Sprintf("left-%06d 1", n), fmt.Sprintf("right-%06d 1", n))
	}
	require.Equal(t, want, got, "events without their records, or records without their events")
	for _, side := range []string{"left", "right"} {
		_, err := s.Get(t.Context(), key(fmt.Sprintf("%s-%06d", side, r.Version+1)))
		require.ErrorIs(t, err, sp.ErrNotFound)
	}
	return r.Version, after
}
