package export

import (
	"io"
	"slices"
	"strings"
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
	if formula(s) {
		s = apostrophe + s
	}
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

// apostrophe stands before a text that a spreadsheet would run.
const apostrophe = "'"

// signs are what such a text begins with, the last of them what looks like one that was kept from it.
func signs() []string {
	return []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", apostrophe}
}

// formula reports whether a spreadsheet may run a text, or whether it looks like one that was kept
// from it. It is asked of every text, most of which begin with a letter or a digit.
func formula(s string) bool {
	switch c := s[0]; {
	case c == '=', c == '+', c == '-', c == '@', c == '\t', c == '\r', c == '\n', c == '\'':
		return true
	default:
		return c == 0xEF && slices.ContainsFunc(signs(), func(sign string) bool { return strings.HasPrefix(s, sign) })
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
