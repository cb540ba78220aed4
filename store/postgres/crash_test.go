package postgres_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

// The environment of a child process that writes until it is killed.
const (
	writerEnv = "SP_POSTGRES_WRITER" // its schema
	writerDSN = "SP_POSTGRES_WRITER_DSN"
)

// pair writes two records and an event for each in one batch, over version.
func pair(writer string, version int64) store.Batch {
	a, b := change(writer+"-a", version), change(writer+"-b", version)
	return store.Batch{Puts: append(a.Puts, b.Puts...), Events: append(a.Events, b.Events...)}
}

// write is what a child process does until it is killed: it commits pairs, and
// says so on its standard output as soon as it knows.
func write() {
	ctx := context.Background()
	config, err := pgxpool.ParseConfig(os.Getenv(writerDSN))
	if err != nil {
		panic(err)
	}
	config.ConnConfig.RuntimeParams["search_path"] = os.Getenv(writerEnv)
	config.ConnConfig.RuntimeParams["application_name"] = os.Getenv(writerEnv)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		panic(err)
	}
	s, err := postgres.Open(ctx, pool)
	if err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			if err := writeAs(ctx, s, strconv.Itoa(w), func(version int64) { fmt.Println(w, version) }); err != nil {
				panic(err)
			}
		})
	}
	wg.Wait()
}

// writeAs commits pairs until one fails, and tells known of each version that
// was acknowledged.
func writeAs(ctx context.Context, s *postgres.Store, writer string, known func(int64)) error {
	for {
		r, err := s.Get(ctx, key(writer+"-a"))
		if err != nil && !errors.Is(err, sp.ErrNotFound) {
			return err
		}
		for version := r.Version; ; version++ {
			err := s.Commit(ctx, pair(writer, version))
			if errors.Is(err, sp.ErrConflict) || errors.Is(err, sp.ErrExists) {
				break // the last words of a writer that is dead already
			}
			if err != nil {
				return err
			}
			known(version + 1)
		}
	}
}

// acknowledged is the last version of each writer that was acknowledged.
type acknowledged map[string]int64

// check fails unless every acknowledged commit is there, whole, with its
// events, and nothing is there by half.
func (a acknowledged) check(t *testing.T, s *postgres.Store) {
	t.Helper()
	events := map[string]int64{}
	for e, err := range s.Log(t.Context(), north, "") {
		require.NoError(t, err)
		require.Equal(t, events[e.Key.ID]+1, e.Version, e.Key.ID)
		events[e.Key.ID] = e.Version
	}
	for r, err := range s.Scan(t.Context(), store.Query{Tenant: north, Kind: kind}) {
		require.NoError(t, err)
		require.Equal(t, events[r.ID], r.Version, "%s has another version than its last event", r.ID)
		require.GreaterOrEqual(t, r.Version, a[strings.TrimSuffix(strings.TrimSuffix(r.ID, "-a"), "-b")], "%s was acknowledged", r.ID)
		found, _, err := store.Page(t.Context(), s, store.Query{Tenant: north, Kind: kind, Where: store.Where{"due": {r.Terms["due"]}}})
		require.NoError(t, err)
		ids := map[string]int64{}
		for _, f := range found {
			ids[f.ID] = f.Version
		}
		require.Equal(t, r.Version, ids[r.ID], "%s is not found by its term", r.ID)
		partner := strings.NewReplacer("-a", "-b", "-b", "-a").Replace(r.ID)
		require.Equal(t, r.Version, ids[partner], "%s and %s were not committed together", r.ID, partner)
	}
	for writer, version := range a {
		require.GreaterOrEqual(t, events[writer+"-a"], version, "writer %s", writer)
	}
}

func TestAStoreLosesNothingAndLeavesNoHalvesWhenAWriterIsKilled(t *testing.T) {
	db := newDatabase(t)
	s := migrated(t, db.pool(t, 2), postgres.Options{})
	known := acknowledged{}
	rng := rand.New(rand.NewPCG(1, 2))
	rounds := tier.Pick(15, 50, 2_000)
	for i := 0; i < rounds || len(known) < 3 && i < 20*rounds; i++ { // on a busy machine some writers are killed before they have a connection
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerEnv+"="+db.config.ConnConfig.RuntimeParams["search_path"], writerDSN+"="+db.config.ConnString())
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		var said bytes.Buffer
		cmd.Stderr = &said
		require.NoError(t, cmd.Start())
		silent := time.AfterFunc(patience, func() { cmd.Process.Kill() }) // or it would be waited for without end
		lines := bufio.NewScanner(out)
		var kill *time.Timer
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			version, err := strconv.ParseInt(fields[1], 10, 64)
			require.NoError(t, err)
			known[fields[0]] = version
			if kill == nil {
				silent.Stop()
				kill = time.AfterFunc(time.Duration(rng.IntN(20_000))*time.Microsecond, func() { cmd.Process.Kill() })
			}
		}
		require.Error(t, cmd.Wait(), "the writer was killed")
		silent.Stop()
		require.NotNil(t, kill, "the writer has written nothing: %s", &said)
	}
	require.Len(t, known, 3)
	require.Eventually(t, func() bool { // the server may still be at the last words of the dead
		return !exists(t, db.config.ConnConfig, "SELECT FROM pg_stat_activity WHERE application_name = current_schema()")
	}, patience, tick)
	known.check(t, s)
}
