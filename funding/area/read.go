package area

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/csvfile"
)

// Read reads a CSV file of areas: a header with the names of the columns and one
// row for each area. The layout says which columns mean what. Where it has no Code,
// the file is recognised by its header among the known layouts, which package
// [github.com/socialprescribing/sp/funding/england] has; of any other file, the
// first column is the code, or the first that tells areas apart in letters where the
// first one is called a rank or an index and only numbers the rows.
//
// The population is the column that the layout states, that of the layout that was
// recognised, or one whose header says "population" and nothing else. If there is
// none of these, the table has no population, a warning names columns that could be
// it, and dividing money fails until [Table.WithPopulation] states one.
//
// Whatever is odd is in the issues, with its line and column, at most a thousand of
// a kind. A number that is missing or cannot be read is unknown: using it in a
// formula is an error that names the area. Numbers with separators of thousands or
// a decimal comma are read where the column leaves no doubt, and are unknown where
// it does. Ranks, deciles and sums that contradict each other are warnings, and so
// is a row that looks like the total of others. A text alone in a row below the table,
// such as its source, is a footnote and no area. How files are opened - encodings,
// separators, quoting, index columns - is noted too.
//
// The error is [sp.ErrInvalid] if the file cannot be used, if the layout
// contradicts itself, or if rows had to be left out: for a code that is missing or
// occurs twice, for quotation marks that are not in pairs, or because the row is of
// the wrong length. In the last case the table holds the others, for those who
// decide to go on without them. Any other error is that of r.
func Read(r io.Reader, l Layout, known ...Layout) (*Table, []sp.Issue, error) {
	s := &source{layout: l, seen: map[string]int{}}
	t, err := s.read(r, known)
	if err != nil {
		return nil, nil, s.failed(err)
	}
	issues := s.issues.List()
	for i := range issues {
		issues[i].File = s.layout.Name // known only now of a file that was recognised
	}
	if lost := s.issues.Count(sp.Error); lost > 0 {
		last := slices.IndexFunc(issues, func(i sp.Issue) bool { return i.Severity == sp.Error })
		return t, issues, s.failed(fmt.Errorf("%d of %d rows could not be used, the first: %w", lost, lost+t.Len(), issues[last]))
	}
	return t, issues, nil
}

// A source is a CSV file that is being read.
type source struct {
	layout Layout
	stated bool     // the layout says what all columns are
	names  []string // of the columns
	at     map[string]int
	sep    byte
	rows   [][]string
	lines  []int
	codes  []string
	seen   map[string]int // the line of each code
	issues *csvfile.Issues
}

func (s *source) failed(err error) error {
	return fmt.Errorf("area: %s: %w", strings.TrimSpace("read "+s.layout.Name), err)
}

// report adds an issue of a row, or of the whole file where row is below 0.
func (s *source) report(severity sp.Severity, row int, field, code, detail string) {
	issue := sp.Issue{Severity: severity, Field: field, Code: code, Detail: detail}
	if row >= 0 {
		issue.Line, issue.Record = s.lines[row], s.codes[row]
	}
	if at, ok := s.at[field]; ok && field != "" {
		issue.Detail += fmt.Sprintf(" in column %d", at+1)
	}
	s.issues.Add(issue)
}

func (s *source) read(r io.Reader, known []Layout) (*Table, error) {
	file, err := csvfile.Open(r, "")
	if err != nil {
		return nil, err
	}
	s.issues, s.sep = file.Issues, file.Separator
	if err := s.head(file); err != nil {
		return nil, err
	}
	for row, err := range file.Rows() {
		if err != nil {
			return nil, err
		}
		s.add(row)
	}
	s.footnotes()
	if err := s.describe(file, known); err != nil {
		return nil, err
	}
	s.encode()
	t, err := s.table()
	if err != nil {
		return nil, err
	}
	s.verify(t)
	return t, nil
}

// head takes the names of the columns. The first may have none, as that of the code.
func (s *source) head(file *csvfile.File) error {
	s.names, s.at = file.Header, make(map[string]int, len(file.Header))
	e := &sp.InvalidError{Subject: "header"}
	for i, name := range s.names {
		_, twice := s.at[name]
		e.Check(!twice, fmt.Sprintf("column %d", i+1), sp.Duplicate, "must have a name of its own")
		if name == "" && i > 0 {
			s.report(sp.Warning, -1, "", "nameless-column", fmt.Sprintf("column %d has no name and is left out", i+1))
			continue
		}
		s.at[name] = i
	}
	return e.Err()
}

func (s *source) add(row csvfile.Row) {
	for i, field := range row.Fields {
		row.Fields[i] = strings.TrimSpace(field)
	}
	if n := len(row.Fields); n > len(s.names) || n < len(s.names) && alone(row.Fields) < 0 {
		s.wrongLength(row.Line, n)
		return
	}
	s.rows, s.lines = append(s.rows, row.Fields), append(s.lines, row.Line)
}

// encode keeps the rows with a code of their own.
func (s *source) encode() {
	at := s.at[s.layout.Code]
	rows, lines := s.rows[:0], s.lines[:0]
	for i, row := range s.rows {
		issue := sp.Issue{Severity: sp.Error, Line: s.lines[i], Record: row[at], Field: s.layout.Code}
		switch line := s.seen[row[at]]; {
		case row[at] == "":
			issue.Code, issue.Detail = "missing-code", "no code"
		case line > 0:
			issue.Code, issue.Detail = "duplicate-code", fmt.Sprintf("already on line %d", line)
		default:
			s.seen[row[at]] = s.lines[i]
			rows, lines, s.codes = append(rows, row), append(lines, s.lines[i]), append(s.codes, row[at])
			continue
		}
		s.issues.Add(issue)
	}
	s.rows, s.lines = rows, lines
}

// table makes the table of all rows.
func (s *source) table() (*Table, error) {
	t, err := New(s.codes, s.layout.Boundary)
	if err != nil {
		return nil, err
	}
	for _, f := range s.layout.Fields {
		name := f.as()
		if t.has(name) {
			return nil, errors.New("a column is described twice: " + name)
		}
		t.order = append(t.order, name)
		if !f.Meaning.Kind.numeric() {
			t.groups[name] = groups{f.Meaning.Kind, s.group(f)}
			continue
		}
		if f.Meaning.Kind == Rank && f.Meaning.Of == 0 {
			f.Meaning.Of = s.layout.Rows
			if f.Meaning.Of == 0 {
				f.Meaning.Of = max(t.Len(), 1)
			}
		}
		t.numbers[name] = s.column(f)
	}
	t.population = s.layout.Population
	if t.population == "" && !s.stated {
		s.report(sp.Warning, -1, "", "no-population", "nothing says which column counts people: "+t.proposal())
	}
	return t, nil
}

func (s *source) group(f Field) []string {
	codes := make([]string, len(s.rows))
	for i, row := range s.rows {
		codes[i] = row[s.at[f.Name]]
		if codes[i] == "" && f.Meaning.Kind == Group {
			s.report(sp.Warning, i, f.Name, "missing", "no group")
		}
	}
	return codes
}
