package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Restored says that the file was put back from a backup. Call it once after
// that, before any program opens the file: positions in the log that were
// given out before are then refused with a [*store.RestoredError], which says where
// to go on. Without it, a reader whose last event the backup lacks is told all the
// same, also when the log has grown past it; one that reads on within the backup is not.
func Restored(ctx context.Context, db *sql.DB) error {
	// Chance is the database's own here: no copy may choose the name of another.
	_, err := db.ExecContext(ctx, `INSERT INTO sp_epoch (number, name, last)
	SELECT (SELECT max(number) + 1 FROM sp_epoch), lower(hex(randomblob(8))), coalesce((SELECT max(seq) FROM sp_event), 0)`)
	if err != nil {
		return fmt.Errorf("sqlite: begin anew after a backup: %w", interrupted(ctx, err))
	}
	return nil
}

// A place is what a position says: an event, by the epoch in which it was read, by
// its number and, if it has one, by its checksum. It is written as "57", as it was
// before there were the others, "57.9f3a01bc" or "1f0a93b2c4d5e6f7/57.9f3a01bc".
type place struct {
	epoch string // "" is the first one
	seq   int64
	sum   sql.NullInt64
}

func (p place) position() store.Position {
	var room [48]byte
	b := room[:0]
	if p.epoch != "" {
		b = append(append(b, p.epoch...), '/')
	}
	b = strconv.AppendInt(b, p.seq, 10)
	if p.sum.Valid {
		b = strconv.AppendInt(append(b, '.'), p.sum.Int64, 16)
	}
	return store.Position(b)
}

func parse(at store.Position) (p place, err error) {
	text := string(at)
	if epoch, rest, some := strings.Cut(text, "/"); some {
		p.epoch, text = epoch, rest
	}
	seq, sum, some := strings.Cut(text, ".")
	p.seq, err = strconv.ParseInt(seq, 10, 64)
	if some && err == nil {
		p.sum.Valid = true
		p.sum.Int64, err = strconv.ParseInt(sum, 16, 64)
	}
	if err != nil || p.seq < 1 {
		return place{}, fmt.Errorf("position %q was not made by this driver: %w", at, sp.ErrInvalid)
	}
	return p, nil
}

// positionSQL looks for the event at a position, and says which epoch is the
// present one and where the log began anew after the epoch of the position: NULL if it
// has not, or if no epoch has that name.
const positionSQL = `SELECT (SELECT name FROM sp_epoch ORDER BY number DESC LIMIT 1),
	(SELECT min(last) FROM sp_epoch WHERE number > (SELECT number FROM sp_epoch WHERE name = ?3)),
	EXISTS (SELECT 1 FROM sp_event WHERE seq = ?1 AND tenant = ?2), (SELECT sum FROM sp_event WHERE seq = ?1 AND tenant = ?2)`

// behind returns the number behind which to read, and the epoch.
func (s *Store) behind(ctx context.Context, tenant string, after store.Position) (seq int64, epoch string, err error) {
	var at place
	if after != "" {
		if at, err = parse(after); err != nil {
			return 0, "", err
		}
	}
	var began, sum sql.NullInt64
	var there bool
	row := s.statement(ctx, s.sql.position).QueryRowContext(ctx, at.seq, tenant, at.epoch)
	if err := row.Scan(&epoch, &began, &there, &sum); err != nil {
		return 0, "", err
	}
	same := there && (!at.sum.Valid || !sum.Valid || at.sum == sum)
	if after == "" || at.epoch == epoch && same {
		return at.seq, epoch, nil
	}
	restored := &store.RestoredError{Tenant: tenant, Position: after}
	switch {
	case began.Valid && at.seq > began.Int64: // it has seen what was lost, and all that was not
		restored.Resume, err = s.last(ctx, tenant, epoch, began.Int64)
	case began.Valid && same:
		restored.Resume = place{epoch: epoch, seq: at.seq, sum: sum}.position()
	}
	if err != nil {
		return 0, "", err
	}
	return 0, "", restored
}

// last returns the position of the last event of tenant up to a number.
func (s *Store) last(ctx context.Context, tenant, epoch string, seq int64) (store.Position, error) {
	const query = `SELECT coalesce(max(seq), 0), (SELECT sum FROM sp_event WHERE seq = (SELECT max(seq) FROM sp_event WHERE tenant = ?1 AND seq <= ?2))
	FROM sp_event WHERE tenant = ?1 AND seq <= ?2`
	ask := s.db.QueryRowContext
	if s.tx != nil {
		ask = s.tx.QueryRowContext
	}
	p := place{epoch: epoch}
	if err := ask(ctx, query, tenant, seq).Scan(&p.seq, &p.sum); err != nil || p.seq == 0 {
		return "", err
	}
	return p.position(), nil
}
