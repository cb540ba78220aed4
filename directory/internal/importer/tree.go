package importer

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A kind is the sort of a value.
type kind uint8

const (
	null kind = iota
	text
	number
	boolean
	list
	object
	name // of a field; its value follows
)

// A node is a value, or the name of a field. Those within a list or an object
// follow it, so that a tree is one slice without pointers: a hostile input of
// brackets and commas costs a few bytes of memory for each of its own.
type node struct {
	start, end uint32 // where it stands in the source; of a cell, start is its number
	next       uint32 // the node after it and all within it
	kind       kind
	form       form
	mark       uint8 // of a name, see mark
	taken      bool  // of a name: its value was read
}

// A form says where a text is, and how it is written.
type form uint8

const (
	simple  form = iota // of letters of ASCII and such, which stand for themselves in JSON, in HTML and wherever else
	plain               // as it is to be read
	escaped             // a text with escape sequences, or the name of a field in another form than that of the standards
	inCells             // its text stands in cells, not in the source
)

// A tree is one object of JSON, or one row of a table.
type tree struct {
	source string
	cells  []string
	nodes  []node

	columns *columns          // of a row of a table; nil for anything else
	row     *readRow          // likewise
	summed  map[uint32]digest // of records that are nested in others, by their nodes
	lenient bool              // it is JSON but for commas behind the last, or numbers that are none
	foreign uint32            // the first name of a field in another form than that of the standards, or 0
}

// mark returns a number from 0 to 63 for the name of a field. An object of which no
// field has the mark of a name has no field of that name: most of the fields that
// the standards know are not there, and this finds out without comparing names.
func mark(field string) uint8 {
	n := uint32(len(field))
	if n == 0 {
		return 0
	}
	h := n*0x9E3779B1 + uint32(field[0])*0x85EBCA77 + uint32(field[n-1])*0xC2B2AE3D + uint32(field[n/2])*0x27D4EB2F
	return uint8(h >> 26)
}

// marks returns a set of the marks of the fields of an object.
func (t *tree) marks(at uint32) (m uint64) {
	for j := at + 1; j < t.nodes[at].next; j = t.nodes[j+1].next {
		m |= 1 << t.nodes[j].mark
	}
	return m
}

// lookUp returns the node of the name of a field that was not read, or 0. Of one
// that stands twice it is the last, as in most readers of JSON.
func (t *tree) lookUp(at uint32, field string) (found uint32) {
	end, m := t.nodes[at].next, mark(field)
	for j := at + 1; j < end; j = t.nodes[j+1].next {
		if n := &t.nodes[j]; n.mark == m && !n.taken && t.text(j) == field {
			found = j
		}
	}
	return found
}

// text returns the text of a node: of a name or a text without quotation marks
// and escapes, of a number as written.
func (t *tree) text(i uint32) string {
	n := &t.nodes[i]
	switch {
	case n.form <= plain:
		return t.source[n.start:n.end]
	case n.form == inCells:
		return t.cells[n.start]
	case n.kind == name:
		return fieldCalled(t.source[n.start:n.end])
	}
	s, err := unescape(t.source[n.start-1 : n.end+1])
	if err != nil {
		return t.source[n.start:n.end]
	}
	return s
}

// written returns the name of a field as it stands in the source.
func (t *tree) written(i uint32) string {
	if n := &t.nodes[i]; n.form != inCells {
		return t.source[n.start:n.end]
	}
	return t.text(i)
}

// escapes are the characters that the short escapes of JSON stand for.
var escapes = [...]byte{'"': '"', '\\': '\\', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape reads a JSON text with its quotation marks.
func unescape(quoted string) (string, error) {
	if s := quoted[1 : len(quoted)-1]; isPlainEscaped(s) {
		out := make([]byte, 0, len(s))
		for i := 0; i < len(s); i++ {
			c := s[i]
			if c == '\\' {
				i++
				c = escapes[s[i]]
			}
			out = append(out, c)
		}
		return string(out), nil
	} else if out, ok := unescapeSimple(s); ok {
		return out, nil
	}
	var s string
	err := json.Unmarshal([]byte(quoted), &s)
	return s, err
}

// unescapeSimple reads a text whose escapes are neither rare nor pairs of two.
func unescapeSimple(s string) (string, bool) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '/':
			out = append(out, c)
		case c == 'u' && i+4 < len(s):
			r, err := strconv.ParseUint(s[i+1:i+5], 16, 32)
			if err != nil || r >= 0xD800 && r < 0xE000 {
				return "", false
			}
			out = utf8.AppendRune(out, rune(r))
			i += 4
		case int(c) < len(escapes) && escapes[c] != 0:
			out = append(out, escapes[c])
		default:
			return "", false
		}
	}
	return string(out), utf8.Valid(out)
}

