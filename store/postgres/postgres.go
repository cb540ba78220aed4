package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A DB is where statements are sent: a *pgxpool.Pool, a *pgx.Conn or a [pgx.Tx].
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// A Store is a [store.Driver] over a PostgreSQL database. Over a pool its
// methods may be called concurrently; over a connection or a transaction, one
// at a time.
type Store struct {
	db     DB
	joined bool // db is a transaction of the caller
	sql    statements
}

var _ store.Driver = (*Store)(nil)

// Open returns a Store over db, whose schema [Migrate] has prepared. It fails
// with a [*SchemaError] if the schema is not the one that this package knows.
func Open(ctx context.Context, db DB) (*Store, error) {
	numbering, err := check(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	_, joined := db.(pgx.Tx)
	return &Store{db: db, joined: joined, sql: numbering.dialect().statements()}, nil
}

// WithTx returns a Store whose every call is part of tx, so that a service
// commits rows of its own and ours together, or neither. Nothing is decided
// before tx is committed, and whoever commits it handles a lost connection and a
// serialization failure. After a [*store.ConflictError] tx has written
// nothing of the batch and can go on; after any other error it must be rolled
// back. If the error is then [sp.ErrConflict], run the whole transaction again.
func (s *Store) WithTx(tx pgx.Tx) *Store {
	return &Store{db: tx, joined: true, sql: s.sql}
}

const getSQL = `SELECT version, terms, body FROM sp_record WHERE tenant = $1 AND kind = $2 AND id = $3`

// Get implements [store.Driver].
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := k.Check(); err != nil {
		return store.Record{}, err
	}
	r := store.Record{Key: k}
	found := false
	err := s.query(ctx, func(rows pgx.Rows) error {
		found = true
		var terms []byte
		err := rows.Scan(&r.Version, &terms, &r.Body)
		if err == nil {
			r.Terms, err = decodeTerms(terms)
		}
		return err
	}, getSQL, k.Tenant, k.Kind, k.ID)
	if err == nil && !found {
		err = sp.ErrNotFound
	}
	if err != nil {
		return store.Record{}, fmt.Errorf("postgres: get %s: %w", k, err)
	}
	return r, nil
}

// query sends one statement and calls row for each row of its answer. The
// connection is free again when it returns.
func (s *Store) query(ctx context.Context, row func(pgx.Rows) error, sql string, args ...any) error {
	return query(ctx, s.db, row, sql, args...)
}

func query(ctx context.Context, db DB, row func(pgx.Rows) error, sql string, args ...any) error {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
