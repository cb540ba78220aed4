package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/socialprescribing/sp"
)

// schemaVersion is the schema that this package reads and writes: the number of
// migrations.
const schemaVersion = 4

// sums is the version that brought checksums.
const sums = 3

//go:embed migrations/*.sql
var migrations embed.FS

// Options are the choices of [Migrate]. The zero value is right for PostgreSQL.
type Options struct {
	Numbering Numbering
}

// A SchemaError says that the tables are not those that this program was
// written for.
type SchemaError struct {
	Found, Known int  // version in the database, 0 for none, and of this program
	Restored     bool // the tables came from another server, whose numbers mean nothing here
}

// Error says what to do.
func (e *SchemaError) Error() string {
	switch {
	case e.Found > e.Known:
		return fmt.Sprintf("schema version %d is newer than the %d that this program knows: deploy a newer program", e.Found, e.Known)
	case e.Found < e.Known:
		return fmt.Sprintf("schema version %d is older than the %d that this program needs: run postgres.Migrate", e.Found, e.Known)
	default:
		return "the database was restored or copied from another server: run postgres.Migrate before anything writes"
	}
}

const createSQL = `CREATE TABLE IF NOT EXISTS sp_schema (
	one       boolean PRIMARY KEY CHECK (one), -- there is one row
	version   integer NOT NULL,
	numbering text    NOT NULL,
	cluster   bigint  NOT NULL, -- what gives out transaction IDs
	base      bigint  NOT NULL  -- is added to them, so that numbers only ever grow
)`

// Migrate creates the tables in the first schema of the search path, or brings
// those that are there up to date. It is safe to call at every start, from
// several processes at once. Call it too after a dump was restored or logical
// replication has moved the data to another server, before anything writes:
// it sees to it that new events get positions behind the old ones.
//
// It fails with a [*SchemaError] if the tables belong to a newer version of
// this package, and with [sp.ErrInvalid] if they have another numbering.
func Migrate(ctx context.Context, db DB, o Options) error {
	var err error
	for attempt := 1; attempt <= attempts; attempt++ {
		if err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error { return migrate(ctx, tx, o) }); !contended(err) {
			break
		}
		if err := pause(ctx, attempt); err != nil {
			return fmt.Errorf("postgres: migrate: %w", err)
		}
	}
	if err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	return nil
}

// contended reports whether another migration was in the way. CREATE TABLE IF
// NOT EXISTS can fail like this when two run it at the same moment.
func contended(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == duplicateTable || pg.Code == duplicateObject || pg.Code == uniqueViolation || transient(err))
}

func migrate(ctx context.Context, tx pgx.Tx, o Options) error {
	if _, err := tx.Exec(ctx, createSQL); err != nil {
		return err
	}
	d := o.Numbering.dialect()
	insert := `INSERT INTO sp_schema SELECT true, 0, $1, ` + d.cluster + `, 0 ON CONFLICT DO NOTHING`
	if _, err := tx.Exec(ctx, insert, o.Numbering.String()); err != nil {
		return err
	}
	// The lock lets one migration through at a time.
	s, err := readSchema(ctx, tx, d.cluster, " FOR UPDATE")
	switch {
	case err != nil:
		return err
	case s.version > schemaVersion:
		return s.err()
	case s.numbering != o.Numbering.String():
		return fmt.Errorf("the log is numbered by %s, not by %s: %w", s.numbering, o.Numbering, sp.ErrInvalid)
	}
	for v := s.version + 1; v <= schemaVersion; v++ {
		sql, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", v))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, string(sql)); err != nil {
			return fmt.Errorf("to version %d: %w", v, err)
		}
	}
	if s.version == 0 {
		if _, err := tx.Exec(ctx, d.tune); err != nil {
			return err
		}
	}
	if s.version < sums {
		if _, err := tx.Exec(ctx, d.tuneSums); err != nil {
			return err
		}
	}
	if s.restored {
		if _, err := tx.Exec(ctx, `UPDATE sp_schema SET cluster = `+d.cluster+`, base = greatest(base,
			(SELECT max(tx) FROM sp_event), (SELECT max(tx) FROM sp_record))`); err != nil {
			return err
		}
		if err := renew(ctx, tx, d); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE sp_schema SET version = $1 WHERE version <> $1`, schemaVersion)
	return err
}

// A schema is what sp_schema says.
type schema struct {
	version   int
	numbering string
	restored  bool
}

func (s schema) err() error {
	if s.version == schemaVersion && !s.restored {
		return nil
	}
	return &SchemaError{Found: s.version, Known: schemaVersion, Restored: s.restored}
}

func readSchema(ctx context.Context, db DB, cluster, lock string) (s schema, err error) {
	err = query(ctx, db, func(rows pgx.Rows) error {
		return rows.Scan(&s.version, &s.numbering, &s.restored)
	}, `SELECT version, numbering, cluster <> `+cluster+` FROM sp_schema`+lock)
	return s, err
}

// check reports how the log is numbered, or why the tables cannot be used.
func check(ctx context.Context, db DB) (Numbering, error) {
	s, err := readSchema(ctx, db, "cluster", "")
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == undefinedTable {
		return 0, &SchemaError{Known: schemaVersion}
	}
	if err == nil {
		err = s.err()
	}
	if err != nil {
		return 0, err
	}
	for _, n := range []Numbering{ByTransaction, ByCounter} {
		if n.String() == s.numbering {
			if s, err = readSchema(ctx, db, n.dialect().cluster, ""); err == nil {
				err = s.err()
			}
			return n, err
		}
	}
	return 0, fmt.Errorf("the log is numbered by %s, which this program does not know: %w", s.numbering, sp.ErrInvalid)
}