// raw returns a value as JSON without needless space.
func (t *tree) raw(i uint32) []byte {
	n := &t.nodes[i]
	if n.form == inCells {
		return quoted(t.cells[n.start])
	}
	size := len("null")
	if n.kind != null {
		size = int(n.end-n.start) + 2
	}
	return t.appendRaw(make([]byte, 0, size), i)
}

// appendText appends a text or a name as JSON. One that encoding/json would write
// as it stands in the source is taken from there.
func (t *tree) appendText(b []byte, i uint32) []byte {
	n := &t.nodes[i]
	if n.form == inCells {
		return appendQuoted(b, t.cells[n.start])
	}
	if s := t.source[n.start:n.end]; n.form == simple || n.form == plain && isPlain(s) || n.form == escaped && isPlainEscaped(s) {
		return append(b, t.source[n.start-1:n.end+1]...)
	}
	return appendQuoted(b, t.text(i))
}

// appendRaw appends a value as JSON, lists and objects in their own order.
func (t *tree) appendRaw(b []byte, i uint32) []byte {
	n := &t.nodes[i]
	switch n.kind {
	case text, name:
		return t.appendText(b, i)
	case null:
		return append(b, "null"...)
	case number, boolean:
		return append(b, t.source[n.start:n.end]...)
	default:
	}
	b = append(b, "[{"[n.kind-list])
	for j := i + 1; j < n.next; j = t.nodes[j].next {
		if j > i+1 {
			b = append(b, ',')
		}
		if t.nodes[j].kind == name {
			b = append(t.appendText(b, j), ':')
			j++
		}
		b = t.appendRaw(b, j)
	}
	return append(b, "]}"[n.kind-list])
}

// isPlain reports whether encoding/json writes s as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// isPlainEscaped reports whether encoding/json writes a text with escapes as it is.
func isPlainEscaped(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
			if c := s[i]; c != '"' && c != '\\' && c != 'n' && c != 'r' && c != 't' {
				return false
			}
		case c < ' ' || c >= 0x7f || c == '<' || c == '>' || c == '&':
			return false
		}
	}
	return true
}

// quoted returns s as a JSON string, as encoding/json writes it.
func quoted(s string) []byte { return appendQuoted(make([]byte, 0, len(s)+2), s) }

func appendQuoted(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				b = append(append(b, s[done:i]...), `\ufffd`...)
				done = i + 1
			case r == '\u2028' || r == '\u2029': // which end a line in JavaScript
				b = append(append(b, s[done:i]...), `\u202`...)
				b = append(b, digits[r&0xF])
				done = i + size
			}
			i += size
			continue
		}
		i++
		short := shortEscapes[c]
		if c >= ' ' && short == 0 && c != '<' && c != '>' && c != '&' {
			continue
		}
		b = append(b, s[done:i-1]...)
		if done = i; short != 0 {
			b = append(b, '\\', short)
			continue
		}
		b = append(append(b, `\u00`...), digits[c>>4], digits[c&0xF])
	}
	return append(append(b, s[done:]...), '"')
}

// shortEscapes are the letters behind a backslash that stand for a character.
var shortEscapes = [utf8.RuneSelf]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// says reports whether a value says anything: it is no null, no empty text, list
// or object.
func (t *tree) says(i uint32) bool {
	n := &t.nodes[i]
	switch n.kind {
	case null:
		return false
	case text:
		const blank = 8 // escapes of nothing but space are short
		if n.form == escaped && n.end-n.start > blank || n.form == simple && n.end > n.start && t.source[n.start] > ' ' {
			return true
		}
		return trimmed(t.text(i)) != ""
	case list, object:
		return n.next > i+1
	default:
		return true
	}
}

// fit makes texts of a tree valid UTF-8; what cannot be read is marked.
func fit(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
