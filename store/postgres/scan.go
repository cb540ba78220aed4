package postgres

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

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

// scan calls yield for each record until it returns false. It must not return
// an error after that.
func (s *Store) scan(ctx context.Context, q store.Query, yield func(store.Record) bool) error {
	for {
		size := scanPage
		if q.Limit > 0 {
			size = min(size, q.Limit)
		}
		page, err := s.page(ctx, q, size)
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
			return s.rest(ctx, q, page, yield)
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
func (s *Store) rest(ctx context.Context, q store.Query, first []store.Record, yield func(store.Record) bool) error {
	seen := make(map[string]bool, len(first))
	for _, r := range first {
		seen[r.ID] = true
	}
	keys := q
	if keys.Limit == 0 {
		keys.Limit = 1 << 62
	}
	sql, args := selectIDs(keys, keys.Limit)
	var ids []string
	err := s.query(ctx, func(rows pgx.Rows) error {
		var id, value string
		err := rows.Scan(&id, &value)
		if !seen[id] {
			ids = append(ids, id)
		}
		return err
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

const byIDSQL = `SELECT r.id, r.version, r.terms, r.body
FROM unnest($3::text[]) WITH ORDINALITY AS k (id, ord)
JOIN sp_record r ON r.tenant = $1 AND r.kind = $2 AND r.id = k.id
ORDER BY k.ord`

// page returns the first size records that answer q.
func (s *Store) page(ctx context.Context, q store.Query, size int) ([]store.Record, error) {
	sql, args := selectRecords(q, size)
	return s.records(ctx, q, sql, args...)
}

func (s *Store) records(ctx context.Context, q store.Query, sql string, args ...any) ([]store.Record, error) {
	var page []store.Record
	err := s.query(ctx, func(rows pgx.Rows) error {
		r := store.Record{Key: store.Key{Tenant: q.Tenant, Kind: q.Kind}}
		var terms []byte
		if err := rows.Scan(&r.ID, &r.Version, &terms, &r.Body); err != nil {
			return err
		}
		if err := decodeTerms(terms, &r.Terms); err != nil {
			return err
		}
		page = append(page, r)
		return nil
	}, sql, args...)
	return page, err
}

// selectRecords returns the statement that reads the first size answers to q.
func selectRecords(q store.Query, size int) (string, []any) {
	if q.Range.IsZero() && len(q.Where) == 0 {
		return fmt.Sprintf(`SELECT id, version, terms, body FROM sp_record
WHERE tenant = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT %d`, size), []any{q.Tenant, q.Kind, q.After.ID}
	}
	ids, args := selectIDs(q, size)
	order := "k.id"
	if !q.Range.IsZero() {
		order = "k.value, k.id"
	}
	return `SELECT r.id, r.version, r.terms, r.body FROM (` + ids + `) k
JOIN sp_record r ON r.tenant = $1 AND r.kind = $2 AND r.id = k.id ORDER BY ` + order, args
}

// selectIDs returns the statement that finds the first size answers to q,
// which has terms, in sp_term: their IDs, with the values of the term that led there.
func selectIDs(q store.Query, size int) (string, []any) {
	b := builder{args: []any{q.Tenant, q.Kind}}
	names := slices.Sorted(maps.Keys(q.Where))
	if !q.Range.IsZero() {
		b.add("SELECT t.id, t.value FROM sp_term t WHERE t.tenant = $1 AND t.kind = $2 AND t.name = %s", q.Range.Term)
		if q.Range.From != "" {
			b.add(" AND t.value >= %s", q.Range.From)
		}
		if q.Range.Before != "" {
			b.add(" AND t.value < %s", q.Range.Before)
		}
		if q.After != (store.Cursor{}) {
			b.add(" AND (t.value, t.id) > (%s, %s)", q.After.Value, q.After.ID)
		}
		b.where(q, names)
		b.add(fmt.Sprintf(" ORDER BY t.value, t.id LIMIT %d", size))
		return b.String(), b.args
	}
	// The index has the IDs in order for one value, so each of several values
	// is a scan of its own, and the first of them all are the answer.
	slices.SortStableFunc(names, func(a, b string) int { return len(q.Where[a]) - len(q.Where[b]) })
	lead := names[0]
	b.add("SELECT t.id, v.value FROM (SELECT DISTINCT unnest(%s::text[]) AS value) v CROSS JOIN LATERAL (", q.Where[lead])
	b.add("SELECT t.id FROM sp_term t WHERE t.tenant = $1 AND t.kind = $2 AND t.name = %s AND t.value = v.value AND t.id > %s", lead, q.After.ID)
	b.where(q, names[1:])
	b.add(fmt.Sprintf(" ORDER BY t.id LIMIT %d) t ORDER BY t.id LIMIT %[1]d", size))
	return b.String(), b.args
}

// A builder writes a statement and numbers its arguments.
type builder struct {
	strings.Builder
	args []any
}

// add appends a piece in which each %s stands for one of args.
func (b *builder) add(piece string, args ...any) {
	names := make([]any, len(args))
	for i, arg := range args {
		b.args = append(b.args, arg)
		names[i] = fmt.Sprintf("$%d", len(b.args))
	}
	fmt.Fprintf(b, piece, names...)
}

// where demands that the record of t has one of the values of each term named.
func (b *builder) where(q store.Query, names []string) {
	for _, name := range names {
		b.add(" AND EXISTS (SELECT FROM sp_term w WHERE w.tenant = $1 AND w.kind = $2 AND w.name = %s AND w.value = ANY (%s::text[]) AND w.id = t.id)",
			name, q.Where[name])
	}
}
