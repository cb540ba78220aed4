package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/sqlite"
)

// withOwn returns a store in a file that has a table of the caller's too.
func withOwn(t *testing.T) (*sqlite.Store, *sql.DB) {
	t.Helper()
	db := handle(t, file(t))
	s := open(t, db)
	_, err := db.Exec("CREATE TABLE own (id TEXT PRIMARY KEY)")
	require.NoError(t, err)
	return s, db
}

var errMind = errors.New("changed my mind")

func TestInTxCommitsTheCallersRowsAndOursTogetherOrNotAtAll(t *testing.T) {
	s, db := withOwn(t)
	own := func() (n int) {
		require.NoError(t, db.QueryRow("SELECT count(*) FROM own").Scan(&n))
		return n
	}
	for _, want := range []error{errMind, nil} {
		err := sqlite.InTx(t.Context(), s, func(ctx context.Context, tx *sql.Tx, in store.Driver) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO own (id) VALUES ('R-1')")
			require.NoError(t, err)
			require.NoError(t, in.Commit(ctx, batch("a", store.New)))
			records, events := contents(t, s) //nolint:contextcheck // outside of the transaction
			require.Equal(t, []int{0, 0, 0}, []int{own(), records, events}, "nobody else sees them yet")
			r, err := in.Get(ctx, key("a"))
			require.NoError(t, err)
			require.Equal(t, int64(1), r.Version, "the transaction itself does")
			return want
		})
		require.ErrorIs(t, err, want)
		there := 0
		if want == nil {
			there = 1
		}
		records, events := contents(t, s)
		require.Equal(t, []int{there, there, there}, []int{own(), records, events})
	}
}

func TestInTxIsAsItWasAfterABatchThatFails(t *testing.T) {
	s, _ := withOwn(t)
	require.NoError(t, store.InTx(t.Context(), s, func(ctx context.Context, in store.Driver) error {
		require.NoError(t, in.Commit(ctx, batch("a", store.New)))
		b := batch("b", store.New)
		b.Puts = append(b.Puts, batch("a", 7).Puts...)
		require.ErrorIs(t, in.Commit(ctx, b), sp.ErrConflict)
		require.ErrorIs(t, in.Commit(ctx, batch("a", store.New)), sp.ErrExists)
		return in.Commit(ctx, batch("c", store.New))
	}))
	records, events := contents(t, s)
	require.Equal(t, []int{2, 2}, []int{records, events})
	_, err := s.Get(t.Context(), key("b"))
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestInTxDoesNotKnowTheOutcomeOfATransactionEndedInside(t *testing.T) {
	s, _ := withOwn(t)
	for name, end := range map[string]func(*sql.Tx) error{
		"commit": (*sql.Tx).Commit, "rollback": (*sql.Tx).Rollback,
		"by hand": func(tx *sql.Tx) error { _, err := tx.Exec("ROLLBACK"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			err := sqlite.InTx(t.Context(), s, func(ctx context.Context, tx *sql.Tx, in store.Driver) error {
				require.NoError(t, in.Commit(ctx, batch(name, store.New)))
				return end(tx)
			})
			require.ErrorIs(t, err, store.ErrOutcomeUnknown)
			require.NoError(t, s.Commit(t.Context(), batch("after "+name, store.New)), "the store goes on")
		})
	}
}

func TestInTxRefusesATransactionOfAnotherDriver(t *testing.T) {
	err := sqlite.InTx(t.Context(), memstore.New(), func(context.Context, *sql.Tx, store.Driver) error { return nil })
	require.ErrorIs(t, err, sp.ErrInvalid)
}

// What the guide says about the handle is needed by transactions of the caller.
func TestTransactionsThatBeginByReadingNeedTheLockAtOnce(t *testing.T) {
	for _, tt := range []struct {
		name, settings string
		fails          bool
	}{
		{"as in the guide", settings, false},
		{"without it", strings.Replace(settings, "&_txlock=immediate", "", 1), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := file(t)
			s := open(t, handle(t, path))
			own, err := sql.Open("sqlite", "file:"+path+tt.settings)
			require.NoError(t, err)
			defer own.Close()
			_, err = own.Exec("CREATE TABLE own (n INTEGER); INSERT INTO own VALUES (0)")
			require.NoError(t, err)
			tx, err := own.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			defer tx.Rollback()
			var n int
			require.NoError(t, tx.QueryRow("SELECT n FROM own").Scan(&n))
			done := make(chan error, 1)
			go func() { done <- s.Commit(context.WithoutCancel(t.Context()), batch("a", store.New)) }()
			if tt.fails {
				require.NoError(t, <-done)
			}
			_, err = tx.Exec("UPDATE own SET n = n + 1")
			if tt.fails {
				require.ErrorContains(t, err, "517")
				return
			}
			require.NoError(t, err)
			require.NoError(t, tx.Commit())
			require.NoError(t, <-done, "the other has waited")
		})
	}
}

func TestATransactionWorksOnAHandleThatBeginsLate(t *testing.T) {
	path := file(t)
	open(t, handle(t, path))
	db, err := sql.Open("sqlite", "file:"+path+strings.Replace(settings, "&_txlock=immediate", "", 1))
	require.NoError(t, err)
	defer db.Close()
	stores := []*sqlite.Store{open(t, db), open(t, handle(t, path))} // of two processes
	const each = 20
	errs := make(chan error, 4)
	for w := range 4 {
		go func() {
			var err error
			for range each {
				err = errors.Join(err, sqlite.InTx(t.Context(), stores[w%2], func(ctx context.Context, _ *sql.Tx, in store.Driver) error {
					r, err := in.Get(ctx, key("a")) // it begins by reading
					if err != nil && !errors.Is(err, sp.ErrNotFound) {
						return err
					}
					return in.Commit(ctx, batch("a", r.Version))
				}))
			}
			errs <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-errs)
	}
	r, err := stores[0].Get(t.Context(), key("a"))
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(4*each), fmt.Sprint(r.Version))
}
