package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// pageSize is how many rows are read before any is yielded, so that no
// connection is held while a loop body runs.
const pageSize = 100

// Log implements [store.Driver]. It ends when it has yielded everything that
// was committed by then.
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		if err := s.log(ctx, tenant, after, yield); err != nil {
			yield(store.Event{}, fmt.Errorf("sqlite: log of %s: %w", tenant, interrupted(ctx, err)))
		}
	}
}

func (s *Store) log(ctx context.Context, tenant string, after store.Position, yield func(store.Event, error) bool) error {
	if err := store.CheckTenant(tenant); err != nil {
		return err
	}
	seq, err := s.parse(ctx, tenant, after)
	for err == nil {
		var page []store.Event
		if page, seq, err = s.events(ctx, tenant, seq); err != nil {
			break
		}
		for _, e := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(e, nil) {
				return nil
			}
		}
		if len(page) < pageSize {
			return ctx.Err()
		}
	}
	return err
}

// parse returns the number behind a position, which must be that of an event of
// the tenant: one from before a backup was restored would skip what came since.
func (s *Store) parse(ctx context.Context, tenant string, after store.Position) (seq int64, err error) {
	if after == "" {
		return 0, ctx.Err()
	}
	seq, err = strconv.ParseInt(string(after), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("position %q is none of SQLite's: %w", after, sp.ErrInvalid)
	}
	var n int
	if err := s.statement(ctx, s.sql.position).QueryRowContext(ctx, seq, tenant).Scan(&n); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, fmt.Errorf("position %q is not in this log; was a backup restored? %w", after, sp.ErrInvalid)
	}
	return seq, nil
}

// events returns a page behind the number seq, and the number of its last event.
func (s *Store) events(ctx context.Context, tenant string, seq int64) (page []store.Event, last int64, err error) {
	rows, err := s.statement(ctx, s.sql.log).QueryContext(ctx, tenant, seq, pageSize)
	err = each(rows, err, func(rows *sql.Rows) error {
		e := store.Event{Key: store.Key{Tenant: tenant}}
		var at, recorded int64
		if err := rows.Scan(&seq, &e.Key.Kind, &e.Key.ID, &e.Version, &e.Type,
			&e.Stamp.By.Role, &e.Stamp.By.ID, &e.Stamp.By.For, &e.Stamp.By.Only, &e.Stamp.Key, &at, &recorded, &e.Data); err != nil {
			return err
		}
		e.Position = store.Position(strconv.FormatInt(seq, 10))
		e.Stamp.At, e.Stamp.Recorded = time.UnixMicro(at).UTC(), time.UnixMicro(recorded).UTC()
		page = append(page, e)
		return nil
	})
	return page, seq, err
}
