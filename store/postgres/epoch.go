package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

// Restored says that the database came out of a backup, or that a standby became the primary
// that may not have had the last commits. Call it once after that, before anything writes:
// positions in the log that were given out before are then refused with a
// [*store.RestoredError], which says where to go on. [Migrate] does the same where it finds that
// a dump was restored on another server. Without it, a reader is told only if the last event
// that it saw is missing. One whose last event is there, while others that it had seen are lost,
// is not told.
//
// It needs the right to update sp_schema, and sp_log for [ByCounter].
func Restored(ctx context.Context, db DB) error {
	numbering, err := check(ctx, db)
	if err == nil {
		err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error { return renew(ctx, tx, numbering.dialect()) })
	}
	if err != nil {
		return fmt.Errorf("postgres: begin anew after a backup: %w", err)
	}
	return nil
}

// renew begins a new epoch. Chance is the database's own here: no copy may
// choose the name of another.
func renew(ctx context.Context, tx pgx.Tx, d dialect) error {
	if d.raise != "" {
		if _, err := tx.Exec(ctx, d.raise); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE sp_schema SET epochs = epochs || left(md5(gen_random_uuid()::text), 16), began = began || (`+d.present+`)`)
	return err
}

// standingSQL looks for the event at a position ($2, $3), and says what the epochs are
// and where each began.
const standingSQL = `SELECT epochs, began, (SELECT coalesce(sum, 0) FROM sp_event WHERE tenant = $1 AND tx = $2 AND seq = $3) FROM sp_schema`

// behind returns where to read from.
func (s *Store) behind(ctx context.Context, tenant string, after store.Position) (at position, err error) {
	if at, err = parsePosition(after); err != nil {
		return at, err
	}
	var epochs []string
	var began []int64
	var sum *int64 // nil if the event is not there, 0 if it has none
	err = s.query(ctx, func() { sum = nil }, func(rows pgx.Rows) error { return rows.Scan(&epochs, &began, &sum) },
		standingSQL, tenant, at.last.tx, at.last.seq)
	if err != nil {
		return at, err
	}
	present := ""
	if len(epochs) > 0 {
		present = epochs[len(epochs)-1]
	}
	same := sum != nil && (at.sum == 0 || *sum == 0 || at.sum == *sum)
	if after == "" || at.epoch == present && same {
		at.epoch = present
		return at, nil
	}
	restored := &store.RestoredError{Tenant: tenant, Position: after}
	// What has begun since is all behind the first epoch after that of the position.
	next := 0
	for i, name := range epochs {
		if at.epoch == name {
			next = i + 1
		}
	}
	known := at.epoch == "" || next > 0
	if known && next < len(began) {
		if split := began[next]; at.last.tx > split { // it has seen what was lost, and all that was not
			restored.Resume, err = s.last(ctx, tenant, position{epoch: present}, split)
		} else if same {
			at.epoch = present
			restored.Resume = store.Position(at.String())
		}
	}
	if err != nil {
		return at, err
	}
	return at, restored
}

// last returns the position of the last event of tenant up to a number.
func (s *Store) last(ctx context.Context, tenant string, at position, tx int64) (store.Position, error) {
	found := false
	err := s.query(ctx, func() { found = false }, func(rows pgx.Rows) error {
		found = true
		return rows.Scan(&at.last.tx, &at.last.seq, &at.sum)
	}, `SELECT tx, seq, coalesce(sum, 0) FROM sp_event WHERE tenant = $1 AND tx <= $2 ORDER BY tenant DESC, tx DESC, seq DESC LIMIT 1`, tenant, tx)
	if err != nil || !found {
		return "", err
	}
	return store.Position(at.String()), nil
}
