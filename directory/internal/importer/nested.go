package importer

import (
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// object takes a field that should be an object and part of the record; nil is
// nothing.
func (o *Object) object(field string) *Object {
	v := o.take(field)
	switch {
	case v == 0:
		return nil
	case o.t.nodes[v].kind == object:
		return o.part(field, -1, v)
	case o.t.nodes[o.t.only(v)].kind == object:
		o.report(sp.Note, field, "list-for-value", "was read as the only value of its list")
		return o.part(field, -1, o.t.only(v))
	}
	o.keep(field)
	if o.t.nodes[v].kind != text || !o.isNothing(field, o.t.text(v)) {
		o.report(sp.Warning, field, "wrong-type", "is not an object")
	}
	return nil
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

// mapped returns the parts that an object holds by names in place of a list. Names
// that are more than numbers are kept with them.
func (o *Object) mapped(field string, v uint32) []*Object {
	t := o.t
	o.report(sp.Note, field, "object-for-list", "holds parts by names or numbers; it was read as a list of them")
	if !t.isNumbered(v) {
		o.keep(field)
	}
	var parts []*Object
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object && t.nodes[j+1].next > j+2 {
			parts = append(parts, o.part(field, len(parts), j+1))
		}
	}
	return parts
}

// keyedRecords returns the records that an object holds by their identifiers in place
// of a list.
func (o *Object) keyedRecords(field string, v uint32) []*Object {
	t := o.t
	o.report(sp.Note, field, "object-for-list", "holds records by their identifiers; it was read as a list of them")
	var records []*Object
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if t.nodes[j+1].kind == object {
			key := string(t.appendText(nil, j))
			records = append(records, o.im.keyed(o.im.root(t, j+1), key[1:len(key)-1]))
		}
	}
	return records
}

// nested takes a field that should be an object and a record of its own.
func (o *Object) nested(field string) *Object {
	n := len(o.record.parts)
	p := o.object(field)
	o.record.parts = o.record.parts[:n]
	return p
}

// nestedList takes a field that should be a list of records of their own.
func (o *Object) nestedList(field string) []*Object {
	if j := o.find(field); j > 0 && o.t.isMap(j+1) {
		return o.keyedRecords(field, o.take(field))
	}
	n := len(o.record.parts)
	parts := o.objects(field)
	o.record.parts = o.record.parts[:n]
	return parts
}

// isRecord reports whether o can be told from others of its kind: something
// without identifier and name is no record, and nothing is made of it.
func (im *Importer) isRecord(o *Object, more ...string) bool {
	named := o.has("name") && !isNullWord(o.peek("name")) // somebody who is called Null has an identifier
	if o.record.source != "" || named || o.has(more...) {
		return true
	}
	im.noRecord()
	return false
}

func (im *Importer) noRecord() {
	im.report(sp.Error, "", "", "no-record", "has neither an identifier nor a name; nothing is made of it")
}

// identify returns what the feed calls a record. One without an identifier cannot
// be referred to, nor told from another on the next import; its content stands in.
func (im *Importer) identify(r *Object) string {
	if r.record.source == "" {
		r.record.source = "~" + r.record.digest.String()[:16]
		r.report(sp.Warning, "id", "missing-id", "a hash of the record is used; it changes with the record")
	}
	return r.record.source
}

// reference takes a field that names a record. The one that o is nested with goes
// before it, and a field that names another is reported and kept.
func (o *Object) reference(field string, nested directory.ID) directory.ID {
	source := o.textOf(field, identifier)
	named := o.im.id(source)
	if nested == "" {
		return named
	}
	if named != "" && named != nested {
		o.keep(field)
		o.report(sp.Warning, field, "contradicting-reference", "names another record than the one that this is nested with, which is used")
	}
	return nested
}
