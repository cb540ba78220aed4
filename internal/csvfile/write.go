package csvfile

import (
	"slices"
	"strings"
)

// Apostrophe stands before a text that a spreadsheet would run as a formula.
const Apostrophe = "'"

// Signs are what such a text begins with, the last of them what looks like one that was kept from it.
//
// Source: CSV injection, owasp.org/www-community/attacks/CSV_Injection.
func Signs() []string {
	return []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", Apostrophe}
}

// AppendText writes a text that is not empty as a field: an apostrophe before it keeps a spreadsheet
// from running it as a formula, and it is in quotation marks if it needs them.
func AppendText(b []byte, s string) []byte {
	if formula(s) {
		s = Apostrophe + s
	}
	return appendField(b, s)
}

// AppendRow writes cells that are texts or numbers as a row. A number is no formula.
func AppendRow(b []byte, cells []string) []byte {
	for i, s := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case s == "":
		case number(s):
			b = appendField(b, s)
		default:
			b = AppendText(b, s)
		}
	}
	if len(cells) == 1 && cells[0] == "" { // or readers pass over the line
		b = append(b, `""`...)
	}
	return append(b, '\n')
}

func appendField(b []byte, s string) []byte {
	if !quotes(s) {
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

// formula reports whether a spreadsheet may run a text, or whether it looks like one that was kept
// from it. It is asked of every text, most of which begin with a letter or a digit.
func formula(s string) bool {
	switch c := s[0]; c {
	case '=', '+', '-', '@', '\t', '\r', '\n', '\'':
		return true
	default:
		return c == 0xEF && slices.ContainsFunc(Signs(), func(sign string) bool { return strings.HasPrefix(s, sign) })
	}
}

// number reports whether a text is a number as programs write it: digits with at most a minus
// before them, a point, and an exponent.
func number(s string) bool {
	s = strings.TrimPrefix(s, "-")
	mantissa, exponent, both := strings.Cut(strings.ToLower(s), "e")
	whole, part, pointed := strings.Cut(mantissa, ".")
	exponent = strings.TrimPrefix(strings.TrimPrefix(exponent, "-"), "+")
	return digits(whole) && (!pointed || digits(part)) && (!both || digits(exponent))
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}

// quotes reports whether a text needs quotation marks: that readers keep space around it is
// not certain without them.
func quotes(s string) bool {
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
