package postgres

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/socialprescribing/sp/store"
)

// SQLSTATE codes that decide what a failed commit means. Source: PostgreSQL
// documentation, appendix A, "PostgreSQL Error Codes".
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	completionUnknown    = "40003" // CockroachDB, when a node dies with the answer
	deadlockDetected     = "40P01"
	undefinedTable       = "42P01"
	duplicateTable       = "42P07"
	duplicateObject      = "42710"
	connectionClass      = "08"
)

// outcome returns err, the error of a commit of which anything may have been
// sent, with [store.ErrOutcomeUnknown] added unless the database has certainly not
// committed.
func outcome(err error) error {
	if err == nil || certain(err) {
		return err
	}
	return fmt.Errorf("%w: %w", store.ErrOutcomeUnknown, err)
}

// certain reports whether an error says that nothing was committed. Only the
// server can say so: by refusing the batch, by an ERROR, or by a ROLLBACK where it
// was asked for a COMMIT. What the driver believes to have sent when a connection
// breaks is no evidence.
func certain(err error) bool {
	if _, refused := errors.AsType[*store.ConflictError](err); refused || errors.Is(err, errOvertaken) || errors.Is(err, pgx.ErrTxCommitRollback) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	// A session that is ended from outside may have committed just before.
	return ok && pg.SeverityUnlocalized == "ERROR" && pg.Code != completionUnknown && !strings.HasPrefix(pg.Code, connectionClass)
}

// transient reports whether to send the same commit again.
func transient(err error) bool {
	if errors.Is(err, errOvertaken) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	switch pg.Code {
	case serializationFailure, deadlockDetected:
		return true
	}
	return created(pg)
}

// created reports whether a record appeared between the start of a statement,
// which did not see it, and its own attempt to create it. A partition is named as its table with
// something behind it.
func created(pg *pgconn.PgError) bool {
	return pg.Code == uniqueViolation && !strings.HasPrefix(pg.TableName, "sp_event") && pg.ConstraintName != uniqueIndex
}

// inTransaction returns an error of a statement within a transaction as [store.Retry]
// needs it: what another transaction has changed is a conflict, whose version only
// running the whole transaction again can tell.
func inTransaction(err error) error {
	if transient(err) && !errors.Is(err, store.ErrAgain) {
		return fmt.Errorf("%w: %w", store.ErrAgain, err)
	}
	return err
}
