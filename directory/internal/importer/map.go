package importer

import (
	"strings"

	"github.com/socialprescribing/sp"
)

// knownNames are the names that fields have, and lists of records: whatever else
// holds an object by a name may be a map of objects by their identifiers.
var knownNames = func() map[string]bool {
	known := map[string]bool{}
	for _, field := range fieldNames {
		known[field] = true
	}
	for list := range tables {
		known[list] = true
	}
	for list := range wrappers {
		known[list] = true
	}
	return known
}()

// isMap reports whether a value is an object that holds nothing but objects, by names
// that are none of fields: as programs write records by their identifiers, and PHP
// writes lists.
func (t *tree) isMap(v uint32) bool {
	if t.nodes[v].kind != object {
		return false
	}
	objects := 0
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		switch k := t.nodes[j+1].kind; {
		case knownNames[t.text(j)] || k != object && k != null:
			return false
		case k == object:
			objects++
		}
	}
	return objects > 0
}

func (im *Importer) saysMap(field string) {
	im.once("map "+field, func() {
		im.report(sp.Note, "", field, "object-for-list", "holds records by their identifiers; it was read as a list of them")
	})
}

// keyed returns a record that stands under a name, in JSON, which is its identifier
// if it has none of its own.
func (im *Importer) keyed(o *Object, key string) *Object {
	if key == "" || o.find("id") > 0 {
		return o
	}
	source := append(append([]byte(`{"id":"`), key...), '"')
	fields := o.t.appendRaw(nil, o.at)[1:]
	if len(fields) > 1 {
		source = append(source, ',')
	}
	t := &tree{}
	if t.parse(string(append(source, fields...)), 0) != nil {
		return o // which what was parsed once is not
	}
	return im.root(t, 0)
}

// isPage reports whether an object is nothing but an envelope around one list or object:
// what else it has counts pages.
func (t *tree) isPage(v uint32) bool { return t.unpaged(v) != v }

// unpaged returns what stands in an object that is nothing but an envelope, or in envelopes
// of envelopes, and else v itself.
func (t *tree) unpaged(v uint32) uint32 {
	for t.nodes[v].kind == object {
		in, alone := uint32(0), true
		for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
			switch field, k := t.text(j), t.nodes[j+1].kind; {
			case in == 0 && wrappers[field] && (k == list || k == object):
				in = j + 1
			case !paging[field] || field == "number" && k == text: // of a telephone
				return v
			default:
				alone = false
			}
		}
		if in == 0 || !alone && t.nodes[in].kind == object {
			return v
		}
		v = in
	}
	return v
}

// isNumbered reports whether the names of an object are numbers, as in what PHP makes
// of a list with gaps.
func (t *tree) isNumbered(v uint32) bool {
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j+1].next {
		if strings.Trim(t.text(j), "0123456789") != "" {
			return false
		}
	}
	return true
}

// holdsParts reports whether a value is a list, or an object, of which parts are made.
func (t *tree) holdsParts(v uint32) bool {
	return t.nodes[v].kind == list || t.nodes[v].kind == object
}

// count returns how many objects a list has that are not empty, and how many values that are neither
// objects nor null.
func (t *tree) count(v uint32) (objects, others int) {
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j].next {
		switch t.nodes[j].kind {
		case name: // of a map
		case object:
			if t.nodes[j].next > j+1 {
				objects++
			}
		case null:
		default:
			others++
		}
	}
	return objects, others
}
