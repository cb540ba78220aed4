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
// plan. So where there is a choice, the driver looks at the first records that
// each way finds: if one in twenty answers q, that is the way to go. If not, it
// counts the records of each condition, up to a limit, for the rarest.
func (s *Store) lead(ctx context.Context, q store.Query) (string, error) {
	names := slices.Sorted(maps.Keys(q.Where))
	if len(names) == 0 || len(names) == 1 && q.Range.IsZero() {
		return strings.Join(names, ""), nil
	}
	ways := names
	if !q.Range.IsZero() {
		ways = []string{""} // any other has to read and sort all its records
	}
	const sample, good = 40, 2
	answers, err := s.counts(ctx, q, ways, func(b *builder, lead string) {
		b.add("(SELECT * FROM (")
		b.places(q, lead)
		b.add(fmt.Sprintf(") p ORDER BY %s LIMIT %d) t", strings.Join(order(q), ", "), sample) + its)
		b.others(q, lead)
	})
	if err != nil {
		return "", err
	}
	if most := slices.Max(answers); most >= good {
		return ways[slices.Index(answers, most)], nil
	}
	rarest := ""
	// Reading ten thousand records to find the first of a range costs as much
	// as to look for a page of them among a million in the order of the range.
	for _, limit := range []int64{2_000, 10_000} {
		sizes, err := s.counts(ctx, q, names, func(b *builder, name string) {
			b.add("(SELECT FROM (")
			b.places(q, name)
			b.add(") p LIMIT %s) c", limit)
		})
		if err != nil {
			return "", err
		}
		fewest := slices.Min(sizes)
		if rarest = names[slices.Index(sizes, fewest)]; fewest < limit {
			return rarest, nil
		}
	}
	if !q.Range.IsZero() {
		return "", nil
	}
	return rarest, nil
}

// counts returns for each of names the number of rows of what from writes for it.
func (s *Store) counts(ctx context.Context, q store.Query, names []string, from func(*builder, string)) (counts []int64, err error) {
	b := builder{args: []any{q.Tenant, q.Kind}}
	b.add("SELECT ARRAY[")
	for i, name := range names {
		if i > 0 {
			b.add(", ")
		}
		b.add("(SELECT count(*) FROM ")
		from(&b, name)
		b.add(")")
	}
	b.add("]")
	err = s.query(ctx, func() {}, func(rows pgx.Rows) error { return rows.Scan(&counts) }, string(b.sql), b.args...)
	return counts, err
}

// selection returns the statement that reads the first limit records that answer
// q, led by the condition named.
func selection(q store.Query, lead string, limit int) (string, []any) {
	b := builder{args: []any{q.Tenant, q.Kind}}
	b.add("SELECT r.id, r.version, r.terms, r.body, r.head, r.sum FROM ")
	switch {
	case lead == "" && q.Range.IsZero():
		b.add("sp_record r WHERE r.tenant = $1 AND r.kind = $2 AND r.id > %s ORDER BY r.id", q.After.ID)
	case lead == "" || q.Range.IsZero():
		b.add("(")
		b.places(q, lead)
		b.add(") t" + its)
		b.others(q, lead)
		b.add(" ORDER BY t." + strings.Join(order(q), ", t."))
	default:
		b.add("(")
		b.places(q, lead)
		b.add(") t"+its+" AND r.terms ? %s::text", q.Range.Term)
		value := fmt.Sprintf(`(r.terms->>$%d::text) COLLATE "C"`, len(b.args))
		b.span(value, "r.id", q)
		b.others(q, lead)
		b.add(" ORDER BY " + value + ", r.id")
	}
	b.add(fmt.Sprintf(" LIMIT %d", limit))
	return string(b.sql), b.args
}

// its joins t, which has the IDs of records, with the records. There is one for each,
// and the limit says so: it keeps the planner from anything but reading ID by
// ID in the order of the index, such as handing parts of it to other processes.
const its = ` CROSS JOIN LATERAL (
	SELECT * FROM sp_record WHERE tenant = $1 AND kind = $2 AND id = t.id LIMIT 1
) r WHERE true`

// A builder writes a statement and numbers its arguments.
type builder struct {
	sql  []byte
	args []any
}

// arg adds an argument and returns its name in the statement.
func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

// add appends a piece in which each %s stands for one of args.
func (b *builder) add(piece string, args ...any) {
	if len(args) == 0 {
		b.sql = append(b.sql, piece...)
		return
	}
	names := make([]any, len(args))
	for i, arg := range args {
		names[i] = b.arg(arg)
	}
	b.sql = fmt.Appendf(b.sql, piece, names...)
}

// order returns the columns by which the answer to q is sorted.
func order(q store.Query) []string {
	if q.Range.IsZero() {
		return []string{"id"}
	}
	return []string{"value", "id"}
}

// few is how many values of a term are worth a part of the statement each.
const few = 100

// places selects what the condition named, or the range, finds behind the cursor.
//
// The index has the IDs in order for one value, so each of several values is
// read for itself, and the server merges them as far as it needs to: the limits keep
// it from reading all of them and sorting. Very many values have few records each,
// and are sorted.
func (b *builder) places(q store.Query, name string) {
	if name == "" {
		b.add("SELECT value, id FROM sp_term WHERE tenant = $1 AND kind = $2 AND name = %s", q.Range.Term)
		b.span("value", "id", q)
		return
	}
	after := q.After.ID
	if !q.Range.IsZero() {
		after = "" // the order of the answer is another one
	}
	list := "(SELECT id FROM sp_term WHERE tenant = $1 AND kind = $2 AND name = " + b.arg(name) + " AND id > " + b.arg(after) +
		" AND value = %s ORDER BY id LIMIT 1000000000)"
	values := slices.Compact(slices.Sorted(slices.Values(q.Where[name])))
	if len(values) == 0 || len(values) > few {
		b.add("SELECT t.id FROM unnest(%s::text[]) v CROSS JOIN LATERAL ", values)
		b.add(fmt.Sprintf(list, "v") + " t")
		return
	}
	for i, value := range values {
		if i > 0 {
			b.add(" UNION ALL ")
		}
		b.add(list, value)
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
