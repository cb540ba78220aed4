package importer

import (
	"crypto/sha256"
	"iter"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// ahead ranges over what another sequence yields, which is made on a goroutine of its own
// before it is asked for. That one has ended when the loop does, however it does.
func ahead[T any](all iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		made, stopped := make(chan T, 1), make(chan struct{})
		var fault any
		go func() {
			defer close(made)
			defer func() { fault = recover() }() // it is the caller's, as if there were no goroutine
			for x := range all {
				select {
				case made <- x:
				case <-stopped:
					return
				}
			}
		}()
		defer func() {
			close(stopped)
			for range made {
			}
			if fault != nil {
				panic(fault)
			}
		}()
		for x := range made {
			if !yield(x) {
				return
			}
		}
	}
}

// A batch is some rows of a table that were read ahead of what is made of them, and the error
// that ended it.
type batch struct {
	rows  []readRow
	cells []string // the fields of all of them
	err   error
}

func (b *batch) empty() { b.rows, b.cells, b.err = b.rows[:0], b.cells[:0], nil }

// A readRow is what can be told of a row without knowing any other.
type readRow struct {
	line, from, to int // its fields are those cells
	size           int // in bytes, with what parts its fields
	summary        bool
	ordinary       bool // its fields are texts that need no care
	hashed         bool
	digest         digest // of its content, if it is hashed
}

// How many rows and fields a batch has, and how many batches there are at a time: one that
// is filled, one that waits, and one that is used.
const (
	rowsOfBatch, cellsOfBatch = 256, 4096
	batches                   = 3
)

// batchesOf returns the rows of a file in batches, each good until the next but one is asked
// for: there are no more than so many at a time.
func batchesOf(f *csvfile.File, reader rowReader, room *[batches]batch) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		b, n := &room[0], 0
		b.empty()
		give := func() bool {
			if len(b.rows) == 0 && b.err == nil {
				return true
			}
			more := yield(b)
			n++
			b = &room[n%batches]
			b.empty()
			return more
		}
		for row, err := range f.Rows() {
			if err != nil {
				b.err = err
				break
			}
			b.cells = append(b.cells, row.Fields...)
			b.rows = append(b.rows, reader.read(row, len(b.cells)))
			if (len(b.rows) >= rowsOfBatch || len(b.cells) >= cellsOfBatch) && !give() {
				return
			}
		}
		give()
	}
}

// A rowReader tells what can be told of the rows of a table one by one.
type rowReader struct {
	columns []string
	order   []uint32 // of the columns by their names, if rows are hashed
	short   bool     // no others than short ones are
	scratch []byte
	known   [64]struct { // of short rows, which may be many and say the same
		row    string
		digest digest
	}
}

// read returns what is to be known of a row whose fields end with some cell.
func (r *rowReader) read(row csvfile.Row, to int) readRow {
	read := readRow{line: row.Line, from: to - len(row.Fields), to: to, size: len(row.Fields), summary: isSummary(row.Fields, len(r.columns))}
	var seen uint8
	for _, f := range row.Fields {
		read.size += len(f)
		seen |= features(f)
	}
	read.ordinary = seen == 0
	if len(r.order) > 0 && len(row.Fields) <= len(r.columns) && (!r.short || read.size <= shortRow) {
		read.digest, read.hashed = r.hash(row.Fields), true
	}
	return read
}

// shortRow is how many bytes a row has of which the hash is kept for a while.
const shortRow = 48

// hash returns the digest of a row.
func (r *rowReader) hash(fields []string) digest {
	r.canonical(fields)
	n := len(r.scratch)
	if n > shortRow {
		return sha256.Sum256(r.scratch)
	}
	known := &r.known[(n+int(r.scratch[n/2])+7*int(r.scratch[max(0, n-3)]))%len(r.known)]
	if known.row != string(r.scratch) {
		known.row, known.digest = string(r.scratch), sha256.Sum256(r.scratch)
	}
	return known.digest
}

// canonical writes a row as [tree.canonical] does.
func (r *rowReader) canonical(fields []string) {
	b := append(r.scratch[:0], '{')
	for _, at := range r.order {
		i := int(at / 2)
		if i >= len(fields) {
			continue
		}
		if field := fields[i]; trimmed(field) != "" {
			b = append(append(strconv.AppendInt(b, int64(len(r.columns[i])), 10), ' '), r.columns[i]...)
			b = append(append(strconv.AppendInt(append(b, ':'), int64(len(field)), 10), ' '), field...)
			b = append(b, ',')
		}
	}
	r.scratch = append(b, '}')
}

// A madeRow is a row of which a record was made.
type madeRow struct {
	of     *Row // its table
	digest digest
	entry  *entry
}

// Again reports whether a row says what one before it in its table has said, of which a record
// was made, and notes it. Nothing more is to be done with such a row: a file may have
// a million of them.
func (im *Importer) Again(r *Row) bool {
	if !r.hashed {
		return false
	}
	made := &im.recent[int(r.digest[0])%len(im.recent)]
	if made.of != r || made.digest != r.digest {
		return false
	}
	im.report(sp.Note, made.entry.source, "id", "duplicate-id", "the same record stands here once more")
	return true
}

// Made notes that what was read of a row was its record, so that it is known again.
func (im *Importer) Made(r *Row) {
	if im.made != nil && r.hashed {
		im.recent[int(r.digest[0])%len(im.recent)] = madeRow{r, r.digest, im.made}
	}
}
