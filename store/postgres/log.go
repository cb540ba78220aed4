package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// logSQL reads a page of events: first those of commits that the reader comes
// back for ($2, behind what it has seen of each, $3), then those behind its last
// place ($4, $5). One statement sees one snapshot, so the numbers that it
// reports as open are exactly those whose events it could not see.
const logSQL = `SELECT tx, seq, kind, id, version, type, at, recorded, role, actor, acts_for, only_for, request, data, o.numbers
FROM (SELECT %s AS numbers) o CROSS JOIN LATERAL (
	(SELECT e.* FROM unnest($2::bigint[], $3::integer[]) AS back (tx, seen)
	JOIN sp_event e ON e.tenant = $1 AND e.tx = back.tx AND e.seq > back.seen
	WHERE e.tx <> ALL (o.numbers) ORDER BY e.tx, e.seq LIMIT %[2]d)
	UNION ALL
	(SELECT * FROM sp_event WHERE tenant = $1 AND (tx, seq) > ($4, $5) AND tx <> ALL (o.numbers)
	ORDER BY tx, seq LIMIT %[2]d)
) e
ORDER BY tx, seq LIMIT %[2]d`

const logPage = 500 // events read at a time

// Log implements [store.Driver]. It reads page by page and ends where it finds
// nothing more. A transaction that stays open does not hold up the events of others.
func (s *Store) Log(ctx context.Context, tenant string, after store.Position) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		fail := func(err error) { yield(store.Event{}, fmt.Errorf("postgres: log %s: %w", tenant, err)) }
		if err := store.CheckTenant(tenant); err != nil {
			fail(err)
			return
		}
		at, err := parsePosition(after)
		if err != nil {
			fail(err)
			return
		}
		for {
			events, err := s.events(ctx, tenant, at)
			if err != nil {
				fail(err)
				return
			}
			for _, e := range events {
				if err := ctx.Err(); err != nil {
					fail(err)
					return
				}
				at = at.past(e.place, e.open)
				e.Position = store.Position(at.String())
				if !yield(e.Event, nil) {
					return
				}
			}
			if len(events) < logPage {
				return
			}
		}
	}
}

// An entry is an event as it was read.
type entry struct {
	store.Event
	place
	open []int64
}

func (s *Store) events(ctx context.Context, tenant string, at position) ([]entry, error) {
	var page []entry
	back, seen := make([]int64, len(at.open)), make([]int32, len(at.open))
	for i, o := range at.open {
		back[i], seen[i] = o.tx, o.seq
	}
	err := s.query(ctx, func(rows pgx.Rows) error {
		e := entry{Event: store.Event{Key: store.Key{Tenant: tenant}}}
		var role string
		if err := rows.Scan(&e.tx, &e.seq, &e.Key.Kind, &e.Key.ID, &e.Version, &e.Type, &e.Stamp.At, &e.Stamp.Recorded,
			&role, &e.Stamp.By.ID, &e.Stamp.By.For, &e.Stamp.By.Only, &e.Stamp.Key, &e.Data, &e.open); err != nil {
			return err
		}
		e.Stamp.By.Role = sp.Role(role)
		e.Stamp.At, e.Stamp.Recorded = e.Stamp.At.UTC(), e.Stamp.Recorded.UTC()
		slices.Sort(e.open)
		page = append(page, e)
		return nil
	}, s.sql.log, tenant, back, seen, at.last.tx, at.last.seq)
	return page, err
}
