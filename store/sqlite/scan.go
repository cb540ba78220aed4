package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// Scan implements [store.Driver]. It reads page by page; each page is a
// consistent view.
func (s *Store) Scan(ctx context.Context, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		if err := s.scan(ctx, q, yield); err != nil {
			yield(store.Record{}, fmt.Errorf("sqlite: scan %s: %w", q.Kind, interrupted(ctx, err)))
		}
	}
}

func (s *Store) scan(ctx context.Context, q store.Query, yield func(store.Record, error) bool) error {
	if err := errors.Join(q.Check(), s.outside(ctx)); err != nil {
		return err
	}
	for left := q.Limit; ; {
		n := pageSize
		if q.Limit > 0 {
			n = min(n, left)
		}
		page, more, err := s.page(ctx, q, n)
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(r, nil) {
				return nil
			}
		}
		left -= len(page)
		if more == nil || q.Limit > 0 && left == 0 {
			return ctx.Err()
		}
		q.After = *more
	}
}

// page returns up to n records that answer q, and the place of the last of
// them unless there are certainly no more.
func (s *Store) page(ctx context.Context, q store.Query, n int) (page []store.Record, more *store.Cursor, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	lead, rare, err := s.lead(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	if rare && !q.Range.IsZero() {
		return s.sorted(ctx, q, lead, n)
	}
	err = s.query(ctx, selection(q, lead, n), func(rows *sql.Rows) error {
		r := store.Record{Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
		if err := read(rows, &r, &r.ID, &r.Version); err != nil {
			return err
		}
		if !q.Match(r) {
			return &store.CorruptError{Key: r.Key, Version: r.Version, Why: "the index has it under a term that it does not have"}
		}
		page = append(page, r)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if len(page) == n {
		last := q.Cursor(page[n-1])
		more = &last
	}
	return page, more, nil
}

// query calls row for each row of the answer. The statement is prepared once
// and kept, as that is a quarter of the work of a small page.
func (s *Store) query(ctx context.Context, b *builder, row func(*sql.Rows) error) error {
	text := b.text.String()
	kept, room := s.sql.kept(text)
	if kept == nil && room && s.tx == nil { // a transaction may hold the only connection there is
		var err error
		if kept, err = s.sql.keep(ctx, s.db, text); err != nil {
			return err
		}
	}
	if kept != nil {
		rows, err := s.statement(ctx, kept).QueryContext(ctx, b.args...)
		return each(rows, err, row)
	}
	ask := s.db.QueryContext
	if s.tx != nil {
		ask = s.tx.QueryContext
	}
	rows, err := ask(ctx, text, b.args...)
	return each(rows, err, row)
}

// each calls row for each of rows and closes them, unless err says that there
// are none to read.
func each(rows *sql.Rows, err error, row func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	for err == nil && rows.Next() {
		err = row(rows)
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// few is how many records it is cheaper to sort than to search a range for.
const few = 500

// lead returns the condition that is to lead the search: the one that the
// fewest records meet, as far as a look at its next records tells. It returns
// "" if q has none, and reports whether few records meet it.
func (s *Store) lead(ctx context.Context, q store.Query) (name string, rare bool, err error) {
	names := slices.Sorted(maps.Keys(q.Where))
	if len(names) == 0 || len(names) == 1 && q.Range.IsZero() {
		return strings.Join(names, ""), false, nil
	}
	ahead := pageSize
	if !q.Range.IsZero() {
		q.After, ahead = store.Cursor{}, few // all of them would have to be sorted
	}
	farthest := ""
	for _, candidate := range names {
		id, err := s.ahead(ctx, q, candidate, ahead)
		if err != nil {
			return "", false, err
		}
		if id == "" {
			return candidate, true, nil
		}
		if id > farthest {
			name, farthest = candidate, id
		}
	}
	return name, false, nil
}

// ahead returns the ID of the n-th record behind the cursor that meets one
// condition, or "" if there are fewer. The higher it is, the rarer they are.
func (s *Store) ahead(ctx context.Context, q store.Query, name string, n int) (id string, err error) {
	q.Where = store.Where{name: q.Where[name]}
	sb := new(builder)
	sb.add("SELECT coalesce((SELECT id FROM (")
	sb.byTerm(q, name, n+1)
	sb.add(") ORDER BY id LIMIT 1 OFFSET ", sb.arg(n), "), '')")
	err = s.query(ctx, sb, func(rows *sql.Rows) error { return rows.Scan(&id) })
	return id, err
}

// sorted is page for a range when few records meet the condition lead: it looks
// at all of them and puts them in order.
func (s *Store) sorted(ctx context.Context, q store.Query, lead string, n int) (page []store.Record, more *store.Cursor, err error) {
	sb := new(builder)
	sb.add("SELECT r.id, r.terms FROM sp_term AS t CROSS JOIN sp_record AS r ON r.tenant = ", sb.arg(q.Tenant), " AND r.kind = ", sb.arg(q.Kind),
		" AND r.id = t.id WHERE t.term IN ", sb.list(terms(q, lead)))
	var places []store.Cursor
	err = s.query(ctx, sb, func(rows *sql.Rows) error {
		r := store.Record{Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
		var terms sql.RawBytes
		if err := rows.Scan(&r.ID, &terms); err != nil {
			return err
		}
		if err := decode(terms, &r.Terms); err != nil {
			return err
		}
		if q.Match(r) {
			places = append(places, q.Cursor(r))
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(places, store.Cursor.Compare)
	if len(places) > n {
		places = places[:n]
		more = &places[n-1]
	}
	for _, place := range places {
		r, err := s.Get(ctx, store.Key{Tenant: q.Tenant, Kind: q.Kind, ID: place.ID})
		if errors.Is(err, sp.ErrNotFound) {
			continue // deleted since
		}
		if err != nil {
			return nil, nil, err
		}
		if q.Match(r) && q.Cursor(r) == place { // or it has moved since
			page = append(page, r)
		}
	}
	return page, more, nil
}
