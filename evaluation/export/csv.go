package export

import (
	"io"
	"strings"
)

// WriteCSV writes the table as CSV (RFC 4180, with line feeds) in UTF-8: a header, then a line
// for each row. It fails with the first error of the rows and of w.
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
				b = appendField(b, v.text)
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

// appendField writes a text, in quotation marks if it needs them.
func appendField(b []byte, s string) []byte {
	if !quoted(s) {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return append(append(b, s...), '"')
		}
		b = append(append(b, s[:i+1]...), '"')
		s = s[i+1:]
	}
}

// quoted reports whether a text needs quotation marks: that readers keep space around it is
// not certain without them.
func quoted(s string) bool {
	if s[0] == ' ' || s[len(s)-1] == ' ' {
		return true
	}
	for i := range len(s) {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';' || c == '\t' {
			return true
		}
	}
	return false
}
