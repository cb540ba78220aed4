package importer

// A Builder makes an object field by field, for formats that are not JSON: a row
// of a table becomes what a record of HSDS would be, and is read like one.
type Builder struct {
	t  *tree
	im *Importer // that took the last record
}

// Reset begins anew. What was made before must not be in use any more.
func (b *Builder) Reset() {
	if b.t == nil || b.im != nil && b.im.retained {
		b.t = &tree{}
	}
	if b.im != nil {
		b.im.pool.release()
		b.im.retained = false
	}
	b.t.source, b.t.cells, b.t.nodes = "", b.t.cells[:0], b.t.nodes[:0]
	clear(b.t.summed)
	b.open(object)
}

func (b *Builder) open(k kind) uint32 {
	b.t.nodes = append(b.t.nodes, node{kind: k})
	return uint32(len(b.t.nodes) - 1)
}

func (b *Builder) leaf(k kind, s string) {
	m := uint8(0)
	if k == name {
		m = mark(s)
	}
	b.t.nodes = append(b.t.nodes, node{kind: k, form: inCells, mark: m, start: uint32(len(b.t.cells)), next: uint32(len(b.t.nodes) + 1)})
	b.t.cells = append(b.t.cells, s)
}

// Text adds a field.
func (b *Builder) Text(field, value string) {
	b.leaf(name, field)
	b.leaf(text, value)
}

// List adds a field that is a list of objects, each made by a call of each.
func (b *Builder) List(field string, n int, each func(i int)) {
	b.leaf(name, field)
	l := b.open(list)
	for i := range n {
		o := b.open(object)
		each(i)
		b.t.nodes[o].next = uint32(len(b.t.nodes))
	}
	b.t.nodes[l].next = uint32(len(b.t.nodes))
}

// Object adds a field that is an object.
func (b *Builder) Object(field string, fields func()) {
	b.leaf(name, field)
	o := b.open(object)
	fields()
	b.t.nodes[o].next = uint32(len(b.t.nodes))
}

// Record returns what was made as a record to be taken by im. It is good until
// the next call of Reset.
func (b *Builder) Record(im *Importer) *Object {
	b.im = im
	b.t.nodes[0].next = uint32(len(b.t.nodes))
	return im.root(b.t, 0)
}
