package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/socialprescribing/sp/internal/tier"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/sqlite"
	"github.com/socialprescribing/sp/store/storetest"
)

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func key(id string) store.Key { return store.Key{Tenant: "north", Kind: "referral", ID: id} }

func batch(id string, expected int64) store.Batch {
	return store.Batch{
		Puts:   []store.Put{{Key: key(id), If: expected, Terms: store.Terms{"state": "open", "due": id}, Body: []byte("body of " + id)}},
		Events: []store.RecordedEvent{{Key: key(id), Version: expected + 1, Type: "changed", Stamp: sp.By(sp.Actor{ID: "w"}, moment)}},
	}
}

func count[T any](t *testing.T, seq iter.Seq2[T, error]) (n int) {
	t.Helper()
	for _, err := range seq {
		require.NoError(t, err)
		n++
	}
	return n
}

func contents(t *testing.T, d store.Driver) (records, events int) {
	t.Helper()
	return count(t, d.Scan(t.Context(), store.Query{Tenant: "north", Kind: "referral"})), count(t, d.Log(t.Context(), "north", ""))
}

// countdown returns a context that is cancelled when it is asked for the n-th
// time whether it is.
func countdown(t *testing.T, n int) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &counting{Context: ctx, cancel: cancel, left: n}
}

type counting struct {
	context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	left   int
}

func (c *counting) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		c.cancel()
	}
	return c.Context.Err()
}

func (c *counting) Done() <-chan struct{} {
	_ = c.Err()
	return c.Context.Done()
}

func TestACommitCancelledAtAnyStepChangesNothing(t *testing.T) {
	s := open(t, handle(t, file(t)))
	require.NoError(t, s.Commit(t.Context(), batch("a", store.New)))
	b := batch("b", store.New)
	b.Puts = append(b.Puts, batch("a", 1).Puts...)
	b.Deletes = []store.Delete{{Key: key("c"), If: store.Any}}
	steps := 0
	for ; ; steps++ {
		err := s.Commit(countdown(t, steps), b)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, store.ErrOutcomeUnknown)
		records, events := contents(t, s)
		require.Equal(t, []int{1, 1}, []int{records, events}, "after step %d", steps)
	}
	require.Greater(t, steps, 4)
	records, events := contents(t, s)
	require.Equal(t, []int{2, 2}, []int{records, events})
}

func TestAStoreSaysThatAReadWasCancelledAtAnyStep(t *testing.T) {
	tier.Unraced(t)
	s := open(t, handle(t, file(t)))
	for i := range 150 {
		require.NoError(t, s.Commit(t.Context(), batch(fmt.Sprintf("%03d", i), store.New)))
	}
	q := store.Query{Tenant: "north", Kind: "referral", Where: store.Where{"state": {"open"}}, Range: store.Range{Term: "due"}}
	for name, read := range map[string]func(context.Context) (int, error){
		"Get": func(ctx context.Context) (int, error) { _, err := s.Get(ctx, key("007")); return 150, err },
		"Scan": func(ctx context.Context) (n int, err error) {
			for _, err := range s.Scan(ctx, q) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		},
		"Log": func(ctx context.Context) (n int, err error) {
			for _, err := range s.Log(ctx, "north", "") {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			for step := 0; ; step += 1 + step/4 {
				n, err := read(countdown(t, step))
				if err == nil {
					require.Equal(t, 150, n)
					break
				}
				require.ErrorIs(t, err, context.Canceled, "at step %d", step)
			}
		})
	}
}

