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

// escape keeps the signs that hold a term together out of its names.
var escape = strings.NewReplacer("%", "%25", "/", "%2F", "=", "%3D")

// termsOf returns what all terms of one name begin with in sp_term. The value follows.
func termsOf(tenant, kind, name string) string {
	return escape.Replace(tenant) + "/" + escape.Replace(kind) + "/" + escape.Replace(name) + "="
}

// terms returns those that meet the condition named, in order.
func terms(q store.Query, name string) []string {
	prefix := termsOf(q.Tenant, q.Kind, name)
	var all []string
	for _, value := range q.Where[name] {
		all = append(all, prefix+value)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// most is a limit. SQLite looks for the value of a parameter that stands alone in a LIMIT,
// to plan by it, and prepares the statement anew each time one is bound; in a sum it does not.
func (b *builder) most(n int) string { return "0 + " + b.arg(n) }

// filter adds the conditions other than lead. The plus signs keep the planner
// from making them lead instead.
func (b *builder) filter(q store.Query, lead string) {
	for _, name := range slices.Sorted(maps.Keys(q.Where)) {
		if name != lead {
			b.add(" AND EXISTS (SELECT 1 FROM sp_term AS f WHERE f.term IN ", b.list(terms(q, name)), " AND f.id = +t.id)")
		}
	}
}

// selection selects the first n records that answer q. The condition lead, the
// range or the ID itself is walked along in order, and the rest is looked up.
func selection(q store.Query, lead string, n int) *builder {
	b := new(builder)
	if q.Range.IsZero() && lead == "" {
		b.add("SELECT id, version, terms, body, head, sum FROM sp_record WHERE tenant = ", b.arg(q.Tenant), " AND kind = ", b.arg(q.Kind),
			" AND id > ", b.arg(q.After.ID), " ORDER BY id LIMIT ", b.most(n))
		return b
	}
	b.add("SELECT r.id, r.version, r.terms, r.body, r.head, r.sum FROM (")
	if q.Range.IsZero() {
		b.byTerm(q, lead, n)
	} else {
		b.byRange(q, n)
	}
	b.add(") AS t CROSS JOIN sp_record AS r ON r.tenant = ", b.arg(q.Tenant), " AND r.kind = ", b.arg(q.Kind),
		" AND r.id = t.id ORDER BY t.term, t.id")
	return b
}

// byTerm selects the IDs of the first n answers by the condition lead. Each of
// its values is walked along on its own, as they are in order of ID only there.
func (b *builder) byTerm(q store.Query, lead string, n int) {
	all := terms(q, lead)
	if len(all) == 0 || len(all) > manyValues {
		b.add("SELECT '' AS term, t.id FROM sp_term AS t WHERE t.term IN ", b.list(all), " AND t.id > ", b.arg(q.After.ID))
		b.filter(q, lead)
		b.add(" ORDER BY t.id LIMIT ", b.most(n))
		return
	}
	b.add("SELECT '' AS term, id FROM (")
	for i, term := range all {
		if i > 0 {
			b.add(" UNION ALL ")
		}
		b.add("SELECT * FROM (SELECT t.id FROM sp_term AS t WHERE t.term = ", b.arg(term), " AND t.id > ", b.arg(q.After.ID))
		b.filter(q, lead)
		b.add(" ORDER BY t.id LIMIT ", b.most(n), ")")
	}
	b.add(") ORDER BY id LIMIT ", b.most(n))
}

// byRange selects the places of the first n answers along the range.
func (b *builder) byRange(q store.Query, n int) {
	prefix := termsOf(q.Tenant, q.Kind, q.Range.Term)
	before := strings.TrimSuffix(prefix, "=") + ">" // the sign that follows
	if q.Range.Before != "" {
		before = prefix + q.Range.Before
	}
	b.add("SELECT t.term, t.id FROM sp_term AS t WHERE t.term < ", b.arg(before))
	if from := (store.Cursor{Value: q.Range.From}); q.After.Compare(from) > 0 {
		b.add(" AND (t.term, t.id) > (", b.arg(prefix+q.After.Value), ", ", b.arg(q.After.ID), ")")
	} else {
		b.add(" AND t.term >= ", b.arg(prefix+q.Range.From))
	}
	b.filter(q, "")
	b.add(" ORDER BY t.term, t.id LIMIT ", b.most(n))
}
