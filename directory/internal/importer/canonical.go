package importer

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// canonical appends a value in a form that is the same for the same content: fields
// that say something in the order of their names, no spaces, texts with as few escapes
// as can be, numbers as they were written.
func (t *tree) canonical(b []byte, i uint32) []byte {
	n := &t.nodes[i]
	switch n.kind {
	case text, name:
		if n.form != inCells {
			if written := t.source[n.start-1 : n.end+1]; n.form <= plain || n.kind == text && onlyNeeded(written) {
				return append(b, written...)
			}
			return appendNeeded(b, t.text(i))
		}
		s := t.cells[n.start]
		return append(append(strconv.AppendInt(b, int64(len(s)), 10), ' '), s...)
	case list:
		b = append(b, '[')
		for j := i + 1; j < n.next; j = t.nodes[j].next {
			b = append(t.canonical(b, j), ',')
		}
		return append(b, ']')
	case object:
		return t.canonicalObject(b, i)
	case null:
		return append(b, "null"...)
	default:
		return append(b, t.source[n.start:n.end]...)
	}
}

func (t *tree) canonicalObject(b []byte, i uint32) []byte {
	b = append(b, '{')
	if t.columns != nil { // of which the order is known
		for _, j := range t.columns.order {
			if j+1 < uint32(len(t.nodes)) && t.says(j+1) {
				b = append(t.canonical(append(t.canonical(b, j), ':'), j+1), ',')
			}
		}
		return append(b, '}')
	}
	var few [32]uint32
	names := few[:0]
	for j := i + 1; j < t.nodes[i].next; j = t.nodes[j+1].next {
		if t.says(j + 1) {
			names = append(names, j)
		}
	}
	t.sort(names)
	for _, j := range names {
		b = append(t.canonical(b, j), ':')
		if k := t.nodes[j+1].kind; (k == object || k == list) && nests[t.text(j)] {
			b = append(t.digests(b, j+1), ',')
			continue
		}
		b = append(t.canonical(b, j+1), ',')
	}
	return append(b, '}')
}

// nests are the fields in which records stand that have a digest of their own.
var nests = map[string]bool{
	"organization": true, "service": true, "location": true, "services": true, "locations": true, "service_at_locations": true,
}

// worthADigest is how many bytes of a record have a digest in their place. A shorter one
// is gone through again as fast.
const worthADigest = 128

// digests appends the digest of an object, or those of a list, in place of what they say,
// and keeps them: what is nested deep is gone through once, and not for each record
// around it.
func (t *tree) digests(b []byte, v uint32) []byte {
	if t.nodes[v].kind == object {
		from := len(b)
		if b = t.canonicalObject(b, v); len(b)-from < worthADigest {
			return b
		}
		sum := sha256.Sum256(b[from:])
		if t.summed == nil {
			t.summed = map[uint32]digest{}
		}
		t.summed[v] = sum
		return append(b[:from], sum[:]...)
	}
	b = append(b, '[')
	for j := v + 1; j < t.nodes[v].next; j = t.nodes[j].next {
		if t.nodes[j].kind == object {
			b = append(t.digests(b, j), ',')
			continue
		}
		b = append(t.canonical(b, j), ',')
	}
	return append(b, ']')
}

// onlyNeeded reports whether a text in quotation marks has no escapes but those that it
// needs, as nearly all have.
func onlyNeeded(quoted string) bool {
	for {
		i := strings.IndexByte(quoted, '\\')
		if i < 0 {
			return true
		}
		if c := quoted[i+1]; c == 'u' || c == '/' || c == 'b' || c == 'f' {
			return false
		}
		quoted = quoted[i+2:]
	}
}

// appendNeeded appends a text in quotation marks with no escapes but those that it needs.
func appendNeeded(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n', '\r', '\t':
			b = append(b, '\\', shortEscapes[c])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// sort puts names of fields in order, those that are one as they stand. Objects
// have a dozen fields, of which most differ in the first letters.
func (t *tree) sort(names []uint32) {
	if len(names) > 32 {
		slices.SortStableFunc(names, func(x, y uint32) int { return strings.Compare(t.text(x), t.text(y)) })
		return
	}
	var starts [32]uint64 // the first letters of names, as a number
	for i, j := range names {
		start := firstLetters(t.text(j))
		at := i
		for ; at > 0 && (start < starts[at-1] || start == starts[at-1] && t.text(j) < t.text(names[at-1])); at-- {
			names[at], starts[at] = names[at-1], starts[at-1]
		}
		names[at], starts[at] = j, start
	}
}

// firstLetters returns the first eight bytes of s as a number that is in their order.
func firstLetters(s string) (n uint64) {
	var letters [8]byte
	copy(letters[:], s)
	return binary.BigEndian.Uint64(letters[:])
}
