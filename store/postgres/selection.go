package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/socialprescribing/sp/store"
)

// lead returns the name of the condition of q by which to find its records, or
// "" to find them in the order of the answer: by the range if there is one,
// else by ID. The other conditions are checked on the records found.
//
// The planner cannot decide this. It does not know that the terms of one record
// have to do with each other, and forgets how rare a value is when it caches a
// plan. So where there is a choice, the records of each condition are counted, up to a limit.
func (s *Store) lead(ctx context.Context, q store.Query) (string, error) {
	names := slices.Sorted(maps.Keys(q.Where))
	if len(names) == 0 || len(names) == 1 && q.Range.IsZero() {
		return strings.Join(names, ""), nil
	}
	rarest := ""
	// Reading ten thousand records to find the first of a range costs as much
	// as to look for a page of them among a million in the order of the range.
	for _, limit := range []int64{2_000, 10_000} {
		counts, err := s.counts(ctx, q, names, limit)
		if err != nil {
			return "", err
		}
		fewest := slices.Min(counts)
		if rarest = names[slices.Index(counts, fewest)]; fewest < limit {
			return rarest, nil
		}
	}
	if !q.Range.IsZero() {
		return "", nil
	}
	return rarest, nil
}

// counts returns how many records meet each of the conditions named, up to limit.
func (s *Store) counts(ctx context.Context, q store.Query, names []string, limit int64) (counts []int64, err error) {
	b := builder{args: []any{q.Tenant, q.Kind}}
	b.add("SELECT ARRAY[")
	for i, name := range names {
		if i > 0 {
			b.add(", ")
		}
		b.add("(SELECT count(*) FROM (SELECT FROM sp_term WHERE tenant = $1 AND kind = $2 AND name = %s AND value = ANY (%s::text[]) LIMIT %s) c)",
			name, q.Where[name], limit)
	}
	b.add("]")
	err = s.query(ctx, func(rows pgx.Rows) error { return rows.Scan(&counts) }, string(b.sql), b.args...)
	return counts, err
}

// selection returns the statement that reads columns of the first limit
// records that answer q, or of all if limit is 0, led by the condition named.
func selection(q store.Query, lead, columns string, limit int) (string, []any) {
	b := builder{args: []any{q.Tenant, q.Kind}}
	b.add("SELECT " + columns + " FROM ")
	tail := ""
	if limit > 0 {
		tail = fmt.Sprintf(" LIMIT %d", limit)
	}
	switch {
	case lead == "" && q.Range.IsZero():
		b.add("sp_record r WHERE r.tenant = $1 AND r.kind = $2 AND r.id > %s ORDER BY r.id", q.After.ID)
	case lead == "":
		b.add(joined+" AND t.name = %s", q.Range.Term)
		b.span("t.value", "t.id", q)
		b.others(q, lead)
		b.add(" ORDER BY t.value, t.id")
	case q.Range.IsZero():
		b.add("(")
		b.each(q, lead)
		b.add(") t" + its + " WHERE true")
		b.others(q, lead)
		b.add(" ORDER BY t.id")
	default:
		b.add(joined+" AND t.name = %s AND t.value = ANY (%s::text[])", lead, q.Where[lead])
		b.add(" AND r.terms ? %s::text", q.Range.Term)
		value := fmt.Sprintf(`(r.terms->>$%d::text) COLLATE "C"`, len(b.args))
		b.span(value, "r.id", q)
		b.others(q, lead)
		b.add(" ORDER BY " + value + ", r.id")
	}
	b.add(tail)
	return string(b.sql), b.args
}

// its joins terms with the records that they belong to. There is one record
// for each term, and the limit says so: it keeps the planner from anything but
// reading term by term in the order of the index, such as handing parts of it to other processes.
const its = ` CROSS JOIN LATERAL (
	SELECT * FROM sp_record WHERE tenant = $1 AND kind = $2 AND id = t.id LIMIT 1
) r`

const joined = `sp_term t` + its + ` WHERE t.tenant = $1 AND t.kind = $2`

// A builder writes a statement and numbers its arguments.
type builder struct {
	sql  []byte
	args []any
}

// add appends a piece in which each %s stands for one of args.
func (b *builder) add(piece string, args ...any) {
	if len(args) == 0 {
		b.sql = append(b.sql, piece...)
		return
	}
	names := make([]any, len(args))
	for i, arg := range args {
		b.args = append(b.args, arg)
		names[i] = fmt.Sprintf("$%d", len(b.args))
	}
	b.sql = fmt.Appendf(b.sql, piece, names...)
}

// few is how many values of a term are worth a part of the statement each.
const few = 100

// each selects the IDs that meet the condition named, in their order. The index
// has them in it for one value, so each of several values is read for itself, and
// the server merges them as far as it needs to. The limits keep it from reading
// all of them to sort them. Very many values have few records each, and are sorted.
func (b *builder) each(q store.Query, name string) {
	values := slices.Compact(slices.Sorted(slices.Values(q.Where[name])))
	b.args = append(b.args, name, q.After.ID)
	n := len(b.args)
	const part = "(SELECT id FROM sp_term WHERE tenant = $1 AND kind = $2 AND name = $%d AND value = %s AND id > $%d ORDER BY id LIMIT 1000000000)"
	if len(values) == 0 || len(values) > few {
		b.add(fmt.Sprintf(part, n-1, "ANY (%s::text[])", n), values)
		return
	}
	for i, value := range values {
		if i > 0 {
			b.add(" UNION ALL ")
		}
		b.add(fmt.Sprintf(part, n-1, "%s", n), value)
	}
}

// span demands that value and id, two expressions, lie in the range of q and behind its cursor.
func (b *builder) span(value, id string, q store.Query) {
	if q.Range.From != "" {
		b.add(" AND "+value+" >= %s", q.Range.From)
	}
	if q.Range.Before != "" {
		b.add(" AND "+value+" < %s", q.Range.Before)
	}
	if q.After != (store.Cursor{}) {
		b.add(" AND ("+value+", "+id+") > (%s, %s)", q.After.Value, q.After.ID)
	}
}

// others demands all conditions of q but the one that leads.
func (b *builder) others(q store.Query, lead string) {
	for _, name := range slices.Sorted(maps.Keys(q.Where)) {
		if name != lead {
			b.add(" AND r.terms->>%s::text = ANY (%s::text[])", name, q.Where[name])
		}
	}
}
