package importer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
)

// A row is one record of a CSV file with a header.
type row struct {
	columns map[string]int
	names   []string
	fields  []string
	taken   []bool
}

// isHeader reports whether fields are the header once more, as where files were
// put behind each other.
func (r *row) isHeader(fields []string) bool {
	return slices.EqualFunc(fields, r.names, func(field, name string) bool {
		return strings.ToLower(strings.TrimSpace(strings.TrimPrefix(field, "\uFEFF"))) == name
	})
}

// text returns a field without surrounding space; one that is not there is empty.
func (r *row) text(column string) string {
	i, ok := r.columns[column]
	if !ok || i >= len(r.fields) {
		return ""
	}
	r.taken[i] = true
	return strings.TrimSpace(r.fields[i])
}

// keep leaves a field for the extra fields though it was asked for.
func (r *row) keep(columns ...string) {
	for _, column := range columns {
		if i, ok := r.columns[column]; ok && i < len(r.taken) {
			r.taken[i] = false
		}
	}
}

// extra returns the fields that were not asked for and hold something.
func (r *row) extra() directory.Extra {
	var extra directory.Extra
	for i, field := range r.fields {
		if i < len(r.taken) && r.taken[i] || strings.TrimSpace(field) == "" {
			continue
		}
		name := fmt.Sprintf("column %d", i+1)
		if i < len(r.names) && r.names[i] != "" {
			name = r.names[i]
		}
		if extra == nil {
			extra = directory.Extra{}
		}
		extra[name] = quoted(field)
	}
	return extra
}

// quoted returns s as a JSON string.
func quoted(s string) json.RawMessage {
	data, err := json.Marshal(s)
	if err != nil {
		panic("import: a string that JSON cannot hold: " + err.Error())
	}
	return data
}

// hash returns the hash of a row's fields.
func (r *row) hash() string { return hashOf([]byte(strings.Join(r.fields, "\x00"))) }

// table reads a CSV file and calls each for every row. It reports rows that
// cannot be parsed or have another number of fields than the header, and
// required columns that are missing.
func (im *importer) table(fsys fs.FS, name string, required []string, each func(*row)) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("import: read %s: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	im.file, im.line = name, 1
	reader := csv.NewReader(withoutBOM(interruptible{im.ctx, f}))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	switch {
	case errors.Is(err, io.EOF):
		im.report(sp.Error, "", "", "empty-file", "there is no header row")
		return nil
	case im.malformed(err):
		return nil
	case err != nil:
		return fmt.Errorf("import: read %s: %w", name, err)
	}
	if strings.Contains(strings.Join(header, ""), "\r") { // the whole file would be one row
		im.report(sp.Error, "", "", "bad-csv", "its lines end with a carriage return alone; nothing was read")
		return nil
	}
	r := row{columns: make(map[string]int, len(header)), names: header}
	for i, column := range header {
		column = strings.ToLower(strings.TrimSpace(column))
		header[i] = column
		if _, twice := r.columns[column]; twice && column != "" {
			im.report(sp.Warning, "", column, "duplicate-column", "the first of them is used")
			continue
		}
		r.columns[column] = i
	}
	for _, column := range required {
		if _, ok := r.columns[column]; !ok {
			im.report(sp.Warning, "", column, "missing-column", "the file has no such column")
		}
	}
	return im.rows(reader, &r, each)
}

func (im *importer) rows(reader *csv.Reader, r *row, each func(*row)) error {
	for {
		fields, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case im.malformed(err):
			continue
		case err != nil:
			return fmt.Errorf("import: read %s: %w", im.file, err)
		}
		if err := im.step(); err != nil {
			return err
		}
		im.line, _ = reader.FieldPos(0)
		if len(fields) != len(r.names) {
			im.report(sp.Warning, "", "", "field-count", fmt.Sprintf("the header has %d fields and this row %d", len(r.names), len(fields)))
		}
		if r.isHeader(fields) {
			im.report(sp.Note, "", "", "repeated-header", "the header stands here again; it is no record")
			continue
		}
		im.repairEncoding(r, fields)
		r.fields, r.taken = fields, make([]bool, len(fields))
		each(r)
	}
}

// malformed reports a row that is not CSV, and whether err is of that kind.
func (im *importer) malformed(err error) bool {
	bad, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return false
	}
	im.line = bad.StartLine
	detail := bad.Err.Error()
	if bad.Line > bad.StartLine { // a quotation mark that nothing closes takes more rows along
		detail += fmt.Sprintf("; nothing up to line %d was read", bad.Line)
	}
	im.report(sp.Error, "", "", "bad-csv", detail)
	return true
}

func (im *importer) repairEncoding(r *row, fields []string) {
	for i, field := range fields {
		if utf8.ValidString(field) {
			continue
		}
		fields[i] = strings.ToValidUTF8(field, "\uFFFD")
		name := ""
		if i < len(r.names) {
			name = r.names[i]
		}
		im.report(sp.Warning, "", name, "bad-encoding", "is not UTF-8; what cannot be read is marked")
	}
}

// has reports whether a folder has a file.
func has(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// unused reports the fields of a row that nothing has a place for.
func (im *importer) unused(record string, r *row) {
	for _, column := range slices.Sorted(maps.Keys(r.extra())) {
		im.report(sp.Note, record, column, "not-imported", "there is no place for it")
	}
}

// withoutBOM returns r without the byte order mark that some editors write.
func withoutBOM(r io.Reader) io.Reader {
	var mark [3]byte
	n, err := io.ReadFull(r, mark[:])
	if n == 3 && string(mark[:]) == "\uFEFF" {
		return r
	}
	head := strings.NewReader(string(mark[:n]))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(head, failing{err})
	}
	return io.MultiReader(head, r)
}

// interruptible is a reader that fails when the context has ended, even within
// a record that never does.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// failing is a reader that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
