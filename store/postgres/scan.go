package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

const scanPage = 200 // records read at a time

// Scan implements [store.Driver]. It reads page by page, and holds no connection
// while the loop body runs.
//
// A scan over a range that goes on behind its first page first reads the IDs
// of all that match, and then the records: values change while the loop body
// runs, and a record that moves within the range must be yielded once all
// the same. Give such a query a limit if its answer could be very long.
func (s *Store) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		err := q.Check()
		if err == nil {
			err = s.scan(ctx, q, func(r store.Record) bool { return yield(r, nil) })
		}
		if err != nil {
			yield(store.Record{}, fmt.Errorf("postgres: scan %s/%s: %w", q.Tenant, q.Kind, err))
		}
	}
}

// scan calls yield for each record until that returns false.
func (s *Store) scan(ctx context.Context, q store.Query, yield func(store.Record) bool) error {
	lead, err := s.lead(ctx, q)
	if err != nil {
		return err
	}
	for {
		size := scanPage
		if q.Limit > 0 {
			size = min(size, q.Limit)
		}
		sql, args := selection(q, lead, recordColumns, size)
		page, err := s.records(ctx, q, sql, args...)
		if err != nil {
			return err
		}
		if stopped, err := deliver(ctx, page, yield); stopped || err != nil {
			return err
		}
		if len(page) < size || q.Limit == size {
			return nil
		}
		if !q.Range.IsZero() {
			return s.rest(ctx, q, lead, page, yield)
		}
		if q.Limit > 0 {
			q.Limit -= size
		}
		q.After = q.Cursor(page[size-1])
	}
}

func deliver(ctx context.Context, page []store.Record, yield func(store.Record) bool) (stopped bool, err error) {
	for _, r := range page {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if !yield(r) {
			return true, nil
		}
	}
	return false, nil
}

// rest goes on with the scan of a range behind its first page.
func (s *Store) rest(ctx context.Context, q store.Query, lead string, first []store.Record, yield func(store.Record) bool) error {
	seen := make(map[string]bool, len(first))
	for _, r := range first {
		seen[r.ID] = true
	}
	var ids []string
	sql, args := selection(q, lead, "r.id", q.Limit)
	err := s.query(ctx, func(rows pgx.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if !seen[id] {
			ids = append(ids, id)
		}
		return nil
	}, sql, args...)
	if err != nil {
		return err
	}
	if q.Limit > 0 {
		ids = ids[:min(len(ids), q.Limit-len(first))]
	}
	for some := range slices.Chunk(ids, scanPage) {
		page, err := s.records(ctx, q, byIDSQL, q.Tenant, q.Kind, some)
		if err != nil {
			return err
		}
		page = slices.DeleteFunc(page, func(r store.Record) bool { return !q.Match(r) })
		if stopped, err := deliver(ctx, page, yield); stopped || err != nil {
			return err
		}
	}
	return nil
}

const recordColumns = "r.id, r.version, r.terms, r.body"

const byIDSQL = `SELECT ` + recordColumns + `
FROM unnest($3::text[]) WITH ORDINALITY AS k (id, ord)
JOIN sp_record r ON r.tenant = $1 AND r.kind = $2 AND r.id = k.id
ORDER BY k.ord`

func (s *Store) records(ctx context.Context, q store.Query, sql string, args ...any) ([]store.Record, error) {
	var page []store.Record
	err := s.query(ctx, func(rows pgx.Rows) error {
		r := store.Record{Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
		var terms []byte
		err := rows.Scan(&r.ID, &r.Version, &terms, &r.Body)
		if err == nil {
			r.Terms, err = decodeTerms(terms)
		}
		page = append(page, r)
		return err
	}, sql, args...)
	return page, err
}
