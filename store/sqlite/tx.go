package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// InTx is [store.InTx] over a Store, wrapped or not, for one's own tables in the same
// file: what f writes to tx and what it saves to in are there together, or neither
// is. The transaction has the write lock from the start, so that it never meets
// "database is locked (517)", and every other writer waits until it ends: keep it short.
// It is not for f to commit it or to roll it back.
func InTx(ctx context.Context, d store.Driver, f func(ctx context.Context, tx *sql.Tx, in store.Driver) error) error {
	return store.InTx(ctx, d, func(ctx context.Context, in store.Driver) error {
		t, ok := store.Base(in).(*transaction)
		if !ok {
			return fmt.Errorf("sqlite: %T is not a driver of this package: %w", store.Base(d), sp.ErrInvalid)
		}
		return f(ctx, t.tx, in)
	})
}

// outside refuses a call with the context of a transaction that s has begun.
func (s *Store) outside(ctx context.Context) error {
	if s.tx != nil {
		return nil
	}
	return store.Outside(ctx, s)
}

// Begin implements [store.Beginner], for [store.InTx].
func (s *Store) Begin(ctx context.Context) (store.Tx, error) {
	if err := s.outside(ctx); err != nil {
		return nil, err
	}
	return s.begin(ctx)
}

// A transaction has its turn to write and the lock.
type transaction struct {
	of, in *Store // in is of within the transaction
	conn   *sql.Conn
	tx     *sql.Tx
}

// begin waits for the turn to write, and takes the lock.
func (s *Store) begin(ctx context.Context) (*transaction, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	t := &transaction{of: s}
	if err := t.open(ctx); err != nil {
		s.leave()
		return nil, fmt.Errorf("sqlite: begin: %w", interrupted(ctx, err))
	}
	in := *s
	in.tx, t.in = t.tx, &in
	return t, nil
}

func (t *transaction) open(ctx context.Context) (err error) {
	if t.conn, err = t.of.db.Conn(ctx); err != nil {
		return err
	}
	// The transaction is not tied to ctx, or its end could fall into the middle of
	// COMMIT. Between statements, whoever writes looks at ctx itself.
	whole := context.WithoutCancel(ctx)
	if t.tx, err = t.conn.BeginTx(whole, nil); err != nil {
		return errors.Join(err, t.conn.Close())
	}
	// A transaction that starts by reading may find, when it wants to write,
	// that another has written since, and cannot wait. So the lock comes first.
	if _, err = t.tx.StmtContext(whole, t.of.sql.lock).ExecContext(whole); err != nil {
		return errors.Join(err, undone(t.tx.Rollback()), t.conn.Close())
	}
	return nil
}

// confirm commits, and gives the connection and the turn back.
func (t *transaction) confirm() error {
	err := t.tx.Commit()
	if err != nil {
		err = outcome(err)
		// Where it was the lock or the disk, the transaction is still open.
		_, undo := t.conn.ExecContext(context.Background(), "ROLLBACK") // which nothing is to cut off
		err = errors.Join(err, undone(undo))
	}
	t.release()
	return err
}

// abandon rolls back, and gives the connection and the turn back.
func (t *transaction) abandon() error {
	err := undone(t.tx.Rollback())
	t.release()
	return err
}

func (t *transaction) release() {
	t.conn.Close() //nolint:errcheck // it goes back to the pool; the transaction has its own outcome
	t.of.leave()
}

func (t *transaction) Of() store.Driver { return t.of }

func (t *transaction) Confirm(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return errors.Join(err, t.abandon())
	}
	return t.confirm() //nolint:contextcheck // nothing is to cut off the end
}

func (t *transaction) Abandon(context.Context) {
	t.abandon() //nolint:errcheck // SQLite rolls back by itself what it cannot roll back when asked
}

func (t *transaction) Get(ctx context.Context, k store.Key) (store.Record, error) {
	return t.in.Get(ctx, k)
}

func (t *transaction) Commit(ctx context.Context, b store.Batch) error { return t.in.Commit(ctx, b) }

func (t *transaction) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return t.in.Scan(ctx, q)
}

func (t *transaction) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return t.in.Log(ctx, tenant, after)
}
