package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Store is a [store.Driver] over one SQLite database.
type Store struct {
	db   *sql.DB
	tx   *sql.Tx // of a Store within a transaction
	sql  *statements
	turn chan struct{} // holds one token: whose turn it is to write
	own  *sql.DB       // of a Store that has opened its file itself
}

var _ store.Beginner = (*Store)(nil)

// Open returns a Store over db, whose schema [Migrate] has prepared. It fails
// with an [*sp.InvalidError] that names every setting of the handle that is
// wrong, or with a [*SchemaError]. Use one Store for each handle.
func Open(ctx context.Context, db *sql.DB) (*Store, error) {
	if err := within(ctx, db, check); err != nil {
		return nil, err
	}
	s := &Store{db: db, turn: make(chan struct{}, 1)}
	var err error
	if s.sql, err = prepare(ctx, db); err != nil {
		return nil, err
	}
	return s, nil
}

// OpenFile opens the database in a file, which it makes where there is none, and brings its
// tables up to date: for a service that needs no handle of its own. A file that it makes may be
// read by its owner alone. A commit survives a power cut (synchronous=full), others wait five
// seconds for their turn, and Close closes the file. The path is a name of a file and no DSN. The
// driver is the one that goes by the name "sqlite" and reads its settings as
// modernc.org/sqlite does: import that.
func OpenFile(ctx context.Context, path string) (*Store, error) {
	if path == ":memory:" { // each of a pool's connections would have a database of its own
		return nil, sp.Invalid("sqlite: open a file", "path", sp.Malformed, "must name a file: what is to be kept in memory, package memstore keeps")
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // SQLite itself would let everybody read it
	if err != nil {
		return nil, fmt.Errorf("sqlite: open a file: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("sqlite: open a file: %w", err)
	}
	handle, err := sql.Open("sqlite", "file:"+url.PathEscape(path)+"?_pragma=busy_timeout(5000)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("sqlite: open a file: %w", err)
	}
	if err := Migrate(ctx, handle); err != nil {
		return nil, errors.Join(err, handle.Close())
	}
	s, err := Open(ctx, handle)
	if err != nil {
		return nil, errors.Join(err, handle.Close())
	}
	s.own = handle
	return s, nil
}

func check(ctx context.Context, conn *sql.Conn) error {
	if err := checkHandle(ctx, conn); err != nil {
		return err
	}
	found, err := version(ctx, conn)
	if err != nil {
		return err
	}
	if known := len(migrations()); found != known {
		return &SchemaError{Found: found, Known: known}
	}
	return nil
}

// within calls f with a connection of its own.
func within(ctx context.Context, db *sql.DB, f func(context.Context, *sql.Conn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("sqlite: connect: %w", err)
	}
	return errors.Join(f(ctx, conn), conn.Close())
}

// Close releases the statements that s has prepared. The handle stays open, unless
// [OpenFile] has opened it.
func (s *Store) Close() error {
	err := s.sql.close()
	if s.own != nil {
		err = errors.Join(err, s.own.Close())
	}
	return err
}

// statement returns st, within the transaction if there is one.
func (s *Store) statement(ctx context.Context, st *sql.Stmt) *sql.Stmt {
	if s.tx != nil {
		return s.tx.StmtContext(ctx, st)
	}
	return st
}

// Get implements [store.Driver].
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	if err := errors.Join(k.Check(), s.outside(ctx)); err != nil {
		return store.Record{}, err
	}
	var found bool
	r := store.Record{Key: k}
	rows, err := s.statement(ctx, s.sql.get).QueryContext(ctx, k.Tenant, k.Kind, k.ID)
	err = each(rows, err, func(rows *sql.Rows) error {
		found = true
		return read(rows, &r, &r.Version)
	})
	if err == nil && !found {
		err = sp.ErrNotFound
	}
	if err != nil {
		return store.Record{}, fmt.Errorf("sqlite: get %s: %w", k, interrupted(ctx, err))
	}
	return r, nil
}

// read reads a row that begins with the columns named and ends with those of a
// record that are not part of its key or its version, and verifies it.
func read(rows *sql.Rows, r *store.Record, begin ...any) error {
	var terms, head sql.RawBytes
	var sum sql.NullInt64
	if err := rows.Scan(append(begin, &terms, &r.Body, &head, &sum)...); err != nil {
		return err
	}
	copied := copy(r.Head[:], head)
	err := decode(terms, &r.Terms)
	if sum.Valid && (err != nil || copied != len(head) || copied != 0 && copied != len(r.Head)) {
		return &store.CorruptError{Key: r.Key, Version: r.Version, Why: "its terms cannot be read"}
	}
	if err != nil || !sum.Valid { // without a sum it is from before there were any
		return err
	}
	return r.Verify(sum.Int64)
}

// decode reads the terms of a record. Most have some, so nil means none.
func decode(text []byte, terms *store.Terms) error {
	if string(text) == "{}" {
		return nil
	}
	if err := json.Unmarshal(text, terms); err != nil {
		return fmt.Errorf("terms of a stored record: %w", err)
	}
	return nil
}

// encode writes the terms of a record as a JSON object.
func encode(terms store.Terms) (string, error) {
	if len(terms) == 0 {
		return "{}", nil
	}
	text, err := json.Marshal(terms)
	return string(text), err
}

// interrupted returns the error of ctx where that is why a statement failed:
// drivers report it in their own words.
func interrupted(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		return fmt.Errorf("%w: %w", ended, err)
	}
	return err
}

// Scrub removes from the file, and from the write-ahead log, the bytes that
// deleted records have left behind. It rewrites the whole file, which needs as
// much free space again and lets no other writer in meanwhile. It fails if
// another connection reads at the same time, and can then be tried again.
func (s *Store) Scrub(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return within(ctx, s.db, scrub)
}

func scrub(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
		return fmt.Errorf("sqlite: scrub: %w", interrupted(ctx, err))
	}
	var busy, frames, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
		return fmt.Errorf("sqlite: scrub: %w", interrupted(ctx, err))
	}
	if busy != 0 {
		return errors.New("sqlite: scrub: another connection still reads the write-ahead log: try again when it has ended")
	}
	return nil
}
