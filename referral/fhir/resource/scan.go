package resource

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep values may be nested. No published example comes near.
const maxDepth = 200

// manyNames is from how many members on the names of an object are looked up in a map.
const manyNames = 32

// A scanner checks JSON in one pass: syntax, UTF-8, escapes, depth, and that no name occurs
// twice. Two members of one name are read differently by different programs, so that a
// partner could be told something else than was checked; the same goes for an escaped name.
type scanner struct {
	b     []byte
	i     int
	names [][]byte // of the objects that are open, the innermost last
	rule  string   // which was broken, if one was
}

const (
	syntaxRule    = "must be JSON"
	encodingRule  = "must be UTF-8"
	duplicateRule = "must have each name once, without escapes"
	depthRule     = "must not be nested more than 200 deep"
)

func (s *scanner) fail(rule string) bool {
	if s.rule == "" {
		s.rule = rule
	}
	return false
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\r' || s.b[s.i] == '\t') {
		s.i++
	}
}

// value steps over a value, without white space after it.
func (s *scanner) value(depth int) bool {
	if s.i >= len(s.b) {
		return s.fail(syntaxRule)
	}
	switch c := s.b[s.i]; {
	case c == '{':
		return s.object(depth, nil)
	case c == '[':
		return s.array(depth)
	case c == '"':
		return s.text()
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if len(s.b)-s.i >= len(word) && string(s.b[s.i:s.i+len(word)]) == word {
			s.i += len(word)
			return true
		}
	}
	return s.fail(syntaxRule)
}

// object steps over an object. Its own members go to o, unless that is nil.
func (s *scanner) object(depth int, o *Object) bool {
	if depth > maxDepth {
		return s.fail(depthRule)
	}
	first := len(s.names)
	var seen map[string]bool
	s.i++
	for s.space(); s.i < len(s.b) && s.b[s.i] != '}'; {
		name, ok := s.name()
		if !ok {
			return false
		}
		if seen = s.once(name, first, seen); s.rule != "" {
			return false
		}
		start := s.i
		if !s.value(depth + 1) {
			return false
		}
		if o != nil {
			o.members = append(o.members, member{name, Value{s.b[start:s.i]}})
		}
		if !s.comma('}') {
			return false
		}
	}
	s.names = s.names[:first]
	return s.closed()
}

// name steps over a name, its colon, and the white space around that.
func (s *scanner) name() ([]byte, bool) {
	start := s.i
	if s.b[s.i] != '"' {
		return nil, s.fail(syntaxRule)
	}
	for s.i++; s.i < len(s.b) && plain[s.b[s.i]]; {
		s.i++
	}
	if s.i == len(s.b) || s.b[s.i] != '"' { // not ASCII, or escaped
		s.i = start
		if !s.text() {
			return nil, false
		}
		if slices.Contains(s.b[start:s.i], '\\') {
			return nil, s.fail(duplicateRule)
		}
		s.i--
	}
	s.i++
	name := s.b[start+1 : s.i-1]
	if s.space(); s.i >= len(s.b) || s.b[s.i] != ':' {
		return nil, s.fail(syntaxRule)
	}
	s.i++
	s.space()
	return name, true
}

// once notes a name of the object whose names begin at first, and fails if it has it
// already. Many names are looked up in a map, which it makes and returns.
func (s *scanner) once(name []byte, first int, seen map[string]bool) map[string]bool {
	names := s.names[first:]
	switch {
	case seen != nil:
		if seen[string(name)] {
			s.fail(duplicateRule)
		}
		seen[string(name)] = true
	case len(names) == manyNames:
		seen = make(map[string]bool, 2*manyNames)
		for _, n := range names {
			seen[string(n)] = true
		}
		return s.once(name, first, seen)
	default:
		for _, n := range names {
			if string(n) == string(name) {
				s.fail(duplicateRule)
			}
		}
		s.names = append(s.names, name)
	}
	return seen
}

func (s *scanner) array(depth int) bool {
	if depth > maxDepth {
		return s.fail(depthRule)
	}
	s.i++
	for s.space(); s.i < len(s.b) && s.b[s.i] != ']'; {
		if !s.value(depth+1) || !s.comma(']') {
			return false
		}
	}
	return s.closed()
}

// comma steps over what follows a member or an element: a comma before another one, or
// nothing before the end.
func (s *scanner) comma(end byte) bool {
	if s.space(); s.i >= len(s.b) {
		return s.fail(syntaxRule)
	}
	if s.b[s.i] == end {
		return true
	}
	if s.b[s.i] != ',' {
		return s.fail(syntaxRule)
	}
	s.i++
	if s.space(); s.i >= len(s.b) || s.b[s.i] == end {
		return s.fail(syntaxRule)
	}
	return true
}

func (s *scanner) closed() bool {
	if s.i >= len(s.b) {
		return s.fail(syntaxRule)
	}
	s.i++
	return true
}

// plain are the bytes of a string that need no look.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

func (s *scanner) text() bool {
	b, i := s.b, s.i+1
	for i < len(b) {
		for i < len(b) && plain[b[i]] {
			i++
		}
		if i == len(b) {
			break
		}
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			return true
		case c < ' ':
			s.i = i
			return s.fail(syntaxRule)
		case c == '\\':
			n := escape(b[i:])
			if n == 0 {
				s.i = i
				return s.fail(syntaxRule)
			}
			i += n
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				s.i = i
				return s.fail(encodingRule)
			}
			i += n
		}
	}
	s.i = len(b)
	return s.fail(syntaxRule)
}

// escape returns how long the escape at the beginning of b is, and 0 if it is none. Half a
// surrogate pair is none: it stands for no character (RFC 7493).
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		r, ok := hex4(b[2:])
		switch {
		case !ok:
			return 0
		case !utf16.IsSurrogate(r):
			return 6
		case len(b) < 12 || b[6] != '\\' || b[7] != 'u':
			return 0
		}
		if low, ok := hex4(b[8:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return 12
		}
	}
	return 0
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 + rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 + rune(c|0x20-'a') + 10
		default:
			return 0, false
		}
	}
	return r, true
}

// number steps over a number. An exponent is legal, and has been seen in exports.
func (s *scanner) number() bool {
	if s.b[s.i] == '-' {
		s.i++
	}
	start := s.i
	if n := s.digits(); n == 0 || n > 1 && s.b[start] == '0' {
		return s.fail(syntaxRule)
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if s.digits() == 0 {
			return s.fail(syntaxRule)
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		if s.i++; s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if s.digits() == 0 {
			return s.fail(syntaxRule)
		}
	}
	return true
}

func (s *scanner) digits() (n int) {
	for s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9' {
		s.i++
		n++
	}
	return n
}
