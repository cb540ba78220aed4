package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
)

// The scripts that lead from each version to the next. None is ever changed.
var (
	//go:embed migrations/1.sql
	first string
	//go:embed migrations/2.sql
	second string
	//go:embed migrations/3.sql
	third string
	//go:embed migrations/4.sql
	fourth string
	//go:embed migrations/5.sql
	fifth string
)

func migrations() []string { return []string{first, second, third, fourth, fifth} }

// A SchemaError says that the tables are not those that this program was
// written for.
type SchemaError struct {
	Found, Known int // version in the database, 0 for none, and of this program
}

// Error says what to do.
func (e *SchemaError) Error() string {
	if e.Found > e.Known {
		return fmt.Sprintf("sqlite: schema version %d is newer than the %d that this program knows: deploy a newer program", e.Found, e.Known)
	}
	return fmt.Sprintf("sqlite: schema version %d is older than the %d that this program needs: run sqlite.Migrate", e.Found, e.Known)
}

// Migrate switches the database to write-ahead logging and creates the tables,
// or brings those that are there up to date. It is safe to call at every start,
// from several processes at once: it happens whole or not at all. It fails with
// a [*SchemaError] if the tables are newer than this program.
func Migrate(ctx context.Context, db *sql.DB) error { return within(ctx, db, migrate) }

func migrate(ctx context.Context, conn *sql.Conn) error {
	if err := writeAhead(ctx, conn); err != nil {
		return fmt.Errorf("sqlite: migrate: switch to write-ahead logging: %w", err)
	}
	if err := checkHandle(ctx, conn); err != nil {
		return err
	}
	// Neither the start nor the end of a transaction may be cut off by ctx, or
	// the connection would go back to the pool within it.
	end := context.WithoutCancel(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := conn.ExecContext(end, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("sqlite: migrate: %w", err)
	}
	if err := upgrade(ctx, conn); err != nil {
		_, undo := conn.ExecContext(end, "ROLLBACK")
		return errors.Join(err, undo)
	}
	if _, err := conn.ExecContext(end, "COMMIT"); err != nil {
		_, undo := conn.ExecContext(end, "ROLLBACK")
		return errors.Join(fmt.Errorf("sqlite: migrate: %w", err), undo)
	}
	return nil
}

// writeAhead switches to write-ahead logging. For that SQLite does not always wait
// for whoever else is doing so, whatever the busy timeout is; it does wait for
// them to begin a transaction, after which they are done.
func writeAhead(ctx context.Context, conn *sql.Conn) (err error) {
	const attempts = 100
	for range attempts {
		if _, err = pragma[string](ctx, conn, "journal_mode = wal"); code(err) != codeBusy {
			return err
		}
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "BEGIN IMMEDIATE; ROLLBACK"); err != nil {
			return err
		}
	}
	return err
}

func upgrade(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS sp_schema (version INTEGER NOT NULL)"); err != nil {
		return fmt.Errorf("sqlite: migrate: %w", err)
	}
	found, err := version(ctx, conn)
	if err != nil {
		return err
	}
	known := len(migrations())
	if found > known {
		return &SchemaError{Found: found, Known: known}
	}
	for v, script := range migrations()[found:] {
		if _, err := conn.ExecContext(ctx, script); err != nil {
			return fmt.Errorf("sqlite: migrate to version %d: %w", found+v+1, err)
		}
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM sp_schema"); err != nil {
		return fmt.Errorf("sqlite: migrate: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "INSERT INTO sp_schema (version) VALUES (?)", known); err != nil {
		return fmt.Errorf("sqlite: migrate: %w", err)
	}
	return nil
}

// version returns the version of the tables, 0 if there are none.
func version(ctx context.Context, conn *sql.Conn) (v int, err error) {
	var tables int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'sp_schema'").Scan(&tables); err != nil {
		return 0, fmt.Errorf("sqlite: read the schema: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	if err := conn.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM sp_schema").Scan(&v); err != nil {
		return 0, fmt.Errorf("sqlite: read the schema's version: %w", err)
	}
	return v, nil
}

func pragma[T any](ctx context.Context, conn *sql.Conn, name string) (v T, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v)
	return v, err
}

// checkHandle reports everything that is wrong with a handle at once.
func checkHandle(ctx context.Context, conn *sql.Conn) error {
	mode, err := pragma[string](ctx, conn, "journal_mode")
	var wait, sync int
	if err == nil {
		wait, err = pragma[int](ctx, conn, "busy_timeout")
	}
	if err == nil {
		sync, err = pragma[int](ctx, conn, "synchronous")
	}
	if err != nil {
		return fmt.Errorf("sqlite: check the handle: %w", err)
	}
	e := &sp.InvalidError{Subject: "sqlite: handle"}
	e.Check(mode == "wal", "journal_mode",
		sp.Unsupported, "is "+mode+" and must be wal: run sqlite.Migrate; a database in memory cannot have it, so use a file, or package memstore")
	e.Check(wait > 0, "busy_timeout",
		sp.Unsupported, "is 0 and must give writers time to wait for one another: open the file with _pragma=busy_timeout(5000), or what your driver calls it")
	e.Check(sync > 0, "synchronous",
		sp.Unsupported, "is off, which can destroy the file in a power cut: open it with _pragma=synchronous(normal), or full to lose nothing in one")
	return e.Err()
}
