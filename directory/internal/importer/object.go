package importer

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// An Object is a record, or a part of one, whose fields are read one by one, each
// forgiven for being of another type than the standard says: a number in a text,
// an empty text or null for nothing. What is read is taken out; what is left at
// the end, and whatever was reported, is kept as extra fields.
type Object struct {
	im     *Importer
	t      *tree
	at     uint32  // its node
	up     *Object // that it is a part of; nil for a record
	field  string  // that it stands in
	index  int     // in the list of that field, or -1
	weekly bool    // its days are those of a week, as in the older standards
	marked bool    // whether marks is known
	marks  uint64  // of its fields, see mark
	record *record
}

// A record is what the parts of one record share.
type record struct {
	source string    // its identifier
	digest digest    // of its content
	parts  []*Object // that were read
	left   []leftover
	nulls  sp.Truth // whether it writes words for nothing, such as "null"

	carried  map[string]bool // what stands among its extra fields already
	beside   directory.Extra // those of its owner, which are looked through once it matters
	exported bool            // it was written by an exporter of this library
	secret   bool            // an attribute says that it is confidential
	badPoint bool            // its coordinates were reported
	key      recordKey
}

// A leftover is something in a list that is no part.
type leftover struct {
	path string
	t    *tree
	at   uint32
}

// root returns a tree as a record that was not identified yet.
func (im *Importer) root(t *tree, at uint32) *Object {
	o := im.pool.object()
	*o = Object{im: im, t: t, at: at, index: -1, record: im.pool.record()}
	return o
}

// alone returns o as a record of its own, with what identifies it: a hash that
// depends neither on spacing nor on the order of fields, and its identifier.
func (o *Object) alone() *Object {
	r := o.im.root(o.t, o.at)
	r.marks, r.marked = o.marks, o.marked
	sum, known := o.t.summed[o.at]
	if row := o.t.row; row != nil && row.hashed {
		sum, known = row.digest, true
	}
	if !known {
		n := o.t.nodes[o.at]
		o.im.scratch = slices.Grow(o.im.scratch[:0], int(n.end-n.start+n.next-o.at)) // of JSON it is hardly ever longer
		o.im.scratch = r.t.canonical(o.im.scratch, o.at)
		sum = sha256.Sum256(o.im.scratch)
	}
	r.record.digest = sum
	r.record.exported = r.has("sp_extra") || r.yes("sp_exported") == sp.Yes // of which the extra fields are not for everybody
	r.record.source = r.textOf("id", identifier)
	return r
}

// path returns where o stands within its record: "" or ending in a dot.
func (o *Object) path() string { return string(o.appendPath(nil)) }

func (o *Object) appendPath(b []byte) []byte {
	if o.field == "" {
		return b
	}
	if o.up != nil {
		b = o.up.appendPath(b)
	}
	b = append(b, o.field...)
	if o.index >= 0 {
		b = append(strconv.AppendInt(append(b, '['), int64(o.index), 10), ']')
	}
	return append(b, '.')
}

func (o *Object) report(s sp.Severity, field, code, detail string) {
	if o.im.full(s, code) { // so that no path is made for what is only counted
		o.im.report(s, "", field, code, detail)
		return
	}
	o.im.report(s, o.record.source, strings.TrimSuffix(o.path()+field, "."), code, detail)
}

// find returns the node of the name of a field that was not read, or 0. Of one
// that stands twice it is the last, as in most readers of JSON.
func (o *Object) find(field string) uint32 {
	t := o.t
	if o.at == 0 && t.columns != nil {
		return t.columns.find(t, field)
	}
	if !o.mayHave(field) {
		return 0
	}
	return t.lookUp(o.at, field)
}

// mayHave reports whether o has a field with the mark of a name, read or not.
func (o *Object) mayHave(field string) bool {
	if o.at == 0 && o.t.columns != nil {
		return o.t.columns.at[mark(field)] != 0
	}
	if !o.marked {
		o.marks, o.marked = o.t.marks(o.at), true
	}
	return o.marks&(1<<mark(field)) != 0
}

