package importer

import (
	"bufio"
	"bytes"
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

// rest gives up the room of a record that was long, which is not needed while it is read.
func (s *splitter) rest() {
	if cap(s.buf) > longRecord {
		s.buf = nil
	}
}

// longRecord is how many bytes a record has that is kept once only.
const longRecord = 1 << 18
