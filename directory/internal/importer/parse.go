package importer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parse reads one JSON value, whose nesting the caller has bounded. Values is how
// many it has at most, if that is known, so that none is moved while they grow.
func (t *tree) parse(source string, values int) error {
	t.source, t.cells, t.columns, t.foreign, t.lenient, t.nodes = source, nil, nil, 0, false, t.nodes[:0]
	clear(t.summed)
	if values > cap(t.nodes) {
		t.nodes = make([]node, 0, values)
	}
	p := parser{tree: t}
	p.space()
	if !p.value() {
		return fmt.Errorf("is not JSON at its byte %d", p.at+1)
	}
	p.space()
	if p.at != len(source) {
		return fmt.Errorf("is not JSON at its byte %d", p.at+1)
	}
	return nil
}

// A parser stands at a byte of the source.
type parser struct {
	*tree
	at int
}

func (p *parser) space() {
	for p.at < len(p.source) {
		switch p.source[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) is(c byte) bool { return p.at < len(p.source) && p.source[p.at] == c }

func (p *parser) value() bool {
	if p.at >= len(p.source) {
		return false
	}
	switch p.source[p.at] {
	case '{':
		return p.within(object, '}')
	case '[':
		return p.within(list, ']')
	case '"':
		return p.quoted(text)
	case 't':
		return p.literal("true", boolean)
	case 'f':
		return p.literal("false", boolean)
	case 'n':
		return p.literal("null", null)
	case 'N', 'I', '-':
		if p.noNumber() {
			return true
		}
	}
	return p.number()
}

// within reads a list or an object.
func (p *parser) within(k kind, end byte) bool {
	me := len(p.nodes)
	p.nodes = append(p.nodes, node{start: uint32(p.at), kind: k})
	p.at++
	p.space()
	for first := true; !p.is(end); first = false {
		if !first {
			if !p.is(',') {
				return false
			}
			p.at++
			p.space()
			if p.is(end) { // a comma behind the last, as people write it
				p.lenient = true
				break
			}
		}
		if k == object {
			if !p.is('"') || !p.quoted(name) {
				return false
			}
			if p.space(); !p.is(':') {
				return false
			}
			p.at++
			p.space()
		}
		if !p.value() {
			return false
		}
		p.space()
	}
	p.at++
	p.nodes[me].end, p.nodes[me].next = uint32(p.at), uint32(len(p.nodes))
	return true
}

func (p *parser) leaf(k kind, start, end int, f form) {
	p.nodes = append(p.nodes, node{start: uint32(start), end: uint32(end), next: uint32(len(p.nodes) + 1), kind: k, form: f})
}

// What a byte of a text is, beside a letter or a sign that stands for itself.
const (
	aQuote = 1 << iota
	aBackslash
	aControl
	aSign    // that means something in HTML, or is none of ASCII
	inAnyway // in names of fields that are in another form than that of the standards
)

var classes = func() (of [256]uint8) {
	for c := range of {
		switch {
		case c == '"':
			of[c] = aQuote
		case c == '\\':
			of[c] = aBackslash
		case c < ' ':
			of[c] = aControl
		case c == '<' || c == '>' || c == '&' || c >= 0x7f:
			of[c] = aSign
		case c >= 'A' && c <= 'Z' || c < utf8.RuneSelf && c != '_' && isBetween(byte(c)):
			of[c] = inAnyway
		}
	}
	return of
}()

func (p *parser) quoted(k kind) bool {
	start, seen := p.at+1, uint8(0)
	for i := start; i < len(p.source); i++ {
		class := classes[p.source[i]]
		if class == 0 {
			continue
		}
		seen |= class
		switch class {
		case aQuote:
			p.at = i + 1
			p.ended(k, start, i, seen)
			return true
		case aBackslash:
			if i++; !p.escape(i) {
				return false
			}
		case aControl:
			p.at = i
			return false
		}
	}
	p.at = len(p.source)
	return false
}

// ended adds a text or a name with what was seen in it.
func (p *parser) ended(k kind, start, end int, seen uint8) {
	f := simple
	switch {
	case seen&aBackslash != 0 && k == name:
		p.escapedName(p.source[start-1 : end+1])
		return
	case seen&aBackslash != 0:
		f = escaped
	case seen&aSign != 0:
		f = plain
	}
	p.leaf(k, start, end, f)
	if k == name {
		p.named(p.source[start:end], seen&inAnyway != 0)
	}
}

// named notes what is to be known of the name of a field, which was the last node.
func (p *parser) named(field string, inAnyway bool) {
	n := &p.nodes[len(p.nodes)-1]
	n.mark = mark(field)
	if !inAnyway && otherLengths[n.mark]&(1<<len(field)) == 0 {
		return
	}
	if known := fieldCalled(field); known != "" {
		n.form, n.mark = escaped, mark(known)
		if p.foreign == 0 {
			p.foreign = uint32(len(p.nodes) - 1)
		}
	}
}

// escapedName reads the name of a field with escapes once and for all, since names
// are compared often.
func (p *parser) escapedName(quoted string) {
	s, err := unescape(quoted)
	if err != nil {
		s = quoted // which an escape that was looked at is not
	}
	p.nodes = append(p.nodes, node{start: uint32(len(p.cells)), next: uint32(len(p.nodes) + 1), kind: name, form: inCells, mark: mark(s)})
	p.cells = append(p.cells, s)
}

// escape reports whether what follows a backslash is an escape of JSON.
func (p *parser) escape(i int) bool {
	if i >= len(p.source) {
		return false
	}
	switch p.source[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if i+4 >= len(p.source) {
			return false
		}
		_, err := strconv.ParseUint(p.source[i+1:i+5], 16, 32)
		return err == nil
	}
	return false
}

func (p *parser) literal(word string, k kind) bool {
	if !strings.HasPrefix(p.source[p.at:], word) {
		return false
	}
	p.leaf(k, p.at, p.at+len(word), plain)
	p.at += len(word)
	return true
}

// noNumber reads what Python and JavaScript write for a number that is none, which
// is nothing.
func (p *parser) noNumber() bool {
	for _, word := range [...]string{"NaN", "Infinity", "-Infinity"} {
		if p.literal(word, null) {
			p.lenient = true
			return true
		}
	}
	return false
}

func (p *parser) number() bool {
	start := p.at
	if p.is('-') {
		p.at++
	}
	if p.is('0') {
		p.at++
	} else if !p.digits() {
		return false
	}
	if p.is('.') {
		if p.at++; !p.digits() {
			return false
		}
	}
	if p.is('e') || p.is('E') {
		if p.at++; p.is('+') || p.is('-') {
			p.at++
		}
		if !p.digits() {
			return false
		}
	}
	p.leaf(number, start, p.at, plain)
	return true
}

func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.source) && p.source[p.at] >= '0' && p.source[p.at] <= '9' {
		p.at++
	}
	return p.at > start
}