// has reports whether one of fields says something.
func (o *Object) has(fields ...string) bool {
	for _, f := range fields {
		if j := o.find(f); j > 0 && o.t.says(j+1) {
			return true
		}
	}
	return false
}

// take returns the node of a field's value and takes it out; 0 is nothing.
func (o *Object) take(field string) uint32 {
	j := o.find(field)
	if j == 0 {
		return 0
	}
	o.t.nodes[j].taken = true
	if !o.t.says(j + 1) {
		return 0
	}
	return j + 1
}

// drop takes out fields that repeat what the nesting says.
func (o *Object) drop(fields ...string) {
	for _, f := range fields {
		if j := o.find(f); j > 0 {
			o.t.nodes[j].taken = true
		}
	}
}

// keep leaves fields for the extra fields though they were read.
func (o *Object) keep(fields ...string) {
	t := o.t
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		for _, f := range fields {
			if t.nodes[j].taken && t.text(j) == f {
				t.nodes[j].taken = false
			}
		}
	}
}

// peek returns a text without taking it.
func (o *Object) peek(field string) string {
	j := o.find(field)
	if j == 0 || o.t.nodes[j+1].kind != text && o.t.nodes[j+1].kind != number {
		return ""
	}
	return strings.TrimSpace(o.t.text(j + 1))
}

// decimal takes a field that should be a number.
func (o *Object) decimal(field string) *decimal.Decimal {
	v := o.take(field)
	if v == 0 {
		return nil
	}
	switch n := o.t.nodes[v]; n.kind {
	case text:
		s := strings.TrimSpace(o.t.text(v))
		if o.isNothing(field, s) {
			return nil
		}
		if inComma.MatchString(s) {
			o.keep(field)
			o.report(sp.Note, field, "decimal-comma", "was read as a number with a comma before its decimals")
			return numberOf(strings.Replace(s, ",", ".", 1))
		}
		if d := numberOf(s); d != nil {
			if n.form != inCells { // a table has nothing but texts
				o.report(sp.Note, field, "text-for-number", "was read as a number")
			}
			return d
		}
	case number:
		if d := numberOf(o.t.text(v)); d != nil {
			return d
		}
	default:
	}
	o.keep(field)
	o.report(sp.Warning, field, "wrong-type", "is not a number")
	return nil
}

// count takes a field that should be a whole number from 0 to a billion.
func (o *Object) count(field string) sp.Known[int] {
	d := o.decimal(field)
	if d == nil {
		return sp.Known[int]{}
	}
	if !d.IsInteger() || d.Sign() < 0 || d.GreaterThan(decimal.NewFromInt(1e9)) {
		o.keep(field)
		o.report(sp.Warning, field, "wrong-type", "is not a whole number from 0 to a billion")
		return sp.Known[int]{}
	}
	return sp.Know(int(d.IntPart()))
}

// yes takes a field that should be true or false.
func (o *Object) yes(field string) sp.Truth {
	v := o.take(field)
	if v == 0 {
		return sp.Unknown
	}
	switch strings.ToLower(strings.TrimSpace(o.t.text(v))) {
	case "true", "yes", "y", "t", "1":
		return sp.Yes
	}
	if isNo(o.t.text(v)) {
		return sp.No
	}
	o.keep(field)
	if o.t.nodes[v].kind != list && o.t.nodes[v].kind != object && !o.isNothing(field, o.t.text(v)) {
		o.report(sp.Warning, field, "bad-answer", "is neither true nor false")
	}
	return sp.Unknown
}

// isNo reports whether a text denies.
func isNo(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "false", "no", "n", "f", "0":
		return true
	}
	return false
}

