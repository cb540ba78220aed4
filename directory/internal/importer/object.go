package importer

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

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

// objectIn takes a field if it is an object, and leaves it as it is if not.
func (o *Object) objectIn(field string) *Object {
	if j := o.find(field); j == 0 || o.t.nodes[j+1].kind != object || !o.t.says(j+1) {
		return nil
	}
	return o.object(field)
}
