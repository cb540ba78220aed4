package sqlite

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp/store"
)

// A builder writes a statement and numbers its arguments.
type builder struct {
	text strings.Builder
	args []any
}

func (b *builder) add(pieces ...string) {
	for _, piece := range pieces {
		b.text.WriteString(piece)
	}
}

// arg returns the placeholder of v.
func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return "?" + strconv.Itoa(len(b.args))
}

// list returns a list of values to compare with, of any length.
func (b *builder) list(values []string) string {
	if len(values) > manyValues {
		text, err := json.Marshal(values)
		if err != nil {
			panic(err) // strings can be marshalled
		}
		return "(SELECT value FROM json_each(" + b.arg(string(text)) + "))"
	}
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = b.arg(v)
	}
	return "(" + strings.Join(places, ", ") + ")"
}

// manyValues is where a list of values becomes too long for one placeholder each.
const manyValues = 50

// term adds the condition that alias t is about a term of the query's kind.
func (b *builder) term(t string, q store.Query, name string) {
	b.add(t, ".tenant = ", b.arg(q.Tenant), " AND ", t, ".kind = ", b.arg(q.Kind), " AND ", t, ".name = ", b.arg(name))
}

// filter adds the conditions other than lead. The plus signs keep the planner
// from making them lead instead.
func (b *builder) filter(q store.Query, lead string) {
	for _, name := range slices.Sorted(maps.Keys(q.Where)) {
		if name == lead {
			continue
		}
		b.add(" AND EXISTS (SELECT 1 FROM sp_term AS f WHERE ")
		b.term("f", q, name)
		b.add(" AND f.value IN ", b.list(q.Where[name]), " AND f.id = +t.id)")
	}
}

// selection selects the first n records that answer q. The condition lead, the
// range or the ID itself is walked along in order, and the rest is looked up.
func selection(q store.Query, lead string, n int) *builder {
	b := new(builder)
	if q.Range.IsZero() && lead == "" {
		b.add("SELECT id, version, terms, body FROM sp_record WHERE tenant = ", b.arg(q.Tenant), " AND kind = ", b.arg(q.Kind),
			" AND id > ", b.arg(q.After.ID), " ORDER BY id LIMIT ", b.arg(n))
		return b
	}
	b.add("SELECT r.id, r.version, r.terms, r.body FROM (")
	if q.Range.IsZero() {
		b.byTerm(q, lead, n)
	} else {
		b.byRange(q, n)
	}
	b.add(") AS t CROSS JOIN sp_record AS r ON r.tenant = ", b.arg(q.Tenant), " AND r.kind = ", b.arg(q.Kind),
		" AND r.id = t.id ORDER BY t.value, t.id")
	return b
}

// byTerm selects the IDs of the first n answers by the condition lead. Each of
// its values is walked along on its own, as they are in order of ID only there.
func (b *builder) byTerm(q store.Query, lead string, n int) {
	values := slices.Compact(slices.Sorted(slices.Values(q.Where[lead])))
	if len(values) == 0 || len(values) > manyValues {
		b.add("SELECT '' AS value, t.id FROM sp_term AS t WHERE ")
		b.term("t", q, lead)
		b.add(" AND t.value IN ", b.list(values), " AND t.id > ", b.arg(q.After.ID))
		b.filter(q, lead)
		b.add(" ORDER BY t.id LIMIT ", b.arg(n))
		return
	}
	b.add("SELECT '' AS value, id FROM (")
	for i, value := range values {
		if i > 0 {
			b.add(" UNION ALL ")
		}
		b.add("SELECT * FROM (SELECT t.id FROM sp_term AS t WHERE ")
		b.term("t", q, lead)
		b.add(" AND t.value = ", b.arg(value), " AND t.id > ", b.arg(q.After.ID))
		b.filter(q, lead)
		b.add(" ORDER BY t.id LIMIT ", b.arg(n), ")")
	}
	b.add(") ORDER BY id LIMIT ", b.arg(n))
}

// byRange selects the places of the first n answers along the range.
func (b *builder) byRange(q store.Query, n int) {
	b.add("SELECT t.value, t.id FROM sp_term AS t WHERE ")
	b.term("t", q, q.Range.Term)
	if from := (store.Cursor{Value: q.Range.From}); q.After.Compare(from) > 0 {
		b.add(" AND (t.value, t.id) > (", b.arg(q.After.Value), ", ", b.arg(q.After.ID), ")")
	} else {
		b.add(" AND t.value >= ", b.arg(q.Range.From))
	}
	if q.Range.Before != "" {
		b.add(" AND t.value < ", b.arg(q.Range.Before))
	}
	b.filter(q, "")
	b.add(" ORDER BY t.value, t.id LIMIT ", b.arg(n))
}
