package csvfile

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
)

// A File is a CSV file whose header has been read. It serves one goroutine.
type File struct {
	// Header holds the names of the columns, trimmed. A name may be empty or occur
	// twice, in which case Column finds the first.
	Header    []string
	Separator byte // between fields: a comma, a semicolon, a tab or a bar
	// Reuse says that the fields of a row are of no use when the next row is read, so
	// that there need not be room for both.
	Reuse bool
	// Issues holds what was odd so far. Readers add theirs, with the line of the row;
	// an issue that names no file gets the name of this one.
	Issues *Issues

	name    string
	lines   lines
	columns map[string]int // by folded name
	index   int            // how many of the first fields of a row are no columns
	width   int            // fields of a row, the index among them

	blank, repeated, quotes, windows summary

	unicode bool // there is text in UTF-8 beyond ASCII
}

// A summary is one issue for all rows that have something in common.
type summary struct{ rows, line int }

func (s *summary) add(line int) {
	if s.rows++; s.rows == 1 {
		s.line = line
	}
}

// A Row is a row of a file.
type Row struct {
	Line int // on which it starts, 1 for the first of the file
	// Fields are as many as the header has names, or else the row is of another
	// length, which is for the reader to judge. They are UTF-8 and not trimmed.
	Fields []string
}

// Open reads the header of a CSV file. The name is that of the file in issues and
// may be empty. The error is an [sp.Issue] if there is no header or r holds
// something else than CSV, and otherwise that of r. Nothing is closed.
func Open(r io.Reader, name string) (*File, error) {
	f := &File{name: name, Issues: &Issues{file: name}}
	err := f.open(r)
	if issue, ok := errors.AsType[sp.Issue](err); ok {
		issue.File = name
		return nil, issue
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) open(r io.Reader) error {
	buffered, err := Decode(r)
	if err != nil {
		return err
	}
	head, err := buffered.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	s := look(string(head), err != nil)
	f.lines = lines{r: buffered, end: s.end}
	f.Separator = s.sep
	if s.stated {
		if _, err := f.lines.next(); err != nil {
			return err
		}
	}
	header, err := f.header(s)
	if err != nil {
		return err
	}
	f.width = len(header)
	if s.header = header; s.short() {
		s.header = slices.Insert(s.header, 0, "")
		f.width++
	}
	for s.index() { // each time that a table is saved and read again adds one
		f.index++
		s.header = s.header[1:]
		f.note(sp.Note, 1, "index-column", "the first column only numbers the rows and is left out")
		for i, row := range s.rows {
			s.rows[i] = row[1:]
		}
	}
	f.Header = s.header[:len(s.header)-s.blank()]
	if f.Separator != ',' {
		f.note(sp.Note, 1, "separator", fmt.Sprintf("fields are separated by %s", separatorNames[f.Separator]))
	}
	f.number()
	return nil
}

// number notes where the columns are, and reports those that stand twice.
func (f *File) number() {
	f.columns = make(map[string]int, len(f.Header))
	exact := make(map[string]bool, len(f.Header))
	for i, column := range f.Header {
		folded := Fold(column)
		twice := exact[column]
		exact[column] = true
		if _, known := f.columns[folded]; !known {
			f.columns[folded] = i
		} else if column != "" && twice {
			f.Issues.Add(sp.Issue{Severity: sp.Warning, Line: 1, Field: column, Code: "duplicate-column", Detail: "there are several columns of this name, of which the first is used"})
		}
	}
}

var separatorNames = map[byte]string{';': "semicolons", '\t': "tabs", '|': "bars", ' ': "spaces"}

// header takes the lines up to the header and returns its names.
func (f *File) header(s sample) ([]string, error) {
	titles := 0
	for {
		row, err := f.next()
		if errors.Is(err, io.EOF) {
			return nil, sp.Issue{Severity: sp.Error, Code: "empty-file", Detail: "there is no header row"}
		}
		if err != nil {
			return nil, err
		}
		if row.Fields == nil {
			return nil, sp.Issue{Severity: sp.Error, Line: row.Line, Code: "bad-csv", Detail: "the header cannot be read: it has a quotation mark that nothing closes, or more than 16,384 columns"}
		}
		if titles < s.titles {
			titles++
			continue
		}
		if titles > 0 {
			f.note(sp.Note, 1, "title-rows", fmt.Sprintf("what stands above the header on line %d is no part of the table", row.Line))
		}
		return trimmed(row.Fields), nil
	}
}

func (f *File) note(severity sp.Severity, line int, code, detail string) {
	f.Issues.Add(sp.Issue{Severity: severity, Line: line, Code: code, Detail: detail})
}

// Fold returns a name of a column in the form by which columns are compared: in
// lower case, with one underscore for spaces, hyphens and underscores.
func Fold(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r == '_' || r == '-' || unicode.IsSpace(r)
	})
	return strings.Join(words, "_")
}

// Column returns the place of a column in the header, and whether there is one:
// that of exactly this name, or else the first whose name means the same to [Fold].
func (f *File) Column(name string) (int, bool) {
	if i := slices.Index(f.Header, name); i >= 0 {
		return i, true
	}
	i, ok := f.columns[Fold(name)]
	return i, ok
}

