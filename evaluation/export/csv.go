package export

import (
	"io"

	"github.com/socialprescribing/sp/internal/csvfile"
)

// WriteCSV writes the table as CSV (RFC 4180, with line feeds) in UTF-8: a header, then a line
// for each row. It fails with the first error of the rows and of w.
//
// A spreadsheet runs a cell that begins with = + - @, one of these in full width, a tab or the end of
// a line as a formula, so a text that does, or that begins with an apostrophe, has an apostrophe
// before it: a reader that takes one away from every text that begins with one has the texts as they
// were. [WritePackage] says so in a form that a program reads. Numbers and days are never changed.
// [Table.WriteJSON] and the module evaluation/parquet write all texts as they are.
//
// Source: CSV injection, owasp.org/www-community/attacks/CSV_Injection.
func (t Table) WriteCSV(w io.Writer) error {
	var header []byte
	for i, f := range t.schema.Fields {
		if i > 0 {
			header = append(header, ',')
		}
		header = append(header, f.Name...)
	}
	fields := t.schema.Fields
	return t.write(w, append(header, '\n'), func(b []byte, row []Value) []byte {
		for i := range row {
			if i > 0 {
				b = append(b, ',')
			}
			if v := &row[i]; v.kind == text {
				b = csvfile.AppendText(b, v.text)
			} else {
				b = v.append(b, &fields[i])
			}
		}
		if len(row) == 1 && row[0].IsZero() { // or readers pass over the line
			b = append(b, `""`...)
		}
		return append(b, '\n')
	})
}
