package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/socialprescribing/sp"
)

// connection returns what a statement can be sent over, and what gives it back.
// A pool is asked for it beforehand, which tells a server that cannot be reached
// from one whose answer is lost: until then nothing has been sent.
func (s *Store) connection(ctx context.Context) (DB, func(), error) {
	switch db := s.db.(type) {
	case interface {
		Acquire(context.Context) (*pgxpool.Conn, error)
	}:
		conn, err := db.Acquire(ctx)
		if err != nil {
			return nil, nil, err
		}
		return conn, conn.Release, nil
	case interface{ PgConn() *pgconn.PgConn }:
		return s.db, func() {}, idle(db.PgConn())
	}
	return s.db, func() {}, nil
}

// begin begins a transaction. Nothing in it is committed before [confirm].
func (s *Store) begin(ctx context.Context) (pgx.Tx, error) {
	if db, ok := s.db.(interface{ PgConn() *pgconn.PgConn }); ok {
		if err := idle(db.PgConn()); err != nil {
			return nil, err
		}
	}
	return s.db.Begin(ctx)
}

// idle refuses a connection on which the caller has begun a transaction: what we
// report as committed would go with it if it is rolled back.
func idle(conn *pgconn.PgConn) error {
	const outside = 'I'
	switch {
	case conn.IsClosed():
		return errors.New("the connection is closed")
	case conn.TxStatus() != outside:
		return fmt.Errorf("the connection is within a transaction that InTx did not begin: %w", sp.ErrInvalid)
	}
	return nil
}

// confirm commits tx.
func confirm(ctx context.Context, tx pgx.Tx) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return outcome(tx.Commit(ctx))
}

// abandon rolls tx back unless it has ended. Where that fails, as when ctx is done,
// pgx closes the connection, and the server rolls back by itself.
func abandon(ctx context.Context, tx pgx.Tx) {
	tx.Rollback(ctx) //nolint:errcheck // there is an error already, or it has committed
}
