package postgres_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

const (
	patience = time.Minute
	tick     = 5 * time.Millisecond
)

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

func TestAStoreReportsAContextCancelledAtAnyStepAndLeavesNoHalves(t *testing.T) {
	db := newDatabase(t)
	direct := migrated(t, db.pool(t, 1), postgres.Options{})
	require.NoError(t, direct.Commit(t.Context(), pair("0", store.New)))
	operations := map[string]func(context.Context, *postgres.Store, int64) error{
		"get": func(ctx context.Context, s *postgres.Store, _ int64) error {
			_, err := s.Get(ctx, key("0-a"))
			return err
		},
		"commit": func(ctx context.Context, s *postgres.Store, version int64) error {
			return s.Commit(ctx, pair("0", version))
		},
		"commit for two tenants": func(ctx context.Context, s *postgres.Store, version int64) error {
			b := pair("0", version)
			other := put("x", store.Any)
			other.Tenant = "south"
			b.Puts = append(b.Puts, other)
			return s.Commit(ctx, b)
		},
		"scan": func(ctx context.Context, s *postgres.Store, _ int64) error {
			_, _, err := store.Page(ctx, s, store.Query{Tenant: north, Kind: kind})
			return err
		},
		"log": func(ctx context.Context, s *postgres.Store, _ int64) (err error) {
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
				before, err := direct.Get(t.Context(), key("0-a"))
				require.NoError(t, err)
				left.Store(n)
				err = operation(ctx, s, before.Version)
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

func TestAStoreWhoseSessionEndedDoesNotKnowTheOutcome(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	holder := begun(t, s)
	require.NoError(t, holder.Commit(t.Context(), change("a", 1)))
	ended := make(chan error)
	go func() { ended <- s.Commit(t.Context(), change("a", 1)) }() // waits for the holder
	waiting(t, pool, 1)
	_, err := pool.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
	require.NoError(t, err)
	require.ErrorIs(t, <-ended, store.ErrOutcomeUnknown)
	holder.Abandon(t.Context())
	require.NoError(t, s.Commit(t.Context(), change("a", 1)))
}

func TestAStoreThatCannotBeReachedHasNoUnknownOutcome(t *testing.T) {
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
