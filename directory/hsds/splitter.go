package hsds

import (
	"bufio"
	"bytes"
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

	envelopes []bool // for each array around the next record: is it the contents of a page
	resyncs   int
	buf       []byte
}

var (
	errNoRecord  = errors.New("not a record")
	errTruncated = errors.New("truncated")
)

// maxResyncs bounds how often a file is looked through again for its next
// record, so that no input takes more than a fixed multiple of its length.
const maxResyncs = 16

func newSplitter(r io.Reader) *splitter {
	return &splitter{r: bufio.NewReaderSize(r, 1<<16), line: 1}
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
// next call. It fails with errNoRecord for anything else, and with errTruncated
// for what does not end; both times it can be called again. At the end it
// fails with [io.EOF].
func (s *splitter) next() ([]byte, error) {
	for {
		s.start = s.line
		c, err := s.readByte()
		if err != nil {
			return nil, err
		}
		switch c {
		case ' ', '\t', '\r', '\n', ',':
		case '[':
			s.envelopes = append(s.envelopes, false)
		case ']':
			if err := s.leave(); err != nil {
				return nil, err
			}
		case '{':
			page, err := s.object()
			if err != nil {
				return nil, err
			}
			if page {
				s.envelopes = append(s.envelopes, true)
				continue
			}
			return s.buf, nil
		default:
			return nil, s.skipJunk()
		}
	}
}

// leave ends an array, and the page around it if it was one's contents.
func (s *splitter) leave() error {
	n := len(s.envelopes)
	if n == 0 {
		return errNoRecord
	}
	page := s.envelopes[n-1]
	s.envelopes = s.envelopes[:n-1]
	if !page {
		return nil
	}
	_, err := s.scan(false)
	return err
}

// skipJunk goes to the end of the line, or to what may be a record.
func (s *splitter) skipJunk() error {
	for {
		c, err := s.r.Peek(1)
		if errors.Is(err, io.EOF) {
			return errNoRecord
		}
		if err != nil {
			return err
		}
		if c[0] == '{' || c[0] == '[' || c[0] == '\n' {
			return errNoRecord
		}
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
	s.dirty = false
	depth, inString, escaped := 1, false, false
	word := 0         // where the last string at depth 1 begins in the buffer
	contents := false // whether that string was "contents" and a colon followed
	if !pages {
		s.buf = s.buf[:0]
	}
	for {
		c, err := s.readByte()
		if errors.Is(err, io.EOF) {
			return false, s.truncated()
		}
		if err != nil {
			return false, err
		}
		s.buf = append(s.buf, c)
		if inString {
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inString = false
			case c < ' ':
				s.dirty = true
			}
			continue
		}
		switch c {
		case '"':
			inString = true
			if depth == 1 {
				word = len(s.buf) - 1
			}
		case ':':
			contents = depth == 1 && bytes.HasPrefix(s.buf[word:], []byte(`"contents"`))
		case '[':
			if pages && depth == 1 && contents {
				return true, nil
			}
			depth++
		case '{':
			depth++
		case ',':
			contents = false
		case ']', '}':
			if depth--; depth == 0 {
				return false, nil
			}
		}
	}
}

// truncated goes back to the line after the one on which a record began that
// does not end, in case it is the only faulty one.
func (s *splitter) truncated() error {
	_, rest, found := bytes.Cut(s.buf, []byte("\n"))
	if !found || s.resyncs == maxResyncs {
		return errTruncated
	}
	s.resyncs++
	s.r = bufio.NewReaderSize(bytes.NewReader(bytes.Clone(rest)), 1<<16)
	s.line = s.start + 1
	s.envelopes = s.envelopes[:0]
	return errTruncated
}
