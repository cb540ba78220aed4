package importer

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// readByte counts lines.
func (s *splitter) readByte() (byte, error) {
	c, err := s.r.ReadByte()
	if c == '\n' && err == nil {
		s.line++
	}
	return c, err
}

// scan reads to the brace that closes an object whose opening brace was read.
// With pages it stops at the contents of a page.
func (s *splitter) scan(pages bool) (page bool, err error) {
	if !pages {
		s.buf = s.buf[:0]
	}
	s.dirty, s.deep, s.long, s.leftID, s.marks = false, false, false, false, 1
	st := scanState{depth: 1, pages: pages}
	for {
		if _, err := s.r.Peek(1); errors.Is(err, io.EOF) {
			return false, s.truncated()
		} else if err != nil {
			return false, err
		}
		chunk, err := s.r.Peek(s.r.Buffered())
		if err != nil {
			return false, err
		}
		from := len(s.buf)
		if most := max(smallest, from); len(chunk) > most { // most records are smaller than what is at hand
			chunk = chunk[:most]
		}
		s.buf = append(s.buf, chunk...)
		n, ended := st.walk(s, from)
		s.buf = s.buf[:from+n]
		s.line += bytes.Count(s.buf[from:], []byte("\n"))
		if _, err := s.r.Discard(n); err != nil {
			return false, err
		}
		if ended {
			s.leftID = !pages && st.record && !st.paged && !s.paged
			if st.page {
				s.paged = st.paged
			}
			return st.page, nil
		}
		if len(s.buf) > s.most {
			if pages && !s.long && s.reopen(&st) {
				return false, nil
			}
			s.long, s.buf, st.word, st.wordEnd = true, s.buf[:0], 0, 0
		}
	}
}

// A scanState is where scan stands within an object.
type scanState struct {
	pages, page       bool // whether to stop at the contents of a page, and whether it did
	depth             int
	inString, escaped bool
	word, wordEnd     int  // where the last string at depth 1 stands in the buffer
	key               bool // whether that string was the name of a list of records, and a colon followed
	empty             bool // whether nothing followed the brace or bracket that was opened last
	record, paged     bool // whether the object has an identifier or a name, and whether it counts pages
	holds             bool // whether it has a field that lists of records are called by
}

// named notes the name of a field of the object itself.
func (st *scanState) named(s *splitter) {
	st.key = false
	if st.depth != 1 || st.wordEnd <= st.word+1 || st.wordEnd > len(s.buf) {
		return
	}
	n, first := st.wordEnd-st.word-1, s.buf[st.word+1]|0x20
	if (n > len("total_elements") || first != 'i' && first != 'n' && first != 'c' && first != 'p' && first != 't') && (st.record || st.holds) {
		return // as nearly all
	}
	field := string(s.buf[st.word+1 : st.wordEnd])
	switch withoutCase(field) {
	case "contents", "content":
		st.key = true
		if st.pages && !st.page {
			s.pageOf = withoutCase(field)
		}
	case "id", "name":
		st.record = true
	case "pagenumber", "totalitems", "totalpages", "totalelements":
		st.paged = true
	default:
		st.holds = st.holds || st.pages && !st.record && holdsRecords(field)
	}
}

// withoutCase returns the name of a field in lower case and without underscores, or
// "" if it is too long for one that matters here.
func withoutCase(field string) string {
	const longest = len("totalelements") + 2
	if len(field) > longest {
		return ""
	}
	return strings.ReplaceAll(strings.ToLower(field), "_", "")
}

// runOf returns the last of the ordinary bytes from one on.
func runOf(text []byte, from int) int {
	for i, c := range text[from:] {
		if !ordinary[c] {
			return from + i - 1
		}
	}
	return len(text) - 1
}

