package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/postgres"
)

func TestOwnRowsAndOursAreCommittedTogetherOrNot(t *testing.T) {
	s, pool := open(t, 2, postgres.Options{})
	execute(t, pool.Config().ConnConfig, "CREATE TABLE invoice (referral text)")
	both := func(id string, fail error) error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "INSERT INTO invoice VALUES ($1)", id); err != nil {
				return err
			}
			if err := s.WithTx(tx).Commit(t.Context(), change(id, store.New)); err != nil {
				return err
			}
			if err := s.WithTx(tx).Commit(t.Context(), change(id, 1)); err != nil { // of the same record
				return err
			}
			r, err := s.WithTx(tx).Get(t.Context(), key(id))
			require.NoError(t, err)
			require.Equal(t, int64(2), r.Version, "inside the transaction")
			_, err = s.Get(t.Context(), key(id))
			require.ErrorIs(t, err, sp.ErrNotFound, "outside of it")
			return fail
		})
	}
	changedMind := errors.New("changed my mind")
	require.ErrorIs(t, both("a", changedMind), changedMind)
	require.NoError(t, both("b", nil))

	_, err := s.Get(t.Context(), key("a"))
	require.ErrorIs(t, err, sp.ErrNotFound)
	got, _ := told(t, s, "")
	require.Equal(t, []string{"b 1", "b 2"}, got)
	var invoices []string
	rows, err := pool.Query(t.Context(), "SELECT referral FROM invoice")
	require.NoError(t, err)
	invoices, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, invoices)
}

func TestAConflictLeavesTheTransactionUsable(t *testing.T) {
	s, pool := open(t, 2, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		joined := s.WithTx(tx)
		require.ErrorIs(t, joined.Commit(t.Context(), change("a", store.New)), sp.ErrExists)
		require.ErrorIs(t, joined.Commit(t.Context(), change("a", 5)), sp.ErrConflict)
		return joined.Commit(t.Context(), change("a", 1))
	}))
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2"}, got)
}

func TestWhatAnotherTransactionCreatesMeanwhileIsAConflictOfTheWholeTransaction(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	first := begun(t, pool)
	require.NoError(t, s.WithTx(first).Commit(t.Context(), change("a", store.New)))
	second := make(chan error)
	go func() {
		second <- pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			return s.WithTx(tx).Commit(t.Context(), change("a", store.New)) // waits for the first
		})
	}()
	waiting(t, pool, 1)
	require.NoError(t, first.Commit(t.Context()))
	require.ErrorIs(t, <-second, sp.ErrConflict)
}

// begun returns a transaction that does not outlive the test, which would
// otherwise wait for its connection if it fails.
func begun(t *testing.T, db postgres.DB) pgx.Tx {
	t.Helper()
	tx, err := db.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { tx.Rollback(context.WithoutCancel(t.Context())) })
	return tx
}

// waiting returns when n sessions wait for a lock.
func waiting(t *testing.T, db postgres.DB, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		rows, err := db.Query(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
		require.NoError(t, err)
		count, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int])
		require.NoError(t, err)
		return count >= n
	}, patience, tick)
}

// The log orders commits by the IDs of their transactions. One that got its ID
// first and writes a record last would tell the story of the record backwards.
func TestATransactionDoesNotWriteARecordThatALaterOneHasChanged(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	runs := 0
	err := store.Retry(t.Context(), 5, func(ctx context.Context) error {
		runs++
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SELECT pg_current_xact_id()"); err != nil { // as any write of its own would
				return err
			}
			if runs == 1 {
				require.NoError(t, s.Commit(ctx, change("a", 1)))
			}
			r, err := s.WithTx(tx).Get(ctx, key("a"))
			if err != nil {
				return err
			}
			return s.WithTx(tx).Commit(ctx, change("a", r.Version))
		})
	})
	require.NoError(t, err)
	require.Equal(t, 2, runs)
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2", "a 3"}, got)
}

func TestOnlyCommittedEventsAreInTheLog(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		joined := s.WithTx(tx)
		require.NoError(t, joined.Commit(t.Context(), change("b", store.New)))
		require.NoError(t, s.Commit(t.Context(), change("c", store.New)))
		got, position := told(t, joined, "")
		require.Equal(t, []string{"a 1", "c 1"}, got, "inside the transaction")
		require.NoError(t, joined.Commit(t.Context(), change("d", store.New)))
		got, _ = told(t, joined, position)
		require.Empty(t, got)
		return nil
	}))
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "b 1", "d 1", "c 1"}, got)
}

// Commits end in another order than they began. A reader that has gone past an
// open one comes back for it; and it is not held up until then.
func TestAReaderComesBackForCommitsThatEndLate(t *testing.T) {
	s, pool := open(t, 4, postgres.Options{})
	begin := func(ids ...string) pgx.Tx {
		tx := begun(t, pool)
		for _, id := range ids {
			require.NoError(t, s.WithTx(tx).Commit(t.Context(), change(id, store.New)))
		}
		return tx
	}
	slow, slower, never := begin("slow", "slow-too"), begin("slower"), begin("never")
	require.NoError(t, s.Commit(t.Context(), change("quick", store.New)))
	got, position := told(t, s, "")
	require.Equal(t, []string{"quick 1"}, got, "while three are under way")

	require.NoError(t, slower.Commit(t.Context()))
	require.NoError(t, never.Rollback(t.Context()))
	got, position = told(t, s, position)
	require.Equal(t, []string{"slower 1"}, got, "when the second has ended")

	require.NoError(t, slow.Commit(t.Context()))
	require.NoError(t, s.Commit(t.Context(), change("last", store.New)))
	var all []string
	for { // stops and resumes behind every event
		var next []string
		for e, err := range s.Log(t.Context(), north, position) {
			require.NoError(t, err)
			next, position = append(next, e.Key.ID), e.Position
			break
		}
		if next == nil {
			break
		}
		all = append(all, next...)
	}
	require.Equal(t, []string{"slow", "slow-too", "last"}, all, "when all have ended")
	got, _ = told(t, s, "")
	require.Equal(t, []string{"slow 1", "slow-too 1", "slower 1", "quick 1", "last 1"}, got, "from the beginning")
}
