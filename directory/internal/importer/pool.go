package importer

// chunk is how many objects are made at once.
const chunk = 64

// A pool hands out objects and records, and takes all of them back together when
// what they were made for has been read: a directory has millions of them, and
// needs a few at a time.
type pool struct {
	objects []*[chunk]Object
	records []*[chunk]record
	o, r    int // handed out
}

func (p *pool) object() *Object {
	if p.o == chunk*len(p.objects) {
		p.objects = append(p.objects, new([chunk]Object))
	}
	o := &p.objects[p.o/chunk][p.o%chunk]
	p.o++
	return o
}

func (p *pool) record() *record {
	if p.r == chunk*len(p.records) {
		p.records = append(p.records, new([chunk]record))
	}
	r := &p.records[p.r/chunk][p.r%chunk]
	p.r++
	*r = record{parts: r.parts[:0], left: r.left[:0]}
	return r
}

// mostChunks bounds what is kept after a record of very many parts.
const mostChunks = 16

// release takes everything back.
func (p *pool) release() {
	if len(p.objects) > mostChunks || len(p.records) > mostChunks {
		*p = pool{}
	}
	p.o, p.r = 0, 0
}

// within calls do, and takes back what was handed out meanwhile.
func (p *pool) within(do func()) {
	o, r := p.o, p.r
	do()
	p.o, p.r = o, r
}