// walk looks through the buffer from a place on. It returns how many bytes
// belong to the object, and whether its end was among them.
func (st *scanState) walk(s *splitter, from int) (n int, ended bool) {
	for i := from; i < len(s.buf); i++ {
		switch c := s.buf[i]; {
		case st.inString && !st.escaped && ordinary[c]:
			i = runOf(s.buf, i)
		case st.inString:
			st.inText(s, c, i)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case st.ends(s, c, i):
			return i + 1 - from, true
		}
	}
	return len(s.buf) - from, false
}

// inText takes a byte of a text that means something there, or that is escaped.
func (st *scanState) inText(s *splitter, c byte, at int) {
	switch {
	case st.escaped:
		st.escaped = false
	case c == '\\':
		st.escaped = true
	case c == '"':
		st.inString = false
		if st.depth == 1 {
			st.wordEnd = at
		}
	case c < ' ':
		s.dirty = true
	}
}

// ends takes a byte outside of texts, and reports whether the object ends with it, or
// the contents of a page begin.
func (st *scanState) ends(s *splitter, c byte, at int) bool {
	opened := false
	switch c {
	case '"':
		st.inString = true
		if st.depth == 1 {
			st.word = at
		}
	case ':':
		s.marks++
		st.named(s)
	case ',':
		s.marks++
		st.key = false
	case '[', '{':
		if st.page = c == '[' && st.beginsPage(); st.page {
			return true
		}
		st.depth++
		s.marks++
		opened = true
		s.deep = s.deep || st.depth > maxDepth
	case ']', '}':
		if st.empty {
			s.marks--
		}
		if st.depth--; st.depth == 0 {
			return true
		}
	}
	st.empty = opened
	return false
}

// beginsPage reports whether a list that opens here is the contents of a page.
func (st *scanState) beginsPage() bool {
	return st.pages && st.key && st.depth == 1 && (!st.record || st.paged)
}

// skipJunk goes to the end of the line or of the array around it, or to what
// may be a record. It begins behind a byte.
func (s *splitter) skipJunk(first byte) error {
	inString, escaped := first == '"', false
	for {
		c, err := s.r.Peek(1)
		if errors.Is(err, io.EOF) {
			return errNoRecord
		}
		if err != nil {
			return err
		}
		if c[0] == '\n' || !inString && (c[0] == '{' || c[0] == '[' || c[0] == ']' && len(s.envelopes) > 0) {
			return errNoRecord
		}
		inString = inString != (c[0] == '"' && !escaped)
		escaped = c[0] == '\\' && inString && !escaped
		if _, err := s.readByte(); err != nil {
			return err
		}
	}
}

// truncated goes back to the line after the one on which a record began that
// does not end, in case it is the only faulty one.
func (s *splitter) truncated() error {
	s.envelopes = nil
	_, rest, found := bytes.Cut(s.buf, []byte("\n"))
	if !found || s.resyncs == maxResyncs {
		return errTruncated
	}
	s.resyncs++
	s.r = bufio.NewReaderSize(bytes.NewReader(bytes.Clone(rest)), 1<<16)
	s.line = s.start + 1
	return errTruncated
}

// text reads a text of which the quotation mark was read, as it is written.
func (s *splitter) text() (string, error) {
	var text []byte
	for escaped := false; ; {
		c, err := s.readByte()
		switch {
		case errors.Is(err, io.EOF):
			s.envelopes = nil
			return "", errTruncated
		case err != nil:
			return "", err
		case c == '"' && !escaped:
			return string(text), nil
		}
		escaped = c == '\\' && !escaped
		if len(text) < longestName {
			text = append(text, max(c, ' '))
		}
	}
}

// longestName bounds the names of fields around records.
const longestName = 1 << 10

// beyondSpace returns the next byte that is no space.
func (s *splitter) beyondSpace() (byte, error) {
	for {
		c, err := s.readByte()
		if errors.Is(err, io.EOF) {
			s.envelopes = nil
			return 0, errTruncated
		}
		if err != nil || c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, err
		}
	}
}
