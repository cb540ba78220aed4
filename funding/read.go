package funding

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// ReadAreas reads a CSV file of areas: a header with the names of the columns and
// one row for each area. A Layout says which columns mean what; see [IoD2025] and
// its neighbours for files as published. Where it has no Code, a published file is
// recognised by its header; of any other, the first column is the code. Whatever
// nobody described, be it added to a published file, is by its look a column of
// numbers or one of groups. The population is that of the published file, the
// column of that name or else, with a note, the first of the numbers.
//
// Whatever is odd is in the issues, with its line and column. A number that is
// missing or cannot be read is unknown: using it in a formula is an error that
// names the area. Ranks, deciles and sums that contradict each other are warnings,
// and so are columns whose meaning is in doubt. A header that stands among the
// rows again is noted and left out.
//
// The error is [sp.ErrInvalid] if the file cannot be used, if the layout
// contradicts itself, or if rows had to be left out: for a code that is missing or
// occurs twice, a code or group that is not UTF-8, or a row of the wrong length.
// In the last case areas holds the others, for those who decide to go on without
// them.
func ReadAreas(r io.Reader, l Layout) (*Areas, []sp.Issue, error) {
	f := &file{layout: l, seen: map[string]int{}}
	if err := f.read(r); err != nil {
		return nil, nil, f.failed(err)
	}
	if l.Code == "" {
		f.layout = Layout{Code: f.names[0]}
		if known, ok := recognise(f.header); ok {
			f.layout = known
		}
		f.infer()
		if l.Name != "" {
			f.layout.Name = l.Name
		}
	}
	if err := f.layout.check(); err != nil {
		return nil, nil, f.failed(err)
	}
	if absent := f.layout.absent(f.header); len(absent) > 0 {
		e := &sp.InvalidError{Subject: "header"}
		for _, name := range absent {
			e.Check(false, name, "must be a column")
		}
		return nil, nil, f.failed(e)
	}
	a, err := f.areas()
	if err != nil {
		return nil, nil, f.failed(err)
	}
	f.verify(a)
	for i := range f.issues {
		f.issues[i].File = f.layout.Name // known only now of a file that was recognised
	}
	slices.SortStableFunc(f.issues, func(x, y sp.Issue) int { return x.Line - y.Line })
	lost := 0
	for _, issue := range f.issues {
		if issue.Severity == sp.Error {
			lost++
			err = issue
		}
	}
	if lost > 0 {
		return a, f.issues, f.failed(fmt.Errorf("%d of %d rows could not be used, the last: %w", lost, lost+a.Len(), err))
	}
	return a, f.issues, nil
}

// A file is a CSV file that is being read.
type file struct {
	layout Layout
	header map[string]int
	names  []string
	rows   [][]string
	lines  []int
	codes  []string
	seen   map[string]int // the line of each code
	issues []sp.Issue
}

func (f *file) failed(err error) error {
	return fmt.Errorf("funding: %s: %w", named("read areas", f.layout.Name), err)
}

func (f *file) report(s sp.Severity, row int, field, code, detail string) {
	issue := sp.Issue{Severity: s, Field: field, Code: code, Detail: detail}
	if row >= 0 {
		issue.Line = f.lines[row]
		if row < len(f.codes) {
			issue.Record = f.codes[row]
		}
	}
	if at, ok := f.header[field]; ok {
		issue.Detail += fmt.Sprintf(" in column %d", at+1)
	}
	f.issues = append(f.issues, issue)
}

// read reads the header and all rows of its length.
func (f *file) read(r io.Reader) error {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return unpaired(parse)
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		if f.header == nil {
			if err := f.head(record); err != nil {
				return err
			}
			continue
		}
		if len(record) != len(f.names) {
			f.issues = append(f.issues, sp.Issue{Severity: sp.Error, Line: line, Code: "wrong-length", Detail: fmt.Sprintf("has another number of fields, %d, than the header, %d", len(record), len(f.names))})
			continue
		}
		if f.repeats(record) {
			f.issues = append(f.issues, sp.Issue{Severity: sp.Note, Line: line, Code: "repeated-header", Detail: "the header stands here again; it is no area"})
			continue
		}
		f.rows, f.lines = append(f.rows, record), append(f.lines, line)
	}
	if f.header == nil {
		return sp.Invalid("file", "", "must have a header")
	}
	return nil
}

// unpaired is the error of a quotation mark, by the line on which its row starts.
func unpaired(parse *csv.ParseError) error {
	subject, rule := fmt.Sprintf("line %d", parse.StartLine), "must have its quotation marks in pairs"
	if parse.Line > parse.StartLine { // one that nothing closes takes more rows along
		rule += fmt.Sprintf("; it goes on to line %d", parse.Line)
	} else {
		subject += fmt.Sprintf(", column %d", parse.Column)
	}
	return sp.Invalid(subject, "", rule)
}

