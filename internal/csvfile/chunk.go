package csvfile

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// A trait is what a text may have that has to be looked for in each of its fields. Most
// texts have none, which is found out for many rows at once.
type trait uint8

const (
	beyondASCII trait = 1 << iota
	zeros             // the character NUL
	returns           // carriage returns
)

// traitsOf looks at a text eight bytes at a time.
func traitsOf(text []byte) (t trait) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	var high, zero uint64
	rest := text
	for ; len(rest) >= 8; rest = rest[8:] {
		w := binary.LittleEndian.Uint64(rest)
		high |= w
		zero |= (w - ones) &^ w // has the high bit of a byte that is 0
	}
	for _, c := range rest {
		high |= uint64(c)
		zero |= (uint64(c) - 1) &^ uint64(c) & 0x80
	}
	if high&highs != 0 {
		t |= beyondASCII
	}
	if zero&highs != 0 {
		t |= zeros
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		t |= returns
	}
	return t
}

// begin begins a row.
func (l *lines) begin() {
	switch {
	case len(l.ahead) > 0: // lines of rows before
	case l.chunk == "":
		l.traitsOfRow = 0
	default:
		l.traitsOfRow = l.traits
	}
}

// whole returns the fields of the next row where all of it stands in the chunk and
// nothing about it is unusual: every field is a part of the chunk. Otherwise it takes
// nothing, and the row is to be read line by line.
func (l *lines) whole(sep byte, want int) (fields []string, ok bool) {
	s := l.chunk
	if len(l.ahead) > 0 || l.end != '\n' || s == "" || s[0] == '\n' || s[0] == '\r' || l.traits&zeros != 0 {
		return nil, false
	}
	fields = l.cells(want)
	for i, breaks := 0, 1; ; i++ {
		field, end, further, ok := l.fieldAt(s, i, sep)
		breaks += further
		if !ok || len(fields) == mostFields || breaks > mostLines {
			return nil, false
		}
		fields, i = append(fields, field), end
		if s[i] == '\n' {
			l.chunk, l.n = s[i+1:], l.n+breaks
			if l.reuse {
				l.room = fields
			}
			return fields, true
		}
	}
}

// fieldAt returns the field of s that begins at i, where it ends, at a separator or at
// the end of a line, and how many lines end in it.
func (l *lines) fieldAt(s string, i int, sep byte) (field string, end, breaks int, ok bool) {
	if i < len(s) && s[i] == '"' {
		return l.quotedAt(s, i+1, sep)
	}
	for end = i; end < len(s); end++ {
		switch s[end] {
		case sep:
			return s[i:end], end, 0, true
		case '\n':
			return strings.TrimSuffix(s[i:end], "\r"), end, 0, true
		case '"':
			return "", 0, 0, false
		}
	}
	return "", 0, 0, false
}

// quotedAt does the same for one in quotation marks, that begins behind the first.
func (l *lines) quotedAt(s string, i int, sep byte) (field string, end, breaks int, ok bool) {
	doubled := false
	for end = i; ; end += 2 {
		at := strings.IndexByte(s[end:], '"')
		if at < 0 {
			return "", 0, 0, false
		}
		if end += at; end+1 == len(s) || s[end+1] != '"' {
			break
		}
		doubled = true
	}
	field = s[i:end]
	if l.traits&returns != 0 && strings.IndexByte(field, '\r') >= 0 {
		return "", 0, 0, false // of which ends of lines are made
	}
	breaks = strings.Count(field, "\n")
	if doubled {
		field = strings.ReplaceAll(field, `""`, `"`)
	}
	switch end++; {
	case end == len(s):
		return "", 0, 0, false
	case s[end] == '\r' && end+1 < len(s) && s[end+1] == '\n':
		end++
	}
	return field, end, breaks, s[end] == sep || s[end] == '\n'
}
