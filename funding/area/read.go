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
// first column is the code.
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
// is a row that looks like the total of others. How files are opened - encodings,
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
		e.Check(!twice, fmt.Sprintf("column %d", i+1), "must have a name of its own")
		if name == "" && i > 0 {
			s.report(sp.Warning, -1, "", "nameless-column", fmt.Sprintf("column %d has no name and is left out", i+1))
			continue
		}
		s.at[name] = i
	}
	return e.Err()
}

func (s *source) add(row csvfile.Row) {
	if len(row.Fields) != len(s.names) {
		s.issues.Add(sp.Issue{Severity: sp.Error, Line: row.Line, Code: "wrong-length", Detail: fmt.Sprintf("has another number of fields, %d, than the header, %d", len(row.Fields), len(s.names))})
		return
	}
	for i, field := range row.Fields {
		row.Fields[i] = strings.TrimSpace(field)
	}
	s.rows, s.lines = append(s.rows, row.Fields), append(s.lines, row.Line)
}

// describe completes the layout, and finds its columns in the header.
func (s *source) describe(file *csvfile.File, known []Layout) error {
	stated := s.layout
	s.stated = stated.Code != ""
	if !s.stated {
		published, ok := recognise(file, known)
		if !ok {
			published.Code = s.names[0]
		}
		s.layout = merged(stated, published)
	}
	if err := s.layout.check(); err != nil {
		return err
	}
	e := &sp.InvalidError{Subject: "header"}
	name := func(column string) string {
		i, ok := file.Column(column)
		if !ok {
			e.Check(false, column, "must be a column")
			return column
		}
		return s.names[i]
	}
	s.layout.Code = name(s.layout.Code)
	fields := s.layout.Fields
	s.layout.Fields = nil
	for _, f := range fields {
		if _, ok := file.Column(f.Name); !ok && f.Optional == sp.Yes {
			continue
		}
		f.As, f.Name = f.as(), name(f.Name)
		s.layout.Fields = append(s.layout.Fields, f)
	}
	if err := e.Err(); err != nil {
		return err
	}
	if !s.stated {
		s.infer()
		s.ownWords()
	}
	return s.choose(file)
}

// merged returns what is stated, completed by a published layout.
func merged(stated, published Layout) Layout {
	l := published
	if stated.Name != "" {
		l.Name = stated.Name
	}
	if stated.Boundary != 0 {
		l.Boundary = stated.Boundary
	}
	if stated.Rows != 0 {
		l.Rows = stated.Rows
	}
	if stated.Population != "" {
		l.Population = stated.Population
	}
	l.Fields = slices.Clone(stated.Fields)
	for _, f := range published.Fields {
		described := slices.ContainsFunc(stated.Fields, func(own Field) bool {
			return csvfile.Fold(own.Name) == csvfile.Fold(f.Name) || own.as() == f.as()
		})
		if !described {
			l.Fields = append(l.Fields, f)
		}
	}
	return l
}

// recognise returns the known layout whose columns are all in the header, and of
// several the one with most of them.
func recognise(file *csvfile.File, known []Layout) (Layout, bool) {
	var best Layout
	most := 0
	for _, l := range known {
		n, all := 0, true
		for _, f := range append([]Field{{Name: l.Code}}, l.Fields...) {
			_, ok := file.Column(f.Name)
			if ok {
				n++
			}
			all = all && (ok || f.Optional == sp.Yes)
		}
		if all && n > most {
			best, most = l, n
		}
	}
	return best, most > 0
}

// ownWords takes the column whose header says "population" and nothing else for
// that, unless something was stated or two columns say so.
func (s *source) ownWords() {
	var found []string
	for _, f := range s.layout.Fields {
		if csvfile.Fold(f.Name) == "population" && f.Meaning.Kind.Peopled() {
			found = append(found, f.as())
		}
	}
	if s.layout.Population == "" && len(found) == 1 {
		s.layout.Population = found[0]
	}
}

// choose finds the population, which the layout names as it is kept or as the
// header has it.
func (s *source) choose(file *csvfile.File) error {
	population := s.layout.Population
	if population == "" {
		return nil
	}
	f, ok := s.layout.field(population)
	if i, there := file.Column(population); !ok && there {
		name := s.names[i]
		at := slices.IndexFunc(s.layout.Fields, func(f Field) bool { return f.Name == name })
		if at < 0 {
			s.layout.Fields = append(s.layout.Fields, Field{Name: name})
			at = len(s.layout.Fields) - 1
		}
		f, ok = s.layout.Fields[at], true
	}
	if !ok {
		return sp.Invalid("header", population, "must be a column, to be the population")
	}
	if !f.Meaning.Kind.Peopled() {
		return sp.Invalid("population", "", fmt.Sprintf("must count people, and column %s is a %v", f.Name, f.Meaning.Kind))
	}
	s.layout.Population = f.as()
	return nil
}

// infer describes the columns that no field does by their look: as numbers where
// half of what is there are some, so that what is none is reported row by row, and
// as groups otherwise. A column in which nothing stands is left out.
func (s *source) infer() {
	for at, name := range s.names {
		described := slices.ContainsFunc(s.layout.Fields, func(f Field) bool { return f.Name == name })
		if described || name == "" || name == s.layout.Code {
			continue
		}
		numbers, filled := 0, 0
		for _, row := range s.rows {
			if row[at] == "" {
				continue
			}
			filled++
			if looksNumeric(row[at]) {
				numbers++
			}
		}
		kind := Group
		switch {
		case filled == 0 && len(s.rows) > 0:
			s.report(sp.Note, -1, name, "empty-column", "nothing stands")
			continue
		case numbers > 0 && numbers*2 >= filled:
			kind = Number
		case numbers > 0:
			s.report(sp.Warning, -1, name, "mixed-column", fmt.Sprintf("taken as groups, though %d of %d are numbers,", numbers, filled))
		}
		s.layout.Fields = append(s.layout.Fields, Field{Name: name, Meaning: Meaning{Kind: kind}})
	}
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