func (f *file) head(record []string) error {
	f.header = make(map[string]int, len(record))
	e := &sp.InvalidError{Subject: "header"}
	for i, name := range record {
		if i == 0 {
			name = strings.TrimPrefix(name, "\ufeff") // as spreadsheets write it
		}
		e.Check(!strings.Contains(name, "\r"), fmt.Sprintf("column %d", i+1), "must not run on over lines that end with a carriage return alone")
		_, twice := f.header[name]
		e.Check(!twice && name != "", fmt.Sprintf("column %d", i+1), "must have a name of its own")
		f.header[name] = i
		f.names = append(f.names, name)
	}
	return e.Err()
}

// repeats reports whether a row is the header once more, as where files were put
// behind each other.
func (f *file) repeats(record []string) bool {
	return strings.TrimPrefix(record[0], "\ufeff") == f.names[0] && slices.Equal(record[1:], f.names[1:])
}

// areas makes the table of all rows with a code of their own.
func (f *file) areas() (*Areas, error) {
	at := f.header[f.layout.Code]
	rows, lines := f.rows[:0], f.lines[:0]
	var lost []sp.Issue
	for i, row := range f.rows {
		issue := sp.Issue{Severity: sp.Error, Line: f.lines[i], Record: row[at], Field: f.layout.Code}
		bad, line := f.garbled(row), f.seen[row[at]]
		switch {
		case bad != "":
			issue.Code, issue.Detail, issue.Field = "bad-encoding", "not UTF-8", bad
			issue.Record = strings.ToValidUTF8(row[at], "\ufffd")
		case row[at] == "":
			issue.Code, issue.Detail = "missing-code", "no code"
		case line > 0:
			issue.Code, issue.Detail = "duplicate-code", fmt.Sprintf("already on line %d", line)
		default:
			f.seen[row[at]] = f.lines[i]
			rows, lines, f.codes = append(rows, row), append(lines, f.lines[i]), append(f.codes, row[at])
			continue
		}
		lost = append(lost, issue)
	}
	f.rows, f.lines = rows, lines
	f.issues = append(f.issues, lost...)

	a, err := NewAreas(f.codes, f.layout.Boundary)
	if err != nil {
		return nil, err
	}
	if f.layout.Rows > 0 {
		a.ranked = f.layout.Rows
	}
	for _, name := range f.layout.Groups {
		a.groups[name] = f.group(name)
	}
	for _, name := range f.layout.columns() {
		if kept, ok := f.layout.Thousands[name]; ok {
			a.numbers[kept] = f.column(name, 1000)
		} else {
			a.numbers[name] = f.column(name, 1)
		}
	}
	for _, name := range slices.Concat(f.layout.Ranks, sortedKeys(f.layout.Deciles)) {
		a.numbers[name].ordinal = true
	}
	a.population = f.layout.Population
	return a, nil
}

// garbled returns the name of the first column of codes that is not UTF-8 in row.
func (f *file) garbled(row []string) string {
	if !utf8.ValidString(row[f.header[f.layout.Code]]) {
		return f.layout.Code
	}
	for _, name := range f.layout.Groups {
		if !utf8.ValidString(row[f.header[name]]) {
			return name
		}
	}
	return ""
}

func (f *file) group(name string) []string {
	codes := make([]string, len(f.rows))
	for i, row := range f.rows {
		codes[i] = row[f.header[name]]
		if codes[i] == "" {
			f.report(sp.Warning, i, name, "missing", "no group")
		}
	}
	return codes
}

// column reads a column of numbers, each times a whole number.
func (f *file) column(name string, times int64) *column {
	at := f.header[name]
	values, places, unknown := make([]int64, len(f.rows)), make([]int, len(f.rows)), make([]bool, len(f.rows))
	whole := name == f.layout.Population && f.layout.Bands != nil || slices.Contains(f.layout.Counts, name) ||
		slices.Contains(f.layout.Ranks, name) || slices.Contains(f.layout.Bands, name) || f.layout.Deciles[name] != ""
	natural := whole || name == f.layout.Population || slices.Contains(f.layout.Weighted, name)
	most := 0
	for i, row := range f.rows {
		v, p, ok := parseNumber(row[at])
		if ok && times > 1 {
			v, ok = multiplied(v, times)
		}
		switch {
		case row[at] == "":
			f.report(sp.Warning, i, name, "missing", "no number")
			unknown[i] = true
		case !ok:
			f.report(sp.Warning, i, name, "not-a-number", "not a decimal number of at most 18 digits")
			unknown[i] = true
		case natural && v < 0:
			f.report(sp.Warning, i, name, "negative", "negative number")
			unknown[i] = true
		case whole && p > 0:
			f.report(sp.Warning, i, name, "not-whole", "not a whole number")
			unknown[i] = true
		default:
			values[i], places[i] = v, p
			most = max(most, p)
		}
	}
	for i, p := range places {
		if unknown[i] {
			continue
		}
		scaled, ok := multiplied(values[i], pow10(most-p))
		if !ok {
			f.report(sp.Warning, i, name, "too-large", "too large beside numbers of so many decimals")
			unknown[i] = true
		}
		values[i] = scaled
	}
	return newColumn(most, values, unknown)
}
