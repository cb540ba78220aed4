package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A DB is where statements are sent: a *pgxpool.Pool or a *pgx.Conn.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// A Store is a [store.Driver] over a PostgreSQL database. Over a pool its
// methods may be called concurrently; over a connection, one at a time.
type Store struct {
	db     DB
	joined bool // db is a transaction
	sql    statements
	own    *pgxpool.Pool // of a Store that has made it itself
}

var _ store.Beginner = (*Store)(nil)

// Open returns a Store over db, whose schema [Migrate] has prepared. It fails
// with a [*SchemaError] if the schema is not the one that this package knows. A
// transaction is refused, since it may be rolled back after what was written in it
// has been taken for saved: see [InTx].
func Open(ctx context.Context, db DB) (*Store, error) {
	if _, ok := db.(pgx.Tx); ok {
		return nil, fmt.Errorf("postgres: open: over a transaction: use InTx: %w", sp.ErrInvalid)
	}
	var numbering Numbering
	err := again(ctx, func() (err error) {
		numbering, err = check(ctx, db)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	return &Store{db: db, sql: numbering.dialect().statements()}, nil
}

// Connect opens a database of a server by a pool of its own, and brings its tables up to date:
// for a service that needs no pool, and whose account may change tables. Close closes the pool.
// How large it is and how long it waits, the DSN can say: see [pgxpool.ParseConfig].
func Connect(ctx context.Context, dsn string, o Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil { // whose words may repeat a password that is not escaped
		return nil, sp.Invalid("postgres: connect", "dsn", sp.Malformed, "must be a URL whose parts are escaped, or words such as host=localhost: see pgxpool.ParseConfig")
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgres: connect: %w", err)
	}
	if err := Migrate(ctx, pool, o); err != nil {
		pool.Close()
		return nil, err
	}
	s, err := Open(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.own = pool
	return s, nil
}

// Close closes the pool that [Connect] has made. One that was given to [Open] stays open.
func (s *Store) Close() error {
	if s.own != nil {
		s.own.Close()
	}
	return nil
}

const getSQL = `SELECT version, terms, body, head, sum FROM sp_record WHERE tenant = $1 AND kind = $2 AND id = $3`

// Get implements [store.Driver].
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := errors.Join(k.Check(), s.outside(ctx)); err != nil {
		return store.Record{}, err
	}
	r := store.Record{Key: k}
	var found bool
	err := s.query(ctx, func() { found = false }, func(rows pgx.Rows) error {
		found = true
		return read(rows, &r, &r.Version)
	}, getSQL, k.Tenant, k.Kind, k.ID)
	if err == nil && !found {
		err = sp.ErrNotFound
	}
	if err != nil {
		return store.Record{}, fmt.Errorf("postgres: get %s: %w", k, err)
	}
	return r, nil
}

// read reads a row that begins with the columns named and ends with those of a
// record that are not part of its key or its version, and verifies it.
func read(rows pgx.Rows, r *store.Record, begin ...any) error {
	var terms, head []byte
	var sum *int64
	err := rows.Scan(append(begin, &terms, &r.Body, &head, &sum)...)
	if err == nil {
		r.Terms, err = decodeTerms(terms)
	}
	if err != nil {
		return err
	}
	copied := copy(r.Head[:], head)
	if sum == nil { // it is from before there were any
		return nil
	}
	if copied != len(head) || copied != 0 && copied != len(r.Head) {
		return &store.CorruptError{Key: r.Key, Version: r.Version}
	}
	return r.Verify(*sum)
}

// query sends a statement that reads, calls start, and then row for each row of the
// answer; and again where the database asks for that, as it does under serializable
// isolation. The connection is free again when it returns.
func (s *Store) query(ctx context.Context, start func(), row func(pgx.Rows) error, sql string, args ...any) error {
	try := func() error {
		start()
		return query(ctx, s.db, row, sql, args...)
	}
	if s.joined {
		return inTransaction(try())
	}
	return again(ctx, try)
}

func query(ctx context.Context, db DB, row func(pgx.Rows) error, sql string, args ...any) error {
	rows, err := db.Query(ctx, sql, hide(args)...)
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