// Rows ranges over the rows below the header, once: what was read is gone. Rows
// that cannot be read are issues. The error is that of the reader beneath and is
// the last pair.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		f.lines.reuse = f.Reuse
		for {
			row, err := f.next()
			if errors.Is(err, io.EOF) {
				f.summarise()
				return
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if row.Fields == nil || f.isHeader(row) {
				continue
			}
			if row.Fields = f.fit(row.Fields); !yield(row, nil) {
				return
			}
		}
	}
}

// isHeader reports whether a row is the header once more, as where files were
// put behind each other, and counts it.
func (f *File) isHeader(row Row) bool {
	fields := row.Fields
	if len(fields) >= f.index+len(f.Header) {
		fields = fields[f.index:]
	}
	if len(fields) < len(f.Header) {
		return false
	}
	for i, name := range f.Header {
		if field := fields[i]; !strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(field, "\uFEFF")), name) {
			return false
		}
	}
	f.repeated.add(row.Line)
	return true
}

// fit takes the index off a row, and empty fields beyond the header.
func (f *File) fit(fields []string) []string {
	fields = fields[min(f.index, len(fields)):]
	for len(fields) > len(f.Header) && strings.TrimSpace(fields[len(fields)-1]) == "" {
		fields = fields[:len(fields)-1]
	}
	return fields
}

// next returns the next record that is not empty, without fields if it cannot
// be read.
func (f *File) next() (Row, error) {
	for {
		f.lines.begin()
		row := Row{Line: f.lines.n + 1}
		fields, usual := f.lines.whole(f.Separator, f.width)
		if !usual {
			line, err := f.lines.next()
			if err != nil {
				return Row{}, err
			}
			if line == "" {
				continue
			}
			if fields = f.unusual(line, row.Line); fields == nil {
				return row, nil
			}
		}
		if isBlank(fields) {
			f.blank.add(row.Line)
			continue
		}
		if f.lines.traitsOfRow&beyondASCII != 0 {
			f.repair(row.Line, fields)
		}
		row.Fields = fields
		return row, nil
	}
}

// unusual returns the fields of a record that begins with a line of some number, or nil
// if it cannot be read.
func (f *File) unusual(line string, number int) []string {
	if hasNUL(line) {
		f.note(sp.Error, number, "bad-csv", "has a character NUL, which is no text")
		return nil
	}
	fields, how := record(line, f.Separator, f.width, &f.lines)
	if f.lines.n > number && slices.ContainsFunc(fields, hasNUL) { // on one of its further lines
		f.note(sp.Error, number, "bad-csv", "has a character NUL, which is no text")
		return nil
	}
	switch how {
	case asWritten:
	case asMeant:
		f.quotes.add(number)
	case unclosed:
		f.note(sp.Warning, number, "unclosed-quote", "a quotation mark that nothing closes; its field is taken to end on this line")
	case tooWide:
		f.note(sp.Error, number, "bad-csv", "has more than 16,384 fields, which no table has; this line is not read")
		return nil
	case unreadable:
		f.note(sp.Error, number, "bad-csv", "its quotation marks are not in pairs; this line is not read")
		return nil
	}
	return fields
}

// isBlank reports whether nothing stands in any field.
func isBlank(fields []string) bool {
	for _, field := range fields {
		if field != "" && (field[0] > ' ' && field[0] < utf8.RuneSelf || strings.TrimSpace(field) != "") {
			return false
		}
	}
	return true
}

func hasNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }

// repair makes fields UTF-8.
func (f *File) repair(line int, fields []string) {
	odd := false
	for i, field := range fields {
		if isASCII(field) {
			continue
		}
		if utf8.ValidString(field) {
			f.unicode = true
			continue
		}
		var lost bool
		fields[i], lost = Repair(field)
		odd = true
		if lost {
			f.note(sp.Warning, line, "bad-encoding", "is neither UTF-8 nor Windows-1252; what cannot be read is marked")
		}
	}
	if odd {
		f.windows.add(line)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// summarise adds the issues that are known when all rows have been read.
func (f *File) summarise() {
	for _, each := range []struct {
		summary
		code, detail string
	}{
		{f.blank, "empty-rows", "nothing is in them, and they are passed over"},
		{f.repeated, "repeated-header", "the header stands here again; it is no record"},
		{f.quotes, "bare-quote", "quotation marks that are not in pairs are taken as text"},
	} {
		if each.rows > 0 {
			f.note(sp.Note, each.line, each.code, fmt.Sprintf("%s: %s", rows(each.rows), each.detail))
		}
	}
	switch {
	case f.windows.rows == 0:
	case f.unicode:
		f.note(sp.Warning, f.windows.line, "mixed-encoding", fmt.Sprintf("%s: read as Windows-1252, though others are UTF-8", rows(f.windows.rows)))
	default:
		f.note(sp.Note, f.windows.line, "windows-1252", fmt.Sprintf("%s: not UTF-8, and read as Windows-1252", rows(f.windows.rows)))
	}
}

func rows(n int) string {
	if n == 1 {
		return "one row"
	}
	return fmt.Sprintf("%d rows, of which this is the first", n)
}
