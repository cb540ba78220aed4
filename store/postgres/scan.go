package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

// Records are read so many at a time. Where each page has to sort all that is
// left, pages grow, so that there are few.
const (
	scanPage    = 200
	largestPage = 1600
)

// Scan implements [store.Driver]. It reads page by page, and holds no connection
// while the loop body runs.
//
// A scan over a range remembers the IDs that it has yielded: what the loop body
// moves ahead, such as a date that it puts off, is not met again.
func (s *Store) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		err := errors.Join(q.Check(), s.outside(ctx))
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
	yielded := 0
	seen := make(map[string]bool)
	for size := scanPage; ; {
		n := size
		if q.Limit > 0 {
			n = min(n, q.Limit-yielded)
		}
		page, err := s.page(ctx, q, lead, n)
		if err != nil {
			return err
		}
		for _, r := range page {
			if seen[r.ID] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if yielded++; !yield(r) {
				return nil
			}
			if !q.Range.IsZero() {
				seen[r.ID] = true
			}
		}
		if len(page) < n || yielded == q.Limit {
			return nil
		}
		q.After = q.Cursor(page[n-1])
		if lead != "" && !q.Range.IsZero() {
			size = min(2*size, largestPage)
		}
	}
}

// page returns the first n records that answer q.
func (s *Store) page(ctx context.Context, q store.Query, lead string, n int) ([]store.Record, error) {
	sql, args := selection(q, lead, n)
	var page []store.Record
	err := s.query(ctx, func() { page = nil }, func(rows pgx.Rows) error {
		r := store.Record{Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
		err := read(rows, &r, &r.ID, &r.Version)
		if err == nil && !q.Match(r) {
			err = &store.CorruptError{Key: r.Key, Version: r.Version, Why: "the index has it under a term that it does not have"}
		}
		page = append(page, r)
		return err
	}, sql, args...)
	return page, err
}
