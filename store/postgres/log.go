package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/socialprescribing/sp/store"
)

// logSQL reads a page of events: first those of commits that the reader comes
// back for ($2, behind what it has seen of each, $3), then those behind its last
// place ($4, $5). One statement sees one snapshot, so the numbers that it
// reports as open are exactly those whose events it could not see.
//
// The planner must not guess here either. It would take a tenant for one of
// hundreds, expect few events behind a place, and sort all that there are for
// each page. A limit that it cannot know lets it expect that a tenth is wanted, for
// which the index, which has the events in order, is always best.
const logSQL = `SELECT tx, seq, kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data, prev, sum, o.numbers
FROM (SELECT %s AS numbers) o CROSS JOIN LATERAL (
	(SELECT e.* FROM unnest($2::bigint[], $3::integer[]) AS back (tx, seen) CROSS JOIN LATERAL (
		SELECT * FROM sp_event WHERE tenant = $1 AND tx = back.tx AND seq > back.seen ORDER BY tenant, tx, seq LIMIT (SELECT %[2]d)
	) e WHERE e.tx <> ALL (o.numbers) ORDER BY e.tx, e.seq LIMIT %[2]d)
	UNION ALL
	(SELECT * FROM sp_event WHERE tenant = $1 AND (tx, seq) > ($4, $5) AND tx <> ALL (o.numbers)
	ORDER BY tenant, tx, seq LIMIT (SELECT %[2]d))
) e
ORDER BY tx, seq LIMIT %[2]d`

const logPage = 500 // events read at a time

// Log implements [store.Driver]. It reads page by page and ends where it finds
// nothing more. A transaction that stays open does not hold up the events of others.
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		fail := func(err error) { yield(store.RecordedEvent{}, fmt.Errorf("postgres: log %s: %w", tenant, err)) }
		if err := errors.Join(store.CheckTenant(tenant), s.outside(ctx)); err != nil {
			fail(err)
			return
		}
		at, err := s.behind(ctx, tenant, after)
		if err != nil {
			fail(err)
			return
		}
		var page []entry // its memory serves every page
		for {
			var open []int64
			if page, open, err = s.events(ctx, tenant, at, page[:0]); err != nil {
				fail(err)
				return
			}
			for _, e := range page {
				if err := ctx.Err(); err != nil {
					fail(err)
					return
				}
				if at = at.past(e.place, open); at.last == e.place {
					at.sum = e.sum
				}
				e.Position = store.Position(at.String())
				if !yield(e.RecordedEvent, nil) {
					return
				}
			}
			if len(page) < logPage {
				return
			}
		}
	}
}

// An entry is an event as it was read.
type entry struct {
	store.RecordedEvent
	place
	sum int64 // 0 if it has none
}

// events adds to page those behind at, and returns the numbers that were open.
func (s *Store) events(ctx context.Context, tenant string, at position, page []entry) (_ []entry, open []int64, err error) {
	back, seen := make([]int64, len(at.open)), make([]int32, len(at.open))
	for i, o := range at.open {
		back[i], seen[i] = o.tx, o.seq
	}
	var e entry
	var prev pgtype.DriverBytes // not copied until it is looked at
	var sum pgtype.Int8
	fields := []any{
		&e.tx, &e.seq, (*word)(&e.Key.Kind), (*word)(&e.Key.ID), &e.Version, (*word)(&e.Type), &e.Stamp.At, &e.Stamp.Recorded,
		(*word)(&e.Stamp.By.Role), (*word)(&e.Stamp.By.ID), (*word)(&e.Stamp.By.For), (*word)(&e.Stamp.By.Only), (*word)(&e.Stamp.Key), &e.Data, &prev, &sum, &open,
	}
	before := len(page)
	start := func() { page, open, fields[len(fields)-1] = page[:before], nil, &open }
	err = s.query(ctx, start, func(rows pgx.Rows) error {
		e.Key.Tenant, e.Data = tenant, nil
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		fields[len(fields)-1] = nil // every row has the same numbers
		e.Stamp.At, e.Stamp.Recorded = e.Stamp.At.UTC(), e.Stamp.Recorded.UTC()
		e.Prev = store.Sum{}
		if n := copy(e.Prev[:], prev); n != len(prev) || n != 0 && n != len(e.Prev) {
			return &store.CorruptError{Key: e.Key, Version: e.Version, Event: true}
		}
		e.sum = 0
		if sum.Valid { // without one it is from before there were any
			if err := e.Verify(sum.Int64); err != nil {
				return err
			}
			e.sum = sum.Int64
		}
		page = append(page, e)
		return nil
	}, s.sql.log, tenant, back, seen, at.last.tx, at.last.seq)
	slices.Sort(open)
	return page, open, err
}

// A word is read anew only where it differs from that of the row before, as few
// kinds, types, roles and actors do.
type word string

// ScanBytes implements pgtype.BytesScanner.
func (w *word) ScanBytes(b []byte) error {
	if string(b) != string(*w) {
		*w = word(b)
	}
	return nil
}
