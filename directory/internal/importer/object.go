package importer

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// An object is a JSON object whose fields are read one by one, each forgiven
// for being of another type than the standard says: a number in a string, an
// empty string or null for nothing. What is read is taken out; what is left at
// the end is what we have no place for.
type object struct {
	im     *importer
	root   *object        // the record that it is part of; itself for a record
	path   string         // within the record: "" or ending in a dot
	fields map[string]any // still to be read

	source string    // of a record: its identifier
	hash   string    // of a record: of its content
	parts  []*object // of a record: all objects within it that were read
}

// newRecord returns fields as a record of its own. Its content is hashed in a
// form that does not depend on spacing or the order of fields.
func (im *importer) newRecord(fields map[string]any) *object {
	im.scratch = canonical(im.scratch[:0], fields)
	r := &object{im: im, fields: fields, hash: hashOf(im.scratch)}
	r.root = r
	r.source = r.text("id")
	if r.source == "" {
		r.source = "~" + r.hash[:16]
		r.report(sp.Warning, "id", "missing-id", "a hash of the record is used; it changes with the record")
	}
	return r
}

// part returns fields as a part of the record that o belongs to.
func (o *object) part(path string, fields map[string]any) *object {
	p := &object{im: o.im, root: o.root, path: o.path + path + ".", fields: fields}
	o.root.parts = append(o.root.parts, p)
	return p
}

func (o *object) report(s sp.Severity, field, code, detail string) {
	o.im.report(s, o.root.source, strings.TrimSuffix(o.path+field, "."), code, detail)
}

// drop takes out fields that repeat what the nesting says, such as the
// identifiers of parts.
func (o *object) drop(fields ...string) {
	for _, field := range fields {
		delete(o.fields, field)
	}
}

// take returns a field and takes it out; nil is nothing.
func (o *object) take(field string) any {
	v := o.fields[field]
	delete(o.fields, field)
	if text, isText := v.(string); isText && strings.TrimSpace(text) == "" {
		return nil
	}
	return v
}

// put leaves a value for the extra fields.
func (o *object) put(field string, v any) { o.fields[field] = v }

// text takes a field that should be a string.
func (o *object) text(field string) string {
	switch v := o.take(field).(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		o.report(sp.Note, field, "number-for-text", "was read as text")
		return v.String()
	default:
		o.put(field, v)
		o.report(sp.Warning, field, "wrong-type", "is not text")
		return ""
	}
}

// decimal takes a field that should be a number.
func (o *object) decimal(field string) *decimal.Decimal {
	v := o.take(field)
	text, isText := v.(string)
	if n, ok := v.(json.Number); ok {
		text = n.String()
	}
	d := number(strings.TrimSpace(text))
	switch {
	case v == nil:
		return nil
	case d == nil:
		o.put(field, v)
		o.report(sp.Warning, field, "wrong-type", "is not a number")
	case isText:
		o.report(sp.Note, field, "text-for-number", "was read as a number")
	}
	return d
}

// reference takes a field that names a record. The one that o is nested with
// goes before it, and a field that names another is reported and kept.
func (o *object) reference(field string, nested directory.ID) directory.ID {
	source := o.text(field)
	named := o.im.id(source)
	if nested == "" {
		return named
	}
	if named != "" && named != nested {
		o.put(field, source)
		o.report(sp.Warning, field, "contradicting-reference", "names another record than the one that this is nested with, which is used")
	}
	return nested
}

// keep puts a text back among the extra fields unless ok.
func (o *object) keep(field, text string, ok bool) {
	if !ok && text != "" {
		o.put(field, text)
	}
}

// plain takes a text and removes its markup; the original stays among the extra fields.
func (o *object) plain(field string) string {
	text := o.text(field)
	s := o.im.plain(o.root.source, o.path+field, text)
	o.keep(field, text, s == text)
	return s
}

// date takes a field that should be a day.
func (o *object) date(field string) sp.Date {
	text := o.text(field)
	d := o.im.date(o.root.source, o.path+field, text)
	o.keep(field, text, !d.IsZero())
	return d
}

// moment takes a field that should be a date with a time.
func (o *object) moment(field string) time.Time {
	text := o.text(field)
	t := o.im.moment(o.root.source, o.path+field, text)
	o.keep(field, text, !t.IsZero())
	return t
}

// pastDay takes a field that should be a day before the fetching. Another would
// look fresh for as long as it lies ahead, and no clock is ever turned back.
func (o *object) pastDay(field string) sp.Date {
	raw := o.fields[field]
	d := o.date(field)
	if o.past(field, d.In(time.UTC), raw) {
		return d
	}
	return 0
}

