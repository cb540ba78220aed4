package importer

import (
	"bufio"
	"errors"
	"io"
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

// object reads the rest of an object into the buffer. It stops early, and
// returns true, at the records of a page: the array named "contents".
func (s *splitter) object() (page bool, err error) {
	s.buf = append(s.buf[:0], '{')
	return s.scan(true)
}

// smallest is how much is looked at for the end of a record at first.
const smallest = 512

// ordinary are the bytes that mean nothing but themselves in a text.
var ordinary = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return is
}()

// member reads a field of an object that was opened, of which the first byte was
// read, and reports whether it is a record.
func (s *splitter) member(c byte) (record bool, err error) {
	top := s.envelopes[len(s.envelopes)-1]
	switch c {
	case ',':
		return false, nil
	case '}':
		s.envelopes = s.envelopes[:len(s.envelopes)-1]
		return false, nil
	case '"':
	default:
		return false, s.skipJunk(c)
	}
	field, err := s.text()
	if err != nil {
		return false, err
	}
	if c, err = s.beyondSpace(); err == nil && c == ':' {
		c, err = s.beyondSpace()
	}
	if err != nil {
		return false, err
	}
	if known := fieldCalled(field); known != "" && top.is == anObject {
		field = known
	}
	holds := top.is == anObject && holdsRecords(field)
	switch {
	case c == '[' && holds:
		s.envelopes = append(s.envelopes, level{is: anArray, list: s.numberOf(field)})
		return false, nil
	case c == '{' && holds:
		s.list = field
		return s.element()
	case c == '{' && top.is == aMap:
		record, err = s.element()
		s.key = field
		return record, err
	}
	if err := s.pass(c); err != nil {
		return false, err
	}
	if (field == "id" || field == "name") && !s.leftID {
		s.buf, s.leftID = nil, true // which held another record
		return false, errLost
	}
	s.passed = field
	return false, errPassed
}

// pass goes beyond a value of which the first byte was read.
func (s *splitter) pass(c byte) error {
	switch c {
	case '{', '[':
		_, err := s.scan(false)
		return err
	case '"':
		_, err := s.text()
		return err
	}
	for { // a number or a word
		next, err := s.r.Peek(1)
		if err != nil || next[0] == ',' || next[0] == '}' || next[0] == '\n' {
			return nil //nolint:nilerr // which the next byte tells
		}
		if _, err := s.readByte(); err != nil {
			return err
		}
	}
}
