package sqlite_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// begin starts a transaction that has the write lock.
func begin(t *testing.T, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	_, err = tx.Exec("INSERT INTO own (id) VALUES ('R-1')")
	require.NoError(t, err)
	return tx
}

func TestOurRowsAndTheCallersAreCommittedTogetherOrNotAtAll(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	_, err := db.Exec("CREATE TABLE own (id TEXT PRIMARY KEY)")
	require.NoError(t, err)
	own := func() (n int) {
		require.NoError(t, db.QueryRow("SELECT count(*) FROM own").Scan(&n))
		return n
	}

	tx := begin(t, db)
	require.NoError(t, s.WithTx(tx).Commit(t.Context(), batch("a", store.New)))
	records, events := contents(t, s)
	require.Equal(t, []int{0, 0, 0}, []int{own(), records, events}, "nobody else sees them yet")
	records, events = contents(t, s.WithTx(tx))
	require.Equal(t, []int{1, 1}, []int{records, events}, "the transaction itself does")
	require.NoError(t, tx.Rollback())
	records, events = contents(t, s)
	require.Equal(t, []int{0, 0, 0}, []int{own(), records, events})

	tx = begin(t, db)
	require.NoError(t, s.WithTx(tx).Commit(t.Context(), batch("a", store.New)))
	require.NoError(t, tx.Commit())
	records, events = contents(t, s)
	require.Equal(t, []int{1, 1, 1}, []int{own(), records, events})
}

func TestABatchThatFailsLeavesTheCallersTransactionAsItWas(t *testing.T) {
	db := handle(t, file(t))
	s := open(t, db)
	_, err := db.Exec("CREATE TABLE own (id TEXT PRIMARY KEY)")
	require.NoError(t, err)
	tx := begin(t, db)
	joined := s.WithTx(tx)
	require.NoError(t, joined.Commit(t.Context(), batch("a", store.New)))
	b := batch("b", store.New)
	b.Puts = append(b.Puts, batch("a", 7).Puts...)
	require.ErrorIs(t, joined.Commit(t.Context(), b), sp.ErrConflict)
	require.ErrorIs(t, joined.Commit(t.Context(), batch("a", store.New)), sp.ErrExists)
	require.NoError(t, joined.Commit(t.Context(), batch("c", store.New)))
	require.NoError(t, tx.Commit())
	records, events := contents(t, s)
	require.Equal(t, []int{2, 2}, []int{records, events})
	_, err = s.Get(t.Context(), key("b"))
	require.ErrorIs(t, err, sp.ErrNotFound)
}
