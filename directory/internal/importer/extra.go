package importer

import (
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// extra returns what is left of a record and of its parts, each under the path
// that it has within the record.
func (o *Object) extra() directory.Extra {
	extra := o.carried()
	if extra == nil {
		n := o.left()
		for _, p := range o.record.parts {
			n += p.left()
		}
		if n > 0 {
			o.im.room.spend(roomOfExtra + roomOfField*min(n, mostParts))
			extra = make(directory.Extra, min(n, mostParts))
		}
	}
	extra = o.addExtra(extra)
	for _, p := range o.record.parts {
		extra = p.addExtra(extra)
	}
	for _, l := range o.record.left {
		extra = merged(extra, directory.Extra{l.path: l.t.raw(l.at)}, "")
	}
	return extra
}

// again tells a field from another of its name in extra.
func again(extra directory.Extra) string { return " (" + strconv.Itoa(len(extra)+1) + ")" }

// left returns how many fields were not read and say something.
func (o *Object) left() int {
	t, n := o.t, 0
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if !t.nodes[j].taken && t.says(j+1) {
			n++
		}
	}
	return n
}

func (o *Object) addExtra(extra directory.Extra) directory.Extra {
	t := o.t
	path, repeated := o.im.scratch[:0], 0
	for j := o.at + 1; j < t.nodes[o.at].next; j = t.nodes[j+1].next {
		if t.nodes[j].taken || !t.says(j+1) {
			continue
		}
		if len(path) == 0 {
			path = o.appendPath(path)
		}
		field := t.text(j)
		if len(path) > 0 || t.nodes[j].form != inCells { // the names of columns are kept for all rows
			field = string(append(path, field...))
		}
		raw, was := t.raw(j+1), extra[field]
		if was != nil && alike(was, raw) || o.record.carries(raw) { // it was carried along
			continue
		}
		if was != nil { // a field that stands twice
			if repeated++; repeated > mostParts {
				continue
			}
			field += again(extra)
		}
		if extra == nil {
			extra = directory.Extra{}
		}
		extra[field] = raw
	}
	if repeated > mostParts {
		o.report(sp.Error, "", "too-many", "has fields that stand more than 1,000 times; what is beyond is not kept")
	}
	return extra
}

// carried returns the extra fields that an exporter of this library has written
// beside the others, so that nothing is lost on the way.
func (o *Object) carried() directory.Extra {
	v := o.take("sp_extra")
	if v == 0 {
		return nil
	}
	t, at := o.t, v
	if t.nodes[v].kind == text { // in a cell of a table
		t = &tree{}
		if t.parse(o.t.text(v), 0) != nil {
			o.keep("sp_extra")
			return nil
		}
		at = 0
	}
	if t.nodes[at].kind != object {
		o.keep("sp_extra")
		return nil
	}
	extra := directory.Extra{}
	for j := at + 1; j < t.nodes[at].next; j = t.nodes[j+1].next {
		extra[t.written(j)] = t.raw(j + 1)
	}
	o.record.carry(extra)
	return extra
}

// carry notes what stands among extra fields that came along, in whatever field: what
// could not be read when the feed was imported cannot be read now either.
func (r *record) carry(extra directory.Extra) {
	if r.carried == nil {
		r.carried = make(map[string]bool, len(extra))
	}
	for _, raw := range extra {
		r.carried[string(inCell(raw))] = true
	}
}

// carries reports whether a value stands among the extra fields that came along. Those of
// an owner are looked through for the first of its parts that has anything left.
func (r *record) carries(raw []byte) bool {
	if len(r.beside) > 0 {
		r.carry(r.beside)
		r.beside = nil
	}
	return len(r.carried) > 0 && r.carried[string(inCell(raw))]
}

// states reports whether any field that was not read says something.
func (o *Object) states() bool {
	return o.left() > 0
}
