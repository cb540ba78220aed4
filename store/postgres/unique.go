package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/socialprescribing/sp/store"
)

// uniqueIndex holds the rule of unique terms.
const uniqueIndex = "sp_unique"

// ruleSQL returns whether an index holds the rule of unique terms under another name, as those of
// partitions do: no other index of this schema is on these columns.
const ruleSQL = `SELECT EXISTS (
	SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
	AND (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid) = '{tenant,kind,name,value}'
)`

// A claim is a value that a put wants for a unique term.
type claim struct {
	key         store.Key
	name, value string
}

// holdersSQL returns who has the values of claims, by the number of the claim.
const holdersSQL = `SELECT c.ord, t.id FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS c (kind, name, value, ord)
CROSS JOIN LATERAL (
	SELECT id FROM sp_term WHERE tenant = $1 AND kind = c.kind AND name = c.name AND value = c.value LIMIT 1
) t ORDER BY c.ord`

// claimed returns the [*store.DuplicateError] that a violation of the index means. If
// nobody else has the value any more, or it was a put of the same record that came
// before, the commit is to be tried again.
func (s *Store) claimed(ctx context.Context, parts []*part, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pg.Code != uniqueViolation || !slices.ContainsFunc(parts, func(p *part) bool { return len(p.claims) > 0 }) {
		return err
	}
	is, failed := ofRule(ctx, s.db, pg)
	if failed != nil || !is {
		return errors.Join(err, failed)
	}
	for _, p := range parts {
		duplicate, failed := p.duplicate(ctx, s.db)
		if failed != nil {
			return errors.Join(err, failed)
		}
		if duplicate != nil {
			return duplicate
		}
	}
	return errOvertaken
}

// ofRule reports whether a violation is one of the rule of unique terms.
func ofRule(ctx context.Context, db DB, pg *pgconn.PgError) (is bool, err error) {
	if pg.ConstraintName == uniqueIndex {
		return true, nil
	}
	err = query(ctx, db, func(rows pgx.Rows) error { return rows.Scan(&is) }, ruleSQL, pg.SchemaName, pg.ConstraintName)
	return is, err
}

// duplicate returns the first claim of p on what a record has that p does not write,
// or nil.
func (p *part) duplicate(ctx context.Context, db DB) (duplicate *store.DuplicateError, err error) {
	writes := make(map[store.Key]bool, len(p.writes))
	for _, w := range p.writes {
		writes[w.key] = true
	}
	kinds, names, values := make([]string, len(p.claims)), make([]string, len(p.claims)), make([]string, len(p.claims))
	for i, c := range p.claims {
		kinds[i], names[i], values[i] = c.key.Kind, c.name, c.value
	}
	err = query(ctx, db, func(rows pgx.Rows) error {
		var ord int64
		var id string
		if err := rows.Scan(&ord, &id); err != nil {
			return err
		}
		c := p.claims[ord-1]
		if duplicate == nil && !writes[store.Key{Tenant: p.tenant, Kind: c.key.Kind, ID: id}] {
			duplicate = &store.DuplicateError{Key: c.key, Term: c.name}
		}
		return nil
	}, holdersSQL, p.tenant, kinds, names, values)
	return duplicate, err
}
