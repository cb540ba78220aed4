package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/postgres"
)

func TestInTxCommitsTheCallersRowsAndOursTogetherOrNot(t *testing.T) {
	s, pool := open(t, 2, postgres.Options{})
	execute(t, pool.Config().ConnConfig, "CREATE TABLE invoice (referral text)")
	both := func(id string, fail error) error {
		return postgres.InTx(t.Context(), s, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
			if _, err := tx.Exec(ctx, "INSERT INTO invoice VALUES ($1)", id); err != nil {
				return err
			}
			if err := in.Commit(ctx, change(id, store.New)); err != nil {
				return err
			}
			if err := in.Commit(ctx, change(id, 1)); err != nil { // of the same record
				return err
			}
			r, err := in.Get(ctx, key(id))
			require.NoError(t, err)
			require.Equal(t, int64(2), r.Version, "inside the transaction")
			_, err = s.Get(t.Context(), key(id)) //nolint:contextcheck // outside of the transaction
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

func TestInTxIsUsableAfterAConflict(t *testing.T) {
	s, _ := open(t, 2, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	require.NoError(t, store.InTx(t.Context(), s, func(ctx context.Context, in store.Driver) error {
		require.ErrorIs(t, in.Commit(ctx, change("a", store.New)), sp.ErrExists)
		require.ErrorIs(t, in.Commit(ctx, change("a", 5)), sp.ErrConflict)
		require.ErrorIs(t, in.Commit(ctx, bothTenants(5)), sp.ErrConflict)
		return in.Commit(ctx, change("a", 1))
	}))
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2"}, got)
}

func TestInTxConflictsWithWhatAnotherTransactionCreatesMeanwhile(t *testing.T) {
	s, pool := open(t, 3, postgres.Options{})
	first := begun(t, s)
	require.NoError(t, first.Commit(t.Context(), change("a", store.New)))
	second := make(chan error)
	go func() {
		second <- store.InTx(t.Context(), s, func(ctx context.Context, in store.Driver) error {
			return in.Commit(ctx, change("a", store.New)) // waits for the first
		})
	}()
	waiting(t, pool, 1)
	require.NoError(t, first.Confirm(t.Context()))
	require.ErrorIs(t, <-second, sp.ErrConflict)
}

func TestInTxConflictsWhereTheCallersStatementsFailToSerialize(t *testing.T) {
	s, pool := open(t, 2, postgres.Options{})
	execute(t, pool.Config().ConnConfig, "CREATE TABLE counter AS SELECT 0 AS n")
	runs := 0
	err := store.Retry(t.Context(), 5, func(ctx context.Context) error {
		return postgres.InTx(ctx, s, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
			runs++
			if _, err := tx.Exec(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
				return err
			}
			if _, err := in.Get(ctx, key("a")); !errors.Is(err, sp.ErrNotFound) {
				return err
			}
			if runs == 1 {
				_, err := pool.Exec(t.Context(), "UPDATE counter SET n = n + 10") //nolint:contextcheck // outside of the transaction
				require.NoError(t, err)
			}
			_, err := tx.Exec(ctx, "UPDATE counter SET n = n + 1")
			return err
		})
	})
	require.NoError(t, err)
	require.Equal(t, 2, runs)
	require.True(t, exists(t, pool.Config().ConnConfig, "SELECT FROM counter WHERE n = 11"))
}

func TestInTxDoesNotKnowTheOutcomeOfATransactionEndedInside(t *testing.T) {
	s, _ := open(t, 2, postgres.Options{})
	for name, end := range map[string]func(context.Context, pgx.Tx) error{
		"commit":   func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) },
		"rollback": func(ctx context.Context, tx pgx.Tx) error { return tx.Rollback(ctx) },
	} {
		err := postgres.InTx(t.Context(), s, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
			require.NoError(t, in.Commit(ctx, change(name, store.New)))
			return end(ctx, tx)
		})
		require.ErrorIs(t, err, store.ErrOutcomeUnknown)
		require.NoError(t, s.Commit(t.Context(), change("after-"+name, store.New)), "the store goes on")
	}
}

