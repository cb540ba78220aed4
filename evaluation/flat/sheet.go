package flat

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
	"github.com/socialprescribing/sp/store"
)

// A Sheet is a file of cases, with what its columns mean. It serves one goroutine.
type Sheet struct {
	mapping Mapping
	file    *csvfile.File
	columns []column
	cases   bool   // a column names the case
	later   []slot // of the days that follow receipt, those that there is a column of

	known  map[string]*known // by case
	days   [slots]sp.Date    // of the row at hand
	report Report
	wrong  map[string]int // days that are one with day and month exchanged, by column

	write writer
}

// A column is one of the mapping, where it stands in the file.
type column struct {
	Column
	slot   slot
	kind   kind
	open   bool // codes may be anybody's own
	format Format
	place  int
	means  map[string]string // codes by what stands in a cell, in lower case
	above  string            // of merged cells
	least  int64             // score, in hundredths
	most   int64
}

// A Report says what became of the rows of a sheet.
type Report struct {
	Rows    int            // below the header
	Cases   int            // that were read
	LeftOut map[string]int // rows, by the code of the issue for which they are left out
	Doubt   []string       // columns in which days and months may be exchanged: they tell nothing
}

// Open reads the header of a sheet in CSV. Name is what issues call it. It fails with an error
// that is [sp.ErrInvalid] if the mapping is none, if the file is no CSV, and if it lacks a column
// of the mapping; otherwise with that of r.
func Open(r io.Reader, name string, m Mapping) (*Sheet, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	file, err := csvfile.Open(r, name)
	if err != nil {
		return nil, fmt.Errorf("flat: %w", err)
	}
	s := &Sheet{mapping: m, file: file, cases: m.has(Case), known: map[string]*known{}, wrong: map[string]int{}}
	s.report.LeftOut = map[string]int{}
	second, err := s.second()
	if err != nil {
		return nil, fmt.Errorf("flat: read %s: %w", name, err)
	}
	e := &sp.InvalidError{Subject: "flat: " + name}
	for i, c := range m.Columns {
		place, found := place(file, second, c.Column)
		e.Check(found, fmt.Sprintf("columns[%d].column", i), sp.Missing, "must be in the header of the file")
		s.columns = append(s.columns, m.column(c, place))
	}
	for _, at := range days() {
		if m.has(table()[at].Field) {
			s.later = append(s.later, at)
		}
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// place returns where a column stands: in the header, or in the second one.
func place(file *csvfile.File, second []string, name string) (int, bool) {
	if i, ok := file.Column(name); ok {
		return i, true
	}
	i := slices.IndexFunc(second, func(cell string) bool { return csvfile.Fold(cell) == csvfile.Fold(name) })
	return i, i >= 0
}

// second returns the second row of the header, nil if there is none: where the header lacks a
// column of the mapping, and the row below it has it.
func (s *Sheet) second() ([]string, error) {
	lacks := func(in []string) bool {
		return slices.ContainsFunc(s.mapping.Columns, func(c Column) bool {
			_, found := place(s.file, in, c.Column)
			return !found
		})
	}
	if !lacks(nil) {
		return nil, nil
	}
	for row, err := range s.file.Rows() {
		if err != nil {
			return nil, err
		}
		if lacks(row.Fields) {
			return nil, nil
		}
		s.issue(sp.Note, row.Line, "", "two-headers", "the header has a second row; columns are found in either")
		return slices.Clone(row.Fields), nil
	}
	return nil, nil
}

// column returns a column of the mapping as it is read.
func (m Mapping) column(c Column, place int) column {
	at, _ := c.To.slot() // which Validate has seen
	out := column{Column: c, slot: at, kind: c.To.kind(), open: c.To.known() == nil, format: m.format(c), place: place, means: map[string]string{}}
	for _, code := range slices.Concat(c.To.known(), c.Codes) {
		out.means[strings.ToLower(code)] = code
	}
	for said, code := range c.Values {
		out.means[strings.ToLower(strings.TrimSpace(said))] = code
	}
	if out.kind == aScore {
		out.least, out.most = rangeOf(c.Scale)
	}
	return out
}

// Issues returns what was found so far, by line. No issue repeats a cell.
func (s *Sheet) Issues() []sp.Issue { return s.file.Issues.List() }

func (s *Sheet) issue(severity sp.Severity, line int, field, code, detail string) {
	s.file.Issues.Add(sp.Issue{Severity: severity, Line: line, Field: field, Code: code, Detail: detail})
}

// Report returns what became of the rows that were read so far.
func (s *Sheet) Report() Report {
	r := s.report
	r.LeftOut = maps.Clone(r.LeftOut)
	r.Doubt = slices.Sorted(maps.Keys(s.wrong))
	return r
}

// Log yields the events that the rows tell of, each at noon of its day (UTC). It can be ranged over
// once. What is wrong with a row is an issue; the error is that of the reader beneath and is the
// last pair.
func (s *Sheet) Log() iter.Seq2[store.RecordedEvent, error] {
	return func(yield func(store.RecordedEvent, error) bool) {
		s.file.Reuse = true
		for row, err := range s.file.Rows() {
			if err != nil {
				yield(store.RecordedEvent{}, fmt.Errorf("flat: %w", err))
				return
			}
			s.report.Rows++
			if !s.row(row) {
				continue
			}
			for _, e := range s.write.events {
				if !yield(e, nil) {
					return
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(s.wrong)) {
			s.issue(sp.Error, 0, name, "mixed-days", fmt.Sprintf("%d of its days would be days only with day and month exchanged, so that none of the others is certain: the column tells nothing until that is settled", s.wrong[name]))
		}
	}
}
