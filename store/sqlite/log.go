package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// pageSize is how many rows are read before any is yielded, so that no
// connection is held while a loop body runs.
const pageSize = 100

// Log implements [store.Driver]. It ends when it has yielded everything that
// was committed by then.
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		if err := s.log(ctx, tenant, after, yield); err != nil {
			yield(store.RecordedEvent{}, fmt.Errorf("sqlite: log of %s: %w", tenant, interrupted(ctx, err)))
		}
	}
}

func (s *Store) log(ctx context.Context, tenant string, after store.Position, yield func(store.RecordedEvent, error) bool) error {
	if err := errors.Join(store.CheckTenant(tenant), s.outside(ctx)); err != nil {
		return err
	}
	seq, epoch, err := s.behind(ctx, tenant, after)
	var page []store.RecordedEvent // its memory serves every page
	for err == nil {
		if page, seq, err = s.events(ctx, tenant, epoch, seq, page[:0]); err != nil {
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

// logSQL reads a page of events. Each column costs the driver an allocation and
// about as much time as a step of SQLite, so the texts come as one, with a NUL
// between them, which none of them can hold. The index is named since statistics
// from when there was one tenant would have all events read for each of many. The limit is a sum for the reason that builder.most gives.
const logSQL = `SELECT seq, version, at, recorded, data, prev, sum, kind || char(0) || id || char(0) || type || char(0) || role || char(0) ||
	actor || char(0) || acts_for || char(0) || only_for || char(0) || request
FROM sp_event INDEXED BY sp_event_tenant WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT 0 + ?`

// events adds to page the events behind the number seq, and returns the number of the last one.
func (s *Store) events(ctx context.Context, tenant, epoch string, seq int64, page []store.RecordedEvent) ([]store.RecordedEvent, int64, error) {
	var e store.RecordedEvent
	var at, recorded int64
	var texts string
	var prev sql.RawBytes
	var sum sql.NullInt64
	columns := []any{&seq, &e.Version, &at, &recorded, &e.Data, &prev, &sum, &texts}
	rows, err := s.statement(ctx, s.sql.log).QueryContext(ctx, tenant, seq, pageSize)
	err = each(rows, err, func(rows *sql.Rows) error {
		if err := rows.Scan(columns...); err != nil {
			return err
		}
		e.Key.Tenant = tenant
		if !cut(texts, &e.Key.Kind, &e.Key.ID, (*string)(&e.Type), (*string)(&e.Stamp.By.Role), &e.Stamp.By.ID,
			&e.Stamp.By.For, &e.Stamp.By.Only, &e.Stamp.Key) {
			return fmt.Errorf("event %d: a text holds a NUL: %w", seq, sp.ErrInvalid)
		}
		e.Position = place{epoch: epoch, seq: seq, sum: sum}.position()
		e.Stamp.At, e.Stamp.Recorded = time.UnixMicro(at).UTC(), time.UnixMicro(recorded).UTC()
		e.Prev = store.Sum{}
		if n := copy(e.Prev[:], prev); n != len(prev) || n != 0 && n != len(e.Prev) {
			return &store.CorruptError{Key: e.Key, Version: e.Version, Event: true}
		}
		if sum.Valid { // without one it is from before there were any
			if err := e.Verify(sum.Int64); err != nil {
				return err
			}
		}
		page = append(page, e)
		return nil
	})
	return page, seq, err
}

// cut sets fields to the texts that NULs separate, and reports whether there are as many.
func cut(texts string, fields ...*string) bool {
	more := true
	for _, field := range fields {
		if !more {
			return false
		}
		*field, texts, more = strings.Cut(texts, "\x00")
	}
	return !more
}
