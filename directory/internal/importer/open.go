package importer

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
)

// A level is what stands around a record.
type level struct {
	is   levelKind
	list uint8 // the number of the name of the list or map, see [splitter.numberOf]
}

type levelKind uint8

const (
	anArray  levelKind = iota
	contents           // of a page: what follows them there is no record
	anObject           // an envelope that is too long to be read at once: its lists are read one by one
	aMap               // records by their identifiers, likewise
)

// mostOpened bounds how many envelopes around each other are opened. Real ones have
// one or two; each is looked through once more.
const mostOpened = 4

// longestName bounds the names of fields around records.
const longestName = 1 << 10

// holdsRecords reports whether a field around records may hold some by its name.
func holdsRecords(field string) bool {
	if known := fieldCalled(field); known != "" {
		field = known
	}
	return wrappers[field] || tables[field] != ""
}

// numberOf returns the number of the name of a list. There are as many as are known, so
// that brackets without end take little room.
func (s *splitter) numberOf(list string) uint8 {
	i := slices.Index(s.lists, list)
	if i < 0 && len(s.lists) <= math.MaxUint8 {
		i = len(s.lists)
		s.lists = append(s.lists, list)
	}
	return uint8(max(0, i))
}

// reopen goes back to the start of an object that is too long for a record, to read
// its lists one by one, and reports whether it is an envelope, which has them.
func (s *splitter) reopen(st *scanState) bool {
	n := len(s.envelopes)
	isMap := n > 0 && s.envelopes[n-1].is == anObject && tables[s.list] != "" && !st.holds
	if st.record || !st.holds && !isMap || s.opened == mostOpened {
		return false
	}
	s.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(s.buf[1:]), s.r), 1<<16)
	s.buf, s.line, s.leftID = nil, s.start, false
	s.opened++
	s.reopened = true
	is := anObject
	if isMap {
		is = aMap
	}
	s.envelopes = append(s.envelopes, level{is: is, list: s.numberOf(s.list)})
	return true
}

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

// rest gives up the room of a record that was long, which is not needed while it is read.
func (s *splitter) rest() {
	if cap(s.buf) > longRecord {
		s.buf = nil
	}
}

// longRecord is how many bytes a record has that is kept once only.
const longRecord = 1 << 18
