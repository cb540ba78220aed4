package importer

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// A splitter cuts a stream of JSON into its records without understanding them:
// it follows strings and braces only. So a record with a fault costs that
// record and no other, the stream need not fit into memory, and every record
// has a line number.
type splitter struct {
	r     *bufio.Reader
	line  int  // of the next byte
	start int  // line on which the last record began
	dirty bool // whether the last record has control characters in its strings
	deep  bool // whether it is nested more than maxDepth times
	long  bool // whether it has more than maxRecord bytes, and was not kept

	reopened bool // whether it is an envelope of which the lists are read one by one

	page   int    // how many values stand at the top, of which the last record is part
	list   string // the name of the list that records stand in
	pageOf string // the name of the list of a page
	paged  bool   // whether the last page counts pages, so that it is no record
	leftID bool   // whether what stood around the last page was itself a record

	lists     []string // the names of lists and maps
	envelopes []level  // what stands around the next record
	opened    int      // how many objects were opened because they are too long
	key       string   // by which the last record stands in a map, or ""
	passed    string   // the field of an opened object that was passed over last, or ""
	any       bool     // whether there was anything but space
	resyncs   int
	buf       []byte
	most      int // bytes of a record
	marks     int // what parts the values of the last record: it has no more of them
}

var (
	errNoRecord  = errors.New("not a record")
	errTruncated = errors.New("truncated")
	errLost      = errors.New("lost")
	errPassed    = errors.New("passed over")
)

// maxDepth bounds how deep a record is nested. Those of HSDS in full need 12;
// what nests without end is meant to do harm.
const maxDepth = 64

// maxRecord bounds the bytes of a record.
const maxRecord = 1 << 26

// maxResyncs bounds how often a file is looked through again for its next
// record, so that no input takes more than a fixed multiple of its length.
const maxResyncs = 8

func newSplitter(r io.Reader) *splitter {
	return &splitter{r: bufio.NewReaderSize(r, 1<<16), line: 1, most: maxRecord, lists: []string{""}}
}

// readByte counts lines.
func (s *splitter) readByte() (byte, error) {
	c, err := s.r.ReadByte()
	if c == '\n' && err == nil {
		s.line++
	}
	return c, err
}

// next returns the text of the next object that is a record, valid until the
// next call. It fails with errNoRecord for anything else, with errTruncated
// for what does not end, and with errPassed for a field around records that holds
// none; each time it can be called again. At the end it fails with [io.EOF].
func (s *splitter) next() ([]byte, error) {
	for {
		s.start, s.key, s.list = s.line, "", ""
		if n := len(s.envelopes); n > 0 {
			s.list = s.lists[s.envelopes[n-1].list]
		}
		c, err := s.readByte()
		if errors.Is(err, io.EOF) && len(s.envelopes) > 0 {
			s.envelopes = nil
			return nil, errTruncated
		}
		if err != nil {
			return nil, err
		}
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			continue
		}
		s.any = true
		if len(s.envelopes) == 0 && c != ',' {
			s.page++
			s.opened = 0
		}
		record, err := s.from(c)
		if err != nil || record {
			return s.buf, err
		}
	}
}

// from reads what begins with a byte, and reports whether it is a record.
func (s *splitter) from(c byte) (record bool, err error) {
	if n := len(s.envelopes); n > 0 && s.envelopes[n-1].is >= anObject {
		return s.member(c)
	}
	switch c {
	case ',':
		return false, nil
	case '[':
		s.envelopes = append(s.envelopes, level{is: anArray, list: s.numberOf(s.list)})
		return false, nil
	case ']':
		return false, s.leave()
	case '{':
		return s.element()
	default:
		return false, s.skipJunk(c)
	}
}

// element reads an object, and reports whether it is a record.
func (s *splitter) element() (record bool, err error) {
	page, err := s.object()
	switch {
	case err != nil:
		return false, err
	case page:
		s.list = s.pageOf
		s.envelopes = append(s.envelopes, level{is: contents, list: s.numberOf(s.list)})
		return false, nil
	case s.reopened:
		s.reopened = false
		return false, nil
	}
	return true, nil
}

// leave ends an array, and the page around it if it was one's contents.
func (s *splitter) leave() error {
	n := len(s.envelopes)
	if n == 0 {
		return s.skipJunk(']')
	}
	page := s.envelopes[n-1].is == contents
	s.envelopes = s.envelopes[:n-1]
	if !page {
		return nil
	}
	if _, err := s.scan(false); err != nil {
		return err
	}
	if s.leftID {
		return errLost
	}
	return nil
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

// object reads the rest of an object into the buffer. It stops early, and
// returns true, at the records of a page: the array named "contents".
func (s *splitter) object() (page bool, err error) {
	s.buf = append(s.buf[:0], '{')
	return s.scan(true)
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

// smallest is how much is looked at for the end of a record at first.
const smallest = 512

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

// ordinary are the bytes that mean nothing but themselves in a text.
var ordinary = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return is
}()

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