// pastMoment takes a field that should be a time before the fetching.
func (o *object) pastMoment(field string) time.Time {
	raw := o.fields[field]
	t := o.moment(field)
	if o.past(field, t, raw) {
		return t
	}
	return time.Time{}
}

// past reports whether t, read from a field, does not lie after the fetching,
// give or take the day by which time zones differ. If it does, it is reported and raw put back.
func (o *object) past(field string, t time.Time, raw any) bool {
	fetched := o.im.options.Fetched
	if fetched.IsZero() || !t.After(fetched.AddDate(0, 0, 1)) {
		return true
	}
	o.put(field, raw)
	o.report(sp.Warning, field, "future-date", "lies after the fetching")
	return false
}

// clock takes a field that should be a time of day. One with an offset from UTC
// stays among the extra fields too.
func (o *object) clock(field string) sp.Known[directory.Clock] {
	text := o.text(field)
	c := o.im.clock(o.root.source, o.path+field, text)
	o.keep(field, text, !c.IsZero() && !zoned.MatchString(text))
	return c
}

// count takes a field that should be a whole number from 0 to a billion.
func (o *object) count(field string) sp.Known[int] {
	d := o.decimal(field)
	if d == nil {
		return sp.Known[int]{}
	}
	if !d.IsInteger() || d.Sign() < 0 || d.GreaterThan(decimal.NewFromInt(1e9)) {
		o.put(field, d.String())
		o.report(sp.Warning, field, "wrong-type", "is not a whole number from 0 to a billion")
		return sp.Known[int]{}
	}
	return sp.Know(int(d.IntPart()))
}

// fieldsOf takes a field that should be an object, and returns nil for nothing.
func (o *object) fieldsOf(field string) map[string]any {
	switch v := o.take(field).(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	default:
		o.put(field, v)
		o.report(sp.Warning, field, "wrong-type", "is not an object")
		return nil
	}
}

// object takes a field that should be an object and part of the record. It
// returns one without fields for nothing.
func (o *object) object(field string) *object { return o.part(field, o.fieldsOf(field)) }

// list takes a field that should be an array of parts of the record.
func (o *object) list(field string) []*object {
	var parts []*object
	for i, fields := range o.items(field) {
		if fields != nil {
			parts = append(parts, o.part(field+index(i), fields))
		}
	}
	return parts
}

// items takes a field that should be an array of objects; what is none is nil.
// A single object counts as an array of one.
func (o *object) items(field string) []map[string]any {
	var items []any
	switch v := o.take(field).(type) {
	case nil:
		return nil
	case []any:
		items = v
	case map[string]any:
		o.report(sp.Note, field, "object-for-list", "was read as a list of one")
		items = []any{v}
	default:
		o.put(field, v)
		o.report(sp.Warning, field, "wrong-type", "is not a list")
		return nil
	}
	objects := make([]map[string]any, len(items))
	for i, item := range items {
		fields, ok := item.(map[string]any)
		if !ok && item != nil {
			o.put(field+index(i), item)
			o.report(sp.Warning, field+index(i), "wrong-type", "is not an object")
		}
		objects[i] = fields
	}
	return objects
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// extra returns what is left of a record and of its parts, each under the path
// that it has within the record.
func (o *object) extra() directory.Extra {
	var extra directory.Extra
	for _, part := range append([]*object{o}, o.parts...) {
		for field, v := range part.fields {
			if isEmpty(v) {
				continue
			}
			data, err := json.Marshal(v)
			if err != nil {
				panic("import: what was JSON is none: " + err.Error())
			}
			if extra == nil {
				extra = directory.Extra{}
			}
			extra[part.path+field] = data
		}
	}
	return extra
}

// states reports whether any field that is still to be read says something.
func (o *object) states() bool {
	for _, v := range o.fields {
		if !isEmpty(v) {
			return true
		}
	}
	return false
}

// isEmpty reports whether v says nothing.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// canonical appends v in a form that is the same for the same content: fields
// in the order of their names, no spaces, numbers as they were written.
func canonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return strconv.AppendQuote(b, v)
	case json.Number:
		return append(b, v...)
	case bool:
		return strconv.AppendBool(b, v)
	case []any:
		b = append(b, '[')
		for _, item := range v {
			b = append(canonical(b, item), ',')
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(strconv.AppendQuote(b, name), ':')
			b = append(canonical(b, v[name]), ',')
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
