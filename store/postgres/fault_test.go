package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

const (
	writerEnv = "SP_POSTGRES_WRITER" // the schema that a child process writes to
	writerDSN = "SP_POSTGRES_WRITER_DSN"
	patience  = 30 * time.Second
	tick      = 5 * time.Millisecond
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
		found, _, err := store.Page(t.Context(), s, store.Query{Tenant: north, Kind: kind, Where: map[string][]string{"due": {r.Terms["due"]}}})
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

func TestKillingAWriterLosesNothingAndLeavesNoHalves(t *testing.T) {
	db := newDatabase(t)
	s := migrated(t, db.pool(t, 2), postgres.Options{})
	known := acknowledged{}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerEnv+"="+db.config.ConnConfig.RuntimeParams["search_path"], writerDSN+"="+db.config.ConnString())
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		var kill *time.Timer
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			version, err := strconv.ParseInt(fields[1], 10, 64)
			require.NoError(t, err)
			known[fields[0]] = version
			if kill == nil {
				kill = time.AfterFunc(time.Duration(rng.IntN(20_000))*time.Microsecond, func() { cmd.Process.Kill() })
			}
		}
		require.Error(t, cmd.Wait(), "the writer was killed")
		require.NotNil(t, kill, "the writer has written")
	}
	require.Len(t, known, 3)
	require.Eventually(t, func() bool { // the server may still be at the last words of the dead
		return !exists(t, db.config.ConnConfig, "SELECT FROM pg_stat_activity WHERE application_name = current_schema()")
	}, patience, tick)
	known.check(t, s)
}

func TestARestartAfterACrashLosesNothingAcknowledged(t *testing.T) {
	server := available(t)
	if server.dir == "" {
		t.Skip("the server is not ours to stop")
	}
	db := newDatabase(t)
	s := migrated(t, db.pool(t, 8), postgres.Options{})
	known := acknowledged{}
	for range 3 {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var commits atomic.Int64
		for w := range 6 {
			writer := strconv.Itoa(w)
			wg.Go(func() {
				err := writeAs(t.Context(), s, writer, func(version int64) {
					commits.Add(1)
					mu.Lock()
					known[writer] = version
					mu.Unlock()
				})
				t.Logf("writer %s: %v", writer, err)
			})
		}
		require.Eventually(t, func() bool { return commits.Load() > 200 }, patience, tick)
		require.NoError(t, server.stop("immediate"))
		wg.Wait()
		require.NoError(t, server.start())
	}
	again, err := postgres.Open(t.Context(), db.pool(t, 2))
	require.NoError(t, err)
	known.check(t, again)
}

// A proxy stands between the driver and the server, and cuts connections.
type proxy struct {
	net.Listener
	network, server string
	cut             atomic.Int32 // where to cut the next statement
}

// Where a proxy cuts.
const (
	nowhere       = iota
	beforeRequest // the server never hears of it
	beforeAnswer  // the server has done it
)

func newProxy(t *testing.T, db database) (*proxy, *pgxpool.Pool) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := db.config.ConnConfig
	p := &proxy{Listener: listener, network: "tcp", server: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))}
	if strings.HasPrefix(c.Host, "/") {
		p.network, p.server = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", c.Host, c.Port)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := p.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(conn) })
		}
	})
	config := db.config.Copy()
	config.MaxConns = 1
	address := listener.Addr().(*net.TCPAddr)
	config.ConnConfig.Host, config.ConnConfig.Port = "127.0.0.1", uint16(address.Port)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { pool.Close(); listener.Close(); wg.Wait() })
	return p, pool
}