func TestAFullDiskFailsTheCommitAndNothingElse(t *testing.T) {
	db := handle(t, file(t))
	db.SetMaxOpenConns(1) // the limit belongs to a connection
	s := open(t, db)
	var pages int
	require.NoError(t, db.QueryRow("PRAGMA page_count").Scan(&pages))
	_, err := db.Exec(fmt.Sprint("PRAGMA max_page_count = ", pages+20))
	require.NoError(t, err)
	done := 0
	for ; ; done++ {
		b := batch(fmt.Sprintf("%03d", done), store.New)
		b.Puts[0].Body = make([]byte, 5000)
		if err = s.Commit(t.Context(), b); err != nil {
			break
		}
		require.Less(t, done, 100, "the disk does not get full")
	}
	require.ErrorContains(t, err, "full")
	require.NotErrorIs(t, err, sp.ErrConflict)
	require.NotErrorIs(t, err, store.ErrOutcomeUnknown, "a full disk is known to have written nothing")
	records, events := contents(t, s)
	require.Equal(t, []int{done, done}, []int{records, events})
	_, err = db.Exec("PRAGMA max_page_count = 1000000")
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), batch("more", store.New)), "with space again it goes on")
}

func TestAStoreTakesALockHeldTooLongForNoConflict(t *testing.T) {
	path := file(t)
	open(t, handle(t, path))
	impatient, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(50)")
	require.NoError(t, err)
	defer impatient.Close()
	s := open(t, impatient)

	other := handle(t, path)
	conn, err := other.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	err = s.Commit(t.Context(), batch("a", store.New))
	require.ErrorContains(t, err, "locked")
	for _, wrong := range []error{sp.ErrConflict, sp.ErrExists, store.ErrOutcomeUnknown} {
		require.NotErrorIs(t, err, wrong)
	}
	_, err = s.Get(t.Context(), key("a"))
	require.ErrorIs(t, err, sp.ErrNotFound, "readers wait for nobody")
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.NoError(t, s.Commit(t.Context(), batch("a", store.New)))
}

func TestAStoreStopsWaitingToWriteWhenCancelled(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec("UPDATE sp_schema SET version = version") // takes the lock
	require.NoError(t, err)
	first := make(chan error, 1)
	go func() { first <- s.Commit(t.Context(), batch("a", store.New)) }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	time.Sleep(20 * time.Millisecond) // most likely the first has its turn by now; either order must work
	require.ErrorIs(t, s.Commit(ctx, batch("b", store.New)), context.DeadlineExceeded)
	require.NoError(t, tx.Rollback())
	require.NoError(t, <-first)
}

// coded is an error of a driver that tells SQLite's result code.
type coded int

func (c coded) Error() string { return fmt.Sprint("code ", int(c)) }
func (c coded) Code() int     { return int(c) }

func TestAFailedCOMMITIsUnknownUnlessItCannotHaveHappened(t *testing.T) {
	for _, tt := range []struct {
		name    string
		err     error
		unknown bool
	}{
		{"the lock is held", coded(5), false},
		{"the lock is held, in detail", coded(5 | 2<<8), false},
		{"the disk is full", coded(13), false},
		{"the disk fails", coded(10), true},
		{"the driver tells nothing", errors.New("oops"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := sqlite.Outcome(tt.err)
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, tt.unknown, errors.Is(err, store.ErrOutcomeUnknown))
		})
	}
}

// shared is one file seen through the handles of two processes, in turn.
type shared struct {
	stores [2]store.Driver
	mu     sync.Mutex
	calls  int
}

func (s *shared) next() store.Driver {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	return s.stores[s.calls%2]
}

func (s *shared) Get(ctx context.Context, k store.Key) (store.Record, error) {
	return s.next().Get(ctx, k)
}
func (s *shared) Commit(ctx context.Context, b store.Batch) error { return s.next().Commit(ctx, b) }
func (s *shared) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return s.next().Scan(ctx, q)
}

func (s *shared) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return s.next().Log(ctx, tenant, after)
}

func TestAStoreOfTwoProcessesOnOneFileKeepsEveryPromise(t *testing.T) {
	tier.Unraced(t) // the two share a file and no memory
	storetest.Run(t, func(t *testing.T) store.Driver {
		t.Helper()
		path := file(t)
		return &shared{stores: [2]store.Driver{open(t, handle(t, path)), open(t, handle(t, path))}}
	})
}