// object takes a field that should be an object and part of the record; nil is
// nothing.
func (o *Object) object(field string) *Object {
	v := o.take(field)
	switch {
	case v == 0:
		return nil
	case o.t.nodes[v].kind == object:
		return o.part(field, -1, v)
	}
	o.keep(field)
	if o.t.nodes[v].kind != text || !o.isNothing(field, o.t.text(v)) {
		o.report(sp.Warning, field, "wrong-type", "is not an object")
	}
	return nil
}

// objectIn takes a field if it is an object, and leaves it as it is if not.
func (o *Object) objectIn(field string) *Object {
	if j := o.find(field); j == 0 || o.t.nodes[j+1].kind != object || !o.t.says(j+1) {
		return nil
	}
	return o.object(field)
}

// part returns a node as a part of the record that o belongs to.
func (o *Object) part(field string, index int, at uint32) *Object {
	p := o.im.pool.object()
	*p = Object{im: o.im, t: o.t, at: at, up: o, field: field, index: index, record: o.record}
	o.record.parts = append(o.record.parts, p)
	return p
}

// mostParts bounds how many parts of one kind a record has. Real ones have some
// dozens; what is beyond stays among the extra fields.
const mostParts = 1000

// list takes a field that should be a list of parts, of which a record has some
// only.
func (o *Object) list(field string) []*Object {
	v := o.t.unpaged(o.find(field) + 1)
	if v > 1 && (o.t.nodes[v].kind == list || o.t.isMap(v)) {
		if objects, _ := o.t.count(v); objects > mostParts {
			o.report(sp.Error, field, "too-many", "has more than 1,000 parts; none of them is used")
			return nil
		} else if !o.im.room.take(objects * tables[field].room()) {
			o.im.noRoom(o.record.source, o.path()+field)
			return nil
		}
	}
	return o.objects(field)
}

// objects takes a field that should be a list of objects. A single object counts
// as a list of one.
func (o *Object) objects(field string) []*Object {
	v := o.take(field)
	if v == 0 {
		return nil
	}
	if in := o.t.unpaged(v); in != v {
		o.report(sp.Note, field, "object-for-list", "stands in an envelope of its own; what is in that was read")
		v = in
	}
	n := o.t.nodes[v]
	switch n.kind {
	case list:
	case object:
		if o.t.isMap(v) {
			return o.mapped(field, v)
		}
		o.report(sp.Note, field, "object-for-list", "was read as a list of one")
		return []*Object{o.part(field, 0, v)}
	default:
		o.keep(field)
		if n.kind != text || !o.isNothing(field, o.t.text(v)) {
			o.report(sp.Warning, field, "wrong-type", "is not a list")
		}
		return nil
	}
	objects, others := o.t.count(v)
	if others > mostParts { // the list is kept as it is
		o.keep(field)
		o.report(sp.Warning, field, "wrong-type", "has more than 1,000 items that are no objects")
	}
	return o.itemsAsParts(field, v, objects, others > mostParts)
}

// itemsAsParts returns the parts that are the items of a list, of which so many are
// objects. Others may stand for one, or be kept as they are, unless they are too many.
func (o *Object) itemsAsParts(field string, v uint32, objects int, tooMany bool) []*Object {
	parts := make([]*Object, 0, objects)
	i := 0
	for j := v + 1; j < o.t.nodes[v].next; j = o.t.nodes[j].next {
		switch o.t.nodes[j].kind {
		case object:
			if o.t.nodes[j].next == j+1 {
				continue // it says nothing
			}
			at := j
			if in := o.t.unpaged(j); o.t.nodes[in].kind == object { // as in the edges of GraphQL
				at = in
			}
			parts = append(parts, o.part(field, i, at))
		case null:
		default:
			if tooMany {
				break
			}
			if p := o.inText(field, i, j); p != nil {
				parts = append(parts, p)
				break
			}
			at := field + "[" + strconv.Itoa(i) + "]"
			o.record.left = append(o.record.left, leftover{o.path() + at, o.t, j})
			o.report(sp.Warning, at, "wrong-type", "is not an object")
		}
		i++
	}
	return parts
}