// serve passes bytes on in both directions until one side ends or it cuts.
func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial(p.network, p.server)
	if err != nil {
		client.Close()
		return
	}
	var wg sync.WaitGroup
	pass := func(from, to net.Conn, cut int32) {
		defer to.Close()
		defer from.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := from.Read(buf)
			if err != nil || p.cut.CompareAndSwap(cut, nowhere) {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	wg.Go(func() { pass(client, server, beforeRequest) })
	wg.Go(func() { pass(server, client, beforeAnswer) })
	wg.Wait()
}

func TestACutConnectionLeavesTheOutcomeUnknownAndTheRetrySafe(t *testing.T) {
	for name, cut := range map[string]int32{"before the request": beforeRequest, "before the answer": beforeAnswer} {
		t.Run(name, func(t *testing.T) {
			db := newDatabase(t)
			direct := migrated(t, db.pool(t, 1), postgres.Options{})
			p, pool := newProxy(t, db)
			s, err := postgres.Open(t.Context(), pool)
			require.NoError(t, err)
			require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
			for version := int64(1); version <= 20; version++ {
				p.cut.Store(cut)
				err := s.Commit(t.Context(), change("a", version))
				require.ErrorIs(t, err, store.ErrOutcomeUnknown)
				require.NotErrorIs(t, err, sp.ErrConflict)
				r, err := direct.Get(t.Context(), key("a"))
				require.NoError(t, err)
				if cut == beforeRequest {
					require.Equal(t, version, r.Version, "the server has not heard of it")
					require.NoError(t, s.Commit(t.Context(), change("a", version)))
					continue
				}
				require.Equal(t, version+1, r.Version, "the server has done it")
				require.ErrorIs(t, s.Commit(t.Context(), change("a", version)), sp.ErrConflict)
			}
			got, _ := told(t, direct, "")
			require.Len(t, got, 21)
		})
	}
}

// A canceller is a connection that cancels a context at its n-th read or write.
type canceller struct {
	net.Conn
	left   *atomic.Int64
	cancel context.CancelFunc
}

func (c canceller) step() {
	if c.left.Add(-1) == 0 {
		c.cancel()
	}
}

func (c canceller) Read(b []byte) (int, error)  { c.step(); return c.Conn.Read(b) }
func (c canceller) Write(b []byte) (int, error) { c.step(); return c.Conn.Write(b) }

func TestAContextCancelledAtAnyStepIsReportedAndLeavesNoHalves(t *testing.T) {
	db := newDatabase(t)
	direct := migrated(t, db.pool(t, 1), postgres.Options{})
	require.NoError(t, direct.Commit(t.Context(), pair("0", store.New)))
	operations := map[string]func(context.Context, *postgres.Store) error{
		"get": func(ctx context.Context, s *postgres.Store) error {
			_, err := s.Get(ctx, key("0-a"))
			return err
		},
		"commit": func(ctx context.Context, s *postgres.Store) error {
			r, err := direct.Get(t.Context(), key("0-a"))
			require.NoError(t, err)
			return s.Commit(ctx, pair("0", r.Version))
		},
		"commit for two tenants": func(ctx context.Context, s *postgres.Store) error {
			r, err := direct.Get(t.Context(), key("0-a"))
			require.NoError(t, err)
			b := pair("0", r.Version)
			other := put("x", store.Any)
			other.Tenant = "south"
			b.Puts = append(b.Puts, other)
			return s.Commit(ctx, b)
		},
		"scan": func(ctx context.Context, s *postgres.Store) error {
			_, _, err := store.Page(ctx, s, store.Query{Tenant: north, Kind: kind})
			return err
		},
		"log": func(ctx context.Context, s *postgres.Store) (err error) {
			for _, err = range s.Log(ctx, north, "") {
			}
			return err
		},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			cancelled := 0
			for n := int64(1); ; n++ {
				require.Less(t, n, int64(1000), "the operation always fails")
				ctx, cancel := context.WithCancel(t.Context())
				var left atomic.Int64
				config := db.config.Copy()
				config.MaxConns = 1
				dial := config.ConnConfig.DialFunc
				config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := dial(ctx, network, address)
					return canceller{conn, &left, cancel}, err
				}
				pool, err := pgxpool.NewWithConfig(t.Context(), config)
				require.NoError(t, err)
				s, err := postgres.Open(t.Context(), pool)
				require.NoError(t, err)
				left.Store(n)
				err = operation(ctx, s)
				reached := left.Load() <= 0
				pool.Close()
				cancel()
				if !reached {
					require.NoError(t, err)
					break
				}
				if err != nil {
					cancelled++
					require.ErrorIs(t, err, context.Canceled, "at step %d", n)
				}
				acknowledged{}.check(t, direct)
			}
			require.Positive(t, cancelled)
		})
	}
}

func TestAnEndedSessionLeavesTheOutcomeUnknown(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	holder, err := pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.WithTx(holder).Commit(t.Context(), change("a", 1)))
	ended := make(chan error)
	go func() { ended <- s.Commit(t.Context(), change("a", 1)) }() // waits for the holder
	waiting(t, pool, 1)
	_, err = pool.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
	require.NoError(t, err)
	require.ErrorIs(t, <-ended, store.ErrOutcomeUnknown)
	require.NoError(t, holder.Rollback(t.Context()))
	require.NoError(t, s.Commit(t.Context(), change("a", 1)))
}

func TestADatabaseThatCannotBeReachedIsNoUnknownOutcome(t *testing.T) {
	db := newDatabase(t)
	migrated(t, db.pool(t, 1), postgres.Options{})
	config := db.config.Copy()
	refused := errors.New("refused")
	var down atomic.Bool
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if down.Load() {
			return nil, refused
		}
		return dial(ctx, network, address)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	defer pool.Close()
	s, err := postgres.Open(t.Context(), pool)
	require.NoError(t, err)
	down.Store(true)
	pool.Reset()
	err = s.Commit(t.Context(), change("a", store.New))
	require.ErrorIs(t, err, refused)
	require.NotErrorIs(t, err, store.ErrOutcomeUnknown)
}