// An error that the caller passes over has ended the transaction on the server, which
// answers COMMIT with ROLLBACK.
func TestInTxCommitsNoTransactionThatTheServerHasGivenUp(t *testing.T) {
	s, _ := open(t, 1, postgres.Options{})
	err := postgres.InTx(t.Context(), s, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
		require.NoError(t, in.Commit(ctx, change("a", store.New)))
		_, err := tx.Exec(ctx, "SELECT 1/0")
		require.Error(t, err)
		return nil
	})
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.NotErrorIs(t, err, store.ErrOutcomeUnknown)
	_, err = s.Get(t.Context(), key("a"))
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestATransactionThatInTxDidNotBeginIsRefused(t *testing.T) {
	db := newDatabase(t)
	pool := db.pool(t, 1)
	migrated(t, pool, postgres.Options{})
	conn, err := pgx.ConnectConfig(t.Context(), db.config.ConnConfig.Copy())
	require.NoError(t, err)
	defer conn.Close(t.Context())
	s, err := postgres.Open(t.Context(), conn)
	require.NoError(t, err)
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = postgres.Open(t.Context(), tx)
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorIs(t, s.Commit(t.Context(), change("a", store.New)), sp.ErrInvalid)
	require.ErrorIs(t, s.Commit(t.Context(), bothTenants(store.New)), sp.ErrInvalid)
	require.ErrorIs(t, store.InTx(t.Context(), s, nil), sp.ErrInvalid)
	require.NoError(t, tx.Rollback(t.Context()))
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	require.ErrorIs(t, postgres.InTx(t.Context(), memstore.New(), func(context.Context, pgx.Tx, store.Driver) error { return nil }), sp.ErrInvalid)
}

// begun returns a transaction that does not outlive the test, which would
// otherwise wait for its connection if it fails.
func begun(t *testing.T, s *postgres.Store) store.Tx {
	t.Helper()
	tx, err := s.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { tx.Abandon(context.WithoutCancel(t.Context())) })
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
func TestInTxWritesNoRecordThatALaterTransactionHasChanged(t *testing.T) {
	s, _ := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	runs := 0
	err := store.Retry(t.Context(), 5, func(ctx context.Context) error {
		runs++
		return postgres.InTx(ctx, s, func(ctx context.Context, tx pgx.Tx, in store.Driver) error {
			if _, err := tx.Exec(ctx, "SELECT pg_current_xact_id()"); err != nil { // as any write of its own would
				return err
			}
			if runs == 1 {
				require.NoError(t, s.Commit(t.Context(), change("a", 1))) //nolint:contextcheck // outside of the transaction
			}
			r, err := in.Get(ctx, key("a"))
			if err != nil {
				return err
			}
			return in.Commit(ctx, change("a", r.Version))
		})
	})
	require.NoError(t, err)
	require.Equal(t, 2, runs)
	got, _ := told(t, s, "")
	require.Equal(t, []string{"a 1", "a 2", "a 3"}, got)
}

func TestAStoreHasOnlyCommittedEventsInItsLog(t *testing.T) {
	s, _ := open(t, 3, postgres.Options{})
	require.NoError(t, s.Commit(t.Context(), change("a", store.New)))
	tx := begun(t, s)
	require.NoError(t, tx.Commit(t.Context(), change("b", store.New)))
	require.NoError(t, s.Commit(t.Context(), change("c", store.New)))
	got, position := told(t, tx, "")
	require.Equal(t, []string{"a 1", "c 1"}, got, "inside the transaction")
	require.NoError(t, tx.Commit(t.Context(), change("d", store.New)))
	got, _ = told(t, tx, position)
	require.Empty(t, got)
	require.NoError(t, tx.Confirm(t.Context()))
	got, _ = told(t, s, "")
	require.Equal(t, []string{"a 1", "b 1", "d 1", "c 1"}, got)
}

// Commits end in another order than they began. A reader that has gone past an
// open one comes back for it; and it is not held up until then.
func TestAReaderComesBackForCommitsThatEndLate(t *testing.T) {
	s, _ := open(t, 4, postgres.Options{})
	begin := func(ids ...string) store.Tx {
		tx := begun(t, s)
		for _, id := range ids {
			require.NoError(t, tx.Commit(t.Context(), change(id, store.New)))
		}
		return tx
	}
	slow, slower, never := begin("slow", "slow-too"), begin("slower"), begin("never")
	require.NoError(t, s.Commit(t.Context(), change("quick", store.New)))
	got, position := told(t, s, "")
	require.Equal(t, []string{"quick 1"}, got, "while three are under way")

	require.NoError(t, slower.Confirm(t.Context()))
	never.Abandon(t.Context())
	got, position = told(t, s, position)
	require.Equal(t, []string{"slower 1"}, got, "when the second has ended")

	require.NoError(t, slow.Confirm(t.Context()))
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
